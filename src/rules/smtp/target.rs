//! What a verdict about SMTP is of: a host's address, and from where it was talked to where that
//! matters.

use crate::facts::{Observation, SmtpFacts, SmtpHost, SmtpTarget, observer_names};
use std::collections::BTreeSet;
use std::ops::Deref;

/// A target as it is judged.
pub(super) struct Target<'a> {
    seen: &'a SmtpTarget,
    /// The machines that talked to it, where others were told something else.
    from: Option<String>,
}

impl Deref for Target<'_> {
    type Target = SmtpTarget;

    fn deref(&self) -> &SmtpTarget {
        self.seen
    }
}

impl<'a> Target<'a> {
    pub(super) fn new(smtp: &SmtpFacts, seen: &'a SmtpTarget) -> Self {
        let is_of_it =
            |other: &&SmtpTarget| other.host == seen.host && other.address == seen.address;
        let is_disputed = smtp.targets.iter().filter(is_of_it).count() > 1;
        Self {
            seen,
            from: is_disputed.then(|| observer_names(&seen.observed_by)),
        }
    }

    /// Host and address, with the port where it is not 25.
    pub(super) fn name(&self) -> String {
        let address = self.address;
        let address = if address.port() == 25 {
            address.ip().to_string()
        } else {
            address.to_string()
        };
        format!("{} {address}", self.host)
    }

    pub(super) fn subject(&self) -> String {
        self.with_origin(self.name())
    }

    pub(super) fn with_origin(&self, what: String) -> String {
        with_origin(what, self.from.as_deref())
    }

    /// Who talked to it, as a sentence names it.
    pub(super) fn asker(&self) -> &str {
        self.from.as_deref().unwrap_or("this machine")
    }
}

fn with_origin(what: String, from: Option<&str>) -> String {
    match from {
        Some(from) => format!("{what} from {from}"),
        None => what,
    }
}

/// The subject of a host without an address: its name, and who says so where another machine knows
/// otherwise.
pub(super) fn unresolved(smtp: &SmtpFacts, host: &SmtpHost) -> String {
    let targets = smtp
        .targets
        .iter()
        .filter(|other| other.host == host.host)
        .map(|other| &other.observed_by);
    let hosts = smtp
        .unresolved
        .iter()
        .filter(|other| other.host == host.host)
        .map(|other| &other.observed_by);
    let machines = |seen: &[Observation]| {
        seen.iter()
            .map(|observation| observation.server.clone())
            .collect::<BTreeSet<_>>()
    };
    let own = machines(&host.observed_by);
    let is_disputed = targets
        .chain(hosts)
        .any(|seen| !machines(seen).is_subset(&own));
    with_origin(
        host.host.clone(),
        is_disputed
            .then(|| observer_names(&host.observed_by))
            .as_deref(),
    )
}
