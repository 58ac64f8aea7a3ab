//! Whether the SMTP service runs, and starts with the system.

use super::super::{Action, Case, Finding, Hand, Judged, Outcome, smtp};
use super::view::{Machine, is_down, of_machines};
use crate::facts::{Answer, ServiceFacts, ServiceState, StartType};

const SERVICE: &str = "SMTPSVC";

fn asked(machine: Machine<'_>) -> String {
    format!("the service {SERVICE} of {}", machine.name())
}

fn not_asked(machine: Machine<'_>) -> Outcome {
    let how = "whether its SMTP service runs was not asked";
    Outcome::undecided(format!(
        "{how}: run `spinmail gather iis` on `{}`, or look with `Get-Service SMTPSVC`",
        machine.name()
    ))
}

pub fn stopped(case: &Case<'_>) -> Vec<Judged> {
    of_machines(case, |machine| {
        // Who greets, runs.
        let by_greeting = || smtp::windows_greeting(case, machine.server).map(|evidence| Outcome::Pass(vec![evidence]));
        match machine.service() {
            Answer::Known(service) => of_state(machine, service),
            Answer::Absent(why) => Outcome::Fail(not_installed(machine, why)),
            Answer::Failed(why) => by_greeting().unwrap_or_else(|| {
                Outcome::undecided(format!("the service manager did not say whether {SERVICE} runs: {why}"))
            }),
            Answer::NotAsked => by_greeting().unwrap_or_else(|| not_asked(machine)),
        }
    })
}

fn of_state(machine: Machine<'_>, service: &ServiceFacts) -> Outcome {
    match service.state {
        ServiceState::Running => Outcome::pass(),
        state if is_down(state) => Outcome::Fail(down(machine, service)),
        state => Outcome::undecided(format!("the service {} just now; ask again", state.meaning())),
    }
}

fn down(machine: Machine<'_>, service: &ServiceFacts) -> Finding {
    let server = machine.name();
    let what = service.state.meaning();
    let (remedy, action) = match service.state {
        ServiceState::Paused | ServiceState::PausePending => {
            ("let the SMTP service go on", Action::RestartSmtp { server: server.to_owned() })
        }
        _ => {
            let action = Action::StartService { server: server.to_owned(), service: SERVICE.to_owned() };
            ("start the SMTP service", action)
        }
    };
    let mut finding = Finding::by(
        Hand::Server,
        format!("the SMTP service of `{server}` {what}, and the farm's mail arrives there"),
        format!("On `{server}`, {remedy}, and find out what stopped it"),
    )
    .seen(asked(machine), "runs", what);
    if service.start == Answer::Known(StartType::Disabled) {
        let enable = Action::SetService { server: server.to_owned(), service: SERVICE.to_owned() };
        finding = finding.seen(format!("the start type of {SERVICE}"), "automatic", "disabled").with_action(enable);
    }
    let admin = machine.seen.map(|seen| &seen.admin_service);
    if let Some(Answer::Known(ServiceFacts { state, .. })) = admin.filter(|_| service.state == ServiceState::Stopped)
        && is_down(*state)
    {
        finding = finding.seen("the service IISADMIN, which it needs", "runs", state.meaning());
    }
    finding.with_action(action)
}

fn not_installed(machine: Machine<'_>, why: &str) -> Finding {
    let server = machine.name();
    let remedy = format!(
        "Install the feature SMTP Server on `{server}` (Windows Server 2022 or earlier), or record with `spinmail set \
         server.{server}.smtp-service no` that mail arrives elsewhere"
    );
    let message = format!("`{server}` is recorded as running SMTP, but the SMTP service is not installed there");
    Finding::by(Hand::Server, message, remedy).seen(asked(machine), "runs", why)
}

pub fn startup_manual(case: &Case<'_>) -> Vec<Judged> {
    of_machines(case, |machine| match machine.service() {
        Answer::Absent(_) => Outcome::not_applicable("the SMTP service is not installed there (iis-service-stopped)"),
        Answer::Failed(why) => {
            Outcome::undecided(format!("the service manager did not say how {SERVICE} starts: {why}"))
        }
        Answer::NotAsked => not_asked(machine),
        Answer::Known(ServiceFacts { start, .. }) => match start {
            Answer::Known(StartType::Automatic) => Outcome::pass(),
            Answer::Known(start) => Outcome::Fail(not_automatic(machine, *start)),
            Answer::Failed(why) | Answer::Absent(why) => Outcome::undecided(format!("how {SERVICE} starts: {why}")),
            Answer::NotAsked => Outcome::undecided(format!("how {SERVICE} starts was not asked")),
        },
    })
}

fn not_automatic(machine: Machine<'_>, start: StartType) -> Finding {
    let server = machine.name();
    let what = match start {
        StartType::Disabled => "is disabled",
        _ => "starts by hand only",
    };
    Finding::by(
        Hand::Server,
        format!("the SMTP service of `{server}` {what}: after the next restart of the machine no mail is taken"),
        format!("On `{server}`, let the SMTP service start automatically"),
    )
    .seen(format!("the start type of {SERVICE} of {server}"), "automatic", start.word())
    .with_action(Action::SetService { server: server.to_owned(), service: SERVICE.to_owned() })
}
