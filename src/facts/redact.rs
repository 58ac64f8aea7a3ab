//! Removes names from facts and from the farm file, so that they can be posted and still give the
//! same verdicts.
//!
//! Every text goes through one rewriter ([`text`]), which keeps known words and replaces all
//! others, so that an unforeseen word is replaced too. The same word gets the same made-up word
//! everywhere, whatever its case and whether it is part of a domain, an account, a folder or a
//! distinguished name, so that related names stay related. Addresses keep their kind and their
//! networks ([`addresses`]), SIDs their last number. The farm file is written again, without
//! comments.
//!
//! The schema of the facts says what each field holds (`holds`, [`Holds`]). A field without `holds`
//! is a text, of which only the words of [`words::WORDS`] stay. A new field with names therefore
//! only needs `holds`. Names in binary formats go through the reader and the writer of the format;
//! an unreadable value is replaced by another unreadable one.

mod addresses;
mod descriptor;
mod names;
mod text;
mod words;

use super::Facts;
use super::schema::SCHEMA;
use crate::error::Error;
use crate::farm::values::DROP_FOLDER;
use crate::farm::{Farm, Setting, SettingKind, SettingValue, Table, writer};
use crate::formats::dn;
use addresses::Key;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use descriptor::redacted;
use iis_metabase::relay_list;
use names::Names;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use text::Mode;
use windows_security::sid::Domains;
use windows_security::source::{self, ParsedSource, SourceFormat};
use windows_security::{Descriptor, binary, sddl};

/// What a text holds, as the schema says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Nothing that identifies anything: a version, a time.
    Plain,
    /// Only names.
    Name,
    /// The distinguished name of an object in a directory.
    Dn,
    /// A line of an SMTP reply: a code, then a text.
    Reply,
    /// A security descriptor as text (SDDL), in which SIDs identify accounts.
    Sddl,
    /// A security descriptor in hexadecimal digits.
    Descriptor,
    /// A security descriptor in any form.
    Seen,
    /// A relay or access list of a metabase, in hexadecimal digits.
    RelayList,
    /// A number, a boolean or flags; another text may contain names among its words.
    Flags,
    /// The name of a rule, if it is not mistyped.
    Identifier,
    /// Words that may contain names.
    Text,
}

impl Holds {
    fn from_word(word: &str) -> Option<Self> {
        let all = [
            ("plain", Self::Plain),
            ("name", Self::Name),
            ("dn", Self::Dn),
            ("reply", Self::Reply),
            ("sddl", Self::Sddl),
            ("descriptor", Self::Descriptor),
            ("seen", Self::Seen),
            ("relay-list", Self::RelayList),
            ("flags", Self::Flags),
        ];
        all.into_iter()
            .find(|(name, _)| *name == word)
            .map(|(_, holds)| holds)
    }
}

/// One run of the redaction. A name has the same replacement throughout the run.
pub struct Redactor<'a> {
    names: Names<'a>,
    /// The web applications, by their replaced names in lowercase.
    web_applications: BTreeMap<String, String>,
}

impl<'a> Redactor<'a> {
    /// Returns the facts and the farm file with other names.
    ///
    /// # Errors
    /// The redacted facts cannot be read.
    pub fn redact(farm: &Farm, facts: &Facts, key: Key<'a>) -> Result<(Facts, String), Error> {
        let json = serde_json::to_value(facts).map_err(unreadable)?;
        let mut redactor = Self::new(farm, &json, key);
        relayed(facts).for_each(|address| redactor.names.avoid(&address.to_string()));
        let schema: Json = serde_json::from_str(SCHEMA).map_err(unreadable)?;
        let nodes = Nodes::new(&schema, vec![&schema]);
        each_name(&json, &nodes, Holds::Text, &mut |name| {
            redactor.names.note_known(name)
        });
        let json = redactor.json(&json, &nodes, Holds::Text);
        let other_facts = serde_json::from_value(json).map_err(unreadable)?;
        let other_farm = writer::text(farm, |setting, value| redactor.setting(setting, value));
        Ok((other_facts, other_farm))
    }

