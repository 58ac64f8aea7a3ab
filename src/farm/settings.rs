//! `SETTINGS`: one row per field. Everything that reads, writes, shows or explains a setting loops
//! over it.

use super::value::{Field, SettingKind, SettingValue, ValueError};
use super::values::{
    Account, Approval, Build, Container, Date, DirectoryAddress, DomainName, DropShare, FolderPath,
    HostAddress, HostPattern, Lenient, LocalPart, MailAddress, MailHostKind, MailServer, Mode,
    NameServer, Network, Os, PassBy, PassTarget, Port, Role, SafeServers, ServerName, Service,
    ServiceUrl, Size, Timeout, Tls, Version,
};
use super::{Acceptance, Farm, MailHost, Server, WebApplication};
use std::sync::LazyLock;

/// A table of the farm file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// `[farm]`: facts about the farm that are not on the page.
    Farm,
    /// `[incoming-email]`: the page's sections about receiving mail.
    IncomingEmail,
    /// `[directory-management]`: the page's section about the Directory Management Service.
    DirectoryManagement,
    /// `[[server]]`, one for each server of the farm.
    Server,
    /// `[[web-application]]`, one for each web application.
    WebApplication,
    /// `[[mail-host]]`, one for each host that passes mail on to the farm.
    MailHost,
    /// `[probe]`: how to probe.
    Probe,
    /// `[[accept]]`, one for each accepted finding.
    Accept,
}

impl Table {
    /// Every table, in the order of the file.
    pub const ALL: [Self; 8] = [
        Self::Farm,
        Self::IncomingEmail,
        Self::DirectoryManagement,
        Self::Server,
        Self::WebApplication,
        Self::MailHost,
        Self::Probe,
        Self::Accept,
    ];

    /// Returns its header in the file, without brackets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Farm => "farm",
            Self::IncomingEmail => "incoming-email",
            Self::DirectoryManagement => "directory-management",
            Self::Server => "server",
            Self::WebApplication => "web-application",
            Self::MailHost => "mail-host",
            Self::Probe => "probe",
            Self::Accept => "accept",
        }
    }

    /// Returns whether it is an array of tables, each entry with a name.
    pub fn is_repeated(self) -> bool {
        matches!(
            self,
            Self::Server | Self::WebApplication | Self::MailHost | Self::Accept
        )
    }

    /// Returns the key that names an entry of a repeated table, or `None` for other tables.
    pub fn naming_key(self) -> Option<&'static str> {
        match self {
            Self::Server | Self::WebApplication | Self::MailHost => Some("name"),
            Self::Accept => Some("rule"),
            _ => None,
        }
    }

    /// Returns the list key that can name an entry too, or `None` if there is none.
    pub fn several_names_key(self) -> Option<&'static str> {
        (self == Self::MailHost).then_some("names")
    }

    /// Returns the table that a dotted name begins with, and the rest of the name, or `None` if it
    /// begins with none.
    pub fn of_key(key: &str) -> Option<(Self, &str)> {
        let dot = key.bytes().position(|byte| byte == b'.')?;
        let name = key.get(..dot)?;
        let table = Self::ALL.into_iter().find(|table| table.name() == name)?;
        Some((table, key.get(dot + 1..)?))
    }

    /// Returns its settings, in the order of the file.
    pub fn rows(self) -> impl Iterator<Item = &'static Setting> {
        let rows = TABLES.iter().find(|rows| is_of_table(rows, self));
        rows.copied().unwrap_or_default().iter()
    }
}

/// The settings of each table, for looking up the keys of a file.
static TABLES: LazyLock<Vec<&'static [Setting]>> = LazyLock::new(|| {
    SETTINGS
        .chunk_by(|one, two| one.table == two.table)
        .collect()
});

fn is_of_table(rows: &[Setting], table: Table) -> bool {
    rows.first().is_some_and(|row| row.table == table)
}

