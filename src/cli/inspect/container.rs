//! `inspect container`: whether a text is a container's name, what it comes to, and what is odd
//! about it.

use crate::cli::console::Console;
use crate::cli::files;
use crate::cli::list::{json_argument, wants_json};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Document;
use crate::farm::values::{Container, Lenient, Service};
use crate::report::Exit;
use crate::rules::{self, Area, Case, OutcomeKind, Selection, Verdict};
use crate::text::shown;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;

pub fn command() -> Command {
    Command::new("container")
        .about(
            "Read the name of an Active Directory container, and say what it comes to and what is \
             odd about it",
        )
        .after_help(
            "Examples:\n  spinmail inspect container 'OU= SharePoint Contacts , DC= fabrikam , \
             DC= com'\n  spinmail inspect container OU=Lists,DC=fabrikam,DC=com --format \
             json\n\nExit status: 0 where the text is a name, odd or not; 2 where it is none.",
        )
        .arg(
            Arg::new("text")
                .value_name("TEXT")
                .required(true)
                .help("The container as typed into the page"),
        )
        .arg(json_argument())
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let text = matches.get_one::<String>("text").map_or("", String::as_str);
    let container = Lenient::<Container>::new(text);
    match &container.value {
        Ok(Container { name }) => {
            let odd = oddities(&container)?;
            let name = name.to_string();
            console.data(&if wants_json(matches) {
                let odd: Vec<&str> = odd.iter().map(|verdict| verdict.rule.id).collect();
                format!(
                    "{:#}\n",
                    json!({"valid": true, "normalised": name, "odd": odd, "error": null})
                )
            } else {
                let odd = odd.iter().map(|verdict| {
                    format!("odd: {} [{}]\n", shown(&verdict.message), verdict.rule.id)
                });
                format!("{}\n{}", shown(&name), odd.collect::<String>())
            });
            Ok(Exit::Clean)
        }
        Err(fault) if wants_json(matches) => {
            let instead = fault
                .suggestion
                .as_ref()
                .map(|name| format!("; did you mean `{name}`?"))
                .unwrap_or_default();
            let error = json!({"message": format!("{fault}{instead}"), "offset": fault.offset});
            let answer = json!({"valid": false, "normalised": null, "odd": [], "error": error});
            console.data(&format!("{answer:#}\n"));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!("no container's name: {fault}"))
            .did_you_mean(fault.suggestion.as_deref())),
    }
}

/// What the page's rules find in a container that is a name, as if a farm used it.
fn oddities(container: &Lenient<Container>) -> Result<Vec<Verdict>, Error> {
    let mut document = Document::default();
    document.farm.incoming.enabled = Some(true);
    document.farm.directory.service = Some(Service::Yes);
    document.farm.directory.container = Some(container.clone());
    let selection = Selection::new(&[Area::Page], &["page-container".to_owned()], &[])?;
    let verdicts = rules::judge(
        &Case::new(&document, &Facts::default(), files::today()),
        &selection,
    );
    Ok(verdicts
        .into_iter()
        .filter(|verdict| verdict.outcome == OutcomeKind::Fail)
        .collect())
}
