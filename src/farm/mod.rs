//! WANT: the settings that the administrator wants, as a farm file holds them.

pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod key;
mod lines;
mod reader;
pub(crate) mod schema;
mod service_accounts;
mod settings;
pub(crate) mod template;
mod value;
pub(crate) mod values;
pub mod writer;

pub use key::{Key, Owner};
pub(crate) use lines::Lines;
pub(crate) use reader::FarmFileError;
pub use reader::{Document, read, without_bom};
pub(crate) use service_accounts::{AccountRole, MisnamedAccount, ServiceAccount};
pub(crate) use settings::Relevance;
pub use settings::{Access, SETTINGS, Section, Setting, Table};
pub(crate) use value::ValueError;
pub use value::{SettingKind, SettingValue};

use std::net::IpAddr;
use values::{
    Account, Approval, Build, Checked, Container, Date, DirectoryAddress, DomainName, DropShare,
    FolderPath, HostAddress, HostPattern, Lenient, LocalPart, MailAddress, MailHostKind,
    MailServer, Mode, NameServer, Network, Os, PassBy, PassTarget, Port, Role, SafeServers,
    ServerName, Service, ServiceUrl, Size, Timeout, Tls, Version, checked,
};

/// A farm and its settings. A setting that is not recorded is `None`: it means "keep", never "off".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Farm {
    /// The name of the farm in reports and facts.
    pub name: Option<String>,
    /// The SharePoint product and version; it decides which settings the page has.
    pub version: Option<Version>,
    /// The SharePoint build.
    pub build: Option<Build>,
    /// The identity of Central Administration's application pool. It creates the contacts and
    /// groups in Active Directory.
    pub central_administration_account: Option<Account>,
    /// The account of the SharePoint Timer service, which takes the mail from the drop folder.
    pub timer_account: Option<Account>,
    /// Whether people outside the organization send mail to the farm.
    pub mail_from_outside: Option<bool>,
    /// The page's sections about receiving mail.
    pub incoming: IncomingEmail,
    /// The page's section about the Directory Management Service.
    pub directory: DirectoryManagement,
    /// The servers of the farm, in the order of the file.
    pub servers: Vec<Server>,
    /// The web applications of the farm, in the order of the file.
    pub web_applications: Vec<WebApplication>,
    /// The hosts that pass mail on to the farm, in the order of the file.
    pub mail_hosts: Vec<MailHost>,
    /// How to probe the outside.
    pub probe: Probe,
    /// The accepted findings, in the order of the file.
    pub acceptances: Vec<Acceptance>,
}

/// The page's sections about receiving mail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncomingEmail {
    /// "Enable sites on this server to receive e-mail?"
    pub enabled: Option<bool>,
    /// "Settings mode".
    pub mode: Option<Mode>,
    /// "E-mail server display address": the domain of the addresses that people write to.
    pub display_address: Option<Lenient<DomainName>>,
    /// "E-mail drop folder", in advanced mode.
    pub drop_folder: Option<Lenient<FolderPath>>,
    /// "Safe e-mail servers", in automatic mode.
    pub safe_servers: Option<SafeServers>,
}

/// The page's section about the Directory Management Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DirectoryManagement {
    /// Who creates contacts and groups: nothing, this farm, or another farm's service.
    pub service: Option<Service>,
    /// The Active Directory container of the contacts and groups.
    pub container: Option<Lenient<Container>>,
    /// The URL of the other farm's service.
    pub url: Option<Lenient<ServiceUrl>>,
    /// "SMTP mail server for incoming mail".
    pub smtp_server: Option<Lenient<MailServer>>,
    /// "Accept messages from authenticated users only".
    pub authenticated_users_only: Option<bool>,
    /// "Allow creation of distribution groups from SharePoint sites".
    pub distribution_groups: Option<bool>,
    /// The requests that wait for an administrator's approval.
    pub approve: Option<Vec<Approval>>,
    /// Other farms' domains for which this farm's service creates contacts.
    pub serves_domains: Option<Vec<DomainName>>,
}

/// A server of the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Server {
    /// The server's name. The reader and `server add` make sure that there is one.
    pub name: Option<ServerName>,
    /// Its role in the farm (MinRole, SharePoint 2016 and later).
    pub role: Option<Role>,
    /// Its version of Windows Server.
    pub os: Option<Os>,
    /// Whether the service "Microsoft SharePoint Foundation Incoming E-Mail" runs on it.
    pub incoming_email_service: Option<bool>,
    /// Whether the service "Microsoft SharePoint Foundation Web Application" runs on it.
    pub foundation_web_application: Option<bool>,
    /// Whether the Windows SMTP service runs on it.
    pub smtp_service: Option<bool>,
    /// The folder that it takes mail from, if not the page's.
    pub drop_folder: Option<Lenient<FolderPath>>,
    /// The translated addresses under which hosts outside reach it.
    pub public_addresses: Option<Vec<HostAddress>>,
    /// Where it passes mail on to, if it does not deliver it itself.
    pub passes_to: Option<Vec<PassTarget>>,
    /// The share of its local drop directory.
    pub drop_share: Option<DropShare>,
    /// Whether it is switched off on purpose.
    pub standby: Option<bool>,
}

