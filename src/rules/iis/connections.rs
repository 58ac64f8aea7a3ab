//! Who may connect: the connection list of the virtual server.

use super::view::{VirtualServerView, judge_metabases_by_view, on_route};
use crate::farm::MailHost;
use crate::farm::values::{Network as RecordedNetwork, SafeServers};
use crate::remedy::{self, AdminRole};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, Severity, Ternary, wanted};
use iis_metabase::relay_list::{Network, Reach, RelayKind, RelayList};
use iis_metabase::{IP_SECURITY, brief};
use std::net::IpAddr;

const SAFE_SERVERS: &str = "incoming-email.safe-servers";

/// What a list does with connections from a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admission {
    All,
    NotAll,
    NotKnown,
}

pub(super) fn denied(case: &Case<'_>) -> Vec<RuleResult> {
    let is_automatic = wanted::automatic_mode(case.farm).is_ok();
    let results = judge_metabases_by_view(case, |view| judge_view(case, view));
    let mut results = on_route(case, results);
    if is_automatic {
        // SharePoint writes the page's safe servers into the list.
        for result in &mut results {
            result.about = Some(SAFE_SERVERS.into());
        }
    }
    results
}

/// Judges the list of a virtual server: for each mail host that passes mail to the server, and for
/// senders whose mail comes directly.
fn judge_view(case: &Case<'_>, view: &VirtualServerView<'_>) -> Vec<RuleResult> {
    let subject = view.subject();
    let list = match view.virtual_server.access_list() {
        Ok(list) => list,
        Err(error) => {
            let why = format!("the connection list cannot be read: {}", error.message);
            return RuleResult::only(subject, Outcome::undecided(why));
        }
    };
    if list.reach() == Reach::Everyone {
        return RuleResult::only(subject, Outcome::pass());
    }
    if wanted::automatic_mode(case.farm).is_ok() && admits_nobody(case) {
        let why = "the page accepts no server";
        return RuleResult::only(subject, Outcome::because("page-safe-servers-empty", why));
    }
    let routes = case.routes();
    let hosts = routes.last_mail_hosts_to(view.server);
    let mut results: Vec<RuleResult> = hosts
        .into_iter()
        .map(|host| {
            let subject = subject.clone().and(format!("from {}", host.name()));
            RuleResult::new(subject, judge_host(view, &list, host))
        })
        .collect();
    let comes_directly = matches!(routes.is_direct(view.server), Ternary::Yes);
    if comes_directly && case.farm.mail_from_outside == Some(true) {
        results.push(RuleResult::new(
            subject,
            Outcome::Fail(direct_finding(view)),
        ));
    } else if results.is_empty() {
        let why = "the list admits some computers, and it is not recorded from which ones mail \
                   comes; `spinmail mail-host add NAME --sends-from ADDRESS` records it";
        results.push(RuleResult::new(subject, Outcome::undecided(why)));
    }
    results
}

/// Returns whether the page's list of safe servers is empty.
fn admits_nobody(case: &Case<'_>) -> bool {
    matches!(&case.farm.incoming.safe_servers, Some(SafeServers::Only(list)) if list.is_empty())
}

fn judge_host(view: &VirtualServerView<'_>, list: &RelayList, host: &MailHost) -> Outcome {
    let name = host.name();
    let Some(networks) = &host.sends_from else {
        return Outcome::undecided(format!(
            "it is not recorded from which addresses `{name}` connects; `{command}` records it",
            command = remedy::spinmail("mail-host set {NAME} --sends-from ADDRESS", &[&name]),
        ));
    };
    // One network that is kept out decides, wherever it stands among those that leave it open.
    let mut undecided = None;
    for network in networks {
        let instead = match admission(list, network) {
            Ok(Admission::All) => continue,
            Ok(Admission::NotAll) => return Outcome::Fail(host_finding(view, host, network)),
            Ok(Admission::NotKnown) => Outcome::undecided(
                "the connection list has entries that cannot be read: names, or a mask without an \
                 address",
            ),
            Err(instead) => instead,
        };
        undecided = undecided.or(Some(instead));
    }
    undecided.unwrap_or_else(Outcome::pass)
}

