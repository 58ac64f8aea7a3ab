//! The command line: parses the arguments, runs a command with them, and returns the exit status.

mod areas;
mod args;
mod change;
mod check;
mod clock;
mod command_line;
mod commands;
mod complete;
mod console;
mod coverage;
mod edit;
mod exit;
mod fleet;
mod in_order;
mod markdown;
mod output;
mod page_edit;
mod paths;
mod probing;
mod progress;
mod report_writer;
mod rows;
mod setting_errors;
mod setting_values;

use crate::report::Exit;
use command_line::Invocation;
use console::Console;
use exit::exit_of;
use std::ffi::OsString;

pub use command_line::command;

/// Runs the program with its arguments, its own name first, and returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(exit) = complete::answer(&arguments, command) {
        return exit.code();
    }
    args::apply_color(&arguments);
    match command_line::parse(&arguments) {
        Ok(invocation) => execute(invocation).code(),
        Err(error) => usage(&error, &arguments).code(),
    }
}

fn execute(invocation: Invocation) -> Exit {
    let global = invocation.global;
    let console = Console::new(global.quiet, global.verbose);
    let exit = (invocation.action)(&console).unwrap_or_else(|error| {
        console.error(&error);
        exit_of(&[error])
    });
    if let Some(failure) = console.failure() {
        console.error(&failure);
        return Exit::Unfinished;
    }
    exit
}

/// Prints clap's text: help and version, or a usage error.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if error.use_stderr()
        && let Some(unrepeated) = args::unrepeated_option(arguments)
    {
        Console::default().error(&unrepeated);
        return Exit::Usage;
    }
    if !console::print_usage(error) {
        Exit::Unfinished
    } else if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Clean
    }
}
