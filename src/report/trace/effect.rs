//! The effect of a verdict on a message at its rule's hop.

use crate::rules::{Hop, OutcomeKind, Severity, Verdict};

/// The state of a message at a hop, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HopState {
    /// The route has no such hop.
    NotOnRoute,
    Passes,
    /// According to the farm file; nothing was asked.
    Recorded,
    NotLookedAt,
    NotKnown,
    /// It would stop at one of several servers or addresses, but not at all of them.
    MayStop,
    Stops,
}

impl HopState {
    /// Every state, in the order of the enum.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 7] = [
        Self::NotOnRoute,
        Self::Passes,
        Self::Recorded,
        Self::NotLookedAt,
        Self::NotKnown,
        Self::MayStop,
        Self::Stops,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotOnRoute => "not on the route",
            Self::Passes => "ok",
            Self::Recorded => "recorded",
            Self::NotLookedAt => "not looked at",
            Self::NotKnown => "not known",
            Self::MayStop => "may stop",
            Self::Stops => "stopped",
        }
    }
}

/// The rules that stop a message although they are not errors.
const STOPPING: &[&str] = &[
    "page-disabled",
    "iis-connection-denied",
    "iis-not-port-25",
    "directory-contact-closed",
];

/// The rules whose findings make the hop's state unknown.
const LEAVING_OPEN: &[&str] = &["dns-mx-elsewhere", "smtp-defers-recipient"];

/// For each hop, the rules that check what the message meets there. The hop passes only if one of
/// them passed.
const LOOKING: &[(Hop, &[&str])] = &[
    (Hop::Mx, &["dns-no-mx"]),
    (Hop::Host, &["dns-mx-no-address"]),
    (Hop::Port, &["smtp-closed"]),
    // If the metabase decides about the domain, the conversation shows that mail is accepted.
    (
        Hop::Recipient,
        &["smtp-refuses-recipient", "smtp-anonymous-refused"],
    ),
    (Hop::AliasDomain, &["iis-alias-domain-missing"]),
    (
        Hop::DropDirectory,
        &["iis-drop-directory-differs", "folder-missing"],
    ),
    (Hop::Rights, &["folder-timer-cannot-read"]),
    (Hop::List, &["folder-alias-unknown"]),
];

/// Returns the effect of one verdict on a message, or `None`.
pub(super) fn effect(verdict: &Verdict) -> Option<HopState> {
    let id = verdict.rule.id;
    let can_stop = verdict.rule.severity == Severity::Error || STOPPING.contains(&id);
    let leaves_open = LEAVING_OPEN.contains(&id);
    if id == "smtp-refuses-recipient" && verdict.because == Some("iis-alias-domain-missing") {
        // The refusal stands, although another rule knows its cause.
        return Some(HopState::NotKnown);
    }
    if id == "smtp-defers-recipient" && verdict.because == Some("smtp-refuses-recipient") {
        // A refusal counts even if the metabase decides about the domain.
        return Some(HopState::NotKnown);
    }
    match verdict.outcome {
        OutcomeKind::Fail if leaves_open => Some(HopState::NotKnown),
        OutcomeKind::Fail if verdict.severity == Severity::Error || STOPPING.contains(&id) => {
            Some(HopState::Stops)
        }
        OutcomeKind::Undecided if can_stop || leaves_open || looks(verdict) => {
            Some(HopState::NotKnown)
        }
        // A mere warning does not stop the message.
        OutcomeKind::Pass | OutcomeKind::Fail if looks(verdict) => Some(HopState::Passes),
        _ => None,
    }
}

/// Returns whether a verdict's rule checks what a message meets at its hop.
fn looks(verdict: &Verdict) -> bool {
    let id = verdict.rule.id;
    let mut hops = LOOKING.iter();
    hops.any(|(hop, ids)| verdict.rule.hop == Some(*hop) && ids.contains(&id))
}

/// Returns whether a sender turns to the next mail exchanger because of this verdict: it cannot
/// connect (RFC 5321 5.1).
pub(super) fn is_skipped(verdict: &Verdict) -> bool {
    const OF_HOST: &[&str] = &["dns-mx-no-address", "dns-mx-is-address", "dns-loopback"];
    // It refuses connections, although another rule knows why.
    if verdict.rule.id == "smtp-closed" && verdict.because == Some("dns-mx-without-service") {
        return true;
    }
    let is_connection = match verdict.rule.hop {
        Some(Hop::Port) => verdict.rule.id != "smtp-not-smtp",
        Some(Hop::Host) => OF_HOST.contains(&verdict.rule.id),
        _ => false,
    };
    is_connection && effect(verdict) == Some(HopState::Stops)
}
