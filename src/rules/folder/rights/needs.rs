//! What each kind of account must be able to do in a drop folder.

use super::access::{AccessDecision, Rights};
use crate::farm::AccountRole;
use crate::remedy::FolderRight;

/// One thing that an account must be able to do.
#[derive(Clone, Copy)]
pub enum Need {
    /// Listing the folder and reading the next message.
    ListAndRead,
    Read,
    Delete,
}

impl Need {
    /// Returns the needs of each kind of account.
    pub fn of_role(role: AccountRole<'_>) -> &'static [Self] {
        match role {
            AccountRole::Timer => &[Self::ListAndRead, Self::Delete],
            AccountRole::CentralAdministration | AccountRole::WebApplication(_) => &[Self::Read],
        }
    }

    /// Decides whether the rights meet the need.
    pub fn decide(self, rights: &Rights<'_>) -> AccessDecision {
        match self {
            Self::ListAndRead => rights.list_folder().and(rights.read_message()),
            Self::Read => rights.read_message(),
            Self::Delete => rights.delete_message(),
        }
    }

    /// Returns the need as the end of a sentence that begins with "it can".
    pub fn verb(self) -> &'static str {
        match self {
            Self::ListAndRead => "list the folder and read new messages",
            Self::Read => "read new messages",
            Self::Delete => "delete new messages",
        }
    }

    /// Returns the rights that meet the need.
    pub fn expected(self) -> &'static str {
        match self {
            Self::ListAndRead => "list folder / read data on the folder, Read on a new message",
            Self::Read => "Read on a new message",
            Self::Delete => "delete on a new message, or delete subfolders and files on the folder",
        }
    }

    /// Returns the right that the page's documentation grants for it.
    pub fn documented_right(self) -> FolderRight {
        match self {
            Self::Read => FolderRight::ReadAndExecute,
            Self::ListAndRead | Self::Delete => FolderRight::Modify,
        }
    }
}
