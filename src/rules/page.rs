//! The page's own settings.

mod directory;
mod folder;
mod safe_servers;

use super::{Action, Case, Finding, Judge, Judged, Outcome, Rule, Severity, rule};
use crate::farm::values::{
    Checked, Container, DomainName, FolderError, FolderPath, FromText, Lenient, MailServer,
    ParseError, SafeServer, SafeServers, Service, ServiceUrl, Words, checked,
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
        Judge::Case(mode_missing),
        DropDirectory
    ),
    rule!(
        "page-automatic-removed",
        Page,
        Error,
        "Automatic mode does not exist in this version of SharePoint.",
        "This version of SharePoint has the chosen mode.",
        ["incoming-email.mode", "farm.version"],
        Judge::Case(automatic_removed),
        DropDirectory
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
        [
            "directory-management.container",
            "directory-management.service"
        ],
        Judge::Case(directory::container_missing)
    ),
    rule!(
        "page-container-not-a-name",
        Page,
        Error,
        "The container is no distinguished name.",
        "The container is a distinguished name.",
        ["directory-management.container"],
        Judge::Case(directory::container_not_a_name)
    ),
    rule!(
        "page-container-not-a-unit",
        Page,
        Warning,
        "The container is no organizational unit.",
        "The container is an organizational unit by its name.",
        ["directory-management.container"],
        Judge::Case(directory::container_not_a_unit)
    ),
    rule!(
        "page-container-no-domain",
        Page,
        Error,
        "The container names no domain.",
        "The container names its domain.",
        ["directory-management.container"],
        Judge::Case(directory::container_no_domain)
    ),
    rule!(
        "page-container-odd-space",
        Page,
        Warning,
        "A part of the container holds an odd blank.",
        "The container holds no odd blanks.",
        ["directory-management.container"],
        Judge::Case(directory::container_odd_space)
    ),
    rule!(
        "page-container-unused",
        Page,
        Warning,
        "A container is recorded, and the remote service does not use it.",
        "No container is recorded beside the remote service.",
        [
            "directory-management.container",
            "directory-management.service"
        ],
        Judge::Case(directory::container_unused)
    ),
    rule!(
        "page-service-url-missing",
        Page,
        Error,
        "The remote Directory Management Service has no URL.",
        "The remote service's URL is recorded.",
        ["directory-management.url", "directory-management.service"],
        Judge::Case(directory::url_missing)
    ),
    rule!(
        "page-service-url-invalid",
        Page,
        Error,
        "The service URL is no http or https URL with a host.",
        "The service URL is an http or https URL.",
        ["directory-management.url"],
        Judge::Case(directory::url_invalid)
    ),
    rule!(
        "page-service-url-unused",
        Page,
        Warning,
        "A service URL is recorded, and the service is not remote.",
        "No URL is recorded beside a service that is not remote.",
        ["directory-management.url", "directory-management.service"],
        Judge::Case(directory::url_unused)
    ),
    rule!(
        "page-service-url-misspelt",
        Page,
        Warning,
        "The service URL does not end in the service's path.",
        "The service URL ends in the service's path.",
        ["directory-management.url"],
        Judge::Case(directory::url_misspelt)
    ),
    rule!(
        "page-service-url-plain-http",
        Page,
        Note,
        "The service URL is not encrypted.",
        "The service URL is encrypted.",
        ["directory-management.url"],
        Judge::Case(directory::url_plain_http)
    ),
    rule!(
        "page-smtp-server-missing",
        Page,
        Error,
        "The Directory Management Service has no SMTP mail server.",
        "The SMTP mail server is recorded.",
        [
            "directory-management.smtp-server",
            "directory-management.service"
        ],
        Judge::Case(directory::smtp_server_missing)
    ),
    rule!(
        "page-smtp-server-not-qualified",
        Page,
        Warning,
        "The SMTP mail server is no fully qualified host name.",
        "The SMTP mail server is a fully qualified host name.",
        ["directory-management.smtp-server"],
        Judge::Case(directory::smtp_server_not_qualified)
    ),
    rule!(
        "page-authentication-needs-service",
        Page,
        Warning,
        "Only authenticated users are accepted, and the Directory Management Service that would \
         see to it is off.",
        "Accepting only authenticated users has its service.",
        [
            "directory-management.authenticated-users-only",
            "directory-management.service"
        ],
        Judge::Case(directory::authentication_needs_service)
    ),
    rule!(
        "page-groups-need-service",
        Page,
        Warning,
        "Distribution groups are allowed, and the Directory Management Service that would make \
         them is off.",
        "Distribution groups have their service.",
        [
            "directory-management.distribution-groups",
            "directory-management.service"
        ],
        Judge::Case(directory::groups_need_service)
    ),
    rule!(
        "page-approvals-unused",
        Page,
        Warning,
        "Approvals are listed that nothing asks for.",
        "The listed approvals are asked for.",
        [
            "directory-management.approve",
            "directory-management.service",
            "directory-management.distribution-groups"
        ],
        Judge::Case(directory::approvals_unused)
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
        "The display address is the name of no SMTP server: the SMTP service needs an alias \
         domain for it.",
        "The display address is the name of an SMTP server.",
        [
            "incoming-email.display-address",
            "directory-management.smtp-server",
            "server.NAME.smtp-service"
        ],
        Judge::Case(alias_domain_needed)
    ),
    rule!(
        "page-drop-folder-missing",
        Page,
        Error,
        "Advanced mode has no drop folder.",
        "A drop folder is recorded.",
        ["incoming-email.drop-folder", "incoming-email.mode"],
        Judge::Case(folder::drop_folder_missing),
        DropDirectory
    ),
    rule!(
        "page-drop-folder-inactive",
        Page,
        Note,
        "A drop folder is recorded, and automatic mode does not use it.",
        "No drop folder is recorded beside automatic mode.",
        ["incoming-email.drop-folder", "incoming-email.mode"],
        Judge::Case(folder::drop_folder_inactive)
    ),
    rule!(
        "page-drop-folder-not-absolute",
        Page,
        Error,
        "A drop folder is no absolute path.",
        "The drop folder is an absolute path.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(folder::drop_folder_not_absolute),
        DropDirectory
    ),
    rule!(
        "page-drop-folder-no-share",
        Page,
        Error,
        "A drop folder names a server but no share on it.",
        "The drop folder names a share where it names a server.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(folder::drop_folder_no_share),
        DropDirectory
    ),
    rule!(
        "page-drop-folder-wrong-queue",
        Page,
        Error,
        "A drop folder is one of the SMTP service's own folders.",
        "The drop folder is none of the SMTP service's own folders.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(folder::drop_folder_wrong_queue),
        DropDirectory
    ),
    rule!(
        "page-drop-folder-remote",
        Page,
        Note,
        "A drop folder lies on a share: share and folder rights both count, and local groups of \
         the servers grant nothing.",
        "The drop folder lies on the server itself.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(folder::drop_folder_remote)
    ),
    rule!(
        "page-safe-servers-in-advanced",
        Page,
        Error,
        "Safe servers are listed, and advanced mode does not enforce them.",
        "No safe servers are listed that advanced mode would not enforce.",
        ["incoming-email.safe-servers", "incoming-email.mode"],
        Judge::Case(safe_servers::safe_servers_in_advanced)
    ),
    rule!(
        "page-safe-servers-empty",
        Page,
        Error,
        "Only listed servers are accepted and none is listed: all mail is refused.",
        "Some server is accepted.",
        ["incoming-email.safe-servers"],
        Judge::Case(safe_servers::safe_servers_empty)
    ),
    rule!(
        "page-safe-server-invalid",
        Page,
        Error,
        "A safe server is neither an address, a subnet nor a host name.",
        "Every safe server is an address, a subnet or a host name.",
        ["incoming-email.safe-servers"],
        Judge::Case(safe_servers::safe_server_invalid)
    ),
];

