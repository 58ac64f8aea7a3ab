//! Whether this process has all rights of its user. On Windows an administrator's programs run
//! without them until they are started "as administrator".

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use crate::facts::{Failure, FailureKind};
use crate::farm::values::FolderLocation;
use std::path::Path;
use std::sync::LazyLock;

/// Asked once: it cannot change while the process runs.
static IS_ELEVATED: LazyLock<Option<bool>> = LazyLock::new(system::is_elevated);

/// Returns a failure of this machine itself. It says so if an elevated process might not have it.
pub(super) fn explained(failure: Failure) -> Failure {
    with_hint(failure, || *IS_ELEVATED)
}

/// Returns a failure at a path in the same way. The server of a share has no interest in elevation.
pub(super) fn explained_at(path: &Path, failure: Failure) -> Failure {
    match FolderLocation::from_text(&path.to_string_lossy()) {
        FolderLocation::Share => failure,
        FolderLocation::LocalDisk => explained(failure),
    }
}

fn with_hint(failure: Failure, is_elevated: impl Fn() -> Option<bool>) -> Failure {
    if failure.kind != FailureKind::AccessDenied || is_elevated() != Some(false) {
        return failure;
    }
    let detail = format!(
        "{}; this prompt is not elevated: run spinmail as administrator",
        failure
    );
    failure.with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_denied_access_without_elevation_gets_the_hint() {
        for (kind, is_elevated, has_hint) in [
            (FailureKind::AccessDenied, Some(false), true),
            (FailureKind::AccessDenied, Some(true), false),
            (FailureKind::AccessDenied, None, false),
            (FailureKind::TimedOut, Some(false), false),
        ] {
            let failure = with_hint(Failure::new(kind.clone(), "no"), || is_elevated);
            assert_eq!(failure.kind, kind);
            assert_eq!(failure.to_string().contains("as administrator"), has_hint);
        }
    }
}