/// A web application of the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WebApplication {
    /// The web application's name.
    pub name: Option<String>,
    /// The identity of its application pool.
    pub account: Option<Account>,
    /// Its own mail server address, if not the page's.
    pub incoming_address: Option<DomainName>,
    /// The largest file that it accepts ("Maximum upload size").
    pub maximum_message_size: Option<Size>,
}

/// A host on the mail route that is not a server of the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MailHost {
    /// Its name. The reader makes sure that there is one here or in `other_names`.
    pub name: Option<HostPattern>,
    /// Its other names.
    pub other_names: Option<Vec<HostPattern>>,
    /// Its kind.
    pub kind: Option<MailHostKind>,
    /// The addresses where it receives mail.
    pub addresses: Option<Vec<HostAddress>>,
    /// The addresses from which it connects to the farm.
    pub sends_from: Option<Vec<Network>>,
    /// Where it passes mail on to. `None` means that this is not known.
    pub passes_to: Option<Vec<PassTarget>>,
    /// How it finds the next hop.
    pub by: Option<PassBy>,
    /// The recipient domains of mail that it passes on, if not the display address.
    pub delivers_as: Option<Vec<DomainName>>,
    /// The accounts with which it writes to the drop folder's share.
    pub accounts: Option<Vec<Account>>,
    /// Whether it authenticates to the farm's SMTP service.
    pub logs_on: Option<bool>,
    /// Whether it encrypts what it passes on.
    pub tls: Option<Tls>,
    /// The largest message that it passes on.
    pub maximum_message_size: Option<Size>,
}

/// How to probe the farm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Probe {
    /// The name servers to ask, if not the system's: what hosts inside see.
    pub dns_servers: Option<Vec<NameServer>>,
    /// The name servers that answer as for senders outside.
    pub outside_dns_servers: Option<Vec<NameServer>>,
    /// The domain controllers to ask.
    pub directory: Option<Vec<DirectoryAddress>>,
    /// The account to bind to the directory with.
    pub bind_as: Option<Account>,
    /// A file of certificate authorities to trust, in PEM.
    pub ca_file: Option<String>,
    /// The port to probe the SMTP service on; mail itself always uses 25.
    pub smtp_port: Option<Port>,
    /// The time limit of one question.
    pub timeout: Option<Timeout>,
    /// An alias that exists in the farm, for questions about recipients.
    pub recipient: Option<LocalPart>,
    /// The sender for questions that an empty sender cannot decide.
    pub sender: Option<MailAddress>,
}

/// A known finding, accepted with a reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Acceptance {
    /// The id of the rule whose finding is accepted. The reader makes sure that there is one.
    pub rule: Option<String>,
    /// Why it is accepted. The reader makes sure that there is one.
    pub reason: Option<String>,
    /// The only subject that it is accepted for, or `None` for every subject.
    pub subject: Option<String>,
    /// The last day of the acceptance, UTC, or `None` if it does not expire.
    pub until: Option<Date>,
}

/// A folder that the farm takes mail from.
#[derive(Debug, Clone, Copy)]
pub struct PolledFolder<'a> {
    /// The server on whose disk it is, or `None` for a share or if no server is recorded.
    pub server: Option<&'a Server>,
    /// The folder as typed.
    pub text: &'a str,
    /// The folder as parsed.
    pub path: &'a FolderPath,
}

/// How mail enters the farm.
#[derive(Debug)]
pub enum Delivery<'a> {
    /// Incoming e-mail is enabled, but no mode is recorded.
    ModeMissing,
    /// By the server's SMTP service.
    Automatic,
    /// Automatic, in a version that no longer has this mode (SharePoint 2019 and later).
    AutomaticRemoved,
    /// As files that another service writes to a drop folder.
    Advanced {
        /// The page's drop folder.
        drop_folder: Checked<'a, FolderPath>,
    },
}

impl Farm {
    /// Returns whether incoming e-mail is recorded as enabled.
    pub fn is_enabled(&self) -> bool {
        self.incoming.enabled == Some(true)
    }

    /// Returns how mail is to enter the farm, whether or not incoming e-mail is enabled.
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

    /// Returns whether the farm creates contacts and groups, itself or through another farm's
    /// service. Only then does the page show its SMTP mail server.
    pub fn manages_directory(&self) -> bool {
        matches!(self.directory.service, Some(Service::Yes | Service::Remote))
    }

    /// Returns the servers that are recorded as running the incoming e-mail service.
    pub fn receivers(&self) -> impl Iterator<Item = &Server> {
        self.servers
            .iter()
            .filter(|server| server.incoming_email_service == Some(true))
    }

