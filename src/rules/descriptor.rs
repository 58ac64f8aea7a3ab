//! What an account may do by a descriptor: on the thing itself and on what is made in it.

use super::directory::{DirectoryRight, RightOnObject, Way};
use windows_security::access::{EffectiveRights, Uncertainty};
use windows_security::directory::{self, Class};
use windows_security::inherit::{Creator, InheritedDescriptor, ObjectKind};
use windows_security::rights::MaskKind;
use windows_security::sid::Domains;
use windows_security::{Access, Descriptor, Target, Token, effective};

/// What was asked, next to the descriptor.
pub(crate) struct DescriptorQuestion {
    pub token: Option<Token>,
    /// In a container of Active Directory, the class of the objects.
    pub class: Option<Class>,
    pub domains: Domains,
}

/// Everything there is to say of a descriptor but the descriptor itself.
pub(crate) struct DescriptorVerdict {
    pub kind: MaskKind,
    /// The thing itself and what is made in it, where an account was asked about.
    pub places: Vec<DescriptorPlace>,
    /// The questions of a directory.
    pub questions: Vec<Answered>,
}

/// A thing on which rights are.
pub(crate) struct DescriptorPlace {
    /// Its key in JSON.
    pub key: &'static str,
    pub name: String,
    pub descriptor: Descriptor,
    pub rights: EffectiveRights,
}

/// An answer about a container.
pub(crate) struct Answered {
    /// Its keys in JSON.
    pub keys: &'static [&'static str],
    pub name: String,
    /// The ways in which it may be granted, each with what the numbers of its entries are of.
    pub ways: Vec<(Access, Descriptor)>,
}

impl Answered {
    fn new(keys: &'static [&'static str], name: String, ways: Vec<Way<'_>>) -> Self {
        let ways = ways
            .into_iter()
            .map(|way| (way.decision, way.descriptor.clone()))
            .collect();
        Self { keys, name, ways }
    }

    /// Returns the way that grants it, else every way that could have.
    pub(crate) fn deciding(&self) -> Vec<&(Access, Descriptor)> {
        match self.ways.iter().find(|(decision, _)| decision.is_granted()) {
            Some(way) => vec![way],
            None => self.ways.iter().collect(),
        }
    }

    /// Returns the answer as a word.
    pub(crate) fn word(&self) -> &'static str {
        let ways = self.deciding();
        if ways.iter().any(|(decision, _)| decision.is_granted()) {
            "granted"
        } else if ways.iter().any(|(decision, _)| decision.is_undecided()) {
            "undecided"
        } else {
            "denied"
        }
    }
}

impl DescriptorVerdict {
    pub(crate) fn new(descriptor: &Descriptor, question: &DescriptorQuestion) -> Self {
        let kind = if question.class.is_some() {
            MaskKind::Directory
        } else {
            MaskKind::File
        };
        let (places, questions) = match (&question.token, question.class) {
            (None, _) => (Vec::new(), Vec::new()),
            (Some(token), None) => (in_folder(descriptor, token), Vec::new()),
            (Some(token), Some(class)) => in_container(descriptor, token, class, question),
        };
        Self {
            kind,
            places,
            questions,
        }
    }

    /// Returns what is undecided: the keys of what it is about, why, and the descriptor.
    pub(crate) fn doubts(&self) -> impl Iterator<Item = (String, &Uncertainty, &Descriptor)> {
        let of_places = self.places.iter().flat_map(|place| {
            place
                .rights
                .uncertainties
                .iter()
                .map(|doubt| (place.key.to_owned(), doubt, &place.descriptor))
        });
        let of_questions = self.questions.iter().flat_map(|answer| {
            let ways = answer.deciding().into_iter();
            ways.flat_map(move |(decision, descriptor)| {
                uncertainties(decision)
                    .iter()
                    .map(move |doubt| (answer.keys.join(" "), doubt, descriptor))
            })
        });
        of_places.chain(of_questions)
    }
}

/// Returns why an access is undecided, nothing if it is decided.
fn uncertainties(decision: &Access) -> &[Uncertainty] {
    match decision {
        Access::Undecided(doubts) => doubts,
        _ => &[],
    }
}

fn in_folder(folder: &Descriptor, token: &Token) -> Vec<DescriptorPlace> {
    let rights = effective(folder, token, &Target::FILE);
    vec![
        DescriptorPlace {
            key: "folder",
            name: "the folder".to_owned(),
            descriptor: folder.clone(),
            rights,
        },
        in_new_object(folder, token, ObjectKind::File, ("new-file", "a new file")),
        in_new_object(
            folder,
            token,
            ObjectKind::Folder,
            ("new-folder", "a new subfolder"),
        ),
    ]
}

/// Returns what the token may do on a file or folder that a service of Windows creates in a folder.
/// The last parameter is the key and the name of the place.
fn in_new_object(
    folder: &Descriptor,
    token: &Token,
    kind: ObjectKind,
    (key, name): (&'static str, &str),
) -> DescriptorPlace {
    let child = InheritedDescriptor::new(folder, kind, &Creator::system_service());
    let rights = child.effective(token, &Target::FILE);
    DescriptorPlace {
        key,
        name: name.to_owned(),
        descriptor: child.descriptor,
        rights,
    }
}

fn in_container(
    container: &Descriptor,
    token: &Token,
    class: Class,
    question: &DescriptorQuestion,
) -> (Vec<DescriptorPlace>, Vec<Answered>) {
    let unit = Class::OrganizationalUnit;
    let object = directory::new_object(container, class, &question.domains);
    let new_unit = directory::new_object(container, unit, &question.domains);
    let places = [
        (
            "folder",
            "the container".to_owned(),
            container.clone(),
            unit,
        ),
        (
            "new-file",
            format!("a new {}", class.name()),
            object.clone(),
            class,
        ),
        (
            "new-folder",
            "a new organizational unit in it".to_owned(),
            new_unit,
            unit,
        ),
    ]
    .map(|(key, name, descriptor, its_class)| DescriptorPlace {
        key,
        name,
        rights: directory::on_object(&descriptor, token, its_class),
        descriptor,
    });
    let ways = |right, of_class| {
        let asked = RightOnObject {
            right,
            class: of_class,
            container,
            object: &object,
        };
        asked.ways(token, &[])
    };
    let name = class.name();
    let asked: [(&[&str], String, DirectoryRight, Class); 5] = [
        (
            &["create", "contact"],
            "create contact".to_owned(),
            DirectoryRight::Create,
            Class::Contact,
        ),
        (
            &["create", "group"],
            "create group".to_owned(),
            DirectoryRight::Create,
            Class::Group,
        ),
        (
            &["delete"],
            format!("delete {name}"),
            DirectoryRight::Delete,
            class,
        ),
        (
            &["delete-subtree"],
            format!("delete subtree of {name}"),
            DirectoryRight::DeleteTree,
            class,
        ),
        (
            &["write"],
            format!("change {name}"),
            DirectoryRight::Change,
            class,
        ),
    ];
    let questions = asked
        .into_iter()
        .map(|(keys, words, right, of_class)| Answered::new(keys, words, ways(right, of_class)))
        .collect();
    (places.into(), questions)
}
