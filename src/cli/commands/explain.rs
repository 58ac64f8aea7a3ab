//! `explain`: a rule's page, or a setting's description.

use crate::cli::console::Console;
use crate::cli::markdown::{for_terminal, parse};
use crate::cli::setting_errors::key_error;
use crate::error::Error;
use crate::farm::key::{Key, KeyError};
use crate::farm::{SETTINGS, Section, Setting, SettingKind};
use crate::remedy;
use crate::report::Exit;
use crate::rules::{self, Rule};
use crate::term::{MIN_WIDE_WIDTH, PlainTable};
use crate::text::{nearest, shown};

#[derive(Debug, clap::Args)]
#[group(skip)]
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
            console.write_stdout(&for_reader(setting_page(setting), console));
        }
    }
    Ok(Exit::Clean)
}

/// Prints a rule's page. At a terminal the examples are left out unless `--verbose`: they are long.
fn print_rule(rule: &Rule, console: &Console) {
    let is_short = console.is_stdout_terminal() && !console.is_verbose();
    let examples = match is_short {
        true => "",
        false => rule.examples(),
    };
    console.write_stdout(&for_reader(rule_page(rule, examples), console));
    if is_short {
        console.status("\n`--verbose` shows an example that fails, and one that passes");
    }
}

/// Returns the setting with this name.
///
/// # Errors
/// There is no such setting; the hint names the setting or rule whose name is nearest.
fn setting_by_name(name: &str) -> Result<&'static Setting, Error> {
    if let Some(setting) = setting_by_pattern(name) {
        return Ok(setting);
    }
    let error = match Key::from_text(name) {
        Ok(key) => return Ok(key.setting),
        Err(error) => error,
    };
    let ids = rules::all().map(|rule| rule.id.to_owned());
    let nearest = nearest(name, ids.chain(SETTINGS.iter().map(Setting::key)));
    if nearest.is_none() && matches!(error, KeyError::Nameless { .. }) {
        return Err(key_error(error));
    }
    let message = format!("there is no rule and no setting `{}`", shown(name));
    Err(Error::usage(message)
        .did_you_mean(nearest.as_deref())
        .hint("`spinmail explain` lists the rules, `spinmail list` the settings"))
}

/// Returns a table of all rules. In a narrow one, id and summary share a column.
fn list_of_rules(width: usize) -> String {
    if width < MIN_WIDE_WIDTH {
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

/// Returns the setting with this pattern, such as `server.NAME.role`, or else the only one whose
/// last part matches, such as `role`.
fn setting_by_pattern(name: &str) -> Option<&'static Setting> {
    let mut same_last_part = SETTINGS.iter().filter(|setting| setting.name == name);
    let only = same_last_part
        .next()
        .filter(|_| same_last_part.next().is_none());
    SETTINGS
        .iter()
        .find(|setting| setting.key() == name)
        .or(only)
}

/// Returns the Markdown of a rule: its page, where the page's commands run, the examples, and its
/// row as a sentence.
fn rule_page(rule: &Rule, examples: &str) -> String {
    let mut page = rule.explain_before_examples().to_owned();
    if let Some(notes) = rule.command_notes() {
        page += &format!("\n{notes}");
    }
    page += examples;
    let about = rule
        .about
        .iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "{}\n\nSeverity: {}. Area: {}. Settings: {about}. Since spinmail {}.\n",
        page.trim_end(),
        rule.severity.name(),
        rule.area.name(),
        rule.since
    )
}

/// Returns the Markdown of a setting, made from its row.
fn setting_page(setting: &Setting) -> String {
    let key = setting.key();
    let place = match setting.section {
        Section::OffPage => "Not on the page: spinmail needs it to check the farm.".to_owned(),
        section => format!("On the page: {}.", section.title()),
    };
    let mut page = format!(
        "# {key}\n\n{}\n\n{}\n\n{place}\n\nExpected: {}.\n",
        setting.label, setting.help, setting.kind
    );
    if let SettingKind::Word(words) | SettingKind::Words(words) = setting.kind {
        page.push('\n');
        for word in words {
            page.push_str(&format!("- `{}`: {}\n", word.word, word.meaning));
        }
    }
    page.push_str(&format!(
        "\nExample:\n\n    {}\n",
        remedy::spinmail_list(&format!("set {key} {{VALUE}}"), setting.example)
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

/// The greatest width of a page's text in columns: longer lines are hard to read.
const MAX_TEXT_WIDTH: usize = 100;

/// Returns a page fitted to the terminal, or unchanged if standard output is not one.
fn for_reader(page: String, console: &Console) -> String {
    if console.is_stdout_terminal() {
        for_terminal(&parse(&page), console.width().min(MAX_TEXT_WIDTH))
    } else {
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;

    fn pages() -> impl Iterator<Item = String> {
        let rules = rules::all().map(|rule| rule_page(rule, rule.examples()));
        rules.chain(SETTINGS.iter().map(setting_page))
    }

    #[test]
    fn every_page_fits_the_terminal_and_loses_no_word() {
        for page in pages() {
            for width in [60, 80, 120] {
                let text = for_terminal(&parse(&page), width);
                let text = strip_str(&text).to_string();
                assert!(
                    text.split_whitespace().eq(page.split_whitespace()),
                    "{text}"
                );
                let mut is_code = false;
                for line in text.lines() {
                    is_code ^= line.starts_with("```");
                    let is_text = !is_code && !line.starts_with("    ");
                    let can_be_broken = is_text && line.trim_start().contains(' ');
                    assert!(
                        !can_be_broken || line.chars().count() <= width,
                        "{width}: {line}"
                    );
                }
            }
        }
    }
}
