//! Where a mail host leads in the end.

use super::walk::{MAX_STEPS, Target, Walk};
use crate::farm::values::PassTarget;
use crate::farm::{Delivery, Farm, MailHost, Server};

/// Where a mail host leads.
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
    /// At the drop folder, which automatic mode does not read.
    DropFolder,
    /// At a mail host that it came through before.
    Circle(String),
}

/// Follows mail from one mail host to its ends.
pub(super) struct Search<'w, 'a> {
    pub farm: &'a Farm,
    pub walk: &'w Walk<'a>,
    /// The mail hosts and servers on the present way.
    pub trail: Vec<*const ()>,
    pub ends: Vec<Dead>,
    pub unknown: Option<String>,
    pub reaches_farm: bool,
    /// How many mail hosts were followed.
    pub steps: usize,
}

impl<'a> Search<'_, 'a> {
    pub(super) fn destination(mut self, host: &'a MailHost) -> Destination {
        self.follow(host);
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

    fn follow(&mut self, host: &'a MailHost) {
        let identity = std::ptr::from_ref(host).cast();
        if self.trail.contains(&identity) {
            self.end(Dead::Circle(host.name().to_owned()));
            return;
        }
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.unknown = Some("its ways are more than are followed".to_owned());
            return;
        }
        let Some(targets) = &host.passes_to else {
            self.unknown = Some(format!(
                "where `{0}` passes mail on to is not recorded; record it: `spinmail mail-host set \
                 {0} --passes-to SERVER`",
                host.name()
            ));
            return;
        };
        self.trail.push(identity);
        for target in targets {
            self.follow_target(target);
        }
        self.trail.pop();
    }

    fn follow_target(&mut self, target: &PassTarget) {
        match self.walk.target(target) {
            Target::Servers(servers) => {
                for server in servers {
                    self.reach(server);
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

    fn reach(&mut self, server: &Server) {
        if server.smtp_service == Some(false) {
            self.end(Dead::WithoutSmtp(server.name().to_owned()));
        } else {
            self.reaches_farm = true;
        }
    }
}
