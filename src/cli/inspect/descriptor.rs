//! `inspect descriptor`: what a security descriptor says, and what an account may do by it.

mod json;
mod text;
mod verdict;

use super::super::console::Console;
use super::super::list::{json_argument, wants_json};
use crate::error::Error;
use crate::fs::read_bytes;
use crate::report::{Exit, harmless};
use crate::text::{is_unsafe, shown};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};
use std::path::Path;
use verdict::Verdict;
use windows_security::directory::Class;
use windows_security::icacls::Saved;
use windows_security::sid::{DomainAlias, Domains};
use windows_security::source::{self, Found};
use windows_security::{AclPart, Descriptor, Fault, Sid, Token, binary, sddl};

pub fn command() -> Command {
    Command::new("descriptor")
        .about(
            "Read a Windows security descriptor: owner, entries, and what an account may do by it",
        )
        .long_about(
            "Read a Windows security descriptor: owner, entries, whether they are in canonical \
             order, and what an account may do by it: on the folder, on a new file that the SMTP \
             service puts there, and on a new subfolder. With --directory, in a container of \
             Active Directory: create, delete, delete with subtree, write.\n\nIt reads SDDL, a \
             self-relative descriptor (hexadecimal digits, base64 or a file), Samba's \
             security.NTACL, what getfattr prints, and files of `icacls NAME /save FILE`.\n\nThe \
             account's token is what is given: the account, the groups of --with, and Everyone, \
             Authenticated Users, This Organization and SERVICE (with --directory NETWORK in its \
             place). Groups that are not given count as not held. What the descriptor leaves open \
             is listed as undecided. Privileges, integrity levels and the rights of a share are \
             not in a descriptor.\n\nThe JSON has owner, group, dacl (present, absent: not in \
             this descriptor, or null: everybody may do everything), canonical, effective \
             (folder, new-file, new-folder; null without --as), entries and undecided; masks are \
             texts in hexadecimal, entries are numbered from 1. With --directory, folder is the \
             container, new-file a new object of the class, new-folder a new organizational unit, \
             and directory has create (contact, group), delete, delete-subtree and write, each \
             granted, denied or undecided. New objects are taken to be an administrator's. What \
             cannot be read gives error (message, offset in bytes) and exit status 2. Where a \
             descriptor holds no DACL, what an account may do is not known: exit status 3.",
        )
        .after_help(
            "Examples:\n  spinmail inspect descriptor 'O:BAG:SYD:PAI(A;CI;0x1301bf;;;AU)' --as \
             'NETWORK SERVICE'\n  spinmail inspect descriptor 'D:(A;CI;CCDC;;;AU)' --directory \
             --as 'NETWORK SERVICE'\n  spinmail inspect descriptor \
             'O:BAG:SYD:PAI(A;CI;0x1301bf;;;AU)' --to hex",
        )
        .arg(
            Arg::new("descriptor")
                .value_name("TEXT|HEX|FILE")
                .required(true)
                .allow_hyphen_values(true)
                .help("The descriptor, or the file that holds it; a file of that name comes first"),
        )
        .args(account_arguments().map(|arg| arg.help_heading("The account")))
        .args(meaning_arguments().map(|arg| arg.help_heading("The descriptor")))
        .arg(json_argument().help_heading("The descriptor"))
}

fn account_arguments() -> [Arg; 3] {
    [
        Arg::new("as").long("as").value_name("SID|NAME").help(
            "The account: a SID, or a name that means the same everywhere, such as `NETWORK \
             SERVICE`",
        ),
        Arg::new("with")
            .long("with")
            .value_name("SID,…")
            .requires("as")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .help("The groups that the account is in"),
        Arg::new("machine")
            .long("machine")
            .requires("as")
            .conflicts_with("directory")
            .action(ArgAction::SetTrue)
            .help(
                "The account logs on at the machine that has the folder: LOCAL and BUILTIN\\Users \
                 are among its groups",
            ),
    ]
}

fn meaning_arguments() -> [Arg; 6] {
    let classes =
        PossibleValuesParser::new([Class::Contact, Class::Group, Class::User].map(Class::name));
    [
        Arg::new("directory")
            .long("directory")
            .action(ArgAction::SetTrue)
            .help("It is of a container of Active Directory, not of a folder"),
        Arg::new("class")
            .long("class")
            .value_name("CLASS")
            .requires("directory")
            .value_parser(classes.try_map(|name| Class::of_name(&name).ok_or("no class")))
            .default_value("contact")
            .help("The class of the objects in the container that are asked about"),
        Arg::new("domain")
            .long("domain")
            .value_name("SID")
            .help("The domain that letters such as DA (Domain Admins) speak of, a SID"),
        Arg::new("forest-root")
            .long("forest-root")
            .value_name("SID")
            .requires("domain")
            .help(
                "The root domain of its forest, of which EA, SA and RO speak; else the domain \
                 itself",
            ),
        Arg::new("entry").long("entry").value_name("PATH").help(
            "Which descriptor of a file of `icacls /save`; else that of the folder which has all \
             others in it",
        ),
        Arg::new("to")
            .long("to")
            .value_name("FORM")
            .value_parser(["sddl", "hex"])
            .conflicts_with("format")
            .help(
                "Only rewrite it: as SDDL with hexadecimal masks, or as the digits of a \
                 self-relative descriptor",
            ),
    ]
}

