//! The addresses of the contacts, in the whole forest.

use super::contacts::{AttributeCheck, CONTACTS, judge_members, not_in_schema};
use super::settings::DISPLAY;
use super::view::{self, unless_incomplete};
use crate::facts::directory::{
    AUTHENTICATED, AddressOrAlias, CountedObjects, ForestFacts, Members, SharedValue,
    address_or_alias,
};
use crate::facts::{Answer, NetworkView};
use crate::farm::values::DomainName;
use crate::farm::{Farm, MailHost};
use crate::remedy::AdminRole;
use crate::rules::subject::Subject;
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, Severity, wanted};

/// What would let the whole forest be asked.
const ASKS_FOREST: &str = "a URL with port 3269 in `probe.directory` names a global catalog";

/// The attributes that hold addresses.
const ADDRESSES: &[&str] = &["mail", "proxyAddresses"];

/// Returns what the forest says, if it was asked.
fn forest<'a>(case: &Case<'a>, what: &str) -> Judged<&'a ForestFacts> {
    let (facts, _) = view::connection(case)?;
    match &facts.forest {
        Answer::NotAsked => Err(view::not_held(case, what)),
        answer => view::known(
            answer,
            "the forest",
            Outcome::undecided("there is no global catalog to ask"),
        ),
    }
}

/// Returns the outcome, which needs an answer of the whole forest.
fn if_whole(forest: &ForestFacts, what: &str, outcome: Outcome) -> Outcome {
    match &forest.partial {
        None => outcome,
        Some(why) => Outcome::undecided(format!("{what}: {why}; {ASKS_FOREST}")),
    }
}

pub(super) fn contact_missing(case: &Case<'_>) -> Vec<RuleResult> {
    match address_of_contact(case) {
        Ok((address, host)) => {
            let outcome = judge_contact(case, &address, host);
            RuleResult::only(address, outcome)
        }
        Err(instead) => RuleResult::only(view::subject(case), instead),
    }
}

/// Returns the address that a contact must have, and the mail host that passes mail on by it.
fn address_of_contact<'a>(case: &Case<'a>) -> Judged<(String, &'a MailHost)> {
    let host = host_with_contacts(case.farm)?;
    view::wanted_container(case)?;
    let (_, display) = wanted::display_address(case.farm)?;
    if let Some(address) = case.address {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        if !is_handed_on(case.farm, display, domain) {
            return Err(Outcome::not_applicable(format!(
                "mail to `{domain}` needs no contact"
            )));
        }
        return Ok((address.to_owned(), host));
    }
    match &case.farm.probe.recipient {
        Some(recipient) => Ok((
            format!("{}@{}", recipient.as_str(), display.ascii()).to_lowercase(),
            host,
        )),
        None => Err(Outcome::not_applicable(
            "it is not known which address must have a contact; `spinmail set probe.recipient \
             ALIAS` names one",
        )),
    }
}

/// Returns whether mail for a domain reaches the farm by contacts: for the display address, and for
/// what web applications have in its place.
fn is_handed_on(farm: &Farm, display: &DomainName, domain: &str) -> bool {
    let own = farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref());
    own.chain([display])
        .any(|own| own.ascii().eq_ignore_ascii_case(domain))
}

/// Returns the first mail host that passes mail for the display address on as mail for other
/// domains.
fn host_with_contacts(farm: &Farm) -> Judged<&MailHost> {
    let (_, display) = wanted::display_address(farm)?;
    let mut hosts = farm.mail_hosts.iter();
    let by_contacts = hosts.find(|host| {
        let domains = host.delivers_as.as_deref().unwrap_or_default();
        !domains.is_empty() && domains.iter().all(|own| own.ascii() != display.ascii())
    });
    by_contacts.ok_or_else(|| {
        Outcome::not_applicable(format!(
            "no recorded mail host passes mail on for domains other than `{DISPLAY}`"
        ))
    })
}

