//! What rules about single settings of the page have in common.

use crate::farm::values::{Checked, FromText, Lenient, ParseError};
use crate::farm::{Delivery, Farm};
use crate::remedy::Action;
use crate::rules::{Finding, Outcome, RuleResult};

pub const NO_MODE: &str = "no mode is recorded (page-mode-missing)";

/// Returns the one result of a rule about a setting.
pub fn setting_result(key: &str, outcome: Outcome) -> Vec<RuleResult> {
    vec![RuleResult::new(key, outcome)]
}

pub fn not_recorded(key: &str) -> Outcome {
    Outcome::not_applicable(format!("`{key}` is not recorded"))
}

/// Fails with the finding if a required value is missing.
pub fn judge_required<T: FromText>(key: &str, value: &Checked<'_, T>, finding: Finding) -> Outcome {
    match value {
        Checked::Missing => Outcome::Fail(finding.observed(key, T::EXPECTED, "nothing")),
        Checked::Invalid(..) | Checked::Valid(..) => Outcome::pass(),
    }
}

/// Returns the finding about a value that its parser refuses, with the parser's reason, and the
/// corrected value as the remedy. `kind` names what the value should be.
pub fn invalid_value<T: FromText>(key: &str, text: &str, error: &T::Error, kind: &str) -> Finding {
    let message = format!("`{text}` is no {kind}: {error}");
    let finding = match error.instead() {
        Some(instead) => Finding::new(message, format!("Set it to `{instead}`"))
            .with_action(Action::set(key, instead)),
        None => Finding::new(message, format!("Set it to {}", T::EXPECTED)),
    };
    finding.observed(key, T::EXPECTED, format!("`{text}`"))
}

/// Returns the text of a setting, or `None` if it is missing or blank.
pub fn recorded_text<T: FromText>(value: Option<&Lenient<T>>) -> Option<&str> {
    value
        .map(|value| value.text.as_str())
        .filter(|text| !text.trim().is_empty())
}

/// Makes sure that the mode is automatic, or returns the outcome of rules about automatic mode.
pub fn automatic_mode(farm: &Farm) -> Result<(), Outcome> {
    match farm.delivery() {
        Delivery::Automatic => Ok(()),
        Delivery::AutomaticRemoved => Err(Outcome::not_applicable(
            "this SharePoint has no automatic mode (page-automatic-removed)",
        )),
        Delivery::Advanced { .. } => Err(Outcome::not_applicable("the mode is advanced")),
        Delivery::ModeMissing => Err(Outcome::not_applicable(NO_MODE)),
    }
}
