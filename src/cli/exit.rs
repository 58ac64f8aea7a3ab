//! The exit status of errors.

use crate::error::{Error, ErrorClass};
use crate::report::Exit;

/// Returns the exit status for a list of errors.
pub(super) fn exit_of(errors: &[Error]) -> Exit {
    let exits = errors.iter().map(|error| match error.class {
        ErrorClass::Usage => Exit::Usage,
        ErrorClass::Unfinished => Exit::Unfinished,
    });
    exits.fold(Exit::Clean, Exit::worse)
}
