//! `trace`: follows one message along its route, to the hop where it would stop.

use crate::cli::args::{
    CredentialArgs, FactsArgs, FarmFileArgs, FormatArgs, OutArgs, ProbeArgs, RuleFilter,
};
use crate::cli::check::Check;
use crate::cli::clock;
use crate::cli::console::Console;
use crate::cli::output::Output;
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{DomainName, FromText, ParseError, Quoted, checked};
use crate::report::trace::{Trace, TraceOptions};
use crate::report::{Exit, RunInfo, RunOptions};
use crate::rules::Hop;
use crate::text::shown;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Follow a message to a list hop by hop, and say where it would stop and why",
    after_help = "Examples:\n  spinmail trace docs@sharepoint.fabrikam.com\n  spinmail trace \
                  docs@sharepoint.fabrikam.com --facts facts.json --format json"
)]
pub(crate) struct TraceArgs {
    /// The list's address
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Follow the message up to this hop only
    #[arg(
        long,
        value_name = "HOP",
        value_enum,
        default_value = "list",
        hide_default_value = true
    )]
    to: LastHop,
    #[command(flatten)]
    facts: FactsArgs,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    out: OutArgs,
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

/// The hops, as the command line names them.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LastHop {
    MxRecord,
    MailHost,
    SmtpPort,
    Recipient,
    AliasDomain,
    DropDirectory,
    FolderRights,
    DeliveryJob,
    List,
}

impl LastHop {
    fn hop(self) -> Hop {
        match self {
            Self::MxRecord => Hop::Mx,
            Self::MailHost => Hop::Host,
            Self::SmtpPort => Hop::Port,
            Self::Recipient => Hop::Recipient,
            Self::AliasDomain => Hop::AliasDomain,
            Self::DropDirectory => Hop::DropDirectory,
            Self::FolderRights => Hop::Rights,
            Self::DeliveryJob => Hop::Job,
            Self::List => Hop::List,
        }
    }

    /// Returns the areas whose rules are only about later hops: they are not probed.
    fn areas_beyond(self) -> &'static [&'static str] {
        match self {
            Self::MxRecord | Self::MailHost => &["smtp", "iis", "folder"],
            Self::SmtpPort | Self::Recipient | Self::AliasDomain => &["folder"],
            Self::DropDirectory | Self::FolderRights | Self::DeliveryJob | Self::List => &[],
        }
    }
}

pub(crate) fn run(args: &TraceArgs, console: &Console) -> Result<Exit, Error> {
    let address = &args.address;
    let domain =
        domain_of(address).map_err(|error| args.facts.unrepeated(address).unwrap_or(error))?;
    let loaded = args.farm_file.load(console)?;
    require_own_domain(&domain, &loaded.document.farm)?;
    // Facts have addresses in lowercase.
    let local = address
        .rsplit_once('@')
        .map_or(&**address, |(local, _)| local);
    let receiver = format!("{}@{}", local.to_lowercase(), domain.ascii());
    // The directory cannot stop a message, except at a mail host.
    let beyond = args.to.areas_beyond().iter();
    let filter = RuleFilter {
        skip: beyond.map(|area| (*area).to_owned()).collect(),
        ..RuleFilter::default()
    };
    let check = Check {
        facts: &args.facts.facts,
        max_age: args.facts.max_age(),
        areas: &[],
        filter: &filter,
        required: &[],
        probe: &args.probe,
        credentials: &CredentialArgs::default(),
        address: Some(&receiver),
        console,
    };
    let (report, probed) = check.judge(loaded)?;
    let trace = Trace::new(address, &report, args.to.hop());
    let text = if args.format.is_json() {
        trace.json_text()
    } else {
        let run = RunInfo::new(clock::now(), RunOptions::default());
        trace.text(&TraceOptions {
            screen: &args.out.screen(console),
            verbose: console.is_verbose(),
            run: &run,
        })
    };
    let mut output = Output::begin(args.out.path(), console)?;
    output.write(&text)?;
    output.finish()?;
    Ok(probed.worse(trace.exit()))
}

/// Returns the domain of an address (RFC 5321 4.1.2): what follows the last `@`.
fn domain_of(address: &str) -> Result<DomainName, Error> {
    if let Some(quoted) = Quoted::new(address) {
        return Err(not_address(address, &quoted.reason()).did_you_mean(Some(quoted.inner)));
    }
    const SCHEME: &str = "mailto:";
    if let Some((scheme, rest)) = address.split_at_checked(SCHEME.len())
        && scheme.eq_ignore_ascii_case(SCHEME)
    {
        let why = "it is a link, whose address follows `mailto:`";
        return Err(not_address(address, why).did_you_mean(Some(rest)));
    }
    let is_odd = |letter: &char| letter.is_whitespace() || letter.is_control();
    if let Some(odd) = address.chars().find(is_odd) {
        let what = format!("it holds `{}`", odd.escape_debug());
        return Err(not_address(address, &what));
    }
    match address.rsplit_once('@') {
        None | Some(("", _)) => Err(not_address(address, "nothing stands before an `@`")),
        Some((_, domain)) => DomainName::from_text(domain).map_err(|fault| {
            let error = not_address(address, &format!("behind the `@`, {fault}"));
            error.did_you_mean(fault.instead().as_deref())
        }),
    }
}

fn not_address(address: &str, why: &str) -> Error {
    Error::usage(format!("`{}` is not a mail address: {why}", shown(address)))
        .hint("for example: docs@sharepoint.fabrikam.com")
}

/// Refuses an address of another domain: the farm file does not describe its route.
fn require_own_domain(domain: &DomainName, farm: &Farm) -> Result<(), Error> {
    let mut own = farm.mail_domains();
    let hosts = farm.mail_hosts.iter();
    let delivered = hosts.flat_map(|host| host.delivers_as.iter().flatten());
    own.extend(delivered.map(|name| name.ascii().to_owned()));
    if own.iter().any(|known| known == domain.ascii()) {
        return Ok(());
    }
    match checked(&farm.incoming.display_address).valid() {
        Some(display) => Err(Error::usage(format!(
            "`{}` is not a domain of this farm: its display address is `{}`",
            domain.as_str(),
            display.as_str()
        ))),
        None => Err(Error::usage(
            "the farm file has no display address, so no address belongs to this farm",
        )
        .hint("`spinmail display-address DOMAIN` sets it")),
    }
}
