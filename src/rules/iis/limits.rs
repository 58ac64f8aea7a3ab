//! Who may send, and how large a message may be.

use super::view::{VirtualServerView, judge_mail_route_or, judge_virtual_servers, on_route};
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use crate::rules::smtp::{self, WantedSize};
use crate::rules::{Case, Finding, Outcome, RuleResult};
use iis_metabase::{AUTH_FLAGS, Key, MAX_MESSAGE_SIZE, MAX_SESSION_SIZE};

pub(super) fn anonymous_off(case: &Case<'_>) -> Vec<RuleResult> {
    let routes = case.routes();
    judge_mail_route_or(case, smtp::no_logon_needed, |view| {
        if smtp::logs_on_always(routes, view.server) {
            return Outcome::not_applicable("the mail hosts that pass mail to it authenticate");
        }
        match view.virtual_server.auth_flags() {
            Err(error) => Outcome::undecided(error.message),
            Ok(flags) if flags.anonymous() => Outcome::pass(),
            Ok(_) => {
                let message = format!("`{}` requires senders to authenticate", view.name());
                let remedy = "Tick Anonymous access in the virtual server's properties, Access, \
                              Authentication";
                let evidence = view.evidence(AUTH_FLAGS, "AuthAnonymous among the flags");
                Outcome::Fail(
                    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([evidence]),
                )
            }
        }
    })
}

/// The limit that setup writes, in bytes.
const SETUP_SIZE: u64 = 2_097_152;
/// The schema's default limit (cc781828), in bytes.
const DEFAULT_SIZE: u32 = 33_554_432;

pub(super) fn size_small(case: &Case<'_>) -> Vec<RuleResult> {
    let results = judge_virtual_servers(case, |view| {
        smtp::wanted_size(case, &[view.server])
            .map(|wanted| judge_size(view, &wanted))
            .into()
    });
    on_route(case, results)
}

fn judge_size(view: &VirtualServerView<'_>, wanted: &WantedSize) -> Outcome {
    let server = view.virtual_server;
    let (message, session) = match (server.max_message_size(), server.max_session_size()) {
        (Ok(message), Ok(session)) => (message, session),
        (Err(error), _) | (_, Err(error)) => return Outcome::undecided(error.message),
    };
    let is_small = |limit: u32| limit != 0 && u64::from(limit) < wanted.bytes;
    match (message, session.filter(|limit| is_small(*limit))) {
        (Some(limit), _) if is_small(limit) => {
            Outcome::Fail(size_finding(view, wanted, (MAX_MESSAGE_SIZE, limit)))
        }
        // A session that is cut off carries no whole message.
        (_, Some(limit)) => Outcome::Fail(size_finding(view, wanted, (MAX_SESSION_SIZE, limit))),
        (None, None) if wanted.bytes > DEFAULT_SIZE.into() => {
            Outcome::Fail(size_finding(view, wanted, (MAX_MESSAGE_SIZE, DEFAULT_SIZE)))
        }
        (None, None) if wanted.bytes > SETUP_SIZE => Outcome::undecided(format!(
            "no limit is set, and it is not known which one applies then: {SETUP_SIZE} bytes, as \
             setup writes, or the schema's {DEFAULT_SIZE}"
        )),
        (_, None) => Outcome::pass(),
    }
}

/// Creates the finding about a limit that is too low.
fn size_finding(
    view: &VirtualServerView<'_>,
    wanted: &WantedSize,
    (key, limit): (Key, u32),
) -> Finding {
    let what = match key {
        MAX_SESSION_SIZE => "sessions",
        _ => "messages",
    };
    let message = format!(
        "`{}` accepts {what} up to {}, {}",
        view.name(),
        Size::in_words(limit.into()),
        wanted.whose
    );
    let remedy = format!(
        "{} (the virtual server's properties, Messages)",
        wanted.how_to_raise_limits()
    );
    let expected = format!(
        "{} bytes ({} KB) or more, or 0 for no limit",
        wanted.bytes,
        wanted.bytes.div_ceil(1024)
    );
    let finding = Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([view.evidence(key, expected)]);
    match wanted.severity {
        Some(severity) => finding.with_severity(severity),
        None => finding,
    }
}
