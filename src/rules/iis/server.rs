//! The virtual servers: which run, which of them answers, whom they talk to, and how much they take.

use super::super::{Case, Evidence, Finding, Hand, Judged, Outcome, smtp};
use super::view::{Machine, Place, Unseen, brief, is_stopped, numbers};
use super::view::{of_files, of_takers, of_takers_or, of_virtual_servers_or};
use crate::farm::values::Size;
use crate::formats::metabase::{AUTH_FLAGS, Binding, MAX_MESSAGE_SIZE, SERVER_AUTO_START, SERVER_BINDINGS, Unclear};
use crate::formats::metabase::{SERVER_STATE, VirtualServer};

fn unclear(unclear: &Unclear) -> Outcome {
    Outcome::undecided(brief(&unclear.message))
}

pub fn stopped(case: &Case<'_>) -> Vec<Judged> {
    let greeting = |machine: Machine<'_>| smtp::windows_greeting(case, machine.server);
    let otherwise = |machine: Machine<'_>, unseen| match unseen {
        Unseen::Metabase => machine.without_service().or_else(|| Some(Outcome::Pass(vec![greeting(machine)?]))),
        Unseen::VirtualServer => Some(machine.without_service().unwrap_or_else(|| Outcome::Fail(none(machine)))),
    };
    of_virtual_servers_or(case, otherwise, |place| {
        if let Some(outcome) = place.machine.without_service() {
            return outcome;
        }
        let candidates = &place.arrival.candidates;
        if !candidates.contains(&place.number()) {
            return place.beside(candidates);
        }
        match is_stopped(place.virtual_server) {
            Err(why) => Outcome::undecided(brief(&why)),
            Ok(false) => Outcome::Pass(vec![place.evidence(SERVER_AUTO_START, "true, which is the default")]),
            // The file lags behind; where there is one virtual server, it is the one that greeted.
            Ok(true) => match greeting(place.machine).filter(|_| place.file.keys.servers.len() == 1) {
                Some(evidence) => Outcome::Pass(vec![evidence]),
                None => Outcome::Fail(stopped_one(place)),
            },
        }
    })
}

fn stopped_one(place: &Place<'_>) -> Finding {
    let server = place.machine.name();
    let is_known = place.virtual_server.get(SERVER_STATE).is_some();
    let (what, evidence) = match is_known {
        true => ("is stopped", place.evidence(SERVER_STATE, "2, started")),
        false => ("was stopped, and does not start with the service", place.evidence(SERVER_AUTO_START, "true")),
    };
    Finding::by(
        Hand::Server,
        format!("`{}` {what}", place.subject()),
        format!("On `{server}`, start SMTP virtual server {} in IIS 6.0 Manager", place.number()),
    )
    .with_evidence([evidence])
}

fn none(machine: Machine<'_>) -> Finding {
    let server = machine.name();
    let path = machine.file().map_or("the metabase", |file| file.path.as_str());
    let remedy = format!(
        "Install the feature SMTP Server on `{server}`; after an upgrade of Windows, take it out and install it again, since \
         an upgrade may have lost its settings; and make sure that the file is that machine's"
    );
    Finding::by(Hand::Server, format!("there is no SMTP virtual server on `{server}`"), remedy).seen(
        format!("the keys below /LM/SmtpSvc in {}", brief(path)),
        "a virtual server, such as /LM/SmtpSvc/1",
        "none",
    )
}

fn bindings_text(bindings: &[Binding]) -> String {
    const MOST: usize = 8;
    let list = bindings.iter().take(MOST).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match bindings.len() {
        0 => "nothing".to_owned(),
        count if count > MOST => format!("{}, and {} more", brief(&list), count - MOST),
        _ => brief(&list),
    }
}

fn listens_text(place: VirtualServer<'_>) -> String {
    let list = place.bindings().map_or_else(|_| "an unclear binding".to_owned(), |list| bindings_text(&list));
    let state = if is_stopped(place).unwrap_or(false) { ", stopped" } else { "" };
    format!("{} on {list}{state}", place.server.number)
}

pub fn several(case: &Case<'_>) -> Vec<Judged> {
    of_files(case, |_, _| None, |places| places.first().map(|first| one_of(first, places)).into_iter().collect())
}

/// One verdict for a machine: its first virtual server and all of them.
fn one_of(first: &Place<'_>, places: &[Place<'_>]) -> Judged {
    const MOST: usize = 8;
    let server = first.machine.name();
    if places.len() < 2 {
        return Judged::new(server, Outcome::pass());
    }
    let all = places.iter().take(MOST).map(|place| listens_text(place.virtual_server)).collect::<Vec<_>>().join("; ");
    let finding = Finding::by(
        Hand::Server,
        format!(
            "`{server}` has {} SMTP virtual servers; the farm's mail arrives at {}",
            places.len(),
            numbers(&first.arrival.takers)
        ),
        "Nothing has to be done; give the alias domain and the drop directory to the one at which mail arrives",
    )
    .seen(format!("the virtual servers of {server} and where they listen"), "one", all);
    Judged::new(server, Outcome::Fail(finding))
}

