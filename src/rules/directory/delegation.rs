//! What one account may do with the container: our own reading of the descriptors beside the
//! controller's own answer.

mod beyond;

use super::view::View as Seen;
use super::view::number;
use crate::facts::directory::{
    AccountEntry, Connection, ContainerFacts, Described, Descriptor as Raw, DirectoryFacts,
    TokenSource,
};
use crate::facts::{Answer, bytes_of};
use crate::formats::dn::Name;
use crate::rules::{Evidence, Outcome};
use windows_security::access::{By, Doubt, Ruling};
use windows_security::descriptor::{Effect, flags};
use windows_security::directory::{self, AttributeGuid, Class};
use windows_security::inherit::{Made, inherited};
use windows_security::rights::{self, Kind};
use windows_security::sid::Domains;
use windows_security::{
    Acl, AclPart, Decision, Descriptor, Entry, Fault, Guid, Sid, Token, binary, sddl, words,
};

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
    No(Vec<Evidence>, Lack),
    /// Not decided; why.
    Unknown(String),
}

/// Why a right is not there, from which follows what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    NotGranted,
    /// An entry denies what another grants.
    Denied,
    /// An entry denies it, and without that entry no other would grant it.
    DeniedAndNotGranted,
    /// The container's list grants it, and this object that is there does not inherit from that.
    NotInherited(String),
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
}

const BY_MEMBERS: &str = "its groups are known by their members alone, so ask as an account that \
                          may read its tokenGroups";

pub fn plural(class: Class) -> String {
    format!("{}s", class.name())
}

/// One way to a right, and the list that decides about it.
struct Way<'a> {
    decision: Decision,
    list: &'a Descriptor,
    /// The list is one that a new object would get: the numbers of its entries are nowhere to be
    /// seen.
    is_new: bool,
}

impl Way<'_> {
    /// What decided, as the end of a sentence.
    fn by(&self, ruling: &Ruling) -> String {
        match ruling.by {
            By::Entry(at) if self.is_new => {
                let entry = self.list.dacl.entries().get(at);
                let entry = entry
                    .map(|entry| words::entry(entry, Kind::Directory))
                    .unwrap_or_default();
                format!(" by an entry that new objects get, {entry}")
            }
            By::Entry(_) => format!(" by {}", words::ruling(ruling, self.list, Kind::Directory)),
            By::Owner | By::NullList | By::NoEntry => {
                format!(": {}", words::ruling(ruling, self.list, Kind::Directory))
            }
        }
    }

    fn doubt(&self, doubts: &[Doubt]) -> String {
        let said = doubts
            .first()
            .map(|doubt| words::doubt(doubt, self.list, Kind::Directory))
            .unwrap_or_default();
        if self.is_new {
            format!("{said}, of the list that new objects get")
        } else {
            said
        }
    }
}

/// An object whose rights are asked about, and what is asked about it in words.
struct Asked<'a> {
    object: &'a Descriptor,
    is_new: bool,
    what: String,
}

/// The container and an account.
#[derive(Debug)]
pub struct View<'a> {
    pub container: &'a ContainerFacts,
    account: &'a AccountEntry,
    token: Token,
    domains: Domains,
    /// What the schema calls attributes.
    schema: Vec<AttributeGuid>,
    /// The container's descriptor, or why there is none.
    descriptor: Result<Descriptor, String>,
    /// Whether it is the account that asked: then the controller's answers are about it.
    is_asking: bool,
    by_members: bool,
}

