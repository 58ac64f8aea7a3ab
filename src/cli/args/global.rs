//! The options that every command takes.

use super::EVERYWHERE;
use std::ffi::OsString;

/// How much is printed, and in which colours.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = EVERYWHERE)]
pub(crate) struct GlobalArgs {
    /// Print only data and errors, no hints
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Also show what passed, what did not apply and what was accepted
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Colour the output: auto (the default), always or never
    #[arg(long, global = true, value_name = "WHEN", hide_possible_values = true)]
    color: Option<When>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// Applies `--color` before the command line is parsed: a usage error is coloured by it too.
pub(crate) fn apply_color(arguments: &[OsString]) {
    match color_word(arguments).as_deref() {
        Some("always") => anstream::ColorChoice::Always.write_global(),
        Some("never") => anstream::ColorChoice::Never.write_global(),
        _ => {}
    }
}

/// Returns the first value of `--color`, or `None` if the option is not given.
fn color_word(arguments: &[OsString]) -> Option<String> {
    let mut words = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .take_while(|word| word != "--");
    while let Some(word) = words.next() {
        if word == "--color" {
            return words.next().map(|value| value.into_owned());
        }
        if let Some(value) = word.strip_prefix("--color=") {
            return Some(value.to_owned());
        }
    }
    None
}
