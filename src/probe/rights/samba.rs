//! The server of a share, asked by Samba's programs `smbcacls` and `rpcclient`. The password goes
//! to them by their environment, never as an argument.

use super::helper::{self, Printed};
use super::{OnShare, SmbLogon};
use crate::facts::{AccountSeen, Answer, DescriptorSeen, SidKind, SidName, Source};
use crate::farm::values::{Account, AccountForm, FromText, computer_account};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;
use windows_security::{Sid, samba};

/// What an answer of Windows means here (MS-ERREF 2.3).
enum Meaning {
    /// There is no such thing.
    Absent,
    Failed,
    /// The logon was refused: to try again could lock the account out.
    Refused,
}

const STATUSES: &[(&str, Meaning, &str)] = &[
    (
        "NT_STATUS_BAD_NETWORK_NAME",
        Meaning::Absent,
        "the server has no share of that name",
    ),
    (
        "NT_STATUS_OBJECT_NAME_NOT_FOUND",
        Meaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_OBJECT_PATH_NOT_FOUND",
        Meaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_NO_SUCH_FILE",
        Meaning::Absent,
        "the share has no such folder",
    ),
    (
        "NT_STATUS_LOGON_FAILURE",
        Meaning::Refused,
        "the name or the password is wrong",
    ),
    (
        "NT_STATUS_WRONG_PASSWORD",
        Meaning::Refused,
        "the password is wrong",
    ),
    (
        "NT_STATUS_NO_SUCH_USER",
        Meaning::Refused,
        "there is no such account",
    ),
    (
        "NT_STATUS_ACCOUNT_LOCKED_OUT",
        Meaning::Refused,
        "the account is locked",
    ),
    (
        "NT_STATUS_ACCOUNT_DISABLED",
        Meaning::Refused,
        "the account is disabled",
    ),
    (
        "NT_STATUS_ACCOUNT_EXPIRED",
        Meaning::Refused,
        "the account has expired",
    ),
    (
        "NT_STATUS_PASSWORD_EXPIRED",
        Meaning::Refused,
        "the account's password has expired",
    ),
    (
        "NT_STATUS_PASSWORD_MUST_CHANGE",
        Meaning::Refused,
        "the account must first change its password",
    ),
    (
        "NT_STATUS_ACCOUNT_RESTRICTION",
        Meaning::Refused,
        "the account may not log on so",
    ),
    (
        "NT_STATUS_LOGON_TYPE_NOT_GRANTED",
        Meaning::Refused,
        "the account may not log on over the network",
    ),
    (
        "NT_STATUS_ACCESS_DENIED",
        Meaning::Failed,
        "the server does not let this account look",
    ),
    (
        "NT_STATUS_CONNECTION_REFUSED",
        Meaning::Failed,
        "the server takes no SMB connections",
    ),
    (
        "NT_STATUS_HOST_UNREACHABLE",
        Meaning::Failed,
        "the server cannot be reached",
    ),
    (
        "NT_STATUS_NETWORK_UNREACHABLE",
        Meaning::Failed,
        "the server cannot be reached",
    ),
    (
        "NT_STATUS_IO_TIMEOUT",
        Meaning::Failed,
        "the server does not answer",
    ),
    (
        "NT_STATUS_UNSUCCESSFUL",
        Meaning::Failed,
        "the server cannot be reached: perhaps its name is not known",
    ),
];

/// The folder's own descriptor.
pub async fn descriptor(
    on: &OnShare,
    logon: &mut SmbLogon,
    limit: Duration,
) -> Answer<DescriptorSeen> {
    let share = format!("//{}/{}", on.server, on.share);
    let below = format!("/{}", on.below);
    let ask = |form: &str| vec![share.clone(), below.clone(), form.to_owned()];
    let mut text = match run("smbcacls", ask("--numeric"), logon, limit).await {
        Ok(printed) => printed.out,
        Err(answer) => return answer.of(),
    };
    // A null list and an empty one look the same there.
    if !text.contains("\nACL:") {
        match run("smbcacls", ask("--sddl"), logon, limit).await {
            Ok(printed) => text.push_str(&printed.out),
            Err(answer) => return answer.of(),
        }
    }
    Answer::Known(DescriptorSeen::new(Source::Smbcacls, text))
}