/// The section of the page that a setting is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// "Enable Incoming E-Mail".
    Enable,
    /// "Directory Management Service".
    DirectoryManagement,
    /// "Incoming E-Mail Server Display Address".
    DisplayAddress,
    /// "E-Mail Drop Folder".
    DropFolder,
    /// "Safe E-Mail Servers".
    SafeServers,
    /// Not on the page: what the program must know about the farm, or how to probe it.
    OffPage,
}

impl Section {
    /// The page's sections, in the order of the page.
    pub const PAGE: [Self; 5] = [
        Self::Enable,
        Self::DirectoryManagement,
        Self::DisplayAddress,
        Self::DropFolder,
        Self::SafeServers,
    ];

    /// Returns the section's heading on the page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Enable => "Enable Incoming E-Mail",
            Self::DirectoryManagement => "Directory Management Service",
            Self::DisplayAddress => "Incoming E-Mail Server Display Address",
            Self::DropFolder => "E-Mail Drop Folder",
            Self::SafeServers => "Safe E-Mail Servers",
            Self::OffPage => "Not on the page",
        }
    }

    /// Returns its settings, in the order of the file.
    pub fn rows(self) -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().filter(move |row| row.section == self)
    }
}

/// Whether the page accepts input for a setting, given the farm's other settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relevance {
    /// The setting is used.
    Active,
    /// The setting is kept but not used, and the reason.
    Inactive(&'static str),
}

/// The accessors of a setting's field in its owner `T`.
#[derive(Debug)]
pub struct Lens<T> {
    /// Returns the value, or `None` if it is not set.
    pub read: fn(&T) -> Option<SettingValue>,
    /// Stores a value, or with `None` removes it.
    pub write: fn(&mut T, Option<&SettingValue>) -> Result<(), ValueError>,
    /// Returns what the parser reports about a value that was kept as typed, or `None` if it is
    /// valid.
    pub fault: fn(&T) -> Option<ValueError>,
}

impl<T> Clone for Lens<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lens<T> {}

/// The type that owns a setting's field, with its accessors.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// The farm itself.
    Farm(Lens<Farm>),
    /// A server.
    Server(Lens<Server>),
    /// A web application.
    WebApplication(Lens<WebApplication>),
    /// A mail host.
    MailHost(Lens<MailHost>),
    /// An accepted finding.
    Accept(Lens<Acceptance>),
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its table in the file.
    pub table: Table,
    /// Its key in the table.
    pub name: &'static str,
    /// Its section on the page.
    pub section: Section,
    /// The page's label. Settings that are not on the page have one in its style.
    pub label: &'static str,
    /// What it is for, in one or two sentences.
    pub help: &'static str,
    /// A valid value, as words of a command line: one, or several for a list.
    pub example: &'static [&'static str],
    /// What its value may be.
    pub kind: SettingKind,
    /// Whether an entry must have it.
    pub required: bool,
    /// Returns whether a farm uses the setting.
    pub relevance: fn(&Farm) -> Relevance,
    /// The access to its field.
    pub access: Access,
}

impl Setting {
    /// Returns the dotted name; `NAME` stands for an entry's name.
    pub fn key(&self) -> String {
        let middle = if self.table.is_repeated() {
            ".NAME."
        } else {
            "."
        };
        [self.table.name(), middle, self.name].concat()
    }

    /// Returns the example as a value.
    pub fn example_value(&self) -> Result<SettingValue, ValueError> {
        let words: Vec<String> = self.example.iter().map(|word| (*word).to_owned()).collect();
        self.kind.value_of_words(&words)
    }
}

/// Returns the row of a table's key, or `None` if there is no such setting.
pub(super) fn row(table: Table, name: &str) -> Option<&'static Setting> {
    table.rows().find(|row| row.name == name)
}

macro_rules! lens {
    ($($field:ident).+ : $type:ty) => {
        Lens {
            read: |it| it.$($field).+.as_ref().map(Field::value),
            write: |it, value| {
                it.$($field).+ = value.map(<$type as Field>::accept).transpose()?;
                Ok(())
            },
            fault: |it| it.$($field).+.as_ref().and_then(Field::fault),
        }
    };
}

