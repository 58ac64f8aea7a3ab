//! KEYs: the dotted names of settings on the command line.

use super::settings::{Access, SETTINGS, Setting, Table, row};
use super::value::{SettingValue, ValueError};
use super::values::{HostPattern, ServerName};
use super::{Acceptance, Farm, MailHost, Server, WebApplication};
use std::fmt;

/// The owner of a setting: the farm, or one entry of a repeated table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The farm.
    Farm,
    /// The entry with this name, as typed.
    Entry(String),
}

/// A setting of one farm, fully named.
#[derive(Debug, Clone)]
pub struct Key {
    /// The setting's row.
    pub setting: &'static Setting,
    /// The farm, or the entry it is about.
    pub owner: Owner,
}

/// Why a text is not a KEY of a farm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// There is no such setting.
    Unknown {
        /// The text as typed.
        key: String,
        /// The most similar KEY, or `None` if none is similar.
        nearest: Option<String>,
    },
    /// A setting of an entry, without the entry's name.
    Nameless { setting: String },
    /// The file has no such entry.
    NoEntry {
        /// The repeated table.
        table: &'static str,
        /// The name as typed.
        name: String,
        /// The most similar name in that table, or `None` if none is similar.
        nearest: Option<String>,
    },
    /// Several entries have the name.
    SeveralEntries { table: &'static str, name: String },
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { key, .. } => write!(out, "there is no setting `{key}`"),
            Self::Nameless { setting } => write!(
                out,
                "`{setting}` belongs to an entry: write its name instead of NAME"
            ),
            Self::NoEntry {
                table: "accept",
                name,
                ..
            } => write!(out, "the file does not accept a finding of `{name}`"),
            Self::NoEntry { table, name, .. } => write!(out, "the file has no {table} `{name}`"),
            Self::SeveralEntries { table, name } => {
                write!(out, "the file has several `{table}` entries for `{name}`")
            }
        }
    }
}

impl Key {
    /// Reads a KEY: `incoming-email.mode`, `server.NAME.role`, or only the last part if it is
    /// unique.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        match Table::of_key(text) {
            Some((table, rest)) if table.is_repeated() => {
                entry_key(table, rest).unwrap_or_else(|| Err(unknown(text)))
            }
            Some((table, name)) => match row(table, name) {
                Some(setting) => Ok(Self::for_farm(setting)),
                None => Err(unknown(text)),
            },
            None => {
                let plain = SETTINGS.iter().filter(|row| !row.table.is_repeated());
                let mut short = plain.filter(|row| row.name == text);
                match (short.next(), short.next()) {
                    (Some(setting), None) => Ok(Self::for_farm(setting)),
                    _ => Err(unknown(text)),
                }
            }
        }
    }

    /// Creates the KEY of a setting of the farm itself.
    fn for_farm(setting: &'static Setting) -> Self {
        Self {
            setting,
            owner: Owner::Farm,
        }
    }

    /// Returns the value in a farm, or `None` if it is not set.
    pub fn read(&self, farm: &Farm) -> Result<Option<SettingValue>, KeyError> {
        Ok(match (self.setting.access, self.index(farm)?) {
            (Access::Farm(lens), _) => (lens.read)(farm),
            (Access::Server(lens), at) => farm.servers.get(at).and_then(lens.read),
            (Access::WebApplication(lens), at) => farm.web_applications.get(at).and_then(lens.read),
            (Access::MailHost(lens), at) => farm.mail_hosts.get(at).and_then(lens.read),
            (Access::Accept(lens), at) => farm.acceptances.get(at).and_then(lens.read),
        })
    }

    /// Stores a value in a farm, or removes it if it is `None`. The inner result is the parser's.
    pub fn write(
        &self,
        farm: &mut Farm,
        value: Option<&SettingValue>,
    ) -> Result<Result<(), ValueError>, KeyError> {
        let at = self.index(farm)?;
        let fault = match self.setting.access {
            Access::Farm(lens) => (lens.write)(farm, value).and_then(|()| none((lens.fault)(farm))),
            Access::Server(lens) => with(farm.servers.get_mut(at), value, lens),
            Access::WebApplication(lens) => with(farm.web_applications.get_mut(at), value, lens),
            Access::MailHost(lens) => with(farm.mail_hosts.get_mut(at), value, lens),
            Access::Accept(lens) => with(farm.acceptances.get_mut(at), value, lens),
        };
        Ok(fault)
    }

    /// Returns the index of the entry in its table; 0 for a setting of the farm.
    pub fn index(&self, farm: &Farm) -> Result<usize, KeyError> {
        match &self.owner {
            Owner::Farm => Ok(0),
            Owner::Entry(name) => find_entry(farm, self.setting.table, name),
        }
    }
}

fn with<T>(
    entry: Option<&mut T>,
    value: Option<&SettingValue>,
    lens: super::settings::Lens<T>,
) -> Result<(), ValueError> {
    match entry {
        Some(entry) => (lens.write)(entry, value).and_then(|()| none((lens.fault)(entry))),
        None => Ok(()),
    }
}

fn none(fault: Option<ValueError>) -> Result<(), ValueError> {
    fault.map_or(Ok(()), Err)
}

/// In `server.NAME.role`, the name may contain dots, and the setting's own name does not.
fn entry_key(table: Table, rest: &str) -> Option<Result<Key, KeyError>> {
    let Some((name, setting)) = rest.rsplit_once('.') else {
        return row(table, rest).map(|row| Err(KeyError::Nameless { setting: row.key() }));
    };
    let setting = row(table, setting)?;
    Some(Ok(Key {
        setting,
        owner: Owner::Entry(name.to_owned()),
    }))
}

