//! Who may relay.

use super::view::{VirtualServerView, judge_virtual_servers};
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Severity};
use iis_metabase::relay_list::{Reach, RelayKind, RelayList};
use iis_metabase::{RELAY_IP_LIST, brief};

/// Judges the relay lists that can be read.
fn judge_relay_lists<'a>(
    case: &Case<'a>,
    judge: impl Fn(&VirtualServerView<'a>, &RelayList) -> Outcome,
) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| match view.virtual_server.relay_list() {
        Err(_) => Outcome::because("iis-relay-list-corrupt", "the relay list cannot be read"),
        Ok(list) => judge(view, &list),
    })
}

/// Returns the relay list as evidence. Of a long one the beginning is enough.
fn relay_evidence(view: &VirtualServerView<'_>, expected: &str) -> Evidence {
    const MAX_DIGITS: usize = 160;
    let mut evidence = view.evidence(RELAY_IP_LIST, expected);
    if let Some(value) = view.virtual_server.get(RELAY_IP_LIST) {
        let raw = &value.property.raw;
        if raw.len() > MAX_DIGITS {
            let start: String = raw.chars().take(MAX_DIGITS).collect();
            evidence.observed = format!(
                "`{start}…` ({} digits; MetaBase.xml, line {})",
                raw.len(),
                value.property.line
            );
        }
    }
    evidence
}

/// Why the reach of a mask without an address is not known, and what decides it.
const BARE_MASK: &str = "the relay list holds a mask and no address, and it is not known whether \
                         everyone or no one may relay then; run `spinmail verify smtp` on a \
                         computer that may not relay";

pub(super) fn open(case: &Case<'_>) -> Vec<RuleResult> {
    judge_relay_lists(case, |view, list| match (list.reach(), list.kind) {
        (Reach::NoClient, _) | (Reach::Some, RelayKind::Only) => Outcome::pass(),
        (Reach::Everyone, _) => Outcome::Fail(open_finding(view, "anyone")),
        (Reach::Some, RelayKind::AllExcept) => Outcome::Fail(open_finding(
            view,
            "anyone except the computers that it names",
        )),
        (Reach::Unknown, _) => Outcome::undecided(BARE_MASK),
    })
}

fn open_finding(view: &VirtualServerView<'_>, whom: &str) -> Finding {
    let value = view.virtual_server.get(RELAY_IP_LIST);
    let is_empty = value.is_some_and(|value| value.property.raw.trim().is_empty());
    let note = if is_empty {
        ": RelayIpList is empty"
    } else {
        ""
    };
    let message = format!("{whom} can probably relay through `{}`{note}", view.name());
    let remedy = "Choose Only the list below in the relay restrictions; mail for alias domains \
                  does not need relaying";
    Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([relay_evidence(view, "only the list below")])
}

pub(super) fn corrupt(case: &Case<'_>) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| match view.virtual_server.relay_list() {
        Ok(_) => Outcome::pass(),
        Err(error) => {
            let message = format!(
                "the relay list of `{}` cannot be read at byte {}: {}",
                view.name(),
                error.offset,
                error.message
            );
            let remedy = "Stop the SMTP service and IISADMIN, and make a copy of MetaBase.xml. \
                          Replace its RelayIpList with a valid value (`spinmail explain \
                          iis-relay-list-corrupt` shows one). Start both services, and enter the \
                          list again";
            Outcome::Fail(
                Finding::for_role(AdminRole::Server, message, remedy)
                    .with_evidence([relay_evidence(view, "a valid relay list")]),
            )
        }
    })
}

pub(super) fn unusual(case: &Case<'_>) -> Vec<RuleResult> {
    judge_relay_lists(case, |view, list| {
        if list.odd.is_empty() {
            return Outcome::pass();
        }
        if list.reach() == Reach::Everyone && list.ignored == 0 {
            return Outcome::because("iis-relay-open", "everyone may relay");
        }
        Outcome::Fail(unusual_finding(view, list))
    })
}

fn unusual_finding(view: &VirtualServerView<'_>, list: &RelayList) -> Finding {
    let message = format!(
        "the relay list of `{}` {}",
        view.name(),
        brief(&list.odd.join("; "))
    );
    let remedy = "Enter the list again in the virtual server's properties, Access, Relay; mail \
                  for alias domains does not need relaying";
    let expected = "the addresses of computers that may relay, such as 127.0.0.1";
    let finding = Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([relay_evidence(view, expected)]);
    // A form that is only unusual is not a fault: the list must also mean something else than it
    // seems to.
    let says_something_else =
        matches!(list.reach(), Reach::NoClient | Reach::Unknown) || list.ignored > 0;
    if says_something_else {
        finding
    } else {
        finding.with_severity(Severity::Note)
    }
}
