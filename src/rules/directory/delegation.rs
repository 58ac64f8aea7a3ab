//! What one account may do with the container: our own reading of the descriptors beside the controller's own answer.

use super::view::View as Seen;
use crate::facts::directory::{
    AccountEntry, ContainerFacts, Described, Descriptor as Raw, DirectoryFacts, TokenSource,
};
use crate::facts::{Answer, bytes_of};
use crate::formats::security::access::{By, Ruling};
use crate::formats::security::descriptor::{Effect, flags};
use crate::formats::security::directory::{self, Class};
use crate::formats::security::inherit::{Made, inherited};
use crate::formats::security::rights::{self, Kind};
use crate::formats::security::sid::Domains;
use crate::formats::security::{Decision, Descriptor, Fault, Guid, Sid, Target, Token, access, binary, sddl, words};
use crate::rules::{Evidence, Outcome};

/// A right that SharePoint uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Create,
    Delete,
    /// To delete an object with whatever is in it, which is how SharePoint deletes.
    DeleteTree,
    Change,
}

/// Whether a right is there, and what shows it.
#[derive(Debug)]
pub enum Held {
    Yes(Vec<Evidence>),
    /// And whether an entry denies it; else none grants it.
    No(Vec<Evidence>, bool),
    /// Not decided; why.
    Unknown(String),
}

impl Held {
    pub fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    pub fn unknown(self) -> Option<String> {
        match self {
            Self::Unknown(why) => Some(why),
            _ => None,
        }
    }

    /// Both rights.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(mut evidence, one), Self::No(more, two)) => {
                evidence.extend(more);
                Self::No(evidence, one || two)
            }
            (Self::No(evidence, denied), _) | (_, Self::No(evidence, denied)) => Self::No(evidence, denied),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Yes(mut one), Self::Yes(two)) => {
                one.extend(two);
                Self::Yes(one)
            }
        }
    }
}

pub fn plural(class: Class) -> String {
    format!("{}s", class.name())
}

/// The container and an account.
#[derive(Debug)]
pub struct View<'a> {
    pub container: &'a ContainerFacts,
    account: &'a AccountEntry,
    token: Token,
    domains: Domains,
    /// The container's descriptor, or why there is none.
    descriptor: Result<Descriptor, String>,
    /// Whether it is the account that asked: then the controller's answers are about it.
    is_asking: bool,
    by_members: bool,
}

impl<'a> View<'a> {
    /// # Errors
    /// The account's groups are not known, so nothing is.
    pub fn new(facts: &'a DirectoryFacts, container: &'a ContainerFacts, account: &'a AccountEntry) -> Seen<Self> {
        let groups = match &account.token {
            Answer::Known(token) => token,
            Answer::Failed(why) | Answer::Absent(why) => return Err(Outcome::undecided(why.clone())),
            Answer::NotAsked => return Err(Outcome::undecided("its groups were not asked for")),
        };
        let token = Token::over_network(account.sid.clone());
        let token = groups.sids.iter().fold(token, |token, group| token.with(group.clone()));
        let connection = match &facts.connection {
            Answer::Known(connection) => Some(connection),
            _ => None,
        };
        let asking = connection.map_or(&[][..], |connection| &connection.token);
        let domain = asking.iter().chain([&account.sid]).find_map(Sid::domain);
        let domains = domain.map_or_else(Domains::default, Domains::single);
        Ok(Self {
            container,
            account,
            token,
            descriptor: read(&container.descriptor, "the container", &domains),
            domains,
            is_asking: asking.contains(&account.sid),
            by_members: groups.from == TokenSource::Members,
        })
    }

    /// Whether nothing but the wizard's task is there: users may be created, what SharePoint creates may not.
    pub fn is_of_the_wizard(&self) -> bool {
        let is_denied = |class| matches!(self.held(Right::Create, class), Held::No(..));
        self.held(Right::Create, Class::User).is_yes() && is_denied(Class::Contact) && is_denied(Class::Group)
    }

    /// Whether a right is there for a class: on what is yet to be made, and on what is there already.
    pub fn held(&self, right: Right, class: Class) -> Held {
        let own = match &self.descriptor {
            Ok(descriptor) => self.on_new(descriptor, right, class),
            Err(why) => Held::Unknown(why.clone()),
        };
        if right == Right::Create {
            return self.compared(own, self.controllers_creation(class), &format!("creating {}", plural(class)));
        }
        match own {
            Held::Yes(evidence) => self.on_present(right, class, evidence),
            other => other,
        }
    }

