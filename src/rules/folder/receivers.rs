//! The recipients of the messages in the drop folders.

use super::observed::{FolderRef, judge_contents};
use super::wording::{MAX_SHOWN, age_left, file_names, listed, message_count};
use crate::facts::{Contents, Count, ListAliases, Sample, Tally};
use crate::farm::Farm;
use crate::farm::values::{DomainName, FromText, MailServer, ServerName, checked};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity, wanted};
use std::collections::BTreeMap;

const DISPLAY_ADDRESS: &str = "incoming-email.display-address";
/// How many aliases a finding names.
const MAX_ALIASES: usize = 20;

/// Files that leave a verdict open, with the predicate for one of them and for several.
pub(super) type OpenFiles<'a> = (&'a Sample, [&'static str; 2]);

pub(super) const UNREAD: [&str; 2] = ["could not be read"; 2];
const DOUBTFUL: [&str; 2] = [
    "names a recipient only in a place or form that SharePoint may not read",
    "name a recipient only in a place or form that SharePoint may not read",
];

/// Passes, unless there are files that leave the verdict open.
pub(super) fn pass_unless_open(open: &[OpenFiles<'_>]) -> Outcome {
    match open.iter().find(|(sample, _)| sample.count > 0) {
        Some((sample, [one, several])) => {
            let what = if sample.count == 1 { one } else { several };
            Outcome::undecided(format!(
                "{} {what}: {}",
                message_count(sample.count),
                file_names(sample)
            ))
        }
        None => Outcome::pass(),
    }
}

pub(super) fn unroutable(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| {
        let sample = &contents.unroutable;
        if sample.count == 0 {
            return pass_unless_open(&[(&contents.doubtful, DOUBTFUL), (&contents.unread, UNREAD)]);
        }
        // A stray file does not predict the next message. If no message names a recipient, the
        // program that writes them does not write it.
        let complete = contents.messages.saturating_sub(contents.arriving);
        if case.address.is_some() && sample.count < complete {
            return Outcome::not_applicable("other messages there name a recipient");
        }
        Outcome::Fail(unroutable_finding(folder, sample))
    })
}

fn unroutable_finding(folder: FolderRef<'_>, sample: &Sample) -> Finding {
    let message = match sample.count {
        1 => format!("1 message in {folder} has no `x-receiver` line"),
        count => format!("{count} messages in {folder} have no `x-receiver` line"),
    };
    let remedy = "Have the SMTP service or an Exchange Foreign connector write the messages: they \
                  put `x-sender` and `x-receiver` lines before the headers. A copied file, or one \
                  that another mail server wrote, has neither";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("the headers of each message in {folder}"),
        "an `x-receiver` line before them for each recipient",
        file_names(sample),
    )
}

/// Returns whether a list has the alias of an address, or `None` if the farm's lists are not known.
pub(super) fn has_list(case: &Case<'_>, address: &str) -> Option<bool> {
    Some(list_aliases(case)?.knows(split_address(address).0))
}

fn list_aliases<'a>(case: &Case<'a>) -> Option<&'a ListAliases> {
    case.facts.folder.as_ref()?.aliases.as_ref()
}

/// Returns the local part of an address, and its domain if it has one.
fn split_address(address: &str) -> (&str, Option<&str>) {
    match address.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (address, None),
    }
}

const NO_ALIASES: &str =
    "the aliases of the farm's lists are not known; `--aliases FILE` names them";
const UNKNOWN_REMEDY: &str = "Tell the senders, or give a list this alias. SharePoint deletes \
                              such messages without a notice after about 24 hours";

/// Returns the outcome if the aliases of the farm's lists are not known.
fn no_aliases(case: &Case<'_>) -> Outcome {
    Outcome::undecided(case.facts.stale_aliases().unwrap_or(NO_ALIASES))
}

pub(super) fn alias_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let aliases = list_aliases(case);
    if let Some(address) = case.address {
        let outcome = match aliases {
            None => no_aliases(case),
            Some(aliases) => judge_alias_of(address, aliases),
        };
        return RuleResult::only(address.to_owned(), outcome);
    }
    judge_contents(case, |folder, contents| {
        let tally = &contents.addresses;
        let Some(aliases) = aliases else {
            let is_empty = tally.counted.is_empty() && tally.others == 0;
            return if is_empty {
                pass_if_complete(contents, tally)
            } else {
                no_aliases(case)
            };
        };
        let unknown = unknown_aliases(case, tally, aliases);
        if unknown.is_empty() {
            pass_if_complete(contents, tally)
        } else {
            Outcome::Fail(unknown_aliases_finding(folder, &unknown, aliases))
        }
    })
}

