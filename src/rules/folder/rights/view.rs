//! What was observed of a drop folder's ACL, as far as a rule may rely on it; otherwise the outcome
//! that follows.

use super::super::observed::{FolderRef, ObservedFolder, no_such_folder};
use crate::facts::{Answer, DropFolder, ObservedDescriptor};
use crate::farm::values::{Account, FolderLocation, SharePath};
use crate::remedy;
use crate::rules::{Judged, Outcome};
use std::collections::BTreeSet;
use windows_security::descriptor::flags;
use windows_security::inherit::{Creator, InheritedDescriptor, ObjectKind};
use windows_security::{Ace, AclPart, Descriptor, Sid};

/// SharePoint's local group of Central Administration and the Timer service.
pub(super) const ADMIN_GROUP: &str = "WSS_ADMIN_WPG";
/// SharePoint's local group of the web applications.
pub(super) const WEB_GROUP: &str = "WSS_WPG";

/// Returns the outcome of rules about the entries of a NULL DACL.
pub(super) fn has_null_dacl() -> Outcome {
    Outcome::because("folder-no-list", "the folder has a NULL DACL")
}

/// The outcome's reason for a folder that is not on a share.
pub(super) const NOT_ON_SHARE: &str = "the folder is on the server's own disk";

/// A folder whose ACL is known.
pub(super) struct FolderView<'a> {
    pub folder: FolderRef<'a>,
    /// The setting that names it.
    pub key: String,
    pub facts: &'a DropFolder,
    pub location: FolderLocation,
    pub descriptor: Descriptor,
    /// The descriptor that the next message will have.
    pub next: InheritedDescriptor,
}

impl<'a> FolderView<'a> {
    /// Reads the folder's descriptor, or returns the outcome if there is none to judge.
    pub(super) fn new(observed: ObservedFolder<'a>) -> Judged<Self> {
        let ObservedFolder { folder, key, facts } = observed;
        let facts = facts.ok_or_else(|| not_asked(folder))?;
        if let Answer::Absent(_) = &facts.contents {
            return Err(no_such_folder());
        }
        let descriptor = match &facts.descriptor {
            Answer::Known(descriptor) => read(descriptor)?,
            Answer::Absent(_) => return Err(no_such_folder()),
            Answer::Failed(why) => {
                return Err(Outcome::undecided(format!(
                    "its permissions are not known: {why}"
                )));
            }
            Answer::NotAsked => return Err(not_asked(folder)),
        };
        if descriptor.dacl == AclPart::Absent {
            return Err(Outcome::undecided(
                "the security descriptor was read without its DACL; read it with the DACL",
            ));
        }
        let location = folder.location();
        let next =
            InheritedDescriptor::new(&descriptor, ObjectKind::File, &message_creator(location));
        Ok(Self {
            folder,
            key,
            facts,
            location,
            descriptor,
            next,
        })
    }

    /// Returns the same folder with another descriptor.
    pub(super) fn with_descriptor(&self, descriptor: Descriptor) -> Self {
        let next = InheritedDescriptor::new(
            &descriptor,
            ObjectKind::File,
            &message_creator(self.location),
        );
        Self {
            folder: self.folder,
            key: self.key.clone(),
            facts: self.facts,
            location: self.location,
            descriptor,
            next,
        }
    }

    /// Returns the next message's descriptor as it would be if every ACE of the folder were
    /// inherited.
    pub(super) fn next_if_inherited(&self) -> InheritedDescriptor {
        let mut descriptor = self.descriptor.clone();
        if let AclPart::Present(acl) = &mut descriptor.dacl {
            for ace in &mut acl.aces {
                if !ace.has(flags::INHERIT_ONLY) {
                    ace.flags |= flags::OBJECT_INHERIT;
                }
            }
        }
        InheritedDescriptor::new(
            &descriptor,
            ObjectKind::File,
            &message_creator(self.location),
        )
    }

    /// Returns the share's own descriptor, or the outcome if there is none to judge.
    pub(super) fn share_descriptor(&self) -> Judged<Descriptor> {
        if !self.is_share() {
            return Err(Outcome::not_applicable(NOT_ON_SHARE));
        }
        match &self.facts.share {
            Answer::Known(observed) => {
                let share = read(observed)?;
                if share.dacl == AclPart::Absent {
                    return Err(share_unknown(
                        "the security descriptor was read without its DACL",
                    ));
                }
                Ok(share)
            }
            Answer::Absent(_) | Answer::Failed(_) => {
                Err(share_unknown(&self.facts.share.why_not()))
            }
            Answer::NotAsked => Err(share_unknown("they were not read")),
        }
    }

