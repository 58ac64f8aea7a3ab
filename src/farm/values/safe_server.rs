//! The page's "Safe E-Mail Servers".

use super::{DomainName, FromText, Lenient};
use std::net::{IpAddr, Ipv4Addr};

/// Which servers SharePoint accepts mail from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SafeServers {
    /// "Accept mail from all e-mail servers".
    All,
    /// "Accept mail from these safe e-mail servers".
    Only(Vec<Lenient<SafeServer>>),
}

/// One safe server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SafeServer {
    /// One address.
    Address(IpAddr),
    /// A network: an address and its prefix length in bits.
    Subnet(IpAddr, u8),
    /// A host name.
    Host(DomainName),
}

impl FromText for SafeServer {
    type Error = String;
    const EXPECTED: &'static str = "an address, a subnet or a host name such as `192.0.2.5`, \
                                    `198.51.100.0/24` or `relay.fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("all") {
            return Err("it means every server, so it cannot be one of several entries".to_owned());
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        if let Some((address, mask)) = text.split_once('/') {
            let address = address
                .parse()
                .map_err(|_| format!("`{address}` before the `/` is not an IP address"))?;
            return prefix(address, mask).map(|bits| Self::Subnet(address, bits));
        }
        DomainName::from_text(text)
            .map(Self::Host)
            .map_err(|fault| fault.to_string())
    }
}

/// Returns the prefix length in bits of a mask such as `24` or `255.255.255.0`.
pub(super) fn prefix(address: IpAddr, mask: &str) -> Result<u8, String> {
    let longest = if address.is_ipv4() { 32 } else { 128 };
    if let (IpAddr::V4(_), Ok(mask)) = (address, mask.parse::<Ipv4Addr>()) {
        let bits = mask.to_bits();
        return match bits.leading_ones() + bits.trailing_zeros() {
            32.. => Ok(bits.leading_ones() as u8),
            _ => Err(format!("`{mask}` is not a subnet mask")),
        };
    }
    match mask.parse::<u8>() {
        Ok(bits) if bits <= longest && mask.bytes().all(|byte| byte.is_ascii_digit()) => Ok(bits),
        _ => Err(format!(
            "`{mask}` after the `/` is not a prefix length from 0 to {longest}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_parsed() {
        let subnet = |bits| Ok(SafeServer::Subnet("198.51.100.0".parse().unwrap(), bits));
        assert_eq!(SafeServer::from_text("198.51.100.0/24"), subnet(24));
        assert_eq!(
            SafeServer::from_text("198.51.100.0/255.255.255.0"),
            subnet(24)
        );
        assert_eq!(SafeServer::from_text("198.51.100.0/0.0.0.0"), subnet(0));
        for good in [
            "192.0.2.5",
            "::1",
            "2001:db8::/32",
            "relay.fabrikam.com",
            "relay",
        ] {
            assert!(SafeServer::from_text(good).is_ok(), "{good}");
        }
        for bad in [
            "999.1.1.1",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/255.0.255.0",
            "*.fabrikam.com",
            "a b",
            "",
            "x/8",
        ] {
            assert!(SafeServer::from_text(bad).is_err(), "{bad}");
        }
    }
}
