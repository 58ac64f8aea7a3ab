//! What the farm's accounts may do.

use super::access::{Held, Open, Refusal, Rights};
use super::each::{Which, of_folders, of_parties};
use super::needs::{Need, needs_of};
use super::service_account::Subject;
use super::view::{ADMIN, View, WEB, sid_of};
use super::{describe, groups};
use crate::farm::AccountRole;
use crate::farm::values::{AccountForm, FolderPath, FromText};
use crate::remedy::{Action, AdminRole, FolderRight};
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Severity};
use windows_security::descriptor::{Effect, flags};
use windows_security::{AclPart, Token};

const NO_TIMER: &str = "`farm.timer-account` is not recorded (farm-account-unknown)";
const NO_POOL: &str = "no account of a web application is recorded";

pub fn timer_cannot_read(case: &Case<'_>) -> Vec<RuleResult> {
    of_parties(
        case,
        Which::All,
        |role| role == AccountRole::Timer,
        NO_TIMER,
        |view, subject| judge(view, subject, Need::ListAndRead),
    )
}

pub fn timer_cannot_delete(case: &Case<'_>) -> Vec<RuleResult> {
    of_parties(
        case,
        Which::All,
        |role| role == AccountRole::Timer,
        NO_TIMER,
        |view, subject| judge(view, subject, Need::Delete),
    )
}

/// Mail of lists in Central Administration itself is rare, so that account's fault is no error.
pub fn pool_cannot_read(case: &Case<'_>) -> Vec<RuleResult> {
    of_parties(
        case,
        Which::All,
        |role| role != AccountRole::Timer,
        NO_POOL,
        |view, subject| match (judge(view, subject, Need::Read), subject.party.role) {
            (Outcome::Fail(finding), AccountRole::CentralAdministration) => {
                Outcome::Fail(finding.with_severity(Severity::Warning))
            }
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
            subject.what_decides(&why)
        )),
        Held::No(_) if would_be_held(view, subject, need) => Outcome::not_applicable(
            "the entry that would grant it does not reach new messages (folder-not-inherited)",
        ),
        Held::No(refusal) => {
            let message = format!("`{subject}` cannot {} in {}", need.verb(), view.place);
            let seen = evidence(view, subject, need, &rights, refusal.why.clone());
            Outcome::Fail(mend(view, subject, need, &refusal, message).with_evidence(seen))
        }
    }
}

fn evidence(
    view: &View<'_>,
    subject: &Subject<'_>,
    need: Need,
    rights: &Rights<'_>,
    why: String,
) -> Vec<Evidence> {
    let what = format!("whether `{subject}` can {} in {}", need.verb(), view.place);
    let row = |asked: String, expected: &str, observed: String| Evidence {
        asked,
        expected: expected.to_owned(),
        observed,
    };
    vec![
        row(what, need.expected(), why),
        row(
            format!("its rights on {}", view.place),
            right(need).words(),
            rights.on_folder(),
        ),
        row(
            "its rights on a new message there".to_owned(),
            right(need).words(),
            rights.on_next(),
        ),
    ]
}

/// What the page's documentation has granted for it.
fn right(need: Need) -> FolderRight {
    match need {
        Need::Read => FolderRight::ReadAndExecute,
        Need::ListAndRead | Need::Delete => FolderRight::Modify,
    }
}

fn mend(
    view: &View<'_>,
    subject: &Subject<'_>,
    need: Need,
    refusal: &Refusal,
    message: String,
) -> Finding {
    let right = right(need);
    if refusal.by_entry {
        let remedy = format!(
            "Take out the entry that denies it, or take the account out of the group that the \
             entry is for; then see that it has {} on the folder, subfolders and files",
            right.words()
        );
        return Finding::for_role(AdminRole::Server, message, remedy);
    }
    if subject.is_nobody(view) {
        let remedy = "Let the service run as an account of the domain, and grant that its rights: \
                      LOCAL SERVICE comes to a share as nobody, and no entry for it helps";
        return Finding::for_role(AdminRole::Farm, message, remedy);
    }
    let (whom, right_words) = (subject.grantee(view), right.words());
    let remedy =
        format!("Grant {whom} {right_words} on the folder, for this folder, subfolders and files");
    Finding::for_role(AdminRole::Server, message, remedy).with_actions(grant(view, subject, right))
}

fn grant(view: &View<'_>, subject: &Subject<'_>, right: FolderRight) -> Option<Action> {
    // Where the farm's folder is not known, its place here is not one on its server.
    FolderPath::from_text(view.place.path).ok()?;
    let by_sid = || subject.sid.as_ref().map(|sid| format!("*{sid}"));
    let is_computer = subject.party.is_computer(view.location());
    let account = match subject.party.account.form() {
        AccountForm::Name { .. } | AccountForm::Bare(_) | AccountForm::Principal { .. } => {
            Some(subject.party.account.as_str().to_owned())
        }
        AccountForm::Computer if is_computer => by_sid(),
        AccountForm::Nobody if view.is_share => None,
        _ => by_sid(),
    };
    let folder = view.place.path.to_owned();
    Some(Action::GrantFolder {
        server: view.place.server.map(str::to_owned),
        folder,
        account: account?,
        right,
    })
}

