//! Who of the farm must have rights on the drop folder.

use super::values::{Account, AccountForm};
use super::{Farm, Server};

/// Someone whose rights on a drop folder matter.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    pub role: PartyRole<'a>,
    pub account: &'a Account,
    /// The server whose computer account comes to a share for an account that is nothing beyond
    /// its server. Where several servers poll the share, each is a party; where no server is
    /// recorded, none is known.
    pub computer: Option<&'a str>,
}

/// What an account is to the farm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyRole<'a> {
    /// The Timer service's, which takes the mail.
    Timer,
    CentralAdministration,
    /// That of a web application of this name.
    WebApplication(&'a str),
}

impl Party<'_> {
    /// Whether it is a computer's account that comes to a share.
    pub fn is_computer(&self, on_share: bool) -> bool {
        on_share && self.account.form() == AccountForm::Computer
    }
}

impl Farm {
    /// Whose rights on a drop folder matter, as far as they are recorded: the Timer service's
    /// account, Central Administration's and each web application's.
    pub fn parties(&self, on_share: bool) -> Vec<Party<'_>> {
        let timer = self
            .timer_account
            .iter()
            .map(|account| (PartyRole::Timer, account));
        let central = self.central_administration_account.iter();
        let central = central.map(|account| (PartyRole::CentralAdministration, account));
        let applications = self.web_applications.iter().filter_map(|application| {
            let account = application.account.as_ref()?;
            Some((PartyRole::WebApplication(application.name()), account))
        });
        timer
            .chain(central)
            .chain(applications)
            .flat_map(|(role, account)| self.ways(role, account, on_share))
            .collect()
    }

    fn ways<'a>(
        &'a self,
        role: PartyRole<'a>,
        account: &'a Account,
        on_share: bool,
    ) -> Vec<Party<'a>> {
        let party = |computer| Party {
            role,
            account,
            computer,
        };
        let computers: Vec<Party<'a>> = self
            .receivers()
            .map(Server::name)
            .map(|name| party(Some(name)))
            .collect();
        if party(None).is_computer(on_share) && !computers.is_empty() {
            computers
        } else {
            vec![party(None)]
        }
    }
}
