//! The page's own settings.

use super::{Action, Case, Finding, Judge, Judged, Outcome, Rule, Severity, rule};
use crate::farm::values::{
    Container, DomainName, Fault, FolderFault, FolderPath, FromText, Given, MailServer, SafeServer, SafeServers,
    Service, ServiceUrl, Typed, Words, given,
};
use crate::farm::{Delivery, Farm, Server};
use crate::formats::dn;

const ENABLED: &str = "incoming-email.enabled";
const MODE: &str = "incoming-email.mode";
const DISPLAY: &str = "incoming-email.display-address";
const FOLDER: &str = "incoming-email.drop-folder";
const SAFE: &str = "incoming-email.safe-servers";
const SERVICE: &str = "directory-management.service";
const CONTAINER: &str = "directory-management.container";
const URL: &str = "directory-management.url";
const SMTP: &str = "directory-management.smtp-server";
const AUTHENTICATED: &str = "directory-management.authenticated-users-only";
const GROUPS: &str = "directory-management.distribution-groups";
const APPROVE: &str = "directory-management.approve";

/// The rules of the page, in page order.
pub static RULES: &[Rule] = &[
    rule!(
        "page-mode-missing",
        Page,
        Error,
        "Incoming e-mail is enabled and no mode is chosen.",
        "A mode is chosen.",
        ["incoming-email.mode", "incoming-email.enabled"],
        Judge::Case(mode_missing)
    ),
    rule!(
        "page-automatic-removed",
        Page,
        Error,
        "Automatic mode does not exist in this version of SharePoint.",
        "This version of SharePoint has the chosen mode.",
        ["incoming-email.mode", "farm.version"],
        Judge::Case(automatic_removed)
    ),
    rule!(
        "page-version-unknown",
        Page,
        Warning,
        "Automatic mode is chosen, and whether this SharePoint still has it is not recorded.",
        "The version is recorded.",
        ["farm.version", "incoming-email.mode"],
        Judge::Case(version_unknown)
    ),
    rule!(
        "page-container-missing",
        Page,
        Error,
        "The Directory Management Service has no container to work in.",
        "A container is recorded.",
        ["directory-management.container", "directory-management.service"],
        Judge::Case(container_missing)
    ),
    rule!(
        "page-container-not-a-name",
        Page,
        Error,
        "The container is no distinguished name.",
        "The container is a distinguished name.",
        ["directory-management.container"],
        Judge::Case(container_not_a_name)
    ),
    rule!(
        "page-container-not-a-unit",
        Page,
        Warning,
        "The container is no organizational unit.",
        "The container is an organizational unit by its name.",
        ["directory-management.container"],
        Judge::Case(container_not_a_unit)
    ),
    rule!(
        "page-container-no-domain",
        Page,
        Error,
        "The container names no domain.",
        "The container names its domain.",
        ["directory-management.container"],
        Judge::Case(container_no_domain)
    ),
    rule!(
        "page-container-odd-space",
        Page,
        Warning,
        "A part of the container holds an odd blank.",
        "The container holds no odd blanks.",
        ["directory-management.container"],
        Judge::Case(container_odd_space)
    ),
    rule!(
        "page-container-unused",
        Page,
        Warning,
        "A container is recorded, and the remote service does not use it.",
        "No container is recorded beside the remote service.",
        ["directory-management.container", "directory-management.service"],
        Judge::Case(container_unused)
    ),
    rule!(
        "page-service-url-missing",
        Page,
        Error,
        "The remote Directory Management Service has no URL.",
        "The remote service's URL is recorded.",
        ["directory-management.url", "directory-management.service"],
        Judge::Case(url_missing)
    ),
    rule!(
        "page-service-url-invalid",
        Page,
        Error,
        "The service URL is no http or https URL with a host.",
        "The service URL is an http or https URL.",
        ["directory-management.url"],
        Judge::Case(url_invalid)
    ),
    rule!(
        "page-service-url-unused",
        Page,
        Warning,
        "A service URL is recorded, and the service is not remote.",
        "No URL is recorded beside a service that is not remote.",
        ["directory-management.url", "directory-management.service"],
        Judge::Case(url_unused)
    ),
    rule!(
        "page-service-url-misspelt",
        Page,
        Warning,
        "The service URL does not end in the service's path.",
        "The service URL ends in the service's path.",
        ["directory-management.url"],
        Judge::Case(url_misspelt)
    ),
    rule!(
        "page-service-url-plain-http",
        Page,
        Note,
        "The service URL is not encrypted.",
        "The service URL is encrypted.",
        ["directory-management.url"],
        Judge::Case(url_plain_http)
    ),
    rule!(
        "page-smtp-server-missing",
        Page,
        Error,
        "The Directory Management Service has no SMTP mail server.",
        "The SMTP mail server is recorded.",
        ["directory-management.smtp-server", "directory-management.service"],
        Judge::Case(smtp_server_missing)
    ),
    rule!(
        "page-smtp-server-not-qualified",
        Page,
        Warning,
        "The SMTP mail server is no fully qualified host name.",
        "The SMTP mail server is a fully qualified host name.",
        ["directory-management.smtp-server"],
        Judge::Case(smtp_server_not_qualified)
    ),
    rule!(
        "page-authentication-needs-service",
        Page,
        Warning,
        "Only authenticated users are accepted, and the Directory Management Service that would see to it is off.",
        "Accepting only authenticated users has its service.",
        ["directory-management.authenticated-users-only", "directory-management.service"],
        Judge::Case(authentication_needs_service)
    ),
    rule!(
        "page-groups-need-service",
        Page,
        Warning,
        "Distribution groups are allowed, and the Directory Management Service that would make them is off.",
        "Distribution groups have their service.",
        ["directory-management.distribution-groups", "directory-management.service"],
        Judge::Case(groups_need_service)
    ),
    rule!(
        "page-approvals-unused",
        Page,
        Warning,
        "Approvals are listed that nothing asks for.",
        "The listed approvals are asked for.",
        ["directory-management.approve", "directory-management.service", "directory-management.distribution-groups"],
        Judge::Case(approvals_unused)
    ),
    rule!(
        "page-display-address-missing",
        Page,
        Error,
        "Incoming e-mail is enabled and has no display address.",
        "A display address is recorded.",
        ["incoming-email.display-address", "incoming-email.enabled"],
        Judge::Case(display_address_missing)
    ),
    rule!(
        "page-display-address-not-a-domain",
        Page,
        Error,
        "The display address is no domain name.",
        "The display address is a domain name.",
        ["incoming-email.display-address"],
        Judge::Case(display_address_not_a_domain)
    ),
    rule!(
        "page-alias-domain-needed",
        Page,
        Note,
        "The display address is the name of no SMTP server: the SMTP service needs an alias domain for it.",
        "The display address is the name of an SMTP server.",
        ["incoming-email.display-address", "directory-management.smtp-server", "server.NAME.smtp-service"],
        Judge::Case(alias_domain_needed)
    ),
    rule!(
        "page-drop-folder-missing",
        Page,
        Error,
        "Advanced mode has no drop folder.",
        "A drop folder is recorded.",
        ["incoming-email.drop-folder", "incoming-email.mode"],
        Judge::Case(drop_folder_missing)
    ),
    rule!(
        "page-drop-folder-inactive",
        Page,
        Note,
        "A drop folder is recorded, and automatic mode does not use it.",
        "No drop folder is recorded beside automatic mode.",
        ["incoming-email.drop-folder", "incoming-email.mode"],
        Judge::Case(drop_folder_inactive)
    ),
    rule!(
        "page-drop-folder-not-absolute",
        Page,
        Error,
        "A drop folder is no absolute path.",
        "The drop folder is an absolute path.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(drop_folder_not_absolute)
    ),
    rule!(
        "page-drop-folder-no-share",
        Page,
        Error,
        "A drop folder names a server but no share on it.",
        "The drop folder names a share where it names a server.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(drop_folder_no_share)
    ),
    rule!(
        "page-drop-folder-wrong-queue",
        Page,
        Error,
        "A drop folder is one of the SMTP service's own folders.",
        "The drop folder is none of the SMTP service's own folders.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(drop_folder_wrong_queue)
    ),
    rule!(
        "page-drop-folder-remote",
        Page,
        Note,
        "A drop folder lies on a share: share and folder rights both count, and local groups of the servers grant nothing.",
        "The drop folder lies on the server itself.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(drop_folder_remote)
    ),
    rule!(
        "page-safe-servers-in-advanced",
        Page,
        Error,
        "Safe servers are listed, and advanced mode does not enforce them.",
        "No safe servers are listed that advanced mode would not enforce.",
        ["incoming-email.safe-servers", "incoming-email.mode"],
        Judge::Case(safe_servers_in_advanced)
    ),
    rule!(
        "page-safe-servers-empty",
        Page,
        Error,
        "Only listed servers are accepted and none is listed: all mail is refused.",
        "Some server is accepted.",
        ["incoming-email.safe-servers"],
        Judge::Case(safe_servers_empty)
    ),
    rule!(
        "page-safe-server-invalid",
        Page,
        Error,
        "A safe server is neither an address, a subnet nor a host name.",
        "Every safe server is an address, a subnet or a host name.",
        ["incoming-email.safe-servers"],
        Judge::Case(safe_server_invalid)
    ),
];

