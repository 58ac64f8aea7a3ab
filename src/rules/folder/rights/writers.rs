//! Whether those who write the messages may create files in the drop folder.

use super::access::{AccessDecision, Denial, Rights, Unknowns, access_through_share};
use super::each::{Scope, judge_each_view};
use super::identity::with_unknown_groups;
use super::view::{FolderView, trustee};
use crate::farm::values::{Account, DROP_FOLDER, FolderPath, FromText, computer_account};
use crate::farm::{Farm, MailHost, Server};
use crate::remedy::{self, Action, AdminRole, FolderRight};
use crate::rules::route::Reach;
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, Ternary};
use iis_metabase::{Metabase, brief};
use windows_security::rights::FILE_WRITE_DATA;
use windows_security::{AclPart, Sid, Token};

/// Who writes the messages of a folder.
pub(super) struct Writer {
    /// As sentences name it.
    pub name: String,
    /// The server whose SMTP service it is, or `None` for an account of a mail host.
    server: Option<String>,
    /// The setting that says that it writes there.
    key: String,
    /// The account in a command, or `None` if none can name it.
    pub account: Option<String>,
    token: Token,
    /// Whether it comes through the share.
    through_share: bool,
    /// Why it is not known whether it writes there, or `None` if it does.
    doubt: Option<String>,
}

impl Writer {
    /// Returns whether the folder's ACL surely lets it create files.
    pub(super) fn may_create(&self, view: &FolderView<'_>) -> bool {
        let rights = Rights::new(view, &self.token);
        rights.access_folder(FILE_WRITE_DATA).is_granted()
    }

    /// Returns the right that it is given.
    pub(super) fn right(&self) -> FolderRight {
        match self.through_share {
            true => FolderRight::Modify,
            false => FolderRight::FullControl,
        }
    }
}

/// Returns who writes the messages of a folder, or `None` if not all of them are known.
pub(super) fn known_writers(case: &Case<'_>, view: &FolderView<'_>) -> Option<Vec<Writer>> {
    let (writers, open) = writers(case, view);
    let is_known = |writer: &Writer| writer.doubt.is_none();
    (open.is_none() && !writers.is_empty() && writers.iter().all(is_known)).then_some(writers)
}

pub(super) fn cannot_write(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_view(case, Scope::AllFolders, |view| {
        let subject = view.folder.subject();
        let (writers, open) = writers(case, view);
        let mut results: Vec<RuleResult> = writers
            .iter()
            .map(|writer| {
                let outcome = judge_writer(view, writer);
                let mut of_writer = subject.clone().and(&writer.name);
                let server = &mut of_writer.scope.server;
                *server = server.take().or_else(|| writer.server.clone());
                RuleResult::new(of_writer, outcome).about(writer.key.clone())
            })
            .collect();
        if let Some(why) = open {
            results.push(RuleResult::new(subject, why).about(view.key.clone()));
        } else if results.is_empty() {
            let outcome = judge_without_writers(case, view);
            results.push(RuleResult::new(subject, outcome).about(view.key.clone()));
        }
        results
    })
}

/// Returns the recorded writers of a folder, and the outcome if one of them is not known by its
/// account.
fn writers(case: &Case<'_>, view: &FolderView<'_>) -> (Vec<Writer>, Option<Outcome>) {
    let routes = case.routes();
    let takes_mail = |server: &&Server| routes.reach(server) != Reach::Off;
    let mut writers: Vec<Writer> = case
        .farm
        .mail_servers()
        .filter(takes_mail)
        .filter_map(|server| match drops_here(case, view, server) {
            Ternary::Yes => Some(server_as_writer(view, server, None)),
            Ternary::Unknown(why) => Some(server_as_writer(view, server, Some(why))),
            Ternary::No => None,
        })
        .collect();
    let mut open = None;
    for host in &case.farm.mail_hosts {
        let mut targets = host.passes_to.iter().flatten();
        if !targets.any(|target| target.as_str() == DROP_FOLDER) {
            continue;
        }
        match &host.accounts {
            Some(accounts) => {
                writers.extend(
                    accounts
                        .iter()
                        .map(|account| account_as_writer(view, host, account.as_str())),
                );
            }
            None => open = open.or(Some(unknown_account(host))),
        }
    }
    (writers, open)
}

