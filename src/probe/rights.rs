//! Reads the rights on a drop folder: its security descriptor, that of its share, and the accounts
//! in them.
//!
//! Windows reports all of them, for shares too. On other systems an extended attribute of a mounted
//! folder may contain the descriptor, and Samba's `smbcacls` and `rpcclient` ask the server of a
//! share. A descriptor that was saved as text is used unchanged.
//!
//! Each platform has a `FolderSecurity` with the same two functions: `new`, and `read`, which fills
//! in the rights on one folder.

mod read;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use read::add_rights;

use super::deadline::{READ_STALL_FACTOR, at_other_path, within};
use super::directory::{Secret, ToldHosts};
use super::failure::failed;
use crate::facts::{
    Answer, DropFolder, Failure, FailureKind, FolderFacts, ObservedAccount, ObservedDescriptor,
};
use crate::farm::Farm;
use crate::farm::values::{Account, FolderLocation, SharePath, computer_account};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use windows_security::{Ace, AclPart, Sid};

/// The maximum number of SIDs of a descriptor that are looked up.
const MAX_NAMES: usize = 500;

/// SIDs of accounts that are already known, and how to ask the servers of shares for the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct AclOptions {
    /// How to log on to the servers of shares.
    pub logon: SmbLogon,
    /// Whether an account was given.
    pub has_account: bool,
    /// The SIDs of accounts and groups.
    pub sids: Vec<(String, Sid)>,
    /// Every SID of an account's token on the folder's server.
    pub tokens: Vec<(String, Vec<Sid>)>,
}

/// How to log on to the server of a share, on other systems than Windows.
#[cfg_attr(
    windows,
    allow(
        dead_code,
        reason = "Windows asks the servers of shares as the user who runs the program"
    )
)]
#[derive(Debug, Clone, Default)]
pub(crate) enum SmbLogon {
    /// With the Kerberos ticket of the user who runs the program.
    #[default]
    Ticket,
    Password {
        account: String,
        password: Secret,
        told: ToldHosts,
    },
    /// No account or password is available, for this reason.
    Unavailable(Failure),
}

/// Where to read a drop folder.
#[derive(Debug)]
struct Location {
    /// The path under which this machine sees the folder.
    path: String,
    /// The share in that path, or else in the folder's own.
    on_share: Option<SharePath>,
    /// Whether the folder's own path leads to a share.
    is_share: bool,
    /// Whether it is read under another path than its own.
    is_mounted: bool,
    /// Whether its descriptor was saved as text, and is not read.
    is_saved: bool,
}

impl Location {
    fn new(folder: &DropFolder) -> Self {
        let path = folder.mounted_at.as_ref().unwrap_or(&folder.path);
        Self {
            path: path.clone(),
            on_share: share_in(path).or_else(|| share_in(&folder.path)),
            is_share: is_share(&folder.path),
            is_mounted: folder.mounted_at.is_some(),
            is_saved: matches!(folder.descriptor, Answer::Known(_)),
        }
    }
}

/// Reads a descriptor from this machine's file system, if the folder is visible there.
async fn local_descriptor(
    folder: &DropFolder,
    location: &Location,
    limit: Duration,
    read: fn(&Path) -> Answer<ObservedDescriptor>,
) -> Answer<ObservedDescriptor> {
    if !location.is_mounted && folder.contents == Answer::NotAsked {
        return Answer::NotAsked;
    }
    // The descriptor of a file in its place is not the folder's.
    match &folder.contents {
        Answer::Absent(how) => return Answer::Absent(how.clone()),
        Answer::Failed(why) if why.kind == FailureKind::NotFound => {
            return Answer::Failed(why.clone());
        }
        _ => {}
    }
    let path = PathBuf::from(&location.path);
    // A mount whose server is gone never answers.
    let task = tokio::task::spawn_blocking(move || read(&path));
    let answer = within(limit * READ_STALL_FACTOR, async {
        task.await.map_err(io::Error::other)
    })
    .await
    .unwrap_or_else(|error| failed(&error));
    if location.is_mounted {
        at_other_path(&location.path, answer)
    } else {
        answer
    }
}

