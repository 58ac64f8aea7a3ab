//! Runs the access check: one pass over the ACEs of a DACL, in stored order (MS-DTYP 2.5.3.2).

use super::{
    DecidedBy, Decision, EffectiveRights, Membership, Target, Token, Uncertainty, UncertaintyCause,
    restricted_decisions, restricted_uncertainties,
};
use crate::descriptor::{DataKind, Effect, ace_type, flags};
use crate::rights::{self, MaskKind};
use crate::{Ace, AceBody, AclPart, Descriptor, Permission, Sid, Trustee};
use std::collections::HashMap;

/// Returns the rights of a token on the target that has this descriptor.
pub fn effective(descriptor: &Descriptor, token: &Token, target: &Target<'_>) -> EffectiveRights {
    let question = Question {
        descriptor,
        token,
        target,
    };
    let everything = target.kind.everything();
    let mut pass = Pass::new(everything);
    match &descriptor.dacl {
        AclPart::Absent => pass.leave_open(Effect::Unknown, everything, UncertaintyCause::NoDacl),
        AclPart::Null => pass.decide(Effect::Allow, everything, DecidedBy::NullDacl),
        AclPart::Present(acl) => {
            pass.take_owner(&question);
            for (at, ace) in acl.aces.iter().enumerate() {
                pass.take_ace(at, ace, &question);
            }
        }
    }
    pass.finish(&question.limits())
}

/// Whether an ACE applies to a token.
enum Match {
    Yes,
    No,
    Perhaps(UncertaintyCause),
}

/// The inputs of one access check.
struct Question<'a> {
    descriptor: &'a Descriptor,
    token: &'a Token,
    target: &'a Target<'a>,
}

