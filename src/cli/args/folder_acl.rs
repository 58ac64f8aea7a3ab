//! Options about rights on the drop folder: saved descriptors, the account that asks a share's
//! server, and the SIDs of accounts.

use super::password::{PasswordSource, named_outside};
use crate::cli::console::Console;
use crate::error::Error;
use crate::facts::{DescriptorSource, Failure, FailureKind, ObservedDescriptor};
use crate::farm::values::{Account, FromText};
use crate::fs::{InputFile, read_bytes};
use crate::probe::directory::ToldHosts;
use crate::probe::rights::{AclOptions, SmbLogon};
use crate::text::shown;
use clap::ValueHint;
use std::path::{Path, PathBuf};
use windows_security::icacls::Saved;
use windows_security::sid::Domains;
use windows_security::source::{self, ParsedSource, SourceFormat};
use windows_security::{Sid, sddl};

const VARIABLE: &str = "SPINMAIL_SMB_PASSWORD";
const HOSTS_VARIABLE: &str = "SPINMAIL_SMB_SERVER";

/// Rights on the drop folder.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Rights on the drop folder")]
pub(crate) struct AclArgs {
    /// The folder's security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file
    /// with it
    #[arg(
        long,
        value_name = "TEXT|FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with = "icacls"
    )]
    sddl: Option<String>,
    /// A file that `icacls PATH /save FILE` wrote for the folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    icacls: Option<PathBuf>,
    /// Which of the farm's drop folders the descriptor belongs to
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Account to log on to the file server with [default: your Kerberos ticket; on Windows, the
    /// account that runs spinmail]
    #[arg(long, value_name = "ACCOUNT")]
    smb_user: Option<String>,
    /// File with its password. Without it: SPINMAIL_SMB_PASSWORD, or spinmail asks for it
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "smb_user"
    )]
    smb_password_file: Option<PathBuf>,
    /// File server that may be sent the password of --smb-user. Needed if only the farm file names
    /// it. Without it: SPINMAIL_SMB_SERVER, or spinmail asks at the terminal
    #[arg(long, value_name = "NAME", requires = "smb_user")]
    smb_server: Vec<String>,
    /// The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG
    #[arg(long, value_name = "NAME=SID")]
    sid: Vec<String>,
    /// An account's SID and those of all its groups, as `whoami /user` and `whoami /groups` show
    /// them; on a share only the domain's groups count
    #[arg(long, value_name = "NAME=SID,…")]
    token: Vec<String>,
}

impl AclArgs {
    /// Returns the descriptor that the options name, or `None` if they name none. `folder` is the
    /// folder that it should belong to.
    ///
    /// # Errors
    /// It cannot be read, or it is not clear which one is the folder's.
    pub(crate) fn saved(&self, folder: Option<&str>) -> Result<Option<ObservedDescriptor>, Error> {
        match (&self.sddl, &self.icacls) {
            (Some(text), _) => saved_text(text, folder).map(Some),
            (None, Some(path)) => {
                let text = descriptor_in(path, folder)?;
                Ok(Some(ObservedDescriptor::new(
                    DescriptorSource::Icacls,
                    text,
                )))
            }
            (None, None) => Ok(None),
        }
    }

    /// Returns the SIDs of accounts that the options give.
    ///
    /// # Errors
    /// An option cannot be read.
    pub(crate) fn options(&self) -> Result<AclOptions, Error> {
        let tokens = self.token.iter().map(|text| name_and_sids(text));
        Ok(AclOptions {
            has_account: self.smb_user.is_some(),
            sids: self
                .sid
                .iter()
                .map(|text| name_and_sid(text))
                .collect::<Result<_, _>>()?,
            tokens: tokens.collect::<Result<_, _>>()?,
            ..AclOptions::default()
        })
    }

    /// Returns how to log on to the servers of shares. `named` are shares of the command line,
    /// `in_file` those of the farm file.
    ///
    /// # Errors
    /// The account cannot be used, or its password cannot be read.
    pub(crate) fn logon(
        &self,
        named: Vec<String>,
        in_file: &[String],
        console: &Console,
    ) -> Result<SmbLogon, Error> {
        let Some(text) = &self.smb_user else {
            return Ok(SmbLogon::Ticket);
        };
        let account = Account::from_text(text).map_err(|fault| {
            Error::usage(format!("`{}` is not an account: {fault}", shown(text)))
        })?;
        if cfg!(windows) {
            return Err(Error::usage(
                "on Windows, the file server is asked as the account that runs spinmail",
            )
            .hint("`runas /netonly /user:ACCOUNT cmd` opens a prompt for another account"));
        }
        // Samba's programs would take what follows the `%` for the password.
        if text.contains('%') {
            return Err(Error::usage(
                "an account with a `%` in its name cannot be passed on",
            ));
        }
        let account = account.as_str().to_owned();
        let source = PasswordSource {
            file: self.smb_password_file.as_deref(),
            variable: VARIABLE,
            named: &[named_outside(&self.smb_server, HOSTS_VARIABLE), named].concat(),
            in_file,
        };
        Ok(match source.password(&account, Some(console))? {
            Some((password, told)) => SmbLogon::Password {
                account,
                password,
                told,
            },
            None => SmbLogon::Unavailable(Failure::new(
                FailureKind::Unsupported,
                format!("no password for `{account}`: give it in {VARIABLE} or a file"),
            )),
        })
    }
}

