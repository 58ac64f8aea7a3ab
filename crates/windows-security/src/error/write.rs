//! The errors of writing a descriptor.

use crate::sid::DomainAlias;
use std::fmt;

/// The reason why a descriptor cannot be written in the requested form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// The descriptor has the alias of a domain's group, and the domain is not known.
    UnknownDomain(&'static DomainAlias),
    /// A part is longer than the form allows. The text is a sentence without its full stop.
    TooLong(&'static str),
    /// SDDL has no letters for the type of this ACE, given by its number.
    NoLetters(AcePlace, u8),
    /// The condition or attribute of this ACE is stored as bytes, which SDDL cannot express.
    DataIsBytes(AcePlace),
    /// A condition or an attribute is stored as SDDL, which the binary form cannot express.
    DataIsText,
    /// The descriptor has no part, and SDDL has no text for an empty descriptor.
    Empty,
}

/// The position of an ACE in a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcePlace {
    /// `D` for the DACL, `S` for the SACL.
    pub part: char,
    /// The number of the ACE, from 1.
    pub number: usize,
}

impl fmt::Display for AcePlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ACE {} of `{}:`", self.number, self.part)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDomain(DomainAlias { alias, name, .. }) => {
                write!(out, "`{alias}` ({name}) belongs to an unknown domain")
            }
            Self::TooLong(what) => out.write_str(what),
            Self::NoLetters(place, code) => write!(
                out,
                "{place} is of type {code:#x}, which SDDL cannot express"
            ),
            Self::DataIsBytes(place) => write!(
                out,
                "{place} holds a condition or an attribute as bytes, which cannot be converted to \
                 text"
            ),
            Self::DataIsText => out.write_str(
                "an ACE's condition or attribute is text, which cannot be converted to bytes",
            ),
            Self::Empty => out.write_str("there is nothing in it"),
        }
    }
}

impl std::error::Error for WriteError {}
