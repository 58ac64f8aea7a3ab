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

use super::descriptor::{DataKind, Effect, ace_type, flags};
use super::rights::{self, MaskKind};
use super::{Ace, AceBody, AclPart, Descriptor, Guid, Permission, Sid, Trustee};
use std::collections::HashMap;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub kind: MaskKind,
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
        kind: MaskKind::File,
        path: &[],
        is_open: false,
    };
}

/// What decided a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// This entry of the DACL, counted from 0.
    Ace(usize),
    /// That the owner always may.
    Owner,
    /// That the DACL is null.
    NullDacl,
    /// That no entry grants it.
    NoAce,
}

/// Bits with the same fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub mask: u32,
    pub by: DecidedBy,
}

/// Why bits are not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertainty {
    pub mask: u32,
    pub cause: UncertaintyCause,
}

/// What keeps bits from being decided. Numbers are those of entries, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UncertaintyCause {
    /// The descriptor does not hold its DACL.
    NoDacl,
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
    ObjectType(usize),
    /// A central access policy may take away what the list grants; the entry is one of the SACL.
    CentralPolicy(usize),
    /// So may an integrity label above that of most programs.
    Label(usize),
    /// Nothing is inherited, and how much the maker gives is not known.
    CreatorDefaults,
}

/// What a token may do. No bit is in two of the masks, and each right is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveRights {
    pub granted: u32,
    pub denied: u32,
    pub undecided: u32,
    /// What decided the bits that are decided, in the order of the decisions.
    pub decisions: Vec<Decision>,
    /// Why the others are not.
    pub uncertainties: Vec<Uncertainty>,
}

/// The answer to whether rights are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// All of them.
    Granted(Vec<Decision>),
    /// These are missing.
    Denied(Vec<Decision>),
    /// None is surely missing, and these are not sure.
    Undecided(Vec<Uncertainty>),
}

impl Access {
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Granted(_))
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
}

impl EffectiveRights {
    /// The same where as much may be granted as the other says.
    #[must_use]
    pub(super) fn up_to(mut self, maximal: &Self) -> Self {
        let open = (maximal.granted | maximal.undecided) & self.denied;
        if open != 0 {
            self.denied &= !open;
            self.undecided |= open;
            self.decisions
                .iter_mut()
                .for_each(|decision| decision.mask &= !open);
            self.decisions.retain(|decision| decision.mask != 0);
            self.uncertainties.push(Uncertainty {
                mask: open,
                cause: UncertaintyCause::CreatorDefaults,
            });
        }
        self
    }

    /// Whether all of these rights are there. Waiting on a handle (SYNCHRONIZE) is left aside.
    pub fn needs(&self, mask: u32) -> Access {
        let mask = mask & !rights::SYNCHRONIZE;
        let of = |wanted: u32| {
            let some = |decision: &Decision| {
                (decision.mask & wanted != 0).then_some(Decision {
                    mask: decision.mask & wanted,
                    ..*decision
                })
            };
            self.decisions.iter().filter_map(some).collect()
        };
        if mask & self.denied != 0 {
            return Access::Denied(of(mask & self.denied));
        }
        let open = mask & self.undecided;
        if open != 0 {
            let some = |uncertainty: &Uncertainty| {
                (uncertainty.mask & open != 0).then(|| Uncertainty {
                    mask: uncertainty.mask & open,
                    cause: uncertainty.cause.clone(),
                })
            };
            return Access::Undecided(self.uncertainties.iter().filter_map(some).collect());
        }
        Access::Granted(of(mask))
    }
}

/// What a token may do to the thing that a descriptor is of.
pub fn effective(descriptor: &Descriptor, token: &Token, target: &Target<'_>) -> EffectiveRights {
    let everything = target.kind.everything();
    let mut pass = Pass::new(everything);
    match &descriptor.dacl {
        AclPart::Absent => pass.take(
            Effect::Unclear,
            everything,
            Match::Perhaps(UncertaintyCause::NoDacl),
        ),
        AclPart::Null => pass.settle(Effect::Allow, everything, DecidedBy::NullDacl),
        AclPart::Present(acl) => {
            if let Some((mask, matched)) = owner_rights(descriptor, token, target.kind) {
                pass.take_owner(mask, matched, descriptor.owner.as_ref());
            }
            for (at, ace) in acl.aces.iter().enumerate() {
                pass.take_ace(at, ace, descriptor.owner.as_ref(), token, target);
            }
        }
    }
    pass.end(&limits(descriptor, token, target.kind))
}

/// Whether an entry counts for a token.
enum Match {
    Yes,
    No,
    Perhaps(UncertaintyCause),
}

