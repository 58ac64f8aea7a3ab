//! The servers: what they run, and whether their role and Windows version allow it.

use crate::farm::values::{Os, Version, Words};
use crate::farm::{Farm, Server};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};
use iis_metabase::RELAY_IP_LIST;
use iis_metabase::relay_list::Reach;

const SERVICE: &str = "incoming-email-service";

/// Returns the one result of a rule about the whole farm.
pub(super) fn farm_result(outcome: impl Into<Outcome>) -> Vec<RuleResult> {
    RuleResult::only("farm", outcome)
}

/// Returns the KEY of a server's setting.
pub(super) fn key(server: &Server, setting: &str) -> String {
    ["server.", server.name(), ".", setting].concat()
}

/// Returns the names of servers as a list.
pub(super) fn names_of(servers: &[&Server]) -> String {
    let names: Vec<String> = servers
        .iter()
        .map(|server| format!("`{}`", server.name()))
        .collect();
    names.join(", ")
}

/// Judges every server. The results point at a setting of the server.
fn judge_servers(
    case: &Case<'_>,
    setting: &str,
    judge: impl Fn(&Server) -> Judged<Outcome>,
) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() {
        return RuleResult::only("server", without_server());
    }
    case.farm
        .servers
        .iter()
        .map(|server| RuleResult::new(server, judge(server)).about(key(server, setting)))
        .collect()
}

fn without_server() -> Outcome {
    Outcome::not_applicable("no server is recorded")
}

/// Returns the outcome if a server's setting is not recorded.
fn not_recorded(server: &Server, setting: &str) -> Outcome {
    wanted::not_recorded(&key(server, setting))
}

/// Returns SharePoint's version.
fn recorded_version(farm: &Farm) -> Judged<Version> {
    farm.version
        .ok_or_else(|| wanted::not_recorded("farm.version"))
}

/// Makes sure that the incoming e-mail service runs on a server.
fn receives_mail(server: &Server) -> Judged<()> {
    match server.incoming_email_service {
        Some(true) => Ok(()),
        Some(false) => Err(Outcome::not_applicable(
            "the incoming e-mail service does not run here",
        )),
        None => Err(not_recorded(server, SERVICE)),
    }
}

/// Returns the first server of which it is not recorded whether the incoming e-mail service runs.
fn first_without_service_setting(servers: &[Server]) -> Option<&Server> {
    servers
        .iter()
        .find(|server| server.incoming_email_service.is_none())
}

pub(super) fn service_nowhere(case: &Case<'_>) -> Vec<RuleResult> {
    farm_result(judge_service(case))
}

fn judge_service(case: &Case<'_>) -> Judged<Outcome> {
    let servers = &case.farm.servers;
    let first = servers.first().ok_or_else(without_server)?;
    if case.farm.receivers().next().is_some() {
        return Ok(Outcome::pass());
    }
    if let Some(server) = first_without_service_setting(servers) {
        return Err(not_recorded(server, SERVICE));
    }
    if !case.farm.is_enabled() {
        return Err(wanted::not_known_to_be_enabled());
    }
    Ok(Outcome::Fail(
        Finding::new(
            "incoming e-mail is enabled, but the incoming e-mail service runs on no recorded \
             server",
            "Start \"Microsoft SharePoint Foundation Incoming E-Mail\" on a server, and record it \
             with `spinmail set server.NAME.incoming-email-service yes`",
        )
        .recorded(
            key(first, SERVICE),
            "`true` on at least one server",
            "`false` on every server",
        ),
    ))
}

pub(super) fn role_not_allowed(case: &Case<'_>) -> Vec<RuleResult> {
    judge_servers(case, "role", |server| {
        if !recorded_version(case.farm)?.has_roles() {
            return Err(Outcome::not_applicable(
                "this SharePoint has no server roles",
            ));
        }
        receives_mail(server)?;
        judge_role(server)
    })
}

fn judge_role(server: &Server) -> Judged<Outcome> {
    let role = server.role.ok_or_else(|| not_recorded(server, "role"))?;
    if role.may_receive_mail() {
        return Ok(Outcome::pass());
    }
    let message = format!(
        "`{}` has the role {}, on which SharePoint stops the incoming e-mail service",
        server.name(),
        role.meaning()
    );
    let remedy = "Run the incoming e-mail service on a server of the role Application, Application with Search, \
                  Single-Server Farm or Custom";
    Ok(Outcome::Fail(Finding::new(message, remedy).recorded(
        key(server, "role"),
        "`application`, `application-with-search`, `single-server` or `custom`",
        format!("`{}`", role.word()),
    )))
}

pub(super) fn smtp_missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_servers(case, "smtp-service", |server| {
        wanted::automatic_mode(case.farm)?;
        judge_automatic_mode(server)
    })
}

/// Judges whether a server runs what automatic mode needs.
fn judge_automatic_mode(server: &Server) -> Judged<Outcome> {
    receives_mail(server)?;
    let missing: Vec<NeededService> = NeededService::ALL
        .into_iter()
        .filter(|needed| needed.runs_on(server) == Some(false))
        .collect();
    if !missing.is_empty() {
        return Ok(Outcome::Fail(missing_services_finding(server, &missing)));
    }
    // Automatic mode reads the SMTP service. The web application service is judged only if it is
    // recorded.
    match server.smtp_service {
        None => Err(not_recorded(server, "smtp-service")),
        Some(_) => Ok(Outcome::pass()),
    }
}

/// A service that automatic mode needs on a server that receives mail.
#[derive(Clone, Copy)]
enum NeededService {
    Smtp,
    FoundationWebApplication,
}

