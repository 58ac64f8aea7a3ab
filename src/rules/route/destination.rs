//! Where a mail host, or a server that passes mail on, leads in the end.

use super::nowhere;
use super::walk::{MAX_PLAIN_STEPS, Target, Walk, identity};
use crate::farm::values::PassTarget;
use crate::farm::{Delivery, Farm, MailHost, Server};
use crate::remedy;
use std::collections::{BTreeMap, BTreeSet};

/// Where mail leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To the farm, at least by one of its ways.
    Farm,
    /// To no server and no drop folder of the farm.
    Nowhere,
    /// That is not known, and what would tell.
    NotKnown(String),
}

/// How a way ends that does not lead to the farm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dead {
    /// At a host that is not recorded.
    Unrecorded(String),
    /// At a server without SMTP.
    WithoutSmtp(String),
    /// At a server that is switched off on purpose.
    Standby(String),
    /// At the drop folder, which automatic mode does not read.
    DropFolder,
    /// At a mail host or server that it came through before.
    Circle(String),
}

impl Dead {
    /// Returns why mail does not get to the farm there.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Unrecorded(name) => {
                format!("`{name}` is neither a recorded server nor a recorded mail host")
            }
            Self::WithoutSmtp(name) => format!("`{name}` is recorded with `smtp-service = false`"),
            Self::Standby(name) => format!("`{name}` is recorded with `standby = true`"),
            Self::DropFolder => "in automatic mode, SharePoint does not read a recorded drop \
                                 folder"
                .to_owned(),
            Self::Circle(name) => format!("the mail comes back to `{name}`"),
        }
    }
}

/// Where mail leads from all mail hosts and servers. It is found for all of them at once: each may
/// lead over all the others.
#[derive(Debug)]
pub(super) struct Destinations {
    places: BTreeMap<*const (), usize>,
    leads_to_farm: Vec<bool>,
    /// Why it is not known where mail leads, by the nearest reason.
    unknown: Vec<Option<String>>,
    /// For each mail host, the place of the one that says why it leads nowhere.
    explaining: Vec<Option<usize>>,
}

/// What a host passes mail on to, as one host or one end.
enum Next<'a> {
    Farm,
    Dead(Dead),
    NotKnown(String),
    MailHost(&'a MailHost),
    Server(&'a Server),
}

/// By what mail gets to a server.
#[derive(Clone, Copy)]
enum Sender {
    /// By SMTP.
    MailHost,
    /// By SMTP, or through a folder that both servers know.
    Server,
}

impl Destinations {
    /// Finds where mail leads.
    pub(super) fn new<'a>(farm: &'a Farm, walk: &Walk<'a>) -> Self {
        let graph = Graph { farm, walk };
        let identities = farm.mail_hosts.iter().map(identity);
        let all = identities.chain(farm.servers.iter().map(identity));
        let places: BTreeMap<*const (), usize> =
            all.enumerate().map(|(place, host)| (host, place)).collect();
        let of_hosts = farm.mail_hosts.iter().map(|host| graph.after_host(host));
        let of_servers = farm.servers.iter().map(|server| graph.after_server(server));
        let nexts: Vec<Vec<Next<'a>>> = of_hosts.chain(of_servers).collect();
        let place_of = |next: &Next<'a>| match *next {
            Next::MailHost(host) => places.get(&identity(host)).copied(),
            Next::Server(server) => places.get(&identity(server)).copied(),
            Next::Farm | Next::Dead(_) | Next::NotKnown(_) => None,
        };
        let edges: Vec<Vec<usize>> = nexts
            .iter()
            .map(|nexts| nexts.iter().filter_map(place_of).collect())
            .collect();
        let is_farm = |next: &Next<'a>| matches!(next, Next::Farm);
        let at_farm: Vec<bool> = nexts
            .iter()
            .map(|nexts| nexts.iter().any(is_farm))
            .collect();
        let reasons: Vec<Option<String>> = nexts.iter().map(|nexts| unknown_of(nexts)).collect();
        let is_unknown: Vec<bool> = reasons.iter().map(Option::is_some).collect();
        let unknown = nowhere::nearest_end(&edges, &is_unknown);
        let mail_hosts = farm.mail_hosts.iter().zip(&nexts);
        let has_own_end: Vec<bool> = mail_hosts
            .map(|(host, after)| host.passes_to.is_some() && is_own_end(after))
            .collect();
        let between_hosts = edges.iter().take(farm.mail_hosts.len()).map(|edges| {
            let next: BTreeSet<usize> = edges.iter().copied().collect();
            let hosts = next.into_iter();
            hosts
                .filter(|place| *place < farm.mail_hosts.len())
                .collect()
        });
        Self {
            leads_to_farm: nowhere::nearest_end(&edges, &at_farm)
                .iter()
                .map(Option::is_some)
                .collect(),
            unknown: unknown
                .into_iter()
                .map(|place| reasons.get(place?).cloned().flatten())
                .collect(),
            explaining: nowhere::explaining(&between_hosts.collect::<Vec<_>>(), &has_own_end),
            places,
        }
    }

    /// Returns where mail leads that a mail host or a server passes on.
    pub(super) fn of<T>(&self, host: &T) -> Destination {
        let Some(place) = self.places.get(&identity(host)).copied() else {
            return Destination::Nowhere;
        };
        if self.leads_to_farm.get(place) == Some(&true) {
            return Destination::Farm;
        }
        match self.unknown.get(place) {
            Some(Some(why)) => Destination::NotKnown(why.clone()),
            _ => Destination::Nowhere,
        }
    }

    /// Returns the place of the other mail host that says why one leads nowhere, or `None` if there
    /// is none.
    pub(super) fn explaining(&self, host: &MailHost) -> Option<usize> {
        let place = self.places.get(&identity(host)).copied()?;
        self.explaining.get(place).copied().flatten()
    }
}

