//! The lines of settings in a farm file.

use super::Acceptance;
use super::settings::Table;
use std::collections::BTreeMap;

/// The line of every setting and every entry in the file, from 1.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    of_farm: Vec<(Table, SettingLines)>,
    of_entries: BTreeMap<Table, BTreeMap<String, EntryLines>>,
}

/// The settings of a table or an entry, by their names in it.
pub(super) type SettingLines = Vec<(&'static str, usize)>;

/// The lines of an entry.
#[derive(Debug, Clone)]
struct EntryLines {
    start: usize,
    settings: SettingLines,
    /// How many entries have the name.
    count: usize,
}

impl Lines {
    /// Returns the line of a KEY, or of an entry (`server.NAME`), or `None` if it is not in the
    /// file.
    pub fn get(&self, key: &str) -> Option<usize> {
        let (table, rest) = Table::of_key(key)?;
        if !table.is_repeated() {
            let (_, settings) = self.of_farm.iter().find(|(known, _)| *known == table)?;
            return line_of(settings, rest);
        }
        let entries = self.of_entries.get(&table)?;
        // An entry's name may contain dots, a setting's does not.
        let dot = rest.bytes().rposition(|byte| byte == b'.');
        let of_setting = dot.and_then(|dot| {
            let (name, setting) = (rest.get(..dot)?, rest.get(dot + 1..)?);
            line_of(&entries.get(name)?.settings, setting)
        });
        of_setting.or_else(|| Some(entries.get(rest)?.start))
    }

    /// Adds an entry of a repeated table, and returns its name here. Of entries with the same name,
    /// the first counts; acceptances, which may share one, are numbered.
    pub(super) fn add_entry(&mut self, table: Table, name: String, start: usize) -> String {
        let entries = self.of_entries.entry(table).or_default();
        let mut key = name;
        if let Some(known) = entries.get_mut(&key) {
            if table != Table::Accept {
                return key;
            }
            known.count += 1;
            key = Acceptance::numbered(key, known.count);
        }
        let lines = EntryLines {
            start,
            settings: Vec::new(),
            count: 1,
        };
        entries.insert(key.clone(), lines);
        key
    }

    /// Adds the settings of a table of the farm, or of an entry that was added.
    pub(super) fn add(&mut self, table: Table, entry: Option<&str>, settings: SettingLines) {
        let Some(name) = entry else {
            self.of_farm.push((table, settings));
            return;
        };
        let entries = self.of_entries.get_mut(&table);
        if let Some(lines) = entries.and_then(|entries| entries.get_mut(name)) {
            lines.settings.extend(settings);
        }
    }
}

/// Returns the line of a setting. Of entries with the same name, the last counts.
fn line_of(settings: &SettingLines, name: &str) -> Option<usize> {
    let mut latest_first = settings.iter().rev();
    let (_, line) = latest_first.find(|(known, _)| *known == name)?;
    Some(*line)
}

#[cfg(test)]
mod tests {
    use crate::farm::reader;

    #[test]
    fn every_key_and_entry_has_its_line() {
        let text = "[farm]\nname = \"x\"\n\n[[server]]\nname = \"sp1.fabrikam.com\"\nos = \"2016\"\n\n\
                    [[server]]\nname = \"sp1\"\n\n[[accept]]\nrule = \"dns-no-mx\"\nreason = \"a\"\n\
                    subject = \"a.example\"\n\n[[accept]]\nrule = \"iis-drop-quota\"\n\
                    reason = \"a\"\n[[accept]]\nrule = \"iis-drop-quota\"\nreason = \"b\"\n\
                    until = 2020-01-01\n";
        let lines = reader::read(text).expect(text).lines;
        for (key, line) in [
            ("farm.name", Some(2)),
            ("farm.version", None),
            ("farm", None),
            ("name", None),
            ("server.sp1.fabrikam.com", Some(4)),
            ("server.sp1.fabrikam.com.name", Some(5)),
            ("server.sp1.fabrikam.com.os", Some(6)),
            ("server.sp1.fabrikam.com.role", None),
            ("server.sp1", Some(8)),
            ("server.sp1.name", Some(9)),
            ("server.sp1.os", None),
            ("server.sp2", None),
            ("accept.dns-no-mx/a.example", Some(11)),
            ("accept.dns-no-mx/a.example.reason", Some(13)),
            ("accept.iis-drop-quota.reason", Some(18)),
            ("accept.iis-drop-quota.until", None),
            ("accept.iis-drop-quota#2", Some(19)),
            ("accept.iis-drop-quota#2.until", Some(22)),
            ("mail-host.sp1", None),
        ] {
            assert_eq!(lines.get(key), line, "{key}");
        }
    }
}