fn one(subject: &str, outcome: Outcome) -> Vec<Judged> {
    vec![Judged::new(subject, outcome)]
}

fn not_recorded(key: &str) -> String {
    format!("`{key}` is not recorded")
}

/// A required value that is missing.
fn missing<T: FromText>(key: &'static str, value: &Given<'_, T>, finding: impl Fn() -> Finding) -> Vec<Judged> {
    let absent = matches!(value, Given::Missing);
    one(key, Outcome::pass_unless(absent.then(|| finding().seen(key, T::EXPECTED, "nothing"))))
}

/// A value that its parser refuses: the parser's reason, and the corrected value as the remedy.
fn invalid<T: FromText>(key: &str, text: &str, fault: &T::Fault, what: &str) -> Finding {
    let (remedy, action) = match fault.instead() {
        Some(instead) => (format!("Set it to `{instead}`"), Some(Action::set(key, instead))),
        None => (format!("Set it to {}", T::EXPECTED), None),
    };
    Finding::new(format!("`{text}` is no {what}: {fault}"), remedy)
        .seen(key, T::EXPECTED, format!("`{text}`"))
        .with_actions(action)
}

// --- Enable Incoming E-Mail

fn mode_missing(case: &Case<'_>) -> Vec<Judged> {
    let absent = case.farm.incoming.mode.is_none();
    let finding = || {
        let remedy = "Choose a mode with `spinmail mode advanced --drop-folder PATH`, or up to SharePoint 2016 \
                      `spinmail mode automatic`";
        Finding::new("incoming e-mail is enabled, but no settings mode is recorded", remedy).seen(
            MODE,
            "`automatic` or `advanced`",
            "nothing",
        )
    };
    one(MODE, Outcome::pass_unless(absent.then(finding)))
}

