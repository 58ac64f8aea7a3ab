//! Names that are left from the template of a new farm file.

use crate::farm::key::{entry_setting, entry_value};
use crate::farm::{Farm, SETTINGS, Setting, SettingKind, SettingValue, Table};
use crate::rules::{Case, Finding, Outcome, RuleResult};

/// The name of the company in the template, in the documentation and in no real farm.
const COMPANY: &str = "fabrikam";

/// How many settings the finding names.
const MAX_SHOWN: usize = 8;

pub(super) fn left_over(case: &Case<'_>) -> Vec<RuleResult> {
    let found = placeholders(case.farm);
    let Some((first, _)) = found.first() else {
        return RuleResult::only("farm", Outcome::pass());
    };
    let about = first.clone();
    vec![RuleResult::new("farm", Outcome::Fail(finding(&found))).about(about)]
}

fn finding(found: &[(String, String)]) -> Finding {
    let message = match found {
        [(key, _)] => format!("`{key}` has a name of the template's company, {COMPANY}"),
        _ => format!(
            "{} settings have names of the template's company, {COMPANY}",
            found.len()
        ),
    };
    let finding = Finding::new(
        message,
        "Replace them with the farm's own names: `spinmail set KEY VALUE`",
    );
    found
        .iter()
        .take(MAX_SHOWN)
        .fold(finding, |finding, (key, text)| {
            finding.recorded(key, "a name of this farm", ["`", text, "`"].concat())
        })
}

/// Returns the settings whose value is a name below the template's company, with the value.
fn placeholders(farm: &Farm) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| may_hold_name(setting)) {
        let entries = match setting.table {
            Table::Server => farm.servers.len(),
            Table::WebApplication => farm.web_applications.len(),
            Table::MailHost => farm.mail_hosts.len(),
            _ => 1,
        };
        for at in 0..entries {
            let Some(text) = entry_value(farm, setting, at).and_then(placeholder_in) else {
                continue;
            };
            let key = match setting.table {
                Table::Server => entry_key(farm.servers.get(at).map(|row| row.name()), setting),
                Table::WebApplication => {
                    entry_key(farm.web_applications.get(at).map(|row| row.name()), setting)
                }
                Table::MailHost => {
                    entry_key(farm.mail_hosts.get(at).map(|row| row.name()), setting)
                }
                _ => setting.key(),
            };
            found.push((key, text));
        }
    }
    found
}

/// Returns whether a setting of the farm is a text of the administrator's own.
fn may_hold_name(setting: &Setting) -> bool {
    use SettingKind::{AllOrList, List, Text};
    setting.table != Table::Accept && matches!(setting.kind, Text(_) | List(_) | AllOrList(_))
}

fn entry_key(name: Option<&str>, setting: &Setting) -> String {
    entry_setting(setting.table, name.unwrap_or_default(), setting.name)
}

/// Returns the first name in a value that is below the company's.
fn placeholder_in(value: SettingValue) -> Option<String> {
    match value {
        SettingValue::Text(text) => Some(text).filter(|text| is_placeholder(text)),
        SettingValue::List(list) => list.into_iter().find(|text| is_placeholder(text)),
        _ => None,
    }
}

/// Returns whether a text is a name below the company's: a host, a domain, an account, a container.
fn is_placeholder(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    // The name alone is not a name below it.
    text.len() > COMPANY.len() && words.any(|word| word.eq_ignore_ascii_case(COMPANY))
}
