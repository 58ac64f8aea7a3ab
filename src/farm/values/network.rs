//! Values about probing: name servers, directory servers, ports, timeouts.

use super::safe_server::prefix;
use super::{FromText, ParseError};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use url::Url;

/// A DNS server's address, with the port if it is not 53.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameServer {
    text: String,
    /// The address to ask.
    pub address: SocketAddr,
}

impl FromText for NameServer {
    type Error = String;
    const EXPECTED: &'static str =
        "an address, or address:port, such as `192.0.2.10` or `[2001:db8::10]:5353`";

    fn from_text(text: &str) -> Result<Self, String> {
        let address = match text.parse::<IpAddr>() {
            Ok(ip) => Ok(SocketAddr::new(ip, 53)),
            Err(_) => text.parse::<SocketAddr>(),
        };
        match address {
            Ok(address) if address.port() != 0 => Ok(Self {
                text: text.to_owned(),
                address,
            }),
            Ok(_) => Err("0 is not a port".into()),
            Err(_) => Err("it is not an IP address".into()),
        }
    }
}

impl NameServer {
    /// Returns the address as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A directory server's URL: `ldap://` or `ldaps://` and a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryAddress {
    text: String,
}

/// Why a text is not a directory server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryAddressError {
    what: String,
    instead: Option<String>,
}

impl DirectoryAddressError {
    /// Creates an error for which no correction is certain.
    fn without_correction(what: String) -> Self {
        Self {
            what,
            instead: None,
        }
    }
}

impl fmt::Display for DirectoryAddressError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

impl ParseError for DirectoryAddressError {
    fn instead(&self) -> Option<String> {
        self.instead.clone()
    }
}

impl FromText for DirectoryAddress {
    type Error = DirectoryAddressError;
    const EXPECTED: &'static str = "a URL such as `ldaps://dc1.fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, DirectoryAddressError> {
        if !text.contains("://") {
            let instead =
                Some(format!("ldaps://{text}")).filter(|text| Self::from_text(text).is_ok());
            return Err(DirectoryAddressError {
                what: "it must begin with `ldap://` or `ldaps://`".to_owned(),
                instead,
            });
        }
        let url = Url::parse(text)
            .map_err(|error| DirectoryAddressError::without_correction(error.to_string()))?;
        if !matches!(url.scheme(), "ldap" | "ldaps") {
            let what = format!("`{}` is neither ldap nor ldaps", url.scheme());
            return Err(DirectoryAddressError::without_correction(what));
        }
        if url.host_str().is_none_or(str::is_empty) {
            let what = "it names no host".to_owned();
            return Err(DirectoryAddressError::without_correction(what));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let what = "it contains a user name or password, which do not belong in the file";
            return Err(DirectoryAddressError::without_correction(what.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
        })
    }
}

impl DirectoryAddress {
    /// Returns the URL as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host that it names.
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(&self.text).ok()?;
        url.host_str().map(str::to_owned)
    }
}

/// The timeout of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeout {
    text: String,
    /// The timeout, from 10 milliseconds to 10 minutes.
    pub limit: Duration,
}

impl FromText for Timeout {
    type Error = String;
    const EXPECTED: &'static str = "a time from `10ms` to `10m` such as `5s`";

    fn from_text(text: &str) -> Result<Self, String> {
        let limit = humantime::parse_duration(text).map_err(|error| error.to_string())?;
        if limit < Duration::from_millis(10) || limit > Duration::from_secs(600) {
            return Err("it is out of range".into());
        }
        Ok(Self {
            text: text.to_owned(),
            limit,
        })
    }
}

impl Timeout {
    /// Returns the timeout as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// An IP address of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAddress {
    text: String,
    /// The address.
    pub ip: IpAddr,
}

impl FromText for HostAddress {
    type Error = String;
    const EXPECTED: &'static str = "an IP address such as `203.0.113.25`";

    fn from_text(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(ip) => Ok(Self {
                text: text.to_owned(),
                ip,
            }),
            Err(_) if text.contains('/') => Err("it is a network, not one address".into()),
            Err(_) => Err("it is not an IP address".into()),
        }
    }
}

impl HostAddress {
    /// Returns the address as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// An address or a network: an address and its prefix length in bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    text: String,
    /// An address of the network.
    pub ip: IpAddr,
    /// The number of bits that all its addresses share.
    pub bits: u8,
}

impl FromText for Network {
    type Error = String;
    const EXPECTED: &'static str = "an address or a network such as `203.0.113.40` or \
                                    `198.51.100.0/24`";

    fn from_text(text: &str) -> Result<Self, String> {
        let (ip, mask) = match text.split_once('/') {
            Some((ip, mask)) => (ip, Some(mask)),
            None => (text, None),
        };
        let ip: IpAddr = ip
            .parse()
            .map_err(|_| format!("`{ip}` is not an IP address"))?;
        let bits = match mask {
            Some(mask) => prefix(ip, mask)?,
            None if ip.is_ipv4() => 32,
            None => 128,
        };
        Ok(Self {
            text: text.to_owned(),
            ip,
            bits,
        })
    }
}

impl Network {
    /// Returns the network as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its lowest and its highest address.
    pub fn bounds(&self) -> (IpAddr, IpAddr) {
        match self.ip {
            IpAddr::V4(ip) => {
                let beyond = u32::MAX.checked_shr(self.bits.into()).unwrap_or(0);
                let low = ip.to_bits() & !beyond;
                (
                    Ipv4Addr::from(low).into(),
                    Ipv4Addr::from(low | beyond).into(),
                )
            }
            IpAddr::V6(ip) => {
                let beyond = u128::MAX.checked_shr(self.bits.into()).unwrap_or(0);
                let low = ip.to_bits() & !beyond;
                (
                    Ipv6Addr::from(low).into(),
                    Ipv6Addr::from(low | beyond).into(),
                )
            }
        }
    }

    /// Returns whether it shares addresses with another network.
    pub fn overlaps(&self, ip: IpAddr, bits: u8) -> bool {
        let other = Self {
            text: String::new(),
            ip,
            bits,
        };
        self.contains(ip) || other.contains(self.ip)
    }

    /// Returns whether an address belongs to it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.ip, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = (own.to_bits() ^ other.to_bits()).leading_zeros();
                differing >= self.bits.into()
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = (own.to_bits() ^ other.to_bits()).leading_zeros();
                differing >= self.bits.into()
            }
            _ => false,
        }
    }
}

/// A TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port(pub u16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_contains_its_addresses_only() {
        for (network, address, expected) in [
            ("203.0.113.40", "203.0.113.40", true),
            ("203.0.113.40", "203.0.113.41", false),
            ("198.51.100.0/24", "198.51.100.255", true),
            ("198.51.100.7/24", "198.51.101.1", false),
            ("198.51.100.0/255.255.255.0", "198.51.100.9", true),
            ("0.0.0.0/0", "192.0.2.1", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
        ] {
            let parsed = Network::from_text(network).unwrap();
            assert_eq!(
                parsed.contains(address.parse().unwrap()),
                expected,
                "{network} {address}"
            );
        }
        for text in ["", "x", "192.0.2.0/33", "mail.fabrikam.com"] {
            assert!(Network::from_text(text).is_err(), "{text}");
        }
    }
}
