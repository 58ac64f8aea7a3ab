//! Servers, accounts, products, and the acceptances, by the farm file alone.

mod acceptances;
mod accounts;
mod facts_age;
mod folders;
mod mail_hosts;
mod placeholders;
mod servers;
mod web_applications;

use super::{Rule, rule};

/// The rules about the farm around the page.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "farm-service-nowhere",
        area: Farm,
        severity: Error,
        summary: "No server runs the incoming e-mail service.",
        pass_message: "A server runs the incoming e-mail service.",
        about: ["server.NAME.incoming-email-service"],
        hop: Job,
        judge: servers::service_nowhere,
    },
    rule! {
        id: "farm-role-not-allowed",
        area: Farm,
        severity: Error,
        summary: "The incoming e-mail service is recorded on a server whose role does not allow \
                  it.",
        pass_message: "The server's role allows the incoming e-mail service.",
        about: ["server.NAME.role", "farm.version"],
        hop: Job,
        judge: servers::role_not_allowed,
    },
    rule! {
        id: "farm-smtp-missing",
        area: Farm,
        severity: Error,
        summary: "In automatic mode, a server that should receive mail lacks a service that it \
                  needs.",
        pass_message: "Automatic mode has the services it needs on the server.",
        about: [
            "server.NAME.smtp-service",
            "server.NAME.foundation-web-application",
            "incoming-email.mode",
        ],
        hop: AliasDomain,
        judge: servers::smtp_missing,
    },
    rule! {
        id: "farm-mail-host-leads-nowhere",
        area: Farm,
        severity: Error,
        summary: "A mail host passes mail to no server and no drop folder of the farm.",
        pass_message: "The mail host passes mail on to the farm.",
        about: ["mail-host.NAME.passes-to"],
        hop: Host,
        judge: mail_hosts::leads_nowhere,
    },
    rule! {
        id: "farm-drop-folder-differs",
        area: Farm,
        severity: Error,
        summary: "Servers that run the incoming e-mail service take mail from different folders.",
        pass_message: "All servers take mail from the same folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: folders::drop_folder_differs,
    },
    rule! {
        id: "farm-shared-folder",
        area: Farm,
        severity: Note,
        summary: "Several servers take mail from the same share.",
        pass_message: "No two servers take mail from the same share.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder", "farm.build"],
        judge: folders::shared_folder,
    },
    rule! {
        id: "farm-one-server-job",
        area: Farm,
        severity: Warning,
        summary: "Several servers run the incoming e-mail service, but the delivery job of this \
                  SharePoint build runs on one server only.",
        pass_message: "The build's delivery job runs on every server that runs the incoming \
                       e-mail service.",
        about: ["farm.build", "farm.version", "server.NAME.incoming-email-service"],
        hop: Job,
        judge: servers::one_server_job,
    },
    rule! {
        id: "farm-os-without-smtp",
        area: Farm,
        severity: Error,
        summary: "A server is recorded as running SMTP on a Windows version that has no SMTP \
                  service.",
        pass_message: "The server's Windows version has the SMTP service.",
        about: ["server.NAME.os", "server.NAME.smtp-service"],
        judge: servers::os_without_smtp,
    },
    rule! {
        id: "farm-os-relay-list-fault",
        area: Farm,
        severity: Warning,
        summary: "The server's Windows version installs SMTP with a faulty relay list.",
        pass_message: "The server's Windows version installs SMTP with a valid relay list.",
        about: ["server.NAME.os", "server.NAME.smtp-service"],
        judge: servers::os_relay_list_fault,
    },
    rule! {
        id: "farm-address-overridden",
        area: Farm,
        severity: Warning,
        summary: "A web application has its own e-mail server display address, which replaces the \
                  farm's.",
        pass_message: "The web application uses the farm's e-mail server display address.",
        about: ["web-application.NAME.incoming-address"],
        judge: web_applications::address_overridden,
    },
    rule! {
        id: "farm-account-unknown",
        area: Farm,
        severity: Warning,
        summary: "An account that handles the mail is not in the farm file.",
        pass_message: "The account is in the farm file.",
        about: [
            "farm.central-administration-account",
            "farm.timer-account",
            "web-application.NAME.account",
        ],
        judge: accounts::account_unknown,
    },
    rule! {
        id: "farm-network-service",
        area: Farm,
        severity: Warning,
        summary: "Central Administration runs as Network Service, so SharePoint does not set \
                  rights on the drop folder.",
        pass_message: "Central Administration does not run as Network Service.",
        about: ["farm.central-administration-account"],
        judge: accounts::network_service,
    },
    rule! {
        id: "farm-placeholder",
        area: Farm,
        severity: Note,
        summary: "The farm file still has names of the template's company.",
        pass_message: "No name of the template's company is left.",
        about: ["farm.name"],
        judge: placeholders::left_over,
    },
    rule! {
        id: "farm-facts-old",
        area: Farm,
        severity: Note,
        summary: "The facts were gathered more than a day ago.",
        pass_message: "The facts were gathered within a day.",
        about: [],
        judge_facts: facts_age::old,
    },
    rule! {
        id: "farm-accept-unused",
        area: Farm,
        severity: Warning,
        summary: "An acceptance matches no finding.",
        pass_message: "The acceptance matches a finding.",
        about: ["accept.NAME.rule", "accept.NAME.subject"],
        judge_verdicts: acceptances::unused,
    },
    rule! {
        id: "farm-accept-expired",
        area: Farm,
        severity: Error,
        summary: "An acceptance has expired.",
        pass_message: "The acceptance has not expired.",
        about: ["accept.NAME.until"],
        judge_verdicts: acceptances::expired,
    },
];