/// A row; the field's type gives the kind.
macro_rules! setting {
    ($table:ident $name:literal, $section:ident, $access:ident $($field:ident).+ : $type:ty, $relevance:expr,
     $required:literal, $label:literal, $help:literal, $($example:literal)+) => {
        Setting {
            table: Table::$table,
            name: $name,
            section: Section::$section,
            label: $label,
            help: $help,
            example: &[$($example),+],
            kind: <$type as Field>::KIND,
            required: $required,
            relevance: $relevance,
            access: Access::$access(lens!($($field).+ : $type)),
        }
    };
}

const OFF: Relevance = Relevance::Inactive("incoming e-mail is not enabled");

fn always(_: &Farm) -> Relevance {
    Relevance::Active
}

fn enabled(farm: &Farm) -> Relevance {
    if farm.is_enabled() {
        Relevance::Active
    } else {
        OFF
    }
}

/// Returns that a setting is used if incoming e-mail is enabled and its own precondition holds;
/// otherwise the reason why it is not.
fn enabled_with(farm: &Farm, has_precondition: bool, otherwise: &'static str) -> Relevance {
    match enabled(farm) {
        Relevance::Active if !has_precondition => Relevance::Inactive(otherwise),
        relevance => relevance,
    }
}

fn advanced(farm: &Farm) -> Relevance {
    enabled_with(
        farm,
        farm.incoming.mode == Some(Mode::Advanced),
        "the mode is not advanced",
    )
}

fn automatic(farm: &Farm) -> Relevance {
    enabled_with(
        farm,
        farm.incoming.mode == Some(Mode::Automatic),
        "the mode is not automatic",
    )
}

fn own_service(farm: &Farm) -> Relevance {
    enabled_with(
        farm,
        farm.directory.service == Some(Service::Yes),
        "the service is not `yes`",
    )
}

fn remote_service(farm: &Farm) -> Relevance {
    enabled_with(
        farm,
        farm.directory.service == Some(Service::Remote),
        "the service is not `remote`",
    )
}

fn any_service(farm: &Farm) -> Relevance {
    enabled_with(
        farm,
        farm.manages_directory(),
        "the service is neither `yes` nor `remote`",
    )
}

fn own_groups(farm: &Farm) -> Relevance {
    match own_service(farm) {
        Relevance::Active if farm.directory.distribution_groups == Some(false) => {
            Relevance::Inactive("distribution groups are not allowed")
        }
        relevance => relevance,
    }
}

