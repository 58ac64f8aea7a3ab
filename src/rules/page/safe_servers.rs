//! The section *Safe E-Mail Servers*.

use crate::farm::values::{FromText, Lenient, Network, SafeServer, SafeServers, explained};
use crate::farm::{Delivery, Farm, MailHost};
use crate::remedy::{self, Action};
use crate::rules::wanted::{self, not_recorded};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};
use std::net::IpAddr;

const SAFE: &str = "incoming-email.safe-servers";

pub(super) fn in_advanced_mode(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match (case.farm.delivery(), &case.farm.incoming.safe_servers) {
        (_, None) => not_recorded(SAFE),
        (Delivery::ModeMissing, _) => wanted::without_mode(),
        (Delivery::Advanced { .. }, Some(SafeServers::Only(list))) => {
            Outcome::Fail(not_enforced_finding(list))
        }
        _ => Outcome::pass(),
    };
    RuleResult::only(SAFE, outcome)
}

fn not_enforced_finding(list: &[Lenient<SafeServer>]) -> Finding {
    Finding::new(
        "safe servers are listed, but only automatic mode enforces them: in advanced mode \
         SharePoint accepts every message in the drop folder",
        "Remove the safe servers (`spinmail unset incoming-email.safe-servers`), and restrict \
         senders where the mail is received, such as with the SMTP service's connection control",
    )
    .recorded(
        SAFE,
        "`all`, or nothing, in advanced mode",
        match list.len() {
            1 => "1 safe server".to_owned(),
            count => format!("{count} safe servers"),
        },
    )
    .with_action(Action::unset(SAFE))
}

/// Returns the safe servers that automatic mode enforces.
fn enforced(farm: &Farm) -> Judged<&SafeServers> {
    wanted::automatic_mode(farm)?;
    let safe_servers = farm.incoming.safe_servers.as_ref();
    safe_servers.ok_or_else(|| not_recorded(SAFE))
}

pub(super) fn empty(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = enforced(case.farm).map(|safe_servers| match safe_servers {
        SafeServers::Only(list) if list.is_empty() => Outcome::Fail(
            Finding::new(
                "only safe servers are accepted, but none is listed: all mail is refused",
                "List them with `spinmail safe-servers only ENTRY…`, or accept all with `spinmail \
                 safe-servers all`",
            )
            .recorded(SAFE, "`all`, or at least one server", "no server"),
        ),
        _ => Outcome::pass(),
    });
    RuleResult::only(SAFE, outcome)
}

pub(super) fn incomplete(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(SAFE, judge_mail_hosts(case.farm))
}

/// Judges whether a mail host may connect. The farm's own servers do not count: they send no mail
/// to it.
fn judge_mail_hosts(farm: &Farm) -> Judged<Outcome> {
    let list = SafeList::new(listed(farm)?)?;
    let hosts: Vec<&MailHost> = farm.mail_hosts.iter().collect();
    let known: Vec<&MailHost> = hosts
        .iter()
        .copied()
        .filter(|host| host.sends_from.is_some())
        .collect();
    if hosts.is_empty() {
        return Err(Outcome::undecided(
            "it is not recorded which hosts send mail to the farm; `spinmail mail-host add NAME \
             --sends-from ADDRESS` records one",
        ));
    }
    if hosts.iter().any(|host| list.names(host)) || known.iter().any(|host| list.holds(host)) {
        return Ok(Outcome::pass());
    }
    if let Some(host) = hosts.iter().find(|host| host.sends_from.is_none()) {
        let name = host.name();
        return Err(Outcome::undecided(format!(
            "it is not recorded from which addresses `{name}` sends; `{command}` records it",
            command = remedy::spinmail("mail-host set {NAME} --sends-from ADDRESS", &[&name]),
        )));
    }
    if !list.host_names.is_empty() {
        return Err(Outcome::undecided(format!(
            "it is not known whether {} are addresses of a mail host",
            list.host_names.join(", ")
        )));
    }
    Ok(Outcome::Fail(incomplete_finding(&list, &known)))
}

