//! Whether groups that anyone may be in may put files into the drop folder.

use super::access::{AccessDecision, Rights, access_through_share, any_access};
use super::accounts::grantable_name;
use super::describe;
use super::each::{Scope, judge_each_folder};
use super::needs::Need;
use super::service_account::ResolvedAccount;
use super::view::{FolderView, has_null_dacl, trustee};
use super::writers::known_writers;
use crate::farm::Farm;
use crate::remedy::{self, Action, AdminRole, FolderRight};
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::descriptor::{Effect, flags};
use windows_security::rights::{
    DELETE, FILE_APPEND_DATA, FILE_DELETE_CHILD, FILE_WRITE_DATA, WRITE_DAC, WRITE_OWNER,
};
use windows_security::{Ace, AclPart, Descriptor, Sid, Token};

/// What comes first on a share where it is not known who writes the messages.
const WRITER_FIRST: &str = "Give the account that writes the messages there an ACE of its own \
                            (`DOMAIN\\SERVER$` of the computer with the SMTP service, Modify). \
                            If it is recorded, `spinmail verify` prints the commands. ";

/// Rights that put mail into the folder or take it away, or can be used to.
const WRITE_FOLDER: u32 = FILE_WRITE_DATA | FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
/// Rights that change the next message, or can be used to.
const WRITE_MESSAGE: u32 = FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER;

/// The numbers of the groups that nearly every account of a domain is in: Domain Users, Domain
/// Guests.
const DOMAIN_GROUPS: [u32; 2] = [513, 514];

pub(super) fn open_to_everyone(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        if view.descriptor.dacl == AclPart::Null {
            return has_null_dacl();
        }
        // What the share's own permissions keep out cannot use what the folder grants.
        if !is_let_in_by_share(view) {
            return Outcome::pass();
        }
        let mut writers = Vec::new();
        let mut undecided = None;
        for group in public_groups(&view.descriptor) {
            match any_access(view, &group.token, WRITE_FOLDER, WRITE_MESSAGE) {
                AccessDecision::Granted(_) if group.may_by_itself(view) => writers.push(group),
                AccessDecision::Granted(_) | AccessDecision::Denied(_) => {}
                AccessDecision::Unknown(why) => undecided = undecided.or(Some((group.sid, why))),
            }
        }
        match (writers.is_empty(), undecided) {
            (false, _) => Outcome::Fail(open_finding(case, view, &writers)),
            (true, Some((sid, why))) => Outcome::undecided(format!(
                "it is not known whether {} may write there: {why}",
                describe::account_name(view, &sid)
            )),
            (true, None) => Outcome::pass(),
        }
    })
}

/// A group that anyone may be in, with the token of its members.
struct PublicGroup {
    sid: Sid,
    token: Token,
}

impl PublicGroup {
    /// Returns whether what is granted to the group itself is enough: its members are in wider
    /// groups, too, which are judged by themselves.
    fn may_by_itself(&self, view: &FolderView<'_>) -> bool {
        let token = Token::exactly([self.sid.clone()]);
        any_access(view, &token, WRITE_FOLDER, WRITE_MESSAGE).is_granted()
    }
}

/// Returns whether the share's own permissions let any group write that anyone may be in. If they
/// are not known, or the folder is not on a share, the folder's ACL alone counts.
fn is_let_in_by_share(view: &FolderView<'_>) -> bool {
    let share = match view.is_share().then(|| view.share_descriptor()) {
        Some(Ok(share)) => share,
        Some(Err(_)) | None => return true,
    };
    public_groups(&share)
        .iter()
        .any(|group| !access_through_share(view, &share, &group.token, FILE_WRITE_DATA).is_denied())
}

/// Returns the groups that anyone may be in: Everyone, Anonymous and Authenticated Users, and those
/// of the others that the ACL names.
fn public_groups(descriptor: &Descriptor) -> Vec<PublicGroup> {
    let [everyone, anonymous, authenticated] = [Sid::everyone(), Sid::nt(7), Sid::nt(11)];
    let mut groups = vec![
        PublicGroup {
            token: Token::exactly([everyone.clone()]),
            sid: everyone.clone(),
        },
        PublicGroup {
            token: Token::exactly([anonymous.clone()]),
            sid: anonymous,
        },
        PublicGroup {
            // Every authenticated user is in Everyone, too.
            token: Token::exactly([authenticated.clone(), everyone.clone()]),
            sid: authenticated.clone(),
        },
    ];
    let named: Vec<Sid> = granted_sids(descriptor);
    for sid in named.into_iter().filter(is_wide) {
        let members = [sid.clone(), authenticated.clone(), everyone.clone()];
        groups.push(PublicGroup {
            token: Token::exactly(members),
            sid,
        });
    }
    groups
}