/// The share's own descriptor, which servers tell to administrators only.
pub async fn share(on: &OnShare, logon: &mut SmbLogon, limit: Duration) -> Answer<DescriptorSeen> {
    let Some(name) = quoted(&on.share) else {
        return Answer::Failed("rpcclient takes no such name".to_owned());
    };
    let printed = match rpc(on, format!("netsharegetinfo {name} 502"), logon, limit).await {
        Ok(printed) => printed,
        Err(answer) => return answer.of(),
    };
    match samba::share(&printed.out) {
        Ok(Some(_)) => Answer::Known(DescriptorSeen::new(Source::Rpcclient, printed.out)),
        Ok(None) => Answer::Failed("the server does not tell them to this account".to_owned()),
        Err(fault) => Answer::Failed(format!("what rpcclient printed cannot be read: {fault}")),
    }
}

/// The names of SIDs, as the server knows them.
pub async fn names(
    on: &OnShare,
    sids: &BTreeSet<Sid>,
    logon: &mut SmbLogon,
    limit: Duration,
) -> BTreeMap<Sid, Answer<SidName>> {
    if sids.is_empty() {
        return BTreeMap::new();
    }
    let words: Vec<String> = sids.iter().map(ToString::to_string).collect();
    let found = match rpc(on, format!("lookupsids {}", words.join(" ")), logon, limit).await {
        Ok(printed) => printed.out,
        Err(answer) => return sids.iter().map(|sid| (sid.clone(), answer.of())).collect(),
    };
    let of_sid = |sid: &Sid| {
        let line = found
            .lines()
            .find_map(|line| line.strip_prefix(&sid.to_string())?.strip_prefix(' '));
        (sid.clone(), line.map_or_else(|| unsaid("lookupsids"), name))
    };
    sids.iter().map(of_sid).collect()
}

/// `FABRIKAM\sp_farm (1)`.
fn name(line: &str) -> Answer<SidName> {
    let parts = line
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once(" ("));
    let Some((name, kind)) = parts.and_then(|(name, kind)| Some((name, kind.parse::<u32>().ok()?)))
    else {
        return unsaid("lookupsids");
    };
    match SidKind::of_number(kind) {
        SidKind::Other | SidKind::Invalid => {
            Answer::Absent("the server knows no such SID".to_owned())
        }
        kind => Answer::Known(SidName::new(name.trim_start_matches('\\').to_owned(), kind)),
    }
}

/// The SIDs of accounts, as the server knows them; those that are known already are left as they
/// are.
pub async fn sids(
    on: &OnShare,
    accounts: &mut [AccountSeen],
    logon: &mut SmbLogon,
    limit: Duration,
) {
    for account in accounts
        .iter_mut()
        .filter(|account| account.sid == Answer::NotAsked)
    {
        let Some(name) = asked_name(account) else {
            continue;
        };
        let Some(word) = quoted(&name) else {
            account.sid = Answer::Failed("rpcclient takes no such name".to_owned());
            continue;
        };
        account.sid = match rpc(on, format!("lookupnames {word}"), logon, limit).await {
            Ok(printed) => sid(&printed.out, &name),
            Err(answer) => answer.of(),
        };
    }
}

