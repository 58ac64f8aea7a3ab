//! The list itself.

use super::access::{Held, Rights, any};
use super::describe;
use super::each::{Which, of_folders};
use super::service_account::Subject;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::rights::{
    DELETE, FILE_APPEND_DATA, FILE_DELETE_CHILD, FILE_WRITE_DATA, WRITE_DAC, WRITE_OWNER,
};
use windows_security::{AclPart, Sid, Token};

const NO_LIST: &str = "the folder has no list (folder-no-list)";

pub fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::All, |view| {
        let finding = || {
            let remedy = match view.is_share {
                true => {
                    "Give the folder a list: on its tab \"Security\", Full control to SYSTEM and \
                     Administrators, Modify to the Timer service's account and to whoever writes \
                     the messages there (the account `DOMAIN\\SERVER$` of the computer with the \
                     SMTP service), Read & execute to the web applications' accounts"
                }
                false => {
                    "Give the folder a list: on its tab \"Security\", Full control to SYSTEM, \
                     Administrators and WSS_ADMIN_WPG, Read & execute to WSS_WPG, Modify to the \
                     Timer service's account"
                }
            };
            let message = format!(
                "{} has no list of permissions, so everyone may do everything there",
                view.place
            );
            Finding::for_role(AdminRole::Server, message, remedy).observed(
                format!("the list of {}", view.place),
                "a list of permissions",
                "none (a null DACL)",
            )
        };
        Outcome::pass_unless((view.descriptor.dacl == AclPart::Null).then(finding))
    })
}

/// What changes the folder's contents, or could be made to.
const ON_FOLDER: u32 =
    FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
const ON_NEXT: u32 = FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER;

pub fn open_to_everyone(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::All, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return Outcome::not_applicable(NO_LIST);
        }
        let [everyone, anonymous, authenticated] = [Sid::everyone(), Sid::nt(7), Sid::nt(11)];
        // Whoever has logged on is everyone too.
        let tokens = [
            (everyone.clone(), Token::exactly([everyone.clone()])),
            (anonymous.clone(), Token::exactly([anonymous])),
            (
                authenticated.clone(),
                Token::exactly([authenticated, everyone]),
            ),
        ];
        let mut open = Vec::new();
        let mut unsure = None;
        for (sid, token) in &tokens {
            match any(view, token, ON_FOLDER, ON_NEXT) {
                Held::Yes(_) => open.push((sid, token)),
                Held::Unknown(why) => unsure = unsure.or(Some((sid, why))),
                Held::No(_) => {}
            }
        }
        let [(first, _), ..] = open.as_slice() else {
            return unsure.map_or_else(Outcome::pass, |(sid, why)| {
                Outcome::undecided(format!(
                    "whether {} may write there is not known: {why}",
                    describe::who(view, sid)
                ))
            });
        };
        let message = format!("{} may write in {}", describe::who(view, first), view.place);
        let remedy = match view.is_share {
            true => {
                "Give whoever writes the messages there an entry of its own first (the account \
                 `DOMAIN\\SERVER$` of the computer with the SMTP service, Modify): it may do so by \
                 this one. Then take this one out, or leave it Read & execute at most"
            }
            false => {
                "Take the entry out, or leave it Read & execute at most: the SMTP service writes \
                 as SYSTEM, and needs none of it"
            }
        };
        let finding = Finding::for_role(AdminRole::Server, message, remedy);
        Outcome::Fail(open.iter().fold(finding, |finding, (sid, token)| {
            let rights = Rights::new(view, token);
            let observed = format!(
                "{}; on a new message {}",
                rights.on_folder(),
                rights.on_next()
            );
            finding.observed(
                format!("what {} may do in {}", describe::who(view, sid), view.place),
                "nothing but reading",
                observed,
            )
        }))
    })
}

pub fn order_odd(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::All, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return Outcome::not_applicable(NO_LIST);
        }
        if view.descriptor.is_canonical() {
            return Outcome::pass();
        }
        let remedy = "Open Properties, tab \"Security\", Edit: Windows offers to put the entries \
                      in order. Then look at the effective rights again: they may change by it";
        let message = format!(
            "the entries in the list of {} stand in an unusual order",
            view.place
        );
        let finding = Finding::for_role(AdminRole::Server, message, remedy);
        let entries = view
            .descriptor
            .dacl
            .entries()
            .iter()
            .map(|entry| describe::entry_of_folder(view, entry));
        let finding = finding.observed(
            "the list, as it is stored and evaluated",
            "explicit before inherited, and what denies before what allows",
            entries.collect::<Vec<_>>().join(" | "),
        );
        Outcome::Fail(
            case.farm
                .service_accounts(view.location())
                .into_iter()
                .fold(finding, |finding, party| {
                    let subject = Subject::new(case, view, party);
                    let rights = Rights::new(view, &subject.token);
                    let observed = format!(
                        "{}; on a new message {}",
                        rights.on_folder(),
                        rights.on_next()
                    );
                    finding.observed(
                        format!("the rights of `{subject}` in this order"),
                        "as shown",
                        observed,
                    )
                }),
        )
    })
}
