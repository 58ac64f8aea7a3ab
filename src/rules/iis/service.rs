//! Whether the Windows service runs, and whether the virtual server starts with it.

use super::view::{
    VirtualServerView, judge_mail_route_or, judge_servers, judge_services, key, on_route,
};
use crate::facts::{Answer, Failure, IisServer, ServiceStart, ServiceState, ServiceStatus};
use crate::farm::Server;
use crate::remedy::{Action, AdminRole};
use crate::rules::{Case, Finding, Outcome, RuleResult, smtp};
use iis_metabase::ServerState::{Paused, Pausing, Stopped, Stopping};
use iis_metabase::{Metabase, SERVER_AUTO_START, SERVER_STATE};
use std::collections::BTreeSet;

const SERVICE: &str = "SMTPSVC";

fn not_asked(server: &Server) -> Outcome {
    Outcome::undecided(format!(
        "the Windows service was not asked; on `{name}`, run `spinmail gather iis` or \
         `Get-Service -Name '{SERVICE}'`",
        name = server.name()
    ))
}

fn no_answer(why: &Failure) -> Outcome {
    Outcome::undecided(format!("the service manager gave no answer: {why}"))
}

/// Returns what the evidence about a server's service is about.
fn asked(server: &Server) -> String {
    format!("the service {SERVICE} on {}", server.name())
}

pub(super) fn stopped(case: &Case<'_>) -> Vec<RuleResult> {
    on_route(
        case,
        judge_services(case, |server, service| match service {
            Answer::NotAsked => pass_if_it_greets(case, server, not_asked(server)),
            Answer::Failed(why) => pass_if_it_greets(case, server, no_answer(why)),
            Answer::Absent(how) => Outcome::Fail(not_installed_finding(server, how)),
            Answer::Known(service) => match service.state {
                ServiceState::Running => Outcome::pass(),
                ServiceState::Between => {
                    Outcome::undecided(format!("the service is {}; ask again later", service.state))
                }
                ServiceState::Stopped => Outcome::Fail(stopped_finding(server, service)),
            },
        }),
    )
}

/// Passes if the service greeted, which shows that it runs.
fn pass_if_it_greets(case: &Case<'_>, server: &Server, otherwise: Outcome) -> Outcome {
    match smtp::greeting_of_windows(case, server) {
        Some(greeting) => Outcome::Pass(vec![greeting]),
        None => otherwise,
    }
}

fn not_installed_finding(server: &Server, how: &str) -> Finding {
    Finding::for_role(
        AdminRole::Server,
        format!("`{}` has no SMTP service", server.name()),
        "Install the feature SMTP Server, or record that this server has no SMTP",
    )
    .observed(asked(server), "installed and running", how)
    .with_action(Action::InstallFeature {
        server: server.name().to_owned(),
        feature: "SMTP-Server".to_owned(),
    })
}

fn stopped_finding(server: &Server, service: &ServiceStatus) -> Finding {
    Finding::for_role(
        AdminRole::Server,
        format!("the SMTP service on `{}` is stopped", server.name()),
        "Start the service",
    )
    .observed(
        asked(server),
        "running",
        format!("{}, start type {}", service.state, service.start),
    )
    .with_action(Action::SetService {
        server: server.name().to_owned(),
        service: SERVICE.to_owned(),
        automatic: false,
        running: true,
    })
}

pub(super) fn startup(case: &Case<'_>) -> Vec<RuleResult> {
    judge_services(case, |server, service| match service {
        Answer::NotAsked => not_asked(server),
        Answer::Failed(why) => no_answer(why),
        Answer::Absent(_) => {
            Outcome::because("iis-service-stopped", "the SMTP service is not installed")
        }
        Answer::Known(service) if service.start == ServiceStart::Automatic => Outcome::pass(),
        Answer::Known(service) => Outcome::Fail(startup_finding(server, service)),
    })
}

fn startup_finding(server: &Server, service: &ServiceStatus) -> Finding {
    let message = format!(
        "the SMTP service on `{}` does not start with Windows",
        server.name()
    );
    let remedy = "Set the service to start automatically; the feature installs it with manual \
                  start";
    Finding::for_role(AdminRole::Server, message, remedy)
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
        })
}

