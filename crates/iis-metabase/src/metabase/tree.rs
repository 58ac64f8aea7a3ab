//! Reads the keys of a metabase from its XML.

use super::decode::position;
use super::{Domain, KEYS, Key, MAX_SERVERS, Metabase, Properties, Property, Server};
use crate::error::MetabaseError;
use roxmltree::{Document, Node};
use std::collections::HashSet;
use std::collections::btree_map::{BTreeMap, Entry};

/// The most attributes of an element. The parser compares each attribute with all others, so more
/// would take too long. No real key has as many.
const MAX_ATTRIBUTES: usize = 256;
/// The most namespaces of a file. The parser compares each namespace with all others in scope. No
/// real file has as many.
const MAX_NAMESPACES: usize = 32;

/// The key that the attribute `Location` names.
enum Location<'a> {
    Service,
    Server(u32),
    Domain(u32, &'a str),
    Elsewhere,
}

pub(super) fn read(text: &str) -> Result<Metabase, MetabaseError> {
    refuse_endless(text)?;
    let document = Document::parse(text).map_err(|error| {
        if is_cut_off(&error) {
            let message = "the file ends within an element: its end is missing";
            return error_at(text, text.len(), message.to_owned());
        }
        let at = error.pos();
        // The error already holds the position.
        let message = error.to_string().replace(&format!(" at {at}"), "");
        MetabaseError {
            message,
            line: at.row,
            column: at.col,
        }
    })?;
    let root = document.root_element();
    // The namespace contains a version, and only one version is known, so elements are found by
    // their local names.
    let properties = root
        .children()
        .chain([root])
        .find(|node| is_named(node, "MBProperty"));
    let Some(properties) = properties else {
        let message = format!(
            "not a metabase: `{}` has no MBProperty",
            root.tag_name().name()
        );
        return Err(error_at(text, root.range().start, message));
    };
    let mut keys = Keys::new(text);
    for node in properties.children().filter(Node::is_element) {
        keys.add(&node);
        if keys.servers.len() > MAX_SERVERS {
            let message = format!("it has more than {MAX_SERVERS} virtual servers");
            return Err(error_at(text, node.range().start, message));
        }
    }
    Ok(keys.finish())
}

/// Returns whether the text ends too early. The parser reports no position for these errors.
fn is_cut_off(error: &roxmltree::Error) -> bool {
    matches!(
        error,
        roxmltree::Error::UnexpectedEndOfStream | roxmltree::Error::UnclosedRootNode
    )
}

/// Returns an error at the byte offset `at` of the text.
fn error_at(text: &str, at: usize, message: String) -> MetabaseError {
    let (line, column) = position(text, at);
    MetabaseError {
        message,
        line,
        column,
    }
}

fn is_named(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
}

/// Returns an attribute by its name, case-insensitive.
fn attribute<'a>(node: &Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.name().eq_ignore_ascii_case(name))
        .map(|attribute| attribute.value())
}

/// The keys found so far. Of two keys with the same location the first counts, because IIS ignores
/// the second (from memory). The same holds for two values with the same name.
struct Keys {
    /// The byte offset of each line's start. The parser counts lines from the start of the text on
    /// every call.
    lines: Vec<usize>,
    seen: HashSet<String>,
    service: Option<Properties>,
    /// The virtual servers. The properties are `None` if the file has domains of the server but not
    /// its key.
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

    /// Adds a key. Its element's name is the key's type and may be anything.
    fn add(&mut self, node: &Node<'_, '_>) {
        let Some(location) = attribute(node, "Location") else {
            return;
        };
        let place = Location::parse(location);
        if matches!(place, Location::Elsewhere) {
            return;
        }
        let line = self.line(node.range().start);
        if !self
            .seen
            .insert(location.trim_start().trim_end_matches('/').to_lowercase())
        {
            self.odd.push(format!(
                "line {line}: duplicate `{location}`; the first one counts"
            ));
            return;
        }
        let properties = self.properties(node);
        match place {
            Location::Service => self.service = Some(properties),
            Location::Server(number) => {
                self.servers.entry(number).or_default().0 = Some(properties)
            }
            Location::Domain(number, name) => {
                let domain = Domain {
                    name: name.to_owned(),
                    line,
                    properties,
                };
                self.servers.entry(number).or_default().1.push(domain);
            }
            Location::Elsewhere => {}
        }
    }

