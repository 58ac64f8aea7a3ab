//! `get`.

use crate::cli::args::{FarmFileArgs, KeyArgs};
use crate::cli::console::Console;
use crate::cli::setting_errors::{full_name, key_error};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::report::Exit;
use crate::text::shown;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print a setting's value from the farm file, a list with one entry per line; exit with 1 if it \
             is not set",
    after_help = "Examples:\n  spinmail get display-address\n  spinmail get \
                  server.sp1.fabrikam.com.role"
)]
pub(crate) struct GetArgs {
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &GetArgs, console: &Console) -> Result<Exit, Error> {
    let key = args.key.key()?;
    let loaded = args.farm_file.load(console)?;
    let items = match key.read(&loaded.document.farm).map_err(key_error)? {
        None => {
            console.status(&format!("`{}` is not set", shown(&full_name(&key))));
            return Ok(Exit::Findings);
        }
        Some(SettingValue::List(list)) => list,
        Some(value) => vec![value.to_string()],
    };
    for item in &items {
        console.write_stdout(&format!("{}\n", shown(item)));
    }
    Ok(Exit::Clean)
}
