//! `--folder` and `--aliases`: where this machine can read the drop folder, and the lists' aliases.

use crate::error::Error;
use crate::facts::ListAliases;
use crate::fs::{InputFile, read_text};
use crate::text::shown;
use clap::ValueHint;
use std::path::{Path, PathBuf};

/// Where this machine can read the drop folder.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct DropFolderArgs {
    /// Where this machine sees the drop folder, such as a mounted share
    #[arg(long, value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,
}

/// The aliases of lists.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct AliasesArgs {
    /// File with the aliases of all lists that receive mail, one alias or address per line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    aliases: Option<PathBuf>,
}

impl AliasesArgs {
    /// Returns the aliases of the file, or `None` if none is named.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is not an alias.
    pub(crate) fn load(&self) -> Result<Option<ListAliases>, Error> {
        self.aliases.as_deref().map(read_aliases).transpose()
    }
}

fn read_aliases(path: &Path) -> Result<ListAliases, Error> {
    let name = path.to_string_lossy();
    let text = read_text(&InputFile::named(path))?;
    let aliases = ListAliases::read(&text, &name).map_err(|(line, why)| {
        Error::usage(format!("`{}`, line {line}: {why}", shown(&name)))
            .hint("a line holds one list's alias or address; lines that begin with `#` are ignored")
    })?;
    if aliases.names.is_empty() {
        return Err(Error::usage(format!(
            "`{}` contains no alias",
            shown(&name)
        )));
    }
    Ok(aliases)
}
