//! The servers and virtual servers that are judged, and the outcome if nothing is known of them.

use crate::facts::{Answer, FolderFiles, FolderRole, IisServer, ServiceStatus};
use crate::farm::{Farm, Server};
use crate::remedy;
use crate::rules::subject::{Part, Subject};
use crate::rules::{Case, Evidence, Judged, Outcome, OutcomeKind, RuleResult};
use iis_metabase::{Key, Level, Metabase, VirtualServer, brief};

/// A virtual server of a recorded server.
#[derive(Debug, Clone, Copy)]
pub(super) struct VirtualServerView<'a> {
    pub server: &'a Server,
    pub facts: &'a IisServer,
    pub virtual_server: VirtualServer<'a>,
    /// Whether it listens where mail arrives, or `None` if its bindings cannot be read.
    takes_mail: Option<bool>,
}

impl<'a> VirtualServerView<'a> {
    pub(super) fn number(&self) -> u32 {
        self.virtual_server.server.number
    }

    /// Returns its name in the metabase: `sp1.fabrikam.com SmtpSvc/1`.
    pub(super) fn name(&self) -> String {
        format!("{} SmtpSvc/{}", self.server.name(), self.number())
    }

    /// Returns the subject of a verdict about it.
    pub(super) fn subject(&self) -> Subject {
        Subject::from(self.server)
            .with_text(self.name())
            .of_part(Part::VirtualServer(self.number()))
    }

    /// Returns the value of a key as evidence, with its place in the metabase.
    pub(super) fn evidence(&self, key: Key, expected: impl Into<String>) -> Evidence {
        let time = match &self.facts.written {
            Some(time) => format!(", written {time}"),
            None => String::new(),
        };
        let observed = match self.virtual_server.get(key) {
            Some(value) => {
                let level = match value.at {
                    Level::Service => ", inherited from the service",
                    _ => "",
                };
                let text = match value.property.raw.trim() {
                    "" => "an empty value".to_owned(),
                    _ => format!("`{}`", brief(&value.property.raw)),
                };
                format!(
                    "{text} (MetaBase.xml, line {}{level}{time})",
                    value.property.line
                )
            }
            None => format!("not set (MetaBase.xml{time})"),
        };
        Evidence::new(
            format!("{} of {}", key.name, self.name()),
            expected,
            observed,
        )
    }

    /// Returns the path of one of its folders, and the files in it.
    pub(super) fn files(&self, role: FolderRole) -> Option<(&'a str, &'a Answer<FolderFiles>)> {
        let folder = self.facts.folder(self.number(), role)?;
        Some((&folder.path, &folder.files))
    }

    pub(super) fn is_stopped(&self) -> bool {
        is_stopped(self.virtual_server)
    }

    /// Returns whether its metabase has no other virtual server.
    pub(super) fn is_only_one(&self) -> bool {
        self.facts
            .metabase
            .known()
            .is_some_and(|metabase| metabase.keys().servers.len() == 1)
    }
}

/// Returns whether the metabase says that a virtual server is stopped, or will be after the next
/// start of the service.
pub(super) fn is_stopped(virtual_server: VirtualServer<'_>) -> bool {
    use iis_metabase::ServerState::{Paused, Pausing, Started, Starting, Stopped, Stopping};
    match virtual_server.state() {
        Ok(Some(Stopped | Stopping | Paused | Pausing)) => true,
        Ok(Some(Started | Starting)) => false,
        _ => virtual_server.auto_start() == Ok(false),
    }
}

/// Returns the virtual servers that listen: those that run, or all if none does, as another rule
/// tells that.
pub(super) fn listening(metabase: &Metabase) -> Vec<VirtualServer<'_>> {
    let all: Vec<_> = metabase.virtual_servers().collect();
    let running: Vec<_> = all
        .iter()
        .copied()
        .filter(|each| !is_stopped(*each))
        .collect();
    if running.is_empty() { all } else { running }
}

/// Returns the servers to judge, with their facts: those recorded with SMTP, and those that were
/// looked at and are not recorded without it.
fn servers<'a>(case: &Case<'a>) -> Vec<(&'a Server, Option<&'a IisServer>)> {
    let mut servers = Vec::new();
    for server in case
        .farm
        .servers
        .iter()
        .filter(|server| !server.is_standby())
    {
        let facts = case
            .facts
            .iis
            .as_ref()
            .and_then(|iis| iis.server(server.name()));
        if server.smtp_service.unwrap_or(facts.is_some()) {
            servers.push((server, facts));
        }
    }
    servers
}

