//! The contacts and groups in the container.

use super::view::{self, judged};
use super::{SHOWN, WITH_ALL};
use crate::facts::directory::{AUTHENTICATED, ENCODING, Members, NO_MAPI, Seen};
use crate::farm::values::{DomainName, FromText, MailServer, given};
use crate::rules::{Case, Evidence, Finding, Hand, Judged, Outcome};

/// What is asked of every contact or group.
struct Demand<'a> {
    attribute: &'a str,
    expected: &'a str,
    /// `contact` or `contact or group`, as a plural.
    things: &'a str,
    total: u64,
    /// What the finding says behind the count.
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
        return unless_incomplete(members, pass);
    }
    let evidence = wrong.iter().flat_map(|seen| {
        let observed = seen.value.clone().map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
        seen.names.iter().map(move |name| Evidence {
            asked: format!("{} of {name}", demand.attribute),
            expected: demand.expected.to_owned(),
            observed: observed.clone(),
        })
    });
    let evidence = cut(members, evidence);
    let first = match evidence.len() as u64 {
        named if named < count => format!(" (the first {named} are named; {WITH_ALL})"),
        _ => String::new(),
    };
    let message = format!("{count} of {} {} {}{first}", demand.total, demand.things, demand.what);
    Outcome::Fail(Finding::by(Hand::Directory, message, demand.remedy).with_evidence(evidence))
}

/// The first of the evidence, or all of it where all was gathered.
pub fn cut<T>(members: &Members, evidence: impl Iterator<Item = T>) -> Vec<T> {
    evidence.take(if members.all_named { usize::MAX } else { SHOWN }).collect()
}

/// A verdict that relies on everything having been read.
pub fn unless_incomplete(members: &Members, outcome: Outcome) -> Outcome {
    if let Some(why) = &members.incomplete {
        let read = members.contacts + members.groups;
        return Outcome::undecided(format!("not everything was read, only {read} contacts and groups: {why}"));
    }
    match members.unreadable.count {
        0 => outcome,
        count => Outcome::undecided(format!("{count} objects may not be read by the account that asks")),
    }
}

/// Those of another value than one that is wanted.
fn other_than<'a>(seen: &'a [Seen], wanted: &str) -> Vec<&'a Seen> {
    let is_it = |seen: &&Seen| !seen.value.as_ref().is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    seen.iter().filter(is_it).collect()
}

const CONTACTS: &str = "contacts";
const BOTH: &str = "contacts and groups";

fn of_members(case: &Case<'_>, judge: impl Fn(&Members) -> Outcome) -> Vec<Judged> {
    judged(view::subject(case), view::members(case).map(judge))
}

pub fn encoding(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "internetEncoding",
            expected: ENCODING,
            things: CONTACTS,
            total: members.contacts,
            what: "have another internetEncoding than 1310720, so attachments sent to them may get lost",
            remedy: "Set their internetEncoding to 1310720 (ADSI Edit, or `Set-ADObject`)",
        };
        counted(members, &demand, &other_than(&members.encodings, ENCODING))
    })
}

pub fn mapi(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mAPIRecipient",
            expected: NO_MAPI,
            things: CONTACTS,
            total: members.contacts,
            what: "have another mAPIRecipient than FALSE, so attachments sent to them may get lost",
            remedy: "Set their mAPIRecipient to FALSE (ADSI Edit, or `Set-ADObject`)",
        };
        counted(members, &demand, &other_than(&members.mapi, NO_MAPI))
    })
}

