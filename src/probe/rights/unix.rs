//! Reads the rights on folders on systems other than Windows: from extended attributes of a mounted
//! folder, and with Samba's programs for the server of a share.

mod helper;
mod samba;
mod xattr;

use super::{AclOptions, Location, SmbLogon, domain_sids, local_descriptor, share_in};
use crate::facts::{Answer, DropFolder};
use crate::farm::values::SharePath;
use crate::probe::deadline::at_other_path;
use samba::Samba;
use std::time::Duration;

/// Reads the rights on one folder after the other.
#[derive(Debug)]
pub(super) struct FolderSecurity {
    /// Becomes [`SmbLogon::Unavailable`] once a server has refused it: trying again could lock the
    /// account out.
    logon: SmbLogon,
    limit: Duration,
}

impl FolderSecurity {
    pub(super) fn new(options: &AclOptions, limit: Duration) -> Self {
        Self {
            logon: options.logon.clone(),
            limit,
        }
    }

    /// Reads the folder's descriptor, unless it is known. For a folder on a share, also reads the
    /// share's own descriptor and the names of the SIDs in both.
    pub(super) async fn read(&mut self, folder: &mut DropFolder, location: &Location) {
        if !location.is_saved && share_in(&location.path).is_none() {
            folder.descriptor =
                local_descriptor(folder, location, self.limit, xattr::descriptor).await;
        }
        if let Some(share) = &location.on_share {
            self.ask_server(folder, location, share).await;
        }
    }

    async fn ask_server(
        &mut self,
        folder: &mut DropFolder,
        location: &Location,
        share: &SharePath,
    ) {
        let has_password = matches!(self.logon, SmbLogon::Password { .. });
        let mut samba = Samba::new(share, &mut self.logon, self.limit);
        let is_asked = !location.is_saved && !is_known(folder);
        if is_asked {
            let answer = samba.descriptor().await;
            folder.descriptor = if location.is_mounted && share_in(&location.path).is_some() {
                at_other_path(&location.path, answer)
            } else {
                answer
            };
        }
        // With a ticket, ask further only if the server has answered already.
        if !is_known(folder) || !(is_asked || has_password) {
            return;
        }
        if location.is_share {
            folder.share = samba.share_descriptor().await;
        }
        folder.names = samba.names(&domain_sids(folder)).await;
        samba.look_up_sids(&mut folder.accounts).await;
    }
}

fn is_known(folder: &DropFolder) -> bool {
    matches!(folder.descriptor, Answer::Known(_))
}
