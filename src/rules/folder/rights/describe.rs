//! Entries and decisions in the words of the Windows dialogue, with the names that the folder's
//! server has.

use super::view::View;
use crate::facts::{AccountSeen, Answer};
use crate::farm::values::computer_account;
use windows_security::access::{By, Ruling};
use windows_security::descriptor::flags;
use windows_security::rights::{Kind, SYNCHRONIZE};
use windows_security::words::{applies_to, entry_kind, entry_rights, short_trustee};
use windows_security::{Descriptor, Effective, Entry, Sid};

/// A mask in the words of the dialogue, with its number.
pub fn mask(mask: u32) -> String {
    format!("{} ({mask:#x})", Kind::File.words(mask))
}

/// What an account may do, as far as it is decided.
pub fn effective(effective: &Effective) -> String {
    let granted = mask(effective.granted);
    match effective.undecided & !SYNCHRONIZE {
        0 => granted,
        open => format!("{granted}; not decided: {}", Kind::File.words(open)),
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
pub fn entry(view: &View<'_>, entry: &Entry) -> String {
    let name = entry
        .permission()
        .map(|permission| match permission.trustee.sid() {
            Some(sid) => format!(" {}", who(view, sid)),
            None => format!(" {}", short_trustee(&permission.trustee)),
        });
    format!(
        "{}{}: {}",
        entry_kind(entry),
        name.unwrap_or_default(),
        entry_rights(entry, Kind::File)
    )
}

/// An entry of the folder's list, with what it applies to.
pub fn entry_of_folder(view: &View<'_>, it: &Entry) -> String {
    let inherited = if it.has(flags::INHERITED) {
        ", inherited"
    } else {
        ""
    };
    format!(
        "{}, {}{inherited}",
        entry(view, it),
        applies_to(it, Kind::File)
    )
}

/// What decided.
fn ruling(view: &View<'_>, descriptor: &Descriptor, ruling: &Ruling) -> String {
    match ruling.by {
        By::Entry(at) => {
            let found = descriptor.dacl.entries().get(at);
            format!(
                "`{}`",
                found.map(|found| entry(view, found)).unwrap_or_default()
            )
        }
        By::Owner => "being the owner".to_owned(),
        By::NullList => "the list that is null".to_owned(),
        By::NoEntry => format!("no entry grants {}", Kind::File.words(ruling.mask)),
    }
}

/// What decided, each once.
pub fn rulings(view: &View<'_>, descriptor: &Descriptor, rulings: &[Ruling]) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in rulings.iter().map(|it| ruling(view, descriptor, it)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}
