//! Which rights a descriptor gives a token, bit by bit: MS-DTYP 2.5.3.2 (for files with MS-FSA
//! 2.1.4.14), MS-ADTS 5.1.3.3.
//!
//! One pass over the ACEs in stored order checks all rights at once: an ACE that denies decides the
//! bits that are not granted yet, one that allows decides the bits that are not denied yet. An ACE
//! that may or may not match leaves its bits open, and a bit is decided only if every possibility
//! has the same end.
//!
//! Not covered, because they are not in a descriptor: privileges (backup, restore, taking ownership),
//! integrity levels of tokens, and what a share on the way takes away.

mod check;
mod token;

pub use check::effective;
pub use token::{Membership, Token};

use super::rights::{self, MaskKind};
use super::{Guid, Sid};

/// The object, or a part of it, on which rights are checked.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Whether it is a file or an object of Active Directory.
    pub kind: MaskKind,
    /// For an object of Active Directory the GUIDs from the object's class down to what the right
    /// is asked for: a set of attributes and an attribute of it, or the class of a child. ACEs for
    /// other types of objects do not count.
    pub path: &'a [Guid],
    /// Whether it may be of types that are not on the path, because not all of them are known.
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

/// What decided a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// This ACE of the DACL, counted from 0.
    Ace(usize),
    /// The owner always has it.
    Owner,
    /// The DACL is null.
    NullDacl,
    /// No ACE grants it.
    NoAce,
}

/// Rights that were decided by the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The rights.
    pub mask: u32,
    /// What decided them.
    pub by: DecidedBy,
}

/// Rights that are not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertainty {
    /// The rights.
    pub mask: u32,
    /// Why they are not decided.
    pub cause: UncertaintyCause,
}

/// What keeps rights from being decided. Numbers are those of ACEs, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UncertaintyCause {
    /// The descriptor does not hold its DACL.
    NoDacl,
    /// The descriptor does not hold its owner, who may always read and change the DACL.
    NoOwner,
    /// Whether the token holds the owner is not known.
    OwnerMembership(Sid),
    /// Whether the token holds the ACE's group is not known.
    Membership(usize, Sid),
    /// The SDDL alias (such as `DA`) in the ACE, or in the owner if the number is `None`, stands
    /// for a group of an unknown domain. The token has such a group of some domain.
    Domain(Option<usize>, &'static str),
    /// The ACE counts under a condition.
    Condition(usize),
    /// What an ACE of this type does is not known.
    Type(usize, u8),
    /// The ACE denies rights on a type of object, and files have none: MS-DTYP ignores it, Windows
    /// does not.
    ObjectOnFile(usize),
    /// Whether what is asked about is of the type that the ACE is for is not known.
    ObjectType(usize),
    /// A central access policy may take away what the DACL grants; the ACE is one of the SACL.
    CentralPolicy(usize),
    /// An integrity label above that of most programs may take away what the DACL grants.
    Label(usize),
    /// Nothing is inherited, and how much the creator gives is not known.
    CreatorDefaults,
}

/// What a token may do. Each right is in exactly one of the masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveRights {
    /// The rights that it surely has.
    pub granted: u32,
    /// The rights that it surely lacks.
    pub denied: u32,
    /// All others.
    pub undecided: u32,
    /// What decided the rights that are decided, in the order of the decisions.
    pub decisions: Vec<Decision>,
    /// Why the others are not decided.
    pub uncertainties: Vec<Uncertainty>,
}

/// The answer to whether rights are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// All of them are.
    Granted(Vec<Decision>),
    /// These are missing.
    Denied(Vec<Decision>),
    /// None is certainly missing, but not all are decided.
    Undecided(Vec<Uncertainty>),
}

impl Access {
    /// Returns whether all rights are granted.
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Granted(_))
    }

    /// Returns whether it is not decided.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Undecided(_))
    }

    /// Combines two answers of which both are needed: granted if both are, denied if one is.
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
    /// Makes denied rights undecided if `maximal` grants them or does not decide them.
    #[must_use]
    pub(super) fn undecided_up_to(mut self, maximal: &Self) -> Self {
        let open = (maximal.granted | maximal.undecided) & self.denied;
        if open == 0 {
            return self;
        }
        self.denied &= !open;
        self.undecided |= open;
        self.decisions = restricted_decisions(&self.decisions, !open);
        self.uncertainties.push(Uncertainty {
            mask: open,
            cause: UncertaintyCause::CreatorDefaults,
        });
        self
    }

    /// Returns whether all rights of the mask are held. SYNCHRONIZE is ignored.
    pub fn needs(&self, mask: u32) -> Access {
        let mask = mask & !rights::SYNCHRONIZE;
        let (denied, undecided) = (mask & self.denied, mask & self.undecided);
        if denied != 0 {
            Access::Denied(restricted_decisions(&self.decisions, denied))
        } else if undecided != 0 {
            Access::Undecided(restricted_uncertainties(&self.uncertainties, undecided))
        } else {
            Access::Granted(restricted_decisions(&self.decisions, mask))
        }
    }
}

/// Returns what the decisions say of the rights of a mask.
fn restricted_decisions(decisions: &[Decision], mask: u32) -> Vec<Decision> {
    let restricted = decisions.iter().map(|decision| Decision {
        mask: decision.mask & mask,
        ..*decision
    });
    restricted.filter(|decision| decision.mask != 0).collect()
}

/// Returns what the uncertainties say of the rights of a mask.
fn restricted_uncertainties(uncertainties: &[Uncertainty], mask: u32) -> Vec<Uncertainty> {
    let restricted = uncertainties.iter().map(|uncertainty| Uncertainty {
        mask: uncertainty.mask & mask,
        cause: uncertainty.cause.clone(),
    });
    restricted
        .filter(|uncertainty| uncertainty.mask != 0)
        .collect()
}

#[cfg(test)]
mod tests;
