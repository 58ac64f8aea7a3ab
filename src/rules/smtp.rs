//! What the SMTP servers said, each address on its own.

mod target;

use super::{Case, Evidence, Finding, Outcome, Rule, RuleResult, rule};
use crate::facts::{Answer, SmtpHost, SmtpStep, SmtpTalk, TlsFacts};
use crate::farm::values::{Size, checked};
use crate::farm::{Farm, Server};
use crate::remedy::AdminRole;
use target::Target;

/// The rules about the conversation with the SMTP servers.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "smtp-closed",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server refuses connections.",
        pass_message: "The SMTP server takes connections.",
        about: ["server.NAME.smtp-service", "probe.smtp-port"],
        hop: Port,
        judge: closed,
    },
    rule! {
        id: "smtp-not-smtp",
        area: Smtp,
        severity: Error,
        summary: "Something else than SMTP answers.",
        pass_message: "SMTP answers.",
        about: ["server.NAME.smtp-service", "probe.smtp-port"],
        hop: Port,
        judge: not_smtp,
    },
    rule! {
        id: "smtp-other-product",
        area: Smtp,
        severity: Warning,
        summary: "Another product answers than the SMTP service of Windows.",
        pass_message: "The SMTP service of Windows answers.",
        about: ["server.NAME.smtp-service"],
        judge: other_product,
    },
    rule! {
        id: "smtp-anonymous-refused",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server wants senders to log on.",
        pass_message: "The SMTP server takes mail without a logon.",
        about: ["server.NAME.smtp-service"],
        hop: Recipient,
        judge: anonymous_refused,
    },
    rule! {
        id: "smtp-refuses-recipient",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server refuses mail for the display address.",
        pass_message: "The SMTP server takes mail for the display address.",
        about: ["incoming-email.display-address"],
        hop: Recipient,
        judge: refuses_recipient,
    },
    rule! {
        id: "smtp-defers-recipient",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server puts off mail for the display address.",
        pass_message: "The SMTP server does not put off mail for the display address.",
        about: ["incoming-email.display-address"],
        hop: Recipient,
        judge: defers_recipient,
    },
    rule! {
        id: "smtp-open-relay",
        area: Smtp,
        severity: Error,
        summary: "The SMTP server takes mail for domains that nobody owns.",
        pass_message: "The SMTP server refuses mail for other domains.",
        about: ["server.NAME.smtp-service"],
        judge: open_relay,
    },
    rule! {
        id: "smtp-size-small",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server takes smaller messages than a web application does.",
        pass_message: "The SMTP server takes messages as large as the web applications do.",
        about: ["web-application.NAME.maximum-message-size"],
        judge: size_small,
    },
    rule! {
        id: "smtp-tls-broken",
        area: Smtp,
        severity: Warning,
        summary: "The SMTP server offers encryption that does not work.",
        pass_message: "The encryption that the SMTP server offers works.",
        about: ["server.NAME.smtp-service", "probe.ca-file"],
        judge: tls_broken,
    },
];

const DISPLAY: &str = "incoming-email.display-address";

/// Judges every target that was asked about.
fn of_targets(case: &Case<'_>, judge: impl Fn(&Target<'_>) -> Outcome) -> Vec<RuleResult> {
    let Some(smtp) = &case.facts.smtp else {
        let what = "SMTP was not asked; `spinmail verify smtp` or `spinmail gather smtp` asks it";
        return vec![RuleResult::new("smtp", Outcome::undecided(what))];
    };
    if smtp.targets.is_empty() && smtp.unresolved.is_empty() {
        let why = "no SMTP server with an address is known";
        return vec![RuleResult::new("smtp", Outcome::not_applicable(why))];
    }
    let key = |host: &str| match recorded(case.farm, host) {
        Some(server) => format!("server.{}.smtp-service", server.name()),
        None => DISPLAY.to_owned(),
    };
    let targets = smtp.targets.iter().map(|target| Target::new(smtp, target));
    let targets = targets
        .map(|target| RuleResult::new(target.subject(), judge(&target)).about(key(&target.host)));
    let unresolved = smtp.unresolved.iter().map(|host| {
        RuleResult::new(target::unresolved(smtp, host), unreached(host)).about(key(&host.host))
    });
    targets.chain(unresolved).collect()
}

