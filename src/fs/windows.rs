//! Keeps what a replaced file has on Windows: its DACL, which may contain ACEs that are not
//! inherited from the folder, and its attributes, time of creation and streams.
#![allow(unsafe_code)]

use super::narrower::is_no_wider;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::ptr::null;
use windows_security::AclPart;
use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, GENERIC_READ, GENERIC_WRITE};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetKernelObjectSecurity, OBJECT_SECURITY_INFORMATION,
    OWNER_SECURITY_INFORMATION, SE_DACL_AUTO_INHERIT_REQ, SE_DACL_AUTO_INHERITED,
    SetKernelObjectSecurity,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_SHARE_DELETE, READ_CONTROL, REPLACEFILE_IGNORE_ACL_ERRORS, ReplaceFileW, WRITE_DAC,
};

/// Parts of an old file's security that its replacement does not keep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LostPermissions {
    /// The user who owned it.
    pub owner: bool,
    /// ACEs of its DACL that grant rights.
    pub grants: bool,
}

/// Creates a file that no other program can open before it has its DACL. Its DACL can be set if the
/// user is allowed to: the permission Change of a share does not include that.
pub(super) fn create_closed(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    const ACCESS: u32 = GENERIC_READ | GENERIC_WRITE;
    options.share_mode(FILE_SHARE_DELETE);
    match options.access_mode(ACCESS | WRITE_DAC).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            options.access_mode(ACCESS).open(path)
        }
        created => created,
    }
}

/// Puts a file in the place of another, which keeps its attributes, time of creation, streams and
/// DACL (ReplaceFileW). Both must be closed.
///
/// # Errors
/// Fails if there is no old file, another process holds it open, or the file system cannot do it.
pub(super) fn replace(old: &Path, new: &Path) -> io::Result<()> {
    let [old, new] = [old, new].map(|path| -> Vec<u16> {
        let wide = path.as_os_str().encode_wide().chain([0]);
        wide.collect()
    });
    // SAFETY: both names end with a zero; no backup is wanted, and the reserved values are null.
    let replaced = unsafe {
        ReplaceFileW(
            old.as_ptr(),
            new.as_ptr(),
            null(),
            REPLACEFILE_IGNORE_ACL_ERRORS,
            null(),
            null(),
        )
    };
    match replaced {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Gives the new file the DACL of the old one. If the DACL may not be set, the one inherited from
/// the folder stays, provided that it grants no one more.
///
/// # Errors
/// Fails if the DACL cannot be read or set.
pub(super) fn keep(old: &Path, new: &File) -> io::Result<LostPermissions> {
    let old = OpenOptions::new().access_mode(READ_CONTROL).open(old)?;
    let dacl = Descriptor::read(&old, DACL_SECURITY_INFORMATION)?;
    let wanted = dacl.dacl()?;
    let is_lost = match dacl.write_dacl(new) {
        Ok(()) => false,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let passed_on = Descriptor::read(new, DACL_SECURITY_INFORMATION)?.dacl()?;
            if !is_no_wider(&passed_on, &wanted) {
                return Err(more_open());
            }
            !is_no_wider(&wanted, &passed_on)
        }
        Err(error) => return Err(error),
    };
    let owner = |file| Descriptor::read(file, OWNER_SECURITY_INFORMATION);
    Ok(LostPermissions {
        owner: owner(&old)? != owner(new)?,
        grants: is_lost,
    })
}

fn more_open() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "you may not change permissions there (a share grants that by Full control only), and by \
         those that the folder passes on others could do more with the file than now",
    )
}

/// A self-relative security descriptor (MS-DTYP 2.4.6), aligned as Windows requires.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Descriptor(Vec<u32>);

