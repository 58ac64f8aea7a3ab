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
