//! Why a question has no usable answer: a kind for rules, and a text for people.

use super::Unknown;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why no usable answer came, as far as the probe can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "the kind of a failure, a word")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FailureKind {
    /// No answer came in time.
    TimedOut,
    /// The port, or the datagram, was refused.
    Refused,
    /// The other side closed or reset the connection.
    Closed,
    /// There is no route to the other side, or no address for its name.
    Unreachable,
    /// A logon was refused, or the account lacks a right.
    AccessDenied,
    /// Nothing was found, but the account may not see everything.
    Hidden,
    /// Nothing was found in the place that was searched, which does not prove that it does not
    /// exist.
    NotFound,
    /// The answer cannot be read, or violates its protocol or format.
    Malformed,
    /// The other side answered with an error.
    Rejected,
    /// Another server has the answer, and was not asked.
    Elsewhere,
    /// The name is ambiguous.
    Ambiguous,
    /// The two sides have no TLS version or cipher in common.
    NoCommonTls,
    /// The TLS handshake failed for another reason.
    TlsFailed,
    /// The other side's certificate is not trusted.
    Untrusted,
    /// It is larger than the limit of this program or of the other side.
    LimitExceeded,
    /// This machine cannot ask: it lacks a program, a right or a feature.
    Unsupported,
    /// Another failure, or an unknown one.
    #[default]
    Other,
    /// A kind from a later version of this program. It is kept, and no rule depends on it.
    #[serde(untagged)]
    Later(String),
}

/// A question without a usable answer. Rules use the kind. The text is only for people: no verdict
/// depends on its wording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FailureForm")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(!from))]
pub struct Failure {
    /// The kind.
    #[serde(default)]
    pub kind: FailureKind,
    /// What happened, in words.
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

    /// Returns the failure with another text, which usually contains its own.
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
    /// A text without a kind, as in version 1.
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
