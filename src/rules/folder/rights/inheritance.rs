//! ACEs that count for the drop folder and are not inherited by new messages.

use super::access::{AccessDecision, Rights, Unknowns};
use super::accounts::{grantable_name, severity_for};
use super::describe;
use super::each::{Scope, judge_each_folder};
use super::groups::{grant as grant_group, members_have_access};
use super::needs::Need;
use super::service_account::ResolvedAccount;
use super::view::{ADMIN_GROUP, FolderView, WEB_GROUP, has_null_dacl, trustee};
use crate::remedy::{Action, AdminRole, FolderRight};
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity, Ternary};
use windows_security::descriptor::{Effect, flags};
use windows_security::inherit::InheritedDescriptor;
use windows_security::{Ace, AclPart, Token};

/// An account of the farm, or a SharePoint group.
enum Principal<'a> {
    Account(ResolvedAccount<'a>),
    Group {
        name: &'static str,
        token: Token,
        needs: &'static [Need],
        /// Whether its members have what they need without the group.
        members: AccessDecision,
    },
}

impl<'a> Principal<'a> {
    /// Returns the accounts and groups for which new messages should inherit ACEs.
    fn all(case: &Case<'a>, view: &FolderView<'_>) -> Vec<Self> {
        let mut principals = Vec::new();
        for service_account in case.farm.service_accounts(view.location) {
            principals.push(Self::Account(ResolvedAccount::new(
                case,
                view,
                service_account,
            )));
        }
        let groups: [(&str, &[Need]); 2] = [
            (ADMIN_GROUP, &[Need::Read, Need::Delete]),
            (WEB_GROUP, &[Need::Read]),
        ];
        for (name, needs) in groups {
            if let Some(sid) = view.sid_of_group(name) {
                let members = members_have_access(case, view, name).unwrap_or_else(|| {
                    AccessDecision::Unknown(Unknowns::because("not all of them are recorded"))
                });
                principals.push(Self::Group {
                    name,
                    token: Token::exactly([sid]),
                    needs,
                    members,
                });
            }
        }
        principals
    }

    fn name(&self) -> String {
        match self {
            Self::Account(account) => account.to_string(),
            Self::Group { name, .. } => (*name).to_owned(),
        }
    }

    /// Returns the account or group as sentences name it.
    fn in_sentence(&self) -> String {
        match self {
            Self::Account(account) => account.in_sentence(),
            Self::Group { name, .. } => format!("`{name}`"),
        }
    }

    fn token(&self) -> &Token {
        match self {
            Self::Account(account) => &account.token,
            Self::Group { token, .. } => token,
        }
    }

    fn needs(&self) -> &'static [Need] {
        match self {
            Self::Account(account) => Need::of_role(account.service_account.role),
            Self::Group { needs, .. } => needs,
        }
    }

    /// Returns the action that lets new messages inherit a right for it, or `None` if no command
    /// can name it.
    fn grant(&self, view: &FolderView<'_>, need: Need) -> Option<Action> {
        let right = need.documented_right();
        match self {
            Self::Account(account) => Some(Action::GrantFolder {
                server: view.folder.server.map(str::to_owned),
                folder: view.folder.path.to_owned(),
                account: grantable_name(view, account)?,
                right,
            }),
            Self::Group { name, .. } if *name == ADMIN_GROUP => {
                grant_group(view, name, FolderRight::FullControl)
            }
            Self::Group { name, .. } => grant_group(view, name, right),
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::Account(account) => severity_for(account.service_account.role),
            Self::Group { .. } => Severity::Error,
        }
    }

    /// Returns whether the principal loses a right on new messages because an ACE is not inherited
    /// by them.
    fn loses(
        &self,
        view: &FolderView<'_>,
        if_inherited: &InheritedDescriptor,
        need: Need,
    ) -> Ternary {
        let actual = need.decide(&Rights::new(view, self.token()));
        let inherited = need.decide(&Rights::with_next(view, if_inherited, self.token()));
        if actual == inherited {
            return Ternary::No;
        }
        if let Self::Group { members, .. } = self {
            match (members, &actual, &inherited) {
                (AccessDecision::Granted(_), ..) => return Ternary::No,
                (
                    AccessDecision::Unknown(unknowns),
                    AccessDecision::Denied(_),
                    AccessDecision::Granted(_),
                ) => {
                    return Ternary::Unknown(format!(
                        "new messages do not inherit the rights of `{}`, and it is not known \
                         whether its accounts have other rights: {unknowns}",
                        self.name()
                    ));
                }
                _ => {}
            }
        }
        match (actual, inherited) {
            (AccessDecision::Denied(_), AccessDecision::Granted(_)) => Ternary::Yes,
            (
                AccessDecision::Unknown(unknowns),
                AccessDecision::Granted(_) | AccessDecision::Unknown(_),
            )
            | (AccessDecision::Denied(_), AccessDecision::Unknown(unknowns)) => {
                let decides = match self {
                    Self::Account(account) => account.what_decides(&unknowns),
                    Self::Group { .. } => "",
                };
                Ternary::Unknown(format!("for `{}`, {unknowns}{decides}", self.name()))
            }
            _ => Ternary::No,
        }
    }
}

