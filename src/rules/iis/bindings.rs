//! Where the virtual servers listen.

use super::view::{is_stopped, judge_metabases, listening, on_route};
use crate::farm::Server;
use crate::farm::values::SMTP_PORT;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, dns, smtp};
use iis_metabase::{Metabase, VirtualServer, brief};
use std::net::IpAddr;

pub(super) fn several_servers(case: &Case<'_>) -> Vec<RuleResult> {
    judge_metabases(case, |server, metabase| {
        if metabase.servers.len() == 1 {
            Outcome::pass()
        } else {
            Outcome::Fail(several_finding(server, metabase))
        }
    })
}

fn several_finding(server: &Server, metabase: &Metabase) -> Finding {
    let message = format!(
        "`{}` has {} SMTP virtual servers",
        server.name(),
        metabase.servers.len()
    );
    let remedy = "Make sure that the virtual server that receives the farm's mail has the alias \
                  domain and the drop directory";
    let servers = metabase.virtual_servers().map(|virtual_server| {
        let comment = match virtual_server.comment() {
            Some(comment) => format!(" ({})", brief(comment)),
            None => String::new(),
        };
        format!(
            "SmtpSvc/{}{comment}: {}",
            virtual_server.server.number,
            bindings_in_words(virtual_server)
        )
    });
    let servers: Vec<String> = servers.collect();
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("SMTP virtual servers on {}", server.name()),
        "one",
        servers.join("; "),
    )
}

pub(super) fn not_port_25(case: &Case<'_>) -> Vec<RuleResult> {
    let results = judge_metabases(case, |server, metabase| {
        let mut error = None;
        let mut closed = case.routes().ports_to(server);
        for virtual_server in listening(metabase) {
            match virtual_server.bindings() {
                Ok(bindings) => {
                    closed.retain(|port| !bindings.iter().any(|binding| binding.port == *port))
                }
                Err(unreadable) => error = error.or(Some(unreadable)),
            }
        }
        match (closed.first(), error) {
            (None, _) => Outcome::pass(),
            (_, Some(error)) => Outcome::undecided(error.message),
            (Some(port), None) => Outcome::Fail(not_port_25_finding(server, metabase, *port)),
        }
    });
    on_route(case, results)
}

/// Creates the finding that nothing listens on a port that mail is sent to.
fn not_port_25_finding(server: &Server, metabase: &Metabase, port: u16) -> Finding {
    let message = format!(
        "no SMTP virtual server on `{}` listens on port {port}",
        server.name()
    );
    let whose = match port {
        SMTP_PORT => "to which mail servers connect",
        _ => "to which mail is passed on",
    };
    let remedy = format!(
        "Bind the virtual server to port {port}, {whose}. If another program must keep that \
         port, let it pass the mail on to the port of the virtual server"
    );
    let finding = Finding::for_role(AdminRole::Server, message, remedy);
    with_bindings(finding, (server, metabase), port)
}

pub(super) fn loopback_only(case: &Case<'_>) -> Vec<RuleResult> {
    let results = judge_metabases(case, |server, metabase| {
        let outcome = judge_addresses(case, server, metabase).into();
        unless_greeted(case, server, metabase, outcome)
    });
    on_route(case, results)
}

/// Returns the outcome, or that it is undecided if a virtual server that is stopped in the metabase
/// may be what greeted: the file lags behind.
fn unless_greeted(
    case: &Case<'_>,
    server: &Server,
    metabase: &Metabase,
    outcome: Outcome,
) -> Outcome {
    let may_run = metabase.virtual_servers().any(is_stopped);
    match (&outcome, smtp::greeting_of_windows(case, server)) {
        (Outcome::Fail(finding), Some(greeting)) if may_run => Outcome::undecided(format!(
            "MetaBase.xml says: {}. But it answered with the greeting: {}",
            finding.message, greeting.observed
        )),
        _ => outcome,
    }
}

/// Judges the addresses on which the virtual servers listen, on each port that mail is sent to. What
/// is wrong with one port counts.
fn judge_addresses(case: &Case<'_>, server: &Server, metabase: &Metabase) -> Judged<Outcome> {
    let ports = case.routes().ports_to(server).into_iter();
    let outcomes = ports.map(|port| judge_port(case, (server, metabase), port));
    let worst = outcomes.min_by_key(|outcome| match outcome {
        Ok(Outcome::Fail(_)) => 0,
        Err(Outcome::Undecided(_)) => 1,
        Err(_) => 2,
        Ok(_) => 3,
    });
    worst.unwrap_or_else(|| Ok(Outcome::pass()))
}