fn incomplete_finding(list: &SafeList<'_>, hosts: &[&MailHost]) -> Finding {
    let sends_from: Vec<String> = hosts
        .iter()
        .map(|host| {
            let networks = host.sends_from.iter().flatten().map(Network::as_str);
            format!(
                "`{}` from {}",
                host.name(),
                networks.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    let adding: Vec<&str> = hosts
        .iter()
        .flat_map(|host| host.sends_from.iter().flatten())
        .map(Network::as_str)
        .collect();
    Finding::new(
        "only safe servers are accepted, and none of the hosts that pass mail on to the farm is \
         listed: all mail is refused",
        format!(
            "Add the hosts with `{}`, or accept all with `spinmail safe-servers all`; enter the \
             same on the page",
            remedy::spinmail_list("safe-servers add {ADDRESS}", &adding)
        ),
    )
    .recorded(
        SAFE,
        format!("the mail hosts: {}", sends_from.join("; ")),
        list.texts.join(", "),
    )
}

/// The safe servers, all of them valid.
struct SafeList<'a> {
    texts: Vec<String>,
    networks: Vec<(IpAddr, u8)>,
    host_names: Vec<&'a str>,
}

impl<'a> SafeList<'a> {
    fn new(list: &'a [Lenient<SafeServer>]) -> Judged<Self> {
        let mut safe = Self {
            texts: Vec::new(),
            networks: Vec::new(),
            host_names: Vec::new(),
        };
        for entry in list {
            safe.texts.push(format!("`{}`", entry.text));
            match &entry.value {
                Ok(SafeServer::Address(ip)) => safe
                    .networks
                    .push((*ip, if ip.is_ipv4() { 32 } else { 128 })),
                Ok(SafeServer::Subnet(ip, bits)) => safe.networks.push((*ip, *bits)),
                Ok(SafeServer::Host(name)) => safe.host_names.push(name.as_str()),
                Err(_) => {
                    return Err(Outcome::because(
                        "page-safe-server-invalid",
                        "an entry of the list is not valid",
                    ));
                }
            }
        }
        Ok(safe)
    }

    /// Returns whether the list has a host by its name.
    fn names(&self, host: &MailHost) -> bool {
        self.host_names.iter().any(|name| host.is_named(name))
    }

    /// Returns whether the list has an address from which a host sends.
    fn holds(&self, host: &MailHost) -> bool {
        let mut sends_from = host.sends_from.iter().flatten();
        sends_from.any(|network| {
            self.networks
                .iter()
                .any(|(ip, bits)| network.overlaps(*ip, *bits))
        })
    }
}

pub(super) fn invalid(case: &Case<'_>) -> Vec<RuleResult> {
    match listed(case.farm) {
        Ok(list) => list
            .iter()
            .zip(1..)
            .map(|(entry, number)| judge_entry(entry, number))
            .collect(),
        Err(instead) => RuleResult::only(SAFE, instead),
    }
}

/// Returns the safe servers one by one.
fn listed(farm: &Farm) -> Judged<&[Lenient<SafeServer>]> {
    match enforced(farm)? {
        SafeServers::All => Err(Outcome::not_applicable("mail from all servers is accepted")),
        SafeServers::Only(list) if list.is_empty() => Err(Outcome::because(
            "page-safe-servers-empty",
            "none is listed",
        )),
        SafeServers::Only(list) => Ok(list),
    }
}

/// Judges an entry of the list; `number` counts from 1.
fn judge_entry(entry: &Lenient<SafeServer>, number: usize) -> RuleResult {
    let name = if entry.text.trim().is_empty() {
        format!("entry {number}")
    } else {
        entry.text.clone()
    };
    let outcome = match &entry.value {
        Ok(_) => Outcome::pass(),
        Err(error) => Outcome::Fail(
            Finding::new(
                format!(
                    "the safe server `{name}` is not an address, subnet or host name: {}",
                    explained::<SafeServer>(&entry.text, error).0
                ),
                "Correct it in the list, or remove it with `spinmail safe-servers remove ENTRY`",
            )
            .recorded(SAFE, SafeServer::EXPECTED, format!("`{}`", entry.text)),
        ),
    };
    RuleResult::new(name, outcome)
}
