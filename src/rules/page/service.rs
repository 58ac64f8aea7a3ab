//! The section *Directory Management Service*: the service, and settings that need it.

use super::shared::recorded_text;
use crate::farm::Farm;
use crate::farm::values::{Approval, FromText, Lenient, Service};
use crate::remedy::Action;
use crate::rules::wanted::not_recorded;
use crate::rules::{Case, Finding, Outcome, RuleResult};

const SERVICE: &str = "directory-management.service";
const AUTHENTICATED: &str = "directory-management.authenticated-users-only";
const GROUPS: &str = "directory-management.distribution-groups";
const APPROVE: &str = "directory-management.approve";

/// Fails if a value is recorded that has no use; `why` says why not.
pub(super) fn judge_unused<T: FromText>(
    key: &str,
    value: Option<&Lenient<T>>,
    why: &str,
) -> Outcome {
    let Some(text) = recorded_text(value) else {
        return Outcome::pass();
    };
    Outcome::Fail(
        Finding::new(
            format!("`{text}` is recorded, but {why}"),
            "Remove it, or switch to the service that uses it",
        )
        .recorded(key, "nothing", format!("`{text}`"))
        .with_action(Action::unset(key)),
    )
}

pub(super) fn authentication_needs_service(case: &Case<'_>) -> Vec<RuleResult> {
    let permission = Permission {
        key: AUTHENTICATED,
        granted: case.farm.directory.authenticated_users_only,
        what: "messages are accepted from authenticated users only",
    };
    RuleResult::only(AUTHENTICATED, permission.judge(case.farm))
}

pub(super) fn groups_need_service(case: &Case<'_>) -> Vec<RuleResult> {
    let permission = Permission {
        key: GROUPS,
        granted: case.farm.directory.distribution_groups,
        what: "sites may create distribution groups",
    };
    RuleResult::only(GROUPS, permission.judge(case.farm))
}

/// A permission of the page that has an effect only with the service.
struct Permission {
    key: &'static str,
    granted: Option<bool>,
    /// The permission as a sentence.
    what: &'static str,
}

impl Permission {
    fn judge(&self, farm: &Farm) -> Outcome {
        match (self.granted, farm.directory.service) {
            (None, _) => not_recorded(self.key),
            (_, None) => not_recorded(SERVICE),
            (Some(true), Some(Service::No)) => Outcome::Fail(self.finding()),
            _ => Outcome::pass(),
        }
    }

    fn finding(&self) -> Finding {
        let message = format!(
            "{}, but this setting has no effect while the Directory Management Service is off",
            self.what
        );
        let name = self.key.rsplit('.').next().unwrap_or(self.key);
        let remedy = format!(
            "Switch the service on with `spinmail dms yes` or `spinmail dms remote`, or set \
             `{name}` to no"
        );
        Finding::new(message, remedy)
            .recorded(self.key, "`false` while the service is off", "`true`")
            .with_action(Action::set(self.key, "false"))
    }
}

pub(super) fn approvals_unused(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(APPROVE, judge_approvals(case.farm))
}

fn judge_approvals(farm: &Farm) -> Outcome {
    let directory = &farm.directory;
    let Some(list) = &directory.approve else {
        return not_recorded(APPROVE);
    };
    if list.is_empty() {
        return Outcome::pass();
    }
    match (directory.service, directory.distribution_groups) {
        (Some(Service::Remote), _) => Outcome::Fail(approvals_finding(
            list,
            "the remote service has its own approvals",
        )),
        (_, Some(false)) => Outcome::Fail(approvals_finding(
            list,
            "distribution groups are not allowed, so there are no requests to approve",
        )),
        (Some(Service::Yes), Some(true)) => Outcome::pass(),
        (Some(Service::Yes), None) => not_recorded(GROUPS),
        (Some(Service::No) | None, _) => {
            Outcome::not_applicable("the Directory Management Service is not recorded as on")
        }
    }
}

fn approvals_finding(list: &[Approval], why: &str) -> Finding {
    Finding::new(
        format!("approvals are listed, but {why}"),
        "Remove the setting `approve`",
    )
    .recorded(
        APPROVE,
        "nothing",
        format!("{} kinds of request", list.len()),
    )
    .with_action(Action::unset(APPROVE))
}
