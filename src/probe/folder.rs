//! The drop folders: what lies there.

mod collector;
mod contents;
mod list;
mod message;

pub use message::Reader;

use super::Progress;
use super::deadline::{READ_STALL_FACTOR, at_other_path};
use super::rights::Ask;
use crate::error::Error;
use crate::facts::{Answer, Contents, DescriptorSeen, DropFolder, FolderFacts, ListAliases};
use crate::farm::values::{FolderPath, FromText};
use crate::farm::{Farm, PolledFolder};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which drop folder this machine can see, and where.
#[derive(Debug, Clone, Default)]
pub struct FolderRequest {
    /// Where the folder can be seen, when that is not its own path.
    pub at: Option<PathBuf>,
    /// The server whose folder that is; without another path, the server that this machine is.
    pub server: Option<String>,
    /// The aliases of the farm's lists.
    pub aliases: Option<ListAliases>,
    /// The folder's path, where no farm file says it.
    pub path: Option<String>,
    /// Its security descriptor, where that was saved as text.
    pub saved: Option<DescriptorSeen>,
    /// How its rights are asked for.
    pub rights: Ask,
}

/// Whether a request is about this farm.
///
/// # Errors
/// It names a folder or a server that is not the farm's, or not clearly one.
pub fn check(farm: &Farm, request: &FolderRequest) -> Result<(), Error> {
    chosen(&farm.polled_folders(), request).map(|_| ())
}

/// Whether the server of a share is to be asked about the folder.
pub fn is_on_share(farm: &Farm, request: &FolderRequest) -> bool {
    let is_unc = |place: &Path| place.to_string_lossy().starts_with(r"\\");
    request.at.as_deref().is_some_and(is_unc)
        || farm
            .polled_folders()
            .iter()
            .any(|folder| folder.path.is_share())
}

/// Why no drop folder can be seen from here, and what to do; nothing where one can be, or none is
/// recorded.
pub fn out_of_reach(farm: &Farm, request: &FolderRequest) -> Option<String> {
    let polled = farm.polled_folders();
    let is_own = || {
        polled
            .iter()
            .any(|folder| own_place(folder, request.server.is_some()).is_some())
    };
    let is_asked = || request.rights.has_account && is_on_share(farm, request);
    let is_seen = request.at.is_some() || request.saved.is_some() || is_own() || is_asked();
    let how = match is_on_share(farm, request) {
        true => "the drop folder lies on a share; `--smb-user ACCOUNT` says who asks its server",
        false => "the drop folder lies on its server; run `spinmail gather drop-folder` there",
    };
    (!polled.is_empty() && !is_seen)
        .then(|| format!("{how}, or say with `--folder PATH` where it can be seen from here"))
}

