//! The web applications.

use crate::farm::key::entry_setting;
use crate::farm::{Table, WebApplication};
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub(super) fn address_overridden(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.web_applications.is_empty() {
        let outcome = Outcome::not_applicable("no web application is recorded");
        return RuleResult::only("web-application", outcome);
    }
    case.farm
        .web_applications
        .iter()
        .map(|web| {
            let name = web.name().to_owned();
            RuleResult::new(name, judge_address(web)).about(address_key(web))
        })
        .collect()
}

fn address_key(web: &WebApplication) -> String {
    entry_setting(Table::WebApplication, web.name(), "incoming-address")
}

fn judge_address(web: &WebApplication) -> Outcome {
    let Some(address) = &web.incoming_address else {
        return Outcome::pass();
    };
    let address = address.as_str();
    let message = format!(
        "the web application `{}` has its own e-mail server display address, `{address}`",
        web.name()
    );
    let remedy = "If you want this, accept the finding. If not, clear \
                  SPWebApplication.IncomingEmailServerAddress and remove `incoming-address` from \
                  the farm file";
    Outcome::Fail(Finding::new(message, remedy).recorded(
        address_key(web),
        "nothing",
        format!("`{address}`"),
    ))
}
