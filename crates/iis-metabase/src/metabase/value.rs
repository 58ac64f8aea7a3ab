//! Parses the texts of values. Each function takes the text as it is in the file; its error
//! completes the sentence "NAME is `text`: …".

use std::fmt;
use std::net::IpAddr;

/// Where a virtual server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The address, or `None` for all addresses.
    pub address: Option<IpAddr>,
    /// The TCP port, never 0.
    pub port: u16,
    /// The host header. Web sites have one, mail servers do not.
    pub host: String,
}

/// How clients may authenticate (ms524513).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthFlags(pub u32);

/// How mail for a domain is routed (cc757175).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RouteAction(pub u32);

/// The kind of domain that the bits of a [`RouteAction`] describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainKind {
    /// Local: mail is written to the drop directory.
    Alias,
    /// The default local domain: mail is written to the drop directory.
    Default,
    /// Remote, through a smart host.
    SmartHost,
    /// Remote: mail is routed by DNS and never written to the drop directory.
    Remote,
}

/// The state of a virtual server (windows-rs, `MD_SERVER_STATE_…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerState {
    /// The value 1.
    Starting,
    /// The value 2.
    Started,
    /// The value 3.
    Stopping,
    /// The value 4.
    Stopped,
    /// The value 5.
    Pausing,
    /// The value 6.
    Paused,
    /// The value 7.
    Continuing,
    /// A number without a known meaning.
    Other(u32),
}

/// The names of the authentication flags in the file (seen: `AuthBasic | AuthAnonymous |
/// AuthNTLM`).
const AUTH_NAMES: &[(&str, u32)] = &[
    ("AuthAnonymous", 1),
    ("AuthBasic", 2),
    ("AuthNTLM", 4),
    ("AuthMD5", 0x10),
    ("AuthPassport", 0x40),
];

/// The names of the route flags. No file with these names is known; they are from the note on
/// Microsoft's page, with the numbers of its hexadecimal column.
const ROUTE_NAMES: &[(&str, u32)] = &[
    ("SMTP_NO_ACTION", 0),
    ("SMTP_DROP", 0x1),
    ("SMTP_SMARTHOST", 0x2),
    ("SMTP_SSL", 0x4),
    ("SMTP_SASL", 0x8),
    ("SMTP_ALIAS", 0x10),
    ("SMTP_DELIVER", 0x20),
    ("SMTP_DEFAULT", 0x40),
    ("SMTP_AUTH_NTLM", 0x80),
    ("SMTP_AUTH_CLEARTEXT", 0x100),
    ("SMTP_ETRN_CMD", 0x200),
    ("SMTP_IP_RELAY", 0x400),
    ("SMTP_AUTH_RELAY", 0x800),
    ("SMTP_DOMAIN_RELAY", 0x1000),
    ("SMTP_CSIDE_TURN", 0x2000),
    ("SMTP_CSIDE_ETRN", 0x4000),
    ("SMTP_DISABLE_ETRN", 0x8000),
    ("SMTP_CHUNKING", 0x1_0000),
    ("SMTP_DISABLE_CHUNK", 0x2_0000),
    ("SMTP_DISABLE_BMIME", 0x4_0000),
    ("SMTP_DISABLE_DSN", 0x8_0000),
    ("SMTP_DISABLE_PIPELINE", 0x10_0000),
    ("SMTP_AUTH_KERBEROS", 0x20_0000),
    ("SMTP_USE_HELO", 0x40_0000),
];

impl AuthFlags {
    /// The schema's default: only anonymous access.
    pub const ANONYMOUS: Self = Self(1);

    /// Returns whether clients may connect without authentication.
    pub fn anonymous(self) -> bool {
        self.0 & 1 != 0
    }

    /// Returns the names of the enabled methods, as the file writes them, and a number for bits
    /// without a name.
    pub fn names(self) -> Vec<String> {
        let mut rest = self.0;
        let mut names = Vec::new();
        for (name, bit) in AUTH_NAMES {
            if rest & bit != 0 {
                names.push((*name).to_owned());
                rest &= !bit;
            }
        }
        if rest != 0 {
            names.push(format!("{rest:#x}"));
        }
        names
    }
}

impl RouteAction {
    /// Returns the kind of domain. An alias takes precedence over the default domain, and that over
    /// a smart host (inferred from the names of the bits).
    pub fn kind(self) -> DomainKind {
        if self.0 & 0x10 != 0 {
            DomainKind::Alias
        } else if self.0 & (0x40 | 0x1 | 0x20) != 0 {
            DomainKind::Default
        } else if self.0 & 0x2 != 0 {
            DomainKind::SmartHost
        } else {
            DomainKind::Remote
        }
    }

