//! The status of verdicts, and counts of each.

use crate::rules::{OutcomeKind, Severity, Verdict};

/// The status of a verdict: the outcome, and for an open finding its severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// A finding that is not accepted.
    Open(Severity),
    Undecided,
    Accepted,
    Pass,
    NotApplicable,
}

impl Status {
    /// Returns the status of a verdict.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            OutcomeKind::Fail if verdict.accepted.is_some() => Self::Accepted,
            OutcomeKind::Fail => Self::Open(verdict.severity),
            OutcomeKind::Undecided => Self::Undecided,
            OutcomeKind::Pass => Self::Pass,
            OutcomeKind::NotApplicable => Self::NotApplicable,
        }
    }

    /// Returns the word for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.name(),
            Self::Undecided => "undecided",
            Self::Accepted => "accepted",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Returns whether it is an open finding, or undecided.
    pub(crate) fn needs_attention(self) -> bool {
        matches!(self, Self::Open(_) | Self::Undecided)
    }
}

/// The number of verdicts of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Counts {
    pub pass: usize,
    pub error: usize,
    pub warning: usize,
    pub note: usize,
    pub undecided: usize,
    pub not_applicable: usize,
    pub accepted: usize,
}

impl Counts {
    /// Returns the sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            pass: self.pass + other.pass,
            error: self.error + other.error,
            warning: self.warning + other.warning,
            note: self.note + other.note,
            undecided: self.undecided + other.undecided,
            not_applicable: self.not_applicable + other.not_applicable,
            accepted: self.accepted + other.accepted,
        }
    }
}
