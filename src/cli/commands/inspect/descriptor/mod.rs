//! `inspect descriptor`: explains a security descriptor, and what it allows an account.

mod json;
mod text;

use crate::cli::args::FormatArgs;
use crate::cli::console::Console;
use crate::error::Error;
use crate::fs::{InputFile, read_bytes};
use crate::report::{Exit, harmless};
use crate::rules::{DescriptorQuestion, DescriptorVerdict};
use crate::text::{is_unsafe, shown};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use std::path::Path;
use windows_security::directory::Class;
use windows_security::icacls::Saved;
use windows_security::sid::{DomainAlias, Domains};
use windows_security::source::{self, ParsedSource};
use windows_security::{AclPart, Descriptor, ParseError, Sid, Token, WriteError, binary, sddl};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain a Windows security descriptor: owner, ACEs, and what an account may do",
    long_about = "Explain a Windows security descriptor: its owner, its ACEs, whether they are in \
             canonical order, and what an account may do to the folder, to a new file in it and to \
             a new subfolder. With --directory, the descriptor is that of a container of Active \
             Directory, and the rights are: create, delete, delete with subtree, write.\n\n\
             The command reads SDDL, a self-relative descriptor (hexadecimal digits, base64 or a \
             file), Samba's security.NTACL, the output of getfattr, and files of `icacls NAME \
             /save FILE`.\n\nThe account holds the groups of --with, and Everyone, Authenticated \
             Users, This Organization and SERVICE (with --directory, NETWORK instead of SERVICE). \
             A group that is not given counts as not held. What the descriptor does not settle is \
             listed as undecided. Privileges, integrity levels and share permissions are not part \
             of a descriptor.\n\nThe JSON has owner, group, dacl (present, absent, or null: \
             everyone has full control), canonical, effective (folder, new-file, new-folder; null \
             without --as), entries and undecided. Masks are hexadecimal texts. Entries are \
             numbered from 1. With --directory, folder is the container, new-file a new object of \
             the class, new-folder a new organizational unit; directory has create (contact, \
             group), delete, delete-subtree and write, each granted, denied or undecided. New \
             objects count as created by an administrator. A descriptor that cannot be read gives \
             error (message, offset in bytes) and exit status 2. Without a DACL the account's \
             rights are not known: exit status 3.",
    after_help = "Examples:\n  spinmail inspect descriptor \"O:BAG:SYD:PAI(A;CI;0x1301bf;;;AU)\" \
             --as \"NETWORK SERVICE\"\n  spinmail inspect descriptor \"D:(A;CI;CCDC;;;AU)\" \
             --directory --as \"NETWORK SERVICE\"\n  spinmail inspect descriptor \
             \"O:BAG:SYD:PAI(A;CI;0x1301bf;;;AU)\" --to hex"
)]
pub(crate) struct InspectDescriptorArgs {
    /// The descriptor, or a file that contains it. If a file has that name, the file is read
    #[arg(
        value_name = "TEXT|HEX|FILE",
        value_hint = clap::ValueHint::FilePath,
        allow_hyphen_values = true
    )]
    descriptor: String,
    #[command(flatten)]
    account: TokenArgs,
    #[command(flatten)]
    meaning: MeaningArgs,
    #[command(flatten, next_help_heading = "The descriptor")]
    format: FormatArgs,
}

/// The account whose rights are computed.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "The account")]
struct TokenArgs {
    /// The account: a SID, or the name of an account that every Windows has, such as `NETWORK
    /// SERVICE`
    #[arg(long = "as", id = "as", value_name = "SID|NAME")]
    account: Option<String>,
    /// The groups that the account is in
    #[arg(
        long = "with",
        id = "with",
        value_name = "SID,…",
        requires = "as",
        value_delimiter = ','
    )]
    groups: Option<Vec<String>>,
    /// The account logs on to the machine that has the folder: it also holds LOCAL and
    /// BUILTIN\Users
    #[arg(long, requires = "as", conflicts_with = "directory")]
    machine: bool,
}

/// How to read the descriptor, and which one.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "The descriptor")]
struct MeaningArgs {
    /// The descriptor is that of a container of Active Directory, not of a folder
    #[arg(long)]
    directory: bool,
    /// The class of the objects in the container whose rights are explained
    #[arg(
        long,
        value_name = "CLASS",
        requires = "directory",
        value_parser = class_parser(),
        default_value = "contact"
    )]
    class: Class,
    /// The SID of the domain to which letters such as DA (Domain Admins) belong
    #[arg(long, value_name = "SID")]
    domain: Option<String>,
    /// The SID of the forest's root domain, to which EA, SA and RO belong [default: the domain]
    #[arg(long, value_name = "SID", requires = "domain")]
    forest_root: Option<String>,
    /// Which descriptor of a file of `icacls /save` [default: that of the topmost folder]
    #[arg(long, value_name = "PATH")]
    entry: Option<String>,
    /// Only convert the descriptor: to SDDL with hexadecimal masks, or to the hexadecimal digits of
    /// a self-relative descriptor
    #[arg(long, value_name = "FORM", conflicts_with = "format")]
    to: Option<DescriptorForm>,
}

