//! `init`.

use crate::cli::args::{EditArgs, Edited, edit_help};
use crate::cli::console::Console;
use crate::cli::output;
use crate::error::Error;
use crate::farm::template::{self, Scenario};
use crate::report::Exit;
use crate::text::shown;
use std::path::Path;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Write a new farm file, with a comment on every setting",
    after_help = edit_help(
        "Examples:\n  spinmail init\n  spinmail init --advanced --file farms/fabrikam.toml\n\nIt \
         never replaces a file.",
        Edited::Page
    )
)]
pub(crate) struct InitArgs {
    /// Follow Microsoft's basic scenario: a single server, automatic mode, defaults
    #[arg(long)]
    basic: bool,
    /// Follow Microsoft's advanced scenario: drop folder and Directory Management Service
    #[arg(long, conflicts_with = "basic")]
    advanced: bool,
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &InitArgs, console: &Console) -> Result<Exit, Error> {
    let text = template::text(args.scenario());
    let path = args.edit.farm_file.path();
    if args.edit.write.dry_run {
        console.write_stdout(&text);
        return Ok(Exit::Clean);
    }
    if args.edit.write.check {
        return Ok(check(&path, console));
    }
    output::create(&path, &text)?;
    console.note_written(&path);
    console.write_stdout(&format!("{}: written\n", shown(&path.to_string_lossy())));
    console
        .status("next: replace the example names with your farm's, then run `spinmail validate`");
    Ok(Exit::Clean)
}

impl InitArgs {
    fn scenario(&self) -> Scenario {
        match (self.basic, self.advanced) {
            (true, _) => Scenario::Basic,
            (_, true) => Scenario::Advanced,
            _ => Scenario::Blank,
        }
    }
}

/// Says whether the file would be written, which is so if it does not exist.
fn check(path: &Path, console: &Console) -> Exit {
    let (what, exit) = match path.symlink_metadata() {
        Ok(_) => ("is there", Exit::Clean),
        Err(_) => ("would be written", Exit::Findings),
    };
    console.status(&format!("`{}` {what}", shown(&path.to_string_lossy())));
    exit
}
