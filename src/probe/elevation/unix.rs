//! Systems without elevation.

/// Returns `None`: what a user may do does not depend on how a program was started.
pub(super) fn is_elevated() -> Option<bool> {
    None
}