/// Returns the setting that verdicts about a server point at.
pub(super) fn key(server: &Server) -> String {
    format!("server.{}.smtp-service", server.name())
}

/// Judges every server.
pub(super) fn judge_servers<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, Option<&'a IisServer>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let servers = servers(case);
    if servers.is_empty() {
        let outcome = Outcome::not_applicable("no server is recorded with SMTP");
        return RuleResult::only("iis", outcome);
    }
    servers
        .into_iter()
        .flat_map(|(server, facts)| judge(server, facts))
        .collect()
}

/// Judges the Windows service of every server.
pub(super) fn judge_services<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, &Answer<ServiceStatus>) -> Outcome,
) -> Vec<RuleResult> {
    judge_servers(case, |server, facts| {
        let service = facts.map_or(&Answer::NotAsked, |facts| &facts.service);
        vec![RuleResult::new(server, judge(server, service)).about(key(server))]
    })
}

/// Returns the server that a subject names, or `None` if it names none.
pub(super) fn server_of<'a>(farm: &'a Farm, subject: &Subject) -> Option<&'a Server> {
    let name = subject.scope.server.as_deref()?;
    farm.servers.iter().find(|server| name == server.name())
}

/// Limits what a rule about taking mail says of servers to those that mail goes to.
pub(super) fn on_route(case: &Case<'_>, results: Vec<RuleResult>) -> Vec<RuleResult> {
    let routes = case.routes();
    results
        .into_iter()
        .map(|result| match server_of(case.farm, &result.subject) {
            Some(server) => RuleResult {
                outcome: routes.reach(server).limit(result.outcome),
                ..result
            },
            None => result,
        })
        .collect()
}

/// Finds evidence that a server passes although its metabase is not known.
pub(super) type OtherEvidence = fn(&Case<'_>, &Server) -> Option<Evidence>;

fn no_other_evidence(_: &Case<'_>, _: &Server) -> Option<Evidence> {
    None
}

/// Judges every server with a metabase that has virtual servers.
pub(super) fn judge_metabases<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, &'a Metabase) -> Outcome,
) -> Vec<RuleResult> {
    judge_metabases_or(case, no_other_evidence, |server, _, metabase| {
        vec![RuleResult::new(server, judge(server, metabase)).about(key(server))]
    })
}

fn judge_metabases_or<'a>(
    case: &Case<'a>,
    other_evidence: OtherEvidence,
    judge: impl Fn(&'a Server, &'a IisServer, &'a Metabase) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    judge_servers(case, |server, facts| {
        let instead = match known_metabase(server, facts) {
            Ok((facts, metabase)) => return judge(server, facts, metabase),
            // Other evidence counts where the metabase is not known.
            Err(instead @ Outcome::Undecided(_)) => match other_evidence(case, server) {
                Some(evidence) => Outcome::Pass(vec![evidence]),
                None => instead,
            },
            Err(instead) => instead,
        };
        vec![RuleResult::new(server, instead).about(key(server))]
    })
}

/// Returns a server's metabase, if it has virtual servers.
fn known_metabase<'a>(
    server: &Server,
    facts: Option<&'a IisServer>,
) -> Judged<(&'a IisServer, &'a Metabase)> {
    let facts = facts.ok_or_else(|| not_read(server))?;
    if let Answer::Absent(_) = facts.service {
        return Err(Outcome::because(
            "iis-service-stopped",
            "the SMTP service is not installed",
        ));
    }
    match &facts.metabase {
        Answer::Known(metabase) if metabase.keys().servers.is_empty() => Err(Outcome::because(
            "iis-server-stopped",
            "it has no SMTP virtual server",
        )),
        Answer::Known(metabase) => Ok((facts, metabase.keys())),
        Answer::Failed(_) | Answer::Absent(_) => Err(Outcome::undecided(facts.metabase.why_not())),
        Answer::NotAsked => Err(not_read(server)),
    }
}

/// Returns the outcome if the server's metabase was not read.
fn not_read(server: &Server) -> Outcome {
    Outcome::undecided(format!(
        "its metabase was not read; run `spinmail gather iis` on it, or `{command}` with a copy \
         of its MetaBase.xml",
        command = remedy::spinmail(
            "gather iis --metabase FILE --server {NAME}",
            &[&server.name()]
        ),
    ))
}