fn judge_contact(case: &Case<'_>, address: &str, host: &MailHost) -> Judged<Outcome> {
    // Where no controller could be asked, it is not known whether the message stops.
    view::logged_on(case)?;
    let (facts, _) = view::container(case)?;
    let forest = forest(case, "which objects have the address")?;
    let asked = format!("mail and proxyAddresses of the forest at {}", forest.url);
    let expected = format!("`{address}`");
    Ok(match forest.holders(address) {
        None | Some(Answer::NotAsked) => {
            Outcome::undecided(format!("`{address}` was not searched for; {}", view::ASKS))
        }
        Some(Answer::Failed(why)) => Outcome::undecided(format!(
            "it is not known which object has `{address}`: {why}"
        )),
        // That no object was found is said as absent.
        Some(Answer::Known(names)) if names.is_empty() => Outcome::undecided(format!(
            "the facts do not say whether an object has `{address}`; {}",
            view::ASKS
        )),
        Some(Answer::Known(names)) => {
            Outcome::Pass(vec![Evidence::new(asked, expected, names.join("; "))])
        }
        Some(Answer::Absent(how)) => {
            let finding = contact_finding(address, host).observed(asked, expected, how);
            let seen = match view::contents(facts) {
                Ok(members) => unless_incomplete(members, ADDRESSES, Outcome::Fail(finding)),
                Err(_) => Outcome::Fail(finding),
            };
            if_whole(
                forest,
                &format!("no object that was read has `{address}`, but not all objects were read"),
                seen,
            )
        }
    })
}

fn contact_finding(address: &str, host: &MailHost) -> Finding {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let mut domains = host.delivers_as.iter().flatten();
    let domain = domains.next().map_or("", DomainName::as_str);
    Finding::new(
        format!(
            "no object of the forest has the address `{address}`, so `{}` has no recipient whose \
             mail it could pass on",
            host.name()
        ),
        format!(
            "Enable incoming e-mail on the list again, which creates its contact; or create a \
             contact with this address and the targetAddress `{local}@{domain}`"
        ),
    )
}

pub(super) fn address_taken(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| judge_addresses(case, members).into())
}

fn judge_addresses(case: &Case<'_>, members: &Members) -> Judged<Outcome> {
    if members.contacts + members.groups == 0 && members.incomplete.is_none() {
        return Err(Outcome::not_applicable(
            "the container holds no contacts or groups",
        ));
    }
    const WHAT: &str = "which addresses objects outside the container have";
    let forest = forest(case, WHAT)?;
    let compared = match &forest.addresses {
        Answer::NotAsked => return Err(view::not_held(case, WHAT)),
        answer => view::known(answer, WHAT, Outcome::not_applicable("it is empty"))?,
    };
    // The route of one message is stopped by its own address alone.
    let taken: Vec<&SharedValue> = compared
        .taken
        .iter()
        .filter(|taken| is_of_message(case, taken))
        .collect();
    if !taken.is_empty() {
        let values: Vec<&str> = taken.iter().map(|taken| &*taken.value).collect();
        let evidence = taken
            .iter()
            .map(|taken| Evidence::new(&taken.value, "no object outside", taken.names.join("; ")));
        let evidence = view::shown(members, evidence);
        return Ok(Outcome::Fail(
            taken_finding(&values).with_evidence(evidence),
        ));
    }
    if compared.beyond > 0 && forest.partial.is_none() {
        return Err(Outcome::undecided(format!(
            "only {} addresses and aliases were searched for outside the container; `--all` \
             searches for all of them",
            compared.compared
        )));
    }
    let pass = Outcome::Pass(vec![Evidence::new(
        format!(
            "mail, proxyAddresses and mailNickname of the forest at {}",
            forest.url
        ),
        "no object outside the container",
        format!("none of {} values found", compared.compared),
    )]);
    let seen = unless_incomplete(members, &["mail", "mailNickname", "proxyAddresses"], pass);
    Ok(if_whole(
        forest,
        "no object that was read has one of the addresses, but not all objects were read",
        seen,
    ))
}

/// Returns whether a value is the address of the one message whose route is judged; without one,
/// any is.
fn is_of_message(case: &Case<'_>, taken: &SharedValue) -> bool {
    match (case.address, address_or_alias(&taken.value)) {
        (None, _) => true,
        (Some(address), AddressOrAlias::Address(own)) => own.eq_ignore_ascii_case(address),
        (Some(_), AddressOrAlias::Alias(_)) => false,
    }
}

