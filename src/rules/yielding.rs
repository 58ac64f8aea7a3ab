//! Rules that explain a fault better than others that see it too: one cause, one finding.
//!
//! They are not preconditions: a cause that was not judged, or that could not be decided, takes
//! nothing away from a symptom.

use super::{OutcomeKind, Severity, Verdict};

/// A rule that names a cause, and one that sees its symptom on the same server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Yielding {
    pub cause: &'static str,
    pub symptom: &'static str,
    decision: Decision,
}

/// What the cause's rule must have found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// A fault.
    Fault,
    /// An error: of less the message goes on to where the symptom stops it.
    Error,
    /// A fault of this domain, or that there is none: it looked where the symptom's rule can only
    /// guess.
    Domain,
    /// A fault of the farm, whichever server sees the symptom.
    Farm,
    /// A fault of this drop folder.
    Folder,
}

const fn row(cause: &'static str, symptom: &'static str) -> Yielding {
    Yielding {
        cause,
        symptom,
        decision: Decision::Fault,
    }
}

const fn of_folder(cause: &'static str, symptom: &'static str) -> Yielding {
    Yielding {
        cause,
        symptom,
        decision: Decision::Folder,
    }
}

/// Every pair, causes before what they cause.
pub(super) static YIELDING: &[Yielding] = &[
    row("iis-service-stopped", "iis-server-stopped"),
    row("iis-server-stopped", "iis-not-port-25"),
    row("iis-server-stopped", "iis-loopback-only"),
    Yielding {
        cause: "page-safe-servers-empty",
        symptom: "iis-connection-denied",
        decision: Decision::Farm,
    },
    Yielding {
        cause: "page-safe-servers-incomplete",
        symptom: "iis-connection-denied",
        decision: Decision::Farm,
    },
    row("iis-service-stopped", "smtp-closed"),
    row("iis-server-stopped", "smtp-closed"),
    row("iis-not-port-25", "smtp-closed"),
    row("iis-loopback-only", "smtp-closed"),
    // No service takes mail there, whatever folder it is dropped in.
    Yielding {
        cause: "dns-mx-without-service",
        symptom: "iis-drop-directory-differs",
        decision: Decision::Error,
    },
    row("folder-missing", "iis-drop-quota"),
    row("iis-drop-quota", "smtp-defers-recipient"),
    // Without a DACL, a new message has nothing to inherit.
    of_folder("folder-no-list", "folder-timer-cannot-read"),
    of_folder("folder-no-list", "folder-pool-cannot-read"),
    row("folder-writer-cannot-write", "iis-queue-stuck"),
    row("iis-name-foreign", "smtp-other-machine"),
    // What takes the refusal away from `smtp-closed` explains every silent address.
    row("iis-service-stopped", "dns-ipv6-silent"),
    row("iis-server-stopped", "dns-ipv6-silent"),
    row("iis-not-port-25", "dns-ipv6-silent"),
    row("iis-loopback-only", "dns-ipv6-silent"),
    row("smtp-closed", "dns-ipv6-silent"),
    row("iis-size-small", "smtp-size-small"),
    row("iis-relay-open", "smtp-open-relay"),
    row("iis-anonymous-off", "smtp-anonymous-refused"),
    Yielding {
        cause: "iis-alias-domain-missing",
        symptom: "smtp-refuses-recipient",
        decision: Decision::Domain,
    },
];

/// What becomes of a symptom's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Yielded {
    /// The cause says it better.
    Because(&'static str),
    /// The cause's rule decided it, and found nothing wrong.
    Decided,
    /// The two contradict each other.
    Contradiction(String),
}

impl Yielding {
    /// Returns whether the cause's rule decides, also if it finds nothing wrong.
    pub(super) fn decides(&self) -> bool {
        self.decision == Decision::Domain
    }

    /// Returns what becomes of a symptom's verdict, or `None` if it stays.
    pub(super) fn apply(&self, symptom: &Verdict, causes: &[Verdict]) -> Option<Yielded> {
        if symptom.outcome == OutcomeKind::NotApplicable {
            return None;
        }
        let about_same = |cause: &&Verdict| match self.decision {
            Decision::Farm => true,
            Decision::Folder => cause.scope.has_same_folder(&symptom.scope),
            Decision::Fault => cause.scope.has_same_host(&symptom.scope),
            Decision::Error => {
                cause.severity == Severity::Error && cause.scope.has_same_host(&symptom.scope)
            }
            Decision::Domain => {
                cause.scope.has_same_host(&symptom.scope) && is_same_domain(cause, symptom)
            }
        };
        let has = |outcome| {
            let mut same = causes.iter().filter(about_same);
            same.any(|cause| cause.outcome == outcome)
        };
        match (self.decision, symptom.outcome) {
            // What was seen to work is not taken back.
            (
                Decision::Fault | Decision::Error | Decision::Farm | Decision::Folder,
                OutcomeKind::Pass,
            ) => None,
            _ if has(OutcomeKind::Fail) => Some(Yielded::Because(self.cause)),
            (Decision::Fault | Decision::Error | Decision::Farm | Decision::Folder, _) => None,
            _ if has(OutcomeKind::Undecided) || !has(OutcomeKind::Pass) => None,
            (Decision::Domain, OutcomeKind::Fail) => Some(Yielded::Contradiction(format!(
                "{}; but `{}` finds the domain in its metabase; gather both again at the same \
                 time",
                symptom.message, self.cause
            ))),
            (Decision::Domain, _) => Some(Yielded::Decided),
        }
    }
}

/// Returns whether a cause is about the domain that a symptom is about. The display address goes
/// without saying.
fn is_same_domain(cause: &Verdict, symptom: &Verdict) -> bool {
    match &symptom.scope.domain {
        Some(_) => cause.scope.domain == symptom.scope.domain,
        None => cause
            .about
            .as_ref()
            .is_some_and(|about| about.setting == "incoming-email.display-address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::find;

    #[test]
    fn causes_and_symptoms_are_rules() {
        for row in YIELDING {
            for id in [row.cause, row.symptom] {
                assert!(find(id).is_some(), "{id}");
            }
        }
    }

    /// A cause that itself yields must be settled before it takes anything away.
    #[test]
    fn causes_come_before_what_they_cause() {
        for (at, row) in YIELDING.iter().enumerate() {
            let later = YIELDING.iter().skip(at + 1);
            let settled_later: Vec<_> = later.filter(|other| other.symptom == row.cause).collect();
            assert!(settled_later.is_empty(), "{row:?}: {settled_later:?}");
        }
    }
}
