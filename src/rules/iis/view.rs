//! The recorded SMTP servers and their virtual servers, as the rules look at them.

use super::super::{Case, Evidence, Judged, Outcome};
use super::domain;
use crate::facts::{Answer, IisServer, MetabaseFile, ServiceFacts, ServiceState};
use crate::farm::Server;
use crate::farm::values::given;
use crate::formats::metabase::{Key, Level, MOST_SERVERS, ServerState, VirtualServer};

/// A server that is recorded as running SMTP, and what was seen of it.
#[derive(Clone, Copy)]
pub struct Machine<'a> {
    pub server: &'a Server,
    pub seen: Option<&'a IisServer>,
}

/// A virtual server.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub machine: Machine<'a>,
    pub file: &'a MetabaseFile,
    pub virtual_server: VirtualServer<'a>,
    pub arrival: &'a Arrival,
}

/// At which virtual servers of a machine mail for the farm arrives.
#[derive(Debug, Default)]
pub struct Arrival {
    /// Those that listen for mail and run, as far as their settings tell.
    pub candidates: Vec<u32>,
    /// Those of them that have the display address as a local domain; all of them when none has.
    pub takers: Vec<u32>,
}

/// Why there is no virtual server to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    /// The metabase is not known.
    Metabase,
    /// It has no virtual server.
    VirtualServer,
}

/// One verdict for each recorded SMTP server.
pub fn of_machines(case: &Case<'_>, judge: impl Fn(Machine<'_>) -> Outcome) -> Vec<Judged> {
    of_servers(case, |machine| vec![Judged::new(machine.name(), judge(machine))])
}

fn of_servers<'a>(case: &Case<'a>, judge: impl Fn(Machine<'a>) -> Vec<Judged>) -> Vec<Judged> {
    let mut servers = case.farm.mail_servers().peekable();
    if servers.peek().is_none() {
        let why = "no server is recorded as running SMTP";
        return vec![Judged::new("server", Outcome::not_applicable(why))];
    }
    let of_server = |server: &'a Server| {
        let seen = case.facts.iis.as_ref().and_then(|iis| iis.of(server.name()));
        let key = format!("server.{}.smtp-service", server.name());
        judge(Machine { server, seen }).into_iter().map(move |judged| judged.about(key.clone()))
    };
    servers.flat_map(of_server).collect()
}

/// One verdict for each virtual server of the recorded SMTP servers, or one for a server without any to judge.
pub fn of_virtual_servers(case: &Case<'_>, judge: impl Fn(&Place<'_>) -> Outcome) -> Vec<Judged> {
    of_virtual_servers_or(case, |_, _| None, judge)
}