/// A right on new messages that a principal lost.
struct LostRight<'a> {
    principal: &'a Principal<'a>,
    need: Need,
}

pub(super) fn not_inherited(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return has_null_dacl();
        }
        let if_inherited = view.next_if_inherited();
        if if_inherited == view.next {
            return Outcome::pass();
        }
        let principals = Principal::all(case, view);
        let mut lost = Vec::new();
        let mut unknown = None;
        for principal in &principals {
            for &need in principal.needs() {
                match principal.loses(view, &if_inherited, need) {
                    Ternary::No => {}
                    Ternary::Yes => lost.push(LostRight { principal, need }),
                    Ternary::Unknown(why) => unknown = unknown.or(Some(why)),
                }
            }
        }
        match (lost.is_empty(), unknown) {
            (true, None) => Outcome::pass(),
            (true, Some(why)) => Outcome::undecided(format!(
                "it is not known whether new messages inherit every right: {why}"
            )),
            (false, _) => Outcome::Fail(lost_rights_finding(view, &lost)),
        }
    })
}

fn lost_rights_finding(view: &FolderView<'_>, lost: &[LostRight<'_>]) -> Finding {
    let mut effects: Vec<String> = Vec::new();
    for right in lost {
        let effect = format!(
            "{} cannot {}",
            right.principal.in_sentence(),
            right.need.verb_on_message()
        );
        if !effects.contains(&effect) {
            effects.push(effect);
        }
    }
    let message = format!(
        "new messages do not inherit all rights that the DACL of {} grants: {}",
        view.folder,
        effects.join(", ")
    );
    let actions = grants(view, lost);
    let remedy = format!(
        "Make these ACEs apply to \"This folder, subfolders and files\" (Advanced, Edit, Applies \
         to){}",
        match actions.is_empty() {
            true => view.where_acl_is_changed(),
            false => view.where_commands_run(),
        }
    );
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy).with_actions(actions);
    if let Some(severity) = lost.iter().map(|right| right.principal.severity()).max() {
        finding = finding.with_severity(severity);
    }
    for ace in view.descriptor.dacl.aces() {
        if lost
            .iter()
            .any(|right| grants_without_inheritance(ace, right.principal.token()))
        {
            finding = finding.observed(
                "an ACE in its DACL",
                "one for this folder, subfolders and files",
                describe::ace_of_folder(view, ace),
            );
        }
    }
    finding
}

/// Returns the actions that let new messages inherit what was lost: for each account what it needs
/// most.
fn grants(view: &FolderView<'_>, lost: &[LostRight<'_>]) -> Vec<Action> {
    let mut last: Vec<&LostRight<'_>> = Vec::new();
    for right in lost {
        let name = right.principal.name();
        match last.iter_mut().find(|known| known.principal.name() == name) {
            // What deletes must also list and read, also where the account has another role, too.
            Some(known) if right.need.documented_right() == FolderRight::Modify => *known = right,
            Some(_) => {}
            None => last.push(right),
        }
    }
    let actions = last.into_iter();
    actions
        .filter_map(|right| right.principal.grant(view, right.need))
        .collect()
}

/// Returns whether an ACE grants something on the folder to a token, and files do not inherit it.
fn grants_without_inheritance(ace: &Ace, token: &Token) -> bool {
    let is_for_token = trustee(ace).is_some_and(|trustee| token.sids().any(|sid| sid == trustee));
    is_for_token
        && ace.effect() == Effect::Allow
        && !ace.has(flags::OBJECT_INHERIT)
        && !ace.has(flags::INHERIT_ONLY)
}