/// Judges every virtual server on which mail may arrive: those that may listen where mail goes, or
/// all if none does.
pub(super) fn judge_virtual_servers<'a>(
    case: &Case<'a>,
    judge: impl Fn(&VirtualServerView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    judge_metabases_or(case, no_other_evidence, |server, facts, metabase| {
        results_by_virtual_server(&views(case, server, facts, metabase), &judge)
    })
}

/// Judges every virtual server on which mail may arrive, each with results of its own.
pub(super) fn judge_metabases_by_view<'a>(
    case: &Case<'a>,
    judge: impl Fn(&VirtualServerView<'a>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    judge_metabases_or(case, no_other_evidence, |server, facts, metabase| {
        let views = views(case, server, facts, metabase);
        let in_use = views
            .iter()
            .filter(|view| out_of_use(view, &views).is_none());
        let results = in_use.flat_map(&judge);
        results.map(|result| result.about(key(server))).collect()
    })
}

/// Judges what stops mail only if mail goes to the server and arrives at the virtual server. If
/// another virtual server of the same server may pass, a fault is undecided: which of them takes
/// the farm's mail is not known.
pub(super) fn judge_mail_route<'a>(
    case: &Case<'a>,
    judge: impl Fn(&VirtualServerView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    judge_mail_route_or(case, no_other_evidence, judge)
}

/// Judges like [`judge_mail_route`]; other evidence lets a server without metabase pass.
pub(super) fn judge_mail_route_or<'a>(
    case: &Case<'a>,
    other_evidence: OtherEvidence,
    judge: impl Fn(&VirtualServerView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    let results = judge_metabases_or(case, other_evidence, |server, facts, metabase| {
        let mut results = results_by_virtual_server(&views(case, server, facts, metabase), &judge);
        if results.iter().any(may_pass) {
            for result in &mut results {
                if let Outcome::Fail(finding) = &result.outcome {
                    result.outcome = Outcome::undecided(format!(
                        "{}; another virtual server has no such fault or was not looked at, and it \
                         is not known which one receives the farm's mail",
                        finding.message
                    ));
                }
            }
        }
        results
    });
    on_route(case, results)
}

fn may_pass(result: &RuleResult) -> bool {
    matches!(
        result.outcome.kind(),
        OutcomeKind::Pass | OutcomeKind::Undecided
    )
}

fn views<'a>(
    case: &Case<'a>,
    server: &'a Server,
    facts: &'a IisServer,
    metabase: &'a Metabase,
) -> Vec<VirtualServerView<'a>> {
    let ports = case.routes().ports_to(server);
    let takes_mail = |virtual_server: VirtualServer<'_>| {
        let bindings = virtual_server.bindings().ok()?;
        Some(bindings.iter().any(|binding| ports.contains(&binding.port)))
    };
    metabase
        .virtual_servers()
        .map(|virtual_server| VirtualServerView {
            server,
            facts,
            virtual_server,
            takes_mail: takes_mail(virtual_server),
        })
        .collect()
}

fn results_by_virtual_server<'a>(
    views: &[VirtualServerView<'a>],
    judge: &impl Fn(&VirtualServerView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    views
        .iter()
        .map(|view| {
            let outcome = match out_of_use(view, views) {
                Some(why) => Outcome::not_applicable(why),
                None => judge(view),
            };
            RuleResult::new(view.subject(), outcome).about(key(view.server))
        })
        .collect()
}

/// Returns why no mail arrives at a virtual server while it arrives at another one, or `None` if
/// mail may arrive there.
fn out_of_use(view: &VirtualServerView<'_>, all: &[VirtualServerView<'_>]) -> Option<&'static str> {
    let any_takes_mail = all.iter().any(|each| each.takes_mail == Some(true));
    if any_takes_mail && view.takes_mail == Some(false) {
        return Some("no mail arrives there: it does not listen on the port that mail goes to");
    }
    let mut runs = all.iter().filter(|each| !each.is_stopped());
    let another_runs = runs.any(|other| other.takes_mail != Some(false));
    (another_runs && view.is_stopped())
        .then_some("it receives no mail: it is stopped, and another virtual server runs")
}
