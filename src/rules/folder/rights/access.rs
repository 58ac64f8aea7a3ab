//! Whether an account may do something to the folder or to the next message in it, and what says
//! so.

use super::describe;
use super::view::View;
use std::collections::BTreeSet;
use std::fmt;
use windows_security::access::{By, Cause, Doubt, Ruling};
use windows_security::inherit::Child;
use windows_security::rights::{
    DELETE, FILE_DELETE_CHILD, FILE_READ_DATA, Kind, READ, SYNCHRONIZE,
};
use windows_security::words::doubt as doubt_words;
use windows_security::{Decision, Descriptor, Effective, Sid, Target, Token, effective};

/// The answer, and its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Yes(String),
    No(Refusal),
    Unknown(Open),
}

/// What would decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// Whoever the account may or may not be, or be a member of.
    pub groups: BTreeSet<String>,
    pub others: BTreeSet<String>,
}

impl fmt::Display for Open {
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
                either(&groups)
            ));
        }
        reasons.extend(self.others.iter().cloned());
        out.write_str(&reasons.join("; "))
    }
}

impl Open {
    fn with(mut self, other: Self) -> Self {
        self.groups.extend(other.groups);
        self.others.extend(other.others);
        self
    }

    pub fn because(why: impl Into<String>) -> Self {
        Self {
            others: BTreeSet::from([why.into()]),
            ..Self::default()
        }
    }
}

/// `A, B or C`; of many, the first.
fn either(words: &[String]) -> String {
    const MOST: usize = 5;
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if words.len() <= MOST => format!("{} or {last}", first.join(", ")),
        many => {
            let first: Vec<&str> = many.iter().take(MOST).map(String::as_str).collect();
            format!(
                "{} or one of {} others",
                first.join(", "),
                many.len() - first.len()
            )
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub why: String,
    /// An entry takes it; granting it once more does not help.
    pub by_entry: bool,
}

/// Reading the attributes of a file, which listing its folder includes (MS-FSA 2.1.5.1.2.1).
const READ_ATTRIBUTES: u32 = 0x80;
/// What opening a file for reading asks for beside its data and attributes.
const READ_REST: u32 = READ & !(FILE_READ_DATA | READ_ATTRIBUTES | SYNCHRONIZE);

impl Held {
    /// If one way is enough; the reason for a refusal is that of the first.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes(why), _) | (_, Self::Yes(why)) => Self::Yes(why),
            (Self::Unknown(one), Self::Unknown(two)) => Self::Unknown(one.with(two)),
            (Self::Unknown(why), Self::No(_)) | (Self::No(_), Self::Unknown(why)) => {
                Self::Unknown(why)
            }
            (Self::No(one), Self::No(two)) => Self::No(Refusal {
                why: joined(&one.why, &two.why),
                by_entry: one.by_entry,
            }),
        }
    }

    /// If both are needed.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(one), Self::No(two)) => Self::No(Refusal {
                why: joined(&one.why, &two.why),
                by_entry: one.by_entry || two.by_entry,
            }),
            (Self::No(refusal), _) | (_, Self::No(refusal)) => Self::No(refusal),
            (Self::Unknown(one), Self::Unknown(two)) => Self::Unknown(one.with(two)),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Yes(one), Self::Yes(two)) => Self::Yes(joined(&one, &two)),
        }
    }

    pub fn is_no(&self) -> bool {
        matches!(self, Self::No(_))
    }
}

fn joined(one: &str, two: &str) -> String {
    if one == two {
        one.to_owned()
    } else {
        format!("{one}; {two}")
    }
}

/// What a token may do to a thing.
struct Thing<'a> {
    view: &'a View<'a>,
    descriptor: &'a Descriptor,
    /// What it is called.
    name: &'static str,
    rights: Effective,
}

impl<'a> Thing<'a> {
    fn new(
        view: &'a View<'a>,
        descriptor: &'a Descriptor,
        name: &'static str,
        token: &Token,
    ) -> Self {
        Self {
            view,
            descriptor,
            name,
            rights: effective(descriptor, token, &Target::FILE),
        }
    }

    fn message(view: &'a View<'a>, next: &'a Child, token: &Token) -> Self {
        let rights = next.effective(token, &Target::FILE);
        Self {
            view,
            descriptor: &next.descriptor,
            name: "a new message",
            rights,
        }
    }

    fn needs(&self, mask: u32) -> Held {
        let by_entry = |ruling: &Ruling| matches!(ruling.by, By::Entry(_));
        let said = |by: &[Ruling]| describe::rulings(self.view, self.descriptor, by);
        match self.rights.needs(mask) {
            Decision::Granted(by) => Held::Yes(format!("{}: granted by {}", self.name, said(&by))),
            Decision::Denied(by) => Held::No(Refusal {
                why: format!("{}: denied, {}", self.name, said(&by)),
                by_entry: by.iter().any(by_entry),
            }),
            Decision::Undecided(why) => Held::Unknown(self.open(&why)),
        }
    }
}

