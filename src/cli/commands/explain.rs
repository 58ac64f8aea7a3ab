//! `explain`: a rule's page, or what a setting is.

use crate::cli::console::Console;
use crate::cli::setting_errors::key_error;
use crate::error::Error;
use crate::farm::key::{Key, KeyError};
use crate::farm::{SETTINGS, Section, Setting, SettingKind};
use crate::report::Exit;
use crate::rules::{self, Rule};
use crate::term::{PlainTable, ROOMY};
use crate::text::{nearest, shown};
use anstyle::Style;

#[derive(Debug, clap::Args)]
#[command(
    about = "Explain a rule or a setting; without a name, list the rules",
    after_help = "Examples:\n  spinmail explain dns-no-mx\n  spinmail explain display-address\n  \
                  spinmail explain"
)]
pub(crate) struct ExplainArgs {
    /// A rule's id, or a setting's dotted name
    #[arg(value_name = "RULE|KEY")]
    name: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs, console: &Console) -> Result<Exit, Error> {
    let Some(name) = &args.name else {
        console.write_stdout(&list_of_rules(console.width()));
        return Ok(Exit::Clean);
    };
    match rules::find(name) {
        Some(rule) => print_rule(rule, console),
        None => {
            let setting = setting_by_name(name)?;
            console.write_stdout(&for_reader(&setting_page(setting), console));
        }
    }
    Ok(Exit::Clean)
}

/// Prints a rule's page, at a terminal without its examples: they are long, and for readers who
/// want to know exactly.
fn print_rule(rule: &Rule, console: &Console) {
    let is_short = console.is_stdout_terminal() && !console.is_verbose();
    let text = if is_short {
        rule.explain_before_examples()
    } else {
        rule.explain
    };
    console.write_stdout(&for_reader(&rule_page(rule, text), console));
    if is_short {
        console.status("\n`--verbose` shows an example that fails, and one that passes");
    }
}

/// Returns the setting of a name that is not a rule's.
fn setting_by_name(name: &str) -> Result<&'static Setting, Error> {
    if let Some(setting) = by_pattern(name) {
        return Ok(setting);
    }
    let fault = match Key::from_text(name) {
        Ok(key) => return Ok(key.setting),
        Err(fault) => fault,
    };
    let ids = rules::all().map(|rule| rule.id.to_owned());
    match (
        nearest(name, ids.chain(SETTINGS.iter().map(Setting::key))),
        fault,
    ) {
        (None, fault @ KeyError::Nameless { .. }) => Err(key_error(fault)),
        (near, _) => Err(Error::usage(format!(
            "there is no rule and no setting `{}`",
            shown(name)
        ))
        .did_you_mean(near.as_deref())
        .hint("`spinmail explain` lists the rules, `spinmail list` the settings")),
    }
}

fn list_of_rules(width: usize) -> String {
    if width < ROOMY {
        let mut table = PlainTable::new(width, ["severity", "rule, fails when"]);
        table.keep_whole([0]);
        rules::all().for_each(|rule| {
            table.add([
                rule.severity.name(),
                &format!("{}\n{}", rule.id, rule.summary),
            ])
        });
        return table.text();
    }
    let mut table = PlainTable::new(width, ["rule", "severity", "fails when"]);
    table.keep_whole([0, 1]);
    rules::all().for_each(|rule| table.add([rule.id, rule.severity.name(), rule.summary]));
    table.text()
}

/// A setting may be asked for by its pattern too: `server.NAME.role`, or `role` where no other is
/// called so.
fn by_pattern(name: &str) -> Option<&'static Setting> {
    let mut short = SETTINGS.iter().filter(|row| row.name == name);
    let only = short.next().filter(|_| short.next().is_none());
    SETTINGS.iter().find(|row| row.key() == name).or(only)
}

fn rule_page(rule: &Rule, text: &str) -> String {
    let about = rule
        .about
        .iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "{}\n\nSeverity: {}. Area: {}. Settings: {about}. Since spinmail {}.\n",
        text.trim_end(),
        rule.severity.name(),
        rule.area.name(),
        rule.since
    )
}