/// Why a rule about automatic mode says nothing, unless the mode is automatic.
fn unless_automatic(farm: &Farm) -> Option<Outcome> {
    match farm.delivery() {
        Delivery::Automatic => None,
        Delivery::AutomaticRemoved => {
            Some(Outcome::not_applicable("this SharePoint has no automatic mode (page-automatic-removed)"))
        }
        Delivery::Advanced { .. } => Some(Outcome::not_applicable("the mode is advanced")),
        Delivery::ModeMissing => Some(Outcome::not_applicable("no mode is recorded (page-mode-missing)")),
    }
}

fn automatic_removed(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match (case.farm.delivery(), case.farm.version) {
        (Delivery::ModeMissing, _) => Outcome::not_applicable("no mode is recorded (page-mode-missing)"),
        (Delivery::Automatic, None) => Outcome::not_applicable("the version is not recorded (page-version-unknown)"),
        (Delivery::AutomaticRemoved, Some(version)) => Outcome::Fail(
            Finding::new(
                format!("{} has no automatic mode", version.meaning()),
                "Use a drop folder: `spinmail mode advanced --drop-folder PATH`",
            )
            .seen(MODE, "`advanced`", "`automatic`")
            .with_action(Action::set(MODE, "advanced")),
        ),
        _ => Outcome::pass(),
    };
    one(MODE, outcome)
}

fn version_unknown(case: &Case<'_>) -> Vec<Judged> {
    let finding = || {
        let remedy = "Record the version with `spinmail set farm.version VERSION`";
        Finding::new("automatic mode is chosen, and SharePoint's version, on which it depends, is not recorded", remedy)
            .seen("farm.version", "`foundation-2013`, `2013` or `2016`", "nothing")
    };
    let outcome =
        unless_automatic(case.farm).unwrap_or_else(|| Outcome::pass_unless(case.farm.version.is_none().then(finding)));
    one("farm.version", outcome)
}

// --- Directory Management Service

/// Why a rule about one kind of service says nothing, unless the service is of that kind.
fn unless_service(farm: &Farm, wanted: &[Service]) -> Option<Outcome> {
    match farm.directory.service {
        Some(service) if wanted.contains(&service) => None,
        Some(service) => {
            Some(Outcome::not_applicable(format!("the Directory Management Service is `{}`", service.word())))
        }
        None => Some(Outcome::not_applicable(not_recorded(SERVICE))),
    }
}

fn container_missing(case: &Case<'_>) -> Vec<Judged> {
    if let Some(outcome) = unless_service(case.farm, &[Service::Yes]) {
        return one(CONTAINER, outcome);
    }
    missing(CONTAINER, &given(&case.farm.directory.container), || {
        let message =
            "the Directory Management Service is on, and no container for its contacts and groups is recorded";
        let remedy = "Name the organizational unit with `spinmail dms yes --container 'OU=…,DC=…'`";
        Finding::new(message, remedy)
    })
}