/// What there is to say of a host without an address to talk to.
fn unreached(host: &SmtpHost) -> Outcome {
    match &host.answer {
        Answer::Absent(_) => Outcome::not_applicable("it has no address"),
        Answer::Failed(why) => Outcome::undecided(format!("its addresses are not known: {why}")),
        Answer::Known(()) | Answer::NotAsked => Outcome::undecided("it was not asked"),
    }
}

/// The recorded server of that name.
fn recorded<'a>(farm: &'a Farm, host: &str) -> Option<&'a Server> {
    farm.servers.iter().find(|server| {
        server
            .name
            .as_ref()
            .is_some_and(|name| name.ascii() == host)
    })
}

/// Judges the conversations that began with a greeting; why the others say nothing is said once.
fn of_talks(case: &Case<'_>, judge: impl Fn(&Target<'_>, &SmtpTalk) -> Outcome) -> Vec<RuleResult> {
    of_targets(case, |target| match &target.answer {
        Answer::NotAsked => Outcome::undecided("it was not asked"),
        Answer::Failed(why) => Outcome::undecided(format!("no connection came about: {why}")),
        Answer::Absent(_) => Outcome::not_applicable("it takes no connections (smtp-closed)"),
        Answer::Known(talk) => match greeting(talk) {
            Greeting::Welcome => judge(target, talk),
            Greeting::None(why) => no_greeting(&why),
            Greeting::Closed | Greeting::Refusal(_) => {
                Outcome::not_applicable("it takes no connections (smtp-closed)")
            }
            Greeting::Later(_) => Outcome::undecided("it was busy; ask again later"),
            Greeting::Strange => Outcome::not_applicable("it does not talk SMTP (smtp-not-smtp)"),
        },
    })
}

/// What a server says first.
enum Greeting {
    Welcome,
    /// It puts callers off for now.
    Later(u16),
    /// It sends callers away.
    Refusal(u16),
    Closed,
    /// Silence, or what may have been meant as a greeting; why.
    None(String),
    Strange,
}

const CLOSED: &str = "the server closed the connection";

fn greeting(talk: &SmtpTalk) -> Greeting {
    let Some(step) = talk.step("") else {
        return Greeting::None("not asked".to_owned());
    };
    match (&step.reply, step.code()) {
        (Answer::Failed(why), _) if why == CLOSED => Greeting::Closed,
        (Answer::Failed(why), _) => Greeting::None(why.clone()),
        (_, Some(220)) => Greeting::Welcome,
        (_, Some(code @ 400..=499)) => Greeting::Later(code),
        (_, Some(code @ 500..=599)) => Greeting::Refusal(code),
        (Answer::Known(lines), None)
            if lines.first().is_some_and(|line| line.starts_with("220")) =>
        {
            Greeting::None(format!(
                "the lines of one reply have different codes: {}",
                lines.join(" | ")
            ))
        }
        _ => Greeting::Strange,
    }
}

fn no_greeting(why: &str) -> Outcome {
    Outcome::undecided(format!("no greeting came: {why}"))
}

/// The last reply to EHLO or HELO, where it is a reply at all.
fn hello(talk: &SmtpTalk) -> Option<u16> {
    let is_hello =
        |step: &&SmtpStep| step.command.starts_with("EHLO") || step.command.starts_with("HELO");
    talk.steps.iter().rev().find(is_hello)?.code()
}

/// The reply to a step as it came.
fn said(step: Option<&SmtpStep>) -> String {
    match step.map(|step| &step.reply) {
        Some(Answer::Known(lines)) => lines.join(" | "),
        Some(Answer::Failed(why) | Answer::Absent(why)) => why.clone(),
        Some(Answer::NotAsked) | None => "not asked".to_owned(),
    }
}

fn evidence(target: &Target<'_>, step: Option<&SmtpStep>, expected: &str) -> Evidence {
    let command = match step.map(|step| step.command.as_str()) {
        Some("") | None => "the greeting",
        Some(command) => command,
    };
    Evidence {
        asked: format!("{command} of {}", target.subject()),
        expected: expected.to_owned(),
        observed: said(step),
    }
}

