//! `spinmail`: see the crate's documentation for the map.

use std::process::ExitCode;

/// A third of a fleet's check creates short texts, for which the C library's allocator is slow.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(spinmail::run(std::env::args_os()))
}