/// Returns the first reason why it is not known what a host passes mail on to.
fn unknown_of(nexts: &[Next<'_>]) -> Option<String> {
    nexts.iter().find_map(|next| match next {
        Next::NotKnown(why) => Some(why.clone()),
        _ => None,
    })
}

/// Returns whether mail may end at a mail host itself, or at servers to which it passes mail on.
fn is_own_end(nexts: &[Next<'_>]) -> bool {
    let is_end = |next: &Next<'_>| matches!(next, Next::Dead(_) | Next::Server(_));
    let is_host = |next: &Next<'_>| matches!(next, Next::MailHost(_));
    nexts.iter().any(is_end) || !nexts.iter().any(is_host)
}

/// Returns how all ways of mail from a mail host end that leads nowhere.
pub(super) fn ends_of_host<'a>(farm: &'a Farm, walk: &Walk<'a>, host: &'a MailHost) -> Vec<Dead> {
    Search::new(Graph { farm, walk }).run(Next::MailHost(host))
}

/// Returns how all ways of mail end that a server passes on, if it leads nowhere.
pub(super) fn ends_of_server<'a>(farm: &'a Farm, walk: &Walk<'a>, server: &'a Server) -> Vec<Dead> {
    Search::new(Graph { farm, walk }).run(Next::Server(server))
}

/// Who passes mail on to whom.
struct Graph<'w, 'a> {
    farm: &'a Farm,
    walk: &'w Walk<'a>,
}

