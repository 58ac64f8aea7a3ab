//! What the messages in the drop folders say of themselves.

use super::contents::{MOST_SHOWN, age_left, several, size};
use super::*;
use crate::facts::{Named, Sample, Tally};
use crate::farm::values::{Checked, DomainName, Size};
use crate::rules::Severity;
use std::collections::BTreeMap;

/// How many aliases a finding names.
const MOST_ALIASES: usize = 20;

/// The first of a list, and how many more there are.
pub(super) fn listed(first: Vec<String>, count: u64) -> String {
    let more = count.saturating_sub(first.len() as u64);
    let first = first.join("; ");
    if more == 0 {
        first
    } else {
        format!("{first}; and {more} more")
    }
}

fn named(sample: &Sample) -> String {
    let one = |named: &Named| match &named.why {
        Some(why) => format!("`{}` ({why})", named.name),
        None => format!("`{}`", named.name),
    };
    listed(
        sample.first.iter().take(MOST_SHOWN).map(one).collect(),
        sample.count,
    )
}

/// A finding about some files; where there are none, others may keep it open: what one of them
/// does, and several do.
fn of_sample(
    sample: &Sample,
    open: &[(&Sample, [&str; 2])],
    finding: impl FnOnce() -> Finding,
) -> Outcome {
    if sample.count > 0 {
        Outcome::Fail(finding())
    } else {
        unless_any(open)
    }
}

/// A pass where there are no such files.
fn unless_any(open: &[(&Sample, [&str; 2])]) -> Outcome {
    match open.iter().find(|(sample, _)| sample.count > 0) {
        Some((sample, [one, many])) => {
            let what = if sample.count == 1 { one } else { many };
            Outcome::undecided(format!(
                "{} {what}: {}",
                several(sample.count),
                named(sample)
            ))
        }
        None => Outcome::pass(),
    }
}

const UNREAD: [&str; 2] = ["could not be read"; 2];
const DOUBTFUL: [&str; 2] = [
    "names a receiver only where or as SharePoint may not look for it",
    "name a receiver only where or as SharePoint may not look for it",
];

pub(super) fn unroutable(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| {
        let sample = &contents.unroutable;
        // A stray file says nothing of the next message; when all are so, whoever writes them
        // writes them so.
        let whole = contents.messages.saturating_sub(contents.arriving);
        if case.address.is_some() && sample.count > 0 && sample.count < whole {
            return Outcome::not_applicable("other messages there name a receiver");
        }
        let open = [(&contents.doubtful, DOUBTFUL), (&contents.unread, UNREAD)];
        of_sample(sample, &open, || {
            let message = match sample.count {
                1 => format!("1 message in {place} names no receiver"),
                count => format!("{count} messages in {place} name no receiver"),
            };
            let remedy = "Let the SMTP service or an Exchange Foreign connector write the \
                          messages: these put `x-sender` and `x-receiver` before the head; a \
                          copied file or another mail server's has neither";
            Finding::for_role(AdminRole::Server, message, remedy).observed(
                format!("the head of each message in {place}"),
                "an `x-receiver` line before it for each receiver",
                named(sample),
            )
        })
    })
}

/// Whether a list has the alias of an address; nothing where the farm's lists are not known.
pub(super) fn knows(case: &Case<'_>, address: &str) -> Option<bool> {
    let aliases = case.facts.folder.as_ref()?.aliases.as_ref()?;
    Some(aliases.knows(split(address).0))
}

/// The local part of an address, and its domain.
fn split(address: &str) -> (&str, Option<&str>) {
    address
        .rsplit_once('@')
        .map_or((address, None), |(local, domain)| (local, Some(domain)))
}

const NO_ALIASES: &str =
    "the aliases of the farm's lists are not known; `--aliases FILE` names them";
const UNKNOWN_REMEDY: &str = "Take the address from whoever still sends to it, or give a list \
                              this alias; SharePoint deletes such messages after 24 hours, and \
                              tells nobody";