/// Returns the finding about values that objects outside the container have too. An alias alone is
/// a warning: Exchange looks for recipients by their addresses.
fn taken_finding(values: &[&str]) -> Finding {
    let addresses = values
        .iter()
        .filter(|value| matches!(address_or_alias(value), AddressOrAlias::Address(_)))
        .count();
    let (message, severity) = match (addresses, values.len()) {
        (0, 1) => (
            "an alias of a contact or group also belongs to an object outside the container"
                .to_owned(),
            Severity::Warning,
        ),
        (0, count) => (
            format!(
                "{count} aliases of contacts or groups also belong to objects outside the \
                     container"
            ),
            Severity::Warning,
        ),
        (1, _) => (
            "an address of a contact or group also belongs to an object outside the container, so \
             Exchange delivers mail for it to neither"
                .to_owned(),
            Severity::Error,
        ),
        (count, _) => (
            format!(
                "{count} addresses of contacts or groups also belong to objects outside the \
                 container, so Exchange delivers mail for them to neither"
            ),
            Severity::Error,
        ),
    };
    let remedy = "Give the list another address in SharePoint, or remove the address from the \
                  other object";
    Finding::for_role(AdminRole::Directory, message, remedy).with_severity(severity)
}

pub(super) fn contact_closed(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = outside_by_exchange(case).and_then(|unknown_route| {
        let members = view::members(case)?;
        Ok(match (judge_closed(case, members)?, unknown_route) {
            (Outcome::Fail(finding), Some(why)) => Outcome::undecided(format!(
                "{}; it is not known whether mail from outside comes through Exchange: {why}",
                finding.message
            )),
            (outcome, _) => outcome,
        })
    });
    let subject = Subject::from(view::subject(case)).for_outside();
    RuleResult::only(subject, outcome)
}

fn judge_closed(case: &Case<'_>, members: &Members) -> Judged<Outcome> {
    if let Some(instead) = not_in_schema(case, "msExchRequireAuthToSendTo") {
        return Err(instead);
    }
    let closed = match &members.closed_contacts {
        Some(closed) => closed.clone(),
        None => closed_by_count(case, members)?,
    };
    let closed = CountedObjects {
        value: Some(AUTHENTICATED.to_owned()),
        ..closed
    };
    let check = AttributeCheck {
        attribute: "msExchRequireAuthToSendTo",
        reads: &["msExchRequireAuthToSendTo"],
        expected: "FALSE, or nothing".to_owned(),
        objects: CONTACTS,
        total: members.contacts,
        verb: ["accepts", "accept"],
        fault: "mail from authenticated senders only, so Exchange refuses mail for them from \
                outside"
            .to_owned(),
        remedy: "First switch off the setting that sets it, here with `spinmail set \
                 directory-management.authenticated-users-only false` and on the page. Then clear \
                 their msExchRequireAuthToSendTo (in Exchange: \
                 `-RequireSenderAuthenticationEnabled $false`)"
            .to_owned(),
    };
    Ok(check.judge(members, &[&closed]))
}

/// Makes sure that mail from outside comes through Exchange. Returns why that is not known, or
/// `None` if it is. If all mail hosts that are recorded are Exchange, every way leads through it.
fn outside_by_exchange(case: &Case<'_>) -> Judged<Option<String>> {
    view::wanted_container(case)?;
    if case.farm.mail_from_outside != Some(true) {
        return Err(Outcome::not_applicable(
            "the farm file does not say that mail from outside is wanted",
        ));
    }
    let hosts = &case.farm.mail_hosts;
    if !hosts.iter().any(MailHost::is_exchange) {
        return Err(Outcome::not_applicable("no Exchange mail host is recorded"));
    }
    let mut routes = case.routes().all(None).into_iter();
    let Some(outside) = routes.find(|route| route.side == NetworkView::Outside) else {
        return Ok(None);
    };
    if outside.mail_hosts.iter().any(|host| host.is_exchange()) {
        return Ok(None);
    }
    match outside.unknown.into_iter().next() {
        Some(_) if hosts.iter().all(MailHost::is_exchange) => Ok(None),
        Some(why) => Ok(Some(why)),
        None => Err(Outcome::not_applicable(
            "mail from outside does not come through Exchange",
        )),
    }
}

/// Returns how many contacts are closed at least, by facts that counted the groups too.
fn closed_by_count(case: &Case<'_>, members: &Members) -> Judged<CountedObjects> {
    let values = members.authenticated.iter();
    let closed = values.filter(|seen| {
        let value = seen.value.as_deref();
        value.is_some_and(|value| value.eq_ignore_ascii_case(AUTHENTICATED))
    });
    let count: u64 = closed.map(|seen| seen.count).sum();
    if count > 0 && members.groups > 0 {
        return Err(view::not_held(
            case,
            "which contacts accept mail from authenticated senders only",
        ));
    }
    Ok(CountedObjects {
        count,
        ..CountedObjects::default()
    })
}