fn unknown_account(host: &MailHost) -> Outcome {
    let name = host.name();
    Outcome::undecided(format!(
        "it is not recorded which account `{name}` uses to write there; `{command}` records it",
        command = remedy::spinmail(
            "mail-host set {NAME} --accounts 'DOMAIN\\SERVER$'",
            &[&name]
        ),
    ))
}

/// Returns whether the SMTP service of a server drops its mail in the folder.
fn drops_here(case: &Case<'_>, view: &FolderView<'_>, server: &Server) -> Ternary {
    if !view.is_share() {
        return match view.folder.server {
            Some(name) if !name.eq_ignore_ascii_case(server.name()) => Ternary::No,
            _ => Ternary::Yes,
        };
    }
    if reaches_locally(view, server) {
        return Ternary::Yes;
    }
    let facts = case.facts.iis.as_ref();
    let metabase = facts
        .and_then(|iis| iis.server(server.name()))
        .and_then(|facts| facts.metabase.known());
    match metabase {
        Some(metabase) => drops_through_share(view, server, metabase.keys()),
        // Its local drop directory is recorded as another share.
        None if server.drop_share.is_some() => Ternary::No,
        None => Ternary::Unknown(format!(
            "it is not known whether its SMTP service drops mail there; run `spinmail gather iis` \
             on it; {}",
            how_to_record_share(view, server)
        )),
    }
}

/// Returns whether a virtual server drops its mail through the share. Where the metabase says that
/// all drop it on the server's own disk, nothing comes through the share.
fn drops_through_share(view: &FolderView<'_>, server: &Server, metabase: &Metabase) -> Ternary {
    let polled = FolderPath::from_text(view.folder.path);
    let mut unknown = None;
    for virtual_server in metabase.virtual_servers() {
        let text = virtual_server.drop_directory();
        match text.map(FolderPath::from_text) {
            Some(Ok(folder)) if !folder.is_share() => {}
            Some(Ok(folder)) if polled.as_ref().is_ok_and(|polled| folder.is(polled)) => {
                return Ternary::Yes;
            }
            Some(_) => unknown = text.map(|text| format!("names `{}`", brief(text))),
            None => unknown = Some("names no drop directory".to_owned()),
        }
    }
    match unknown {
        None => Ternary::No,
        Some(found) => Ternary::Unknown(format!(
            "its metabase {found}, so it is not known whether it drops mail into this folder; {}",
            how_to_record_share(view, server)
        )),
    }
}

/// Says how to record that a server's own drop directory is the share.
fn how_to_record_share(view: &FolderView<'_>, server: &Server) -> String {
    format!(
        "`{command}` records that its own drop directory is this share (in cmd.exe with double \
         quotes)",
        command = remedy::spinmail(
            "set server.{NAME}.drop-share {SHARE}",
            &[&server.name(), &view.folder.path]
        ),
    )
}

/// Returns whether the share is a folder on the server's own disk.
fn reaches_locally(view: &FolderView<'_>, server: &Server) -> bool {
    let Ok(path) = FolderPath::from_text(view.folder.path) else {
        return false;
    };
    let share = server.drop_share.as_ref();
    path.is_on(server.name()) || share.is_some_and(|share| share.path.is(&path))
}

fn server_as_writer(view: &FolderView<'_>, server: &Server, doubt: Option<String>) -> Writer {
    let key = format!("server.{}.smtp-service", server.name());
    if !view.is_share() || reaches_locally(view, server) {
        return Writer {
            name: match view.is_share() {
                true => format!("SYSTEM of {}", server.name()),
                false => "SYSTEM".to_owned(),
            },
            server: Some(server.name().to_owned()),
            key,
            account: Some("*S-1-5-18".to_owned()),
            token: system_token(),
            through_share: false,
            doubt,
        };
    }
    let name = computer_account(server.name()).to_uppercase();
    let sid = sid_of(view, &name, Some(server.name()));
    Writer {
        account: sid.as_ref().map(|sid| format!("*{sid}")),
        token: token_of(view, sid),
        name,
        server: Some(server.name().to_owned()),
        key,
        through_share: true,
        doubt,
    }
}

