//! `path`.

use crate::cli::args::FarmFileArgs;
use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the path of the farm file that the commands use",
    after_help = "Examples:\n  spinmail path\n  spinmail path --file farms/fabrikam.toml"
)]
pub(crate) struct PathArgs {
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &PathArgs, console: &Console) -> Result<Exit, Error> {
    let (path, named_by) = args.farm_file.chosen();
    console.write_stdout(&format!("{}\n", shown(&path.to_string_lossy())));
    let missing = if path.exists() {
        ""
    } else {
        "; it is not there yet"
    };
    console.status(&format!("named by {named_by}{missing}"));
    Ok(Exit::Clean)
}
