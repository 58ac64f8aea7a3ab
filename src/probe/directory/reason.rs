//! What results and failures of LDAP mean, in sentences.

use crate::facts::directory::brief;
use ldap3::LdapError;
use std::io;

/// Why a question came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The controller answered with a result other than success (RFC 4511 4.1.9).
    Result {
        code: u32,
        text: String,
        matched: String,
        referrals: Vec<String>,
    },
    /// No usable answer came.
    Broken(String),
}

/// Results that decide something (RFC 4511 appendix A).
pub const STRONGER_AUTH_REQUIRED: u32 = 8;
pub const REFERRAL: u32 = 10;
pub const CONFIDENTIALITY_REQUIRED: u32 = 13;
pub const NO_SUCH_OBJECT: u32 = 32;
pub const INVALID_CREDENTIALS: u32 = 49;

/// The failures of a logon that Active Directory tells apart in the text of its answer, as `data
/// 52e`.
const LOGON_FAILURES: &[(&str, &str)] = &[
    ("525", "there is no such account"),
    ("52e", "the password is wrong, or there is no such account"),
    ("52f", "restrictions keep the account from logging on"),
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
        "it wants the logon bound to the TLS connection (channel binding)",
    ),
];

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

/// What ldap3 calls an error, as what it means here.
pub fn trouble(error: LdapError) -> Trouble {
    Trouble::Broken(match error {
        LdapError::LdapResult { result } => {
            // Active Directory ends its texts with a NUL.
            let text = brief(result.text.trim_end_matches('\0').trim());
            let referrals = result.refs.iter().take(3).map(|url| brief(url)).collect();
            return Trouble::Result {
                code: result.rc,
                text,
                matched: brief(&result.matched),
                referrals,
            };
        }
        LdapError::Io { source } => of_io(&source),
        LdapError::Rustls { source } => of_tls(&source),
        LdapError::ResultRecv { .. } | LdapError::OpSend { .. } | LdapError::EndOfStream => {
            "it closed the connection".to_owned()
        }
        LdapError::Timeout { .. } => "it stopped answering".to_owned(),
        LdapError::AdapterInit(text) => text,
        other => other.to_string(),
    })
}

fn of_io(error: &io::Error) -> String {
    let cause = error
        .get_ref()
        .and_then(|cause| cause.downcast_ref::<rustls::Error>());
    match cause {
        Some(error) => of_tls(error),
        None if error.kind() == io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        None => error.to_string(),
    }
}

/// Why no encrypted connection came about. A name in the subject alone is no name: it must be in
/// subjectAltName.
fn of_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError::{NotValidForName, NotValidForNameContext, UnknownIssuer};
    match error {
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            format!(
                "its certificate is for another name (subjectAltName counts, not the subject): \
                 {error}"
            )
        }
        rustls::Error::InvalidCertificate(UnknownIssuer) => "its certificate is from an authority \
                                                             that is not trusted here; \
                                                             `probe.ca-file` names further ones"
            .to_owned(),
        rustls::Error::InvalidMessage(_) => format!("what it sends is no TLS: {error}"),
        other => other.to_string(),
    }
}

impl Trouble {
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Result { code, .. } => Some(*code),
            Self::Broken(_) => None,
        }
    }

    /// It as a sentence's end.
    pub fn why(&self) -> String {
        let Self::Result {
            code,
            text,
            referrals,
            ..
        } = self
        else {
            return match self {
                Self::Broken(why) => why.clone(),
                Self::Result { .. } => String::new(),
            };
        };
        let name = RESULTS
            .iter()
            .find(|(known, _)| known == code)
            .map_or("an unknown result", |(_, name)| name);
        let said = if text.is_empty() {
            String::new()
        } else {
            format!(": {text}")
        };
        match (logon_failure(text), *code) {
            (Some(meaning), INVALID_CREDENTIALS) => format!("{meaning} ({name}{said})"),
            (_, REFERRAL) => {
                let to = referrals.join(", ");
                format!(
                    "it refers to {to}, which is followed only where the farm file names it \
                     ({name})"
                )
            }
            _ => format!("{name} ({code}){said}"),
        }
    }
}

/// What Active Directory means by the number behind `data` in its text.
fn logon_failure(text: &str) -> Option<&'static str> {
    let (_, rest) = text.rsplit_once("data ")?;
    let number = rest
        .split(|letter: char| !letter.is_ascii_hexdigit())
        .next()?;
    // Some come in front: `80090346: LdapErr: …, data 0`.
    let in_front = text.split(':').next().unwrap_or_default();
    let is_it = |(code, _): &&(&str, &str)| code.eq_ignore_ascii_case(number) || *code == in_front;
    LOGON_FAILURES
        .iter()
        .find(is_it)
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u32, text: &str) -> String {
        let referrals = vec!["ldap://other.test/DC=other".to_owned()];
        Trouble::Result {
            code,
            text: text.to_owned(),
            matched: String::new(),
            referrals,
        }
        .why()
    }

    #[test]
    fn logons_that_fail_are_explained() {
        let of = |code: &str| {
            format!(
                "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data \
                 {code}, v4563"
            )
        };
        for (text, meaning) in [
            (of("52e"), "the password is wrong"),
            (of("52E"), "the password is wrong"),
            (of("533"), "disabled"),
            (of("775"), "locked out"),
            (
                "80090346: LdapErr: DSID-0C09070F, comment: AcceptSecurityContext error, data \
                 80090346, v4563"
                    .to_owned(),
                "channel binding",
            ),
            (of("0"), "invalidCredentials (49)"),
            (of("ffffffffffffffff"), "invalidCredentials (49)"),
            (String::new(), "invalidCredentials (49)"),
        ] {
            assert!(said(49, &text).contains(meaning), "{}", said(49, &text));
        }
        assert!(
            !said(1, &of("52e")).contains("password"),
            "only a refused logon is about one"
        );
    }

    #[test]
    fn results_have_their_names() {
        assert_eq!(said(50, "no"), "insufficientAccessRights (50): no");
        assert_eq!(said(4711, ""), "an unknown result (4711)");
        assert!(said(10, "").contains("ldap://other.test/DC=other"));
    }
}
