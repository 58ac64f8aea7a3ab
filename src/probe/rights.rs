//! Who may do what to a drop folder: its security descriptor, that of the share it lies on, and who
//! is meant in them.
//!
//! On Windows the system tells all of it, of shares too. Elsewhere an extended attribute of a
//! mounted folder may hold the descriptor, and Samba's `smbcacls` and `rpcclient` ask the server of
//! a share. What was saved as text needs nobody.

#[cfg(not(windows))]
mod helper;
#[cfg(not(windows))]
mod samba;
#[cfg(windows)]
mod windows;
#[cfg(unix)]
mod xattr;

#[cfg(windows)]
use windows::descriptor as of_folder;
#[cfg(unix)]
use xattr::descriptor as of_folder;

use super::deadline::{READ_STALL_FACTOR, at_other_path, within};
use super::directory::Secret;
use crate::facts::{AccountSeen, Answer, DescriptorSeen, DropFolder, FolderFacts};
use crate::farm::Farm;
use crate::farm::values::{FolderLocation, SharePath, computer_account};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use windows_security::{AclPart, Sid};

/// What is known beforehand, and how to ask for the rest.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Who asks the servers of shares.
    pub logon: SmbLogon,
    /// Whether an account was named for that.
    pub has_account: bool,
    /// The SIDs of accounts and groups.
    pub sids: Vec<(String, Sid)>,
    /// Every SID of an account's token on the folder's server.
    pub tokens: Vec<(String, Vec<Sid>)>,
}

/// How to log on to the server of a share, elsewhere than on Windows.
#[derive(Debug, Clone, Default)]
pub enum SmbLogon {
    /// By the Kerberos ticket of whoever runs the program.
    #[default]
    Ticket,
    Password {
        account: String,
        password: Secret,
    },
    /// There is nothing to log on with; why.
    Nothing(String),
}

/// A folder on a share of a server.
#[derive(Debug, Clone)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows takes the path as it is"))]
struct OnShare {
    server: String,
    share: String,
    /// Below the share, with `/` between its parts; empty for the share itself.
    below: String,
}

/// Adds what can be learnt of the rights on the folders.
pub async fn add(farm: &Farm, facts: &mut FolderFacts, ask: &Ask, limit: Duration) {
    let mut logon = ask.logon.clone();
    for folder in &mut facts.folders {
        add_one(farm, folder, ask, &mut logon, limit).await;
    }
}

async fn add_one(
    farm: &Farm,
    folder: &mut DropFolder,
    ask: &Ask,
    logon: &mut SmbLogon,
    limit: Duration,
) {
    let place = folder
        .seen_at
        .clone()
        .unwrap_or_else(|| folder.path.clone());
    let on_share = on_share(&place).or_else(|| on_share(&folder.path));
    let location = FolderLocation::from_text(&folder.path);
    let is_share = location == FolderLocation::Share;
    note(farm, folder, location, ask);
    let is_saved = matches!(folder.descriptor, Answer::Known(_));
    if !is_saved {
        folder.descriptor = here(folder, &place, limit).await;
        if folder.seen_at.is_some() {
            folder.descriptor = at_other_path(&place, std::mem::take(&mut folder.descriptor));
        }
    }
    #[cfg(windows)]
    windows::ask(
        folder,
        on_share.as_ref(),
        is_share,
        matches!(folder.descriptor, Answer::Known(_)) && !is_saved,
    );
    #[cfg(not(windows))]
    if let Some(on_share) = &on_share {
        let is_asked = !is_saved && !matches!(folder.descriptor, Answer::Known(_));
        if is_asked {
            let answer = samba::descriptor(on_share, logon, limit).await;
            let is_elsewhere = folder.seen_at.is_some() && self::on_share(&place).is_some();
            folder.descriptor = if is_elsewhere {
                at_other_path(&place, answer)
            } else {
                answer
            };
        }
        // Whoever was turned away once is not sent again.
        let is_open = match &folder.descriptor {
            Answer::Known(_) => is_asked || matches!(logon, SmbLogon::Password { .. }),
            _ => false,
        };
        if is_open {
            if is_share {
                folder.share = samba::share(on_share, logon, limit).await;
            }
            let sids = sids(folder);
            folder.names = samba::names(on_share, &sids, logon, limit).await;
            samba::sids(on_share, &mut folder.accounts, logon, limit).await;
        }
    }
    #[cfg(windows)]
    let _ = (logon, limit);
}

