//! What a Unix console can show, and whether standard output exists.

#![expect(
    unsafe_code,
    reason = "what runs before `main` is named in a section of the program, which is an unsafe \
              attribute; no code here is unsafe"
)]

use std::sync::atomic::{AtomicBool, Ordering};

/// Returns whether the console shows characters beyond ASCII without a locale: the POSIX locale
/// does not.
pub(super) fn console_shows_unicode() -> bool {
    false
}

static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Returns whether the program was started without standard output, as by `>&-`.
pub(super) fn stdout_was_closed() -> bool {
    STDOUT_WAS_CLOSED.load(Ordering::Relaxed)
}

/// Runs before `main`: Rust's runtime opens /dev/null in place of a closed standard output, and
/// lost output would look written. In `main` that can no longer be seen: the runtime opens it for
/// reading and writing, as other programs do that discard output on purpose (Python's
/// `subprocess.DEVNULL`).
#[used]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func")
)]
static BEFORE_MAIN: extern "C" fn() = note_closed_stdout;

extern "C" fn note_closed_stdout() {
    let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    STDOUT_WAS_CLOSED.store(is_closed, Ordering::Relaxed);
}
