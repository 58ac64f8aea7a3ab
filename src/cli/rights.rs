//! Options about rights on the drop folder: saved descriptors, who asks the server of a share, who
//! is who.

use super::console::Console;
use super::logon;
use crate::error::Error;
use crate::facts::{DescriptorSeen, Source};
use crate::farm::values::{Account, FromText};
use crate::fs::read_bytes;
use crate::probe::rights::{Ask, SmbLogon};
use crate::text::shown;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::path::{Path, PathBuf};
use windows_security::icacls::Saved;
use windows_security::sid::Domains;
use windows_security::source::{self, Form, Found};
use windows_security::{Sid, sddl};

const VARIABLE: &str = "SPINMAIL_SMB_PASSWORD";

/// Adds the options.
pub fn with_options(command: Command) -> Command {
    let file = |arg: Arg| {
        arg.value_hint(ValueHint::FilePath)
            .value_parser(clap::value_parser!(PathBuf))
    };
    let options = [
        Arg::new("sddl")
            .long("sddl")
            .value_name("TEXT|FILE")
            .conflicts_with("icacls")
            .help(
                "Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a \
                 file of that",
            ),
        file(Arg::new("icacls").long("icacls").value_name("FILE"))
            .help("A file that `icacls PATH /save FILE` wrote, of the folder"),
        Arg::new("path")
            .long("path")
            .value_name("PATH")
            .help("Which of the farm's drop folders that is"),
        Arg::new("smb-user")
            .long("smb-user")
            .value_name("ACCOUNT")
            .help(
                "Ask the server of a share as this account; else by Kerberos ticket (on Windows \
                 as who runs this)",
            ),
        file(
            Arg::new("smb-password-file")
                .long("smb-password-file")
                .value_name("FILE"),
        )
        .requires("smb-user")
        .help("Its password's file; else SPINMAIL_SMB_PASSWORD, else it is asked for"),
        Arg::new("sid")
            .long("sid")
            .value_name("NAME=SID")
            .action(ArgAction::Append)
            .help("The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG"),
        Arg::new("token")
            .long("token")
            .value_name("NAME=SID,…")
            .action(ArgAction::Append)
            .help(
                "An account's SID and those of all its groups, as `whoami /user` and `whoami \
                 /groups` show them; on a share those of its domain count",
            ),
    ];
    command.args(options.map(|option| option.help_heading("Rights on the drop folder")))
}

/// The descriptor that the options name.
///
/// # Errors
/// It cannot be read, or is not clearly one folder's.
pub fn saved(matches: &ArgMatches, folder: Option<&str>) -> Result<Option<DescriptorSeen>, Error> {
    if let Some(text) = matches.get_one::<String>("sddl") {
        return saved_text(text, folder).map(Some);
    }
    let Some(path) = matches.get_one::<PathBuf>("icacls") else {
        return Ok(None);
    };
    let found = read(path)?;
    let only = one_of(found, folder, path)?;
    let text = sddl::write(&only.descriptor)
        .map_err(|why| Error::usage(format!("`{}`: {why}", name(path))))?;
    Ok(Some(DescriptorSeen::new(Source::Icacls, text)))
}

/// A descriptor, or the name of a file with one.
fn saved_text(text: &str, folder: Option<&str>) -> Result<DescriptorSeen, Error> {
    match source::from_text(text, &Domains::default()) {
        Ok(Found {
            form: Form::Sddl | Form::Binary | Form::Ntacl,
            ..
        }) => Ok(DescriptorSeen::new(Source::Sddl, text.trim().to_owned())),
        // What begins as a descriptor is meant as one, and is no file's name.
        Err(fault) if fault.offset > 0 => Err(Error::usage(format!(
            "`{}` is no security descriptor: {fault}",
            shown(text)
        ))),
        _ => {
            let path = Path::new(text);
            let found = read(path)?;
            let only = one_of(found, folder, path)?;
            let text = sddl::write(&only.descriptor)
                .map_err(|why| Error::usage(format!("`{}`: {why}", name(path))))?;
            Ok(DescriptorSeen::new(Source::Sddl, text))
        }
    }
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy()).into_owned()
}

fn read(path: &Path) -> Result<Found, Error> {
    source::from_bytes(&read_bytes(path)?, &Domains::default()).map_err(|fault| {
        Error::usage(format!(
            "`{}` holds no security descriptor: {fault}",
            name(path)
        ))
    })
}