pub(super) fn server_stopped(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = judge_servers(case, |server, facts| {
        let finding = facts.and_then(|facts| no_virtual_server(server, facts));
        finding
            .map(|finding| RuleResult::new(server, Outcome::Fail(finding)).about(key(server)))
            .into_iter()
            .collect()
    });
    let by_virtual_server = judge_mail_route_or(case, smtp::greeting_of_windows, |view| {
        judge_state(case, view)
    });
    results = on_route(case, results);
    let known: BTreeSet<Option<String>> = results
        .iter()
        .map(|result| result.subject.scope.server.clone())
        .collect();
    results.extend(
        by_virtual_server
            .into_iter()
            .filter(|result| !known.contains(&result.subject.scope.server)),
    );
    results
}

/// Judges the state of a virtual server. The metabase file lags behind: if it was the only virtual
/// server that could greet, a greeting contradicts the file.
fn judge_state(case: &Case<'_>, view: &VirtualServerView<'_>) -> Outcome {
    let outcome = judge_recorded_state(view);
    match (&outcome, smtp::greeting_of_windows(case, view.server)) {
        (Outcome::Fail(finding), Some(greeting)) if view.is_only_one() => {
            Outcome::undecided(format!(
                "MetaBase.xml says: {}. But it answered with the greeting: {}",
                finding.message, greeting.observed
            ))
        }
        _ => outcome,
    }
}

/// Judges the state that the metabase holds.
fn judge_recorded_state(view: &VirtualServerView<'_>) -> Outcome {
    let server = view.virtual_server;
    match (server.auto_start(), server.state()) {
        (_, Ok(Some(Stopped | Stopping))) => Outcome::Fail(state_finding(view, "stopped")),
        (_, Ok(Some(Paused | Pausing))) => Outcome::Fail(state_finding(view, "paused")),
        (Ok(true), Ok(_)) => Outcome::Pass(vec![
            view.evidence(SERVER_AUTO_START, "TRUE, which is the default"),
        ]),
        (Ok(false), _) => Outcome::Fail(no_auto_start_finding(view)),
        (Err(error), _) | (_, Err(error)) => Outcome::undecided(error.message),
    }
}

fn state_finding(view: &VirtualServerView<'_>, state: &str) -> Finding {
    Finding::for_role(
        AdminRole::Server,
        format!("the virtual server `{}` is {state}", view.name()),
        "Start it in IIS 6.0 Manager",
    )
    .with_evidence([view.evidence(SERVER_STATE, "2: started")])
}

fn no_auto_start_finding(view: &VirtualServerView<'_>) -> Finding {
    Finding::for_role(
        AdminRole::Server,
        format!(
            "the virtual server `{}` does not start with the service",
            view.name()
        ),
        "Start it in IIS 6.0 Manager; from then on it starts with the service",
    )
    .with_evidence([view.evidence(SERVER_AUTO_START, "TRUE: it starts with the service")])
}

/// Returns the finding about a server whose metabase has no virtual server, or `None` if it has
/// one or is not known.
fn no_virtual_server(server: &Server, facts: &IisServer) -> Option<Finding> {
    if let Answer::Absent(_) = facts.service {
        return None;
    }
    let metabase = facts.metabase.known()?.keys();
    metabase
        .servers
        .is_empty()
        .then(|| no_virtual_server_finding(server, metabase))
}

fn no_virtual_server_finding(server: &Server, metabase: &Metabase) -> Finding {
    let observed = match metabase.service {
        Some(_) => "/LM/SmtpSvc has no virtual server",
        None => "there is no /LM/SmtpSvc: the SMTP service is not installed",
    };
    Finding::for_role(
        AdminRole::Server,
        format!("`{}` has no SMTP virtual server", server.name()),
        "Install the feature SMTP Server again, or create a virtual server in IIS 6.0 Manager",
    )
    .observed(
        format!("MetaBase.xml on {}", server.name()),
        "/LM/SmtpSvc/1",
        observed,
    )
}
