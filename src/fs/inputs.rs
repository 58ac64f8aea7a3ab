//! The input files of this run, which its output must not replace.
//!
//! A file is registered when it is read ([`super::read`]). Files on the command line are registered
//! as soon as it is parsed, even if they will not be read, so a new option needs no code of its
//! own.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The paths as they were given.
#[derive(Debug)]
struct Inputs {
    /// The paths as texts: those of a fleet are compared often, and comparing paths is slow.
    files: BTreeSet<OsString>,
    /// Folders whose files are all input.
    folders: BTreeSet<PathBuf>,
}

static INPUTS: Mutex<Inputs> = Mutex::new(Inputs {
    files: BTreeSet::new(),
    folders: BTreeSet::new(),
});

fn inputs() -> MutexGuard<'static, Inputs> {
    INPUTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Registers a file as input.
pub(crate) fn note_input(path: &Path) {
    inputs().files.insert(path.into());
}

/// Registers every file in a folder as input.
pub(crate) fn note_input_folder(path: &Path) {
    inputs().folders.insert(path.to_owned());
}

/// Returns whether a file is input of this run, under this or another name.
pub(crate) fn is_input(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let Some(file) = identity(path) else {
        return false;
    };
    let folder = path.canonicalize().ok();
    let folder = folder.as_deref().and_then(Path::parent).and_then(identity);
    let inputs = inputs();
    inputs
        .files
        .iter()
        .any(|read| identity(Path::new(read)).as_ref() == Some(&file))
        || folder.is_some_and(|folder| {
            let folders = inputs.folders.iter();
            folders
                .filter_map(|read| identity(read))
                .any(|read| read == folder)
        })
}

/// Returns an identity of a file that is the same under each of its names, or `None` if it does not
/// exist. The file is not opened: opening a pipe would block.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = path.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns an identity of a file that is the same under each of its names, or `None` if it does not
/// exist.
#[cfg(not(unix))]
pub(super) fn identity(path: &Path) -> Option<same_file::Handle> {
    same_file::Handle::from_path(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_file_is_an_input_under_every_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let [read, other] = ["read", "other"].map(|name| folder.path().join(name));
        std::fs::write(&read, "").expect("a file");
        std::fs::write(&other, "").expect("a file");
        note_input(&read);
        let second = folder.path().join("second");
        std::fs::hard_link(&read, &second).expect("a second name");
        assert!(is_input(&read) && is_input(&second));
        assert!(!is_input(&other) && !is_input(&folder.path().join("none")));
    }

    #[test]
    fn files_in_a_registered_folder_are_inputs() {
        let folder = tempfile::tempdir().expect("a folder");
        let drop = folder.path().join("drop");
        std::fs::create_dir(&drop).expect("a folder");
        for path in [drop.join("a.eml"), folder.path().join("report")] {
            std::fs::write(path, "").expect("a file");
        }
        note_input_folder(&drop);
        assert!(is_input(&drop.join("a.eml")));
        assert!(!is_input(&drop.join("new")) && !is_input(&folder.path().join("report")));
    }
}