fn container_not_a_name(case: &Case<'_>) -> Vec<Judged> {
    let outcome =
        unless_service(case.farm, &[Service::Yes]).unwrap_or_else(|| match given(&case.farm.directory.container) {
            Given::Missing => Outcome::not_applicable("no container is recorded (page-container-missing)"),
            Given::Valid(..) => Outcome::pass(),
            Given::Invalid(text, fault) => {
                Outcome::Fail(invalid::<Container>(CONTAINER, text, fault, "distinguished name"))
            }
        });
    one(CONTAINER, outcome)
}

/// Judges a container that is a distinguished name and is used.
fn of_container(case: &Case<'_>, judge: fn(&str, &Container) -> Option<Finding>) -> Vec<Judged> {
    let outcome =
        unless_service(case.farm, &[Service::Yes]).unwrap_or_else(|| match given(&case.farm.directory.container) {
            Given::Missing => Outcome::not_applicable("no container is recorded (page-container-missing)"),
            Given::Invalid(..) => Outcome::not_applicable("it is no distinguished name (page-container-not-a-name)"),
            Given::Valid(text, container) => Outcome::pass_unless(judge(text, container)),
        });
    one(CONTAINER, outcome)
}

fn container_not_a_unit(case: &Case<'_>) -> Vec<Judged> {
    of_container(case, |text, container| {
        let is_other = |part: &&dn::Part| !part.attribute.eq_ignore_ascii_case("OU");
        let leaf = &container.name.leaf().iter().find(is_other)?.attribute;
        (!container.name.is_unit()).then(|| {
            let message = format!("`{text}` begins with `{leaf}=`: an organizational unit (`OU=`) is expected");
            let remedy = "Make an organizational unit of its own for the contacts and groups, and record that";
            Finding::new(message, remedy).seen(CONTAINER, "a name that begins with `OU=`", format!("`{text}`"))
        })
    })
}

fn container_no_domain(case: &Case<'_>) -> Vec<Judged> {
    of_container(case, |text, container| {
        container.name.domain().is_none().then(|| {
            let remedy = "Add the domain's parts, such as `,DC=fabrikam,DC=com`";
            Finding::new(format!("`{text}` has no `DC=` part, so it names no domain"), remedy).seen(
                CONTAINER,
                "a name that ends with the domain's `DC=` parts",
                format!("`{text}`"),
            )
        })
    })
}

fn container_odd_space(case: &Case<'_>) -> Vec<Judged> {
    of_container(case, |_, container| {
        let (part, odd) = container.name.odd_space()?;
        let message = format!("`{part}` in the container holds {odd}, which looks like one blank and is not");
        let remedy = "Type the name again by hand, or copy it from the unit's distinguishedName attribute";
        Some(Finding::new(message, remedy).seen(CONTAINER, "single plain blanks", odd.to_string()))
    })
}

fn container_unused(case: &Case<'_>) -> Vec<Judged> {
    let outcome = unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| {
        unused(CONTAINER, &case.farm.directory.container, "the remote service uses its own farm's container")
    });
    one(CONTAINER, outcome)
}

/// A value that is recorded and has no use.
fn unused<T: FromText>(key: &str, value: &Option<Typed<T>>, why: &str) -> Outcome {
    let finding = |typed: &Typed<T>| {
        Finding::new(
            format!("`{}` is recorded, but {why}", typed.text),
            "Take it out, or switch to the service it is for",
        )
        .seen(key, "nothing", format!("`{}`", typed.text))
        .with_action(Action::unset(key))
    };
    let recorded = value.as_ref().filter(|typed| !typed.text.trim().is_empty());
    Outcome::pass_unless(recorded.map(finding))
}

fn url_missing(case: &Case<'_>) -> Vec<Judged> {
    if let Some(outcome) = unless_service(case.farm, &[Service::Remote]) {
        return one(URL, outcome);
    }
    missing(URL, &given(&case.farm.directory.url), || {
        let remedy = "Name it with `spinmail dms remote --url URL`";
        Finding::new("the Directory Management Service is remote, and its URL is not recorded", remedy)
    })
}

/// Judges the URL of a remote service that is recorded.
fn of_url(case: &Case<'_>, judge: fn(&str, &ServiceUrl) -> Option<Finding>) -> Vec<Judged> {
    let outcome =
        unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| match given(&case.farm.directory.url) {
            Given::Missing => Outcome::not_applicable("no URL is recorded (page-service-url-missing)"),
            Given::Invalid(..) => Outcome::not_applicable("it is no URL (page-service-url-invalid)"),
            Given::Valid(text, url) => Outcome::pass_unless(judge(text, url)),
        });
    one(URL, outcome)
}

