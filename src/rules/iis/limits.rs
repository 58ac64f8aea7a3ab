//! Who may send, and how large a message may be.

use super::view::{VirtualServerView, judge_mail_route_or, judge_virtual_servers};
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, smtp, wanted};
use iis_metabase::{AUTH_FLAGS, MAX_MESSAGE_SIZE};

pub(super) fn anonymous_off(case: &Case<'_>) -> Vec<RuleResult> {
    judge_mail_route_or(case, smtp::no_logon_needed, |view| {
        match view.virtual_server.auth_flags() {
            Err(error) => Outcome::undecided(error.message),
            Ok(flags) if flags.anonymous() => Outcome::pass(),
            Ok(_) => {
                let message = format!("`{}` takes no mail without a logon", view.subject());
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
    let largest = match wanted::largest_message(case.farm) {
        Ok(largest) => largest,
        Err(instead) => return RuleResult::only("web-application", instead),
    };
    judge_virtual_servers(case, |view| judge_size(view, largest))
}

fn judge_size(view: &VirtualServerView<'_>, largest: &Size) -> Outcome {
    match view.virtual_server.max_message_size() {
        Err(error) => Outcome::undecided(error.message),
        Ok(Some(0)) => Outcome::pass(),
        Ok(Some(size)) if u64::from(size) >= largest.bytes() => Outcome::pass(),
        Ok(Some(size)) => Outcome::Fail(size_finding(view, largest, size, "")),
        Ok(None) if largest.bytes() <= SETUP_SIZE => Outcome::pass(),
        Ok(None) if largest.bytes() <= u64::from(DEFAULT_SIZE) => Outcome::undecided(format!(
            "no limit is set, and what is taken then is not known: {SETUP_SIZE} bytes, as setup \
             writes, or the schema's {DEFAULT_SIZE}"
        )),
        Ok(None) => Outcome::Fail(size_finding(
            view,
            largest,
            DEFAULT_SIZE,
            " at most, as no limit is set",
        )),
    }
}

/// Creates the finding about a limit that is too low; `note` says where it comes from.
fn size_finding(view: &VirtualServerView<'_>, largest: &Size, size: u32, note: &str) -> Finding {
    let message = format!(
        "`{}` takes messages up to {}{note}, a web application up to {}",
        view.subject(),
        Size::in_words(size.into()),
        largest.as_str()
    );
    let remedy = "Raise Limit message size in the virtual server's properties, Messages; encoding \
                  makes attachments a third larger";
    let expected = format!("{} or more, or 0 for no limit", largest.bytes());
    Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([view.evidence(MAX_MESSAGE_SIZE, expected)])
}
