//! How the real world is probed: from where, and with which accounts.

use super::{AclArgs, AliasesArgs, DropFolderArgs, MetabaseArgs};
use crate::cli::console::Console;
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::probe::folder::{self, FolderOptions};
use crate::probe::rights::{add_known_accounts, unknown_accounts};
use crate::probe::{self, ProbeOptions};
use crate::rules::Area;
use crate::text::shown;

/// Options for probing the real world.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "What to ask, and how")]
pub(crate) struct ProbeArgs {
    #[command(flatten)]
    pub(crate) metabase: MetabaseArgs,
    #[command(flatten)]
    drop_folder: DropFolderArgs,
    #[command(flatten)]
    aliases: AliasesArgs,
    #[command(flatten)]
    acl: AclArgs,
}

impl ProbeArgs {
    /// Returns the options of the probes. The accounts are added later, when the areas are known:
    /// an account may need a password.
    ///
    /// # Errors
    /// The options name a server or a folder that is not the farm's, or not clearly.
    pub(crate) fn options(&self, farm: &Farm, named: &[Area]) -> Result<ProbeOptions, Error> {
        let mut options = ProbeOptions {
            iis: self.metabase.source(farm)?,
            folder: self.folder_options(farm)?,
            ..ProbeOptions::default()
        };
        let checked = probe::folder::check(farm, &options.folder);
        let is_about_folder = named.contains(&Area::Folder)
            || options.folder.mounted_at.is_some()
            || options.folder.descriptor.is_some();
        if is_about_folder {
            checked?;
        } else if checked.is_err() {
            // The server is named for another area.
            options.folder.server = None;
        }
        Ok(options)
    }

    fn folder_options(&self, farm: &Farm) -> Result<FolderOptions, Error> {
        let path = self.acl.path.clone();
        let polled = farm.polled_folders();
        let only = match polled.as_slice() {
            [only] => Some(only.text),
            _ => None,
        };
        Ok(FolderOptions {
            descriptor: self.acl.saved(path.as_deref().or(only))?,
            acl: self.acl.options()?,
            mounted_at: self.drop_folder.folder.clone(),
            path,
            server: self.metabase.server.clone(),
            aliases: self.aliases.load()?,
            ..FolderOptions::default()
        })
    }

    /// Adds the account that asks a file server, if a drop folder is on a share.
    ///
    /// # Errors
    /// The account cannot be used, or its password cannot be read.
    pub(crate) fn log_on_to_share(
        &self,
        options: &mut ProbeOptions,
        farm: &Farm,
        console: &Console,
    ) -> Result<(), Error> {
        if folder::is_on_share(farm, &options.folder) {
            let polled = farm.polled_folders();
            let in_file: Vec<String> = polled
                .iter()
                .filter(|folder| folder.path.is_share())
                .map(|folder| folder.text.to_owned())
                .collect();
            let mounted_at = self.drop_folder.folder.iter();
            let named = mounted_at
                .map(|path| path.to_string_lossy().into_owned())
                .chain(self.acl.path.clone())
                .filter(|path| path.starts_with(r"\\"))
                .collect();
            options.folder.acl.logon = self.acl.logon(named, &in_file, console)?;
        }
        Ok(())
    }
}

/// Warns about tokens for accounts that the farm does not have, such as mistyped ones.
pub(crate) fn warn_of_unknown_accounts(options: &ProbeOptions, farm: &Farm, console: &Console) {
    for name in unknown_accounts(farm, &options.folder.acl) {
        let name = shown(name);
        console.status(&format!(
            "note: `--token {name}`: the farm file has no account with this name"
        ));
    }
}

/// Adds the aliases and accounts of the command line to recorded facts.
pub(crate) fn with_known(mut facts: Facts, farm: &Farm, options: &ProbeOptions) -> Facts {
    if let Some(folder) = &mut facts.folder {
        let known = options.folder.aliases.clone();
        folder.aliases = known.or(folder.aliases.take());
        add_known_accounts(farm, folder, &options.folder.acl);
    }
    facts
}