fn url_invalid(case: &Case<'_>) -> Vec<Judged> {
    let outcome =
        unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| match given(&case.farm.directory.url) {
            Given::Missing => Outcome::not_applicable("no URL is recorded (page-service-url-missing)"),
            Given::Valid(..) => Outcome::pass(),
            Given::Invalid(text, fault) => Outcome::Fail(invalid::<ServiceUrl>(URL, text, fault, "URL of a service")),
        });
    one(URL, outcome)
}

fn url_unused(case: &Case<'_>) -> Vec<Judged> {
    let outcome = unless_service(case.farm, &[Service::No, Service::Yes])
        .unwrap_or_else(|| unused(URL, &case.farm.directory.url, "the Directory Management Service is not remote"));
    one(URL, outcome)
}

fn url_misspelt(case: &Case<'_>) -> Vec<Judged> {
    of_url(case, |text, url| {
        (!url.has_service_path()).then(|| {
            let message = format!("the path `{}` is not that of a Directory Management Service", url.path());
            Finding::new(
                message,
                "Check the spelling; the service itself is called SharePointEmailWS.asmx, without a hyphen",
            )
            .seen(URL, format!("the path `{}`", ServiceUrl::PATH), format!("`{text}`"))
            .with_action(Action::set(URL, url.with_service_path()))
        })
    })
}

fn url_plain_http(case: &Case<'_>) -> Vec<Judged> {
    of_url(case, |text, url| {
        (!url.is_encrypted()).then(|| {
            let message = "the service is asked over http, so that requests travel unencrypted";
            let remedy = "Give the other farm's Central Administration a certificate, and use its https URL";
            Finding::new(message, remedy).seen(URL, "an https URL", format!("`{text}`"))
        })
    })
}

const WITH_SERVICE: &[Service] = &[Service::Yes, Service::Remote];

fn smtp_server_missing(case: &Case<'_>) -> Vec<Judged> {
    if let Some(outcome) = unless_service(case.farm, WITH_SERVICE) {
        return one(SMTP, outcome);
    }
    missing(SMTP, &given(&case.farm.directory.smtp_server), || {
        let message = "the Directory Management Service is on, and no SMTP mail server for incoming mail is recorded";
        Finding::new(message, "Name it with `spinmail set smtp-server HOST`")
    })
}

fn smtp_server_not_qualified(case: &Case<'_>) -> Vec<Judged> {
    let finding = |message: String, text: &str| {
        Finding::new(message, "Use the server's full name, as its A record has it").seen(
            SMTP,
            MailServer::EXPECTED,
            format!("`{text}`"),
        )
    };
    let outcome = unless_service(case.farm, WITH_SERVICE).unwrap_or_else(|| {
        match given(&case.farm.directory.smtp_server) {
            Given::Missing => Outcome::not_applicable("no SMTP mail server is recorded (page-smtp-server-missing)"),
            Given::Valid(text, MailServer::Address(_)) => Outcome::Fail(finding(
                format!("`{text}` is an IP address; a host name with an A record is expected"),
                text,
            )),
            Given::Valid(text, MailServer::Host(name)) if !name.is_qualified() => {
                Outcome::Fail(finding(format!("`{text}` is a short name; the fully qualified one is expected"), text))
            }
            Given::Valid(..) => Outcome::pass(),
            // No host at all is worse than a short name: nothing can look it up.
            Given::Invalid(text, fault) => {
                Outcome::Fail(invalid::<MailServer>(SMTP, text, fault, "host name").at(Severity::Error))
            }
        }
    });
    one(SMTP, outcome)
}

/// A permission of the page that means something only with the service.
fn needs_service(case: &Case<'_>, key: &'static str, granted: Option<bool>, what: &str) -> Vec<Judged> {
    let finding = || {
        Finding::new(
            format!("{what}, but the Directory Management Service is off, so it has no effect"),
            "Switch the service on with `spinmail dms yes` or `spinmail dms remote`, or switch this off",
        )
        .seen(key, "`false` while the service is off", "`true`")
        .with_action(Action::set(key, "false"))
    };
    let outcome = match (granted, case.farm.directory.service) {
        (None, _) => Outcome::not_applicable(not_recorded(key)),
        (_, None) => Outcome::not_applicable(not_recorded(SERVICE)),
        (Some(true), Some(Service::No)) => Outcome::Fail(finding()),
        _ => Outcome::pass(),
    };
    one(key, outcome)
}

