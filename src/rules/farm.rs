//! Servers, accounts, products, and the acceptances, by the farm file alone.

use super::verdict::concerns;
use super::{
    Area, Case, Finding, Judge, Outcome, OutcomeKind, Rule, RuleResult, Severity, Verdict, rule,
};
use crate::farm::values::{Account, Checked, FolderPath, Mode, Os, Version, Words};
use crate::farm::{Acceptance, Delivery, Farm, Server, WebApplication};
use crate::remedy::AdminRole;

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
        judge: service_nowhere,
    },
    rule! {
        id: "farm-role-not-allowed",
        area: Farm,
        severity: Error,
        summary: "The incoming e-mail service runs on a server whose role does not allow it.",
        pass_message: "The server's role allows the incoming e-mail service.",
        about: ["server.NAME.role", "farm.version"],
        hop: Job,
        judge: role_not_allowed,
    },
    rule! {
        id: "farm-smtp-missing",
        area: Farm,
        severity: Error,
        summary: "Automatic mode lacks a service on a server that receives mail.",
        pass_message: "Automatic mode has the services it needs on the server.",
        about: [
            "server.NAME.smtp-service",
            "server.NAME.foundation-web-application",
            "incoming-email.mode",
        ],
        judge: smtp_missing,
    },
    rule! {
        id: "farm-drop-folder-differs",
        area: Farm,
        severity: Error,
        summary: "The servers take mail from different folders.",
        pass_message: "All servers take mail from one folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: drop_folder_differs,
    },
    rule! {
        id: "farm-shared-folder",
        area: Farm,
        severity: Note,
        summary: "Several servers take mail from one share.",
        pass_message: "No two servers take mail from one share.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder", "farm.build"],
        judge: shared_folder,
    },
    rule! {
        id: "farm-one-server-job",
        area: Farm,
        severity: Warning,
        summary: "This build of SharePoint 2013 takes in mail on one server only, and several run \
                  the service.",
        pass_message: "The build takes in mail on every server that runs the service.",
        about: ["farm.build", "farm.version", "server.NAME.incoming-email-service"],
        hop: Job,
        judge: one_server_job,
    },
    rule! {
        id: "farm-os-without-smtp",
        area: Farm,
        severity: Error,
        summary: "The server's Windows version has no SMTP service.",
        pass_message: "The server's Windows version has the SMTP service.",
        about: ["server.NAME.os", "server.NAME.smtp-service"],
        judge: os_without_smtp,
    },
    rule! {
        id: "farm-os-relay-list-fault",
        area: Farm,
        severity: Warning,
        summary: "The server's Windows version installs SMTP with a broken relay list.",
        pass_message: "The server's Windows version installs SMTP with a sound relay list.",
        about: ["server.NAME.os", "server.NAME.smtp-service"],
        judge: os_relay_list_fault,
    },
    rule! {
        id: "farm-address-overridden",
        area: Farm,
        severity: Warning,
        summary: "A web application overrides the mail server address.",
        pass_message: "The web application keeps the page's mail server address.",
        about: ["web-application.NAME.incoming-address"],
        judge: address_overridden,
    },
    rule! {
        id: "farm-account-unknown",
        area: Farm,
        severity: Warning,
        summary: "An account that must have rights is not recorded.",
        pass_message: "The account is recorded.",
        about: [
            "farm.central-administration-account",
            "farm.timer-account",
            "web-application.NAME.account",
        ],
        judge: account_unknown,
    },
    rule! {
        id: "farm-network-service",
        area: Farm,
        severity: Warning,
        summary: "Central Administration runs as Network Service, so SharePoint does not put its \
                  groups on the drop folder.",
        pass_message: "Central Administration runs as an account of its own.",
        about: ["farm.central-administration-account"],
        judge: network_service,
    },
    rule! {
        id: "farm-accept-unused",
        area: Farm,
        severity: Warning,
        summary: "An acceptance matches no finding.",
        pass_message: "The acceptance matches a finding.",
        about: ["accept.NAME.rule", "accept.NAME.subject"],
        judge_verdicts: accept_unused,
    },
    rule! {
        id: "farm-accept-expired",
        area: Farm,
        severity: Error,
        summary: "An acceptance is past its last day.",
        pass_message: "The acceptance still holds.",
        about: ["accept.NAME.until"],
        judge_verdicts: accept_expired,
    },
];