/// What the owner may always do, whatever the list says, and whether the token is the owner's.
fn owner_rights(descriptor: &Descriptor, token: &Token, kind: MaskKind) -> Option<(u32, Match)> {
    let aces = descriptor.dacl.aces();
    let counts = |ace: &Ace| !ace.has(flags::INHERIT_ONLY);
    // Entries for OWNER RIGHTS say themselves what the owner may do.
    let is_owner_rights = |ace: &Ace| {
        let acts = matches!(ace.effect(), Effect::Allow | Effect::Deny);
        acts && ace.permission().is_some_and(|its| {
            its.trustee
                .sid()
                .is_some_and(|sid| *sid == Sid::owner_rights())
        })
    };
    if aces.iter().any(|ace| counts(ace) && is_owner_rights(ace)) {
        return None;
    }
    let mask = match kind {
        MaskKind::File => rights::READ_CONTROL | rights::WRITE_DAC,
        // MS-ADTS 5.1.3.3.2: an empty list leaves the owner nothing, any other the right to take it
        // over as well.
        MaskKind::Directory if aces.is_empty() => return None,
        MaskKind::Directory => rights::READ_CONTROL | rights::WRITE_DAC | rights::WRITE_OWNER,
    };
    let unclear = |(_, ace): &(usize, &Ace)| counts(ace) && ace.effect() == Effect::Unclear;
    let matched = match (
        is_owner(descriptor.owner.as_ref(), token),
        aces.iter().enumerate().find(unclear),
    ) {
        // It might be for OWNER RIGHTS.
        (Match::Yes, Some((at, ace))) => Match::Perhaps(UncertaintyCause::Type(at, ace.code)),
        (matched, _) => matched,
    };
    Some((mask, matched))
}

fn is_owner(owner: Option<&Trustee>, token: &Token) -> Match {
    match owner {
        None => Match::Perhaps(UncertaintyCause::NoOwner),
        Some(Trustee::Alias(alias)) if !token.may_hold(alias) => Match::No,
        Some(Trustee::Alias(alias)) => Match::Perhaps(UncertaintyCause::Domain(None, alias.alias)),
        Some(Trustee::Sid(sid)) => match token.membership(sid) {
            Membership::Yes => Match::Yes,
            Membership::No => Match::No,
            Membership::Unknown => Match::Perhaps(UncertaintyCause::OwnerMembership(sid.clone())),
        },
    }
}

/// What entries of the SACL may take away, whatever the list grants: a central access policy
/// anything, a label what its policy says from those below its level (MS-DTYP 2.5.3.3). Which level
/// an account has is not known; SYSTEM has the highest, and nobody who counts here is below the
/// middle.
fn limits(descriptor: &Descriptor, token: &Token, kind: MaskKind) -> Vec<(u32, UncertaintyCause)> {
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
    let limit = |(at, ace): (usize, &Ace)| match (ace.code, ace.permission()) {
        _ if ace.has(flags::INHERIT_ONLY) => None,
        (SCOPED_POLICY, _) => Some((u32::MAX, UncertaintyCause::CentralPolicy(at))),
        (LABEL, Some(label)) if kind == MaskKind::File && !is_system => {
            let level = label.trustee.sid().and_then(Sid::rid);
            level
                .is_none_or(|level| level > MEDIUM)
                .then(|| (of_label(label.mask), UncertaintyCause::Label(at)))
        }
        _ => None,
    };
    descriptor
        .sacl
        .aces()
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
    decisions: Vec<Decision>,
    uncertainties: Vec<Uncertainty>,
    /// What entries for a trustee who may or may not be held have taken: later ones of the same
    /// trustee get only the rest.
    taken: HashMap<Trustee, u32>,
}

impl Pass {
    fn new(everything: u32) -> Self {
        let (decisions, uncertainties) = (Vec::new(), Vec::new());
        Self {
            everything,
            open: everything,
            may_grant: 0,
            may_deny: 0,
            decisions,
            uncertainties,
            taken: HashMap::new(),
        }
    }

    fn take_owner(&mut self, mask: u32, matched: Match, owner: Option<&Trustee>) {
        match (matched, owner) {
            (Match::Yes, _) => self.settle(Effect::Allow, mask, DecidedBy::Owner),
            (
                Match::Perhaps(
                    cause @ (UncertaintyCause::OwnerMembership(_) | UncertaintyCause::Domain(..)),
                ),
                Some(owner),
            ) => {
                self.take(Effect::Allow, mask, Match::Perhaps(cause));
                self.taken.insert(owner.clone(), mask);
            }
            (perhaps, _) => self.take(Effect::Allow, mask, perhaps),
        }
    }

