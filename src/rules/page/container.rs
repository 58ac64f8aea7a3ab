//! The container of the Directory Management Service.

use super::service::judge_unused;
use super::shared::{invalid_value, judge_required};
use crate::farm::values::{Checked, Container, Service, checked};
use crate::formats::dn::{DomainFault, OddSpace};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};

const CONTAINER: &str = "directory-management.container";

/// Judges the container if the service uses it and it is a distinguished name. `judge` returns
/// the finding, or `None` for a pass.
fn judge_name(case: &Case<'_>, judge: fn(&str, &Container) -> Option<Finding>) -> Vec<RuleResult> {
    let outcome = wanted::container(case.farm)
        .map(|(text, container)| Outcome::pass_unless(judge(text, container)));
    RuleResult::only(CONTAINER, outcome)
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::service_is(case.farm, &[Service::Yes]).map(|()| {
        let finding = Finding::new(
            "the Directory Management Service is on, but no container for its contacts and groups \
             is recorded",
            "Record the organizational unit with `spinmail dms yes --container \"OU=…,DC=…\"`",
        );
        let container = checked(&case.farm.directory.container);
        judge_required(CONTAINER, &container, finding)
    });
    RuleResult::only(CONTAINER, outcome)
}

pub(super) fn not_a_name(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only(CONTAINER, judge_spelling(case))
}

fn judge_spelling(case: &Case<'_>) -> Judged<Outcome> {
    wanted::service_is(case.farm, &[Service::Yes])?;
    match checked(&case.farm.directory.container) {
        Checked::Invalid(text, error) => Ok(Outcome::Fail(invalid_value::<Container>(
            CONTAINER,
            text,
            error,
            "a distinguished name",
        ))),
        _ => wanted::container_name(case.farm).map(|_| Outcome::pass()),
    }
}

pub(super) fn reversed(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::container_name(case.farm).map(|(text, container)| {
        let fault = container.name.misplaced_domain();
        Outcome::pass_unless(fault.map(|fault| domain_finding(text, &fault)))
    });
    RuleResult::only(CONTAINER, outcome)
}

pub(super) fn domain_in_one_part(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::container_in_order(case.farm).map(|(text, container)| {
        match container.name.odd_label() {
            Some(fault @ DomainFault::Dotted { .. }) => Outcome::Fail(domain_finding(text, &fault)),
            _ => Outcome::pass(),
        }
    });
    RuleResult::only(CONTAINER, outcome)
}

/// Returns the finding about the domain's parts of a container, with the corrected name if it is
/// certain.
fn domain_finding(text: &str, fault: &DomainFault) -> Finding {
    let message = format!("in `{text}`, {fault}");
    let instead = match fault {
        DomainFault::UnknownType { instead, .. } | DomainFault::Dotted { instead, .. } => instead,
        _ => &None,
    };
    let finding = match instead {
        Some(instead) => Finding::new(message, format!("Set it to `{instead}`"))
            .with_action(Action::set(CONTAINER, instead)),
        None => Finding::new(
            message,
            "Copy the OU's distinguishedName attribute. It begins with the OU itself, followed by \
             its parents, and ends with the domain, as in \
             `OU=SharePointContacts,DC=fabrikam,DC=com`",
        ),
    };
    finding.recorded(
        CONTAINER,
        "the OU first, and at the end a `DC=` part for each label of the domain",
        format!("`{text}`"),
    )
}

pub(super) fn not_a_unit(case: &Case<'_>) -> Vec<RuleResult> {
    judge_name(case, |text, container| {
        if container.name.is_unit() {
            return None;
        }
        let leaf = container.name.leaf();
        let other = leaf
            .iter()
            .find(|part| !part.attribute.eq_ignore_ascii_case("OU"))?;
        let message = format!(
            "`{text}` begins with `{}=`: an organizational unit (`OU=`) is expected",
            other.attribute
        );
        let remedy = "Create an organizational unit for the contacts and groups alone, and record \
                      it";
        Some(Finding::new(message, remedy).recorded(
            CONTAINER,
            "a name that begins with `OU=`",
            format!("`{text}`"),
        ))
    })
}

pub(super) fn no_domain(case: &Case<'_>) -> Vec<RuleResult> {
    judge_name(case, |text, container| {
        if let Some(fault) = container.name.odd_label() {
            return Some(domain_finding(text, &fault));
        }
        if container.name.domain().is_some() {
            return None;
        }
        let message = format!("`{text}` has no `DC=` part, so it names no domain");
        let remedy = "Add the domain's parts at the end, such as `,DC=fabrikam,DC=com`";
        Some(Finding::new(message, remedy).recorded(
            CONTAINER,
            "a name that ends with the domain's `DC=` parts",
            format!("`{text}`"),
        ))
    })
}

pub(super) fn unusual_space(case: &Case<'_>) -> Vec<RuleResult> {
    judge_name(case, |_, container| {
        let (part, space) = container.name.odd_space()?;
        let why = match space {
            OddSpace::NotBlank(_) => "which looks like a space but is another character",
            OddSpace::Doubled => "which is usually a typing error",
        };
        let message = format!("`{part}` in the container holds {space}, {why}");
        let remedy = "Type the name again, or copy it from the OU's distinguishedName attribute";
        Some(Finding::new(message, remedy).recorded(
            CONTAINER,
            "single, plain spaces",
            space.to_string(),
        ))
    })
}

pub(super) fn unused(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::service_is(case.farm, &[Service::Remote]).map(|()| {
        judge_unused(
            CONTAINER,
            case.farm.directory.container.as_ref(),
            "the remote service uses its own farm's container",
        )
    });
    RuleResult::only(CONTAINER, outcome)
}
