//! The answers to questions.

use super::{Failure, FailureKind};
use serde::{Deserialize, Serialize};

/// The answer to a question that a probe asked. An error is an answer too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an answer: known, absent, failed or not-asked"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Answer<T> {
    /// The answer.
    Known(T),
    /// The asked thing does not exist. The text says how the answer showed that.
    Absent(String),
    /// No usable answer came.
    Failed(Failure),
    /// The question was not asked.
    #[default]
    NotAsked,
}

impl<T> Answer<T> {
    /// Merges it with an older answer by `over`. If the question was not asked again, the older
    /// answer stays.
    pub(crate) fn over(self, older: Self, over: impl FnOnce(T, T) -> T) -> Self {
        match (self, older) {
            (Self::NotAsked, older) => older,
            (Self::Known(newer), Self::Known(older)) => Self::Known(over(newer, older)),
            (newer, _) => newer,
        }
    }

    /// Creates a failure of a kind, with its text for people.
    pub fn failed(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self::Failed(Failure::new(kind, detail))
    }

    /// Returns the answer, or `None` if none is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Absent(_) | Self::Failed(_) | Self::NotAsked => None,
        }
    }

    /// Returns why there is no answer, as the end of a sentence for people. It is empty if there is
    /// an answer.
    pub fn why_not(&self) -> String {
        match self {
            Self::Known(_) => String::new(),
            Self::Absent(how) => how.clone(),
            Self::Failed(failure) => failure.to_string(),
            Self::NotAsked => "not asked".to_owned(),
        }
    }

    /// Returns this answer, or an older one if the question was not asked now.
    #[must_use]
    pub fn or_older(self, older: Self) -> Self {
        match self {
            Self::NotAsked => older,
            answer => answer,
        }
    }
}