fn account_as_writer(view: &FolderView<'_>, host: &MailHost, account: &str) -> Writer {
    let sid = sid_of(view, account, None);
    Writer {
        name: account.to_owned(),
        server: None,
        key: format!("mail-host.{}.accounts", host.name()),
        account: Some(account.to_owned()),
        token: token_of(view, sid),
        through_share: true,
        doubt: None,
    }
}

/// The SMTP service runs as SYSTEM, which is in Administrators.
fn system_token() -> Token {
    Token::for_service(Sid::nt(18)).with(Sid::builtin(544))
}

/// Returns the SID of an account by its name, with or without a domain, or of a server's computer.
fn sid_of(view: &FolderView<'_>, name: &str, computer: Option<&str>) -> Option<Sid> {
    let observed = view.facts.accounts.iter().find(|account| {
        let is_computer = computer
            .zip(account.computer.as_deref())
            .is_some_and(|(one, two)| one.eq_ignore_ascii_case(two));
        is_computer || is_named(&account.name, name)
    });
    if let Some(sid) = observed.and_then(|account| account.sid.known()) {
        return Some(sid.clone());
    }
    let mut names = view.facts.names.iter();
    names.find_map(|(sid, answer)| {
        let found = answer.known()?;
        (found.kind.is_account() && is_named(&found.name, name)).then(|| sid.clone())
    })
}

/// Returns whether two names are of one account, of which one may lack its domain.
fn is_named(one: &str, two: &str) -> bool {
    let short = |name: &str| name.rsplit('\\').next().unwrap_or_default().to_lowercase();
    let is_one_short = one.contains('\\') != two.contains('\\');
    Account::same(one, two) || (is_one_short && short(one) == short(two))
}

/// Returns the token of an account over the network: its groups are not known, but other accounts
/// are not among them.
fn token_of(view: &FolderView<'_>, sid: Option<Sid>) -> Token {
    let base = match &sid {
        Some(sid) => Token::over_network(sid.clone()),
        None => [Sid::everyone(), Sid::nt(11), Sid::nt(15), Sid::nt(2)]
            .into_iter()
            .fold(Token::default(), Token::with),
    };
    let mut token = with_unknown_groups(base);
    let known = view
        .facts
        .accounts
        .iter()
        .filter_map(|account| account.sid.known());
    let named = view.facts.names.iter().filter_map(|(other, answer)| {
        let found = answer.known()?;
        found.kind.is_account().then_some(other)
    });
    let groups: Vec<&Sid> = view.given_group_sids().collect();
    for other in known.chain(named) {
        // An account whose own SID is not known may be any of those that are not the farm's.
        if sid.as_ref().is_some_and(|own| own != other) && !groups.contains(&other) {
            token = token.without(other.clone());
        }
    }
    token
}

fn judge_writer(view: &FolderView<'_>, writer: &Writer) -> Outcome {
    let on_folder = Rights::new(view, &writer.token).access_folder(FILE_WRITE_DATA);
    let on_share = match through_share(view, writer) {
        Ok(decision) => decision,
        Err(instead) if on_folder.is_granted() => return instead,
        Err(_) => None,
    };
    let decision = match on_share {
        Some(share) => on_folder.and(share),
        None => on_folder,
    };
    match decision {
        AccessDecision::Granted(why) => Outcome::Pass(vec![evidence(view, writer, why)]),
        AccessDecision::Unknown(unknowns) => Outcome::undecided(undecided_text(writer, &unknowns)),
        AccessDecision::Denied(denial) => match &writer.doubt {
            Some(why) => Outcome::undecided(format!(
                "`{}` cannot create files there, but {why}",
                writer.name
            )),
            None => Outcome::Fail(finding(view, writer, denial)),
        },
    }
}

/// Decides what the share lets through, or returns `None` where nothing comes through one.
fn through_share(view: &FolderView<'_>, writer: &Writer) -> Judged<Option<AccessDecision>> {
    if !view.is_share() || !writer.through_share {
        return Ok(None);
    }
    let share = view.share_descriptor()?;
    Ok(Some(access_through_share(
        view,
        &share,
        &writer.token,
        FILE_WRITE_DATA,
    )))
}

