//! The accounts that must have rights.

use crate::farm::Table;
use crate::farm::key::entry_setting;
use crate::farm::values::Account;
use crate::remedy;
use crate::rules::{Case, Finding, Outcome, RuleResult};

const CENTRAL_ADMINISTRATION: &str = "farm.central-administration-account";

pub(super) fn account_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let farm = case.farm;
    let mut results = Vec::new();
    let central = judge_recorded(
        farm.central_administration_account.as_ref(),
        CENTRAL_ADMINISTRATION,
        || "Central Administration".into(),
    );
    results.push(RuleResult::new("Central Administration", central).about(CENTRAL_ADMINISTRATION));
    let timer = judge_recorded(farm.timer_account.as_ref(), "farm.timer-account", || {
        "the Timer service".into()
    });
    results.push(RuleResult::new("timer", timer).about("farm.timer-account"));
    for web in &farm.web_applications {
        let key = entry_setting(Table::WebApplication, web.name(), "account");
        let owner = || format!("the web application `{}`", web.name());
        let outcome = judge_recorded(web.account.as_ref(), &key, owner);
        results.push(RuleResult::new(web.name().to_owned(), outcome).about(key));
    }
    results
}

fn judge_recorded(account: Option<&Account>, key: &str, owner: impl FnOnce() -> String) -> Outcome {
    if account.is_some() {
        return Outcome::pass();
    }
    let owner = owner();
    let finding = Finding::new(
        format!("the account of {owner} is not recorded, so its rights cannot be checked"),
        format!(
            "Record it with `{command}`",
            command = remedy::spinmail("set {SETTING} \"DOMAIN\\account\"", &[&key]),
        ),
    );
    Outcome::Fail(finding.recorded(key, "an account", "nothing"))
}

pub(super) fn network_service(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match &case.farm.central_administration_account {
        None => Outcome::because("farm-account-unknown", "the account is not recorded"),
        Some(account) if account.is_network_service() => {
            Outcome::Fail(network_service_finding(account))
        }
        Some(_) => Outcome::pass(),
    };
    RuleResult::only(CENTRAL_ADMINISTRATION, outcome)
}

fn network_service_finding(account: &Account) -> Finding {
    Finding::new(
        "Central Administration runs as Network Service, so SharePoint does not set rights on the \
         drop folder",
        "Grant WSS_ADMIN_WPG Full control and WSS_WPG Read & execute on the drop folder by hand, \
         or give Central Administration a domain account",
    )
    .recorded(
        CENTRAL_ADMINISTRATION,
        "a domain account",
        format!("`{}`", account.as_str()),
    )
}
