//! The folders from which several servers take mail.

use super::servers::{farm_result, key, names_of};
use crate::farm::values::{Checked, FolderPath};
use crate::farm::{Farm, Server};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, Severity, wanted};

const FEWER_THAN_TWO: &str = "fewer than two servers run the incoming e-mail service";

pub(super) fn drop_folder_differs(case: &Case<'_>) -> Vec<RuleResult> {
    farm_result(judge_folders(case.farm))
}

/// A server and the folder from which it takes mail.
struct PolledBy<'a> {
    server: &'a Server,
    text: &'a str,
    path: &'a FolderPath,
}

fn judge_folders(farm: &Farm) -> Judged<Outcome> {
    wanted::advanced_mode(farm)?;
    if farm.receivers().nth(1).is_none() {
        return Err(Outcome::not_applicable(FEWER_THAN_TWO));
    }
    let folders = farm
        .receivers()
        .map(|server| polled_by(farm, server))
        .collect::<Result<Vec<_>, _>>()?;
    // A share's server may be written short, so two paths may be the same as a third one and not
    // the same as each other.
    let are_same = folders
        .iter()
        .all(|one| folders.iter().all(|two| one.path.is(two.path)));
    let may_be_same = folders.iter().all(|one| {
        folders
            .iter()
            .all(|two| one.path.is(two.path) || one.path.may_be(two.path))
    });
    Ok(if are_same {
        Outcome::pass()
    } else if may_be_same {
        Outcome::undecided(
            "a folder is recorded with a short name (8.3), so it is not known whether it is the \
             same as the others; `dir /x` on its server shows both names",
        )
    } else {
        Outcome::Fail(differing_folders_finding(&folders))
    })
}

fn polled_by<'a>(farm: &'a Farm, server: &'a Server) -> Judged<PolledBy<'a>> {
    let (text, path) = wanted::polled_folder(farm, server)?;
    Ok(PolledBy { server, text, path })
}

fn differing_folders_finding(folders: &[PolledBy<'_>]) -> Finding {
    let mut finding = Finding::new(
        "the servers take mail from different folders, so mail may be dropped in a folder that no \
         server reads",
        "Use the same folder on every server",
    );
    for folder in folders {
        finding = finding.recorded(
            key(folder.server, "drop-folder"),
            "the same folder on every server",
            format!("`{}`", folder.text),
        );
    }
    finding
}

/// A share from which several servers take mail.
struct SharedFolder<'a> {
    text: &'a str,
    path: &'a FolderPath,
    servers: Vec<&'a Server>,
}

/// Returns the shares from which two or more servers take mail.
fn shared_folders(farm: &Farm) -> Vec<SharedFolder<'_>> {
    let mut shares: Vec<SharedFolder<'_>> = Vec::new();
    for server in farm.receivers() {
        let Checked::Valid(text, path) = farm.polled_folder(server) else {
            continue;
        };
        match shares.iter_mut().find(|share| share.path.is(path)) {
            Some(share) => share.servers.push(server),
            None if path.is_share() => shares.push(SharedFolder {
                text,
                path,
                servers: vec![server],
            }),
            None => {}
        }
    }
    shares.retain(|share| share.servers.len() > 1);
    shares
}

pub(super) fn shared_folder(case: &Case<'_>) -> Vec<RuleResult> {
    let shares = shared_folders(case.farm);
    if shares.is_empty() {
        return farm_result(without_shared_folder(case.farm));
    }
    shares
        .iter()
        .map(|share| {
            let finding = shared_folder_finding(case.farm, share);
            RuleResult::new(share.text.to_owned(), Outcome::Fail(finding))
        })
        .collect()
}

fn without_shared_folder(farm: &Farm) -> Judged<Outcome> {
    if farm.receivers().nth(1).is_none() {
        return Err(Outcome::not_applicable(FEWER_THAN_TWO));
    }
    for server in farm.receivers() {
        wanted::polled_folder(farm, server)?;
    }
    Ok(Outcome::pass())
}

fn shared_folder_finding(farm: &Farm, share: &SharedFolder<'_>) -> Finding {
    let has_duplicates = farm.has_single_server_job() == Some(true);
    let note = if has_duplicates {
        ", on a build with known duplicates"
    } else {
        ""
    };
    let message = format!(
        "{} take mail from the same share, `{}`{note}",
        names_of(&share.servers),
        share.text
    );
    let remedy = "Nothing is wrong as long as each message arrives once. If lists get duplicates, \
                  run the incoming e-mail service on one server only";
    let finding = Finding::new(message, remedy).recorded(
        "incoming-email.drop-folder",
        "one server for each share, or a build whose servers share the work",
        format!("{} servers", share.servers.len()),
    );
    if has_duplicates {
        finding.with_severity(Severity::Warning)
    } else {
        finding
    }
}