fn undecided_text(writer: &Writer, unknowns: &Unknowns) -> String {
    format!(
        "it is not known whether `{}` may create files there: {unknowns}; check the tab \
         \"Effective Access\" (Properties, Security, Advanced) on the folder's server, or add an \
         ACE for the account itself",
        writer.name
    )
}

fn evidence(view: &FolderView<'_>, writer: &Writer, why: String) -> Evidence {
    Evidence::new(
        format!(
            "whether `{}` may create files in {}",
            writer.name, view.folder
        ),
        "create files / write data",
        why,
    )
}

fn finding(view: &FolderView<'_>, writer: &Writer, denial: Denial) -> Finding {
    let message = format!(
        "`{}`, which writes the messages, cannot create files in {}",
        writer.name, view.folder
    );
    let right = writer.right();
    let remedy = if denial.by_ace {
        "Remove the ACE that denies it, or remove the account from the group that the ACE names"
            .to_owned()
    } else if view.is_share() && writer.through_share {
        format!(
            "Grant `{}` {} on the folder, for this folder, subfolders and files, and Change in the \
             share permissions",
            writer.name,
            right.words()
        )
    } else {
        format!(
            "Grant `{}` {} on the folder, for this folder, subfolders and files",
            writer.name,
            right.words()
        )
    };
    let is_by_ace = denial.by_ace;
    let finding = Finding::for_role(AdminRole::Server, message, remedy)
        .with_evidence([evidence(view, writer, denial.why)]);
    let account = writer.account.clone().filter(|_| !is_by_ace);
    finding.with_actions(account.map(|account| Action::GrantFolder {
        server: view.folder.server.map(str::to_owned),
        folder: view.folder.path.to_owned(),
        account,
        right,
    }))
}

/// Judges a folder of which it is not recorded who writes there.
fn judge_without_writers(case: &Case<'_>, view: &FolderView<'_>) -> Outcome {
    if view.descriptor.dacl == AclPart::Null || !admits_only_the_farm(view) {
        return Outcome::not_applicable(
            "it is not recorded which account writes the messages \
                                        there",
        );
    }
    Outcome::undecided(format!(
        "the DACL grants only the farm's accounts, and it is not recorded which account writes \
         the messages there; {}",
        how_to_record_writer(case.farm)
    ))
}

/// Says how to record who writes the messages.
fn how_to_record_writer(farm: &Farm) -> String {
    match farm
        .servers
        .iter()
        .find(|server| server.smtp_service.is_none())
    {
        Some(server) => format!(
            "if an SMTP service does, `{command}` records it",
            command = remedy::spinmail("set server.{NAME}.smtp-service yes", &[&server.name()]),
        ),
        None => {
            "`spinmail mail-host add NAME --passes-to drop-folder --accounts 'DOMAIN\\SERVER$'` \
             records a mail host that writes there"
                .to_owned()
        }
    }
}

/// Returns whether all who may create files are accounts of the farm, or on a share its server's
/// administrators.
fn admits_only_the_farm(view: &FolderView<'_>) -> bool {
    let accounts = &view.facts.accounts;
    let own: Vec<&Sid> = accounts
        .iter()
        .filter_map(|account| account.sid.known())
        .collect();
    // One that is not known may be that of a farm's account whose own is not known.
    let is_all_known = accounts.iter().all(|account| account.sid.known().is_some());
    let [system, administrators] = [Sid::nt(18), Sid::builtin(544)];
    view.descriptor.dacl.aces().iter().all(|ace| {
        let mask = ace.permission().map_or(0, |permission| permission.mask);
        let Some(sid) = trustee(ace).filter(|_| mask & FILE_WRITE_DATA != 0) else {
            return true;
        };
        let is_local = *sid == system || *sid == administrators;
        let may_be_own = !is_all_known && sid.domain().is_some() && view.name(sid).is_none();
        own.contains(&sid) || may_be_own || (is_local && view.is_share())
    })
}
