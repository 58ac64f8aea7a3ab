//! The URL of a remote Directory Management Service.

use super::service::judge_unused;
use super::shared::{invalid_value, judge_required};
use crate::farm::Farm;
use crate::farm::values::{Checked, Service, ServiceUrl, checked};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};

const URL: &str = "directory-management.url";

/// Returns the URL that is in use, with its text.
fn used_url(farm: &Farm) -> Judged<(&str, &ServiceUrl)> {
    wanted::service_is(farm, &[Service::Remote])?;
    match checked(&farm.directory.url) {
        Checked::Valid(text, url) => Ok((text, url)),
        Checked::Missing => Err(Outcome::because(
            "page-service-url-missing",
            "no URL is recorded",
        )),
        Checked::Invalid(..) => Err(Outcome::because(
            "page-service-url-invalid",
            "it is not a URL",
        )),
    }
}

/// Judges the URL if the service is remote and it is valid. `judge` returns the finding, or `None`
/// for a pass.
fn judge_url(case: &Case<'_>, judge: fn(&str, &ServiceUrl) -> Option<Finding>) -> Vec<RuleResult> {
    let outcome = used_url(case.farm).map(|(text, url)| Outcome::pass_unless(judge(text, url)));
    RuleResult::only(URL, outcome)
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::service_is(case.farm, &[Service::Remote]).map(|()| {
        let finding = Finding::new(
            "the Directory Management Service is remote, but its URL is not recorded",
            "Record it with `spinmail dms remote --url URL`",
        );
        judge_required(URL, &checked(&case.farm.directory.url), finding)
    });
    RuleResult::only(URL, outcome)
}

pub(super) fn invalid(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(URL, judge_spelling(case.farm))
}

fn judge_spelling(farm: &Farm) -> Judged<Outcome> {
    wanted::service_is(farm, &[Service::Remote])?;
    match checked(&farm.directory.url) {
        Checked::Invalid(text, error) => Ok(Outcome::Fail(invalid_value::<ServiceUrl>(
            URL,
            text,
            error,
            "the URL of a service",
        ))),
        _ => used_url(farm).map(|_| Outcome::pass()),
    }
}

pub(super) fn unused(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::service_is(case.farm, &[Service::No, Service::Yes]).map(|()| {
        judge_unused(
            URL,
            case.farm.directory.url.as_ref(),
            "the Directory Management Service is not remote",
        )
    });
    RuleResult::only(URL, outcome)
}

pub(super) fn misspelt(case: &Case<'_>) -> Vec<RuleResult> {
    judge_url(case, |text, url| {
        if url.has_service_path() {
            return None;
        }
        let message = format!(
            "the path `{}` is not the path of a Directory Management Service",
            url.path()
        );
        let remedy = "Check the spelling; the service itself is called SharePointEmailWS.asmx, \
                      without a hyphen";
        Some(
            Finding::new(message, remedy)
                .recorded(
                    URL,
                    format!("the path `{}`", ServiceUrl::PATH),
                    format!("`{text}`"),
                )
                .with_action(Action::set(URL, url.with_service_path())),
        )
    })
}

pub(super) fn plain_http(case: &Case<'_>) -> Vec<RuleResult> {
    judge_url(case, |text, url| {
        if url.is_encrypted() {
            return None;
        }
        let message = "the service is called over http, so requests are not encrypted";
        let remedy = "Install a certificate for the other farm's Central Administration, and record \
                      its https URL";
        Some(Finding::new(message, remedy).recorded(URL, "an https URL", format!("`{text}`")))
    })
}