    /// Returns every SID in the folder's ACL and the share's.
    pub(super) fn trustees(&self) -> BTreeSet<Sid> {
        let share = match self.share_descriptor() {
            Ok(descriptor) => descriptor.dacl,
            Err(_) => AclPart::default(),
        };
        let aces = self.descriptor.dacl.aces().iter().chain(share.aces());
        aces.filter_map(trustee).cloned().collect()
    }

    /// Returns the name of a SID on the folder's server.
    pub(super) fn name(&self, sid: &Sid) -> Option<&'a str> {
        match self.facts.names.get(sid) {
            Some(Answer::Known(found)) => Some(&found.name),
            _ => None,
        }
    }

    /// Returns whether a SID in the ACL of a folder on a share certainly belongs to another
    /// machine, so that no token on the share's server contains it.
    ///
    /// That the share's server does not know the SID does not prove it: the server gives the same
    /// answer for a domain that it cannot reach. It is proved if one of SharePoint's groups is of
    /// the same machine: the server would know its own groups.
    pub(super) fn is_of_other_machine(&self, sid: &Sid) -> bool {
        let Some(machine) = sid.domain() else {
            return false;
        };
        self.is_share()
            && matches!(self.facts.names.get(sid), Some(Answer::Absent(_)))
            && self
                .given_group_sids()
                .any(|group| group.domain().as_ref() == Some(&machine))
    }

    pub(super) fn is_share(&self) -> bool {
        self.location == FolderLocation::Share
    }

    /// Returns where commands about a folder on a share run, for the end of a remedy, or nothing for a
    /// local folder. Through the share, its own permissions may keep them from changing the ACL.
    pub(super) fn where_commands_run(&self) -> String {
        let Some(share) = SharePath::from_text(self.folder.path) else {
            return String::new();
        };
        format!(
            "; the ACL is changed on the file server, not through the share: printed commands \
             connect to `{}` by PowerShell remoting and take the local path from the share `{}`. \
             If this is a DFS path, write the server and the share of its target there instead \
             (`Get-DfsnFolderTarget` prints them)",
            share.server, share.share
        )
    }

    /// Returns the SIDs that were given as those of SharePoint's groups.
    pub(super) fn given_group_sids(&self) -> impl Iterator<Item = &Sid> {
        self.facts
            .accounts
            .iter()
            .filter(|account| {
                has_short_name(&account.name, ADMIN_GROUP)
                    || has_short_name(&account.name, WEB_GROUP)
            })
            .filter_map(|account| account.sid.known())
    }

    /// Returns the SID of a group: the one that was given, or one in the ACL with this name.
    pub(super) fn sid_of_group(&self, name: &str) -> Option<Sid> {
        let given = self
            .facts
            .accounts
            .iter()
            .filter(|account| has_short_name(&account.name, name))
            .find_map(|account| account.sid.known());
        if let Some(sid) = given {
            return Some(sid.clone());
        }
        self.trustees().into_iter().find(|sid| {
            self.name(sid)
                .is_some_and(|found| has_short_name(found, name))
        })
    }
}

/// Returns the SID that an ACE is for.
pub(super) fn trustee(ace: &Ace) -> Option<&Sid> {
    ace.permission()?.trustee.sid()
}

/// Returns whether `name` is this account's name, with or without a domain; case-insensitive.
fn has_short_name(account: &str, name: &str) -> bool {
    account
        .rsplit('\\')
        .next()
        .is_some_and(|last| Account::same(last, name))
}

/// Returns who creates the next message: the SMTP service, which runs as SYSTEM, or on a share the
/// account of an unknown computer.
fn message_creator(location: FolderLocation) -> Creator {
    match location {
        FolderLocation::Share => Creator::unknown(),
        FolderLocation::LocalDisk => Creator::system_service(),
    }
}

fn read(observed: &ObservedDescriptor) -> Judged<Descriptor> {
    observed
        .read()
        .map_err(|why| Outcome::undecided(format!("the security descriptor cannot be read: {why}")))
}

fn share_unknown(why: &str) -> Outcome {
    Outcome::undecided(format!(
        "the share permissions are not known: {why}; `Get-SmbShareAccess` on the file server \
         shows them"
    ))
}

fn not_asked(folder: FolderRef<'_>) -> Outcome {
    let command = match folder.server {
        Some(server) => remedy::spinmail("gather folder --sddl SDDL --server {NAME}", &[&server]),
        None => remedy::spinmail("gather folder --sddl SDDL", &[]),
    };
    Outcome::undecided(format!(
        "its permissions were not read; give the output of `(Get-Acl -LiteralPath PATH).Sddl` to \
         `{command}`"
    ))
}