fn unknown(text: &str) -> KeyError {
    let short = SETTINGS
        .iter()
        .filter(|row| row.table.is_repeated() && row.name == text);
    if let Some(setting) = short.map(Setting::key).next() {
        return KeyError::Nameless { setting };
    }
    let last = text.rsplit('.').next().unwrap_or(text);
    let dotted = crate::text::nearest(text, SETTINGS.iter().map(Setting::key));
    let nearest = dotted.or_else(|| {
        let name = crate::text::nearest(last, SETTINGS.iter().map(|row| row.name))?;
        SETTINGS
            .iter()
            .find(|row| row.name == name)
            .map(Setting::key)
    });
    KeyError::Unknown {
        key: text.to_owned(),
        nearest,
    }
}

/// Returns a form of an entry's name that all its spellings share. Windows and SharePoint ignore
/// the case of every letter in names, not of ASCII alone.
pub(super) fn canonical_name(table: Table, name: &str) -> String {
    match table {
        Table::Server => ServerName::canonical(name),
        Table::MailHost => HostPattern::canonical(name),
        _ => name.to_lowercase(),
    }
}

/// Returns the index of the entry with that name in its table. For an accepted finding, the rule's
/// id is enough if it is accepted only once.
pub(crate) fn find_entry(farm: &Farm, table: Table, name: &str) -> Result<usize, KeyError> {
    let names = entry_names(farm, table);
    let mut found = match table {
        Table::MailHost => mail_hosts_named(farm, name),
        _ => {
            let wanted = canonical_name(table, name);
            positions(&names, |entry| canonical_name(table, entry) == wanted)
        }
    };
    if found.is_empty() && table == Table::Accept {
        // The rule alone is enough if it is accepted only once.
        found = positions(&names, |entry| {
            let rule = entry.split('/').next().unwrap_or(entry);
            rule.eq_ignore_ascii_case(name)
        });
    }
    match found.as_slice() {
        [at] => Ok(*at),
        [] => {
            let nearest = crate::text::nearest(name, names.iter().map(String::as_str));
            Err(KeyError::NoEntry {
                table: table.name(),
                name: name.to_owned(),
                nearest,
            })
        }
        _ => Err(KeyError::SeveralEntries {
            table: table.name(),
            name: name.to_owned(),
        }),
    }
}

/// Returns the indexes of the mail hosts with this name, their main name or another.
fn mail_hosts_named(farm: &Farm, name: &str) -> Vec<usize> {
    let wanted = HostPattern::canonical(name);
    let hosts = farm.mail_hosts.iter().enumerate();
    hosts
        .filter(|(_, host)| {
            // A new host has no name yet.
            let is_nameless = name.is_empty() && host.names().next().is_none();
            let mut names = host.names();
            is_nameless || names.any(|own| HostPattern::canonical(own.as_str()) == wanted)
        })
        .map(|(at, _)| at)
        .collect()
}

/// Returns the indexes of the names for which a condition holds.
fn positions(names: &[String], is_match: impl Fn(&str) -> bool) -> Vec<usize> {
    names
        .iter()
        .enumerate()
        .filter(|(_, name)| is_match(name))
        .map(|(at, _)| at)
        .collect()
}

/// Returns the names of a repeated table's entries, in the order of the file.
pub fn entry_names(farm: &Farm, table: Table) -> Vec<String> {
    match table {
        Table::Server => {
            let names = farm.servers.iter().map(Server::name);
            names.map(str::to_owned).collect()
        }
        Table::WebApplication => {
            let names = farm.web_applications.iter().map(WebApplication::name);
            names.map(str::to_owned).collect()
        }
        Table::MailHost => {
            let names = farm.mail_hosts.iter().map(MailHost::name);
            names.map(str::to_owned).collect()
        }
        Table::Accept => farm.acceptances.iter().map(Acceptance::name).collect(),
        _ => Vec::new(),
    }
}

/// Returns every setting of this farm in the order of `SETTINGS`: its dotted name with the entry's
/// own name, its row, and its value.
pub fn every_key(farm: &Farm) -> Vec<(String, &'static Setting, Option<SettingValue>)> {
    let mut keys = Vec::new();
    for table in Table::ALL {
        if !table.is_repeated() {
            for setting in table.rows() {
                if let Access::Farm(lens) = setting.access {
                    keys.push((setting.key(), setting, (lens.read)(farm)));
                }
            }
            continue;
        }
        for (at, name) in entry_names(farm, table).into_iter().enumerate() {
            for setting in table.rows() {
                keys.push((
                    entry_setting(table, &name, setting.name),
                    setting,
                    entry_value(farm, setting, at),
                ));
            }
        }
    }
    keys
}

/// Returns the dotted name of an entry's setting.
pub fn entry_setting(table: Table, name: &str, setting: &str) -> String {
    [table.name(), ".", name, ".", setting].concat()
}

/// Returns the value of a setting of the entry at that index, or `None` if it is not set.
pub fn entry_value(farm: &Farm, setting: &Setting, at: usize) -> Option<SettingValue> {
    match setting.access {
        Access::Farm(lens) => (lens.read)(farm),
        Access::Server(lens) => farm.servers.get(at).and_then(lens.read),
        Access::WebApplication(lens) => farm.web_applications.get(at).and_then(lens.read),
        Access::MailHost(lens) => farm.mail_hosts.get(at).and_then(lens.read),
        Access::Accept(lens) => farm.acceptances.get(at).and_then(lens.read),
    }
}