/// What was asked, next to the descriptor.
struct Question {
    token: Option<Token>,
    /// In a container of Active Directory, the class of the objects.
    class: Option<Class>,
    domains: Domains,
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let class = matches
        .get_flag("directory")
        .then(|| matches.get_one::<Class>("class").copied())
        .flatten();
    let domains = domains(matches)?;
    let question = Question {
        token: token(matches, class.is_some(), &domains)?,
        class,
        domains,
    };
    let input = matches
        .get_one::<String>("descriptor")
        .map_or("", String::as_str);
    let found = match read(input, &question.domains) {
        Ok(found) => found,
        Err(Unreadable { fault, .. }) if wants_json(matches) => {
            print(console, &json!({"error": fault}));
            return Ok(Exit::Usage);
        }
        Err(unreadable) => return Err(unreadable.error(input)),
    };
    let saved = choose(
        found.saved,
        matches.get_one::<String>("entry").map(String::as_str),
    )?;
    if let Some(form) = matches.get_one::<String>("to") {
        console.data(&format!("{}\n", rewritten(&saved.descriptor, form)?));
        return Ok(Exit::Clean);
    }
    let verdict = Verdict::new(&saved.descriptor, &question);
    // Without a list nothing is known of anybody's rights.
    let is_open = question.token.is_some() && saved.descriptor.dacl == AclPart::Absent;
    let exit = if is_open {
        Exit::Undecided
    } else {
        Exit::Clean
    };
    if wants_json(matches) {
        print(console, &json::of(&saved.descriptor, &verdict));
        return Ok(exit);
    }
    if !saved.path.is_empty() {
        console.data(&format!("{}\n", shown(&saved.path)));
    }
    console.data(&text::of(&saved.descriptor, &verdict, &console.screen()));
    advice(matches, &question)
        .into_iter()
        .for_each(|line| console.say(&line));
    Ok(exit)
}

fn print(console: &Console, value: &Value) {
    console.data(&harmless(&format!("{value:#}\n")));
}

/// Why there is no descriptor to look at.
struct Unreadable {
    fault: Fault,
    hints: Vec<String>,
}

impl Unreadable {
    fn error(self, input: &str) -> Error {
        let Fault { message, offset } = self.fault;
        let short: String = input.chars().take(60).collect();
        let dots = if short.len() < input.len() { "…" } else { "" };
        let error = Error::usage(format!(
            "`{short}{dots}` cannot be read: {message} (byte {offset})"
        ));
        self.hints.into_iter().fold(error, Error::hint)
    }
}

fn read(input: &str, domains: &Domains) -> Result<Found, Unreadable> {
    let path = Path::new(input);
    if path.exists() {
        let bytes = read_bytes(path).map_err(|error| Unreadable {
            fault: Fault {
                message: error.message,
                offset: 0,
            },
            hints: error.hints,
        })?;
        return source::from_bytes(&bytes, domains).map_err(|fault| Unreadable {
            fault,
            hints: Vec::new(),
        });
    }
    source::from_text(input, domains).map_err(|fault| {
        let hint = "there is no file of that name either";
        // Where reading went further, it was meant as text.
        let hints = if fault.offset == 0 {
            vec![hint.to_owned()]
        } else {
            Vec::new()
        };
        Unreadable { fault, hints }
    })
}