fn one(subject: &str, outcome: Outcome) -> Vec<RuleResult> {
    vec![RuleResult::new(subject, outcome)]
}

/// One verdict for each server, with the setting of the server that it points at.
fn of_servers(
    case: &Case<'_>,
    setting: &str,
    judge: impl Fn(&Server) -> Outcome,
) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() {
        return one("server", Outcome::not_applicable("no server is recorded"));
    }
    let judged = |server: &Server| {
        RuleResult::new(server.name(), judge(server))
            .about(format!("server.{}.{setting}", server.name()))
    };
    case.farm.servers.iter().map(judged).collect()
}

fn key_of(server: &Server, setting: &str) -> String {
    format!("server.{}.{setting}", server.name())
}

fn unrecorded(server: &Server, setting: &str) -> Outcome {
    Outcome::not_applicable(format!("`{}` is not recorded", key_of(server, setting)))
}

const SERVICE: &str = "incoming-email-service";

fn service_nowhere(case: &Case<'_>) -> Vec<RuleResult> {
    let servers = &case.farm.servers;
    let silent = servers
        .iter()
        .find(|server| server.incoming_email_service.is_none());
    let outcome = match (servers.is_empty(), case.farm.receivers().next(), silent) {
        (true, ..) => Outcome::not_applicable("no server is recorded"),
        (_, Some(_), _) => Outcome::pass(),
        (_, None, Some(server)) => unrecorded(server, SERVICE),
        (_, None, None) => Outcome::Fail(
            Finding::new(
                "incoming e-mail is enabled, but the incoming e-mail service runs on no recorded \
                 server",
                "Start \"Microsoft SharePoint Foundation Incoming E-Mail\" on a server, and \
                 record it with `spinmail set server.NAME.incoming-email-service yes`",
            )
            .observed(
                key_of_any(servers),
                "`true` on at least one server",
                "`false` on every server",
            ),
        ),
    };
    one("farm", outcome)
}

fn key_of_any(servers: &[Server]) -> String {
    servers
        .first()
        .map_or_else(String::new, |server| key_of(server, SERVICE))
}

fn role_not_allowed(case: &Case<'_>) -> Vec<RuleResult> {
    of_servers(case, "role", |server| {
        match (
            case.farm.version,
            server.incoming_email_service,
            server.role,
        ) {
            (None, ..) => Outcome::not_applicable("`farm.version` is not recorded"),
            (Some(version), ..) if !version.has_roles() => {
                Outcome::not_applicable("this SharePoint has no server roles")
            }
            (_, None, _) => unrecorded(server, SERVICE),
            (_, Some(false), _) => Outcome::not_applicable("the service does not run here"),
            (_, _, None) => unrecorded(server, "role"),
            (_, _, Some(role)) if role.may_receive_mail() => Outcome::pass(),
            (_, _, Some(role)) => Outcome::Fail(
                Finding::new(
                    format!(
                        "`{}` has the role {}, on which SharePoint stops the incoming e-mail \
                         service",
                        server.name(),
                        role.meaning()
                    ),
                    "Run the service on a server of the role Application, Application with \
                     Search, Single-Server Farm or Custom",
                )
                .observed(
                    key_of(server, "role"),
                    "`application`, `application-with-search`, `single-server` or `custom`",
                    format!("`{}`", role.word()),
                ),
            ),
        }
    })
}