/// Returns the share in a path, or `None` if the path is not on a share or leads out of it.
fn share_in(path: &str) -> Option<SharePath> {
    SharePath::from_text(path).filter(|path| !path.below.iter().any(|name| name == ".."))
}

fn is_share(path: &str) -> bool {
    FolderLocation::from_text(path) == FolderLocation::Share
}

/// Adds the farm's accounts to each folder, with the SIDs from the options.
pub(crate) fn add_known_accounts(farm: &Farm, facts: &mut FolderFacts, options: &AclOptions) {
    for folder in &mut facts.folders {
        for service_account in farm.service_accounts(FolderLocation::from_text(&folder.path)) {
            add_account(
                folder,
                service_account.account.as_str(),
                service_account.computer,
            );
        }
        // Groups may be given too.
        for (name, _) in &options.sids {
            add_account(folder, name, None);
        }
        for account in &mut folder.accounts {
            options.apply(account);
        }
    }
}

/// Adds an account, unless the folder has it already.
fn add_account(folder: &mut DropFolder, name: &str, computer: Option<&str>) {
    let is_listed = folder.accounts.iter().any(|account| {
        (Account::same(&account.name, name) && account.computer.as_deref() == computer)
            || (computer.is_none() && is_named(account, name))
    });
    if !is_listed {
        folder.accounts.push(ObservedAccount {
            name: name.to_owned(),
            computer: computer.map(str::to_owned),
            ..ObservedAccount::default()
        });
    }
}

impl AclOptions {
    /// Adds the SIDs that the options give for an account.
    fn apply(&self, account: &mut ObservedAccount) {
        if let Some((_, sids)) = self.tokens.iter().find(|(name, _)| is_named(account, name)) {
            // The account's own comes first.
            account.sid = sids
                .first()
                .cloned()
                .map_or(Answer::NotAsked, Answer::Known);
            account.token = Answer::Known(sids.clone());
        }
        if let Some((_, sid)) = self.sids.iter().find(|(name, _)| is_named(account, name)) {
            account.sid = Answer::Known(sid.clone());
        }
    }
}

/// Returns the accounts named by `--token` that the farm file does not have.
pub(crate) fn unknown_accounts<'a>(farm: &Farm, options: &'a AclOptions) -> Vec<&'a str> {
    let mut known = DropFolder::default();
    for service_account in farm
        .service_accounts(FolderLocation::Share)
        .into_iter()
        .chain(farm.service_accounts(FolderLocation::LocalDisk))
    {
        add_account(
            &mut known,
            service_account.account.as_str(),
            service_account.computer,
        );
    }
    options
        .tokens
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !known.accounts.iter().any(|account| is_named(account, name)))
        .collect()
}

/// Returns whether a name means an account: its own, or that of its computer account.
fn is_named(account: &ObservedAccount, name: &str) -> bool {
    let last = name.rsplit('\\').next().unwrap_or_default();
    Account::same(name, &account.name)
        || account
            .computer
            .as_deref()
            .is_some_and(|computer| last.eq_ignore_ascii_case(&computer_account(computer)))
}

/// Returns the SIDs in the DACLs of a folder and its share whose names only its server knows.
fn domain_sids(folder: &DropFolder) -> BTreeSet<Sid> {
    [&folder.descriptor, &folder.share]
        .into_iter()
        .map(dacl)
        .flat_map(|dacl| dacl.aces().to_vec())
        .filter_map(|entry| trustee_sid(&entry))
        .filter(|sid| sid.domain().is_some())
        .take(MAX_NAMES)
        .collect()
}

fn dacl(answer: &Answer<ObservedDescriptor>) -> AclPart {
    answer
        .known()
        .and_then(|seen| seen.read().ok())
        .map_or(AclPart::Absent, |descriptor| descriptor.dacl)
}

fn trustee_sid(entry: &Ace) -> Option<Sid> {
    entry.permission()?.trustee.sid().cloned()
}
