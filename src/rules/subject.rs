//! What a result is about: a text for people, and what it names as values, for all that decides.

use crate::facts::NetworkView;
use crate::farm::values::DomainName;
use crate::farm::{MailHost, Server};
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;

/// What a rule judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A setting, a server, a name, as reports show it.
    pub text: Cow<'static, str>,
    pub scope: Scope,
}

/// What a subject names. All that decides is here, and nothing in the text.
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
    /// What of the host or folder it is, if that is not all of it.
    pub part: Option<Part>,
    /// What else it is: a setting, an area.
    pub other: Option<Cow<'static, str>>,
}

/// A part of a host or folder that is judged by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An address of a host, and who was told something else there than others.
    Address(SocketAddr, Option<String>),
    /// A virtual server by its number.
    VirtualServer(u32),
    /// What an account may do in a folder.
    Account(String),
}

/// How much of what two subjects name is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// They name different things.
    None,
    /// One is part of the other, or names less.
    Overlap,
    /// They name the same.
    Same,
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

    /// Returns how much of what both name is the same. A name may be judged as a host and as a
    /// domain.
    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let is_other_side = matches!((self.side, other.side), (Some(one), Some(two)) if one != two);
        let is_other_thing = self.main_name() != other.main_name()
            || self.folder != other.folder
            || self.other != other.other;
        if is_other_side || is_other_thing {
            return Likeness::None;
        }
        let own_domain = self.host.as_ref().and(self.domain.as_ref());
        let other_domain = other.host.as_ref().and(other.domain.as_ref());
        match (
            overlap(own_domain, other_domain),
            overlap(self.part.as_ref(), other.part.as_ref()),
        ) {
            (Likeness::Same, Likeness::Same) => Likeness::Same,
            (Likeness::None, _) | (_, Likeness::None) => Likeness::None,
            _ => Likeness::Overlap,
        }
    }

    /// Returns the host, or else the domain.
    fn main_name(&self) -> Option<&str> {
        self.host.as_deref().or(self.domain.as_deref())
    }

    /// Returns whether both name the same thing, from whichever side it is seen. A name may be
    /// judged as a host and as a domain.
    pub(super) fn has_same_subject(&self, other: &Self) -> bool {
        self.main_name() == other.main_name()
            && self.folder == other.folder
            && self.part == other.part
            && self.other == other.other
    }

    /// Returns whether both name the same drop folder.
    pub(crate) fn has_same_folder(&self, other: &Self) -> bool {
        self.folder.is_some() && self.folder == other.folder && self.server == other.server
    }
}

/// Returns how much of two things is the same of which each may be missing.
fn overlap<T: PartialEq>(one: Option<&T>, two: Option<&T>) -> Likeness {
    match (one, two) {
        _ if one == two => Likeness::Same,
        (Some(_), Some(_)) => Likeness::None,
        _ => Likeness::Overlap,
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

    /// Says which part of it is judged.
    #[must_use]
    pub(super) fn of_part(mut self, part: Part) -> Self {
        self.scope.part = Some(part);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::farm::values::FromText;

    #[test]
    fn likeness_is_that_of_what_subjects_name() {
        let host = || Subject::host("sp1.contoso.com");
        let domain = |text: &str| DomainName::from_text(text).unwrap();
        let at = |address: &str| Part::Address(address.parse().unwrap(), None);
        let folder = |path: &str| {
            let mut folder = Subject::server("sp1.contoso.com").and(path);
            folder.scope.folder = Some(path.to_owned());
            folder
        };
        let rows = [
            (host(), host().with_text("another text"), Likeness::Same),
            (host(), Subject::server("sp1.contoso.com"), Likeness::Same),
            (host(), Subject::host("sp2.contoso.com"), Likeness::None),
            // Only the text is the same.
            (host(), Subject::from("sp1.contoso.com"), Likeness::None),
            (
                Subject::from(&domain("b\u{fc}cher.test")),
                Subject::from(&domain("XN--BCHER-KVA.test")),
                Likeness::Same,
            ),
            (
                Subject::from(&domain("b\u{fc}cher.test")),
                Subject::host("xn--bcher-kva.test"),
                Likeness::Same,
            ),
            (
                host().of_part(at("10.0.0.21:25")),
                host().of_part(at("10.0.0.21:25")).with_text("sp1"),
                Likeness::Same,
            ),
            (
                host().of_part(at("10.0.0.21:25")),
                host().of_part(at("10.0.0.22:25")),
                Likeness::None,
            ),
            (
                host().of_part(at("10.0.0.21:25")),
                host(),
                Likeness::Overlap,
            ),
            (
                host().of_part(at("10.0.0.21:25")),
                host().of_part(Part::VirtualServer(1)),
                Likeness::None,
            ),
            (
                host().of_domain(&domain("a.test")),
                host().of_domain(&domain("b.test")),
                Likeness::None,
            ),
            (
                host().of_domain(&domain("a.test")),
                host(),
                Likeness::Overlap,
            ),
            (
                Subject::outside(&domain("a.test")),
                Subject::from(&domain("a.test")),
                Likeness::Same,
            ),
            (
                Subject::outside(&domain("a.test")),
                Subject::from(&domain("a.test")).seen_from(NetworkView::Inside),
                Likeness::None,
            ),
            (folder("C:\\drop"), folder("D:\\drop"), Likeness::None),
            (
                folder("C:\\drop"),
                Subject::server("sp1.contoso.com"),
                Likeness::None,
            ),
            (Subject::from("mode"), Subject::from("mode"), Likeness::Same),
            (
                Subject::from("mode"),
                Subject::from("enabled"),
                Likeness::None,
            ),
        ];
        for (one, two, expected) in rows {
            assert_eq!(one.scope.likeness(&two.scope), expected, "{one:?} {two:?}");
            assert_eq!(two.scope.likeness(&one.scope), expected, "{two:?} {one:?}");
        }
    }
}
