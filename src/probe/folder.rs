//! The drop folders: what lies there.

mod collector;
mod contents;
mod list;
mod message;

pub use message::Reader;

use crate::error::Error;
use crate::facts::{Answer, DropFolder, FolderFacts, ListAliases};
use crate::farm::{Farm, PolledFolder};
use std::path::{Path, PathBuf};

/// Which drop folder this machine can see, and where.
#[derive(Debug, Clone, Default)]
pub struct FolderRequest {
    /// Where the folder can be seen, when that is not its own path.
    pub at: Option<PathBuf>,
    /// The server whose folder that is; without another path, the server that this machine is.
    pub server: Option<String>,
    /// The aliases of the farm's lists.
    pub aliases: Option<ListAliases>,
}

/// Whether a request is about this farm.
///
/// # Errors
/// It names a folder or a server that is not the farm's, or not clearly one.
pub fn check(farm: &Farm, request: &FolderRequest) -> Result<(), Error> {
    chosen(&farm.polled_folders(), request).map(|_| ())
}

/// Why no drop folder can be seen from here, and what to do; nothing where one can be, or none is recorded.
pub fn out_of_reach(farm: &Farm, request: &FolderRequest) -> Option<String> {
    let polled = farm.polled_folders();
    let is_seen =
        request.at.is_some() || polled.iter().any(|folder| own_place(folder, request.server.is_some()).is_some());
    (!polled.is_empty() && !is_seen).then(|| {
        "the drop folder lies on its server; run `spinmail gather folder` there, or say with `--folder PATH` where it can \
         be seen from here"
            .to_owned()
    })
}

/// Looks at every drop folder of the farm that can be seen from here. What cannot be seen is not asked.
///
/// # Errors
/// Those of [`check`].
pub fn gather(farm: &Farm, request: &FolderRequest) -> Result<FolderFacts, Error> {
    let polled = farm.polled_folders();
    let mut folders: Vec<DropFolder> = Vec::new();
    let chosen = chosen(&polled, request)?;
    for (at, folder) in polled.iter().enumerate() {
        let place = match &request.at {
            Some(path) if chosen == Some(at) => Some(path.clone()),
            _ => own_place(folder, chosen == Some(at)),
        };
        folders.push(seen(folder.server.map(|server| server.name().to_owned()), folder.text, place));
    }
    // A farm whose folder is not recorded: it lies where the SMTP service has it.
    if let (true, Some(path)) = (polled.is_empty(), &request.at) {
        folders.push(seen(request.server.clone(), &path.to_string_lossy(), Some(path.clone())));
    }
    Ok(FolderFacts { folders, aliases: request.aliases.clone() })
}

fn seen(server: Option<String>, path: &str, place: Option<PathBuf>) -> DropFolder {
    let contents = place.as_deref().map_or(Answer::NotAsked, contents::look);
    let seen_at = place.map(|place| place.to_string_lossy().into_owned()).filter(|place| place != path);
    DropFolder { server, path: path.to_owned(), seen_at, contents, ..DropFolder::default() }
}

/// The folder that the request is about.
fn chosen(polled: &[PolledFolder<'_>], request: &FolderRequest) -> Result<Option<usize>, Error> {
    let named = |server: &str| {
        let is_it = |folder: &PolledFolder<'_>| folder.server.is_some_and(|other| is_host(other.name(), server));
        polled.iter().position(is_it)
    };
    match (&request.server, &request.at) {
        (None, None) => Ok(None),
        (_, Some(_)) if polled.is_empty() => Ok(None),
        (None, Some(_)) if polled.len() == 1 => Ok(Some(0)),
        (None, Some(_)) => Err(Error::usage("`--folder` is one folder, and the farm has several")
            .hint(format!("`--server NAME` says whose it is: {}", names(polled)))),
        (Some(server), at) => match (named(server), polled) {
            (Some(found), _) => Ok(Some(found)),
            // A share is every server's.
            (None, [only]) if only.server.is_none() && at.is_some() => Ok(Some(0)),
            (None, _) => Err(Error::usage(format!("`{server}` is no server that polls a folder on its own disk"))
                .hint(format!("those that do: {}", names(polled)))),
        },
    }
}

fn names(polled: &[PolledFolder<'_>]) -> String {
    let names: Vec<&str> =
        polled.iter().map(|folder| folder.server.map_or(folder.text, |server| server.name())).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Whether two names are one host's: one of them may be its first label only.
fn is_host(one: &str, two: &str) -> bool {
    let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let is_short = !one.contains('.') || !two.contains('.');
    one.eq_ignore_ascii_case(two) || (is_short && first(one).eq_ignore_ascii_case(&first(two)))
}

/// Where a folder can be seen under its own path: a share from every Windows machine, a drive's only from the server
/// itself. Elsewhere these paths mean nothing.
fn own_place(folder: &PolledFolder<'_>, is_named: bool) -> Option<PathBuf> {
    if !cfg!(windows) {
        return None;
    }
    let host = gethostname::gethostname();
    let is_here = is_named || folder.server.is_some_and(|server| is_host(server.name(), &host.to_string_lossy()));
    (folder.path.is_share() || is_here).then(|| Path::new(folder.text).to_owned())
}
