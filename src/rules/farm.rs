//! Servers, accounts, products, and the acceptances, by the farm file alone.

use super::verdict::concerns;
use super::{
    Area, Case, Finding, Hand, Judge, Judged, Outcome, OutcomeKind, Rule, Severity, Verdict, rule,
};
use crate::farm::values::{Account, Checked, FolderPath, Mode, Os, Version, Words};
use crate::farm::{Acceptance, Delivery, Farm, Server, WebApplication};

/// The rules about the farm around the page.
pub static RULES: &[Rule] = &[
    rule!(
        "farm-service-nowhere",
        Farm,
        Error,
        "No server runs the incoming e-mail service.",
        "A server runs the incoming e-mail service.",
        ["server.NAME.incoming-email-service"],
        Judge::Case(service_nowhere),
        Job
    ),
    rule!(
        "farm-role-not-allowed",
        Farm,
        Error,
        "The incoming e-mail service runs on a server whose role does not allow it.",
        "The server's role allows the incoming e-mail service.",
        ["server.NAME.role", "farm.version"],
        Judge::Case(role_not_allowed),
        Job
    ),
    rule!(
        "farm-smtp-missing",
        Farm,
        Error,
        "Automatic mode lacks a service on a server that receives mail.",
        "Automatic mode has the services it needs on the server.",
        [
            "server.NAME.smtp-service",
            "server.NAME.foundation-web-application",
            "incoming-email.mode"
        ],
        Judge::Case(smtp_missing)
    ),
    rule!(
        "farm-drop-folder-differs",
        Farm,
        Error,
        "The servers take mail from different folders.",
        "All servers take mail from one folder.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(drop_folder_differs),
        DropDirectory
    ),
    rule!(
        "farm-shared-folder",
        Farm,
        Note,
        "Several servers take mail from one share.",
        "No two servers take mail from one share.",
        [
            "incoming-email.drop-folder",
            "server.NAME.drop-folder",
            "farm.build"
        ],
        Judge::Case(shared_folder)
    ),
    rule!(
        "farm-one-server-job",
        Farm,
        Warning,
        "This build of SharePoint 2013 takes in mail on one server only, and several run the \
         service.",
        "The build takes in mail on every server that runs the service.",
        [
            "farm.build",
            "farm.version",
            "server.NAME.incoming-email-service"
        ],
        Judge::Case(one_server_job),
        Job
    ),
    rule!(
        "farm-os-without-smtp",
        Farm,
        Error,
        "The server's Windows version has no SMTP service.",
        "The server's Windows version has the SMTP service.",
        ["server.NAME.os", "server.NAME.smtp-service"],
        Judge::Case(os_without_smtp)
    ),
    rule!(
        "farm-os-relay-list-fault",
        Farm,
        Warning,
        "The server's Windows version installs SMTP with a broken relay list.",
        "The server's Windows version installs SMTP with a sound relay list.",
        ["server.NAME.os", "server.NAME.smtp-service"],
        Judge::Case(os_relay_list_fault)
    ),
    rule!(
        "farm-address-overridden",
        Farm,
        Warning,
        "A web application overrides the mail server address.",
        "The web application keeps the page's mail server address.",
        ["web-application.NAME.incoming-address"],
        Judge::Case(address_overridden)
    ),
    rule!(
        "farm-account-unknown",
        Farm,
        Warning,
        "An account that must have rights is not recorded.",
        "The account is recorded.",
        [
            "farm.central-administration-account",
            "farm.timer-account",
            "web-application.NAME.account"
        ],
        Judge::Case(account_unknown)
    ),
    rule!(
        "farm-network-service",
        Farm,
        Warning,
        "Central Administration runs as Network Service, so SharePoint does not put its groups on \
         the drop folder.",
        "Central Administration runs as an account of its own.",
        ["farm.central-administration-account"],
        Judge::Case(network_service)
    ),
    rule!(
        "farm-accept-unused",
        Farm,
        Warning,
        "An acceptance matches no finding.",
        "The acceptance matches a finding.",
        ["accept.NAME.rule", "accept.NAME.subject"],
        Judge::Verdicts(accept_unused)
    ),
    rule!(
        "farm-accept-expired",
        Farm,
        Error,
        "An acceptance is past its last day.",
        "The acceptance still holds.",
        ["accept.NAME.until"],
        Judge::Verdicts(accept_expired)
    ),
];

fn one(subject: &str, outcome: Outcome) -> Vec<Judged> {
    vec![Judged::new(subject, outcome)]
}

/// One verdict for each server, with the setting of the server that it points at.
fn of_servers(case: &Case<'_>, setting: &str, judge: impl Fn(&Server) -> Outcome) -> Vec<Judged> {
    if case.farm.servers.is_empty() {
        return one("server", Outcome::not_applicable("no server is recorded"));
    }
    let judged = |server: &Server| {
        Judged::new(server.name(), judge(server))
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

fn service_nowhere(case: &Case<'_>) -> Vec<Judged> {
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
            .seen(
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

fn role_not_allowed(case: &Case<'_>) -> Vec<Judged> {
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
                .seen(
                    key_of(server, "role"),
                    "`application`, `application-with-search`, `single-server` or `custom`",
                    format!("`{}`", role.word()),
                ),
            ),
        }
    })
}

