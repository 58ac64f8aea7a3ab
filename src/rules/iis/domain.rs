//! The display address among the domains of a virtual server.

use super::super::{Action, Case, Finding, Hand, Judged, Outcome};
use super::view::{Place, brief, numbers, of_virtual_servers, quoted};
use crate::farm::Server;
use crate::farm::values::{DomainName, FromText, Given, ServerName, given};
use crate::formats::metabase::{DEFAULT_DOMAIN, Domain, DomainKind, ROUTE_ACTION, VirtualServer};

const DISPLAY: &str = "incoming-email.display-address";

/// More characters than any spelling of a domain name has.
const LONGEST: usize = 1024;

/// What a virtual server does with mail for a domain.
pub enum Standing<'a> {
    /// Mail is dropped: an alias domain, or the default local domain.
    Local,
    /// Mail is sent on.
    Remote(&'a Domain),
    /// The settings do not tell; why.
    Unclear(String),
    /// It is no domain of the virtual server.
    Missing,
}

/// Whether a text of the file names a domain, however it is spelled.
fn names(text: &str, domain: &DomainName) -> bool {
    let text = text.trim();
    text.len() <= LONGEST && ServerName::same(text, domain.ascii())
}

/// What a virtual server of a machine does with mail for a domain. Of several keys that name it, a local one counts.
pub fn standing<'a>(place: VirtualServer<'a>, domain: &DomainName, server: &Server) -> Standing<'a> {
    let keys: Vec<&Domain> = place.server.domains.iter().filter(|key| names(&key.name, domain)).collect();
    let actions: Vec<_> = keys.iter().map(|key| place.route_action(key)).collect();
    if actions.iter().flatten().any(|action| action.kind().is_local()) {
        return Standing::Local;
    }
    if place.default_domain().is_some_and(|default| names(default, domain)) {
        // What the snap-in writes into the default domain's own key is not known; zero asks for nothing.
        return match actions.iter().all(|action| action.as_ref().is_ok_and(|action| action.0 == 0)) {
            true => Standing::Local,
            false => Standing::Unclear("it is the default local domain, but its key is not that of a local one".into()),
        };
    }
    if let Some(unclear) = actions.iter().find_map(|action| action.as_ref().err()) {
        return Standing::Unclear(brief(&unclear.message));
    }
    if let Some(key) = keys.first() {
        return Standing::Remote(key);
    }
    if let Some(key) = place.server.domains.iter().find(|key| covers(place, key, domain)) {
        return Standing::Unclear(format!(
            "the alias domain {} may take its mail: whether an alias may be written so is not known",
            quoted(&key.name)
        ));
    }
    let is_own_name = |name: &str| names(name, domain);
    if place.default_domain().is_none()
        && (ServerName::same(server.name(), domain.ascii())
            || place.fully_qualified_domain_name().is_some_and(is_own_name))
    {
        return Standing::Unclear(
            "it is the machine's own name, and the file does not say which domain is the default".into(),
        );
    }
    Standing::Missing
}

/// Whether a key is an alias with an asterisk for what stands in front. The wizard offers that for remote domains
/// (cc758491).
fn covers(place: VirtualServer<'_>, key: &Domain, domain: &DomainName) -> bool {
    let Some(parent) = key.name.trim().strip_prefix("*.").filter(|parent| parent.len() <= LONGEST) else {
        return false;
    };
    let is_below = DomainName::from_text(parent)
        .is_ok_and(|parent| domain.ascii().strip_suffix(parent.ascii()).is_some_and(|rest| rest.ends_with('.')));
    is_below && place.route_action(key).is_ok_and(|action| action.kind().is_local())
}

/// Whether mail for a domain is dropped, for certain.
pub fn is_local(place: VirtualServer<'_>, domain: &DomainName, server: &Server) -> bool {
    matches!(standing(place, domain, server), Standing::Local)
}

/// One verdict for each virtual server at which mail arrives.
fn of_domain(case: &Case<'_>, judge: impl Fn(&Place<'_>, &str, &DomainName, Standing<'_>) -> Outcome) -> Vec<Judged> {
    let (text, domain) = match given(&case.farm.incoming.display_address) {
        Given::Valid(text, domain) => (text, domain),
        Given::Missing => {
            let why = "no display address is recorded (page-display-address-missing)";
            return vec![Judged::new(DISPLAY, Outcome::not_applicable(why))];
        }
        Given::Invalid(..) => {
            let why = "it is no domain name (page-display-address-not-a-domain)";
            return vec![Judged::new(DISPLAY, Outcome::not_applicable(why))];
        }
    };
    let judged = of_virtual_servers(case, |place| match place.arrival.candidates.contains(&place.number()) {
        true => judge(place, text, domain, standing(place.virtual_server, domain, place.machine.server)),
        false => place.beside(&place.arrival.candidates),
    });
    judged.into_iter().map(|judged| judged.about(DISPLAY)).collect()
}