fn authentication_needs_service(case: &Case<'_>) -> Vec<Judged> {
    let granted = case.farm.directory.authenticated_users_only;
    needs_service(case, AUTHENTICATED, granted, "messages are accepted from authenticated users only")
}

fn groups_need_service(case: &Case<'_>) -> Vec<Judged> {
    needs_service(case, GROUPS, case.farm.directory.distribution_groups, "sites may create distribution groups")
}

fn approvals_unused(case: &Case<'_>) -> Vec<Judged> {
    let directory = &case.farm.directory;
    let why = match (directory.service, directory.distribution_groups) {
        (Some(Service::Remote), _) => Some("the remote service has its own approvals"),
        (_, Some(false)) => Some("distribution groups are not allowed, so nobody asks"),
        _ => None,
    };
    let outcome = match (&directory.approve, why) {
        (None, _) => Outcome::not_applicable(not_recorded(APPROVE)),
        (Some(list), None) if !list.is_empty() && directory.service != Some(Service::Yes) => {
            Outcome::not_applicable("the Directory Management Service is not recorded as on")
        }
        (Some(list), None) if !list.is_empty() && directory.distribution_groups.is_none() => {
            Outcome::not_applicable(not_recorded(GROUPS))
        }
        (Some(list), Some(why)) if !list.is_empty() => Outcome::Fail(
            Finding::new(format!("approvals are listed, but {why}"), "Take the list out")
                .seen(APPROVE, "nothing", format!("{} kinds of request", list.len()))
                .with_action(Action::unset(APPROVE)),
        ),
        _ => Outcome::pass(),
    };
    one(APPROVE, outcome)
}

// --- Incoming E-Mail Server Display Address

fn display_address_missing(case: &Case<'_>) -> Vec<Judged> {
    missing(DISPLAY, &given(&case.farm.incoming.display_address), || {
        let remedy = "Name the domain of the lists' addresses with `spinmail display-address DOMAIN`";
        Finding::new("incoming e-mail is enabled, but no display address is recorded", remedy).seen(
            ENABLED,
            "a display address beside it",
            "`true`",
        )
    })
}

fn display_address_not_a_domain(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match given(&case.farm.incoming.display_address) {
        Given::Missing => Outcome::not_applicable("no display address is recorded (page-display-address-missing)"),
        Given::Valid(..) => Outcome::pass(),
        Given::Invalid(text, fault) => Outcome::Fail(invalid::<DomainName>(DISPLAY, text, fault, "domain name")),
    };
    one(DISPLAY, outcome)
}

fn alias_domain_needed(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match given(&case.farm.incoming.display_address) {
        Given::Missing => Outcome::not_applicable("no display address is recorded (page-display-address-missing)"),
        Given::Invalid(..) => Outcome::not_applicable("it is no domain name (page-display-address-not-a-domain)"),
        Given::Valid(text, domain) => {
            let servers = smtp_names(case.farm);
            let is_its = |server: &&Server| server.name.as_ref().is_some_and(|name| name.ascii() == domain.ascii());
            if servers.iter().any(|(_, ascii)| ascii == domain.ascii()) {
                Outcome::pass()
            } else if let Some(server) = case.farm.servers.iter().find(is_its)
                && server.smtp_service.is_none()
            {
                Outcome::not_applicable(not_recorded(&format!("server.{}.smtp-service", server.name())))
            } else if servers.is_empty() {
                Outcome::not_applicable("no server that runs SMTP is recorded")
            } else {
                Outcome::Fail(alias_needed(text, &servers))
            }
        }
    };
    one(DISPLAY, outcome)
}

fn alias_needed(display: &str, servers: &[(String, String)]) -> Finding {
    let names = servers.iter().map(|(shown, _)| format!("`{shown}`")).collect::<Vec<_>>().join(", ");
    let remedy = format!("Add `{display}` as a domain of the kind Alias to each SMTP virtual server, and restart it");
    Finding::by(super::Hand::Server, format!("`{display}` is not the name of an SMTP server ({names})"), remedy).seen(
        DISPLAY,
        format!("one of {names}, or an alias domain"),
        format!("`{display}`"),
    )
}

/// The names of the servers that run SMTP, as typed and in ASCII.
fn smtp_names(farm: &Farm) -> Vec<(String, String)> {
    let named = match given(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => {
            Some((name.as_str().to_owned(), name.ascii().to_owned()))
        }
        _ => None,
    };
    let servers = farm.mail_servers().filter_map(|server| server.name.as_ref());
    let mut names: Vec<_> = servers.map(|name| (name.as_str().to_owned(), name.ascii())).collect();
    names.extend(named.filter(|(_, ascii)| !names.iter().any(|(_, known)| known == ascii)));
    names
}