impl<'a> Graph<'_, 'a> {
    fn after_host(&self, host: &'a MailHost) -> Vec<Next<'a>> {
        let Some(targets) = &host.passes_to else {
            return vec![Next::NotKnown(format!(
                "it is not recorded to which hosts `{}` passes mail on; record it: `{command}`",
                host.name(),
                command =
                    remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&host.name()]),
            ))];
        };
        let targets = targets.iter();
        targets
            .flat_map(|target| self.after_target(target, Sender::MailHost))
            .collect()
    }

    fn after_server(&self, server: &'a Server) -> Vec<Next<'a>> {
        let targets = server.passes_to.iter().flatten();
        targets
            .flat_map(|target| self.after_target(target, Sender::Server))
            .collect()
    }

    fn after_target(&self, target: &PassTarget, sender: Sender) -> Vec<Next<'a>> {
        match self.walk.target(target) {
            Target::Servers(servers) => {
                let servers = servers.into_iter();
                servers
                    .map(|server| self.at_server(server, sender))
                    .collect()
            }
            Target::MailHosts(hosts) => hosts.into_iter().map(Next::MailHost).collect(),
            Target::DropFolder => match self.farm.delivery() {
                Delivery::Automatic => vec![Next::Dead(Dead::DropFolder)],
                _ => vec![Next::Farm],
            },
            // A name that no entry has is a fault of the file, whatever DNS would say of it.
            Target::Unrecorded | Target::Elsewhere => {
                vec![Next::Dead(Dead::Unrecorded(target.as_str().to_owned()))]
            }
            Target::NotKnown(why) => vec![Next::NotKnown(why)],
        }
    }

    fn at_server(&self, server: &'a Server, sender: Sender) -> Next<'a> {
        let name = || server.name().to_owned();
        let is_receiver = server.incoming_email_service == Some(true);
        let takes_mail = match sender {
            Sender::MailHost => is_receiver && server.smtp_service != Some(false),
            // What one drops on a share, the other takes without SMTP.
            Sender::Server => is_receiver && (self.polls_share(server) || !server.passes_mail_on()),
        };
        if server.is_standby() {
            Next::Dead(Dead::Standby(name()))
        } else if takes_mail {
            Next::Farm
        } else if server.smtp_service == Some(false) {
            Next::Dead(Dead::WithoutSmtp(name()))
        } else if server.passes_mail_on() {
            Next::Server(server)
        } else {
            Next::Farm
        }
    }

    /// Returns whether a server takes mail from a share, on which others may drop it.
    fn polls_share(&self, server: &Server) -> bool {
        let folder = self.farm.polled_folder(server);
        folder.valid().is_some_and(|folder| folder.is_share())
    }
}

/// Follows mail from one host to its ends.
struct Search<'w, 'a> {
    graph: Graph<'w, 'a>,
    /// The mail hosts and servers on the present way.
    trail: BTreeSet<*const ()>,
    ends: Vec<Dead>,
    known_ends: BTreeSet<Dead>,
    /// How many mail hosts and servers were followed, each as often as mail gets there.
    steps: usize,
    /// The mail hosts and servers that were followed.
    followed: BTreeSet<*const ()>,
}

/// What is done next when ends are searched.
enum Step<'a> {
    To(Next<'a>),
    /// All behind a host was followed.
    Leave(*const ()),
}

impl<'w, 'a> Search<'w, 'a> {
    fn new(graph: Graph<'w, 'a>) -> Self {
        Self {
            graph,
            trail: BTreeSet::new(),
            ends: Vec::new(),
            known_ends: BTreeSet::new(),
            steps: 0,
            followed: BTreeSet::new(),
        }
    }

    fn run(mut self, first: Next<'a>) -> Vec<Dead> {
        let mut steps = vec![Step::To(first)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(host) => {
                    self.trail.remove(&host);
                }
                Step::To(next) => self.follow(next, &mut steps),
            }
        }
        self.ends
    }

    fn follow(&mut self, next: Next<'a>, steps: &mut Vec<Step<'a>>) {
        let (host, nexts) = match next {
            Next::MailHost(host) if self.enters(identity(host), host.name()) => {
                (identity(host), self.graph.after_host(host))
            }
            Next::Server(server) if self.enters(identity(server), server.name()) => {
                (identity(server), self.graph.after_server(server))
            }
            Next::Dead(end) => return self.end(end),
            Next::MailHost(_) | Next::Server(_) | Next::Farm | Next::NotKnown(_) => return,
        };
        steps.push(Step::Leave(host));
        steps.extend(nexts.into_iter().rev().map(Step::To));
    }

    fn end(&mut self, end: Dead) {
        if self.known_ends.insert(end.clone()) {
            self.ends.push(end);
        }
    }

    /// Returns whether a host is new on the present way and may be followed.
    fn enters(&mut self, host: *const (), name: &str) -> bool {
        if self.trail.contains(&host) {
            self.end(Dead::Circle(name.to_owned()));
            return false;
        }
        self.steps += 1;
        // How its ways end is known.
        if !self.followed.insert(host) && self.steps > MAX_PLAIN_STEPS {
            return false;
        }
        self.trail.insert(host);
        true
    }
}
