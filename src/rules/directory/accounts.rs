//! The farm's accounts in the directory.

use super::settings::{CENTRAL, TIMER};
use super::view;
use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, AccountFacts, DirectoryFacts, NEVER};
use crate::farm::values::{Account, AccountForm};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

/// Returns the farm's accounts and their KEYs, each account once.
fn farm_accounts<'a>(case: &Case<'a>) -> Vec<(&'static str, &'a Account)> {
    let mut accounts = Vec::new();
    if let Some(account) = &case.farm.central_administration_account {
        accounts.push((CENTRAL, account));
    }
    if let Some(account) = &case.farm.timer_account
        && !is_central_account(case, account)
    {
        accounts.push((TIMER, account));
    }
    accounts
}

/// Returns whether Central Administration runs as this account.
fn is_central_account(case: &Case<'_>, account: &Account) -> bool {
    case.farm
        .central_administration_account
        .as_ref()
        .is_some_and(|central| Account::same(central.as_str(), account.as_str()))
}

/// Returns the facts about an account: several if it is the computer account of several servers.
pub(super) fn facts_about<'a>(
    facts: &'a DirectoryFacts,
    account: &Account,
) -> Vec<&'a AccountFacts> {
    facts
        .accounts
        .iter()
        .filter(|found| Account::same(&found.name, account.as_str()))
        .collect()
}

/// Returns the account's name in reports.
pub(super) fn display_name(account: &AccountFacts) -> String {
    match &account.server {
        None => account.name.clone(),
        Some(server) => format!("{} on {server}", account.name),
    }
}

/// Makes findings undecided if they are not the same on every server. Central Administration runs
/// on one server, and the farm file does not say which.
pub(super) fn undecided_unless_everywhere(results: &mut [RuleResult]) {
    if results
        .iter()
        .all(|result| matches!(result.outcome, Outcome::Fail(_)))
    {
        return;
    }
    for result in results {
        if let Outcome::Fail(finding) = &result.outcome {
            result.outcome = Outcome::undecided(format!(
                "{}; this is not so for every server, and the farm file does not say which server \
                 runs Central Administration",
                finding.message
            ));
        }
    }
}

/// Judges every account that was looked up. `unasked` is the outcome for one that was not.
fn judge_accounts(
    case: &Case<'_>,
    unasked: fn(&Account) -> Outcome,
    judge: impl Fn(&AccountFacts) -> Outcome,
) -> Vec<RuleResult> {
    let facts = match view::connection(case) {
        Ok((facts, _)) => facts,
        Err(instead) => return RuleResult::only("accounts", instead),
    };
    let accounts = farm_accounts(case);
    if accounts.is_empty() {
        return RuleResult::only(
            "accounts",
            Outcome::because("farm-account-unknown", "no account is recorded"),
        );
    }
    let mut all = Vec::new();
    for (key, account) in accounts {
        let found = facts_about(facts, account);
        if found.is_empty() {
            all.push(RuleResult::new(account.as_str().to_owned(), unasked(account)).about(key));
            continue;
        }
        let mut results: Vec<RuleResult> = found
            .into_iter()
            .map(|found| RuleResult::new(display_name(found), judge(found)).about(key))
            .collect();
        // The Timer service runs on all servers.
        if key == CENTRAL && !is_timer_account(case, account) {
            undecided_unless_everywhere(&mut results);
        }
        all.extend(results);
    }
    all
}

fn is_timer_account(case: &Case<'_>, account: &Account) -> bool {
    case.farm
        .timer_account
        .as_ref()
        .is_some_and(|timer| Account::same(timer.as_str(), account.as_str()))
}

/// Returns the outcome for an account without facts.
fn not_looked_up(account: &Account) -> Outcome {
    match account.form() {
        AccountForm::Computer => Outcome::undecided(
            "on other machines it acts as the computer's account, and the farm file names no \
             server",
        ),
        _ => Outcome::undecided(format!("it was not searched for; {}", view::ASKS)),
    }
}