/// The name by which the server is asked for an account: none for those that mean the same
/// everywhere.
fn asked_name(account: &AccountSeen) -> Option<String> {
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

/// `NAME S-1-5-… (User: 1)`.
fn sid(text: &str, name: &str) -> Answer<Sid> {
    let rest = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let sid = rest.and_then(|rest| rest.split(' ').next());
    match sid.map(str::parse::<Sid>) {
        Some(Ok(sid)) if sid.to_string() != "S-0-0" => Answer::Known(sid),
        _ if text.contains(" S-0-0 ") => Answer::Absent("the server knows no such name".to_owned()),
        _ => unsaid("lookupnames"),
    }
}

fn unsaid<T>(command: &str) -> Answer<T> {
    Answer::Failed(format!("rpcclient's {command} did not say"))
}

/// An argument of a command of rpcclient, which splits them at semicolons, whatever quotes are
/// around.
fn quoted(word: &str) -> Option<String> {
    let is_odd = |letter: char| letter.is_control() || "\";".contains(letter);
    (!word.contains(is_odd)).then(|| format!("\"{word}\""))
}

async fn rpc(
    on: &OnShare,
    command: String,
    logon: &mut SmbLogon,
    limit: Duration,
) -> Result<Printed, Trouble> {
    run(
        "rpcclient",
        vec![on.server.clone(), "-c".to_owned(), command],
        logon,
        limit,
    )
    .await
}

/// Why there is no answer.
#[derive(Debug, Clone)]
enum Trouble {
    Absent(String),
    Failed(String),
}

impl Trouble {
    fn of<T>(&self) -> Answer<T> {
        match self {
            Self::Absent(how) => Answer::Absent(how.clone()),
            Self::Failed(why) => Answer::Failed(why.clone()),
        }
    }
}

/// Runs one of the programs. After a refused logon there is nothing to log on with any more.
async fn run(
    program: &str,
    mut arguments: Vec<String>,
    logon: &mut SmbLogon,
    limit: Duration,
) -> Result<Printed, Trouble> {
    // A host's name; rpcclient reads more than that, and options.
    if !arguments.iter().take(1).all(|server| {
        is_host(
            server
                .trim_start_matches('/')
                .split('/')
                .next()
                .unwrap_or_default(),
        )
    }) {
        return Err(Trouble::Failed(
            "its server is no plain host name".to_owned(),
        ));
    }
    let secret = match &*logon {
        SmbLogon::Nothing(why) => return Err(Trouble::Failed(why.clone())),
        SmbLogon::Ticket => {
            arguments.extend(["--use-kerberos=required".to_owned(), "--no-pass".to_owned()]);
            None
        }
        SmbLogon::Password { account, password } => {
            arguments.push(format!("--user={account}"));
            Some(password.open().to_owned())
        }
    };
    let printed = match helper::run(program, &arguments, secret.as_deref(), limit).await {
        Ok(printed) => printed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let what = format!("`{program}` is not installed; Debian's package smbclient has it");
            return Err(Trouble::Failed(what));
        }
        Err(error) => return Err(Trouble::Failed(format!("`{program}`: {error}"))),
    };
    if printed.success || said_of_lookup(&printed) {
        return Ok(printed);
    }
    let (trouble, is_refused) = trouble(program, &printed, logon);
    if is_refused && let Trouble::Failed(why) = &trouble {
        *logon = SmbLogon::Nothing(why.clone());
    }
    Err(trouble)
}

fn is_host(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-._".contains(letter);
    !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain)
}

/// That nobody by these names is known is an answer.
fn said_of_lookup(printed: &Printed) -> bool {
    printed.out.contains("NT_STATUS_NONE_MAPPED")
}

