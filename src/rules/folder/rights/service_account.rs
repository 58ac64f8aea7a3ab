//! The farm's service accounts as the folder's server sees them.

use super::access::Unknowns;
use super::identity::{Identity, well_known_sid, with_unknown_groups};
use super::view::FolderView;
use crate::facts::Failure;
use crate::farm::values::{AccountForm, FolderPath, FromText, computer_account};
use crate::farm::{AccountRole, Server, ServiceAccount};
use crate::rules::Case;
use std::fmt;
use windows_security::{Sid, Token};

/// A service account, and what is known of it on the folder's server.
pub(super) struct ResolvedAccount<'a> {
    pub service_account: ServiceAccount<'a>,
    pub sid: Option<Sid>,
    /// Whether the folder's server was asked for the account and knows none of this name.
    pub is_unknown_to_windows: bool,
    /// Why its name could not be looked up, or `None` if it was, or if nothing was asked.
    pub failure: Option<Failure>,
    /// What it answered then.
    pub unknown_reason: String,
    pub token: Token,
    /// How to find out which groups it is in, as the end of a sentence.
    groups_hint: String,
}

/// The account as subjects name it.
impl fmt::Display for ResolvedAccount<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.service_account.account.as_str())?;
        if let Some(server) = self.service_account.computer {
            write!(out, " of {server}")?;
        }
        if let AccountRole::WebApplication(name) = self.service_account.role {
            write!(out, " ({name})")?;
        }
        Ok(())
    }
}

impl<'a> ResolvedAccount<'a> {
    /// Returns the account as sentences name it.
    pub(super) fn in_sentence(&self) -> String {
        let mut name = format!("`{}`", self.service_account.account.as_str());
        if let Some(server) = self.service_account.computer {
            name.push_str(&format!(" on {server}"));
        }
        if let AccountRole::WebApplication(application) = self.service_account.role {
            name.push_str(&format!(" (web application {application})"));
        }
        name
    }

    pub(super) fn new(
        case: &Case<'_>,
        view: &FolderView<'_>,
        service_account: ServiceAccount<'a>,
    ) -> Self {
        if is_loopback_access(case, view, &service_account) {
            return Self::on_loopback(service_account);
        }
        let identity = Identity::new(case, view, service_account);
        let unknown = identity.unknown_to_windows().map(str::to_owned);
        Self {
            // Nothing is known of what does not exist, not even that it is in Everyone.
            token: match unknown {
                Some(_) => unknown_token(),
                None => identity.token(),
            },
            groups_hint: identity.groups_hint(),
            is_unknown_to_windows: unknown.is_some(),
            failure: identity.failure().cloned(),
            unknown_reason: unknown.unwrap_or_default(),
            service_account,
            sid: identity.into_sid(),
        }
    }

    /// Creates the account of a service that accesses a share of its own server. Which account the
    /// server then sees is not documented.
    fn on_loopback(service_account: ServiceAccount<'a>) -> Self {
        Self {
            service_account,
            sid: None,
            is_unknown_to_windows: false,
            failure: None,
            unknown_reason: String::new(),
            token: loopback_token(&service_account),
            groups_hint: "; the share is on its own server, and it is not documented which \
                          account Windows uses then: add an ACE for the account and one for the \
                          computer's account"
                .to_owned(),
        }
    }

    /// Returns the setting that names the account.
    pub(super) fn key(&self) -> String {
        match self.service_account.role {
            AccountRole::Timer => "farm.timer-account".to_owned(),
            AccountRole::CentralAdministration => "farm.central-administration-account".to_owned(),
            AccountRole::WebApplication(name) => format!("web-application.{name}.account"),
        }
    }

    /// Says what would decide, as the end of a sentence.
    pub(super) fn what_decides(&self, unknowns: &Unknowns) -> &str {
        if unknowns.groups.is_empty() {
            ""
        } else {
            &self.groups_hint
        }
    }

    /// Returns whom to grant a right: "it", or the computer's account on a share.
    pub(super) fn grantee(&self, view: &FolderView<'_>) -> String {
        if !self.service_account.is_computer(view.location) {
            return format!("`{}`", self.service_account.account.as_str());
        }
        match self.service_account.computer {
            Some(server) => format!(
                "the computer's account, `DOMAIN\\{}`,",
                computer_account(server).to_uppercase()
            ),
            None => "the account of the computer that it runs on, `DOMAIN\\SERVER$`,".to_owned(),
        }
    }

    /// Returns whether it accesses the share anonymously, so that an ACE for it has no effect.
    pub(super) fn is_anonymous_on(&self, view: &FolderView<'_>) -> bool {
        view.is_share() && self.service_account.account.form() == AccountForm::Anonymous
    }
}

/// Returns whether a service of a server accesses a share of the same server. Such services use the
/// computer's account only on other servers.
fn is_loopback_access(
    case: &Case<'_>,
    view: &FolderView<'_>,
    service_account: &ServiceAccount<'_>,
) -> bool {
    let Ok(path) = FolderPath::from_text(view.folder.path) else {
        return false;
    };
    match service_account.account.form() {
        AccountForm::Computer => service_account
            .computer
            .is_some_and(|server| path.is_on(server)),
        AccountForm::Anonymous => case
            .farm
            .receivers()
            .map(Server::name)
            .any(|server| path.is_on(server)),
        _ => false,
    }
}

/// Returns the token for a loopback access: perhaps the account's own, perhaps the computer's,
/// perhaps an anonymous one.
fn loopback_token(service_account: &ServiceAccount<'_>) -> Token {
    match well_known_sid(service_account.account) {
        Some(own) => unknown_token().perhaps(own),
        None => unknown_token(),
    }
}

/// Returns the token of an account of which nothing is certain.
fn unknown_token() -> Token {
    let mut token = Token::default();
    for sid in [Sid::everyone(), Sid::creator_owner()] {
        token = token.perhaps(sid);
    }
    for number in [2, 6, 7, 11, 15] {
        token = token.perhaps(Sid::nt(number));
    }
    with_unknown_groups(token)
}
