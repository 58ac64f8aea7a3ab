//! What the SMTP servers say: every recorded server and every mail exchanger, each address on its
//! own, all at once.

mod conversation;
mod questions;
mod reply;
mod tls;

use crate::error::Error;
use crate::facts::{
    Answer, DnsFacts, FailureKind, NetworkView, Observation, RecordData, RecordKind, SmtpFacts,
    SmtpHost, SmtpTalk, SmtpTarget,
};
use crate::farm::Farm;
use crate::farm::values::{MailServer, checked};
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

/// The most conversations. More servers are not a farm.
const MAX_TARGETS: usize = 256;

/// What SMTP servers are asked, and by whom, as far as the farm file does not say it.
#[derive(Debug, Clone, Default)]
pub(crate) struct SmtpOptions {
    /// Addresses that exist.
    pub recipients: Vec<String>,
    /// An address to name as the sender where a null sender decides nothing.
    pub sender: Option<String>,
    /// From where this machine looks.
    pub view: Option<NetworkView>,
}

/// A farm whose SMTP servers are talked to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SmtpRequest<'a> {
    pub farm: &'a Farm,
    pub dns: &'a DnsFacts,
    pub options: &'a SmtpOptions,
    /// When the facts are gathered, RFC 3339, UTC.
    pub time: Option<&'a str>,
}

/// Talks to every SMTP server that the farm and DNS name.
///
/// # Errors
/// The farm file's certificate authorities cannot be read.
pub(super) async fn gather(
    request: &SmtpRequest<'_>,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<SmtpFacts, Error> {
    let SmtpRequest { farm, dns, .. } = *request;
    let trust = Trust::new(farm.probe.ca_file.as_deref().map(Path::new))?;
    let port = farm.probe.smtp_port.map_or(25, |port| port.0);
    let questions: Arc<[_]> = questions(farm, request.options).into();
    let mut tasks = JoinSet::new();
    let mut answers: BTreeMap<(String, SocketAddr), Answer<SmtpTalk>> = BTreeMap::new();
    for (at, (host, ip)) in targets(farm, dns).into_iter().enumerate() {
        let address = SocketAddr::new(ip, port);
        if at >= MAX_TARGETS {
            answers.insert((host, address), Answer::NotAsked);
            continue;
        }
        // A conversation whose task panics stays as it is entered here: it must not vanish.
        answers.insert(
            (host.clone(), address),
            Answer::failed(FailureKind::Other, "the conversation broke down"),
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
    progress.begin("talking to SMTP servers", tasks.len());
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

/// Returns who talked to an address, and from where.
async fn observation(request: &SmtpRequest<'_>, to: SocketAddr) -> Observation {
    Observation {
        address: own_address(to).await,
        ..observer(request)
    }
}

/// Returns this machine as the one who asks.
fn observer(request: &SmtpRequest<'_>) -> Observation {
    Observation {
        view: request.options.view,
        ..Observation::new(LocalHost::host_name(), request.time.map(str::to_owned))
    }
}

/// Returns the names under which senders come to an address, that of the host first.
fn names(host: &str, address: IpAddr, request: &SmtpRequest<'_>) -> Vec<String> {
    let mut names = vec![host.to_owned()];
    for other in hosts(request.farm, request.dns) {
        let leads_there = request.dns.addresses(&other).any(|each| each == address);
        if leads_there && other != host {
            names.push(other);
        }
    }
    names
}

/// Returns the hosts that may have addresses which are not known, and those that have none.
fn unresolved(farm: &Farm, dns: &DnsFacts) -> Vec<SmtpHost> {
    let of_hosts = hosts(farm, dns).into_iter().filter_map(|host| {
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
    // If the exchangers of a domain are not known, the servers that take its mail are not either.
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

/// Returns the recorded mail servers, and the display address, that are short names: they do not say
/// which machines they mean.
fn short_names(farm: &Farm) -> impl Iterator<Item = SmtpHost> {
    let servers = farm
        .mail_servers()
        .filter_map(|server| server.name.as_ref())
        .map(|name| name.ascii());
    let domain = checked(&farm.incoming.display_address)
        .valid()
        .map(|domain| domain.ascii().to_owned());
    let names = servers.chain(domain).chain(page_server(farm));
    let short: BTreeSet<String> = names.filter(|name| !name.contains('.')).collect();
    let why = "it is recorded by a short name, which means another name on every machine; record \
               its full one";
    short
        .into_iter()
        .map(move |host| SmtpHost::new(host, Answer::failed(FailureKind::Ambiguous, why)))
}

/// Returns the hosts that take the farm's mail, with each of their addresses.
fn targets(farm: &Farm, dns: &DnsFacts) -> BTreeSet<(String, IpAddr)> {
    hosts(farm, dns)
        .into_iter()
        .flat_map(|host| {
            dns.addresses(&host)
                .map(|ip| (host.clone(), ip))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the page's SMTP mail server, if the page shows one.
fn page_server(farm: &Farm) -> Option<String> {
    match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => Some(name.ascii().to_owned()),
        _ => None,
    }
}

/// Returns every server that runs SMTP, the page's SMTP mail server, and every mail exchanger, or
/// without MX the display address itself (RFC 5321 5.1).
fn hosts(farm: &Farm, dns: &DnsFacts) -> BTreeSet<String> {
    let servers = farm
        .mail_servers()
        .filter_map(|server| server.name.as_ref())
        .map(|name| name.ascii());
    let mut hosts: BTreeSet<String> = servers.filter(|name| name.contains('.')).collect();
    hosts.extend(page_server(farm).filter(|name| name.contains('.')));
    let Some(domain) = checked(&farm.incoming.display_address).valid() else {
        return hosts;
    };
    let of_domain = dns
        .lookups
        .iter()
        .filter(|lookup| lookup.name == domain.ascii() && lookup.kind == RecordKind::Mx);
    for lookup in of_domain {
        match &lookup.answer {
            Answer::Known(records) => {
                hosts.extend(records.iter().filter_map(|record| match &record.data {
                    RecordData::Mx { exchange, .. } if exchange != "." => Some(exchange.clone()),
                    _ => None,
                }))
            }
            Answer::Absent(_) => {
                hosts.insert(domain.ascii().to_owned());
            }
            _ => {}
        }
    }
    hosts
}