fn closed(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = |target: &Target<'_>, what: String, observed: String| {
        let remedy = "See to it that the SMTP service runs, listens on this address, and that no \
                      firewall or connection list keeps callers out";
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!("`{}` {what}", target.subject()),
                remedy,
            )
            .observed(
                target.with_origin(format!("a connection to {}", target.address)),
                "a greeting (220)",
                observed,
            ),
        )
    };
    of_targets(case, |target| match &target.answer {
        Answer::NotAsked => Outcome::undecided("it was not asked"),
        Answer::Failed(why) => Outcome::undecided(format!(
            "no connection came about ({why}); try from where the mail comes from"
        )),
        Answer::Absent(how) => finding(target, "refuses connections".to_owned(), how.clone()),
        Answer::Known(talk) => match greeting(talk) {
            Greeting::Welcome | Greeting::Strange => Outcome::pass(),
            Greeting::Closed => finding(
                target,
                "closes connections at once".to_owned(),
                said(talk.step("")),
            ),
            Greeting::Refusal(code) => finding(
                target,
                format!("sends this machine away with {code}"),
                said(talk.step("")),
            ),
            Greeting::Later(code) => {
                Outcome::undecided(format!("it puts callers off with {code}; ask again later"))
            }
            Greeting::None(why) => no_greeting(&why),
        },
    })
}

fn not_smtp(case: &Case<'_>) -> Vec<RuleResult> {
    of_targets(case, |target| match &target.answer {
        Answer::Known(talk) => match greeting(talk) {
            Greeting::Strange => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("what answers at `{}` is no SMTP server", target.subject()),
                    "Find out what listens on this port, and give the port back to the SMTP \
                     service",
                )
                .with_evidence([evidence(
                    target,
                    talk.step(""),
                    "a greeting that begins with 220",
                )]),
            ),
            Greeting::Welcome => knows_smtp(talk),
            Greeting::Later(_) | Greeting::Refusal(_) => Outcome::pass(),
            Greeting::Closed => Outcome::not_applicable("it takes no connections (smtp-closed)"),
            Greeting::None(why) => no_greeting(&why),
        },
        Answer::Absent(_) => Outcome::not_applicable("it takes no connections (smtp-closed)"),
        Answer::Failed(why) => Outcome::undecided(format!("no connection came about: {why}")),
        Answer::NotAsked => Outcome::undecided("it was not asked"),
    })
}

/// FTP greets with 220 too, so a greeting that does not name SMTP proves nothing by itself.
fn knows_smtp(talk: &SmtpTalk) -> Outcome {
    let greeting = said(talk.step(""));
    if greeting.to_ascii_uppercase().contains("SMTP") || matches!(hello(talk), Some(200..=299)) {
        return Outcome::Pass(Vec::new());
    }
    Outcome::undecided(format!(
        "it greets with `{greeting}`, and then takes neither EHLO nor HELO"
    ))
}

/// The greeting of the SMTP service of Windows names its version; Exchange's does not.
fn is_windows_service(greeting: &str) -> bool {
    greeting.contains("Microsoft ESMTP MAIL Service") && greeting.contains("Version:")
}

/// Its greeting can be changed; its extensions cannot. It alone writes 8bitmime small and ends with
/// a bare OK.
fn has_windows_extensions(talk: &SmtpTalk) -> bool {
    let lines = match talk.step("EHLO").map(|step| &step.reply) {
        Some(Answer::Known(lines)) => lines.as_slice(),
        _ => &[],
    };
    let ends_so = lines.last().is_some_and(|line| line == "250 OK");
    ends_so && lines.iter().any(|line| line == "250-8bitmime")
}

/// The greeting of the SMTP service of Windows on a recorded server.
pub(super) fn windows_greeting(case: &Case<'_>, server: &Server) -> Option<Evidence> {
    heard(case, server, |target, talk| {
        Some(evidence(
            target,
            talk.step(""),
            "the SMTP service of Windows",
        ))
    })
}

/// The reply with which it took a sender without a logon.
pub(super) fn windows_takes_anyone(case: &Case<'_>, server: &Server) -> Option<Evidence> {
    heard(case, server, |target, talk| {
        let taken = matches!(sender(talk), Sender::Taken);
        taken.then(|| {
            evidence(
                target,
                talk.step("MAIL"),
                "250: mail is taken without a logon",
            )
        })
    })
}

