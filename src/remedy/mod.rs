//! Remedies: what would fix a finding, as data ([`Action`]) and as a command to paste.
//!
//! Only this module quotes for another language. What cannot be quoted safely is not offered.

mod action;
mod directory;
mod folder;
mod powershell;
mod program;
mod recording;

pub(crate) use action::{Action, AdminRole, FolderRight, Grant, ShareRight};
pub(crate) use program::{spinmail, spinmail_list};
pub(crate) use recording::{record_mail_host, record_server};

use powershell::literal;

/// The farm file that `spinmail` uses if none is named.
pub const DEFAULT_FARM_FILE: &str = "farm.toml";

/// Returns an action as one command line about a farm file, or `None` if it cannot be written
/// safely.
///
/// Commands for `spinmail` itself are quoted so that PowerShell and a POSIX shell read them alike;
/// what the two read differently is not offered. All other commands are for PowerShell.
pub fn command(action: &Action, file: &str) -> Option<String> {
    match action {
        Action::SetSetting { key, values } => set_setting(key, values, file),
        Action::UnsetSetting { key } => {
            let option = file_option(file)?;
            Some(format!("spinmail unset{option} {}", shell_word(key)?))
        }
        Action::AddMailHost { name } => {
            let option = file_option(file)?;
            Some(format!(
                "spinmail mail-host add{option} {}",
                host_word(name)?
            ))
        }
        Action::AddMailExchanger {
            zone,
            name,
            exchange,
            preference,
        } => add_mail_exchanger(zone, name, exchange, *preference),
        Action::AddAliasDomain {
            virtual_server,
            domain,
            ..
        } => add_alias_domain(*virtual_server, domain),
        Action::MakeDomainAlias {
            virtual_server,
            domain,
            ..
        } => make_domain_alias(*virtual_server, domain),
        Action::RestartSmtp { .. } => Some("Restart-Service -Name 'SMTPSVC'".to_owned()),
        Action::SetService {
            service,
            automatic,
            running,
            ..
        } => set_service(service, *automatic, *running),
        Action::InstallFeature { feature, .. } => Some(format!(
            "Install-WindowsFeature -Name {} -IncludeManagementTools",
            literal(feature)?
        )),
        Action::GrantFolder {
            folder,
            account,
            right,
            ..
        } => folder::grant(folder, account, *right),
        Action::RevokeFolder {
            folder,
            accounts,
            inherited,
            ..
        } => folder::revoke(folder, accounts, *inherited),
        Action::GrantShare {
            server,
            share,
            account,
            right,
        } => folder::grant_share(server, share, account, *right),
        Action::CreateContainer { name } => directory::create(name),
        Action::GrantDirectory {
            container,
            account,
            grant,
            class,
        } => directory::grant(container, account, *grant, class.as_deref()),
    }
}

fn set_setting(key: &str, values: &[String], file: &str) -> Option<String> {
    let option = file_option(file)?;
    let words: Option<Vec<String>> = values.iter().map(|value| shell_word(value)).collect();
    Some(format!(
        "spinmail set{option} {} {}",
        shell_word(key)?,
        words?.join(" ")
    ))
}

/// Returns ` --file FILE`, or nothing for the default file.
fn file_option(file: &str) -> Option<String> {
    match file {
        DEFAULT_FARM_FILE => Some(String::new()),
        other => Some(format!(" --file {}", shell_word(other)?)),
    }
}

fn add_mail_exchanger(zone: &str, name: &str, exchange: &str, preference: u16) -> Option<String> {
    let [node, zone] = [literal(name_in_zone(name, zone)?)?, literal(zone)?];
    let exchange = literal(exchange)?;
    Some(format!(
        "Add-DnsServerResourceRecordMX -ZoneName {zone} -Name {node} -MailExchange {exchange} \
         -Preference {preference}"
    ))
}

