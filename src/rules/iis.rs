//! The SMTP service of Windows as it is configured: its metabase, the Windows service, and its
//! folders.

mod delivery;
mod folders;
mod lists;
mod service;
mod view;

use super::{Judge, Rule, rule};

/// The rules about the SMTP service's settings.
pub static RULES: &[Rule] = &[
    rule!(
        "iis-service-stopped",
        Iis,
        Error,
        "The SMTP service of Windows is stopped.",
        "The SMTP service of Windows runs.",
        ["server.NAME.smtp-service"],
        Judge::Case(service::stopped),
        Port
    ),
    rule!(
        "iis-startup-manual",
        Iis,
        Warning,
        "The SMTP service does not start with Windows.",
        "The SMTP service starts with Windows.",
        ["server.NAME.smtp-service"],
        Judge::Case(service::startup)
    ),
    rule!(
        "iis-server-stopped",
        Iis,
        Error,
        "The SMTP virtual server does not start.",
        "The SMTP virtual server starts with the service.",
        ["server.NAME.smtp-service"],
        Judge::Case(service::server_stopped),
        Port
    ),
    rule!(
        "iis-several-servers",
        Iis,
        Note,
        "There are several SMTP virtual servers.",
        "There is one SMTP virtual server.",
        ["server.NAME.smtp-service"],
        Judge::Case(delivery::several_servers)
    ),
    rule!(
        "iis-not-port-25",
        Iis,
        Warning,
        "No SMTP virtual server listens on port 25.",
        "An SMTP virtual server listens on port 25.",
        ["server.NAME.smtp-service"],
        Judge::Case(delivery::not_port_25)
    ),
    rule!(
        "iis-anonymous-off",
        Iis,
        Error,
        "The SMTP virtual server wants senders to log on.",
        "The SMTP virtual server takes mail without a logon.",
        ["server.NAME.smtp-service"],
        Judge::Case(lists::anonymous_off),
        Recipient
    ),
    rule!(
        "iis-alias-domain-missing",
        Iis,
        Error,
        "The display address is no local domain of the SMTP virtual server.",
        "The display address is a local domain of the SMTP virtual server.",
        ["incoming-email.display-address"],
        Judge::Case(delivery::alias_domain_missing),
        AliasDomain
    ),
    rule!(
        "iis-domain-not-alias",
        Iis,
        Error,
        "The display address is a remote domain, so its mail is sent on.",
        "The display address's domain is local.",
        ["incoming-email.display-address"],
        Judge::Case(delivery::domain_not_alias),
        AliasDomain
    ),
    rule!(
        "iis-drop-directory-differs",
        Iis,
        Error,
        "The SMTP virtual server drops mail elsewhere than SharePoint looks.",
        "The SMTP virtual server drops mail where SharePoint looks.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(delivery::drop_directory_differs),
        DropDirectory
    ),
    rule!(
        "iis-queue-stuck",
        Iis,
        Error,
        "Mail waits in the queue, and none is dropped.",
        "No mail waits in the queue for long.",
        ["server.NAME.smtp-service"],
        Judge::Case(folders::queue_stuck),
        DropDirectory
    ),
    rule!(
        "iis-bad-mail",
        Iis,
        Warning,
        "Mail was put away as undeliverable within a day.",
        "No mail was put away as undeliverable within a day.",
        ["server.NAME.smtp-service"],
        Judge::Case(folders::bad_mail)
    ),
    rule!(
        "iis-relay-open",
        Iis,
        Warning,
        "Everyone may relay through the SMTP virtual server.",
        "Not everyone may relay through the SMTP virtual server.",
        ["server.NAME.smtp-service"],
        Judge::Case(lists::relay_open)
    ),
    rule!(
        "iis-relay-list-corrupt",
        Iis,
        Error,
        "The relay list cannot be read.",
        "The relay list can be read.",
        ["server.NAME.smtp-service"],
        Judge::Case(lists::relay_list_corrupt)
    ),
    rule!(
        "iis-relay-list-odd",
        Iis,
        Warning,
        "The relay list does not say what whoever wrote it may have meant.",
        "The relay list is plain.",
        ["server.NAME.smtp-service"],
        Judge::Case(lists::relay_list_odd)
    ),
    rule!(
        "iis-size-small",
        Iis,
        Warning,
        "The SMTP virtual server takes smaller messages than a web application does.",
        "The SMTP virtual server takes messages as large as the web applications do.",
        ["web-application.NAME.maximum-message-size"],
        Judge::Case(lists::size_small)
    ),
];