impl Question<'_> {
    /// Returns the implicit rights of the owner, or `None` if an ACE for OWNER RIGHTS or an empty
    /// DACL replaces them.
    fn implicit_owner_rights(&self) -> Option<u32> {
        let aces = self.descriptor.dacl.aces();
        if aces.iter().any(is_for_owner_rights) {
            return None;
        }
        match self.target.kind {
            MaskKind::File => Some(rights::READ_CONTROL | rights::WRITE_DAC),
            // MS-ADTS 5.1.3.3.2: an empty DACL leaves the owner no right; any other DACL also
            // leaves the right to take ownership.
            MaskKind::Directory if aces.is_empty() => None,
            MaskKind::Directory => {
                Some(rights::READ_CONTROL | rights::WRITE_DAC | rights::WRITE_OWNER)
            }
        }
    }

    /// Returns whether the token has the owner's implicit rights.
    fn has_implicit_owner_rights(&self) -> Match {
        let mut aces = self.descriptor.dacl.aces().iter().enumerate();
        let unknown = aces.find(|(_, ace)| is_effective(ace) && ace.effect() == Effect::Unknown);
        match (self.is_owner(), unknown) {
            // An ACE of unknown type may be one for OWNER RIGHTS.
            (Match::Yes, Some((at, ace))) => Match::Perhaps(UncertaintyCause::Type(at, ace.code)),
            (matched, _) => matched,
        }
    }

    /// Returns whether the token contains the owner.
    fn is_owner(&self) -> Match {
        match &self.descriptor.owner {
            None => Match::Perhaps(UncertaintyCause::NoOwner),
            Some(Trustee::Alias(alias)) if !self.token.may_hold(alias) => Match::No,
            Some(Trustee::Alias(alias)) => {
                Match::Perhaps(UncertaintyCause::Domain(None, alias.alias))
            }
            Some(Trustee::Sid(sid)) => self.membership(sid, UncertaintyCause::OwnerMembership),
        }
    }

    fn membership(&self, sid: &Sid, cause: impl FnOnce(Sid) -> UncertaintyCause) -> Match {
        match self.token.membership(sid) {
            Membership::Yes => Match::Yes,
            Membership::No => Match::No,
            Membership::Unknown => Match::Perhaps(cause(sid.clone())),
        }
    }

    /// Returns whether the token contains the trustee of ACE `at`.
    fn holds_trustee(&self, at: usize, trustee: &Trustee) -> Match {
        match trustee {
            Trustee::Alias(alias) if !self.token.may_hold(alias) => Match::No,
            Trustee::Alias(alias) => {
                Match::Perhaps(UncertaintyCause::Domain(Some(at), alias.alias))
            }
            Trustee::Sid(sid) if *sid == Sid::owner_rights() => self.is_owner(),
            Trustee::Sid(sid) => self.membership(sid, |sid| UncertaintyCause::Membership(at, sid)),
        }
    }

    /// Returns whether ACE `at` applies to the target's object type.
    fn is_of_object_type(&self, at: usize, permission: &Permission, effect: Effect) -> Match {
        let Some(object) = permission.object.and_then(|object| object.object) else {
            return Match::Yes;
        };
        match self.target.kind {
            MaskKind::Directory if self.target.path.contains(&object) => Match::Yes,
            MaskKind::Directory if self.target.is_open => {
                Match::Perhaps(UncertaintyCause::ObjectType(at))
            }
            MaskKind::Directory => Match::No,
            // Without a tree of object types, such an ACE grants nothing (MS-DTYP 2.5.3.2).
            MaskKind::File if effect == Effect::Allow => Match::No,
            MaskKind::File => Match::Perhaps(UncertaintyCause::ObjectOnFile(at)),
        }
    }

    /// Returns whether ACE `at` matches the token and the target, without its condition.
    fn matches(&self, at: usize, permission: &Permission, effect: Effect) -> Match {
        match self.is_of_object_type(at, permission, effect) {
            Match::Yes => self.holds_trustee(at, &permission.trustee),
            Match::Perhaps(cause @ UncertaintyCause::ObjectType(_)) => {
                match self.holds_trustee(at, &permission.trustee) {
                    Match::No => Match::No,
                    Match::Yes | Match::Perhaps(_) => Match::Perhaps(cause),
                }
            }
            other => other,
        }
    }

    /// Returns the trustee of an ACE, with the owner in place of OWNER RIGHTS.
    fn subject<'a>(&'a self, trustee: &'a Trustee) -> &'a Trustee {
        let is_owner = trustee.sid() == Some(&Sid::owner_rights());
        let owner = self.descriptor.owner.as_ref().filter(|_| is_owner);
        owner.unwrap_or(trustee)
    }

    /// Returns what ACEs of the SACL may take away from what the DACL grants. A central access
    /// policy may take away any right; a label takes away what its policy names from tokens below
    /// its level (MS-DTYP 2.5.3.3).
    fn limits(&self) -> Vec<Uncertainty> {
        let aces = self.descriptor.sacl.aces().iter().enumerate();
        aces.filter_map(|(at, ace)| self.limit(at, ace)).collect()
    }

    /// Returns what ACE `at` of the SACL may take away. The level of an account is not known,
    /// except that SYSTEM has the highest; no other checked account is below medium.
    fn limit(&self, at: usize, ace: &Ace) -> Option<Uncertainty> {
        const LABEL: u8 = 0x11;
        const SCOPED_POLICY: u8 = 0x13;
        const MEDIUM: u32 = 8192;
        if !is_effective(ace) {
            return None;
        }
        match (ace.code, ace.permission()) {
            (SCOPED_POLICY, _) => Some(Uncertainty {
                mask: u32::MAX,
                cause: UncertaintyCause::CentralPolicy(at),
            }),
            (LABEL, Some(label)) if self.target.kind == MaskKind::File && !self.is_system() => {
                let level = label.trustee.sid().and_then(Sid::rid);
                level
                    .is_none_or(|level| level > MEDIUM)
                    .then(|| Uncertainty {
                        mask: label_limit(label.mask),
                        cause: UncertaintyCause::Label(at),
                    })
            }
            _ => None,
        }
    }

    fn is_system(&self) -> bool {
        self.token.membership(&Sid::nt(18)) == Membership::Yes
    }
}

/// Returns whether an ACE applies to the object itself and is not inherit-only.
fn is_effective(ace: &Ace) -> bool {
    !ace.has(flags::INHERIT_ONLY)
}

/// Returns whether an ACE is for OWNER RIGHTS, which replaces the owner's implicit rights.
fn is_for_owner_rights(ace: &Ace) -> bool {
    let trustee = ace.permission().map(|permission| &permission.trustee);
    is_effective(ace)
        && matches!(ace.effect(), Effect::Allow | Effect::Deny)
        && trustee.and_then(Trustee::sid) == Some(&Sid::owner_rights())
}

/// Returns the rights that the policy of a label takes away: no write up, no read up, no execute
/// up.
fn label_limit(policy: u32) -> u32 {
    let rules = [
        (1, !rights::READ_EXECUTE),
        (2, rights::READ_EXECUTE),
        (4, rights::FILE_EXECUTE),
    ];
    rules
        .iter()
        .filter(|(rule, _)| policy & rule != 0)
        .fold(0, |all, (_, mask)| all | mask)
}

