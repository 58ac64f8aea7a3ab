//! Whether the Windows service runs and the virtual server starts with it.

use super::super::{Case, Finding, Outcome, RuleResult, smtp};
use super::view::{of_servers, of_services, of_the_way_or};
use crate::facts::{Answer, IisServer, ServiceStart, ServiceState};
use crate::farm::Server;
use crate::remedy::{Action, AdminRole};
use iis_metabase::{SERVER_AUTO_START, SERVER_STATE};

const SERVICE: &str = "SMTPSVC";

fn not_asked(server: &Server) -> Outcome {
    Outcome::undecided(format!(
        "the Windows service was not asked; run `spinmail gather iis` on `{name}`, or there \
         `Get-Service -Name '{SERVICE}'`",
        name = server.name()
    ))
}

fn asked(server: &Server) -> String {
    format!("the service {SERVICE} of {}", server.name())
}

pub fn stopped(case: &Case<'_>) -> Vec<RuleResult> {
    of_services(case, |server, service| {
        // Who greets, runs.
        let or_greets = |outcome: Outcome| {
            smtp::greeting_of_windows(case, server)
                .map_or(outcome, |evidence| Outcome::Pass(vec![evidence]))
        };
        let start = Action::SetService {
            server: server.name().to_owned(),
            service: SERVICE.to_owned(),
            automatic: false,
            running: true,
        };
        match service {
            Answer::NotAsked => or_greets(not_asked(server)),
            Answer::Failed(why) => or_greets(Outcome::undecided(format!(
                "the service manager gave no answer: {why}"
            ))),
            Answer::Absent(how) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("`{}` has no SMTP service", server.name()),
                    "Install the feature SMTP Server, or record that this server has no SMTP",
                )
                .observed(asked(server), "installed and running", how.clone())
                .with_action(Action::InstallFeature {
                    server: server.name().to_owned(),
                    feature: "SMTP-Server".to_owned(),
                }),
            ),
            Answer::Known(service) => match service.state {
                ServiceState::Running => Outcome::pass(),
                ServiceState::Between => {
                    Outcome::undecided(format!("the service is {}; ask again later", service.state))
                }
                ServiceState::Stopped => Outcome::Fail(
                    Finding::for_role(
                        AdminRole::Server,
                        format!("the SMTP service of `{}` is stopped", server.name()),
                        "Start the service",
                    )
                    .observed(
                        asked(server),
                        "running",
                        format!("{}, start type {}", service.state, service.start),
                    )
                    .with_action(start),
                ),
            },
        }
    })
}

pub fn startup(case: &Case<'_>) -> Vec<RuleResult> {
    of_services(case, |server, service| match service {
        Answer::NotAsked => not_asked(server),
        Answer::Failed(why) => {
            Outcome::undecided(format!("the service manager gave no answer: {why}"))
        }
        Answer::Absent(_) => {
            Outcome::not_applicable("the SMTP service is not installed (iis-service-stopped)")
        }
        Answer::Known(service) if service.start == ServiceStart::Automatic => Outcome::pass(),
        Answer::Known(service) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "the SMTP service of `{}` does not start with Windows",
                    server.name()
                ),
                "Let the service start automatically; the feature installs it as manual, and an \
                 upgrade of Windows may make it so again",
            )
            .observed(
                asked(server),
                "start type automatic",
                format!("start type {}", service.start),
            )
            .with_action(Action::SetService {
                server: server.name().to_owned(),
                service: SERVICE.to_owned(),
                automatic: true,
                running: false,
            }),
        ),
    })
}

pub fn server_stopped(case: &Case<'_>) -> Vec<RuleResult> {
    let mut judged = of_servers(case, |server, seen| {
        none_at_all(server, seen).into_iter().collect()
    });
    let without: Vec<String> = judged.iter().map(|judged| judged.subject.clone()).collect();
    let of_each = of_the_way_or(case, &smtp::greeting_of_windows, |place| {
        use iis_metabase::ServerState::{Paused, Pausing, Stopped, Stopping};
        let server = place.virtual_server;
        let outcome = match (server.auto_start(), server.state()) {
            (_, Ok(Some(state @ (Stopped | Stopping | Paused | Pausing)))) => {
                let what = if matches!(state, Stopped | Stopping) {
                    "stopped"
                } else {
                    "paused"
                };
                Outcome::Fail(
                    Finding::for_role(
                        AdminRole::Server,
                        format!("the virtual server `{}` is {what}", place.subject()),
                        "Start it in IIS 6.0 Manager",
                    )
                    .with_evidence([place.evidence(SERVER_STATE, "2: started")]),
                )
            }
            (Ok(true), Ok(_)) => Outcome::Pass(vec![
                place.evidence(SERVER_AUTO_START, "TRUE, which is the default"),
            ]),
            (Ok(false), _) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "the virtual server `{}` does not start with the service",
                        place.subject()
                    ),
                    "Start it in IIS 6.0 Manager; then it starts with the service from now on",
                )
                .with_evidence([
                    place.evidence(SERVER_AUTO_START, "TRUE: it starts with the service")
                ]),
            ),
            (Err(unclear), _) | (_, Err(unclear)) => Outcome::undecided(unclear.message),
        };
        // The file lags behind; where there is one virtual server, it is the one that greeted.
        match (&outcome, smtp::greeting_of_windows(case, place.server)) {
            (Outcome::Fail(finding), Some(greeting)) if place.is_only_one() => {
                Outcome::undecided(format!(
                    "{}, as MetaBase.xml says; but it greeted: {}",
                    finding.message, greeting.observed
                ))
            }
            _ => outcome,
        }
    });
    judged.extend(
        of_each
            .into_iter()
            .filter(|judged| !without.contains(&judged.subject)),
    );
    judged
}

/// The finding of a server whose metabase holds no virtual server.
fn none_at_all(server: &Server, seen: Option<&IisServer>) -> Option<RuleResult> {
    let seen = seen.filter(|seen| !matches!(seen.service, Answer::Absent(_)))?;
    let Answer::Known(metabase) = &seen.metabase else {
        return None;
    };
    if !metabase.keys().servers.is_empty() {
        return None;
    }
    let finding = Finding::for_role(
        AdminRole::Server,
        format!("`{}` has no SMTP virtual server", server.name()),
        "Install the feature SMTP Server anew, or make a virtual server in IIS 6.0 Manager",
    );
    let observed = match metabase.keys().service {
        Some(_) => "/LM/SmtpSvc has no virtual server",
        None => "there is no /LM/SmtpSvc: the SMTP service is not installed",
    };
    let finding = finding.observed(
        format!("MetaBase.xml of {}", server.name()),
        "/LM/SmtpSvc/1",
        observed,
    );
    Some(
        RuleResult::new(server.name(), Outcome::Fail(finding))
            .about(format!("server.{}.smtp-service", server.name())),
    )
}
