//! The contents of a drop folder. The size of these facts is bounded: counts are exact, but only a
//! limited number of files, addresses and domains are listed by name.

use super::{Answer, Unknown};
use serde::{Deserialize, Serialize};

/// The most files that are listed by name for one reason.
pub(crate) const MAX_NAMED: usize = 20;
/// The most addresses, and the most domains, that are counted individually.
pub(crate) const MAX_COUNTED: usize = 4096;

/// The contents of a drop folder. Ages are in seconds since the last write to the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Contents {
    /// When the folder was read, RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub scanned: String,
    /// The number of messages (files named `.eml`), and their total size in bytes.
    pub messages: u64,
    pub bytes: u64,
    /// Files that disappeared between listing and opening, as the delivery job takes them.
    pub taken: u64,
    /// Incomplete messages younger than a minute.
    pub arriving: u64,
    pub subfolders: u64,
    /// Files whose name is not a message's, and entries that are not ordinary files.
    pub other_files: Sample,
    pub ages: Ages,
    pub oldest: Vec<Message>,
    pub newest: Vec<Message>,
    pub largest: Vec<Message>,
    /// The recipients of the messages, in lowercase.
    pub addresses: Tally,
    /// The recipients' domains.
    pub domains: Tally,
    /// Messages with more recipients than are read of one message.
    pub cut: u64,
    /// Messages without a recipient, and files that are not messages.
    pub unroutable: Sample,
    /// Messages with a recipient only in a place where SharePoint may not look for it.
    pub doubtful: Sample,
    /// Messages that SharePoint drops because SharePoint itself sent them.
    pub loop_guard: Sample,
    /// Messages whose attachments are wrapped, and messages that were not searched to their end.
    pub wrapped: Sample,
    pub not_searched: Sample,
    /// Messages that could not be read.
    pub unread: Sample,
    pub space: Answer<Space>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The number of messages that are older than certain ages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ages {
    pub over_ten_minutes: u64,
    pub over_twenty_hours: u64,
    pub over_a_day: u64,
    /// Dated more than a minute after the clock of the machine that read them.
    pub ahead: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Ages {
    pub const TEN_MINUTES: i64 = 600;
    pub const TWENTY_HOURS: i64 = 20 * 3600;
    /// When SharePoint deletes undeliverable messages.
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
    /// In seconds; negative if it is dated in the future.
    pub age: i64,
    /// The first of its recipients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub receivers: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Files with something in common: their number, and the first by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sample {
    pub count: u64,
    pub first: Vec<NamedFile>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A file, and a note on it.
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

/// The number of messages for each name. The first names are counted individually, the others
/// together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tally {
    pub counted: Vec<Count>,
    /// The total count of the other names.
    pub others: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The count of a name, and the age of its oldest message.
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

/// The space of the folder's disk, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Space {
    pub free: u64,
    pub total: u64,
    #[serde(flatten)]
    pub unknown: Unknown,
}
