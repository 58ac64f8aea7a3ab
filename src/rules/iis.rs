//! The SMTP service of Windows as it is set up: what its metabase says, whether it runs, what lies in its folders.

mod domain;
mod folder;
mod relay;
mod server;
mod service;
mod view;

use super::{Judge, Rule, rule};

/// The rules about the SMTP service's settings and state.
pub static RULES: &[Rule] = &[
    rule!(
        "iis-service-stopped",
        Iis,
        Error,
        "The SMTP service does not run.",
        "The SMTP service runs.",
        ["server.NAME.smtp-service"],
        Judge::Case(service::stopped),
        Port
    ),
    rule!(
        "iis-startup-manual",
        Iis,
        Warning,
        "The SMTP service does not start with the system.",
        "The SMTP service starts with the system.",
        ["server.NAME.smtp-service"],
        Judge::Case(service::startup_manual)
    ),
    rule!(
        "iis-server-stopped",
        Iis,
        Error,
        "The SMTP virtual server is stopped.",
        "The SMTP virtual server starts with the service.",
        ["server.NAME.smtp-service"],
        Judge::Case(server::stopped),
        Port
    ),
    rule!(
        "iis-several-servers",
        Iis,
        Note,
        "There are several SMTP virtual servers.",
        "There is one SMTP virtual server.",
        ["server.NAME.smtp-service"],
        Judge::Case(server::several)
    ),
    rule!(
        "iis-not-port-25",
        Iis,
        Warning,
        "No SMTP virtual server listens on port 25.",
        "The SMTP virtual server listens on port 25.",
        ["server.NAME.smtp-service", "probe.smtp-port"],
        Judge::Case(server::not_port_25)
    ),
    rule!(
        "iis-anonymous-off",
        Iis,
        Error,
        "The SMTP virtual server wants senders to log on.",
        "The SMTP virtual server takes mail without a logon.",
        ["server.NAME.smtp-service"],
        Judge::Case(server::anonymous_off),
        Recipient
    ),
    rule!(
        "iis-alias-domain-missing",
        Iis,
        Error,
        "The display address is no domain of the SMTP virtual server.",
        "The display address is a local domain of the SMTP virtual server.",
        ["incoming-email.display-address"],
        Judge::Case(domain::alias_domain_missing),
        AliasDomain
    ),
    rule!(
        "iis-domain-not-alias",
        Iis,
        Error,
        "The display address is a remote domain of the SMTP virtual server.",
        "The display address is no remote domain of the SMTP virtual server.",
        ["incoming-email.display-address"],
        Judge::Case(domain::domain_not_alias),
        AliasDomain
    ),
    rule!(
        "iis-drop-directory-differs",
        Iis,
        Error,
        "The SMTP virtual server drops mail elsewhere than SharePoint looks.",
        "The SMTP virtual server drops mail where SharePoint looks.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(folder::drop_directory_differs),
        DropDirectory
    ),
    rule!(
        "iis-queue-stuck",
        Iis,
        Error,
        "Mail waits in the Queue folder while the drop directory is empty.",
        "No mail waits in the Queue folder.",
        ["server.NAME.smtp-service"],
        Judge::Case(folder::queue_stuck),
        DropDirectory
    ),
    rule!(
        "iis-bad-mail",
        Iis,
        Warning,
        "The Badmail folder received files within a day.",
        "The Badmail folder received nothing within a day.",
        ["server.NAME.smtp-service"],
        Judge::Case(folder::bad_mail)
    ),
    rule!(
        "iis-size-small",
        Iis,
        Warning,
        "The SMTP virtual server takes smaller messages than a web application does.",
        "The SMTP virtual server takes messages as large as the web applications do.",
        ["web-application.NAME.maximum-message-size"],
        Judge::Case(server::size_small)
    ),
    rule!(
        "iis-relay-open",
        Iis,
        Warning,
        "The relay list lets everyone relay.",
        "The relay list does not let everyone relay.",
        ["server.NAME.smtp-service"],
        Judge::Case(relay::open)
    ),
    rule!(
        "iis-relay-list-corrupt",
        Iis,
        Error,
        "The relay list cannot be read.",
        "The relay list can be read.",
        ["server.NAME.smtp-service"],
        Judge::Case(relay::corrupt)
    ),
    rule!(
        "iis-relay-list-odd",
        Iis,
        Warning,
        "The relay list can be read, and says something odd.",
        "The relay list says nothing odd.",
        ["server.NAME.smtp-service"],
        Judge::Case(relay::odd)
    ),
];

#[cfg(test)]
mod tests;