    /// Returns the largest message that any web application accepts, or `None` if none records it.
    pub fn largest_message(&self) -> Option<&Size> {
        self.web_applications
            .iter()
            .filter_map(|web| web.maximum_message_size.as_ref())
            .max_by_key(|size| size.bytes())
    }

    /// Returns the domains that can follow the `@` of the farm's addresses, in ASCII and lowercase:
    /// the display address, the mail server, and the web applications' own domains.
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

    /// Returns the domains that contacts of the farm's service may have as targets, in ASCII and
    /// lowercase: the farm's own, those that mail hosts pass mail on with, and those of the farms
    /// that it serves.
    pub fn contact_domains(&self) -> Vec<String> {
        let handed_on = self.mail_hosts.iter().flat_map(|host| &host.delivers_as);
        let others = handed_on.chain(&self.directory.serves_domains).flatten();
        let mut domains = self.mail_domains();
        for domain in others.map(|domain| domain.ascii().to_lowercase()) {
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        domains
    }

    /// Returns the servers that are recorded as running SMTP.
    pub fn mail_servers(&self) -> impl Iterator<Item = &Server> {
        self.servers
            .iter()
            .filter(|server| server.smtp_service == Some(true))
    }

    /// Returns the folder that a server takes mail from: its own if it has one, else the page's in
    /// advanced mode.
    pub fn polled_folder<'a>(&'a self, server: &'a Server) -> Checked<'a, FolderPath> {
        match (checked(&server.drop_folder), self.delivery()) {
            (Checked::Missing, Delivery::Advanced { drop_folder }) => drop_folder,
            (own, _) => own,
        }
    }

    /// Returns the drop folders that are polled, each once. A folder on a server's own disk counts
    /// for each server that runs the incoming e-mail service, a share counts once. If no such
    /// server is recorded, returns the page's folder in advanced mode.
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

    /// Returns whether only one server at a time can run the delivery job: SharePoint 2013 before
    /// the December 2013 update. `None` if version or build is not recorded.
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
    /// Returns the server's name. The reader and `server add` make sure that there is one.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", ServerName::as_str)
    }

    /// Returns whether it is recorded as switched off on purpose. It is not checked then.
    pub fn is_standby(&self) -> bool {
        self.standby == Some(true)
    }

    /// Returns whether it is recorded as passing mail on.
    pub fn passes_mail_on(&self) -> bool {
        self.passes_to.iter().flatten().next().is_some()
    }

    /// Returns its translated addresses.
    pub fn public_addresses(&self) -> impl Iterator<Item = IpAddr> {
        let addresses = self.public_addresses.iter().flatten();
        addresses.map(|address| address.ip)
    }
}

impl MailHost {
    /// Returns its names, the main one first.
    pub fn names(&self) -> impl Iterator<Item = &HostPattern> {
        self.name.iter().chain(self.other_names.iter().flatten())
    }

    /// Returns its main name. The reader and `mail-host add` make sure that there is one.
    pub fn name(&self) -> &str {
        self.names().next().map_or("", HostPattern::as_str)
    }

    /// Returns whether a name is one of its names.
    pub fn is_named(&self, host: &str) -> bool {
        self.names().any(|pattern| pattern.matches(host))
    }

    /// Returns the addresses where it receives mail.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let addresses = self.addresses.iter().flatten();
        addresses.map(|address| address.ip)
    }

    /// Returns whether it is recorded as a load balancer, whose port is that of the servers behind
    /// it.
    pub fn is_load_balancer(&self) -> bool {
        self.kind == Some(MailHostKind::LoadBalancer)
    }

    /// Returns whether it is recorded as Exchange, on premises or online.
    pub fn is_exchange(&self) -> bool {
        self.kind.is_some_and(MailHostKind::is_exchange)
    }

    /// Returns whether it connects to the farm from an address, or `None` if its addresses are not
    /// recorded.
    pub fn sends_from(&self, address: IpAddr) -> Option<bool> {
        let networks = self.sends_from.as_ref()?;
        Some(networks.iter().any(|network| network.contains(address)))
    }
}

impl WebApplication {
    /// Returns its name. The reader and `web-application add` make sure that there is one.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }
}

impl Acceptance {
    /// Returns what identifies an acceptance: its rule, then a `/` and its subject if it has one.
    pub fn name(&self) -> String {
        Self::name_of(self.rule(), self.subject.as_deref())
    }

    /// Returns the name of an acceptance of that rule for that subject.
    pub fn name_of(rule: &str, subject: Option<&str>) -> String {
        subject.map_or_else(|| rule.to_owned(), |subject| format!("{rule}/{subject}"))
    }

    /// Returns the name of the acceptance that is the `number`th with a name.
    pub fn numbered(name: String, number: usize) -> String {
        match number {
            1 => name,
            number => format!("{name}#{number}"),
        }
    }

    /// Returns the rule's id.
    pub fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or("")
    }

    /// Returns why the finding is accepted.
    pub fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or("")
    }
}
