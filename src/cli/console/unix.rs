//! What a Unix console can show.

/// Returns whether the console shows characters beyond ASCII where no locale is set: the POSIX
/// locale holds then, which does not.
pub(super) fn console_shows_unicode() -> bool {
    false
}
