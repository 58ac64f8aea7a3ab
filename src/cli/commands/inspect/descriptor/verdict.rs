//! What an account may do by a descriptor: on the thing itself and on what is made in it.

use windows_security::access::{EffectiveRights, Uncertainty};
use windows_security::directory::{self, Class};
use windows_security::inherit::{Creator, InheritedDescriptor, ObjectKind};
use windows_security::rights::MaskKind;
use windows_security::sid::Domains;
use windows_security::{Access, Descriptor, Target, Token, effective};

/// What was asked, next to the descriptor.
pub(super) struct Question {
    pub token: Option<Token>,
    /// In a container of Active Directory, the class of the objects.
    pub class: Option<Class>,
    pub domains: Domains,
}

/// Everything there is to say of a descriptor but the descriptor itself.
pub(super) struct Verdict {
    pub kind: MaskKind,
    /// The thing itself and what is made in it, where an account was asked about.
    pub places: Vec<Place>,
    /// The questions of a directory.
    pub questions: Vec<Answered>,
}

/// A thing on which rights are.
pub(super) struct Place {
    /// Its key in JSON.
    pub key: &'static str,
    pub name: String,
    pub descriptor: Descriptor,
    pub rights: EffectiveRights,
}

/// An answer about a container.
pub(super) struct Answered {
    /// Its keys in JSON.
    pub keys: &'static [&'static str],
    pub name: String,
    /// The ways in which it may be granted, each with what the numbers of its entries are of.
    pub ways: Vec<(Access, Descriptor)>,
}

impl Answered {
    fn new(keys: &'static [&'static str], name: String, ways: Vec<(Access, &Descriptor)>) -> Self {
        let ways = ways
            .into_iter()
            .map(|(decision, of)| (decision, of.clone()))
            .collect();
        Self { keys, name, ways }
    }

    /// Returns the way that grants it, else every way that could have.
    pub(super) fn deciding(&self) -> Vec<&(Access, Descriptor)> {
        match self.ways.iter().find(|(decision, _)| decision.is_granted()) {
            Some(path) => vec![path],
            None => self.ways.iter().collect(),
        }
    }

    /// Returns the answer as a word.
    pub(super) fn word(&self) -> &'static str {
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

impl Verdict {
    pub(super) fn new(descriptor: &Descriptor, question: &Question) -> Self {
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
    pub(super) fn doubts(&self) -> impl Iterator<Item = (String, &Uncertainty, &Descriptor)> {
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

fn in_folder(folder: &Descriptor, token: &Token) -> Vec<Place> {
    let rights = effective(folder, token, &Target::FILE);
    vec![
        Place {
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
) -> Place {
    let child = InheritedDescriptor::new(folder, kind, &Creator::system_service());
    let rights = child.effective(token, &Target::FILE);
    Place {
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
    question: &Question,
) -> (Vec<Place>, Vec<Answered>) {
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
    .map(|(key, name, descriptor, its_class)| Place {
        key,
        name,
        rights: directory::on_object(&descriptor, token, its_class),
        descriptor,
    });
    let mut questions = Vec::new();
    for (keys, created) in [
        (&["create", "contact"], Class::Contact),
        (&["create", "group"], Class::Group),
    ] {
        let path = (directory::may_create(container, token, created), container);
        let name = format!("create {}", created.name());
        questions.push(Answered::new(keys, name, vec![path]));
    }
    let delete = vec![
        (directory::may_delete_itself(&object, token, class), &object),
        (
            directory::may_delete_child(container, token, class),
            container,
        ),
    ];
    let subtree = vec![(directory::may_delete_tree(&object, token, class), &object)];
    let write = vec![(directory::may_change(&object, token, class, &[]), &object)];
    let name = class.name();
    questions.extend([
        Answered::new(&["delete"], format!("delete {name}"), delete),
        Answered::new(
            &["delete-subtree"],
            format!("delete subtree of {name}"),
            subtree,
        ),
        Answered::new(&["write"], format!("change {name}"), write),
    ]);
    (places.into(), questions)
}
