//! The reader: turns a farm file's text into a [`Farm`], or into a list of all mistakes.

mod bounds;
mod broken;
mod names;

use super::key::canonical_name;
use super::lines::{Lines, SettingLines};
use super::settings::{Access, Lens, SETTINGS, Setting, Table, row};
use super::value::{SettingValue, ValueError};
use super::values::Date;
use super::{Acceptance, Farm};
use bounds::{MAX_MISTAKES, TOO_MANY, readable, shorten};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A valid farm file.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The farm's settings.
    pub farm: Farm,
    /// The line of every setting in the file.
    pub lines: Lines,
}

/// A mistake that makes a farm file unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarmFileError {
    /// The faulty bytes of the text, counted without a byte order mark.
    pub span: Range<usize>,
    /// The line of the fault, from 1.
    pub line: usize,
    /// The column of the fault in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was expected, or `None` if that is not known.
    pub expected: Option<String>,
    /// How to fix it, one sentence each.
    pub hints: Vec<String>,
}

impl FarmFileError {
    /// Shortens texts that quote too much of the file.
    fn shorten(&mut self) {
        shorten(&mut self.message);
        self.expected.iter_mut().for_each(shorten);
        self.hints.iter_mut().for_each(shorten);
    }
}

/// Returns the text without a byte order mark. The positions of all mistakes count from there.
pub fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a farm file's text.
///
/// # Errors
/// Every mistake in the text, in order. If there are too many, the last one says so.
pub fn read(text: &str) -> Result<Document, Vec<FarmFileError>> {
    let readable = readable(without_bom(text));
    let mut reader = Reader::new(readable.text);
    let (root, errors) = DeTable::parse_recoverable(reader.text);
    reader.read_root(root.get_ref());
    reader.refuse_shared_names();
    reader.broken(errors);
    let cut = readable.cut.or(reader.has_more.then_some(TOO_MANY));
    if reader.mistakes.is_empty() && cut.is_none() {
        return Ok(reader.document);
    }
    reader
        .mistakes
        .sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    let is_cut = reader.mistakes.len() > MAX_MISTAKES;
    reader.mistakes.truncate(MAX_MISTAKES);
    reader.finish(cut.or(is_cut.then_some(TOO_MANY)));
    reader.count_columns();
    Err(reader.mistakes)
}

struct Reader<'a> {
    text: &'a str,
    /// The byte at which each line begins.
    line_starts: Vec<usize>,
    document: Document,
    mistakes: Vec<FarmFileError>,
    /// Whether some mistakes were dropped because there are too many.
    has_more: bool,
    /// Every setting that was read, with its position.
    written: Vec<SettingSpans>,
}

/// The positions of a setting's key and value.
#[derive(Clone)]
struct SettingSpans {
    setting: &'static Setting,
    key: Range<usize>,
    value: Range<usize>,
}

