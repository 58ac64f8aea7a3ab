//! Ways to a right, of which one is enough, and their reasons in words.

use super::super::right::{RightOnObject, Way, WayPlace};
use super::descriptor::without_denials;
use super::{AccessDecision, AccessQuestion, AccountView, Denial, DenialCause};
use crate::rules::Evidence;
use windows_security::access::{DecidedBy, Decision, Uncertainty};
use windows_security::rights::MaskKind;
use windows_security::{Access, Descriptor, words};

const BY_MEMBERS: &str = "its groups were found by their members only, so some may be missing; \
                          ask as an account that may read its tokenGroups";

/// One way to a right, and the descriptor that decides about it.
pub(super) struct GrantPath<'a> {
    pub decision: Access,
    pub descriptor: &'a Descriptor,
    /// Whether the descriptor is one that a new object would get: its ACEs cannot be looked at, so
    /// their numbers say nothing.
    pub is_new: bool,
}

impl<'a> GrantPath<'a> {
    fn new(way: Way<'a>, question: &AccessQuestion<'_>) -> Self {
        Self {
            decision: way.decision,
            descriptor: way.descriptor,
            is_new: question.is_new && way.place == WayPlace::Object,
        }
    }

    /// Returns what grants the right, or `None` if it is not granted this way.
    fn granted_by(&self) -> Option<String> {
        match &self.decision {
            Access::Granted(decisions) => Some(match decisions.first() {
                Some(decision) => self.reason(decision),
                None => String::new(),
            }),
            _ => None,
        }
    }

    /// Returns the ACE that denies the right, or `None` if none does.
    fn denied_by(&self) -> Option<String> {
        match &self.decision {
            Access::Denied(decisions) => decisions
                .iter()
                .find(|decision| matches!(decision.by, DecidedBy::Ace(_)))
                .map(|decision| self.reason(decision)),
            _ => None,
        }
    }

    /// Returns what is not known, or `None` if the right is decided.
    fn unknown(&self) -> Option<String> {
        match &self.decision {
            Access::Undecided(doubts) => Some(self.doubt(doubts)),
            _ => None,
        }
    }

    /// Returns what decided, as the end of a sentence.
    fn reason(&self, decision: &Decision) -> String {
        match decision.by {
            DecidedBy::Ace(index) if self.is_new => {
                let ace = match self.descriptor.dacl.aces().get(index) {
                    Some(ace) => words::ace(ace, MaskKind::Directory),
                    None => String::new(),
                };
                format!(" by an ACE that new objects inherit, {ace}")
            }
            DecidedBy::Ace(_) => format!(
                " by {}",
                words::decision(decision, self.descriptor, MaskKind::Directory)
            ),
            DecidedBy::Owner | DecidedBy::NullDacl | DecidedBy::NoAce => format!(
                ": {}",
                words::decision(decision, self.descriptor, MaskKind::Directory)
            ),
        }
    }

    fn doubt(&self, doubts: &[Uncertainty]) -> String {
        let doubt = match doubts.first() {
            Some(doubt) => words::uncertainty(doubt, self.descriptor, MaskKind::Directory),
            None => String::new(),
        };
        if self.is_new {
            format!("{doubt}, in the ACL that new objects inherit")
        } else {
            doubt
        }
    }
}

impl AccountView<'_> {
    /// Decides by the descriptors alone.
    pub(super) fn decide(&self, question: &AccessQuestion<'_>) -> AccessDecision {
        let decision = self.decide_by_paths(&self.paths(question), &question.what);
        let AccessDecision::Denied(
            denial @ Denial {
                cause: DenialCause::Denied,
                ..
            },
        ) = decision
        else {
            return decision;
        };
        let (container, object) = (
            without_denials(question.right.container),
            without_denials(question.right.object),
        );
        let without_denials = RightOnObject {
            container: &container,
            object: &object,
            ..question.right
        };
        let is_granted_otherwise = without_denials
            .ways(&self.token, &self.schema)
            .iter()
            .any(|way| way.decision.is_granted());
        let cause = if is_granted_otherwise {
            DenialCause::Denied
        } else {
            DenialCause::DeniedAndNotGranted
        };
        AccessDecision::Denied(Denial { cause, ..denial })
    }

    /// Returns every way to a right on an object.
    fn paths<'b>(&self, question: &AccessQuestion<'b>) -> Vec<GrantPath<'b>> {
        question
            .right
            .ways(&self.token, &self.schema)
            .into_iter()
            .map(|way| GrantPath::new(way, question))
            .collect()
    }

    /// Decides by all ways to a right. `what` is the right, as the end of a sentence that begins
    /// with "it may".
    pub(super) fn decide_by_paths(&self, paths: &[GrantPath<'_>], what: &str) -> AccessDecision {
        if let Some(reason) = paths.iter().find_map(GrantPath::granted_by) {
            return AccessDecision::Granted(evidence(what, format!("granted{reason}")));
        }
        if let Some(doubt) = paths.iter().find_map(GrantPath::unknown) {
            let mut why = format!("it is not known whether the account may {what}: {doubt}");
            if self.by_members {
                why += "; ";
                why += BY_MEMBERS;
            }
            return AccessDecision::Unknown(why);
        }
        match paths.iter().find_map(GrantPath::denied_by) {
            Some(reason) => AccessDecision::Denied(Denial {
                evidence: evidence(what, format!("denied{reason}")),
                cause: DenialCause::Denied,
            }),
            None => AccessDecision::Denied(Denial {
                evidence: evidence(what, "no ACE grants it".to_owned()),
                cause: DenialCause::NotGranted,
            }),
        }
    }
}

fn evidence(what: &str, observed: String) -> Vec<Evidence> {
    vec![Evidence::new(what, "granted", observed)]
}
