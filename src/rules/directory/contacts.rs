//! The contacts and groups in the container.

use super::view::{self, cut, judged, number, unless_incomplete};
use super::{SERVER, WITH_ALL};
use crate::facts::directory::{AUTHENTICATED, ENCODING, Members, NO_MAPI, Seen};
use crate::farm::values::{FromText, MailServer, checked};
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};

/// What is asked of every contact or group.
struct Demand<'a> {
    attribute: &'a str,
    /// The attributes, parted by blanks, that must not be hidden for a pass.
    reads: &'a str,
    expected: &'a str,
    /// `contact` or `contact or group`, as a plural.
    things: &'a str,
    total: u64,
    /// What the finding says behind the count, of one and of several.
    verb: [&'a str; 2],
    what: &'a str,
    remedy: &'a str,
}

/// The verdict of a count: a finding where some are wrong, whether or not all were read.
fn counted(members: &Members, demand: &Demand<'_>, wrong: &[&Seen]) -> Outcome {
    let count: u64 = wrong.iter().map(|seen| seen.count).sum();
    if count == 0 {
        let pass = match demand.total {
            0 => Outcome::not_applicable(format!("the container holds no {}", demand.things)),
            total => Outcome::Pass(vec![Evidence {
                asked: demand.attribute.to_owned(),
                expected: demand.expected.to_owned(),
                observed: format!("so it is with all {total} {}", demand.things),
            }]),
        };
        return unless_incomplete(members, demand.reads, pass);
    }
    let evidence = wrong.iter().flat_map(|seen| {
        let observed = seen
            .value
            .clone()
            .map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
        seen.names.iter().map(move |name| Evidence {
            asked: format!("{} of {name}", demand.attribute),
            expected: demand.expected.to_owned(),
            observed: observed.clone(),
        })
    });
    let evidence = cut(members, evidence);
    let first = match evidence.len() as u64 {
        named if named >= count => String::new(),
        0 => format!(" ({WITH_ALL})"),
        1 => format!(" (the first is named; {WITH_ALL})"),
        named => format!(" (the first {named} are named; {WITH_ALL})"),
    };
    let [one, several] = demand.verb;
    let verb = if count == 1 { one } else { several };
    let message = format!(
        "{count} of {} {} {verb} {}{first}",
        demand.total, demand.things, demand.what
    );
    Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, demand.remedy).with_evidence(evidence),
    )
}

/// Those of another value than one that is wanted.
fn other_than<'a>(seen: &'a [Seen], wanted: &str) -> Vec<&'a Seen> {
    let is_it = |seen: &&Seen| {
        !seen
            .value
            .as_ref()
            .is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    seen.iter().filter(is_it).collect()
}

const HAVE: [&str; 2] = ["has", "have"];
const CONTACTS: &str = "contacts";
const BOTH: &str = "contacts and groups";

fn of_members(case: &Case<'_>, judge: impl Fn(&Members) -> Outcome) -> Vec<RuleResult> {
    judged(view::subject(case), view::members(case).map(judge))
}

pub fn encoding(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "internetEncoding",
            reads: "internetEncoding",
            expected: ENCODING,
            things: CONTACTS,
            total: members.contacts,
            verb: HAVE,
            what: "another internetEncoding than 1310720, so attachments sent to them may get lost",
            remedy: "Set their internetEncoding to 1310720 (ADSI Edit, or `Set-ADObject`)",
        };
        counted(members, &demand, &other_than(&members.encodings, ENCODING))
    })
}

pub fn mapi(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mAPIRecipient",
            reads: "mAPIRecipient",
            expected: NO_MAPI,
            things: CONTACTS,
            total: members.contacts,
            verb: HAVE,
            what: "another mAPIRecipient than FALSE, so attachments sent to them may get lost",
            remedy: "Set their mAPIRecipient to FALSE (ADSI Edit, or `Set-ADObject`)",
        };
        counted(members, &demand, &other_than(&members.mapi, NO_MAPI))
    })
}

pub fn target(case: &Case<'_>) -> Vec<RuleResult> {
    let wanted = case.farm.mail_domains();
    of_members(case, |members| {
        if wanted.is_empty() {
            let why = "neither a display address nor an SMTP mail server is recorded that could \
                       be compared with";
            return Outcome::not_applicable(why);
        }
        let domains = wanted.join(" or ");
        let demand = Demand {
            attribute: "targetAddress",
            reads: "targetAddress",
            expected: &format!("an address in {domains}"),
            things: CONTACTS,
            total: members.contacts,
            verb: ["leads", "lead"],
            what: &format!("to no address in {domains}, so mail does not reach this farm"),
            remedy: "Correct their targetAddress, or take them out of this container. A domain \
                     that a web application has of its own is recorded as its `incoming-address`",
        };
        let is_wanted = |value: &str| {
            let domain = MailServer::from_text(value)
                .map_or_else(|_| value.to_lowercase(), |server| server.ascii());
            wanted.contains(&domain)
        };
        let is_other = |seen: &&Seen| !seen.value.as_deref().is_some_and(is_wanted);
        let outcome = counted(
            members,
            &demand,
            &members.targets.iter().filter(is_other).collect::<Vec<_>>(),
        );
        match outcome {
            Outcome::Fail(finding)
                if checked(&case.farm.directory.smtp_server).valid().is_none() =>
            {
                Outcome::undecided(format!(
                    "{}; but `{SERVER}` is not recorded, and that may be where",
                    finding.message
                ))
            }
            outcome => outcome,
        }
    })
}

