//! Whether the SMTP service drops the display address's mail.

use super::view::{VirtualServerView, judge_mail_route, server_of};
use crate::farm::Server;
use crate::farm::values::{DomainName, FromText};
use crate::remedy::{Action, AdminRole};
use crate::rules::route::{DomainOrigin, ServedDomain};
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, wanted};
use iis_metabase::{
    DEFAULT_DOMAIN, Domain, DomainKind, ROUTE_ACTION, RouteAction, VirtualServer, brief,
};

const DISPLAY: &str = "incoming-email.display-address";

/// What a virtual server does with mail for a domain.
pub(super) enum DomainStatus {
    /// It drops the mail; the text says as what kind of domain.
    Local(&'static str),
    /// It sends the mail on; the text says as what kind of domain.
    Remote(String),
    /// It does not know the domain.
    NotThere,
}

impl DomainStatus {
    /// Returns what the metabase says.
    pub(super) fn new(view: &VirtualServerView<'_>, domain: &DomainName) -> Judged<Self> {
        let server = view.virtual_server;
        let mut actions: Vec<RouteAction> = Vec::new();
        let mut error = None;
        // One name may be in the metabase in two spellings.
        for known in &server.server.domains {
            if is_same_name(&known.name, domain) {
                match server.route_action(known) {
                    Ok(action) => actions.push(action),
                    Err(unreadable) => error = error.or(Some(unreadable)),
                }
            }
        }
        let mut kinds = actions.iter().map(|action| action.kind());
        if let Some(kind) = kinds.find(|kind| kind.is_local()) {
            return Ok(Self::Local(match kind {
                DomainKind::Alias => "an alias domain",
                _ => "a local domain",
            }));
        }
        if let Some(error) = error {
            return Err(Outcome::undecided(format!(
                "line {}: {}",
                error.line, error.message
            )));
        }
        let is_default = default_domain(server).is_some_and(|name| is_same_name(name, domain));
        if let (true, Some(odd)) = (!is_default, oddly_written(server, domain)) {
            return Err(Outcome::undecided(format!(
                "the domain is written `{}`, and it is not known whether the SMTP service accepts \
                 that; write it without the final dot or space",
                brief(odd)
            )));
        }
        match actions.first() {
            Some(_) if is_default => Err(Outcome::undecided(
                "it is the default local domain, but its own key says that it is remote",
            )),
            Some(action) => {
                let how = match action.kind() {
                    DomainKind::SmartHost => "remote, through a smart host",
                    _ => "remote",
                };
                Ok(Self::Remote(format!("{} ({how})", action.0)))
            }
            None if is_default => Ok(Self::Local("the default local domain")),
            None => Self::without_own_key(view, domain),
        }
    }

    /// Returns the status of a domain without a key of its own that is not the default domain.
    fn without_own_key(view: &VirtualServerView<'_>, domain: &DomainName) -> Judged<Self> {
        let server = view.virtual_server;
        let mut domains = server.server.domains.iter();
        let wildcard =
            domains.find(|known| is_wildcard_for(&known.name, domain) && is_local(server, known));
        if let Some(wildcard) = wildcard {
            return Err(Outcome::undecided(format!(
                "there is only `{}`, and it is not known whether that is enough",
                brief(&wildcard.name)
            )));
        }
        if server.default_domain().is_none() && is_own_name(view, domain) {
            return Err(Outcome::undecided(
                "it is the machine's own name, but the metabase does not say which domain is the \
                 default",
            ));
        }
        Ok(Self::NotThere)
    }
}

/// Returns the default domain as it is in the file, spaces included.
fn default_domain(server: VirtualServer<'_>) -> Option<&str> {
    let value = server.get(DEFAULT_DOMAIN)?;
    Some(value.property.raw.as_str())
}

/// Returns a name without a final dot and spaces around it.
fn plain(name: &str) -> &str {
    name.trim().trim_end_matches('.')
}

/// Returns the domain or default domain that is this one but for a final dot or spaces around it.
fn oddly_written<'a>(server: VirtualServer<'a>, domain: &DomainName) -> Option<&'a str> {
    let names = server.server.domains.iter();
    let mut names = names
        .map(|known| known.name.as_str())
        .chain(default_domain(server));
    names.find(|name| plain(name) != *name && is_same_name(plain(name), domain))
}

