//! What was seen of a folder's rights, as far as a rule may rely on it; where it may not, the
//! verdict that follows.

use super::super::{FOLDER, Place, Polled, polled};
use super::groups;
use super::party::Subject;
use crate::facts::{Answer, DescriptorSeen, DropFolder};
use crate::farm::AccountRole;
use crate::farm::values::{FolderLocation, FolderPath, FromText};
use crate::formats::security::inherit::{Child, Made, Maker};
use crate::formats::security::{AclPart, Descriptor, Entry, Sid};
use crate::rules::{Case, Judged, Outcome};
use std::collections::BTreeSet;

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
    fn new(polled: Polled<'a>) -> Result<Self, Outcome> {
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
        use crate::formats::security::descriptor::flags;
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
        let has_group = || groups::given(self).any(|group| group.domain() == machine);
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

fn is_share(place: Place<'_>) -> bool {
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

/// Which folders a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    OnShares,
}

/// Judges every folder that is polled.
pub fn of_folders(
    case: &Case<'_>,
    which: Which,
    judge: impl Fn(&View<'_>) -> Outcome,
) -> Vec<Judged> {
    of_views(case, which, |view| {
        vec![Judged::new(view.place.subject(), judge(view)).about(view.key.clone())]
    })
}

/// Judges the accounts with one of these roles, for every folder on its own.
pub fn of_parties(
    case: &Case<'_>,
    which: Which,
    is_wanted: impl Fn(AccountRole<'_>) -> bool,
    none: &str,
    judge: impl Fn(&View<'_>, &Subject<'_>) -> Outcome,
) -> Vec<Judged> {
    of_views(case, which, |view| {
        let parties = case.farm.service_accounts(view.location());
        let wanted = parties.into_iter().filter(|party| is_wanted(party.role));
        let judged = wanted.map(|party| {
            let subject = Subject::new(case, view, party);
            Judged::new(
                format!("{} {subject}", view.place.subject()),
                judge(view, &subject),
            )
            .about(subject.key())
        });
        let judged: Vec<Judged> = judged.collect();
        if !judged.is_empty() {
            return judged;
        }
        vec![
            Judged::new(view.place.subject(), Outcome::not_applicable(none))
                .about(view.key.clone()),
        ]
    })
}

fn of_views(
    case: &Case<'_>,
    which: Which,
    judge: impl Fn(&View<'_>) -> Vec<Judged>,
) -> Vec<Judged> {
    let polled = match polled(case) {
        Ok(polled) => polled,
        Err(instead) => return vec![Judged::new(FOLDER, instead)],
    };
    let of_one = |polled: Polled<'_>| {
        let (subject, key) = (polled.place.subject(), polled.key.clone());
        if which == Which::OnShares && !is_share(polled.place) {
            let why = "the folder is on the server's own disk";
            return vec![Judged::new(subject, Outcome::not_applicable(why)).about(polled.key)];
        }
        match View::new(polled) {
            Ok(view) => judge(&view),
            Err(instead) => vec![Judged::new(subject, instead).about(key)],
        }
    };
    polled.into_iter().flat_map(of_one).collect()
}
