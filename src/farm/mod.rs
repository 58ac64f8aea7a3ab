//! WANT: what the administrator wants, as a farm file holds it.

pub mod edit;
pub(crate) mod file;
pub mod key;
mod reader;
pub(crate) mod schema;
mod service_accounts;
mod settings;
pub(crate) mod template;
mod value;
pub mod values;
pub mod writer;

pub use key::{Key, Owner};
pub(crate) use reader::Lines;
pub use reader::{Document, FarmFileError, read, without_bom};
pub use service_accounts::{AccountRole, ServiceAccount};
pub use settings::{Access, Relevance, SETTINGS, Section, Setting, Table};
pub use value::{SettingKind, SettingValue, ValueError};

use values::{
    Account, Approval, Build, Checked, Container, Date, DirectoryAddress, DomainName, FolderPath,
    Lenient, MailServer, Mode, NameServer, Os, Port, Role, SafeServers, ServerName, Service,
    ServiceUrl, Size, Timeout, Version, checked,
};

/// A farm and its settings. What is not recorded is `None`: it means "keep", never "off".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Farm {
    pub name: Option<String>,
    pub version: Option<Version>,
    pub build: Option<Build>,
    pub central_administration_account: Option<Account>,
    pub timer_account: Option<Account>,
    pub mail_from_outside: Option<bool>,
    pub incoming: IncomingEmail,
    pub directory: DirectoryManagement,
    pub servers: Vec<Server>,
    pub web_applications: Vec<WebApplication>,
    pub probe: Probe,
    pub acceptances: Vec<Acceptance>,
}

/// The page's sections about receiving mail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncomingEmail {
    pub enabled: Option<bool>,
    pub mode: Option<Mode>,
    pub display_address: Option<Lenient<DomainName>>,
    pub drop_folder: Option<Lenient<FolderPath>>,
    pub safe_servers: Option<SafeServers>,
}

/// The page's section about the Directory Management Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DirectoryManagement {
    pub service: Option<Service>,
    pub container: Option<Lenient<Container>>,
    pub url: Option<Lenient<ServiceUrl>>,
    pub smtp_server: Option<Lenient<MailServer>>,
    pub authenticated_users_only: Option<bool>,
    pub distribution_groups: Option<bool>,
    pub approve: Option<Vec<Approval>>,
}

/// A server of the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Server {
    pub name: Option<ServerName>,
    pub role: Option<Role>,
    pub os: Option<Os>,
    pub incoming_email_service: Option<bool>,
    pub foundation_web_application: Option<bool>,
    pub smtp_service: Option<bool>,
    pub drop_folder: Option<Lenient<FolderPath>>,
}

/// A web application of the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WebApplication {
    pub name: Option<String>,
    pub account: Option<Account>,
    pub incoming_address: Option<DomainName>,
    pub maximum_message_size: Option<Size>,
}

/// How to look; never what is wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Probe {
    pub dns_servers: Option<Vec<NameServer>>,
    pub directory: Option<Vec<DirectoryAddress>>,
    pub bind_as: Option<Account>,
    pub ca_file: Option<String>,
    pub smtp_port: Option<Port>,
    pub timeout: Option<Timeout>,
}

/// A known finding, accepted with a reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Acceptance {
    pub rule: Option<String>,
    pub reason: Option<String>,
    pub subject: Option<String>,
    pub until: Option<Date>,
}

/// A folder that the farm takes mail from.
#[derive(Debug, Clone, Copy)]
pub struct PolledFolder<'a> {
    /// The server on whose disk it lies; nothing for a share, and where no server is recorded.
    pub server: Option<&'a Server>,
    /// As typed.
    pub text: &'a str,
    pub path: &'a FolderPath,
}

/// How mail reaches the farm.
#[derive(Debug)]
pub enum Delivery<'a> {
    /// Enabled, and no mode recorded.
    ModeMissing,
    Automatic,
    /// Automatic, in a version that has no such mode any more.
    AutomaticRemoved,
    Advanced {
        drop_folder: Checked<'a, FolderPath>,
    },
}

impl Farm {
    /// Whether incoming e-mail is recorded as enabled.
    pub fn is_enabled(&self) -> bool {
        self.incoming.enabled == Some(true)
    }

