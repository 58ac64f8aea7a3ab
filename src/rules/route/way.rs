//! By what mail gets to a server.

use crate::facts::NetworkView;
use crate::farm::{MailHost, Server};

/// By what mail gets to a server.
#[derive(Debug, Clone, PartialEq)]
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
