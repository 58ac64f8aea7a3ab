//! By what mail gets to a server.

use crate::facts::NetworkView;
use crate::farm::{MailHost, Server};

/// By what mail gets to a server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Way<'a> {
    /// An MX record or an address of a served domain leads to it.
    Direct {
        /// The domain, in ASCII.
        domain: &'a str,
        side: NetworkView,
    },
    /// A mail host passes mail to it.
    MailHost(&'a MailHost),
    /// Another server of the farm passes mail to it.
    Server(&'a Server),
    /// In automatic mode, SharePoint counts on the SMTP service of each server with the service.
    Automatic,
}

/// What tells a way from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WayIdentity<'a> {
    Direct(&'a str, NetworkView),
    MailHost(*const MailHost),
    Server(*const Server),
    Automatic,
}

impl<'a> Way<'a> {
    pub(super) fn identity(&self) -> WayIdentity<'a> {
        match *self {
            Self::Direct { domain, side } => WayIdentity::Direct(domain, side),
            Self::MailHost(host) => WayIdentity::MailHost(host),
            Self::Server(server) => WayIdentity::Server(server),
            Self::Automatic => WayIdentity::Automatic,
        }
    }
}
