//! The answers to questions, and what of the facts is not known to this version.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields that a later spinmail of the same version of the file knows and this one does not: they
/// are kept.
pub(crate) type Unknown = BTreeMap<String, serde_json::Value>;

/// The answer to a question asked of the outside. An error at the door is an answer too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an answer: known, absent, failed or not-asked"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Answer<T> {
    Known(T),
    /// It was answered that there is none; how.
    Absent(String),
    /// No usable answer came; why.
    Failed(String),
    #[default]
    NotAsked,
}

impl<T> Answer<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Absent(_) | Self::Failed(_) | Self::NotAsked => None,
        }
    }

    /// This answer, or where it was not asked for, an older one.
    #[must_use]
    pub fn or_older(self, older: Self) -> Self {
        match self {
            Self::NotAsked => older,
            answer => answer,
        }
    }
}
