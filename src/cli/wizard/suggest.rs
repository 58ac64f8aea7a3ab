//! What can be found for an answer without asking.

use crate::farm::{Farm, Server, Setting, Table};
use crate::probe::{Here, here};
use crate::wizard::Suggestion;
use std::cell::OnceCell;

/// What was found; looked for when it is first wanted.
#[derive(Default)]
pub struct Found {
    here: OnceCell<Here>,
}

impl Found {
    /// What may be the answer to a setting's question: one arm for each setting that something can be found for.
    pub fn suggest(&self, setting: &Setting, farm: &Farm) -> Vec<Suggestion> {
        match (setting.table, setting.name) {
            (Table::IncomingEmail, "display-address") => self.this_machine().into_iter().collect(),
            (Table::DirectoryManagement, "smtp-server") => {
                let recorded = farm.mail_servers().map(Server::name);
                recorded.map(|name| suggestion(name, "recorded as an SMTP server")).chain(self.this_machine()).collect()
            }
            (Table::Server, "name") => {
                let receiver = farm.directory.smtp_server.as_ref().map(|typed| typed.text.as_str());
                let receiver = receiver.map(|name| suggestion(name, "the SMTP mail server of the page"));
                receiver.into_iter().chain(self.this_machine()).collect()
            }
            (Table::Probe, "dns-servers") => self.name_servers().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn here(&self) -> &Here {
        self.here.get_or_init(here)
    }

    fn this_machine(&self) -> Option<Suggestion> {
        self.here().name.as_deref().map(|name| suggestion(name, "this machine's name"))
    }

    fn name_servers(&self) -> Option<Suggestion> {
        let servers: Vec<String> = self.here().name_servers.iter().map(ToString::to_string).collect();
        (!servers.is_empty()).then(|| suggestion(&servers.join(" "), "this machine's name servers"))
    }
}

fn suggestion(value: &str, what: &'static str) -> Suggestion {
    Suggestion { value: value.to_owned(), what }
}
