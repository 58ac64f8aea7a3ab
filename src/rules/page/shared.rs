//! What rules about single settings of the page have in common.

use crate::farm::values::{Checked, FromText, Lenient, explained};
use crate::remedy::Action;
use crate::rules::{Finding, Outcome};

/// Fails with the finding if a required value is missing.
pub(super) fn judge_required<T: FromText>(
    key: &str,
    value: &Checked<'_, T>,
    finding: Finding,
) -> Outcome {
    match value {
        Checked::Missing => Outcome::Fail(finding.recorded(key, T::EXPECTED, "nothing")),
        Checked::Invalid(..) | Checked::Valid(..) => Outcome::pass(),
    }
}

/// Returns the finding about a value that its parser refuses, with the parser's reason, and the
/// corrected value as the remedy. `kind` names what the value should be, with its article.
pub(super) fn invalid_value<T: FromText>(
    key: &str,
    text: &str,
    error: &T::Error,
    kind: &str,
) -> Finding {
    let (reason, instead) = explained::<T>(text, error);
    let message = format!("`{text}` is not {kind}: {reason}");
    let finding = match instead {
        Some(instead) => Finding::new(message, format!("Set it to `{instead}`"))
            .with_action(Action::set(key, instead)),
        None => Finding::new(message, format!("Set it to {}", T::EXPECTED)),
    };
    finding.recorded(key, T::EXPECTED, format!("`{text}`"))
}

/// Returns the text of a setting, or `None` if it is missing or blank.
pub(super) fn recorded_text<T: FromText>(value: Option<&Lenient<T>>) -> Option<&str> {
    value
        .map(|value| value.text.as_str())
        .filter(|text| !text.trim().is_empty())
}
