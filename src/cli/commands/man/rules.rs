//! Section 7: the rules, from `RULES`.

use super::markdown;
use super::page::{Page, Writer};
use super::text::roman;
use crate::cli::markdown::parse;
use crate::rules::{self, Area, Rule, command_notes};

const ABOUT: &str = "what spinmail checks: every rule, why it matters, and how to fix it";

pub(super) fn page() -> Page {
    let mut writer = Writer::new("spinmail-rules", '7', ABOUT);
    writer.section("DESCRIPTION");
    writer.paragraph([roman(
        "A rule is one thing that can be wrong. Its verdict is pass, fail, undecided or not \
         applicable. A rule is undecided if something could not be asked or did not answer; the \
         report then says what would decide it. A failing rule is an error, a warning or a note, \
         unless its page says otherwise.",
    )]);
    writer.paragraph([roman(
        "spinmail validate checks the rules of the farm file alone; spinmail verify asks the \
         farm's servers as well. spinmail explain prints one rule's page, with an example that \
         fails and one that passes.",
    )]);
    writer.section("COMMANDS OF OTHER PROGRAMS");
    for note in command_notes::every_note() {
        markdown::write(&mut writer, &parse(note));
    }
    for area in Area::ALL {
        writer.section(&format!("RULES: {}", area.name()).to_uppercase());
        for rule in rules::all().filter(|rule| rule.area == area) {
            write_rule(&mut writer, rule);
        }
    }
    writer.see_also(&["spinmail(1)", "spinmail-explain(1)", "farm.toml(5)"]);
    writer.finish()
}

/// Writes a rule: its row as a sentence, and its page without the examples.
fn write_rule(writer: &mut Writer, rule: &Rule) {
    writer.subsection(rule.id);
    let about = match rule.about {
        [] => String::new(),
        settings => format!(" About: {}.", settings.join(", ")),
    };
    writer.text([roman(&format!(
        "{}.{about} Since spinmail {}.",
        capitalized(rule.severity.name()),
        rule.since
    ))]);
    markdown::write(writer, &parse(rule.explanation()));
}

/// Returns a word with its first letter in uppercase.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
