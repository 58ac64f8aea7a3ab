//! The controller, the schema and the container.

use super::CONTROLLERS;
use super::view::{self, View, judged};
use crate::facts::Answer;
use crate::remedy::{Action, AdminRole};
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};

pub fn signing_needed(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = || -> View<Outcome> {
        let facts = view::asked(case)?;
        if let Answer::Known(connection) = &facts.connection {
            let logon = |url: &str, observed: String| Evidence {
                asked: format!("a logon at {url}"),
                expected: "success".to_owned(),
                observed,
            };
            let in_vain = facts
                .attempts
                .iter()
                .map(|attempt| logon(&attempt.url, attempt.why.clone()));
            let done = logon(
                &connection.url,
                format!("success, {}", connection.protection.words()),
            );
            return Ok(Outcome::Pass(in_vain.chain([done]).collect()));
        }
        let refusal = facts.attempts.iter().find(|attempt| attempt.needs_signing);
        Ok(match refusal {
            None => view::connected(case).map_or_else(|instead| instead, |_| Outcome::pass()),
            Some(attempt) => Outcome::Fail(
                Finding::new(
                    format!(
                        "`{}` takes no logon that is neither signed nor encrypted",
                        attempt.url
                    ),
                    "Name the controller with ldaps://, or with ldap:// and without \
                     `--insecure-bind`, so that StartTLS protects the logon; `probe.ca-file` \
                     names the authority of its certificate",
                )
                .observed(
                    format!("a logon at {}", attempt.url),
                    "success",
                    &attempt.why,
                ),
            ),
        })
    };
    judged(CONTROLLERS, outcome())
}

pub fn schema_old(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = view::schema(case).map(|schema| {
        let lacking = view::lacking(schema);
        if lacking.is_empty() {
            return Outcome::pass();
        }
        let names = lacking
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Directory,
                format!("the schema does not know {names}, which SharePoint writes"),
                "Extend the schema with the setup of Exchange (`/PrepareSchema`), as a schema \
                 administrator; a server of Exchange is not needed for it",
            )
            .observed("the schema", names.clone(), "no such attributes"),
        )
    });
    judged("schema", outcome)
}

pub fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = || -> View<Outcome> {
        let (_, connection) = view::connected(case)?;
        let (_, container) = view::about_container(case)?;
        Ok(match container {
            Answer::Known(container) => Outcome::Pass(vec![Evidence {
                asked: view::subject(case),
                expected: "an object".to_owned(),
                observed: container.name.clone(),
            }]),
            Answer::Absent(how) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Directory,
                    format!("there is no `{}` in the directory", view::subject(case)),
                    "Make the organizational unit, or correct the name on the page",
                )
                .observed(
                    format!("{} of {}", view::subject(case), connection.url),
                    "an object",
                    how,
                )
                .with_actions(
                    view::wanted(case)
                        .ok()
                        .filter(|(_, container)| container.name.is_unit())
                        .map(|(_, container)| Action::CreateContainer {
                            name: container.name.to_string(),
                        }),
                ),
            ),
            Answer::Failed(why) => Outcome::undecided(format!("the container is not known: {why}")),
            Answer::NotAsked => Outcome::undecided("the container was not asked for"),
        })
    };
    judged(view::subject(case), outcome())
}

pub fn not_a_unit(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = view::container(case).map(|(_, container)| {
        if container.classes.is_empty() {
            return Outcome::undecided("its object class may not be read");
        }
        if container
            .classes
            .iter()
            .any(|class| class.eq_ignore_ascii_case("organizationalUnit"))
        {
            return Outcome::pass();
        }
        let class = container.classes.last().cloned().unwrap_or_default();
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Directory,
                format!(
                    "`{}` is no organizational unit, but a `{class}`",
                    container.name
                ),
                "Make an organizational unit of its own for the contacts and groups, and record \
                 that",
            )
            .observed(
                format!("the class of {}", container.name),
                "organizationalUnit",
                class,
            ),
        )
    });
    judged(view::subject(case), outcome)
}

pub fn shared(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = || -> View<Outcome> {
        let (facts, container) = view::container(case)?;
        let members = view::known(
            &facts.members,
            "what is in the container",
            "there is nothing in it",
        )?;
        let Some(others) = &members.others else {
            return Err(Outcome::undecided(
                "nothing but contacts and groups was asked for",
            ));
        };
        let count: u64 = others.iter().map(|seen| seen.count).sum();
        if count == 0 {
            return Ok(view::unless_incomplete(members, "", Outcome::pass()));
        }
        let kind = |seen: &crate::facts::directory::Seen| {
            format!("{} {}", seen.count, seen.value.as_deref().unwrap_or("?"))
        };
        let kinds = others.iter().map(kind).collect::<Vec<_>>().join(", ");
        let evidence = others.iter().flat_map(|seen| {
            let class = seen.value.clone().unwrap_or_default();
            seen.names.iter().map(move |name| Evidence {
                asked: format!("the class of {name}"),
                expected: "contact or group".to_owned(),
                observed: class.clone(),
            })
        });
        Ok(Outcome::Fail(
            Finding::for_role(
                AdminRole::Directory,
                format!(
                    "`{}` holds other objects than contacts and groups: {kinds}",
                    container.name
                ),
                "Move them elsewhere, or give SharePoint a unit of its own: its account may \
                 delete whatever lies there",
            )
            .with_evidence(view::cut(members, evidence)),
        ))
    };
    judged(view::subject(case), outcome())
}
