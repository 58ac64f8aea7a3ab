//! Asks DNS: every name of the farm, at every name server, in parallel.

mod answer;
mod exchange;

use crate::error::Error;
use crate::facts::{
    self, Answer, DnsFacts, FailureKind, Lookup, NetworkView, PortCheck, Record, RecordKind,
    ServersFrom,
};
use crate::farm::values::{DomainName, MailServer, PassedTo, checked};
use crate::farm::{Farm, MailHost};
use crate::probe::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The maximum number of open questions for one name server: a silent server only delays its own.
const MAX_AT_ONCE: usize = 64;
/// The maximum number of mail exchangers of one name. Real domains have fewer; more may be an
/// attack.
const MAX_EXCHANGERS: usize = 32;
/// The longest chain of questions: mail exchanger, its address, its port.
const MAX_STEPS: u32 = 3;

const DNS_PORT: u16 = 53;

/// Returns the initial answer of a question.
fn not_answered<T>() -> Answer<T> {
    Answer::failed(FailureKind::TimedOut, "not answered before the deadline")
}

const ADDRESSES: [RecordKind; 3] = [RecordKind::A, RecordKind::Aaaa, RecordKind::Cname];
const MAIL: [RecordKind; 4] = [
    RecordKind::A,
    RecordKind::Aaaa,
    RecordKind::Mx,
    RecordKind::Cname,
];

/// Options for DNS that the farm file does not contain.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DnsOptions {
    /// The network view of this machine.
    pub view: NetworkView,
}