// --- E-Mail Drop Folder

fn drop_folder_missing(case: &Case<'_>) -> Vec<Judged> {
    match case.farm.delivery() {
        Delivery::Advanced { drop_folder } => missing(FOLDER, &drop_folder, || {
            let remedy =
                r"Name it with `spinmail drop-folder PATH`; the SMTP service's own is `C:\inetpub\mailroot\drop`";
            Finding::new("the mode is advanced, and no drop folder is recorded", remedy)
        }),
        Delivery::Automatic | Delivery::AutomaticRemoved => {
            one(FOLDER, Outcome::not_applicable("the mode is automatic"))
        }
        Delivery::ModeMissing => one(FOLDER, Outcome::not_applicable("no mode is recorded (page-mode-missing)")),
    }
}

fn drop_folder_inactive(case: &Case<'_>) -> Vec<Judged> {
    let folder = &case.farm.incoming.drop_folder;
    let recorded = folder.as_ref().filter(|typed| !typed.text.trim().is_empty());
    let finding = |typed: &Typed<FolderPath>| {
        let message =
            format!("`{}` is kept, but automatic mode takes mail from the SMTP service's own folder", typed.text);
        Finding::new(message, "Nothing is wrong; take it out if you will not go back to advanced mode")
            .seen(FOLDER, "nothing while the mode is automatic", format!("`{}`", typed.text))
            .with_action(Action::unset(FOLDER))
    };
    let outcome = unless_automatic(case.farm).unwrap_or_else(|| Outcome::pass_unless(recorded.map(finding)));
    one(FOLDER, outcome)
}

/// Judges every folder that is polled: the page's in advanced mode, and each server's own. `judge` gets the KEY too.
fn of_folders(
    case: &Case<'_>,
    judge: impl Fn(&str, &str, Result<&FolderPath, &FolderFault>) -> Outcome,
) -> Vec<Judged> {
    let judged = |key: &str, folder: Given<'_, FolderPath>| {
        let outcome = match folder {
            Given::Missing => return None,
            Given::Valid(text, path) => judge(key, text, Ok(path)),
            Given::Invalid(text, fault) => judge(key, text, Err(fault)),
        };
        Some(Judged::new(key, outcome).about(key))
    };
    let page = match case.farm.delivery() {
        Delivery::Advanced { drop_folder } => judged(FOLDER, drop_folder),
        _ => None,
    };
    let own = case
        .farm
        .servers
        .iter()
        .filter_map(|server| judged(&format!("server.{}.drop-folder", server.name()), given(&server.drop_folder)));
    let mut all: Vec<Judged> = page.into_iter().chain(own).collect();
    if all.is_empty() {
        all.push(Judged::new(FOLDER, Outcome::not_applicable("no drop folder is in use")));
    }
    all
}

fn drop_folder_not_absolute(case: &Case<'_>) -> Vec<Judged> {
    of_folders(case, |key, text, folder| match folder {
        Ok(_) => Outcome::pass(),
        Err(FolderFault::NoShare { .. }) => Outcome::not_applicable("it names no share (page-drop-folder-no-share)"),
        Err(fault) => Outcome::Fail(invalid::<FolderPath>(key, text, fault, "absolute folder")),
    })
}

fn drop_folder_no_share(case: &Case<'_>) -> Vec<Judged> {
    of_folders(case, |key, text, folder| match folder {
        Ok(_) => Outcome::pass(),
        Err(fault @ FolderFault::NoShare { .. }) => {
            Outcome::Fail(Finding::new(format!("`{text}` cannot be a folder: {fault}"), "Add the share's name").seen(
                key,
                r"`\\server\share`, and folders below it",
                format!("`{text}`"),
            ))
        }
        Err(_) => Outcome::not_applicable("it is no absolute path (page-drop-folder-not-absolute)"),
    })
}

/// Judges the folders whose paths are sound.
fn of_sound_folders(case: &Case<'_>, judge: fn(&str, &str, &FolderPath) -> Option<Finding>) -> Vec<Judged> {
    of_folders(case, |key, text, folder| match folder {
        Ok(path) => Outcome::pass_unless(judge(key, text, path)),
        Err(FolderFault::NoShare { .. }) => Outcome::not_applicable("it names no share (page-drop-folder-no-share)"),
        Err(_) => Outcome::not_applicable("it is no absolute path (page-drop-folder-not-absolute)"),
    })
}

