//! `--bind-as` and its companions: the account that the directory is asked as.

use super::password::{PasswordSource, named_outside};
use crate::cli::console::Console;
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{Account, FromText};
use crate::probe::directory::{DirectoryOptions, Logon, is_used};
use crate::rules::{Area, Selection};
use clap::ValueHint;
use std::path::PathBuf;

const VARIABLE: &str = "SPINMAIL_LDAP_PASSWORD";
const HOSTS_VARIABLE: &str = "SPINMAIL_DIRECTORY";

/// Options for the account that the directory is asked as.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Active Directory")]
pub(crate) struct AccountArgs {
    /// Account to log on to Active Directory with [default: `probe.bind-as`]
    #[arg(long, value_name = "ACCOUNT")]
    bind_as: Option<String>,
    /// File with its password. Without it: SPINMAIL_LDAP_PASSWORD, or spinmail asks for it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    bind_password_file: Option<PathBuf>,
    /// Domain controller that may be sent the password of --bind-as; it must be in the farm file.
    /// Without it: SPINMAIL_DIRECTORY, or spinmail asks at the terminal
    #[arg(long, value_name = "NAME|URL")]
    directory: Vec<String>,
    /// File of certificate authorities (PEM) to trust besides the system's, also when a password is
    /// sent; `probe.ca-file` counts only without a password
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ca_file: Option<PathBuf>,
    /// Send the password unencrypted to domain controllers that are named with ldap://
    #[arg(long)]
    insecure_bind: bool,
}

/// Options for the directory's account, and for how many objects a report names.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct CredentialArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// Name every contact and group with a finding, not only the first 20
    #[arg(long)]
    all: bool,
}

impl CredentialArgs {
    /// Returns how to ask the directory, as far as the rules need it. Without a console, no
    /// password is asked for.
    ///
    /// # Errors
    /// An account or a file of the command line cannot be used.
    pub(crate) fn directory_options(
        &self,
        farm: &Farm,
        selection: &Selection,
        console: Option<&Console>,
    ) -> Result<DirectoryOptions, Error> {
        let needs_logon = selection.includes_area(Area::Directory) && is_used(farm);
        let logon = match self.account.named(farm)? {
            None => without_account(),
            Some(account) if needs_logon => self.account.logon(account, farm, console)?,
            Some(_) => DirectoryOptions::default().logon,
        };
        Ok(DirectoryOptions {
            insecure_bind: self.account.insecure_bind,
            all_names: self.all,
            with_rights: selection.includes_beyond_parts(Area::Directory),
            logon,
            ca_file: self.account.ca_file.clone(),
            address: None,
        })
    }
}

impl AccountArgs {
    /// Returns how to ask the directory without asking for a password: without a recorded password,
    /// anonymously.
    ///
    /// # Errors
    /// An account or a file of the command line cannot be used.
    pub(crate) fn unattended_options(&self, farm: &Farm) -> Result<DirectoryOptions, Error> {
        let logon = match self.named(farm)? {
            None => without_account(),
            Some(account) => self.logon(account, farm, None)?,
        };
        Ok(DirectoryOptions {
            insecure_bind: self.insecure_bind,
            logon: match logon {
                Logon::Unavailable(_) => Logon::Anonymous,
                logon => logon,
            },
            ca_file: self.ca_file.clone(),
            ..DirectoryOptions::default()
        })
    }

    /// Returns the account to ask as, or `None` if none is named.
    fn named(&self, farm: &Farm) -> Result<Option<Account>, Error> {
        let Some(text) = &self.bind_as else {
            return Ok(farm.probe.bind_as.clone());
        };
        Account::from_text(text).map(Some).map_err(|fault| {
            Error::usage(format!("`{text}` is not an account: {fault}"))
                .hint(format!("expected {}", Account::EXPECTED))
        })
    }

    fn logon(
        &self,
        account: Account,
        farm: &Farm,
        console: Option<&Console>,
    ) -> Result<Logon, Error> {
        let account = account.as_str().to_owned();
        let in_file = farm.probe.directory.iter().flatten();
        let in_file: Vec<String> = in_file.map(|url| url.as_str().to_owned()).collect();
        let source = PasswordSource {
            file: self.bind_password_file.as_deref(),
            variable: VARIABLE,
            named: &named_outside(&self.directory, HOSTS_VARIABLE),
            in_file: &in_file,
        };
        Ok(match source.password(&account, console)? {
            Some((password, told)) => Logon::Password {
                account,
                password,
                told,
            },
            None => Logon::Unavailable(format!(
                "no password for `{account}`: give it in {VARIABLE} or a file"
            )),
        })
    }
}

#[cfg(feature = "kerberos")]
fn without_account() -> Logon {
    Logon::Ticket
}

#[cfg(not(feature = "kerberos"))]
fn without_account() -> Logon {
    Logon::Unavailable(
        "no account to bind as; name one with `--bind-as` or `probe.bind-as`".to_owned(),
    )
}
