//! `explain`: a rule's page, or what a setting is.

use super::change;
use super::console::Console;
use crate::error::{Error, nearest, shown};
use crate::farm::key::{Key, KeyFault};
use crate::farm::{Kind, SETTINGS, Section, Setting};
use crate::report::{Exit, PlainTable, ROOMY};
use crate::rules::{self, Rule};
use clap::{Arg, ArgMatches, Command};

pub fn command() -> Command {
    Command::new("explain")
        .about("Explain a rule or a setting; without a name, list the rules")
        .after_help("Examples:\n  spinmail explain dns-no-mx\n  spinmail explain display-address\n  spinmail explain")
        .arg(Arg::new("name").value_name("RULE|KEY").help("A rule's id, or a setting's dotted name"))
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some(name) = matches.get_one::<String>("name") else {
        console.data(&list_of_rules(console.width()));
        return Ok(Exit::Clean);
    };
    if let Some(rule) = rules::find(name) {
        console.data(&rule_page(rule));
        return Ok(Exit::Clean);
    }
    match by_pattern(name).map_or_else(|| Key::from_text(name).map(|key| key.setting), Ok) {
        Ok(setting) => {
            console.data(&setting_page(setting));
            Ok(Exit::Clean)
        }
        Err(fault) => {
            let names = rules::all().map(|rule| rule.id.to_owned()).chain(SETTINGS.iter().map(Setting::key));
            match (nearest(name, names), fault) {
                (None, fault @ KeyFault::Nameless { .. }) => Err(change::key_error(fault)),
                (near, _) => Err(Error::usage(format!("there is no rule and no setting `{}`", shown(name)))
                    .did_you_mean(near.as_deref())
                    .hint("`spinmail explain` lists the rules, `spinmail list` the settings")),
            }
        }
    }
}

fn list_of_rules(width: usize) -> String {
    if width < ROOMY {
        let mut table = PlainTable::new(width, ["severity", "rule, fails when"]);
        table.keep_whole([0]);
        rules::all().for_each(|rule| table.add([rule.severity.name(), &format!("{}\n{}", rule.id, rule.summary)]));
        return table.text();
    }
    let mut table = PlainTable::new(width, ["rule", "severity", "fails when"]);
    table.keep_whole([0, 1]);
    rules::all().for_each(|rule| table.add([rule.id, rule.severity.name(), rule.summary]));
    table.text()
}

/// A setting may be asked for by its pattern too: `server.NAME.role`, or `role` where no other is called so.
fn by_pattern(name: &str) -> Option<&'static Setting> {
    let mut short = SETTINGS.iter().filter(|row| row.name == name);
    let only = short.next().filter(|_| short.next().is_none());
    SETTINGS.iter().find(|row| row.key() == name).or(only)
}

fn rule_page(rule: &Rule) -> String {
    let about = rule.about.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    format!(
        "{}\n\nSeverity: {}. Area: {}. Settings: {about}. Since spinmail {}.\n",
        rule.explain.trim_end(),
        rule.severity.name(),
        rule.area.name(),
        rule.since
    )
}

fn setting_page(setting: &Setting) -> String {
    let key = setting.key();
    let place = match setting.section {
        Section::Beside => "Not on the page: what spinmail has to know of the farm, or how it looks.".to_owned(),
        section => format!("On the page: {}.", section.title()),
    };
    let mut page =
        format!("# {key}\n\n{}\n\n{}\n\n{place}\n\nExpected: {}.\n", setting.label, setting.help, setting.kind);
    if let Kind::Word(words) | Kind::Words(words) = setting.kind {
        page.push('\n');
        words.iter().for_each(|word| page.push_str(&format!("- `{}`: {}\n", word.word, word.meaning)));
    }
    page.push_str(&format!("\nExample:\n\n    spinmail set {key} {}\n", quoted(setting.example)));
    let rules: Vec<String> =
        rules::all().filter(|rule| rule.about.contains(&key.as_str())).map(|rule| format!("`{}`", rule.id)).collect();
    if !rules.is_empty() {
        page.push_str(&format!("\nRules about it: {}.\n", rules.join(", ")));
    }
    page
}

fn quoted(words: &[&str]) -> String {
    let quote = |word: &&str| match word.contains(['\\', ' ']) {
        true => format!("'{word}'"),
        false => (*word).to_owned(),
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}
