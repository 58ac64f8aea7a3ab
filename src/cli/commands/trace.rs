//! `trace`: follows one message to the place where it would stop.

use crate::cli::args::{
    CredentialArgs, FactsArgs, FarmFileArgs, FormatArgs, OutArgs, ProbeArgs, RuleFilter,
    facts_files,
};
use crate::cli::check::Check;
use crate::cli::console::Console;
use crate::cli::output::Output;
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{DomainName, FromText, ParseError, checked};
use crate::report::{self, Exit, FailOn, trace::Trace};
use crate::rules::Severity;

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

pub(crate) fn run(args: &TraceArgs, console: &Console) -> Result<Exit, Error> {
    let address = &args.address;
    let domain =
        domain_of(address).map_err(|error| args.facts.unrepeated(address).unwrap_or(error))?;
    let loaded = args.farm_file.load(console)?;
    require_own_domain(&domain, &loaded.document.farm)?;
    // Drop folders hold addresses in lowercase.
    let local = address
        .rsplit_once('@')
        .map_or(&**address, |(local, _)| local);
    let receiver = format!("{}@{}", local.to_lowercase(), domain.ascii());
    // No message goes through the directory.
    let filter = RuleFilter {
        skip: vec!["directory".to_owned()],
        ..RuleFilter::default()
    };
    let check = Check {
        facts: &args.facts.facts,
        areas: &[],
        filter: &filter,
        probe: &args.probe,
        credentials: &CredentialArgs::default(),
        address: Some(&receiver),
        console,
    };
    let mut read = facts_files(&args.facts.facts);
    read.push(loaded.path.clone());
    let (report, probed) = check.judge(loaded)?;
    let trace = Trace::new(address, report.verdicts());
    let text = if args.format.is_json() {
        report::harmless(&format!("{:#}\n", trace.json()))
    } else {
        trace.text(&args.out.screen(console), console.is_verbose())
    };
    let mut output = Output::begin(args.out.path(), console, &read)?;
    output.write(&text)?;
    output.finish()?;
    Ok(probed.worse(report.exit(FailOn::At(Severity::Error))))
}

/// Returns the domain of an address (RFC 5321 4.1.2): what follows the last `@`.
fn domain_of(address: &str) -> Result<DomainName, Error> {
    match address.rsplit_once('@') {
        None | Some(("", _)) => Err(not_address(address, "nothing stands before an `@`")),
        Some((_, domain)) => DomainName::from_text(domain).map_err(|fault| {
            let error = not_address(address, &format!("behind the `@`, {fault}"));
            error.did_you_mean(fault.instead().as_deref())
        }),
    }
}

fn not_address(address: &str, why: &str) -> Error {
    Error::usage(format!("`{address}` is no mail address: {why}"))
        .hint("for example: docs@sharepoint.fabrikam.com")
}

/// Refuses mail for another domain: the farm file says nothing of the way that it takes.
fn require_own_domain(domain: &DomainName, farm: &Farm) -> Result<(), Error> {
    match checked(&farm.incoming.display_address).valid() {
        Some(display) if display.ascii() == domain.ascii() => Ok(()),
        Some(display) => Err(Error::usage(format!(
            "mail for `{}` is not this farm's: its display address is `{}`",
            domain.as_str(),
            display.as_str()
        ))),
        None => Err(Error::usage(
            "the farm file has no display address, so no mail is this farm's",
        )
        .hint("`spinmail display-address DOMAIN` sets it")),
    }
}
