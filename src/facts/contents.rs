//! What lies in a drop folder. Everything is bounded, whatever lies there: counts are exact, and
//! what is listed by name is a part with a fixed most.

use super::{Answer, Unknown};
use serde::{Deserialize, Serialize};

/// The most files that are listed by name for one reason.
pub(crate) const MAX_NAMED: usize = 20;
/// The most addresses, and the most domains, that are counted one by one.
pub(crate) const MAX_COUNTED: usize = 4096;

/// What lies in a drop folder. Ages are in seconds, of the time the file was last written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Contents {
    /// When it was looked at, RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub scanned: String,
    /// How many messages lie there (files that are named `.eml`), and how large they are together,
    /// in bytes.
    pub messages: u64,
    pub bytes: u64,
    /// Files that were taken away between seeing their name and opening them, as the delivery job
    /// does.
    pub taken: u64,
    /// Messages of less than a minute that were not there as a whole.
    pub arriving: u64,
    pub subfolders: u64,
    /// What is not a message by its name, or no ordinary file.
    pub other_files: Sample,
    pub ages: Ages,
    pub oldest: Vec<Message>,
    pub newest: Vec<Message>,
    pub largest: Vec<Message>,
    /// The addresses that the messages are for, in lowercase.
    pub addresses: Tally,
    /// Their domains.
    pub domains: Tally,
    /// Messages with more receivers than are read of one.
    pub cut: u64,
    /// Messages that name no receiver, and those that are not messages at all.
    pub unroutable: Sample,
    /// Messages that name a receiver only where SharePoint may not look for it.
    pub doubtful: Sample,
    /// Messages that SharePoint drops because it sent them itself.
    pub loop_guard: Sample,
    /// Messages whose attachments are wrapped, and those that were not looked through to their
    /// end.
    pub wrapped: Sample,
    pub not_searched: Sample,
    /// Messages that could not be read.
    pub unread: Sample,
    pub space: Answer<Space>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How many messages are older than the ages that count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ages {
    pub over_ten_minutes: u64,
    pub over_twenty_hours: u64,
    pub over_a_day: u64,
    /// Dated more than a minute after the clock of the machine that looked.
    pub ahead: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Ages {
    pub const TEN_MINUTES: i64 = 600;
    pub const TWENTY_HOURS: i64 = 20 * 3600;
    /// When SharePoint deletes what it could not deliver.
    pub const A_DAY: i64 = 24 * 3600;
    pub const A_MINUTE: i64 = 60;
}

/// A message in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Message {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// In seconds; below zero where it is dated after the clock.
    pub age: i64,
    /// The first of its receivers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub receivers: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Files with something in common: how many, and the first by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sample {
    pub count: u64,
    pub first: Vec<NamedFile>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A file, and what there is to say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Named"))]
pub struct NamedFile {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How many messages are for whom; the first by name are counted one by one, the others together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tally {
    pub counted: Vec<Count>,
    /// How often others than these were named.
    pub others: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How often one was named, and the age of the oldest message that did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Count {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    pub messages: u64,
    /// In seconds.
    pub oldest: i64,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The space of the disk that the folder lies on, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Space {
    pub free: u64,
    pub total: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}
