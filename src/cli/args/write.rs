//! `--dry-run` and `--check`, and the file that they are about.

use super::FarmFileArgs;

/// Whether a command writes what it changes.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Writing")]
pub(crate) struct WriteArgs {
    /// Show what would change, and write nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
    /// Write nothing, and fail (1) if anything would change
    #[arg(long)]
    pub(crate) check: bool,
}

/// What happens with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    Write,
    /// It is shown.
    DryRun,
    /// It is shown, and decides the exit status.
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