// Without doc comments: the help would list the meaning of both words.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DescriptorForm {
    Sddl,
    Hex,
}

fn class_parser() -> impl TypedValueParser<Value = Class> {
    let names = [Class::Contact, Class::Group, Class::User].map(Class::name);
    PossibleValuesParser::new(names).try_map(|name| Class::from_name(&name).ok_or("no class"))
}

/// Returns the questions about the descriptor.
fn question(args: &InspectDescriptorArgs) -> Result<DescriptorQuestion, Error> {
    let class = args.meaning.directory.then_some(args.meaning.class);
    let domains = args.meaning.domains()?;
    Ok(DescriptorQuestion {
        token: args.account.token(class, &domains)?,
        class,
        domains,
    })
}

pub(crate) fn run(args: &InspectDescriptorArgs, console: &Console) -> Result<Exit, Error> {
    let question = question(args)?;
    let found = match read(&args.descriptor, &question.domains) {
        Ok(found) => found,
        Err(DescriptorError { fault, .. }) if args.format.is_json() => {
            let ParseError { message, offset } = fault;
            let error = json!({"message": message, "offset": offset});
            print(console, &json!({"error": error}));
            return Ok(Exit::Usage);
        }
        Err(unreadable) => return Err(unreadable.error(&args.descriptor)),
    };
    let saved = choose(found.saved, args.meaning.entry.as_deref())?;
    if let Some(form) = args.meaning.to {
        console.write_stdout(&format!("{}\n", rewritten(&saved.descriptor, form)?));
        return Ok(Exit::Clean);
    }
    let verdict = DescriptorVerdict::new(&saved.descriptor, &question);
    if args.format.is_json() {
        print(console, &json::render(&saved.descriptor, &verdict));
    } else {
        if !saved.path.is_empty() {
            console.write_stdout(&format!("{}\n", shown(&saved.path)));
        }
        console.write_stdout(&text::render(
            &saved.descriptor,
            &verdict,
            &console.screen(),
        ));
        for line in advice(args, &question) {
            console.status(&line);
        }
    }
    // Without a DACL no rights are known.
    if question.token.is_some() && saved.descriptor.dacl == AclPart::Absent {
        return Ok(Exit::Undecided);
    }
    Ok(Exit::Clean)
}

fn print(console: &Console, value: &Value) {
    console.write_stdout(&harmless(&format!("{value:#}\n")));
}

/// Why there is no descriptor to explain.
struct DescriptorError {
    fault: ParseError,
    hints: Vec<String>,
}

impl DescriptorError {
    fn error(self, input: &str) -> Error {
        let ParseError { message, offset } = self.fault;
        let short: String = input.chars().take(60).collect();
        let dots = if short.len() < input.len() { "…" } else { "" };
        let error = Error::usage(format!(
            "`{short}{dots}` cannot be read: {message} (byte {offset})"
        ));
        self.hints.into_iter().fold(error, Error::hint)
    }
}

fn read(input: &str, domains: &Domains) -> Result<ParsedSource, DescriptorError> {
    let path = Path::new(input);
    if path.exists() {
        let bytes = read_bytes(&InputFile::named(path)).map_err(|error| DescriptorError {
            fault: ParseError {
                message: error.message,
                offset: 0,
            },
            hints: error.hints,
        })?;
        return source::from_bytes(&bytes, domains).map_err(|fault| DescriptorError {
            fault,
            hints: Vec::new(),
        });
    }
    source::from_text(input, domains).map_err(|fault| {
        let hint = "there is no file of that name either";
        // The reader that came further decides: the text was meant for it.
        let hints = if fault.offset == 0 {
            vec![hint.to_owned()]
        } else {
            Vec::new()
        };
        DescriptorError { fault, hints }
    })
}

/// Returns the wanted descriptor, else the one of the folder that has all others in it.
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
        let wanted_path = wanted.to_lowercase();
        return saved
            .into_iter()
            .find(|one| one.path.to_lowercase() == wanted_path)
            .ok_or_else(|| {
                Error::usage(format!("there is no descriptor of `{wanted}` in it"))
                    .hint(format!("it has {names}"))
            });
    }
    match saved.split_first() {
        Some((first, others)) if holds_all(first, others) => Ok(first.clone()),
        Some(_) => Err(
            Error::usage(format!("it holds {} descriptors", saved.len())).hint(format!(
                "say which one is meant with `--entry PATH`: {names}"
            )),
        ),
        None => Err(Error::usage("it holds no descriptor")),
    }
}

/// Returns whether a folder contains all the others. A folder without a path contains every folder.
fn holds_all(folder: &Saved, others: &[Saved]) -> bool {
    let start = if folder.path.is_empty() {
        String::new()
    } else {
        format!("{}\\", folder.path)
    };
    others.iter().all(|other| other.path.starts_with(&start))
}