    /// Collects all texts first, so that no made-up name equals a real one that comes later.
    fn new(farm: &Farm, facts: &Json, key: Key<'a>) -> Self {
        let mut names = Names::new(key);
        each_text(facts, &mut |text| names.avoid(text));
        writer::text(farm, |setting, value| {
            let is_name = matches!(holds(setting), Holds::Name | Holds::Dn);
            let mut note = |text: &str| {
                names.avoid(text);
                if is_name {
                    names.note_known(text);
                }
            };
            match &value {
                SettingValue::Text(text) => note(text),
                SettingValue::List(list) => list.iter().for_each(|text| note(text)),
                SettingValue::Flag(_) | SettingValue::Number(_) | SettingValue::Date(_) => {}
            }
            value
        });
        Self::with(names)
    }

    fn with(names: Names<'a>) -> Self {
        Self {
            names,
            web_applications: BTreeMap::new(),
        }
    }

    fn setting(&mut self, setting: &Setting, value: SettingValue) -> SettingValue {
        let holds = holds(setting);
        match (setting.kind, value) {
            (_, SettingValue::Text(name))
                if setting.table == Table::WebApplication && setting.name == "name" =>
            {
                SettingValue::Text(self.web_application(name))
            }
            (SettingKind::AllOrList(_), SettingValue::Text(all)) => SettingValue::Text(all),
            (_, SettingValue::Text(text)) => SettingValue::Text(self.held(&text, holds)),
            (_, SettingValue::List(list)) => {
                let items = list.into_iter().map(|text| match text {
                    word if word == DROP_FOLDER => word,
                    text => self.held(&text, holds),
                });
                SettingValue::List(items.collect())
            }
            (_, value) => value,
        }
    }

    /// Returns another name for a web application, different from those of all others: names that
    /// are one word in DNS, such as `K` and a mathematical K, are two here.
    fn web_application(&mut self, name: String) -> String {
        let mut made = self.held(&name, Holds::Name);
        let known = &mut self.web_applications;
        while known
            .get(&made.to_lowercase())
            .is_some_and(|own| *own != name)
        {
            made.push_str(" 2");
        }
        known.insert(made.to_lowercase(), name);
        made
    }

    /// Returns a text with other names.
    fn held(&mut self, text: &str, holds: Holds) -> String {
        match holds {
            Holds::Plain => text.to_owned(),
            Holds::Name => text::rewritten(text, Mode::Names, &mut self.names),
            Holds::Text => text::rewritten(text, Mode::Words, &mut self.names),
            Holds::Identifier => text::rewritten(text, Mode::Identifiers, &mut self.names),
            Holds::Dn => self.dn(text),
            Holds::Flags if iis_metabase::is_flags(text) => text.to_owned(),
            Holds::Flags => text::rewritten(text, Mode::Words, &mut self.names),
            Holds::Sddl => self.sddl(text),
            Holds::Descriptor => self.binary(from_digits(text)),
            Holds::Seen => self.described(text),
            Holds::RelayList => {
                let names = &mut self.names;
                let renamed = relay_list::renamed(text, &mut |address, bits| {
                    names.ipv4_address(address, bits)
                });
                renamed.unwrap_or_else(|| text::rewritten(text, Mode::Names, &mut self.names))
            }
            Holds::Reply => {
                // After a hyphen the text would look like a part of the code.
                let end = if text
                    .get(..3)
                    .is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
                {
                    text.char_indices().nth(4).map_or(text.len(), |(at, _)| at)
                } else {
                    0
                };
                let (code, rest) = text.split_at(end);
                code.to_owned() + &text::rewritten(rest, Mode::Words, &mut self.names)
            }
        }
    }

    /// Returns a redacted descriptor in hexadecimal digits. An invalid one stays invalid.
    fn binary(&mut self, read: Option<Descriptor>) -> String {
        let bytes = read.and_then(|read| binary::write(&redacted(read, &mut self.names)).ok());
        HEXLOWER.encode(&bytes.unwrap_or_else(|| vec![0]))
    }

    /// Returns a redacted descriptor in the form of the text: SDDL, digits, or the output of
    /// Samba's programs.
    fn described(&mut self, text: &str) -> String {
        match source::from_text(text, &Domains::default()) {
            Ok(ParsedSource {
                form: SourceFormat::Binary | SourceFormat::Ntacl,
                mut saved,
            }) => self.binary(saved.pop().map(|saved| saved.descriptor)),
            Ok(_) => self.sddl(text),
            Err(_) => text
                .split_inclusive('\n')
                .map(|line| self.samba_line(line))
                .collect(),
        }
    }

