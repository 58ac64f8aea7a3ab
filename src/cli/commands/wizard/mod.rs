//! `wizard`: asks for the page's settings at a terminal.

mod changes;
mod plain;
mod prompt;
mod suggest;
mod terminal;

use crate::cli::args::{
    AccountArgs, CredentialArgs, EditArgs, ProbeArgs, ReportArgs, RuleFilter, RulesArgs, WriteMode,
    edit_help, load_path,
};
use crate::cli::change::Edited;
use crate::cli::check::Check;
use crate::cli::console::{self, Console};
use crate::cli::edit;
use crate::cli::output;
use crate::error::Error;
use crate::farm::template::{Scenario, text};
use crate::farm::{Document, Farm, Setting, read};
use crate::fs::{self, InputFile};
use crate::report::Exit;
use crate::text::shown;
use crate::wizard::{Answer, Asker, Walk, WizardQuestion};
use changes::Changes;
use prompt::fitting;
use std::path::{Path, PathBuf};

/// The exit status that a shell expects after Ctrl-C.
const INTERRUPTED: i32 = 130;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Ask for the page's settings, section by section, and write the farm file",
    after_help = edit_help(
        "Examples:\n  spinmail wizard\n  spinmail wizard --plain --file \
         farms/fabrikam.toml\n\nEvery answer is checked at once, and nothing is written before \
         you confirm the summary.\nIf `probe.directory` names a domain controller, the wizard \
         suggests its organizational units for the container.\nIt needs a terminal; scripts \
         use the page commands or `spinmail set`.",
        crate::cli::args::Edited::Page
    ),
    // The wizard never asks for a password.
    mut_arg("bind_password_file", |arg| arg.help(
        "File with its password. Without it: SPINMAIL_LDAP_PASSWORD, or the bind is anonymous"
    ))
)]
pub(crate) struct WizardArgs {
    /// One question per line, nothing redrawn, no colour: for screen readers and plain consoles
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &WizardArgs, console: &Console) -> Result<Exit, Error> {
    if !console.is_interactive() {
        return Err(Error::usage(
            "the wizard needs a terminal: standard input or output is redirected",
        )
        .hint(
            "`spinmail set KEY VALUE` and the page commands (`spinmail mode`, `spinmail dms`, \
                 …) do the same in scripts",
        ));
    }
    let is_plain = args.plain || is_dumb_terminal();
    leave_on_interrupt(is_plain);
    let target = Target::open(args.edit.farm_file.path(), console)?;
    let mut asker: Box<dyn Asker> = if is_plain {
        Box::new(plain::Plain { console })
    } else {
        Box::new(terminal::Terminal::new(console))
    };
    let changes = match ask(args, &target, asker.as_mut(), console)? {
        Answers::Write(changes) => changes,
        Answers::Keep(exit) => return Ok(exit),
    };
    target.write(&changes, &args.edit, console)?;
    let choices = ["check the farm with `spinmail verify` now", "later"];
    match confirm(asker.as_mut(), "Verify it?", choices, false)? {
        Answer::Given(true) => verify(&target.path, console),
        _ => Ok(Exit::Clean),
    }
}

/// Returns whether the terminal cannot redraw (terminfo calls it `dumb`).
fn is_dumb_terminal() -> bool {
    std::env::var_os("TERM").is_some_and(|kind| kind == "dumb")
}

/// The farm file that the answers go to.
struct Target {
    path: PathBuf,
    /// The path as it is shown.
    name: String,
    is_new: bool,
    document: Document,
    /// Its text; that of a blank farm file if it is new.
    text: String,
}

impl Target {
    fn open(path: PathBuf, console: &Console) -> Result<Self, Error> {
        let is_new = !path.exists();
        let (document, text) = if is_new {
            (Document::default(), text(Scenario::Blank))
        } else {
            // The file will be written, so it must be an ordinary file.
            let file = InputFile::found(&path);
            let document = load_path(&file, console)?.document;
            (document, fs::read_text_with_bom(&file)?)
        };
        Ok(Self {
            name: shown(&path.to_string_lossy()).into_owned(),
            path,
            is_new,
            document,
            text,
        })
    }

    fn apply(&self, changes: &Changes) -> Result<Edited, Error> {
        changes.apply(&self.text, &read(&self.text).unwrap_or_default())
    }

    fn write(&self, changes: &Changes, args: &EditArgs, console: &Console) -> Result<(), Error> {
        let written = format!("{}: written", self.name);
        if self.is_new {
            let text = self.apply(changes)?.text;
            output::create(&self.path, &text)?;
            console.note_written(&self.path);
            console.write_stdout(&format!("{written}\n"));
            edit::print_findings_of_new(&text, &self.path, console);
            return Ok(());
        }
        // The file may have changed during the questions, so only the answers are written.
        edit::edit_file(args, console, |text, document| {
            Ok(Edited {
                text: changes.apply(text, document)?.text,
                lines: vec![written.clone()],
            })
        })?;
        Ok(())
    }
}