    fn on_new(&self, container: &Descriptor, right: Right, class: Class) -> Held {
        // What SharePoint makes belongs to its account.
        let mut maker = class.maker(&self.domains);
        maker.owner = Some(self.account.sid.clone().into());
        let object = inherited(container, Made::Object(class.guid()), &maker);
        let decision = decide(right, container, &object, &self.token, class);
        let what = format!("{} in {}", name_of(right, class), self.container.name);
        // What decides a right on the object stands in the container's list, before it was inherited.
        let list = if right == Right::Create { container } else { &object };
        held(&decision, &what, list)
    }

    /// The objects that are there already may have lists of their own.
    fn on_present(&self, right: Right, class: Class, evidence: Vec<Evidence>) -> Held {
        let Ok(container) = &self.descriptor else { return Held::Yes(evidence) };
        let sample = match &self.container.sample {
            Answer::Known(sample) => sample,
            Answer::Failed(why) => {
                return Held::Unknown(format!("the {} that are there are not known: {why}", plural(class)));
            }
            Answer::Absent(_) | Answer::NotAsked => return Held::Yes(evidence),
        };
        let mut all = Held::Yes(evidence);
        for object in sample.iter().filter(|object| object.class.eq_ignore_ascii_case(class.name())) {
            let own = match read(&object.descriptor, &object.name, &self.domains) {
                Ok(descriptor) => {
                    let decision = decide(right, container, &descriptor, &self.token, class);
                    held(&decision, &format!("{} {}", word_of(right), object.name), &descriptor)
                }
                Err(why) => Held::Unknown(why),
            };
            let own = match right {
                Right::Change => {
                    self.compared(own, self.controllers_change(object, class), &format!("changing {}", object.name))
                }
                _ => own,
            };
            match own {
                // That the others are as they should be is no evidence that one needs to read.
                Held::Yes(_) => {}
                other => all = all.and(other),
            }
        }
        all
    }

    /// What the controller says of creating a class, where it was asked by this account.
    fn controllers_creation(&self, class: Class) -> Option<bool> {
        let Answer::Known(effective) = &self.container.effective else { return None };
        let is_listed = effective.child_classes.iter().any(|name| name.eq_ignore_ascii_case(class.name()));
        self.is_asking.then_some(is_listed)
    }

    fn controllers_change(&self, object: &Described, class: Class) -> Option<bool> {
        let is_listed = |name: &str| object.writable.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        let all = class.changing_attributes().all(|attribute| is_listed(attribute.name));
        self.is_asking.then_some(all)
    }

    /// Our own reading beside the controller's answer. Where they differ neither is believed.
    fn compared(&self, own: Held, controllers: Option<bool>, what: &str) -> Held {
        let says = |answer: bool| Evidence {
            asked: format!("the controller itself about {what}"),
            expected: "allowed".to_owned(),
            observed: if answer { "allowed" } else { "not allowed" }.to_owned(),
        };
        match (own, controllers) {
            (own, None) => own,
            (Held::Yes(mut evidence), Some(true)) => {
                evidence.push(says(true));
                Held::Yes(evidence)
            }
            (Held::No(mut evidence, denied), Some(false)) => {
                evidence.push(says(false));
                Held::No(evidence, denied)
            }
            (Held::Unknown(_), Some(true)) => Held::Yes(vec![says(true)]),
            (Held::Unknown(_), Some(false)) => Held::No(vec![says(false)], false),
            (Held::Yes(evidence), Some(false)) | (Held::No(evidence, _), Some(true)) => {
                let (one, two) = if controllers == Some(true) { ("forbids", "allows") } else { ("allows", "forbids") };
                let by = evidence.first().map(|evidence| format!(" ({})", evidence.observed)).unwrap_or_default();
                Held::Unknown(format!("the list {one} {what}{by}, and the controller itself says that it {two} it"))
            }
        }
    }

