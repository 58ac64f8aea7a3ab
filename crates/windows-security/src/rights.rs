//! Access masks, and their names in the Windows dialogues (MS-DTYP 2.4.3, MS-ADTS 5.1.3.2).

// Rights on any object.

/// Deleting the object itself.
pub const DELETE: u32 = 0x1_0000;
/// Reading the descriptor, except the SACL.
pub const READ_CONTROL: u32 = 0x2_0000;
/// Changing the DACL.
pub const WRITE_DAC: u32 = 0x4_0000;
/// Taking ownership.
pub const WRITE_OWNER: u32 = 0x8_0000;
/// Waiting on a handle. No answer depends on this right, so it is ignored.
pub const SYNCHRONIZE: u32 = 0x10_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
const GENERIC_EXECUTE: u32 = 0x2000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC: u32 = GENERIC_ALL | GENERIC_EXECUTE | GENERIC_WRITE | GENERIC_READ;
/// All bits of rights on an object. The other bits are generic rights or require privileges.
const ALL_RIGHTS: u32 = 0x1f_ffff;

// Rights on files and folders.

/// Reading a file's data; listing a folder.
pub const FILE_READ_DATA: u32 = 0x1;
/// Writing a file's data; creating files in a folder.
pub const FILE_WRITE_DATA: u32 = 0x2;
/// Appending data to a file; creating folders in a folder.
pub const FILE_APPEND_DATA: u32 = 0x4;
/// Executing a file; traversing a folder.
pub const FILE_EXECUTE: u32 = 0x20;
/// Deleting what is in a folder, without regard to the DACL of the deleted object.
pub const FILE_DELETE_CHILD: u32 = 0x40;
/// "Full control" in the dialogue.
pub const FULL_CONTROL: u32 = 0x1f_01ff;
/// "Modify" in the dialogue.
pub const MODIFY: u32 = 0x13_01bf;
/// "Read & execute" in the dialogue; for a folder also "List folder contents".
pub const READ_EXECUTE: u32 = 0x12_00a9;
/// "Read" in the dialogue.
pub const READ: u32 = 0x12_0089;
/// "Write" in the dialogue.
pub const WRITE: u32 = 0x10_0116;

// Rights on objects of Active Directory.

/// Creating child objects.
pub const CREATE_CHILD: u32 = 0x1;
/// Deleting child objects.
pub const DELETE_CHILD: u32 = 0x2;
/// Listing child objects.
pub const LIST_CONTENTS: u32 = 0x4;
/// Writing attributes that the domain controller validates.
pub const WRITE_VALIDATED: u32 = 0x8;
/// Reading attributes.
pub const READ_PROPERTY: u32 = 0x10;
/// Writing attributes.
pub const WRITE_PROPERTY: u32 = 0x20;
/// Deleting the object with everything below it.
pub const DELETE_TREE: u32 = 0x40;
/// Seeing the object, if the directory checks this right.
pub const LIST_OBJECT: u32 = 0x80;
/// Using extended rights.
pub const CONTROL_ACCESS: u32 = 0x100;
/// All rights on an object of Active Directory.
pub const DIRECTORY_FULL_CONTROL: u32 = 0xf_01ff;

/// The kind of object that an access mask applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskKind {
    /// A file or a folder.
    File,
    /// An object of Active Directory.
    Directory,
}

impl MaskKind {
    /// Returns all rights.
    pub fn everything(self) -> u32 {
        match self {
            Self::File => FULL_CONTROL,
            Self::Directory => DIRECTORY_FULL_CONTROL,
        }
    }

    /// Returns the mask with its generic rights replaced by the specific ones, and without bits
    /// that are not rights.
    pub fn mapped(self, mask: u32) -> u32 {
        let map = match self {
            Self::File => [
                (GENERIC_READ, 0x12_0089),
                (GENERIC_WRITE, 0x12_0116),
                (GENERIC_EXECUTE, 0x12_00a0),
                (GENERIC_ALL, FULL_CONTROL),
            ],
            Self::Directory => [
                (
                    GENERIC_READ,
                    READ_CONTROL | LIST_CONTENTS | READ_PROPERTY | LIST_OBJECT,
                ),
                (
                    GENERIC_WRITE,
                    READ_CONTROL | WRITE_PROPERTY | WRITE_VALIDATED,
                ),
                (GENERIC_EXECUTE, READ_CONTROL | LIST_CONTENTS),
                (GENERIC_ALL, DIRECTORY_FULL_CONTROL),
            ],
        };
        let stands_for = map
            .iter()
            .filter(|(generic, _)| mask & generic != 0)
            .fold(0, |all, (_, rights)| all | rights);
        (mask | stands_for) & ALL_RIGHTS
    }

    /// Returns the mask in the terms of the Windows dialogue, or `none` if it is empty.
    pub fn words(self, mask: u32) -> String {
        let mut rest = self.mapped(mask) & !SYNCHRONIZE;
        let mut words = Vec::new();
        let (sets, names) = match self {
            Self::File => (FILE_SETS, FILE_NAMES),
            Self::Directory => (DIRECTORY_SETS, DIRECTORY_NAMES),
        };
        let mut covered = 0;
        for (set, word) in sets {
            let set = set & !SYNCHRONIZE;
            // Skip a set that adds no right.
            if rest & set == set && set & !covered != 0 {
                words.push(*word);
                covered |= set;
            }
        }
        rest &= !covered;
        words.extend(
            names
                .iter()
                .filter(|(bit, _)| rest & bit != 0)
                .map(|(_, word)| *word),
        );
        if words.is_empty() {
            "none".to_owned()
        } else {
            words.join(", ")
        }
    }
}