    /// Returns a key's values: attributes first, then `Custom` children by name, then those by
    /// number.
    fn properties(&mut self, node: &Node<'_, '_>) -> Properties {
        let mut found = Properties::new();
        for attribute in node.attributes() {
            let Some(key) = by_name(attribute.name()) else {
                continue;
            };
            let line = self.line(attribute.range().start);
            let property = Property {
                raw: attribute.value().to_owned(),
                line,
                private: false,
            };
            if !insert(&mut found, key, property) {
                self.odd.push(format!(
                    "line {line}: duplicate {}; the first one counts",
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
                    let property = Property {
                        raw: raw.to_owned(),
                        line,
                        private: is_private(&custom),
                    };
                    insert(&mut found, key, property);
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

/// Adds a value unless one of this name exists, and returns whether it was added.
fn insert(found: &mut Properties, key: Key, property: Property) -> bool {
    match found.entry(key.name.to_owned()) {
        Entry::Vacant(place) => {
            place.insert(property);
            true
        }
        Entry::Occupied(_) => false,
    }
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

/// Returns whether keys below do not inherit the value, such as with `Attributes="NO_ATTRIBUTES"`.
fn is_private(custom: &Node<'_, '_>) -> bool {
    let Some(flags) = attribute(custom, "Attributes") else {
        return false;
    };
    !flags
        .split('|')
        .any(|flag| flag.trim().eq_ignore_ascii_case("INHERIT"))
}

impl<'a> Location<'a> {
    /// Parses a `Location`, case-insensitive: the file writes `SmtpSvc`, the reference and scripts
    /// write `SMTPSVC`.
    fn parse(location: &'a str) -> Self {
        let mut parts = location.trim().trim_end_matches('/').split('/');
        let start = [parts.next(), parts.next(), parts.next()];
        let is_service = start
            .into_iter()
            .zip(["", "LM", "SmtpSvc"])
            .all(|(part, name)| part.is_some_and(|part| part.eq_ignore_ascii_case(name)));
        if !is_service {
            return Self::Elsewhere;
        }
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        match parts {
            [None, ..] => Self::Service,
            [Some(server), None, ..] => server_number(server).map_or(Self::Elsewhere, Self::Server),
            [Some(server), Some(container), Some(name), None]
                if container.eq_ignore_ascii_case("Domain") && !name.is_empty() =>
            {
                // Trailing spaces of the name are kept: how the service treats them is not known.
                let whole = location.trim_start().trim_end_matches('/');
                let name = whole.splitn(6, '/').nth(5).unwrap_or(name);
                match server_number(server) {
                    Some(number) => Self::Domain(number, name),
                    None => Self::Elsewhere,
                }
            }
            _ => Self::Elsewhere,
        }
    }
}

/// Parses the number of a virtual server: no sign, no leading zero.
fn server_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Rejects a text that would take the parser too long, and a document type: a metabase has no
/// entities. The parser reports all other errors.
fn refuse_endless(text: &str) -> Result<(), MetabaseError> {
    let mut namespaces = 0;
    let mut at = 0;
    while let Some(start) = text
        .get(at..)
        .and_then(|rest| rest.find('<'))
        .map(|found| at + found)
    {
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("<!DOCTYPE") {
            let message = "a document type (DTD) is refused".to_owned();
            return Err(error_at(text, start, message));
        }
        let other = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((begin, end)) = other.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
            // Search the end after the opening mark, as the parser does: `<!-->` is not a complete
            // comment.
            let inside = start + begin.len();
            let Some(length) = text.get(inside..).and_then(|inside| inside.find(end)) else {
                return Ok(());
            };
            at = inside + length + end.len();
            continue;
        }
        let Some(tag) = Tag::parse(rest) else {
            return Ok(());
        };
        namespaces += tag.namespaces;
        if tag.attributes > MAX_ATTRIBUTES {
            let message = format!(
                "an element has {} attributes, more than {MAX_ATTRIBUTES}",
                tag.attributes
            );
            return Err(error_at(text, start, message));
        }
        if namespaces > MAX_NAMESPACES {
            let message = format!("there are more than {MAX_NAMESPACES} namespaces");
            return Err(error_at(text, start, message));
        }
        at = start + tag.length;
    }
    Ok(())
}

/// The measured size of a tag.
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
}

impl Tag {
    /// Parses the tag at the start of the text, or returns `None` if the tag does not end. A `>` in
    /// quotes does not end it.
    fn parse(text: &str) -> Option<Self> {
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
