//! What this machine knows of itself.

use std::net::IpAddr;

/// This machine, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// Its full name.
    pub name: Option<String>,
    /// The name servers it asks; none of its own, which mean another machine elsewhere.
    pub name_servers: Vec<IpAddr>,
}

/// Looks; what cannot be told is left out.
pub fn here() -> Here {
    let system = hickory_resolver::system_conf::read_system_conf()
        .ok()
        .map(|(config, _)| config);
    let domain = system.as_ref().and_then(|config| {
        config
            .domain()
            .into_iter()
            .chain(config.search())
            .map(|name| name.to_ascii())
            .find(|name| name != ".")
    });
    let name = gethostname::gethostname().into_string().ok();
    let servers = system
        .iter()
        .flat_map(|config| config.name_servers())
        .map(|server| server.ip);
    Here {
        name: name.and_then(|name| full_name(&name, domain.as_deref())),
        name_servers: servers.filter(|address| !address.is_loopback()).collect(),
    }
}

/// A name with its domain; nothing where no domain is known.
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
    use super::full_name;

    #[test]
    fn a_name_is_full_with_its_domain() {
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
}
