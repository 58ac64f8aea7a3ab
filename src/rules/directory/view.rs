//! What the directory said, as far as a rule may rely on it; where it may not, the verdict that
//! follows from that.

use super::{CONTAINER, SERVICE, SHOWN};
use crate::facts::Answer;
use crate::facts::directory::{
    Connection, ContainerFacts, DirectoryFacts, Members, SCHEMA_NAMES, SchemaFacts, Seen,
};
use crate::farm::values::{Checked, Container, Service, Words, checked};
use crate::formats::dn::Name;
use crate::rules::{Case, Outcome, RuleResult};

/// How many of the names of the schema SharePoint cannot do without: the first ones.
const NEEDED: usize = 4;

/// What there is to judge, or what there is to say instead.
pub type View<T> = Result<T, Outcome>;

/// Judges one subject.
pub fn judged(subject: impl Into<String>, view: View<Outcome>) -> Vec<RuleResult> {
    vec![RuleResult::new(
        subject,
        view.unwrap_or_else(|instead| instead),
    )]
}

/// The container as the farm file names it.
pub fn wanted<'a>(case: &Case<'a>) -> View<(&'a str, &'a Container)> {
    match case.farm.directory.service {
        Some(Service::Yes) => {}
        Some(service) => {
            let why = format!("the Directory Management Service is `{}`", service.word());
            return Err(Outcome::not_applicable(why));
        }
        None => {
            return Err(Outcome::not_applicable(format!(
                "`{SERVICE}` is not recorded"
            )));
        }
    }
    match checked(&case.farm.directory.container) {
        Checked::Missing => Err(Outcome::not_applicable(
            "no container is recorded (page-container-missing)",
        )),
        Checked::Invalid(..) => Err(Outcome::not_applicable(
            "it is no distinguished name (page-container-not-a-name)",
        )),
        Checked::Valid(text, container) => Ok((text, container)),
    }
}

/// The subject of what is said of the container.
pub fn subject(case: &Case<'_>) -> String {
    wanted(case).map_or_else(|_| CONTAINER.to_owned(), |(text, _)| text.to_owned())
}

/// What was asked of the directory.
pub fn asked<'a>(case: &Case<'a>) -> View<&'a DirectoryFacts> {
    wanted(case)?;
    let Some(facts) = case
        .facts
        .directory
        .as_ref()
        .filter(|facts| facts.connection != Answer::NotAsked)
    else {
        return Err(Outcome::undecided(
            if case.farm.probe.directory.as_ref().is_none_or(Vec::is_empty) {
                "no controller is named; `spinmail set probe.directory ldaps://HOST` names one"
            } else {
                "the directory was not asked; `spinmail verify directory` or `spinmail gather \
                 directory` asks it"
            },
        ));
    };
    Ok(facts)
}

/// The conversation with a controller.
pub fn connected<'a>(case: &Case<'a>) -> View<(&'a DirectoryFacts, &'a Connection)> {
    let facts = asked(case)?;
    match &facts.connection {
        Answer::Known(connection) => Ok((facts, connection)),
        _ if facts.attempts.iter().any(|attempt| attempt.needs_signing) => Err(
            Outcome::not_applicable("the controller refuses the logon (directory-signing-needed)"),
        ),
        Answer::Failed(why) | Answer::Absent(why) => Err(Outcome::undecided(format!(
            "no controller could be asked: {why}"
        ))),
        Answer::NotAsked => Err(Outcome::undecided("no controller was asked")),
    }
}

pub fn schema<'a>(case: &Case<'a>) -> View<&'a SchemaFacts> {
    let (facts, _) = connected(case)?;
    known(&facts.schema, "the schema", "the directory has none")
}

/// What is known of the container that the farm file names, and not of another.
pub fn about_container<'a>(
    case: &Case<'a>,
) -> View<(&'a DirectoryFacts, &'a Answer<ContainerFacts>)> {
    let (text, wanted) = wanted(case)?;
    let (facts, _) = connected(case)?;
    let found = match &facts.container {
        Answer::Known(container) => Some(&container.name),
        _ => None,
    };
    let is_other = |name: &&String| !Name::parse(name).is_ok_and(|name| name.is_same(&wanted.name));
    match facts.asked.as_ref().into_iter().chain(found).find(is_other) {
        Some(other) => Err(Outcome::undecided(format!(
            "what is known is of `{other}`, not of `{text}`; `spinmail gather directory` asks for \
             that"
        ))),
        None => Ok((facts, &facts.container)),
    }
}

/// The container as the directory has it.
pub fn container<'a>(case: &Case<'a>) -> View<(&'a DirectoryFacts, &'a ContainerFacts)> {
    let (facts, container) = about_container(case)?;
    let container = known(
        container,
        "the container",
        "there is no such object (directory-container-missing)",
    )?;
    Ok((facts, container))
}

/// The contacts and groups, of a directory that can hold what SharePoint writes.
pub fn members<'a>(case: &Case<'a>) -> View<&'a Members> {
    let (facts, _) = container(case)?;
    if let Answer::Known(schema) = &facts.schema
        && !lacking(schema).is_empty()
    {
        return Err(Outcome::not_applicable(
            "the schema knows no mail attributes (directory-schema-old)",
        ));
    }
    known(
        &facts.members,
        "what is in the container",
        "there is nothing in it",
    )
}

pub fn known<'a, T>(answer: &'a Answer<T>, what: &str, absent: &str) -> View<&'a T> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::Absent(_) => Err(Outcome::not_applicable(absent)),
        Answer::Failed(why) => Err(Outcome::undecided(format!("{what} is not known: {why}"))),
        Answer::NotAsked => Err(Outcome::undecided(format!("{what} was not asked for"))),
    }
}

/// The attributes that SharePoint needs and the schema has not.
pub fn lacking(schema: &SchemaFacts) -> Vec<&'static str> {
    SCHEMA_NAMES
        .iter()
        .take(NEEDED)
        .copied()
        .filter(|name| schema.lacks(name))
        .collect()
}

/// So many of something.
pub fn number(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// The first of the evidence, or all of it where all was gathered.
pub fn cut<T>(members: &Members, evidence: impl Iterator<Item = T>) -> Vec<T> {
    evidence
        .take(if members.all_named { usize::MAX } else { SHOWN })
        .collect()
}

/// A verdict that relies on everything having been read, and on all that is there of the attributes
/// that it names.
pub fn unless_incomplete(members: &Members, attributes: &str, outcome: Outcome) -> Outcome {
    if let Some(why) = &members.incomplete {
        let read = members.contacts + members.groups;
        return Outcome::undecided(format!(
            "not everything was read, only {read} contacts and groups: {why}"
        ));
    }
    if members.unreadable.count > 0 {
        let objects = number(members.unreadable.count, "object", "objects");
        return Outcome::undecided(format!(
            "{objects} may not be read by the account that asks"
        ));
    }
    let is_meant = |seen: &&Seen| {
        attributes
            .split(' ')
            .any(|name| seen.value.as_deref() == Some(name))
    };
    match members.hidden.iter().find(is_meant) {
        None => outcome,
        Some(hidden) => {
            let attribute = hidden.value.as_deref().unwrap_or_default();
            let objects = number(hidden.count, "object shows", "objects show");
            Outcome::undecided(format!(
                "{objects} no {attribute}, and the account that asks may not read that it has \
                 none; ask as one that may read everything in the container"
            ))
        }
    }
}
