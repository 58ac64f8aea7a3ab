//! Words of closed lists.

/// A word of a closed list, and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The word in files and command lines.
    pub word: &'static str,
    /// Its meaning, or the page's own text for it.
    pub meaning: &'static str,
}

/// A closed list of words.
pub trait Words: Copy + PartialEq + 'static {
    /// Every word, in the order of `ALL`.
    const WORDS: &'static [Word];
    /// Every value, in the page's order.
    const ALL: &'static [Self];
    /// Returns the word.
    fn word(self) -> &'static str;
    /// Returns its meaning.
    fn meaning(self) -> &'static str;
    /// Returns the value of a word, or `None` if it is not in the list.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|each| each.word() == word)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal: $meaning:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[doc = $meaning] $variant,)+ }

        impl Words for $name {
            const WORDS: &'static [Word] = &[$(Word { word: $word, meaning: $meaning }),+];
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

words! {
    /// The SharePoint product and version.
    Version {
        Foundation2013 = "foundation-2013": "SharePoint Foundation 2013",
        Server2013 = "2013": "SharePoint Server 2013",
        Server2016 = "2016": "SharePoint Server 2016",
        Server2019 = "2019": "SharePoint Server 2019",
        Subscription = "subscription": "SharePoint Server Subscription Edition",
    }
}

impl Version {
    /// Returns whether the page offers the automatic mode, which SharePoint 2019 removed.
    pub fn has_automatic_mode(self) -> bool {
        self < Self::Server2019
    }

    /// Returns whether server roles (MinRole) decide where services run.
    pub fn has_roles(self) -> bool {
        self >= Self::Server2016
    }
}

words! {
    /// The page's "Settings mode".
    Mode {
        Automatic = "automatic": "settings come from the SMTP service of the server",
        Advanced = "advanced": "mail is taken from a drop folder",
    }
}

words! {
    /// The page's choice for the Directory Management Service.
    Service {
        No = "no": "no contacts and groups are created in Active Directory",
        Yes = "yes": "this farm creates contacts and groups in its own container",
        Remote = "remote": "another farm's Directory Management Service creates them",
    }
}

words! {
    /// What a distribution group request needs approval for.
    Approval {
        Create = "create": "Create new distribution group",
        Address = "address": "Change distribution group e-mail address",
        Title = "title": "Change distribution group title and description",
        Delete = "delete": "Delete distribution group",
    }
}

words! {
    /// A server's role in the farm (MinRole).
    Role {
        FrontEnd = "front-end": "Front-end",
        Application = "application": "Application",
        ApplicationWithSearch = "application-with-search": "Application with Search",
        DistributedCache = "distributed-cache": "Distributed Cache",
        FrontEndWithDistributedCache = "front-end-with-distributed-cache": "Front-end with Distributed Cache",
        Search = "search": "Search",
        SingleServer = "single-server": "Single-Server Farm",
        Custom = "custom": "Custom",
    }
}

impl Role {
    /// Returns whether MinRole lets the incoming e-mail service run on a server with this role.
    pub fn may_receive_mail(self) -> bool {
        matches!(
            self,
            Self::Application | Self::ApplicationWithSearch | Self::SingleServer | Self::Custom
        )
    }
}

words! {
    /// A server's Windows Server version.
    Os {
        R2008 = "2008-r2": "Windows Server 2008 R2",
        W2012 = "2012": "Windows Server 2012",
        R2012 = "2012-r2": "Windows Server 2012 R2",
        W2016 = "2016": "Windows Server 2016",
        W2019 = "2019": "Windows Server 2019",
        W2022 = "2022": "Windows Server 2022",
        W2025 = "2025": "Windows Server 2025",
    }
}

words! {
    /// The kind of a host on the mail route.
    MailHostKind {
        Gateway = "gateway": "A mail gateway or relay, such as Postfix or a filter",
        LoadBalancer = "load-balancer": "A load balancer: connections to its address reach the \
            servers' port",
        Exchange = "exchange": "Exchange Server",
        ExchangeOnline = "exchange-online": "Exchange Online",
    }
}

impl MailHostKind {
    /// Returns whether it is Exchange, on premises or online.
    pub fn is_exchange(self) -> bool {
        matches!(self, Self::Exchange | Self::ExchangeOnline)
    }
}

words! {
    /// How a mail host finds the next hop.
    PassBy {
        Mx = "mx": "It asks DNS for the mail exchangers of the domain",
        SmartHost = "smart-host": "It passes mail to a named host",
        ForeignConnector = "foreign-connector": "It writes files to a folder",
        VirtualAddress = "virtual-address": "It passes connections on to servers behind its address",
    }
}

words! {
    /// Whether a mail host encrypts what it passes on.
    Tls {
        Required = "required": "It passes mail on by TLS only",
        Offered = "offered": "It uses TLS if the receiver offers it",
        None = "none": "It does not use TLS",
    }
}
