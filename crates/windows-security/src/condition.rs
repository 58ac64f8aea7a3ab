//! Conditions of entries, as text and as stored (MS-DTYP 2.5.1.1 and 2.4.4.17).
//!
//! They are read to be shown and carried over, never to be decided: who has which claim is not in a
//! descriptor.

mod text;
mod wire;

pub(super) use text::{
    Cursor, digits_of, octets_text, quoted_text, read as read_text, sid_text, write as write_text,
};
pub(super) use wire::{read as read_wire, write as write_wire};

use super::Sid;
use super::rename::{Renamed, Renaming};

/// Deeper than this no condition is nested.
const DEEPEST: usize = 200;

/// A condition, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Attribute(Scope, String),
    Integer(Integer),
    Text(String),
    Octets(Vec<u8>),
    Sid(Sid),
    List(Vec<Term>),
    /// An operator before its operand.
    Before(Operator, Box<Term>),
    /// An operator between its operands.
    Between(Operator, Box<[Term; 2]>),
}

/// Whose attribute it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Local,
    User,
    Resource,
    Device,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer {
    pub value: i64,
    pub sign: Sign,
    pub base: Base,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus = 1,
    Minus = 2,
    None = 3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Octal = 1,
    Decimal = 2,
    Hexadecimal = 3,
}

/// An operator: its byte, its spelling, and how it binds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    code: u8,
    spelling: &'static str,
    form: Form,
}

pub(super) type Operator = &'static Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Before a SID or a list of them, or before an attribute.
    Test,
    /// Between an attribute and a value.
    Relation,
    Not,
    And,
    Or,
}

const fn row(code: u8, spelling: &'static str, form: Form) -> Row {
    Row {
        code,
        spelling,
        form,
    }
}

static OPERATORS: &[Row] = &[
    row(0x80, "==", Form::Relation),
    row(0x81, "!=", Form::Relation),
    // The longer come first, so that they are found first.
    row(0x83, "<=", Form::Relation),
    row(0x85, ">=", Form::Relation),
    row(0x82, "<", Form::Relation),
    row(0x84, ">", Form::Relation),
    row(0x86, "Contains", Form::Relation),
    row(0x88, "Any_of", Form::Relation),
    row(0x8e, "Not_Contains", Form::Relation),
    row(0x8f, "Not_Any_of", Form::Relation),
    row(0x87, "Exists", Form::Test),
    row(0x8d, "Not_Exists", Form::Test),
    row(0x89, "Member_of", Form::Test),
    row(0x8a, "Device_Member_of", Form::Test),
    row(0x8b, "Member_of_Any", Form::Test),
    row(0x8c, "Device_Member_of_Any", Form::Test),
    row(0x90, "Not_Member_of", Form::Test),
    row(0x91, "Not_Device_Member_of", Form::Test),
    row(0x92, "Not_Member_of_Any", Form::Test),
    row(0x93, "Not_Device_Member_of_Any", Form::Test),
    row(0xa0, "&&", Form::And),
    row(0xa1, "||", Form::Or),
    row(0xa2, "!", Form::Not),
];

impl Term {
    /// Whether it is true or false, or an attribute that may be.
    fn is_truth(&self) -> bool {
        matches!(
            self,
            Self::Before(..) | Self::Between(..) | Self::Attribute(..)
        )
    }

    /// Whether it stands for a value.
    fn is_value(&self) -> bool {
        !matches!(self, Self::Before(..) | Self::Between(..))
    }
}

impl Renamed for Term {
    fn renamed(self, to: &mut dyn Renaming) -> Self {
        match self {
            Self::Attribute(scope, name) => Self::Attribute(scope, to.text(&name)),
            Self::Text(text) => Self::Text(to.text(&text)),
            Self::Octets(bytes) => Self::Octets(vec![0; bytes.len()]),
            Self::Sid(sid) => Self::Sid(to.sid(&sid)),
            Self::List(terms) => {
                Self::List(terms.into_iter().map(|term| term.renamed(to)).collect())
            }
            Self::Before(operator, operand) => {
                Self::Before(operator, Box::new(operand.renamed(to)))
            }
            Self::Between(operator, operands) => Self::Between(
                operator,
                Box::new(operands.map(|operand| operand.renamed(to))),
            ),
            Self::Integer(_) => self,
        }
    }
}

/// The operator applied to operands that it goes with.
fn before(operator: Operator, operand: Term) -> Option<Term> {
    let fits = match operator.form {
        Form::Not => operand.is_truth(),
        Form::Test => operand.is_value(),
        _ => false,
    };
    fits.then(|| Term::Before(operator, Box::new(operand)))
}

/// The operator between operands that it goes with.
fn between(operator: Operator, left: Term, right: Term) -> Option<Term> {
    let fits = match operator.form {
        Form::And | Form::Or => left.is_truth() && right.is_truth(),
        Form::Relation => left.is_value() && right.is_value(),
        _ => false,
    };
    fits.then(|| Term::Between(operator, Box::new([left, right])))
}

#[cfg(test)]
mod tests;
