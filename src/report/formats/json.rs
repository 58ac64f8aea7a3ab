//! The report for programs, with a version number.

pub(crate) mod convert;
pub(crate) mod form;

use crate::report::writer::{ReportWriter, Summary};
use crate::report::{RenderOptions, Report};
use crate::text::{begins_agent_command, has_agent_command, is_unsafe};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

pub(crate) use form::VERSION;

pub(crate) struct Json<'a> {
    options: &'a RenderOptions,
    has_reports: bool,
    oldest_facts: Option<u64>,
}

impl<'a> Json<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            has_reports: false,
            oldest_facts: None,
        }
    }
}

impl ReportWriter for Json<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.options.several {
            true => write!(out, "{{\"report\":{VERSION},\"files\":["),
            false => Ok(()),
        }
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let age = report.coverage.age(&self.options.run.now);
        self.oldest_facts = self.oldest_facts.max(age);
        if !self.options.several {
            let run = convert::run(&self.options.run, &report.end, age);
            let text = lines(&convert::report(report, Some(run)));
            return out.write_all(text.as_bytes());
        }
        let separator = if self.has_reports { "," } else { "" };
        self.has_reports = true;
        write!(out, "{separator}\n{}", line(&convert::report(report, None)))
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.options.several {
            return Ok(());
        }
        write!(out, "\n],")?;
        let not_in_run = convert::not_in_run(all);
        if !not_in_run.is_empty() {
            write!(out, "\"not-judged\":{},", line(&not_in_run))?;
        }
        let run = convert::run(&self.options.run, &all.end, self.oldest_facts);
        writeln!(out, "\"run\":{}}}", line(&run))
    }
}

/// Returns a value as JSON in one line, safe for a terminal. Strings, numbers and lists of them, as
/// all values here are, can always be written.
pub(crate) fn line(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string(value).unwrap_or_default()).into_owned()
}

/// Returns a value as indented JSON, its last line ended.
pub(crate) fn lines(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string_pretty(value).unwrap_or_default()).into_owned() + "\n"
}

/// Escapes characters that could control a terminal, or start a command of a CI agent. Except for
/// line ends, such characters occur only in strings, where JSON has escapes of 16 bits for them.
pub(crate) fn harmless(json: &str) -> Cow<'_, str> {
    let is_plain = json.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'));
    if is_plain && !has_agent_command(json) {
        return json.into();
    }
    let mut out = String::with_capacity(json.len());
    for (at, character) in json.char_indices() {
        let is_command = character == '#' && json.get(at..).is_some_and(begins_agent_command);
        match character {
            '\n' => out.push('\n'),
            _ if is_command || is_unsafe(character) => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out.into()
}
