//! Checks the domain at the end of a distinguished name: the last parts are one `DC` part per
//! label.

use super::unusual::visible;
use super::{Name, Part, without_oid_prefix};
use std::fmt;

/// The object identifier of `DC` (RFC 4519 2.4).
const DC: &str = "0.9.2342.19200300.100.1.25";

/// The types that name objects in Active Directory (RFC 4514 section 3), in lowercase.
const NAMING_TYPES: [&str; 9] = ["cn", "ou", "o", "dc", "l", "st", "c", "street", "uid"];

/// Why the `DC` parts of a name are not those of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainFault {
    /// A part that does not belong to the domain follows a `DC` part.
    NotLast {
        /// The part after the `DC` part.
        behind: String,
    },
    /// A type that Active Directory does not use is in the place of `DC`.
    UnknownType {
        /// The type as typed.
        attribute: String,
        /// The name with `DC` instead, if that is valid.
        instead: Option<String>,
    },
    /// A value contains what looks like a further part, because its comma has a backslash.
    Swallowed {
        /// The value.
        value: String,
    },
    /// A `DC` value contains a dot.
    Dotted {
        /// The value.
        value: String,
        /// The name with a part for each label, if that is valid.
        instead: Option<String>,
    },
    /// A `DC` value contains a character that domain names do not have.
    Character {
        /// The value.
        value: String,
    },
}

impl Name {
    /// Returns the fault in the order or the types of the domain's parts, or `None` if there is
    /// none.
    pub fn misplaced_domain(&self) -> Option<DomainFault> {
        let rdns = self.rdns();
        let swallowed = rdns.iter().flatten().find(|part| holds_a_part(part));
        if let Some(part) = swallowed {
            return Some(DomainFault::Swallowed {
                value: visible(&part.value),
            });
        }
        let last_named = rdns
            .iter()
            .rposition(|rdn| rdn.iter().any(|part| is_naming(part) && !is_dc(part)));
        let first_dc = rdns.iter().position(|rdn| rdn.iter().any(is_dc));
        if let (Some(last), Some(first)) = (last_named, first_dc)
            && first < last
        {
            let behind = rdns.get(last).and_then(|rdn| rdn.first());
            return Some(DomainFault::NotLast {
                behind: behind.map(part_text).unwrap_or_default(),
            });
        }
        let of_domain = rdns.iter().skip(last_named.map_or(1, |last| last + 1));
        let unknown = of_domain.flatten().find(|part| !is_naming(part))?;
        Some(DomainFault::UnknownType {
            attribute: unknown.attribute.clone(),
            instead: self.corrected(|part| match is_naming(part) {
                true => vec![part.clone()],
                false => vec![domain_part(&part.value)],
            }),
        })
    }

    /// Returns the `DC` value that cannot be one label of a domain, or `None` if all can.
    pub fn odd_label(&self) -> Option<DomainFault> {
        let values = self.rdns().iter().flatten().filter(|part| is_dc(part));
        let odd = values
            .map(|part| &part.value)
            .find(|value| !value.chars().all(is_label_letter))?;
        let is_dotted = odd
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(is_label_letter));
        Some(if is_dotted {
            DomainFault::Dotted {
                value: odd.clone(),
                instead: self.corrected(|part| match is_dc(part) {
                    true => part.value.split('.').map(domain_part).collect(),
                    false => vec![part.clone()],
                }),
            }
        } else {
            DomainFault::Character {
                value: visible(odd),
            }
        })
    }

    /// Returns the name with each part replaced, or `None` if the result is not valid.
    fn corrected(&self, other: impl Fn(&Part) -> Vec<Part>) -> Option<String> {
        let parts = self.rdns().iter().map(|rdn| match rdn.as_slice() {
            [part] => Some(other(part).into_iter().map(|part| vec![part]).collect()),
            several if several.iter().all(is_naming) => Some(vec![several.to_vec()]),
            _ => None,
        });
        let parts: Option<Vec<Vec<Vec<Part>>>> = parts.collect();
        let name = Self(parts?.concat());
        let is_sound = name.misplaced_domain().is_none() && name.odd_label().is_none();
        is_sound.then(|| name.to_string())
    }
}

