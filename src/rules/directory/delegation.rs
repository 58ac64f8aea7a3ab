//! What one account may do with the container and with what is in it: our own reading of the
//! descriptors, compared with the controller's answer.

mod above;
mod controller;
mod descriptor;
mod path;

use super::right::{DirectoryRight, RightOnObject};
use super::view::{ASKS, counted};
use crate::facts::Answer;
use crate::facts::directory::{
    AccountEntry, ContainerFacts, DescribedObject, DirectoryFacts, Members, TokenSource,
};
use crate::rules::{Evidence, Judged, Outcome, access};
pub(crate) use above::GrantedRight;
use descriptor::{account_domain, read_descriptor};
use windows_security::descriptor::{Effect, flags};
use windows_security::directory::{self, AttributeGuid, Class};
use windows_security::inherit::{ObjectKind, inherited};
use windows_security::rights::{self, MaskKind};
use windows_security::sid::Domains;
use windows_security::{Ace, AclPart, Descriptor, Guid, Sid, Token};

/// Whether the account has a right, with the evidence.
pub(super) type AccessDecision = access::AccessDecision<Vec<Evidence>, Denial, String>;

/// The evidence that a right is denied, and why it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denial {
    pub evidence: Vec<Evidence>,
    pub cause: DenialCause,
}

/// Why a right is denied. The remedy depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DenialCause {
    NotGranted,
    /// An ACE denies what another grants.
    Denied,
    /// An ACE denies it, and without that ACE no other would grant it.
    DeniedAndNotGranted,
    /// The container's ACL grants it, and this existing object does not inherit that.
    NotInherited(String),
}

/// Returns the name of a class in the plural.
pub(super) fn plural(class: Class) -> String {
    format!("{}s", class.name())
}

/// What is asked about one object.
struct AccessQuestion<'a> {
    right: RightOnObject<'a>,
    /// Whether the object does not exist yet, so that its descriptor cannot be looked at.
    is_new: bool,
    /// The question as the end of a sentence that begins with "it may".
    what: String,
}

/// The container as one account may use it.
#[derive(Debug)]
pub(super) struct AccountView<'a> {
    pub container: &'a ContainerFacts,
    /// What was counted in the container, if that is all.
    members: Option<&'a Members>,
    account: &'a AccountEntry,
    token: Token,
    domains: Domains,
    /// What the schema calls attributes.
    schema: Vec<AttributeGuid>,
    /// The container's descriptor, or why there is none.
    descriptor: Result<Descriptor, String>,
    /// Whether the facts were gathered as this account: then the controller's own answers are about
    /// it.
    is_asking: bool,
    /// Whether its groups are known by their members alone.
    by_members: bool,
}

impl<'a> AccountView<'a> {
    /// # Errors
    /// The account's groups are not known, so nothing can be decided.
    pub(super) fn new(
        facts: &'a DirectoryFacts,
        container: &'a ContainerFacts,
        account: &'a AccountEntry,
    ) -> Judged<Self> {
        let groups = match &account.token {
            Answer::Known(token) => token,
            Answer::Failed(_) | Answer::Absent(_) => {
                return Err(Outcome::undecided(account.token.why_not()));
            }
            Answer::NotAsked => {
                return Err(Outcome::undecided(format!(
                    "its groups were not looked up; {}",
                    ASKS
                )));
            }
        };
        let connection = facts.connection.known();
        // The controller shows the account that asks its whole token.
        let own_token = connection
            .map(|connection| connection.token.as_slice())
            .filter(|sids| sids.contains(&account.sid));
        let by_members = groups.from == TokenSource::Members && own_token.is_none();
        let mut token = Token::over_network(account.sid.clone());
        for group in groups.sids.iter().chain(own_token.unwrap_or_default()) {
            token = token.with(group.clone());
        }
        if by_members {
            token = with_unseen_groups(token);
        }
        let domains = connection
            .and_then(|connection| account_domain(connection, account))
            .map_or_else(Domains::default, Domains::single);
        let schema = match &facts.schema {
            Answer::Known(schema) => schema.guids(),
            _ => Vec::new(),
        };
        let descriptor = read_descriptor(&container.descriptor, "the container", &domains);
        let members = facts.members.known();
        Ok(Self {
            container,
            members: members.filter(|members| members.incomplete.is_none()),
            account,
            token,
            domains,
            schema,
            descriptor,
            is_asking: own_token.is_some(),
            by_members,
        })
    }

