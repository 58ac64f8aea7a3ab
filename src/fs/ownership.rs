//! A file that replaces another keeps who may use it: owner, group, mode, ACL and attributes.
//!
//! What cannot be kept never makes the file more open. Only root can keep another user's
//! ownership; the group can be kept by its members. If it cannot, its rights are dropped.

use super::attributes::{Acl, Attributes};
use rustix::io::Errno;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

/// What of an old file cannot be kept in the one that replaces it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Lost {
    /// The user who owned it.
    pub owner: Option<u32>,
    /// The group that owned it.
    pub group: Option<u32>,
    /// How many other names (hard links) it has, which keep the old content.
    pub other_names: u64,
}

/// Gives the new file what says who may use the old one.
///
/// # Errors
/// Something cannot be kept, and the new file would be more open without it, or lose what it says.
pub(super) fn keep(old: &Path, new: &File) -> io::Result<Lost> {
    let before = fs::metadata(old)?;
    let mut lost = keep_owner(&before, new)?;
    lost.other_names = before.nlink().saturating_sub(1);
    let mut attributes = Attributes::read(old)?;
    let mut mode = before.mode() & 0o7777;
    if lost.owner.is_some() || lost.group.is_some() {
        // Set-user-ID and set-group-ID would mean another user and group.
        mode &= 0o1777;
    }
    if lost.group.is_some() {
        mode = match &mut attributes.acl {
            Some(acl) => acl.without_group(mode),
            None => without_group(mode),
        };
    }
    attributes.write(new)?;
    new.set_permissions(Permissions::from_mode(mode))?;
    Ok(lost)
}

/// Gives the new file the old one's owner and group, or else its group.
fn keep_owner(before: &Metadata, new: &File) -> io::Result<Lost> {
    let present = new.metadata()?;
    let (uid, gid) = (before.uid(), before.gid());
    if (present.uid(), present.gid()) == (uid, gid) || change_owner(new, Some(uid), Some(gid))? {
        return Ok(Lost::default());
    }
    let keeps_group = present.gid() == gid || change_owner(new, None, Some(gid))?;
    Ok(Lost {
        owner: (present.uid() != uid).then_some(uid),
        group: (!keeps_group).then_some(gid),
        other_names: 0,
    })
}

/// Changes owner and group, and returns whether this user may.
fn change_owner(file: &File, uid: Option<u32>, gid: Option<u32>) -> io::Result<bool> {
    match fchown(file, uid, gid) {
        Ok(()) => Ok(true),
        Err(error) => match Errno::from_io_error(&error) {
            // In a user namespace that does not know the number, it is invalid.
            Some(Errno::PERM | Errno::ACCESS | Errno::INVAL | Errno::NOTSUP | Errno::NOSYS) => {
                Ok(false)
            }
            _ => Err(error),
        },
    }
}

/// Returns a mode for a file of another group: group and others get what both had.
fn without_group(mode: u32) -> u32 {
    let both = (mode >> 3) & mode & 0o7;
    mode & !0o077 | both << 3 | both
}

impl Acl {
    /// Takes the owning group's rights out, and returns the mode that goes with the ACL. Its group
    /// bits are the mask, which still limits the entries of other users and groups.
    fn without_group(&mut self, mode: u32) -> u32 {
        let group = self.group() & (mode >> 3) & 0o7;
        let both = group & mode;
        self.set_group_and_others(both);
        mode & !0o007 | both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mode_without_its_group_is_never_more_open() {
        for (before, after) in [
            (0o660, 0o600),
            (0o640, 0o600),
            (0o664, 0o644),
            (0o644, 0o644),
            // The group was kept out on purpose, and its members are others now.
            (0o604, 0o600),
            (0o666, 0o666),
            (0o600, 0o600),
        ] {
            assert_eq!(without_group(before), after, "{before:o}");
        }
    }
}
