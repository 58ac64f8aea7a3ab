//! `--metabase` and `--server`: the SMTP service whose settings are read.

use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{FromText, ServerName};
use crate::probe::iis::MetabaseSource;
use crate::text::nearest;
use clap::ValueHint;
use std::path::PathBuf;

/// The server to read.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct MetabaseArgs {
    /// A copy of a server's MetaBase.xml [default: this machine's own]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    metabase: Option<PathBuf>,
    /// The farm's server that the metabase or folder belongs to [default: this machine]
    #[arg(long, value_name = "NAME")]
    pub(crate) server: Option<String>,
}

impl MetabaseArgs {
    /// Returns where to read the SMTP service's settings. The farm file must record the server of a
    /// copied file; a machine that is read directly may have any name.
    ///
    /// # Errors
    /// The server is not one of the recorded ones, or its name is not a server's.
    pub(crate) fn source(&self, farm: &Farm) -> Result<MetabaseSource, Error> {
        let server = match (&self.metabase, &self.server) {
            (_, None) => None,
            (Some(_), Some(named)) => Some(recorded(named, farm)?),
            (None, Some(named)) => Some(own_name(named)?),
        };
        Ok(MetabaseSource {
            server,
            metabase: self.metabase.clone(),
        })
    }
}

/// Returns a machine's name, recorded or not.
fn own_name(named: &str) -> Result<String, Error> {
    match ServerName::from_text(named) {
        Ok(_) => Ok(named.to_owned()),
        Err(fault) => Err(Error::usage(format!(
            "`{named}` is not the name of a server: {fault}"
        ))),
    }
}

/// Returns the recorded name of the server with this name.
fn recorded(named: &str, farm: &Farm) -> Result<String, Error> {
    let names: Vec<&str> = farm.servers.iter().map(|server| server.name()).collect();
    let found = names.iter().find(|name| name.eq_ignore_ascii_case(named));
    found.map(|name| (*name).to_owned()).ok_or_else(|| {
        Error::usage(format!("the farm file records no server `{named}`"))
            .did_you_mean(nearest(named, names).as_deref())
            .hint("`spinmail server list` lists them, `spinmail server add NAME` records one")
    })
}
