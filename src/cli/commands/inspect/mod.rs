//! `inspect`: reads one file or value of another program and explains it. One module for each kind.

mod container;
mod descriptor;
mod mail;
mod metabase;
mod relay_list;

use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain a metabase, relay list, security descriptor, mail file or container name",
    after_help = "Examples:\n  spinmail inspect metabase MetaBase.xml\n  spinmail inspect \
                  relay-list --absent"
)]
pub(crate) struct InspectArgs {
    #[command(subcommand)]
    kind: InspectedKind,
}

/// What to inspect, in the order of the help.
#[derive(Debug, clap::Subcommand)]
enum InspectedKind {
    Metabase(metabase::InspectMetabaseArgs),
    RelayList(relay_list::InspectRelayListArgs),
    Descriptor(Box<descriptor::InspectDescriptorArgs>),
    Mail(mail::InspectMailArgs),
    Container(container::InspectContainerArgs),
}

pub(crate) fn run(args: &InspectArgs, console: &Console) -> Result<Exit, Error> {
    match &args.kind {
        InspectedKind::Metabase(args) => metabase::run(args, console),
        InspectedKind::RelayList(args) => relay_list::run(args, console),
        InspectedKind::Descriptor(args) => descriptor::run(args, console),
        InspectedKind::Mail(args) => mail::run(args, console),
        InspectedKind::Container(args) => container::run(args, console),
    }
}