    /// Returns whether the account has nothing but what the Delegation of Control wizard's task
    /// grants: users may be created, and nothing grants what SharePoint creates.
    pub(super) fn has_wizard_task_only(&self) -> bool {
        self.access(DirectoryRight::Create, Class::User)
            .is_granted()
            && [Class::Contact, Class::Group]
                .into_iter()
                .all(|class| self.is_creation_not_granted(class))
    }

    fn is_creation_not_granted(&self, class: Class) -> bool {
        matches!(
            self.access(DirectoryRight::Create, class),
            AccessDecision::Denied(Denial {
                cause: DenialCause::NotGranted,
                ..
            })
        )
    }

    /// Decides whether the account has a right on all objects of a class: those that will be
    /// created, and those that exist.
    pub(super) fn access(&self, right: DirectoryRight, class: Class) -> AccessDecision {
        let container = match &self.descriptor {
            Ok(container) => container,
            Err(why) if right == DirectoryRight::Create => {
                let unknown = AccessDecision::Unknown(why.clone());
                return self.compared_for_creation(unknown, class);
            }
            Err(why) => return AccessDecision::Unknown(why.clone()),
        };
        let on_new = self.access_to_new(container, right, class);
        match on_new {
            _ if right == DirectoryRight::Create => self.compared_for_creation(on_new, class),
            AccessDecision::Granted(evidence) => {
                match self.denied_on_existing(container, right, class) {
                    Ok(None) => AccessDecision::Granted(evidence),
                    Ok(Some(denial)) => AccessDecision::Denied(denial),
                    Err(why) => AccessDecision::Unknown(why),
                }
            }
            other => other,
        }
    }

    fn access_to_new(
        &self,
        container: &Descriptor,
        right: DirectoryRight,
        class: Class,
    ) -> AccessDecision {
        // The account that creates an object owns it.
        let mut creator = class.creator(&self.domains);
        creator.owner = Some(self.account.sid.clone().into());
        let object = inherited(
            container,
            ObjectKind::DirectoryObject(class.guid()),
            &creator,
        );
        self.decide(&AccessQuestion {
            right: RightOnObject {
                right,
                class,
                container,
                object: &object,
            },
            is_new: true,
            what: format!(
                "{} {} in {}",
                right.verb(),
                plural(class),
                self.container.name
            ),
        })
    }

    /// Returns the denial if the right is denied on existing objects, which may
    /// have ACLs of their own.
    ///
    /// # Errors
    /// Why it is not known.
    fn denied_on_existing(
        &self,
        container: &Descriptor,
        right: DirectoryRight,
        class: Class,
    ) -> Result<Option<Denial>, String> {
        let mut unknown = self.unsampled(class);
        let mut denied: Option<Denial> = None;
        for object in self.sample(class)? {
            if !object.class.eq_ignore_ascii_case(class.name()) {
                continue;
            }
            match self.access_to_existing(container, object, right, class) {
                AccessDecision::Granted(_) => {}
                AccessDecision::Unknown(why) => unknown = unknown.or(Some(why)),
                AccessDecision::Denied(Denial { evidence, cause }) => {
                    let cause = match cause {
                        DenialCause::NotGranted => DenialCause::NotInherited(object.name.clone()),
                        other => other,
                    };
                    let first = denied.get_or_insert(Denial {
                        evidence: Vec::new(),
                        cause,
                    });
                    first.evidence.extend(evidence);
                }
            }
        }
        match (denied, unknown) {
            (None, Some(why)) => Err(why),
            (denied, _) => Ok(denied),
        }
    }

    /// Says why not all objects of a class were looked at, or returns `None` if they were. Facts of
    /// the first version know of none in units below.
    fn unsampled(&self, class: Class) -> Option<String> {
        let unsampled = self.container.unsampled.clone();
        if unsampled.is_some() || self.container.sample_has_nested {
            return unsampled;
        }
        let members = self.members?;
        let total = match class {
            Class::Contact => members.contacts,
            _ => members.groups,
        };
        let sample = self.container.sample.known()?;
        let of_class = sample
            .iter()
            .filter(|object| object.class.eq_ignore_ascii_case(class.name()));
        let sampled: u64 = of_class.map(|object| object.count).sum();
        let beyond = total.saturating_sub(sampled);
        (!sample.is_empty() && beyond > 0).then(|| {
            format!(
                "{beyond} of {total} {} are in OUs below, whose ACLs were not read; {ASKS} for \
                 them",
                plural(class)
            )
        })
    }

