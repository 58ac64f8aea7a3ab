//! What the farm's accounts may do.

use super::held::{Held, Refusal, Rights};
use super::party::Subject;
use super::view::{View, Which, of_folders, of_parties};
use super::{groups, words};
use crate::farm::PartyRole;
use crate::farm::values::AccountForm;
use crate::formats::security::descriptor::{Effect, flags};
use crate::formats::security::{AclPart, Token};
use crate::rules::{Action, Case, Evidence, Finding, FolderRight, Hand, Judged, Outcome, Severity};

const NO_TIMER: &str = "`farm.timer-account` is not recorded (farm-account-unknown)";
const NO_POOL: &str = "no account of a web application is recorded";

/// One thing that an account must be able to do.
#[derive(Clone, Copy)]
pub enum Need {
    /// Listing the folder and reading the next message.
    ListAndRead,
    Read,
    Delete,
}

impl Need {
    pub fn held(self, rights: &Rights<'_>) -> Held {
        match self {
            Self::ListAndRead => rights.list().and(rights.read()),
            Self::Read => rights.read(),
            Self::Delete => rights.delete(),
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::ListAndRead => "list the folder and read new messages",
            Self::Read => "read new messages",
            Self::Delete => "delete new messages",
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::ListAndRead => "list folder / read data on the folder, Read on a new message",
            Self::Read => "Read on a new message",
            Self::Delete => "delete on a new message, or delete subfolders and files on the folder",
        }
    }
}

/// What each kind of account must be able to do.
pub fn needs_of(role: PartyRole<'_>) -> &'static [Need] {
    match role {
        PartyRole::Timer => &[Need::ListAndRead, Need::Delete],
        PartyRole::CentralAdministration | PartyRole::WebApplication(_) => &[Need::Read],
    }
}

pub fn timer_cannot_read(case: &Case<'_>) -> Vec<Judged> {
    of_parties(
        case,
        Which::All,
        |role| role == PartyRole::Timer,
        NO_TIMER,
        |view, subject| judge(view, subject, Need::ListAndRead),
    )
}

pub fn timer_cannot_delete(case: &Case<'_>) -> Vec<Judged> {
    of_parties(
        case,
        Which::All,
        |role| role == PartyRole::Timer,
        NO_TIMER,
        |view, subject| judge(view, subject, Need::Delete),
    )
}

/// Mail of lists in Central Administration itself is rare, so that account's fault is no error.
pub fn pool_cannot_read(case: &Case<'_>) -> Vec<Judged> {
    of_parties(
        case,
        Which::All,
        |role| role != PartyRole::Timer,
        NO_POOL,
        |view, subject| match (judge(view, subject, Need::Read), subject.party.role) {
            (Outcome::Fail(finding), PartyRole::CentralAdministration) => Outcome::Fail(finding.at(Severity::Warning)),
            (outcome, _) => outcome,
        },
    )
}

fn judge(view: &View<'_>, subject: &Subject<'_>, need: Need) -> Outcome {
    let rights = Rights::new(view, &subject.token);
    match need.held(&rights) {
        Held::Yes(why) => Outcome::Pass(evidence(view, subject, need, &rights, why)),
        Held::Unknown(why) => Outcome::undecided(format!(
            "whether `{subject}` can {} is not known: {why}{}",
            need.verb(),
            what_decides(subject)
        )),
        Held::No(_) if would_be_held(view, subject, need) => {
            Outcome::not_applicable("the entry that would grant it does not reach new messages (folder-not-inherited)")
        }
        Held::No(refusal) => {
            let message = format!("`{subject}` cannot {} in {}", need.verb(), view.place);
            let seen = evidence(view, subject, need, &rights, refusal.why.clone());
            Outcome::Fail(mend(view, subject, need, &refusal, message).with_evidence(seen))
        }
    }
}

fn evidence(view: &View<'_>, subject: &Subject<'_>, need: Need, rights: &Rights<'_>, why: String) -> Vec<Evidence> {
    let what = format!("whether `{subject}` can {} in {}", need.verb(), view.place);
    let row =
        |asked: String, expected: &str, observed: String| Evidence { asked, expected: expected.to_owned(), observed };
    vec![
        row(what, need.expected(), why),
        row(format!("its rights on {}", view.place), right(need).words(), rights.on_folder()),
        row("its rights on a new message there".to_owned(), right(need).words(), rights.on_next()),
    ]
}

/// What the page's documentation has granted for it.
fn right(need: Need) -> FolderRight {
    match need {
        Need::Read => FolderRight::ReadAndExecute,
        Need::ListAndRead | Need::Delete => FolderRight::Modify,
    }
}

fn mend(view: &View<'_>, subject: &Subject<'_>, need: Need, refusal: &Refusal, message: String) -> Finding {
    let right = right(need);
    if refusal.by_entry {
        let remedy = format!(
            "Take out the entry that denies it, or take the account out of the group that the entry is for; then see that \
             it has {} on the folder, subfolders and files",
            right.words()
        );
        return Finding::by(Hand::Server, message, remedy);
    }
    let remedy = format!("Grant it {} on the folder, for this folder, subfolders and files", right.words());
    Finding::by(Hand::Server, message, remedy).with_actions(grant(view, subject, right))
}

fn grant(view: &View<'_>, subject: &Subject<'_>, right: FolderRight) -> Option<Action> {
    let by_sid = || subject.sid.as_ref().map(|sid| format!("*{sid}"));
    let is_computer = subject.party.is_computer(view.is_share);
    let account = match subject.party.account.form() {
        AccountForm::Name { .. } | AccountForm::Bare(_) | AccountForm::Principal { .. } => {
            Some(subject.party.account.as_str().to_owned())
        }
        AccountForm::Computer if is_computer => by_sid(),
        AccountForm::Nobody if view.is_share => None,
        _ => by_sid(),
    };
    let folder = view.place.path.to_owned();
    Some(Action::GrantFolder { server: view.place.server.map(str::to_owned), folder, account: account?, right })
}

/// What to ask for where something is not known.
pub fn what_decides(subject: &Subject<'_>) -> String {
    let name = subject.party.account.as_str();
    match (&subject.sid, subject.is_whole) {
        (_, true) => String::new(),
        (None, _) if subject.party.computer.is_some() => {
            "; gather the folder's facts with an account that may ask its server for the computer's SID".to_owned()
        }
        (None, _) => format!("; `--sid '{name}=SID'` says which SID is its"),
        (Some(_), _) => format!("; `--token '{name}=SID,…'` with what `whoami /groups` shows for it decides"),
    }
}

/// Whether it would be so if every entry were handed on to new messages.
fn would_be_held(view: &View<'_>, subject: &Subject<'_>, need: Need) -> bool {
    let next = view.next_if_inherited();
    matches!(need.held(&Rights::with_next(view, &next, &subject.token)), Held::Yes(_))
}

/// Somebody for whom entries may not be handed on: an account, or a group of SharePoint's.
struct Concerned {
    name: String,
    token: Token,
    needs: &'static [Need],
    what_decides: String,
}

pub fn not_inherited(case: &Case<'_>) -> Vec<Judged> {
    of_folders(case, Which::All, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return Outcome::not_applicable("the folder has no list (folder-no-list)");
        }
        let next = view.next_if_inherited();
        if next == view.next {
            return Outcome::pass();
        }
        let (mut lost, mut open) = (Vec::new(), None);
        for concerned in concerned(case, view) {
            let now = Rights::new(view, &concerned.token);
            let then = Rights::with_next(view, &next, &concerned.token);
            for need in concerned.needs {
                match (need.held(&now), need.held(&then)) {
                    (now, then) if now == then => {}
                    (Held::No(_), Held::Yes(_)) => lost.push((concerned.name.clone(), concerned.token.clone(), *need)),
                    (Held::Unknown(why), Held::Yes(_) | Held::Unknown(_)) | (Held::No(_), Held::Unknown(why)) => {
                        open = open.or(Some(format!("for `{}`, {why}{}", concerned.name, concerned.what_decides)));
                    }
                    _ => {}
                }
            }
        }
        match (lost.is_empty(), open) {
            (true, None) => Outcome::pass(),
            (true, Some(why)) => Outcome::undecided(format!("whether anything is not handed on is not known: {why}")),
            (false, _) => Outcome::Fail(lost_finding(view, &lost)),
        }
    })
}