fn drop_folder_wrong_queue(case: &Case<'_>) -> Vec<Judged> {
    of_sound_folders(case, |key, text, path| {
        let use_of_it = match path.last()? {
            "pickup" => "the SMTP service sends what lies there out again",
            "queue" => "the SMTP service keeps mail there that it has yet to deliver",
            "badmail" => "the SMTP service puts mail there that it could not deliver",
            _ => return None,
        };
        let message = format!("`{text}` belongs to the SMTP service itself: {use_of_it}");
        let remedy = "Use the SMTP service's Drop folder, which lies beside it";
        Some(Finding::new(message, remedy).seen(
            key,
            "a folder that the SMTP service drops mail in",
            format!("`{text}`"),
        ))
    })
}

fn drop_folder_remote(case: &Case<'_>) -> Vec<Judged> {
    of_sound_folders(case, |key, text, path| {
        path.is_share().then(|| {
            let message = format!("`{text}` lies on a share: its share and folder rights both count");
            let remedy = "Grant rights there to domain accounts or groups; WSS_ADMIN_WPG and WSS_WPG are local to each \
                          SharePoint server and mean nothing to the file server";
            Finding::new(message, remedy).seen(
                key,
                "rights for domain accounts on the share and the folder",
                format!("`{text}`"),
            )
        })
    })
}

// --- Safe E-Mail Servers

fn safe_servers_in_advanced(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match (case.farm.delivery(), &case.farm.incoming.safe_servers) {
        (_, None) => Outcome::not_applicable(not_recorded(SAFE)),
        (Delivery::ModeMissing, _) => Outcome::not_applicable("no mode is recorded (page-mode-missing)"),
        (Delivery::Advanced { .. }, Some(SafeServers::Only(list))) => Outcome::Fail(
            Finding::new(
                "safe servers are listed, but only automatic mode enforces them: in advanced mode everything in the drop \
                 folder is taken",
                "Take the list out, and restrict senders where the mail is received: the SMTP service's relay and \
                 connection lists",
            )
            .seen(SAFE, "`all`, or nothing, in advanced mode", format!("a list of {}", list.len()))
            .with_action(Action::unset(SAFE)),
        ),
        _ => Outcome::pass(),
    };
    one(SAFE, outcome)
}

/// Why a rule about listed safe servers says nothing, else the list.
fn listed(case: &Case<'_>) -> Result<Vec<Typed<SafeServer>>, Outcome> {
    if let Some(outcome) = unless_automatic(case.farm) {
        return Err(outcome);
    }
    match &case.farm.incoming.safe_servers {
        None => Err(Outcome::not_applicable(not_recorded(SAFE))),
        Some(SafeServers::All) => Err(Outcome::not_applicable("mail from all servers is accepted")),
        Some(SafeServers::Only(list)) => Ok(list.clone()),
    }
}

fn safe_servers_empty(case: &Case<'_>) -> Vec<Judged> {
    let finding = || {
        let message = "only safe servers are accepted and none is listed, so all mail is refused";
        let remedy =
            "List them with `spinmail safe-servers only ENTRY…`, or accept all with `spinmail safe-servers all`";
        Finding::new(message, remedy).seen(SAFE, "`all`, or at least one server", "an empty list")
    };
    let outcome = match (&case.farm.incoming.safe_servers, listed(case)) {
        (_, Ok(list)) => Outcome::pass_unless(list.is_empty().then(finding)),
        (Some(SafeServers::All), Err(_)) if unless_automatic(case.farm).is_none() => Outcome::pass(),
        (_, Err(outcome)) => outcome,
    };
    one(SAFE, outcome)
}

fn safe_server_invalid(case: &Case<'_>) -> Vec<Judged> {
    let list = match listed(case) {
        Ok(list) if list.is_empty() => {
            return one(SAFE, Outcome::not_applicable("none is listed (page-safe-servers-empty)"));
        }
        Ok(list) => list,
        Err(outcome) => return one(SAFE, outcome),
    };
    let judged = |(at, typed): (usize, &Typed<SafeServer>)| {
        let name = if typed.text.trim().is_empty() { format!("entry {}", at + 1) } else { typed.text.clone() };
        let outcome = match &typed.value {
            Ok(_) => Outcome::pass(),
            Err(fault) => Outcome::Fail(
                Finding::new(
                    format!("the safe server `{name}` is no address, subnet or host name: {fault}"),
                    "Correct it in the list, or take it out with `spinmail safe-servers remove ENTRY`",
                )
                .seen(SAFE, SafeServer::EXPECTED, format!("`{}`", typed.text)),
            ),
        };
        Judged::new(name, outcome)
    };
    list.iter().enumerate().map(judged).collect()
}