/// Asks all questions of the DNS rules about a farm.
///
/// # Errors
/// Fails if there is no name server to ask.
pub(super) async fn gather(
    farm: &Farm,
    options: DnsOptions,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<DnsFacts, Error> {
    let (servers, servers_from) = servers(farm, options.view)?;
    let port = farm.probe.smtp_port.map_or(25, |port| port.0);
    let mut search = DnsSearch::new(servers.clone(), limit, port, progress);
    search.unasked_hosts = &farm.mail_hosts;
    progress.begin("asking DNS", 0);
    for (name, kinds, purpose) in names(farm) {
        search.look_up(&name, kinds, purpose);
    }
    search.run().await;
    progress.end();
    let mut lookups: Vec<Lookup> = search.lookups.into_values().collect();
    lookups.sort_by(|one, two| {
        (&one.name, one.kind, one.server).cmp(&(&two.name, two.kind, two.server))
    });
    let ports = search.ports.into_values().collect();
    Ok(DnsFacts {
        servers: servers.into_iter().map(|(server, _)| server).collect(),
        servers_from,
        lookups,
        ports,
        ..DnsFacts::default()
    })
}

/// The name servers to ask, each once, with the view of its answers.
type NameServers = Vec<(SocketAddr, NetworkView)>;

fn distinct(servers: impl IntoIterator<Item = (SocketAddr, NetworkView)>) -> NameServers {
    let mut known = BTreeSet::new();
    let servers = servers.into_iter();
    servers
        .filter(|(server, _)| known.insert(*server))
        .collect()
}

/// Returns the name servers to ask: the farm file's, otherwise the system's. A machine outside asks
/// those for the outside view, if any are recorded.
fn servers(farm: &Farm, view: NetworkView) -> Result<(NameServers, ServersFrom), Error> {
    let outside = farm.probe.outside_dns_servers.iter().flatten();
    let outside = distinct(outside.map(|server| (server.address, NetworkView::Outside)));
    if view == NetworkView::Outside && !outside.is_empty() {
        return Ok((outside, ServersFrom::FarmFile));
    }
    // A server in both lists has the outside view.
    let recorded = farm.probe.dns_servers.iter().flatten();
    let recorded = recorded.map(|server| (server.address, view));
    let recorded = recorded.filter(|(server, _)| !outside.iter().any(|(other, _)| other == server));
    let recorded: NameServers = recorded.collect();
    let (inside, from) = if recorded.is_empty() {
        let system = system_servers()?.into_iter();
        (
            system.map(|server| (server, view)).collect(),
            ServersFrom::System,
        )
    } else {
        (recorded, ServersFrom::FarmFile)
    };
    Ok((distinct(inside.into_iter().chain(outside)), from))
}

/// Returns the system's name servers.
///
/// Fails if there are none, or if they cannot be determined.
/// It has none, or they cannot be found.
fn system_servers() -> Result<Vec<SocketAddr>, Error> {
    let hint = "record them with `spinmail set dns-servers ADDRESS…`";
    let (system, _) = hickory_resolver::system_conf::read_system_conf().map_err(|error| {
        Error::unfinished(format!("cannot find this system's DNS servers: {error}")).hint(hint)
    })?;
    let addresses = system.name_servers().iter().map(|server| {
        let port = server.connections.first().map_or(DNS_PORT, |it| it.port);
        SocketAddr::new(server.ip, port)
    });
    match addresses.collect::<Vec<_>>() {
        none if none.is_empty() => {
            Err(Error::unfinished("this system has no DNS servers").hint(hint))
        }
        servers => Ok(servers),
    }
}

/// A name, the record types to ask for, and the purpose.
type NameToAsk = (String, &'static [RecordKind], Purpose);

/// Returns the names to ask for, in ASCII. A short name has a different meaning on every machine,
/// so it is not asked for.
fn names(farm: &Farm) -> Vec<NameToAsk> {
    let mut names: Vec<NameToAsk> = Vec::new();
    let domains = farm.web_applications.iter();
    let domains = domains.filter_map(|web| web.incoming_address.as_ref());
    let display = checked(&farm.incoming.display_address).valid();
    names.extend(display.into_iter().chain(domains).map(domain_to_ask));
    if let Some(MailServer::Host(name)) = checked(&farm.directory.smtp_server).valid()
        && farm.manages_directory()
    {
        names.push((name.ascii().to_owned(), &MAIL, Purpose::ReceivesMail));
    }
    let servers = farm
        .servers
        .iter()
        .filter_map(|server| server.name.as_ref());
    names.extend(servers.map(|name| (name.ascii().to_owned(), &ADDRESSES[..], Purpose::Named)));
    for host in &farm.mail_hosts {
        names.extend(names_of_mail_host(host));
    }
    let passed_to = farm
        .servers
        .iter()
        .flat_map(|server| server.passes_to.iter().flatten());
    names.extend(passed_to.filter_map(|target| host_to_ask(&target.to)));
    names.retain(|(name, ..)| name.trim_start_matches('.').contains('.'));
    names
}

fn domain_to_ask(domain: &DomainName) -> NameToAsk {
    (domain.ascii().to_owned(), &MAIL, Purpose::Named)
}

/// Returns the names of a mail host and of the hosts that it passes mail to, and the domains that
/// it passes mail on for.
fn names_of_mail_host(host: &MailHost) -> Vec<NameToAsk> {
    let own = host.names().filter(|name| !name.is_below());
    let own = own.map(|name| (name.ascii().to_owned(), &ADDRESSES[..], Purpose::Named));
    let targets = host.passes_to.iter().flatten();
    let targets = targets.filter_map(|target| host_to_ask(&target.to));
    let domains = host.delivers_as.iter().flatten().map(domain_to_ask);
    own.chain(targets).chain(domains).collect()
}

fn host_to_ask(target: &PassedTo) -> Option<NameToAsk> {
    match target {
        PassedTo::Host { name, .. } if !name.starts_with('.') => {
            Some((name.clone(), &ADDRESSES, Purpose::Named))
        }
        _ => None,
    }
}

/// Returns whether the ports of a host are not tried: it is a recorded mail host, and not a load
/// balancer, whose address is the servers' own.
fn is_unasked(hosts: &[MailHost], name: &str) -> bool {
    let mut named = hosts.iter().filter(|host| host.is_named(name));
    named.any(|host| !host.is_load_balancer())
}

/// Why a name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The farm file contains the name.
    Named,
    /// Mail is sent to the name itself.
    ReceivesMail,
}

/// A name, a record type and the server to ask.
type DnsQuestion = (String, RecordKind, SocketAddr);

/// The open questions, and the answers so far.
struct DnsSearch<'a> {
    progress: &'a dyn Progress,
    servers: NameServers,
    /// Mail hosts, whose ports are not tried.
    unasked_hosts: &'a [MailHost],
    limit: Duration,
    port: u16,
    gates: BTreeMap<SocketAddr, Arc<Semaphore>>,
    port_gate: Arc<Semaphore>,
    tasks: JoinSet<Found>,
    lookups: BTreeMap<DnsQuestion, Lookup>,
    ports: BTreeMap<SocketAddr, PortCheck>,
    /// Names that mail is sent to. Their IPv6 ports are checked too.
    receivers: BTreeSet<String>,
}

fn gate() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MAX_AT_ONCE))
}