    /// How mail is wanted to reach the farm, whether or not it is enabled.
    pub fn delivery(&self) -> Delivery<'_> {
        match self.incoming.mode {
            None => Delivery::ModeMissing,
            Some(Mode::Automatic)
                if self
                    .version
                    .is_some_and(|version| !version.has_automatic_mode()) =>
            {
                Delivery::AutomaticRemoved
            }
            Some(Mode::Automatic) => Delivery::Automatic,
            Some(Mode::Advanced) => Delivery::Advanced {
                drop_folder: checked(&self.incoming.drop_folder),
            },
        }
    }

    /// Whether the farm makes, or has made, contacts and groups: only then the page shows its SMTP
    /// mail server.
    pub fn manages_directory(&self) -> bool {
        matches!(self.directory.service, Some(Service::Yes | Service::Remote))
    }

    /// The servers that are recorded as running the incoming e-mail service.
    pub fn receivers(&self) -> impl Iterator<Item = &Server> {
        self.servers
            .iter()
            .filter(|server| server.incoming_email_service == Some(true))
    }

    /// The largest message that a web application takes, where any says it.
    pub fn largest_message(&self) -> Option<&Size> {
        self.web_applications
            .iter()
            .filter_map(|web| web.maximum_message_size.as_ref())
            .max_by_key(|size| size.bytes())
    }

    /// What may stand behind the `@` of the farm's addresses, in ASCII and small letters: the
    /// display address, the mail server, and the domains that web applications have of their
    /// own.
    pub fn mail_domains(&self) -> Vec<String> {
        let display = checked(&self.incoming.display_address)
            .valid()
            .map(|domain| domain.ascii().to_owned());
        let server = checked(&self.directory.smtp_server)
            .valid()
            .map(MailServer::ascii);
        let own = self
            .web_applications
            .iter()
            .filter_map(|web| web.incoming_address.as_ref());
        let all = display
            .into_iter()
            .chain(server)
            .chain(own.map(|domain| domain.ascii().to_owned()));
        let mut domains: Vec<String> = Vec::new();
        for domain in all.map(|domain| domain.to_lowercase()) {
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        domains
    }

    /// The servers that are recorded as running SMTP.
    pub fn mail_servers(&self) -> impl Iterator<Item = &Server> {
        self.servers
            .iter()
            .filter(|server| server.smtp_service == Some(true))
    }

    /// The folder a server takes mail from: its own where it has one, else the page's in advanced
    /// mode.
    pub fn polled_folder<'a>(&'a self, server: &'a Server) -> Checked<'a, FolderPath> {
        match (checked(&server.drop_folder), self.delivery()) {
            (Checked::Missing, Delivery::Advanced { drop_folder }) => drop_folder,
            (own, _) => own,
        }
    }

    /// The drop folders that are polled, each once: those on a server's own disk for each server
    /// that runs the incoming e-mail service, a share for all. Where no such server is
    /// recorded, the page's in advanced mode.
    pub fn polled_folders(&self) -> Vec<PolledFolder<'_>> {
        let mut found: Vec<PolledFolder<'_>> = Vec::new();
        let page = match self.delivery() {
            Delivery::Advanced { drop_folder } if self.receivers().next().is_none() => {
                Some((None, drop_folder))
            }
            _ => None,
        };
        let of_servers = self
            .receivers()
            .map(|server| (Some(server), self.polled_folder(server)));
        for (server, folder) in page.into_iter().chain(of_servers) {
            let Checked::Valid(text, path) = folder else {
                continue;
            };
            let server = server.filter(|_| !path.is_share());
            if !(path.is_share() && found.iter().any(|other| other.path.is(path))) {
                found.push(PolledFolder { server, text, path });
            }
        }
        found
    }

    /// Whether several servers could not all run the delivery job: SharePoint 2013 before the
    /// December 2013 update. `None` where version or build is not recorded.
    pub fn has_single_server_job(&self) -> Option<bool> {
        match (self.version?, self.build) {
            (Version::Foundation2013 | Version::Server2013, Some(build)) => {
                Some(build < Build::DECEMBER_2013)
            }
            (Version::Foundation2013 | Version::Server2013, None) => None,
            _ => Some(false),
        }
    }
}

impl Server {
    /// The server's name; the reader and `server add` see to it that there is one.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", ServerName::as_str)
    }
}

impl WebApplication {
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }
}

impl Acceptance {
    /// What tells it from the others: its rule, and behind a `/` its subject where it has one.
    pub fn name(&self) -> String {
        Self::name_of(self.rule(), self.subject.as_deref())
    }

    /// The name of an acceptance of that rule for that subject.
    pub fn name_of(rule: &str, subject: Option<&str>) -> String {
        subject.map_or_else(|| rule.to_owned(), |subject| format!("{rule}/{subject}"))
    }

    pub fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or("")
    }

    pub fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or("")
    }
}