fn setting_page(setting: &Setting) -> String {
    let key = setting.key();
    let place = match setting.section {
        Section::OffPage => {
            "Not on the page: what spinmail has to know of the farm, or how it looks.".to_owned()
        }
        section => format!("On the page: {}.", section.title()),
    };
    let mut page = format!(
        "# {key}\n\n{}\n\n{}\n\n{place}\n\nExpected: {}.\n",
        setting.label, setting.help, setting.kind
    );
    if let SettingKind::Word(words) | SettingKind::Words(words) = setting.kind {
        page.push('\n');
        words
            .iter()
            .for_each(|word| page.push_str(&format!("- `{}`: {}\n", word.word, word.meaning)));
    }
    page.push_str(&format!(
        "\nExample:\n\n    spinmail set {key} {}\n",
        quoted(setting.example)
    ));
    let rules: Vec<String> = rules::all()
        .filter(|rule| rule.about.contains(&key.as_str()))
        .map(|rule| format!("`{}`", rule.id))
        .collect();
    if !rules.is_empty() {
        page.push_str(&format!("\nRules about it: {}.\n", rules.join(", ")));
    }
    page
}

/// Longer lines are hard to read.
const WIDEST: usize = 100;

/// A page as the terminal shows it best; elsewhere it stays Markdown as it is written.
fn for_reader(page: &str, console: &Console) -> String {
    if console.is_stdout_terminal() {
        fitted(page, console.width().min(WIDEST))
    } else {
        page.to_owned()
    }
}

/// Paragraphs and entries of lists in lines of a width, headings bold; code stays as it is.
fn fitted(page: &str, width: usize) -> String {
    let bold = Style::new().bold();
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut is_code = false;
    for line in page.lines() {
        let is_fence = line.trim_start().starts_with("```");
        let is_indented = line.starts_with("    ") && paragraph.is_empty();
        if is_code || is_fence || is_indented || line.is_empty() || line.starts_with('#') {
            flush(&mut paragraph, width, &mut out);
            is_code ^= is_fence;
            match line.starts_with('#') && !is_code {
                true => out.push_str(&format!("{bold}{line}{bold:#}\n")),
                false => out.push_str(&format!("{line}\n")),
            }
            continue;
        }
        if marker(line) > 0 {
            flush(&mut paragraph, width, &mut out);
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim_start());
    }
    flush(&mut paragraph, width, &mut out);
    out
}

/// Writes the paragraph read so far in lines of a width, a list's entry with a hanging indent, and
/// empties it.
fn flush(paragraph: &mut String, width: usize, out: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    let hanging = " ".repeat(marker(paragraph));
    let options = textwrap::Options::new(width)
        .subsequent_indent(&hanging)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    out.push_str(&textwrap::fill(paragraph, options));
    out.push('\n');
    paragraph.clear();
}

/// How wide the mark of a list's entry is that a line begins with; 0 where it begins with none.
fn marker(line: &str) -> usize {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match line.get(digits..) {
        Some(rest) if digits > 0 && rest.starts_with(". ") => digits + 2,
        Some(rest) if digits == 0 && rest.starts_with("- ") => 2,
        _ => 0,
    }
}

fn quoted(words: &[&str]) -> String {
    let quote = |word: &&str| match word.contains(['\\', ' ']) {
        true => format!("'{word}'"),
        false => (*word).to_owned(),
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a page, its code line by line.
    fn words(page: &str) -> Vec<String> {
        anstream::adapter::strip_str(page)
            .to_string()
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_page_is_fitted_without_loss() {
        let pages = rules::all()
            .map(|rule| rule_page(rule, rule.explain))
            .chain(SETTINGS.iter().map(setting_page));
        for page in pages {
            for width in [60, 80, 120] {
                let fitted = fitted(&page, width);
                assert_eq!(words(&fitted), words(&page));
                let mut is_code = false;
                for line in anstream::adapter::strip_str(&fitted).to_string().lines() {
                    is_code ^= line.trim_start().starts_with("```");
                    let can_break =
                        !is_code && !line.starts_with("    ") && line.trim_start().contains(' ');
                    assert!(
                        !can_break || line.chars().count() <= width,
                        "{width}: {line}"
                    );
                }
            }
        }
    }

    #[test]
    fn entries_hang_and_code_stays() {
        let page = "# a\n\nOne two\nthree.\n\n- four five\n  six\n- seven\n\n1. eight\n\n```sh\na   \
             b\n```\n\n    c  d\n";
        let expected = "# a\n\nOne two three.\n\n- four five\n  six\n- seven\n\n1. \
                        eight\n\n```sh\na   b\n```\n\n    c  d\n";
        assert_eq!(
            anstream::adapter::strip_str(&fitted(page, 14)).to_string(),
            expected
        );
    }
}
