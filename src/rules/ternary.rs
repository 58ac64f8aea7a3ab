//! Yes, no, or not known.

/// An answer to a question that may have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ternary {
    Yes,
    No,
    /// Why it is not known, and what would tell.
    Unknown(String),
}

impl Ternary {
    pub(super) fn is_no(&self) -> bool {
        *self == Self::No
    }

    /// Combines two questions to which both answers must be yes.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

impl From<bool> for Ternary {
    fn from(answer: bool) -> Self {
        if answer { Self::Yes } else { Self::No }
    }
}