pub(super) fn alias_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let aliases = case
        .facts
        .folder
        .as_ref()
        .and_then(|facts| facts.aliases.as_ref());
    if let Some(address) = case.address {
        let finding = |from: &str| {
            let alias = split(address).0;
            Finding::new(format!("no list has the alias `{alias}`"), UNKNOWN_REMEDY)
                .observed(
                    format!("the aliases in {from}"),
                    format!("`{alias}`"),
                    "not among them",
                )
                .with_severity(Severity::Error)
        };
        let outcome = match aliases {
            None => Outcome::undecided(NO_ALIASES),
            Some(aliases) => Outcome::pass_unless(
                (knows(case, address) == Some(false)).then(|| finding(&aliases.from)),
            ),
        };
        return vec![RuleResult::new(address, outcome)];
    }
    of_contents(case, |place, contents| {
        let tally = &contents.addresses;
        let Some(aliases) = aliases else {
            let is_empty = tally.counted.is_empty() && tally.others == 0;
            return if is_empty {
                unless_open(contents, tally)
            } else {
                Outcome::undecided(NO_ALIASES)
            };
        };
        let mut unknown: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
        for count in &tally.counted {
            let (alias, domain) = split(&count.name);
            if !aliases.knows(alias) && is_ours(case, domain) != Some(false) {
                let (messages, oldest) = unknown.entry(alias).or_default();
                (*messages, *oldest) = (*messages + count.messages, (*oldest).max(count.oldest));
            }
        }
        if unknown.is_empty() {
            return unless_open(contents, tally);
        }
        let message = match unknown.keys().next() {
            Some(alias) if unknown.len() == 1 => {
                format!("no list has the alias `{alias}`, for which mail lies in {place}")
            }
            _ => format!(
                "no list has {} of the aliases for which mail lies in {place}",
                unknown.len()
            ),
        };
        let mut oldest_first: Vec<_> = unknown.iter().collect();
        oldest_first.sort_by_key(|(alias, (_, oldest))| (-oldest, **alias));
        let one = |(alias, (messages, oldest)): &(&&str, &(u64, i64))| {
            format!(
                "`{alias}` ({}, the oldest {})",
                several(*messages),
                age_left(*oldest)
            )
        };
        let shown = oldest_first.iter().take(MOST_ALIASES).map(one).collect();
        Outcome::Fail(Finding::new(message, UNKNOWN_REMEDY).observed(
            format!("the `x-receiver` lines in {place}"),
            format!("only aliases in {}", aliases.from),
            listed(shown, unknown.len() as u64),
        ))
    })
}

/// Nothing was found among the receivers that were counted; whether these are all decides.
fn unless_open(contents: &Contents, tally: &Tally) -> Outcome {
    match (tally.others, contents.cut) {
        (0, 0) => unless_any(&[(&contents.doubtful, DOUBTFUL), (&contents.unread, UNREAD)]),
        (0, 1) => Outcome::undecided("1 message may have more receivers than were read"),
        (0, cut) => Outcome::undecided(format!(
            "{cut} messages may have more receivers than were read"
        )),
        (others, _) => Outcome::undecided(format!(
            "{others} receivers are more than were counted one by one"
        )),
    }
}

/// Whether a domain is the display address or a web application's own; nothing where that is not
/// known.
fn is_ours(case: &Case<'_>, domain: Option<&str>) -> Option<bool> {
    let domain = domain?;
    let display = checked(&case.farm.incoming.display_address).valid()?;
    let parsed = DomainName::from_text(domain).ok();
    let own = case
        .farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref());
    Some([display].into_iter().chain(own).any(|ours| {
        parsed
            .as_ref()
            .is_some_and(|name| name.ascii() == ours.ascii())
    }))
}

pub(super) fn domain_foreign(case: &Case<'_>) -> Vec<RuleResult> {
    let display = match checked(&case.farm.incoming.display_address) {
        Checked::Valid(text, _) => text,
        Checked::Missing => {
            return not_applicable("no display address is recorded (page-display-address-missing)");
        }
        Checked::Invalid(..) => {
            return not_applicable(
                "the display address is no domain (page-display-address-not-a-domain)",
            );
        }
    };
    of_contents(case, |place, contents| {
        let counted = &contents.domains.counted;
        let foreign: Vec<_> = counted
            .iter()
            .filter(|count| is_ours(case, Some(&count.name)) == Some(false))
            .collect();
        let Some(first) = foreign.first() else {
            return unless_open(contents, &contents.domains);
        };
        let message = match foreign.len() {
            1 => format!("mail for `{}` lies in {place}", first.name),
            others => format!("mail for {others} other domains lies in {place}"),
        };
        let remedy = "See who sends to this domain; record a web application's own as its \
                      `incoming-address`, else take the domain out of the SMTP service";
        let one = |count: &&crate::facts::Count| {
            format!("`{}` ({})", count.name, several(count.messages))
        };
        let shown = foreign.iter().take(MOST_SHOWN).map(one).collect();
        Outcome::Fail(Finding::new(message, remedy).observed(
            format!("the `x-receiver` lines in {place}"),
            format!("`{display}`"),
            listed(shown, foreign.len() as u64),
        ))
    })
    .into_iter()
    .map(|judged| judged.about("incoming-email.display-address"))
    .collect()
}

fn not_applicable(why: &str) -> Vec<RuleResult> {
    vec![RuleResult::new(
        "incoming-email.display-address",
        Outcome::not_applicable(why),
    )]
}