    /// Returns a redacted line of the output of Samba's programs about a descriptor.
    fn samba_line(&mut self, line: &str) -> String {
        match line.strip_suffix('\n') {
            Some(sddl) if sddl.starts_with("O:") => self.sddl(sddl) + "\n",
            _ => text::rewritten_samba_line(line, &mut self.names),
        }
    }

    /// Returns a redacted descriptor as text. An invalid one stays invalid.
    fn sddl(&mut self, text: &str) -> String {
        let read = sddl::read(text, &Domains::default());
        let written = read
            .ok()
            .and_then(|read| sddl::write(&redacted(read, &mut self.names)).ok());
        written.unwrap_or_else(|| text::rewritten(text, Mode::Names, &mut self.names))
    }

    /// Returns a redacted distinguished name. Each part is replaced separately, because a part can
    /// be written in several ways. An invalid name stays invalid.
    fn dn(&mut self, text: &str) -> String {
        let Ok(name) = dn::Name::parse(text) else {
            return text::rewritten(text, Mode::Names, &mut self.names);
        };
        let mut rdns = Vec::new();
        for rdn in name.rdns() {
            let mut parts = Vec::new();
            for part in rdn {
                let attribute = text::attribute(&part.attribute, &mut self.names);
                let value = text::rewritten(&part.value, Mode::Names, &mut self.names);
                parts.push(dn::Part { attribute, value }.to_string());
            }
            rdns.push(parts.join("+"));
        }
        rdns.join(",")
    }

    fn json(&mut self, value: &Json, nodes: &Nodes<'_>, inherited: Holds) -> Json {
        let holds = nodes.holds().unwrap_or(inherited);
        match value {
            Json::String(text) if nodes.lists(text) => value.clone(),
            Json::String(text) => Json::String(self.held(text, holds)),
            Json::Array(list) => {
                let items = nodes.items();
                Json::Array(
                    list.iter()
                        .map(|item| self.json(item, &items, holds))
                        .collect(),
                )
            }
            Json::Object(fields) => {
                let mut map = Map::new();
                let kind = fields.get("kind").and_then(Json::as_str);
                for (key, field) in fields {
                    // Only a failure's kind matters; its text may contain anything.
                    if let Some(words) = kind
                        .filter(|_| is_text_of_failure(key, nodes))
                        .and_then(words_of_kind)
                    {
                        map.insert(key.clone(), Json::String(words.to_owned()));
                        continue;
                    }
                    let (other_key, field_nodes, field_holds) = match nodes.property(key) {
                        Some(property) => (key.clone(), property, holds),
                        None => (self.held(key, Holds::Text), nodes.pattern(), Holds::Text),
                    };
                    map.insert(other_key, self.json(field, &field_nodes, field_holds));
                }
                Json::Object(map)
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
        }
    }
}

/// Returns whether a field of these parts is the text next to a failure's kind.
fn is_text_of_failure(key: &str, nodes: &Nodes<'_>) -> bool {
    matches!(key, "detail" | "why") && nodes.property("kind").is_some()
}

/// Returns the standard text for a kind of failure, or `None` for kinds without one.
fn words_of_kind(kind: &str) -> Option<&'static str> {
    let words = [
        ("timed-out", "timed out"),
        ("refused", "connection refused"),
        ("closed", "the connection was closed"),
        ("unreachable", "there is no route to it"),
        ("access-denied", "access was denied"),
        ("hidden", "the account may not see everything"),
        ("not-found", "it was not found there"),
        ("malformed", "the answer cannot be read"),
        (
            "elsewhere",
            "another server has the answer; it was not asked",
        ),
        ("ambiguous", "the name is ambiguous"),
        ("no-common-tls", "no common TLS version or cipher"),
        ("tls-failed", "the TLS handshake failed"),
        ("untrusted", "the certificate is not trusted"),
        ("limit-exceeded", "it is larger than the limit"),
        ("unsupported", "this machine cannot ask"),
    ];
    words
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, words)| *words)
}