/// Returns the command that lets a service start with Windows, starts it now, or both.
fn set_service(service: &str, automatic: bool, running: bool) -> Option<String> {
    let name = literal(service)?;
    let set = format!("Set-Service -Name {name} -StartupType Automatic");
    let start = format!("Start-Service -Name {name}");
    Some(match (automatic, running) {
        (true, true) => format!("{set}; {start}"),
        (true, false) => set,
        (false, true) => start,
        (false, false) => String::new(),
    })
}

fn add_alias_domain(virtual_server: u32, domain: &str) -> Option<String> {
    let path = literal(&format!("IIS://localhost/SmtpSvc/{virtual_server}/Domain"))?;
    let domain = literal(domain)?;
    Some(format!(
        "$domain = ([ADSI]{path}).Create('IIsSmtpDomain', {domain}); \
         $domain.Put('RouteAction', 16); $domain.SetInfo()"
    ))
}

fn make_domain_alias(virtual_server: u32, domain: &str) -> Option<String> {
    let path = format!("IIS://localhost/SmtpSvc/{virtual_server}/Domain/{domain}");
    let path = literal(&path)?;
    Some(format!(
        "$domain = [ADSI]{path}; $domain.Put('RouteAction', 16); $domain.SetInfo()"
    ))
}

/// Returns a DNS name relative to its zone, `.` for the zone's own name, or `None` if it is not in the
/// zone.
fn name_in_zone<'a>(name: &'a str, zone: &str) -> Option<&'a str> {
    let (below, end) = name.split_at_checked(name.len().checked_sub(zone.len())?)?;
    if zone.is_empty() || !end.eq_ignore_ascii_case(zone) {
        return None;
    }
    match below {
        "" => Some("."),
        below => below.strip_suffix('.').filter(|below| !below.is_empty()),
    }
}

/// Returns a host's name as a word of a command, or `None` if it is not a valid host name: DNS
/// allows any characters.
fn host_word(name: &str) -> Option<String> {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let is_label = |label: &str| !label.is_empty() && label.chars().all(is_letter);
    let mut labels = name.strip_suffix('.').unwrap_or(name).split('.');
    shell_word(name).filter(|_| labels.all(is_label))
}

/// Quotes a word so that PowerShell and a POSIX shell read it alike, or returns `None` if that is
/// impossible. Uses double quotes where possible, because `cmd.exe` knows no others. If `cmd.exe`
/// passes single quotes on as part of the word, spinmail rejects the word and says why.
fn shell_word(word: &str) -> Option<String> {
    // PowerShell reads a doubled quote as one quote, a POSIX shell as none. A leading hyphen makes
    // the word an option.
    if word.contains(powershell::is_single_quote) || word.starts_with('-') {
        return None;
    }
    if !word.is_empty() && word.chars().all(needs_no_quotes) {
        return Some(word.to_owned());
    }
    if can_be_double_quoted(word) {
        return Some(format!("\"{word}\""));
    }
    literal(word).filter(|_| !word.contains(is_special_in_cmd))
}

/// Whether a word means the same between double quotes in PowerShell, a POSIX shell and `cmd.exe`.
fn can_be_double_quoted(word: &str) -> bool {
    // Not `$` and the backquote, which PowerShell and a POSIX shell expand; not `%` and `!`, which
    // `cmd.exe` and bash do.
    let is_plain =
        |letter: char| letter.is_alphanumeric() || " -_.:/\\,;=@+*()[]{}&|<>^#~?".contains(letter);
    // A POSIX shell halves two backslashes, and one at the end escapes the closing
    // quote.
    word.chars().all(is_plain) && !word.contains(r"\\") && !word.ends_with('\\')
}

/// Returns whether `cmd.exe` treats a character as special or ends the word there. It does not
/// recognize single quotes.
fn is_special_in_cmd(character: char) -> bool {
    character.is_whitespace() || "&|<>^%\"".contains(character)
}

