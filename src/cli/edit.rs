//! Editing the farm file: change the text, check the result, print old → new, write.

use super::args::{EditArgs, WriteMode, into_error, with_hint};
use super::change::{self, Change, Edited};
use super::clock;
use super::console::Console;
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::LoadError;
use crate::farm::{Document, Farm, read};
use crate::fs;
use crate::remedy;
use crate::report::Exit;
use crate::rules::{self, Area, Case, Selection, Verdict};
use crate::text::shown;
use std::path::{Path, PathBuf};

/// The result of an edit.
struct Outcome {
    /// What changed, line by line: old → new.
    lines: Vec<String>,
    changed: bool,
    /// Findings that the edit causes.
    findings: Vec<Verdict>,
}

/// Changes settings of the farm file, all or none.
///
/// # Errors
/// See [`edit_file`].
pub(crate) fn change_settings(
    args: &EditArgs,
    console: &Console,
    changes: &[Change],
) -> Result<Exit, Error> {
    edit_file(args, console, |text, document| {
        change::apply(text, document, changes)
    })
}

/// Edits the farm file's text with `make`, checks that the result is a farm file, and writes it.
///
/// # Errors
/// The file cannot be read or written, is not a farm file before or after, or `make` fails.
pub(crate) fn edit_file(
    args: &EditArgs,
    console: &Console,
    make: impl Fn(&str, &Document) -> Result<Edited, Error>,
) -> Result<Exit, Error> {
    let editor = Editor {
        path: args.farm_file.path(),
        console,
        make,
    };
    let mode = args.write.mode();
    let done = match mode {
        WriteMode::Write => fs::rewrite(&editor.path, |text| editor.edit(text)),
        WriteMode::DryRun | WriteMode::Check => fs::read_text_with_bom(&args.farm_file.input())
            .and_then(|text| Ok((editor.edit(&text)?.1, Vec::new()))),
    };
    let (outcome, notes) = done.map_err(|error| with_hint(error, &editor.path))?;
    if mode == WriteMode::Write && outcome.changed {
        console.note_written(&editor.path);
    }
    notes.iter().for_each(|note| console.status(&shown(note)));
    print_outcome(&outcome, mode, &editor.path, console);
    if mode == WriteMode::Check && outcome.changed {
        Ok(Exit::Findings)
    } else {
        Ok(Exit::Clean)
    }
}

/// An edit of a file. If it changes something, it runs twice: once on the present text, and again
/// under the lock.
struct Editor<'a, Make> {
    path: PathBuf,
    console: &'a Console,
    make: Make,
}

impl<Make> Editor<'_, Make>
where
    Make: Fn(&str, &Document) -> Result<Edited, Error>,
{
    fn edit(&self, text: &str) -> Result<(String, Outcome), Error> {
        let before = self.document(text)?;
        let edited = (self.make)(text, &before)?;
        let after = self.document(&edited.text)?;
        refuse_own_addresses(&before.farm, &after.farm)?;
        let outcome = Outcome {
            changed: edited.text != text,
            lines: edited.lines,
            findings: new_findings(&before, &after),
        };
        Ok((edited.text, outcome))
    }

    fn document(&self, text: &str) -> Result<Document, Error> {
        read(text).map_err(|mistakes| {
            let error = LoadError::Mistakes {
                path: self.path.clone(),
                text: text.to_owned(),
                mistakes,
            };
            into_error(error, self.console)
        })
    }
}

/// Refuses to record an e-mail address of the farm's own domain as an account.
fn refuse_own_addresses(before: &Farm, after: &Farm) -> Result<(), Error> {
    match after.misnamed_account(before) {
        None => Ok(()),
        Some(account) => Err(Error::usage(account.fault())
            .hint(account.hint())
            .hint("nothing was changed")),
    }
}

fn print_outcome(outcome: &Outcome, mode: WriteMode, path: &Path, console: &Console) {
    for line in &outcome.lines {
        console.write_stdout(&format!("{}\n", shown(line)));
    }
    if mode != WriteMode::Write && outcome.changed {
        console.status("nothing was written");
    }
    print_findings(&outcome.findings, path, console);
}

fn print_findings(findings: &[Verdict], path: &Path, console: &Console) {
    for verdict in findings {
        console.status(&format!(
            "{}[{}]: {}",
            verdict.severity.name(),
            verdict.rule.id,
            shown(&verdict.message)
        ));
        let Some(remedy) = &verdict.remedy else {
            continue;
        };
        console.status(&format!("  hint: {}", shown(&remedy.text)));
        let file = path.to_string_lossy();
        let commands = remedy.actions.iter();
        for command in commands.filter_map(|action| remedy::command(action, &file)) {
            console.status(&format!("  hint: {}", shown(&command)));
        }
    }
}

/// Prints the findings about a new file's settings, as an edit of an existing one does.
pub(crate) fn print_findings_of_new(text: &str, path: &Path, console: &Console) {
    if let Ok(document) = read(text) {
        let findings = new_findings(&Document::default(), &document);
        print_findings(&findings, path, console);
    }
}

/// Returns the findings about the page that an edit causes.
fn new_findings(before: &Document, after: &Document) -> Vec<Verdict> {
    let old = page_findings(before);
    let mut new = page_findings(after);
    new.retain(|verdict| !old.iter().any(|old| is_same(old, verdict)));
    new
}

fn is_same(one: &Verdict, other: &Verdict) -> bool {
    one.rule.id == other.rule.id && one.subject == other.subject
}

/// Returns the open findings about the page, as if incoming e-mail were enabled: it helps to know
/// them before.
fn page_findings(document: &Document) -> Vec<Verdict> {
    let Ok(page) = Selection::new(&[Area::Page], &[], &[]) else {
        return Vec::new();
    };
    let mut document = document.clone();
    document.farm.incoming.enabled = Some(true);
    let facts = Facts::default();
    let mut verdicts = rules::judge(&Case::new(&document, &facts, clock::today()), &page);
    verdicts.retain(|verdict| verdict.rule.area == Area::Page && verdict.is_open());
    verdicts
}
