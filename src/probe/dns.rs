//! What DNS says: every name of the farm, asked at every name server, all at once.

mod answer;
mod exchange;

use crate::error::Error;
use crate::facts::{
    self, Answer, DnsFacts, FailureKind, Lookup, PortCheck, Record, RecordData, RecordKind,
    ServersFrom,
};
use crate::farm::Farm;
use crate::farm::values::{MailServer, checked};
use crate::probe::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The most questions under way at one name server: a silent server delays only its own.
const MAX_AT_ONCE: usize = 64;
/// The most mail exchangers that are followed for one name. More is not a mail setup but an attack.
const MAX_EXCHANGERS: usize = 32;
/// The longest chain of questions: mail exchanger, its address, its port.
const MAX_STEPS: u32 = 3;

const DNS_PORT: u16 = 53;

/// Returns the answer of a question until another comes in time.
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

/// Asks everything that the rules about DNS need to know about a farm.
///
/// # Errors
/// There is no name server to ask.
pub(super) async fn gather(
    farm: &Farm,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<DnsFacts, Error> {
    let (servers, servers_from) = servers(farm)?;
    let port = farm.probe.smtp_port.map_or(25, |port| port.0);
    let mut search = DnsSearch::new(servers.clone(), limit, port, progress);
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
        servers,
        servers_from,
        lookups,
        ports,
        ..DnsFacts::default()
    })
}

/// Returns the name servers to ask: the farm file's, else the system's.
fn servers(farm: &Farm) -> Result<(Vec<SocketAddr>, ServersFrom), Error> {
    let recorded = farm.probe.dns_servers.as_deref().unwrap_or_default();
    if !recorded.is_empty() {
        return Ok((
            distinct(recorded.iter().map(|server| server.address)),
            ServersFrom::FarmFile,
        ));
    }
    let hint = "record them with `spinmail set dns-servers ADDRESS…`";
    let (system, _) = hickory_resolver::system_conf::read_system_conf().map_err(|error| {
        Error::unfinished(format!("cannot find this system's name servers: {error}")).hint(hint)
    })?;
    let addresses = system.name_servers().iter().map(|server| {
        let port = server.connections.first().map_or(DNS_PORT, |it| it.port);
        SocketAddr::new(server.ip, port)
    });
    match distinct(addresses) {
        none if none.is_empty() => {
            Err(Error::unfinished("this system has no name servers").hint(hint))
        }
        servers => Ok((servers, ServersFrom::System)),
    }
}

fn distinct(servers: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut seen = BTreeSet::new();
    servers.filter(|server| seen.insert(*server)).collect()
}

/// Returns the names to ask for, in ASCII, with the record types and the purpose.
fn names(farm: &Farm) -> Vec<(String, &'static [RecordKind], Purpose)> {
    let mut names: Vec<(String, &'static [RecordKind], Purpose)> = Vec::new();
    // A short name means another name on every machine, so it is not asked for.
    if let Some(domain) = checked(&farm.incoming.display_address).valid()
        && domain.is_qualified()
    {
        names.push((domain.ascii().to_owned(), &MAIL, Purpose::Named));
    }
    if let Some(MailServer::Host(name)) = checked(&farm.directory.smtp_server).valid()
        && farm.manages_directory()
        && name.is_qualified()
    {
        names.push((name.ascii().to_owned(), &ADDRESSES, Purpose::ReceivesMail));
    }
    let servers = farm
        .servers
        .iter()
        .filter_map(|server| server.name.as_ref())
        .map(|name| name.ascii().to_owned());
    names.extend(
        servers
            .filter(|name| name.contains('.'))
            .map(|name| (name, &ADDRESSES[..], Purpose::Named)),
    );
    names
}

/// Why a name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The farm file names it.
    Named,
    /// Mail is sent to the name itself.
    ReceivesMail,
}

/// A name, a record type and the server that is asked.
type DnsQuestion = (String, RecordKind, SocketAddr);

/// The questions under way, and what has come back.
struct DnsSearch<'a> {
    progress: &'a dyn Progress,
    servers: Vec<SocketAddr>,
    limit: Duration,
    port: u16,
    gates: BTreeMap<SocketAddr, Arc<Semaphore>>,
    port_gate: Arc<Semaphore>,
    tasks: JoinSet<Found>,
    lookups: BTreeMap<DnsQuestion, Lookup>,
    ports: BTreeMap<SocketAddr, PortCheck>,
    /// Names that mail is sent to. Whether anything listens at their IPv6 addresses is asked too.
    receivers: BTreeSet<String>,
}

fn gate() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MAX_AT_ONCE))
}

/// An answer that came back.
enum Found {
    Lookup(Lookup),
    Port(PortCheck),
}

impl<'a> DnsSearch<'a> {
    fn new(
        servers: Vec<SocketAddr>,
        limit: Duration,
        port: u16,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            progress,
            servers,
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

    /// Asks every server for a name's records, except what was asked already.
    fn look_up(&mut self, name: &str, kinds: &[RecordKind], purpose: Purpose) {
        if purpose == Purpose::ReceivesMail && self.receivers.insert(name.to_owned()) {
            self.check_ports_of(name);
        }
        for server in self.servers.clone() {
            for kind in kinds.iter().copied() {
                let question = (name.to_owned(), kind, server);
                if self.lookups.contains_key(&question) {
                    continue;
                }
                self.lookups
                    .insert(question, Lookup::new(server, name, kind, not_answered()));
                let gate = self.gates.entry(server).or_insert_with(gate).clone();
                let (limit, name) = (self.limit, name.to_owned());
                self.progress.more(1);
                self.tasks.spawn(async move {
                    let _permit = gate.acquire().await;
                    Found::Lookup(exchange::look_up(server, &name, kind, limit).await)
                });
            }
        }
    }

    /// Takes answers as they come, and asks further, until nothing is open or the time is up.
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
                // A question whose task panicked stays as it was entered: not answered.
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

    /// Asks whether anything listens at the IPv6 addresses that are known of a name.
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
        .filter_map(|record| match &record.data {
            RecordData::Mx { exchange, .. } => Some(exchange),
            _ => None,
        })
        .filter(|name| *name != "." && !facts::is_address(name))
        .take(MAX_EXCHANGERS)
        .cloned()
        .collect()
}
