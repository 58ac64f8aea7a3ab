//! The count of contacts and groups: one after the other goes in, and what comes out is small
//! however many there were.

use crate::facts::Unknown;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// How many names are kept of what is counted, unless all are wanted.
const NAMES: usize = 20;
/// How many different values are told apart; further ones are counted with those that are not.
const VALUES: usize = 50;
/// The longest text that is kept, in characters.
const LONGEST: usize = 400;
/// The longest alias that Exchange and SharePoint take, in characters.
const LONGEST_ALIAS: usize = 128;

/// A contact, group or other object, with the attributes that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Its distinguished name.
    pub name: String,
    /// Its object classes, the most special last.
    pub classes: Vec<String>,
    /// `mailNickname`.
    pub alias: Option<String>,
    /// `proxyAddresses`.
    pub addresses: Vec<String>,
    pub mail: Option<String>,
    /// `targetAddress`.
    pub target: Option<String>,
    /// `internetEncoding`.
    pub encoding: Option<String>,
    /// `mAPIRecipient`.
    pub mapi: Option<String>,
    /// `msExchRequireAuthToSendTo`.
    pub authenticated: Option<String>,
    /// `msExchVersion`.
    pub version: Option<String>,
    /// `groupType`.
    pub group_type: Option<String>,
}

impl Member {
    fn is(&self, class: &str) -> bool {
        self.classes
            .iter()
            .any(|own| own.eq_ignore_ascii_case(class))
    }
}

/// The objects of one value: how many, and the first of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "counted objects, an object")]
#[schemars(rename = "Seen")]
pub struct CountedObjects {
    /// Nothing where they have no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub count: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("holds" = "dn"))]
    pub names: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A value that several objects have and only one may have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a value of several objects, an object"
)]
#[schemars(rename = "Shared")]
pub struct SharedValue {
    /// `alias docs` or `smtp:docs@fabrikam.com`.
    #[schemars(extend("holds" = "name"))]
    pub value: String,
    #[schemars(extend("holds" = "dn"))]
    pub names: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The contacts and groups of a container, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "counted contacts and groups, an object"
)]
pub struct Members {
    pub contacts: u64,
    pub groups: u64,
    /// Every name was kept below, not only the first ones.
    #[serde(default)]
    pub all_named: bool,
    /// Why not all were read, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// Objects that are neither contact nor group nor unit, by class; nothing where only contacts
    /// and groups were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Vec<CountedObjects>>,
    /// Objects whose attributes may not be read.
    #[serde(default)]
    pub unreadable: CountedObjects,
    /// Contacts and groups that show no value of an attribute, which is the value here, and may
    /// have one all the same: who asks may not read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("holds" = "plain"))]
    pub hidden: Vec<CountedObjects>,
    /// The contacts by `internetEncoding`. Of the value that is wanted no names are kept, here and
    /// below.
    #[serde(default)]
    pub encodings: Vec<CountedObjects>,
    /// The contacts by `mAPIRecipient`.
    #[serde(default)]
    pub mapi: Vec<CountedObjects>,
    /// The contacts by the domain of `targetAddress`, in small letters.
    #[serde(default)]
    #[schemars(extend("holds" = "name"))]
    pub targets: Vec<CountedObjects>,
    /// The contacts and groups by `msExchRequireAuthToSendTo`.
    #[serde(default)]
    pub authenticated: Vec<CountedObjects>,
    /// Contacts and groups without `msExchVersion`.
    #[serde(default)]
    pub without_version: CountedObjects,
    /// Contacts and groups whose alias is longer than 128 characters.
    #[serde(default)]
    pub long_aliases: CountedObjects,
    /// Distribution groups without a mail address.
    #[serde(default)]
    pub groups_without_address: CountedObjects,
    /// Aliases and proxy addresses that several of them have; the first, unless all were wanted.
    #[serde(default)]
    pub shared: Vec<SharedValue>,
    /// How many values seem to be shared beyond those.
    #[serde(default)]
    pub shared_beyond: u64,
    /// Why it is not known whether there are more of them, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_unknown: Option<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What is expected, so that nothing need be kept of it, and how much of the rest is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CensusOptions {
    /// The domains that `targetAddress` may be in, in small letters.
    pub domains: Vec<String>,
    /// Every name instead of the first ones.
    pub all: bool,
    /// Objects of other kinds are counted too.
    pub others: bool,
}

/// `internetEncoding` as SharePoint writes it: MIME, with a body in text and HTML.
pub const ENCODING: &str = "1310720";
/// `mAPIRecipient` as SharePoint writes it.
pub const NO_MAPI: &str = "FALSE";
/// `msExchRequireAuthToSendTo` where only authenticated users may send.
pub const AUTHENTICATED: &str = "TRUE";