/// What the first of a recorded server's conversations shows that shows anything. What answers at
/// its address may be another machine: only a greeting that names the server is its own.
fn heard(
    case: &Case<'_>,
    server: &Server,
    shows: impl Fn(&Target<'_>, &SmtpTalk) -> Option<Evidence>,
) -> Option<Evidence> {
    let smtp = case.facts.smtp.as_ref()?;
    let name = server.name.as_ref()?.ascii();
    let of_server = smtp
        .targets
        .iter()
        .filter(|target| target.host == name)
        .map(|target| Target::new(smtp, target));
    of_server.into_iter().find_map(|target| {
        let Answer::Known(talk) = &target.answer else {
            return None;
        };
        let greeting = said(talk.step(""));
        let is_own =
            matches!(self::greeting(talk), Greeting::Welcome) && is_windows_service(&greeting);
        (is_own && greets_as(&greeting, &name))
            .then(|| shows(&target, talk))
            .flatten()
    })
}

/// Whether a greeting is of this host, by its name or the first part of it.
fn greets_as(greeting: &str, host: &str) -> bool {
    let own = greeting
        .get(4..)
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    let first = |name: &str| {
        name.split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    own.eq_ignore_ascii_case(host)
        || (!own.contains('.') && !own.is_empty() && first(host) == first(own))
}

fn other_product(case: &Case<'_>) -> Vec<RuleResult> {
    of_talks(case, |target, talk| {
        if recorded(case.farm, &target.host).and_then(|server| server.smtp_service) != Some(true) {
            return Outcome::not_applicable("no SMTP service of Windows is expected there");
        }
        let greeting = said(talk.step(""));
        if is_windows_service(&greeting) {
            return Outcome::Pass(vec![evidence(
                target,
                talk.step(""),
                "the SMTP service of Windows",
            )]);
        }
        if has_windows_extensions(talk) {
            return Outcome::undecided(format!(
                "its extensions are those of the SMTP service of Windows, its greeting is not: \
                 {greeting}"
            ));
        }
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` greets as another product than the SMTP service of Windows",
                    target.subject()
                ),
                "If a filter or Exchange stands in front on purpose, accept this finding: what it \
                 takes, it must pass on; otherwise give port 25 back to the SMTP service",
            )
            .with_evidence([evidence(
                target,
                talk.step(""),
                "`Microsoft ESMTP MAIL Service, Version: …`",
            )]),
        )
    })
}

/// What a server makes of a sender.
enum Sender<'a> {
    Taken,
    /// The step that said so.
    MustLogOn(&'a SmtpStep),
    /// Something else; what.
    Other(String),
}

/// What a reply demands before mail is taken. 530 and 535 are about logging on (RFC 4954 6); the
/// Microsoft service says 454 5.7.3 where anonymous access is off.
fn demand(step: &SmtpStep) -> Option<Sender<'_>> {
    let text = said(Some(step));
    let enhanced = text
        .get(4..)
        .and_then(|rest| rest.split_whitespace().next());
    match (step.code()?, enhanced) {
        (530, _) if text.to_ascii_uppercase().contains("STARTTLS") => {
            Some(Sender::Other(format!("it wants encryption first: {text}")))
        }
        (530 | 535 | 538, _) | (400..=599, Some("5.7.3")) => Some(Sender::MustLogOn(step)),
        _ => None,
    }
}

/// Some servers take any sender, and want the logon at the recipient. A foreign recipient shows
/// nothing of the kind: a server that relays only for those who log on is as it should be.
fn sender(talk: &SmtpTalk) -> Sender<'_> {
    let Some(step) = talk.step("MAIL") else {
        return Sender::Other("the conversation did not come to the sender".to_owned());
    };
    let probe = talk
        .steps
        .iter()
        .find(|step| step.command.starts_with("RCPT") && !is_foreign(step));
    match demand(step).or_else(|| probe.and_then(demand)) {
        // What takes no EHLO may be no SMTP server, and mean another logon.
        Some(Sender::MustLogOn(at)) if !matches!(hello(talk), Some(200..=299)) => {
            Sender::Other(format!("it takes no EHLO, and says: {}", said(Some(at))))
        }
        Some(demand) => demand,
        None if matches!(step.code(), Some(200..=299)) => Sender::Taken,
        None => Sender::Other(format!("the sender was answered: {}", said(Some(step)))),
    }
}

fn anonymous_refused(case: &Case<'_>) -> Vec<RuleResult> {
    of_talks(case, |target, talk| match sender(talk) {
        Sender::Taken => Outcome::pass(),
        Sender::Other(why) => Outcome::undecided(why),
        Sender::MustLogOn(step) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!("`{}` takes no mail without a logon", target.subject()),
                "Tick Anonymous access in the SMTP virtual server's properties, Access, \
                 Authentication",
            )
            .with_evidence([evidence(
                target,
                Some(step),
                "250: mail is taken without a logon",
            )]),
        ),
    })
}

/// The reply to the probe at the display address, once the sender was taken.
fn of_recipient(
    case: &Case<'_>,
    judge: impl Fn(&Target<'_>, &SmtpStep, u16) -> Outcome,
) -> Vec<RuleResult> {
    let Some(domain) = checked(&case.farm.incoming.display_address).valid() else {
        let why = "no display address that is a domain is recorded";
        return vec![RuleResult::new(DISPLAY, Outcome::not_applicable(why))];
    };
    let probe = format!("RCPT TO:<spinmail-probe@{}>", domain.ascii());
    of_talks(case, |target, talk| match sender(talk) {
        Sender::MustLogOn(_) => {
            Outcome::not_applicable("it wants senders to log on (smtp-anonymous-refused)")
        }
        Sender::Other(why) => Outcome::undecided(why),
        Sender::Taken => match talk.step(&probe) {
            None => Outcome::undecided("the recipient was not asked about"),
            Some(step) => match step.code() {
                Some(code) => judge(target, step, code),
                None => {
                    Outcome::undecided(format!("the recipient got no answer: {}", said(Some(step))))
                }
            },
        },
    })
}

fn refuses_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    of_recipient(case, |target, step, code| match code {
        200..=299 => Outcome::Pass(vec![evidence(target, Some(step), "250")]),
        400..=499 => Outcome::not_applicable("it puts the recipient off (smtp-defers-recipient)"),
        500..=599 => Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` refuses mail for the display address",
                    target.subject()
                ),
                "Either the display address is no alias domain of this SMTP server, so that \
                 taking the mail would be relaying: add it as a domain of the kind Alias; or a \
                 relay or filter rule keeps this sender out",
            )
            .with_evidence([evidence(
                target,
                Some(step),
                "250: the recipient is taken",
            )]),
        ),
        _ => odd_answer(step),
    })
}

