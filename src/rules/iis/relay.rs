//! Who may relay: the relay list of each virtual server.

use super::super::{Case, Evidence, Finding, Hand, Judged, Outcome, Severity};
use super::view::{Place, brief, of_virtual_servers};
use crate::formats::metabase::RELAY_IP_LIST;
use crate::formats::relay_list::{Kind, Reach, RelayList};

/// Judges every relay list that can be read.
fn of_lists(case: &Case<'_>, judge: impl Fn(&Place<'_>, &RelayList) -> Outcome) -> Vec<Judged> {
    of_virtual_servers(case, |place| match place.virtual_server.relay_list() {
        Ok(list) => judge(place, &list),
        Err(_) => Outcome::not_applicable("it cannot be read (iis-relay-list-corrupt)"),
    })
}

/// The list as it is read; the bytes themselves say little to a person.
fn evidence(place: &Place<'_>, list: &RelayList, expected: &str) -> Evidence {
    const MOST: usize = 8;
    let entries = list.entries.iter().take(MOST).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let kind = match list.kind {
        Kind::Only => "only the list below",
        Kind::AllExcept => "all except the list below",
    };
    let entries = match list.entries.len() {
        0 if list.unread_names > 0 => "names that cannot be read".to_owned(),
        0 => "the list is empty".to_owned(),
        count if count > MOST => format!("{entries}, and {} more", count - MOST),
        _ => entries,
    };
    let stored = match place.virtual_server.get(RELAY_IP_LIST) {
        None => ", as no list is stored",
        Some(seen) if seen.property.raw.trim().is_empty() => ", as an empty value is stored",
        Some(_) => "",
    };
    let line = place.virtual_server.get(RELAY_IP_LIST).map(|seen| seen.property.line);
    let observed = format!("{kind}: {entries}{stored}");
    Evidence { asked: place.asked(RELAY_IP_LIST.name, line), expected: expected.to_owned(), observed }
}

/// Everyone, or everyone but those who are named.
fn is_open(list: &RelayList) -> bool {
    list.reach() == Reach::Everyone || (list.kind == Kind::AllExcept && list.reach() == Reach::Some)
}

pub fn open(case: &Case<'_>) -> Vec<Judged> {
    const EXPECTED: &str = "only the list below, and in it who may relay";
    of_lists(case, |place, list| {
        if !is_open(list) {
            return Outcome::Pass(vec![evidence(place, list, EXPECTED)]);
        }
        let whom = if list.reach() == Reach::Everyone { "everyone" } else { "everyone but those whom it names" };
        let remedy = format!(
            "On `{}`, choose Only the list below in the properties of SMTP virtual server {}, Access, Relay, and list who may \
             relay; local domains need no entry. `spinmail verify smtp` shows whether it relays for this machine",
            place.machine.name(),
            place.number()
        );
        let message = format!("the relay list of `{}` lets {whom} relay, as far as its form is known", place.subject());
        Outcome::Fail(Finding::by(Hand::Server, message, remedy).with_evidence([evidence(place, list, EXPECTED)]))
    })
}

pub fn corrupt(case: &Case<'_>) -> Vec<Judged> {
    of_virtual_servers(case, |place| match place.virtual_server.relay_list() {
        Ok(_) => Outcome::pass(),
        Err(fault) => {
            let line = place.virtual_server.get(RELAY_IP_LIST).map(|seen| seen.property.line);
            let remedy = format!(
                "On `{}`, open the properties of SMTP virtual server {}, Access, Relay, and set the list anew; if the console \
                 fails, stop IISADMIN and take the value out of MetaBase.xml, which lets nobody relay",
                place.machine.name(),
                place.number()
            );
            let message = format!("the relay list of `{}` cannot be read", place.subject());
            Outcome::Fail(Finding::by(Hand::Server, message, remedy).seen(
                place.asked(RELAY_IP_LIST.name, line),
                "a list of addresses in its known form",
                format!("byte {}: {}", fault.offset, brief(&fault.message)),
            ))
        }
    })
}

pub fn odd(case: &Case<'_>) -> Vec<Judged> {
    const EXPECTED: &str = "a list of one kind with an entry";
    of_lists(case, |place, list| {
        let is_stored = place.virtual_server.get(RELAY_IP_LIST).is_some();
        let grants_nobody = is_stored && list.kind == Kind::Only && list.reach() == Reach::Nobody;
        let is_mixed = list.beside > 0;
        // What an open list says beside being open is another matter.
        if list.reach() == Reach::Everyone && !is_mixed && list.odd.len() < 2 {
            return match list.odd.is_empty() {
                true => Outcome::pass(),
                false => Outcome::not_applicable("it lets everyone relay (iis-relay-open)"),
            };
        }
        if list.odd.is_empty() {
            return Outcome::Pass(vec![evidence(place, list, EXPECTED)]);
        }
        let finding = Finding::by(
            Hand::Server,
            message(place, grants_nobody, is_mixed),
            format!(
                "On `{}`, look at the list in the properties of SMTP virtual server {}, Access, Relay; if it is what is \
                 wanted, accept this finding. Mail for local domains is taken whatever it says",
                place.machine.name(),
                place.number()
            ),
        )
        .with_evidence([evidence(place, list, EXPECTED), oddities(place, list)]);
        // A form that was not met before is no fault by itself.
        Outcome::Fail(if grants_nobody || is_mixed { finding } else { finding.at(Severity::Note) })
    })
}

fn message(place: &Place<'_>, grants_nobody: bool, is_mixed: bool) -> String {
    let subject = place.subject();
    match (grants_nobody, is_mixed) {
        (true, _) => format!("the relay list of `{subject}` lets nobody relay, not even the machine itself"),
        (_, true) => format!("the relay list of `{subject}` holds both who may relay and who may not"),
        _ => format!("the relay list of `{subject}` has a form that is not usual"),
    }
}

fn oddities(place: &Place<'_>, list: &RelayList) -> Evidence {
    const MOST: usize = 4;
    let odd = list.odd.iter().take(MOST).map(|odd| brief(odd)).collect::<Vec<_>>().join("; ");
    Evidence { asked: place.asked("the relay list's bytes", None), expected: "nothing odd".to_owned(), observed: odd }
}