/// The keys of a table with their spans, as the parser gives them.
type Keys<'a> = DeTable<'a>;

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let line_ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let line_starts = std::iter::once(0)
            .chain(line_ends.map(|at| at + 1))
            .collect();
        Self {
            text,
            line_starts,
            document: Document::default(),
            mistakes: Vec::new(),
            has_more: false,
            written: Vec::new(),
        }
    }

    /// Returns a part of the text, or an empty one if the range is invalid: the parser's spans can
    /// be wrong in a broken text.
    fn part(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// Returns the nearest valid span. In a broken text, the parser's spans can be outside the text
    /// or end before their start.
    fn within_text(&self, span: Range<usize>) -> Range<usize> {
        let start = self.boundary_before(span.start);
        start..self.boundary_before(span.end).max(start)
    }

    /// Returns the last boundary between characters that is not after `at`.
    fn boundary_before(&self, at: usize) -> usize {
        (0..=at.min(self.text.len()))
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the last one is pushed right before"
    )]
    fn mistake(&mut self, span: Range<usize>, message: String) -> &mut FarmFileError {
        let span = self.within_text(span);
        let line = self.line(span.start);
        self.mistakes.push(FarmFileError {
            span,
            line,
            column: 1,
            message,
            expected: None,
            hints: Vec::new(),
        });
        let last = self.mistakes.len() - 1;
        &mut self.mistakes[last]
    }

    /// Returns whether further mistakes are dropped.
    fn is_full(&mut self) -> bool {
        let is_full = self.mistakes.len() >= MAX_MISTAKES;
        self.has_more |= is_full;
        is_full
    }

    /// Shortens the texts of the mistakes, and adds a last one that says that there are more.
    fn finish(&mut self, more: Option<&str>) {
        if let Some(what) = more {
            let at = self
                .mistakes
                .last()
                .map_or(self.text.len(), |last| last.span.end);
            let mistake = self.mistake(at..at, what.to_owned());
            mistake
                .hints
                .push("fix these first, or check that it is the right file".to_owned());
        }
        for mistake in &mut self.mistakes {
            mistake.shorten();
        }
    }

    /// Fills in the columns of the sorted mistakes. Counting continues from the mistake before,
    /// because a long line may have many.
    fn count_columns(&mut self) {
        let (mut at, mut column, mut line) = (0, 1, 0);
        for mistake in &mut self.mistakes {
            if mistake.line != line {
                line = mistake.line;
                (at, column) = (
                    self.line_starts
                        .get(line.saturating_sub(1))
                        .copied()
                        .unwrap_or(0),
                    1,
                );
            }
            column += self
                .text
                .get(at..mistake.span.start)
                .map_or(0, |between| between.chars().count());
            at = mistake.span.start;
            mistake.column = column;
        }
    }

    fn read_root(&mut self, root: &Keys<'_>) {
        for (key, value) in root {
            let name: &str = key.get_ref();
            match Table::ALL.into_iter().find(|table| table.name() == name) {
                None => self.unknown_table(key.span(), name, value.get_ref()),
                Some(table) if table.is_repeated() => self.read_repeated_table(table, value),
                Some(table) => self.read_table(table, value),
            }
        }
    }

    fn unknown_table(&mut self, span: Range<usize>, name: &str, value: &DeValue<'_>) {
        if self.is_full() {
            return;
        }
        let tables_with_setting = tables_with_setting(name);
        let is_table = matches!(value, DeValue::Table(_) | DeValue::Array(_));
        let mistake = if is_table || tables_with_setting.is_none() {
            self.mistake(span, format!("there is no table `{name}`"))
        } else {
            self.mistake(span, format!("the setting `{name}` is outside its table"))
        };
        mistake.expected = Some(one_of_tables());
        let nearest = crate::text::nearest(name, Table::ALL.iter().map(|table| table.name()));
        match (tables_with_setting, nearest) {
            (Some(tables_with_setting), _) => mistake
                .hints
                .push(format!("`{name}` belongs in {tables_with_setting}")),
            (None, Some(near)) => mistake.hints.push(format!("did you mean `{near}`?")),
            (None, None) => {}
        }
    }

    fn read_table(&mut self, table: Table, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(entries) = value.get_ref() else {
            let mistake = self.mistake(
                value.span(),
                format!("`{}` must be one table", table.name()),
            );
            mistake.expected = Some(format!("a header in single brackets, `{}`", header(table)));
            return;
        };
        let mut farm = std::mem::take(&mut self.document.farm);
        self.read_settings(table, None, entries, &mut farm, |access| match access {
            Access::Farm(lens) => Some(*lens),
            _ => None,
        });
        self.document.farm = farm;
    }

    fn read_repeated_table(&mut self, table: Table, value: &Spanned<DeValue<'_>>) {
        let DeValue::Array(array) = value.get_ref() else {
            self.not_a_list_of_entries(table, value.span(), "must be a list of entries");
            return;
        };
        match table {
            Table::Server => {
                self.document.farm.servers =
                    self.read_entries(table, array, |access| match access {
                        Access::Server(lens) => Some(*lens),
                        _ => None,
                    });
            }
            Table::WebApplication => {
                self.document.farm.web_applications =
                    self.read_entries(table, array, |access| match access {
                        Access::WebApplication(lens) => Some(*lens),
                        _ => None,
                    });
            }
            Table::MailHost => {
                self.document.farm.mail_hosts =
                    self.read_entries(table, array, |access| match access {
                        Access::MailHost(lens) => Some(*lens),
                        _ => None,
                    });
            }
            _ => {
                self.document.farm.acceptances =
                    self.read_entries(table, array, |access| match access {
                        Access::Accept(lens) => Some(*lens),
                        _ => None,
                    });
            }
        }
    }

    fn read_entries<T: Default>(
        &mut self,
        table: Table,
        array: &DeArray<'_>,
        lens: fn(&Access) -> Option<Lens<T>>,
    ) -> Vec<T> {
        let mut entries = Vec::new();
        let mut names: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for item in array {
            let DeValue::Table(keys) = item.get_ref() else {
                self.not_a_list_of_entries(table, item.span(), "has an entry that is not a table");
                continue;
            };
            let name = entry_name(table, keys);
            let line = self.line(item.span().start);
            self.refuse_duplicate_name(table, &name, &mut names, item.span());
            let name = self.document.lines.add_entry(table, name, line);
            let mut entry = T::default();
            self.read_settings(table, Some(&name), keys, &mut entry, lens);
            self.refuse_missing_keys(table, keys, item.span());
            entries.push(entry);
        }
        entries
    }

    /// Reports the required settings that an entry lacks.
    fn refuse_missing_keys(&mut self, table: Table, keys: &Keys<'_>, span: Range<usize>) {
        let has = |name: &str| keys.iter().any(|(key, _)| key.get_ref() == name);
        let has_name = |row: &Setting| {
            Some(row.name) == table.naming_key() && table.several_names_key().is_some_and(has)
        };
        if self.is_full() {
            return;
        }
        let lacking = table
            .rows()
            .filter(|row| row.required && !has(row.name) && !has_name(row));
        for missing in lacking {
            let message = format!("this entry of `{}` lacks `{}`", table.name(), missing.name);
            let mistake = self.mistake(span.clone(), message);
            mistake.expected = Some(format!("`{}` below it: {}", missing.name, missing.kind));
            mistake
                .hints
                .push(format!("for example: {}", example_line(missing)));
        }
    }

    /// Reports an entry with the name of another entry of its table. Acceptances may share a name:
    /// a finding can be accepted for several subjects.
    fn refuse_duplicate_name(
        &mut self,
        table: Table,
        name: &str,
        names: &mut BTreeMap<String, (String, usize)>,
        span: Range<usize>,
    ) {
        if name.is_empty() || table == Table::Accept {
            return;
        }
        let canonical = canonical_name(table, name);
        let line = self.line(span.start);
        let first = names.insert(canonical, (name.to_owned(), line));
        if let Some((first, first_line)) = first.filter(|_| !self.is_full()) {
            let mistake =
                self.mistake(span, format!("duplicate `{}` entry `{name}`", table.name()));
            mistake.expected = Some("a name of its own".to_owned());
            mistake.hints.push(format!(
                "the first is `{first}` in line {first_line}: keep one of them"
            ));
        }
    }

    fn not_a_list_of_entries(&mut self, table: Table, span: Range<usize>, what: &str) {
        if self.is_full() {
            return;
        }
        let mistake = self.mistake(span, format!("`{}` {what}", table.name()));
        mistake.expected = Some(format!(
            "a header in double brackets for each, `{}`",
            header(table)
        ));
        if let Some(naming) = table.naming_key().and_then(|name| row(table, name)) {
            mistake.hints.push(format!(
                "for example: {}, and below it: {}",
                header(table),
                example_line(naming)
            ));
        }
    }

    fn read_settings<T>(
        &mut self,
        table: Table,
        entry: Option<&str>,
        keys: &Keys<'_>,
        target: &mut T,
        lens: fn(&Access) -> Option<Lens<T>>,
    ) {
        let mut lines = SettingLines::with_capacity(keys.len());
        for (key, value) in keys {
            let name: &str = key.get_ref();
            let Some((setting, lens)) =
                row(table, name).and_then(|row| Some((row, lens(&row.access)?)))
            else {
                self.unknown_key(table, key.span(), name);
                continue;
            };
            self.written.push(SettingSpans {
                setting,
                key: key.span(),
                value: value.span(),
            });
            for fault in store(target, &lens, value.get_ref()) {
                self.wrong_value(setting, value, fault);
            }
            lines.push((setting.name, self.line(key.span().start)));
        }
        self.document.lines.add(table, entry, lines);
    }

    fn unknown_key(&mut self, table: Table, span: Range<usize>, name: &str) {
        if self.is_full() {
            return;
        }
        let nearest = crate::text::nearest(name, table.rows().map(|row| row.name));
        let known = table
            .rows()
            .map(|row| format!("`{}`", row.name))
            .collect::<Vec<_>>()
            .join(", ");
        let mistake = self.mistake(
            span,
            format!("there is no setting `{name}` in `{}`", table.name()),
        );
        mistake.expected = Some(format!("one of {known}"));
        match (tables_with_setting(name), nearest) {
            (Some(tables_with_setting), _) => mistake
                .hints
                .push(format!("`{name}` belongs in {tables_with_setting}")),
            (None, Some(near)) => mistake.hints.push(format!("did you mean `{near}`?")),
            (None, None) => {}
        }
    }

    fn wrong_value(
        &mut self,
        setting: &'static Setting,
        value: &Spanned<DeValue<'_>>,
        fault: ValueError,
    ) {
        if self.is_full() {
            return;
        }
        let entry = match (fault.entry, value.get_ref()) {
            (Some(entry), DeValue::Array(array)) => array.get(entry),
            _ => None,
        };
        let span = entry.unwrap_or(value).span();
        let is_single = !matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_));
        let repaired = is_single.then(|| repaired(setting, &fault.value)).flatten();
        let mistake = self.mistake(span, wrong_value_message(setting, &fault));
        mistake.expected = Some(if entry.is_some() {
            setting.kind.entry_description()
        } else {
            setting.kind.to_string()
        });
        match (repaired, fault.instead) {
            (Some(line), _) => mistake.hints.push(format!("did you mean `{line}`?")),
            (None, Some(instead)) => mistake.hints.push(format!("did you mean `{instead}`?")),
            (None, None) => mistake
                .hints
                .push(format!("for example: {}", example_line(setting))),
        }
    }
}