/// Looks at every drop folder of the farm that can be seen from here. What cannot be seen is not
/// asked.
///
/// # Errors
/// Those of [`check`].
pub fn gather(
    farm: &Farm,
    request: &FolderRequest,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<FolderFacts, Error> {
    let look = |place: &Path| contents::look(place, limit * READ_STALL_FACTOR, progress);
    let polled = farm.polled_folders();
    let mut folders: Vec<DropFolder> = Vec::new();
    let chosen = chosen(&polled, request)?;
    for (at, folder) in polled.iter().enumerate() {
        let place = match &request.at {
            Some(path) if chosen == Some(at) => Some(path.clone()),
            _ => own_place(folder, chosen == Some(at)),
        };
        let saved = request.saved.as_ref().filter(|_| chosen == Some(at));
        folders.push(seen(
            folder.server.map(|server| server.name().to_owned()),
            folder.text,
            place,
            saved,
            &look,
        ));
    }
    // A farm whose folder is not recorded: it lies where the SMTP service has it.
    let at = request
        .at
        .as_ref()
        .map(|at| at.to_string_lossy().into_owned());
    if let (true, Some(path)) = (polled.is_empty(), request.path.clone().or(at)) {
        folders.push(seen(
            request.server.clone(),
            &path,
            request.at.clone(),
            request.saved.as_ref(),
            &look,
        ));
    }
    Ok(FolderFacts {
        folders,
        aliases: request.aliases.clone(),
        ..FolderFacts::default()
    })
}

fn seen(
    server: Option<String>,
    path: &str,
    place: Option<PathBuf>,
    saved: Option<&DescriptorSeen>,
    look: &dyn Fn(&Path) -> Answer<Contents>,
) -> DropFolder {
    // What lies on a share can be listed where Windows, or a mount, leads there.
    let is_reached = |place: &&Path| cfg!(windows) || !place.to_string_lossy().starts_with(r"\\");
    let contents = place
        .as_deref()
        .filter(is_reached)
        .map_or(Answer::NotAsked, look);
    let seen_at = place
        .map(|place| place.to_string_lossy().into_owned())
        .filter(|place| place != path);
    let contents = match &seen_at {
        Some(place) => at_other_path(place, contents),
        None => contents,
    };
    let descriptor = saved.cloned().map_or(Answer::NotAsked, Answer::Known);
    DropFolder {
        server,
        path: path.to_owned(),
        seen_at,
        contents,
        descriptor,
        ..DropFolder::default()
    }
}

/// The folder that the request is about.
fn chosen(polled: &[PolledFolder<'_>], request: &FolderRequest) -> Result<Option<usize>, Error> {
    let option = match (&request.at, &request.saved) {
        (Some(_), _) => Some("`--folder`"),
        (None, Some(_)) => Some("the descriptor"),
        (None, None) => None,
    };
    if polled.is_empty() && option.is_some() {
        return match (&request.at, &request.path) {
            (None, None) => Err(Error::usage(
                "the farm file has no drop folder that the descriptor could be of",
            )
            .hint("`--path PATH` says which folder it is of")),
            _ => Ok(None),
        };
    }
    let is_named = |folder: &PolledFolder<'_>| match &request.path {
        Some(path) => FolderPath::from_text(path).is_ok_and(|path| folder.path.is(&path)),
        None => true,
    };
    let places: Vec<usize> = (0..polled.len())
        .filter(|at| polled.get(*at).is_some_and(is_named))
        .collect();
    let Some(server) = &request.server else {
        return match (places.as_slice(), option, &request.path) {
            ([], _, Some(path)) => Err(Error::usage(format!(
                "`{path}` is no drop folder of the farm"
            ))
            .hint(format!("its folders: {}", names(polled)))),
            (_, None, _) => Ok(None),
            ([only], Some(_), _) => Ok(Some(*only)),
            (_, Some(option), _) => {
                Err(
                    Error::usage(format!("{option} is one folder, and the farm has several")).hint(
                        format!("`--server NAME` says whose it is: {}", names(polled)),
                    ),
                )
            }
        };
    };
    let is_of = |folder: &PolledFolder<'_>| {
        folder
            .server
            .is_some_and(|other| is_host(other.name(), server))
    };
    match places.iter().find(|at| polled.get(**at).is_some_and(is_of)) {
        Some(found) => Ok(Some(*found)),
        None => match places.as_slice() {
            // A share is every server's.
            [only]
                if option.is_some()
                    && polled
                        .get(*only)
                        .is_some_and(|folder| folder.server.is_none()) =>
            {
                Ok(Some(*only))
            }
            _ => Err(Error::usage(format!(
                "`{server}` is no server that polls a folder on its own disk"
            ))
            .hint(format!("those that do: {}", names(polled)))),
        },
    }
}

fn names(polled: &[PolledFolder<'_>]) -> String {
    let names: Vec<&str> = polled
        .iter()
        .map(|folder| folder.server.map_or(folder.text, |server| server.name()))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// Whether two names are one host's: one of them may be its first label only.
fn is_host(one: &str, two: &str) -> bool {
    let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let is_short = !one.contains('.') || !two.contains('.');
    one.eq_ignore_ascii_case(two) || (is_short && first(one).eq_ignore_ascii_case(&first(two)))
}

/// Where a folder can be seen under its own path: a share from every Windows machine, a drive's
/// only from the server itself. Elsewhere these paths mean nothing.
fn own_place(folder: &PolledFolder<'_>, is_named: bool) -> Option<PathBuf> {
    if !cfg!(windows) {
        return None;
    }
    let host = gethostname::gethostname();
    let is_here = is_named
        || folder
            .server
            .is_some_and(|server| is_host(server.name(), &host.to_string_lossy()));
    (folder.path.is_share() || is_here).then(|| Path::new(folder.text).to_owned())
}
