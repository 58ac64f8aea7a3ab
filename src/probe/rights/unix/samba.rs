//! Asks the server of a share with Samba's programs `smbcacls` and `rpcclient`. They get the
//! password in their environment, never as an argument.

use super::helper::{self, Printed};
use crate::facts::{
    Answer, DescriptorSource, Failure, FailureKind, ObservedAccount, ObservedDescriptor, SidKind,
    SidName,
};
use crate::farm::values::{Account, AccountForm, FromText, SharePath, computer_account};
use crate::probe::failure::from_io;
use crate::probe::rights::SmbLogon;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;
use windows_security::{Sid, samba};

/// The maximum number of characters of a program's output that are shown.
const MAX_SHOWN: usize = 200;

/// The meaning of a server's status (MS-ERREF 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
enum StatusMeaning {
    /// The share, the folder or the account does not exist.
    Absent,
    Failed(FailureKind),
    /// The logon was refused: trying again could lock the account out.
    Refused,
}

impl StatusMeaning {
    /// Returns the kind of the failure.
    fn kind(&self) -> FailureKind {
        match self {
            Self::Absent => FailureKind::NotFound,
            Self::Failed(kind) => kind.clone(),
            Self::Refused => FailureKind::AccessDenied,
        }
    }
}

const STATUSES: &[(&str, StatusMeaning, &str)] = &[
    (
        "NT_STATUS_BAD_NETWORK_NAME",
        StatusMeaning::Absent,
        "the server has no share of that name",
    ),
    (
        "NT_STATUS_OBJECT_NAME_NOT_FOUND",
        StatusMeaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_OBJECT_PATH_NOT_FOUND",
        StatusMeaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_NO_SUCH_FILE",
        StatusMeaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_LOGON_FAILURE",
        StatusMeaning::Refused,
        "the name or the password is wrong",
    ),
    (
        "NT_STATUS_WRONG_PASSWORD",
        StatusMeaning::Refused,
        "the password is wrong",
    ),
    (
        "NT_STATUS_NO_SUCH_USER",
        StatusMeaning::Refused,
        "there is no such account",
    ),
    (
        "NT_STATUS_ACCOUNT_LOCKED_OUT",
        StatusMeaning::Refused,
        "the account is locked",
    ),
    (
        "NT_STATUS_ACCOUNT_DISABLED",
        StatusMeaning::Refused,
        "the account is disabled",
    ),
    (
        "NT_STATUS_ACCOUNT_EXPIRED",
        StatusMeaning::Refused,
        "the account has expired",
    ),
    (
        "NT_STATUS_PASSWORD_EXPIRED",
        StatusMeaning::Refused,
        "the account's password has expired",
    ),
    (
        "NT_STATUS_PASSWORD_MUST_CHANGE",
        StatusMeaning::Refused,
        "the account must first change its password",
    ),
    (
        "NT_STATUS_ACCOUNT_RESTRICTION",
        StatusMeaning::Refused,
        "the account may not log on this way",
    ),
    (
        "NT_STATUS_LOGON_TYPE_NOT_GRANTED",
        StatusMeaning::Refused,
        "the account may not log on over the network",
    ),
    (
        "NT_STATUS_ACCESS_DENIED",
        StatusMeaning::Failed(FailureKind::AccessDenied),
        "the server denies this account access",
    ),
    (
        "NT_STATUS_CONNECTION_REFUSED",
        StatusMeaning::Failed(FailureKind::Refused),
        "the server does not accept SMB connections",
    ),
    (
        "NT_STATUS_HOST_UNREACHABLE",
        StatusMeaning::Failed(FailureKind::Unreachable),
        "the server cannot be reached",
    ),
    (
        "NT_STATUS_NETWORK_UNREACHABLE",
        StatusMeaning::Failed(FailureKind::Unreachable),
        "the server cannot be reached",
    ),
    (
        "NT_STATUS_IO_TIMEOUT",
        StatusMeaning::Failed(FailureKind::TimedOut),
        "the server does not answer",
    ),
    (
        "NT_STATUS_UNSUCCESSFUL",
        StatusMeaning::Failed(FailureKind::Unreachable),
        "the server cannot be reached: its name may be unknown",
    ),
];