/// Counts members.
#[derive(Debug)]
pub struct Census {
    wanted: CensusOptions,
    members: Members,
    encodings: Tally,
    mapi: Tally,
    targets: Tally,
    authenticated: Tally,
    others: Tally,
    /// Those that show no value, by attribute.
    without: BTreeMap<&'static str, CountedObjects>,
    seen_before: Filter,
    suspects: BTreeSet<String>,
    suspects_beyond: u64,
    repeated: u64,
}

impl Census {
    pub fn new(wanted: CensusOptions) -> Self {
        Self {
            wanted,
            members: Members::default(),
            encodings: Tally::default(),
            mapi: Tally::default(),
            targets: Tally::default(),
            authenticated: Tally::default(),
            others: Tally::default(),
            without: BTreeMap::new(),
            seen_before: Filter::new(),
            suspects: BTreeSet::new(),
            suspects_beyond: 0,
            repeated: 0,
        }
    }

    /// How many objects went in.
    pub fn count(&self) -> u64 {
        self.members.contacts
            + self.members.groups
            + self.others.count()
            + self.members.unreadable.count
    }

    /// How many objects seem to have gone in before.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    pub fn add(&mut self, member: &Member) {
        let name = &member.name;
        self.repeated += u64::from(self.seen_before.insert(&format!("name {name}")));
        let (is_contact, is_group) = (member.is("contact"), member.is("group"));
        if member.classes.is_empty() {
            return note(&mut self.members.unreadable, name, self.wanted.all);
        }
        if !is_contact && !is_group {
            // Units give the container an order; they are no strangers in it.
            if self.wanted.others && !member.is("organizationalUnit") && !member.is("container") {
                self.others.add(
                    member.classes.last().map(String::as_str),
                    Some(name),
                    self.wanted.all,
                );
            }
            return;
        }
        self.members.contacts += u64::from(is_contact);
        self.members.groups += u64::from(!is_contact);
        if is_contact {
            self.add_contact(member);
        } else if member.mail.is_none()
            && !member.addresses.iter().any(|address| is_of_mail(address))
        {
            match member
                .group_type
                .as_ref()
                .and_then(|kind| kind.parse::<i32>().ok())
            {
                Some(kind) if is_distribution(kind) => {
                    note(
                        &mut self.members.groups_without_address,
                        name,
                        self.wanted.all,
                    );
                }
                Some(_) => {}
                None => note(self.without.entry("groupType").or_default(), name, false),
            }
        }
        for (attribute, is_missing) in [
            ("mailNickname", member.alias.is_none()),
            ("proxyAddresses", member.addresses.is_empty()),
        ] {
            if is_missing {
                note(self.without.entry(attribute).or_default(), name, false);
            }
        }
        add(
            &mut self.authenticated,
            member.authenticated.as_deref(),
            name,
            self.wanted.all,
            |value| value.eq_ignore_ascii_case(AUTHENTICATED),
        );
        if member.version.is_none() {
            note(&mut self.members.without_version, name, self.wanted.all);
        }
        if member
            .alias
            .as_ref()
            .is_some_and(|alias| alias.chars().count() > LONGEST_ALIAS)
        {
            note(&mut self.members.long_aliases, name, self.wanted.all);
        }
        self.look_for_shared(member);
    }

    fn add_contact(&mut self, member: &Member) {
        let (name, all) = (&member.name, self.wanted.all);
        add(
            &mut self.encodings,
            member.encoding.as_deref(),
            name,
            all,
            |value| value == ENCODING,
        );
        add(&mut self.mapi, member.mapi.as_deref(), name, all, |value| {
            value.eq_ignore_ascii_case(NO_MAPI)
        });
        let domain = member.target.as_deref().map(domain_of);
        let domains = &self.wanted.domains;
        add(&mut self.targets, domain.as_deref(), name, all, |value| {
            domains.iter().any(|domain| domain == value)
        });
    }

    /// What was probably there before is asked for again later: remembering every value would take
    /// ever more memory.
    fn look_for_shared(&mut self, member: &Member) {
        const MOST: usize = 200;
        const MOST_OF_ALL: usize = 20_000;
        let alias = member
            .alias
            .as_ref()
            .map(|alias| format!("{ALIAS}{}", alias.to_lowercase()));
        let addresses = member
            .addresses
            .iter()
            .map(|address| address.to_lowercase());
        let values: BTreeSet<String> = addresses.chain(alias).collect();
        for value in values {
            if self.seen_before.insert(&value) && !self.suspects.contains(&value) {
                if self.suspects.len() < if self.wanted.all { MOST_OF_ALL } else { MOST } {
                    self.suspects.insert(value);
                } else {
                    self.suspects_beyond += 1;
                }
            }
        }
    }

    /// The values that several objects seem to have; whether they do must be asked.
    pub fn suspects(&self) -> impl Iterator<Item = DuplicateCandidate<'_>> {
        self.suspects
            .iter()
            .map(|value| match value.strip_prefix(ALIAS) {
                Some(alias) => DuplicateCandidate {
                    attribute: "mailNickname",
                    value: alias,
                    shown: value,
                },
                None => DuplicateCandidate {
                    attribute: "proxyAddresses",
                    value,
                    shown: value,
                },
            })
    }

    /// What was counted. Of what may not be missing, whoever does not know better must take for
    /// hidden what is not shown.
    pub fn finish(self) -> Members {
        let named = |(attribute, seen): (&str, CountedObjects)| CountedObjects {
            value: Some(attribute.to_owned()),
            ..seen
        };
        Members {
            hidden: self.without.into_iter().map(named).collect(),
            encodings: self.encodings.list(),
            mapi: self.mapi.list(),
            targets: self.targets.list(),
            authenticated: self.authenticated.list(),
            others: self.wanted.others.then(|| self.others.list()),
            shared_beyond: self.suspects_beyond,
            all_named: self.wanted.all,
            ..self.members
        }
    }
}

