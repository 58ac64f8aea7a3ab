//! What the directory answered, as far as a rule may rely on it; otherwise the outcome that
//! follows.

use super::settings::{self, SHOWN};
use crate::facts::directory::{
    Connection, ContainerFacts, CountedObjects, DirectoryFacts, Members, SCHEMA_NAMES, SchemaFacts,
};
use crate::facts::{Answer, Area};
use crate::farm::values::Container;
use crate::formats::dn::Name;
use crate::rules::{Case, Judged, Outcome, wanted};

/// How many of the schema's names SharePoint needs: the first ones.
const NEEDED: usize = 4;

/// Returns the container as the farm file names it, with its text.
pub(super) fn wanted_container<'a>(case: &Case<'a>) -> Judged<(&'a str, &'a Container)> {
    wanted::container(case.farm)
}

/// Returns the subject of verdicts about the container.
pub(super) fn subject(case: &Case<'_>) -> String {
    match wanted_container(case) {
        Ok((text, _)) => text.to_owned(),
        Err(_) => settings::CONTAINER.to_owned(),
    }
}

/// Returns the facts about the directory, if it was asked.
pub(super) fn facts<'a>(case: &Case<'a>) -> Judged<&'a DirectoryFacts> {
    wanted_container(case)?;
    match &case.facts.directory {
        Some(facts) if facts.connection != Answer::NotAsked => Ok(facts),
        _ if case.farm.probe.directory.as_ref().is_none_or(Vec::is_empty) => {
            Err(Outcome::undecided(
                "no domain controller is recorded; `spinmail set probe.directory ldaps://HOST` \
                 records one",
            ))
        }
        _ => Err(Outcome::undecided(
            "Active Directory was not asked; `spinmail verify directory` or `spinmail gather \
             directory` asks it",
        )),
    }
}

/// Returns the facts and the connection to a controller. If there was none, one rule says why, and
/// the others do not apply because of it.
pub(super) fn connection<'a>(case: &Case<'a>) -> Judged<(&'a DirectoryFacts, &'a Connection)> {
    let instead = Outcome::because(
        "directory-signing-needed",
        "no domain controller could be \
                                                                asked",
    );
    logged_on(case).map_err(|outcome| defer(outcome, instead))
}

/// Returns the facts and the connection to a controller, or the outcome that says why there is
/// none.
pub(super) fn logged_on<'a>(case: &Case<'a>) -> Judged<(&'a DirectoryFacts, &'a Connection)> {
    let facts = facts(case)?;
    match &facts.connection {
        Answer::Known(connection) => Ok((facts, connection)),
        _ if facts.attempts.iter().any(|attempt| attempt.needs_signing) => Err(Outcome::because(
            "directory-signing-needed",
            "the domain controller refuses the bind",
        )),
        Answer::Failed(_) | Answer::Absent(_) => Err(Outcome::undecided(format!(
            "no domain controller could be asked: {}",
            facts.connection.why_not()
        ))),
        Answer::NotAsked => Err(Outcome::undecided("no domain controller was asked")),
    }
}

/// Puts another outcome in the place of an undecided one: that of a rule which defers to the one
/// that says what is not known.
fn defer(outcome: Outcome, instead: Outcome) -> Outcome {
    match outcome {
        Outcome::Undecided(_) => instead,
        other => other,
    }
}

pub(super) fn schema<'a>(case: &Case<'a>) -> Judged<&'a SchemaFacts> {
    let (facts, _) = connection(case)?;
    known(
        &facts.schema,
        "the schema",
        Outcome::undecided("the schema could not be read"),
    )
}

/// Returns the answer about the container, if it is about the one that the farm file names.
pub(super) fn container_answer<'a>(
    case: &Case<'a>,
) -> Judged<(&'a DirectoryFacts, &'a Answer<ContainerFacts>)> {
    let (text, wanted) = wanted_container(case)?;
    let (facts, _) = connection(case)?;
    let found = facts.container.known().map(|container| &container.name);
    for name in facts.asked.iter().chain(found) {
        if !Name::parse(name).is_ok_and(|name| name.is_same(&wanted.name)) {
            return Err(Outcome::undecided(format!(
                "the facts are about `{name}`, not about `{text}`; `spinmail gather directory` \
                 asks about that"
            )));
        }
    }
    Ok((facts, &facts.container))
}

/// Returns the container as the directory has it.
pub(super) fn container<'a>(case: &Case<'a>) -> Judged<(&'a DirectoryFacts, &'a ContainerFacts)> {
    let asked = container_answer(case).and_then(|(facts, answer)| {
        let absent = Outcome::because("directory-container-missing", "there is no such object");
        Ok((facts, known(answer, "the container", absent)?))
    });
    let instead = Outcome::because(
        "directory-container-missing",
        "it is not known whether the \
                                                                   container exists",
    );
    asked.map_err(|outcome| defer(outcome, instead))
}