pub fn not_port_25(case: &Case<'_>) -> Vec<Judged> {
    of_files(
        case,
        |_, _| None,
        |places| {
            let on_25 = |place: &Place<'_>| {
                place.virtual_server.bindings().is_ok_and(|list| list.iter().any(|binding| binding.port == 25))
            };
            let those: Vec<u32> = places.iter().filter(|place| on_25(place)).map(Place::number).collect();
            let judged = |place: &Place<'_>| {
                let outcome = match place.virtual_server.bindings() {
                    Err(what) => unclear(&what),
                    Ok(_) if those.contains(&place.number()) => {
                        Outcome::Pass(vec![place.evidence(SERVER_BINDINGS, "port 25, which is the default")])
                    }
                    Ok(_) if !those.is_empty() => {
                        Outcome::not_applicable(format!("port 25 is that of {}", numbers(&those)))
                    }
                    Ok(bindings) => Outcome::Fail(elsewhere(place, &bindings)),
                };
                Judged::new(place.subject(), outcome)
            };
            places.iter().map(judged).collect()
        },
    )
}

fn elsewhere(place: &Place<'_>, bindings: &[Binding]) -> Finding {
    let list = bindings_text(bindings);
    Finding::by(
        Hand::Server,
        format!("`{}` listens on {list}, and other mail servers call on port 25", place.subject()),
        format!(
            "On `{}`, give SMTP virtual server {} port 25 in its properties, General, Advanced; if something in front \
             passes mail on to this port, accept this finding",
            place.machine.name(),
            place.number()
        ),
    )
    .with_evidence([place.evidence(SERVER_BINDINGS, "port 25")])
}

pub fn anonymous_off(case: &Case<'_>) -> Vec<Judged> {
    let otherwise = |machine: Machine<'_>, unseen| {
        let taken = smtp::windows_takes_anyone(case, machine.server).filter(|_| unseen == Unseen::Metabase);
        taken.map(|evidence| Outcome::Pass(vec![evidence]))
    };
    of_takers_or(case, otherwise, |place| {
        match place.virtual_server.auth_flags() {
        Err(what) => unclear(&what),
        Ok(flags) if flags.anonymous() => {
            Outcome::Pass(vec![place.evidence(AUTH_FLAGS, "AuthAnonymous, which is the default")])
        }
        Ok(_) => Outcome::Fail(
            Finding::by(
                Hand::Server,
                format!("`{}` takes no mail without a logon", place.subject()),
                format!(
                    "On `{}`, tick Anonymous access in the properties of SMTP virtual server {}, Access, Authentication",
                    place.machine.name(),
                    place.number()
                ),
            )
            .with_evidence([place.evidence(AUTH_FLAGS, "AuthAnonymous (1) among the flags")]),
        ),
    }
    })
}

pub fn size_small(case: &Case<'_>) -> Vec<Judged> {
    let limits = case.farm.web_applications.iter().filter_map(|web| web.maximum_message_size.as_ref());
    let Some(largest) = limits.max_by_key(|size: &&Size| size.bytes()) else {
        let why = "no web application's maximum message size is recorded";
        return vec![Judged::new("web-application", Outcome::not_applicable(why))];
    };
    of_takers(case, |place| match place.virtual_server.max_message_size() {
        Err(what) => unclear(&what),
        Ok(limit) => {
            let evidence = place.evidence(MAX_MESSAGE_SIZE, format!("{} or more, or 0 for no limit", largest.bytes()));
            match limit.map(u64::from) {
                Some(limit) if limit < largest.bytes() => Outcome::Fail(small(place, limit, largest, evidence)),
                _ => Outcome::Pass(vec![evidence]),
            }
        }
    })
}

fn small(place: &Place<'_>, limit: u64, largest: &Size, evidence: Evidence) -> Finding {
    let by_default = match place.virtual_server.get(MAX_MESSAGE_SIZE) {
        None => " (by default, since no limit is set)",
        Some(_) => "",
    };
    Finding::by(
        Hand::Server,
        format!(
            "`{}` takes messages up to {limit} bytes{by_default}, a web application up to {}",
            place.subject(),
            largest.as_str()
        ),
        format!(
            "On `{}`, raise Limit message size in the properties of SMTP virtual server {}, Messages; encoding makes \
             attachments a third larger",
            place.machine.name(),
            place.number()
        ),
    )
    .with_evidence([evidence])
}
