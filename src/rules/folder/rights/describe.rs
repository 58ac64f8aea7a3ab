//! Entries and decisions in the words of the Windows dialogue, with the names that the folder's
//! server has.

use super::view::View;
use crate::facts::{AccountSeen, Answer};
use crate::farm::values::computer_account;
use windows_security::access::{DecidedBy, Decision};
use windows_security::descriptor::flags;
use windows_security::rights::{MaskKind, SYNCHRONIZE};
use windows_security::words::{ace_kind, ace_rights, applies_to, short_trustee};
use windows_security::{Ace, Descriptor, EffectiveRights, Sid};

/// A mask in the words of the dialogue, with its number.
pub fn mask(mask: u32) -> String {
    format!("{} ({mask:#x})", MaskKind::File.words(mask))
}

/// What an account may do, as far as it is decided.
pub fn effective(effective: &EffectiveRights) -> String {
    let granted = mask(effective.granted);
    match effective.undecided & !SYNCHRONIZE {
        0 => granted,
        open => format!("{granted}; not decided: {}", MaskKind::File.words(open)),
    }
}

/// The name of a SID, by whoever knows it.
pub fn who(view: &View<'_>, sid: &Sid) -> String {
    let of_account =
        |seen: &&AccountSeen| matches!(&seen.sid, Answer::Known(known) if known == sid);
    let own_name = |seen: &AccountSeen| {
        seen.computer.as_deref().map_or_else(
            || seen.name.clone(),
            |host| computer_account(host).to_uppercase(),
        )
    };
    let account = || view.seen.accounts.iter().find(of_account).map(own_name);
    let known = || view.name(sid).map(str::to_owned);
    let everywhere = sid
        .name()
        .filter(|_| sid.domain().is_none())
        .map(str::to_owned);
    everywhere
        .or_else(known)
        .or_else(account)
        .unwrap_or_else(|| short_trustee(&sid.clone().into()))
}

/// An entry: `allow FABRIKAM\sp_farm: Modify (0x1301bf)`.
pub fn entry(view: &View<'_>, entry: &Ace) -> String {
    let name = entry
        .permission()
        .map(|permission| match permission.trustee.sid() {
            Some(sid) => format!(" {}", who(view, sid)),
            None => format!(" {}", short_trustee(&permission.trustee)),
        });
    format!(
        "{}{}: {}",
        ace_kind(entry),
        name.unwrap_or_default(),
        ace_rights(entry, MaskKind::File)
    )
}

/// An entry of the folder's list, with what it applies to.
pub fn entry_of_folder(view: &View<'_>, it: &Ace) -> String {
    let inherited = if it.has(flags::INHERITED) {
        ", inherited"
    } else {
        ""
    };
    format!(
        "{}, {}{inherited}",
        entry(view, it),
        applies_to(it, MaskKind::File)
    )
}

/// What decided.
fn ruling(view: &View<'_>, descriptor: &Descriptor, ruling: &Decision) -> String {
    match ruling.by {
        DecidedBy::Ace(at) => {
            let found = descriptor.dacl.aces().get(at);
            format!(
                "`{}`",
                found.map(|found| entry(view, found)).unwrap_or_default()
            )
        }
        DecidedBy::Owner => "being the owner".to_owned(),
        DecidedBy::NullDacl => "the list that is null".to_owned(),
        DecidedBy::NoAce => format!("no entry grants {}", MaskKind::File.words(ruling.mask)),
    }
}

/// What decided, each once.
pub fn rulings(view: &View<'_>, descriptor: &Descriptor, rulings: &[Decision]) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in rulings.iter().map(|it| ruling(view, descriptor, it)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}
