//! The page's own settings.

mod directory;
mod folder;
mod safe_servers;

use super::{Case, Finding, Outcome, Rule, RuleResult, Severity, rule};
use crate::farm::values::{
    Checked, Container, DomainName, FolderError, FolderPath, FromText, Lenient, MailServer,
    ParseError, SafeServer, SafeServers, Service, ServiceUrl, Words, checked,
};
use crate::farm::{Delivery, Farm, Server};
use crate::formats::dn;
use crate::remedy::{Action, AdminRole};

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
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "page-mode-missing",
        area: Page,
        severity: Error,
        summary: "Incoming e-mail is enabled and no mode is chosen.",
        pass_message: "A mode is chosen.",
        about: ["incoming-email.mode", "incoming-email.enabled"],
        hop: DropDirectory,
        judge: mode_missing,
    },
    rule! {
        id: "page-automatic-removed",
        area: Page,
        severity: Error,
        summary: "Automatic mode does not exist in this version of SharePoint.",
        pass_message: "This version of SharePoint has the chosen mode.",
        about: ["incoming-email.mode", "farm.version"],
        hop: DropDirectory,
        judge: automatic_removed,
    },
    rule! {
        id: "page-version-unknown",
        area: Page,
        severity: Warning,
        summary: "Automatic mode is chosen, and whether this SharePoint still has it is not \
                  recorded.",
        pass_message: "The version is recorded.",
        about: ["farm.version", "incoming-email.mode"],
        judge: version_unknown,
    },
    rule! {
        id: "page-container-missing",
        area: Page,
        severity: Error,
        summary: "The Directory Management Service has no container to work in.",
        pass_message: "A container is recorded.",
        about: ["directory-management.container", "directory-management.service"],
        judge: directory::container_missing,
    },
    rule! {
        id: "page-container-not-a-name",
        area: Page,
        severity: Error,
        summary: "The container is no distinguished name.",
        pass_message: "The container is a distinguished name.",
        about: ["directory-management.container"],
        judge: directory::container_not_a_name,
    },
    rule! {
        id: "page-container-not-a-unit",
        area: Page,
        severity: Warning,
        summary: "The container is no organizational unit.",
        pass_message: "The container is an organizational unit by its name.",
        about: ["directory-management.container"],
        judge: directory::container_not_a_unit,
    },
    rule! {
        id: "page-container-no-domain",
        area: Page,
        severity: Error,
        summary: "The container names no domain.",
        pass_message: "The container names its domain.",
        about: ["directory-management.container"],
        judge: directory::container_no_domain,
    },
    rule! {
        id: "page-container-odd-space",
        area: Page,
        severity: Warning,
        summary: "A part of the container holds an odd blank.",
        pass_message: "The container holds no odd blanks.",
        about: ["directory-management.container"],
        judge: directory::container_odd_space,
    },
    rule! {
        id: "page-container-unused",
        area: Page,
        severity: Warning,
        summary: "A container is recorded, and the remote service does not use it.",
        pass_message: "No container is recorded beside the remote service.",
        about: ["directory-management.container", "directory-management.service"],
        judge: directory::container_unused,
    },
    rule! {
        id: "page-service-url-missing",
        area: Page,
        severity: Error,
        summary: "The remote Directory Management Service has no URL.",
        pass_message: "The remote service's URL is recorded.",
        about: ["directory-management.url", "directory-management.service"],
        judge: directory::url_missing,
    },
    rule! {
        id: "page-service-url-invalid",
        area: Page,
        severity: Error,
        summary: "The service URL is no http or https URL with a host.",
        pass_message: "The service URL is an http or https URL.",
        about: ["directory-management.url"],
        judge: directory::url_invalid,
    },
    rule! {
        id: "page-service-url-unused",
        area: Page,
        severity: Warning,
        summary: "A service URL is recorded, and the service is not remote.",
        pass_message: "No URL is recorded beside a service that is not remote.",
        about: ["directory-management.url", "directory-management.service"],
        judge: directory::url_unused,
    },
    rule! {
        id: "page-service-url-misspelt",
        area: Page,
        severity: Warning,
        summary: "The service URL does not end in the service's path.",
        pass_message: "The service URL ends in the service's path.",
        about: ["directory-management.url"],
        judge: directory::url_misspelt,
    },
    rule! {
        id: "page-service-url-plain-http",
        area: Page,
        severity: Note,
        summary: "The service URL is not encrypted.",
        pass_message: "The service URL is encrypted.",
        about: ["directory-management.url"],
        judge: directory::url_plain_http,
    },
    rule! {
        id: "page-smtp-server-missing",
        area: Page,
        severity: Error,
        summary: "The Directory Management Service has no SMTP mail server.",
        pass_message: "The SMTP mail server is recorded.",
        about: ["directory-management.smtp-server", "directory-management.service"],
        judge: directory::smtp_server_missing,
    },
    rule! {
        id: "page-smtp-server-not-qualified",
        area: Page,
        severity: Warning,
        summary: "The SMTP mail server is no fully qualified host name.",
        pass_message: "The SMTP mail server is a fully qualified host name.",
        about: ["directory-management.smtp-server"],
        judge: directory::smtp_server_not_qualified,
    },
    rule! {
        id: "page-authentication-needs-service",
        area: Page,
        severity: Warning,
        summary: "Only authenticated users are accepted, and the Directory Management Service that \
                  would see to it is off.",
        pass_message: "Accepting only authenticated users has its service.",
        about: ["directory-management.authenticated-users-only", "directory-management.service"],
        judge: directory::authentication_needs_service,
    },
    rule! {
        id: "page-groups-need-service",
        area: Page,
        severity: Warning,
        summary: "Distribution groups are allowed, and the Directory Management Service that would \
                  make them is off.",
        pass_message: "Distribution groups have their service.",
        about: ["directory-management.distribution-groups", "directory-management.service"],
        judge: directory::groups_need_service,
    },
    rule! {
        id: "page-approvals-unused",
        area: Page,
        severity: Warning,
        summary: "Approvals are listed that nothing asks for.",
        pass_message: "The listed approvals are asked for.",
        about: [
            "directory-management.approve",
            "directory-management.service",
            "directory-management.distribution-groups",
        ],
        judge: directory::approvals_unused,
    },
    rule! {
        id: "page-display-address-missing",
        area: Page,
        severity: Error,
        summary: "Incoming e-mail is enabled and has no display address.",
        pass_message: "A display address is recorded.",
        about: ["incoming-email.display-address", "incoming-email.enabled"],
        judge: display_address_missing,
    },
    rule! {
        id: "page-display-address-not-a-domain",
        area: Page,
        severity: Error,
        summary: "The display address is no domain name.",
        pass_message: "The display address is a domain name.",
        about: ["incoming-email.display-address"],
        judge: display_address_not_a_domain,
    },
    rule! {
        id: "page-alias-domain-needed",
        area: Page,
        severity: Note,
        summary: "The display address is the name of no SMTP server: the SMTP service needs an \
                  alias domain for it.",
        pass_message: "The display address is the name of an SMTP server.",
        about: [
            "incoming-email.display-address",
            "directory-management.smtp-server",
            "server.NAME.smtp-service",
        ],
        judge: alias_domain_needed,
    },
    rule! {
        id: "page-drop-folder-missing",
        area: Page,
        severity: Error,
        summary: "Advanced mode has no drop folder.",
        pass_message: "A drop folder is recorded.",
        about: ["incoming-email.drop-folder", "incoming-email.mode"],
        hop: DropDirectory,
        judge: folder::drop_folder_missing,
    },
    rule! {
        id: "page-drop-folder-inactive",
        area: Page,
        severity: Note,
        summary: "A drop folder is recorded, and automatic mode does not use it.",
        pass_message: "No drop folder is recorded beside automatic mode.",
        about: ["incoming-email.drop-folder", "incoming-email.mode"],
        judge: folder::drop_folder_inactive,
    },
    rule! {
        id: "page-drop-folder-not-absolute",
        area: Page,
        severity: Error,
        summary: "A drop folder is no absolute path.",
        pass_message: "The drop folder is an absolute path.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: folder::drop_folder_not_absolute,
    },
    rule! {
        id: "page-drop-folder-no-share",
        area: Page,
        severity: Error,
        summary: "A drop folder names a server but no share on it.",
        pass_message: "The drop folder names a share where it names a server.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: folder::drop_folder_no_share,
    },
    rule! {
        id: "page-drop-folder-wrong-queue",
        area: Page,
        severity: Error,
        summary: "A drop folder is one of the SMTP service's own folders.",
        pass_message: "The drop folder is none of the SMTP service's own folders.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: folder::drop_folder_wrong_queue,
    },
    rule! {
        id: "page-drop-folder-remote",
        area: Page,
        severity: Note,
        summary: "A drop folder lies on a share: share and folder rights both count, and local \
                  groups of the servers grant nothing.",
        pass_message: "The drop folder lies on the server itself.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: folder::drop_folder_remote,
    },
    rule! {
        id: "page-safe-servers-in-advanced",
        area: Page,
        severity: Error,
        summary: "Safe servers are listed, and advanced mode does not enforce them.",
        pass_message: "No safe servers are listed that advanced mode would not enforce.",
        about: ["incoming-email.safe-servers", "incoming-email.mode"],
        judge: safe_servers::safe_servers_in_advanced,
    },
    rule! {
        id: "page-safe-servers-empty",
        area: Page,
        severity: Error,
        summary: "Only listed servers are accepted and none is listed: all mail is refused.",
        pass_message: "Some server is accepted.",
        about: ["incoming-email.safe-servers"],
        judge: safe_servers::safe_servers_empty,
    },
    rule! {
        id: "page-safe-server-invalid",
        area: Page,
        severity: Error,
        summary: "A safe server is neither an address, a subnet nor a host name.",
        pass_message: "Every safe server is an address, a subnet or a host name.",
        about: ["incoming-email.safe-servers"],
        judge: safe_servers::safe_server_invalid,
    },
];