/// Asks one server. All servers share the logon: after a refusal none of them is asked again.
#[derive(Debug)]
pub(super) struct Samba<'a> {
    share: &'a SharePath,
    logon: &'a mut SmbLogon,
    limit: Duration,
}

impl<'a> Samba<'a> {
    pub(super) fn new(share: &'a SharePath, logon: &'a mut SmbLogon, limit: Duration) -> Self {
        Self {
            share,
            logon,
            limit,
        }
    }

    /// Asks for the folder's own descriptor.
    pub(super) async fn descriptor(&mut self) -> Answer<ObservedDescriptor> {
        match self.descriptor_text().await {
            Ok(text) => Answer::Known(ObservedDescriptor::new(DescriptorSource::Smbcacls, text)),
            Err(error) => error.into_answer(),
        }
    }

    async fn descriptor_text(&mut self) -> Result<String, SambaError> {
        let mut text = self.smbcacls("--numeric").await?;
        // A NULL DACL and an empty one look the same in this form.
        if !text.contains("\nACL:") {
            text.push_str(&self.smbcacls("--sddl").await?);
        }
        Ok(text)
    }

    /// Asks for the share's own descriptor, which servers give only to administrators.
    pub(super) async fn share_descriptor(&mut self) -> Answer<ObservedDescriptor> {
        let Some(name) = quoted(&self.share.share) else {
            return Answer::failed(
                FailureKind::Unsupported,
                "rpcclient does not accept such a name",
            );
        };
        let printed = match self.rpcclient(format!("netsharegetinfo {name} 502")).await {
            Ok(printed) => printed,
            Err(error) => return error.into_answer(),
        };
        match samba::share(&printed) {
            Ok(Some(_)) => Answer::Known(ObservedDescriptor::new(
                DescriptorSource::Rpcclient,
                printed,
            )),
            Ok(None) => Answer::failed(
                FailureKind::AccessDenied,
                "the server does not show them to this account",
            ),
            Err(fault) => Answer::failed(
                FailureKind::Malformed,
                format!(
                    "what rpcclient printed cannot be read: {}",
                    helper::hidden(&fault.to_string(), secret(self.logon))
                ),
            ),
        }
    }

    /// Asks the server for the names of SIDs.
    pub(super) async fn names(&mut self, sids: &BTreeSet<Sid>) -> BTreeMap<Sid, Answer<SidName>> {
        if sids.is_empty() {
            return BTreeMap::new();
        }
        let words: Vec<String> = sids.iter().map(ToString::to_string).collect();
        let printed = self
            .rpcclient(format!("lookupsids {}", words.join(" ")))
            .await;
        sids.iter()
            .map(|sid| {
                let name = match &printed {
                    Ok(printed) => name_in(printed, sid),
                    Err(error) => error.clone().into_answer(),
                };
                (sid.clone(), name)
            })
            .collect()
    }

    /// Asks for the SIDs of accounts, except known ones.
    pub(super) async fn look_up_sids(&mut self, accounts: &mut [ObservedAccount]) {
        for account in accounts {
            if account.sid == Answer::NotAsked
                && let Some(name) = lookup_name(account)
            {
                account.sid = self.sid(&name).await;
            }
        }
    }

    async fn sid(&mut self, name: &str) -> Answer<Sid> {
        let Some(word) = quoted(name) else {
            return Answer::failed(
                FailureKind::Unsupported,
                "rpcclient does not accept such a name",
            );
        };
        match self.rpcclient(format!("lookupnames {word}")).await {
            Ok(printed) => sid_in(&printed, name),
            Err(error) => error.into_answer(),
        }
    }

    /// Runs `smbcacls` for the folder, with the descriptor in one of its forms.
    async fn smbcacls(&mut self, form: &str) -> Result<String, SambaError> {
        let share = format!("//{}/{}", self.share.server, self.share.share);
        let folder = format!("/{}", self.share.below.join("/"));
        self.run("smbcacls", vec![share, folder, form.to_owned()])
            .await
    }