/// Every setting, in the order of the file.
pub static SETTINGS: &[Setting] = &[
    setting!(Farm "name", OffPage, Farm name: String, always, false, "Farm",
        "What this farm is called in reports and recorded facts.", "fabrikam"),
    setting!(Farm "version", OffPage, Farm version: Version, always, false, "SharePoint version",
        "It decides which settings the page has: automatic mode was removed in 2019.", "2016"),
    setting!(Farm "build", OffPage, Farm build: Build, always, false, "SharePoint build",
        "Optional; tells a SharePoint 2013 before its December 2013 update from a later one.", "16.0.5456.1000"),
    setting!(Farm "central-administration-account", OffPage, Farm central_administration_account: Account, always, false,
        "Central Administration's account",
        "The identity of Central Administration's application pool; it creates the contacts and \
         groups in Active Directory.",
        "FABRIKAM\\sp_farm"),
    setting!(Farm "timer-account", OffPage, Farm timer_account: Account, always, false, "Timer service's account",
        "The account that the SharePoint Timer service runs as; it takes the mail from the drop \
         folder.",
        "FABRIKAM\\sp_farm"),
    setting!(Farm "mail-from-outside", OffPage, Farm mail_from_outside: bool, always, false, "Mail from outside",
        "Whether people outside the organization write to lists; their mail needs an MX record.", "yes"),
    setting!(IncomingEmail "enabled", Enable, Farm incoming.enabled: bool, always, false,
        "Enable sites on this server to receive e-mail?",
        "With Yes, lists and libraries can have an e-mail address and store what is sent to it.", "yes"),
    setting!(IncomingEmail "mode", Enable, Farm incoming.mode: Mode, enabled, false, "Settings mode",
        "Automatic takes the settings from the server's SMTP service (up to SharePoint 2016). Advanced takes mail from a \
         drop folder that another service fills.", "advanced"),
    setting!(IncomingEmail "display-address", DisplayAddress, Farm incoming.display_address: Lenient<DomainName>, enabled,
        false, "E-mail server display address",
        "The domain after the `@` in the e-mail addresses of lists and libraries.", "sharepoint.fabrikam.com"),
    setting!(IncomingEmail "drop-folder", DropFolder, Farm incoming.drop_folder: Lenient<FolderPath>, advanced, false,
        "E-mail drop folder",
        "The folder that the SharePoint Timer service takes mail from, the same on every server. The service's account needs \
         Modify on it.",
        "C:\\inetpub\\mailroot\\drop"),
    setting!(IncomingEmail "safe-servers", SafeServers, Farm incoming.safe_servers: SafeServers, automatic, false,
        "Safe e-mail servers",
        "Accept mail from all e-mail servers, or only from these: IP addresses or subnets. A host \
         name depends on reverse DNS: prefer its addresses.",
        "192.0.2.5" "198.51.100.0/24" "relay.fabrikam.com"),
    setting!(DirectoryManagement "service", DirectoryManagement, Farm directory.service: Service, enabled, false,
        "Use the SharePoint Directory Management Service to create distribution groups and contacts",
        "Yes creates them in this farm's container; remote uses another farm's service.", "yes"),
    setting!(DirectoryManagement "container", DirectoryManagement, Farm directory.container: Lenient<Container>,
        own_service, false, "Active Directory container where new distribution groups and contacts will be created",
        "An organizational unit of its own. The application pool account of Central Administration must be \
         allowed to create and delete in it.",
        "OU=SharePointContacts,DC=fabrikam,DC=com"),
    setting!(DirectoryManagement "url", DirectoryManagement, Farm directory.url: Lenient<ServiceUrl>, remote_service,
        false, "Directory Management Service URL",
        "The other farm's service, under its Central Administration.",
        "https://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx"),
    setting!(DirectoryManagement "smtp-server", DirectoryManagement, Farm directory.smtp_server: Lenient<MailServer>,
        any_service, false, "SMTP mail server for incoming mail",
        "The fully qualified name of the server that receives the mail, as its A record has it.", "sp1.fabrikam.com"),
    setting!(DirectoryManagement "authenticated-users-only", DirectoryManagement,
        Farm directory.authenticated_users_only: bool, any_service, false, "Accept messages from authenticated users only",
        "Exchange then refuses mail to lists and groups from senders that have not authenticated.", "yes"),
    setting!(DirectoryManagement "distribution-groups", DirectoryManagement, Farm directory.distribution_groups: bool,
        any_service, false, "Allow creation of distribution groups from SharePoint sites",
        "Whether a site may ask for a distribution group for its members.", "yes"),
    setting!(DirectoryManagement "approve", DirectoryManagement, Farm directory.approve: Vec<Approval>, own_groups, false,
        "Distribution group request approval settings", "Which requests wait for an administrator's approval.",
        "create" "address" "title" "delete"),
    setting!(DirectoryManagement "serves-domains", OffPage, Farm directory.serves_domains: Vec<DomainName>, always, false,
        "Domains of other farms", "Optional: the domains of other farms for which this farm's \
            service creates contacts.",
        "sp.contoso.com"),
    setting!(Server "name", OffPage, Server name: ServerName, always, true, "Server", "The server's full name.",
        "sp1.fabrikam.com"),
    setting!(Server "role", OffPage, Server role: Role, always, false, "Server role",
        "The role in the farm (MinRole, SharePoint 2016 and later).", "application"),
    setting!(Server "os", OffPage, Server os: Os, always, false, "Windows Server version",
        "Windows Server 2025 has no SMTP service; 2022 installs it with a defect.", "2016"),
    setting!(Server "incoming-email-service", OffPage, Server incoming_email_service: bool, always, false,
        "Microsoft SharePoint Foundation Incoming E-Mail", "Whether the incoming e-mail service runs on this server.",
        "yes"),
    setting!(Server "foundation-web-application", OffPage, Server foundation_web_application: bool, always, false,
        "SharePoint Foundation Web Application service",
        "Whether that service runs on this server; automatic mode needs it. Optional.", "yes"),
    setting!(Server "smtp-service", OffPage, Server smtp_service: bool, always, false,
        "Simple Mail Transfer Protocol (SMTP)", "Whether Windows' SMTP service runs on this server.", "yes"),
    setting!(Server "drop-folder", OffPage, Server drop_folder: Lenient<FolderPath>, always, false, "Drop folder of this server",
        "Optional: the folder that this server takes mail from, if it is not the page's.", "D:\\drop"),
    setting!(Server "public-addresses", OffPage, Server public_addresses: Vec<HostAddress>, always, false, "Public addresses",
        "Optional: the translated addresses (NAT) under which hosts outside reach this server.", "203.0.113.26"),
    setting!(Server "passes-to", OffPage, Server passes_to: Vec<PassTarget>, always, false, "Passes mail to",
        "Optional: the server that this server passes mail on to, or that takes the files from this server's drop \
         directory.",
        "sp2.fabrikam.com"),
    setting!(Server "drop-share", OffPage, Server drop_share: DropShare, always, false, "Share of the drop directory",
        "Optional: the share that makes this server's local drop directory available.", "\\\\fs1\\spdrop"),
    setting!(Server "standby", OffPage, Server standby: bool, always, false, "Standby",
        "Optional: this server is switched off on purpose; it is not looked at.", "yes"),
    setting!(WebApplication "name", OffPage, WebApplication name: String, always, true, "Web application",
        "The web application's name.", "Intranet"),
    setting!(WebApplication "account", OffPage, WebApplication account: Account, always, false,
        "Web application's account", "The identity of its application pool; it must be able to read the mail.",
        "FABRIKAM\\sp_web"),
    setting!(WebApplication "incoming-address", OffPage, WebApplication incoming_address: DomainName, always, false,
        "Mail server address of the web application",
        "Optional: replaces the page's E-mail server display address for this web application.", "mail.fabrikam.com"),
    setting!(WebApplication "maximum-message-size", OffPage, WebApplication maximum_message_size: Size, always, false,
        "Maximum upload size", "Optional: the largest file that the web application takes.", "50 MB"),
    setting!(MailHost "name", OffPage, MailHost name: HostPattern, always, true, "Mail host",
        "The name of a host on the mail route that is not a server of the farm. A dot in front \
         stands for all names below it.", "mail.fabrikam.com"),
    setting!(MailHost "names", OffPage, MailHost other_names: Vec<HostPattern>, always, false, "Names of the mail host",
        "Optional: several names of one mail host, or of several that do the same.", "mx1.fabrikam.com" "mx2.fabrikam.com"),
    setting!(MailHost "kind", OffPage, MailHost kind: MailHostKind, always, false, "Kind of mail host", "What kind of host it is.", "gateway"),
    setting!(MailHost "addresses", OffPage, MailHost addresses: Vec<HostAddress>, always, false, "Addresses of the mail host",
        "Optional: where it takes mail; of a load balancer, the virtual address.", "203.0.113.25"),
    setting!(MailHost "sends-from", OffPage, MailHost sends_from: Vec<Network>, always, false, "Sends from",
        "Optional: the addresses it connects to the farm from, for lists of allowed hosts and \
         firewalls.",
        "203.0.113.40" "198.51.100.0/24"),
    setting!(MailHost "passes-to", OffPage, MailHost passes_to: Vec<PassTarget>, always, false, "Passes mail to",
        "Where it passes mail on to: servers of the farm, other mail hosts, or drop-folder. Without it the route is not \
         known.", "sp1.fabrikam.com:25" "drop-folder"),
    setting!(MailHost "by", OffPage, MailHost by: PassBy, always, false, "Passes mail by",
        "Optional: how it finds the next hop.", "smart-host"),
    setting!(MailHost "delivers-as", OffPage, MailHost delivers_as: Vec<DomainName>, always, false, "Delivers as",
        "Optional: the domains in the recipient addresses of mail that it passes on, if they \
         differ from the display address (the contacts' targetAddress).", "sp1.fabrikam.com"),
    setting!(MailHost "accounts", OffPage, MailHost accounts: Vec<Account>, always, false, "Accounts of the mail host",
        "Optional: the accounts with which it writes to the drop folder's share, one for each source server.", "FABRIKAM\\EX1$"),
    setting!(MailHost "logs-on", OffPage, MailHost logs_on: bool, always, false, "Logs on",
        "Optional: whether it authenticates to the farm's SMTP service.", "no"),
    setting!(MailHost "tls", OffPage, MailHost tls: Tls, always, false, "TLS",
        "Optional: whether it encrypts what it passes on.", "required"),
    setting!(MailHost "maximum-message-size", OffPage, MailHost maximum_message_size: Size, always, false,
        "Largest message of the mail host", "Optional: the largest message that it passes on.", "35 MB"),
    setting!(Probe "dns-servers", OffPage, Farm probe.dns_servers: Vec<NameServer>, always, false, "DNS servers",
        "The DNS servers to ask, each separately: an address, or address:port. Without it, the \
         system's.", "192.0.2.10"),
    setting!(Probe "outside-dns-servers", OffPage, Farm probe.outside_dns_servers: Vec<NameServer>, always, false,
        "DNS servers outside", "Optional: DNS servers that give the answers that senders outside \
            the organization get.",
        "203.0.113.53"),
    setting!(Probe "directory", OffPage, Farm probe.directory: Vec<DirectoryAddress>, always, false, "Directory servers",
        "The domain controllers to ask.", "ldaps://dc1.fabrikam.com"),
    setting!(Probe "bind-as", OffPage, Farm probe.bind_as: Account, always, false, "Directory account",
        "The account to bind to the directory with. Its password is never in the file.", "FABRIKAM\\auditor"),
    setting!(Probe "ca-file", OffPage, Farm probe.ca_file: String, always, false, "Certificate authorities",
        "A file of additional certificate authorities to trust (PEM).", "ca.pem"),
    setting!(Probe "smtp-port", OffPage, Farm probe.smtp_port: Port, always, false, "SMTP port",
        "The port to look for the SMTP service on; mail itself always uses 25.", "25"),
    setting!(Probe "timeout", OffPage, Farm probe.timeout: Timeout, always, false, "Time limit",
        "The timeout of one question (all questions to a directory: 60 times that). Without it, \
         5s.", "5s"),
    setting!(Probe "recipient", OffPage, Farm probe.recipient: LocalPart, always, false, "Recipient to ask about",
        "Optional: an alias that exists in the farm. With it, spinmail can tell whether a server \
         accepts recipients.", "docs"),
    setting!(Probe "sender", OffPage, Farm probe.sender: MailAddress, always, false, "Sender to ask with",
        "Optional: the sender address, for questions that an empty sender cannot decide.", "postmaster@fabrikam.com"),
    setting!(Accept "rule", OffPage, Accept rule: String, always, true, "Accepted rule", "The rule \
        whose finding is accepted.",
        "folder-backlog"),
    setting!(Accept "reason", OffPage, Accept reason: String, always, true, "Reason", "Why the finding is accepted.",
        "migration weekend"),
    setting!(Accept "subject", OffPage, Accept subject: String, always, false, "Accepted subject",
        "Optional: accept the finding for this subject only.", "sp1.fabrikam.com"),
    setting!(Accept "until", OffPage, Accept until: Date, always, false, "Accepted until",
        "Optional: the last day that it is accepted, UTC.", "2027-01-31"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_table_stand_together() {
        for table in Table::ALL {
            let alone = SETTINGS.iter().filter(|row| row.table == table);
            assert_eq!(alone.count(), table.rows().count(), "{table:?}");
        }
    }
}
