//! Replacing files on Unix, where a rename replaces a file in one step.

use crate::fs::links::folder_of;
use std::fs::File;
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

/// Renames over the old file.
///
/// # Errors
/// Fails if the file cannot be renamed.
pub(super) fn persist(temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let persisted = temporary.persist(target);
    persisted.map(|_| ()).map_err(|error| error.error)
}

/// Gives the new file the owner, group and permissions of the old one, as far as this user may.
///
/// # Errors
/// Fails if the new file would be more open than the old one.
pub(super) fn keep_ownership(old: &Path, new: &File, name: &str) -> io::Result<Vec<String>> {
    let lost = crate::fs::ownership::keep(old, new)?;
    let mut notes = Vec::new();
    if let Some(uid) = lost.owner {
        notes.push(format!(
            "note: you now own `{name}`: only root can keep its owner, the user {uid}"
        ));
    }
    if let Some(gid) = lost.group {
        notes.push(format!(
            "note: `{name}` now belongs to your group: only members of the group {gid} can keep \
             it. The file's mode no longer gives the group more than others"
        ));
    }
    if lost.other_names > 0 {
        let names = match lost.other_names {
            1 => "another name".to_owned(),
            count => format!("{count} other names"),
        };
        notes.push(format!(
            "note: the file `{name}` has {names} (hard links), which keep the old text"
        ));
    }
    Ok(notes)
}

/// Makes the rename of `file` durable.
pub(super) fn sync_folder(file: &Path) {
    // The file is in place; a folder that cannot be flushed must not make the work look undone.
    let _ = File::open(folder_of(file)).and_then(|folder| folder.sync_all());
}
