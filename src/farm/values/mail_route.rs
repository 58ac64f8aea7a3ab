//! Hosts on the mail route to the farm.

use super::names::without_final_dot;
use super::{
    DomainName, FolderError, FolderPath, FromText, ParseError, ServerName, plain_character,
};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The name of a mail host, or with a dot in front all names below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    text: String,
    ascii: String,
    is_below: bool,
}

/// Why a text is not the name of a mail host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// It is an IP address.
    Address,
    /// It has a port.
    Port {
        /// The name without it.
        host: String,
    },
    /// It is not a host's name, and why.
    Name(String),
}

impl fmt::Display for HostError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => write!(
                out,
                "it is an IP address, which belongs in `addresses`; a mail host has a name"
            ),
            Self::Port { .. } => write!(out, "it has a port: a mail host is named without it"),
            Self::Name(what) => out.write_str(what),
        }
    }
}

impl ParseError for HostError {
    fn instead(&self) -> Option<String> {
        match self {
            Self::Port { host } => Some(host.clone()),
            _ => None,
        }
    }
}

impl FromText for HostPattern {
    type Error = HostError;
    const EXPECTED: &'static str = "a host name such as `mail.fabrikam.com`, or with a dot in \
                                    front all names below it, such as \
                                    `.mail.protection.outlook.com`";

    fn from_text(text: &str) -> Result<Self, HostError> {
        let plain = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if plain.parse::<IpAddr>().is_ok() || plain.parse::<SocketAddr>().is_ok() {
            return Err(HostError::Address);
        }
        let below = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
        let name = below.unwrap_or(text);
        match name.rsplit_once(':') {
            Some((host, _)) if ServerName::from_text(host).is_ok() => {
                let host = text.strip_suffix(name).unwrap_or_default().to_owned() + host;
                return Err(HostError::Port { host });
            }
            _ => {}
        }
        let name = ServerName::from_text(name).map_err(HostError::Name)?;
        if below.is_some() && !name.ascii().contains('.') {
            let what = "it stands for all names below a top-level domain".to_owned();
            return Err(HostError::Name(what));
        }
        Ok(Self {
            text: text.to_owned(),
            ascii: name.ascii().to_owned(),
            is_below: below.is_some(),
        })
    }
}

impl HostPattern {
    /// Returns the name as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the name as DNS carries it, without the dot in front: ASCII, lowercase, no final
    /// dot.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// Returns whether it means all names below this one.
    pub fn is_below(&self) -> bool {
        self.is_below
    }

    /// Returns whether it matches a host.
    pub fn matches(&self, host: &str) -> bool {
        let host = ServerName::canonical(host);
        if self.is_below {
            host.strip_suffix(&self.ascii)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.ascii
        }
    }

    /// Returns a form that all spellings of a pattern share.
    pub fn canonical(text: &str) -> String {
        match Self::from_text(text) {
            Ok(pattern) if pattern.is_below => format!(".{}", pattern.ascii),
            Ok(pattern) => pattern.ascii,
            Err(_) => text.to_lowercase(),
        }
    }
}

/// Where a host passes mail on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassTarget {
    text: String,
    /// The host, or the farm's drop folder.
    pub to: PassedTo,
}

/// The next hop of mail from a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassedTo {
    /// As files in the farm's drop folder.
    DropFolder,
    /// A host by its name: ASCII, lowercase, no final dot; with a dot in front, a mail host that is
    /// recorded with this pattern.
    Host { name: String, port: u16 },
    /// A host by its address.
    Address(SocketAddr),
}

impl PassTarget {
    /// Returns the port that mail is sent to, or `None` if it is written as files.
    pub fn port(&self) -> Option<u16> {
        match &self.to {
            PassedTo::DropFolder => None,
            PassedTo::Host { port, .. } => Some(*port),
            PassedTo::Address(address) => Some(address.port()),
        }
    }
}

/// The word for the farm's drop folder.
pub(crate) const DROP_FOLDER: &str = "drop-folder";
/// The port of mail (RFC 5321 4.5.4.2).
pub(crate) const SMTP_PORT: u16 = 25;