pub fn target(case: &Case<'_>) -> Vec<Judged> {
    let display = given(&case.farm.incoming.display_address).valid().map(|domain| domain.ascii());
    let server = match given(&case.farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) => Some(name.ascii()),
        _ => None,
    };
    let mut wanted: Vec<&str> = display.into_iter().chain(server).collect();
    wanted.dedup();
    of_members(case, |members| {
        if wanted.is_empty() {
            let why = "neither a display address nor an SMTP mail server is recorded that could be compared with";
            return Outcome::not_applicable(why);
        }
        let domains = wanted.join(" or ");
        let demand = Demand {
            attribute: "targetAddress",
            expected: &format!("an address in {domains}"),
            things: CONTACTS,
            total: members.contacts,
            what: &format!("lead to another domain than {domains}, so their mail does not reach this farm"),
            remedy: "Correct their targetAddress, or take them out of this container",
        };
        let is_wanted = |value: &str| {
            let domain = DomainName::from_text(value);
            let domain = domain.as_ref().map_or(value, |domain| domain.ascii());
            wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(domain))
        };
        let is_other = |seen: &&Seen| seen.value.as_deref().is_some_and(|value| !is_wanted(value));
        counted(members, &demand, &members.targets.iter().filter(is_other).collect::<Vec<_>>())
    })
}

pub fn open(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        if case.farm.directory.authenticated_users_only != Some(true) {
            return Outcome::not_applicable("messages are not recorded to be for authenticated users only");
        }
        let demand = Demand {
            attribute: "msExchRequireAuthToSendTo",
            expected: AUTHENTICATED,
            things: BOTH,
            total: members.contacts + members.groups,
            what: "lack msExchRequireAuthToSendTo, so Exchange takes mail for them from anybody",
            remedy: "Set their msExchRequireAuthToSendTo to TRUE (in Exchange: `-RequireSenderAuthenticationEnabled $true`)",
        };
        counted(members, &demand, &other_than(&members.authenticated, AUTHENTICATED))
    })
}

pub fn alias_too_long(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mailNickname",
            expected: "at most 128 characters",
            things: BOTH,
            total: members.contacts + members.groups,
            what: "have an alias of more than 128 characters",
            remedy: "Give the lists shorter addresses in SharePoint",
        };
        let long = Seen { value: Some("more".to_owned()), ..members.long_aliases.clone() };
        counted(members, &demand, &[&long])
    })
}

pub fn legacy(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "msExchVersion",
            expected: "a version",
            things: BOTH,
            total: members.contacts + members.groups,
            what: "have no msExchVersion, so Exchange shows them as legacy objects",
            remedy: "Upgrade them in Exchange (`Set-MailContact`, `Set-DistributionGroup` with `-ForceUpgrade`) where they are to \
                     be managed there; mail flows all the same",
        };
        counted(members, &demand, &[&members.without_version])
    })
}

pub fn group_no_address(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        let demand = Demand {
            attribute: "mail and proxyAddresses",
            expected: "an address",
            things: "groups",
            total: members.groups,
            what: "are distribution groups without a mail address, so nobody can write to them",
            remedy: "Let Exchange give them addresses (`Update-EmailAddressPolicy`), best by a scheduled task",
        };
        counted(members, &demand, &[&members.groups_without_address])
    })
}

pub fn alias_duplicate(case: &Case<'_>) -> Vec<Judged> {
    of_members(case, |members| {
        if members.shared.is_empty() {
            if let Some(why) = &members.shared_unknown {
                return Outcome::undecided(format!("whether several objects share an address is not known: {why}"));
            }
            let pass = match members.contacts + members.groups {
                0 => Outcome::not_applicable("the container holds no contacts and groups"),
                _ if members.shared_beyond > 0 => {
                    Outcome::undecided(format!("{} more values may be shared", members.shared_beyond))
                }
                _ => Outcome::pass(),
            };
            return unless_incomplete(members, pass);
        }
        let evidence = members.shared.iter().map(|shared| Evidence {
            asked: shared.value.clone(),
            expected: "one object".to_owned(),
            observed: shared.names.join("; "),
        });
        let count = members.shared.len() as u64 + members.shared_beyond;
        let more =
            if members.shared_beyond > 0 { format!(" (the first are named; {WITH_ALL})") } else { String::new() };
        let what = if count == 1 { "an alias or address belongs" } else { "aliases or addresses belong" };
        let count = if count == 1 { String::new() } else { format!("{count} ") };
        Outcome::Fail(
            Finding::by(
                Hand::Directory,
                format!("{count}{what} to several contacts or groups: mail for it cannot be delivered{more}"),
                "Give all but one of them another address, in SharePoint where the list still exists, else delete the contact",
            )
            .with_evidence(evidence),
        )
    })
}