    async fn rpcclient(&mut self, command: String) -> Result<String, SambaError> {
        let server = self.share.server.clone();
        self.run("rpcclient", vec![server, "-c".to_owned(), command])
            .await
    }

    /// Runs one of the programs and returns its output. A refused logon becomes unavailable, so that
    /// no further attempt can lock the account out.
    async fn run(
        &mut self,
        program: &str,
        mut arguments: Vec<String>,
    ) -> Result<String, SambaError> {
        // rpcclient would parse other characters in a name as options or commands.
        if !is_host_name(&self.share.server) {
            let why = "its server is not a plain host name";
            return Err(Failure::new(FailureKind::Unsupported, why).into());
        }
        let secret = match &*self.logon {
            SmbLogon::Unavailable(why) => return Err(why.clone().into()),
            SmbLogon::Ticket => {
                arguments.extend(["--use-kerberos=required".to_owned(), "--no-pass".to_owned()]);
                None
            }
            SmbLogon::Password {
                account,
                password,
                told,
            } => {
                if let Some(why) = told.refusal(&self.share.server, "--smb-server") {
                    return Err(Failure::new(FailureKind::Unsupported, why).into());
                }
                arguments.push(format!("--user={account}"));
                Some(password.open())
            }
        };
        let printed = match helper::run(program, &arguments, secret, self.limit).await {
            Ok(printed) => printed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let why =
                    format!("`{program}` is not installed; Debian's package smbclient has it");
                return Err(Failure::new(FailureKind::Unsupported, why).into());
            }
            Err(error) => {
                let failure = from_io(&error).with_detail(format!("`{program}`: {error}"));
                return Err(failure.into());
            }
        };
        if printed.success || is_lookup_answer(&printed) {
            return Ok(printed.out);
        }
        Err(self.failure(program, &printed))
    }

    /// Returns the meaning of a failed run, and drops the logon if it was refused.
    fn failure(&mut self, program: &str, printed: &Printed) -> SambaError {
        let (error, is_refused) = explain_failure(program, printed, self.logon);
        if is_refused && let SambaError::Failed(why) = &error {
            *self.logon = SmbLogon::Unavailable(why.clone());
        }
        error
    }
}

/// Why a program returned no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum SambaError {
    /// The server reports that the object does not exist.
    NotFound(String),
    Failed(Failure),
}

impl From<Failure> for SambaError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl SambaError {
    fn into_answer<T>(self) -> Answer<T> {
        match self {
            Self::NotFound(how) => Answer::Absent(how),
            Self::Failed(failure) => Answer::Failed(failure),
        }
    }
}

/// Reads the name of a SID from the output of `lookupsids`, a line `SID FABRIKAM\sp_farm (1)`.
fn name_in(printed: &str, sid: &Sid) -> Answer<SidName> {
    let start = format!("{sid} ");
    printed
        .lines()
        .find_map(|line| line.strip_prefix(&start))
        .map_or_else(|| missing_answer("lookupsids"), sid_name)
}

/// Reads a name with the number of its kind: `FABRIKAM\sp_farm (1)`.
fn sid_name(line: &str) -> Answer<SidName> {
    let parts = line
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once(" ("));
    let Some((name, kind)) = parts.and_then(|(name, kind)| Some((name, kind.parse::<u32>().ok()?)))
    else {
        return missing_answer("lookupsids");
    };
    match SidKind::from_number(kind) {
        SidKind::Other | SidKind::Invalid => {
            Answer::Absent("the server does not know this SID".to_owned())
        }
        kind => Answer::Known(SidName::new(name.trim_start_matches('\\').to_owned(), kind)),
    }
}

/// Returns the name for asking the server about an account, or `None` for an account with the same
/// SID everywhere.
fn lookup_name(account: &ObservedAccount) -> Option<String> {
    if let Some(computer) = &account.computer {
        return Some(computer_account(computer));
    }
    match Account::from_text(&account.name).ok()?.form() {
        AccountForm::Name { .. } | AccountForm::Bare(_) | AccountForm::Principal { .. } => {
            Some(account.name.clone())
        }
        _ => None,
    }
}

