//! The extended attributes of a file, including its POSIX ACL.

#[cfg(target_os = "linux")]
pub(super) use linux::{Acl, Attributes};
#[cfg(not(target_os = "linux"))]
pub(super) use none::{Acl, Attributes};

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::fs::{lgetxattr, llistxattr};
    use rustix::io::Errno;
    use std::fs::File;
    use std::io;
    use std::path::Path;

    /// The attribute that holds the ACL.
    const ACL: &str = "system.posix_acl_access";

    /// The attributes with checksums of the content, which the kernel creates itself.
    const OF_CONTENT: [&str; 2] = ["security.ima", "security.evm"];

    /// The limits of Linux in bytes, for the value of an attribute (XATTR_SIZE_MAX) and for all
    /// names (XATTR_LIST_MAX).
    const MAX_LENGTH: usize = 1 << 16;

    /// The attributes of a file.
    #[derive(Debug)]
    pub(in crate::fs) struct Attributes {
        pub acl: Option<Acl>,
        others: Vec<(String, Vec<u8>)>,
    }

    impl Attributes {
        /// Reads the attributes of a file, which is not a link.
        ///
        /// # Errors
        /// Fails if they cannot be read.
        pub(in crate::fs) fn read(file: &Path) -> io::Result<Self> {
            let mut others = Vec::new();
            for name in names(|buffer| llistxattr(file, buffer))? {
                if name == ACL || OF_CONTENT.contains(&&*name) {
                    continue;
                }
                if let Some(value) = value(|buffer| lgetxattr(file, &*name, buffer))? {
                    others.push((name, value));
                }
            }
            let acl = value(|buffer| lgetxattr(file, ACL, buffer))?;
            Ok(Self {
                acl: acl.map(|bytes| Acl { bytes }),
                others,
            })
        }

        /// Gives a file these attributes, and removes the ACL that it inherited from its folder.
        ///
        /// # Errors
        /// Fails if one of them cannot be set.
        pub(in crate::fs) fn write(&self, file: &File) -> io::Result<()> {
            let acl = self.acl.as_ref().map(|acl| (ACL, &acl.bytes));
            let others = self.others.iter().map(|(name, value)| (&**name, value));
            for (name, wanted) in others.chain(acl) {
                if value(|buffer| fgetxattr(file, name, buffer))?.as_ref() != Some(wanted) {
                    fsetxattr(file, name, wanted, XattrFlags::empty())
                        .map_err(|error| cannot_keep(name, error))?;
                }
            }
            let has_acl = names(|buffer| flistxattr(file, buffer))?.contains(&ACL.to_owned());
            if self.acl.is_none() && has_acl {
                fremovexattr(file, ACL).map_err(|error| cannot_keep(ACL, error))?;
            }
            Ok(())
        }
    }

    fn cannot_keep(name: &str, error: Errno) -> io::Error {
        let what = match name {
            ACL => "its ACL".to_owned(),
            name => format!("its attribute `{name}`"),
        };
        let error = io::Error::from(error);
        io::Error::other(format!("{what} cannot be kept: {error}"))
    }

    /// Returns the names of a file's attributes, none if its file system has no attributes.
    fn names(list: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> io::Result<Vec<String>> {
        let bytes = value(list)?.unwrap_or_default();
        let names = bytes
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(names
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect())
    }

    /// Returns a value, or `None` if there is none.
    fn value(get: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; MAX_LENGTH];
        match get(&mut bytes) {
            Ok(length) => {
                bytes.truncate(length);
                Ok(Some(bytes))
            }
            Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// An ACL in Linux's format: a version, then entries of 8 bytes with the kind (2), the rights
    /// (2), and the user or group (4), all little-endian (include/uapi/linux/posix_acl_xattr.h).
    #[derive(Debug)]
    pub(in crate::fs) struct Acl {
        bytes: Vec<u8>,
    }

    const HEADER: usize = 4;
    const OWNING_GROUP: u8 = 0x04;
    const OTHERS: u8 = 0x20;

    impl Acl {
        /// Returns the rights of the owning group.
        pub(in crate::fs) fn group(&self) -> u32 {
            let entries = self.bytes.get(HEADER..).unwrap_or_default();
            let (entries, _) = entries.as_chunks::<8>();
            let found = entries.iter().find(|entry| entry[0] == OWNING_GROUP);
            found.map_or(0, |entry| u32::from(entry[2]))
        }

        /// Gives the owning group and others the same rights.
        pub(in crate::fs) fn set_group_and_others(&mut self, rights: u32) {
            let entries = self.bytes.get_mut(HEADER..).unwrap_or_default();
            let (entries, _) = entries.as_chunks_mut::<8>();
            for entry in entries {
                if matches!(entry[0], OWNING_GROUP | OTHERS) {
                    entry[2] = (rights & 0o7) as u8;
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    /// No attributes: this program supports only those of Linux.
    #[derive(Debug)]
    pub(in crate::fs) struct Attributes {
        pub acl: Option<Acl>,
    }

    #[derive(Debug)]
    pub(in crate::fs) enum Acl {}

    impl Attributes {
        pub(in crate::fs) fn read(_file: &Path) -> io::Result<Self> {
            Ok(Self { acl: None })
        }

        pub(in crate::fs) fn write(&self, _file: &File) -> io::Result<()> {
            Ok(())
        }
    }

    impl Acl {
        pub(in crate::fs) fn group(&self) -> u32 {
            match *self {}
        }

        pub(in crate::fs) fn set_group_and_others(&mut self, _rights: u32) {
            match *self {}
        }
    }
}