/// The same, where something else may tell about a server without a virtual server to judge.
pub fn of_virtual_servers_or(
    case: &Case<'_>,
    otherwise: impl Fn(Machine<'_>, Unseen) -> Option<Outcome>,
    judge: impl Fn(&Place<'_>) -> Outcome,
) -> Vec<Judged> {
    of_files(case, otherwise, |places| places.iter().map(|place| Judged::new(place.subject(), judge(place))).collect())
}

/// What there is to say of each recorded SMTP server's virtual servers, of which there is at least one.
pub fn of_files(
    case: &Case<'_>,
    otherwise: impl Fn(Machine<'_>, Unseen) -> Option<Outcome>,
    judge: impl Fn(&[Place<'_>]) -> Vec<Judged>,
) -> Vec<Judged> {
    of_servers(case, |machine| {
        let whole = |outcome| vec![Judged::new(machine.name(), outcome)];
        let file = match machine.file() {
            Ok(file) => file,
            Err(outcome) => return whole(otherwise(machine, Unseen::Metabase).unwrap_or(outcome)),
        };
        match file.keys.servers.len() {
            0 => {
                let none = || Outcome::not_applicable("it has no SMTP virtual server (iis-server-stopped)");
                return whole(otherwise(machine, Unseen::VirtualServer).unwrap_or_else(none));
            }
            count if count > MOST_SERVERS => {
                let what = format!("its metabase is said to have {count} virtual servers, more than any machine has");
                return whole(Outcome::undecided(what));
            }
            _ => {}
        }
        let arrival = Arrival::of(case, machine.server, file);
        let place = |virtual_server| Place { machine, file, virtual_server, arrival: &arrival };
        judge(&file.keys.virtual_servers().map(place).collect::<Vec<_>>())
    })
}

/// One verdict for each virtual server, of which those where no mail for the farm arrives have nothing to say.
pub fn of_takers(case: &Case<'_>, judge: impl Fn(&Place<'_>) -> Outcome) -> Vec<Judged> {
    of_takers_or(case, |_, _| None, judge)
}

/// The same, where something else may tell about a server without a virtual server to judge.
pub fn of_takers_or(
    case: &Case<'_>,
    otherwise: impl Fn(Machine<'_>, Unseen) -> Option<Outcome>,
    judge: impl Fn(&Place<'_>) -> Outcome,
) -> Vec<Judged> {
    of_virtual_servers_or(case, otherwise, |place| match place.arrival.takers.contains(&place.number()) {
        true => judge(place),
        false => place.beside(&place.arrival.takers),
    })
}

impl<'a> Machine<'a> {
    pub fn name(self) -> &'a str {
        self.server.name()
    }

    /// What the service manager said of SMTPSVC.
    pub fn service(self) -> &'a Answer<ServiceFacts> {
        self.seen.map_or(&Answer::NotAsked, |seen| &seen.smtp_service)
    }

    /// Whether the service is known not to run: what hangs on it has nothing to say then.
    pub fn without_service(self) -> Option<Outcome> {
        let is_down = match self.service() {
            Answer::Known(service) => is_down(service.state),
            Answer::Absent(_) => true,
            Answer::Failed(_) | Answer::NotAsked => false,
        };
        is_down.then(|| Outcome::not_applicable("the SMTP service does not run (iis-service-stopped)"))
    }

    /// Its metabase, or what there is to say without it.
    pub fn file(self) -> Result<&'a MetabaseFile, Outcome> {
        match self.seen.map(|seen| &seen.metabase) {
            None | Some(Answer::NotAsked) => Err(Outcome::undecided(format!(
                "the settings of its SMTP service were not looked at: run `spinmail gather iis` there, or copy its \
                 %SystemRoot%\\System32\\inetsrv\\MetaBase.xml here and name the copy with `--metabase FILE --server {}`",
                self.name()
            ))),
            Some(Answer::Failed(why)) => Err(Outcome::undecided(format!("its metabase could not be read: {why}"))),
            Some(Answer::Absent(why)) => Err(self.without_service().unwrap_or_else(|| {
                Outcome::undecided(format!("{why}: is the SMTP service installed there, with its metabase?"))
            })),
            Some(Answer::Known(file)) => Ok(file),
        }
    }
}

/// Whether a service in this state takes no mail, nor will by itself.
pub fn is_down(state: ServiceState) -> bool {
    use ServiceState::{PausePending, Paused, StopPending, Stopped};
    matches!(state, Stopped | StopPending | Paused | PausePending)
}

impl Place<'_> {
    pub fn number(&self) -> u32 {
        self.virtual_server.server.number
    }

    pub fn subject(&self) -> String {
        format!("{} virtual server {}", self.machine.name(), self.number())
    }

    /// That mail for the farm arrives at others of the machine's virtual servers.
    pub fn beside(&self, others: &[u32]) -> Outcome {
        Outcome::not_applicable(format!("the farm's mail arrives at {} of this machine", numbers(others)))
    }

    /// Where a value was read: the file, as of its time, and the line.
    pub fn asked(&self, what: &str, line: Option<u32>) -> String {
        let time = self.file.modified.as_ref().map(|time| format!(" as of {time}")).unwrap_or_default();
        let line = line.filter(|line| *line > 0).map(|line| format!(", line {line}")).unwrap_or_default();
        format!("{what} of {} in {}{time}{line}", self.subject(), brief(&self.file.path))
    }

    /// A value as it is in the file.
    pub fn evidence(&self, key: Key, expected: impl Into<String>) -> Evidence {
        let seen = self.virtual_server.get(key);
        let observed = match seen {
            None => "not set".to_owned(),
            Some(seen) if seen.at == Level::Service => format!("{} (inherited)", quoted(&seen.property.raw)),
            Some(seen) => quoted(&seen.property.raw),
        };
        let asked = self.asked(key.name, seen.map(|seen| seen.property.line));
        Evidence { asked, expected: expected.into(), observed }
    }
}

/// Virtual servers by number, as a sentence has them.
pub fn numbers(numbers: &[u32]) -> String {
    let list = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    if numbers.len() == 1 { format!("virtual server {list}") } else { format!("the virtual servers {list}") }
}

/// A text of the file, which may be of any length, in a length for reading.
pub fn brief(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

pub fn quoted(text: &str) -> String {
    format!("`{}`", brief(text))
}

impl Arrival {
    /// A virtual server listens for mail when it has a binding on port 25, or on the port that is recorded for looking.
    /// Among those that do, the ones that are stopped do not count as long as another runs.
    fn of(case: &Case<'_>, server: &Server, file: &MetabaseFile) -> Self {
        let ports = [25, case.farm.probe.smtp_port.as_ref().map_or(25, |port| port.0)];
        let all: Vec<VirtualServer<'_>> = file.keys.virtual_servers().collect();
        let listens = |place: VirtualServer<'_>| {
            // What is unclear may be one.
            place.bindings().map_or(true, |list| list.iter().any(|binding| ports.contains(&binding.port)))
        };
        let listening = or_all(all, listens);
        let candidates = or_all(listening, |place| !is_stopped(place).unwrap_or(false));
        let domain = given(&case.farm.incoming.display_address).valid();
        let is_local = |place: VirtualServer<'_>| domain.is_some_and(|name| domain::is_local(place, name, server));
        let number = |places: &[VirtualServer<'_>]| places.iter().map(|place| place.server.number).collect();
        Self { candidates: number(&candidates), takers: number(&or_all(candidates, is_local)) }
    }
}

/// Those of which something holds; all, when it holds of none.
fn or_all<'a>(places: Vec<VirtualServer<'a>>, holds: impl Fn(VirtualServer<'a>) -> bool) -> Vec<VirtualServer<'a>> {
    let those: Vec<_> = places.iter().copied().filter(|place| holds(*place)).collect();
    if those.is_empty() { places } else { those }
}

/// Whether a virtual server is stopped or does not start with the service; what is unclear of it, as an error.
pub fn is_stopped(place: VirtualServer<'_>) -> Result<bool, String> {
    use ServerState::{Paused, Pausing, Stopped, Stopping};
    match place.state().map_err(|unclear| unclear.message)? {
        Some(Stopped | Stopping | Paused | Pausing) => Ok(true),
        Some(ServerState::Started | ServerState::Starting | ServerState::Continuing) => Ok(false),
        Some(ServerState::Other(_)) | None => {
            place.auto_start().map(|starts| !starts).map_err(|unclear| unclear.message)
        }
    }
}
