//! The page as configured: its sections, labels and values, in page order.

use super::Screen;
use crate::farm::key::{entry_names, entry_setting, entry_value};
use crate::farm::{Access, Farm, Relevance, Section, Setting, SettingValue, Table};
use crate::text::shown;
use anstyle::Style;
use std::borrow::Cow;
use std::fmt::Write;

/// A section of the page.
#[derive(Debug)]
pub(crate) struct PageSection {
    pub title: Cow<'static, str>,
    /// Why all its fields are inactive in the present mode, or `None`.
    pub inactive: Option<&'static str>,
    pub fields: Vec<PageField>,
}

/// A field of the page.
#[derive(Debug)]
pub(crate) struct PageField {
    pub setting: &'static Setting,
    /// The setting's dotted name.
    pub key: String,
    pub value: Option<SettingValue>,
    /// Why it is inactive, or `None` if it is active.
    pub inactive: Option<&'static str>,
}

impl PageField {
    fn new(setting: &'static Setting, farm: &Farm) -> Self {
        Self {
            setting,
            key: setting.key(),
            value: match setting.access {
                Access::Farm(lens) => (lens.read)(farm),
                _ => None,
            },
            inactive: match (setting.relevance)(farm) {
                Relevance::Inactive(why) => Some(why),
                Relevance::Active => None,
            },
        }
    }

    /// Returns the label, with a colon unless it is a question.
    pub(crate) fn label(&self) -> String {
        let colon = if self.setting.label.ends_with(['?', ':']) {
            ""
        } else {
            ":"
        };
        format!("{}{colon}", self.setting.label)
    }

    /// Returns the value in the page's words.
    pub(crate) fn words(&self) -> String {
        match &self.value {
            None => "not set".to_owned(),
            Some(SettingValue::Flag(true)) => "Yes".to_owned(),
            Some(SettingValue::Flag(false)) => "No".to_owned(),
            Some(SettingValue::List(list)) if list.is_empty() => "none".to_owned(),
            Some(SettingValue::List(list)) => list.join(", "),
            Some(value) => value.to_string(),
        }
    }
}

/// Returns the page of a farm.
pub(crate) fn sections(farm: &Farm) -> Vec<PageSection> {
    Section::PAGE
        .into_iter()
        .map(|section| page_section(section, farm))
        .collect()
}

fn page_section(section: Section, farm: &Farm) -> PageSection {
    let fields: Vec<PageField> = section
        .rows()
        .map(|setting| PageField::new(setting, farm))
        .collect();
    let first = fields.first().and_then(|field| field.inactive);
    let is_shared = fields.iter().all(|field| field.inactive == first);
    PageSection {
        title: section.title().into(),
        inactive: first.filter(|_| is_shared),
        fields,
    }
}

/// Returns the recorded mail hosts of a farm as sections like the page's, with the settings that
/// they have.
pub(crate) fn mail_hosts(farm: &Farm) -> Vec<PageSection> {
    let names = entry_names(farm, Table::MailHost);
    let hosts = names.iter().enumerate();
    hosts
        .map(|(at, name)| PageSection {
            title: format!("Mail host {}", shown(name)).into(),
            inactive: None,
            fields: mail_host_fields(farm, at, name),
        })
        .collect()
}

fn mail_host_fields(farm: &Farm, at: usize, name: &str) -> Vec<PageField> {
    let settings = Table::MailHost.rows();
    settings
        .filter_map(|setting| {
            Some(PageField {
                setting,
                key: entry_setting(Table::MailHost, name, setting.name),
                value: Some(entry_value(farm, setting, at)?),
                inactive: None,
            })
        })
        .collect()
}

/// Returns the page for people, and the mail hosts below it. A reason that all fields of a section
/// share is printed once.
pub(crate) fn text(farm: &Farm, screen: &Screen) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    let mut out = String::new();
    for section in sections(farm).into_iter().chain(mail_hosts(farm)) {
        let _ = writeln!(
            out,
            "{bold}{}{bold:#}{dim}{}{dim:#}",
            section.title,
            inactive_note(section.inactive)
        );
        for field in section.fields {
            let note = inactive_note(field.inactive.filter(|_| section.inactive.is_none()));
            let text = format!("{} {}{note}", field.label(), field.words());
            for line in screen.lines(&text, "  ", "      ") {
                let _ = writeln!(out, "{}", with_dimmed_end(&line, &note, dim));
            }
        }
    }
    out
}

/// Returns the note that a field is inactive, or an empty text.
fn inactive_note(why: Option<&str>) -> String {
    why.map(|why| format!("  (inactive: {why})"))
        .unwrap_or_default()
}

/// Dims the end of a line, if all of it is in this line.
fn with_dimmed_end(line: &str, end: &str, dim: Style) -> String {
    match line.strip_suffix(end).filter(|_| !end.is_empty()) {
        Some(start) => format!("{start}{dim}{end}{dim:#}"),
        None => line.to_owned(),
    }
}