/// Returns the SIDs that an ACL grants something, each once.
fn granted_sids(descriptor: &Descriptor) -> Vec<Sid> {
    let mut sids = Vec::new();
    for sid in descriptor.dacl.aces().iter().filter_map(granted_to) {
        if !sids.contains(sid) {
            sids.push(sid.clone());
        }
    }
    sids
}

/// Returns the SID that an ACE grants something, or `None` if it denies or audits.
fn granted_to(ace: &Ace) -> Option<&Sid> {
    let allows = ace.effect() == Effect::Allow;
    allows.then(|| trustee(ace)).flatten()
}

/// Returns whether nearly every account is in this group: Users, Guests, Domain Users, Domain
/// Guests, Network, Interactive.
fn is_wide(sid: &Sid) -> bool {
    let everywhere = [Sid::builtin(545), Sid::builtin(546), Sid::nt(2), Sid::nt(4)];
    let is_of_domain = sid.domain().is_some()
        && sid
            .rid()
            .is_some_and(|number| DOMAIN_GROUPS.contains(&number));
    is_of_domain || everywhere.contains(sid)
}

fn open_finding(case: &Case<'_>, view: &FolderView<'_>, writers: &[PublicGroup]) -> Finding {
    let names: Vec<String> = writers
        .iter()
        .map(|group| describe::account_name(view, &group.sid))
        .collect();
    let message = format!(
        "{} may write to {}",
        names.first().map(String::as_str).unwrap_or_default(),
        view.folder
    );
    let without = view.with_descriptor(without_grants(view, writers));
    let mut grants = needed_grants(case, view, &without);
    let writing = grants_of_writers(case, view, &without);
    let is_writing_known = !view.is_share() || writing.is_some();
    grants.extend(writing.into_iter().flatten());
    let unrecorded = unrecorded_accounts(case.farm);
    let mut remedy = remedy(&names, &grants, &unrecorded);
    if !is_writing_known {
        remedy = format!("{WRITER_FIRST}{remedy}");
    }
    let can_be_done = grants.iter().all(|grant| grant.account.is_some());
    let has_commands = can_be_done && is_writing_known && unrecorded.is_empty();
    remedy += &match has_commands {
        true => view.where_commands_run(),
        false => view.where_acl_is_changed(),
    };
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for (group, name) in writers.iter().zip(&names) {
        let rights = Rights::new(view, &group.token);
        finding = finding.observed(
            format!("what {name} may do in {}", view.folder),
            "at most read",
            format!(
                "{}; on a new message {}",
                rights.on_folder(),
                rights.on_message()
            ),
        );
    }
    if !has_commands {
        return finding;
    }
    finding
        .with_actions(grants.iter().filter_map(|grant| grant.action(view)))
        .with_action(Action::RevokeFolder {
            server: view.folder.server.map(str::to_owned),
            folder: view.folder.path.to_owned(),
            accounts: writers
                .iter()
                .map(|group| format!("*{}", group.sid))
                .collect(),
            inherited: writers.iter().any(|group| is_inherited(view, &group.sid)),
        })
}

/// Returns the settings of the accounts of services that are not recorded. What they have by the ACE
/// that goes is not known, so it would be lost.
fn unrecorded_accounts(farm: &Farm) -> Vec<String> {
    let of_farm = [
        ("farm.timer-account", &farm.timer_account),
        (
            "farm.central-administration-account",
            &farm.central_administration_account,
        ),
    ];
    let of_farm = of_farm
        .into_iter()
        .filter(|(_, account)| account.is_none())
        .map(|(key, _)| key.to_owned());
    let of_applications = farm.web_applications.iter();
    let of_applications = of_applications
        .filter(|web| web.account.is_none())
        .map(|web| format!("web-application.{}.account", web.name()));
    of_farm.chain(of_applications).collect()
}