fn smtp_missing(case: &Case<'_>) -> Vec<RuleResult> {
    let needed = |server: &Server| {
        [
            ("smtp-service", server.smtp_service, "the SMTP service"),
            (
                "foundation-web-application",
                server.foundation_web_application,
                "the SharePoint Foundation Web Application service",
            ),
        ]
    };
    of_servers(case, "smtp-service", |server| {
        match case.farm.delivery() {
            Delivery::Automatic => {}
            Delivery::AutomaticRemoved => {
                return Outcome::not_applicable(
                    "this SharePoint has no automatic mode (page-automatic-removed)",
                );
            }
            _ => return Outcome::not_applicable("the mode is not automatic"),
        }
        match server.incoming_email_service {
            None => return unrecorded(server, SERVICE),
            Some(false) => {
                return Outcome::not_applicable("the incoming e-mail service does not run here");
            }
            Some(true) => {}
        }
        let without: Vec<_> = needed(server)
            .into_iter()
            .filter(|(_, runs, _)| *runs == Some(false))
            .collect();
        if without.is_empty() {
            // The SMTP service is what automatic mode reads; the other one is judged only where it
            // is recorded.
            return if server.smtp_service.is_none() {
                unrecorded(server, "smtp-service")
            } else {
                Outcome::pass()
            };
        }
        let names = without
            .iter()
            .map(|(.., name)| *name)
            .collect::<Vec<_>>()
            .join(" and ");
        let finding = Finding::for_role(
            AdminRole::Server,
            format!(
                "`{}` receives mail in automatic mode without {names}",
                server.name()
            ),
            format!("Run {names} there, or run the incoming e-mail service elsewhere"),
        );
        Outcome::Fail(without.iter().fold(finding, |finding, (setting, ..)| {
            finding.observed(key_of(server, setting), "`true`", "`false`")
        }))
    })
}

fn drop_folder_differs(case: &Case<'_>) -> Vec<RuleResult> {
    let farm = case.farm;
    let receivers: Vec<&Server> = farm.receivers().collect();
    if farm.incoming.mode != Some(Mode::Advanced) {
        return one("farm", Outcome::not_applicable("the mode is not advanced"));
    }
    if receivers.len() < 2 {
        return one(
            "farm",
            Outcome::not_applicable("fewer than two servers run the incoming e-mail service"),
        );
    }
    let mut folders: Vec<(&Server, &str, &FolderPath)> = Vec::new();
    for server in receivers {
        match farm.polled_folder(server) {
            Checked::Valid(text, path) => folders.push((server, text, path)),
            Checked::Missing => {
                return one(
                    "farm",
                    Outcome::not_applicable(
                        "no drop folder is recorded (page-drop-folder-missing)",
                    ),
                );
            }
            Checked::Invalid(..) => {
                let why = format!("the drop folder of `{}` is no valid folder", server.name());
                return one("farm", Outcome::not_applicable(why));
            }
        }
    }
    // A share's server may be written short, so that two may match a third and not each other.
    let same = folders
        .iter()
        .all(|(.., one)| folders.iter().all(|(.., two)| one.is(two)));
    let finding = || {
        let message = "the servers that take in mail look in different folders, and mail lies in \
                       one that is not looked in";
        let finding = Finding::new(message, "Let every server take mail from the same folder");
        folders.iter().fold(finding, |finding, (server, text, _)| {
            finding.observed(
                key_of(server, "drop-folder"),
                "the same folder on every server",
                format!("`{text}`"),
            )
        })
    };
    one("farm", Outcome::pass_unless((!same).then(finding)))
}

/// The groups of two servers or more that poll one share.
fn sharing(farm: &Farm) -> Vec<(String, Vec<&Server>)> {
    let mut groups: Vec<(&FolderPath, String, Vec<&Server>)> = Vec::new();
    for server in farm.receivers() {
        let Checked::Valid(text, path) = farm.polled_folder(server) else {
            continue;
        };
        match groups.iter_mut().find(|(known, ..)| known.is(path)) {
            Some((.., servers)) => servers.push(server),
            None if path.is_share() => groups.push((path, text.to_owned(), vec![server])),
            None => {}
        }
    }
    groups
        .into_iter()
        .filter(|(.., servers)| servers.len() > 1)
        .map(|(_, text, servers)| (text, servers))
        .collect()
}