impl FromText for PassTarget {
    type Error = String;
    const EXPECTED: &'static str = "a server or mail host such as `sp1.fabrikam.com` or \
                                    `sp1.fabrikam.com:25`, or `drop-folder`";

    fn from_text(text: &str) -> Result<Self, String> {
        let plain = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        let to = if text == DROP_FOLDER {
            PassedTo::DropFolder
        } else if let Ok(address) = plain.parse::<IpAddr>() {
            PassedTo::Address(SocketAddr::new(address, SMTP_PORT))
        } else if let Ok(address) = text.parse::<SocketAddr>() {
            PassedTo::Address(address)
        } else {
            passed_to_host(text)?
        };
        if matches!(&to, PassedTo::Address(address) if address.port() == 0) {
            return Err("0 is not a port".into());
        }
        Ok(Self {
            text: text.to_owned(),
            to,
        })
    }
}

fn passed_to_host(text: &str) -> Result<PassedTo, String> {
    let (host, port) = match text.rsplit_once(':') {
        None => (text, SMTP_PORT),
        Some((host, port)) => match port.parse::<u16>() {
            Ok(port) if port > 0 => (host, port),
            _ => return Err(format!("`{port}` is not a port")),
        },
    };
    let pattern = HostPattern::from_text(host).map_err(|fault| fault.to_string())?;
    Ok(PassedTo::Host {
        name: HostPattern::canonical(pattern.as_str()),
        port,
    })
}

impl PassTarget {
    /// Returns the target as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The share through which other servers reach a server's local drop directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropShare {
    text: String,
    /// The folder on the share.
    pub path: FolderPath,
}

impl FromText for DropShare {
    type Error = String;
    const EXPECTED: &'static str = r"a folder on a share such as `\\fs1\spdrop`";

    fn from_text(text: &str) -> Result<Self, String> {
        match FolderPath::from_text(text) {
            Ok(path) if path.is_share() => Ok(Self {
                text: text.to_owned(),
                path,
            }),
            Ok(_) => Err("it is a local folder".into()),
            Err(fault @ FolderError::NoShare { .. }) => Err(fault.to_string()),
            Err(fault) => Err(fault.to_string()),
        }
    }
}

impl DropShare {
    /// Returns the folder as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The maximum length of the part of a mail address before the `@` (RFC 5321 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// The part of a mail address before the `@`, in the plain form (RFC 5321 4.1.2, Dot-string).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPart {
    text: String,
}

/// Why a text is not a local part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPartError {
    what: String,
    instead: Option<String>,
}

impl fmt::Display for LocalPartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

impl ParseError for LocalPartError {
    fn instead(&self) -> Option<String> {
        self.instead.clone()
    }
}

impl FromText for LocalPart {
    type Error = LocalPartError;
    const EXPECTED: &'static str = "an alias such as `docs`, without `@`";

    fn from_text(text: &str) -> Result<Self, LocalPartError> {
        let fault = |what: String| LocalPartError {
            what,
            instead: None,
        };
        if let Some((local, _)) = text.split_once('@') {
            return Err(LocalPartError {
                what: "it contains an `@`: only the part before it is the alias".to_owned(),
                instead: Self::from_text(local).ok().map(|local| local.text),
            });
        }
        if text.split('.').any(str::is_empty) {
            return Err(fault(
                "it is empty, or begins or ends with a dot, or has two in a row".into(),
            ));
        }
        if text.len() > MAX_LOCAL_PART {
            return Err(fault(format!(
                "it is longer than {MAX_LOCAL_PART} characters"
            )));
        }
        match text.chars().find(|character| !is_atom(*character)) {
            Some(odd) => Err(fault(format!("it holds `{}`", plain_character(odd)))),
            None => Ok(Self {
                text: text.to_owned(),
            }),
        }
    }
}

/// Returns whether a character is allowed in a plain local part (RFC 5322 3.2.3, atext and the
/// dot).
fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character)
}

impl LocalPart {
    /// Returns the alias as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A mail address with a plain local part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    text: String,
    /// The part after the `@`.
    pub domain: DomainName,
}