impl fmt::Display for DomainFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLast { behind } => write!(
                out,
                "`{behind}` follows a `DC=` part: the organizational unit comes first and the \
                 domain last"
            ),
            Self::UnknownType { attribute, .. } => write!(
                out,
                "`{attribute}=` is where the domain's `DC=` parts belong"
            ),
            Self::Swallowed { value } => write!(
                out,
                "`{value}` is one value: the comma in it has a backslash before it"
            ),
            Self::Dotted { value, .. } => write!(
                out,
                "`DC={value}` holds several labels: a domain has a `DC=` part for each label"
            ),
            Self::Character { value } => {
                write!(out, "`DC={value}` cannot be a part of a domain's name")
            }
        }
    }
}

fn is_dc(part: &Part) -> bool {
    part.is("DC", DC)
}

/// Returns whether the directory uses this type in names. OIDs are assumed to be used.
fn is_naming(part: &Part) -> bool {
    let typed = without_oid_prefix(&part.attribute);
    let mut names = NAMING_TYPES.iter();
    typed.contains('.') || names.any(|name| typed.eq_ignore_ascii_case(name))
}

/// Returns whether a value contains what looks like a domain part after a comma.
fn holds_a_part(part: &Part) -> bool {
    let mut behind_commas = part.value.split(',').skip(1);
    behind_commas.any(|text| {
        let typed = text.split_once('=').map(|(typed, _)| typed.trim());
        typed.is_some_and(|typed| typed.eq_ignore_ascii_case("DC"))
    })
}

fn is_label_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_')
}

fn domain_part(value: &str) -> Part {
    Part {
        attribute: "DC".to_owned(),
        value: value.to_owned(),
    }
}

fn part_text(part: &Part) -> String {
    visible(&format!("{}={}", part.attribute, part.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misplaced_domains_are_found() {
        let fault = |text: &str| Name::parse(text).expect(text).misplaced_domain();
        for text in [
            "OU=Lists,DC=fabrikam,DC=test",
            "OU=Lists\\, all,DC=fabrikam,DC=test",
            "DC=fabrikam,DC=test",
            "CN=Users,DC=fabrikam.test",
            "2.5.4.11=Lists,0.9.2342.19200300.100.1.25=test",
            "XY=Lists,DC=fabrikam,DC=test",
            "OU=Lists",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
        for text in [
            "DC=fabrikam,DC=test,OU=Lists",
            "DC=com,DC=fabrikam,OU=x",
            "OU=Lists,DC=corp,OU=x,DC=test",
        ] {
            let found = fault(text);
            assert!(
                matches!(found, Some(DomainFault::NotLast { .. })),
                "{text}: {found:?}"
            );
        }
        let unknown = |text: &str| match fault(text) {
            Some(DomainFault::UnknownType { instead, .. }) => instead,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(
            unknown("OU=Lists,DN=fabrikam,DC=test").as_deref(),
            Some("OU=Lists,DC=fabrikam,DC=test")
        );
        assert_eq!(
            unknown("OU=Lists,DN=fabrikam,DN=test").as_deref(),
            Some("OU=Lists,DC=fabrikam,DC=test")
        );
        assert_eq!(unknown("OU=Lists,DN=fabrikam.test"), None);
        assert_eq!(
            fault("OU=Lists\\,DC=fabrikam,DC=test"),
            Some(DomainFault::Swallowed {
                value: "Lists,DC=fabrikam".to_owned()
            })
        );
    }

    #[test]
    fn odd_labels_are_found() {
        let fault = |text: &str| Name::parse(text).expect(text).odd_label();
        assert_eq!(fault("OU=a.b,DC=fabrikam,DC=test"), None);
        assert_eq!(
            fault("OU=x,DC=fabrikam.com"),
            Some(DomainFault::Dotted {
                value: "fabrikam.com".to_owned(),
                instead: Some("OU=x,DC=fabrikam,DC=com".to_owned())
            })
        );
        for text in ["OU=x,DC=fabrikam,DC=test?sub", "OU=x,DC=fabrikam."] {
            let found = fault(text);
            assert!(
                matches!(found, Some(DomainFault::Character { .. })),
                "{text}: {found:?}"
            );
        }
    }
}