/// What tells an alias from an address, which always has its kind in front (`smtp:`).
const ALIAS: &str = "alias ";

/// A value that several objects seem to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicateCandidate<'a> {
    pub attribute: &'static str,
    pub value: &'a str,
    /// As it is named in [`Shared`].
    pub shown: &'a str,
}

/// How many names are kept of what is counted.
pub fn max_names(all: bool) -> usize {
    if all { usize::MAX } else { NAMES }
}

/// A group that is no security group (MS-ADTS 2.2.12: the highest bit of `groupType`, which is
/// signed).
fn is_distribution(kind: i32) -> bool {
    kind >= 0
}

/// An address that mail goes to, not one of another system such as `X500:`.
fn is_of_mail(address: &str) -> bool {
    address
        .get(..5)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("smtp:"))
}

/// The domain of a mail address behind its kind, in small letters; all of what is no such address.
fn domain_of(target: &str) -> String {
    let target = target.to_lowercase();
    match target
        .strip_prefix("smtp:")
        .unwrap_or(&target)
        .rsplit_once('@')
    {
        Some((_, domain)) => domain.trim_end_matches('.').to_owned(),
        None => target,
    }
}

fn note(seen: &mut CountedObjects, name: &str, all: bool) {
    seen.count += 1;
    if seen.names.len() < max_names(all) {
        seen.names.push(brief(name));
    }
}

fn add(
    tally: &mut Tally,
    value: Option<&str>,
    name: &str,
    all: bool,
    is_wanted: impl Fn(&str) -> bool,
) {
    let name = (!value.is_some_and(is_wanted)).then_some(name);
    tally.add(value, name, all);
}

/// A text from outside, of bearable length.
pub fn brief(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Objects by a value of theirs.
#[derive(Debug, Default)]
struct Tally(BTreeMap<Option<String>, CountedObjects>);

impl Tally {
    fn add(&mut self, value: Option<&str>, name: Option<&str>, all: bool) {
        let value = value.map(brief);
        // What is wanted, which has no names, always has a place of its own.
        let has_place = name.is_none() || self.0.len() < VALUES || self.0.contains_key(&value);
        let key = if has_place {
            value
        } else {
            Some("…".to_owned())
        };
        let seen = self.0.entry(key).or_default();
        match name {
            Some(name) => note(seen, name, all),
            None => seen.count += 1,
        }
    }

    fn count(&self) -> u64 {
        self.0.values().map(|seen| seen.count).sum()
    }

    fn list(self) -> Vec<CountedObjects> {
        self.0
            .into_iter()
            .map(|(value, seen)| CountedObjects { value, ..seen })
            .collect()
    }
}

/// Remembers texts in memory that does not grow (a Bloom filter): it never forgets one, and at a
/// million texts takes about one in thirty thousand for known that is not.
#[derive(Debug)]
struct Filter(Vec<u64>);

impl Filter {
    const BITS: u64 = 1 << 26;

    fn new() -> Self {
        Self(vec![0; (Self::BITS / 64) as usize])
    }

    /// Remembers a text, and says whether it seems to have been there before.
    fn insert(&mut self, text: &str) -> bool {
        let mut known = true;
        for salt in 0..2_u64 {
            let mut hasher = DefaultHasher::new();
            (salt, text).hash(&mut hasher);
            let hash = hasher.finish();
            for place in [hash % Self::BITS, (hash >> 32) % Self::BITS] {
                if let Some(word) = self.0.get_mut((place / 64) as usize) {
                    let bit = 1 << (place % 64);
                    known &= *word & bit != 0;
                    *word |= bit;
                }
            }
        }
        known
    }
}

#[cfg(test)]
mod tests;
