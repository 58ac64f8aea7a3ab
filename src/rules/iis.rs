//! The SMTP service of Windows as it is configured: its metabase, the Windows service, and its
//! folders.

mod bindings;
mod connections;
mod domains;
mod drop_directory;
mod folders;
mod hops;
mod limits;
mod names;
mod quota;
mod relay_list;
mod service;
mod view;

use super::{Rule, rule};

/// The rules about the SMTP service's settings.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "iis-service-stopped",
        area: Iis,
        severity: Error,
        summary: "The SMTP service of Windows is stopped.",
        pass_message: "The SMTP service of Windows runs.",
        about: ["server.NAME.smtp-service"],
        hop: Port,
        judge: service::stopped,
    },
    rule! {
        id: "iis-startup-manual",
        area: Iis,
        severity: Warning,
        summary: "The SMTP service does not start with Windows.",
        pass_message: "The SMTP service starts with Windows.",
        about: ["server.NAME.smtp-service"],
        judge: service::startup,
    },
    rule! {
        id: "iis-server-stopped",
        area: Iis,
        severity: Error,
        summary: "The SMTP virtual server is stopped, or does not start with the service.",
        pass_message: "The SMTP virtual server starts with the service.",
        about: ["server.NAME.smtp-service"],
        hop: Port,
        judge: service::server_stopped,
    },
    rule! {
        id: "iis-several-servers",
        area: Iis,
        severity: Note,
        summary: "There are several SMTP virtual servers.",
        pass_message: "There is one SMTP virtual server.",
        about: ["server.NAME.smtp-service"],
        judge: bindings::several_servers,
    },
    rule! {
        id: "iis-not-port-25",
        area: Iis,
        severity: Warning,
        summary: "No SMTP virtual server listens on port 25.",
        pass_message: "An SMTP virtual server listens on port 25.",
        about: ["server.NAME.smtp-service"],
        judge: bindings::not_port_25,
    },
    rule! {
        id: "iis-loopback-only",
        area: Iis,
        severity: Error,
        summary: "The SMTP service does not listen on an address to which mail is sent.",
        pass_message: "The SMTP service listens on an address to which mail is sent.",
        about: ["server.NAME.smtp-service"],
        hop: Port,
        judge: bindings::loopback_only,
    },
    rule! {
        id: "iis-connection-denied",
        area: Iis,
        severity: Error,
        summary: "The connection list blocks a host that passes mail on.",
        pass_message: "The connection list admits the mail hosts.",
        about: ["server.NAME.smtp-service", "incoming-email.safe-servers"],
        hop: Port,
        judge: connections::denied,
    },
    rule! {
        id: "iis-name-foreign",
        area: Iis,
        severity: Warning,
        summary: "The SMTP virtual server has the name of another server of the farm.",
        pass_message: "The SMTP virtual server does not have the name of another server of the \
                       farm.",
        about: ["server.NAME.smtp-service"],
        judge: names::foreign,
    },
    rule! {
        id: "iis-anonymous-off",
        area: Iis,
        severity: Error,
        summary: "The SMTP virtual server requires senders to authenticate.",
        pass_message: "The SMTP virtual server does not require senders to authenticate.",
        about: ["server.NAME.smtp-service"],
        hop: Recipient,
        judge: limits::anonymous_off,
    },
    rule! {
        id: "iis-alias-domain-missing",
        area: Iis,
        severity: Error,
        summary: "A domain of the farm's mail is not a local domain of the SMTP virtual server.",
        pass_message: "The domain is a local domain of the SMTP virtual server.",
        about: ["incoming-email.display-address"],
        hop: AliasDomain,
        judge: domains::alias_domain_missing,
    },
    rule! {
        id: "iis-domain-not-alias",
        area: Iis,
        severity: Error,
        summary: "A domain of the farm's mail is a remote domain, so the service sends its mail \
                  on.",
        pass_message: "The domain is a local domain.",
        about: ["incoming-email.display-address"],
        hop: AliasDomain,
        judge: domains::domain_not_alias,
    },
    rule! {
        id: "iis-drop-directory-differs",
        area: Iis,
        severity: Error,
        summary: "The SMTP virtual server drops mail into a folder from which SharePoint does not \
                  take it.",
        pass_message: "The SMTP virtual server drops mail into the folder from which SharePoint \
                       takes it.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: drop_directory::differs,
    },
    rule! {
        id: "iis-drop-quota",
        area: Iis,
        severity: Warning,
        summary: "The drop directory has reached the quota of the SMTP service.",
        pass_message: "The drop directory is below the quota of the SMTP service.",
        about: ["server.NAME.smtp-service"],
        judge: quota::reached,
    },
    rule! {
        id: "iis-hops-few",
        area: Iis,
        severity: Note,
        summary: "The SMTP service allows too few hops for the way that mail takes.",
        pass_message: "The SMTP service allows enough hops.",
        about: ["server.NAME.smtp-service"],
        judge: hops::few,
    },
    rule! {
        id: "iis-queue-stuck",
        area: Iis,
        severity: Error,
        summary: "Mail waits in the queue, possibly for the farm.",
        pass_message: "No mail has been in the queue longer than the longest retry interval.",
        about: ["server.NAME.smtp-service"],
        judge: folders::queue_stuck,
    },
    rule! {
        id: "iis-bad-mail",
        area: Iis,
        severity: Warning,
        summary: "The SMTP service gave up messages as undeliverable within the last day.",
        pass_message: "The SMTP service gave up no message as undeliverable within the last day.",
        about: ["server.NAME.smtp-service"],
        judge: folders::bad_mail,
    },
    rule! {
        id: "iis-relay-open",
        area: Iis,
        severity: Warning,
        summary: "Everyone may relay through the SMTP virtual server.",
        pass_message: "Not everyone may relay through the SMTP virtual server.",
        about: ["server.NAME.smtp-service"],
        judge: relay_list::open,
    },
    rule! {
        id: "iis-relay-list-corrupt",
        area: Iis,
        severity: Error,
        summary: "The relay list cannot be read.",
        pass_message: "The relay list can be read.",
        about: ["server.NAME.smtp-service"],
        judge: relay_list::corrupt,
    },
    rule! {
        id: "iis-relay-list-odd",
        area: Iis,
        severity: Warning,
        summary: "The relay list may not mean what its author intended.",
        pass_message: "The relay list has one clear meaning.",
        about: ["server.NAME.smtp-service"],
        judge: relay_list::unusual,
    },
    rule! {
        id: "iis-size-small",
        area: Iis,
        severity: Warning,
        summary: "The SMTP virtual server accepts only smaller messages than a web application \
                  does.",
        pass_message: "The SMTP virtual server accepts messages as large as the web applications \
                       do.",
        about: ["web-application.NAME.maximum-message-size"],
        judge: limits::size_small,
    },
];
