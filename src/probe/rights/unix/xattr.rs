//! Extended attributes in which Linux file systems show the descriptors of Windows.

use crate::facts::{Answer, DescriptorSeen, Source, hexadecimal};
use rustix::fs::getxattr;
use rustix::io::Errno;
use std::path::Path;

/// The attributes, the fullest first: those of a CIFS mount (with owner, then the list alone), of
/// ntfs-3g and ntfs3, and Samba's own on the disk of its server.
const NAMES: [&str; 5] = [
    "system.cifs_ntsd",
    "system.cifs_acl",
    "system.ntfs_acl",
    "system.ntfs_security",
    "security.NTACL",
];

/// The most that Linux lets an attribute hold (XATTR_SIZE_MAX), in bytes.
const MOST: usize = 1 << 16;

/// The descriptor of a folder that is mounted here.
pub fn descriptor(path: &Path) -> Answer<DescriptorSeen> {
    let mut refused = None;
    for name in NAMES {
        match value(path, name) {
            Ok(bytes) => {
                let from = Source::Xattr(name.to_owned());
                return Answer::Known(DescriptorSeen::new(from, hexadecimal(&bytes)));
            }
            Err(Errno::NOENT | Errno::NOTDIR) => {
                return Answer::Absent("there is no such folder".to_owned());
            }
            Err(Errno::NODATA | Errno::NOTSUP) => {}
            Err(error) => refused = refused.or(Some(format!("`{name}` cannot be read: {error}"))),
        }
    }
    Answer::Failed(refused.unwrap_or_else(|| {
        "no extended attribute there holds a list of Windows: the mount does not show it, or it is \
         no folder of Windows"
            .to_owned()
    }))
}

/// An attribute in one go: ntfs-3g answers a buffer that is too small with an input/output error,
/// and not with that.
fn value(path: &Path, name: &str) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; MOST];
    let read = getxattr(path, name, &mut bytes[..])?;
    bytes.truncate(read);
    Ok(bytes)
}
