//! Whether an account may do something to the folder or to the next message in it, and which ACE
//! decides.

use super::describe;
use super::view::FolderView;
use crate::rules::access;
use std::collections::BTreeSet;
use std::fmt;
use windows_security::access::{DecidedBy, Decision, Uncertainty, UncertaintyCause};
use windows_security::inherit::InheritedDescriptor;
use windows_security::rights::{
    DELETE, FILE_DELETE_CHILD, FILE_READ_DATA, MaskKind, READ, SYNCHRONIZE,
};
use windows_security::words::uncertainty as uncertainty_in_words;
use windows_security::{Access, Descriptor, EffectiveRights, Sid, Target, Token, effective};

/// Whether an account may do something, and the reason in words.
pub(super) type AccessDecision = access::AccessDecision<String, Denial, Unknowns>;

/// Why access is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denial {
    pub why: String,
    /// Whether an ACE denies it, so that another grant does not help.
    pub by_ace: bool,
}

/// What would have to be known to decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unknowns {
    /// The accounts that it may be, and the groups that it may be in.
    pub groups: BTreeSet<String>,
    pub others: BTreeSet<String>,
}

impl fmt::Display for Unknowns {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reasons: Vec<String> = Vec::new();
        if !self.groups.is_empty() {
            let groups: Vec<String> = self
                .groups
                .iter()
                .map(|group| format!("`{group}`"))
                .collect();
            reasons.push(format!(
                "it depends on whether it is in {}",
                alternatives(&groups)
            ));
        }
        reasons.extend(self.others.iter().cloned());
        out.write_str(&reasons.join("; "))
    }
}

impl Unknowns {
    pub(super) fn because(why: impl Into<String>) -> Self {
        Self {
            others: BTreeSet::from([why.into()]),
            ..Self::default()
        }
    }

    fn merged(mut self, other: Self) -> Self {
        self.groups.extend(other.groups);
        self.others.extend(other.others);
        self
    }
}

/// Returns `A, B or C`, or the first of many.
fn alternatives(words: &[String]) -> String {
    const MAX_NAMED: usize = 5;
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if words.len() <= MAX_NAMED => {
            format!("{} or {last}", first.join(", "))
        }
        many => {
            let first: Vec<&str> = many.iter().take(MAX_NAMED).map(String::as_str).collect();
            format!(
                "{} or one of {} others",
                first.join(", "),
                many.len() - first.len()
            )
        }
    }
}

impl AccessDecision {
    /// Combines two ways to the same access, of which one is enough. Of two denials, the first
    /// tells whether an ACE denies it.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Granted(why), _) | (_, Self::Granted(why)) => Self::Granted(why),
            (Self::Unknown(one), Self::Unknown(two)) => Self::Unknown(one.merged(two)),
            (Self::Unknown(why), Self::Denied(_)) | (Self::Denied(_), Self::Unknown(why)) => {
                Self::Unknown(why)
            }
            (Self::Denied(one), Self::Denied(two)) => Self::Denied(Denial {
                why: joined(&one.why, &two.why),
                by_ace: one.by_ace,
            }),
        }
    }

    /// Combines two accesses that are both needed.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied(one), Self::Denied(two)) => Self::Denied(Denial {
                why: joined(&one.why, &two.why),
                by_ace: one.by_ace || two.by_ace,
            }),
            (Self::Denied(denial), _) | (_, Self::Denied(denial)) => Self::Denied(denial),
            (Self::Unknown(one), Self::Unknown(two)) => Self::Unknown(one.merged(two)),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Granted(one), Self::Granted(two)) => Self::Granted(joined(&one, &two)),
        }
    }
}

fn joined(one: &str, two: &str) -> String {
    if one == two {
        one.to_owned()
    } else {
        format!("{one}; {two}")
    }
}

/// The folder, the next message or the share, with the rights of one token on it.
struct SecuredObject<'a> {
    view: &'a FolderView<'a>,
    descriptor: &'a Descriptor,
    /// Its name in sentences.
    name: &'static str,
    rights: EffectiveRights,
}

impl<'a> SecuredObject<'a> {
    fn folder(view: &'a FolderView<'a>, token: &Token) -> Self {
        Self::folder_with(view, &view.descriptor, token)
    }

    fn folder_with(view: &'a FolderView<'a>, descriptor: &'a Descriptor, token: &Token) -> Self {
        Self {
            view,
            descriptor,
            name: "the folder",
            rights: effective(descriptor, token, &Target::FILE),
        }
    }

    fn share(view: &'a FolderView<'a>, descriptor: &'a Descriptor, token: &Token) -> Self {
        Self {
            view,
            descriptor,
            name: "the share",
            rights: effective(descriptor, token, &Target::FILE),
        }
    }

    fn message(view: &'a FolderView<'a>, next: &'a InheritedDescriptor, token: &Token) -> Self {
        Self {
            view,
            descriptor: &next.descriptor,
            name: "a new message",
            rights: next.effective(token, &Target::FILE),
        }
    }

    /// Decides whether the token has all rights of the mask.
    fn access(&self, mask: u32) -> AccessDecision {
        match self.rights.needs(mask) {
            Access::Granted(decisions) => AccessDecision::Granted(format!(
                "{}: granted by {}",
                self.name,
                self.in_words(&decisions)
            )),
            Access::Denied(decisions) => AccessDecision::Denied(Denial {
                why: format!("{}: denied, {}", self.name, self.in_words(&decisions)),
                by_ace: decisions
                    .iter()
                    .any(|decision| matches!(decision.by, DecidedBy::Ace(_))),
            }),
            Access::Undecided(uncertainties) => {
                AccessDecision::Unknown(self.unknowns(&uncertainties))
            }
        }
    }