/// Returns whether the mask contains generic rights.
pub fn has_generic(mask: u32) -> bool {
    mask & GENERIC != 0
}

/// The sets of rights that the dialogue has a line for, largest first.
const FILE_SETS: &[(u32, &str)] = &[
    (FULL_CONTROL, "Full control"),
    (MODIFY, "Modify"),
    (READ_EXECUTE, "Read & execute"),
    (READ, "Read"),
    (WRITE, "Write"),
];

/// The single rights, as the dialogue's advanced page names them.
const FILE_NAMES: &[(u32, &str)] = &[
    (0x20, "traverse folder / execute file"),
    (FILE_READ_DATA, "list folder / read data"),
    (0x80, "read attributes"),
    (0x8, "read extended attributes"),
    (FILE_WRITE_DATA, "create files / write data"),
    (FILE_APPEND_DATA, "create folders / append data"),
    (0x100, "write attributes"),
    (0x10, "write extended attributes"),
    (FILE_DELETE_CHILD, "delete subfolders and files"),
    (DELETE, "delete"),
    (READ_CONTROL, "read permissions"),
    (WRITE_DAC, "change permissions"),
    (WRITE_OWNER, "take ownership"),
    (0xfe00, "rights without a meaning"),
];

const DIRECTORY_SETS: &[(u32, &str)] = &[(DIRECTORY_FULL_CONTROL, "Full control")];

const DIRECTORY_NAMES: &[(u32, &str)] = &[
    (LIST_CONTENTS, "list contents"),
    (READ_PROPERTY, "read properties"),
    (WRITE_PROPERTY, "write properties"),
    (DELETE, "delete"),
    (DELETE_TREE, "delete subtree"),
    (READ_CONTROL, "read permissions"),
    (WRITE_DAC, "modify permissions"),
    (WRITE_OWNER, "modify owner"),
    (WRITE_VALIDATED, "validated writes"),
    (CONTROL_ACCESS, "extended rights"),
    (CREATE_CHILD, "create child objects"),
    (DELETE_CHILD, "delete child objects"),
    (LIST_OBJECT, "list object"),
    (0xfe00, "rights without a meaning"),
];

/// The letters of the rights in SDDL (MS-DTYP 2.5.1.1).
pub(super) const LETTERS: &[(&str, u32)] = &[
    ("GA", GENERIC_ALL),
    ("GX", GENERIC_EXECUTE),
    ("GW", GENERIC_WRITE),
    ("GR", GENERIC_READ),
    ("RC", READ_CONTROL),
    ("SD", DELETE),
    ("WD", WRITE_DAC),
    ("WO", WRITE_OWNER),
    ("CC", CREATE_CHILD),
    ("DC", DELETE_CHILD),
    ("LC", LIST_CONTENTS),
    ("SW", WRITE_VALIDATED),
    ("RP", READ_PROPERTY),
    ("WP", WRITE_PROPERTY),
    ("DT", DELETE_TREE),
    ("LO", LIST_OBJECT),
    ("CR", CONTROL_ACCESS),
    ("FA", FULL_CONTROL),
    ("FR", 0x12_0089),
    ("FW", 0x12_0116),
    ("FX", 0x12_00a0),
    ("KA", 0xf_003f),
    ("KR", 0x2_0019),
    ("KW", 0x2_0006),
    ("KX", 0x2_0019),
];

/// The letters of a mandatory label's policy. Their bits have other meanings in other ACEs.
pub(super) const LABEL_LETTERS: &[(&str, u32)] = &[("NW", 0x1), ("NR", 0x2), ("NX", 0x4)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_named_as_in_the_dialogue() {
        for (mask, words) in [
            (FULL_CONTROL, "Full control"),
            (0x1000_0000, "Full control"),
            (MODIFY, "Modify"),
            (0x3_01bf, "Modify"),
            (READ_EXECUTE, "Read & execute"),
            (0xa000_0000, "Read & execute"),
            (READ, "Read"),
            (WRITE, "Write"),
            (0x12_01bf, "Read & execute, Write"),
            (0x13_01ff, "Modify, delete subfolders and files"),
            (DELETE, "delete"),
            (
                READ_CONTROL | WRITE_DAC,
                "read permissions, change permissions",
            ),
            (SYNCHRONIZE, "none"),
            (0, "none"),
        ] {
            assert_eq!(MaskKind::File.words(mask), words, "{mask:#x}");
        }
        assert_eq!(
            MaskKind::Directory.words(0x43),
            "delete subtree, create child objects, delete child objects"
        );
        assert_eq!(MaskKind::Directory.words(0x1000_0000), "Full control");
    }

    #[test]
    fn every_right_has_a_name() {
        for kind in [MaskKind::File, MaskKind::Directory] {
            for bit in (0..32)
                .map(|at| 1u32 << at)
                .filter(|bit| bit & kind.everything() & !SYNCHRONIZE != 0)
            {
                assert_ne!(kind.words(bit), "none", "{kind:?} {bit:#x}");
            }
        }
    }
}
