//! Who asks the directory: the account and its password, which is never an argument.

use super::console::Console;
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::file::read_text;
use crate::farm::values::{Account, FromText};
use crate::probe::directory::{Logon, Look, Secret, is_used};
use crate::rules::{Area, Selection};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use dialoguer::Password;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "SPINMAIL_LDAP_PASSWORD";

/// Adds the options about the directory.
pub fn with_options(command: Command) -> Command {
    let options = [
        Arg::new("bind-as")
            .long("bind-as")
            .value_name("ACCOUNT")
            .help("Ask the directory as this account; else as `probe.bind-as`"),
        Arg::new("bind-password-file")
            .long("bind-password-file")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(clap::value_parser!(PathBuf))
            .help("Its password's file; else SPINMAIL_LDAP_PASSWORD, else it is asked for"),
        Arg::new("insecure-bind")
            .long("insecure-bind")
            .action(ArgAction::SetTrue)
            .help("Send the password unencrypted to controllers that are named with ldap://"),
        Arg::new("all")
            .long("all")
            .action(ArgAction::SetTrue)
            .help("Name every contact and group with a finding, not only the first 20"),
    ];
    command.args(options.map(|option| option.help_heading("Active Directory")))
}

/// How to look at the directory, as far as the rules need it.
///
/// # Errors
/// An account or a file of the command line cannot be used.
pub fn look(matches: &ArgMatches, farm: &Farm, selection: &Selection, console: &Console) -> Result<Look, Error> {
    let mut look = Look {
        insecure: matches.get_flag("insecure-bind"),
        all: matches.get_flag("all"),
        rights: selection.reaches_beyond_parts(Area::Directory),
        ..Look::default()
    };
    let account = match matches.get_one::<String>("bind-as") {
        Some(text) => Some(Account::from_text(text).map_err(|fault| {
            Error::usage(format!("`{text}` is no account: {fault}")).hint(format!("expected {}", Account::EXPECTED))
        })?),
        None => farm.probe.bind_as.clone(),
    };
    let Some(account) = account else {
        look.logon = without_account();
        return Ok(look);
    };
    let account = account.as_str().to_owned();
    if selection.reaches(Area::Directory) && is_used(farm) {
        let file = matches.get_one::<PathBuf>("bind-password-file").map(PathBuf::as_path);
        look.logon = match password(file, VARIABLE, &account, console)? {
            Some(password) => Logon::Password { account, password },
            None => Logon::Nothing(format!("no password of `{account}` is given (in {VARIABLE} or a file)")),
        };
    }
    Ok(look)
}

fn without_account() -> Logon {
    #[cfg(feature = "kerberos")]
    return Logon::Ticket;
    #[cfg(not(feature = "kerberos"))]
    Logon::Nothing("no account is named to ask as; `--bind-as` or `probe.bind-as` names one".to_owned())
}

/// An account's password: from a file, else from a variable of the environment, else from the person at the terminal.
///
/// # Errors
/// The file cannot be read or is empty, or nothing could be typed.
pub fn password(
    file: Option<&Path>,
    variable: &str,
    account: &str,
    console: &Console,
) -> Result<Option<Secret>, Error> {
    if let Some(path) = file {
        let text = read_text(path)?;
        let password = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
        // A logon with an empty password is nobody's, and succeeds (RFC 4513 5.1.2).
        return match password {
            "" => Err(Error::usage(format!("`{}` holds no password", path.display()))),
            password => Ok(Some(Secret::new(password))),
        };
    }
    if let Some(password) = std::env::var(variable).ok().filter(|password| !password.is_empty()) {
        return Ok(Some(Secret::new(password)));
    }
    if !console.has_person() {
        return Ok(None);
    }
    let prompt = format!("Password of {}", crate::error::shown(account));
    let typed = Password::new().with_prompt(prompt).allow_empty_password(true).interact();
    let typed = typed.map_err(|error| Error::unfinished(format!("no password could be asked for: {error}")))?;
    Ok(Some(Secret::new(typed)).filter(|password| !password.is_empty()))
}