    /// Returns the setting "Allow incoming mail to be relayed to this domain".
    pub fn relays(self) -> bool {
        self.0 & 0x1000 != 0
    }
}

impl DomainKind {
    /// Returns whether mail for the domain is written to the drop directory of this server.
    pub fn is_local(self) -> bool {
        matches!(self, Self::Alias | Self::Default)
    }
}

impl Binding {
    /// Returns a binding to `port` on all addresses.
    pub(super) fn every_address(port: u16) -> Self {
        Self {
            address: None,
            port,
            host: String::new(),
        }
    }
}

impl fmt::Display for Binding {
    /// Writes the binding as the file has it: `10.0.0.5:25:`, `:25:`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(IpAddr::V6(address)) => write!(out, "[{address}]")?,
            Some(address) => write!(out, "{address}")?,
            None => {}
        }
        write!(out, ":{}:{}", self.port, self.host)
    }
}

/// Parses a 32-bit number: decimal, hexadecimal after `0x`, or negative for the same bits.
pub(super) fn number(text: &str) -> Result<u32, String> {
    try_number(text).ok_or_else(|| "not a 32-bit number".to_owned())
}

/// Parses numbers separated by commas, spaces or line breaks, and returns the largest.
pub(super) fn longest(text: &str) -> Result<u32, String> {
    let mut longest = None;
    let numbers = text.split(|between: char| between == ',' || between.is_whitespace());
    for each in numbers.filter(|each| !each.is_empty()) {
        longest = longest.max(Some(number(each)?));
    }
    longest.ok_or_else(|| "no number".to_owned())
}

fn try_number(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return has_digits_only(hex, 16).then(|| u32::from_str_radix(hex, 16).ok())?;
    }
    match text.strip_prefix('-') {
        Some(rest) => has_digits_only(rest, 10)
            .then(|| text.parse().ok())?
            .map(i32::cast_unsigned),
        None => has_digits_only(text, 10).then(|| text.parse().ok())?,
    }
}

/// Returns whether a text consists of digits only. The standard parsers also accept a sign.
fn has_digits_only(text: &str, radix: u32) -> bool {
    text.chars().all(|digit| digit.is_digit(radix))
}

/// Parses `true` or `false`, case-insensitive, or a number.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        try_number(text)
            .map(|number| number != 0)
            .ok_or_else(|| "neither true nor false".to_owned())
    }
}

/// Parses names and numbers separated by `|`.
fn flags(text: &str, names: &[(&str, u32)]) -> Result<u32, String> {
    let mut all = 0;
    for flag in text.split('|').map(str::trim) {
        let named = names
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(flag));
        match named.map(|(_, bits)| *bits).or_else(|| try_number(flag)) {
            Some(bits) => all |= bits,
            None if flag.is_empty() => return Err("an empty flag".to_owned()),
            None => return Err(format!("the flag `{flag}` is not known")),
        }
    }
    Ok(all)
}

pub(super) fn is_flags(text: &str) -> bool {
    boolean(text).is_ok() || auth_flags(text).is_ok() || route_action(text).is_ok()
}

pub(super) fn auth_flags(text: &str) -> Result<AuthFlags, String> {
    flags(text, AUTH_NAMES).map(AuthFlags)
}

pub(super) fn route_action(text: &str) -> Result<RouteAction, String> {
    flags(text, ROUTE_NAMES).map(RouteAction)
}

pub(super) fn state(text: &str) -> Result<ServerState, String> {
    Ok(match number(text)? {
        1 => ServerState::Starting,
        2 => ServerState::Started,
        3 => ServerState::Stopping,
        4 => ServerState::Stopped,
        5 => ServerState::Pausing,
        6 => ServerState::Paused,
        7 => ServerState::Continuing,
        other => ServerState::Other(other),
    })
}

/// Parses bindings of the form `ip:port:host`, separated by line breaks. XML turns line breaks into
/// spaces; a binding itself contains no space.
pub(super) fn bindings(text: &str) -> Result<Vec<Binding>, String> {
    text.split_whitespace()
        .map(|text| binding(text).ok_or_else(|| format!("`{text}` is not ip:port:host")))
        .collect()
}

fn binding(text: &str) -> Option<Binding> {
    // An IPv6 address contains colons, so it is in brackets.
    let (address, rest) = match text.strip_prefix('[') {
        Some(text) => text.split_once("]:")?,
        None => text.split_once(':')?,
    };
    let (port, host) = rest.split_once(':').unwrap_or((rest, ""));
    let address = if address.is_empty() {
        None
    } else {
        Some(address.parse().ok()?)
    };
    let port = try_number(port)
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port != 0)?;
    Some(Binding {
        address,
        port,
        host: host.to_owned(),
    })
}