pub fn open(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        if case.farm.directory.authenticated_users_only != Some(true) {
            return Outcome::not_applicable(
                "messages are not recorded to be for authenticated users only",
            );
        }
        if let Some(instead) = unless_in_schema(case, "msExchRequireAuthToSendTo") {
            return instead;
        }
        let demand = Demand {
            attribute: "msExchRequireAuthToSendTo",
            reads: "msExchRequireAuthToSendTo",
            expected: AUTHENTICATED,
            things: BOTH,
            total: members.contacts + members.groups,
            verb: ["lacks", "lack"],
            what: "msExchRequireAuthToSendTo, so Exchange takes mail for them from anybody",
            remedy: "Set their msExchRequireAuthToSendTo to TRUE (in Exchange: \
                     `-RequireSenderAuthenticationEnabled $true`)",
        };
        counted(
            members,
            &demand,
            &other_than(&members.authenticated, AUTHENTICATED),
        )
    })
}

pub fn alias_too_long(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mailNickname",
            reads: "mailNickname",
            expected: "at most 128 characters",
            things: BOTH,
            total: members.contacts + members.groups,
            verb: HAVE,
            what: "an alias of more than 128 characters",
            remedy: "Give the lists shorter addresses in SharePoint",
        };
        let long = Seen {
            value: Some("more".to_owned()),
            ..members.long_aliases.clone()
        };
        counted(members, &demand, &[&long])
    })
}

/// Why nothing is said of an attribute: that the schema does not know it, so that no object can
/// have it.
fn unless_in_schema(case: &Case<'_>, attribute: &str) -> Option<Outcome> {
    let lacks = view::schema(case).is_ok_and(|schema| schema.lacks(attribute));
    lacks.then(|| {
        Outcome::not_applicable(format!(
            "the schema does not know `{attribute}`, so no object can have it"
        ))
    })
}

pub fn legacy(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        if let Some(instead) = unless_in_schema(case, "msExchVersion") {
            return instead;
        }
        let demand = Demand {
            attribute: "msExchVersion",
            reads: "msExchVersion",
            expected: "a version",
            things: BOTH,
            total: members.contacts + members.groups,
            verb: HAVE,
            what: "no msExchVersion, so Exchange shows them as legacy objects",
            remedy: "Upgrade them in Exchange (`Set-MailContact`, `Set-DistributionGroup` with \
                     `-ForceUpgrade`) where they are to be managed there; mail flows all the same",
        };
        counted(members, &demand, &[&members.without_version])
    })
}

pub fn group_no_address(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mail and proxyAddresses",
            reads: "mail groupType",
            expected: "an address",
            things: "groups",
            total: members.groups,
            verb: ["is a distribution group", "are distribution groups"],
            what: "without a mail address, so nobody can write to them",
            remedy: "Let Exchange give them addresses (`Update-EmailAddressPolicy`), best by a \
                     scheduled task",
        };
        counted(members, &demand, &[&members.groups_without_address])
    })
}

pub fn alias_duplicate(case: &Case<'_>) -> Vec<RuleResult> {
    of_members(case, |members| {
        let beyond = number(members.shared_beyond, "more value", "more values");
        if members.shared.is_empty() {
            if let Some(why) = &members.shared_unknown {
                return Outcome::undecided(format!(
                    "whether several objects share an address is not known: {why}"
                ));
            }
            let pass = match members.contacts + members.groups {
                0 => Outcome::not_applicable("the container holds no contacts and groups"),
                _ if members.shared_beyond > 0 => Outcome::undecided(format!(
                    "{beyond} may be shared; `--all` asks for all of them"
                )),
                _ => Outcome::pass(),
            };
            return unless_incomplete(members, "mailNickname proxyAddresses", pass);
        }
        let evidence = members.shared.iter().map(|shared| Evidence {
            asked: shared.value.clone(),
            expected: "one object".to_owned(),
            observed: shared.names.join("; "),
        });
        let message = match members.shared.len() {
            1 => "an alias or address belongs to several contacts or groups, and must belong to \
                  one"
            .to_owned(),
            count => format!(
                "{count} aliases or addresses belong to several contacts or groups each, and must \
                 belong to one"
            ),
        };
        let more = match members.shared_beyond {
            0 => String::new(),
            _ => format!("; {beyond} may (`--all` asks for all of them)"),
        };
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Directory,
                format!("{message}{more}"),
                "Give all but one of them another address, in SharePoint where the list still \
                 exists, else delete the contact",
            )
            .with_evidence(evidence),
        )
    })
}
