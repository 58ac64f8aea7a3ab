//! Reads Windows security descriptors on any platform: who owns an object, and who has which
//! rights.
//!
//! ```text
//! bytes ─▶ binary ─┐                        ┌─▶ access     what a token may do, and by which ACE
//! NTACL ─▶ ntacl  ─┼─▶ descriptor ──────────┼─▶ inherit    the descriptor of a new object
//! SDDL  ─▶ sddl   ─┤   (sid, guid, ACEs)    ├─▶ directory  the questions of Active Directory
//! icacls, Samba  ──┘                        └─▶ rights     masks in words
//! ```
//!
//! Everything is a pure function over values: no file, no network, no call into Windows. The input
//! may be hostile. Reading never panics, and takes time and memory in proportion to the input.
//!
//! ```
//! use windows_security::sid::Domains;
//! use windows_security::{Access, Sid, Target, Token, effective, rights, sddl};
//!
//! // SYSTEM has full control, authenticated users may read.
//! let text = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;AU)";
//! let folder = sddl::read(text, &Domains::default())?;
//!
//! let network_service = Token::for_service(Sid::nt(20));
//! let held = effective(&folder, &network_service, &Target::FILE);
//! assert!(held.needs(rights::FILE_READ_DATA).is_granted());
//! assert!(matches!(held.needs(rights::DELETE), Access::Denied(_)));
//! # Ok::<(), windows_security::ParseError>(())
//! ```
//!
//! An answer is [`Access::Undecided`] if the descriptor alone does not decide it, for example
//! because of a group whose members are not known, a conditional ACE, or an ACE of an unknown type.
//! An answer is never guessed.
//!
//! Sources: MS-DTYP 2.4 (structures), 2.5.1.1 (SDDL), 2.5.3 (access check and inheritance); MS-FSA
//! 2.1.4.14 and 2.1.5.1.2.1 (files); MS-ADTS 5.1.3 (Active Directory). Where Windows is known to
//! differ from them, the item says so.
//!
//! # Limits
//!
//! - The condition of a callback ACE and the claim of a resource attribute ACE are opaque
//!   ([`AceData`]): kept byte for byte, never evaluated, and not translated between bytes and SDDL.
//! - Privileges, central access policies and integrity levels of tokens are not modelled. If a
//!   descriptor refers to them, the answer is undecided.
//!
//! # Features
//!
//! - `serde`: a [`Sid`] is serialized as its text.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::shadow_unrelated, clippy::string_slice))]
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
