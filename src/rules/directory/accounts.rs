//! The farm's accounts in the directory.

use super::view;
use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, AccountFacts, DirectoryFacts, NEVER};
use crate::farm::values::{Account, AccountForm};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

/// The farm's accounts and their KEYs, each account once.
pub fn named<'a>(case: &Case<'a>) -> Vec<(&'static str, &'a Account)> {
    let central = case
        .farm
        .central_administration_account
        .as_ref()
        .map(|account| (super::CENTRAL, account));
    let timer = case
        .farm
        .timer_account
        .as_ref()
        .map(|account| (super::TIMER, account));
    let mut named: Vec<_> = central.into_iter().chain(timer).collect();
    named.dedup_by(|two, one| one.1.as_str().eq_ignore_ascii_case(two.1.as_str()));
    named
}

/// What was found of an account; several where it is its servers'.
pub fn found<'a>(facts: &'a DirectoryFacts, account: &Account) -> Vec<&'a AccountFacts> {
    facts
        .accounts
        .iter()
        .filter(|found| found.name.eq_ignore_ascii_case(account.as_str()))
        .collect()
}

/// What an account is called in a report.
pub fn shown(found: &AccountFacts) -> String {
    match &found.server {
        None => found.name.clone(),
        Some(server) => format!("{} on {server}", found.name),
    }
}

/// Central Administration runs on one server, and the farm file does not say which: what goes wrong
/// on some only may be of no account.
pub fn unless_one_server(judged: &mut [RuleResult]) {
    let is_failure = |judged: &RuleResult| matches!(judged.outcome, Outcome::Fail(_));
    if judged.iter().all(is_failure) {
        return;
    }
    for one in judged.iter_mut().filter(|judged| is_failure(judged)) {
        if let Outcome::Fail(finding) = &one.outcome {
            let why = "it is not so on every server, and the farm file does not say on which of \
                       them Central Administration runs";
            one.outcome = Outcome::undecided(format!("{}; {why}", finding.message));
        }
    }
}

/// Judges every account that was looked for.
fn of_accounts(case: &Case<'_>, judge: impl Fn(&AccountFacts) -> Outcome) -> Vec<RuleResult> {
    let facts = match view::connected(case) {
        Ok((facts, _)) => facts,
        Err(instead) => return vec![RuleResult::new("accounts", instead)],
    };
    let named = named(case);
    if named.is_empty() {
        return vec![RuleResult::new(
            "accounts",
            Outcome::not_applicable("no account is recorded (farm-account-unknown)"),
        )];
    }
    let of_one = |(key, account): (&'static str, &Account)| {
        let found = found(facts, account);
        if found.is_empty() {
            return vec![RuleResult::new(account.as_str(), not_looked_for(account)).about(key)];
        }
        let mut judged: Vec<RuleResult> = found
            .into_iter()
            .map(|found| RuleResult::new(shown(found), judge(found)).about(key))
            .collect();
        // The timer runs on all of them.
        let is_timer = |timer: &Account| timer.as_str().eq_ignore_ascii_case(account.as_str());
        if key == super::CENTRAL && !case.farm.timer_account.as_ref().is_some_and(is_timer) {
            unless_one_server(&mut judged);
        }
        judged
    };
    named.into_iter().flat_map(of_one).collect()
}

pub fn not_looked_for(account: &Account) -> Outcome {
    match account.form() {
        AccountForm::Computer => Outcome::undecided(
            "beyond its server it is the computer's account, and the farm file names no server \
             whose that would be",
        ),
        _ => Outcome::undecided("it was not looked for"),
    }
}

pub fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_accounts(case, |account| match &account.answer {
        Answer::Known(_) => Outcome::pass(),
        Answer::Failed(why) => Outcome::undecided(format!(
            "whether there is such an account is not known: {why}"
        )),
        Answer::NotAsked => Outcome::undecided("it was not looked for"),
        Answer::Absent(how) => Outcome::Fail(
            Finding::new(
                format!("the directory has no account `{}`", shown(account)),
                "Correct the name, or record the account that Central Administration or the timer \
                 really runs as",
            )
            .observed(shown(account), "an account", how),
        ),
    })
}

/// Bits of `userAccountControl` (MS-ADTS 2.2.16), and of what the controller computes (MS-ADTS
/// 3.1.1.4.5.17).
const DISABLED: u32 = 0x2;
const LOCKED_OUT: u32 = 0x10;
const PASSWORD_EXPIRED: u32 = 0x80_0000;

pub fn disabled(case: &Case<'_>) -> Vec<RuleResult> {
    // All are of one form, in UTC, so the earlier one is the smaller text.
    let today = case.today.to_string();
    let now = case
        .facts
        .gathered
        .as_deref()
        .filter(|time| time.ends_with('Z'))
        .unwrap_or(&today);
    of_accounts(case, |account| match &account.answer {
        Answer::Known(entry) => usable(account, entry, now),
        Answer::Absent(_) => {
            Outcome::not_applicable("there is no such account (directory-account-missing)")
        }
        Answer::Failed(why) => Outcome::undecided(format!("its state is not known: {why}")),
        Answer::NotAsked => Outcome::undecided("it was not looked for"),
    })
}

fn usable(account: &AccountFacts, entry: &AccountEntry, now: &str) -> Outcome {
    let expired = entry
        .expires
        .as_deref()
        .filter(|expires| *expires != NEVER && *expires <= now);
    let has = |bits: Option<u32>, bit: u32| bits.is_some_and(|bits| bits & bit != 0);
    let (what, observed, remedy) = if has(entry.control, DISABLED) {
        (
            "is disabled",
            "the bit ACCOUNTDISABLE".to_owned(),
            "Enable it",
        )
    } else if has(entry.computed_control, LOCKED_OUT) {
        (
            "is locked out",
            "the bit LOCKOUT".to_owned(),
            "Unlock it, and find out where an old password of it is in use",
        )
    } else if let Some(expires) = expired {
        (
            "has expired",
            format!("accountExpires {expires}"),
            "Set its expiry to a later day, or to never",
        )
    } else if has(entry.computed_control, PASSWORD_EXPIRED) {
        let remedy = "Give it a new password, there and in SharePoint";
        (
            "has a password that expired",
            "the bit PASSWORD_EXPIRED".to_owned(),
            remedy,
        )
    } else if entry.control.is_none() || entry.computed_control.is_none() {
        return Outcome::undecided(
            "its userAccountControl may not be read, or not as it is at this moment",
        );
    } else if entry.expires.is_none() {
        return Outcome::undecided("its accountExpires may not be read by the account that asks");
    } else {
        return Outcome::pass();
    };
    let message = format!(
        "the account `{}` {what}, so SharePoint cannot act as it",
        shown(account)
    );
    let asked = format!("userAccountControl of {}", entry.name);
    Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, remedy).observed(
            asked,
            "an account in use",
            observed,
        ),
    )
}
