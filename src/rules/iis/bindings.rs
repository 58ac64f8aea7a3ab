//! Where the virtual servers listen.

use super::view::{MAIL_PORT, judge_metabases};
use crate::farm::Server;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use iis_metabase::{Metabase, VirtualServer, brief};

pub fn several_servers(case: &Case<'_>) -> Vec<RuleResult> {
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
    let remedy = "See to it that the one that listens where the farm's mail arrives has the alias \
                  domain and the drop folder";
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for virtual_server in metabase.virtual_servers() {
        let comment = match virtual_server.comment() {
            Some(comment) => format!(" ({})", brief(comment)),
            None => String::new(),
        };
        finding = finding.observed(
            format!(
                "where SmtpSvc/{}{comment} of {} listens",
                virtual_server.server.number,
                server.name()
            ),
            "one virtual server",
            bindings_in_words(virtual_server),
        );
    }
    finding
}

pub fn not_port_25(case: &Case<'_>) -> Vec<RuleResult> {
    judge_metabases(case, |server, metabase| {
        let mut error = None;
        for virtual_server in metabase.virtual_servers() {
            match virtual_server.bindings() {
                Ok(bindings) if bindings.iter().any(|binding| binding.port == MAIL_PORT) => {
                    return Outcome::pass();
                }
                Ok(_) => {}
                Err(unreadable) => error = error.or(Some(unreadable)),
            }
        }
        match error {
            Some(error) => Outcome::undecided(error.message),
            None => Outcome::Fail(not_port_25_finding(server, metabase)),
        }
    })
}

fn not_port_25_finding(server: &Server, metabase: &Metabase) -> Finding {
    let message = format!(
        "no SMTP virtual server of `{}` listens on port 25",
        server.name()
    );
    let remedy = "Bind the virtual server to port 25, which all mail uses; or let what listens \
                  there hand mail on";
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for virtual_server in metabase.virtual_servers() {
        finding = finding.observed(
            format!(
                "ServerBindings of {} SmtpSvc/{}",
                server.name(),
                virtual_server.server.number
            ),
            ":25:",
            bindings_in_words(virtual_server),
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
