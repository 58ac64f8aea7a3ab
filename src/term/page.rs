//! The page as configured: its sections, labels and values, in page order.

use super::Screen;
use crate::farm::{Access, Farm, Relevance, Section, Setting, SettingValue};
use anstyle::Style;
use std::fmt::Write;

/// A section of the page.
#[derive(Debug)]
pub(crate) struct PageSection {
    pub title: &'static str,
    /// Why all of it counts for nothing in the present mode, if it does.
    pub inactive: Option<&'static str>,
    pub fields: Vec<PageField>,
}

/// A field of the page.
#[derive(Debug)]
pub(crate) struct PageField {
    pub setting: &'static Setting,
    pub value: Option<SettingValue>,
    /// Why it counts for nothing, if it does.
    pub inactive: Option<&'static str>,
}

impl PageField {
    /// The label, with a colon where it does not ask already.
    pub(crate) fn label(&self) -> String {
        let colon = if self.setting.label.ends_with(['?', ':']) {
            ""
        } else {
            ":"
        };
        format!("{}{colon}", self.setting.label)
    }

    /// The value in the page's words.
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

/// The page of a farm.
pub(crate) fn sections(farm: &Farm) -> Vec<PageSection> {
    Section::PAGE
        .into_iter()
        .map(|section| page_section(section, farm))
        .collect()
}

fn page_section(section: Section, farm: &Farm) -> PageSection {
    let field = |setting: &'static Setting| PageField {
        setting,
        value: match setting.access {
            Access::Farm(lens) => (lens.read)(farm),
            _ => None,
        },
        inactive: match (setting.relevance)(farm) {
            Relevance::Inactive(why) => Some(why),
            Relevance::Active => None,
        },
    };
    let fields: Vec<PageField> = section.rows().map(field).collect();
    let first = fields.first().and_then(|field| field.inactive);
    let is_shared = fields.iter().all(|field| field.inactive == first);
    PageSection {
        title: section.title(),
        inactive: first.filter(|_| is_shared),
        fields,
    }
}

/// The page for reading. A reason that all fields of a section share is said once.
pub(crate) fn text(farm: &Farm, screen: &Screen) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    let note = |why: Option<&str>| {
        why.map(|why| format!("  (inactive: {why})"))
            .unwrap_or_default()
    };
    let mut out = String::new();
    for section in sections(farm) {
        let _ = writeln!(
            out,
            "{bold}{}{bold:#}{dim}{}{dim:#}",
            section.title,
            note(section.inactive)
        );
        for field in section.fields {
            let note = note(field.inactive.filter(|_| section.inactive.is_none()));
            let line = format!("{} {}{note}", field.label(), field.words());
            for line in screen.lines(&line, "  ", "      ") {
                let _ = writeln!(out, "{}", dimmed_end(&line, &note, dim));
            }
        }
    }
    out
}

/// A line whose end, where the whole of it fits there, is dim.
fn dimmed_end(line: &str, end: &str, dim: Style) -> String {
    match line.strip_suffix(end).filter(|_| !end.is_empty()) {
        Some(start) => format!("{start}{dim}{end}{dim:#}"),
        None => line.to_owned(),
    }
}