fn wrong_value_message(setting: &Setting, fault: &ValueError) -> String {
    if fault.value.trim().is_empty() {
        return format!("`{}` is empty", setting.name);
    }
    format!(
        "`{}` cannot be `{}`: {}",
        setting.name,
        crate::text::without_password(&fault.value),
        fault.what
    )
}

/// Stores a value in its field and returns everything that is wrong with it, entry by entry if it is
/// a list.
fn store<T>(target: &mut T, lens: &Lens<T>, value: &DeValue<'_>) -> Vec<ValueError> {
    let DeValue::Array(array) = value else {
        return value_of(value)
            .and_then(|whole| (lens.write)(target, Some(&whole)))
            .err()
            .into_iter()
            .collect();
    };
    if let Err(fault) = (lens.write)(target, Some(&SettingValue::List(Vec::new()))) {
        return vec![ValueError {
            value: "[…]".to_owned(),
            ..fault
        }];
    }
    let items = array.iter().map(|item| item.get_ref().as_str());
    let whole: Option<Vec<String>> = items.map(|text| text.map(str::to_owned)).collect();
    if let Some(whole) = whole
        && (lens.write)(target, Some(&SettingValue::List(whole))).is_ok()
    {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (at, item) in array.iter().enumerate() {
        let stored = match item.get_ref() {
            DeValue::String(text) => {
                let entry = SettingValue::List(vec![text.clone().into_owned()]);
                (lens.write)(target, Some(&entry))
            }
            other => Err(ValueError::new(
                value_text(other),
                "an entry must be a text in quotes",
            )),
        };
        faults.extend(stored.err().map(|fault| ValueError {
            entry: Some(at),
            ..fault
        }));
    }
    if faults.is_empty() {
        let texts = array
            .iter()
            .map(|item| value_text(item.get_ref()))
            .collect();
        faults.extend((lens.write)(target, Some(&SettingValue::List(texts))).err());
    }
    faults
}

/// Returns the headers of the tables that have a setting of that name, or `None` if no table has.
fn tables_with_setting(name: &str) -> Option<String> {
    let tables: Vec<String> = SETTINGS
        .iter()
        .filter(|row| row.name == name)
        .map(|row| format!("`{}`", header(row.table)))
        .collect();
    (!tables.is_empty()).then(|| tables.join(" or "))
}

fn header(table: Table) -> String {
    if table.is_repeated() {
        format!("[[{}]]", table.name())
    } else {
        format!("[{}]", table.name())
    }
}

fn one_of_tables() -> String {
    format!(
        "one of {}",
        Table::ALL
            .map(|table| format!("`{}`", header(table)))
            .join(", ")
    )
}

/// Returns whether the setting's parser accepts a value.
fn is_accepted(setting: &Setting, value: &SettingValue) -> bool {
    fn accepts<T: Default>(lens: &Lens<T>, value: &SettingValue) -> bool {
        let mut target = T::default();
        (lens.write)(&mut target, Some(value)).is_ok() && (lens.fault)(&target).is_none()
    }
    match &setting.access {
        Access::Farm(lens) => accepts(lens, value),
        Access::Server(lens) => accepts(lens, value),
        Access::WebApplication(lens) => accepts(lens, value),
        Access::MailHost(lens) => accepts(lens, value),
        Access::Accept(lens) => accepts(lens, value),
    }
}

fn entry_name(table: Table, keys: &Keys<'_>) -> String {
    let name = table
        .naming_key()
        .and_then(|key| entry_text(keys, key))
        .unwrap_or("");
    match (table, table.several_names_key()) {
        (Table::Accept, _) => Acceptance::name_of(name, entry_text(keys, "subject")),
        (_, Some(several)) if name.is_empty() => {
            first_text(keys, several).unwrap_or_default().to_owned()
        }
        _ => name.to_owned(),
    }
}

/// Returns the text of a key of an entry, or `None` if it has none.
fn entry_text<'a>(keys: &'a Keys<'_>, wanted: &str) -> Option<&'a str> {
    let (_, value) = keys.iter().find(|(key, _)| &**key.get_ref() == wanted)?;
    value.get_ref().as_str()
}

/// Returns the first text of a list of an entry, or `None` if it has none.
fn first_text<'a>(keys: &'a Keys<'_>, wanted: &str) -> Option<&'a str> {
    let (_, value) = keys.iter().find(|(key, _)| &**key.get_ref() == wanted)?;
    let array = value.get_ref().as_array()?;
    array.iter().find_map(|item| item.get_ref().as_str())
}

/// Returns the example of a setting as a line of the file.
pub(super) fn example_line(setting: &Setting) -> String {
    setting.example_value().map_or_else(
        |_| setting.name.to_owned(),
        |value| setting_line(setting, &value),
    )
}

fn setting_line(setting: &Setting, value: &SettingValue) -> String {
    format!("{} = {}", setting.name, super::edit::literal(value))
}

/// Returns the setting's line with the likely correction of a text, or `None` if that is not
/// certain or not valid.
fn repaired(setting: &Setting, text: &str) -> Option<String> {
    let value = setting.kind.value_of_words(&[text.to_owned()]).ok()?;
    is_accepted(setting, &value).then(|| setting_line(setting, &value))
}

fn value_of(value: &DeValue<'_>) -> Result<SettingValue, ValueError> {
    let read = match value {
        DeValue::Boolean(flag) => Ok(SettingValue::Flag(*flag)),
        DeValue::String(text) => Ok(SettingValue::Text(text.clone().into_owned())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(SettingValue::Number)
            .map_err(|_| "the number is too large"),
        DeValue::Float(_) => Err("it is not a whole number"),
        DeValue::Datetime(time) => Date::from_toml(time)
            .map(SettingValue::Date)
            .ok_or("it is not just a date"),
        DeValue::Table(_) => Err("it is a table"),
        DeValue::Array(_) => Err("it is a list"),
    };
    read.map_err(|what| ValueError::new(value_text(value), what))
}

/// Returns a value as messages show it.
fn value_text(value: &DeValue<'_>) -> String {
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