fn one(subject: &str, outcome: Outcome) -> Vec<Judged> {
    vec![Judged::new(subject, outcome)]
}

fn not_recorded(key: &str) -> String {
    format!("`{key}` is not recorded")
}

/// A required value that is missing.
fn missing<T: FromText>(
    key: &'static str,
    value: &Checked<'_, T>,
    finding: impl Fn() -> Finding,
) -> Vec<Judged> {
    let absent = matches!(value, Checked::Missing);
    one(
        key,
        Outcome::pass_unless(absent.then(|| finding().seen(key, T::EXPECTED, "nothing"))),
    )
}

/// A value that its parser refuses: the parser's reason, and the corrected value as the remedy.
fn invalid<T: FromText>(key: &str, text: &str, fault: &T::Error, what: &str) -> Finding {
    let (remedy, action) = match fault.instead() {
        Some(instead) => (
            format!("Set it to `{instead}`"),
            Some(Action::set(key, instead)),
        ),
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
        let remedy = "Choose a mode with `spinmail mode advanced --drop-folder PATH`, or up to \
                      SharePoint 2016 `spinmail mode automatic`";
        Finding::new(
            "incoming e-mail is enabled, but no settings mode is recorded",
            remedy,
        )
        .seen(MODE, "`automatic` or `advanced`", "nothing")
    };
    one(MODE, Outcome::pass_unless(absent.then(finding)))
}

