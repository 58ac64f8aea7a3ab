//! What was seen of a folder's rights, as far as a rule may rely on it; where it may not, the
//! verdict that follows.

use super::super::{Place, Polled};
use crate::facts::{Answer, DescriptorSeen, DropFolder};
use crate::farm::values::{FolderLocation, FolderPath, FromText};
use crate::rules::Outcome;
use std::collections::BTreeSet;
use windows_security::inherit::{Child, Made, Maker};
use windows_security::{AclPart, Descriptor, Entry, Sid};

/// Central Administration and the Timer service.
pub const ADMIN: &str = "WSS_ADMIN_WPG";
/// The web applications.
pub const WEB: &str = "WSS_WPG";

/// A folder whose list is known.
pub struct View<'a> {
    pub place: Place<'a>,
    pub key: String,
    pub seen: &'a DropFolder,
    pub is_share: bool,
    pub descriptor: Descriptor,
    /// That of the next message.
    pub next: Child,
}

impl<'a> View<'a> {
    /// What a folder's descriptor says, and what to say where it says nothing.
    pub fn new(polled: Polled<'a>) -> Result<Self, Outcome> {
        let Polled { place, key, seen } = polled;
        let is_share = is_share(place);
        let Some(seen) = seen else {
            return Err(not_asked(place));
        };
        if let Answer::Absent(_) = &seen.contents {
            return Err(Outcome::not_applicable(
                "there is no such folder (folder-missing)",
            ));
        }
        let descriptor = match &seen.descriptor {
            Answer::Known(descriptor) => read(descriptor)?,
            Answer::Absent(_) => {
                return Err(Outcome::not_applicable(
                    "there is no such folder (folder-missing)",
                ));
            }
            Answer::Failed(why) => {
                return Err(Outcome::undecided(format!(
                    "its permissions are not known: {why}"
                )));
            }
            Answer::NotAsked => return Err(not_asked(place)),
        };
        if descriptor.dacl == AclPart::Absent {
            let what = "the descriptor that was seen holds no list of permissions, so it says \
                        nothing; ask for the DACL";
            return Err(Outcome::undecided(what));
        }
        let next = Child::new(&descriptor, Made::File, &maker(is_share));
        Ok(View {
            place,
            key,
            seen,
            is_share,
            descriptor,
            next,
        })
    }

    /// The next message if every entry of the folder's list were handed on to it.
    pub fn next_if_inherited(&self) -> Child {
        use windows_security::descriptor::flags;
        let mut descriptor = self.descriptor.clone();
        if let AclPart::Present(acl) = &mut descriptor.dacl {
            let only_here = acl
                .entries
                .iter_mut()
                .filter(|entry| !entry.has(flags::INHERIT_ONLY));
            only_here.for_each(|entry| entry.flags |= flags::OBJECT_INHERIT);
        }
        Child::new(&descriptor, Made::File, &maker(self.is_share))
    }

    /// Where the folder is, for the servers that poll it.
    pub fn location(&self) -> FolderLocation {
        FolderLocation::from_text(self.place.path)
    }

    /// The share's own descriptor.
    pub fn share(&self) -> Result<Descriptor, Outcome> {
        if !self.is_share {
            return Err(Outcome::not_applicable(
                "the folder is on the server's own disk",
            ));
        }
        let undecided = |why: &str| {
            Outcome::undecided(format!(
                "the share's own permissions are not known: {why}; `Get-SmbShareAccess` on its \
                 server shows them"
            ))
        };
        match &self.seen.share {
            Answer::Known(seen) => match read(seen)? {
                share if share.dacl == AclPart::Absent => {
                    Err(undecided("what was seen holds no list"))
                }
                share => Ok(share),
            },
            Answer::Absent(why) | Answer::Failed(why) => Err(undecided(why)),
            Answer::NotAsked => Err(undecided("they were not asked for")),
        }
    }

    /// Everyone whom the folder's list and the share's name.
    pub fn trustees(&self) -> BTreeSet<Sid> {
        let share = self.share().map(|share| share.dacl).unwrap_or_default();
        let entries = self.descriptor.dacl.entries().iter().chain(share.entries());
        let sid = |entry: &Entry| {
            entry
                .permission()
                .and_then(|its| its.trustee.sid().cloned())
        };
        entries.filter_map(sid).collect()
    }

    /// The name of a SID, as the folder's server has it.
    pub fn name(&self, sid: &Sid) -> Option<&'a str> {
        match self.seen.names.get(sid) {
            Some(Answer::Known(found)) => Some(&found.name),
            _ => None,
        }
    }

    /// Whether a SID in the list of a folder on a share is surely another machine's, and so in
    /// nobody's token there. That the share's server does not know it proves nothing alone: it
    /// says so of those whose domain it cannot reach, too. It does where the same machine has
    /// one of SharePoint's groups, since the server's own it would know.
    pub fn is_elsewhere(&self, sid: &Sid) -> bool {
        let machine = sid.domain();
        let has_group = || given(self).any(|group| group.domain() == machine);
        self.is_share
            && machine.is_some()
            && matches!(self.seen.names.get(sid), Some(Answer::Absent(_)))
            && has_group()
    }
}

/// Who makes the next message: the SMTP service, which runs as SYSTEM. On a share it is some
/// computer's account, and which is not known.
fn maker(is_share: bool) -> Maker {
    if is_share {
        Maker::somebody()
    } else {
        Maker::system_service()
    }
}

pub fn is_share(place: Place<'_>) -> bool {
    FolderPath::from_text(place.path).is_ok_and(|path| path.is_share())
}

fn read(seen: &DescriptorSeen) -> Result<Descriptor, Outcome> {
    seen.read()
        .map_err(|why| Outcome::undecided(format!("the descriptor cannot be read: {why}")))
}

fn not_asked(place: Place<'_>) -> Outcome {
    let server = place
        .server
        .map(|server| format!(" --server {server}"))
        .unwrap_or_default();
    Outcome::undecided(format!(
        "its permissions were not looked at; `spinmail gather folder --sddl SDDL{server}` takes \
         what `(Get-Acl -LiteralPath PATH).Sddl` prints"
    ))
}

fn is_called(found: &str, name: &str) -> bool {
    found
        .rsplit('\\')
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case(name))
}

/// The SIDs that were said to be those of SharePoint's groups.
pub fn given<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a Sid> {
    view.seen
        .accounts
        .iter()
        .filter_map(|seen| match &seen.sid {
            Answer::Known(sid) if [ADMIN, WEB].iter().any(|name| is_called(&seen.name, name)) => {
                Some(sid)
            }
            _ => None,
        })
}

/// The SID of a group of that name, where the list names it.
pub fn sid_of(view: &View<'_>, name: &str) -> Option<Sid> {
    let given = view.seen.accounts.iter().find_map(|seen| match &seen.sid {
        Answer::Known(sid) if is_called(&seen.name, name) => Some(sid.clone()),
        _ => None,
    });
    let is_it = |sid: &Sid| view.name(sid).is_some_and(|found| is_called(found, name));
    given.or_else(|| view.trustees().into_iter().find(is_it))
}
