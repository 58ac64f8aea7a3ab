//! What a result is about: a text for people, and what it names as values, for all that decides.

use crate::facts::NetworkView;
use crate::farm::values::DomainName;
use crate::farm::{MailHost, Server};
use std::borrow::Cow;
use std::fmt;

/// What a rule judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A setting, a server, a name, as reports show it.
    pub text: Cow<'static, str>,
    pub scope: Scope,
}

/// What a subject names. What decides is here; of the text alone, verdicts of several addresses of
/// one host are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The server of the farm, by the name under which it is recorded.
    pub server: Option<String>,
    /// The server, mail host or mail exchanger, by the name that was judged.
    pub host: Option<String>,
    /// The mail domain in ASCII.
    pub domain: Option<String>,
    /// The side whose view it is about, or `None` if it is about both.
    pub side: Option<NetworkView>,
    /// The path of the drop folder, as it is recorded.
    pub folder: Option<String>,
    /// What else it is: a setting, an area.
    pub other: Option<Cow<'static, str>>,
}

impl Scope {
    /// Returns whether both name the same server or host.
    pub(super) fn has_same_host(&self, other: &Self) -> bool {
        let own = [&self.server, &self.host];
        let mut others = [&other.server, &other.host].into_iter().flatten();
        others.any(|name| {
            let mut own = own.into_iter().flatten();
            own.any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// Returns whether both name the same host and domain, and name one at all. A name may be
    /// judged as a host and as a domain.
    pub(super) fn has_same_names(&self, other: &Self) -> bool {
        let first = |scope: &Self| scope.host.clone().or_else(|| scope.domain.clone());
        let second = |scope: &Self| scope.host.as_ref().and(scope.domain.clone());
        let own = first(self);
        own.is_some() && own == first(other) && second(self) == second(other)
    }

    /// Returns whether both name the same thing, from whichever side it is seen. A name may be
    /// judged as a host and as a domain.
    pub(super) fn has_same_subject(&self, other: &Self) -> bool {
        let name = |scope: &Self| scope.host.clone().or_else(|| scope.domain.clone());
        name(self) == name(other) && self.folder == other.folder && self.other == other.other
    }

    /// Returns whether both name the same drop folder.
    pub(crate) fn has_same_folder(&self, other: &Self) -> bool {
        self.folder.is_some() && self.folder == other.folder && self.server == other.server
    }
}

impl Subject {
    /// Creates a subject with a text of its own.
    pub(super) fn new(text: impl Into<Cow<'static, str>>, scope: Scope) -> Self {
        Self {
            text: text.into(),
            scope,
        }
    }

    /// Creates the subject of a host by its name.
    pub(super) fn host(name: &str) -> Self {
        let scope = Scope {
            host: Some(name.to_owned()),
            ..Scope::default()
        };
        Self::new(name.to_owned(), scope)
    }

    /// Creates the subject of a server of the farm by its name.
    pub(super) fn server(name: &str) -> Self {
        let mut subject = Self::host(name);
        subject.scope.server = Some(name.to_owned());
        subject
    }

    /// Creates the subject of a host that is a server of the farm under another name, if `server`
    /// is known.
    pub(super) fn host_of(name: &str, server: Option<&Server>) -> Self {
        let mut subject = Self::host(name);
        subject.scope.server = server.map(|server| server.name().to_owned());
        subject
    }

    /// Creates the subject of a domain as senders outside see it.
    pub(super) fn outside(domain: &DomainName) -> Self {
        Self::from(domain).seen_from(NetworkView::Outside)
    }

    /// Replaces the text.
    #[must_use]
    pub(super) fn with_text(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(text, self.scope)
    }

    /// Adds to the text what is judged there.
    #[must_use]
    pub(super) fn and(mut self, what: impl fmt::Display) -> Self {
        self.text = format!("{} {what}", self.text).into();
        self
    }

    /// Says from which side alone it is seen; the text says so of the outside.
    #[must_use]
    pub(super) fn seen_from(mut self, side: NetworkView) -> Self {
        self.scope.side = Some(side);
        match side {
            NetworkView::Inside => self,
            NetworkView::Outside => self.and("(outside)"),
        }
    }

    /// Says that it is about mail from outside alone.
    #[must_use]
    pub(super) fn for_outside(mut self) -> Self {
        self.scope.side = Some(NetworkView::Outside);
        self
    }

    /// Says which mail domain is judged there.
    #[must_use]
    pub(super) fn of_domain(mut self, domain: &DomainName) -> Self {
        self.scope.domain = Some(domain.ascii().to_owned());
        self
    }
}

impl From<Cow<'static, str>> for Subject {
    fn from(text: Cow<'static, str>) -> Self {
        let scope = Scope {
            other: Some(text.clone()),
            ..Scope::default()
        };
        Self::new(text, scope)
    }
}

impl From<String> for Subject {
    fn from(text: String) -> Self {
        Cow::from(text).into()
    }
}

impl From<&'static str> for Subject {
    fn from(text: &'static str) -> Self {
        Cow::from(text).into()
    }
}

impl From<&Server> for Subject {
    fn from(server: &Server) -> Self {
        Self::server(server.name())
    }
}

impl From<&MailHost> for Subject {
    fn from(host: &MailHost) -> Self {
        Self::host(host.name())
    }
}

impl From<&DomainName> for Subject {
    fn from(domain: &DomainName) -> Self {
        let scope = Scope {
            domain: Some(domain.ascii().to_owned()),
            ..Scope::default()
        };
        Self::new(domain.as_str().to_owned(), scope)
    }
}
