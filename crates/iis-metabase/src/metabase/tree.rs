//! Text to keys.

use super::decode::position;
use super::{Domain, KEYS, Key, MAX_SERVERS, Metabase, Properties, Property, Server};
use crate::error::MetabaseError;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, HashSet};

/// More than any key has; the parser compares each attribute of an element with each other one.
const ATTRIBUTES: usize = 256;
/// More than any file has; the parser carries the namespaces of all ancestors along, and compares
/// them likewise.
const NAMESPACES: usize = 32;

/// What a `Location` names.
enum Place<'a> {
    Service,
    Server(u32),
    Domain(u32, &'a str),
    Elsewhere,
}

pub(super) fn read(text: &str) -> Result<Metabase, MetabaseError> {
    refuse_endless(text)?;
    let document = Document::parse(text).map_err(|error| {
        let at = error.pos();
        // The position stands in the fault already.
        let message = error.to_string().replace(&format!(" at {at}"), "");
        MetabaseError {
            message,
            line: at.row,
            column: at.col,
        }
    })?;
    let root = document.root_element();
    // The namespace has a version in it, of which only one is known: names decide.
    let properties = root
        .children()
        .chain([root])
        .find(|node| is_named(node, "MBProperty"));
    let Some(properties) = properties else {
        let (line, column) = position(text, root.range().start);
        let message = format!(
            "it is no metabase: `{}` has no MBProperty",
            root.tag_name().name()
        );
        return Err(MetabaseError {
            message,
            line,
            column,
        });
    };
    let mut keys = Keys::new(text);
    for node in properties.children().filter(Node::is_element) {
        keys.add(&node);
        if keys.servers.len() > MAX_SERVERS {
            let (line, column) = position(text, node.range().start);
            let message = format!("it has more than {MAX_SERVERS} virtual servers");
            return Err(MetabaseError {
                message,
                line,
                column,
            });
        }
    }
    Ok(keys.finish())
}

fn is_named(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
}

/// An attribute, its name in any case.
fn attribute<'a>(node: &Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.name().eq_ignore_ascii_case(name))
        .map(|attribute| attribute.value())
}

/// The keys that were found. The first of two with the same location counts, as IIS ignores the
/// second (from memory), and likewise the first of two values with the same name.
struct Keys {
    /// Where each line begins: the parser counts them anew for each question.
    lines: Vec<usize>,
    seen: HashSet<String>,
    service: Option<Properties>,
    /// None where only a domain told of it.
    servers: BTreeMap<u32, (Option<Properties>, Vec<Domain>)>,
    odd: Vec<String>,
}

impl Keys {
    fn new(text: &str) -> Self {
        let lines = [0]
            .into_iter()
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            lines,
            seen: HashSet::new(),
            service: None,
            servers: BTreeMap::new(),
            odd: Vec::new(),
        }
    }

    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    }

    /// Takes a key, whatever its element is called: that is the kind of key, and `IIsObject` where
    /// it has none.
    fn add(&mut self, node: &Node<'_, '_>) {
        let Some(location) = attribute(node, "Location") else {
            return;
        };
        let place = Place::of(location);
        if matches!(place, Place::Elsewhere) {
            return;
        }
        let line = self.line(node.range().start);
        if !self
            .seen
            .insert(location.trim().trim_end_matches('/').to_lowercase())
        {
            self.odd.push(format!(
                "line {line}: `{location}` is there already; the first one counts"
            ));
            return;
        }
        let properties = self.properties(node);
        match place {
            Place::Service => self.service = Some(properties),
            Place::Server(number) => self.servers.entry(number).or_default().0 = Some(properties),
            Place::Domain(number, name) => {
                let domain = Domain {
                    name: name.to_owned(),
                    line,
                    properties,
                };
                self.servers.entry(number).or_default().1.push(domain);
            }
            Place::Elsewhere => {}
        }
    }

    /// A key's values: attributes first, then `Custom` children by name, then those by number.
    fn properties(&mut self, node: &Node<'_, '_>) -> Properties {
        let mut found = Properties::new();
        for attribute in node.attributes() {
            let property = || Property {
                raw: attribute.value().to_owned(),
                line: self.line(attribute.range().start),
                private: false,
            };
            if let Some(key) = by_name(attribute.name())
                && !insert(&mut found, key, property)
            {
                let line = self.line(attribute.range().start);
                self.odd.push(format!(
                    "line {line}: {} is there already; the first one counts",
                    key.name
                ));
            }
        }
        for lookup in [custom_by_name, custom_by_number] {
            for custom in node.children().filter(|child| is_named(child, "Custom")) {
                if let Some(key) = lookup(&custom)
                    && let Some(raw) = attribute(&custom, "Value")
                {
                    let line = self.line(custom.range().start);
                    insert(&mut found, key, || Property {
                        raw: raw.to_owned(),
                        line,
                        private: is_private(&custom),
                    });
                }
            }
        }
        found
    }

    fn finish(mut self) -> Metabase {
        let mut servers = Vec::new();
        for (number, (properties, domains)) in self.servers {
            if properties.is_none() {
                self.odd.push(format!(
                    "there are domains of virtual server {number}, but it has no key"
                ));
            }
            let properties = properties.unwrap_or_default();
            servers.push(Server {
                number,
                properties,
                domains,
            });
        }
        Metabase {
            service: self.service,
            servers,
            odd: self.odd,
            ..Metabase::default()
        }
    }
}