impl NeededService {
    const ALL: [Self; 2] = [Self::Smtp, Self::FoundationWebApplication];

    fn runs_on(self, server: &Server) -> Option<bool> {
        match self {
            Self::Smtp => server.smtp_service,
            Self::FoundationWebApplication => server.foundation_web_application,
        }
    }

    fn setting(self) -> &'static str {
        match self {
            Self::Smtp => "smtp-service",
            Self::FoundationWebApplication => "foundation-web-application",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Smtp => "the SMTP service",
            Self::FoundationWebApplication => "the SharePoint Foundation Web Application service",
        }
    }
}

fn missing_services_finding(server: &Server, missing: &[NeededService]) -> Finding {
    let names: Vec<&str> = missing.iter().map(|service| service.name()).collect();
    let names = names.join(" and ");
    let message = format!(
        "`{}` receives mail in automatic mode without {names}",
        server.name()
    );
    let remedy = format!("Run {names} there, or run the incoming e-mail service elsewhere");
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for service in missing {
        finding = finding.recorded(key(server, service.setting()), "`true`", "`false`");
    }
    finding
}

pub(super) fn one_server_job(case: &Case<'_>) -> Vec<RuleResult> {
    farm_result(judge_delivery_job(case))
}

/// Judges whether several servers run the service on a build whose job works on one of them only.
fn judge_delivery_job(case: &Case<'_>) -> Judged<Outcome> {
    let farm = case.farm;
    let version = recorded_version(farm)?;
    let Some(build) = farm.build else {
        return match version {
            Version::Foundation2013 | Version::Server2013 => {
                Err(wanted::not_recorded("farm.build"))
            }
            _ => Ok(Outcome::pass()),
        };
    };
    if farm.has_single_server_job() != Some(true) {
        return Ok(Outcome::pass());
    }
    let receivers: Vec<&Server> = farm.receivers().collect();
    if receivers.len() < 2 {
        return match first_without_service_setting(&farm.servers) {
            Some(server) => Err(not_recorded(server, SERVICE)),
            None => Ok(Outcome::pass()),
        };
    }
    let message = format!(
        "{} run the incoming e-mail service, but SharePoint 2013 without its December 2013 update runs the \
         delivery job on only one server",
        names_of(&receivers)
    );
    let remedy = "Install the December 2013 cumulative update or a later one, or run the incoming \
                  e-mail service on one server and send all mail there";
    Ok(Outcome::Fail(Finding::new(message, remedy).recorded(
        "farm.build",
        "15.0.4551.1508 or later, or one server",
        format!("`{build}` and {} servers", receivers.len()),
    )))
}

/// Judges the Windows version of every server that runs SMTP.
fn judge_windows_version(
    case: &Case<'_>,
    judge: impl Fn(&Server, Os) -> Outcome,
) -> Vec<RuleResult> {
    judge_servers(case, "os", |server| {
        match (server.smtp_service, server.os) {
            (None, _) => Err(not_recorded(server, "smtp-service")),
            (Some(false), _) => Err(Outcome::not_applicable("SMTP does not run here")),
            (Some(true), None) => Err(not_recorded(server, "os")),
            (Some(true), Some(os)) => Ok(judge(server, os)),
        }
    })
}

pub(super) fn os_without_smtp(case: &Case<'_>) -> Vec<RuleResult> {
    judge_windows_version(case, |server, os| {
        if os != Os::W2025 {
            return Outcome::pass();
        }
        let message = format!(
            "`{}` is recorded as running SMTP, but {} has no SMTP service",
            server.name(),
            os.meaning()
        );
        let remedy = "Receive the mail with Exchange or another mail server that writes to the \
                      drop folder, and record `smtp-service = false`";
        Outcome::Fail(
            Finding::for_role(AdminRole::Server, message, remedy).recorded(
                key(server, "os"),
                "Windows Server 2022 or earlier",
                format!("`{}`", os.word()),
            ),
        )
    })
}

pub(super) fn os_relay_list_fault(case: &Case<'_>) -> Vec<RuleResult> {
    judge_windows_version(case, |server, os| {
        if os != Os::W2022 {
            return Outcome::pass();
        }
        if has_sound_relay_list(case, server) {
            return Outcome::not_applicable("its MetaBase.xml has a valid relay list");
        }
        let message = format!(
            "`{}` runs {}, which installs SMTP without a valid relay list",
            server.name(),
            os.meaning()
        );
        let remedy = "Check RelayIpList in MetaBase.xml and repair it. Then check that the list does \
                      not let everyone relay, and run `spinmail gather iis` on the server, or \
                      accept this finding";
        Outcome::Fail(
            Finding::for_role(AdminRole::Server, message, remedy).recorded(
                key(server, "os"),
                "a version with a valid relay list, or a repaired list",
                format!("`{}`", os.word()),
            ),
        )
    })
}

/// Returns whether the facts hold a relay list of each virtual server that is there, can be read,
/// and does not let everyone relay.
fn has_sound_relay_list(case: &Case<'_>, server: &Server) -> bool {
    let facts = case.facts.iis.as_ref();
    let Some(metabase) = facts
        .and_then(|iis| iis.server(server.name()))
        .and_then(|facts| facts.metabase.known())
    else {
        return false;
    };
    let mut servers = metabase.keys().virtual_servers().peekable();
    servers.peek().is_some()
        && servers.all(|virtual_server| {
            let list = virtual_server.relay_list().ok();
            let reach = list.map(|list| list.reach());
            virtual_server.get(RELAY_IP_LIST).is_some()
                && matches!(reach, Some(Reach::NoClient | Reach::Some))
        })
}
