//! The accounts that SharePoint's services use on a drop folder.

use super::values::{Account, AccountForm, FolderLocation};
use super::{Farm, Server};

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

/// What an account is to the farm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRole<'a> {
    /// The Timer service's account, which takes the mail.
    Timer,
    CentralAdministration,
    /// The account of the web application of this name.
    WebApplication(&'a str),
}

impl ServiceAccount<'_> {
    /// Returns whether the account reaches the folder as its server's computer account.
    pub fn is_computer(&self, location: FolderLocation) -> bool {
        location == FolderLocation::Share && self.account.form() == AccountForm::Computer
    }
}

impl Farm {
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

    /// Returns the identities that an account has on a folder: itself, or on a share the computer
    /// account of every server that polls it.
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
