//! The section Directory Management Service.

use super::*;
use crate::formats::dn::OddSpace;

/// Why a rule about one kind of service says nothing, unless the service is of that kind.
pub(super) fn unless_service(farm: &Farm, wanted: &[Service]) -> Option<Outcome> {
    match farm.directory.service {
        Some(service) if wanted.contains(&service) => None,
        Some(service) => Some(Outcome::not_applicable(format!(
            "the Directory Management Service is `{}`",
            service.word()
        ))),
        None => Some(Outcome::not_applicable(not_recorded(SERVICE))),
    }
}

pub(super) fn container_missing(case: &Case<'_>) -> Vec<RuleResult> {
    if let Some(outcome) = unless_service(case.farm, &[Service::Yes]) {
        return one(CONTAINER, outcome);
    }
    missing(CONTAINER, &checked(&case.farm.directory.container), || {
        let message = "the Directory Management Service is on, and no container for its contacts \
                       and groups is recorded";
        let remedy = "Name the organizational unit with `spinmail dms yes --container 'OU=…,DC=…'`";
        Finding::new(message, remedy)
    })
}

pub(super) fn container_not_a_name(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::Yes]).unwrap_or_else(|| {
        match checked(&case.farm.directory.container) {
            Checked::Missing => {
                Outcome::not_applicable("no container is recorded (page-container-missing)")
            }
            Checked::Valid(..) => Outcome::pass(),
            Checked::Invalid(text, fault) => Outcome::Fail(invalid::<Container>(
                CONTAINER,
                text,
                fault,
                "distinguished name",
            )),
        }
    });
    one(CONTAINER, outcome)
}

/// Judges a container that is a distinguished name and is used.
pub(super) fn of_container(
    case: &Case<'_>,
    judge: fn(&str, &Container) -> Option<Finding>,
) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::Yes]).unwrap_or_else(|| {
        match checked(&case.farm.directory.container) {
            Checked::Missing => {
                Outcome::not_applicable("no container is recorded (page-container-missing)")
            }
            Checked::Invalid(..) => {
                Outcome::not_applicable("it is no distinguished name (page-container-not-a-name)")
            }
            Checked::Valid(text, container) => Outcome::pass_unless(judge(text, container)),
        }
    });
    one(CONTAINER, outcome)
}

pub(super) fn container_not_a_unit(case: &Case<'_>) -> Vec<RuleResult> {
    of_container(case, |text, container| {
        let is_other = |part: &&dn::Part| !part.attribute.eq_ignore_ascii_case("OU");
        let leaf = &container.name.leaf().iter().find(is_other)?.attribute;
        (!container.name.is_unit()).then(|| {
            let message = format!(
                "`{text}` begins with `{leaf}=`: an organizational unit (`OU=`) is expected"
            );
            let remedy = "Make an organizational unit of its own for the contacts and groups, and \
                          record that";
            Finding::new(message, remedy).observed(
                CONTAINER,
                "a name that begins with `OU=`",
                format!("`{text}`"),
            )
        })
    })
}

pub(super) fn container_no_domain(case: &Case<'_>) -> Vec<RuleResult> {
    of_container(case, |text, container| {
        container.name.domain().is_none().then(|| {
            let remedy = "Add the domain's parts, such as `,DC=fabrikam,DC=com`";
            Finding::new(
                format!("`{text}` has no `DC=` part, so it names no domain"),
                remedy,
            )
            .observed(
                CONTAINER,
                "a name that ends with the domain's `DC=` parts",
                format!("`{text}`"),
            )
        })
    })
}

pub(super) fn container_odd_space(case: &Case<'_>) -> Vec<RuleResult> {
    of_container(case, |_, container| {
        let (part, odd) = container.name.odd_space()?;
        let why = match odd {
            OddSpace::NotBlank(_) => "which looks like a blank and is another character",
            OddSpace::Doubled => "most often a slip",
        };
        let message = format!("`{part}` in the container holds {odd}, {why}");
        let remedy =
            "Type the name again by hand, or copy it from the unit's distinguishedName attribute";
        Some(Finding::new(message, remedy).observed(
            CONTAINER,
            "single plain blanks",
            odd.to_string(),
        ))
    })
}

