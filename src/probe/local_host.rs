//! This machine's names and name servers.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use crate::farm::values::is_same_host;
use std::net::IpAddr;

/// This machine, as far as the system reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LocalHost {
    /// Its fully qualified name.
    pub name: Option<String>,
    /// Its name servers, except those on loopback addresses, which have no meaning on other
    /// machines.
    pub name_servers: Vec<IpAddr>,
}

impl LocalHost {
    /// Asks the system. Values that it does not report are `None` or empty.
    pub(crate) fn detect() -> Self {
        let config = hickory_resolver::system_conf::read_system_conf()
            .ok()
            .map(|(config, _)| config);
        let domain = config.as_ref().and_then(|config| {
            config
                .domain()
                .into_iter()
                .chain(config.search())
                .map(|name| name.to_ascii())
                .find(|name| name != ".")
        });
        Self {
            name: Self::host_name().and_then(|name| full_name(&name, domain.as_deref())),
            name_servers: config
                .iter()
                .flat_map(|config| config.name_servers())
                .map(|server| server.ip)
                .filter(|address| !address.is_loopback())
                .collect(),
        }
    }

    /// Returns the machine's name as the system reports it, with or without its domain.
    pub(crate) fn host_name() -> Option<String> {
        system::host_name().filter(|name| !name.is_empty())
    }

    /// Returns whether a name refers to this machine.
    pub(crate) fn is_named(name: &str) -> bool {
        Self::host_name().is_some_and(|own| is_same_host(&own, name))
    }
}

/// Returns a name with its domain, or `None` if no domain is known.
fn full_name(name: &str, domain: Option<&str>) -> Option<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name.contains('.') {
        return Some(name);
    }
    let domain = domain?.trim_end_matches('.').to_ascii_lowercase();
    (!name.is_empty() && !domain.is_empty()).then(|| format!("{name}.{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_name_gets_its_domain() {
        for (name, domain, expected) in [
            ("SP1", Some("fabrikam.com."), Some("sp1.fabrikam.com")),
            ("sp1.fabrikam.com", None, Some("sp1.fabrikam.com")),
            (
                "sp1.fabrikam.com.",
                Some("other.example"),
                Some("sp1.fabrikam.com"),
            ),
            ("sp1", None, None),
            ("sp1", Some("."), None),
            ("", Some("fabrikam.com"), None),
        ] {
            assert_eq!(
                full_name(name, domain).as_deref(),
                expected,
                "{name} {domain:?}"
            );
        }
    }

    #[test]
    fn this_machine_is_recognized_by_its_name() {
        let name = LocalHost::host_name().expect("a host name");
        assert!(LocalHost::is_named(&name.to_uppercase()));
        assert!(!LocalHost::is_named("no-such-host.invalid"));
    }
}
