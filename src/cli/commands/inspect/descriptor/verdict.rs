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
    /// The way that grants it; else all that could have.
    pub(super) fn deciding(&self) -> Vec<&(Access, Descriptor)> {
        match self.ways.iter().find(|(decision, _)| decision.is_granted()) {
            Some(way) => vec![way],
            None => self.ways.iter().collect(),
        }
    }

    pub(super) fn word(&self) -> &'static str {
        let ways = self.deciding();
        let any = |is: fn(&Access) -> bool| ways.iter().any(|(decision, _)| is(decision));
        match (any(Access::is_granted), any(Access::is_undecided)) {
            (true, _) => "granted",
            (false, true) => "undecided",
            (false, false) => "denied",
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

    /// What is not decided: about what, why, and of which descriptor.
    pub(super) fn doubts<'a>(
        &'a self,
    ) -> impl Iterator<Item = (String, &'a Uncertainty, &'a Descriptor)> {
        let of_places = self.places.iter().flat_map(|place| {
            place
                .rights
                .uncertainties
                .iter()
                .map(|doubt| (place.key.to_owned(), doubt, &place.descriptor))
        });
        let of_questions = self.questions.iter().flat_map(|answer| {
            let of_way = move |(decision, descriptor): &'a (Access, Descriptor)| {
                let doubts = match decision {
                    Access::Undecided(doubts) => &doubts[..],
                    _ => &[],
                };
                doubts
                    .iter()
                    .map(move |doubt| (answer.keys.join(" "), doubt, descriptor))
            };
            answer.deciding().into_iter().flat_map(of_way)
        });
        of_places.chain(of_questions)
    }
}

fn in_folder(folder: &Descriptor, token: &Token) -> Vec<Place> {
    let service = Creator::system_service();
    let made = |key: &'static str, name: &str, made: ObjectKind| {
        let child = InheritedDescriptor::new(folder, made, &service);
        let rights = child.effective(token, &Target::FILE);
        Place {
            key,
            name: name.to_owned(),
            descriptor: child.descriptor,
            rights,
        }
    };
    let rights = effective(folder, token, &Target::FILE);
    vec![
        Place {
            key: "folder",
            name: "the folder".to_owned(),
            descriptor: folder.clone(),
            rights,
        },
        made("new-file", "a new file", ObjectKind::File),
        made("new-folder", "a new subfolder", ObjectKind::Folder),
    ]
}

fn in_container(
    container: &Descriptor,
    token: &Token,
    class: Class,
    question: &Question,
) -> (Vec<Place>, Vec<Answered>) {
    let unit = Class::OrganizationalUnit;
    let new = |class: Class| directory::new_object(container, class, &question.domains);
    let place = |key: &'static str, name: String, descriptor: Descriptor, class: Class| {
        let rights = directory::on_object(&descriptor, token, class);
        Place {
            key,
            name,
            descriptor,
            rights,
        }
    };
    let object = new(class);
    let places = vec![
        place(
            "folder",
            "the container".to_owned(),
            container.clone(),
            unit,
        ),
        place(
            "new-file",
            format!("a new {}", class.name()),
            object.clone(),
            class,
        ),
        place(
            "new-folder",
            "a new organizational unit in it".to_owned(),
            new(unit),
            unit,
        ),
    ];
    let answered =
        |keys: &'static [&'static str], name: String, ways: Vec<(Access, &Descriptor)>| {
            let ways = ways
                .into_iter()
                .map(|(decision, of)| (decision, of.clone()))
                .collect();
            Answered { keys, name, ways }
        };
    let create = |keys: &'static [&'static str], class: Class| {
        let way = (directory::may_create(container, token, class), container);
        answered(keys, format!("create {}", class.name()), vec![way])
    };
    let delete = vec![
        (directory::may_delete_itself(&object, token, class), &object),
        (
            directory::may_delete_child(container, token, class),
            container,
        ),
    ];
    let subtree = vec![(directory::may_delete_tree(&object, token, class), &object)];
    let write = vec![(directory::may_change(&object, token, class, &[]), &object)];
    let of_class = |verb: &str| format!("{verb} {}", class.name());
    let questions = vec![
        create(&["create", "contact"], Class::Contact),
        create(&["create", "group"], Class::Group),
        answered(&["delete"], of_class("delete"), delete),
        answered(&["delete-subtree"], of_class("delete subtree of"), subtree),
        answered(&["write"], of_class("change"), write),
    ];
    (places, questions)
}
