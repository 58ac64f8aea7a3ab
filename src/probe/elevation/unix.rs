//! Systems without elevation.

/// Returns `None`: the rights of a user do not depend on how a program was started.
pub(super) fn is_elevated() -> Option<bool> {
    None
}