fn shared_folder(case: &Case<'_>) -> Vec<RuleResult> {
    let groups = sharing(case.farm);
    if groups.is_empty() {
        let unknown = |server: &&Server| case.farm.polled_folder(server).valid().is_none();
        let outcome = match (
            case.farm.receivers().nth(1),
            case.farm.receivers().find(unknown),
        ) {
            (None, _) => {
                Outcome::not_applicable("fewer than two servers run the incoming e-mail service")
            }
            (_, Some(server)) => Outcome::not_applicable(format!(
                "no valid drop folder is recorded for `{}`",
                server.name()
            )),
            _ => Outcome::pass(),
        };
        return one("farm", outcome);
    }
    let judged = |(folder, servers): &(String, Vec<&Server>)| {
        let names = names_of(servers.iter().copied());
        let finding = Finding::new(
            format!("{names} take mail from one share, `{folder}`"),
            "Nothing is wrong as long as one message is taken once; if copies appear, let one \
             server take the mail",
        )
        .observed(
            "incoming-email.drop-folder",
            "one server a share, or a build that shares the work",
            format!("{} servers", servers.len()),
        );
        let finding = if case.farm.has_single_server_job() == Some(true) {
            Finding {
                message: format!(
                    "{}, on a build for which duplicates are known",
                    finding.message
                ),
                ..finding
            }
            .with_severity(Severity::Warning)
        } else {
            finding
        };
        RuleResult::new(folder, Outcome::Fail(finding))
    };
    groups.iter().map(judged).collect()
}