    /// Where Delete Subtree is, since it does not reach the contacts.
    pub fn where_delete_tree_landed(&self) -> String {
        let Ok(descriptor) = &self.descriptor else { return String::new() };
        let mut places: Vec<String> = Vec::new();
        for entry in descriptor.dacl.entries() {
            let Some(permission) = entry.permission() else { continue };
            let mask = Kind::Directory.mapped(permission.mask);
            let holds = permission.trustee.sid().is_some_and(|sid| self.token.sids().any(|own| own == sid));
            if mask & rights::DELETE_TREE == 0 || !holds {
                continue;
            }
            let class = permission.object.and_then(|types| types.inherited);
            let place = match (entry.effect(), class) {
                (Effect::Deny, _) => "it is denied".to_owned(),
                (_, _) if !entry.has(flags::CONTAINER_INHERIT) => "it is on the container alone".to_owned(),
                (_, Some(class)) if class != Class::Contact.guid() => format!("it is for {} alone", class_name(class)),
                _ => continue,
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if places.is_empty() { "it is nowhere".to_owned() } else { places.join(", ") }
    }

    /// What the account may do beyond the container, where anything.
    ///
    /// # Errors
    /// It is not known; why.
    pub fn beyond(&self) -> Result<Option<(String, Vec<Evidence>)>, String> {
        let mut unknown = None;
        for object in self.container.above.iter().rev() {
            let descriptor = match read(&object.descriptor, &object.name, &self.domains) {
                Ok(descriptor) => descriptor,
                Err(why) => {
                    unknown = unknown.or(Some(why));
                    continue;
                }
            };
            let whole = Target { kind: Kind::Directory, path: &[] };
            let all = access::effective(&descriptor, &self.token, &whole).needs(rights::DIRECTORY_FULL_CONTROL);
            if let Held::Yes(evidence) = held(&all, &format!("full control of {}", object.name), &descriptor) {
                return Ok(Some((format!("has full control of `{}`", object.name), evidence)));
            }
            for class in [Class::Contact, Class::Group, Class::User] {
                let path = [class.guid()];
                let children =
                    access::effective(&descriptor, &self.token, &Target { kind: Kind::Directory, path: &path });
                for (mask, verb) in [(rights::CREATE_CHILD, "create"), (rights::DELETE_CHILD, "delete")] {
                    let what = format!("{verb} {} in {}", plural(class), object.name);
                    if let Held::Yes(evidence) = held(&children.needs(mask), &what, &descriptor) {
                        return Ok(Some((format!("may {verb} {} in `{}`", plural(class), object.name), evidence)));
                    }
                }
            }
        }
        match unknown {
            Some(why) => Err(why),
            None if self.container.above.is_empty() => Err("what the container lies in was not looked at".to_owned()),
            None if self.by_members => {
                Err("its groups are known by their members alone, so others may be missing".to_owned())
            }
            None => Ok(None),
        }
    }
}

/// A descriptor as it came, read.
fn read(answer: &Answer<Raw>, what: &str, domains: &Domains) -> Result<Descriptor, String> {
    let descriptor = match answer {
        Answer::Known(descriptor) => descriptor,
        Answer::Absent(how) => return Err(format!("the descriptor of {what} is not known: {how}")),
        Answer::Failed(why) => return Err(format!("the descriptor of {what} is not known: {why}")),
        Answer::NotAsked => return Err(format!("the descriptor of {what} was not asked for")),
    };
    let faulty = |fault: Fault| format!("the descriptor of {what} cannot be read: {fault}");
    let Some(raw) = &descriptor.raw else {
        return sddl::read(descriptor.sddl.as_deref().unwrap_or_default(), domains).map_err(faulty);
    };
    let bytes =
        bytes_of(raw).ok_or_else(|| format!("the descriptor of {what} is not written in hexadecimal digits"))?;
    binary::read(&bytes).map_err(faulty)
}

fn decide(right: Right, container: &Descriptor, object: &Descriptor, token: &Token, class: Class) -> Decision {
    match right {
        Right::Create => directory::may_create(container, token, class),
        Right::Delete => directory::may_delete(container, object, token, class),
        Right::DeleteTree => directory::may_delete_tree(object, token, class),
        Right::Change => directory::may_change(object, token, class),
    }
}

fn word_of(right: Right) -> &'static str {
    match right {
        Right::Create => "create",
        Right::Delete => "delete",
        Right::DeleteTree => "delete the subtree of",
        Right::Change => "write the attributes of",
    }
}

fn name_of(right: Right, class: Class) -> String {
    format!("{} {}", word_of(right), plural(class))
}

/// A decision, with what decided it.
fn held(decision: &Decision, what: &str, list: &Descriptor) -> Held {
    let evidence = |rulings: &[Ruling], observed: &str| {
        let said = |ruling| format!(" by {}", words::ruling(ruling, list, Kind::Directory));
        let by = rulings.first().map(said).unwrap_or_default();
        vec![Evidence { asked: what.to_owned(), expected: "granted".to_owned(), observed: format!("{observed}{by}") }]
    };
    match decision {
        Decision::Granted(rulings) => Held::Yes(evidence(rulings, "granted")),
        Decision::Denied(rulings) => match rulings.first().map(|ruling| ruling.by) {
            Some(By::NoEntry) | None => Held::No(evidence(&[], "no entry grants it"), false),
            Some(_) => Held::No(evidence(rulings, "denied"), true),
        },
        Decision::Undecided(doubts) => {
            let why = doubts.first().map(|doubt| format!(": {}", words::doubt(doubt, list, Kind::Directory)));
            Held::Unknown(format!("whether the account may {what} is not decidable{}", why.unwrap_or_default()))
        }
    }
}

fn class_name(guid: Guid) -> String {
    directory::guid_name(guid).map_or_else(|| format!("objects of the class {guid}"), |name| format!("{name}s"))
}
