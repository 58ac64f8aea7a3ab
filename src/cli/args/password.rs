//! Passwords, which are never arguments.

use crate::cli::console::Console;
use crate::error::Error;
use crate::fs::{InputFile, may_be_read_by_all, read_text};
use crate::probe::directory::{Secret, ToldHosts};
use crate::text::shown;
use dialoguer::{Confirm, Password};
use std::path::Path;
use zeroize::Zeroizing;

/// Where to find an account's password, and which hosts may get it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PasswordSource<'a> {
    pub(crate) file: Option<&'a Path>,
    /// The environment variable that holds it, if no file is named.
    pub(crate) variable: &'a str,
    /// The hosts that the command line or the environment names.
    pub(crate) named: &'a [String],
    /// The hosts that the farm file names.
    pub(crate) in_file: &'a [String],
}

impl PasswordSource<'_> {
    /// Returns an account's password, and the hosts that may get it. The password comes from the
    /// file, else from the variable, else from the person at the terminal; `None` if there is no
    /// terminal.
    ///
    /// Hosts that only the farm file names get it if the person at the terminal agrees.
    ///
    /// # Errors
    /// The file cannot be read or holds no password, or nothing could be typed.
    pub(crate) fn password(
        self,
        account: &str,
        console: Option<&Console>,
    ) -> Result<Option<(Secret, ToldHosts)>, Error> {
        let told = ToldHosts::new(self.named);
        let others = self.in_file.iter().filter(|host| !told.includes(host));
        let others: Vec<String> = others.map(|host| shown(host).into_owned()).collect();
        let is_attended = console.is_some_and(Console::is_interactive);
        let all = ToldHosts::new(self.named.iter().chain(self.in_file));
        if let Some(password) = self.given(console)? {
            let confirmed = is_attended && (others.is_empty() || confirm(account, &others)?);
            return Ok(Some((password, if confirmed { all } else { told })));
        }
        if !is_attended {
            return Ok(None);
        }
        // The person sees the host before typing the password.
        Ok(ask(account, &others)?.map(|password| (password, all)))
    }

    fn given(self, console: Option<&Console>) -> Result<Option<Secret>, Error> {
        if let Some(path) = self.file {
            if let (true, Some(console)) = (may_be_read_by_all(path), console) {
                console.status(&format!(
                    "note: every user of this machine can read `{}`; `chmod 600` keeps it to its \
                     owner",
                    shown(&path.to_string_lossy())
                ));
            }
            return read_password(path).map(Some);
        }
        let recorded = std::env::var(self.variable).ok();
        let recorded = recorded.filter(|password| !password.is_empty());
        Ok(recorded.map(Secret::new))
    }
}

/// Returns the names in options and in an environment variable, which separates them by spaces or
/// commas.
pub(crate) fn named_outside(options: &[String], variable: &str) -> Vec<String> {
    let recorded = std::env::var(variable).unwrap_or_default();
    let recorded = recorded
        .split([' ', ','])
        .filter(|name| !name.is_empty())
        .map(str::to_owned);
    options.iter().cloned().chain(recorded).collect()
}

/// Reads a password file: one line that is not empty. An empty password would bind anonymously and
/// succeed (RFC 4513 5.1.2). A wrong password counts towards the account's lockout.
fn read_password(path: &Path) -> Result<Secret, Error> {
    let text = Zeroizing::new(read_text(&InputFile::named(path))?);
    // Editors add line ends, which are not part of a password.
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Error::usage(format!(
            "`{}` holds no password",
            path.display()
        )));
    }
    if password.contains(['\r', '\n']) {
        return Err(Error::usage(format!(
            "`{}` holds more than one line; a password is one line",
            path.display()
        )));
    }
    Ok(Secret::new(password))
}

/// Asks the person at the terminal whether hosts that only the farm file names may get a password.
fn confirm(account: &str, hosts: &[String]) -> Result<bool, Error> {
    let account = shown(account);
    Confirm::new()
        .with_prompt(format!(
            "Only the farm file names {}. Send the password of {account} there?",
            hosts.join(", ")
        ))
        .default(false)
        .interact()
        .map_err(|error| Error::unfinished(format!("the question could not be asked: {error}")))
}

/// Asks the person at the terminal; `None` if nothing is typed.
fn ask(account: &str, hosts: &[String]) -> Result<Option<Secret>, Error> {
    let whose = format!("Password of {}", shown(account));
    let prompt = match hosts {
        [] => whose,
        hosts => format!("{whose}, for {}", hosts.join(", ")),
    };
    let typed = Password::new()
        .with_prompt(prompt)
        .allow_empty_password(true)
        .interact()
        .map_err(|error| Error::unfinished(format!("no password could be asked for: {error}")))?;
    Ok(Some(Secret::new(typed)).filter(|password| !password.is_empty()))
}
