//! What each kind of account must be able to do in a drop folder.

use super::access::{Held, Rights};
use crate::farm::AccountRole;

/// One thing that an account must be able to do.
#[derive(Clone, Copy)]
pub enum Need {
    /// Listing the folder and reading the next message.
    ListAndRead,
    Read,
    Delete,
}

impl Need {
    pub fn held(self, rights: &Rights<'_>) -> Held {
        match self {
            Self::ListAndRead => rights.list().and(rights.read()),
            Self::Read => rights.read(),
            Self::Delete => rights.delete(),
        }
    }

    pub fn verb(self) -> &'static str {
        match self {
            Self::ListAndRead => "list the folder and read new messages",
            Self::Read => "read new messages",
            Self::Delete => "delete new messages",
        }
    }

    pub fn expected(self) -> &'static str {
        match self {
            Self::ListAndRead => "list folder / read data on the folder, Read on a new message",
            Self::Read => "Read on a new message",
            Self::Delete => "delete on a new message, or delete subfolders and files on the folder",
        }
    }
}

/// What each kind of account must be able to do.
pub fn needs_of(role: AccountRole<'_>) -> &'static [Need] {
    match role {
        AccountRole::Timer => &[Need::ListAndRead, Need::Delete],
        AccountRole::CentralAdministration | AccountRole::WebApplication(_) => &[Need::Read],
    }
}
