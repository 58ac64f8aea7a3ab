//! Whether the SMTP service drops mail where SharePoint looks for it.

use super::domains::DomainStatus;
use super::view::{VirtualServerView, judge_mail_route};
use crate::farm::values::{Checked, FolderPath, FromText, checked};
use crate::farm::{Delivery, Farm, Server};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use iis_metabase::{DROP_DIRECTORY, brief};

const MODE: &str = "incoming-email.mode";

pub fn differs(case: &Case<'_>) -> Vec<RuleResult> {
    if let Some(why) = not_applicable(case.farm) {
        return vec![RuleResult::new(MODE, Outcome::not_applicable(why)).about(MODE)];
    }
    let mut results = judge_mail_route(case, |view| {
        judge_drop_directory(case, view).unwrap_or_else(|instead| instead)
    });
    for result in &mut results {
        if let Some(server) = server_of(case.farm, &result.subject) {
            result.about = Some(drop_folder_key(server));
        }
    }
    results
}

/// Returns why the drop directory does not matter in the farm's mode, or `None` if it does.
fn not_applicable(farm: &Farm) -> Option<&'static str> {
    match farm.delivery() {
        Delivery::Advanced { .. } => None,
        Delivery::Automatic => {
            Some("in automatic mode SharePoint takes the folder from the SMTP service")
        }
        Delivery::AutomaticRemoved => {
            Some("the mode does not exist in this version (page-automatic-removed)")
        }
        Delivery::ModeMissing => Some("no mode is recorded (page-mode-missing)"),
    }
}

/// Returns the server whose name a subject begins with.
fn server_of<'a>(farm: &'a Farm, subject: &str) -> Option<&'a Server> {
    let name = subject.split(' ').next();
    farm.servers
        .iter()
        .find(|server| name == Some(server.name()))
}

/// Returns the setting that says where SharePoint looks on a server.
fn drop_folder_key(server: &Server) -> String {
    match checked(&server.drop_folder) {
        Checked::Missing => "incoming-email.drop-folder".to_owned(),
        _ => format!("server.{}.drop-folder", server.name()),
    }
}

fn judge_drop_directory(case: &Case<'_>, view: &VirtualServerView<'_>) -> Result<Outcome, Outcome> {
    let (wanted_text, wanted) = wanted_folder(case.farm, view.server)?;
    make_sure_mail_is_dropped(case.farm, view)?;
    let (found_text, found) = drop_directory(view)?;
    if wanted.is_share() != found.is_share() {
        return Err(Outcome::undecided(format!(
            "the drop directory is `{found_text}`, and whether `{wanted_text}` is the same folder \
             is known only on the server that shares it"
        )));
    }
    // A folder on the server's own disk counts only if SharePoint looks there.
    if !wanted.is_share() {
        match view.server.incoming_email_service {
            Some(true) => {}
            Some(false) => {
                let message = format!(
                    "`{}` drops mail in a folder of its own disk, and no incoming e-mail service \
                     takes mail there",
                    view.subject()
                );
                return Ok(Outcome::Fail(differs_finding(view, message, wanted_text)));
            }
            None => {
                let name = view.server.name();
                return Err(Outcome::undecided(format!(
                    "whether SharePoint takes mail from `{name}` itself is not recorded; \
                     `spinmail set server.{name}.incoming-email-service yes` or `no` decides it"
                )));
            }
        }
    }
    if found.is(wanted) {
        let evidence = view.evidence(DROP_DIRECTORY, format!("`{wanted_text}`"));
        return Ok(Outcome::Pass(vec![evidence]));
    }
    let message = format!(
        "`{}` drops mail in `{found_text}`, SharePoint looks in `{wanted_text}`",
        view.subject()
    );
    Ok(Outcome::Fail(differs_finding(view, message, wanted_text)))
}

/// Returns the folder where SharePoint looks on a server, or the outcome if there is none.
fn wanted_folder<'a>(
    farm: &'a Farm,
    server: &'a Server,
) -> Result<(&'a str, &'a FolderPath), Outcome> {
    match farm.polled_folder(server) {
        Checked::Valid(text, path) => Ok((text, path)),
        Checked::Missing => Err(Outcome::not_applicable(
            "no drop folder is recorded (page-drop-folder-missing)",
        )),
        Checked::Invalid(..) => Err(Outcome::not_applicable(
            "the drop folder is no valid folder",
        )),
    }
}

/// Returns the outcome if the virtual server does not drop the display address's mail.
fn make_sure_mail_is_dropped(farm: &Farm, view: &VirtualServerView<'_>) -> Result<(), Outcome> {
    let Some(domain) = checked(&farm.incoming.display_address).valid() else {
        return Ok(());
    };
    match DomainStatus::new(view, domain) {
        DomainStatus::Local(_) | DomainStatus::Unclear(_) => Ok(()),
        DomainStatus::Remote(_) => Err(Outcome::not_applicable(
            "its mail is not dropped there (iis-domain-not-alias)",
        )),
        DomainStatus::Unknown => Err(Outcome::not_applicable(
            "its mail is not dropped there (iis-alias-domain-missing)",
        )),
    }
}

/// Returns the drop directory of a virtual server with its text, or the outcome if it is not known.
fn drop_directory(view: &VirtualServerView<'_>) -> Result<(String, FolderPath), Outcome> {
    let Some(text) = view.virtual_server.drop_directory() else {
        return Err(Outcome::undecided(
            "the metabase names no drop directory, and what is taken then is not known",
        ));
    };
    let shown = brief(text);
    if text.contains('%') {
        return Err(Outcome::undecided(format!(
            "the drop directory `{shown}` holds a variable of the server"
        )));
    }
    match FolderPath::from_text(text) {
        Ok(path) => Ok((shown, path)),
        Err(_) => Err(Outcome::undecided(format!(
            "the drop directory `{shown}` is no absolute folder"
        ))),
    }
}

fn differs_finding(view: &VirtualServerView<'_>, message: String, wanted: &str) -> Finding {
    let remedy = "Set the drop directory of the virtual server, or the E-mail drop folder of the \
                  page, so that both are one folder";
    Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([view.evidence(DROP_DIRECTORY, format!("`{wanted}`"))])
}