impl<'a> View<'a> {
    /// # Errors
    /// The account's groups are not known, so nothing is.
    pub fn new(
        facts: &'a DirectoryFacts,
        container: &'a ContainerFacts,
        account: &'a AccountEntry,
    ) -> Seen<Self> {
        let groups = match &account.token {
            Answer::Known(token) => token,
            Answer::Failed(why) | Answer::Absent(why) => {
                return Err(Outcome::undecided(why.clone()));
            }
            Answer::NotAsked => return Err(Outcome::undecided("its groups were not asked for")),
        };
        let connection = match &facts.connection {
            Answer::Known(connection) => Some(connection),
            _ => None,
        };
        // What the controller sees in the account that asks is all of its token.
        let asking = connection.map_or(&[][..], |connection| &connection.token);
        let is_asking = asking.contains(&account.sid);
        let token = Token::over_network(account.sid.clone());
        let sids = groups
            .sids
            .iter()
            .chain(asking.iter().filter(|_| is_asking));
        let mut token = sids.fold(token, |token, group| token.with(group.clone()));
        let by_members = groups.from == TokenSource::Members && !is_asking;
        if by_members {
            // Who may not read a group's members does not see that it is missing, and groups of
            // other domains are never seen.
            let starts = [Sid::new(5, &[21]), Sid::new(5, &[32])];
            token = starts.into_iter().flatten().fold(token, Token::perhaps);
        }
        let domains = connection.and_then(|connection| domain(connection, account));
        let domains = domains.map_or_else(Domains::default, Domains::single);
        let schema = match &facts.schema {
            Answer::Known(schema) => schema.guids(),
            _ => Vec::new(),
        };
        let descriptor = read(&container.descriptor, "the container", &domains);
        Ok(Self {
            container,
            account,
            token,
            domains,
            schema,
            descriptor,
            is_asking,
            by_members,
        })
    }

    /// Whether nothing but the wizard's task is there: users may be created, and nothing grants
    /// what SharePoint creates.
    pub fn is_of_the_wizard(&self) -> bool {
        let is_missing = |class| {
            matches!(
                self.held(Right::Create, class),
                Held::No(_, Lack::NotGranted)
            )
        };
        self.held(Right::Create, Class::User).is_yes()
            && is_missing(Class::Contact)
            && is_missing(Class::Group)
    }

    /// Whether a right is there for a class: on what is yet to be made, and on what is there
    /// already.
    pub fn held(&self, right: Right, class: Class) -> Held {
        let own = match &self.descriptor {
            Ok(descriptor) => self.on_new(descriptor, right, class),
            Err(why) => Held::Unknown(why.clone()),
        };
        if right == Right::Create {
            let controllers = self.controllers_creation(class, &own);
            return self.compared(own, controllers, &format!("creating {}", plural(class)));
        }
        match (own, &self.descriptor) {
            (Held::Yes(evidence), Ok(descriptor)) => {
                self.on_present(descriptor, right, class, evidence)
            }
            (other, _) => other,
        }
    }

    fn on_new(&self, container: &Descriptor, right: Right, class: Class) -> Held {
        // What SharePoint makes belongs to its account.
        let mut maker = class.maker(&self.domains);
        maker.owner = Some(self.account.sid.clone().into());
        let object = inherited(container, Made::Object(class.guid()), &maker);
        let what = format!(
            "{} {} in {}",
            word_of(right),
            plural(class),
            self.container.name
        );
        self.judged(
            right,
            class,
            container,
            &Asked {
                object: &object,
                is_new: true,
                what,
            },
        )
    }

    /// The objects that are there already may have lists of their own.
    fn on_present(
        &self,
        container: &Descriptor,
        right: Right,
        class: Class,
        evidence: Vec<Evidence>,
    ) -> Held {
        let sample = match &self.container.sample {
            Answer::Known(sample) => sample,
            Answer::Failed(why) | Answer::Absent(why) => {
                return Held::Unknown(format!(
                    "the {} that are there are not known: {why}",
                    plural(class)
                ));
            }
            Answer::NotAsked => {
                return Held::Unknown(format!(
                    "the lists of the {} that are there were not asked for",
                    plural(class)
                ));
            }
        };
        let mut unknown = self.container.unsampled.clone();
        let mut missing: Option<(Vec<Evidence>, Lack)> = None;
        for object in sample
            .iter()
            .filter(|object| object.class.eq_ignore_ascii_case(class.name()))
        {
            match self.on_one(container, object, right, class) {
                // That it is as it should be is no evidence that one needs to read.
                Held::Yes(_) => {}
                Held::Unknown(why) => unknown = unknown.or(Some(why)),
                Held::No(evidence, lack) => {
                    let lack = match lack {
                        Lack::NotGranted => Lack::NotInherited(object.name.clone()),
                        denied => denied,
                    };
                    missing
                        .get_or_insert_with(|| (Vec::new(), lack))
                        .0
                        .extend(evidence);
                }
            }
        }
        match (missing, unknown) {
            (Some((evidence, lack)), _) => Held::No(evidence, lack),
            (None, Some(why)) => Held::Unknown(why),
            (None, None) => Held::Yes(evidence),
        }
    }