/// Whether the value was not there.
fn insert(found: &mut Properties, key: Key, property: impl FnOnce() -> Property) -> bool {
    let new = !found.contains_key(key.name);
    if new {
        found.insert(key.name.to_owned(), property());
    }
    new
}

fn by_name(name: &str) -> Option<Key> {
    KEYS.iter()
        .copied()
        .find(|key| key.name.eq_ignore_ascii_case(name))
}

fn custom_by_name(custom: &Node<'_, '_>) -> Option<Key> {
    by_name(attribute(custom, "Name")?.trim())
}

fn custom_by_number(custom: &Node<'_, '_>) -> Option<Key> {
    let id = attribute(custom, "ID")?.trim().parse().ok()?;
    KEYS.iter().copied().find(|key| key.id == Some(id))
}

/// `Attributes="NO_ATTRIBUTES"` and the like.
fn is_private(custom: &Node<'_, '_>) -> bool {
    let inherits = |flags: &str| {
        flags
            .split('|')
            .any(|flag| flag.trim().eq_ignore_ascii_case("INHERIT"))
    };
    attribute(custom, "Attributes").is_some_and(|flags| !inherits(flags))
}

impl<'a> Place<'a> {
    /// Case is that of whoever wrote it: `SmtpSvc` in the file, `SMTPSVC` in the reference and in
    /// scripts.
    fn of(location: &'a str) -> Self {
        let mut parts = location.trim().trim_end_matches('/').split('/');
        let mut next_is = |name: &str| {
            parts
                .next()
                .is_some_and(|part| part.eq_ignore_ascii_case(name))
        };
        if !(next_is("") && next_is("LM") && next_is("SmtpSvc")) {
            return Self::Elsewhere;
        }
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let number = |part: &str| {
            part.parse()
                .ok()
                .filter(|number: &u32| number.to_string() == part)
        };
        match parts {
            [None, ..] => Self::Service,
            [Some(server), None, ..] => number(server).map_or(Self::Elsewhere, Self::Server),
            [Some(server), Some(container), Some(name), None]
                if container.eq_ignore_ascii_case("Domain") =>
            {
                let name = Some(name).filter(|name| !name.is_empty());
                number(server)
                    .zip(name)
                    .map_or(Self::Elsewhere, |(number, name)| Self::Domain(number, name))
            }
            _ => Self::Elsewhere,
        }
    }
}

/// Refuses what the parser would take too long for, and a document type: entities have no place in
/// a metabase. Anything else that is wrong is left to the parser.
fn refuse_endless(text: &str) -> Result<(), MetabaseError> {
    let fault = |at, message: String| {
        let (line, column) = position(text, at);
        Err(MetabaseError {
            message,
            line,
            column,
        })
    };
    let mut namespaces = 0;
    let mut at = 0;
    while let Some(start) = text
        .get(at..)
        .and_then(|rest| rest.find('<'))
        .map(|found| at + found)
    {
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("<!DOCTYPE") {
            return fault(start, "a document type (DTD) is refused".to_owned());
        }
        let other = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((begin, end)) = other.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
            // `<!-->` does not end here: what is read as outside must be outside for the parser,
            // too.
            let inside = start + begin.len();
            let Some(length) = text.get(inside..).and_then(|inside| inside.find(end)) else {
                return Ok(());
            };
            at = inside + length + end.len();
            continue;
        }
        let Some(tag) = Tag::of(rest) else {
            return Ok(());
        };
        namespaces += tag.namespaces;
        if tag.attributes > ATTRIBUTES {
            return fault(
                start,
                format!(
                    "an element has {} attributes, more than {ATTRIBUTES}",
                    tag.attributes
                ),
            );
        }
        if namespaces > NAMESPACES {
            return fault(
                start,
                format!("there are more than {NAMESPACES} namespaces"),
            );
        }
        at = start + tag.length;
    }
    Ok(())
}

/// The size of a tag.
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
}

impl Tag {
    /// The tag that this begins with; none where it does not end. A `>` in quotes is no end.
    fn of(text: &str) -> Option<Self> {
        let mut tag = Self {
            length: 0,
            attributes: 0,
            namespaces: 0,
        };
        loop {
            let rest = text.get(tag.length..)?;
            let stop = rest.find(['"', '\'', '>'])?;
            let (between, after) = rest.split_at_checked(stop)?;
            let quote = after.chars().next()?;
            tag.length += stop + 1;
            if quote == '>' {
                return Some(tag);
            }
            tag.attributes += 1;
            tag.namespaces += usize::from(between.contains("xmlns"));
            tag.length += after.get(1..)?.find(quote)? + 1;
        }
    }
}
