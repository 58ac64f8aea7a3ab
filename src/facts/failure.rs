//! Why a question has no usable answer: a kind that rules may decide by, and a text for people.

use super::Unknown;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why no usable answer came, as far as the program that asked can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "the kind of a failure, a word")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FailureKind {
    /// No answer came in time.
    TimedOut,
    /// Nothing accepts connections there, or datagrams.
    Refused,
    /// The other side closed or reset the connection.
    Closed,
    /// There is no way to the other side, or no address for its name.
    Unreachable,
    /// A logon was refused, or the account that asks lacks a right.
    AccessDenied,
    /// Nothing was found, and the account that asks may not see everything.
    Hidden,
    /// Nothing was found where it was looked for, which does not show that there is none.
    NotFound,
    /// What came cannot be read, or breaks the rules of its protocol or format.
    Malformed,
    /// The other side answered with an error.
    Rejected,
    /// Another server has the answer, and was not asked.
    Elsewhere,
    /// The name means several things.
    Ambiguous,
    /// The two sides have no version of TLS or no cipher in common.
    NoCommonTls,
    /// The handshake of TLS failed for another reason.
    TlsFailed,
    /// The other side's certificate is not trusted.
    Untrusted,
    /// There is more of it than is read, or than the other side gives.
    LimitExceeded,
    /// This machine cannot ask: a program, a right or a feature is missing here.
    Unsupported,
    /// None of these, or it is not known.
    #[default]
    Other,
    /// A kind that a later version of this program knows. It is kept, and decides nothing.
    #[serde(untagged)]
    Later(String),
}

/// A question without a usable answer. The kind is for rules. The text is for people only, so it can
/// be shown and not read: no verdict depends on its wording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FailureForm")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(!from))]
pub struct Failure {
    /// The kind.
    #[serde(default)]
    pub kind: FailureKind,
    /// What happened, for people.
    detail: String,
    #[serde(flatten)]
    unknown: Unknown,
}

impl Failure {
    /// Creates a failure of a kind, with the text for people.
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            unknown: Unknown::new(),
        }
    }

    /// Returns the failure with another text, which usually holds its own.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}

/// The text for people, as the end of a sentence.
impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.detail)
    }
}

/// The forms of a failure in a file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a failure: its kind and its detail, an object")]
enum FailureForm {
    Kind {
        #[serde(default)]
        kind: FailureKind,
        detail: String,
        #[serde(flatten)]
        unknown: Unknown,
    },
    /// A text alone, as version 1 has it. It says nothing of the kind.
    Text(String),
}

impl From<FailureForm> for Failure {
    fn from(form: FailureForm) -> Self {
        match form {
            FailureForm::Kind {
                kind,
                detail,
                unknown,
            } => Self {
                kind,
                detail,
                unknown,
            },
            FailureForm::Text(detail) => Self::new(FailureKind::Other, detail),
        }
    }
}
