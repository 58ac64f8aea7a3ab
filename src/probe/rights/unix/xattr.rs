//! Extended attributes in which Linux file systems show Windows descriptors.

use crate::facts::{Answer, DescriptorSource, Failure, FailureKind, ObservedDescriptor};
use crate::probe::failure::from_io;
use data_encoding::HEXLOWER;
use rustix::fs::getxattr;
use rustix::io::Errno;
use std::path::Path;

/// The attributes, the most complete first: those of a CIFS mount (with owner, then the ACL only),
/// of ntfs-3g and ntfs3, and Samba's own on the disk of its server.
const NAMES: [&str; 5] = [
    "system.cifs_ntsd",
    "system.cifs_acl",
    "system.ntfs_acl",
    "system.ntfs_security",
    "security.NTACL",
];

/// The maximum size of an attribute on Linux (XATTR_SIZE_MAX), in bytes.
const MAX_LENGTH: usize = 1 << 16;

/// Reads the descriptor of a folder that is mounted here.
pub(super) fn descriptor(path: &Path) -> Answer<ObservedDescriptor> {
    let mut refused = None;
    for name in NAMES {
        match value(path, name) {
            Ok(bytes) => {
                let from = DescriptorSource::Xattr(name.to_owned());
                return Answer::Known(ObservedDescriptor::new(from, HEXLOWER.encode(&bytes)));
            }
            Err(Errno::NOENT | Errno::NOTDIR) => {
                return Answer::Absent("there is no such folder".to_owned());
            }
            Err(Errno::NODATA | Errno::NOTSUP) => {}
            Err(error) => {
                let detail = format!("`{name}` cannot be read: {error}");
                refused = refused.or(Some(from_io(&error.into()).with_detail(detail)));
            }
        }
    }
    Answer::Failed(refused.unwrap_or_else(|| {
        Failure::new(
            FailureKind::Unsupported,
            "no extended attribute holds a Windows ACL: the mount does not show it, or it is not a \
             Windows folder",
        )
    }))
}

/// Reads an attribute with a buffer of the largest size: ntfs-3g answers a buffer that is too small
/// with an input/output error instead of ERANGE.
fn value(path: &Path, name: &str) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; MAX_LENGTH];
    let read = getxattr(path, name, &mut bytes[..])?;
    bytes.truncate(read);
    Ok(bytes)
}
