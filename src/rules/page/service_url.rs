//! The URL of a remote Directory Management Service.

use super::service::{judge_unused, service_is};
use super::shared::{invalid_value, judge_required, setting_result};
use crate::farm::values::{Checked, Service, ServiceUrl, checked};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Outcome, RuleResult};

const URL: &str = "directory-management.url";
const NO_URL: &str = "no URL is recorded (page-service-url-missing)";

/// Judges the URL if the service is remote.
fn judge_used(
    case: &Case<'_>,
    judge: impl Fn(Checked<'_, ServiceUrl>) -> Outcome,
) -> Vec<RuleResult> {
    let outcome = match service_is(case.farm, &[Service::Remote]) {
        Ok(()) => judge(checked(&case.farm.directory.url)),
        Err(instead) => instead,
    };
    setting_result(URL, outcome)
}

/// Judges the URL if the service is remote and it is valid. `judge` returns the finding, or `None`
/// for a pass.
fn judge_url(case: &Case<'_>, judge: fn(&str, &ServiceUrl) -> Option<Finding>) -> Vec<RuleResult> {
    judge_used(case, |url| match url {
        Checked::Missing => Outcome::not_applicable(NO_URL),
        Checked::Invalid(..) => Outcome::not_applicable("it is no URL (page-service-url-invalid)"),
        Checked::Valid(text, url) => Outcome::pass_unless(judge(text, url)),
    })
}

pub fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_used(case, |url| {
        let finding = Finding::new(
            "the Directory Management Service is remote, and its URL is not recorded",
            "Name it with `spinmail dms remote --url URL`",
        );
        judge_required(URL, &url, finding)
    })
}

pub fn invalid(case: &Case<'_>) -> Vec<RuleResult> {
    judge_used(case, |url| match url {
        Checked::Missing => Outcome::not_applicable(NO_URL),
        Checked::Valid(..) => Outcome::pass(),
        Checked::Invalid(text, error) => Outcome::Fail(invalid_value::<ServiceUrl>(
            URL,
            text,
            error,
            "URL of a service",
        )),
    })
}

pub fn unused(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match service_is(case.farm, &[Service::No, Service::Yes]) {
        Ok(()) => judge_unused(
            URL,
            case.farm.directory.url.as_ref(),
            "the Directory Management Service is not remote",
        ),
        Err(instead) => instead,
    };
    setting_result(URL, outcome)
}

pub fn misspelt(case: &Case<'_>) -> Vec<RuleResult> {
    judge_url(case, |text, url| {
        if url.has_service_path() {
            return None;
        }
        let message = format!(
            "the path `{}` is not that of a Directory Management Service",
            url.path()
        );
        let remedy = "Check the spelling; the service itself is called SharePointEmailWS.asmx, \
                      without a hyphen";
        Some(
            Finding::new(message, remedy)
                .observed(
                    URL,
                    format!("the path `{}`", ServiceUrl::PATH),
                    format!("`{text}`"),
                )
                .with_action(Action::set(URL, url.with_service_path())),
        )
    })
}

pub fn plain_http(case: &Case<'_>) -> Vec<RuleResult> {
    judge_url(case, |text, url| {
        if url.is_encrypted() {
            return None;
        }
        let message = "the service is asked over http, so that requests travel unencrypted";
        let remedy =
            "Give the other farm's Central Administration a certificate, and use its https URL";
        Some(Finding::new(message, remedy).observed(URL, "an https URL", format!("`{text}`")))
    })
}