impl Thing<'_> {
    fn open(&self, doubts: &[Doubt]) -> Open {
        let mut open = Open::default();
        for doubt in doubts {
            match &doubt.cause {
                Cause::Membership(_, sid) | Cause::OwnerMembership(sid)
                    if *sid == Sid::creator_owner() =>
                {
                    open.others.insert(MAY_BE_MAKER.to_owned());
                }
                Cause::Membership(_, sid) | Cause::OwnerMembership(sid) => {
                    open.groups.insert(describe::who(self.view, sid));
                }
                cause => {
                    let end = if let Cause::Domain(..) = cause {
                        "; write its SID in place of the letters"
                    } else {
                        ""
                    };
                    let why = doubt_words(doubt, self.descriptor, Kind::File);
                    open.others.insert(format!("{}: {why}{end}", self.name));
                }
            }
        }
        open
    }
}

const MAY_BE_MAKER: &str = "it depends on whether this account writes the messages there, and so \
                            owns them; the owner of a message that lies there tells, and an entry \
                            for the account itself decides";

/// What a token may do to a folder and to the next message in it.
pub struct Rights<'a> {
    folder: Thing<'a>,
    next: Thing<'a>,
}

impl<'a> Rights<'a> {
    pub fn new(view: &'a View<'a>, token: &Token) -> Self {
        Self::with_next(view, &view.next, token)
    }

    /// The same if the next message had this descriptor.
    pub fn with_next(view: &'a View<'a>, next: &'a Child, token: &Token) -> Self {
        Self {
            folder: Thing::new(view, &view.descriptor, "the folder", token),
            next: Thing::message(view, next, token),
        }
    }

    /// Listing the folder.
    pub fn list(&self) -> Held {
        self.folder.needs(FILE_READ_DATA)
    }

    /// Reading the next message. Who may read its data and not the rest is kept from opening it by
    /// most programs, and nobody but SharePoint knows how it opens it.
    pub fn read(&self) -> Held {
        let data = self.next.needs(FILE_READ_DATA);
        if !matches!(data, Held::Yes(_)) {
            return data;
        }
        let rest = self
            .next
            .needs(READ_REST)
            .and(self.next.needs(READ_ATTRIBUTES).or(self.list()));
        match rest {
            Held::Yes(_) => data,
            Held::No(refusal) => Held::Unknown(Open::because(format!(
                "it may read the data, and not what programs ask for with it (Read is {}): {}",
                describe::mask(READ),
                refusal.why
            ))),
            unknown => unknown,
        }
    }

    /// Deleting the next message: a right on it, or one on the folder (MS-FSA 2.1.5.1.2.1).
    pub fn delete(&self) -> Held {
        self.next
            .needs(DELETE)
            .or(self.folder.needs(FILE_DELETE_CHILD))
    }

    /// Rights on the folder itself.
    pub fn on_itself(&self, mask: u32) -> Held {
        self.folder.needs(mask)
    }

    /// What there is, in words.
    pub fn on_folder(&self) -> String {
        describe::effective(&self.folder.rights)
    }

    pub fn on_next(&self) -> String {
        describe::effective(&self.next.rights)
    }
}

/// Whether the share lets through what is needed: reading, and where it is wanted deleting.
pub fn through_share(view: &View<'_>, share: &Descriptor, token: &Token, delete: bool) -> Held {
    let mask = if delete {
        FILE_READ_DATA | DELETE
    } else {
        FILE_READ_DATA
    };
    Thing::new(view, share, "the share", token).needs(mask)
}

/// Whether everybody in a group, who owns nothing, has any of these rights on the folder or on the
/// next message.
pub fn any(view: &View<'_>, token: &Token, on_folder: u32, on_next: u32) -> Held {
    let owner = view
        .descriptor
        .owner
        .clone()
        .or_else(|| Some(Sid::nt(18).into()));
    let descriptor = Descriptor {
        owner,
        ..view.descriptor.clone()
    };
    let rights = Rights {
        folder: Thing::new(view, &descriptor, "the folder", token),
        ..Rights::new(view, token)
    };
    let of = |thing: &Thing<'_>, mask: u32| match thing.rights {
        Effective { granted, .. } if granted & mask != 0 => thing.needs(granted & mask),
        Effective { undecided, .. } if undecided & mask != 0 => thing.needs(undecided & mask),
        _ => thing.needs(mask),
    };
    of(&rights.folder, on_folder).or(of(&rights.next, on_next))
}