fn rewritten(descriptor: &Descriptor, form: DescriptorForm) -> Result<String, Error> {
    match form {
        DescriptorForm::Sddl => rewritten_as_sddl(descriptor),
        DescriptorForm::Hex => rewritten_as_hex(descriptor),
    }
}

fn rewritten_as_sddl(descriptor: &Descriptor) -> Result<String, Error> {
    const HINT: &str = "`--to hex` says everything";
    let text =
        sddl::write(descriptor).map_err(|why| cannot_rewrite(&why.to_string()).hint(HINT))?;
    // Texts in conditions come from outside, and escaping would change them.
    if text.contains(is_unsafe) {
        return Err(cannot_rewrite("it contains control characters").hint(HINT));
    }
    Ok(text)
}

fn rewritten_as_hex(descriptor: &Descriptor) -> Result<String, Error> {
    let bytes = binary::write(descriptor).map_err(|why| {
        let error = cannot_rewrite(&why.to_string());
        match why {
            WriteError::UnknownDomain(_) => error.hint("name the domain with `--domain SID`"),
            _ => error,
        }
    })?;
    Ok(HEXLOWER.encode(&bytes))
}

fn cannot_rewrite(why: &str) -> Error {
    Error::usage(format!("it cannot be written so: {why}"))
}

impl TokenArgs {
    /// Returns the account with its groups, or `None` if no account was named.
    fn token(&self, class: Option<Class>, domains: &Domains) -> Result<Option<Token>, Error> {
        let Some(account) = &self.account else {
            return Ok(None);
        };
        let account = account_sid(account, domains)?;
        let mut token = match class {
            Some(_) => Token::over_network(account),
            None => Token::for_service(account),
        };
        let groups = self.groups.iter().flatten();
        for group in groups.filter(|group| !group.trim().is_empty()) {
            token = token.with(account_sid(group, domains)?);
        }
        if self.machine {
            token = token.with(Sid::local()).with(Sid::builtin(545));
        }
        Ok(Some(token))
    }
}

fn account_sid(text: &str, domains: &Domains) -> Result<Sid, Error> {
    let text = text.trim();
    if text
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("S-"))
    {
        return text.parse().map_err(|fault: ParseError| {
            Error::usage(format!("`{text}` is not a SID: {}", fault.message))
        });
    }
    Sid::from_name(text)
        .or_else(|| domain_alias_sid(text, domains))
        .ok_or_else(|| {
            Error::usage(format!(
                "`{text}` is an account name, and only its domain knows the SID; give the SID"
            ))
            .hint("`whoami /user` shows it, or `Get-ADUser NAME`, or `wbinfo --name-to-sid NAME`")
        })
}

/// Returns the SID of a well-known account of a domain such as `DA` or `Domain Admins`, or `None`
/// if the name is not one or its domain is not known.
fn domain_alias_sid(text: &str, domains: &Domains) -> Option<Sid> {
    let alias = DomainAlias::all().iter().find(|alias| {
        [alias.alias, alias.name]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(text))
    })?;
    domains.resolve(alias)
}

impl MeaningArgs {
    fn domains(&self) -> Result<Domains, Error> {
        let domain = self.domain.as_deref().map(domain_sid).transpose()?;
        let root = self.forest_root.as_deref().map(domain_sid).transpose()?;
        Ok(Domains {
            forest_root: root.or_else(|| domain.clone()),
            domain,
        })
    }
}

fn domain_sid(text: &str) -> Result<Sid, Error> {
    match text.trim().parse::<Sid>() {
        Ok(sid) if sid.is_domain() => Ok(sid),
        _ => Err(Error::usage(format!(
            "`{text}` is not the SID of a domain: S-1-5-21 and three numbers"
        ))),
    }
}

/// Returns notes on what the result does not cover.
fn advice(args: &InspectDescriptorArgs, question: &DescriptorQuestion) -> Vec<String> {
    let Some(token) = &question.token else {
        return vec![
            "note: no account was given; `--as SID` shows what an account may do".to_owned(),
        ];
    };
    let [system, local_service, network_service] = [18, 19, 20].map(Sid::nt);
    let mut lines = Vec::new();
    if args.account.groups.is_none() {
        lines.push(
            "note: no groups were given, so those that the account is in are not counted; `--with \
             SID,…` adds them"
                .to_owned(),
        );
    }
    let is_of_folder = question.class.is_none();
    if is_of_folder && has_any(token, &[system, network_service]) {
        lines.push(
            "note: this account accesses a share on another server as the computer account"
                .to_owned(),
        );
    }
    if is_of_folder && has_any(token, &[local_service]) {
        lines.push(
            "note: on a share of another server, this account is anonymous (ANONYMOUS LOGON)"
                .to_owned(),
        );
    }
    lines
}

/// Returns whether a token has any of these SIDs.
fn has_any(token: &Token, wanted: &[Sid]) -> bool {
    token.sids().any(|sid| wanted.contains(sid))
}
