//! The reader: a farm file's text in, a [`Farm`] or every mistake out.

use super::Farm;
use super::key::entry_setting;
use super::settings::{Access, Lens, SETTINGS, Setting, Table, row};
use super::value::{Value, ValueFault};
use super::values::{Date, ServerName};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Where settings stand: the line of every KEY in the file, counted from 1.
pub type Lines = BTreeMap<String, usize>;

/// A farm file that could be read.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub farm: Farm,
    pub lines: Lines,
}

/// Something that makes a farm file unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The faulty bytes of the text (without a byte order mark).
    pub span: Range<usize>,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
    /// What was expected there.
    pub expected: Option<String>,
    pub hints: Vec<String>,
}

/// The text without a byte order mark, which the positions of all mistakes count from.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a farm file's text.
///
/// # Errors
/// Every mistake in the text, in its order.
pub fn read(text: &str) -> Result<Document, Vec<Mistake>> {
    let mut reader = Reader::new(without_mark(text));
    let (root, errors) = DeTable::parse_recoverable(reader.text);
    reader.root(root.get_ref());
    for error in errors {
        reader.syntax(error.span().unwrap_or(0..0), error.message());
    }
    if reader.mistakes.is_empty() {
        return Ok(reader.document);
    }
    reader.mistakes.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    reader.count_columns();
    Err(reader.mistakes)
}

struct Reader<'a> {
    text: &'a str,
    /// The byte at which each line begins.
    starts: Vec<usize>,
    document: Document,
    mistakes: Vec<Mistake>,
}

