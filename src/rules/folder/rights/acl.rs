//! The ACL itself: a NULL DACL, write access for everyone, the order of the ACEs.

use super::access::{AccessDecision, Rights, any_access};
use super::describe;
use super::each::{Scope, judge_each_folder};
use super::service_account::ResolvedAccount;
use super::view::{FolderView, no_list};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::rights::{
    DELETE, FILE_APPEND_DATA, FILE_DELETE_CHILD, FILE_WRITE_DATA, WRITE_DAC, WRITE_OWNER,
};
use windows_security::{AclPart, Sid, Token};

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
        "Give the folder a list: on its tab \"Security\", Full control to SYSTEM and \
         Administrators, Modify to the Timer service's account and to whoever writes the messages \
         there (the account `DOMAIN\\SERVER$` of the computer with the SMTP service), Read & \
         execute to the web applications' accounts"
    } else {
        "Give the folder a list: on its tab \"Security\", Full control to SYSTEM, Administrators \
         and WSS_ADMIN_WPG, Read & execute to WSS_WPG, Modify to the Timer service's account"
    };
    let message = format!(
        "{} has no list of permissions, so everyone may do everything there",
        view.folder
    );
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("the list of {}", view.folder),
        "a list of permissions",
        "none (a null DACL)",
    )
}

/// Rights that change the folder's contents, or can be used to.
const WRITE_FOLDER: u32 =
    FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
/// Rights that change the next message, or can be used to.
const WRITE_MESSAGE: u32 = FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER;

pub(super) fn open_to_everyone(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return no_list();
        }
        let groups = public_groups();
        let mut writers = Vec::new();
        let mut undecided = None;
        for (sid, token) in &groups {
            match any_access(view, token, WRITE_FOLDER, WRITE_MESSAGE) {
                AccessDecision::Granted(_) => writers.push((sid, token)),
                AccessDecision::Unknown(why) => undecided = undecided.or(Some((sid, why))),
                AccessDecision::Denied(_) => {}
            }
        }
        match (writers.first(), undecided) {
            (Some((first, _)), _) => Outcome::Fail(open_finding(view, first, &writers)),
            (None, Some((sid, why))) => Outcome::undecided(format!(
                "whether {} may write there is not known: {why}",
                describe::account_name(view, sid)
            )),
            (None, None) => Outcome::pass(),
        }
    })
}

/// Returns the groups that anyone may be in, each with the token of its members.
fn public_groups() -> [(Sid, Token); 3] {
    let [everyone, anonymous, authenticated] = [Sid::everyone(), Sid::nt(7), Sid::nt(11)];
    [
        (everyone.clone(), Token::exactly([everyone.clone()])),
        (anonymous.clone(), Token::exactly([anonymous])),
        (
            authenticated.clone(),
            // Every authenticated user is in Everyone, too.
            Token::exactly([authenticated, everyone]),
        ),
    ]
}

fn open_finding(view: &FolderView<'_>, first: &Sid, writers: &[(&Sid, &Token)]) -> Finding {
    let remedy = if view.is_share() {
        "Give whoever writes the messages there an entry of its own first (the account \
         `DOMAIN\\SERVER$` of the computer with the SMTP service, Modify): it may do so by this \
         one. Then take this one out, or leave it Read & execute at most"
    } else {
        "Take the entry out, or leave it Read & execute at most: the SMTP service writes as \
         SYSTEM, and needs none of it"
    };
    let message = format!(
        "{} may write in {}",
        describe::account_name(view, first),
        view.folder
    );
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for (sid, token) in writers {
        let name = describe::account_name(view, sid);
        finding = finding.observed(
            format!("what {name} may do in {}", view.folder),
            "nothing but reading",
            rights_in_words(&Rights::new(view, token)),
        );
    }
    finding
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
            no_list()
        } else if view.descriptor.is_canonical() {
            Outcome::pass()
        } else {
            Outcome::Fail(unusual_order_finding(case, view))
        }
    })
}

fn unusual_order_finding(case: &Case<'_>, view: &FolderView<'_>) -> Finding {
    let remedy = "Open Properties, tab \"Security\", Edit: Windows offers to put the entries in \
                  order. Then look at the effective rights again: they may change by it";
    let message = format!(
        "the entries in the list of {} stand in an unusual order",
        view.folder
    );
    let aces = view.descriptor.dacl.aces().iter();
    let aces: Vec<String> = aces.map(|ace| describe::ace_of_folder(view, ace)).collect();
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy).observed(
        "the list, as it is stored and evaluated",
        "explicit before inherited, and what denies before what allows",
        aces.join(" | "),
    );
    for service_account in case.farm.service_accounts(view.location) {
        let account = ResolvedAccount::new(case, view, service_account);
        finding = finding.observed(
            format!("the rights of `{account}` in this order"),
            "as shown",
            rights_in_words(&Rights::new(view, &account.token)),
        );
    }
    finding
}
