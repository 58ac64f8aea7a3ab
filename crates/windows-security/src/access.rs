//! What a token may do to a thing, bit by bit: MS-DTYP 2.5.3.2 (for files with MS-FSA 2.1.4.14),
//! MS-ADTS 5.1.3.3.
//!
//! One pass over the entries in stored order, as when everything that is allowed is asked for: an
//! entry that denies takes the bits that are not granted yet, one that allows those that are not
//! denied yet. An entry that may or may not count leaves its bits open to both, and a bit is
//! decided only where every way leads to the same end.
//!
//! Not seen, because no descriptor tells: privileges (backup, restore, taking ownership), integrity
//! levels, and what the share on the way takes away.

mod token;

pub use token::{Membership, Token};

use super::descriptor::{Data, Effect, entry_type, flags};
use super::rights::{self, Kind};
use super::{AclPart, Body, Descriptor, Entry, Guid, Permission, Sid, Trustee};
use std::collections::HashMap;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub kind: Kind,
    /// For an object of Active Directory the GUIDs from the object's class down to what the right
    /// is asked for: a set of attributes and an attribute of it, or the class of a child.
    /// Entries for other kinds do not count.
    pub path: &'a [Guid],
    /// Whether it may be of kinds that are not on the path, since not all of them are known.
    pub is_open: bool,
}

impl Target<'_> {
    /// A file or folder.
    pub const FILE: Target<'static> = Target {
        kind: Kind::File,
        path: &[],
        is_open: false,
    };
}

/// What decided a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// This entry of the DACL, counted from 0.
    Entry(usize),
    /// That the owner always may.
    Owner,
    /// That the DACL is null.
    NullList,
    /// That no entry grants it.
    NoEntry,
}

/// Bits with the same fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    pub mask: u32,
    pub by: By,
}

/// Why bits are not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub mask: u32,
    pub cause: Cause,
}

/// What keeps bits from being decided. Numbers are those of entries, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The descriptor does not hold its DACL.
    NoList,
    /// The descriptor does not hold its owner, who always may read and change the list.
    NoOwner,
    /// Whether the token holds the owner is not known.
    OwnerMembership(Sid),
    /// Whether the token holds the entry's group is not known.
    Membership(usize, Sid),
    /// The token holds such a group of some domain, and which domain's the entry (or, without a
    /// number, the owner) means is not known; its letters in SDDL.
    Domain(Option<usize>, &'static str),
    /// The entry counts under a condition only.
    Condition(usize),
    /// What the entry's type does is not known.
    Type(usize, u8),
    /// The entry denies rights on a kind of object, and files have no kinds: MS-DTYP passes it
    /// over, Windows does not.
    ObjectOnFile(usize),
    /// Whether what is asked about is of the kind that the entry is for is not known.
    Kind(usize),
    /// A central access policy may take away what the list grants; the entry is one of the SACL.
    CentralPolicy(usize),
    /// So may an integrity label above that of most programs.
    Label(usize),
    /// Nothing is inherited, and how much the maker gives is not known.
    MakersList,
}

/// What a token may do. No bit is in two of the masks, and each right is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    pub granted: u32,
    pub denied: u32,
    pub undecided: u32,
    /// What decided the bits that are decided, in the order of the decisions.
    pub rulings: Vec<Ruling>,
    /// Why the others are not.
    pub doubts: Vec<Doubt>,
}

/// The answer to whether rights are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// All of them.
    Granted(Vec<Ruling>),
    /// These are missing.
    Denied(Vec<Ruling>),
    /// None is surely missing, and these are not sure.
    Undecided(Vec<Doubt>),
}

impl Decision {
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Granted(_))
    }

    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }

    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Undecided(_))
    }

    /// Granted if both are; denied if one is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied(by), _) | (_, Self::Denied(by)) => Self::Denied(by),
            (Self::Undecided(mut one), Self::Undecided(two)) => {
                one.extend(two);
                Self::Undecided(one)
            }
            (Self::Undecided(why), Self::Granted(_)) | (Self::Granted(_), Self::Undecided(why)) => {
                Self::Undecided(why)
            }
            (Self::Granted(mut one), Self::Granted(two)) => {
                one.extend(two);
                Self::Granted(one)
            }
        }
    }

    /// Granted if one way grants it; denied if neither does.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Granted(by), _) | (_, Self::Granted(by)) => Self::Granted(by),
            (Self::Undecided(mut one), Self::Undecided(two)) => {
                one.extend(two);
                Self::Undecided(one)
            }
            (Self::Undecided(why), Self::Denied(_)) | (Self::Denied(_), Self::Undecided(why)) => {
                Self::Undecided(why)
            }
            (Self::Denied(mut one), Self::Denied(two)) => {
                one.extend(two);
                Self::Denied(one)
            }
        }
    }
}

