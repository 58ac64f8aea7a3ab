//! Where the SMTP service takes mail, and where it puts it.

use super::super::{Case, Evidence, Finding, Outcome, RuleResult};
use super::view::{MAIL_PORT, Place, of_metabases, of_the_way};
use crate::farm::values::{Checked, DomainName, FolderPath, FromText, checked};
use crate::farm::{Delivery, Server};
use crate::remedy::{Action, AdminRole};
use iis_metabase::{DROP_DIRECTORY, Domain, DomainKind, ROUTE_ACTION, VirtualServer, brief};

const DISPLAY: &str = "incoming-email.display-address";

/// What a virtual server is to a domain.
pub(super) enum Standing {
    /// Mail for it is dropped here: an alias, or the default local domain.
    Local(&'static str),
    /// Mail for it is sent on; as what.
    Remote(&'static str),
    /// It is none of the domains.
    Unknown,
    /// What the metabase says is not clear; why.
    Unclear(String),
}

/// Domain names are compared as DNS does, in ASCII.
fn is_named(name: &str, domain: &DomainName) -> bool {
    DomainName::from_text(name).map_or_else(
        |_| name.eq_ignore_ascii_case(domain.ascii()),
        |name| name.ascii() == domain.ascii(),
    )
}

pub(super) fn standing(place: &Place<'_>, domain: &DomainName) -> Standing {
    let server = place.virtual_server;
    let known: Vec<_> = server
        .server
        .domains
        .iter()
        .filter(|known| is_named(&known.name, domain))
        .collect();
    let actions: Vec<_> = known
        .iter()
        .map(|known| server.route_action(known))
        .collect();
    let kinds = || actions.iter().flatten().map(|action| action.kind());
    // One name may be spelled in two ways.
    if let Some(kind) = kinds().find(|kind| kind.is_local()) {
        return Standing::Local(if kind == DomainKind::Alias {
            "an alias domain"
        } else {
            "a local domain"
        });
    }
    if let Some(unclear) = actions.iter().find_map(|action| action.as_ref().err()) {
        return Standing::Unclear(format!("line {}: {}", unclear.line, unclear.message));
    }
    let is_default = server
        .default_domain()
        .is_some_and(|name| is_named(name, domain));
    match kinds().next() {
        Some(_) if is_default => Standing::Unclear(
            "it is the default local domain, and its own key says that it is remote".to_owned(),
        ),
        Some(DomainKind::SmartHost) => Standing::Remote("remote, through a smart host"),
        Some(_) => Standing::Remote("remote"),
        None if is_default => Standing::Local("the default local domain"),
        None => unnamed(place, domain),
    }
}

/// The standing of a domain without a key of its own that is no default domain.
fn unnamed(place: &Place<'_>, domain: &DomainName) -> Standing {
    let server = place.virtual_server;
    let covers = |name: &str| {
        let above = name.strip_prefix("*.").map(str::to_ascii_lowercase);
        above.is_some_and(|above| domain.ascii().ends_with(&format!(".{above}")))
    };
    let is_local = |known: &Domain| {
        server
            .route_action(known)
            .is_ok_and(|action| action.kind().is_local())
    };
    if let Some(above) = server
        .server
        .domains
        .iter()
        .find(|known| covers(&known.name) && is_local(known))
    {
        return Standing::Unclear(format!(
            "only `{}` is there, and whether it counts is not known",
            brief(&above.name)
        ));
    }
    let own = [
        Some(place.server.name()),
        server.fully_qualified_domain_name(),
    ];
    if server.default_domain().is_none()
        && own.into_iter().flatten().any(|name| is_named(name, domain))
    {
        return Standing::Unclear(
            "it is the machine's own name, and the metabase does not say which domain is the \
             default"
                .to_owned(),
        );
    }
    Standing::Unknown
}

/// Judges the display address's standing at every virtual server.
fn of_standings<'a>(
    case: &Case<'a>,
    judge: impl Fn(&Place<'a>, &DomainName, Standing) -> Outcome,
) -> Vec<RuleResult> {
    let Some(domain) = checked(&case.farm.incoming.display_address).valid() else {
        let why = "no display address that is a domain is recorded";
        return vec![RuleResult::new(DISPLAY, Outcome::not_applicable(why)).about(DISPLAY)];
    };
    let judged = of_the_way(case, |place| judge(place, domain, standing(place, domain)));
    judged
        .into_iter()
        .map(|judged| judged.about(DISPLAY))
        .collect()
}

pub(super) fn alias_domain_missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_standings(case, |place, domain, standing| match standing {
        Standing::Local(what) => Outcome::Pass(vec![Evidence {
            asked: format!("`{}` at {}", domain.as_str(), place.subject()),
            expected: "an alias domain or the default local domain".to_owned(),
            observed: what.to_owned(),
        }]),
        Standing::Remote(_) => {
            Outcome::not_applicable("the domain is there, but not local (iis-domain-not-alias)")
        }
        Standing::Unclear(why) => Outcome::undecided(why),
        Standing::Unknown => {
            let names: Vec<&str> = place
                .virtual_server
                .server
                .domains
                .iter()
                .map(|known| known.name.as_str())
                .collect();
            let default = place
                .virtual_server
                .default_domain()
                .map(|name| format!("default domain `{name}`"));
            let known = default
                .into_iter()
                .chain(names.iter().map(|name| format!("`{name}`")))
                .collect::<Vec<_>>();
            let known = if known.is_empty() {
                "no domain".to_owned()
            } else {
                brief(&known.join(", "))
            };
            let server = place.server.name().to_owned();
            Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "`{}` is no local domain of `{}`",
                        domain.as_str(),
                        place.subject()
                    ),
                    format!(
                        "Add it as a domain of the kind Alias on {server}, and restart the SMTP \
                         service"
                    ),
                )
                .observed(
                    format!("domains of {}", place.subject()),
                    format!("`{}`, alias or default", domain.as_str()),
                    known,
                )
                .with_actions([
                    Action::AddAliasDomain {
                        server: server.clone(),
                        virtual_server: place.number(),
                        domain: domain.ascii().to_owned(),
                    },
                    Action::RestartSmtp { server },
                ]),
            )
        }
    })
}