fn remedy(names: &[String], grants: &[Grant], unrecorded: &[String]) -> String {
    let names = names.join(", ");
    let mut steps = String::new();
    if !unrecorded.is_empty() {
        let commands: Vec<String> = unrecorded
            .iter()
            .map(|key| remedy::spinmail("set {KEY} 'DOMAIN\\NAME'", &[key]))
            .map(|command| format!("`{command}`"))
            .collect();
        steps.push_str(&format!(
            "First record the accounts that may have their rights only through the ACE of {names} \
             ({}): then `spinmail verify` prints all commands. ",
            commands.join(", ")
        ));
    }
    if !grants.is_empty() {
        let granted: Vec<String> = grants
            .iter()
            .map(|grant| format!("{} ({})", grant.name, grant.right.words()))
            .collect();
        steps.push_str(&format!(
            "Grant ACEs of their own, for this folder, subfolders and files, to the accounts that \
             would lose their rights: {}. ",
            granted.join(", ")
        ));
    }
    let remove = match steps.is_empty() {
        true => "Remove",
        false => "Then remove",
    };
    format!("{steps}{remove} the ACE of {names}, or reduce it to Read & execute")
}

/// A right that an account has only by the entries that are to be taken out.
struct Grant {
    /// The account in sentences.
    name: String,
    /// The account in a command, or `None` if no command can name it.
    account: Option<String>,
    right: FolderRight,
}

impl Grant {
    fn action(&self, view: &FolderView<'_>) -> Option<Action> {
        Some(Action::GrantFolder {
            server: view.folder.server.map(str::to_owned),
            folder: view.folder.path.to_owned(),
            account: self.account.clone()?,
            right: self.right,
        })
    }
}

/// Returns the grants that the farm needs when the entries of these groups are taken out.
fn needed_grants(case: &Case<'_>, view: &FolderView<'_>, without: &FolderView<'_>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    if !view.is_share() && !system_can_write(without) && system_can_write(view) {
        grants.push(Grant {
            name: "SYSTEM".to_owned(),
            account: Some("*S-1-5-18".to_owned()),
            right: FolderRight::FullControl,
        });
    }
    for service_account in case.farm.service_accounts(view.location) {
        let account = ResolvedAccount::new(case, without, service_account);
        if account.is_unknown_to_windows {
            continue;
        }
        let rights = Rights::new(without, &account.token);
        let missing: Vec<Need> = Need::of_role(service_account.role)
            .iter()
            .copied()
            .filter(|need| !need.decide(&rights).is_granted())
            .collect();
        let Some(need) = missing.last() else {
            continue;
        };
        // What deletes must also list and read.
        let right = need.documented_right();
        let name = format!("`{}`", service_account.account.as_str());
        match grants.iter_mut().find(|grant| grant.name == name) {
            Some(grant) if right == FolderRight::Modify => grant.right = right,
            Some(_) => {}
            None => grants.push(Grant {
                account: grantable_name(view, &account),
                name,
                right,
            }),
        }
    }
    grants
}

/// Returns the grants that those need who write the messages on a share, or `None` if they are not
/// known.
fn grants_of_writers(
    case: &Case<'_>,
    view: &FolderView<'_>,
    without: &FolderView<'_>,
) -> Option<Vec<Grant>> {
    if !view.is_share() {
        return None;
    }
    let writers = known_writers(case, view)?;
    let losing = writers
        .into_iter()
        .filter(|writer| !writer.may_create(without));
    let grants = losing.map(|writer| Grant {
        right: writer.right(),
        name: format!("`{}`", writer.name),
        account: writer.account,
    });
    Some(grants.collect())
}

/// Returns whether the SMTP service, which runs as SYSTEM, may put a file into the folder.
fn system_can_write(view: &FolderView<'_>) -> bool {
    let token = Token::for_service(Sid::nt(18)).with(Sid::builtin(544));
    Rights::new(view, &token)
        .access_folder(FILE_WRITE_DATA)
        .is_granted()
}

/// Returns the folder's descriptor without what it grants these groups.
fn without_grants(view: &FolderView<'_>, writers: &[PublicGroup]) -> Descriptor {
    let mut descriptor = view.descriptor.clone();
    if let AclPart::Present(acl) = &mut descriptor.dacl {
        acl.aces.retain(|ace| {
            granted_to(ace).is_none_or(|sid| writers.iter().all(|group| group.sid != *sid))
        });
    }
    descriptor
}

/// Returns whether the folder inherits what it grants a group.
fn is_inherited(view: &FolderView<'_>, sid: &Sid) -> bool {
    let mut aces = view.descriptor.dacl.aces().iter();
    aces.any(|ace| granted_to(ace) == Some(sid) && ace.has(flags::INHERITED))
}