impl Effective {
    /// The same where as much may be granted as the other says.
    #[must_use]
    pub(super) fn up_to(mut self, most: &Self) -> Self {
        let open = (most.granted | most.undecided) & self.denied;
        if open != 0 {
            self.denied &= !open;
            self.undecided |= open;
            self.rulings
                .iter_mut()
                .for_each(|ruling| ruling.mask &= !open);
            self.rulings.retain(|ruling| ruling.mask != 0);
            self.doubts.push(Doubt {
                mask: open,
                cause: Cause::MakersList,
            });
        }
        self
    }

    /// Whether all of these rights are there. Waiting on a handle (SYNCHRONIZE) is left aside.
    pub fn needs(&self, mask: u32) -> Decision {
        let mask = mask & !rights::SYNCHRONIZE;
        let of = |wanted: u32| {
            let some = |ruling: &Ruling| {
                (ruling.mask & wanted != 0).then_some(Ruling {
                    mask: ruling.mask & wanted,
                    ..*ruling
                })
            };
            self.rulings.iter().filter_map(some).collect()
        };
        if mask & self.denied != 0 {
            return Decision::Denied(of(mask & self.denied));
        }
        let open = mask & self.undecided;
        if open != 0 {
            let some = |doubt: &Doubt| {
                (doubt.mask & open != 0).then(|| Doubt {
                    mask: doubt.mask & open,
                    cause: doubt.cause.clone(),
                })
            };
            return Decision::Undecided(self.doubts.iter().filter_map(some).collect());
        }
        Decision::Granted(of(mask))
    }
}

/// Whether a file may be deleted: by DELETE on it, or by DELETE_CHILD on its folder. A denial of
/// one does not stop the other (MS-FSA 2.1.5.1.2.1). What decided on the folder and what on the
/// file are both among the rulings; their numbers are of the list that they were found in.
pub fn may_delete(file: &Effective, folder: &Effective) -> Decision {
    file.needs(rights::DELETE)
        .or(folder.needs(rights::FILE_DELETE_CHILD))
}

/// What a token may do to the thing that a descriptor is of.
pub fn effective(descriptor: &Descriptor, token: &Token, target: &Target<'_>) -> Effective {
    let everything = target.kind.everything();
    let mut pass = Pass::new(everything);
    match &descriptor.dacl {
        AclPart::Absent => pass.take(Effect::Unclear, everything, Match::Perhaps(Cause::NoList)),
        AclPart::Null => pass.settle(Effect::Allow, everything, By::NullList),
        AclPart::Present(acl) => {
            if let Some((mask, matched)) = owner_rights(descriptor, token, target.kind) {
                pass.take_owner(mask, matched, descriptor.owner.as_ref());
            }
            for (at, entry) in acl.entries.iter().enumerate() {
                pass.take_entry(at, entry, descriptor.owner.as_ref(), token, target);
            }
        }
    }
    pass.end(&limits(descriptor, token, target.kind))
}

/// Whether an entry counts for a token.
enum Match {
    Yes,
    No,
    Perhaps(Cause),
}

/// What the owner may always do, whatever the list says, and whether the token is the owner's.
fn owner_rights(descriptor: &Descriptor, token: &Token, kind: Kind) -> Option<(u32, Match)> {
    let entries = descriptor.dacl.entries();
    let counts = |entry: &Entry| !entry.has(flags::INHERIT_ONLY);
    // Entries for OWNER RIGHTS say themselves what the owner may do.
    let is_owner_rights = |entry: &Entry| {
        let acts = matches!(entry.effect(), Effect::Allow | Effect::Deny);
        acts && entry.permission().is_some_and(|its| {
            its.trustee
                .sid()
                .is_some_and(|sid| *sid == Sid::owner_rights())
        })
    };
    if entries
        .iter()
        .any(|entry| counts(entry) && is_owner_rights(entry))
    {
        return None;
    }
    let mask = match kind {
        Kind::File => rights::READ_CONTROL | rights::WRITE_DAC,
        // MS-ADTS 5.1.3.3.2: an empty list leaves the owner nothing, any other the right to take it
        // over as well.
        Kind::Directory if entries.is_empty() => return None,
        Kind::Directory => rights::READ_CONTROL | rights::WRITE_DAC | rights::WRITE_OWNER,
    };
    let unclear = |(_, entry): &(usize, &Entry)| counts(entry) && entry.effect() == Effect::Unclear;
    let matched = match (
        is_owner(descriptor.owner.as_ref(), token),
        entries.iter().enumerate().find(unclear),
    ) {
        // It might be for OWNER RIGHTS.
        (Match::Yes, Some((at, entry))) => Match::Perhaps(Cause::Type(at, entry.code)),
        (matched, _) => matched,
    };
    Some((mask, matched))
}