/// Reads the SID of a name from the output of `lookupnames`: `NAME S-1-5-… (User: 1)`.
fn sid_in(text: &str, name: &str) -> Answer<Sid> {
    let rest = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let sid = rest.and_then(|rest| rest.split(' ').next());
    match sid.map(str::parse::<Sid>) {
        Some(Ok(sid)) if sid.to_string() != "S-0-0" => Answer::Known(sid),
        _ if text.contains(" S-0-0 ") => {
            Answer::Absent("the server does not know this name".to_owned())
        }
        _ => missing_answer("lookupnames"),
    }
}

fn missing_answer<T>(command: &str) -> Answer<T> {
    let detail = format!("rpcclient's {command} did not print it");
    Answer::failed(FailureKind::Malformed, detail)
}

/// Quotes an argument of a command of rpcclient, or returns `None` if it cannot be quoted: the
/// program splits commands at semicolons even between quotes.
fn quoted(word: &str) -> Option<String> {
    let is_unsafe = word.contains(|letter: char| letter.is_control() || "\";".contains(letter));
    (!is_unsafe).then(|| format!("\"{word}\""))
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || "-._".contains(letter))
}

/// Returns the part of a logon that must not be shown.
fn secret(logon: &SmbLogon) -> Option<&str> {
    match logon {
        SmbLogon::Password { password, .. } => Some(password.open()),
        SmbLogon::Ticket | SmbLogon::Unavailable(_) => None,
    }
}

/// Returns whether a failed lookup is an answer nevertheless: the server knows none of the names.
fn is_lookup_answer(printed: &Printed) -> bool {
    printed.out.contains("NT_STATUS_NONE_MAPPED")
}

