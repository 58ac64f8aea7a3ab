//! The SMTP mail server of the Directory Management Service.

use super::shared::{invalid_value, judge_required};
use crate::farm::values::{Checked, FromText, MailServer, Service, checked};
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity, wanted};

const SMTP_SERVER: &str = "directory-management.smtp-server";
const WITH_SERVICE: &[Service] = &[Service::Yes, Service::Remote];

/// Judges the SMTP mail server if the service uses it.
fn judge_used(
    case: &Case<'_>,
    judge: impl Fn(Checked<'_, MailServer>) -> Outcome,
) -> Vec<RuleResult> {
    let outcome = wanted::service_is(case.farm, WITH_SERVICE)
        .map(|()| judge(checked(&case.farm.directory.smtp_server)));
    RuleResult::only(SMTP_SERVER, outcome)
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_used(case, |server| {
        let finding = Finding::new(
            "the Directory Management Service is on, but no SMTP mail server for incoming mail is \
             recorded",
            "Record it with `spinmail set smtp-server HOST`",
        );
        judge_required(SMTP_SERVER, &server, finding)
    })
}

pub(super) fn not_qualified(case: &Case<'_>) -> Vec<RuleResult> {
    judge_used(case, |server| match server {
        Checked::Missing => Outcome::because(
            "page-smtp-server-missing",
            "no SMTP mail server is recorded",
        ),
        Checked::Valid(text, MailServer::Address(_)) => Outcome::Fail(not_qualified_finding(
            text,
            format!("`{text}` is an IP address; use a host name with an A record"),
        )),
        Checked::Valid(text, MailServer::Host(name)) if !name.is_qualified() => {
            Outcome::Fail(not_qualified_finding(
                text,
                format!("`{text}` is a short name; use the fully qualified name"),
            ))
        }
        Checked::Valid(..) => Outcome::pass(),
        // A text that is not a host is worse than a short name: nothing can look it up.
        Checked::Invalid(text, error) => Outcome::Fail(
            invalid_value::<MailServer>(SMTP_SERVER, text, error, "a host name")
                .with_severity(Severity::Error),
        ),
    })
}

fn not_qualified_finding(text: &str, message: String) -> Finding {
    let remedy = "Use the server's full name, for which DNS has an A record";
    Finding::new(message, remedy).recorded(SMTP_SERVER, MailServer::EXPECTED, format!("`{text}`"))
}
