//! `spinmail`: see the crate's documentation for the map.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(spinmail::run(std::env::args_os()))
}