    fn on_one(
        &self,
        container: &Descriptor,
        object: &Described,
        right: Right,
        class: Class,
    ) -> Held {
        let others = match object.count {
            0 | 1 => String::new(),
            count => format!(" and of {} like it", number(count - 1, "object", "objects")),
        };
        let what = format!("{} {}{others}", word_of(right), object.name);
        let own = match read(&object.descriptor, &object.name, &self.domains) {
            Ok(object) => self.judged(
                right,
                class,
                container,
                &Asked {
                    object: &object,
                    is_new: false,
                    what,
                },
            ),
            Err(why) => Held::Unknown(why),
        };
        match right {
            Right::Change => {
                let controllers = self.controllers_change(object, class, &own);
                self.compared(own, controllers, &format!("changing {}", object.name))
            }
            _ => own,
        }
    }

    /// Every way to a right on an object.
    fn ways<'b>(
        &self,
        right: Right,
        class: Class,
        container: &'b Descriptor,
        asked: &Asked<'b>,
    ) -> Vec<Way<'b>> {
        let (token, object) = (&self.token, asked.object);
        let on_object = |decision| Way {
            decision,
            list: object,
            is_new: asked.is_new,
        };
        let on_container = |decision| Way {
            decision,
            list: container,
            is_new: false,
        };
        match right {
            Right::Create => vec![on_container(directory::may_create(container, token, class))],
            Right::Delete => vec![
                on_object(directory::may_delete_itself(object, token, class)),
                on_container(directory::may_delete_child(container, token, class)),
            ],
            Right::DeleteTree => vec![on_object(directory::may_delete_tree(object, token, class))],
            Right::Change => vec![on_object(directory::may_change(
                object,
                token,
                class,
                &self.schema,
            ))],
        }
    }

    fn judged(
        &self,
        right: Right,
        class: Class,
        container: &Descriptor,
        asked: &Asked<'_>,
    ) -> Held {
        let held = self.decided(&self.ways(right, class, container, asked), &asked.what);
        let Held::No(evidence, Lack::Denied) = held else {
            return held;
        };
        let (container, object) = (without_denials(container), without_denials(asked.object));
        let asked = Asked {
            object: &object,
            is_new: asked.is_new,
            what: String::new(),
        };
        let granted = self
            .ways(right, class, &container, &asked)
            .iter()
            .any(|way| way.decision.is_granted());
        Held::No(
            evidence,
            if granted {
                Lack::Denied
            } else {
                Lack::DeniedAndNotGranted
            },
        )
    }

    /// What the ways come to, with what decided in the list where it stands. One of them is enough.
    fn decided(&self, ways: &[Way<'_>], what: &str) -> Held {
        let evidence = |observed: String| {
            vec![Evidence {
                asked: what.to_owned(),
                expected: "granted".to_owned(),
                observed,
            }]
        };
        let granted = ways.iter().find_map(|way| match &way.decision {
            Decision::Granted(rulings) => Some(
                rulings
                    .first()
                    .map(|ruling| way.by(ruling))
                    .unwrap_or_default(),
            ),
            _ => None,
        });
        if let Some(by) = granted {
            return Held::Yes(evidence(format!("granted{by}")));
        }
        let doubt = ways.iter().find_map(|way| match &way.decision {
            Decision::Undecided(doubts) => Some(way.doubt(doubts)),
            _ => None,
        });
        if let Some(doubt) = doubt {
            let more = if self.by_members {
                format!("; {BY_MEMBERS}")
            } else {
                String::new()
            };
            return Held::Unknown(format!(
                "whether the account may {what} is not decidable: {doubt}{more}"
            ));
        }
        let denied = ways.iter().find_map(|way| match &way.decision {
            Decision::Denied(rulings) => rulings
                .iter()
                .find(|ruling| matches!(ruling.by, By::Entry(_)))
                .map(|ruling| way.by(ruling)),
            _ => None,
        });
        match denied {
            Some(by) => Held::No(evidence(format!("denied{by}")), Lack::Denied),
            None => Held::No(evidence("no entry grants it".to_owned()), Lack::NotGranted),
        }
    }

    /// What the controller says of creating a class, where it was asked by this account. That it
    /// lists nothing at all may be that it did not answer, and counts only against a right that
    /// we read.
    fn controllers_creation(&self, class: Class, own: &Held) -> Option<bool> {
        let Answer::Known(effective) = &self.container.effective else {
            return None;
        };
        let listed =
            Some(&effective.child_classes).filter(|listed| !listed.is_empty() || own.is_yes())?;
        let is_listed = listed
            .iter()
            .any(|name| name.eq_ignore_ascii_case(class.name()));
        self.is_asking.then_some(is_listed)
    }

    fn controllers_change(&self, object: &Described, class: Class, own: &Held) -> Option<bool> {
        let listed = Some(&object.writable).filter(|listed| !listed.is_empty() || own.is_yes())?;
        let is_listed = |name: &&str| {
            listed
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(name))
        };
        self.is_asking
            .then(|| class.changing_attributes().iter().all(is_listed))
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
            (Held::No(mut evidence, lack), Some(false)) => {
                evidence.push(says(false));
                Held::No(evidence, lack)
            }
            (Held::Unknown(_), Some(true)) => Held::Yes(vec![says(true)]),
            (Held::Unknown(_), Some(false)) => Held::No(vec![says(false)], Lack::NotGranted),
            (Held::Yes(evidence), Some(false)) | (Held::No(evidence, _), Some(true)) => {
                let (one, two) = if controllers == Some(true) {
                    ("forbids", "allows")
                } else {
                    ("allows", "forbids")
                };
                let by = evidence
                    .first()
                    .map(|evidence| format!(" ({})", evidence.observed))
                    .unwrap_or_default();
                Held::Unknown(format!(
                    "the list {one} {what}{by}, and the controller itself says that it {two} it"
                ))
            }
        }
    }

    /// Where Delete Subtree is, since nothing grants it on new contacts.
    pub fn where_delete_tree_landed(&self) -> String {
        let Ok(descriptor) = &self.descriptor else {
            return String::new();
        };
        if descriptor.dacl == AclPart::Null {
            return "the container has no list at all, which grants everything on it and hands \
                    nothing on"
                .to_owned();
        }
        let mut places: Vec<String> = Vec::new();
        for entry in descriptor.dacl.entries() {
            let Some(permission) = entry.permission() else {
                continue;
            };
            let mask = Kind::Directory.mapped(permission.mask);
            let holds = permission
                .trustee
                .sid()
                .is_some_and(|sid| self.token.sids().any(|own| own == sid));
            if mask & rights::DELETE_TREE == 0 || !holds || entry.effect() != Effect::Allow {
                continue;
            }
            let place = match permission.object.and_then(|types| types.inherited) {
                _ if !entry.has(flags::CONTAINER_INHERIT) => {
                    "it is on the container alone".to_owned()
                }
                Some(class) if class != Class::Contact.guid() => {
                    format!("it is for {} alone", class_name(class))
                }
                _ => continue,
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if places.is_empty() {
            "it is nowhere".to_owned()
        } else {
            places.join(", ")
        }
    }
}

/// The domain that the controller speaks of, as what its groups go on from.
fn domain(connection: &Connection, account: &AccountEntry) -> Option<Sid> {
    if connection.domain_sid.is_some() {
        return connection.domain_sid.clone();
    }
    // An account of another domain is shown among the foreign ones.
    let is_foreign = |name: &Name| {
        name.rdns()
            .iter()
            .flatten()
            .any(|part| part.value == "ForeignSecurityPrincipals")
    };
    let name = Name::parse(&account.name)
        .ok()
        .filter(|name| !is_foreign(name))?;
    let own = Name::parse(&connection.domain)
        .ok()
        .and_then(|domain| domain.domain())?;
    account.sid.domain().filter(|_| {
        name.domain()
            .is_some_and(|domain| domain.eq_ignore_ascii_case(&own))
    })
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
    let bytes = bytes_of(raw)
        .ok_or_else(|| format!("the descriptor of {what} is not written in hexadecimal digits"))?;
    binary::read(&bytes).map_err(faulty)
}

fn without_denials(descriptor: &Descriptor) -> Descriptor {
    let AclPart::Present(acl) = &descriptor.dacl else {
        return descriptor.clone();
    };
    let others: Vec<Entry> = acl
        .entries
        .iter()
        .filter(|entry| entry.effect() != Effect::Deny)
        .cloned()
        .collect();
    Descriptor {
        dacl: AclPart::Present(Acl::new(others)),
        ..descriptor.clone()
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

fn class_name(guid: Guid) -> String {
    directory::guid_name(guid).map_or_else(
        || format!("objects of the class {guid}"),
        |name| format!("{name}s"),
    )
}
