//! ACEs and decisions in the words of the Windows dialog, with the names that the folder's server
//! knows.

use super::view::FolderView;
use crate::facts::ObservedAccount;
use crate::farm::values::computer_account;
use windows_security::access::{DecidedBy, Decision, UncertaintyCause};
use windows_security::descriptor::flags;
use windows_security::rights::{MaskKind, SYNCHRONIZE};
use windows_security::words::{ace_kind, ace_rights, applies_to, short_trustee};
use windows_security::{Access, Ace, Descriptor, EffectiveRights, Sid};

/// Returns a mask in the words of the dialog, and its number.
pub(super) fn mask(mask: u32) -> String {
    format!("{} ({mask:#x})", MaskKind::File.words(mask))
}

/// Returns what an account may do, as far as it is decided.
pub(super) fn effective_rights(effective: &EffectiveRights) -> String {
    let granted = mask(effective.granted);
    match effective.undecided & !SYNCHRONIZE {
        0 => granted,
        undecided => {
            let rights = MaskKind::File.words(undecided);
            match depends_on_owner(effective, undecided) {
                true => format!(
                    "{granted}; not known, because an owner has them and it is not known who owns \
                     it: {rights}"
                ),
                false => format!("{granted}; not known: {rights}"),
            }
        }
    }
}

/// Returns whether only the owner is missing to decide these rights.
fn depends_on_owner(effective: &EffectiveRights, undecided: u32) -> bool {
    let Access::Undecided(uncertainties) = effective.needs(undecided) else {
        return false;
    };
    uncertainties.iter().all(|uncertainty| {
        matches!(
            uncertainty.cause,
            UncertaintyCause::NoOwner | UncertaintyCause::OwnerMembership(_)
        )
    })
}

/// Returns the name of a SID: a well-known name, that of the folder's server, or that of the farm's
/// account which has it.
pub(super) fn account_name(view: &FolderView<'_>, sid: &Sid) -> String {
    if sid.domain().is_none()
        && let Some(name) = sid.name()
    {
        return name.to_owned();
    }
    if let Some(name) = view.name(sid) {
        return name.to_owned();
    }
    let mut accounts = view.facts.accounts.iter();
    match accounts.find(|account| account.sid.known() == Some(sid)) {
        Some(account) => name_beyond_server(account),
        None => short_trustee(&sid.clone().into()),
    }
}

/// Returns the name that an account has on other servers.
fn name_beyond_server(account: &ObservedAccount) -> String {
    match &account.computer {
        Some(host) => computer_account(host).to_uppercase(),
        None => account.name.clone(),
    }
}

/// Returns an ACE: `allow FABRIKAM\sp_farm: Modify (0x1301bf)`.
pub(super) fn ace(view: &FolderView<'_>, ace: &Ace) -> String {
    let trustee = match ace.permission().map(|permission| &permission.trustee) {
        None => String::new(),
        Some(trustee) => match trustee.sid() {
            Some(sid) => format!(" {}", account_name(view, sid)),
            None => format!(" {}", short_trustee(trustee)),
        },
    };
    format!(
        "{}{trustee}: {}",
        ace_kind(ace),
        ace_rights(ace, MaskKind::File)
    )
}

/// Returns an ACE of the folder, with what it applies to.
pub(super) fn ace_of_folder(view: &FolderView<'_>, ace_of_folder: &Ace) -> String {
    let inherited = if ace_of_folder.has(flags::INHERITED) {
        ", inherited"
    } else {
        ""
    };
    format!(
        "{}, {}{inherited}",
        ace(view, ace_of_folder),
        applies_to(ace_of_folder, MaskKind::File)
    )
}

/// Returns what decided, without repetitions.
pub(super) fn decisions(
    view: &FolderView<'_>,
    descriptor: &Descriptor,
    decisions: &[Decision],
) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for decision in decisions {
        let reason = reason(view, descriptor, decision);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join(", ")
}

fn reason(view: &FolderView<'_>, descriptor: &Descriptor, decision: &Decision) -> String {
    match decision.by {
        DecidedBy::Ace(index) => match descriptor.dacl.aces().get(index) {
            Some(found) => format!("`{}`", ace(view, found)),
            None => "``".to_owned(),
        },
        DecidedBy::Owner => "the owner's rights".to_owned(),
        DecidedBy::NullDacl => "the NULL DACL".to_owned(),
        DecidedBy::NoAce => format!("no ACE grants {}", MaskKind::File.words(decision.mask)),
    }
}
