//! What the Windows console can show.
#![allow(unsafe_code)]

use windows_sys::Win32::System::Console::GetConsoleOutputCP;

/// Returns false: Windows itself reports an error if there is no standard output.
pub(super) fn stdout_was_closed() -> bool {
    false
}

/// Returns whether the console's code page is UTF-8.
pub(super) fn console_shows_unicode() -> bool {
    const UTF_8: u32 = 65001;
    // SAFETY: it takes no arguments and only returns a number.
    unsafe { GetConsoleOutputCP() == UTF_8 }
}
