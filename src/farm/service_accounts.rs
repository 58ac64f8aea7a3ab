//! The accounts that SharePoint's services use on a drop folder.

use super::values::{
    Account, AccountForm, DomainName, FolderLocation, FromText, ServerName, checked,
};
use super::{Farm, Server};
use std::collections::BTreeSet;

/// An account of the farm whose rights on a drop folder matter.
#[derive(Debug, Clone, Copy)]
pub struct ServiceAccount<'a> {
    pub role: AccountRole<'a>,
    pub account: &'a Account,
    /// The server whose computer account is used on a share, for a built-in account that has no
    /// identity of its own on the network. `None` if the account has one, the folder is local, or
    /// no server is recorded.
    pub computer: Option<&'a str>,
}

/// The role of an account in the farm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRole<'a> {
    /// The Timer service's account, which takes the mail.
    Timer,
    CentralAdministration,
    /// The account of the web application of this name.
    WebApplication(&'a str),
}

/// An e-mail address of the farm that is recorded as an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MisnamedAccount<'a> {
    account: &'a Account,
}

impl MisnamedAccount<'_> {
    /// Returns the account as typed.
    pub(crate) fn text(&self) -> &str {
        self.account.as_str()
    }

    /// Returns what is wrong.
    pub(crate) fn fault(&self) -> String {
        let text = self.text();
        format!("`{text}` is an e-mail address of the farm, not an account")
    }

    /// Returns what to write instead.
    pub(crate) fn hint(&self) -> String {
        let text = self.text();
        let name = text.rsplit_once('@').map_or(text, |(name, _)| name);
        let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
        format!("write the account with its Windows domain, `DOMAIN\\{name}`")
    }
}

impl ServiceAccount<'_> {
    /// Returns whether the account reaches the folder as its server's computer account.
    pub fn is_computer(&self, location: FolderLocation) -> bool {
        location == FolderLocation::Share && self.account.form() == AccountForm::Computer
    }
}

impl Farm {
    /// Returns every recorded account but the one that logs on to the directory, which is often
    /// written as a user principal name.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let of_farm = [&self.central_administration_account, &self.timer_account];
        let of_applications = self.web_applications.iter().map(|web| &web.account);
        let of_hosts = self.mail_hosts.iter().flat_map(|host| &host.accounts);
        let single = of_farm.into_iter().chain(of_applications).flatten();
        single.chain(of_hosts.flatten())
    }

    /// Returns a fault of the farm: an account that `before` does not have and that is written like
    /// an e-mail address of the farm, or `None` if there is none.
    pub(crate) fn misnamed_account(&self, before: &Self) -> Option<MisnamedAccount<'_>> {
        let known: BTreeSet<&str> = before.accounts().map(Account::as_str).collect();
        let is_new = |account: &&Account| !known.contains(account.as_str());
        let mut new = self.accounts().filter(is_new);
        let account = new.find(|account| self.is_own_mail_address(account))?;
        Some(MisnamedAccount { account })
    }

    /// Returns whether an account is written like an e-mail address in a mail domain of the farm,
    /// or at one of its servers. A user principal name (`name@domain`) has the suffix of an Active
    /// Directory domain. If mail hosts pass mail on under another domain, the display address is
    /// the company's domain, which is such a suffix too.
    pub fn is_own_mail_address(&self, account: &Account) -> bool {
        let suffix = match account.form() {
            AccountForm::Principal { suffix, .. } => suffix,
            // A logon name cannot contain `@`.
            AccountForm::Name { name, .. } => match name.rsplit_once('@') {
                Some((_, suffix)) => suffix,
                None => return false,
            },
            _ => return false,
        };
        let delivers_as = self.mail_hosts.iter().flat_map(|host| &host.delivers_as);
        let mut delivers_as = delivers_as.flatten().peekable();
        let display = match delivers_as.peek() {
            None => checked(&self.incoming.display_address).valid(),
            Some(_) => None,
        };
        let own = self.web_applications.iter();
        let own = own.filter_map(|web| web.incoming_address.as_ref());
        let mut domains = display.into_iter().chain(own).chain(delivers_as);
        let Ok(suffix) = DomainName::from_text(suffix) else {
            return false;
        };
        let mut servers = self.servers.iter();
        // A server's own name is not the name of an Active Directory domain.
        servers.any(|server| ServerName::same(server.name(), suffix.ascii()))
            || domains.any(|domain| domain.ascii() == suffix.ascii())
                && !self.is_directory_domain(suffix.ascii())
    }

    /// Returns whether a recorded name says that an Active Directory domain has this name: that of
    /// the container, of a domain controller, or of a server.
    fn is_directory_domain(&self, domain: &str) -> bool {
        let is_parent = |host: &str| {
            let parent = host.split_once('.').map(|(_, parent)| parent);
            parent.is_some_and(|parent| parent.eq_ignore_ascii_case(domain))
        };
        let container = checked(&self.directory.container).valid();
        let of_container = container.and_then(|container| container.name.domain());
        let mut controllers = self.probe.directory.iter().flatten();
        of_container.is_some_and(|own| own.eq_ignore_ascii_case(domain))
            || controllers.any(|address| address.host().is_some_and(|host| is_parent(&host)))
            || self.servers.iter().any(|server| is_parent(server.name()))
    }

    /// Returns the recorded accounts whose rights on a drop folder matter: the Timer service's,
    /// Central Administration's and each web application's.
    pub fn service_accounts(&self, location: FolderLocation) -> Vec<ServiceAccount<'_>> {
        let timer = self.timer_account.iter();
        let central = self.central_administration_account.iter();
        let applications = self.web_applications.iter().filter_map(|application| {
            let account = application.account.as_ref()?;
            Some((AccountRole::WebApplication(application.name()), account))
        });
        timer
            .map(|account| (AccountRole::Timer, account))
            .chain(central.map(|account| (AccountRole::CentralAdministration, account)))
            .chain(applications)
            .flat_map(|(role, account)| self.identities_on(location, role, account))
            .collect()
    }

    /// Returns the identities of an account on a folder: the account itself, or on a share the
    /// computer account of every server that polls it.
    fn identities_on<'a>(
        &'a self,
        location: FolderLocation,
        role: AccountRole<'a>,
        account: &'a Account,
    ) -> Vec<ServiceAccount<'a>> {
        let own = ServiceAccount {
            role,
            account,
            computer: None,
        };
        if !own.is_computer(location) || self.receivers().next().is_none() {
            return vec![own];
        }
        self.receivers()
            .map(|server| ServiceAccount {
                computer: Some(Server::name(server)),
                ..own
            })
            .collect()
    }
}
