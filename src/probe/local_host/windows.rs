//! Reads the host name on Windows.
#![allow(unsafe_code)]

use std::ptr::null_mut;
use windows_sys::Win32::System::SystemInformation::{
    ComputerNamePhysicalDnsHostname, GetComputerNameExW,
};

/// Returns the DNS host name of this machine without its domain; on a cluster's node, the node's
/// own.
pub(crate) fn host_name() -> Option<String> {
    let mut length = 0;
    // SAFETY: without a buffer, Windows only returns the required length.
    unsafe { GetComputerNameExW(ComputerNamePhysicalDnsHostname, null_mut(), &raw mut length) };
    let mut name = vec![0_u16; length as usize];
    // SAFETY: the buffer has the length that is passed with it.
    let ok = unsafe {
        GetComputerNameExW(
            ComputerNamePhysicalDnsHostname,
            name.as_mut_ptr(),
            &raw mut length,
        )
    };
    // The length does not include the final zero.
    let name = name.get(..length as usize).filter(|_| ok != 0)?;
    String::from_utf16(name).ok()
}