/// What this machine itself can tell of the folder.
async fn here(folder: &DropFolder, place: &str, limit: Duration) -> Answer<DescriptorSeen> {
    let is_seen = folder.seen_at.is_some() || folder.contents != Answer::NotAsked;
    if !is_seen {
        return Answer::NotAsked;
    }
    if cfg!(unix) && on_share(place).is_some() {
        return Answer::NotAsked;
    }
    // A mount whose server is gone answers never.
    let place = PathBuf::from(place);
    let asked = tokio::task::spawn_blocking(move || of_folder(&place));
    let asked = within(limit * READ_STALL_FACTOR, async {
        asked.await.map_err(io::Error::other)
    })
    .await;
    asked.unwrap_or_else(|error| Answer::Failed(error.to_string()))
}

/// Returns the share that a path names and the folder below it, or `None` if the path is not on a
/// share or leads out of it.
fn on_share(path: &str) -> Option<OnShare> {
    let path = SharePath::from_text(path)?;
    if path.below.iter().any(|name| name == "..") {
        return None;
    }
    Some(OnShare {
        server: path.server,
        share: path.share,
        below: path.below.join("/"),
    })
}

/// Notes what is known beforehand of the farm's accounts, for each folder.
pub fn given(farm: &Farm, facts: &mut FolderFacts, ask: &Ask) {
    for folder in &mut facts.folders {
        let location = FolderLocation::from_text(&folder.path);
        note(farm, folder, location, ask);
    }
}

fn note(farm: &Farm, folder: &mut DropFolder, location: FolderLocation, ask: &Ask) {
    let parties = farm.service_accounts(location).into_iter();
    let named = parties.map(|party| (party.account.as_str(), party.computer));
    // Groups may be given as well.
    let named: Vec<_> = named
        .chain(ask.sids.iter().map(|(name, _)| (name.as_str(), None)))
        .collect();
    for (name, computer) in named {
        let is_it = |seen: &AccountSeen| {
            seen.name.eq_ignore_ascii_case(name) && seen.computer.as_deref() == computer
        };
        let is_of_computer =
            computer.is_none() && folder.accounts.iter().any(|seen| is_name_of(name, seen));
        if !folder.accounts.iter().any(is_it) && !is_of_computer {
            let computer = computer.map(str::to_owned);
            folder.accounts.push(AccountSeen {
                name: name.to_owned(),
                computer,
                ..AccountSeen::default()
            });
        }
    }
    for seen in &mut folder.accounts {
        if let Some((_, sids)) = ask.tokens.iter().find(|(name, _)| is_name_of(name, seen)) {
            // The account's own comes first.
            seen.sid = sids
                .first()
                .cloned()
                .map_or(Answer::NotAsked, Answer::Known);
            seen.token = Answer::Known(sids.clone());
        }
        if let Some((_, sid)) = ask.sids.iter().find(|(name, _)| is_name_of(name, seen)) {
            seen.sid = Answer::Known(sid.clone());
        }
    }
}

/// The names of tokens that are none of the farm's accounts'.
pub fn strangers<'a>(farm: &Farm, ask: &'a Ask) -> Vec<&'a str> {
    let parties = [FolderLocation::Share, FolderLocation::LocalDisk]
        .into_iter()
        .flat_map(|location| farm.service_accounts(location));
    let seen = parties.map(|party| AccountSeen {
        name: party.account.as_str().to_owned(),
        computer: party.computer.map(str::to_owned),
        ..AccountSeen::default()
    });
    let seen: Vec<AccountSeen> = seen.collect();
    let is_stranger = |name: &&str| !seen.iter().any(|seen| is_name_of(name, seen));
    ask.tokens
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(is_stranger)
        .collect()
}

/// Whether somebody means an account by a name: its own, or that of the computer it comes as.
fn is_name_of(name: &str, seen: &AccountSeen) -> bool {
    let computer = seen.computer.as_deref().map(computer_account);
    let last = name.rsplit('\\').next().unwrap_or_default();
    name.eq_ignore_ascii_case(&seen.name)
        || computer.is_some_and(|computer| last.eq_ignore_ascii_case(&computer))
}

/// The SIDs that a folder's list and its share's name, and whose names mean something on its server
/// only.
fn sids(folder: &DropFolder) -> BTreeSet<Sid> {
    let read = |answer: &Answer<DescriptorSeen>| match answer {
        Answer::Known(seen) => seen
            .read()
            .map(|descriptor| descriptor.dacl)
            .unwrap_or_default(),
        _ => AclPart::Absent,
    };
    let lists = [read(&folder.descriptor), read(&folder.share)];
    let entries = lists.iter().flat_map(|list| list.entries());
    let sid = |entry: &windows_security::Entry| {
        entry
            .permission()
            .and_then(|its| its.trustee.sid().cloned())
    };
    entries
        .filter_map(sid)
        .filter(|sid| sid.domain().is_some())
        .take(MOST_NAMES)
        .collect()
}

/// More entries than this are looked up of no list.
const MOST_NAMES: usize = 500;