impl FromText for MailAddress {
    type Error = String;
    const EXPECTED: &'static str = "a mail address such as `postmaster@fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, String> {
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err("it contains no `@`".into());
        };
        LocalPart::from_text(local).map_err(|fault| fault.to_string())?;
        let domain = DomainName::from_text(without_final_dot(domain))
            .map_err(|fault| format!("behind the `@`, {fault}"))?;
        Ok(Self {
            text: text.to_owned(),
            domain,
        })
    }
}

impl MailAddress {
    /// Returns the address as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_matches_its_hosts_only() {
        for (pattern, host, expected) in [
            ("mail.fabrikam.com", "MAIL.fabrikam.com.", true),
            ("mail.fabrikam.com", "x.mail.fabrikam.com", false),
            (
                ".mail.protection.outlook.com",
                "fabrikam-com.mail.protection.outlook.com",
                true,
            ),
            (
                "*.mail.protection.outlook.com",
                "a.b.mail.protection.outlook.com",
                true,
            ),
            (
                ".mail.protection.outlook.com",
                "mail.protection.outlook.com",
                false,
            ),
            (".fabrikam.com", "xfabrikam.com", false),
            ("mail_gw", "mail_gw", true),
        ] {
            let pattern = HostPattern::from_text(pattern).unwrap();
            assert_eq!(pattern.matches(host), expected, "{pattern:?} {host}");
        }
    }

    #[test]
    fn text_that_is_not_a_host_is_refused() {
        for text in [
            "",
            "192.0.2.1",
            "[192.0.2.1]",
            "::1",
            ".com",
            "*",
            "a b",
            "user@host",
            "*.*.x.y",
        ] {
            assert!(HostPattern::from_text(text).is_err(), "{text}");
        }
        let port = HostPattern::from_text("mail.fabrikam.com:25").unwrap_err();
        assert_eq!(port.instead().as_deref(), Some("mail.fabrikam.com"));
    }

    #[test]
    fn target_is_host_address_or_drop_folder() {
        let host = |name: &str, port| PassedTo::Host {
            name: name.to_owned(),
            port,
        };
        for (text, to) in [
            ("drop-folder", PassedTo::DropFolder),
            ("SP1.fabrikam.com", host("sp1.fabrikam.com", 25)),
            ("sp1:2525", host("sp1", 2525)),
            (
                "*.mail.protection.outlook.com",
                host(".mail.protection.outlook.com", 25),
            ),
            (
                "192.0.2.21",
                PassedTo::Address("192.0.2.21:25".parse().unwrap()),
            ),
            (
                "[2001:db8::21]:2525",
                PassedTo::Address("[2001:db8::21]:2525".parse().unwrap()),
            ),
            (
                "[192.0.2.21]",
                PassedTo::Address("192.0.2.21:25".parse().unwrap()),
            ),
        ] {
            assert_eq!(
                PassTarget::from_text(text).map(|target| target.to),
                Ok(to),
                "{text}"
            );
        }
        for text in [
            "",
            "sp1:",
            "sp1:0",
            "sp1:x",
            "192.0.2.21:0",
            "a b",
            "docs@sp1",
        ] {
            assert!(PassTarget::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn aliases_and_addresses_are_plain() {
        for text in ["docs", "first.last", "a+b"] {
            assert!(LocalPart::from_text(text).is_ok(), "{text}");
        }
        for text in ["", "a b", "a..b", ".a", "a\r\nb", "<a>", "ä", "\"a\""] {
            assert!(LocalPart::from_text(text).is_err(), "{text}");
        }
        let fault = LocalPart::from_text("docs@fabrikam.com").unwrap_err();
        assert_eq!(fault.instead().as_deref(), Some("docs"));
        assert!(MailAddress::from_text("postmaster@fabrikam.com").is_ok());
        for text in ["postmaster", "a b@x.com", "a@", "@x.com", "a@[192.0.2.1]"] {
            assert!(MailAddress::from_text(text).is_err(), "{text}");
        }
    }
}