pub(super) fn container_unused(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| {
        unused(
            CONTAINER,
            &case.farm.directory.container,
            "the remote service uses its own farm's container",
        )
    });
    one(CONTAINER, outcome)
}

/// A value that is recorded and has no use.
pub(super) fn unused<T: FromText>(key: &str, value: &Option<Lenient<T>>, why: &str) -> Outcome {
    let finding = |typed: &Lenient<T>| {
        Finding::new(
            format!("`{}` is recorded, but {why}", typed.text),
            "Take it out, or switch to the service it is for",
        )
        .observed(key, "nothing", format!("`{}`", typed.text))
        .with_action(Action::unset(key))
    };
    let recorded = value.as_ref().filter(|typed| !typed.text.trim().is_empty());
    Outcome::pass_unless(recorded.map(finding))
}

pub(super) fn url_missing(case: &Case<'_>) -> Vec<RuleResult> {
    if let Some(outcome) = unless_service(case.farm, &[Service::Remote]) {
        return one(URL, outcome);
    }
    missing(URL, &checked(&case.farm.directory.url), || {
        let remedy = "Name it with `spinmail dms remote --url URL`";
        Finding::new(
            "the Directory Management Service is remote, and its URL is not recorded",
            remedy,
        )
    })
}

/// Judges the URL of a remote service that is recorded.
pub(super) fn of_url(
    case: &Case<'_>,
    judge: fn(&str, &ServiceUrl) -> Option<Finding>,
) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| {
        match checked(&case.farm.directory.url) {
            Checked::Missing => {
                Outcome::not_applicable("no URL is recorded (page-service-url-missing)")
            }
            Checked::Invalid(..) => {
                Outcome::not_applicable("it is no URL (page-service-url-invalid)")
            }
            Checked::Valid(text, url) => Outcome::pass_unless(judge(text, url)),
        }
    });
    one(URL, outcome)
}

pub(super) fn url_invalid(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::Remote]).unwrap_or_else(|| {
        match checked(&case.farm.directory.url) {
            Checked::Missing => {
                Outcome::not_applicable("no URL is recorded (page-service-url-missing)")
            }
            Checked::Valid(..) => Outcome::pass(),
            Checked::Invalid(text, fault) => {
                Outcome::Fail(invalid::<ServiceUrl>(URL, text, fault, "URL of a service"))
            }
        }
    });
    one(URL, outcome)
}

pub(super) fn url_unused(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = unless_service(case.farm, &[Service::No, Service::Yes]).unwrap_or_else(|| {
        unused(
            URL,
            &case.farm.directory.url,
            "the Directory Management Service is not remote",
        )
    });
    one(URL, outcome)
}

pub(super) fn url_misspelt(case: &Case<'_>) -> Vec<RuleResult> {
    of_url(case, |text, url| {
        (!url.has_service_path()).then(|| {
            let message = format!(
                "the path `{}` is not that of a Directory Management Service",
                url.path()
            );
            Finding::new(
                message,
                "Check the spelling; the service itself is called SharePointEmailWS.asmx, without \
                 a hyphen",
            )
            .observed(
                URL,
                format!("the path `{}`", ServiceUrl::PATH),
                format!("`{text}`"),
            )
            .with_action(Action::set(URL, url.with_service_path()))
        })
    })
}

pub(super) fn url_plain_http(case: &Case<'_>) -> Vec<RuleResult> {
    of_url(case, |text, url| {
        (!url.is_encrypted()).then(|| {
            let message = "the service is asked over http, so that requests travel unencrypted";
            let remedy =
                "Give the other farm's Central Administration a certificate, and use its https URL";
            Finding::new(message, remedy).observed(URL, "an https URL", format!("`{text}`"))
        })
    })
}

pub(super) const WITH_SERVICE: &[Service] = &[Service::Yes, Service::Remote];

pub(super) fn smtp_server_missing(case: &Case<'_>) -> Vec<RuleResult> {
    if let Some(outcome) = unless_service(case.farm, WITH_SERVICE) {
        return one(SMTP, outcome);
    }
    missing(SMTP, &checked(&case.farm.directory.smtp_server), || {
        let message = "the Directory Management Service is on, and no SMTP mail server for \
                       incoming mail is recorded";
        Finding::new(message, "Name it with `spinmail set smtp-server HOST`")
    })
}

