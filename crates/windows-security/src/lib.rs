//! Windows security descriptors: who owns a thing, and who may do what to it.
//!
//! ```text
//! bytes ─▶ binary ─┐                        ┌─▶ access   what a token may do, bit by bit, and which entry decided it
//! NTACL ─▶ ntacl  ─┼─▶ descriptor ──────────┼─▶ inherit  the descriptor of what is made in a folder or container
//! text  ─▶ sddl   ─┤   (sid, guid, entry)   ├─▶ directory  the questions of Active Directory
//! icacls /save ────┘                        └─▶ rights   masks in the words of the Windows dialogue
//! ```
//!
//! Sources: MS-DTYP 2.4 (structures), 2.5.1.1 (SDDL), 2.5.3 (access check, inheritance), MS-FSA
//! 2.1.4.14 (files), MS-ADTS 5.1.3 (Active Directory).

pub mod access;
mod attribute;
pub mod binary;
mod condition;
pub mod descriptor;
pub mod directory;
pub mod guid;
pub mod icacls;
pub mod inherit;
pub mod ntacl;
mod rename;
pub mod rights;
pub mod samba;
pub mod sddl;
pub mod sid;
pub mod source;
pub mod words;

pub use access::{Decision, Effective, Target, Token, effective};
use descriptor::ENTRY_TYPES;
pub use descriptor::{Acl, AclPart, Body, Descriptor, Entry, Permission, Trustee};
pub use guid::Guid;
pub use rename::Renaming;
pub use sid::Sid;

#[cfg(test)]
mod testing;

use serde::Serialize;
use std::fmt;

/// Why bytes or a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub message: String,
    /// Where, in bytes from the start of what was read.
    pub offset: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for Fault {}

fn fault(offset: usize, message: impl Into<String>) -> Fault {
    Fault {
        message: message.into(),
        offset,
    }
}