/// The state of a pass over a DACL.
struct Pass {
    everything: u32,
    /// Rights that are not decided yet.
    open: u32,
    /// Rights that may be granted in the end, and those that may be denied.
    may_grant: u32,
    may_deny: u32,
    decisions: Vec<Decision>,
    uncertainties: Vec<Uncertainty>,
    /// For each trustee that the token may or may not contain, the rights in its ACEs so far. Later
    /// ACEs of the same trustee cannot change these rights.
    taken: HashMap<Trustee, u32>,
}

impl Pass {
    fn new(everything: u32) -> Self {
        Self {
            everything,
            open: everything,
            may_grant: 0,
            may_deny: 0,
            decisions: Vec::new(),
            uncertainties: Vec::new(),
            taken: HashMap::new(),
        }
    }

    /// Applies the owner's implicit rights.
    fn take_owner(&mut self, question: &Question<'_>) {
        let Some(mask) = question.implicit_owner_rights() else {
            return;
        };
        match question.has_implicit_owner_rights() {
            Match::Yes => self.decide(Effect::Allow, mask, DecidedBy::Owner),
            Match::No => {}
            Match::Perhaps(cause) => {
                let is_membership = matches!(
                    cause,
                    UncertaintyCause::OwnerMembership(_) | UncertaintyCause::Domain(..)
                );
                self.leave_open(Effect::Allow, mask, cause);
                if let Some(owner) = &question.descriptor.owner
                    && is_membership
                {
                    self.taken.insert(owner.clone(), mask);
                }
            }
        }
    }

    /// Applies ACE `at`.
    fn take_ace(&mut self, at: usize, ace: &Ace, question: &Question<'_>) {
        let effect = ace.effect();
        if !is_effective(ace) || effect == Effect::Nothing {
            return;
        }
        let permission = match &ace.body {
            AceBody::Permission(permission) if effect != Effect::Unknown => permission,
            _ => {
                let cause = UncertaintyCause::Type(at, ace.code);
                return self.leave_open(Effect::Unknown, self.everything, cause);
            }
        };
        let mask = question.target.kind.mapped(permission.mask) & self.everything;
        let is_conditional = ace_type(ace.code).is_some_and(|row| row.data == DataKind::Condition);
        match question.matches(at, permission, effect) {
            Match::No => {}
            Match::Yes if is_conditional => {
                self.leave_open(effect, mask, UncertaintyCause::Condition(at));
            }
            Match::Yes => self.decide(effect, mask, DecidedBy::Ace(at)),
            Match::Perhaps(cause) => {
                let is_membership = !matches!(
                    cause,
                    UncertaintyCause::ObjectOnFile(_) | UncertaintyCause::ObjectType(_)
                );
                let subject = question.subject(&permission.trustee);
                let taken = self.taken.get(subject).copied().unwrap_or(0);
                self.leave_open(effect, mask & !taken, cause);
                if is_membership && !is_conditional {
                    self.taken.insert(subject.clone(), taken | mask);
                }
            }
        }
    }

    /// Decides the rights of a mask that are still open.
    fn decide(&mut self, effect: Effect, mask: u32, by: DecidedBy) {
        let mask = mask & self.open;
        if mask == 0 {
            return;
        }
        if effect == Effect::Allow {
            self.may_grant |= mask;
        } else {
            self.may_deny |= mask;
        }
        self.open &= !mask;
        self.decisions.push(Decision { mask, by });
    }

    /// Notes that the rights of a mask may be decided here, and leaves them open.
    fn leave_open(&mut self, effect: Effect, mask: u32, cause: UncertaintyCause) {
        let mask = mask & self.open;
        if mask == 0 {
            return;
        }
        if matches!(effect, Effect::Allow | Effect::Unknown) {
            self.may_grant |= mask;
        }
        if matches!(effect, Effect::Deny | Effect::Unknown) {
            self.may_deny |= mask;
        }
        self.uncertainties.push(Uncertainty { mask, cause });
    }

    fn finish(mut self, limits: &[Uncertainty]) -> EffectiveRights {
        self.decide(Effect::Deny, self.everything, DecidedBy::NoAce);
        let mut undecided = self.may_grant & self.may_deny;
        let mut granted = self.may_grant & !undecided;
        for Uncertainty { mask, cause } in limits {
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
        EffectiveRights {
            granted,
            denied: self.everything & !granted & !undecided,
            undecided,
            decisions: restricted_decisions(&self.decisions, !undecided),
            uncertainties: restricted_uncertainties(&self.uncertainties, undecided),
        }
    }
}
