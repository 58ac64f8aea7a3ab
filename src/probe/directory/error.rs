//! Errors of a directory, in sentences.

use crate::facts::directory::brief;
use crate::facts::{Answer, Failure, FailureKind};
#[cfg(feature = "kerberos")]
use crate::probe::failure::kind_of_tls;
use crate::probe::failure::{kind_of_io, tls_cause};
use crate::probe::tls;
use ldap3::LdapError;
use std::fmt;
use std::io;

/// Result codes that matter (RFC 4511 appendix A).
const TIME_LIMIT_EXCEEDED: u32 = 3;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const ADMIN_LIMIT_EXCEEDED: u32 = 11;
const INSUFFICIENT_ACCESS_RIGHTS: u32 = 50;
pub(super) const STRONGER_AUTH_REQUIRED: u32 = 8;
pub(super) const REFERRAL: u32 = 10;
pub(super) const CONFIDENTIALITY_REQUIRED: u32 = 13;
pub(super) const NO_SUCH_OBJECT: u32 = 32;
pub(super) const INVALID_CREDENTIALS: u32 = 49;

/// The maximum number of referrals of a result that are kept.
const MAX_REFERRALS: usize = 3;

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DirectoryError {
    /// The controller answered with a result other than success (RFC 4511 4.1.9).
    Result(LdapResult),
    /// No usable answer came.
    NoAnswer(Failure),
}

/// A result of the controller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LdapResult {
    pub code: u32,
    pub text: String,
    /// The distinguished name of the nearest object that exists, or empty.
    pub matched: String,
    pub referrals: Vec<String>,
}

/// Bind failures that Active Directory distinguishes in the text of its result, as `data 52e`.
const LOGON_FAILURES: &[(&str, &str)] = &[
    ("525", "there is no such account"),
    ("52e", "the password is wrong, or there is no such account"),
    ("52f", "account restrictions prevent this logon"),
    ("530", "the account may not log on at this time"),
    ("531", "the account may not log on from this machine"),
    ("532", "the account's password has expired"),
    ("533", "the account is disabled"),
    ("568", "the account is in too many groups"),
    ("701", "the account has expired"),
    ("773", "the account must first change its password"),
    ("775", "the account is locked out"),
    (
        "80090346",
        "it requires channel binding (the bind tied to the TLS connection)",
    ),
];

/// The names of results (RFC 4511 appendix A).
const RESULTS: &[(u32, &str)] = &[
    (1, "operationsError"),
    (2, "protocolError"),
    (3, "timeLimitExceeded"),
    (4, "sizeLimitExceeded"),
    (7, "authMethodNotSupported"),
    (8, "strongerAuthRequired"),
    (10, "referral"),
    (11, "adminLimitExceeded"),
    (12, "unavailableCriticalExtension"),
    (13, "confidentialityRequired"),
    (16, "noSuchAttribute"),
    (32, "noSuchObject"),
    (34, "invalidDNSyntax"),
    (48, "inappropriateAuthentication"),
    (49, "invalidCredentials"),
    (50, "insufficientAccessRights"),
    (51, "busy"),
    (52, "unavailable"),
    (53, "unwillingToPerform"),
];

impl From<LdapError> for DirectoryError {
    fn from(error: LdapError) -> Self {
        match error {
            LdapError::LdapResult { result } => Self::Result(LdapResult {
                code: result.rc,
                text: result.text,
                matched: result.matched,
                referrals: result.refs,
            }),
            LdapError::Io { source } => source.into(),
            #[cfg(feature = "kerberos")]
            LdapError::Rustls { source } => {
                Self::no_answer(kind_of_tls(&source), tls::words(&source))
            }
            LdapError::ResultRecv { .. } | LdapError::OpSend { .. } | LdapError::EndOfStream => {
                Self::closed()
            }
            LdapError::Timeout { .. } => {
                Self::no_answer(FailureKind::TimedOut, "it stopped answering")
            }
            other => Self::no_answer(FailureKind::Other, other.to_string()),
        }
    }
}

impl From<io::Error> for DirectoryError {
    fn from(error: io::Error) -> Self {
        Self::no_answer(kind_of_io(&error), io_text(&error))
    }
}

/// Returns why a connection failed, as the end of a sentence.
fn io_text(error: &io::Error) -> String {
    match tls_cause(error) {
        Some(tls_error) => tls::words(tls_error),
        None if error.kind() == io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        None => error.to_string(),
    }
}

impl DirectoryError {
    pub(super) fn no_answer(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self::NoAnswer(Failure::new(kind, detail))
    }

    /// Creates the error for bytes that are not valid LDAP.
    pub(super) fn malformed() -> Self {
        Self::no_answer(FailureKind::Malformed, "its answer is not valid LDAP")
    }

    pub(super) fn closed() -> Self {
        Self::no_answer(FailureKind::Closed, "it closed the connection")
    }

    /// Adds the controller's certificate, if the error is about it.
    #[must_use]
    pub(super) fn about_certificate(self, certificate: Option<&[u8]>) -> Self {
        match self {
            Self::NoAnswer(failure)
                if matches!(
                    failure.kind,
                    FailureKind::Untrusted | FailureKind::TlsFailed
                ) =>
            {
                let words = tls::with_certificate(failure.to_string(), certificate);
                Self::NoAnswer(failure.with_detail(words))
            }
            other => other,
        }
    }