    fn take_ace(
        &mut self,
        at: usize,
        ace: &Ace,
        owner: Option<&Trustee>,
        token: &Token,
        target: &Target<'_>,
    ) {
        let effect = ace.effect();
        if ace.has(flags::INHERIT_ONLY) || effect == Effect::Nothing {
            return;
        }
        let permission = match &ace.body {
            AceBody::Permission(permission) if effect != Effect::Unclear => permission,
            _ => {
                return self.take(
                    Effect::Unclear,
                    self.everything,
                    Match::Perhaps(UncertaintyCause::Type(at, ace.code)),
                );
            }
        };
        let mask = target.kind.mapped(permission.mask) & self.everything;
        let is_conditional = ace_type(ace.code).is_some_and(|row| row.data == DataKind::Condition);
        let matched = match is_for(at, permission, effect, target) {
            Match::Yes => holds(at, permission, owner, token),
            Match::Perhaps(cause @ UncertaintyCause::ObjectType(_)) => {
                match holds(at, permission, owner, token) {
                    Match::No => Match::No,
                    _ => Match::Perhaps(cause),
                }
            }
            other => other,
        };
        match matched {
            Match::No => {}
            Match::Yes if is_conditional => self.take(
                effect,
                mask,
                Match::Perhaps(UncertaintyCause::Condition(at)),
            ),
            Match::Yes => self.settle(effect, mask, DecidedBy::Ace(at)),
            Match::Perhaps(cause) => {
                let is_membership = !matches!(
                    cause,
                    UncertaintyCause::ObjectOnFile(_) | UncertaintyCause::ObjectType(_)
                );
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
    fn settle(&mut self, effect: Effect, mask: u32, by: DecidedBy) {
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
        self.decisions.push(Decision { mask, by });
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
        self.uncertainties.push(Uncertainty { mask, cause });
    }

    fn end(mut self, limits: &[(u32, UncertaintyCause)]) -> EffectiveRights {
        self.settle(Effect::Deny, self.everything, DecidedBy::NoAce);
        let mut undecided = self.may_grant & self.may_deny;
        let mut granted = self.may_grant & !undecided;
        for (mask, cause) in limits {
            let limited = granted & mask;
            if limited != 0 {
                self.uncertainties.push(Uncertainty {
                    mask: limited,
                    cause: cause.clone(),
                });
                undecided |= limited;
                granted &= !limited;
            }
        }
        let decided = !undecided;
        self.decisions
            .iter_mut()
            .for_each(|decision| decision.mask &= decided);
        self.decisions.retain(|decision| decision.mask != 0);
        self.uncertainties
            .iter_mut()
            .for_each(|uncertainty| uncertainty.mask &= undecided);
        self.uncertainties
            .retain(|uncertainty| uncertainty.mask != 0);
        let denied = self.everything & !granted & !undecided;
        EffectiveRights {
            granted,
            denied,
            undecided,
            decisions: self.decisions,
            uncertainties: self.uncertainties,
        }
    }
}

/// Whether an entry is for what is asked about.
fn is_for(at: usize, permission: &Permission, effect: Effect, target: &Target<'_>) -> Match {
    let Some(object) = permission.object.and_then(|object| object.object) else {
        return Match::Yes;
    };
    match target.kind {
        MaskKind::Directory if target.path.contains(&object) => Match::Yes,
        MaskKind::Directory if target.is_open => Match::Perhaps(UncertaintyCause::ObjectType(at)),
        MaskKind::Directory => Match::No,
        // Without a tree of object types nothing is granted by such an entry (MS-DTYP 2.5.3.2).
        MaskKind::File if effect == Effect::Allow => Match::No,
        MaskKind::File => Match::Perhaps(UncertaintyCause::ObjectOnFile(at)),
    }
}

/// Whether the token holds an entry's trustee.
fn holds(at: usize, permission: &Permission, owner: Option<&Trustee>, token: &Token) -> Match {
    match &permission.trustee {
        Trustee::Alias(alias) if !token.may_hold(alias) => Match::No,
        Trustee::Alias(alias) => Match::Perhaps(UncertaintyCause::Domain(Some(at), alias.alias)),
        Trustee::Sid(sid) if *sid == Sid::owner_rights() => is_owner(owner, token),
        Trustee::Sid(sid) => match token.membership(sid) {
            Membership::Yes => Match::Yes,
            Membership::No => Match::No,
            Membership::Unknown => Match::Perhaps(UncertaintyCause::Membership(at, sid.clone())),
        },
    }
}

#[cfg(test)]
mod tests;
