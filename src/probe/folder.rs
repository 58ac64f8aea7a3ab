//! Reads the contents of drop folders.

mod collector;
mod contents;
mod message;
mod os;

pub use message::MessageReader;

use super::deadline::{READ_STALL_FACTOR, at_other_path};
use super::directory::ToldHosts;
use super::rights::AclOptions;
use super::{LocalHost, Progress};
use crate::error::Error;
use crate::facts::{Answer, DropFolder, FolderFacts, ListAliases, ObservedDescriptor};
use crate::farm::values::{FolderPath, FromText, is_same_host};
use crate::farm::{Farm, PolledFolder, Server};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Options for the drop folder: its path, where this machine sees it, and known facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct FolderOptions {
    /// The path under which this machine sees the folder, if that differs from the folder's own
    /// path.
    pub mounted_at: Option<PathBuf>,
    /// The server of this folder. Without `mounted_at`, it is this machine.
    pub server: Option<String>,
    /// The aliases of the farm's lists.
    pub aliases: Option<ListAliases>,
    /// The folder's path, if no farm file names it.
    pub path: Option<String>,
    /// Its security descriptor, if it was saved as text.
    pub descriptor: Option<ObservedDescriptor>,
    /// The options for reading its rights.
    pub acl: AclOptions,
    /// The shares in the farm file that may be opened.
    pub shares: OpenedShares,
}

/// Which shares in a farm file this machine opens as the user who runs the program. Opening one
/// sends its server a proof of that user's password (NTLM).
#[derive(Debug, Clone, Default)]
pub(crate) enum OpenedShares {
    #[default]
    All,
    /// Only those on hosts that are named outside the farm file.
    Of(ToldHosts),
}

impl OpenedShares {
    fn include(&self, folder: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of(hosts) => hosts.includes(folder),
        }
    }
}

/// Checks whether the options match this farm.
///
/// # Errors
/// Fails if the options name a folder or server that the farm does not have, or that is ambiguous.
pub(crate) fn check(farm: &Farm, options: &FolderOptions) -> Result<(), Error> {
    selected(&farm.polled_folders(), options).map(|_| ())
}

/// Returns whether a share's server is to be asked about the folder.
pub(crate) fn is_on_share(farm: &Farm, options: &FolderOptions) -> bool {
    options.mounted_at.as_deref().is_some_and(is_unc)
        || farm
            .polled_folders()
            .iter()
            .any(|folder| folder.path.is_share())
}

fn is_unc(path: &Path) -> bool {
    path.to_string_lossy().starts_with(r"\\")
}

/// Returns why this machine sees no drop folder, and what to do, or `None` if it sees one or none
/// is recorded.
pub(crate) fn obstacle(farm: &Farm, options: &FolderOptions) -> Option<String> {
    let polled = farm.polled_folders();
    let on_share = is_on_share(farm, options);
    let is_visible = options.mounted_at.is_some()
        || options.descriptor.is_some()
        || (options.acl.has_account && on_share)
        || polled.iter().any(|folder| {
            let is_named = options.server.is_some() && local_path(folder).is_some();
            is_named || own_path(folder, options).is_some()
        });
    if polled.is_empty() || is_visible {
        return None;
    }
    let how = if on_share {
        "the drop folder is on a share; give the account to ask its server with `--smb-user \
         ACCOUNT`"
    } else {
        "the drop folder is on its server's disk; run `spinmail gather drop-folder` there"
    };
    Some(format!(
        "{how}, or say with `--folder PATH` where it is mounted here"
    ))
}

/// Reads every drop folder of the farm that this machine sees. The others are `NotAsked`.
///
/// # Errors
/// Returns the errors of [`check`].
pub(crate) fn gather(
    farm: &Farm,
    options: &FolderOptions,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<FolderFacts, Error> {
    let polled = farm.polled_folders();
    let selected = selected(&polled, options)?;
    let mut to_read: Vec<FolderToRead<'_>> = Vec::new();
    for (at, folder) in polled.iter().enumerate() {
        let is_selected = selected == Some(at);
        let mounted_at = options.mounted_at.clone().filter(|_| is_selected);
        to_read.push(FolderToRead {
            server: folder.server.map(|server| server.name()),
            path: folder.text,
            // Without another path, the server in the options is this machine.
            visible_at: mounted_at
                .or_else(|| local_path(folder).filter(|_| is_selected))
                .or_else(|| own_path(folder, options)),
            descriptor: options.descriptor.as_ref().filter(|_| is_selected),
        });
    }
    // The folder's path is not recorded: the SMTP service's drop directory is used.
    let mounted_at = options
        .mounted_at
        .as_ref()
        .map(|path| path.to_string_lossy().into_owned());
    let unrecorded = options.path.clone().or(mounted_at);
    if let (true, Some(path)) = (polled.is_empty(), &unrecorded) {
        to_read.push(FolderToRead {
            server: options.server.as_deref(),
            path,
            visible_at: options.mounted_at.clone(),
            descriptor: options.descriptor.as_ref(),
        });
    }
    let stall_limit = limit * READ_STALL_FACTOR;
    Ok(FolderFacts {
        folders: to_read
            .into_iter()
            .map(|folder| folder.read(stall_limit, progress))
            .collect(),
        aliases: options.aliases.clone(),
        ..FolderFacts::default()
    })
}

/// A drop folder, and the facts about it before reading.
struct FolderToRead<'a> {
    server: Option<&'a str>,
    path: &'a str,
    /// Where this machine sees it.
    visible_at: Option<PathBuf>,
    descriptor: Option<&'a ObservedDescriptor>,
}