/// A received answer.
enum Found {
    Lookup(Lookup),
    Port(PortCheck),
}

impl<'a> DnsSearch<'a> {
    fn new(servers: NameServers, limit: Duration, port: u16, progress: &'a dyn Progress) -> Self {
        Self {
            progress,
            servers,
            unasked_hosts: &[],
            limit,
            port,
            gates: BTreeMap::new(),
            port_gate: gate(),
            tasks: JoinSet::new(),
            lookups: BTreeMap::new(),
            ports: BTreeMap::new(),
            receivers: BTreeSet::new(),
        }
    }

    /// Asks every server for a name's records, without repeating a question.
    fn look_up(&mut self, name: &str, kinds: &[RecordKind], purpose: Purpose) {
        let is_tried = purpose == Purpose::ReceivesMail && !is_unasked(self.unasked_hosts, name);
        if is_tried && self.receivers.insert(name.to_owned()) {
            self.check_ports_of(name);
        }
        for (server, view) in self.servers.clone() {
            for kind in kinds.iter().copied() {
                let question = (name.to_owned(), kind, server);
                if self.lookups.contains_key(&question) {
                    continue;
                }
                let unanswered = Lookup::new(server, name, kind, not_answered());
                self.lookups.insert(question, Lookup { view, ..unanswered });
                let gate = self.gates.entry(server).or_insert_with(gate).clone();
                let (limit, name) = (self.limit, name.to_owned());
                self.progress.more(1);
                self.tasks.spawn(async move {
                    let _permit = gate.acquire().await;
                    let lookup = exchange::look_up(server, &name, kind, limit).await;
                    Found::Lookup(Lookup { view, ..lookup })
                });
            }
        }
    }

    /// Collects answers and asks further questions, until none is open or the time is up.
    async fn run(&mut self) {
        let deadline = Instant::now() + self.limit * MAX_STEPS;
        while let Ok(Some(found)) = tokio::time::timeout_at(deadline, self.tasks.join_next()).await
        {
            self.progress.advance();
            match found {
                Ok(Found::Lookup(lookup)) => self.take(lookup),
                Ok(Found::Port(check)) => {
                    self.ports.insert(check.address, check);
                }
                // A question whose task panicked keeps its initial answer: not answered.
                Err(_) => {}
            }
        }
        self.tasks.abort_all();
    }

    fn take(&mut self, lookup: Lookup) {
        let (name, kind) = (lookup.name.clone(), lookup.kind);
        let exchangers = match (&lookup.answer, kind) {
            (Answer::Known(records), RecordKind::Mx) => exchangers(records),
            // No MX: mail goes to the name's own address (RFC 5321 5.1).
            (Answer::Absent(_), RecordKind::Mx) => vec![name.clone()],
            _ => Vec::new(),
        };
        self.lookups
            .insert((name.clone(), kind, lookup.server), lookup);
        for exchanger in exchangers {
            self.look_up(&exchanger, &ADDRESSES, Purpose::ReceivesMail);
        }
        if kind == RecordKind::Aaaa && self.receivers.contains(&name) {
            self.check_ports_of(&name);
        }
    }

    /// Checks the IPv6 ports of a name.
    fn check_ports_of(&mut self, name: &str) {
        let of_name = self
            .lookups
            .values()
            .filter(|lookup| lookup.name == name && lookup.kind == RecordKind::Aaaa);
        let records = of_name.filter_map(|lookup| match &lookup.answer {
            Answer::Known(records) => Some(records),
            _ => None,
        });
        let addresses = records
            .flatten()
            .filter_map(|record| record.data.address())
            .filter(IpAddr::is_ipv6);
        let targets: BTreeSet<_> = addresses
            .take(MAX_EXCHANGERS)
            .map(|ip| SocketAddr::new(ip, self.port))
            .collect();
        for address in targets {
            let unanswered = PortCheck::new(address, not_answered());
            if self.ports.contains_key(&address) {
                continue;
            }
            self.ports.insert(address, unanswered);
            let (gate, limit) = (self.port_gate.clone(), self.limit);
            self.progress.more(1);
            self.tasks.spawn(async move {
                let _permit = gate.acquire().await;
                Found::Port(super::port::check(address, limit).await)
            });
        }
    }
}

/// Returns the exchangers of an MX answer that are names: no null MX, no address literals.
fn exchangers(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .filter_map(|record| record.data.exchanger())
        .filter(|name| name != "." && !facts::is_address(name))
        .take(MAX_EXCHANGERS)
        .collect()
}
