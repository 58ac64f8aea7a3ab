//! `--dry-run` and `--check`, and the farm file that they protect.

use super::FarmFileArgs;

/// Whether a command writes what it changes.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Writing")]
pub(crate) struct WriteArgs {
    /// Show what would change; write nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
}

/// What a command does with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    Write,
    /// Shows it.
    DryRun,
    /// Shows it, and sets the exit status.
    Check,
}

impl WriteArgs {
    pub(crate) fn mode(&self) -> WriteMode {
        match (self.check, self.dry_run) {
            (true, _) => WriteMode::Check,
            (false, true) => WriteMode::DryRun,
            (false, false) => WriteMode::Write,
        }
    }
}

/// The options of a command that edits the farm file.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) farm_file: FarmFileArgs,
}

/// What a command that edits the farm file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    /// Settings of the page.
    Page,
    /// Other records about the farm.
    Record,
}

/// Returns the last part of an editing command's help: its examples, and what the command does not
/// change.
pub(crate) fn edit_help(examples: &str, edited: Edited) -> String {
    let unchanged = match edited {
        Edited::Page => {
            "Only the farm file is written; nothing in SharePoint changes. An administrator enters \
             the settings on the page Configure Incoming E-Mail Settings of Central \
             Administration; `spinmail show` prints them in the page's order."
        }
        Edited::Record => {
            "Only the farm file is written. It says how the farm is or should be, for `validate` \
             and `verify` to check; nothing else changes."
        }
    };
    format!("{examples}\n\n{unchanged}")
}