pub(super) fn domain_not_alias(case: &Case<'_>) -> Vec<RuleResult> {
    of_standings(case, |place, domain, standing| match standing {
        Standing::Local(_) => Outcome::pass(),
        Standing::Unknown => {
            Outcome::not_applicable("the domain is not there (iis-alias-domain-missing)")
        }
        Standing::Unclear(why) => Outcome::undecided(why),
        Standing::Remote(how) => {
            let server = place.server.name().to_owned();
            Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "`{}` is a remote domain of `{}`, so its mail is sent on and never dropped",
                        domain.as_str(),
                        place.subject()
                    ),
                    format!("Make it an alias domain on {server}, and restart the SMTP service"),
                )
                .observed(
                    format!("{} of the domain in {}", ROUTE_ACTION.name, place.subject()),
                    "16: an alias",
                    how,
                )
                .with_actions([
                    Action::MakeDomainAlias {
                        server: server.clone(),
                        virtual_server: place.number(),
                        domain: domain.ascii().to_owned(),
                    },
                    Action::RestartSmtp { server },
                ]),
            )
        }
    })
}

pub(super) fn drop_directory_differs(case: &Case<'_>) -> Vec<RuleResult> {
    let about = |server: &Server| match checked(&server.drop_folder) {
        Checked::Missing => "incoming-email.drop-folder".to_owned(),
        _ => format!("server.{}.drop-folder", server.name()),
    };
    let why = match case.farm.delivery() {
        Delivery::Advanced { .. } => None,
        Delivery::Automatic => {
            Some("in automatic mode SharePoint takes the folder from the SMTP service")
        }
        Delivery::AutomaticRemoved => {
            Some("the mode does not exist in this version (page-automatic-removed)")
        }
        Delivery::ModeMissing => Some("no mode is recorded (page-mode-missing)"),
    };
    if let Some(why) = why {
        return vec![
            RuleResult::new("incoming-email.mode", Outcome::not_applicable(why))
                .about("incoming-email.mode"),
        ];
    }
    of_the_way(case, |place| drop_directory(case, place))
        .into_iter()
        .map(|judged| {
            let server = case
                .farm
                .servers
                .iter()
                .find(|server| judged.subject.split(' ').next() == Some(server.name()));
            let key = server.map(about);
            match key {
                Some(key) => judged.about(key),
                None => judged,
            }
        })
        .collect()
}

