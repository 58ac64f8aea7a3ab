//! Verdicts on recorded conversations with SMTP servers: a refusal proves only what it states, and
//! only for the client that got it.

use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, Selection, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 20,
};

const FARM: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\drop'
[[server]]
name = "sp1.fabrikam.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

const OWN: &str = "spinmail-probe@sharepoint.fabrikam.com";
const FOREIGN: &str = "spinmail-probe@spinmail-check.invalid";
const WINDOWS: &str =
    "220 sp1.fabrikam.com Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready";
const POSTFIX: &str = "220 sp1.fabrikam.com ESMTP Postfix";
const EXCHANGE: &str = "220 ex1.fabrikam.com Microsoft ESMTP MAIL Service ready";
const NO_RELAY: &str = "550 5.7.1 Unable to relay for spinmail-probe@spinmail-check.invalid";
const OK: &str = "250 2.1.0 OK";

fn step(said: &str, reply: &str) -> Value {
    let reply = match reply {
        "" => json!({"failed": {"kind": "closed", "detail": "the server closed the connection"}}),
        reply => json!({"known": reply.split('|').collect::<Vec<_>>()}),
    };
    json!({"said": said, "reply": reply})
}

/// A conversation.
#[derive(Clone)]
struct Talk {
    caller: &'static str,
    greeting: &'static str,
    /// The purpose, sender, recipient and both replies of each question.
    questions: Vec<[&'static str; 5]>,
    /// Whether all recipients are in one transaction, as in version 1.
    is_version_1: bool,
}

impl Talk {
    /// Returns a conversation of version 1 with these replies to MAIL and to the two recipients.
    fn version_1(greeting: &'static str, replies: [&'static str; 3]) -> Self {
        let [mail, own, foreign] = replies;
        Self {
            caller: "10.0.0.40",
            greeting,
            questions: vec![
                ["made-up-mailbox", "", OWN, mail, own],
                ["foreign-recipient", "", FOREIGN, mail, foreign],
            ],
            is_version_1: true,
        }
    }

    fn version_2(greeting: &'static str, own: &'static str, foreign: &'static str) -> Self {
        Self {
            is_version_1: false,
            ..Self::version_1(greeting, [OK, own, foreign])
        }
    }

    fn from(self, caller: &'static str) -> Self {
        Self { caller, ..self }
    }

    fn with(mut self, question: [&'static str; 5]) -> Self {
        self.questions.push(question);
        self
    }

    fn answer(&self) -> Value {
        let mut steps = vec![
            step("", self.greeting),
            step(
                &format!("EHLO [{}]", self.caller),
                "250-sp1 Hello|250-SIZE 2097152|250 PIPELINING",
            ),
        ];
        let mut transactions = Vec::new();
        for (at, [purpose, sender, recipient, mail, rcpt]) in self.questions.iter().enumerate() {
            let mut own = Vec::new();
            let is_accepted = mail.starts_with('2');
            if at == 0 || !self.is_version_1 {
                own.push(step(&format!("MAIL FROM:<{sender}>"), mail));
            }
            if is_accepted {
                own.push(step(&format!("RCPT TO:<{recipient}>"), rcpt));
            }
            if self.is_version_1 {
                steps.append(&mut own);
            } else {
                let transaction = json!({"purpose": purpose, "recipient": recipient, "steps": own});
                transactions.push(transaction);
            }
        }
        json!({"known": {"steps": steps, "transactions": transactions, "tls": "not-asked"}})
    }
}

/// A farm and its facts.
#[derive(Clone)]
struct World {
    farm: String,
    lookups: Vec<Value>,
    targets: Vec<Value>,
    iis: Value,
}

impl World {
    /// Returns the farm, whose MX record names its only server.
    fn new() -> Self {
        let empty = Self {
            farm: FARM.to_owned(),
            lookups: Vec::new(),
            targets: Vec::new(),
            iis: Value::Null,
        };
        empty
            .mx("sp1.fabrikam.com")
            .address("sp1.fabrikam.com", "10.0.0.21")
    }

    fn farm(mut self, more: &str) -> Self {
        self.farm += more;
        self
    }

    fn lookup(mut self, name: &str, kind: &str, answer: &Value) -> Self {
        let lookup = json!(
            {"server": "10.0.0.10:53", "name": name, "type": kind, "answer": answer});
        self.lookups
            .retain(|other| (&other["name"], &other["type"]) != (&json!(name), &json!(kind)));
        self.lookups.push(lookup);
        self
    }