/// Judges the alias of the message whose route is judged.
fn judge_alias_of(address: &str, aliases: &ListAliases) -> Outcome {
    let (alias, _) = split_address(address);
    if aliases.knows(alias) {
        return Outcome::pass();
    }
    let finding = Finding::new(format!("no list has the alias `{alias}`"), UNKNOWN_REMEDY)
        .observed(
            format!("the aliases in {}", aliases.from),
            format!("`{alias}`"),
            "not among them",
        )
        .with_severity(Severity::Error);
    Outcome::Fail(finding)
}

/// The messages to one alias.
#[derive(Default)]
struct AliasMail {
    messages: u64,
    /// The age of the oldest, in seconds.
    oldest: i64,
}

/// Returns the aliases in the farm's domains that no list has.
fn unknown_aliases<'a>(
    case: &Case<'_>,
    tally: &'a Tally,
    aliases: &ListAliases,
) -> BTreeMap<&'a str, AliasMail> {
    let mut unknown: BTreeMap<&str, AliasMail> = BTreeMap::new();
    for count in &tally.counted {
        let (alias, domain) = split_address(&count.name);
        let is_foreign = domain.and_then(|domain| is_known_domain(case, domain)) == Some(false);
        if !is_foreign && !aliases.knows(alias) {
            let mail = unknown.entry(alias).or_default();
            mail.messages += count.messages;
            mail.oldest = mail.oldest.max(count.oldest);
        }
    }
    unknown
}

/// Returns whether the messages that are older than `limit` seconds, `count` of them, are certainly
/// all for aliases that no list has.
pub(super) fn are_for_unknown_aliases(
    case: &Case<'_>,
    contents: &Contents,
    count: u64,
    limit: i64,
) -> bool {
    let Some(aliases) = list_aliases(case) else {
        return false;
    };
    let tally = &contents.addresses;
    let samples = [&contents.unroutable, &contents.doubtful, &contents.unread];
    let is_complete =
        tally.others == 0 && contents.cut == 0 && samples.iter().all(|sample| sample.count == 0);
    let unknown = unknown_aliases(case, tally, aliases);
    let is_unknown = |counted: &&Count| {
        let (alias, domain) = split_address(&counted.name);
        let is_foreign = domain.and_then(|domain| is_known_domain(case, domain)) == Some(false);
        !is_foreign && unknown.contains_key(alias)
    };
    let mut old = tally
        .counted
        .iter()
        .filter(|counted| counted.oldest > limit);
    let messages: u64 = unknown.values().map(|mail| mail.messages).sum();
    is_complete && messages >= count && old.all(|counted| is_unknown(&counted))
}

fn unknown_aliases_finding(
    folder: FolderRef<'_>,
    unknown: &BTreeMap<&str, AliasMail>,
    aliases: &ListAliases,
) -> Finding {
    let mut oldest_first: Vec<(&str, &AliasMail)> =
        unknown.iter().map(|(alias, mail)| (*alias, mail)).collect();
    oldest_first.sort_by_key(|(alias, mail)| (-mail.oldest, *alias));
    let message = match oldest_first.as_slice() {
        [(alias, _)] => format!("no list has the alias `{alias}`, but mail for it is in {folder}"),
        _ => format!(
            "no list has {} of the aliases for which there is mail in {folder}",
            unknown.len()
        ),
    };
    let shown: Vec<String> = oldest_first
        .iter()
        .take(MAX_ALIASES)
        .map(|(alias, mail)| {
            format!(
                "`{alias}` ({}, the oldest {})",
                message_count(mail.messages),
                age_left(mail.oldest)
            )
        })
        .collect();
    Finding::new(message, UNKNOWN_REMEDY).observed(
        format!("the `x-receiver` lines in {folder}"),
        format!("only aliases in {}", aliases.from),
        listed(&shown, unknown.len() as u64),
    )
}

