//! Whether the drop directory has reached the quota of the SMTP service.

use super::view::{VirtualServerView, judge_virtual_servers};
use crate::facts::{Area, Contents};
use crate::farm::values::{FolderPath, FromText, ServerName, Size};
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, smtp};
use iis_metabase::MAX_MESSAGE_SIZE;

/// How many of the largest messages fit (help of the snap-in, "Enable drop directory quota").
const QUOTA: u64 = 10;

pub(super) fn reached(case: &Case<'_>) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| judge_quota(case, view).into())
}

fn judge_quota<'a>(case: &Case<'a>, view: &VirtualServerView<'a>) -> Judged<Outcome> {
    let contents = contents(case, view)?;
    let largest = match view.virtual_server.max_message_size() {
        Err(error) => return Err(Outcome::undecided(error.message)),
        Ok(None | Some(0)) => {
            let why = "no maximum message size is set, and the quota is ten times that size";
            return Err(Outcome::not_applicable(why));
        }
        Ok(Some(largest)) => u64::from(largest),
    };
    let quota = largest.saturating_mul(QUOTA);
    let evidence = Evidence::new(
        format!("bytes in the drop directory of {}", view.name()),
        format!(
            "less than {quota} bytes ({QUOTA} times {}, {largest})",
            MAX_MESSAGE_SIZE.name
        ),
        format!("{} bytes in {} messages", contents.bytes, contents.messages),
    );
    if contents.bytes < quota {
        return Ok(Outcome::Pass(vec![evidence]));
    }
    match smtp::says_full(case, view.server) {
        Some(reply) => Ok(Outcome::Fail(finding(view, quota, [evidence, reply]))),
        None => Err(Outcome::undecided(format!(
            "{} are in the drop directory, at least ten times the maximum message size; if Enable \
             drop directory quota is ticked (IIS 6.0 Manager, the default domain's properties), \
             the SMTP service accepts no more mail",
            Size::in_words(contents.bytes)
        ))),
    }
}

/// Returns what is in the drop directory, or the outcome if that is not known.
fn contents<'a>(case: &Case<'a>, view: &VirtualServerView<'a>) -> Judged<&'a Contents> {
    let Some(facts) = &case.facts.folder else {
        let why = "the drop folder was not looked at";
        let why = case.facts.why_missing(Area::Folder, why);
        return Err(Outcome::not_applicable(why));
    };
    let Some(Ok(directory)) = view
        .virtual_server
        .drop_directory()
        .map(FolderPath::from_text)
    else {
        return Err(Outcome::not_applicable("the drop directory is not known"));
    };
    let is_of_server = |server: Option<&str>| {
        directory.is_share()
            || server.is_some_and(|name| ServerName::same(name, view.server.name()))
    };
    let folder = facts.folders.iter().find(|folder| {
        let path = FolderPath::from_text(&folder.path);
        is_of_server(folder.server.as_deref()) && path.is_ok_and(|path| path.is(&directory))
    });
    let Some(folder) = folder else {
        let why = "the drop directory is not one of the drop folders that were looked at";
        return Err(Outcome::not_applicable(why));
    };
    let contents = &folder.contents;
    contents.known().ok_or_else(|| {
        let why = contents.why_not();
        Outcome::undecided(format!(
            "the contents of the drop directory are not known: {why}"
        ))
    })
}

fn finding(
    view: &VirtualServerView<'_>,
    quota: u64,
    evidence: impl IntoIterator<Item = Evidence>,
) -> Finding {
    let message = format!(
        "the drop directory of `{}` is full: its quota is {}",
        view.name(),
        Size::in_words(quota)
    );
    let remedy = "Find out why the delivery job leaves the messages there. Then clear Enable drop \
                  directory quota (IIS 6.0 Manager, the default domain's properties), or raise \
                  Limit message size";
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence(evidence)
}
