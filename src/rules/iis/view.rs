//! Which servers and virtual servers are judged, and what is said where nothing is known of them.

use super::super::{Case, Evidence, Outcome, OutcomeKind, RuleResult};
use crate::facts::{Answer, FolderFiles, FolderRole, IisServer, ServiceStatus};
use crate::farm::Server;
use iis_metabase::{Key, Level, Metabase, VirtualServer, brief};

/// The port on which mail arrives (RFC 5321 4.5.4.2).
pub const MAIL_PORT: u16 = 25;

/// A virtual server of a recorded server.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub server: &'a Server,
    pub seen: &'a IisServer,
    pub virtual_server: VirtualServer<'a>,
}

impl<'a> Place<'a> {
    pub fn number(&self) -> u32 {
        self.virtual_server.server.number
    }

    /// As the metabase names it: `sp1.fabrikam.com SmtpSvc/1`.
    pub fn subject(&self) -> String {
        format!("{} SmtpSvc/{}", self.server.name(), self.number())
    }

    /// What the metabase holds of a value, and where.
    pub fn evidence(&self, key: Key, expected: impl Into<String>) -> Evidence {
        let time = self
            .seen
            .written
            .as_ref()
            .map(|time| format!(", written {time}"))
            .unwrap_or_default();
        let observed = match self.virtual_server.get(key) {
            Some(seen) => {
                let level = if seen.at == Level::Service {
                    ", inherited from the service"
                } else {
                    ""
                };
                format!(
                    "`{}` (MetaBase.xml, line {}{level}{time})",
                    brief(&seen.property.raw),
                    seen.property.line
                )
            }
            None => format!("not set (MetaBase.xml{time})"),
        };
        Evidence {
            asked: format!("{} of {}", key.name, self.subject()),
            expected: expected.into(),
            observed,
        }
    }

    /// What lies in a folder of it, and the folder's path.
    pub fn files(&self, role: FolderRole) -> Option<(&'a str, &'a Answer<FolderFiles>)> {
        self.seen
            .folder(self.number(), role)
            .map(|folder| (folder.path.as_str(), &folder.files))
    }

    /// Whether it listens where mail arrives; nothing where its bindings cannot be read.
    pub fn takes_mail(&self) -> Option<bool> {
        let bindings = self.virtual_server.bindings().ok()?;
        Some(bindings.iter().any(|binding| binding.port == MAIL_PORT))
    }

    /// Whether its metabase holds no other virtual server.
    pub fn is_only_one(&self) -> bool {
        matches!(&self.seen.metabase, Answer::Known(metabase) if metabase.keys().servers.len() == 1)
    }
}

/// The servers to judge, with what was seen of them: those that are recorded with SMTP, and those
/// that were looked at and are not recorded without it.
fn servers<'a>(case: &Case<'a>) -> Vec<(&'a Server, Option<&'a IisServer>)> {
    let seen = |server: &Server| {
        case.facts
            .iis
            .as_ref()
            .and_then(|iis| iis.server(server.name()))
    };
    let with_facts = case
        .farm
        .servers
        .iter()
        .map(|server| (server, seen(server)));
    with_facts
        .filter(|(server, seen)| match server.smtp_service {
            Some(wanted) => wanted,
            None => seen.is_some(),
        })
        .collect()
}

fn key(server: &Server) -> String {
    format!("server.{}.smtp-service", server.name())
}

/// Judges every server.
pub fn of_servers<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, Option<&'a IisServer>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let servers = servers(case);
    if servers.is_empty() {
        return vec![RuleResult::new(
            "iis",
            Outcome::not_applicable("no server is recorded with SMTP"),
        )];
    }
    servers
        .into_iter()
        .flat_map(|(server, seen)| judge(server, seen))
        .collect()
}

/// What tells of a server whose metabase is not known.
type Otherwise = dyn Fn(&Case<'_>, &Server) -> Option<Evidence>;

/// Judges every server with a metabase that holds the SMTP service.
pub fn of_metabases<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, &'a IisServer, &'a Metabase) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    of_metabases_or(case, &|_, _| None, judge)
}

