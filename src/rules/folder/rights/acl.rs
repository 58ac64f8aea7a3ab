//! The ACL itself: a NULL DACL, and the order of the ACEs.

use super::access::Rights;
use super::describe;
use super::each::{Scope, judge_each_folder};
use super::service_account::ResolvedAccount;
use super::view::{FolderView, has_null_dacl};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::AclPart;

pub(super) fn null_dacl(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        if view.descriptor.dacl == AclPart::Null {
            Outcome::Fail(null_dacl_finding(view))
        } else {
            Outcome::pass()
        }
    })
}

fn null_dacl_finding(view: &FolderView<'_>) -> Finding {
    let remedy = if view.is_share() {
        "Give the folder an ACL: on its tab \"Security\", Full control to SYSTEM and \
         Administrators, Modify to the Timer service's account and to the account that writes the \
         messages (the account `DOMAIN\\SERVER$` of the computer with the SMTP service), Read & \
         execute to the web applications' accounts"
    } else {
        "Give the folder an ACL: on its tab \"Security\", Full control to SYSTEM, Administrators \
         and WSS_ADMIN_WPG, Read & execute to WSS_WPG, Modify to the Timer service's account"
    };
    let message = format!("{} has a NULL DACL: everyone has full control", view.folder);
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("the DACL of {}", view.folder),
        "ACEs for the accounts that need them",
        "a NULL DACL",
    )
}

fn rights_in_words(rights: &Rights<'_>) -> String {
    format!(
        "{}; on a new message {}",
        rights.on_folder(),
        rights.on_message()
    )
}

pub(super) fn unusual_order(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        if view.descriptor.dacl == AclPart::Null {
            has_null_dacl()
        } else if view.descriptor.is_canonical() {
            Outcome::pass()
        } else {
            Outcome::Fail(unusual_order_finding(case, view))
        }
    })
}

fn unusual_order_finding(case: &Case<'_>, view: &FolderView<'_>) -> Finding {
    let remedy = "Open Properties, tab \"Security\", Edit: Windows offers to reorder the ACEs. \
                  Then check the effective rights again, because the new order may change them";
    let message = format!(
        "the ACEs in the DACL of {} are not in canonical order",
        view.folder
    );
    let aces = view.descriptor.dacl.aces().iter();
    let aces: Vec<String> = aces.map(|ace| describe::ace_of_folder(view, ace)).collect();
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy).observed(
        "the DACL, as it is stored and evaluated",
        "explicit ACEs before inherited ones, and deny before allow",
        aces.join(" | "),
    );
    for service_account in case.farm.service_accounts(view.location) {
        let account = ResolvedAccount::new(case, view, service_account);
        finding = finding.observed(
            format!("the rights of {} in this order", account.in_sentence()),
            "as shown",
            rights_in_words(&Rights::new(view, &account.token)),
        );
    }
    finding
}