/// The one descriptor in a file that is the folder's: by its last part, where the file says whose
/// each is.
fn one_of(found: Found, folder: Option<&str>, path: &Path) -> Result<Saved, Error> {
    let last = |path: &str| {
        path.rsplit(['\\', '/'])
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let paths: Vec<String> = found
        .saved
        .iter()
        .map(|saved| shown(&saved.path).into_owned())
        .collect();
    let mut saved = found.saved;
    let wanted = folder.map(|folder| last(folder.trim_end_matches(['\\', '/'])));
    let is_unnamed = |saved: &Saved| matches!(&*saved.path, "" | ".");
    if saved.len() > 1 || (wanted.is_some() && !saved.iter().all(is_unnamed)) {
        saved.retain(|saved| Some(last(&saved.path)) == wanted);
    }
    match <[Saved; 1]>::try_from(saved) {
        Ok([only]) => Ok(only),
        Err(_) => Err(Error::usage(format!(
            "`{}` does not say clearly which descriptor is the folder's",
            name(path)
        ))
        .hint(format!("it holds those of {}", paths.join(", ")))
        .hint("`--sddl` takes the text of one, whatever its folder is called")),
    }
}

/// What is known beforehand.
///
/// # Errors
/// An option cannot be read.
pub fn ask(matches: &ArgMatches) -> Result<Ask, Error> {
    let mut ask = Ask {
        has_account: matches.contains_id("smb-user"),
        ..Ask::default()
    };
    for text in values(matches, "sid") {
        let (name, sids) = named(text)?;
        match <[Sid; 1]>::try_from(sids) {
            Ok([sid]) => ask.sids.push((name, sid)),
            Err(_) => {
                return Err(Error::usage(format!(
                    "`--sid {}` is one name and one SID",
                    shown(text)
                )));
            }
        }
    }
    for text in values(matches, "token") {
        ask.tokens.push(named(text)?);
    }
    Ok(ask)
}

fn values<'a>(matches: &'a ArgMatches, option: &str) -> impl Iterator<Item = &'a str> {
    matches
        .get_many::<String>(option)
        .into_iter()
        .flatten()
        .map(String::as_str)
}

/// `NAME=SID,SID`.
fn named(text: &str) -> Result<(String, Vec<Sid>), Error> {
    let odd = |why: String| {
        Error::usage(format!("`{}` is no name with SIDs: {why}", shown(text)))
            .hint(r"for example: 'FABRIKAM\sp_farm=S-1-5-21-1004336348-1177238915-682003330-1104'")
    };
    let (name, sids) = text
        .rsplit_once('=')
        .ok_or_else(|| odd("the `=` is missing".to_owned()))?;
    if name.trim().is_empty() {
        return Err(odd("the name is missing".to_owned()));
    }
    let sids = sids.split(',').map(|sid| {
        sid.trim()
            .parse::<Sid>()
            .map_err(|fault| odd(fault.to_string()))
    });
    Ok((name.trim().to_owned(), sids.collect::<Result<_, _>>()?))
}

/// Who asks the servers of shares.
///
/// # Errors
/// The account cannot be used, or its password cannot be had.
pub fn smb_logon(matches: &ArgMatches, console: &Console) -> Result<SmbLogon, Error> {
    let Some(text) = matches.get_one::<String>("smb-user") else {
        return Ok(SmbLogon::Ticket);
    };
    let account = Account::from_text(text)
        .map_err(|fault| Error::usage(format!("`{}` is no account: {fault}", shown(text))))?;
    if cfg!(windows) {
        return Err(Error::usage(
            "on Windows the server of a share is asked as whoever runs this program",
        )
        .hint("`runas /netonly /user:ACCOUNT cmd` opens a prompt for another account"));
    }
    // Samba's programs would take what follows for the password.
    if text.contains('%') {
        return Err(Error::usage(
            "an account with a `%` in its name cannot be passed on",
        ));
    }
    let account = account.as_str().to_owned();
    let file = matches.get_one::<PathBuf>("smb-password-file");
    Ok(
        match logon::password(
            file.map(PathBuf::as_path),
            VARIABLE,
            &account,
            Some(console),
        )? {
            Some(password) => SmbLogon::Password { account, password },
            None => SmbLogon::Nothing(format!(
                "no password of `{account}` is given (in {VARIABLE} or a file)"
            )),
        },
    )
}