    fn mx(self, host: &str) -> Self {
        let domain = "sharepoint.fabrikam.com";
        let known = json!({"known": [
            {"owner": domain, "type": "MX", "preference": 10, "exchange": host}]});
        self.lookup(domain, "MX", &known)
    }

    fn address(self, host: &str, address: &str) -> Self {
        let absent = json!({"absent": "NODATA"});
        let (kind, other) = if address.contains(':') {
            ("AAAA", "A")
        } else {
            ("A", "AAAA")
        };
        let known = json!({"known": [{"owner": host, "type": kind, "address": address}]});
        self.lookup(host, other, &absent).lookup(host, kind, &known)
    }

    fn target(mut self, host: &str, address: &str, answer: &Value) -> Self {
        let target = json!({"host": host, "address": address, "answer": answer});
        self.targets.push(target);
        self
    }

    fn talk(self, talk: &Talk) -> Self {
        self.target("sp1.fabrikam.com", "10.0.0.21:25", &talk.answer())
    }

    /// Adds a metabase with this relay list and these alias domains.
    fn metabase(mut self, relay_list: &str, domains: &[&str]) -> Self {
        let value = |raw: &str| json!({"raw": raw, "line": 1});
        let alias = |name: &&str| json!({"name": name, "line": 1, "properties": {"RouteAction": value("16")}});
        let server = json!({"number": 1, "properties": {
            "DropDirectory": value(r"C:\drop"), "RelayIpList": value(relay_list),
            "ServerAutoStart": value("TRUE"), "ServerBindings": value(":25:")},
            "domains": domains.iter().map(alias).collect::<Vec<_>>()});
        let service = json!({"AuthFlags": value("AuthBasic | AuthAnonymous | AuthNTLM"),
            "DefaultDomain": value("sp1.fabrikam.com"), "MaxMessageSize": value("2097152")});
        self.iis = json!({"servers": [{"server": "sp1.fabrikam.com",
            "looked": "2026-11-20T08:00:00Z",
            "metabase": {"known": {"encoding": "UTF-8", "service": service, "servers": [server]}},
            "service": {"known": {"state": "running", "start": "automatic"}}, "folders": []}]});
        self
    }

    fn facts(&self) -> Value {
        let mut facts = json!({"facts": 2, "gathered": "2026-11-20T08:00:00Z",
            "dns": {"servers": ["10.0.0.10:53"], "lookups": self.lookups},
            "smtp": {"targets": self.targets}});
        if !self.iis.is_null() {
            facts["iis"] = self.iis.clone();
        }
        facts
    }

    fn verdicts(&self) -> Vec<Verdict> {
        self.judged(&Selection::default())
    }

    fn judged(&self, selection: &Selection) -> Vec<Verdict> {
        self.judged_for(None, selection)
    }

    /// Returns the verdicts on the route of one message.
    fn judged_for(&self, address: Option<&str>, selection: &Selection) -> Vec<Verdict> {
        let document = farm::read(&self.farm).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        let facts = Facts::from_json(&self.facts().to_string(), "facts.json").expect("facts");
        let case = Case::new(&document, &facts, TODAY).for_mail_to(address);
        rules::judge(&case, selection)
    }

    /// Returns the result of a rule for the only or the given subject: the severity of a finding,
    /// otherwise the outcome.
    fn outcome(&self, rule: &str, subject: &str) -> String {
        let verdicts = self.verdicts();
        let of_rule: Vec<&Verdict> = verdicts
            .iter()
            .filter(|verdict| verdict.rule.id == rule && verdict.subject.contains(subject))
            .collect();
        let [only] = of_rule.as_slice() else {
            panic!("{rule} {subject}: {of_rule:#?}")
        };
        match only.outcome.name() {
            "fail" => only.severity.name().to_owned(),
            other => other.to_owned(),
        }
    }

    #[track_caller]
    fn assert_outcomes(&self, what: &str, expected: &[(&str, &str)]) {
        for (rule, outcome) in expected {
            assert_eq!(self.outcome(rule, ""), *outcome, "{what}: {rule}");
        }
    }

