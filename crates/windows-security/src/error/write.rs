//! Why a descriptor cannot be written.

use crate::sid::DomainAlias;
use std::fmt;

/// Why a descriptor cannot be written in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// A group of a domain is named by its letters, and the domain is not known.
    UnknownDomain(&'static DomainAlias),
    /// Something is longer than the form can say, in a sentence without its full stop.
    TooLong(&'static str),
    /// SDDL has no letters for an ACE of this type.
    NoLetters(AcePlace, u8),
    /// A condition or an attribute is there as bytes, and SDDL was asked for.
    DataIsBytes(AcePlace),
    /// A condition or an attribute is there as SDDL, and bytes were asked for.
    DataIsText,
    /// The descriptor has no part, and SDDL has no text for that.
    Empty,
}

/// Where an ACE is in a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcePlace {
    /// `D` for the DACL, `S` for the SACL.
    pub part: char,
    /// From 1.
    pub number: usize,
}

impl fmt::Display for AcePlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "entry {} of `{}:`", self.number, self.part)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDomain(DomainAlias { alias, name, .. }) => {
                write!(out, "`{alias}` ({name}) is of a domain that is not known")
            }
            Self::TooLong(what) => out.write_str(what),
            Self::NoLetters(place, code) => write!(
                out,
                "{place} is of type {code:#x}, and SDDL has no letters for that"
            ),
            Self::DataIsBytes(place) => write!(
                out,
                "{place} holds a condition or an attribute as bytes, and those are not turned \
                 into text"
            ),
            Self::DataIsText => out.write_str(
                "an entry's condition or attribute is text, and texts of conditions are not \
                 turned into bytes",
            ),
            Self::Empty => out.write_str("there is nothing in it"),
        }
    }
}

impl std::error::Error for WriteError {}