pub(super) fn smtp_server_not_qualified(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = |message: String, text: &str| {
        Finding::new(
            message,
            "Use the server's full name, as its A record has it",
        )
        .observed(SMTP, MailServer::EXPECTED, format!("`{text}`"))
    };
    let outcome = unless_service(case.farm, WITH_SERVICE).unwrap_or_else(|| {
        match checked(&case.farm.directory.smtp_server) {
            Checked::Missing => Outcome::not_applicable(
                "no SMTP mail server is recorded (page-smtp-server-missing)",
            ),
            Checked::Valid(text, MailServer::Address(_)) => Outcome::Fail(finding(
                format!("`{text}` is an IP address; a host name with an A record is expected"),
                text,
            )),
            Checked::Valid(text, MailServer::Host(name)) if !name.is_qualified() => {
                Outcome::Fail(finding(
                    format!("`{text}` is a short name; the fully qualified one is expected"),
                    text,
                ))
            }
            Checked::Valid(..) => Outcome::pass(),
            // No host at all is worse than a short name: nothing can look it up.
            Checked::Invalid(text, fault) => Outcome::Fail(
                invalid::<MailServer>(SMTP, text, fault, "host name")
                    .with_severity(Severity::Error),
            ),
        }
    });
    one(SMTP, outcome)
}

/// A permission of the page that means something only with the service.
pub(super) fn needs_service(
    case: &Case<'_>,
    key: &'static str,
    granted: Option<bool>,
    what: &str,
) -> Vec<RuleResult> {
    let finding = || {
        Finding::new(
            format!("{what}, but the Directory Management Service is off, so it has no effect"),
            "Switch the service on with `spinmail dms yes` or `spinmail dms remote`, or switch \
             this off",
        )
        .observed(key, "`false` while the service is off", "`true`")
        .with_action(Action::set(key, "false"))
    };
    let outcome = match (granted, case.farm.directory.service) {
        (None, _) => Outcome::not_applicable(not_recorded(key)),
        (_, None) => Outcome::not_applicable(not_recorded(SERVICE)),
        (Some(true), Some(Service::No)) => Outcome::Fail(finding()),
        _ => Outcome::pass(),
    };
    one(key, outcome)
}

pub(super) fn authentication_needs_service(case: &Case<'_>) -> Vec<RuleResult> {
    let granted = case.farm.directory.authenticated_users_only;
    needs_service(
        case,
        AUTHENTICATED,
        granted,
        "messages are accepted from authenticated users only",
    )
}

pub(super) fn groups_need_service(case: &Case<'_>) -> Vec<RuleResult> {
    needs_service(
        case,
        GROUPS,
        case.farm.directory.distribution_groups,
        "sites may create distribution groups",
    )
}

pub(super) fn approvals_unused(case: &Case<'_>) -> Vec<RuleResult> {
    let directory = &case.farm.directory;
    let why = match (directory.service, directory.distribution_groups) {
        (Some(Service::Remote), _) => Some("the remote service has its own approvals"),
        (_, Some(false)) => Some("distribution groups are not allowed, so nobody asks"),
        _ => None,
    };
    let outcome = match (&directory.approve, why) {
        (None, _) => Outcome::not_applicable(not_recorded(APPROVE)),
        (Some(list), None) if !list.is_empty() && directory.service != Some(Service::Yes) => {
            Outcome::not_applicable("the Directory Management Service is not recorded as on")
        }
        (Some(list), None) if !list.is_empty() && directory.distribution_groups.is_none() => {
            Outcome::not_applicable(not_recorded(GROUPS))
        }
        (Some(list), Some(why)) if !list.is_empty() => Outcome::Fail(
            Finding::new(
                format!("approvals are listed, but {why}"),
                "Take the list out",
            )
            .observed(
                APPROVE,
                "nothing",
                format!("{} kinds of request", list.len()),
            )
            .with_action(Action::unset(APPROVE)),
        ),
        _ => Outcome::pass(),
    };
    one(APPROVE, outcome)
}
