//! Asks the SMTP servers: every recorded server and every mail exchanger, each address separately,
//! in parallel.

mod conversation;
mod questions;
mod reply;
mod tls;

use crate::error::Error;
use crate::facts::{
    Answer, DnsFacts, FailureKind, NetworkView, Observation, RecordKind, SmtpFacts, SmtpHost,
    SmtpTalk, SmtpTarget,
};
use crate::farm::values::{MailServer, checked};
use crate::farm::{Farm, MailHost};
use crate::probe::trust::Trust;
use crate::probe::{LocalHost, Progress};
use conversation::{TalkPlan, own_address, talk};
use questions::questions;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The maximum number of conversations, more than any farm has servers.
const MAX_TARGETS: usize = 256;

/// Options for the SMTP probe that the farm file does not contain.
#[derive(Debug, Clone, Default)]
pub(crate) struct SmtpOptions {
    /// Addresses to ask about besides those of the farm file.
    pub recipients: Vec<String>,
}

/// A farm whose SMTP servers are asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct SmtpRequest<'a> {
    pub farm: &'a Farm,
    pub dns: &'a DnsFacts,
    pub options: &'a SmtpOptions,
    /// This machine's network view.
    pub view: NetworkView,
    /// The time of gathering, RFC 3339 in UTC.
    pub time: Option<&'a str>,
}

/// Asks every SMTP server in the farm file and in DNS.
///
/// # Errors
/// The farm file's certificate authorities cannot be read.
pub(super) async fn gather(
    request: &SmtpRequest<'_>,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<SmtpFacts, Error> {
    let seen = seen_from_here(request.dns, request.view);
    let request = &SmtpRequest {
        dns: &seen,
        ..*request
    };
    let SmtpRequest { farm, dns, .. } = *request;
    let trust = Trust::new(farm.probe.ca_file.as_deref().map(Path::new))?;
    let port = farm.probe.smtp_port.map_or(25, |port| port.0);
    let questions: Arc<[_]> = questions(farm, &request.options.recipients).into();
    let mut tasks = JoinSet::new();
    let mut answers: BTreeMap<(String, SocketAddr), Answer<SmtpTalk>> = BTreeMap::new();
    for (at, (host, ip)) in targets(request).into_iter().enumerate() {
        let address = SocketAddr::new(ip, port);
        if at >= MAX_TARGETS {
            answers.insert((host, address), Answer::NotAsked);
            continue;
        }
        // A conversation whose task panics keeps this initial answer: it must not disappear.
        answers.insert(
            (host.clone(), address),
            Answer::failed(FailureKind::Other, "the conversation failed unexpectedly"),
        );
        let plan = TalkPlan {
            names: names(&host, ip, request),
            host,
            address,
            questions: questions.clone(),
            limit,
        };
        let trust = trust.clone();
        tasks.spawn(async move {
            let answer = talk(&plan, &trust).await;
            ((plan.host, plan.address), answer)
        });
    }
    progress.begin("asking SMTP servers", tasks.len());
    while let Some(done) = tasks.join_next().await {
        answers.extend(done);
        progress.advance();
    }
    progress.end();
    let mut facts = SmtpFacts {
        unresolved: unresolved(farm, dns),
        ..SmtpFacts::default()
    };
    for host in &mut facts.unresolved {
        host.observed_by = vec![observer(request)];
    }
    for ((host, address), answer) in answers {
        let mut target = SmtpTarget::new(host, address, answer);
        target.observed_by = vec![observation(request, address).await];
        facts.targets.push(target);
    }
    Ok(facts)
}

/// Returns the DNS answers for this machine's network view, or all if there are none: a name may
/// have an address that this view cannot reach.
fn seen_from_here(dns: &DnsFacts, view: NetworkView) -> DnsFacts {
    let mut seen = dns.clone();
    seen.lookups.retain(|lookup| lookup.view == view);
    if seen.lookups.is_empty() {
        seen.lookups.clone_from(&dns.lookups);
    }
    seen
}

/// Returns the observer of a conversation with an address.
async fn observation(request: &SmtpRequest<'_>, to: SocketAddr) -> Observation {
    Observation {
        address: own_address(to).await,
        ..observer(request)
    }
}

/// Returns this machine as an observer.
fn observer(request: &SmtpRequest<'_>) -> Observation {
    Observation {
        view: Some(request.view).filter(|view| *view == NetworkView::Outside),
        ..Observation::new(LocalHost::host_name(), request.time.map(str::to_owned))
    }
}

/// Returns the names that senders use for an address, the host's own first.
fn names(host: &str, address: IpAddr, request: &SmtpRequest<'_>) -> Vec<String> {
    let mut names = vec![host.to_owned()];
    for other in hosts(request.farm, request.dns) {
        let recorded = balancer(request.farm, &other);
        let leads_there = request.dns.addresses(&other).any(|each| each == address)
            || recorded.is_some_and(|balancer| balancer.addresses().any(|each| each == address));
        if leads_there && other != host {
            names.push(other);
        }
    }
    names
}