fn is_owner(owner: Option<&Trustee>, token: &Token) -> Match {
    match owner {
        None => Match::Perhaps(Cause::NoOwner),
        Some(Trustee::Alias(alias)) if !token.may_hold(alias) => Match::No,
        Some(Trustee::Alias(alias)) => Match::Perhaps(Cause::Domain(None, alias.alias)),
        Some(Trustee::Sid(sid)) => match token.membership(sid) {
            Membership::Yes => Match::Yes,
            Membership::No => Match::No,
            Membership::Perhaps => Match::Perhaps(Cause::OwnerMembership(sid.clone())),
        },
    }
}

/// What entries of the SACL may take away, whatever the list grants: a central access policy
/// anything, a label what its policy says from those below its level (MS-DTYP 2.5.3.3). Which level
/// an account has is not known; SYSTEM has the highest, and nobody who counts here is below the
/// middle.
fn limits(descriptor: &Descriptor, token: &Token, kind: Kind) -> Vec<(u32, Cause)> {
    const LABEL: u8 = 0x11;
    const SCOPED_POLICY: u8 = 0x13;
    const MEDIUM: u32 = 8192;
    let is_system = token.membership(&Sid::nt(18)) == Membership::Yes;
    let of_label = |policy: u32| {
        // No write up, no read up, no execute up.
        let rules = [
            (1, !rights::READ_EXECUTE),
            (2, rights::READ_EXECUTE),
            (4, rights::FILE_EXECUTE),
        ];
        rules
            .iter()
            .filter(|(rule, _)| policy & rule != 0)
            .fold(0, |all, (_, mask)| all | mask)
    };
    let limit = |(at, entry): (usize, &Entry)| match (entry.code, entry.permission()) {
        _ if entry.has(flags::INHERIT_ONLY) => None,
        (SCOPED_POLICY, _) => Some((u32::MAX, Cause::CentralPolicy(at))),
        (LABEL, Some(label)) if kind == Kind::File && !is_system => {
            let level = label.trustee.sid().and_then(Sid::rid);
            level
                .is_none_or(|level| level > MEDIUM)
                .then(|| (of_label(label.mask), Cause::Label(at)))
        }
        _ => None,
    };
    descriptor
        .sacl
        .entries()
        .iter()
        .enumerate()
        .filter_map(limit)
        .collect()
}

/// One pass over a list.
struct Pass {
    everything: u32,
    /// Bits that nothing has settled for sure.
    open: u32,
    /// Bits that may end granted, and those that may end denied.
    may_grant: u32,
    may_deny: u32,
    rulings: Vec<Ruling>,
    doubts: Vec<Doubt>,
    /// What entries for a trustee who may or may not be held have taken: later ones of the same
    /// trustee get only the rest.
    taken: HashMap<Trustee, u32>,
}

impl Pass {
    fn new(everything: u32) -> Self {
        let (rulings, doubts) = (Vec::new(), Vec::new());
        Self {
            everything,
            open: everything,
            may_grant: 0,
            may_deny: 0,
            rulings,
            doubts,
            taken: HashMap::new(),
        }
    }

    fn take_owner(&mut self, mask: u32, matched: Match, owner: Option<&Trustee>) {
        match (matched, owner) {
            (Match::Yes, _) => self.settle(Effect::Allow, mask, By::Owner),
            (
                Match::Perhaps(cause @ (Cause::OwnerMembership(_) | Cause::Domain(..))),
                Some(owner),
            ) => {
                self.take(Effect::Allow, mask, Match::Perhaps(cause));
                self.taken.insert(owner.clone(), mask);
            }
            (perhaps, _) => self.take(Effect::Allow, mask, perhaps),
        }
    }