fn names_of<'a>(servers: impl Iterator<Item = &'a Server>) -> String {
    servers
        .map(|server| format!("`{}`", server.name()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn one_server_job(case: &Case<'_>) -> Vec<RuleResult> {
    let farm = case.farm;
    let count = farm.receivers().count();
    let outcome = match (farm.version, farm.build, farm.has_single_server_job()) {
        (None, ..) => Outcome::not_applicable("`farm.version` is not recorded"),
        (Some(Version::Foundation2013 | Version::Server2013), None, _) => {
            Outcome::not_applicable("`farm.build` is not recorded")
        }
        (_, Some(build), Some(true)) if count > 1 => Outcome::Fail(
            Finding::new(
                format!(
                    "{} run the service, but SharePoint 2013 before its December 2013 update \
                     takes in mail on one of them only",
                    names_of(farm.receivers())
                ),
                "Install the December 2013 cumulative update or a later one, or run the service \
                 on one server and send all mail there",
            )
            .observed(
                "farm.build",
                "15.0.4551.1508 or later, or one server",
                format!("`{build}` and {count} servers"),
            ),
        ),
        (_, Some(_), Some(true)) => match farm
            .servers
            .iter()
            .find(|server| server.incoming_email_service.is_none())
        {
            Some(server) => unrecorded(server, SERVICE),
            None => Outcome::pass(),
        },
        _ => Outcome::pass(),
    };
    one("farm", outcome)
}

fn of_mail_servers(
    case: &Case<'_>,
    judge: impl Fn(&Server, Os) -> Option<Finding>,
) -> Vec<RuleResult> {
    of_servers(case, "os", |server| {
        match (server.smtp_service, server.os) {
            (None, _) => unrecorded(server, "smtp-service"),
            (Some(false), _) => Outcome::not_applicable("SMTP does not run here"),
            (_, None) => unrecorded(server, "os"),
            (_, Some(os)) => Outcome::pass_unless(judge(server, os)),
        }
    })
}

fn os_without_smtp(case: &Case<'_>) -> Vec<RuleResult> {
    of_mail_servers(case, |server, os| {
        (os == Os::W2025).then(|| {
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` is said to run SMTP, but {} has no SMTP service",
                    server.name(),
                    os.meaning()
                ),
                "Receive the mail with Exchange or another mail server that writes to the drop \
                 folder, and record `smtp-service = false`",
            )
            .observed(
                key_of(server, "os"),
                "Windows Server 2022 or earlier",
                format!("`{}`", os.word()),
            )
        })
    })
}

fn os_relay_list_fault(case: &Case<'_>) -> Vec<RuleResult> {
    of_mail_servers(case, |server, os| {
        (os == Os::W2022).then(|| {
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` runs {}, which installs SMTP without a sound relay list",
                    server.name(),
                    os.meaning()
                ),
                "Look at RelayIpList in MetaBase.xml: repair it, and see to it that not everyone \
                 may relay afterwards; then accept this finding",
            )
            .observed(
                key_of(server, "os"),
                "a version whose relay list is sound, or a repaired list",
                format!("`{}`", os.word()),
            )
        })
    })
}

fn of_web_applications(
    case: &Case<'_>,
    setting: &str,
    judge: impl Fn(&WebApplication) -> Outcome,
) -> Vec<RuleResult> {
    let key = |web: &WebApplication| format!("web-application.{}.{setting}", web.name());
    let judged = |web: &WebApplication| RuleResult::new(web.name(), judge(web)).about(key(web));
    case.farm.web_applications.iter().map(judged).collect()
}

fn address_overridden(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.web_applications.is_empty() {
        return one(
            "web-application",
            Outcome::not_applicable("no web application is recorded"),
        );
    }
    of_web_applications(case, "incoming-address", |web| {
        let finding = |address: &str| {
            Finding::new(
                format!(
                    "the web application `{}` has a mail server address of its own, `{address}`",
                    web.name()
                ),
                "If that is not wanted, clear SPWebApplication.IncomingEmailServerAddress and \
                 take it out here; if it is, accept this finding",
            )
            .observed(
                format!("web-application.{}.incoming-address", web.name()),
                "nothing",
                format!("`{address}`"),
            )
        };
        Outcome::pass_unless(
            web.incoming_address
                .as_ref()
                .map(|address| finding(address.as_str())),
        )
    })
}

fn account_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let judged = |subject: &str, key: String, account: &Option<Account>, whose: String| {
        let finding = || {
            Finding::new(
                format!("the account of {whose} is not recorded, so its rights cannot be judged"),
                format!("Record it with `spinmail set {key} 'DOMAIN\\account'`"),
            )
            .observed(key.clone(), "an account", "nothing")
        };
        RuleResult::new(
            subject,
            Outcome::pass_unless(account.is_none().then(finding)),
        )
        .about(key.clone())
    };
    let central = "farm.central-administration-account".to_owned();
    let mut all = vec![
        judged(
            "Central Administration",
            central,
            &case.farm.central_administration_account,
            "Central Administration".into(),
        ),
        judged(
            "timer",
            "farm.timer-account".to_owned(),
            &case.farm.timer_account,
            "the Timer service".into(),
        ),
    ];
    for web in &case.farm.web_applications {
        let key = format!("web-application.{}.account", web.name());
        all.push(judged(
            web.name(),
            key,
            &web.account,
            format!("the web application `{}`", web.name()),
        ));
    }
    all
}

fn network_service(case: &Case<'_>) -> Vec<RuleResult> {
    let key = "farm.central-administration-account";
    let outcome = match &case.farm.central_administration_account {
        None => Outcome::not_applicable("the account is not recorded (farm-account-unknown)"),
        Some(account) if account.is_network_service() => Outcome::Fail(
            Finding::new(
                "Central Administration runs as Network Service, and SharePoint then does not put \
                 its groups on the drop folder",
                "Grant WSS_ADMIN_WPG Full Control and WSS_WPG Read & Execute on the drop folder \
                 by hand, or give Central Administration a domain account",
            )
            .observed(key, "a domain account", format!("`{}`", account.as_str())),
        ),
        Some(_) => Outcome::pass(),
    };
    one(key, outcome)
}

// --- Acceptances