fn concerned(case: &Case<'_>, view: &View<'_>) -> Vec<Concerned> {
    let parties = case.farm.parties(view.is_share).into_iter().map(|party| {
        let subject = Subject::new(case, view, party);
        Concerned {
            name: subject.to_string(),
            what_decides: what_decides(&subject),
            needs: needs_of(party.role),
            token: subject.token,
        }
    });
    let groups = [(groups::ADMIN, &[Need::Read, Need::Delete][..]), (groups::WEB, &[Need::Read])];
    let groups = groups.into_iter().filter_map(|(name, needs)| {
        let sid = groups::sid_of(view, name)?;
        Some(Concerned { name: name.to_owned(), token: Token::exactly([sid]), needs, what_decides: String::new() })
    });
    parties.chain(groups).collect()
}

fn lost_finding(view: &View<'_>, lost: &[(String, Token, Need)]) -> Finding {
    // An entry that grants something to one of them, and that files do not inherit.
    let is_meant = |token: &Token, entry: &crate::formats::security::Entry| {
        let sid = entry.permission().and_then(|its| its.trustee.sid());
        let stays = !entry.has(flags::OBJECT_INHERIT) && !entry.has(flags::INHERIT_ONLY);
        stays && entry.effect() == Effect::Allow && sid.is_some_and(|sid| token.sids().any(|held| held == sid))
    };
    let entries = view.descriptor.dacl.entries().iter();
    let meant: Vec<String> = entries
        .filter(|entry| lost.iter().any(|(_, token, _)| is_meant(token, entry)))
        .map(|entry| words::entry_of_folder(view, entry))
        .collect();
    let mut effects: Vec<String> = Vec::new();
    for effect in lost.iter().map(|(name, _, need)| format!("`{name}` cannot {}", need.verb())) {
        if !effects.contains(&effect) {
            effects.push(effect);
        }
    }
    let message = format!("what the list of {} grants does not reach new messages: {}", view.place, effects.join(", "));
    let remedy = "Let these entries apply to \"This folder, subfolders and files\" (Advanced, Edit, Applies to)";
    let finding = Finding::by(Hand::Server, message, remedy);
    meant.into_iter().fold(finding, |finding, entry| {
        finding.seen("an entry of its list", "one for this folder, subfolders and files", entry)
    })
}
