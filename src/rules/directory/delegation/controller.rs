//! Our own reading of the descriptors, compared with what the controller says that the account may
//! do.

use super::{AccessDecision, AccountView, Denial, DenialCause, plural};
use crate::facts::Answer;
use crate::facts::directory::DescribedObject;
use crate::rules::Evidence;
use windows_security::directory::Class;

impl AccountView<'_> {
    pub(super) fn compared_for_creation(
        &self,
        own: AccessDecision,
        class: Class,
    ) -> AccessDecision {
        let allowed = match &self.container.effective {
            Answer::Known(effective) => {
                self.allows(&effective.child_classes, &[class.name()], &own)
            }
            _ => None,
        };
        compared(own, allowed, &format!("creating {}", plural(class)))
    }

    pub(super) fn compared_for_change(
        &self,
        own: AccessDecision,
        object: &DescribedObject,
        class: Class,
    ) -> AccessDecision {
        let what = format!("changing {}", object.name);
        if let (Some(why), true, true) = (&object.writable_failed, self.is_asking, own.is_granted())
        {
            return AccessDecision::Unknown(format!(
                "the ACL allows {what}, but the domain controller did not confirm it: {why}"
            ));
        }
        let allowed = self.allows(&object.writable, class.changing_attributes(), &own);
        compared(own, allowed, &what)
    }

    /// Returns whether the controller lists all of the wanted names, or `None` if it does not say.
    ///
    /// Its answers are about the account that asks. An empty list may mean that it gave none, so it
    /// counts only against a right that our reading finds.
    fn allows(&self, listed: &[String], wanted: &[&str], own: &AccessDecision) -> Option<bool> {
        if !self.is_asking || (listed.is_empty() && !own.is_granted()) {
            return None;
        }
        Some(wanted.iter().all(|name| {
            listed
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(name))
        }))
    }
}

/// Combines our reading with the controller's answer. If they differ, neither is believed.
fn compared(own: AccessDecision, allowed: Option<bool>, what: &str) -> AccessDecision {
    let Some(allowed) = allowed else {
        return own;
    };
    let answer = Evidence::new(
        format!("the domain controller's own answer on {what}"),
        "allowed",
        if allowed { "allowed" } else { "not allowed" },
    );
    match (own, allowed) {
        (AccessDecision::Granted(mut evidence), true) => {
            evidence.push(answer);
            AccessDecision::Granted(evidence)
        }
        (AccessDecision::Denied(mut denial), false) => {
            denial.evidence.push(answer);
            AccessDecision::Denied(denial)
        }
        (AccessDecision::Unknown(_), true) => AccessDecision::Granted(vec![answer]),
        (AccessDecision::Unknown(_), false) => AccessDecision::Denied(Denial {
            evidence: vec![answer],
            cause: DenialCause::NotGranted,
        }),
        (AccessDecision::Granted(evidence), false) => {
            contradiction(&evidence, ["allows", "forbids"], what)
        }
        (AccessDecision::Denied(denial), true) => {
            contradiction(&denial.evidence, ["forbids", "allows"], what)
        }
    }
}

/// Returns the decision if our reading and the controller's answer differ.
fn contradiction(evidence: &[Evidence], verbs: [&str; 2], what: &str) -> AccessDecision {
    let reason = match evidence.first() {
        Some(evidence) => format!(" ({})", evidence.observed),
        None => String::new(),
    };
    let [list, controller] = verbs;
    AccessDecision::Unknown(format!(
        "the ACL {list} {what}{reason}, but the domain controller says that it {controller} it"
    ))
}