fn trouble(program: &str, printed: &Printed, logon: &SmbLogon) -> (Trouble, bool) {
    let said = format!("{}\n{}", printed.err, printed.out);
    let status = said.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_status = |word: &&str| word.starts_with("NT_STATUS_") || word.starts_with("WERR_");
    let status = status.rev().find(is_status);
    let known = STATUSES.iter().find(|(name, ..)| Some(*name) == status);
    let last = said
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or("it says nothing");
    let shown: String = last.chars().take(200).collect();
    if let SmbLogon::Ticket = logon
        && !matches!(known, Some((_, Meaning::Absent, _)))
    {
        let why = format!(
            "no account was named, and asking with a Kerberos ticket failed ({shown}); \
             `--smb-user ACCOUNT` names one"
        );
        return (Trouble::Failed(why), true);
    }
    match known {
        Some((_, Meaning::Absent, words)) => (Trouble::Absent((*words).to_owned()), false),
        Some((name, Meaning::Refused, words)) => {
            (Trouble::Failed(format!("{words} ({name})")), true)
        }
        Some((name, Meaning::Failed, words)) => {
            (Trouble::Failed(format!("{words} ({name})")), false)
        }
        None => (Trouble::Failed(format!("`{program}`: {shown}")), false),
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
            password: super::super::Secret::new("b"),
        }
    }

    #[test]
    fn what_a_server_refuses() {
        let of = |err: &str| trouble("smbcacls", &printed("", err), &password());
        let full = |status: &str| of(&format!("cli_full_connection failed! ({status})\n"));
        assert!(matches!(
            full("NT_STATUS_BAD_NETWORK_NAME"),
            (Trouble::Absent(_), false)
        ));
        assert!(matches!(
            full("NT_STATUS_LOGON_FAILURE"),
            (Trouble::Failed(_), true)
        ));
        assert!(matches!(
            full("NT_STATUS_CONNECTION_REFUSED"),
            (Trouble::Failed(_), false)
        ));
        assert!(
            matches!(full("NT_STATUS_NOT_HEARD_OF"), (Trouble::Failed(why), false) if why.contains("NOT_HEARD_OF"))
        );
        assert!(matches!(of(""), (Trouble::Failed(why), false) if why.contains("says nothing")));
        // Without an account a refusal is no wonder, and shows nothing of any account.
        let ticket = trouble(
            "smbcacls",
            &printed("", "(NT_STATUS_ACCESS_DENIED)"),
            &SmbLogon::Ticket,
        );
        assert!(matches!(ticket, (Trouble::Failed(why), true) if why.contains("--smb-user")));
    }

    #[test]
    fn names_and_sids() {
        let known = |name: &str, kind| Answer::Known(SidName::new(name.to_owned(), kind));
        assert_eq!(
            name("FABRIKAM\\sp_farm (1)"),
            known("FABRIKAM\\sp_farm", SidKind::User)
        );
        assert_eq!(
            name("\\Everyone (5)"),
            known("Everyone", SidKind::WellKnown)
        );
        assert_eq!(
            name("FS\\a (b) c (4)"),
            known("FS\\a (b) c", SidKind::Alias)
        );
        assert!(matches!(
            name("*unknown*\\*unknown* (8)"),
            Answer::Absent(_)
        ));
        assert!(matches!(name("FABRIKAM\\sp_farm"), Answer::Failed(_)));
        assert!(matches!(name("FABRIKAM\\sp_farm (x)"), Answer::Failed(_)));
        let farm = "FABRIKAM\\sp farm";
        let line = format!("{farm} S-1-5-21-1-2-3-1104 (User: 1)\n");
        assert_eq!(
            sid(&line, farm),
            Answer::Known("S-1-5-21-1-2-3-1104".parse().unwrap())
        );
        assert!(matches!(
            sid("result was NT_STATUS_NONE_MAPPED\n", farm),
            Answer::Failed(_)
        ));
        assert!(matches!(
            sid(&format!("{farm} S-0-0 (UNKNOWN: 8)\n"), farm),
            Answer::Absent(_)
        ));
        assert!(matches!(sid(&line, "FABRIKAM\\sp"), Answer::Failed(_)));
    }

    #[test]
    fn nothing_is_smuggled_in() {
        assert_eq!(
            quoted("FABRIKAM\\sp farm").as_deref(),
            Some("\"FABRIKAM\\sp farm\"")
        );
        for odd in ["a;deldriver x", "a\"b", "a\nb"] {
            assert_eq!(quoted(odd), None, "{odd}");
        }
        for odd in ["", "-c", "fs[sign]", "fs,x", "fs ", "a/b"] {
            assert!(!is_host(odd), "{odd}");
        }
        assert!(is_host("fs-1.fabrikam.com") && is_host("10.0.0.5"));
    }
}