/// The one descriptor that is meant.
fn choose(saved: Vec<Saved>, wanted: Option<&str>) -> Result<Saved, Error> {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = saved
        .iter()
        .take(SHOWN)
        .map(|one| format!("`{}`", one.path))
        .collect();
    if saved.len() > SHOWN {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    if let Some(wanted) = wanted {
        let same = |one: &Saved| one.path.to_lowercase() == wanted.to_lowercase();
        let missing = || {
            Error::usage(format!("there is no descriptor of `{wanted}` in it"))
                .hint(format!("it has {names}"))
        };
        return saved.into_iter().find(same).ok_or_else(missing);
    }
    let holds_all = |first: &Saved| {
        let folder = if first.path.is_empty() {
            String::new()
        } else {
            format!("{}\\", first.path)
        };
        saved
            .iter()
            .skip(1)
            .all(|other| other.path.starts_with(&folder))
    };
    match saved.first() {
        Some(first) if holds_all(first) => Ok(first.clone()),
        Some(_) => Err(
            Error::usage(format!("it holds {} descriptors", saved.len())).hint(format!(
                "say which one is meant with `--entry PATH`: {names}"
            )),
        ),
        None => Err(Error::usage("it holds no descriptor")),
    }
}

fn rewritten(descriptor: &Descriptor, form: &str) -> Result<String, Error> {
    let cannot = |why: String| Error::usage(format!("it cannot be written so: {why}"));
    if form == "hex" {
        let bytes = binary::write(descriptor).map_err(|why| {
            let needs_domain = why.contains("not known");
            let error = cannot(why);
            if needs_domain {
                error.hint("name the domain with `--domain SID`")
            } else {
                error
            }
        })?;
        return Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    let text =
        sddl::write(descriptor).map_err(|why| cannot(why).hint("`--to hex` says everything"))?;
    // Texts in conditions are foreign, and written out they would not be the same any more.
    if text.contains(is_unsafe) {
        return Err(
            cannot("a text in it steers terminals".to_owned()).hint("`--to hex` says everything")
        );
    }
    Ok(text)
}

/// The account with its groups.
fn token(
    matches: &ArgMatches,
    is_directory: bool,
    domains: &Domains,
) -> Result<Option<Token>, Error> {
    let Some(account) = matches.get_one::<String>("as") else {
        return Ok(None);
    };
    let account = account_sid(account, domains)?;
    let token = if is_directory {
        Token::over_network(account)
    } else {
        Token::of_service(account)
    };
    let groups = matches
        .get_many::<String>("with")
        .into_iter()
        .flatten()
        .filter(|group| !group.trim().is_empty());
    let token = groups
        .map(|group| account_sid(group, domains))
        .try_fold(token, |token, group| Ok(token.with(group?)))?;
    Ok(Some(if matches.get_flag("machine") {
        token.with(Sid::local()).with(Sid::builtin(545))
    } else {
        token
    }))
}

fn account_sid(text: &str, domains: &Domains) -> Result<Sid, Error> {
    let text = text.trim();
    if text
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("S-"))
    {
        return text.parse().map_err(|fault: Fault| {
            Error::usage(format!("`{text}` is no SID: {}", fault.message))
        });
    }
    let is_named = |alias: &&DomainAlias| {
        [alias.alias, alias.name]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(text))
    };
    let of_domain = || {
        DomainAlias::all()
            .iter()
            .find(is_named)
            .and_then(|alias| domains.resolve(alias))
    };
    Sid::of_name(text).or_else(of_domain).ok_or_else(|| {
        Error::usage(format!(
            "`{text}` is a name whose SID only its domain knows; say the SID"
        ))
        .hint("`whoami /user` shows it, or `Get-ADUser NAME`, or `wbinfo --name-to-sid NAME`")
    })
}

fn domains(matches: &ArgMatches) -> Result<Domains, Error> {
    let domain = |name: &str| -> Result<Option<Sid>, Error> {
        let Some(text) = matches.get_one::<String>(name) else {
            return Ok(None);
        };
        match text.trim().parse::<Sid>() {
            Ok(sid) if sid.is_domain() => Ok(Some(sid)),
            _ => Err(Error::usage(format!(
                "`{text}` is no domain's SID: S-1-5-21 and three numbers"
            ))),
        }
    };
    let found = domain("domain")?;
    Ok(Domains {
        forest_root: domain("forest-root")?.or_else(|| found.clone()),
        domain: found,
    })
}

/// What somebody should know who reads the verdict.
fn advice(matches: &ArgMatches, question: &Question) -> Vec<String> {
    let Some(token) = &question.token else {
        return vec![
            "note: whose rights they are was not asked; `--as SID` says what an account may do"
                .to_owned(),
        ];
    };
    let [system, local_service, network_service] = [18, 19, 20].map(Sid::nt);
    let mut lines = Vec::new();
    if matches.get_one::<String>("with").is_none() {
        lines.push(
            "note: no groups were given, so those that the account is in are not counted; `--with \
             SID,…` adds them"
                .to_owned(),
        );
    }
    let is_one =
        |wanted: &[Sid]| question.class.is_none() && token.sids().any(|sid| wanted.contains(sid));
    if is_one(&[system, network_service]) {
        lines.push(
            "note: on a share of another server this account arrives as the computer's own"
                .to_owned(),
        );
    }
    if is_one(&[local_service]) {
        lines.push(
            "note: on a share of another server this account arrives as nobody (ANONYMOUS LOGON)"
                .to_owned(),
        );
    }
    lines
}
