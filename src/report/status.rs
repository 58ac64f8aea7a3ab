//! What verdicts come to, and how many there are of each kind.

use crate::rules::{OutcomeKind, Severity, Verdict};

/// What a verdict comes to: the outcome, with the severity of what is found and not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Open(Severity),
    Undecided,
    Accepted,
    Pass,
    NotApplicable,
}

impl Status {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            OutcomeKind::Fail if verdict.accepted.is_some() => Self::Accepted,
            OutcomeKind::Fail => Self::Open(verdict.severity),
            OutcomeKind::Undecided => Self::Undecided,
            OutcomeKind::Pass => Self::Pass,
            OutcomeKind::NotApplicable => Self::NotApplicable,
        }
    }

    /// In words for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.name(),
            Self::Undecided => "undecided",
            Self::Accepted => "accepted",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Whether somebody has to look at it: found and not accepted, or not known.
    pub(crate) fn needs_attention(self) -> bool {
        matches!(self, Self::Open(_) | Self::Undecided)
    }
}

/// How many verdicts of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
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