/// That a virtual server lacks the domain is no fault for certain as long as another that listens, too, has it: senders
/// may never come here.
fn unless_another_takes_it(place: &Place<'_>, finding: impl FnOnce() -> Finding) -> Outcome {
    let takers = &place.arrival.takers;
    if takers.contains(&place.number()) {
        return Outcome::Fail(finding());
    }
    let bindings = place.virtual_server.bindings().unwrap_or_default();
    let here = bindings.iter().take(8).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Outcome::undecided(format!(
        "{} of this machine takes the mail; whether senders come to this one (`{}`), which does not, depends on the address \
         that they use",
        numbers(takers),
        brief(&here)
    ))
}

pub fn alias_domain_missing(case: &Case<'_>) -> Vec<Judged> {
    of_domain(case, |place, text, domain, standing| match standing {
        Standing::Local => {
            Outcome::Pass(vec![place.evidence(DEFAULT_DOMAIN, expected(domain)), domains(place, domain)])
        }
        Standing::Remote(_) => Outcome::not_applicable("it is there, but remote (iis-domain-not-alias)"),
        Standing::Unclear(why) => unclear(&why),
        Standing::Missing => unless_another_takes_it(place, || {
            let remedy = format!(
                "On `{}`, add `{text}` as a domain of the kind Alias to SMTP virtual server {}, and restart the service",
                place.machine.name(),
                place.number()
            );
            let message = format!("`{text}` is no domain of `{}`: mail for it is not taken as local", place.subject());
            Finding::by(Hand::Server, message, remedy)
                .with_evidence([domains(place, domain), place.evidence(DEFAULT_DOMAIN, expected(domain))])
                .with_actions(actions(place, domain.ascii()))
        }),
    })
}

pub fn domain_not_alias(case: &Case<'_>) -> Vec<Judged> {
    of_domain(case, |place, text, _, standing| match standing {
        Standing::Local => Outcome::pass(),
        Standing::Missing => Outcome::not_applicable("it is not there at all (iis-alias-domain-missing)"),
        Standing::Unclear(why) => unclear(&why),
        Standing::Remote(key) => unless_another_takes_it(place, || remote(place, text, key)),
    })
}

fn remote(place: &Place<'_>, text: &str, key: &Domain) -> Finding {
    let property = key.properties.get(ROUTE_ACTION.name);
    let observed = property.map_or_else(
        || "not set, and so remote by default".to_owned(),
        |property| format!("{}, which is remote", quoted(&property.raw)),
    );
    let what = format!("RouteAction of the domain `{}`", brief(&key.name));
    let asked = place.asked(&what, Some(property.map_or(key.line, |property| property.line)));
    let remedy = format!(
        "On `{}`, delete the remote domain from SMTP virtual server {}, add it anew as Alias, and restart the service",
        place.machine.name(),
        place.number()
    );
    let message =
        format!("`{text}` is a remote domain of `{}`: mail for it is sent on, and never dropped", place.subject());
    Finding::by(Hand::Server, message, remedy)
        .seen(asked, "16, an alias domain", observed)
        .with_actions(actions(place, &key.name))
}

fn unclear(why: &str) -> Outcome {
    Outcome::undecided(format!("{why}; look at its domains in IIS 6.0 Manager, or ask with `spinmail verify smtp`"))
}

fn expected(domain: &DomainName) -> String {
    format!("`{}`, as alias domain or default local domain", domain.ascii())
}

fn actions(place: &Place<'_>, domain: &str) -> [Action; 2] {
    let server = place.machine.name().to_owned();
    let alias = Action::AddAliasDomain { server: server.clone(), number: place.number(), domain: domain.to_owned() };
    [alias, Action::RestartSmtp { server }]
}

/// The virtual server's domains, as evidence.
fn domains(place: &Place<'_>, domain: &DomainName) -> super::super::Evidence {
    const MOST: usize = 8;
    let keys = &place.virtual_server.server.domains;
    // The one that is looked for first: of many, it must not go under.
    let (those, others): (Vec<&Domain>, Vec<&Domain>) = keys.iter().partition(|key| names(&key.name, domain));
    let shown = those.into_iter().chain(others).take(MOST).map(|key| {
        let kind = place.virtual_server.route_action(key).map_or("unclear", |action| kind(action.kind()));
        format!("{} ({kind})", brief(&key.name))
    });
    let list = shown.collect::<Vec<_>>().join(", ");
    let observed = match keys.len() {
        0 => "none".to_owned(),
        count if count > MOST => format!("{list}, and {} more", count - MOST),
        _ => list,
    };
    super::super::Evidence { asked: place.asked("the domains", None), expected: expected(domain), observed }
}

fn kind(kind: DomainKind) -> &'static str {
    match kind {
        DomainKind::Alias => "alias",
        DomainKind::Default => "default",
        DomainKind::SmartHost => "remote, by a smart host",
        DomainKind::Remote => "remote",
    }
}
