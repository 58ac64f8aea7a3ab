//! Computes which rights a descriptor grants to a token, bit by bit: MS-DTYP 2.5.3.2 (for files
//! with MS-FSA 2.1.4.14), MS-ADTS 5.1.3.3.
//!
//! One pass over the ACEs in stored order checks all rights at once: a deny ACE decides the bits
//! that are not granted yet, an allow ACE decides the bits that are not denied yet. An ACE that may
//! or may not match leaves its bits open. A bit is decided only if every possibility has the same
//! result.
//!
//! Not covered, because a descriptor does not contain them: privileges (backup, restore, taking
//! ownership), integrity levels of tokens, and the restrictions of a share.

mod check;
mod token;

pub use check::effective;
pub use token::{Membership, Token};

use super::rights::{self, MaskKind};
use super::{Guid, Sid};

/// The object, or the part of it, for which rights are checked.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Whether the target is a file or an object of Active Directory.
    pub kind: MaskKind,
    /// For an object of Active Directory, the GUIDs from the object's class down to the target of
    /// the right: a property set and an attribute of it, or the class of a child. ACEs for other
    /// object types do not apply.
    pub path: &'a [Guid],
    /// Whether the object may have types that are not on the path, because not all its types are
    /// known.
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
    /// The ACE of the DACL with this index, counted from 0.
    Ace(usize),
    /// The owner's implicit rights.
    Owner,
    /// The DACL is null.
    NullDacl,
    /// No ACE grants it.
    NoAce,
}

/// Rights with a common reason for being granted or denied.
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

/// Why rights are undecided. Numbers are indexes of ACEs, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UncertaintyCause {
    /// The descriptor does not contain its DACL.
    NoDacl,
    /// The descriptor does not contain its owner, who may always read and change the DACL.
    NoOwner,
    /// It is not known whether the token contains the owner.
    OwnerMembership(Sid),
    /// It is not known whether the token contains the ACE's group.
    Membership(usize, Sid),
    /// The SDDL alias (such as `DA`) stands for a group of an unknown domain, and the token
    /// contains such a group of some domain. The alias is the trustee of the ACE, or the owner if
    /// the index is `None`.
    Domain(Option<usize>, &'static str),
    /// The ACE applies only under a condition.
    Condition(usize),
    /// The effect of an ACE of this type is not known.
    Type(usize, u8),
    /// The ACE denies rights on an object type, which files do not have. MS-DTYP ignores such an
    /// ACE on a file; Windows does not.
    ObjectOnFile(usize),
    /// It is not known whether the target has the object type of the ACE.
    ObjectType(usize),
    /// A central access policy may take away what the DACL grants; the index is that of an ACE of
    /// the SACL.
    CentralPolicy(usize),
    /// A mandatory label above medium integrity may take away what the DACL grants.
    Label(usize),
    /// Nothing is inherited, and the creator's default DACL is not fully known.
    CreatorDefaults,
}

/// The rights of a token. Each right is in exactly one of the masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveRights {
    /// The rights that are certainly granted.
    pub granted: u32,
    /// The rights that are certainly denied.
    pub denied: u32,
    /// All others.
    pub undecided: u32,
    /// The reasons for granted and denied rights, in the order of the decisions.
    pub decisions: Vec<Decision>,
    /// The reasons for undecided rights.
    pub uncertainties: Vec<Uncertainty>,
}

/// The result of checking whether a token has a set of rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// All rights are granted.
    Granted(Vec<Decision>),
    /// These rights are denied.
    Denied(Vec<Decision>),
    /// No right is certainly denied, but some are undecided.
    Undecided(Vec<Uncertainty>),
}

impl Access {
    /// Returns whether all rights are granted.
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Granted(_))
    }

    /// Returns whether the result is undecided.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Undecided(_))
    }

    /// Combines two required checks: granted if both are granted, denied if one is denied.
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
    /// Turns denied rights into undecided ones if `maximal` grants them or leaves them undecided.
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

    /// Returns whether all rights of `mask` are granted. SYNCHRONIZE is ignored.
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

/// Returns the decisions, restricted to the rights of a mask.
fn restricted_decisions(decisions: &[Decision], mask: u32) -> Vec<Decision> {
    let restricted = decisions.iter().map(|decision| Decision {
        mask: decision.mask & mask,
        ..*decision
    });
    restricted.filter(|decision| decision.mask != 0).collect()
}

/// Returns the uncertainties, restricted to the rights of a mask.
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
