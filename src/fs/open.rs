//! Opens a file that may not be an ordinary one, and checks whether a file still has its name.

#[cfg(any(windows, test))]
mod device_names;
mod ordinary;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use ordinary::Mode;
pub(super) use ordinary::NotOrdinary;
#[cfg(unix)]
pub(crate) use unix::open_ordinary;
#[cfg(unix)]
pub(super) use unix::{is_named, open_named};
#[cfg(windows)]
pub(crate) use windows::open_ordinary;
#[cfg(windows)]
pub(super) use windows::{is_named, open_named};

use std::io;

/// Returns whether a file was not opened because it is a folder, a pipe or a device.
pub(crate) fn is_not_ordinary(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::IsADirectory || NotOrdinary::is(error)
}
