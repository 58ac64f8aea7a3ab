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

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::string_slice))]
pub mod access;
pub mod binary;
pub mod descriptor;
pub mod directory;
pub mod error;
pub mod guid;
pub mod icacls;
pub mod inherit;
pub mod ntacl;
pub mod rights;
pub mod samba;
pub mod sddl;
pub mod sid;
pub mod source;
pub mod words;

pub use access::{Access, EffectiveRights, Target, Token, effective};
use descriptor::ACE_TYPES;
pub use descriptor::{Ace, AceBody, AceData, Acl, AclPart, Descriptor, Permission, Trustee};
pub use error::{ParseError, WriteError};
pub use guid::Guid;
pub use sid::Sid;

#[cfg(test)]
mod testing;