/// Passes if all recipients were counted: nothing was found among those that were.
fn pass_if_complete(contents: &Contents, tally: &Tally) -> Outcome {
    match (tally.others, contents.cut) {
        (0, 0) => pass_unless_open(&[(&contents.doubtful, DOUBTFUL), (&contents.unread, UNREAD)]),
        (0, 1) => Outcome::undecided("1 message may have more recipients than were read"),
        (0, cut) => Outcome::undecided(format!(
            "{cut} messages may have more recipients than were read"
        )),
        (others, _) => Outcome::undecided(format!(
            "{others} more recipients were not counted one by one"
        )),
    }
}

/// Returns whether a domain is the display address or a web application's own, or `None` if the
/// display address is not known.
fn is_known_domain(case: &Case<'_>, domain: &str) -> Option<bool> {
    let display = checked(&case.farm.incoming.display_address).valid()?;
    Some(is_farm_domain(case.farm, display, domain))
}

/// Returns whether mail for a domain is the farm's: the display address, a web application's own,
/// what mail hosts pass mail on for, and with the Directory Management Service its SMTP server.
pub(super) fn is_farm_domain(farm: &Farm, display: &DomainName, domain: &str) -> bool {
    let Ok(domain) = DomainName::from_text(domain) else {
        return false;
    };
    let smtp_server = match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => Some(name),
        _ => None,
    };
    let web_applications = farm.web_applications.iter();
    let mail_hosts = farm.mail_hosts.iter();
    let mut farm_domains = web_applications
        .filter_map(|web| web.incoming_address.as_ref())
        .chain(mail_hosts.flat_map(|host| host.delivers_as.iter().flatten()))
        .chain(smtp_server)
        .chain([display]);
    farm_domains.any(|name| name.ascii() == domain.ascii())
}

/// Returns whether a domain is the default domain of a server that drops mail in the folder: mail
/// for an alias domain may bear that name. Without its metabase, that is the server's own name.
fn is_default_domain(case: &Case<'_>, folder: FolderRef<'_>, domain: &str) -> bool {
    let servers = case.farm.servers.iter().filter(|server| {
        server.smtp_service != Some(false)
            && folder
                .server
                .is_none_or(|name| ServerName::same(name, server.name()))
    });
    let mut defaults = servers.flat_map(|server| {
        let facts = case.facts.iis.as_ref();
        let metabase = facts
            .and_then(|iis| iis.server(server.name()))
            .and_then(|facts| facts.metabase.known());
        let recorded: Vec<String> = metabase.map_or_else(Vec::new, |metabase| {
            let virtual_servers = metabase.keys().virtual_servers();
            virtual_servers
                .filter_map(|virtual_server| virtual_server.default_domain())
                .map(str::to_owned)
                .collect()
        });
        match recorded.as_slice() {
            [] => vec![server.name().to_owned()],
            _ => recorded,
        }
    });
    defaults.any(|name| ServerName::same(&name, domain))
}

pub(super) fn domain_foreign(case: &Case<'_>) -> Vec<RuleResult> {
    let display = match wanted::display_domain(case.farm) {
        Ok((text, _)) => text,
        Err(instead) => return RuleResult::only(DISPLAY_ADDRESS, instead),
    };
    let mut results = judge_contents(case, |folder, contents| {
        let foreign: Vec<&Count> = contents
            .domains
            .counted
            .iter()
            .filter(|count| is_known_domain(case, &count.name) == Some(false))
            .filter(|count| !is_default_domain(case, folder, &count.name))
            .collect();
        if foreign.is_empty() {
            pass_if_complete(contents, &contents.domains)
        } else {
            Outcome::Fail(foreign_domains_finding(folder, &foreign, display))
        }
    });
    for result in &mut results {
        result.about = Some(DISPLAY_ADDRESS.into());
    }
    results
}

fn foreign_domains_finding(folder: FolderRef<'_>, foreign: &[&Count], display: &str) -> Finding {
    let message = match foreign {
        [only] => format!("{folder} holds mail for `{}`", only.name),
        several => format!("{folder} holds mail for {} other domains", several.len()),
    };
    let remedy = "Find out who sends to this domain. If it is a web application's own, record it \
                  as the `incoming-address`; if a mail host passes mail on under it, record it as \
                  `delivers-as`; otherwise remove the domain from the SMTP service";
    let shown: Vec<String> = foreign
        .iter()
        .take(MAX_SHOWN)
        .map(|count| format!("`{}` ({})", count.name, message_count(count.messages)))
        .collect();
    Finding::new(message, remedy).observed(
        format!("the `x-receiver` lines in {folder}"),
        format!("`{display}`"),
        listed(&shown, foreign.len() as u64),
    )
}