    fn message(&self, rule: &str) -> String {
        let verdicts = self.verdicts();
        let found = verdicts.iter().find(|verdict| verdict.rule.id == rule);
        found.expect("a verdict").message.to_string()
    }
}

/// Refusals by open relays for other reasons, and refusals by servers that do not relay.
#[test]
fn only_a_refusal_to_relay_excludes_an_open_relay() {
    for (foreign, expected) in [
        (NO_RELAY, "pass"),
        ("554 5.7.1 <x@y>: Relay access denied", "pass"),
        ("454 4.7.1 <x@y>: Relay access denied", "pass"),
        (
            "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
            "pass",
        ),
        ("550 relay not permitted", "pass"),
        ("550 5.7.1 <x@y>... Relaying denied", "pass"),
        ("530 5.7.0 Authentication required", "pass"),
        (
            "550 5.5.3 <x@y>: Recipient address rejected: Multi-recipient bounce",
            "undecided",
        ),
        (
            "550 5.1.2 <x@y>: Recipient address rejected: Domain not found",
            "undecided",
        ),
        ("550 5.1.1 Unrouteable address", "undecided"),
        (
            "550 5.1.1 <x@y>: User unknown in relay recipient table",
            "undecided",
        ),
        (
            "550 5.7.1 <>: Sender address rejected: Access denied",
            "undecided",
        ),
        (
            "554 5.7.1 Client host [10.0.0.40] blocked using relays.example",
            "undecided",
        ),
        ("550 5.7.1 <x@relay.test>: Access denied", "undecided"),
        ("451 4.3.0 later", "undecided"),
        ("", "undecided"),
    ] {
        for talk in [
            Talk::version_1(POSTFIX, [OK, OK, foreign]),
            Talk::version_2(POSTFIX, OK, foreign),
        ] {
            let world = World::new().talk(&talk);
            world.assert_outcomes(foreign, &[("smtp-open-relay", expected)]);
        }
    }
    let refused = "550 5.7.1 <>: Sender address rejected: Access denied";
    let world = World::new().talk(&Talk::version_1(POSTFIX, [refused, "", ""]));
    world.assert_outcomes("no sender", &[("smtp-open-relay", "undecided")]);
}

/// The refusal of a null sender does not decide if another sender is accepted.
#[test]
fn an_open_relay_is_found_with_a_real_sender() {
    let refused = "550 5.7.1 <>: Sender address rejected: Access denied";
    let talk = Talk::version_2(POSTFIX, OK, refused).with([
        "foreign-recipient",
        "postmaster@fabrikam.com",
        FOREIGN,
        OK,
        "250 2.1.5 OK",
    ]);
    let world = World::new().talk(&talk.from("203.0.113.9"));
    world.assert_outcomes("with a sender", &[("smtp-open-relay", "error")]);
}

#[test]
fn only_a_refusal_of_the_domain_proves_a_missing_domain() {
    for (own, refuses, defers) in [
        ("250 2.1.5 OK", "pass", "pass"),
        (
            "550 5.7.1 Unable to relay for x@y",
            "error",
            "not-applicable",
        ),
        (
            "550 5.7.54 SMTP; Unable to relay recipient",
            "error",
            "not-applicable",
        ),
        (
            "554 5.7.1 <x@y>: Relay access denied",
            "error",
            "not-applicable",
        ),
        (
            "550 5.1.1 <x@y>: User unknown",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.4.1 Recipient address rejected: Access denied",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.7.1 <>: Sender address rejected: no null sender",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.7.23 Sender Policy Framework violation",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.7.26 Unauthenticated email is not accepted",
            "undecided",
            "not-applicable",
        ),
        (
            "550 5.7.606 Access denied, banned sending IP [10.0.0.40]",
            "undecided",
            "not-applicable",
        ),
        (
            "554 5.7.1 Service unavailable; Client host [10.0.0.40] blocked using x.example",
            "undecided",
            "not-applicable",
        ),
        ("452 4.2.2 Mailbox full", "not-applicable", "warning"),
        (
            "451 4.7.1 Greylisted, please try again",
            "not-applicable",
            "warning",
        ),
        (
            "450 4.7.1 Client host rejected: cannot find your hostname",
            "undecided",
            "undecided",
        ),
        (
            "450 4.1.1 <x@y>: unverified address",
            "undecided",
            "undecided",
        ),
    ] {
        for talk in [
            Talk::version_1(POSTFIX, [OK, own, NO_RELAY]),
            Talk::version_2(POSTFIX, own, NO_RELAY),
        ] {
            let world = World::new().talk(&talk);
            let expected = [
                ("smtp-refuses-recipient", refuses),
                ("smtp-defers-recipient", defers),
            ];
            world.assert_outcomes(own, &expected);
        }
    }
}

/// A server that accepts everything from this client proves nothing about its domains.
#[test]
fn acceptance_by_a_server_that_relays_is_undecided() {
    let talk = Talk::version_1(WINDOWS, [OK, "250 2.1.5 OK", "250 2.1.5 OK"]);
    let world = World::new().talk(&talk);
    world.assert_outcomes("relays", &[("smtp-refuses-recipient", "undecided")]);
}

#[test]
fn a_real_mailbox_decides_what_a_made_up_one_cannot() {
    for (real, expected) in [
        ("250 2.1.5 OK", "pass"),
        ("550 5.1.1 <docs@y>: User unknown", "error"),
        ("550 5.7.1 Unable to relay", "error"),
        ("550 5.7.606 banned sending IP", "undecided"),
    ] {
        let unknown = "550 5.1.1 <x@y>: User unknown";
        let talk = Talk::version_2(POSTFIX, unknown, NO_RELAY).with([
            "real-mailbox",
            "",
            "docs@sharepoint.fabrikam.com",
            OK,
            real,
        ]);
        let world = World::new().talk(&talk);
        world.assert_outcomes(real, &[("smtp-refuses-recipient", expected)]);
    }
    let talk = Talk::version_2(POSTFIX, "550 5.1.1 <x@y>: User unknown", NO_RELAY);
    let message = World::new().talk(&talk).message("smtp-refuses-recipient");
    assert!(
        message.contains("spinmail set probe.recipient"),
        "{message}"
    );
}

const UNKNOWN: &str = "550 5.1.1 <x@y>: User unknown";
const TAKEN: &str = "250 2.1.5 OK";
const CANNOT_RELAY: &str = "550 5.7.1 Unable to relay";
const FULL: &str = "452 4.2.2 Mailbox full";
const BLOCKED: &str = "554 5.7.1 Mail relay [192.0.2.1] is on our RBL";

/// Returns the outcome of the only verdict of a rule.
fn outcome_of(verdicts: &[Verdict], rule: &str) -> &'static str {
    let mut of_rule = verdicts.iter().filter(|verdict| verdict.rule.id == rule);
    let verdict = of_rule.next().expect("a verdict");
    match verdict.outcome.name() {
        "fail" => verdict.severity.name(),
        other => other,
    }
}

