//! Who asks the directory: the account and its password, which is never an argument.

use super::console::Console;
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{Account, FromText};
use crate::fs::read_text;
use crate::probe::directory::{DirectoryOptions, Logon, Secret, is_used};
use crate::rules::{Area, Selection};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use dialoguer::Password;
use std::path::{Path, PathBuf};

const HEADING: &str = "Active Directory";
const VARIABLE: &str = "SPINMAIL_LDAP_PASSWORD";

/// Adds the options about the directory.
pub fn with_options(command: Command) -> Command {
    let all = Arg::new("all")
        .long("all")
        .action(ArgAction::SetTrue)
        .help("Name every contact and group with a finding, not only the first 20");
    with_account(command).arg(all.help_heading(HEADING))
}

/// Adds those that say who asks.
pub fn with_account(command: Command) -> Command {
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
    ];
    command.args(options.map(|option| option.help_heading(HEADING)))
}

/// How to look at the directory, as far as the rules need it. Without a console nobody is asked for
/// a password.
///
/// # Errors
/// An account or a file of the command line cannot be used.
pub fn look(
    matches: &ArgMatches,
    farm: &Farm,
    selection: &Selection,
    console: Option<&Console>,
) -> Result<DirectoryOptions, Error> {
    let mut look = DirectoryOptions {
        insecure_bind: matches.get_flag("insecure-bind"),
        all_names: matches.get_flag("all"),
        with_rights: selection.reaches_beyond_parts(Area::Directory),
        ..DirectoryOptions::default()
    };
    match account(matches, farm)? {
        None => look.logon = without_account(),
        Some(account) if selection.reaches(Area::Directory) && is_used(farm) => {
            look.logon = as_account(account, matches, console)?;
        }
        Some(_) => {}
    }
    Ok(look)
}

/// How to look at the directory when nobody is asked for a password: without one as anybody may.
///
/// # Errors
/// An account or a file of the command line cannot be used.
pub fn look_unasked(matches: &ArgMatches, farm: &Farm) -> Result<DirectoryOptions, Error> {
    let logon = match account(matches, farm)? {
        None => without_account(),
        Some(account) => as_account(account, matches, None)?,
    };
    let logon = if matches!(logon, Logon::Unavailable(_)) {
        Logon::Anonymous
    } else {
        logon
    };
    Ok(DirectoryOptions {
        insecure_bind: matches.get_flag("insecure-bind"),
        logon,
        ..DirectoryOptions::default()
    })
}

/// The account to ask as, where one is named.
fn account(matches: &ArgMatches, farm: &Farm) -> Result<Option<Account>, Error> {
    let Some(text) = matches.get_one::<String>("bind-as") else {
        return Ok(farm.probe.bind_as.clone());
    };
    Account::from_text(text).map(Some).map_err(|fault| {
        Error::usage(format!("`{text}` is no account: {fault}"))
            .hint(format!("expected {}", Account::EXPECTED))
    })
}

fn as_account(
    account: Account,
    matches: &ArgMatches,
    console: Option<&Console>,
) -> Result<Logon, Error> {
    let account = account.as_str().to_owned();
    let file = matches
        .get_one::<PathBuf>("bind-password-file")
        .map(PathBuf::as_path);
    Ok(match password(file, VARIABLE, &account, console)? {
        Some(password) => Logon::Password { account, password },
        None => Logon::Unavailable(format!(
            "no password of `{account}` is given (in {VARIABLE} or a file)"
        )),
    })
}

fn without_account() -> Logon {
    #[cfg(feature = "kerberos")]
    return Logon::Ticket;
    #[cfg(not(feature = "kerberos"))]
    Logon::Unavailable(
        "no account is named to ask as; `--bind-as` or `probe.bind-as` names one".to_owned(),
    )
}

/// An account's password: from a file, else from a variable of the environment, else from the
/// person at the terminal, if there is one to be asked.
///
/// # Errors
/// The file cannot be read or is empty, or nothing could be typed.
pub fn password(
    file: Option<&Path>,
    variable: &str,
    account: &str,
    console: Option<&Console>,
) -> Result<Option<Secret>, Error> {
    if let Some(path) = file {
        let text = read_text(path)?;
        // Editors put a mark in front and line ends behind; neither can be typed at a logon.
        let password = text
            .strip_prefix('\u{feff}')
            .unwrap_or(&text)
            .trim_end_matches(['\r', '\n']);
        // A logon with an empty password is nobody's, and succeeds (RFC 4513 5.1.2). One with a
        // wrong password counts towards the account's lockout.
        return match password {
            "" => Err(Error::usage(format!(
                "`{}` holds no password",
                path.display()
            ))),
            several if several.contains(['\r', '\n']) => Err(Error::usage(format!(
                "`{}` holds more than one line, and a password is one",
                path.display()
            ))),
            password => Ok(Some(Secret::new(password))),
        };
    }
    if let Some(password) = std::env::var(variable)
        .ok()
        .filter(|password| !password.is_empty())
    {
        return Ok(Some(Secret::new(password)));
    }
    if !console.is_some_and(Console::has_person) {
        return Ok(None);
    }
    let prompt = format!("Password of {}", crate::text::shown(account));
    let typed = Password::new()
        .with_prompt(prompt)
        .allow_empty_password(true)
        .interact();
    let typed = typed
        .map_err(|error| Error::unfinished(format!("no password could be asked for: {error}")))?;
    Ok(Some(Secret::new(typed)).filter(|password| !password.is_empty()))
}