    /// Replaces a secret in a server's texts.
    #[must_use]
    pub(super) fn without(self, secret: &str) -> Self {
        if secret.is_empty() {
            return self;
        }
        let hidden = |text: String| text.replace(secret, "***");
        match self {
            Self::Result(result) => Self::Result(LdapResult {
                code: result.code,
                text: hidden(result.text),
                matched: hidden(result.matched),
                referrals: result.referrals.into_iter().map(hidden).collect(),
            }),
            Self::NoAnswer(failure) => {
                let detail = hidden(failure.to_string());
                Self::NoAnswer(failure.with_detail(detail))
            }
        }
    }

    /// Returns the kind of the failure.
    pub(super) fn kind(&self) -> FailureKind {
        match self {
            Self::Result(result) => result.kind(),
            Self::NoAnswer(failure) => failure.kind.clone(),
        }
    }

    /// Converts the error to a failure.
    pub(super) fn failure(&self) -> Failure {
        Failure::new(self.kind(), self.to_string())
    }

    /// Returns the answer to a question with this error.
    pub(super) fn answer<T>(&self) -> Answer<T> {
        Answer::Failed(self.failure())
    }

    /// Returns the answer to a question with this error and another text, which usually contains
    /// the error's own.
    pub(super) fn answer_with<T>(&self, detail: impl Into<String>) -> Answer<T> {
        Answer::failed(self.kind(), detail)
    }

    /// Returns the code of a result, or `None` if there was no answer.
    pub(super) fn code(&self) -> Option<u32> {
        match self {
            Self::Result(result) => Some(result.code),
            Self::NoAnswer(_) => None,
        }
    }
}

impl LdapResult {
    fn kind(&self) -> FailureKind {
        match self.code {
            TIME_LIMIT_EXCEEDED => FailureKind::TimedOut,
            SIZE_LIMIT_EXCEEDED | ADMIN_LIMIT_EXCEEDED => FailureKind::LimitExceeded,
            STRONGER_AUTH_REQUIRED
            | CONFIDENTIALITY_REQUIRED
            | INVALID_CREDENTIALS
            | INSUFFICIENT_ACCESS_RIGHTS => FailureKind::AccessDenied,
            REFERRAL => FailureKind::Elsewhere,
            NO_SUCH_OBJECT => FailureKind::NotFound,
            _ => FailureKind::Rejected,
        }
    }
}

/// Writes the error as the end of a sentence.
impl fmt::Display for DirectoryError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Result(result) => result.fmt(out),
            Self::NoAnswer(failure) => failure.fmt(out),
        }
    }
}

impl fmt::Display for LdapResult {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = RESULTS
            .iter()
            .find(|(known, _)| *known == self.code)
            .map_or("an unknown result", |(_, name)| name);
        // Active Directory ends its texts with a NUL.
        let text = brief(self.text.trim_end_matches('\0').trim());
        let detail = if text.is_empty() {
            String::new()
        } else {
            format!(": {text}")
        };
        match (logon_failure(&text), self.code) {
            (Some(meaning), INVALID_CREDENTIALS) => write!(out, "{meaning} ({name}{detail})"),
            (_, REFERRAL) => {
                let referrals = self.referrals.iter().take(MAX_REFERRALS);
                let to: Vec<String> = referrals.map(|url| brief(url)).collect();
                let to = to.join(", ");
                write!(
                    out,
                    "it returns a referral to {to}, which is followed only if the farm file names \
                     it ({name})"
                )
            }
            (_, code) => write!(out, "{name} ({code}){detail}"),
        }
    }
}

/// Returns the failure if another server has a part of the directory.
pub(super) fn elsewhere() -> Failure {
    Failure::new(
        FailureKind::Elsewhere,
        "it returns a referral for a part, which is followed only if the farm file names the \
         server",
    )
}

/// Returns Active Directory's meaning of the number after `data` in its text.
fn logon_failure(text: &str) -> Option<&'static str> {
    let (_, rest) = text.rsplit_once("data ")?;
    let number = rest
        .split(|letter: char| !letter.is_ascii_hexdigit())
        .next()?;
    // Some are at the beginning: `80090346: LdapErr: …, data 0`.
    let in_front = text.split(':').next().unwrap_or_default();
    LOGON_FAILURES
        .iter()
        .find(|(code, _)| code.eq_ignore_ascii_case(number) || *code == in_front)
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: u32, text: &str) -> String {
        let result = LdapResult {
            code,
            text: text.to_owned(),
            referrals: vec!["ldap://other.test/DC=other".to_owned()],
            ..LdapResult::default()
        };
        DirectoryError::Result(result).to_string()
    }

    /// Returns the text of Active Directory's refusal of a bind.
    fn refusal(code: &str) -> String {
        format!(
            "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data {code}, \
             v4563"
        )
    }

    #[test]
    fn failed_logons_are_explained() {
        for (text, meaning) in [
            (refusal("52e"), "the password is wrong"),
            (refusal("52E"), "the password is wrong"),
            (refusal("533"), "disabled"),
            (refusal("775"), "locked out"),
            (
                "80090346: LdapErr: DSID-0C09070F, comment: AcceptSecurityContext error, data \
                 80090346, v4563"
                    .to_owned(),
                "channel binding",
            ),
            (refusal("0"), "invalidCredentials (49)"),
            (refusal("ffffffffffffffff"), "invalidCredentials (49)"),
            (String::new(), "invalidCredentials (49)"),
        ] {
            assert!(shown(49, &text).contains(meaning), "{}", shown(49, &text));
        }
        assert!(
            !shown(1, &refusal("52e")).contains("password"),
            "only a refused logon is about one"
        );
    }

    #[test]
    fn results_are_named() {
        assert_eq!(shown(50, "no"), "insufficientAccessRights (50): no");
        assert_eq!(shown(4711, ""), "an unknown result (4711)");
        assert!(shown(10, "").contains("ldap://other.test/DC=other"));
    }
}
