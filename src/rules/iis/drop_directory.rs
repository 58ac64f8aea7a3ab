//! Whether the SMTP service drops mail where SharePoint looks for it.

use super::domains::why_not_dropped;
use super::view::{VirtualServerView, judge_mail_route, server_of};
use crate::farm::values::{Checked, FolderPath, FromText, checked};
use crate::farm::{Farm, Server};
use crate::remedy::{self, AdminRole};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};
use iis_metabase::{DROP_DIRECTORY, brief};

const MODE: &str = "incoming-email.mode";

pub(super) fn differs(case: &Case<'_>) -> Vec<RuleResult> {
    if let Err(instead) = mode_has_folder(case.farm) {
        return vec![RuleResult::new(MODE, instead).about(MODE)];
    }
    let mut services = case
        .farm
        .servers
        .iter()
        .map(|server| server.incoming_email_service);
    if !case.farm.servers.is_empty() && services.all(|runs| runs == Some(false)) {
        let instead = Outcome::because(
            "farm-service-nowhere",
            "no server takes mail from a drop \
                                                                folder",
        );
        return vec![RuleResult::new(MODE, instead).about(MODE)];
    }
    let mut results = judge_mail_route(case, |view| judge_drop_directory(case, view).into());
    for result in &mut results {
        if let Some(server) = server_of(case.farm, &result.subject) {
            let takes_none_in = server.incoming_email_service == Some(false);
            let taker = case.farm.receivers().next().filter(|_| takes_none_in);
            result.about = Some(drop_folder_key(taker.unwrap_or(server)).into());
        }
    }
    results
}

/// Makes sure that SharePoint looks in a folder of its own choice. In automatic mode it takes the
/// folder from the SMTP service.
fn mode_has_folder(farm: &Farm) -> Judged<()> {
    wanted::advanced_mode(farm).map(|_| ())
}

/// Returns the setting that says where SharePoint looks on a server.
fn drop_folder_key(server: &Server) -> String {
    match checked(&server.drop_folder) {
        Checked::Missing => "incoming-email.drop-folder".to_owned(),
        _ => format!("server.{}.drop-folder", server.name()),
    }
}

fn judge_drop_directory(case: &Case<'_>, view: &VirtualServerView<'_>) -> Judged<Outcome> {
    let looked_in = LookedIn::new(case.farm, view.server)?;
    if let Some(instead) = why_not_dropped(case, view) {
        return Err(instead);
    }
    if view.server.passes_to.is_some() {
        return Err(Outcome::not_applicable("it passes mail on"));
    }
    let found = drop_directory(view)?;
    looked_in.judge(|folder| judge_folder(view, &found, folder))
}

/// A folder that SharePoint looks in, with its text.
type Folder<'a> = (&'a str, &'a FolderPath);

/// The folders that SharePoint looks in for what a server drops.
struct LookedIn<'a> {
    /// It must be one of these: the server's own if it takes mail in, else those of the others.
    own: Vec<Folder<'a>>,
    /// The outcome if another one is not valid.
    invalid: Option<Outcome>,
    /// Shares that other servers take mail from, whatever the server does itself.
    shares: Vec<Folder<'a>>,
}

impl<'a> LookedIn<'a> {
    fn new(farm: &'a Farm, server: &'a Server) -> Judged<Self> {
        let others = farm.receivers();
        let others = others.filter(|other| !other.is_standby() && !std::ptr::eq(*other, server));
        let of_others: Vec<_> = others
            .map(|other| wanted::polled_folder(farm, other))
            .collect();
        let valid = of_others.iter().flatten().copied();
        let shares = valid.filter(|(_, path)| path.is_share()).collect();
        let takes_none_in = server.incoming_email_service == Some(false);
        let folders = match takes_none_in && !of_others.is_empty() {
            true => of_others,
            false => vec![wanted::polled_folder(farm, server)],
        };
        let mut own = Vec::new();
        let mut invalid = None;
        for folder in folders {
            match folder {
                Ok(folder) => own.push(folder),
                Err(instead) => invalid = invalid.or(Some(instead)),
            }
        }
        match invalid {
            Some(instead) if own.is_empty() => Err(instead),
            invalid => Ok(Self {
                own,
                invalid,
                shares,
            }),
        }
    }