/// Calls a function with every name in the facts.
fn each_name(value: &Json, nodes: &Nodes<'_>, inherited: Holds, each: &mut impl FnMut(&str)) {
    let holds = nodes.holds().unwrap_or(inherited);
    match value {
        Json::String(text) if matches!(holds, Holds::Name | Holds::Dn) => each(text),
        Json::Array(list) => {
            let items = nodes.items();
            list.iter()
                .for_each(|item| each_name(item, &items, holds, each));
        }
        Json::Object(fields) => {
            for (key, field) in fields {
                match nodes.property(key) {
                    Some(property) => each_name(field, &property, holds, each),
                    None => each_name(field, &nodes.pattern(), Holds::Text, each),
                }
            }
        }
        _ => {}
    }
}

/// Returns the addresses in relay and access lists.
fn relayed(facts: &Facts) -> impl Iterator<Item = Ipv4Addr> {
    let servers = facts.iis.iter().flat_map(|iis| &iis.servers);
    let metabases = servers.filter_map(|server| server.metabase.known());
    let lists = metabases.flat_map(|metabase| {
        metabase
            .keys()
            .virtual_servers()
            .flat_map(|server| [server.relay_list(), server.access_list()])
            .flatten()
    });
    lists.flat_map(|list| list.entries.into_iter().map(|entry| entry.address))
}

/// Reads a descriptor in hexadecimal digits.
fn from_digits(text: &str) -> Option<Descriptor> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    binary::read(&bytes).ok()
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::unfinished(format!("the redacted facts cannot be read: {error}"))
}

/// Returns what a setting of the farm file holds.
fn holds(setting: &Setting) -> Holds {
    match (setting.kind, setting.name) {
        (SettingKind::Word(_) | SettingKind::Words(_), _)
        | (_, "build" | "maximum-message-size" | "timeout") => Holds::Plain,
        (_, "container") => Holds::Dn,
        (_, "rule") => Holds::Identifier,
        (_, "reason") => Holds::Text,
        _ => Holds::Name,
    }
}

fn each_text(value: &Json, each: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => each(text),
        Json::Array(list) => list.iter().for_each(|item| each_text(item, each)),
        Json::Object(fields) => fields.iter().for_each(|(name, field)| {
            each(name);
            each_text(field, each);
        }),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The subschemas that may describe a value; for alternatives, all of them.
struct Nodes<'a> {
    root: &'a Json,
    all: Vec<&'a Json>,
}

impl<'a> Nodes<'a> {
    /// These subschemas, with those that they refer to.
    fn new(root: &'a Json, mut open: Vec<&'a Json>) -> Self {
        let mut all: Vec<&Json> = Vec::new();
        while let Some(node) = open.pop() {
            if all.iter().any(|known| std::ptr::eq(*known, node)) {
                continue;
            }
            all.push(node);
            let target = node
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|target| target.strip_prefix('#'));
            open.extend(target.and_then(|target| root.pointer(target)));
            let choices = ["anyOf", "oneOf", "allOf"]
                .into_iter()
                .filter_map(|word| node.get(word)?.as_array());
            open.extend(choices.flatten());
        }
        Self { root, all }
    }

    fn below(&self, step: impl Fn(&'a Json) -> Option<&'a Json>) -> Self {
        Self::new(
            self.root,
            self.all.iter().filter_map(|node| step(node)).collect(),
        )
    }

    fn items(&self) -> Self {
        self.below(|node| node.get("items"))
    }

    /// Returns the subschemas of a field, or `None` if there are none.
    fn property(&self, name: &str) -> Option<Self> {
        let nodes = self.below(|node| node.get("properties")?.get(name));
        (!nodes.all.is_empty()).then_some(nodes)
    }

    /// Returns the subschemas of fields whose names match a pattern.
    fn pattern(&self) -> Self {
        self.below(|node| node.get("patternProperties")?.as_object()?.values().next())
    }

    fn holds(&self) -> Option<Holds> {
        self.all
            .iter()
            .find_map(|node| Holds::from_word(node.get("holds")?.as_str()?))
    }

    /// Returns whether a text is one of a closed list, such as a record's type.
    fn lists(&self, text: &str) -> bool {
        self.all.iter().any(|node| {
            let listed = node.get("enum").and_then(Json::as_array);
            let listed = listed.into_iter().flatten();
            listed.chain(node.get("const")).any(|listed| listed == text)
        })
    }
}

#[cfg(test)]
mod tests;