/// A key with its span, as the parser gives it.
type Entries<'a> = DeTable<'a>;

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, document: Document::default(), mistakes: Vec::new() }
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn mistake(&mut self, span: Range<usize>, message: String) -> &mut Mistake {
        let line = self.line(span.start);
        self.mistakes.push(Mistake { span, line, column: 1, message, expected: None, hints: Vec::new() });
        let last = self.mistakes.len() - 1;
        &mut self.mistakes[last]
    }

    /// Counts on from the mistake before: a line may be long and full of them.
    fn count_columns(&mut self) {
        let (mut at, mut column, mut line) = (0, 1, 0);
        for mistake in &mut self.mistakes {
            if mistake.line != line {
                line = mistake.line;
                (at, column) = (self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0), 1);
            }
            column += self.text.get(at..mistake.span.start).map_or(0, |between| between.chars().count());
            at = mistake.span.start;
            mistake.column = column;
        }
    }

    /// A mistake of TOML itself. Where the parser guessed a value on, and the guess was judged too, the judgement says
    /// more; on a line that is broken otherwise, only the break counts.
    fn syntax(&mut self, span: Range<usize>, message: &str) {
        if self.mistakes.iter().any(|mistake| mistake.span == span) {
            return;
        }
        let line = self.line(span.start);
        self.mistakes.retain(|mistake| mistake.line != line);
        let mistake = self.mistake(span, message.to_owned());
        if message.starts_with("duplicate key") {
            mistake.hints.push("keep one of the two".to_owned());
        }
    }

    fn root(&mut self, root: &Entries<'_>) {
        for (key, value) in root {
            let name: &str = key.get_ref();
            match Table::ALL.into_iter().find(|table| table.name() == name) {
                None => self.unknown_table(key.span(), name),
                Some(table) if table.is_repeated() => self.repeated(table, value),
                Some(table) => self.plain(table, value),
            }
        }
    }

    fn unknown_table(&mut self, span: Range<usize>, name: &str) {
        let home = SETTINGS.iter().find(|row| row.name == name);
        let nearest = crate::error::nearest(name, Table::ALL.iter().map(|table| table.name()));
        let known = Table::ALL.map(|table| format!("`{}`", table.name())).join(", ");
        let mistake = self.mistake(span, format!("there is no table `{name}`"));
        mistake.expected = Some(format!("one of {known}"));
        match (home, nearest) {
            (Some(row), _) => mistake.hints.push(format!("`{name}` belongs into the table `{}`", row.table.name())),
            (None, Some(near)) => mistake.hints.push(format!("did you mean `{near}`?")),
            (None, None) => {}
        }
    }

    fn plain(&mut self, table: Table, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(entries) = value.get_ref() else {
            let mistake = self.mistake(value.span(), format!("`{}` is no table", table.name()));
            mistake.expected = Some(format!("a table, `[{}]`", table.name()));
            return;
        };
        let mut farm = std::mem::take(&mut self.document.farm);
        self.fill(table, None, entries, &mut farm, |access| match access {
            Access::Farm(lens) => Some(*lens),
            _ => None,
        });
        self.document.farm = farm;
    }

    fn repeated(&mut self, table: Table, value: &Spanned<DeValue<'_>>) {
        let DeValue::Array(array) = value.get_ref() else {
            let mistake = self.mistake(value.span(), format!("`{}` is no list of tables", table.name()));
            mistake.expected = Some(format!("a table in double brackets, `[[{}]]`", table.name()));
            return;
        };
        match table {
            Table::Server => {
                self.document.farm.servers = self.entries(table, array, |access| match access {
                    Access::Server(lens) => Some(*lens),
                    _ => None,
                });
            }
            Table::WebApplication => {
                self.document.farm.web_applications = self.entries(table, array, |access| match access {
                    Access::WebApplication(lens) => Some(*lens),
                    _ => None,
                });
            }
            _ => {
                self.document.farm.acceptances = self.entries(table, array, |access| match access {
                    Access::Accept(lens) => Some(*lens),
                    _ => None,
                });
            }
        }
    }

    fn entries<T: Default>(
        &mut self,
        table: Table,
        array: &DeArray<'_>,
        lens: fn(&Access) -> Option<Lens<T>>,
    ) -> Vec<T> {
        let mut entries = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for item in array {
            let DeValue::Table(keys) = item.get_ref() else {
                self.mistake(item.span(), format!("an entry of `{}` is no table", table.name()));
                continue;
            };
            let name = entry_name(table, keys);
            let line = self.line(item.span().start);
            self.document.lines.entry(format!("{}.{name}", table.name())).or_insert(line);
            self.only_one_of_its_name(table, &name, &mut names, item.span());
            let mut entry = T::default();
            self.fill(table, Some(&name), keys, &mut entry, lens);
            for missing in
                table.rows().filter(|row| row.required && !keys.iter().any(|(key, _)| key.get_ref() == row.name))
            {
                let example = example_line(missing);
                let mistake =
                    self.mistake(item.span(), format!("an entry of `{}` lacks `{}`", table.name(), missing.name));
                mistake.hints.push(format!("for example: {example}"));
            }
            entries.push(entry);
        }
        entries
    }

    /// Servers and web applications are told apart by name; a finding may be accepted for several subjects.
    fn only_one_of_its_name(&mut self, table: Table, name: &str, names: &mut BTreeSet<String>, span: Range<usize>) {
        let canonical = match table {
            Table::Accept => return,
            Table::Server => ServerName::canonical(name),
            _ => name.to_ascii_lowercase(),
        };
        if !names.insert(canonical) && !name.is_empty() {
            let mistake = self.mistake(span, format!("there are two `{}` entries named `{name}`", table.name()));
            mistake.hints.push("keep one of the two".to_owned());
        }
    }

    fn fill<T>(
        &mut self,
        table: Table,
        entry: Option<&str>,
        keys: &Entries<'_>,
        target: &mut T,
        lens: fn(&Access) -> Option<Lens<T>>,
    ) {
        for (key, value) in keys {
            let name: &str = key.get_ref();
            let Some((setting, lens)) = row(table, name).and_then(|row| Some((row, lens(&row.access)?))) else {
                self.unknown_key(table, key.span(), name);
                continue;
            };
            let written = value_of(value.get_ref()).and_then(|value| (lens.write)(target, Some(&value)));
            if let Err(fault) = written {
                self.wrong_value(setting, value, fault);
            }
            let full = match entry {
                Some(entry) => entry_setting(table, entry, name),
                None => setting.key(),
            };
            let line = self.line(key.span().start);
            self.document.lines.insert(full, line);
        }
    }

    fn unknown_key(&mut self, table: Table, span: Range<usize>, name: &str) {
        let elsewhere = SETTINGS.iter().find(|row| row.name == name && row.table != table);
        let nearest = crate::error::nearest(name, table.rows().map(|row| row.name));
        let known = table.rows().map(|row| format!("`{}`", row.name)).collect::<Vec<_>>().join(", ");
        let mistake = self.mistake(span, format!("there is no setting `{name}` in `{}`", table.name()));
        mistake.expected = Some(format!("one of {known}"));
        match (nearest, elsewhere) {
            (Some(near), _) => mistake.hints.push(format!("did you mean `{near}`?")),
            (None, Some(row)) => mistake.hints.push(format!("`{name}` belongs into the table `{}`", row.table.name())),
            (None, None) => {}
        }
    }

    fn wrong_value(&mut self, setting: &'static Setting, value: &Spanned<DeValue<'_>>, fault: ValueFault) {
        let span = match (fault.entry, value.get_ref()) {
            (Some(entry), DeValue::Array(array)) => array.get(entry).map_or(value.span(), Spanned::span),
            _ => value.span(),
        };
        let message = format!("`{}` cannot be `{}`: {}", setting.name, fault.value, fault.what);
        let mistake = self.mistake(span, message);
        mistake.expected = Some(setting.kind.to_string());
        if let Some(instead) = fault.instead {
            mistake.hints.push(format!("did you mean `{instead}`?"));
        }
        mistake.hints.push(format!("for example: {}", example_line(setting)));
    }
}