impl FolderToRead<'_> {
    fn read(self, stall_limit: Duration, progress: &dyn Progress) -> DropFolder {
        let mut contents = match self.visible_at.as_deref() {
            // Only Windows can list a share by its UNC path.
            Some(path) if cfg!(windows) || !is_unc(path) => {
                contents::read(path, stall_limit, progress)
            }
            _ => Answer::NotAsked,
        };
        let mounted_at = self
            .visible_at
            .map(|path| path.to_string_lossy().into_owned())
            .filter(|path| path != self.path);
        if let Some(path) = &mounted_at {
            contents = at_other_path(path, contents);
        }
        DropFolder {
            server: self.server.map(str::to_owned),
            path: self.path.to_owned(),
            mounted_at,
            contents,
            descriptor: self
                .descriptor
                .cloned()
                .map_or(Answer::NotAsked, Answer::Known),
            ..DropFolder::default()
        }
    }
}

/// Returns the index of the options' folder among the farm's polled folders, or `None` if the
/// options are about all of them.
fn selected(polled: &[PolledFolder<'_>], options: &FolderOptions) -> Result<Option<usize>, Error> {
    let subject = if options.mounted_at.is_some() {
        Some("`--folder`")
    } else if options.descriptor.is_some() {
        Some("the descriptor")
    } else {
        None
    };
    if polled.is_empty() && subject.is_some() {
        return selected_of_none(options);
    }
    let with_path: Vec<usize> = (0..polled.len())
        .filter(|at| polled.get(*at).is_some_and(|folder| options.names(folder)))
        .collect();
    match &options.server {
        Some(server) => selected_by_server(polled, &with_path, server, subject).map(Some),
        None => selected_by_path(polled, &with_path, options.path.as_deref(), subject),
    }
}

/// Accepts options about a folder that the farm file does not name, if its path is known.
fn selected_of_none(options: &FolderOptions) -> Result<Option<usize>, Error> {
    if options.mounted_at.is_none() && options.path.is_none() {
        return Err(
            Error::usage("the farm file has no drop folder for the descriptor")
                .hint("name its folder with `--path PATH`"),
        );
    }
    Ok(None)
}

fn selected_by_path(
    polled: &[PolledFolder<'_>],
    with_path: &[usize],
    path: Option<&str>,
    subject: Option<&str>,
) -> Result<Option<usize>, Error> {
    match (with_path, subject, path) {
        ([], _, Some(path)) => Err(Error::usage(format!(
            "`{path}` is not a drop folder of the farm"
        ))
        .hint(format!("its folders: {}", names(polled)))),
        (_, None, _) => Ok(None),
        ([only], Some(_), _) => Ok(Some(*only)),
        (_, Some(subject), _) => Err(Error::usage(format!(
            "{subject} is about one folder, but the farm has several"
        ))
        .hint(format!(
            "name its server with `--server NAME`: {}",
            names(polled)
        ))),
    }
}

fn selected_by_server(
    polled: &[PolledFolder<'_>],
    with_path: &[usize],
    server: &str,
    subject: Option<&str>,
) -> Result<usize, Error> {
    let own = with_path
        .iter()
        .find(|at| owner(polled, **at).is_some_and(|owner| is_same_host(owner.name(), server)));
    match (own, with_path) {
        (Some(own), _) => Ok(*own),
        // A share belongs to every server.
        (None, [only]) if subject.is_some() && owner(polled, *only).is_none() => Ok(*only),
        _ => Err(Error::usage(format!(
            "`{server}` is not a server that polls a folder on its own disk"
        ))
        .hint(format!("those that do: {}", names(polled)))),
    }
}

fn owner<'a>(polled: &[PolledFolder<'a>], at: usize) -> Option<&'a Server> {
    polled.get(at)?.server
}

impl FolderOptions {
    /// Returns whether a folder has the path of the options, if they have one.
    fn names(&self, folder: &PolledFolder<'_>) -> bool {
        match &self.path {
            Some(path) => FolderPath::from_text(path).is_ok_and(|path| folder.path.is(&path)),
            None => true,
        }
    }
}

fn names(polled: &[PolledFolder<'_>]) -> String {
    if polled.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<&str> = polled
        .iter()
        .map(|folder| folder.server.map_or(folder.text, |server| server.name()))
        .collect();
    names.join(", ")
}

/// Returns the folder's own path if this machine sees the folder there: a share from every Windows
/// machine, a drive only from the server itself.
fn own_path(folder: &PolledFolder<'_>, options: &FolderOptions) -> Option<PathBuf> {
    let is_visible = (folder.path.is_share() && options.shares.include(folder.text))
        || folder
            .server
            .is_some_and(|server| LocalHost::is_named(server.name()));
    local_path(folder).filter(|_| is_visible)
}

/// Returns the folder's own path if this machine can use it; only Windows can.
fn local_path(folder: &PolledFolder<'_>) -> Option<PathBuf> {
    cfg!(windows).then(|| PathBuf::from(folder.text))
}