    fn take_entry(
        &mut self,
        at: usize,
        entry: &Entry,
        owner: Option<&Trustee>,
        token: &Token,
        target: &Target<'_>,
    ) {
        let effect = entry.effect();
        if entry.has(flags::INHERIT_ONLY) || effect == Effect::Nothing {
            return;
        }
        let permission = match &entry.body {
            Body::Permission(permission) if effect != Effect::Unclear => permission,
            _ => {
                return self.take(
                    Effect::Unclear,
                    self.everything,
                    Match::Perhaps(Cause::Type(at, entry.code)),
                );
            }
        };
        let mask = target.kind.mapped(permission.mask) & self.everything;
        let is_conditional = entry_type(entry.code).is_some_and(|row| row.data == Data::Condition);
        let matched = match is_for(at, permission, effect, target) {
            Match::Yes => holds(at, permission, owner, token),
            Match::Perhaps(cause @ Cause::Kind(_)) => match holds(at, permission, owner, token) {
                Match::No => Match::No,
                _ => Match::Perhaps(cause),
            },
            other => other,
        };
        match matched {
            Match::No => {}
            Match::Yes if is_conditional => {
                self.take(effect, mask, Match::Perhaps(Cause::Condition(at)))
            }
            Match::Yes => self.settle(effect, mask, By::Entry(at)),
            Match::Perhaps(cause) => {
                let is_membership = !matches!(cause, Cause::ObjectOnFile(_) | Cause::Kind(_));
                let is_owner = permission.trustee.sid() == Some(&Sid::owner_rights());
                let who = owner.filter(|_| is_owner).unwrap_or(&permission.trustee);
                let taken = self.taken.get(who).copied().unwrap_or(0);
                self.take(effect, mask & !taken, Match::Perhaps(cause));
                if is_membership && !is_conditional {
                    self.taken.insert(who.clone(), taken | mask);
                }
            }
        }
    }

    /// An entry that counts.
    fn settle(&mut self, effect: Effect, mask: u32, by: By) {
        let mask = mask & self.open;
        if mask == 0 {
            return;
        }
        *(if effect == Effect::Allow {
            &mut self.may_grant
        } else {
            &mut self.may_deny
        }) |= mask;
        self.open &= !mask;
        self.rulings.push(Ruling { mask, by });
    }

    /// An entry that may count.
    fn take(&mut self, effect: Effect, mask: u32, matched: Match) {
        let mask = mask & self.open;
        let Match::Perhaps(cause) = matched else {
            return;
        };
        if mask == 0 {
            return;
        }
        if matches!(effect, Effect::Allow | Effect::Unclear) {
            self.may_grant |= mask;
        }
        if matches!(effect, Effect::Deny | Effect::Unclear) {
            self.may_deny |= mask;
        }
        self.doubts.push(Doubt { mask, cause });
    }

    fn end(mut self, limits: &[(u32, Cause)]) -> Effective {
        self.settle(Effect::Deny, self.everything, By::NoEntry);
        let mut undecided = self.may_grant & self.may_deny;
        let mut granted = self.may_grant & !undecided;
        for (mask, cause) in limits {
            let limited = granted & mask;
            if limited != 0 {
                self.doubts.push(Doubt {
                    mask: limited,
                    cause: cause.clone(),
                });
                undecided |= limited;
                granted &= !limited;
            }
        }
        let decided = !undecided;
        self.rulings
            .iter_mut()
            .for_each(|ruling| ruling.mask &= decided);
        self.rulings.retain(|ruling| ruling.mask != 0);
        self.doubts
            .iter_mut()
            .for_each(|doubt| doubt.mask &= undecided);
        self.doubts.retain(|doubt| doubt.mask != 0);
        let denied = self.everything & !granted & !undecided;
        Effective {
            granted,
            denied,
            undecided,
            rulings: self.rulings,
            doubts: self.doubts,
        }
    }
}

/// Whether an entry is for what is asked about.
fn is_for(at: usize, permission: &Permission, effect: Effect, target: &Target<'_>) -> Match {
    let Some(object) = permission.object.and_then(|object| object.object) else {
        return Match::Yes;
    };
    match target.kind {
        Kind::Directory if target.path.contains(&object) => Match::Yes,
        Kind::Directory if target.is_open => Match::Perhaps(Cause::Kind(at)),
        Kind::Directory => Match::No,
        // Without a tree of object types nothing is granted by such an entry (MS-DTYP 2.5.3.2).
        Kind::File if effect == Effect::Allow => Match::No,
        Kind::File => Match::Perhaps(Cause::ObjectOnFile(at)),
    }
}

/// Whether the token holds an entry's trustee.
fn holds(at: usize, permission: &Permission, owner: Option<&Trustee>, token: &Token) -> Match {
    match &permission.trustee {
        Trustee::Alias(alias) if !token.may_hold(alias) => Match::No,
        Trustee::Alias(alias) => Match::Perhaps(Cause::Domain(Some(at), alias.alias)),
        Trustee::Sid(sid) if *sid == Sid::owner_rights() => is_owner(owner, token),
        Trustee::Sid(sid) => match token.membership(sid) {
            Membership::Yes => Match::Yes,
            Membership::No => Match::No,
            Membership::Perhaps => Match::Perhaps(Cause::Membership(at, sid.clone())),
        },
    }
}

#[cfg(test)]
mod tests;