    /// Decides whether the token has any right of the mask.
    fn any_access(&self, mask: u32) -> AccessDecision {
        let granted = self.rights.granted & mask;
        let undecided = self.rights.undecided & mask;
        if granted != 0 {
            self.access(granted)
        } else if undecided != 0 {
            self.access(undecided)
        } else {
            self.access(mask)
        }
    }

    fn in_words(&self, decisions: &[Decision]) -> String {
        describe::decisions(self.view, self.descriptor, decisions)
    }

    fn unknowns(&self, uncertainties: &[Uncertainty]) -> Unknowns {
        let mut unknowns = Unknowns::default();
        for uncertainty in uncertainties {
            match &uncertainty.cause {
                UncertaintyCause::Membership(_, sid) | UncertaintyCause::OwnerMembership(sid)
                    if *sid == Sid::creator_owner() =>
                {
                    unknowns.others.insert(MAY_BE_OWNER.to_owned());
                }
                UncertaintyCause::Membership(_, sid) | UncertaintyCause::OwnerMembership(sid) => {
                    unknowns
                        .groups
                        .insert(describe::account_name(self.view, sid));
                }
                cause => {
                    let hint = match cause {
                        UncertaintyCause::Domain(..) => {
                            "; write its SID instead of the two \
                                                         letters"
                        }
                        _ => "",
                    };
                    let why = uncertainty_in_words(uncertainty, self.descriptor, MaskKind::File);
                    unknowns
                        .others
                        .insert(format!("{}: {why}{hint}", self.name));
                }
            }
        }
        unknowns
    }
}

const MAY_BE_OWNER: &str = "it depends on whether this account writes the messages and so owns \
                            them; look at the owner of a message there, or add an ACE for the \
                            account itself";

/// Reading the attributes of a file, which listing its folder includes (MS-FSA 2.1.5.1.2.1).
const READ_ATTRIBUTES: u32 = 0x80;
/// What opening a file for reading asks for besides its data and attributes.
const READ_REST: u32 = READ & !(FILE_READ_DATA | READ_ATTRIBUTES | SYNCHRONIZE);

/// What a token may do to a folder and to the next message in it.
pub(super) struct Rights<'a> {
    folder: SecuredObject<'a>,
    next: SecuredObject<'a>,
}

impl<'a> Rights<'a> {
    pub(super) fn new(view: &'a FolderView<'a>, token: &Token) -> Self {
        Self::with_next(view, &view.next, token)
    }

    /// Returns the rights if the next message had this descriptor.
    pub(super) fn with_next(
        view: &'a FolderView<'a>,
        next: &'a InheritedDescriptor,
        token: &Token,
    ) -> Self {
        Self {
            folder: SecuredObject::folder(view, token),
            next: SecuredObject::message(view, next, token),
        }
    }

    pub(super) fn list_folder(&self) -> AccessDecision {
        self.folder.access(FILE_READ_DATA)
    }

    /// Decides whether the token may read the next message.
    ///
    /// Most programs cannot open a file if only its data may be read. How SharePoint opens it is
    /// not documented, so that case is unknown.
    pub(super) fn read_message(&self) -> AccessDecision {
        let data = self.next.access(FILE_READ_DATA);
        if !data.is_granted() {
            return data;
        }
        let attributes = self.next.access(READ_ATTRIBUTES).or(self.list_folder());
        match self.next.access(READ_REST).and(attributes) {
            AccessDecision::Granted(_) => data,
            AccessDecision::Denied(denial) => AccessDecision::Unknown(Unknowns::because(format!(
                "it may read the data, but not everything that programs ask for with it (Read is \
                 {}): {}",
                describe::mask(READ),
                denial.why
            ))),
            unknown => unknown,
        }
    }

    /// Decides whether the token may delete the next message, by a right on it or by one on the
    /// folder (MS-FSA 2.1.5.1.2.1).
    pub(super) fn delete_message(&self) -> AccessDecision {
        self.next
            .access(DELETE)
            .or(self.folder.access(FILE_DELETE_CHILD))
    }

    /// Decides whether the token has all rights of the mask on the folder itself.
    pub(super) fn access_folder(&self, mask: u32) -> AccessDecision {
        self.folder.access(mask)
    }

    /// Returns the rights on the folder in words.
    pub(super) fn on_folder(&self) -> String {
        describe::effective_rights(&self.folder.rights)
    }

    /// Returns the rights on the next message in words.
    pub(super) fn on_message(&self) -> String {
        describe::effective_rights(&self.next.rights)
    }
}

/// Decides whether the share's own permissions grant all rights of the mask.
pub(super) fn access_through_share(
    view: &FolderView<'_>,
    share: &Descriptor,
    token: &Token,
    mask: u32,
) -> AccessDecision {
    SecuredObject::share(view, share, token).access(mask)
}

/// Decides whether every member of a group has any of these rights on the folder or on the next
/// message, without being the folder's owner.
pub(super) fn any_access(
    view: &FolderView<'_>,
    token: &Token,
    on_folder: u32,
    on_message: u32,
) -> AccessDecision {
    // An unknown owner could be a member of the group. SYSTEM is in none of these.
    let mut descriptor = view.descriptor.clone();
    if descriptor.owner.is_none() {
        descriptor.owner = Some(Sid::nt(18).into());
    }
    let folder = SecuredObject::folder_with(view, &descriptor, token);
    let next = SecuredObject::message(view, &view.next, token);
    folder.any_access(on_folder).or(next.any_access(on_message))
}
