//! What each kind of account must be able to do in a drop folder.

use super::access::{AccessDecision, Rights};
use crate::farm::AccountRole;
use crate::remedy::FolderRight;

/// One thing that an account must be able to do.
#[derive(Clone, Copy)]
pub(super) enum Need {
    /// Listing the folder and reading the next message.
    ListAndRead,
    Read,
    Delete,
}

impl Need {
    /// Returns the needs of each kind of account.
    pub(super) fn of_role(role: AccountRole<'_>) -> &'static [Self] {
        match role {
            AccountRole::Timer => &[Self::ListAndRead, Self::Delete],
            AccountRole::CentralAdministration | AccountRole::WebApplication(_) => &[Self::Read],
        }
    }

    /// Decides whether the rights meet the need.
    pub(super) fn decide(self, rights: &Rights<'_>) -> AccessDecision {
        match self {
            Self::ListAndRead => rights.list_folder().and(rights.read_message()),
            Self::Read => rights.read_message(),
            Self::Delete => rights.delete_message(),
        }
    }

    /// Returns the need as the end of a sentence that begins with "it can".
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::ListAndRead => "list the folder and read new messages",
            Self::Read => "read new messages",
            Self::Delete => "delete new messages",
        }
    }

    /// Returns the part of the need that is about a new message, after "it can".
    pub(super) fn verb_on_message(self) -> &'static str {
        match self {
            Self::ListAndRead | Self::Read => Self::Read.verb(),
            Self::Delete => Self::Delete.verb(),
        }
    }

    /// Returns what of the need is denied, after "it cannot".
    pub(super) fn denied_verb(self, rights: &Rights<'_>) -> &'static str {
        if !matches!(self, Self::ListAndRead) {
            return self.verb();
        }
        let (list, read) = (rights.list_folder(), rights.read_message());
        match (list.is_denied(), read.is_denied()) {
            (true, false) => "list the folder",
            (false, true) => Self::Read.verb(),
            _ => "list the folder or read new messages",
        }
    }

    /// Returns the rights that meet the need.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::ListAndRead => "list folder / read data on the folder, Read on a new message",
            Self::Read => "Read on a new message",
            Self::Delete => "delete on a new message, or delete subfolders and files on the folder",
        }
    }

    /// Returns the right that the page's documentation grants for it.
    pub(super) fn documented_right(self) -> FolderRight {
        match self {
            Self::Read => FolderRight::ReadAndExecute,
            Self::ListAndRead | Self::Delete => FolderRight::Modify,
        }
    }
}
