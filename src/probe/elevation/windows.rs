//! The elevation of this process's token.
#![allow(unsafe_code)]

use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
use windows_sys::Win32::Security::{
    GetTokenInformation, TOKEN_ELEVATION, TOKEN_QUERY, TokenElevation,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Returns whether the token is elevated, or `None` if Windows does not say.
pub(super) fn is_elevated() -> Option<bool> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the handle of the process is a constant; `token` takes what is closed below.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return None;
    }
    let mut elevation = TOKEN_ELEVATION::default();
    let size = size_of::<TOKEN_ELEVATION>() as u32;
    let mut written = 0;
    // SAFETY: the structure is the one of this class, and its size is passed with it.
    let asked = unsafe {
        GetTokenInformation(
            token,
            TokenElevation,
            (&raw mut elevation).cast(),
            size,
            &raw mut written,
        )
    };
    // SAFETY: the token came from the call above, and is not used any more.
    unsafe { CloseHandle(token) };
    (asked != 0).then_some(elevation.TokenIsElevated != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_says_whether_this_process_is_elevated() {
        assert!(is_elevated().is_some());
    }
}
