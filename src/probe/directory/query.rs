//! Queries to a directory, and the entries of their answers.

use ldap3::controls::RawControl;
use ldap3::{ResultEntry, Scope, SearchEntry};

/// The maximum length of a value that is read as a name or another text, in bytes.
const MAX_TEXT: usize = 8192;

/// A query.
#[derive(Debug, Clone)]
pub(super) struct LdapQuery {
    pub base: String,
    pub scope: Scope,
    pub filter: String,
    pub attributes: Vec<&'static str>,
    /// Ask for the security descriptor's owner, group and DACL. Without this, an account that may
    /// not read the SACL gets no descriptor at all, and no error (MS-ADTS 3.1.1.3.4.1.11).
    pub with_descriptor: bool,
    /// The maximum number of entries; more are an error, like sizeLimitExceeded.
    pub max_entries: i32,
}

impl LdapQuery {
    /// Asks for attributes of one object.
    pub(super) fn object(base: impl Into<String>, attributes: &[&'static str]) -> Self {
        Self {
            base: base.into(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: attributes.to_vec(),
            with_descriptor: false,
            max_entries: 1,
        }
    }

    /// Asks for the objects below another that match a filter.
    pub(super) fn below(
        base: impl Into<String>,
        filter: impl Into<String>,
        attributes: &[&'static str],
    ) -> Self {
        const MAX_ENTRIES: i32 = 1000;
        Self {
            scope: Scope::Subtree,
            filter: filter.into(),
            max_entries: MAX_ENTRIES,
            ..Self::object(base, attributes)
        }
    }

    /// Asks for the security descriptors as well.
    #[must_use]
    pub(super) fn with_descriptor(self) -> Self {
        Self {
            with_descriptor: true,
            ..self
        }
    }

    /// Returns the control that requests the descriptor, or `None` if it is not requested.
    pub(super) fn descriptor_control(&self) -> Option<RawControl> {
        self.with_descriptor.then(|| RawControl {
            ctype: "1.2.840.113556.1.4.801".to_owned(),
            crit: true,
            // SEQUENCE { INTEGER 7 }: owner, group and DACL (MS-ADTS 3.1.1.3.4.1.11).
            val: Some(vec![0x30, 3, 2, 1, 7]),
        })
    }
}

/// An object and its attributes. ldap3 treats a value as text if its bytes are valid text; here all
/// values are bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LdapEntry {
    pub name: String,
    values: Vec<(String, Vec<Vec<u8>>)>,
}

impl LdapEntry {
    /// Converts an entry of ldap3.
    ///
    /// # Panics
    /// As ldap3 does on a malformed entry; the checks of `message.rs` let none through.
    pub(super) fn new(entry: ResultEntry) -> Self {
        let entry = SearchEntry::construct(entry);
        let texts = entry.attrs.into_iter().map(|(name, values)| {
            let bytes: Vec<Vec<u8>> = values.into_iter().map(String::into_bytes).collect();
            (name, bytes)
        });
        Self {
            name: text(entry.dn.as_bytes()),
            values: texts.chain(entry.bin_attrs).collect(),
        }
    }

    /// Returns the values of an attribute.
    pub(super) fn bytes(&self, attribute: &str) -> &[Vec<u8>] {
        self.values
            .iter()
            .find(|(name, values)| is_named(name, attribute) && !values.is_empty())
            .map_or(&[], |(_, values)| values)
    }

    /// Returns the values of an attribute as texts.
    pub(super) fn texts(&self, attribute: &str) -> Vec<String> {
        self.bytes(attribute)
            .iter()
            .map(|value| text(value))
            .collect()
    }

    /// Returns the first value of an attribute as text.
    pub(super) fn text(&self, attribute: &str) -> Option<String> {
        self.bytes(attribute).first().map(|value| text(value))
    }

    /// Returns whether the object is of a class, or of one derived from it.
    pub(super) fn is_a(&self, class: &str) -> bool {
        self.texts("objectClass")
            .iter()
            .any(|own| own.eq_ignore_ascii_case(class))
    }
}

/// Returns whether an attribute of an answer is the requested one. `proxyAddresses;range=0-1499` is
/// a range of the values of `proxyAddresses`.
fn is_named(name: &str, attribute: &str) -> bool {
    name.split(';')
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(attribute))
}

/// Returns a value as text, shortened if it is longer than any name.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value.get(..MAX_TEXT).unwrap_or(value)).into_owned()
}