/// Returns what a list does with connections from a network.
fn admission(list: &RelayList, network: &RecordedNetwork) -> Judged<Admission> {
    let (IpAddr::V4(first), IpAddr::V4(last)) = network.bounds() else {
        return Err(Outcome::undecided(format!(
            "the list holds IPv4 addresses only, and `{}` is an IPv6 address",
            network.as_str()
        )));
    };
    let range = (first.to_bits(), last.to_bits());
    let includes = |entry: &Network| includes(entry, range);
    let is_complete = list.unread_names == 0 && list.names.is_empty();
    Ok(match (list.reach(), list.kind) {
        (Reach::Everyone, _) => Admission::All,
        (Reach::NoClient, _) => Admission::NotAll,
        (Reach::Unknown, _) => Admission::NotKnown,
        (Reach::Some, RelayKind::Only) if list.entries.iter().any(includes) => Admission::All,
        (Reach::Some, RelayKind::AllExcept)
            if list.entries.iter().any(|entry| overlaps(entry, range)) =>
        {
            Admission::NotAll
        }
        _ if !is_complete => Admission::NotKnown,
        (Reach::Some, RelayKind::Only) => Admission::NotAll,
        (Reach::Some, RelayKind::AllExcept) => Admission::All,
    })
}

/// Returns whether an entry holds all of a range of addresses.
fn includes(entry: &Network, (first, last): (u32, u32)) -> bool {
    let (low, high) = bounds(entry);
    low <= first && last <= high
}

/// Returns whether an entry holds any of a range of addresses.
fn overlaps(entry: &Network, (first, last): (u32, u32)) -> bool {
    let (low, high) = bounds(entry);
    low <= last && first <= high
}

/// Returns the lowest and the highest address of an entry, bits beyond its mask aside.
fn bounds(entry: &Network) -> (u32, u32) {
    let mask = entry.mask.to_bits();
    let low = entry.address.to_bits() & mask;
    (low, low | !mask)
}

fn host_finding(
    view: &VirtualServerView<'_>,
    host: &MailHost,
    network: &RecordedNetwork,
) -> Finding {
    let message = format!(
        "the connection list of `{}` blocks `{}`, which connects from `{}`",
        view.name(),
        host.name(),
        network.as_str()
    );
    finding(
        view,
        message,
        &format!("a list that admits {}", network.as_str()),
    )
}

/// Creates the warning that senders outside connect to the server themselves, and are kept out.
fn direct_finding(view: &VirtualServerView<'_>) -> Finding {
    let message = format!(
        "the connection list of `{}` blocks senders, but mail from outside comes directly",
        view.name()
    );
    finding(view, message, "a list that admits every computer").with_severity(Severity::Warning)
}

fn finding(view: &VirtualServerView<'_>, message: String, expected: &str) -> Finding {
    let remedy = "Add the missing address to the list. In advanced mode: IIS 6.0 Manager, the \
                  virtual server's properties, Access, Connection. In automatic mode: the safe \
                  e-mail servers of the page";
    let mut evidence = view.evidence(IP_SECURITY, expected);
    if let Ok(list) = view.virtual_server.access_list() {
        evidence.observed = in_words(&list);
    }
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([evidence])
}

/// Returns a list in the words of the snap-in.
fn in_words(list: &RelayList) -> String {
    let entries: Vec<String> = list.entries.iter().map(ToString::to_string).collect();
    let kind = match list.kind {
        RelayKind::Only => "only",
        RelayKind::AllExcept => "all except",
    };
    match entries.is_empty() {
        true => format!("{kind} an empty list"),
        false => format!("{kind} {}", brief(&entries.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::farm::values::FromText;
    use std::net::Ipv4Addr;

    fn list(kind: RelayKind, entries: &[([u8; 4], [u8; 4])]) -> RelayList {
        let entries = entries.iter().map(|(address, mask)| Network {
            address: Ipv4Addr::from(*address),
            mask: Ipv4Addr::from(*mask),
        });
        RelayList {
            entries: entries.collect(),
            ..RelayList::empty(kind)
        }
    }

    #[test]
    fn networks_are_admitted_as_a_whole() {
        const HOST: [u8; 4] = [255, 255, 255, 255];
        const NET: [u8; 4] = [255, 255, 255, 0];
        let only = list(
            RelayKind::Only,
            &[([10, 0, 0, 5], HOST), ([10, 0, 1, 9], NET)],
        );
        let except = list(RelayKind::AllExcept, &[([10, 0, 0, 5], HOST)]);
        for (list, network, wanted) in [
            (&only, "10.0.0.5", Admission::All),
            (&only, "10.0.0.6", Admission::NotAll),
            (&only, "10.0.0.0/24", Admission::NotAll),
            (&only, "10.0.1.0/24", Admission::All),
            (&only, "10.0.1.128/25", Admission::All),
            (&only, "10.0.0.0/23", Admission::NotAll),
            (&except, "10.0.0.5", Admission::NotAll),
            (&except, "10.0.0.0/24", Admission::NotAll),
            (&except, "10.0.1.0/24", Admission::All),
        ] {
            let recorded = RecordedNetwork::from_text(network).unwrap();
            assert_eq!(admission(list, &recorded).unwrap(), wanted, "{network}");
        }
    }
}