pub(super) fn loop_guard(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| {
        if contents.loop_guard.count == 0 && contents.cut > 0 {
            return Outcome::undecided(format!(
                "not all of the head of {} was read",
                several(contents.cut)
            ));
        }
        of_sample(&contents.loop_guard, &[(&contents.unread, UNREAD)], || {
            let count = several(contents.loop_guard.count);
            let remedy = "SharePoint takes no mail that it sent itself, such as alerts to a list: \
                          send it by another way";
            Finding::new(
                format!("{count} in {place} will be dropped: SharePoint sent that itself"),
                remedy,
            )
            .observed(
                format!("the `X-Mailer` of each message in {place}"),
                format!("another than `{}`", crate::formats::mail::LOOP_GUARD),
                named(&contents.loop_guard),
            )
        })
    })
}

const NOT_SEARCHED: [&str; 2] = [
    "was not looked through to the end",
    "were not looked through to the end",
];

pub(super) fn attachments_wrapped(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| {
        let open = [
            (&contents.unread, UNREAD),
            (&contents.not_searched, NOT_SEARCHED),
        ];
        of_sample(&contents.wrapped, &open, || {
            let count = several(contents.wrapped.count);
            let remedy = "Let Exchange send these receivers no rich text: `internetEncoding` of \
                          the contacts 1310720 and `mAPIRecipient` FALSE, or TNEF off for the \
                          remote domain";
            Finding::new(
                format!("the attachments of {count} in {place} will be lost"),
                remedy,
            )
            .observed(
                format!("the parts of each message in {place}"),
                "no `application/ms-tnef` (winmail.dat)",
                named(&contents.wrapped),
            )
        })
    })
}

pub(super) fn too_large(case: &Case<'_>) -> Vec<RuleResult> {
    let limits = case
        .farm
        .web_applications
        .iter()
        .filter_map(|web| web.maximum_message_size.as_ref());
    let (Some(most), Some(least)) = (
        limits.clone().max_by_key(by_size),
        limits.clone().min_by_key(by_size),
    ) else {
        let why = "no web application's maximum message size is recorded";
        return vec![RuleResult::new(
            "web-application",
            Outcome::not_applicable(why),
        )];
    };
    let all_recorded = limits.count() == case.farm.web_applications.len();
    // Where nothing else was set, this is the limit.
    let least_bytes = if all_recorded {
        least.bytes()
    } else {
        least.bytes().min(DEFAULT_LIMIT)
    };
    of_contents(case, |place, contents| {
        let over = |limit: u64| {
            contents
                .largest
                .iter()
                .filter(|message| message.size > limit)
                .collect()
        };
        let (too_large, maybe): (Vec<_>, Vec<_>) = (over(most.bytes()), over(least_bytes));
        match (too_large.len(), maybe.len()) {
            (_, 0) => Outcome::pass(),
            (0, count) => {
                let what = if count == 1 {
                    "1 message is".to_owned()
                } else {
                    format!("{count} messages are")
                };
                let limit = if least_bytes == least.bytes() {
                    least.as_str()
                } else {
                    "50 MB"
                };
                let why = match all_recorded {
                    true => "not every web application takes; for which one it is is not known",
                    false => {
                        "a web application without a limit of its own may not take; record \
                         `maximum-message-size`"
                    }
                };
                Outcome::undecided(format!("{what} larger than {limit}, which {why}"))
            }
            (..) if !all_recorded => Outcome::undecided(
                "a message is larger than every limit that is recorded; not every web \
                 application's is",
            ),
            (count, _) => {
                let at_least =
                    if count == contents.largest.len() && contents.messages > count as u64 {
                        "at least "
                    } else {
                        ""
                    };
                let verb = if count == 1 { "is" } else { "are" };
                let one = |message: &&crate::facts::Message| {
                    format!("`{}` ({})", message.name, size(message.size))
                };
                let shown = too_large.iter().take(MOST_SHOWN).map(one).collect();
                let remedy =
                    "Raise the limit of the web application that it is for, or tell the senders";
                Outcome::Fail(
                    Finding::new(
                        format!(
                            "{at_least}{} in {place} {verb} larger than {}",
                            several(count as u64),
                            most.as_str()
                        ),
                        remedy,
                    )
                    .observed(
                        format!("the sizes in {place}"),
                        format!("{} at most", most.as_str()),
                        listed(shown, count as u64),
                    ),
                )
            }
        }
    })
    .into_iter()
    .map(|judged| judged.about("web-application.NAME.maximum-message-size"))
    .collect()
}

/// The most that a web application takes where nothing else was set, in bytes.
const DEFAULT_LIMIT: u64 = 50 << 20;

fn by_size(size: &&Size) -> u64 {
    size.bytes()
}

pub(super) fn other_files(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| {
        let sample = &contents.other_files;
        of_sample(sample, &[], || {
            let count = sample.count;
            let what = match count {
                1 => format!("1 file in {place} is no message"),
                _ => format!("{count} files in {place} are no messages"),
            };
            let remedy = "Take them away if nothing there needs them; the delivery job has to go \
                          past them each time";
            Finding::for_role(AdminRole::Server, what, remedy).observed(
                format!("the files in {place}"),
                "messages (`.eml`)",
                named(sample),
            )
        })
    })
}