/// Returns the meaning of a failed run, and whether the logon was refused.
fn explain_failure(program: &str, printed: &Printed, logon: &SmbLogon) -> (SambaError, bool) {
    let output = format!("{}\n{}", printed.err, printed.out);
    let status = output
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .rfind(|word| word.starts_with("NT_STATUS_") || word.starts_with("WERR_"));
    let known = STATUSES.iter().find(|(name, ..)| Some(*name) == status);
    let last = output
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or("it printed nothing");
    let shown = helper::hidden(last, secret(logon));
    let shown: String = shown.chars().take(MAX_SHOWN).collect();
    if let SmbLogon::Ticket = logon
        && !matches!(known, Some((_, StatusMeaning::Absent, _)))
    {
        let why = format!(
            "no account was given, and asking with a Kerberos ticket failed ({shown}); give one \
             with `--smb-user ACCOUNT`"
        );
        let kind = known.map_or(FailureKind::Other, |(_, meaning, _)| meaning.kind());
        return (Failure::new(kind, why).into(), true);
    }
    match known {
        Some((_, StatusMeaning::Absent, words)) => {
            (SambaError::NotFound((*words).to_owned()), false)
        }
        Some((name, meaning, words)) => (
            Failure::new(meaning.kind(), format!("{words} ({name})")).into(),
            *meaning == StatusMeaning::Refused,
        ),
        None => {
            let detail = format!("`{program}`: {shown}");
            (Failure::new(FailureKind::Other, detail).into(), false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(out: &str, err: &str) -> Printed {
        Printed {
            out: out.to_owned(),
            err: err.to_owned(),
            success: false,
        }
    }

    fn password() -> SmbLogon {
        SmbLogon::Password {
            account: "a".to_owned(),
            password: crate::probe::directory::Secret::new("b"),
            told: crate::probe::directory::ToldHosts::default(),
        }
    }

    fn explained_error(err: &str, logon: &SmbLogon) -> (SambaError, bool) {
        explain_failure("smbcacls", &printed("", err), logon)
    }

    fn explained_status(status: &str) -> (SambaError, bool) {
        let err = format!("cli_full_connection failed! ({status})\n");
        explained_error(&err, &password())
    }

    #[test]
    fn statuses_distinguish_absence_refusal_and_failure() {
        assert!(matches!(
            explained_status("NT_STATUS_BAD_NETWORK_NAME"),
            (SambaError::NotFound(_), false)
        ));
        assert!(matches!(
            explained_status("NT_STATUS_LOGON_FAILURE"),
            (SambaError::Failed(_), true)
        ));
        assert!(matches!(
            explained_status("NT_STATUS_CONNECTION_REFUSED"),
            (SambaError::Failed(_), false)
        ));
        assert!(
            matches!(explained_status("NT_STATUS_NOT_HEARD_OF"), (SambaError::Failed(why), false) if why.to_string().contains("NOT_HEARD_OF"))
        );
        assert!(
            matches!(explained_error("", &password()), (SambaError::Failed(why), false) if why.to_string().contains("printed nothing"))
        );
        // Without an account, a refusal says nothing about any account.
        let ticket = explained_error("(NT_STATUS_ACCESS_DENIED)", &SmbLogon::Ticket);
        assert!(
            matches!(ticket, (SambaError::Failed(why), true) if why.to_string().contains("--smb-user"))
        );
    }

    #[test]
    fn password_is_hidden_in_shown_output() {
        let logon = SmbLogon::Password {
            account: "a".to_owned(),
            password: crate::probe::directory::Secret::new("geheim"),
            told: crate::probe::directory::ToldHosts::default(),
        };
        let (error, _) = explained_error("no logon with geheim\n", &logon);
        assert!(
            matches!(&error, SambaError::Failed(why) if why.to_string().contains("no logon with ***")),
            "{error:?}"
        );
    }

    #[test]
    fn lookups_are_read() {
        let known = |name: &str, kind| Answer::Known(SidName::new(name.to_owned(), kind));
        assert_eq!(
            sid_name("FABRIKAM\\sp_farm (1)"),
            known("FABRIKAM\\sp_farm", SidKind::User)
        );
        assert_eq!(
            sid_name("\\Everyone (5)"),
            known("Everyone", SidKind::WellKnown)
        );
        assert_eq!(
            sid_name("FS\\a (b) c (4)"),
            known("FS\\a (b) c", SidKind::Alias)
        );
        assert!(matches!(
            sid_name("*unknown*\\*unknown* (8)"),
            Answer::Absent(_)
        ));
        assert!(matches!(sid_name("FABRIKAM\\sp_farm"), Answer::Failed(_)));
        assert!(matches!(
            sid_name("FABRIKAM\\sp_farm (x)"),
            Answer::Failed(_)
        ));
        let farm = "FABRIKAM\\sp farm";
        let line = format!("{farm} S-1-5-21-1-2-3-1104 (User: 1)\n");
        assert_eq!(
            sid_in(&line, farm),
            Answer::Known("S-1-5-21-1-2-3-1104".parse().unwrap())
        );
        assert!(matches!(
            sid_in("result was NT_STATUS_NONE_MAPPED\n", farm),
            Answer::Failed(_)
        ));
        assert!(matches!(
            sid_in(&format!("{farm} S-0-0 (UNKNOWN: 8)\n"), farm),
            Answer::Absent(_)
        ));
        assert!(matches!(sid_in(&line, "FABRIKAM\\sp"), Answer::Failed(_)));
    }

    #[test]
    fn arguments_with_commands_are_rejected() {
        assert_eq!(
            quoted("FABRIKAM\\sp farm").as_deref(),
            Some("\"FABRIKAM\\sp farm\"")
        );
        for odd in ["a;deldriver x", "a\"b", "a\nb"] {
            assert_eq!(quoted(odd), None, "{odd}");
        }
        for odd in ["", "-c", "fs[sign]", "fs,x", "fs ", "a/b"] {
            assert!(!is_host_name(odd), "{odd}");
        }
        assert!(is_host_name("fs-1.fabrikam.com") && is_host_name("10.0.0.5"));
    }
}