/// A code that is neither yes, nor later, nor no.
fn odd_answer(step: &SmtpStep) -> Outcome {
    Outcome::undecided(format!("the recipient was answered: {}", said(Some(step))))
}

fn defers_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    of_recipient(case, |target, step, code| match code {
        200..=299 => Outcome::pass(),
        400..=499 => Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` puts off mail for the display address",
                    target.subject()
                ),
                "With greylisting nothing is wrong: the sender tries again; otherwise look for a \
                 full disk or a stopped service behind it",
            )
            .with_evidence([evidence(
                target,
                Some(step),
                "250: the recipient is taken",
            )]),
        ),
        500..=599 => Outcome::not_applicable("it refuses the recipient (smtp-refuses-recipient)"),
        _ => odd_answer(step),
    })
}

/// The recipient in a domain that nobody can own.
fn is_foreign(step: &SmtpStep) -> bool {
    step.command == "RCPT TO:<spinmail-probe@spinmail-check.invalid>"
}

fn open_relay(case: &Case<'_>) -> Vec<RuleResult> {
    of_talks(case, |target, talk| {
        match sender(talk) {
            Sender::MustLogOn(_) => {
                return Outcome::not_applicable(
                    "it wants senders to log on (smtp-anonymous-refused)",
                );
            }
            Sender::Other(why) => return Outcome::undecided(why),
            Sender::Taken => {}
        }
        let step = talk.steps.iter().rev().find(|step| is_foreign(step));
        match step.and_then(SmtpStep::code) {
            Some(200..=299) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "`{}` takes mail for a domain that nobody owns, from {}'s address",
                        target.name(),
                        target.asker()
                    ),
                    "Choose Only the list below in the relay restrictions, and list who may \
                     relay; if only this machine may, nothing is open to others",
                )
                .with_evidence([evidence(
                    target,
                    step,
                    "550: relaying is refused",
                )]),
            ),
            Some(500..=599) => {
                Outcome::Pass(vec![evidence(target, step, "550: relaying is refused")])
            }
            Some(code) => {
                Outcome::undecided(format!("the foreign recipient was put off with {code}"))
            }
            None => Outcome::undecided(format!(
                "the foreign recipient got no answer: {}",
                said(step)
            )),
        }
    })
}

fn size_small(case: &Case<'_>) -> Vec<RuleResult> {
    let Some(largest) = case.farm.largest_message() else {
        let why = "no web application's maximum message size is recorded";
        return vec![RuleResult::new(
            "web-application",
            Outcome::not_applicable(why),
        )];
    };
    of_talks(case, |target, talk| {
        let Some(parameter) = talk.extension("SIZE") else {
            return without_extension(talk, "it announces no size");
        };
        match parameter.trim().parse::<u64>() {
            // No number, or zero: no limit (RFC 1870 4).
            Ok(0) => Outcome::pass(),
            Ok(size) if size >= largest.bytes() => Outcome::pass(),
            Ok(size) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "`{}` takes messages up to {}, a web application up to {}",
                        target.subject(),
                        Size::in_words(size),
                        largest.as_str()
                    ),
                    "Raise Limit message size in the SMTP virtual server's properties, Messages; \
                     encoding makes attachments a third larger",
                )
                .observed(
                    format!("SIZE of {}", target.subject()),
                    format!("{} or more", largest.bytes()),
                    size.to_string(),
                ),
            ),
            Err(_) if parameter.trim().is_empty() => Outcome::pass(),
            Err(_) => Outcome::undecided(format!(
                "it announces a size that is no number: {parameter}"
            )),
        }
    })
}

/// An extension that is not among those announced; without an announcement nothing is known.
fn without_extension(talk: &SmtpTalk, why: &str) -> Outcome {
    match hello(talk) {
        Some(200..=299 | 500..=599) => Outcome::not_applicable(why),
        _ => Outcome::undecided("its extensions are not known: EHLO got no usable answer"),
    }
}

fn tls_broken(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = |target: &Target<'_>, what: &str, why: &str| {
        let remedy = "Give the SMTP virtual server a certificate for its name that senders trust, \
                      or take the broken one away; for an authority of your own, name its file \
                      with `spinmail set ca-file FILE`";
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!("`{}` offers STARTTLS, and {what}", target.subject()),
                remedy,
            )
            .observed(
                format!("STARTTLS of {}", target.subject()),
                "a handshake with a trusted certificate for the name",
                why.to_owned(),
            ),
        )
    };
    of_talks(case, |target, talk| match &talk.tls {
        Answer::NotAsked => without_extension(talk, "it offers no STARTTLS"),
        Answer::Absent(why) | Answer::Failed(why) => Outcome::undecided(why.clone()),
        Answer::Known(TlsFacts {
            handshake: Answer::Failed(why),
            ..
        }) => {
            // Neither silence nor an old server shows a fault; every other end of a handshake does.
            if why.starts_with("timed out") || why.starts_with(TlsFacts::NOTHING_IN_COMMON) {
                Outcome::undecided(why.clone())
            } else {
                finding(target, "the handshake fails", why)
            }
        }
        Answer::Known(TlsFacts {
            certificate: Answer::Absent(why),
            ..
        }) => finding(target, "its certificate is not trusted for this name", why),
        Answer::Known(TlsFacts {
            certificate: Answer::Known(()),
            ..
        }) => Outcome::pass(),
        Answer::Known(TlsFacts {
            certificate: Answer::Failed(why),
            ..
        }) => Outcome::undecided(why.clone()),
        Answer::Known(_) => Outcome::undecided("the certificate was not looked at"),
    })
}