    fn sample(&self, class: Class) -> Result<&[DescribedObject], String> {
        match &self.container.sample {
            Answer::Known(sample) => Ok(sample),
            Answer::Failed(_) | Answer::Absent(_) => Err(format!(
                "the {} in the container are not known: {}",
                plural(class),
                self.container.sample.why_not()
            )),
            Answer::NotAsked => Err(format!(
                "the ACLs of the {} in the container were not read; {}",
                plural(class),
                ASKS
            )),
        }
    }

    fn access_to_existing(
        &self,
        container: &Descriptor,
        object: &DescribedObject,
        right: DirectoryRight,
        class: Class,
    ) -> AccessDecision {
        let others = match object.count {
            0 | 1 => String::new(),
            count => format!(
                " and of {} like it",
                counted(count - 1, "object", "objects")
            ),
        };
        // What is in an OU below may be deleted by the rights on that OU.
        let parent = match &object.parent {
            None => Ok(None),
            Some(parent) => {
                read_descriptor(&parent.descriptor, &parent.name, &self.domains).map(Some)
            }
        };
        let container = match &parent {
            Ok(Some(parent)) => parent,
            Ok(None) => container,
            Err(why) if right == DirectoryRight::Delete => {
                return AccessDecision::Unknown(why.clone());
            }
            Err(_) => container,
        };
        let own = match read_descriptor(&object.descriptor, &object.name, &self.domains) {
            Ok(descriptor) => self.decide(&AccessQuestion {
                right: RightOnObject {
                    right,
                    class,
                    container,
                    object: &descriptor,
                },
                is_new: false,
                what: format!("{} {}{others}", right.verb(), object.name),
            }),
            Err(why) => AccessDecision::Unknown(why),
        };
        match right {
            DirectoryRight::Change => self.compared_for_change(own, object, class),
            _ => own,
        }
    }

    /// Says where Delete Subtree is granted, given that it is not on new contacts.
    pub(super) fn where_delete_tree_is(&self) -> String {
        let Ok(descriptor) = &self.descriptor else {
            return String::new();
        };
        if descriptor.dacl == AclPart::Null {
            return "the container has a NULL DACL: everyone has full control of it, and new \
                    objects inherit nothing"
                .to_owned();
        }
        let mut places: Vec<String> = Vec::new();
        for ace in descriptor.dacl.aces() {
            if let Some(place) = self.delete_tree_elsewhere(ace)
                && !places.contains(&place)
            {
                places.push(place);
            }
        }
        if places.is_empty() {
            "no ACE grants it".to_owned()
        } else {
            places.join(", ")
        }
    }

    /// Says on what else than contacts an ACE grants Delete Subtree to the account, or returns
    /// `None` if it does not.
    fn delete_tree_elsewhere(&self, ace: &Ace) -> Option<String> {
        let permission = ace.permission()?;
        let trustee = permission.trustee.sid()?;
        let mask = MaskKind::Directory.mapped(permission.mask);
        if mask & rights::DELETE_TREE == 0
            || ace.effect() != Effect::Allow
            || !self.token.sids().any(|sid| sid == trustee)
        {
            return None;
        }
        if !ace.has(flags::CONTAINER_INHERIT) {
            return Some("an ACE grants it on the container only".to_owned());
        }
        let class = permission.object.and_then(|types| types.inherited)?;
        (class != Class::Contact.guid())
            .then(|| format!("an ACE grants it for {} only", class_name(class)))
    }
}

/// Adds the groups that a search for members may miss: an account that may not read a group's
/// members does not see that it is missing, and groups of other domains are never seen.
fn with_unseen_groups(token: Token) -> Token {
    let prefixes = [Sid::new(5, &[21]), Sid::new(5, &[32])];
    prefixes.into_iter().flatten().fold(token, Token::perhaps)
}

fn class_name(guid: Guid) -> String {
    match directory::guid_name(guid) {
        Some(name) => format!("{name}s"),
        None => format!("objects of the class {guid}"),
    }
}