impl Descriptor {
    /// Reads parts of a file's descriptor.
    fn read(file: &File, parts: OBJECT_SECURITY_INFORMATION) -> io::Result<Self> {
        let mut words: Vec<u32> = Vec::new();
        loop {
            let size = u32::try_from(words.len() * 4).map_err(io::Error::other)?;
            let mut needed = 0;
            // SAFETY: the handle is open as long as the file, and the buffer has this size.
            let is_read = unsafe {
                GetKernelObjectSecurity(
                    file.as_raw_handle(),
                    parts,
                    words.as_mut_ptr().cast(),
                    size,
                    &raw mut needed,
                )
            };
            if is_read != 0 {
                return Ok(Self(words));
            }
            let error = io::Error::last_os_error();
            let is_small = error.raw_os_error() == Some(ERROR_INSUFFICIENT_BUFFER.cast_signed());
            if !is_small || needed <= size {
                return Err(error);
            }
            words.resize(needed.div_ceil(4) as usize, 0);
        }
    }

    /// Returns the DACL of the descriptor.
    fn dacl(&self) -> io::Result<AclPart> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        let read = windows_security::binary::read(&bytes);
        read.map(|descriptor| descriptor.dacl)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    }

    /// Gives a file the DACL, with its inherited ACEs and the control bits for inheritance.
    fn write_dacl(mut self, file: &File) -> io::Result<()> {
        // The control bits are the upper half of the first word. Without the request bit, Windows
        // treats inherited ACEs as explicit ones.
        let bits = |control: u16| u32::from(control) << 16;
        if let Some(first) = self.0.first_mut()
            && *first & bits(SE_DACL_AUTO_INHERITED) != 0
        {
            *first |= bits(SE_DACL_AUTO_INHERIT_REQ);
        }
        // SAFETY: the handle is open as long as the file, and Windows made the descriptor.
        let is_set = unsafe {
            SetKernelObjectSecurity(
                file.as_raw_handle(),
                DACL_SECURITY_INFORMATION,
                self.0.as_mut_ptr().cast(),
            )
        };
        match is_set {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lock::rewrite;
    use super::*;

    /// The SID of Everyone, S-1-1-0.
    const EVERYONE: [u32; 3] = [0x0000_0101, 0x0100_0000, 0];

    fn names_everyone(path: &Path) -> bool {
        let file = OpenOptions::new().access_mode(READ_CONTROL).open(path);
        let dacl = Descriptor::read(&file.expect("the file"), DACL_SECURITY_INFORMATION);
        let Descriptor(words) = dacl.expect("its DACL");
        words.windows(EVERYONE.len()).any(|found| found == EVERYONE)
    }

    /// Restricts a file to its owner.
    fn close(path: &Path) {
        let file = OpenOptions::new()
            .access_mode(READ_CONTROL | WRITE_DAC)
            .open(path)
            .expect("the file");
        let owner = Descriptor::read(&file, OWNER_SECURITY_INFORMATION).expect("its owner");
        let sid = owner.0.get(5..).expect("a SID after the header");
        let ace = u32::try_from(8 + sid.len() * 4).expect("a length");
        let head = [
            // Self-relative, with a protected DACL.
            0x9004_0001,
            0,
            0,
            0,
            20,
            (8 + ace) << 16 | 2,
            1,
            ace << 16,
            // FILE_ALL_ACCESS
            0x001f_01ff,
        ];
        let closed = Descriptor([&head, sid].concat());
        closed.write_dacl(&file).expect("a new DACL");
    }

    /// Wine shows the mode of a Unix file as its DACL, so this only tests whether Everyone is in
    /// it. Only Windows itself can show that inherited ACEs and the protection are kept.
    #[test]
    fn edit_keeps_everyone_excluded() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, is_closed) in [("open.toml", false), ("closed.toml", true)] {
            let path = folder.path().join(name);
            std::fs::write(&path, "old").expect("a file");
            if is_closed {
                close(&path);
            }
            let before = names_everyone(&path);
            assert!(!is_closed || !before, "{name} could not be closed");
            rewrite(&path, |_| Ok(("new".to_owned(), ()))).expect("an edit");
            assert_eq!(std::fs::read_to_string(&path).expect("the file"), "new");
            assert_eq!(names_everyone(&path), before, "{name}");
        }
    }

    #[test]
    fn file_without_its_dacl_cannot_be_opened_by_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let held = create_closed(&mut options, &path).expect("a new file");
        assert!(File::open(&path).is_err());
        drop(held);
        assert!(File::open(&path).is_ok());
    }
}