/// Returns the outcome of a rule about an account that is not known: another rule says why.
pub(super) fn without_entry(answer: &Answer<AccountEntry>) -> Outcome {
    let why = match answer {
        Answer::Absent(_) => "there is no such account",
        _ => "the account is not known",
    };
    Outcome::because("directory-account-missing", why)
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_accounts(case, not_looked_up, |account| match &account.answer {
        Answer::Known(_) => Outcome::pass(),
        Answer::Failed(why) => {
            Outcome::undecided(format!("it is not known whether the account exists: {why}"))
        }
        Answer::NotAsked => Outcome::undecided(format!("it was not searched for; {}", view::ASKS)),
        Answer::Absent(how) => Outcome::Fail(
            Finding::new(
                format!(
                    "Active Directory has no account `{}`",
                    display_name(account)
                ),
                "Correct the name, or record the account that Central Administration or the Timer \
                 service really runs as",
            )
            .observed(display_name(account), "an account", how),
        ),
    })
}

/// Bits of `userAccountControl` (MS-ADTS 2.2.16), and of what the controller computes (MS-ADTS
/// 3.1.1.4.5.17).
const DISABLED: u32 = 0x2;
const LOCKED_OUT: u32 = 0x10;
const PASSWORD_EXPIRED: u32 = 0x80_0000;

pub(super) fn disabled(case: &Case<'_>) -> Vec<RuleResult> {
    let today = case.today.to_string();
    // Times in UTC have one form, so they can be compared as texts.
    let now = match case.facts.gathered.as_deref() {
        Some(time) if time.ends_with('Z') => time,
        _ => &today,
    };
    let unasked = |_: &Account| without_entry(&Answer::NotAsked);
    judge_accounts(case, unasked, |account| match &account.answer {
        Answer::Known(entry) => match unusable(entry, now) {
            Ok(None) => Outcome::pass(),
            Ok(Some(fault)) => Outcome::Fail(unusable_finding(account, entry, fault)),
            Err(what) => Outcome::undecided(what),
        },
        other => without_entry(other),
    })
}

/// Why an account cannot log on.
struct AccountFault {
    what: &'static str,
    observed: String,
    remedy: &'static str,
}

/// Returns why an account cannot be used, or `None` if it can.
///
/// # Errors
/// What could not be read, as an undecided outcome's text.
fn unusable(entry: &AccountEntry, now: &str) -> Result<Option<AccountFault>, &'static str> {
    if has_bit(entry.control, DISABLED) {
        return Ok(Some(AccountFault {
            what: "is disabled",
            observed: "the bit ACCOUNTDISABLE".to_owned(),
            remedy: "Enable the account",
        }));
    }
    if has_bit(entry.computed_control, LOCKED_OUT) {
        return Ok(Some(AccountFault {
            what: "is locked out",
            observed: "the bit LOCKOUT".to_owned(),
            remedy: "Unlock it, and find out what still uses an old password",
        }));
    }
    if let Some(expires) = &entry.expires
        && expires != NEVER
        && expires.as_str() <= now
    {
        return Ok(Some(AccountFault {
            what: "has expired",
            observed: format!("accountExpires {expires}"),
            remedy: "Set its expiration to a later day, or to never",
        }));
    }
    if has_bit(entry.computed_control, PASSWORD_EXPIRED) {
        return Ok(Some(AccountFault {
            what: "has an expired password",
            observed: "the bit PASSWORD_EXPIRED".to_owned(),
            remedy: "Set a new password in Active Directory and in SharePoint",
        }));
    }
    if entry.control.is_none() || entry.computed_control.is_none() {
        return Err(
            "the account that asks may not read its userAccountControl, or not the \
                    computed part of it",
        );
    }
    if entry.expires.is_none() {
        return Err("the account that asks may not read its accountExpires");
    }
    Ok(None)
}

fn has_bit(bits: Option<u32>, bit: u32) -> bool {
    bits.is_some_and(|bits| bits & bit != 0)
}

fn unusable_finding(account: &AccountFacts, entry: &AccountEntry, fault: AccountFault) -> Finding {
    let message = format!(
        "the account `{}` {}, so SharePoint cannot use it",
        display_name(account),
        fault.what
    );
    Finding::for_role(AdminRole::Directory, message, fault.remedy).observed(
        format!("userAccountControl of {}", entry.name),
        "an account that can log on",
        fault.observed,
    )
}
