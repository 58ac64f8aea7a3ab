//! What a descriptor lets an account do: to the object itself and to objects created in it.

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

/// What is reported about a descriptor, besides the descriptor itself.
pub(crate) struct DescriptorVerdict {
    pub kind: MaskKind,
    /// The object itself and those created in it; empty if no account was asked about.
    pub objects: Vec<DescribedObject>,
    /// The answers about a container of Active Directory; empty for a folder.
    pub answers: Vec<AccessAnswer>,
}

/// An object that a descriptor protects, and what the account may do to it.
pub(crate) struct DescribedObject {
    /// Its key in JSON.
    pub key: &'static str,
    pub name: String,
    pub descriptor: Descriptor,
    pub rights: EffectiveRights,
}

/// Whether the account may do something in a container.
pub(crate) struct AccessAnswer {
    /// Its keys in JSON.
    pub keys: &'static [&'static str],
    pub name: String,
    /// The ways in which it can be granted, each with the descriptor that decides it.
    pub grant_paths: Vec<(Access, Descriptor)>,
}

impl AccessAnswer {
    fn new(keys: &'static [&'static str], name: String, grant_paths: Vec<Way<'_>>) -> Self {
        let grant_paths = grant_paths
            .into_iter()
            .map(|way| (way.decision, way.descriptor.clone()))
            .collect();
        Self {
            keys,
            name,
            grant_paths,
        }
    }

    /// Returns the way that grants it, or every way if none does.
    pub(crate) fn deciding_paths(&self) -> Vec<&(Access, Descriptor)> {
        match self
            .grant_paths
            .iter()
            .find(|(decision, _)| decision.is_granted())
        {
            Some(path) => vec![path],
            None => self.grant_paths.iter().collect(),
        }
    }

    /// Returns the answer as a word.
    pub(crate) fn word(&self) -> &'static str {
        let grant_paths = self.deciding_paths();
        if grant_paths
            .iter()
            .any(|(decision, _)| decision.is_granted())
        {
            "granted"
        } else if grant_paths
            .iter()
            .any(|(decision, _)| decision.is_undecided())
        {
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
        let (objects, answers) = match (&question.token, question.class) {
            (None, _) => (Vec::new(), Vec::new()),
            (Some(token), None) => (in_folder(descriptor, token), Vec::new()),
            (Some(token), Some(class)) => in_container(descriptor, token, class, question),
        };
        Self {
            kind,
            objects,
            answers,
        }
    }

    /// Returns everything that is undecided: its keys in JSON, the reason, and the descriptor.
    pub(crate) fn uncertainties(
        &self,
    ) -> impl Iterator<Item = (String, &Uncertainty, &Descriptor)> {
        let of_objects = self.objects.iter().flat_map(|object| {
            object
                .rights
                .uncertainties
                .iter()
                .map(|uncertainty| (object.key.to_owned(), uncertainty, &object.descriptor))
        });
        let of_answers = self.answers.iter().flat_map(|answer| {
            let grant_paths = answer.deciding_paths().into_iter();
            grant_paths.flat_map(move |(decision, descriptor)| {
                uncertainties(decision)
                    .iter()
                    .map(move |uncertainty| (answer.keys.join(" "), uncertainty, descriptor))
            })
        });
        of_objects.chain(of_answers)
    }
}

/// Returns why an access is undecided; empty if it is decided.
fn uncertainties(decision: &Access) -> &[Uncertainty] {
    match decision {
        Access::Undecided(uncertainties) => uncertainties,
        _ => &[],
    }
}

fn in_folder(folder: &Descriptor, token: &Token) -> Vec<DescribedObject> {
    let rights = effective(folder, token, &Target::FILE);
    vec![
        DescribedObject {
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
) -> DescribedObject {
    let child = InheritedDescriptor::new(folder, kind, &Creator::system_service());
    let rights = child.effective(token, &Target::FILE);
    DescribedObject {
        key,
        name: name.to_owned(),
        descriptor: child.descriptor,
        rights,
    }
}

/// Returns what the token may do to a container and to what is created in it, and the answers to
/// the questions about its objects.
fn in_container(
    container: &Descriptor,
    token: &Token,
    class: Class,
    question: &DescriptorQuestion,
) -> (Vec<DescribedObject>, Vec<AccessAnswer>) {
    let unit = Class::OrganizationalUnit;
    let object = directory::new_object(container, class, &question.domains);
    let new_unit = directory::new_object(container, unit, &question.domains);
    let answers = answers_in_container(container, &object, token, class);
    let class_name = class.name();
    let objects = [
        (
            "folder",
            "the container".to_owned(),
            container.clone(),
            unit,
        ),
        ("new-file", format!("a new {class_name}"), object, class),
        (
            "new-folder",
            "a new organizational unit in it".to_owned(),
            new_unit,
            unit,
        ),
    ]
    .map(|(key, name, descriptor, object_class)| DescribedObject {
        key,
        name,
        rights: directory::on_object(&descriptor, token, object_class),
        descriptor,
    });
    (objects.into(), answers)
}

/// Answers whether the token may create, delete and change objects in a container. `object` is the
/// descriptor of a new object of the class.
fn answers_in_container(
    container: &Descriptor,
    object: &Descriptor,
    token: &Token,
    class: Class,
) -> Vec<AccessAnswer> {
    let name = class.name();
    let rows: [(&[&str], DirectoryRight, Class, String); 5] = [
        (
            &["create", "contact"],
            DirectoryRight::Create,
            Class::Contact,
            format!("create {}", Class::Contact.name()),
        ),
        (
            &["create", "group"],
            DirectoryRight::Create,
            Class::Group,
            format!("create {}", Class::Group.name()),
        ),
        (
            &["delete"],
            DirectoryRight::Delete,
            class,
            format!("delete {name}"),
        ),
        (
            &["delete-subtree"],
            DirectoryRight::DeleteTree,
            class,
            format!("delete subtree of {name}"),
        ),
        (
            &["write"],
            DirectoryRight::Change,
            class,
            format!("change {name}"),
        ),
    ];
    rows.into_iter()
        .map(|(key, right, of_class, words)| {
            let asked = RightOnObject {
                right,
                class: of_class,
                container,
                object,
            };
            AccessAnswer::new(key, words, asked.ways(token, &[]))
        })
        .collect()
}
