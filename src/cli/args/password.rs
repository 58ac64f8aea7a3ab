//! Passwords, which are never arguments.

use crate::cli::console::Console;
use crate::error::Error;
use crate::fs::{may_be_read_by_all, read_text};
use crate::probe::directory::Secret;
use crate::text::shown;
use dialoguer::Password;
use std::path::Path;
use zeroize::Zeroizing;

/// Where an account's password may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PasswordSource<'a> {
    pub(crate) file: Option<&'a Path>,
    /// The variable of the environment that holds it, if no file is named.
    pub(crate) variable: &'a str,
}

impl PasswordSource<'_> {
    /// Returns an account's password: from the file, else from the variable, else from the person
    /// at the terminal; `None` if there is no one to ask.
    ///
    /// # Errors
    /// The file cannot be read or holds no password, or nothing could be typed.
    pub(crate) fn password(
        self,
        account: &str,
        console: Option<&Console>,
    ) -> Result<Option<Secret>, Error> {
        if let Some(path) = self.file {
            if let (true, Some(console)) = (may_be_read_by_all(path), console) {
                console.status(&format!(
                    "note: `{}` may be read by every user of this machine; the mode 600 keeps it to \
                     its owner",
                    shown(&path.to_string_lossy())
                ));
            }
            return read_password(path).map(Some);
        }
        let recorded = std::env::var(self.variable).ok();
        if let Some(password) = recorded.filter(|password| !password.is_empty()) {
            return Ok(Some(Secret::new(password)));
        }
        if !console.is_some_and(Console::is_interactive) {
            return Ok(None);
        }
        ask(account)
    }
}

/// Reads a password file: one line that is not empty. A logon with an empty password is anonymous,
/// and succeeds (RFC 4513 5.1.2). One with a wrong password counts towards the account's lockout.
fn read_password(path: &Path) -> Result<Secret, Error> {
    let text = Zeroizing::new(read_text(path)?);
    // Editors add line ends, which cannot be typed at a logon.
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Error::usage(format!(
            "`{}` holds no password",
            path.display()
        )));
    }
    if password.contains(['\r', '\n']) {
        return Err(Error::usage(format!(
            "`{}` holds more than one line, and a password is one",
            path.display()
        )));
    }
    Ok(Secret::new(password))
}

/// Asks the person at the terminal; `None` if nothing is typed.
fn ask(account: &str) -> Result<Option<Secret>, Error> {
    let typed = Password::new()
        .with_prompt(format!("Password of {}", shown(account)))
        .allow_empty_password(true)
        .interact()
        .map_err(|error| Error::unfinished(format!("no password could be asked for: {error}")))?;
    Ok(Some(Secret::new(typed)).filter(|password| !password.is_empty()))
}
