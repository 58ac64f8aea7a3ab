//! The drop folders, and the lists' aliases.

use super::merge::{Merge, Observation, layered};
#[cfg(test)]
use super::schema::SidSchema;
use super::{Answer, Contents, ObservedAccount, ObservedDescriptor, SidName, Unknown};
use crate::farm::values::plain_character;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use windows_security::Sid;

/// The drop folders, for each server separately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FolderFacts {
    #[serde(default)]
    pub folders: Vec<DropFolder>,
    /// The aliases of every list of the farm that receives mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<ListAliases>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A drop folder, identified by server and path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DropFolder {
    /// The server with the folder on its disk, as the farm file names it; nothing for a share, or
    /// if no server is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: Option<String>,
    /// As the farm file names it.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub path: String,
    /// The path where this machine read it, if that is not its own.
    #[serde(rename = "seen-at", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub mounted_at: Option<String>,
    /// Absent means that the folder does not exist.
    #[serde(default)]
    pub contents: Answer<Contents>,
    /// Its security descriptor; absent means that the folder does not exist.
    #[serde(default)]
    pub descriptor: Answer<ObservedDescriptor>,
    /// The descriptor of its share; absent means that it is not on a share.
    #[serde(default)]
    pub share: Answer<ObservedDescriptor>,
    /// The names of the SIDs in both descriptors, as the folder's server reports them. Absent means
    /// that the server does not know the SID.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(test, schemars(with = "BTreeMap<SidSchema, Answer<SidName>>"))]
    pub names: BTreeMap<Sid, Answer<SidName>>,
    /// The farm's accounts as the folder's server sees them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<ObservedAccount>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl DropFolder {
    /// Returns the folder's identity: its server and its path, case-insensitive.
    fn merge_key(&self) -> (Option<String>, String) {
        let server = self.server.as_deref().map(str::to_ascii_lowercase);
        (server, self.path.to_lowercase())
    }

    /// Returns these facts merged over older ones.
    fn over(self, older: Self) -> Self {
        let (mut names, mut unknown) = (older.names, older.unknown);
        names.extend(self.names);
        unknown.extend(self.unknown);
        Self {
            mounted_at: self.mounted_at.or(older.mounted_at),
            contents: self.contents.or_older(older.contents),
            descriptor: self.descriptor.or_older(older.descriptor),
            share: self.share.or_older(older.share),
            names,
            unknown,
            accounts: if self.accounts.is_empty() {
                older.accounts
            } else {
                self.accounts
            },
            ..self
        }
    }
}

/// The aliases of the farm's lists, in lowercase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListAliases {
    /// Their source.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub from: String,
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub names: BTreeSet<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The longest alias that a list can have, in characters.
const MAX_ALIAS: usize = 128;

impl ListAliases {
    /// Reads a text with one alias or address in each line. Empty lines and lines that begin with
    /// `#` are ignored.
    ///
    /// # Errors
    /// The first line that is neither, counted from 1, and what is wrong with it.
    pub fn read(text: &str, from: &str) -> Result<Self, (usize, String)> {
        let mut names = BTreeSet::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                names.insert(alias(line).map_err(|why| (at + 1, why))?);
            }
        }
        Ok(Self {
            from: from.to_owned(),
            names,
            unknown: Unknown::new(),
        })
    }

    /// Returns whether a list has this alias (case-insensitive).
    pub fn knows(&self, local: &str) -> bool {
        self.names.contains(&local.to_lowercase())
    }
}

fn alias(line: &str) -> Result<String, String> {
    // `proxyAddresses` and Exchange's cmdlets write addresses in this form.
    let address = match line.split_at_checked(5) {
        Some((prefix, address)) if prefix.eq_ignore_ascii_case("smtp:") => address.trim_start(),
        _ => line,
    };
    let alias = address.rsplit_once('@').map_or(address, |(local, _)| local);
    if alias.is_empty() {
        return Err("the part before the `@` is missing".to_owned());
    }
    if let Some(character) = alias.chars().find(|character| !is_alias_char(*character)) {
        return Err(format!(
            "an alias cannot contain `{}`; write one alias or address on each line",
            plain_character(character)
        ));
    }
    if alias.chars().count() > MAX_ALIAS {
        return Err(format!(
            "it is longer than an alias can be ({MAX_ALIAS} characters)"
        ));
    }
    Ok(alias.to_lowercase())
}

/// Returns whether a character may be part of an alias.
fn is_alias_char(character: char) -> bool {
    !character.is_whitespace()
        && !crate::text::is_unsafe(character)
        && !",;<>\"@".contains(character)
}

impl Merge for FolderFacts {
    /// For each server's folder keeps the newest answer to each question, and the newest aliases.
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let aliases = parts
            .iter()
            .rev()
            .find_map(|(_, part)| part.aliases.clone());
        let unknown = parts
            .iter()
            .flat_map(|(_, part)| part.unknown.clone())
            .collect();
        let folders = parts.into_iter().flat_map(|(_, part)| part.folders);
        Self {
            folders: layered(folders, DropFolder::merge_key, DropFolder::over),
            aliases,
            unknown,
        }
    }

    fn for_each_observation(&mut self, _: &mut dyn FnMut(&mut Vec<Observation>)) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{DescriptorSource, FailureKind};
    use serde_json::json;

    fn seen(folder: serde_json::Value) -> (Observation, FolderFacts) {
        let facts = json!({"folders": [folder], "later": {"than": "this"}});
        (
            Observation::default(),
            serde_json::from_value(facts).unwrap(),
        )
    }

    #[test]
    fn older_answers_stay_and_servers_are_kept_apart() {
        let older = json!({
            "server": "SP1", "path": r"C:\Drop", "contents": {"known": {"messages": 3}},
            "descriptor": {"known": {"from": "sddl", "text": "D:"}}, "names": {"S-1-5-18": {"absent": "no account"}},
            "accounts": [{"name": "a"}], "new-here": 1});
        let newer =
            json!({"server": "sp1", "path": r"c:\drop", "contents": {"known": {"messages": 5}}});
        let elsewhere = json!({"server": "sp2", "path": r"C:\Drop", "contents": {"failed": {"kind": "access-denied", "detail": "access denied"}}});
        let merged = FolderFacts::merge(vec![seen(older), seen(newer), seen(elsewhere)]);
        let [one, two] = &merged.folders[..] else {
            panic!("{merged:?}")
        };
        assert!(
            matches!(&one.contents, Answer::Known(contents) if contents.messages == 5),
            "{one:?}"
        );
        assert_eq!(
            one.descriptor,
            Answer::Known(ObservedDescriptor::new(
                DescriptorSource::Sddl,
                "D:".to_owned()
            ))
        );
        assert_eq!(
            (one.names.len(), one.accounts.len(), one.unknown.len()),
            (1, 1, 1)
        );
        assert_eq!(
            two.contents,
            Answer::failed(FailureKind::AccessDenied, "access denied")
        );
        assert!(merged.unknown.contains_key("later"));
    }

    #[test]
    fn aliases_are_read_as_tools_write_them() {
        let text = "# lists\r\nDocs\r\nSMTP:Jobs@sharepoint.fabrikam.com\r\n\r\nsmtp: news@d\r\nSMTP:plain\r\n";
        let aliases = ListAliases::read(text, "aliases.txt").unwrap();
        let names: Vec<&str> = aliases.names.iter().map(String::as_str).collect();
        assert_eq!(names, ["docs", "jobs", "news", "plain"]);
        assert_eq!(ListAliases::read("docs\nsmtp:@d", "").unwrap_err().0, 2);
    }
}
