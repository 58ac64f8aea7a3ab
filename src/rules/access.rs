//! Whether an account may do something: the decision, whatever decided.

/// Whether an account may do something. `R` is the reason why it may: the entry that grants it. `D`
/// is why it may not: the ACE that denies it, or that no ACE grants it. `U` is what would have to
/// be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccessDecision<R, D, U> {
    Granted(R),
    Denied(D),
    Unknown(U),
}

impl<R, D, U> AccessDecision<R, D, U> {
    pub(super) fn is_granted(&self) -> bool {
        matches!(self, Self::Granted(_))
    }

    pub(super) fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }

    /// Returns what would have to be known, or `None` if it is decided.
    pub(super) fn into_unknown(self) -> Option<U> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            Self::Granted(_) | Self::Denied(_) => None,
        }
    }
}