fn of_acceptances(
    case: &Case<'_>,
    setting: &str,
    judge: impl Fn(&Acceptance) -> Outcome,
) -> Vec<RuleResult> {
    if case.farm.acceptances.is_empty() {
        return one("accept", Outcome::not_applicable("nothing is accepted"));
    }
    let judged = |acceptance: &Acceptance| {
        let key = format!("accept.{}.{setting}", acceptance.name());
        RuleResult::new(acceptance.name(), judge(acceptance)).about(key)
    };
    case.farm.acceptances.iter().map(judged).collect()
}

/// Areas that later versions judge: an acceptance of one of their rules is no slip.
const LATER_AREAS: [&str; 4] = ["folder", "directory", "sharepoint", "exchange"];

fn accept_unused(case: &Case<'_>, verdicts: &[Verdict]) -> Vec<RuleResult> {
    of_acceptances(case, "rule", |acceptance| {
        let rule = acceptance.rule();
        let shown = match &acceptance.subject {
            Some(subject) => format!("`{rule}` for `{subject}`"),
            None => format!("`{rule}`"),
        };
        let Some(known) = super::find(rule) else {
            return unknown_rule(rule);
        };
        if acceptance.until.is_some_and(|until| until < case.today) {
            return Outcome::not_applicable("it is past its last day (farm-accept-expired)");
        }
        if matches!(known.judge, Judge::Verdicts(_)) {
            return Outcome::not_applicable("it is about acceptances themselves");
        }
        let of_rule: Vec<&Verdict> = verdicts
            .iter()
            .filter(|verdict| verdict.rule.id == rule)
            .collect();
        let mut concerned = of_rule.clone();
        concerned.retain(|verdict| concerns(acceptance, rule, &verdict.subject));
        // A subject that did not come up at all may have been hidden by a question that stayed
        // open.
        let judged = if concerned.is_empty() {
            &of_rule
        } else {
            &concerned
        };
        let any = |kind: OutcomeKind| judged.iter().any(|verdict| verdict.outcome == kind);
        if !concerned.is_empty() && any(OutcomeKind::Fail) {
            return Outcome::pass();
        }
        if any(OutcomeKind::Undecided) {
            return Outcome::not_applicable(format!("`{rule}` could not be decided this time"));
        }
        if !any(OutcomeKind::Pass) && !any(OutcomeKind::Fail) {
            return Outcome::not_applicable(format!("`{rule}` was not judged this time"));
        }
        Outcome::Fail(
            Finding::new(
                format!("the acceptance of {shown} matches no finding"),
                "Take it out of the file",
            )
            .observed(
                format!("accept.{rule}.rule"),
                "a finding that it accepts",
                "none",
            ),
        )
    })
}

fn unknown_rule(rule: &str) -> Outcome {
    let area = rule.split('-').next().unwrap_or(rule);
    if LATER_AREAS.contains(&area) {
        return Outcome::not_applicable(format!("this spinmail has no rules of the area {area}"));
    }
    let near = crate::text::nearest(rule, super::all().map(|rule| rule.id));
    let remedy = match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!(
            "Areas are {}; `spinmail explain` lists the rules",
            Area::ALL.map(Area::name).join(", ")
        ),
    };
    Outcome::Fail(
        Finding::new(
            format!("the acceptance names `{rule}`, and there is no such rule"),
            remedy,
        )
        .observed(
            format!("accept.{rule}.rule"),
            "a rule's id",
            format!("`{rule}`"),
        ),
    )
}

fn accept_expired(case: &Case<'_>, _: &[Verdict]) -> Vec<RuleResult> {
    of_acceptances(case, "until", |acceptance| {
        let key = format!("accept.{}.until", acceptance.name());
        match acceptance.until {
            None => Outcome::not_applicable("it has no last day"),
            Some(until) if case.today <= until => Outcome::pass(),
            Some(until) => Outcome::Fail(
                Finding::new(
                    format!(
                        "the acceptance of `{}` ended on {until} and accepts nothing any more",
                        acceptance.rule()
                    ),
                    "Mend what it accepted, or give it a new last day and a reason that still \
                     holds",
                )
                .observed(
                    key,
                    format!("{} or later", case.today),
                    until.to_string(),
                ),
            ),
        }
    })
}