fn smtp_missing(case: &Case<'_>) -> Vec<Judged> {
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
        let finding = Finding::by(
            Hand::Server,
            format!(
                "`{}` receives mail in automatic mode without {names}",
                server.name()
            ),
            format!("Run {names} there, or run the incoming e-mail service elsewhere"),
        );
        Outcome::Fail(without.iter().fold(finding, |finding, (setting, ..)| {
            finding.seen(key_of(server, setting), "`true`", "`false`")
        }))
    })
}

fn drop_folder_differs(case: &Case<'_>) -> Vec<Judged> {
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
            finding.seen(
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

fn shared_folder(case: &Case<'_>) -> Vec<Judged> {
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
        .seen(
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
            .at(Severity::Warning)
        } else {
            finding
        };
        Judged::new(folder, Outcome::Fail(finding))
    };
    groups.iter().map(judged).collect()
}

fn names_of<'a>(servers: impl Iterator<Item = &'a Server>) -> String {
    servers
        .map(|server| format!("`{}`", server.name()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn one_server_job(case: &Case<'_>) -> Vec<Judged> {
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
            .seen(
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

fn of_mail_servers(case: &Case<'_>, judge: impl Fn(&Server, Os) -> Option<Finding>) -> Vec<Judged> {
    of_servers(case, "os", |server| {
        match (server.smtp_service, server.os) {
            (None, _) => unrecorded(server, "smtp-service"),
            (Some(false), _) => Outcome::not_applicable("SMTP does not run here"),
            (_, None) => unrecorded(server, "os"),
            (_, Some(os)) => Outcome::pass_unless(judge(server, os)),
        }
    })
}

fn os_without_smtp(case: &Case<'_>) -> Vec<Judged> {
    of_mail_servers(case, |server, os| {
        (os == Os::W2025).then(|| {
            Finding::by(
                Hand::Server,
                format!(
                    "`{}` is said to run SMTP, but {} has no SMTP service",
                    server.name(),
                    os.meaning()
                ),
                "Receive the mail with Exchange or another mail server that writes to the drop \
                 folder, and record `smtp-service = false`",
            )
            .seen(
                key_of(server, "os"),
                "Windows Server 2022 or earlier",
                format!("`{}`", os.word()),
            )
        })
    })
}

fn os_relay_list_fault(case: &Case<'_>) -> Vec<Judged> {
    of_mail_servers(case, |server, os| {
        (os == Os::W2022).then(|| {
            Finding::by(
                Hand::Server,
                format!(
                    "`{}` runs {}, which installs SMTP without a sound relay list",
                    server.name(),
                    os.meaning()
                ),
                "Look at RelayIpList in MetaBase.xml: repair it, and see to it that not everyone \
                 may relay afterwards; then accept this finding",
            )
            .seen(
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
) -> Vec<Judged> {
    let key = |web: &WebApplication| format!("web-application.{}.{setting}", web.name());
    let judged = |web: &WebApplication| Judged::new(web.name(), judge(web)).about(key(web));
    case.farm.web_applications.iter().map(judged).collect()
}

fn address_overridden(case: &Case<'_>) -> Vec<Judged> {
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
            .seen(
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

fn account_unknown(case: &Case<'_>) -> Vec<Judged> {
    let judged = |subject: &str, key: String, account: &Option<Account>, whose: String| {
        let finding = || {
            Finding::new(
                format!("the account of {whose} is not recorded, so its rights cannot be judged"),
                format!("Record it with `spinmail set {key} 'DOMAIN\\account'`"),
            )
            .seen(key.clone(), "an account", "nothing")
        };
        Judged::new(
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

fn network_service(case: &Case<'_>) -> Vec<Judged> {
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
            .seen(key, "a domain account", format!("`{}`", account.as_str())),
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
) -> Vec<Judged> {
    if case.farm.acceptances.is_empty() {
        return one("accept", Outcome::not_applicable("nothing is accepted"));
    }
    let judged = |acceptance: &Acceptance| {
        let key = format!("accept.{}.{setting}", acceptance.name());
        Judged::new(acceptance.name(), judge(acceptance)).about(key)
    };
    case.farm.acceptances.iter().map(judged).collect()
}

/// Areas that later versions judge: an acceptance of one of their rules is no slip.
const LATER_AREAS: [&str; 4] = ["folder", "directory", "sharepoint", "exchange"];

fn accept_unused(case: &Case<'_>, verdicts: &[Verdict]) -> Vec<Judged> {
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
            .seen(
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
        .seen(
            format!("accept.{rule}.rule"),
            "a rule's id",
            format!("`{rule}`"),
        ),
    )
}

fn accept_expired(case: &Case<'_>, _: &[Verdict]) -> Vec<Judged> {
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
                .seen(key, format!("{} or later", case.today), until.to_string()),
            ),
        }
    })
}