/// Returns whether a name is exactly the domain's. Names are compared as DNS does, in ASCII.
fn is_same_name(name: &str, domain: &DomainName) -> bool {
    if plain(name) != name {
        return false;
    }
    match DomainName::from_text(name) {
        Ok(name) => name.ascii() == domain.ascii(),
        Err(_) => name.eq_ignore_ascii_case(domain.ascii()),
    }
}

/// Returns whether a name such as `*.fabrikam.com` covers the domain.
fn is_wildcard_for(name: &str, domain: &DomainName) -> bool {
    name.strip_prefix('*').is_some_and(|suffix| {
        suffix.starts_with('.') && domain.ascii().ends_with(&suffix.to_ascii_lowercase())
    })
}

fn is_local(server: VirtualServer<'_>, domain: &Domain) -> bool {
    server
        .route_action(domain)
        .is_ok_and(|action| action.kind().is_local())
}

/// Returns whether the domain is the name of the machine.
fn is_own_name(view: &VirtualServerView<'_>, domain: &DomainName) -> bool {
    is_same_name(view.server.name(), domain)
        || view
            .virtual_server
            .fully_qualified_domain_name()
            .is_some_and(|name| is_same_name(plain(name), domain))
}

/// Judges the status of each served domain at every virtual server of the servers that serve it.
fn judge_domains<'a>(
    case: &Case<'a>,
    judge: impl Fn(&VirtualServerView<'a>, &ServedDomain<'a>, DomainStatus) -> Outcome,
) -> Vec<RuleResult> {
    if let Err(instead) = wanted::display_address(case.farm) {
        return vec![RuleResult::new(DISPLAY, instead).about(DISPLAY)];
    }
    let routes = case.routes();
    let serving: Vec<(&Server, Vec<ServedDomain<'a>>)> = case
        .farm
        .servers
        .iter()
        .map(|server| (server, routes.served_domains(server)))
        .collect();
    let mut results: Vec<RuleResult> = Vec::new();
    for served in each_once(serving.iter().flat_map(|(_, domains)| domains)) {
        let of_domain = judge_mail_route(case, |view| {
            DomainStatus::new(view, served.domain)
                .map(|status| judge(view, served, status))
                .into()
        });
        for mut result in of_domain {
            let server = server_of(case.farm, &result.subject);
            if server.is_some_and(|server| !serves(&serving, server, served)) {
                continue;
            }
            if server.is_some() {
                result.subject = result.subject.of_domain(served.domain);
                // The display address goes without saying.
                if served.origin != DomainOrigin::DisplayAddress {
                    let name = format!("for {}", served.domain.ascii());
                    result.subject = result.subject.and(name);
                }
            }
            result.about = Some(served.key.clone().into());
            results.push(result);
        }
    }
    if results.is_empty() {
        let instead = Outcome::not_applicable("no mail goes to a server that runs SMTP");
        results.push(RuleResult::new(DISPLAY, instead).about(DISPLAY));
    }
    results
}

/// Returns each domain once.
fn each_once<'s, 'a: 's>(
    domains: impl Iterator<Item = &'s ServedDomain<'a>>,
) -> Vec<&'s ServedDomain<'a>> {
    let mut unique: Vec<&ServedDomain<'a>> = Vec::new();
    for served in domains {
        if !unique.iter().any(|other| other.domain == served.domain) {
            unique.push(served);
        }
    }
    unique
}