fn needs_no_quotes(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.:/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_command(action: &Action, expected: Option<&str>) {
        assert_eq!(command(action, DEFAULT_FARM_FILE).as_deref(), expected);
    }

    #[test]
    fn mail_exchanger_is_named_relative_to_its_zone() {
        for (name, node) in [
            ("sharepoint.fabrikam.com", Some("sharepoint")),
            ("fabrikam.com", Some(".")),
            ("a.b.fabrikam.com", Some("a.b")),
            ("SP.Fabrikam.com", Some("SP")),
            ("FABRIKAM.COM", Some(".")),
            ("spfabrikam.com", None),
            ("sp.contoso.com", None),
            (".fabrikam.com", None),
            ("com", None),
        ] {
            let action = Action::AddMailExchanger {
                zone: "fabrikam.com".into(),
                name: name.into(),
                exchange: "sp1.fabrikam.com".into(),
                preference: 10,
            };
            let expected = node.map(|node| {
                format!(
                    "Add-DnsServerResourceRecordMX -ZoneName 'fabrikam.com' -Name '{node}' \
                     -MailExchange 'sp1.fabrikam.com' -Preference 10"
                )
            });
            assert_command(&action, expected.as_deref());
        }
    }

    #[test]
    fn alias_domain_is_added_by_adsi() {
        let action = Action::AddAliasDomain {
            server: "sp1".into(),
            virtual_server: 1,
            domain: "a.test".into(),
        };
        let expected = "$domain = ([ADSI]'IIS://localhost/SmtpSvc/1/Domain').Create(\
                        'IIsSmtpDomain', 'a.test'); $domain.Put('RouteAction', 16); \
                        $domain.SetInfo()";
        assert_command(&action, Some(expected));
    }

    #[test]
    fn service_command_does_only_what_is_asked() {
        for (automatic, running, expected) in [
            (false, true, "Start-Service -Name 'SMTPSVC'"),
            (
                true,
                false,
                "Set-Service -Name 'SMTPSVC' -StartupType Automatic",
            ),
        ] {
            let action = Action::SetService {
                server: "sp1".into(),
                service: "SMTPSVC".into(),
                automatic,
                running,
            };
            assert_command(&action, Some(expected));
        }
    }

    #[test]
    fn setting_that_cannot_be_quoted_is_not_offered() {
        for (value, expected) in [
            (
                r"C:\drop",
                Some(r#"spinmail set incoming-email.drop-folder "C:\drop""#),
            ),
            (
                r"\\fs\drop",
                Some(r"spinmail set incoming-email.drop-folder '\\fs\drop'"),
            ),
            (
                r"X\SP1$",
                Some(r"spinmail set incoming-email.drop-folder 'X\SP1$'"),
            ),
            (
                r"C:\",
                Some(r"spinmail set incoming-email.drop-folder 'C:\'"),
            ),
            (
                "R&D",
                Some(r#"spinmail set incoming-email.drop-folder "R&D""#),
            ),
            (
                "a|b<c>d^e#f~g?h{i}",
                Some(r#"spinmail set incoming-email.drop-folder "a|b<c>d^e#f~g?h{i}""#),
            ),
            // Within single quotes cmd.exe would run a command, expand a variable or split the word.
            ("R&D$", None),
            ("%PATH%", None),
            ("a`b c", None),
            (r"\\fs\a b", None),
            ("a\"b", None),
            ("it's", None),
            ("a\u{2019}b", None),
            ("a\nb", None),
        ] {
            let action = Action::set("incoming-email.drop-folder", value);
            assert_command(&action, expected);
        }
    }

    #[test]
    fn mail_host_name_with_shell_characters_is_not_offered() {
        for (name, expected) in [
            ("mx.a.test", Some("spinmail mail-host add mx.a.test")),
            ("mx&calc.a.test", None),
            ("$(id).a.test", None),
            ("a b.test", None),
        ] {
            assert_command(&Action::AddMailHost { name: name.into() }, expected);
        }
    }

    #[test]
    fn farm_file_is_named_unless_it_is_the_default() {
        let action = Action::unset("server.a b.role");
        assert_command(&action, Some("spinmail unset \"server.a b.role\""));
        assert_eq!(
            command(&action, r"C:\farms\b.toml").as_deref(),
            Some(r#"spinmail unset --file "C:\farms\b.toml" "server.a b.role""#)
        );
    }
}