fn drop_directory(case: &Case<'_>, place: &Place<'_>) -> Outcome {
    let (wanted_text, wanted) = match case.farm.polled_folder(place.server) {
        Checked::Valid(text, path) => (text, path),
        Checked::Missing => {
            return Outcome::not_applicable(
                "no drop folder is recorded (page-drop-folder-missing)",
            );
        }
        Checked::Invalid(..) => {
            return Outcome::not_applicable("the drop folder is no valid folder");
        }
    };
    if let Some(domain) = checked(&case.farm.incoming.display_address).valid() {
        match standing(place, domain) {
            Standing::Local(_) | Standing::Unclear(_) => {}
            Standing::Remote(_) => {
                return Outcome::not_applicable(
                    "its mail is not dropped there (iis-domain-not-alias)",
                );
            }
            Standing::Unknown => {
                return Outcome::not_applicable(
                    "its mail is not dropped there (iis-alias-domain-missing)",
                );
            }
        }
    }
    let Some(found) = place.virtual_server.drop_directory() else {
        return Outcome::undecided(
            "the metabase names no drop directory, and what is taken then is not known",
        );
    };
    let found_text = brief(found);
    if found.contains('%') {
        return Outcome::undecided(format!(
            "the drop directory `{found_text}` holds a variable of the server"
        ));
    }
    let Ok(found) = FolderPath::from_text(found) else {
        return Outcome::undecided(format!(
            "the drop directory `{found_text}` is no absolute folder"
        ));
    };
    if wanted.is_share() != found.is_share() {
        return Outcome::undecided(format!(
            "the drop directory is `{found_text}`, and whether `{wanted_text}` is the same folder \
             is known only on the server that shares it"
        ));
    }
    let is_elsewhere = !wanted.is_share() && place.server.incoming_email_service != Some(true);
    if found.is(wanted) && !is_elsewhere {
        return Outcome::Pass(vec![
            place.evidence(DROP_DIRECTORY, format!("`{wanted_text}`")),
        ]);
    }
    if is_elsewhere && place.server.incoming_email_service.is_none() {
        return Outcome::undecided(format!(
            "whether SharePoint takes mail from `{}` itself is not recorded; `spinmail set \
             server.{}.incoming-email-service yes` or `no` decides it",
            place.server.name(),
            place.server.name()
        ));
    }
    let message = if is_elsewhere {
        format!(
            "`{}` drops mail in a folder of its own disk, and no incoming e-mail service takes \
             mail there",
            place.subject()
        )
    } else {
        format!(
            "`{}` drops mail in `{found_text}`, SharePoint looks in `{wanted_text}`",
            place.subject()
        )
    };
    let remedy = "Set the drop directory of the virtual server, or the E-mail drop folder of the \
                  page, so that both are one folder";
    Outcome::Fail(
        Finding::for_role(AdminRole::Server, message, remedy)
            .with_evidence([place.evidence(DROP_DIRECTORY, format!("`{wanted_text}`"))]),
    )
}

/// Where it listens, for reading.
fn listens(server: VirtualServer<'_>) -> String {
    match server.bindings() {
        Ok(bindings) if bindings.is_empty() => "nowhere".to_owned(),
        Ok(bindings) => brief(
            &bindings
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
        ),
        Err(unclear) => unclear.message,
    }
}

pub(super) fn several_servers(case: &Case<'_>) -> Vec<RuleResult> {
    of_metabases(case, |server, _, metabase| {
        let outcome = if metabase.servers.len() == 1 {
            Outcome::pass()
        } else {
            let finding = Finding::for_role(
                AdminRole::Server,
                format!(
                    "`{}` has {} SMTP virtual servers",
                    server.name(),
                    metabase.servers.len()
                ),
                "See to it that the one that listens where the farm's mail arrives has the alias \
                 domain and the drop folder",
            );
            Outcome::Fail(metabase.virtual_servers().fold(finding, |finding, each| {
                let name = each
                    .comment()
                    .map(|comment| format!(" ({})", brief(comment)))
                    .unwrap_or_default();
                let asked = format!(
                    "where SmtpSvc/{}{name} of {} listens",
                    each.server.number,
                    server.name()
                );
                finding.observed(asked, "one virtual server", listens(each))
            }))
        };
        vec![
            RuleResult::new(server.name(), outcome)
                .about(format!("server.{}.smtp-service", server.name())),
        ]
    })
}

pub(super) fn not_port_25(case: &Case<'_>) -> Vec<RuleResult> {
    of_metabases(case, |server, _, metabase| {
        let bindings: Vec<_> = metabase
            .virtual_servers()
            .map(|each| each.bindings())
            .collect();
        let on_mail_port = bindings
            .iter()
            .flatten()
            .flatten()
            .any(|binding| binding.port == MAIL_PORT);
        let unclear = bindings.iter().find_map(|bindings| bindings.as_ref().err());
        let outcome = match unclear {
            _ if on_mail_port => Outcome::pass(),
            Some(unclear) => Outcome::undecided(unclear.message.clone()),
            None => {
                let finding = Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "no SMTP virtual server of `{}` listens on port 25",
                        server.name()
                    ),
                    "Bind the virtual server to port 25, which all mail uses; or let what listens \
                     there hand mail on",
                );
                Outcome::Fail(metabase.virtual_servers().fold(finding, |finding, each| {
                    let asked = format!(
                        "ServerBindings of {} SmtpSvc/{}",
                        server.name(),
                        each.server.number
                    );
                    finding.observed(asked, ":25:", listens(each))
                }))
            }
        };
        vec![
            RuleResult::new(server.name(), outcome)
                .about(format!("server.{}.smtp-service", server.name())),
        ]
    })
}
