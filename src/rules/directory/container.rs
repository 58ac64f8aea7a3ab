//! The controller, the schema and the container.

use super::settings::CONTROLLERS;
use super::view;
use crate::facts::Answer;
use crate::facts::directory::{
    ConnectAttempt, Connection, ContainerFacts, CountedObjects, DirectoryFacts,
};
use crate::remedy::{Action, AdminRole};
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult};

pub(super) fn signing_needed(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(CONTROLLERS, judge_logon(case))
}

fn judge_logon(case: &Case<'_>) -> Judged<Outcome> {
    let facts = view::facts(case)?;
    if let Answer::Known(connection) = &facts.connection {
        return Ok(Outcome::Pass(logon_evidence(facts, connection)));
    }
    match facts.attempts.iter().find(|attempt| attempt.needs_signing) {
        None => view::logged_on(case).map(|_| Outcome::pass()),
        Some(attempt) => Ok(Outcome::Fail(signing_finding(attempt))),
    }
}

/// Returns the attempts that failed, and the logon that succeeded.
fn logon_evidence(facts: &DirectoryFacts, connection: &Connection) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = facts
        .attempts
        .iter()
        .map(|attempt| logon(&attempt.url, attempt.why.clone()))
        .collect();
    evidence.push(logon(
        &connection.url,
        format!("success, {}", connection.protection.words()),
    ));
    evidence
}

fn logon(url: &str, observed: String) -> Evidence {
    Evidence::new(format!("a bind at {url}"), "success", observed)
}

fn signing_finding(attempt: &ConnectAttempt) -> Finding {
    Finding::new(
        format!(
            "`{}` refuses a bind that is neither signed nor encrypted",
            attempt.url
        ),
        "Use ldaps:// for the domain controller, or ldap:// without `--insecure-bind`, so that \
         StartTLS encrypts the bind. `--ca-file` names the CA of its certificate",
    )
    .with_evidence([logon(&attempt.url, attempt.why.clone())])
}

pub(super) fn schema_old(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = view::schema(case).map(|schema| {
        let missing = view::missing_attributes(schema);
        if missing.is_empty() {
            Outcome::pass()
        } else {
            Outcome::Fail(schema_finding(&missing))
        }
    });
    RuleResult::only("schema", outcome)
}

fn schema_finding(missing: &[&str]) -> Finding {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    Finding::for_role(
        AdminRole::Directory,
        format!("the schema does not know {names}, which SharePoint writes"),
        "Extend the schema with Exchange setup (`/PrepareSchema`) as a schema administrator; no \
         Exchange server is needed",
    )
    .observed("the schema", names, "no such attributes")
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(view::subject(case), judge_existence(case))
}

fn judge_existence(case: &Case<'_>) -> Judged<Outcome> {
    let (_, connection) = view::connection(case)?;
    let (_, answer) = view::container_answer(case)?;
    Ok(match answer {
        Answer::Known(container) => Outcome::Pass(vec![Evidence::new(
            view::subject(case),
            "an object",
            &container.name,
        )]),
        Answer::Absent(how) => Outcome::Fail(missing_finding(case, connection, how)),
        Answer::Failed(why) => Outcome::undecided(format!(
            "it is not known whether the container \
                                                           exists: {why}"
        )),
        Answer::NotAsked => {
            Outcome::undecided(format!("the container was not looked up; {}", view::ASKS))
        }
    })
}

fn missing_finding(case: &Case<'_>, connection: &Connection, how: &str) -> Finding {
    let subject = view::subject(case);
    Finding::for_role(
        AdminRole::Directory,
        format!("there is no `{subject}` in Active Directory"),
        "Create the organizational unit, or correct the name on the page",
    )
    .observed(format!("{subject} at {}", connection.url), "an object", how)
    .with_actions(create_container(case))
}

fn create_container(case: &Case<'_>) -> Option<Action> {
    let (_, container) = view::wanted_container(case).ok()?;
    container.name.is_unit().then(|| Action::CreateContainer {
        name: container.name.to_string(),
    })
}

pub(super) fn not_a_unit(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = view::container(case).map(|(_, container)| judge_class(container));
    RuleResult::only(view::subject(case), outcome)
}

fn judge_class(container: &ContainerFacts) -> Outcome {
    let Some(class) = container.classes.last() else {
        return Outcome::undecided("the account that asks may not read its object class");
    };
    if container
        .classes
        .iter()
        .any(|name| name.eq_ignore_ascii_case("organizationalUnit"))
    {
        return Outcome::pass();
    }
    let message = format!(
        "`{}` is not an organizational unit, but a `{class}`",
        container.name
    );
    let remedy = "Create an organizational unit for the contacts and groups alone, and record it";
    Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, remedy).observed(
            format!("the class of {}", container.name),
            "organizationalUnit",
            class,
        ),
    )
}

pub(super) fn shared(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(view::subject(case), judge_other_objects(case))
}

fn judge_other_objects(case: &Case<'_>) -> Judged<Outcome> {
    let (facts, container) = view::container(case)?;
    let members = view::contents(facts)?;
    let others = members.others.as_deref().unwrap_or_default();
    let count: u64 = others.iter().map(|class| class.count).sum();
    if count == 0 {
        if let Some(why) = view::unread(members) {
            return Err(Outcome::undecided(why));
        }
        return match &members.others {
            Some(_) => Ok(Outcome::pass()),
            None => Err(Outcome::undecided(
                "only contacts and groups were looked up",
            )),
        };
    }
    let classes: Vec<String> = others.iter().map(class_and_count).collect();
    let message = format!(
        "`{}` holds objects other than contacts and groups: {}",
        container.name,
        classes.join(", ")
    );
    let remedy = "Move them to another OU, or give SharePoint an OU of its own: its account may \
                  delete everything in this one";
    let evidence = others.iter().flat_map(class_evidence);
    Ok(Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, remedy)
            .with_evidence(view::shown(members, evidence)),
    ))
}

fn class_and_count(class: &CountedObjects) -> String {
    format!("{} {}", class.count, class.value.as_deref().unwrap_or("?"))
}

fn class_evidence(class: &CountedObjects) -> impl Iterator<Item = Evidence> {
    class.names.iter().map(|name| {
        Evidence::new(
            format!("the class of {name}"),
            "contact or group",
            class.value.as_deref().unwrap_or_default(),
        )
    })
}