/// Whether it would be so if every entry were handed on to new messages.
fn would_be_held(view: &View<'_>, subject: &Subject<'_>, need: Need) -> bool {
    let next = view.next_if_inherited();
    matches!(
        need.held(&Rights::with_next(view, &next, &subject.token)),
        Held::Yes(_)
    )
}

/// Somebody for whom entries may not be handed on: an account, or a group of SharePoint's.
struct Concerned<'a> {
    name: String,
    token: Token,
    needs: &'static [Need],
    /// The account, where it is one.
    subject: Option<Subject<'a>>,
    /// Of a group, whether those who are in it have what they need all the same.
    stand_in: Option<Held>,
}

/// What somebody lost.
struct Lost {
    name: String,
    token: Token,
    need: Need,
    severity: Severity,
}

pub fn not_inherited(case: &Case<'_>) -> Vec<RuleResult> {
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
                match (need.held(&now), need.held(&then), &concerned.stand_in) {
                    (now, then, _) if now == then => {}
                    (_, _, Some(Held::Yes(_))) => {}
                    (Held::No(_), Held::Yes(_), Some(Held::Unknown(why))) => {
                        let name = &concerned.name;
                        open = open.or(Some(format!(
                            "`{name}` loses it, and whether its accounts do is not known: {why}"
                        )));
                    }
                    (Held::No(_), Held::Yes(_), _) => lost.push(concerned.lost(*need)),
                    (Held::Unknown(why), Held::Yes(_) | Held::Unknown(_), _)
                    | (Held::No(_), Held::Unknown(why), _) => {
                        let decides = concerned
                            .subject
                            .as_ref()
                            .map_or("", |subject| subject.what_decides(&why));
                        open = open.or(Some(format!("for `{}`, {why}{decides}", concerned.name)));
                    }
                    _ => {}
                }
            }
        }
        match (lost.is_empty(), open) {
            (true, None) => Outcome::pass(),
            (true, Some(why)) => Outcome::undecided(format!(
                "whether anything is not handed on is not known: {why}"
            )),
            (false, _) => Outcome::Fail(lost_finding(view, &lost)),
        }
    })
}

impl Concerned<'_> {
    fn lost(&self, need: Need) -> Lost {
        // As in folder-pool-cannot-read.
        let is_central =
            |subject: &Subject<'_>| subject.party.role == AccountRole::CentralAdministration;
        let severity = if self.subject.as_ref().is_some_and(is_central) {
            Severity::Warning
        } else {
            Severity::Error
        };
        Lost {
            name: self.name.clone(),
            token: self.token.clone(),
            need,
            severity,
        }
    }
}

fn concerned<'a>(case: &Case<'a>, view: &View<'_>) -> Vec<Concerned<'a>> {
    let parties = case
        .farm
        .service_accounts(view.location())
        .into_iter()
        .map(|party| {
            let subject = Subject::new(case, view, party);
            Concerned {
                name: subject.to_string(),
                token: subject.token.clone(),
                needs: needs_of(party.role),
                subject: Some(subject),
                stand_in: None,
            }
        });
    let groups = [
        (ADMIN, &[Need::Read, Need::Delete][..]),
        (WEB, &[Need::Read]),
    ];
    let groups = groups.into_iter().filter_map(|(name, needs)| {
        let sid = sid_of(view, name)?;
        let unrecorded = || Held::Unknown(Open::because("not all of them are recorded"));
        let stand_in = Some(groups::stand_in(case, view, name).unwrap_or_else(unrecorded));
        Some(Concerned {
            name: name.to_owned(),
            token: Token::exactly([sid]),
            needs,
            subject: None,
            stand_in,
        })
    });
    parties.chain(groups).collect()
}

fn lost_finding(view: &View<'_>, lost: &[Lost]) -> Finding {
    // An entry that grants something to one of them, and that files do not inherit.
    let is_meant = |token: &Token, entry: &windows_security::Entry| {
        let sid = entry.permission().and_then(|its| its.trustee.sid());
        let stays = !entry.has(flags::OBJECT_INHERIT) && !entry.has(flags::INHERIT_ONLY);
        stays
            && entry.effect() == Effect::Allow
            && sid.is_some_and(|sid| token.sids().any(|held| held == sid))
    };
    let entries = view.descriptor.dacl.entries().iter();
    let meant: Vec<String> = entries
        .filter(|entry| lost.iter().any(|lost| is_meant(&lost.token, entry)))
        .map(|entry| describe::entry_of_folder(view, entry))
        .collect();
    let mut effects: Vec<String> = Vec::new();
    for effect in lost
        .iter()
        .map(|lost| format!("`{}` cannot {}", lost.name, lost.need.verb()))
    {
        if !effects.contains(&effect) {
            effects.push(effect);
        }
    }
    let message = format!(
        "what the list of {} grants does not reach new messages: {}",
        view.place,
        effects.join(", ")
    );
    let remedy = "Let these entries apply to \"This folder, subfolders and files\" (Advanced, \
                  Edit, Applies to)";
    let finding = Finding::for_role(AdminRole::Server, message, remedy);
    let is_error = lost.iter().any(|lost| lost.severity == Severity::Error);
    let finding = if is_error {
        finding
    } else {
        finding.with_severity(Severity::Warning)
    };
    meant.into_iter().fold(finding, |finding, entry| {
        finding.observed(
            "an entry of its list",
            "one for this folder, subfolders and files",
            entry,
        )
    })
}