fn serves(
    serving: &[(&Server, Vec<ServedDomain<'_>>)],
    server: &Server,
    served: &ServedDomain<'_>,
) -> bool {
    serving.iter().any(|(other, domains)| {
        std::ptr::eq(*other, server) && domains.iter().any(|each| each.domain == served.domain)
    })
}

pub(super) fn alias_domain_missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_domains(case, |view, served, status| match status {
        DomainStatus::Local(what) => Outcome::Pass(vec![Evidence::new(
            format!("`{}` at {}", served.domain.as_str(), view.name()),
            "an alias domain or the default local domain",
            what,
        )]),
        DomainStatus::Remote(_) => Outcome::because(
            "iis-domain-not-alias",
            "the domain exists, but is not local",
        ),
        DomainStatus::NotThere => contacts_may_change_domain(case, view, served)
            .unwrap_or_else(|| Outcome::Fail(missing_finding(view, served.domain))),
    })
}

/// Returns that a fault is undecided, if the server may be right not to know the domain; else
/// `None`.
fn contacts_may_change_domain(
    case: &Case<'_>,
    view: &VirtualServerView<'_>,
    served: &ServedDomain<'_>,
) -> Option<Outcome> {
    let why = case.routes().why_not_alias(view.server, served.domain)?;
    Some(Outcome::undecided(format!(
        "`{}` is not a local domain of `{}`, but {why}",
        served.domain.as_str(),
        view.name()
    )))
}

/// Returns the outcome of a rule about mail that a virtual server drops, if it drops none that
/// comes to it, else `None`. Where that is not known, mail may be dropped.
pub(super) fn why_not_dropped(case: &Case<'_>, view: &VirtualServerView<'_>) -> Option<Outcome> {
    let mut instead = None;
    for served in case.routes().served_domains(view.server) {
        let (rule, why) = match DomainStatus::new(view, served.domain) {
            Ok(DomainStatus::Local(_)) | Err(_) => return None,
            Ok(DomainStatus::Remote(_)) => (
                "iis-domain-not-alias",
                "the service sends its mail \
                                                                     on",
            ),
            Ok(DomainStatus::NotThere) => (
                "iis-alias-domain-missing",
                "the service does not drop its mail",
            ),
        };
        instead = Some(Outcome::because(rule, why));
    }
    instead
}

fn missing_finding(view: &VirtualServerView<'_>, domain: &DomainName) -> Finding {
    let server = view.server.name();
    let message = format!(
        "`{}` is not a local domain of `{}`",
        domain.as_str(),
        view.name()
    );
    let remedy =
        format!("Add it as a domain of type Alias on {server}, and restart the SMTP service");
    Finding::for_role(AdminRole::Server, message, remedy)
        .observed(
            format!("domains of {}", view.name()),
            format!("`{}`, alias or default", domain.as_str()),
            domains_in_words(view.virtual_server),
        )
        .with_action(Action::AddAliasDomain {
            server: server.to_owned(),
            virtual_server: view.number(),
            domain: domain.ascii().to_owned(),
        })
        .with_action(restart(view))
}

fn domains_in_words(server: VirtualServer<'_>) -> String {
    let mut domains: Vec<String> = Vec::new();
    let default = server.default_domain();
    if let Some(name) = default {
        domains.push(format!("`{name}` (default)"));
    }
    for domain in &server.server.domains {
        if default.is_none_or(|default| !default.eq_ignore_ascii_case(&domain.name)) {
            domains.push(format!("`{}`", domain.name));
        }
    }
    if domains.is_empty() {
        "no domain".to_owned()
    } else {
        brief(&domains.join(", "))
    }
}

fn restart(view: &VirtualServerView<'_>) -> Action {
    Action::RestartSmtp {
        server: view.server.name().to_owned(),
    }
}

pub(super) fn domain_not_alias(case: &Case<'_>) -> Vec<RuleResult> {
    judge_domains(case, |view, served, status| match status {
        DomainStatus::Local(_) => Outcome::pass(),
        DomainStatus::NotThere => Outcome::because(
            "iis-alias-domain-missing",
            "the domain does not exist there",
        ),
        DomainStatus::Remote(how) => contacts_may_change_domain(case, view, served)
            .unwrap_or_else(|| Outcome::Fail(remote_finding(view, served.domain, &how))),
    })
}

fn remote_finding(view: &VirtualServerView<'_>, domain: &DomainName, how: &str) -> Finding {
    let server = view.server.name();
    let message = format!(
        "`{}` is a remote domain of `{}`, so the service sends its mail on and never drops it",
        domain.as_str(),
        view.name()
    );
    let remedy = format!("Make it an alias domain on {server}, and restart the SMTP service");
    Finding::for_role(AdminRole::Server, message, remedy)
        .observed(
            format!("{} of the domain in {}", ROUTE_ACTION.name, view.name()),
            "16 (alias)",
            how,
        )
        .with_action(Action::MakeDomainAlias {
            server: server.to_owned(),
            virtual_server: view.number(),
            domain: domain.ascii().to_owned(),
        })
        .with_action(restart(view))
}