/// Returns the servers of shares that the environment names.
pub(crate) fn named_servers() -> ToldHosts {
    ToldHosts::new(named_outside(&[], HOSTS_VARIABLE))
}

/// Reads a descriptor, or the file of this name that holds one.
fn saved_text(text: &str, folder: Option<&str>) -> Result<ObservedDescriptor, Error> {
    let sddl = match source::from_text(text, &Domains::default()) {
        Ok(ParsedSource {
            form: SourceFormat::Sddl | SourceFormat::Binary | SourceFormat::Ntacl,
            ..
        }) => text.trim().to_owned(),
        Ok(
            found @ ParsedSource {
                form: SourceFormat::FormatList,
                ..
            },
        ) => written(found, None, Path::new("--sddl"))?,
        // A text that begins like a descriptor is not a file name.
        Err(fault) if fault.offset > 0 => {
            return Err(Error::usage(format!(
                "`{}` is not a security descriptor: {fault}",
                shown(text)
            )));
        }
        _ => descriptor_in(Path::new(text), folder)?,
    };
    Ok(ObservedDescriptor::new(DescriptorSource::Sddl, sddl))
}

/// Returns the folder's descriptor in a file, as SDDL.
fn descriptor_in(path: &Path, folder: Option<&str>) -> Result<String, Error> {
    let found = source::from_bytes(&read_bytes(&InputFile::named(path))?, &Domains::default())
        .map_err(|fault| {
            Error::usage(format!(
                "`{}` holds no security descriptor: {fault}",
                name(path)
            ))
        })?;
    written(found, folder, path)
}

/// Returns the folder's descriptor among those of a file, as SDDL.
fn written(found: ParsedSource, folder: Option<&str>, path: &Path) -> Result<String, Error> {
    let only = only_descriptor(found.saved, folder, path)?;
    sddl::write(&only.descriptor).map_err(|why| Error::usage(format!("`{}`: {why}", name(path))))
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy()).into_owned()
}

/// Returns the one descriptor of a file that belongs to the folder. If the file gives paths, the
/// last part decides.
fn only_descriptor(
    mut saved: Vec<Saved>,
    folder: Option<&str>,
    file: &Path,
) -> Result<Saved, Error> {
    let paths: Vec<String> = saved
        .iter()
        .map(|saved| shown(&saved.path).into_owned())
        .collect();
    let wanted = folder.map(|folder| last_part(folder.trim_end_matches(['\\', '/'])));
    let has_name = saved.iter().any(|one| !matches!(&*one.path, "" | "."));
    if saved.len() > 1 || (wanted.is_some() && has_name) {
        saved.retain(|one| Some(last_part(&one.path)) == wanted);
    }
    <[Saved; 1]>::try_from(saved)
        .map(|[only]| only)
        .map_err(|_| {
            Error::usage(format!(
                "`{}`: which descriptor is the folder's is not clear",
                name(file)
            ))
            .hint(format!("it holds those of {}", paths.join(", ")))
            .hint("`--sddl` takes the text of one, whatever the folder's name")
        })
}

/// Returns the last part of a path, in lowercase.
fn last_part(path: &str) -> String {
    let last = path.rsplit(['\\', '/']).next();
    last.unwrap_or_default().to_lowercase()
}

/// Reads `NAME=SID`.
fn name_and_sid(text: &str) -> Result<(String, Sid), Error> {
    let (name, sids) = name_and_sids(text)?;
    match <[Sid; 1]>::try_from(sids) {
        Ok([sid]) => Ok((name, sid)),
        Err(_) => Err(Error::usage(format!(
            "`--sid {}` is one name and one SID",
            shown(text)
        ))),
    }
}

/// Reads `NAME=SID,SID`.
fn name_and_sids(text: &str) -> Result<(String, Vec<Sid>), Error> {
    let Some((name, sids)) = text.rsplit_once('=') else {
        return Err(not_name_and_sids(text, "the `=` is missing"));
    };
    if name.trim().is_empty() {
        return Err(not_name_and_sids(text, "the name is missing"));
    }
    let sids = sids.split(',').map(|sid| {
        let sid = sid.trim().parse::<Sid>();
        sid.map_err(|fault| not_name_and_sids(text, &fault.to_string()))
    });
    Ok((name.trim().to_owned(), sids.collect::<Result<_, _>>()?))
}

fn not_name_and_sids(text: &str, why: &str) -> Error {
    Error::usage(format!("`{}` is not a name with SIDs: {why}", shown(text)))
        .hint(r"for example: 'FABRIKAM\sp_farm=S-1-5-21-1004336348-1177238915-682003330-1104'")
}