fn one(subject: &str, outcome: Outcome) -> Vec<RuleResult> {
    vec![RuleResult::new(subject, outcome)]
}

fn not_recorded(key: &str) -> String {
    format!("`{key}` is not recorded")
}

/// A required value that is missing.
fn missing<T: FromText>(
    key: &'static str,
    value: &Checked<'_, T>,
    finding: impl Fn() -> Finding,
) -> Vec<RuleResult> {
    let absent = matches!(value, Checked::Missing);
    one(
        key,
        Outcome::pass_unless(absent.then(|| finding().observed(key, T::EXPECTED, "nothing"))),
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
        .observed(key, T::EXPECTED, format!("`{text}`"))
        .with_actions(action)
}

// --- Enable Incoming E-Mail

fn mode_missing(case: &Case<'_>) -> Vec<RuleResult> {
    let absent = case.farm.incoming.mode.is_none();
    let finding = || {
        let remedy = "Choose a mode with `spinmail mode advanced --drop-folder PATH`, or up to \
                      SharePoint 2016 `spinmail mode automatic`";
        Finding::new(
            "incoming e-mail is enabled, but no settings mode is recorded",
            remedy,
        )
        .observed(MODE, "`automatic` or `advanced`", "nothing")
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

fn automatic_removed(case: &Case<'_>) -> Vec<RuleResult> {
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
            .observed(MODE, "`advanced`", "`automatic`")
            .with_action(Action::set(MODE, "advanced")),
        ),
        _ => Outcome::pass(),
    };
    one(MODE, outcome)
}

fn version_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = || {
        let remedy = "Record the version with `spinmail set farm.version VERSION`";
        Finding::new(
            "automatic mode is chosen, and SharePoint's version, on which it depends, is not \
             recorded",
            remedy,
        )
        .observed(
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

fn display_address_missing(case: &Case<'_>) -> Vec<RuleResult> {
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
            .observed(ENABLED, "a display address beside it", "`true`")
        },
    )
}

fn display_address_not_a_domain(case: &Case<'_>) -> Vec<RuleResult> {
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

fn alias_domain_needed(case: &Case<'_>) -> Vec<RuleResult> {
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
    Finding::for_role(
        AdminRole::Server,
        format!("`{display}` is not the name of an SMTP server ({names})"),
        remedy,
    )
    .observed(
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
