//! How large a message the SMTP service has to take.

use crate::farm::values::{Size, Version};
use crate::farm::{Farm, Server};
use crate::rules::route::{Reach, Routes, Way};
use crate::rules::{Case, Judged, Outcome, Severity};

/// The largest message that comes to a server and that SharePoint accepts.
#[derive(Debug, Clone)]
pub(crate) struct WantedSize {
    pub bytes: u64,
    /// How large it is on its way, encoded for mail.
    encoded: u64,
    /// What takes or sends it, as the rest of a sentence: `a web application up to 50 MB`.
    pub whose: String,
    /// The severity of a finding, or `None` for the rule's.
    pub severity: Option<Severity>,
}

impl WantedSize {
    /// Returns how to raise the limits of a virtual server, as a sentence without its period.
    pub(crate) fn how_to_raise_limits(&self) -> String {
        let kilobytes = self.encoded.div_ceil(1 << 10);
        // The limits are numbers of 32 bits.
        if self.encoded > u32::MAX.into() {
            return "Clear Limit session size and Limit message size".to_owned();
        }
        let why = match self.encoded == self.bytes {
            true => String::new(),
            false => format!(
                ", because {} need about {} when they are encoded",
                Size::in_words(self.bytes),
                Size::in_words(self.encoded)
            ),
        };
        format!(
            "Raise Limit session size, then Limit message size, to at least {kilobytes} KB{why}"
        )
    }
}

/// Returns about how large a file is when it is encoded for mail (base64 in lines), in whole MB.
fn encoded(bytes: u64) -> u64 {
    const MB: u64 = 1 << 20;
    let encoded = bytes.saturating_add(bytes / 5 * 2);
    encoded.div_ceil(MB).saturating_mul(MB)
}

/// Returns the largest message that the servers have to take: what the web applications take, or
/// less where every mail host in front passes on less.
pub(crate) fn wanted_size(case: &Case<'_>, servers: &[&Server]) -> Judged<WantedSize> {
    let wanted = sharepoint_limit(case.farm)?;
    let routes = case.routes();
    let of_servers = servers.iter().map(|server| mail_host_limit(routes, server));
    let passed_on = of_servers.collect::<Option<Vec<u64>>>();
    let largest = passed_on.and_then(|limits| limits.into_iter().max());
    Ok(match largest {
        Some(bytes) if bytes < wanted.bytes => WantedSize {
            bytes,
            encoded: bytes,
            whose: format!("a mail host passes on up to {}", Size::in_words(bytes)),
            ..wanted
        },
        _ => wanted,
    })
}

/// Returns the largest message that a web application is recorded to accept, or SharePoint's
/// default.
fn sharepoint_limit(farm: &Farm) -> Judged<WantedSize> {
    if let Some(largest) = farm.largest_message() {
        return Ok(WantedSize {
            bytes: largest.bytes(),
            encoded: encoded(largest.bytes()),
            whose: format!("a web application up to {}", largest.as_str()),
            severity: None,
        });
    }
    let default = farm.version.and_then(default_limit).ok_or_else(|| {
        Outcome::not_applicable("no web application's maximum message size is recorded")
    })?;
    Ok(WantedSize {
        bytes: default,
        encoded: encoded(default),
        whose: format!("SharePoint by default up to {}", Size::in_words(default)),
        severity: Some(Severity::Note),
    })
}

/// Returns the largest file that a web application takes unless it is told otherwise, or `None` if
/// that is not known.
pub(crate) fn default_limit(version: Version) -> Option<u64> {
    const MB: u64 = 1 << 20;
    match version {
        Version::Foundation2013 | Version::Server2013 => Some(250 * MB),
        Version::Server2016 | Version::Server2019 => Some(2047 * MB),
        Version::Subscription => None,
    }
}

/// Returns the largest message that mail hosts pass on to a server, or `None` if mail also comes in
/// another way, or if a limit is not recorded. On its way, the smallest limit counts.
fn mail_host_limit(routes: &Routes<'_>, server: &Server) -> Option<u64> {
    let Reach::On(ways) = routes.reach(server) else {
        return None;
    };
    if ways.contains(&Way::Automatic) {
        return None;
    }
    let limits = routes.limits_to(server);
    limits.collect::<Option<Vec<u64>>>()?.into_iter().max()
}