/// Returns the hosts whose addresses are not all known, and those without an address.
fn unresolved(farm: &Farm, dns: &DnsFacts) -> Vec<SmtpHost> {
    let of_hosts = hosts(farm, dns).into_iter().filter_map(|host| {
        if balancer(farm, &host).is_some_and(|balancer| balancer.addresses().next().is_some()) {
            return None;
        }
        let unknown = [RecordKind::A, RecordKind::Aaaa]
            .into_iter()
            .find_map(|kind| dns.unanswered(&host, kind));
        let asked = dns.lookups.iter().any(|lookup| lookup.name == host);
        let answer = match unknown {
            Some(why) => Answer::Failed(why),
            None if asked && dns.addresses(&host).next().is_none() => {
                Answer::Absent("no address".to_owned())
            }
            None => return None,
        };
        Some(SmtpHost::new(host, answer))
    });
    let mut found: Vec<SmtpHost> = of_hosts.chain(short_names(farm)).collect();
    // If the exchangers of a domain are not known, the servers that receive its mail are not known
    // either.
    let domain = checked(&farm.incoming.display_address)
        .valid()
        .map(|domain| domain.ascii().to_owned());
    if let Some(host) = domain
        && let Some(why) = dns.unanswered(&host, RecordKind::Mx)
    {
        found.retain(|other| other.host != host);
        found.push(SmtpHost::new(host, Answer::Failed(why)));
    }
    found
}

/// Returns the recorded mail servers, and the display address, that are short names and so do not
/// identify a machine.
fn short_names(farm: &Farm) -> impl Iterator<Item = SmtpHost> {
    let servers = farm
        .mail_servers()
        .filter_map(|server| server.name.as_ref())
        .map(|name| name.ascii().to_owned());
    let domain = checked(&farm.incoming.display_address)
        .valid()
        .map(|domain| domain.ascii().to_owned());
    let names = servers.chain(domain).chain(page_server(farm));
    let short: BTreeSet<String> = names.filter(|name| !name.contains('.')).collect();
    let why = "it is recorded by a short name, which each machine resolves differently; record its \
        full name";
    short
        .into_iter()
        .map(move |host| SmtpHost::new(host, Answer::failed(FailureKind::Ambiguous, why)))
}

/// Returns the hosts that receive the farm's mail, with each of their addresses to ask.
fn targets(request: &SmtpRequest<'_>) -> BTreeSet<(String, IpAddr)> {
    let mut targets = BTreeSet::new();
    for host in hosts(request.farm, request.dns) {
        let recorded = balancer(request.farm, &host)
            .map(|balancer| balancer.addresses().collect::<Vec<_>>())
            .filter(|addresses| !addresses.is_empty());
        let addresses =
            recorded.unwrap_or_else(|| request.dns.addresses(&host).collect::<Vec<_>>());
        let asked = addresses.into_iter().filter(|ip| is_asked(request, *ip));
        targets.extend(asked.map(|ip| (host.clone(), ip)));
    }
    targets
}

/// Returns whether an address is asked. A translated address is for clients outside, and other mail
/// hosts are not part of the farm.
fn is_asked(request: &SmtpRequest<'_>, ip: IpAddr) -> bool {
    let mut servers = request.farm.servers.iter();
    let is_translated = servers.any(|server| server.public_addresses().any(|own| own == ip));
    let mut mail_hosts = request.farm.mail_hosts.iter();
    let is_other =
        mail_hosts.any(|host| !host.is_load_balancer() && host.addresses().any(|own| own == ip));
    let is_outside = request.view == NetworkView::Outside;
    !is_other && (is_outside || !is_translated)
}

/// Returns the recorded load balancer of this name.
fn balancer<'a>(farm: &'a Farm, host: &str) -> Option<&'a MailHost> {
    let mut balancers = farm
        .mail_hosts
        .iter()
        .filter(|each| each.is_load_balancer());
    balancers.find(|balancer| balancer.is_named(host))
}

/// Returns whether a host is a recorded mail host that is not asked.
fn is_other_mail_host(farm: &Farm, host: &str) -> bool {
    let mut others = farm
        .mail_hosts
        .iter()
        .filter(|each| !each.is_load_balancer());
    others.any(|other| other.is_named(host))
}

/// Returns the page's SMTP mail server, if the page shows one.
fn page_server(farm: &Farm) -> Option<String> {
    match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => Some(name.ascii().to_owned()),
        _ => None,
    }
}

/// Returns every server that runs SMTP and is not on standby, the recorded load balancers, the
/// page's SMTP mail server, and every mail exchanger, or without MX the display address itself (RFC
/// 5321 5.1). Recorded mail hosts of other kinds are not asked.
fn hosts(farm: &Farm, dns: &DnsFacts) -> BTreeSet<String> {
    let servers = farm
        .mail_servers()
        .filter(|server| server.standby != Some(true))
        .filter_map(|server| server.name.as_ref())
        .map(|name| name.ascii().to_owned());
    let balancers = farm
        .mail_hosts
        .iter()
        .filter(|host| host.is_load_balancer())
        .flat_map(MailHost::names)
        .filter(|pattern| !pattern.is_below())
        .map(|pattern| pattern.ascii().to_owned());
    let mut hosts: BTreeSet<String> = servers
        .chain(balancers)
        .chain(page_server(farm))
        .filter(|name| name.contains('.'))
        .collect();
    if let Some(domain) = checked(&farm.incoming.display_address).valid() {
        hosts.extend(dns.exchangers(domain.ascii()).unwrap_or_default());
    }
    hosts.retain(|host| !is_other_mail_host(farm, host));
    hosts
}
