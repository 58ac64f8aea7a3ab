//! The source of facts: the file, the machine, the time, and what its version can contain.

use super::{Area, Lookup, RecordKind, Unknown};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

/// One file of facts, or one run of probes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "where facts come from, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactsSource {
    /// The file as named on the command line, or `None` if the facts were gathered just now. It is
    /// not saved.
    #[serde(skip)]
    pub file: Option<String>,
    /// The server that the facts are about; nothing if they do not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: Option<String>,
    /// When they were gathered, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub gathered: Option<String>,
    /// The format version in which they were recorded.
    pub version: u32,
    /// The areas that they are about, by name; empty if not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub areas: Vec<String>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

/// Returns the sources of several facts, each once, in a fixed order.
pub(super) fn united(mut sources: Vec<FactsSource>) -> Vec<FactsSource> {
    sources.sort_by(|one, two| {
        (&one.server, &one.gathered, &one.file).cmp(&(&two.server, &two.gathered, &two.file))
    });
    sources.dedup();
    sources
}

/// Returns the facts that a file of this version cannot contain, by their names in sentences.
pub fn missing_in_version(version: u32) -> &'static [&'static str] {
    match version {
        1 => &[
            "the kinds of failures",
            "who asked SMTP servers",
            "the views of DNS servers",
            "the directory's forest",
        ],
        _ => &[],
    }
}

/// Facts that are older than is allowed. They are not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StaleFacts {
    pub area: Area,
    /// The record that they are, or `None` if they are all of the area.
    pub record: Option<StaleRecord>,
    /// The sentence that stands in for what rules would say.
    pub why: String,
}

/// What was asked about in a record that is too old: a server, a host, or a name in DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StaleRecord {
    pub name: String,
    /// Of which name server what of the name was asked.
    pub question: Option<(SocketAddr, RecordKind)>,
}

impl StaleRecord {
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            question: None,
        }
    }

    pub(super) fn lookup(lookup: &Lookup) -> Self {
        Self {
            question: Some((lookup.server, lookup.kind)),
            ..Self::named(&lookup.name)
        }
    }
}

/// How far clocks of one domain may differ (Kerberos, "Maximum tolerance for computer clock
/// synchronization").
pub(super) const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

impl FactsSource {
    /// Returns whether the facts are about an area, as far as that is known.
    pub fn is_about(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.iter().any(|name| name == area.name())
    }

    /// Returns the age of the facts at the time `now` (RFC 3339), or `None` if their time is not
    /// known or in the future. Facts of a machine whose clock is a little ahead count as new.
    pub fn age(&self, now: &str) -> Option<Duration> {
        match self.age_or_lead(now)? {
            Ok(age) => Some(age),
            Err(lead) => (lead <= CLOCK_SKEW).then_some(Duration::ZERO),
        }
    }

    /// Returns how far after the time `now` (RFC 3339) the facts are dated, or `None` if the
    /// difference is within the tolerance for clocks, or if their time is not known.
    pub(crate) fn lead(&self, now: &str) -> Option<Duration> {
        let lead = self.age_or_lead(now)?.err()?;
        (lead > CLOCK_SKEW).then_some(lead)
    }

    /// Returns how long before `now` the facts were gathered, or as an error how long after it.
    fn age_or_lead(&self, now: &str) -> Option<Result<Duration, Duration>> {
        let gathered = humantime::parse_rfc3339_weak(self.gathered.as_deref()?).ok()?;
        let now = humantime::parse_rfc3339_weak(now).ok()?;
        Some(now.duration_since(gathered).map_err(|lead| lead.duration()))
    }
}
