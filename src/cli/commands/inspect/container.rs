//! `inspect container`: checks whether a text is a container's name, normalizes it, and lists what
//! is unusual about it.

use crate::cli::args::FormatArgs;
use crate::cli::clock;
use crate::cli::console::Console;
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Document;
use crate::farm::values::{Container, Lenient, Service};
use crate::formats::dn;
use crate::report::Exit;
use crate::rules::{self, Area, Case, OutcomeKind, Selection, Verdict};
use crate::text::shown;
use serde_json::json;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain the name of an Active Directory container, and list what is unusual about it",
    after_help = "Examples:\n  spinmail inspect container \"OU= SharePoint Contacts , DC= fabrikam , \
                  DC= com\"\n  spinmail inspect container OU=Lists,DC=fabrikam,DC=com --format \
                  json\n\nExit status: 0 if the text is a container's name, odd or not; 2 if it is not."
)]
pub(crate) struct InspectContainerArgs {
    /// The container as typed into the page
    #[arg(value_name = "TEXT")]
    text: String,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &InspectContainerArgs, console: &Console) -> Result<Exit, Error> {
    let container = Lenient::<Container>::new(&args.text);
    match &container.value {
        Ok(Container { name }) => {
            let odd = oddities(&container)?;
            let name = name.to_string();
            console.write_stdout(&if args.format.is_json() {
                name_json(&name, &odd)
            } else {
                name_text(&name, &odd)
            });
            Ok(Exit::Clean)
        }
        Err(fault) if args.format.is_json() => {
            console.write_stdout(&fault_json(fault));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!("not a container's name: {fault}"))
            .did_you_mean(fault.suggestion.as_deref())),
    }
}

fn name_json(name: &str, odd: &[Verdict]) -> String {
    let odd: Vec<&str> = odd.iter().map(|verdict| verdict.rule.id).collect();
    format!(
        "{:#}\n",
        json!({"valid": true, "normalised": name, "odd": odd, "error": null})
    )
}

fn name_text(name: &str, odd: &[Verdict]) -> String {
    let mut text = format!("{}\n", shown(name));
    for verdict in odd {
        let message = shown(&verdict.message);
        text.push_str(&format!("odd: {message} [{}]\n", verdict.rule.id));
    }
    text
}

fn fault_json(fault: &dn::DnError) -> String {
    let instead = fault.suggestion.as_ref();
    let instead = instead.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    let error = json!({"message": format!("{fault}{instead}"), "offset": fault.offset});
    let answer = json!({"valid": false, "normalised": null, "odd": [], "error": error});
    format!("{answer:#}\n")
}

/// Returns the findings of the page's rules about a container's name, as if a farm used it.
fn oddities(container: &Lenient<Container>) -> Result<Vec<Verdict>, Error> {
    let mut document = Document::default();
    document.farm.incoming.enabled = Some(true);
    document.farm.directory.service = Some(Service::Yes);
    document.farm.directory.container = Some(container.clone());
    let selection = Selection::new(&[Area::Page], &["page-container".to_owned()], &[])?;
    let verdicts = rules::judge(
        &Case::new(&document, &Facts::default(), clock::today()),
        &selection,
    );
    Ok(verdicts
        .into_iter()
        .filter(|verdict| verdict.outcome == OutcomeKind::Fail)
        .collect())
}
