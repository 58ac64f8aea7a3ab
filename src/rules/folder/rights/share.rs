//! Drop folders on a share.

use super::access::{Held, Rights, through_share};
use super::describe;
use super::each::{Which, of_folders, of_parties};
use super::view::{View, given};
use crate::facts::Answer;
use crate::farm::AccountRole;
use crate::farm::values::{AccountForm, SharePath};
use crate::remedy::{Action, AdminRole, ShareRight};
use crate::rules::{Case, Finding, Outcome, RuleResult};
use std::collections::BTreeSet;
use windows_security::Sid;

pub fn limits(case: &Case<'_>) -> Vec<RuleResult> {
    of_parties(
        case,
        Which::OnShares,
        |_| true,
        "no account is recorded (farm-account-unknown)",
        |view, subject| {
            let share = match view.share() {
                Ok(share) => share,
                Err(instead) => return instead,
            };
            let deletes = subject.party.role == AccountRole::Timer;
            let rights = Rights::new(view, &subject.token);
            let by_list = if deletes {
                rights.list().and(rights.read()).and(rights.delete())
            } else {
                rights.read()
            };
            if by_list.is_no() {
                return Outcome::not_applicable(match deletes {
                    true => {
                        "the folder's list keeps it out already (folder-timer-cannot-read, \
                         folder-timer-cannot-delete)"
                    }
                    false => "the folder's list keeps it out already (folder-pool-cannot-read)",
                });
            }
            let (needed, right) = if deletes {
                ("Change", ShareRight::Change)
            } else {
                ("Read", ShareRight::Read)
            };
            match through_share(view, &share, &subject.token, deletes) {
                Held::Yes(_) => Outcome::pass(),
                Held::Unknown(why) => Outcome::undecided(format!(
                    "whether the share lets `{subject}` in is not known: {why}{}",
                    subject.what_decides(&why)
                )),
                Held::No(refusal) => {
                    let does = if deletes {
                        "delete messages"
                    } else {
                        "read messages"
                    };
                    let message = format!(
                        "the share does not let `{subject}` {does} in {}",
                        view.place
                    );
                    let place = "in the share's own permissions (tab \"Sharing\", Advanced \
                                 Sharing, Permissions)";
                    let remedy = match (refusal.by_entry, subject.grantee(view)) {
                        (true, _) => {
                            format!(
                                "Take the entry out that denies it {place}; then see that it has \
                                 {needed}"
                            )
                        }
                        (false, whom) => {
                            format!(
                                "Give {whom} {needed} {place}; the folder's list alone is not \
                                 enough"
                            )
                        }
                    };
                    let account = match subject.party.account.form() {
                        AccountForm::Name { .. } | AccountForm::Principal { .. }
                            if !refusal.by_entry =>
                        {
                            Some(subject.party.account.as_str().to_owned())
                        }
                        _ => None,
                    };
                    let action = account.and_then(|account| grant(view, account, right));
                    let finding = Finding::for_role(AdminRole::Server, message, remedy);
                    Outcome::Fail(
                        finding
                            .observed(
                                format!("the share's permissions for `{subject}`"),
                                needed,
                                refusal.why,
                            )
                            .with_actions(action),
                    )
                }
            }
        },
    )
}

fn grant(view: &View<'_>, account: String, right: ShareRight) -> Option<Action> {
    let path = SharePath::from_text(view.place.path)?;
    Some(Action::GrantShare {
        server: path.server,
        share: path.share,
        account,
        right,
    })
}

pub fn local_group(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::OnShares, |view| {
        let domains: BTreeSet<Sid> = own_domains(case, view);
        let (mut foreign, mut open) = (Vec::new(), Vec::new());
        let is_foreign = |sid: &Sid| {
            sid.domain()
                .is_some_and(|domain| !domains.contains(&domain))
        };
        for sid in view.trustees().into_iter().filter(is_foreign) {
            match view.name(&sid) {
                Some(_) => {}
                None if view.is_elsewhere(&sid) => foreign.push(sid),
                None => open.push(sid),
            }
        }
        if let [first, ..] = open.as_slice()
            && foreign.is_empty()
        {
            return Outcome::undecided(match view.seen.names.get(first) {
                Some(Answer::Absent(_)) => format!(
                    "the share's server did not know `{first}` when it was asked: so it is with a \
                     group of another machine, and with one of a domain that it cannot reach; \
                     `--sid 'WSS_ADMIN_WPG=SID'` and `--sid 'WSS_WPG=SID'` say which are \
                     SharePoint's"
                ),
                _ => {
                    format!(
                        "whether the share's server knows `{first}` is not known; `spinmail \
                         gather folder` asks it"
                    )
                }
            });
        }
        let entries = view.descriptor.dacl.entries().iter().filter(|entry| {
            let sid = entry.permission().and_then(|its| its.trustee.sid());
            sid.is_some_and(|sid| foreign.contains(sid))
        });
        let entries: Vec<String> = entries
            .map(|entry| describe::entry_of_folder(view, entry))
            .collect();
        if foreign.is_empty() {
            return Outcome::pass();
        }
        let remedy = "Grant the rights to the accounts themselves or to a group of the domain, \
                      and take these entries out: WSS_ADMIN_WPG and WSS_WPG are groups of each \
                      SharePoint server, and count on no other machine";
        let message = format!(
            "the list of {} names whom the share's server does not know",
            view.place
        );
        let finding = Finding::for_role(AdminRole::Server, message, remedy);
        Outcome::Fail(entries.into_iter().fold(finding, |finding, entry| {
            finding.observed(
                "an entry of its list",
                "someone whom the share's server knows",
                entry,
            )
        }))
    })
}

/// The domains that the farm's accounts are of: what is unknown in them was deleted.
fn own_domains(case: &Case<'_>, view: &View<'_>) -> BTreeSet<Sid> {
    let seen = view
        .seen
        .accounts
        .iter()
        .filter_map(|seen| match &seen.sid {
            Answer::Known(sid) if !given(view).any(|group| group == sid) => sid.domain(),
            _ => None,
        });
    let listed = case
        .facts
        .directory
        .iter()
        .flat_map(|directory| &directory.accounts);
    let listed = listed.filter_map(|account| match &account.answer {
        Answer::Known(entry) => entry.sid.domain(),
        _ => None,
    });
    seen.chain(listed).collect()
}
