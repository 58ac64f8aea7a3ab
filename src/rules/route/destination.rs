//! Where a mail host, or a server that passes mail on, leads in the end.

use super::walk::{MAX_PLAIN_STEPS, Target, Walk};
use crate::farm::values::PassTarget;
use crate::farm::{Delivery, Farm, MailHost, Server};
use crate::remedy;
use std::collections::BTreeSet;

/// Where mail leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To the farm, at least by one of its ways.
    Farm,
    /// To no server and no drop folder of the farm, and how each of its ways ends.
    Nowhere(Vec<Dead>),
    /// That is not known, and what would tell.
    NotKnown(String),
}

/// How a way ends that does not lead to the farm.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Follows mail from one host to its ends.
pub(super) struct Search<'w, 'a> {
    farm: &'a Farm,
    walk: &'w Walk<'a>,
    /// The mail hosts and servers on the present way.
    trail: BTreeSet<*const ()>,
    ends: Vec<Dead>,
    unknown: Option<String>,
    reaches_farm: bool,
    /// How many mail hosts and servers were followed, each as often as mail gets there.
    steps: usize,
    /// The mail hosts and servers that were followed.
    followed: BTreeSet<*const ()>,
}

/// By what mail gets to a server.
#[derive(Clone, Copy)]
enum Sender {
    /// By SMTP.
    MailHost,
    /// By SMTP, or through a folder that both servers know.
    Server,
}

impl<'w, 'a> Search<'w, 'a> {
    pub(super) fn new(farm: &'a Farm, walk: &'w Walk<'a>) -> Self {
        Self {
            farm,
            walk,
            trail: BTreeSet::new(),
            ends: Vec::new(),
            unknown: None,
            reaches_farm: false,
            steps: 0,
            followed: BTreeSet::new(),
        }
    }

    /// Returns where mail through a mail host ends.
    pub(super) fn of_host(mut self, host: &'a MailHost) -> Destination {
        self.follow(host);
        self.into_destination()
    }

    /// Returns where mail ends that a server passes on.
    pub(super) fn of_server(mut self, server: &'a Server) -> Destination {
        self.pass_on(server);
        self.into_destination()
    }

    /// Returns how the ways end on which a mail host passes mail to no other mail host.
    pub(super) fn own_ends(mut self, host: &'a MailHost) -> Vec<Dead> {
        for target in host.passes_to.iter().flatten() {
            if !matches!(self.walk.target(target), Target::MailHosts(_)) {
                self.follow_target(target, Sender::MailHost);
            }
        }
        self.ends
    }

    fn into_destination(self) -> Destination {
        match self.unknown {
            _ if self.reaches_farm => Destination::Farm,
            Some(why) => Destination::NotKnown(why),
            None => Destination::Nowhere(self.ends),
        }
    }

    fn end(&mut self, end: Dead) {
        if !self.ends.contains(&end) {
            self.ends.push(end);
        }
    }

    /// Returns whether a host is new on the present way and may be followed.
    fn enters<T>(&mut self, host: &T, name: &str) -> bool {
        let identity = std::ptr::from_ref(host).cast();
        if self.trail.contains(&identity) {
            self.end(Dead::Circle(name.to_owned()));
            return false;
        }
        self.steps += 1;
        // How its ways end is known.
        if !self.followed.insert(identity) && self.steps > MAX_PLAIN_STEPS {
            return false;
        }
        self.trail.insert(identity);
        true
    }

    fn leave<T>(&mut self, host: &T) {
        self.trail.remove(&std::ptr::from_ref(host).cast());
    }

    fn follow(&mut self, host: &'a MailHost) {
        if !self.enters(host, host.name()) {
            return;
        }
        match &host.passes_to {
            Some(targets) => {
                for target in targets {
                    self.follow_target(target, Sender::MailHost);
                }
            }
            None => {
                self.unknown = Some(format!(
                    "it is not recorded to which hosts `{}` passes mail on; record it: \
                     `{command}`",
                    host.name(),
                    command = remedy::spinmail(
                        "mail-host set {NAME} --passes-to SERVER",
                        &[&host.name()]
                    ),
                ));
            }
        }
        self.leave(host);
    }

    fn pass_on(&mut self, server: &'a Server) {
        if !self.enters(server, server.name()) {
            return;
        }
        for target in server.passes_to.iter().flatten() {
            self.follow_target(target, Sender::Server);
        }
        self.leave(server);
    }

    fn follow_target(&mut self, target: &PassTarget, sender: Sender) {
        if self.reaches_farm {
            return;
        }
        match self.walk.target(target) {
            Target::Servers(servers) => {
                for server in servers {
                    self.reach(server, sender);
                }
            }
            Target::MailHosts(hosts) => {
                for host in hosts {
                    self.follow(host);
                }
            }
            Target::DropFolder => match self.farm.delivery() {
                Delivery::Automatic => self.end(Dead::DropFolder),
                _ => self.reaches_farm = true,
            },
            // A name that no entry has is a fault of the file, whatever DNS would say of it.
            Target::Unrecorded | Target::Elsewhere => {
                self.end(Dead::Unrecorded(target.as_str().to_owned()));
            }
            Target::NotKnown(why) => self.unknown = Some(why),
        }
    }

    fn reach(&mut self, server: &'a Server, sender: Sender) {
        let name = || server.name().to_owned();
        let is_receiver = server.incoming_email_service == Some(true);
        let takes_mail = match sender {
            Sender::MailHost => is_receiver && server.smtp_service != Some(false),
            // What one drops on a share, the other takes without SMTP.
            Sender::Server => is_receiver && (self.polls_share(server) || !server.passes_mail_on()),
        };
        if server.is_standby() {
            self.end(Dead::Standby(name()));
        } else if takes_mail {
            self.reaches_farm = true;
        } else if server.smtp_service == Some(false) {
            self.end(Dead::WithoutSmtp(name()));
        } else if server.passes_mail_on() {
            self.pass_on(server);
        } else {
            self.reaches_farm = true;
        }
    }

    /// Returns whether a server takes mail from a share, on which others may drop it.
    fn polls_share(&self, server: &Server) -> bool {
        let folder = self.farm.polled_folder(server);
        folder.valid().is_some_and(|folder| folder.is_share())
    }
}