fn of_metabases_or<'a>(
    case: &Case<'a>,
    otherwise: &Otherwise,
    judge: impl Fn(&'a Server, &'a IisServer, &'a Metabase) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    of_servers(case, |server, seen| {
        let one = |outcome| vec![RuleResult::new(server.name(), outcome).about(key(server))];
        match seen.map(|seen| (seen, &seen.metabase)) {
            Some((
                IisServer {
                    service: Answer::Absent(_),
                    ..
                },
                _,
            )) => one(Outcome::not_applicable(
                "the SMTP service is not installed (iis-service-stopped)",
            )),
            Some((_, Answer::Known(metabase))) if metabase.keys().servers.is_empty() => one(
                Outcome::not_applicable("it has no SMTP virtual server (iis-server-stopped)"),
            ),
            Some((seen, Answer::Known(metabase))) => judge(server, seen, metabase.keys()),
            unknown => one(match (otherwise(case, server), unknown) {
                (Some(evidence), _) => Outcome::Pass(vec![evidence]),
                (None, Some((_, Answer::Failed(why) | Answer::Absent(why)))) => {
                    Outcome::undecided(why.clone())
                }
                (None, _) => unseen(server),
            }),
        }
    })
}

/// What would decide what is not known of a server.
pub fn unseen(server: &Server) -> Outcome {
    Outcome::undecided(format!(
        "its metabase was not read; run `spinmail gather iis` on it, or with a copy of its \
         MetaBase.xml `spinmail gather iis --metabase FILE --server {}`",
        server.name()
    ))
}

fn places<'a>(server: &'a Server, seen: &'a IisServer, metabase: &'a Metabase) -> Vec<Place<'a>> {
    let place = |virtual_server| Place {
        server,
        seen,
        virtual_server,
    };
    metabase.virtual_servers().map(place).collect()
}

/// Judges every virtual server on which mail may arrive: those that listen on port 25 or may do so,
/// else all.
pub fn of_virtual_servers<'a>(
    case: &Case<'a>,
    judge: impl Fn(&Place<'a>) -> Outcome,
) -> Vec<RuleResult> {
    of_metabases(case, |server, seen, metabase| {
        judged(&places(server, seen, metabase), &judge)
    })
}

/// The same, where a fault stops mail only if mail arrives there: beside a virtual server that is
/// or may be in order, which of them takes the farm's mail is not known.
pub fn of_the_way<'a>(case: &Case<'a>, judge: impl Fn(&Place<'a>) -> Outcome) -> Vec<RuleResult> {
    of_the_way_or(case, &|_, _| None, judge)
}

/// The same, where something else may tell of a server whose metabase is not known.
pub fn of_the_way_or<'a>(
    case: &Case<'a>,
    otherwise: &Otherwise,
    judge: impl Fn(&Place<'a>) -> Outcome,
) -> Vec<RuleResult> {
    of_metabases_or(case, otherwise, |server, seen, metabase| {
        let mut judged = judged(&places(server, seen, metabase), &judge);
        let may_be_sound = |judged: &RuleResult| {
            matches!(
                judged.outcome.kind(),
                OutcomeKind::Pass | OutcomeKind::Undecided
            )
        };
        if judged.iter().any(may_be_sound) {
            for judged in &mut judged {
                if let Outcome::Fail(finding) = &judged.outcome {
                    let message = &finding.message;
                    judged.outcome = Outcome::undecided(format!(
                        "{message}; another virtual server is or may be in order, and which of \
                         them takes the farm's mail is not known"
                    ));
                }
            }
        }
        judged
    })
}

fn judged<'a>(places: &[Place<'a>], judge: &impl Fn(&Place<'a>) -> Outcome) -> Vec<RuleResult> {
    let any_takes_mail = places.iter().any(|place| place.takes_mail() == Some(true));
    let judged = places.iter().map(|place| {
        let outcome = match place.takes_mail() {
            Some(false) if any_takes_mail => {
                Outcome::not_applicable("no mail arrives there: it does not listen on port 25")
            }
            _ => judge(place),
        };
        RuleResult::new(place.subject(), outcome).about(key(place.server))
    });
    judged.collect()
}

/// Judges the Windows service of every server.
pub fn of_services<'a>(
    case: &Case<'a>,
    judge: impl Fn(&'a Server, &Answer<ServiceStatus>) -> Outcome,
) -> Vec<RuleResult> {
    of_servers(case, |server, seen| {
        let outcome = judge(server, seen.map_or(&Answer::NotAsked, |seen| &seen.service));
        vec![RuleResult::new(server.name(), outcome).about(key(server))]
    })
}
