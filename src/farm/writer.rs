//! A farm as a plain file, without comments: `SETTINGS`, row by row.

use super::edit::literal;
use super::settings::{Access, Lens, Setting, Table};
use super::{Farm, SettingValue};

/// Returns the text of a farm file, with each value replaced by `map`.
pub fn text(farm: &Farm, mut map: impl FnMut(&Setting, SettingValue) -> SettingValue) -> String {
    let mut text = String::new();
    for table in Table::ALL {
        let entries = match table {
            Table::Server => entry_lines(table, &farm.servers, &mut map, server),
            Table::WebApplication => {
                entry_lines(table, &farm.web_applications, &mut map, web_application)
            }
            Table::MailHost => entry_lines(table, &farm.mail_hosts, &mut map, mail_host),
            Table::Accept => entry_lines(table, &farm.acceptances, &mut map, accept),
            _ => entry_lines(table, std::slice::from_ref(farm), &mut map, whole),
        };
        for lines in entries.iter().filter(|lines| !lines.is_empty()) {
            let (open, close) = if table.is_repeated() {
                ("[[", "]]")
            } else {
                ("[", "]")
            };
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{open}{}{close}\n{lines}", table.name()));
        }
    }
    text
}

/// Returns the lines of each entry of a table.
fn entry_lines<T>(
    table: Table,
    entries: &[T],
    map: &mut impl FnMut(&Setting, SettingValue) -> SettingValue,
    lens: impl Fn(&Access) -> Option<Lens<T>>,
) -> Vec<String> {
    let mut lines_of_entries = Vec::new();
    for entry in entries {
        let values = table
            .rows()
            .filter_map(|row| Some((row, (lens(&row.access)?.read)(entry)?)));
        let lines = values
            .map(|(row, value)| format!("{} = {}\n", row.name, literal(&map(row, value))))
            .collect();
        lines_of_entries.push(lines);
    }
    lines_of_entries
}

macro_rules! lenses {
    ($($name:ident: $access:ident of $type:ty,)+) => { $(
        fn $name(access: &Access) -> Option<Lens<$type>> {
            match access {
                Access::$access(lens) => Some(*lens),
                _ => None,
            }
        }
    )+ };
}

lenses! {
    whole: Farm of Farm,
    server: Server of super::Server,
    web_application: WebApplication of super::WebApplication,
    mail_host: MailHost of super::MailHost,
    accept: Accept of super::Acceptance,
}

#[cfg(test)]
mod tests {
    use crate::farm::read;

    #[test]
    fn a_written_farm_is_read_as_it_was() {
        let example = include_str!("../../examples/farm.toml");
        let farm = read(example).unwrap().farm;
        let text = super::text(&farm, |_, value| value);
        assert_eq!(read(&text).unwrap().farm, farm, "{text}");
        assert!(text.starts_with("[farm]\nname = \"fabrikam\"\n"), "{text}");
        assert!(!text.contains('#'));
    }
}
