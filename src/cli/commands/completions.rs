//! `completions`: scripts for the shells.

use crate::cli::complete;
use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;
use clap_complete::Shell;

/// How to install the script of each shell: a command a line.
const INSTALL: [(Shell, &str); 5] = [
    (
        Shell::Bash,
        "echo 'source <(spinmail completions bash)' >> ~/.bashrc",
    ),
    (
        Shell::Zsh,
        "echo 'source <(spinmail completions zsh)' >> ~/.zshrc       (after compinit)",
    ),
    (
        Shell::Fish,
        "spinmail completions fish > ~/.config/fish/completions/spinmail.fish",
    ),
    (
        Shell::PowerShell,
        "New-Item -ItemType Directory -Force (Split-Path $PROFILE)\n\
         Add-Content $PROFILE 'spinmail completions powershell | Out-String | iex'",
    ),
    (
        Shell::Elvish,
        "echo 'eval (spinmail completions elvish | slurp)' >> ~/.config/elvish/rc.elv",
    ),
];

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print a completion script for a shell: commands, settings, values, rules and names",
    after_help = after_help()
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
    /// A script that knows commands and options alone, and never runs spinmail
    #[arg(long = "static", id = "static")]
    is_static: bool,
}

fn after_help() -> String {
    let install = INSTALL.map(|(shell, how)| {
        let next_line = format!("\n{:14}", "");
        format!("  {shell:<11} {}\n", how.replace('\n', &next_line))
    });
    format!(
        "Examples:\n  spinmail completions bash\n  spinmail completions zsh --static > \
         _spinmail\n\nTo load it in every new shell:\n{}",
        install.concat()
    )
}

pub(crate) fn run(
    args: &CompletionsArgs,
    console: &Console,
    mut root: clap::Command,
) -> Result<Exit, Error> {
    if args.is_static {
        let mut script = Vec::new();
        clap_complete::generate(args.shell, &mut root, "spinmail", &mut script);
        console.write_raw(&script);
        return Ok(Exit::Clean);
    }
    let script = complete::script(&args.shell.to_string())
        .map_err(|error| Error::unfinished(format!("cannot make the script: {error}")))?;
    console.write_raw(script.as_bytes());
    // A starting shell reads the script every time; only a person needs the hint.
    let install = INSTALL.iter().find(|(shell, _)| *shell == args.shell);
    if let Some((_, how)) = install.filter(|_| console.is_stdout_terminal()) {
        let how = how.replace('\n', "\n#   ");
        console.status(&format!("\n# to load it in every new shell:\n#   {how}"));
    }
    Ok(Exit::Clean)
}
