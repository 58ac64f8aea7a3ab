//! What the SMTP servers said, each address on its own.

mod caller;
mod conversation;
mod delivery;
mod hosts;
mod judging;
mod listener;
mod recipient;
mod relay;
mod replies;
mod size;
mod target;
mod tls;
mod ways;
mod windows;

pub(crate) use size::{WantedSize, default_limit, wanted_size};
pub(crate) use ways::logs_on_always;
pub(crate) use windows::{greeting_of_windows, no_logon_needed, says_full};

use super::{Rule, rule};

/// The rules about the conversation with the SMTP servers.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "smtp-closed",
        area: Smtp,
        severity: Error,
        summary: "A server that should receive the farm's mail refuses connections.",
        pass_message: "The SMTP server accepts connections.",
        about: ["server.NAME.smtp-service", "probe.smtp-port"],
        hop: Port,
        judge: listener::closed,
    },
    rule! {
        id: "smtp-not-smtp",
        area: Smtp,
        severity: Error,
        summary: "A program other than an SMTP server answers on the port.",
        pass_message: "An SMTP server answers on the port.",
        about: ["server.NAME.smtp-service", "probe.smtp-port"],
        hop: Port,
        judge: listener::not_smtp,
    },
    rule! {
        id: "smtp-other-product",
        area: Smtp,
        severity: Warning,
        summary: "Another product answers instead of the SMTP service of Windows.",
        pass_message: "The SMTP service of Windows answers.",
        about: ["server.NAME.smtp-service"],
        judge: windows::other_product,
    },
    rule! {
        id: "smtp-anonymous-refused",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server requires senders to authenticate.",
        pass_message: "The SMTP server does not require senders to authenticate.",
        about: ["server.NAME.smtp-service"],
        hop: Recipient,
        judge: delivery::anonymous_refused,
    },
    rule! {
        id: "smtp-refuses-recipient",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server does not accept mail for a domain of the farm.",
        pass_message: "The SMTP server accepts mail for the domain.",
        about: ["incoming-email.display-address"],
        hop: Recipient,
        judge: recipient::refuses_recipient,
    },
    rule! {
        id: "smtp-defers-recipient",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server defers mail for a domain of the farm.",
        pass_message: "The SMTP server does not defer mail for the domain.",
        about: ["incoming-email.display-address"],
        hop: Recipient,
        judge: recipient::defers_recipient,
    },
    rule! {
        id: "smtp-open-relay",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server relays mail to domains that are not its own.",
        pass_message: "The SMTP server does not relay mail to domains that are not its own.",
        about: ["server.NAME.smtp-service"],
        judge: relay::open_relay,
    },
    rule! {
        id: "smtp-size-small",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server accepts only smaller messages than a web application does.",
        pass_message: "The SMTP server accepts messages as large as the web applications do.",
        about: ["web-application.NAME.maximum-message-size"],
        judge: delivery::size_small,
    },
    rule! {
        id: "smtp-tls-broken",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server does not offer working encryption (STARTTLS).",
        pass_message: "The encryption that the SMTP server offers works.",
        about: ["server.NAME.smtp-service", "probe.ca-file"],
        hop: Port,
        judge: tls::broken,
    },
    rule! {
        id: "smtp-other-machine",
        area: Smtp,
        severity: Warning,
        summary: "Another server of the farm answers at a server's address.",
        pass_message: "The server greets by its own name, or by one that is not another server's.",
        about: ["server.NAME.name"],
        judge: windows::other_machine,
    },
];
