//! SEE: what was seen, as plain data; a file that is gathered here and judged anywhere.

mod dns;
mod iis;
mod smtp;

pub use dns::{DnsFacts, Lookup, PortCheck, Record, RecordData, RecordKind, ServersFrom, is_address, is_below};
pub use iis::{
    FolderCount, FolderPurpose, IisFacts, IisServer, MailFolder, MetabaseFile, ServiceFacts, ServiceState, StartType,
};
pub use smtp::{SmtpFacts, SmtpHost, SmtpStep, SmtpTalk, SmtpTarget, TlsFacts};

use crate::error::Error;
use serde::{Deserialize, Serialize};

/// The version of the facts file that this program writes and reads.
pub const VERSION: u32 = 1;

/// The answer to a question asked of the outside. An error at the door is an answer too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T> {
    Known(T),
    /// It was answered that there is none; how.
    Absent(String),
    /// No usable answer came; why.
    Failed(String),
    #[default]
    NotAsked,
}

/// Everything that was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Facts {
    /// The version of this format.
    pub facts: u32,
    /// The farm they are of, as its file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub farm: Option<String>,
    /// When they were gathered, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsFacts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<SmtpFacts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iis: Option<IisFacts>,
}

impl Facts {
    /// Reads a facts file.
    ///
    /// # Errors
    /// It is no such file, or of a newer version than this program knows.
    pub fn from_json(text: &str, path: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Versioned {
            facts: u32,
        }
        let no_facts = |error: serde_json::Error| {
            Error::usage(format!("`{path}` is no facts file: {error}")).hint("`spinmail gather` writes one")
        };
        let Versioned { facts } = serde_json::from_str(text).map_err(no_facts)?;
        if facts > VERSION {
            return Err(Error::usage(format!("`{path}` is of facts version {facts}, this spinmail knows {VERSION}"))
                .hint("judge it with a newer spinmail"));
        }
        serde_json::from_str(text).map_err(no_facts)
    }

    /// The facts as a file.
    pub fn to_json(&self) -> String {
        // Plain data of strings and numbers always has a JSON form.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}