fn entry_name(table: Table, keys: &Entries<'_>) -> String {
    let naming = table.naming_key();
    let name = keys.iter().find(|(key, _)| Some(&**key.get_ref()) == naming);
    name.and_then(|(_, value)| value.get_ref().as_str()).unwrap_or("").to_owned()
}

/// The example of a setting as a line of the file.
pub fn example_line(setting: &Setting) -> String {
    let value = setting.example_value().map(|value| super::edit::literal(&value)).unwrap_or_default();
    format!("{} = {value}", setting.name)
}

fn value_of(value: &DeValue<'_>) -> Result<Value, ValueFault> {
    let fault =
        |text: String, what: &str| ValueFault { what: what.to_owned(), value: text, instead: None, entry: None };
    match value {
        DeValue::Boolean(flag) => Ok(Value::Flag(*flag)),
        DeValue::String(text) => Ok(Value::Text(text.clone().into_owned())),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => Err(fault(number.as_str().to_owned(), "it is too large a number")),
        },
        DeValue::Float(number) => Err(fault(number.as_str().to_owned(), "it is a number with a fraction")),
        DeValue::Datetime(time) => match Date::from_toml(time) {
            Some(date) => Ok(Value::Date(date)),
            None => Err(fault(time.to_string(), "it is not just a date")),
        },
        DeValue::Table(_) => Err(fault("{…}".to_owned(), "it is a table")),
        DeValue::Array(array) => {
            let text = |(at, item): (usize, &Spanned<DeValue<'_>>)| match item.get_ref() {
                DeValue::String(text) => Ok(text.clone().into_owned()),
                other => {
                    Err(ValueFault { entry: Some(at), ..fault(kind_of(other), "an entry must be a text in quotes") })
                }
            };
            array.iter().enumerate().map(text).collect::<Result<_, _>>().map(Value::List)
        }
    }
}

fn kind_of(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
        DeValue::String(text) => text.clone().into_owned(),
    }
}
