//! `inspect`: reads one foreign thing and says what it means. One file for each kind of thing.

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
    kind: Kind,
}

/// What is inspected, in the order of the help.
#[derive(Debug, clap::Subcommand)]
enum Kind {
    Metabase(metabase::InspectMetabaseArgs),
    RelayList(relay_list::InspectRelayListArgs),
    Descriptor(Box<descriptor::InspectDescriptorArgs>),
    Mail(mail::InspectMailArgs),
    Container(container::InspectContainerArgs),
}

pub(crate) fn run(args: &InspectArgs, console: &Console) -> Result<Exit, Error> {
    match &args.kind {
        Kind::Metabase(args) => metabase::run(args, console),
        Kind::RelayList(args) => relay_list::run(args, console),
        Kind::Descriptor(args) => descriptor::run(args, console),
        Kind::Mail(args) => mail::run(args, console),
        Kind::Container(args) => container::run(args, console),
    }
}