/// The reply for a made-up mailbox and for an existing one, the traced mailbox, and the outcome.
type Mailboxes = (
    &'static str,
    &'static str,
    Option<&'static str>,
    [&'static str; 2],
);

/// The reply for one mailbox does not outweigh the reply for another.
#[test]
fn the_traced_mailbox_decides() {
    const DOCS: Option<&str> = Some("docs@sharepoint.fabrikam.com");
    const OTHER: Option<&str> = Some("other@sharepoint.fabrikam.com");
    const PUT_OFF: [&str; 2] = ["not-applicable", "warning"];
    const REFUSED: [&str; 2] = ["error", "not-applicable"];
    const UNDECIDED: [&str; 2] = ["undecided", "not-applicable"];
    let table: &[Mailboxes] = &[
        (TAKEN, FULL, DOCS, PUT_OFF),
        (TAKEN, FULL, None, PUT_OFF),
        (TAKEN, CANNOT_RELAY, DOCS, REFUSED),
        (TAKEN, UNKNOWN, DOCS, REFUSED),
        (TAKEN, UNKNOWN, None, REFUSED),
        (TAKEN, BLOCKED, DOCS, UNDECIDED),
        (TAKEN, TAKEN, DOCS, ["pass", "pass"]),
        (UNKNOWN, TAKEN, DOCS, ["pass", "pass"]),
        (UNKNOWN, TAKEN, None, ["pass", "pass"]),
        (UNKNOWN, TAKEN, OTHER, UNDECIDED),
        (TAKEN, TAKEN, OTHER, ["pass", "pass"]),
        (TAKEN, UNKNOWN, OTHER, UNDECIDED),
        (TAKEN, CANNOT_RELAY, OTHER, UNDECIDED),
        (UNKNOWN, UNKNOWN, OTHER, UNDECIDED),
        (CANNOT_RELAY, CANNOT_RELAY, OTHER, REFUSED),
    ];
    for (made_up, real, address, expected) in table {
        let talk = Talk::version_2(POSTFIX, made_up, NO_RELAY).with([
            "real-mailbox",
            "",
            "docs@sharepoint.fabrikam.com",
            OK,
            real,
        ]);
        let verdicts = World::new()
            .talk(&talk)
            .judged_for(*address, &Selection::default());
        let found = ["smtp-refuses-recipient", "smtp-defers-recipient"]
            .map(|rule| outcome_of(&verdicts, rule));
        assert_eq!(found, *expected, "{made_up} | {real} | {address:?}");
    }
}

/// The metabase decides, even if its area is not selected.
#[test]
fn the_same_facts_have_the_same_verdict_in_one_area() {
    let smtp = ["smtp".to_owned()];
    let one_area = Selection::new(&[], &smtp, &[]).expect("a selection");
    for (own, refuses, defers) in [
        (CANNOT_RELAY, "undecided", "not-applicable"),
        ("511 5.1.1 user unknown", "not-applicable", "not-applicable"),
        ("550 5.7.1 spam", "not-applicable", "not-applicable"),
        (
            "530 5.7.0 Must issue a STARTTLS command first",
            "not-applicable",
            "not-applicable",
        ),
    ] {
        let talk = Talk::version_2(POSTFIX, own, NO_RELAY);
        let world = World::new()
            .talk(&talk)
            .metabase("", &["sharepoint.fabrikam.com"]);
        for selection in [&Selection::default(), &one_area] {
            let verdicts = world.judged(selection);
            let found = ["smtp-refuses-recipient", "smtp-defers-recipient"]
                .map(|rule| outcome_of(&verdicts, rule));
            assert_eq!(found, [refuses, defers], "{own}: {selection:?}");
            let defers = verdicts
                .iter()
                .find(|verdict| verdict.rule.id == "smtp-defers-recipient");
            let says_refused =
                defers.is_some_and(|verdict| verdict.message.contains("it refuses the recipient"));
            assert_eq!(
                says_refused,
                !own.contains("STARTTLS") && !own.contains("spam"),
                "{own}"
            );
        }
    }
}

/// An alias domain is not recommended for Exchange.
#[test]
fn an_unrecorded_exchanger_is_never_an_error() {
    for own in [
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.7.606 Access denied, banned sending IP [10.0.0.40].",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    ] {
        let talk = Talk::version_1(EXCHANGE, [OK, own, NO_RELAY]);
        let world = World::new()
            .mx("ex1.fabrikam.com")
            .address("ex1.fabrikam.com", "10.0.0.5")
            .target("ex1.fabrikam.com", "10.0.0.5:25", &talk.answer());
        assert_eq!(
            world.outcome("smtp-refuses-recipient", "ex1"),
            "undecided",
            "{own}"
        );
    }
}

/// Relay lists that grant 127.0.0.1, the second one also 10.0.0.21.
const LOOPBACK: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
const LOOPBACK_AND_SERVER: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000002000000020000000300000004000000000000004c00008000000000000000000000000000000000ffffffff7f0000010a000015";

#[test]
fn relaying_is_judged_by_the_client() {
    let relays = Talk::version_1(WINDOWS, [OK, "250 2.1.5 OK", "250 2.1.5 OK"]);
    let domain = ["sharepoint.fabrikam.com"];
    for (caller, list, expected) in [
        // The relay list is not known.
        ("10.0.0.40", None, "warning"),
        ("203.0.113.9", None, "error"),
        ("10.0.0.21", None, "undecided"),
        ("127.0.0.1", None, "undecided"),
        // The relay list contains the client, or does not.
        ("10.0.0.21", Some(LOOPBACK_AND_SERVER), "not-applicable"),
        ("10.0.0.40", Some(LOOPBACK_AND_SERVER), "error"),
        ("10.0.0.21", Some(LOOPBACK), "undecided"),
        // The relay list contains everyone, which `iis-relay-open` reports.
        ("10.0.0.40", Some(""), "not-applicable"),
    ] {
        let mut world = World::new().talk(&relays.clone().from(caller));
        if let Some(list) = list {
            world = world.metabase(list, &domain);
        }
        let what = format!("{caller} {list:?}");
        world.assert_outcomes(&what, &[("smtp-open-relay", expected)]);
    }
    let message = World::new().talk(&relays).message("smtp-open-relay");
    assert!(message.contains("relays for 10.0.0.40"), "{message}");
}

/// Another product may require authentication from outside clients only.
#[test]
fn only_the_service_of_windows_requires_authentication_from_everyone() {
    let demand = "454 5.7.3 Client does not have permission to submit mail to this server.";
    for (greeting, mail, expected) in [
        (WINDOWS, demand, "error"),
        (WINDOWS, "530 5.7.0 Authentication required", "error"),
        (
            WINDOWS,
            "530 5.7.0 Must issue a STARTTLS command first",
            "undecided",
        ),
        (POSTFIX, "530 5.7.0 Authentication required", "undecided"),
        (EXCHANGE, "530 5.7.57 Client not authenticated", "undecided"),
        (WINDOWS, "250 2.1.0 OK", "pass"),
    ] {
        let world = World::new().talk(&Talk::version_1(greeting, [mail, OK, NO_RELAY]));
        let what = format!("{greeting} {mail}");
        world.assert_outcomes(&what, &[("smtp-anonymous-refused", expected)]);
    }
}

#[test]
fn full_drop_directory_is_reported_only_for_the_service_of_windows() {
    let full = Talk::version_1(WINDOWS, [OK, "452 4.2.2 Mailbox full", NO_RELAY]);
    let verdicts = World::new().talk(&full).verdicts();
    let found = verdicts
        .iter()
        .find(|verdict| verdict.rule.id == "smtp-defers-recipient");
    let remedy = found.and_then(|verdict| verdict.remedy.as_ref());
    let text = &remedy.expect("a remedy").text;
    assert!(text.contains("has reached its quota"), "{text}");
    assert!(!text.contains("greylisting"), "{text}");
}

const REFUSED: fn() -> Value = || json!({"absent": "connection refused"});
const GATEWAY: &str = r#"
[[mail-host]]
name = "gw.fabrikam.com"
kind = "gateway"
sends-from = ["10.0.1.0/24"]
passes-to = ["sp1.fabrikam.com"]
"#;

/// Returns a farm behind a gateway, which the MX record names.
fn behind_gateway() -> World {
    World::new()
        .farm(GATEWAY)
        .mx("gw.fabrikam.com")
        .address("gw.fabrikam.com", "10.0.1.5")
}

fn seen_from(mut world: World, address: &str) -> World {
    for target in &mut world.targets {
        target["seen"] = json!([{"server": "admin1", "gathered": "2026-11-20T08:00:00Z",
            "address": address}]);
    }
    world
}

#[test]
fn a_refused_connection_is_an_error_only_on_the_senders_path() {
    let refused = |world: World| world.target("sp1.fabrikam.com", "10.0.0.21:25", &REFUSED());
    for (what, world, caller, expected) in [
        ("by MX", World::new(), "10.0.0.40", "error"),
        (
            "behind a gateway",
            behind_gateway(),
            "10.0.0.40",
            "undecided",
        ),
        (
            "from the gateway's network",
            behind_gateway(),
            "10.0.1.9",
            "error",
        ),
        (
            "from the server itself",
            behind_gateway(),
            "10.0.0.21",
            "error",
        ),
    ] {
        let world = seen_from(refused(world), caller);
        world.assert_outcomes(what, &[("smtp-closed", expected)]);
    }
    // Without an answer from DNS, the mail's route is not known.
    let mut unknown = refused(World::new());
    unknown.lookups.clear();
    unknown.assert_outcomes("no route known", &[("smtp-closed", "undecided")]);
    let off = refused(World::new().mx("sp2.fabrikam.com"))
        .farm("[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = true\n")
        .address("sp2.fabrikam.com", "10.0.0.22");
    assert_eq!(off.outcome("smtp-closed", "sp1"), "not-applicable");
    assert_eq!(off.outcome("smtp-closed", "sp2"), "undecided");
    let standby = refused(World::new()).farm("standby = true\n");
    standby.assert_outcomes("standby", &[("smtp-closed", "not-applicable")]);
}

#[test]
fn other_signs_of_a_closed_server_are_undecided() {
    let greeting = |reply: &str| json!({"known": {"steps": [step("", reply)], "tls": "not-asked"}});
    for (what, answer) in [
        ("a 5xx greeting", greeting("554 5.7.1 no service for you")),
        ("a connection that is closed", greeting("")),
        ("a 4xx greeting", greeting("421 4.3.2 later")),
        (
            "a time-out",
            json!({"failed": {"kind": "timed-out", "detail": "timed out"}}),
        ),
    ] {
        let world = World::new().target("sp1.fabrikam.com", "10.0.0.21:25", &answer);
        world.assert_outcomes(what, &[("smtp-closed", "undecided")]);
    }
}

#[test]
fn one_open_address_is_enough() {
    let open = Talk::version_1(WINDOWS, [OK, OK, NO_RELAY]).answer();
    let both = |closed: &str| {
        World::new()
            .target("sp1.fabrikam.com", "10.0.0.21:25", &open)
            .target("sp1.fabrikam.com", closed, &REFUSED())
    };
    let closed = both("10.0.0.31:25").outcome("smtp-closed", "10.0.0.31");
    assert_eq!(closed, "warning");
    let mut six = both("[2001:db8::21]:25").address("sp1.fabrikam.com", "2001:db8::21");
    let known = json!({"known": [
        {"owner": "sp1.fabrikam.com", "type": "A", "address": "10.0.0.21"}]});
    six = six.lookup("sp1.fabrikam.com", "A", &known);
    six.targets[1]["seen"] = json!([{"server": "admin1", "address": "2001:db8::9"}]);
    // `dns-ipv6-silent` reports it, or states what would decide.
    let closed = six.outcome("smtp-closed", "2001:db8::21");
    assert!(closed == "not-applicable", "{closed}");
    // A machine without IPv6 proves nothing.
    let unreachable =
        json!({"failed": {"kind": "unreachable", "detail": "Network is unreachable"}});
    six.targets[1]["answer"] = unreachable;
    six.targets[1]["seen"] = json!([{"server": "admin1"}]);
    assert_eq!(six.outcome("smtp-closed", "2001:db8::21"), "not-applicable");
}

#[test]
fn translated_addresses_and_mail_hosts_are_not_judged() {
    let world = World::new()
        .farm("public-addresses = [\"203.0.113.26\"]\n")
        .target("mail.fabrikam.com", "203.0.113.26:25", &REFUSED());
    assert_eq!(world.outcome("smtp-closed", "mail"), "not-applicable");
    let world = behind_gateway().target("gw.fabrikam.com", "10.0.1.5:25", &REFUSED());
    assert_eq!(world.outcome("smtp-closed", "gw"), "not-applicable");
    // The port of a load balancer is that of the servers behind it.
    let balancer = GATEWAY.replace("gateway", "load-balancer");
    let world = World::new()
        .farm(&balancer)
        .mx("gw.fabrikam.com")
        .address("gw.fabrikam.com", "10.0.1.5")
        .target("gw.fabrikam.com", "10.0.1.5:25", &REFUSED());
    assert_eq!(world.outcome("smtp-closed", "gw"), "error");
}

/// A host that no record names any more is not judged; a recorded server that was not asked is.
#[test]
fn former_hosts_are_ignored_and_new_ones_are_reported() {
    let open = Talk::version_1(WINDOWS, [OK, OK, NO_RELAY]).answer();
    let world = World::new()
        .target("old.fabrikam.com", "10.0.0.99:25", &REFUSED())
        .target("sp1.fabrikam.com", "10.0.0.21:25", &open);
    assert_eq!(world.outcome("smtp-closed", "old"), "not-applicable");
    assert_eq!(world.outcome("smtp-closed", "sp1"), "pass");
    let world = world.farm("[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = true\n");
    assert_eq!(world.outcome("smtp-closed", "sp2"), "undecided");
}

/// The questions are about the domain that a mail host passes mail on for, not about the display
/// address.
#[test]
fn served_domains_are_judged() {
    let talk = Talk::version_2(WINDOWS, "550 5.7.1 Unable to relay for x@y", NO_RELAY).with([
        "made-up-mailbox",
        "",
        "spinmail-probe@sp1.fabrikam.com",
        OK,
        "250 2.1.5 OK",
    ]);
    let farm = GATEWAY.replace("gateway", "exchange") + "delivers-as = [\"sp1.fabrikam.com\"]\n";
    let world = behind_gateway();
    let farm = world.farm.replace(GATEWAY, &farm);
    let world = World { farm, ..world }.talk(&talk);
    let subject = "sp1.fabrikam.com 10.0.0.21 for sp1.fabrikam.com";
    assert_eq!(world.outcome("smtp-refuses-recipient", subject), "pass");
    let verdicts = world.verdicts();
    let of_rule = verdicts
        .iter()
        .filter(|verdict| verdict.rule.id == "smtp-refuses-recipient");
    assert_eq!(of_rule.count(), 1);
}

#[test]
fn encryption_is_an_error_only_if_a_mail_host_requires_it() {
    let plain = Talk::version_1(WINDOWS, [OK, OK, NO_RELAY]);
    for (tls, expected) in [
        ("", "not-applicable"),
        ("tls = \"offered\"\n", "not-applicable"),
        ("tls = \"required\"\n", "error"),
    ] {
        let world = behind_gateway().farm(tls).talk(&plain);
        world.assert_outcomes(tls, &[("smtp-tls-broken", expected)]);
    }
}

#[test]
fn required_authentication_is_correct_if_every_mail_host_logs_on() {
    let demand = "530 5.7.0 Authentication required";
    let talk = Talk::version_1(WINDOWS, [demand, "", ""]);
    for (logs_on, expected) in [("", "error"), ("logs-on = true\n", "not-applicable")] {
        let world = behind_gateway().farm(logs_on).talk(&talk);
        world.assert_outcomes(logs_on, &[("smtp-anonymous-refused", expected)]);
    }
}

#[test]
fn size_limit_is_judged_by_the_largest_expected_message() {
    let talk = Talk::version_1(WINDOWS, [OK, OK, NO_RELAY]);
    let web = "[[web-application]]\nname = \"w\"\nmaximum-message-size = \"50 MB\"\n";
    for (what, farm, expected) in [
        ("nothing recorded", "".to_owned(), "not-applicable"),
        ("a web application", web.to_owned(), "warning"),
        (
            "a small mail host",
            format!("maximum-message-size = \"1 MB\"\n{web}"),
            "pass",
        ),
        (
            "a default",
            "[farm]\nversion = \"2016\"\n".to_owned(),
            "note",
        ),
        (
            "no known default",
            "[farm]\nversion = \"subscription\"\n".to_owned(),
            "not-applicable",
        ),
    ] {
        let world = behind_gateway().farm(&farm).talk(&talk);
        world.assert_outcomes(what, &[("smtp-size-small", expected)]);
    }
}

#[test]
fn greeting_with_the_name_of_another_server_is_found() {
    let greeting = "220 sp2.fabrikam.com Microsoft ESMTP MAIL Service, Version: 10.0.14393 ready";
    let talk = Talk::version_1(greeting, [OK, OK, NO_RELAY]);
    let other = "[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = false\n";
    let world = World::new().talk(&talk);
    world.assert_outcomes("an unknown name", &[("smtp-other-machine", "pass")]);
    let world = world.farm(other);
    world.assert_outcomes("a server's name", &[("smtp-other-machine", "warning")]);
    let shared = world.address("sp2.fabrikam.com", "10.0.0.21");
    assert_eq!(
        shared.outcome("smtp-other-machine", "sp1"),
        "not-applicable"
    );
}

/// A fault in the server's own settings is reported once.
#[test]
fn causes_explain_their_symptoms() {
    let domain = ["sharepoint.fabrikam.com"];
    let stopped = |mut world: World| {
        world.iis["servers"][0]["service"] = json!({"known": {"state": "stopped",
            "start": "automatic"}});
        world
    };
    let closed = World::new().target("sp1.fabrikam.com", "10.0.0.21:25", &REFUSED());
    let world = stopped(closed.clone().metabase(LOOPBACK, &domain));
    let expected = [
        ("smtp-closed", "not-applicable"),
        ("iis-service-stopped", "error"),
    ];
    world.assert_outcomes("stopped", &expected);
    // An unknown cause hides nothing.
    let running = closed.metabase(LOOPBACK, &domain);
    running.assert_outcomes("running", &[("smtp-closed", "error")]);
    let refuses = Talk::version_1(WINDOWS, [OK, "550 5.7.1 Unable to relay for x@y", NO_RELAY]);
    let without = World::new().talk(&refuses).metabase(LOOPBACK, &[]);
    let expected = [
        ("smtp-refuses-recipient", "not-applicable"),
        ("iis-alias-domain-missing", "error"),
    ];
    without.assert_outcomes("without the domain", &expected);
    // Facts from different times may contradict each other.
    let with = World::new().talk(&refuses).metabase(LOOPBACK, &domain);
    with.assert_outcomes(
        "with the domain",
        &[("smtp-refuses-recipient", "undecided")],
    );
    let only = Selection::new(&[], &["smtp-closed".to_owned()], &[]).expect("a rule");
    assert_eq!(world.judged(&only)[0].outcome.name(), "fail");
}
