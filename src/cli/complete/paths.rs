//! File names as candidates.

use clap::ValueHint;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use std::ffi::OsStr;

/// Returns whether an argument's values are completed with file names.
pub(super) fn is_path(hint: ValueHint) -> bool {
    matches!(
        hint,
        ValueHint::FilePath | ValueHint::AnyPath | ValueHint::DirPath
    )
}

/// Returns the names that a value can be completed to.
pub(super) fn candidates(hint: ValueHint, typed: &OsStr) -> Vec<CompletionCandidate> {
    let names = match hint {
        ValueHint::FilePath => PathCompleter::file(),
        ValueHint::DirPath => PathCompleter::dir(),
        _ => PathCompleter::any(),
    };
    let named = names.complete(typed).into_iter();
    named.map(|name| as_path(name, typed)).collect()
}

/// Returns a name that cannot be misread: a name that begins like an option or a home folder gets
/// `./` in front.
fn as_path(name: CompletionCandidate, typed: &OsStr) -> CompletionCandidate {
    let Some(text) = name.get_value().to_str() else {
        return name;
    };
    let is_home = typed.to_str().is_some_and(|typed| typed.starts_with("~/"));
    if text.starts_with('-') || text.starts_with('~') && !is_home {
        CompletionCandidate::new(format!("./{text}")).hide(name.is_hide_set())
    } else {
        name
    }
}