/// What the person decided.
enum Answers {
    Write(Changes),
    /// Nothing is written.
    Keep(Exit),
}

/// Walks through the questions until the changes are confirmed, or nothing is to be written.
fn ask(
    args: &WizardArgs,
    target: &Target,
    asker: &mut dyn Asker,
    console: &Console,
) -> Result<Answers, Error> {
    let farm = &target.document.farm;
    let found = suggest::Found::new(args.account.unattended_options(farm)?);
    let suggest = |setting: &Setting, answered: &Farm| found.suggest(setting, answered);
    let mut walk = Walk::new(farm, &suggest);
    let intro = textwrap::fill(INTRODUCTION, fitting(console.width().saturating_sub(1)));
    console.prompt(&format!("{intro}\n"));
    loop {
        let wanted = walk.run(asker)?;
        if let Some(fault) = walk.fault(&wanted) {
            console.prompt(&format!(
                "{}\n",
                textwrap::fill(&shown(&fault), fitting(console.width()))
            ));
            walk.back();
            continue;
        }
        let changes = Changes::between(farm, &wanted);
        if changes.is_empty() {
            console.status("nothing was changed");
            return Ok(Answers::Keep(Exit::Clean));
        }
        let lines = target.apply(&changes)?.lines;
        let summary = summary(&target.name, &lines, console.width());
        let mode = args.edit.write.mode();
        if mode != WriteMode::Write {
            console.write_stdout(&summary);
            console.status("nothing was written");
            return Ok(Answers::Keep(match mode {
                WriteMode::Check => Exit::Findings,
                _ => Exit::Clean,
            }));
        }
        console.prompt(&summary);
        let question = format!("Write {}?", target.name);
        match confirm(asker, &question, ["write it", "write nothing"], true)? {
            Answer::Given(true) => return Ok(Answers::Write(changes)),
            Answer::Given(false) => {
                console.status("nothing was written");
                return Ok(Answers::Keep(Exit::Clean));
            }
            Answer::Back => walk.back(),
        }
    }
}

const INTRODUCTION: &str = "Enter keeps the present value, `<` goes back (in a list: Esc), Ctrl-C quits. Nothing is written \
     before you confirm it.";

/// Asks a yes-or-no question, with the effect of each answer; yes is preselected.
fn confirm(
    asker: &mut dyn Asker,
    label: &str,
    [yes, no]: [&str; 2],
    can_go_back: bool,
) -> Result<Answer<bool>, Error> {
    let question = WizardQuestion {
        label,
        help: "",
        example: "",
        suggestions: &[],
        can_go_back,
    };
    let choices = [format!("yes: {yes}"), format!("no: {no}")];
    Ok(asker
        .choose(&question, &choices, 0)?
        .map(|picked| picked == 0))
}

/// Returns the changes, old → new.
fn summary(name: &str, lines: &[String], width: usize) -> String {
    let options = fitting(width)
        .initial_indent("  ")
        .subsequent_indent("    ");
    let wrapped = lines
        .iter()
        .map(|line| textwrap::fill(&shown(line), &options) + "\n");
    format!("\nWhat changes in {name}:\n{}", wrapped.collect::<String>())
}

/// Checks the file that was just written, as `spinmail verify` does without options.
fn verify(path: &Path, console: &Console) -> Result<Exit, Error> {
    let check = Check {
        facts: &[],
        max_age: None,
        areas: &[],
        filter: &RuleFilter::default(),
        required: &[],
        probe: &ProbeArgs::default(),
        credentials: &CredentialArgs::default(),
        address: None,
        console,
    };
    check.run(
        load_path(&InputFile::found(path), console)?,
        &ReportArgs::default(),
        RulesArgs::default().run_options(&[]),
    )
}

/// Lets Ctrl-C end the program. Lists hide the cursor while they wait, so the handler shows it
/// again.
fn leave_on_interrupt(is_plain: bool) {
    // If no handler can be set, the system ends the program anyway.
    let _ = ctrlc::set_handler(move || {
        if !is_plain {
            console::show_cursor();
        }
        std::process::exit(INTERRUPTED)
    });
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_summary_fits_the_width() {
        let lines = [
            "incoming-email.enabled: not set → true".to_owned(),
            "directory-management.container: OU=Old,DC=fabrikam,DC=com → \
             OU=SharePointContacts,DC=fabrikam,DC=com"
                .into(),
            "farm.name: a\u{1b}[31m → b".to_owned(),
        ];
        let expected = "\nWhat changes in farm.toml:\n  incoming-email.enabled: not set → true\n  \
                        directory-management.container: OU=Old,DC=fabrikam,DC=com\n    → \
                        OU=SharePointContacts,DC=fabrikam,DC=com\n  farm.name: a\\u{1b}[31m → b\n";
        assert_eq!(summary("farm.toml", &lines, 60), expected);
    }
}