/// Returns what is in the container.
pub(super) fn contents(facts: &DirectoryFacts) -> Judged<&Members> {
    known(
        &facts.members,
        "what is in the container",
        Outcome::not_applicable("it is empty"),
    )
}

/// Returns the contacts and groups, if the schema knows the attributes that SharePoint writes.
pub(super) fn members<'a>(case: &Case<'a>) -> Judged<&'a Members> {
    let (facts, _) = container(case)?;
    if let Answer::Known(schema) = &facts.schema
        && !missing_attributes(schema).is_empty()
    {
        return Err(Outcome::because(
            "directory-schema-old",
            "the schema has no mail attributes",
        ));
    }
    let instead = Outcome::because(
        "directory-container-shared",
        "what is in the container is not known",
    );
    contents(facts).map_err(|outcome| defer(outcome, instead))
}

/// Returns what is known, or the outcome for an answer that was not given. `absent` is that if
/// there is nothing.
pub(super) fn known<'a, T>(answer: &'a Answer<T>, what: &str, absent: Outcome) -> Judged<&'a T> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::Absent(_) => Err(absent),
        Answer::Failed(why) => Err(Outcome::undecided(format!("{what} is not known: {why}"))),
        Answer::NotAsked => Err(Outcome::undecided(format!("not asked: {what}; {ASKS}"))),
    }
}

/// Returns the outcome of a rule that needs what the facts do not hold. The first version of facts
/// could not hold it.
pub(super) fn not_held(case: &Case<'_>, what: &str) -> Outcome {
    let mut sources = case.facts.sources.iter();
    if sources.any(|source| source.version == 1 && source.is_about(Area::Directory)) {
        return Outcome::not_applicable(format!("facts of version 1 do not say {what}"));
    }
    Outcome::undecided(format!("the facts do not say {what}; {ASKS}"))
}

/// What asks for what the facts lack.
pub(super) const ASKS: &str = "`spinmail gather directory` asks";

/// Returns the attributes that SharePoint needs and the schema does not have.
pub(super) fn missing_attributes(schema: &SchemaFacts) -> Vec<&'static str> {
    SCHEMA_NAMES
        .iter()
        .take(NEEDED)
        .copied()
        .filter(|name| schema.lacks(name))
        .collect()
}

/// Returns a count with its noun in singular or plural.
pub(super) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Returns the first of the evidence, or all of it if all names were gathered.
pub(super) fn shown<T>(members: &Members, evidence: impl Iterator<Item = T>) -> Vec<T> {
    let limit = if members.all_named { usize::MAX } else { SHOWN };
    evidence.take(limit).collect()
}

/// Says which objects of the container were not read, or returns `None` if all were.
pub(super) fn unread(members: &Members) -> Option<String> {
    if let Some(why) = &members.incomplete {
        let read = members.contacts + members.groups;
        return Some(format!("only {read} contacts and groups were read: {why}"));
    }
    let objects = counted(members.unreadable.count, "object", "objects");
    (members.unreadable.count > 0).then(|| format!("the account that asks may not read {objects}"))
}

/// Returns the outcome unless it relies on something that was not read: an object, or one of
/// `attributes`. Another rule says which objects were not read.
pub(super) fn if_read(members: &Members, attributes: &[&str], outcome: Outcome) -> Outcome {
    match unread(members) {
        Some(_) => Outcome::because(
            "directory-container-shared",
            "not everything in the container was read",
        ),
        None => unless_incomplete(members, attributes, outcome),
    }
}

/// Returns the outcome unless it relies on something that was not read: an object, or one of
/// `attributes`.
pub(super) fn unless_incomplete(
    members: &Members,
    attributes: &[&str],
    outcome: Outcome,
) -> Outcome {
    if let Some(why) = unread(members) {
        return Outcome::undecided(why);
    }
    match members
        .hidden
        .iter()
        .find(|hidden| is_one_of(hidden, attributes))
    {
        None => outcome,
        Some(hidden) => {
            let attribute = hidden.value.as_deref().unwrap_or_default();
            let objects = counted(hidden.count, "object shows", "objects show");
            Outcome::undecided(format!(
                "{objects} no {attribute}, but the account that asks may not be allowed to read \
                 it; ask as an account that may read everything in the container"
            ))
        }
    }
}

fn is_one_of(hidden: &CountedObjects, attributes: &[&str]) -> bool {
    attributes
        .iter()
        .any(|name| hidden.value.as_deref() == Some(*name))
}
