//! Commands that record a host in the farm file.

use super::{host_word, spinmail};
use std::net::IpAddr;

/// Returns the command that records a host as a server of the farm that takes mail. A domain's own
/// name is not the name of a host.
pub(crate) fn record_server(host: &str, domain: &str) -> String {
    match host_word(host).filter(|_| !host.eq_ignore_ascii_case(domain)) {
        Some(_) => spinmail("server add {NAME} --smtp-service yes", &[&host]),
        None => spinmail("server add NAME --smtp-service yes", &[]),
    }
}

/// Returns the command that records a host that takes a domain's mail as a mail host. A domain's own
/// name is not the name of a host: there its address stands for it.
pub(crate) fn record_mail_host(host: &str, domain: &str, address: Option<IpAddr>) -> String {
    match address {
        _ if !host.eq_ignore_ascii_case(domain) => match host_word(host) {
            Some(_) => spinmail("mail-host add {NAME}", &[&host]),
            None => spinmail("mail-host add NAME", &[]),
        },
        Some(address) => spinmail("mail-host add NAME --addresses {ADDRESS}", &[&address]),
        None => spinmail("mail-host add NAME --addresses ADDRESS", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::{record_mail_host, record_server};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn host_from_dns_is_recorded_by_a_name_of_its_own_or_by_its_address() {
        let address = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
        for (host, known, expected) in [
            ("mx.a.test", Some(address), "mail-host add mx.a.test"),
            ("mx.a.test", None, "mail-host add mx.a.test"),
            (
                "a.test",
                Some(address),
                "mail-host add NAME --addresses 10.0.0.5",
            ),
            ("A.test", None, "mail-host add NAME --addresses ADDRESS"),
            // A zone may hold any name: what is not a host's is left for the reader to fill in.
            ("--help", None, "mail-host add NAME"),
            ("$(id).test", None, "mail-host add NAME"),
            ("mx&calc.a.test", None, "mail-host add NAME"),
        ] {
            let command = record_mail_host(host, "a.test", known);
            assert_eq!(command, format!("spinmail {expected}"));
        }
    }

    #[test]
    fn server_is_recorded_by_the_name_of_a_host() {
        for (host, name) in [
            ("sp1.a.test", "sp1.a.test"),
            ("A.test", "NAME"),
            ("sp1&calc.a.test", "NAME"),
        ] {
            let expected = format!("spinmail server add {name} --smtp-service yes");
            assert_eq!(record_server(host, "a.test"), expected);
        }
    }
}
