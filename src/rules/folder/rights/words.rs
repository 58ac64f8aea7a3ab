//! Entries and decisions in the words of the Windows dialogue.

use super::view::View;
use crate::facts::{AccountSeen, Answer};
use crate::formats::security::access::{By, Cause, Ruling};
use crate::formats::security::descriptor::{Effect, flags};
use crate::formats::security::rights::{Kind, SYNCHRONIZE};
use crate::formats::security::{Descriptor, Effective, Entry, Sid, Trustee};

/// A mask in the words of the dialogue, with its number.
pub fn mask(mask: u32) -> String {
    let mapped = Kind::File.mapped(mask);
    format!("{} (0x{mapped:08x})", Kind::File.words(mapped))
}

/// What an account may do at most, as far as it is decided.
pub fn effective(effective: &Effective) -> String {
    let granted = mask(effective.granted);
    match effective.undecided & !SYNCHRONIZE {
        0 => granted,
        open => format!("{granted}; not decided: {}", Kind::File.words(open)),
    }
}

/// Whom an entry is for.
pub fn trustee(view: &View<'_>, trustee: &Trustee) -> String {
    let Some(sid) = trustee.sid() else { return trustee.name().unwrap_or_default().into_owned() };
    who(view, sid)
}

/// The name of a SID, by whoever knows it.
pub fn who(view: &View<'_>, sid: &Sid) -> String {
    let of_account = |seen: &&AccountSeen| matches!(&seen.sid, Answer::Known(known) if known == sid);
    let account = || view.seen.accounts.iter().find(of_account).map(|seen| seen.name.clone());
    let known = || view.name(sid).map(|name| name.trim_start_matches('\\').to_owned());
    let of_machine = || sid.name().filter(|_| sid.domain().is_none()).map(std::borrow::Cow::into_owned);
    of_machine().or_else(known).or_else(account).unwrap_or_else(|| sid.to_string())
}

/// An entry: `allow FABRIKAM\sp_farm Modify (0x001301bf), this folder and subfolders`.
pub fn entry(view: &View<'_>, entry: &Entry) -> String {
    let Some(permission) = entry.permission() else { return format!("an entry of type 0x{:02x}", entry.code) };
    let does = match entry.effect() {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Nothing => "audit",
        Effect::Unclear => "an entry of an unknown kind for",
    };
    format!("{does} {} {}", trustee(view, &permission.trustee), mask(permission.mask))
}

/// An entry of the folder's list, with what it applies to.
pub fn entry_of_folder(view: &View<'_>, it: &Entry) -> String {
    let inherited = if it.has(flags::INHERITED) { ", inherited" } else { "" };
    format!("{}, {}{inherited}", entry(view, it), applies_to(it.flags))
}

/// The dialogue's "Applies to".
fn applies_to(bits: u8) -> String {
    let has = |bit: u8| bits & bit != 0;
    let words = match (has(flags::INHERIT_ONLY), has(flags::CONTAINER_INHERIT), has(flags::OBJECT_INHERIT)) {
        (false, false, false) => "this folder only",
        (false, true, false) => "this folder and subfolders",
        (false, false, true) => "this folder and files",
        (false, true, true) => "this folder, subfolders and files",
        (true, false, false) => "nothing",
        (true, true, false) => "subfolders only",
        (true, false, true) => "files only",
        (true, true, true) => "subfolders and files only",
    };
    let once = if has(flags::NO_PROPAGATE) { ", one level deep" } else { "" };
    format!("{words}{once}")
}

/// What decided.
fn ruling(view: &View<'_>, descriptor: &Descriptor, ruling: &Ruling) -> String {
    match ruling.by {
        By::Entry(at) => {
            let found = descriptor.dacl.entries().get(at);
            format!("`{}`", found.map(|found| entry(view, found)).unwrap_or_default())
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

/// Why something is not decided, memberships aside.
pub fn cause(view: &View<'_>, descriptor: &Descriptor, it: &Cause) -> String {
    let of_entry = |at: &usize| {
        let found = descriptor.dacl.entries().get(*at);
        found.map(|found| entry(view, found)).unwrap_or_default()
    };
    match it {
        Cause::NoList => "the descriptor does not hold its list".to_owned(),
        Cause::NoOwner => "whether it owns the thing is not known".to_owned(),
        Cause::OwnerMembership(sid) | Cause::Membership(_, sid) => format!("`{}`", who(view, sid)),
        Cause::Domain(_, letters) => format!("which domain `{letters}` is of is not known"),
        Cause::Condition(at) => format!("the entry `{}` counts under a condition", of_entry(at)),
        Cause::Type(_, code) => format!("what an entry of type 0x{code:02x} does is not known"),
        Cause::ObjectOnFile(at) => format!("the entry `{}` is for a kind of object, and files have none", of_entry(at)),
        Cause::CentralPolicy(_) => "a central access policy may take rights away".to_owned(),
    }
}
