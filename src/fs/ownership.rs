//! Keeps the permissions of a replaced file: owner, group, mode, ACL and attributes.
//!
//! A replacement never grants more than the old file. Only root can keep another user's ownership;
//! members can keep the group. If the group cannot be kept, its rights are dropped.

use super::attributes::{Acl, Attributes};
use rustix::io::Errno;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

/// Parts of an old file's ownership that its replacement cannot keep.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct LostPermissions {
    /// The user who owned it.
    pub owner: Option<u32>,
    /// The group that owned it.
    pub group: Option<u32>,
    /// The number of its other names (hard links), which keep the old content.
    pub other_names: u64,
}

/// Gives the new file the permissions of the old one.
///
/// # Errors
/// Fails if something cannot be kept without granting more or losing information.
pub(super) fn keep(old: &Path, new: &File) -> io::Result<LostPermissions> {
    let before = fs::metadata(old)?;
    let mut lost = keep_owner(&before, new)?;
    lost.other_names = before.nlink().saturating_sub(1);
    let mut attributes = Attributes::read(old)?;
    let mut mode = before.mode() & 0o7777;
    if lost.owner.is_some() || lost.group.is_some() {
        // Set-user-ID and set-group-ID would apply to another user and group.
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

/// Gives the new file the old one's owner and group, or at least its group.
fn keep_owner(before: &Metadata, new: &File) -> io::Result<LostPermissions> {
    let present = new.metadata()?;
    let (uid, gid) = (before.uid(), before.gid());
    if (present.uid(), present.gid()) == (uid, gid) || change_owner(new, Some(uid), Some(gid))? {
        return Ok(LostPermissions::default());
    }
    let keeps_group = present.gid() == gid || change_owner(new, None, Some(gid))?;
    Ok(LostPermissions {
        owner: (present.uid() != uid).then_some(uid),
        group: (!keeps_group).then_some(gid),
        other_names: 0,
    })
}

/// Changes owner and group, and returns whether the user is allowed to.
fn change_owner(file: &File, uid: Option<u32>, gid: Option<u32>) -> io::Result<bool> {
    match fchown(file, uid, gid) {
        Ok(()) => Ok(true),
        Err(error) => match Errno::from_io_error(&error) {
            // In a user namespace without this id, the id is invalid.
            Some(Errno::PERM | Errno::ACCESS | Errno::INVAL | Errno::NOTSUP | Errno::NOSYS) => {
                Ok(false)
            }
            _ => Err(error),
        },
    }
}

/// Returns a mode for a file of another group: group and others get the rights that both had.
fn without_group(mode: u32) -> u32 {
    let both = (mode >> 3) & mode & 0o7;
    mode & !0o077 | both << 3 | both
}

impl Acl {
    /// Removes the owning group's rights, and returns the mode that goes with the ACL. Its group
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
    fn mode_without_its_group_never_grants_more() {
        for (before, after) in [
            (0o660, 0o600),
            (0o640, 0o600),
            (0o664, 0o644),
            (0o644, 0o644),
            // The group was excluded on purpose, and its members are different now.
            (0o604, 0o600),
            (0o666, 0o666),
            (0o600, 0o600),
        ] {
            assert_eq!(without_group(before), after, "{before:o}");
        }
    }
}