/// Why a rule about automatic mode says nothing, unless the mode is automatic.
fn unless_automatic(farm: &Farm) -> Option<Outcome> {
    match farm.delivery() {
        Delivery::Automatic => None,
        Delivery::AutomaticRemoved => Some(Outcome::not_applicable(
            "this SharePoint has no automatic mode (page-automatic-removed)",
        )),
        Delivery::Advanced { .. } => Some(Outcome::not_applicable("the mode is advanced")),
        Delivery::ModeMissing => Some(Outcome::not_applicable(
            "no mode is recorded (page-mode-missing)",
        )),
    }
}

fn automatic_removed(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match (case.farm.delivery(), case.farm.version) {
        (Delivery::ModeMissing, _) => {
            Outcome::not_applicable("no mode is recorded (page-mode-missing)")
        }
        (Delivery::Automatic, None) => {
            Outcome::not_applicable("the version is not recorded (page-version-unknown)")
        }
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
        Finding::new(
            "automatic mode is chosen, and SharePoint's version, on which it depends, is not \
             recorded",
            remedy,
        )
        .seen(
            "farm.version",
            "`foundation-2013`, `2013` or `2016`",
            "nothing",
        )
    };
    let outcome = unless_automatic(case.farm)
        .unwrap_or_else(|| Outcome::pass_unless(case.farm.version.is_none().then(finding)));
    one("farm.version", outcome)
}

// --- Directory Management Service

fn display_address_missing(case: &Case<'_>) -> Vec<Judged> {
    missing(
        DISPLAY,
        &checked(&case.farm.incoming.display_address),
        || {
            let remedy =
                "Name the domain of the lists' addresses with `spinmail display-address DOMAIN`";
            Finding::new(
                "incoming e-mail is enabled, but no display address is recorded",
                remedy,
            )
            .seen(ENABLED, "a display address beside it", "`true`")
        },
    )
}

fn display_address_not_a_domain(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match checked(&case.farm.incoming.display_address) {
        Checked::Missing => {
            Outcome::not_applicable("no display address is recorded (page-display-address-missing)")
        }
        Checked::Valid(..) => Outcome::pass(),
        Checked::Invalid(text, fault) => {
            Outcome::Fail(invalid::<DomainName>(DISPLAY, text, fault, "domain name"))
        }
    };
    one(DISPLAY, outcome)
}

fn alias_domain_needed(case: &Case<'_>) -> Vec<Judged> {
    let outcome = match checked(&case.farm.incoming.display_address) {
        Checked::Missing => {
            Outcome::not_applicable("no display address is recorded (page-display-address-missing)")
        }
        Checked::Invalid(..) => {
            Outcome::not_applicable("it is no domain name (page-display-address-not-a-domain)")
        }
        Checked::Valid(text, domain) => {
            let servers = smtp_names(case.farm);
            let is_its = |server: &&Server| {
                server
                    .name
                    .as_ref()
                    .is_some_and(|name| name.ascii() == domain.ascii())
            };
            if servers.iter().any(|(_, ascii)| ascii == domain.ascii()) {
                Outcome::pass()
            } else if let Some(server) = case.farm.servers.iter().find(is_its)
                && server.smtp_service.is_none()
            {
                Outcome::not_applicable(not_recorded(&format!(
                    "server.{}.smtp-service",
                    server.name()
                )))
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
    let names = servers
        .iter()
        .map(|(shown, _)| format!("`{shown}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let remedy = format!(
        "Add `{display}` as a domain of the kind Alias to each SMTP virtual server, and restart it"
    );
    Finding::by(
        super::Hand::Server,
        format!("`{display}` is not the name of an SMTP server ({names})"),
        remedy,
    )
    .seen(
        DISPLAY,
        format!("one of {names}, or an alias domain"),
        format!("`{display}`"),
    )
}

/// The names of the servers that run SMTP, as typed and in ASCII.
fn smtp_names(farm: &Farm) -> Vec<(String, String)> {
    let named = match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => {
            Some((name.as_str().to_owned(), name.ascii().to_owned()))
        }
        _ => None,
    };
    let servers = farm
        .mail_servers()
        .filter_map(|server| server.name.as_ref());
    let mut names: Vec<_> = servers
        .map(|name| (name.as_str().to_owned(), name.ascii()))
        .collect();
    names.extend(named.filter(|(_, ascii)| !names.iter().any(|(_, known)| known == ascii)));
    names
}

// --- E-Mail Drop Folder