    /// Judges whether one of the folders is the drop directory: each is compared, and the best outcome
    /// counts.
    fn judge(self, compare: impl Fn(Folder<'a>) -> Judged<Outcome>) -> Judged<Outcome> {
        let of_shares = self.shares.into_iter().map(&compare);
        let is_taken = |outcome: &Judged<Outcome>| matches!(outcome, Ok(Outcome::Pass(_)));
        if let Some(taken) = of_shares.into_iter().find(is_taken) {
            return taken;
        }
        let outcomes = self.own.into_iter().map(compare);
        let outcomes = outcomes.chain(self.invalid.map(Err));
        let best = outcomes.min_by_key(|outcome| match outcome {
            Ok(Outcome::Pass(_)) => 0,
            Err(Outcome::Undecided(_)) => 1,
            Ok(_) => 3,
            Err(_) => 2,
        });
        best.unwrap_or_else(|| Err(Outcome::not_applicable("no folder is recorded")))
    }
}

/// Judges whether a drop directory is a folder in which SharePoint looks.
fn judge_folder(
    view: &VirtualServerView<'_>,
    (found_text, found): &(String, FolderPath),
    (wanted_text, wanted_path): Folder<'_>,
) -> Judged<Outcome> {
    if wanted_path.is_share() && !found.is_share() {
        return judge_shared(view, wanted_text, wanted_path, found_text);
    }
    if wanted_path.is_share() != found.is_share() {
        return Err(Outcome::undecided(format!(
            "the drop directory is `{found_text}`; only the server that shares it knows whether \
             `{wanted_text}` is the same folder"
        )));
    }
    // A folder on the server's own disk counts only if SharePoint looks there.
    if !wanted_path.is_share() {
        match view.server.incoming_email_service {
            Some(true) => {}
            Some(false) => {
                let message = format!(
                    "`{}` drops mail into a folder of its own disk, and no incoming e-mail \
                     service takes mail from there",
                    view.name()
                );
                return Ok(Outcome::Fail(differs_finding(view, message, wanted_text)));
            }
            None => {
                let name = view.server.name();
                return Err(Outcome::undecided(format!(
                    "it is not recorded whether the incoming e-mail service runs on `{name}`; \
                     `{command}` (or `no`) records it",
                    command =
                        remedy::spinmail("set server.{NAME}.incoming-email-service yes", &[&name]),
                )));
            }
        }
    }
    if found.is(wanted_path) {
        let evidence = view.evidence(DROP_DIRECTORY, format!("`{wanted_text}`"));
        return Ok(Outcome::Pass(vec![evidence]));
    }
    if found.may_be(wanted_path) {
        return Err(Outcome::undecided(format!(
            "the drop directory is `{found_text}`, and it is not known whether its short name \
             (8.3) is that of `{wanted_text}`; `dir /x` on the server shows both names"
        )));
    }
    // A share has many names: of its server, of a DFS namespace, of another share of the folder.
    if found.is_share() && !found.has_same_root(wanted_path) {
        return judge_shared(view, wanted_text, wanted_path, found_text);
    }
    let message = format!(
        "`{}` drops mail into `{found_text}`, but SharePoint takes mail from `{wanted_text}`",
        view.name()
    );
    Ok(Outcome::Fail(differs_finding(view, message, wanted_text)))
}

/// Judges a drop directory that SharePoint is to find by a share of another name.
fn judge_shared(
    view: &VirtualServerView<'_>,
    wanted_text: &str,
    wanted_path: &FolderPath,
    found_text: &str,
) -> Judged<Outcome> {
    let name = view.server.name();
    match &view.server.drop_share {
        None => Err(Outcome::undecided(format!(
            "the drop directory is `{found_text}`, and it is not recorded whether `{wanted_text}` \
             is the same folder; if it is, `{command}` says so (in cmd.exe with double quotes)",
            command = remedy::spinmail(
                "set server.{NAME}.drop-share {SHARE}",
                &[&name, &wanted_text]
            ),
        ))),
        Some(share) if share.path.is(wanted_path) => {
            let evidence = view.evidence(DROP_DIRECTORY, format!("`{wanted_text}`"));
            Ok(Outcome::Pass(vec![evidence]))
        }
        Some(share) => {
            let message = format!(
                "`{}` drops mail into `{found_text}`, which is shared as `{}`, but SharePoint \
                 takes mail from `{wanted_text}`",
                view.name(),
                share.as_str()
            );
            Ok(Outcome::Fail(differs_finding(view, message, wanted_text)))
        }
    }
}

/// Returns the drop directory of a virtual server with its text, or the outcome if it is not known.
fn drop_directory(view: &VirtualServerView<'_>) -> Judged<(String, FolderPath)> {
    let Some(text) = view.virtual_server.drop_directory() else {
        return Err(Outcome::undecided(
            "the metabase names no drop directory, and it is not known which one the service uses \
             then",
        ));
    };
    let shown = brief(text);
    if text.contains('%') {
        return Err(Outcome::undecided(format!(
            "the drop directory `{shown}` has an environment variable in it"
        )));
    }
    match FolderPath::from_text(text) {
        Ok(path) => Ok((shown, path)),
        Err(_) => Err(Outcome::undecided(format!(
            "the drop directory `{shown}` is not an absolute path"
        ))),
    }
}

fn differs_finding(view: &VirtualServerView<'_>, message: String, wanted: &str) -> Finding {
    let remedy = "Set the drop directory of the virtual server, or the E-mail drop folder of the \
                  page, so that both are the same folder";
    Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([view.evidence(DROP_DIRECTORY, format!("`{wanted}`"))])
}
