//! Probes one farm with the options of the command line.

use super::args::{CredentialArgs, ProbeArgs, warn_of_unknown_accounts};
use super::console::Console;
use crate::error::Error;
use crate::farm::Farm;
use crate::probe::ProbeOptions;
use crate::rules::{Area, Selection};

/// A farm, and the probe options of the command line.
#[derive(Clone, Copy)]
pub(crate) struct Probing<'a> {
    pub(crate) farm: &'a Farm,
    pub(crate) probe: &'a ProbeArgs,
    pub(crate) credentials: &'a CredentialArgs,
    pub(crate) console: &'a Console,
}

impl Probing<'_> {
    /// Returns the probe options, and warns about mistyped accounts.
    ///
    /// # Errors
    /// The options name a server or a folder that is not the farm's, or not clearly.
    pub(crate) fn options(&self, named: &[Area]) -> Result<ProbeOptions, Error> {
        let options = self.probe.options(self.farm, named)?;
        warn_of_unknown_accounts(&options, self.farm, self.console);
        Ok(options)
    }

    /// Adds the accounts to ask with, for the areas of the selection.
    ///
    /// # Errors
    /// An account cannot be used, or its password cannot be read.
    pub(crate) fn log_on(
        &self,
        options: &mut ProbeOptions,
        selection: &Selection,
    ) -> Result<(), Error> {
        if selection.includes_area(Area::Directory) {
            options.directory =
                self.credentials
                    .directory_options(self.farm, selection, Some(self.console))?;
        }
        if selection.includes_area(Area::Folder) {
            self.probe
                .log_on_to_share(options, self.farm, self.console)?;
        }
        Ok(())
    }
}