/// Judges the addresses on whose port the virtual servers listen.
fn judge_port(
    case: &Case<'_>,
    (server, metabase): (&Server, &Metabase),
    port: u16,
) -> Judged<Outcome> {
    let mut addresses = Vec::new();
    for virtual_server in listening(metabase) {
        let bindings = virtual_server.bindings();
        let bindings = bindings.map_err(|error| Outcome::undecided(error.message))?;
        for binding in bindings.iter().filter(|binding| binding.port == port) {
            match binding.address {
                Some(address) if !address.is_unspecified() => addresses.push(address),
                // It listens on every address.
                _ => return Ok(Outcome::pass()),
            }
        }
    }
    if addresses.is_empty() {
        return Err(Outcome::because(
            "iis-not-port-25",
            format!("no virtual server listens on port {port}"),
        ));
    }
    if addresses.iter().all(IpAddr::is_loopback) {
        let what = "listens for mail on loopback addresses only";
        return Ok(Outcome::Fail(loopback_finding(
            (server, metabase),
            port,
            what,
        )));
    }
    if is_bound_to_known(case, server, &addresses)? {
        return Ok(Outcome::pass());
    }
    let what = "listens for mail only on addresses to which its name does not resolve";
    Ok(Outcome::Fail(loopback_finding(
        (server, metabase),
        port,
        what,
    )))
}

/// Returns whether mail goes to one of the addresses that a server is bound to.
fn is_bound_to_known(case: &Case<'_>, server: &Server, bound: &[IpAddr]) -> Judged<bool> {
    let known = known_addresses(case, server)?;
    if known.iter().any(|address| bound.contains(address)) {
        return Ok(true);
    }
    let is_behind_another = server.public_addresses().next().is_some()
        || case
            .routes()
            .mail_hosts_to(server)
            .iter()
            .any(|host| host.is_load_balancer());
    if is_behind_another {
        return Err(Outcome::undecided(
            "it listens on addresses to which its name does not resolve, and it is not known \
             whether address translation (NAT) or the load balancer sends mail there",
        ));
    }
    Ok(false)
}

/// Returns the addresses to which DNS leads mail for a server, or the outcome if they are not
/// known.
fn known_addresses(case: &Case<'_>, server: &Server) -> Judged<Vec<IpAddr>> {
    let found = dns::addresses_of(case, server.name());
    match found.is_empty() {
        true => Err(Outcome::undecided(format!(
            "it is not known to which addresses `{}` resolves; `spinmail gather dns` asks it",
            server.name()
        ))),
        false => Ok(found),
    }
}

fn loopback_finding(of: (&Server, &Metabase), port: u16, what: &str) -> Finding {
    let message = format!("the SMTP service on `{}` {what}", of.0.name());
    let remedy = format!(
        "Bind the virtual server to port {port} of all unassigned addresses, or of the \
         address to which mail goes (IIS 6.0 Manager, the virtual server's properties, General, Advanced)"
    );
    let finding = Finding::for_role(AdminRole::Server, message, remedy);
    with_bindings(finding, of, port)
}

/// Adds where each virtual server listens.
fn with_bindings(
    mut finding: Finding,
    (server, metabase): (&Server, &Metabase),
    port: u16,
) -> Finding {
    for virtual_server in metabase.virtual_servers() {
        let state = if is_stopped(virtual_server) {
            ", stopped"
        } else {
            ""
        };
        finding = finding.observed(
            format!(
                "ServerBindings of {} SmtpSvc/{}",
                server.name(),
                virtual_server.server.number
            ),
            format!("`:{port}:` (all unassigned addresses, port {port})"),
            format!("{}{state}", bindings_in_words(virtual_server)),
        );
    }
    finding
}

fn bindings_in_words(server: VirtualServer<'_>) -> String {
    match server.bindings() {
        Ok(bindings) if bindings.is_empty() => "nowhere".to_owned(),
        Ok(bindings) => {
            let bindings: Vec<String> = bindings.iter().map(ToString::to_string).collect();
            brief(&bindings.join(" "))
        }
        Err(error) => error.message,
    }
}
