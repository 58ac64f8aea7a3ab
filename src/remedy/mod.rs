//! DO: actions written as commands. The quoting of every language lives here.

mod action;
mod directory;
mod folder;
mod powershell;

pub use action::{Action, AdminRole, FolderRight, Grant, ShareRight};

/// The farm file that `spinmail` takes when none is named.
pub const USUAL_FILE: &str = "farm.toml";

/// An action as one command line about a farm file, where it can be written safely.
///
/// Commands for `spinmail` itself are quoted so that PowerShell and a POSIX shell read them alike;
/// what the two read differently is not offered.
pub fn command(action: &Action, file: &str) -> Option<String> {
    let option = match file {
        USUAL_FILE => String::new(),
        other => format!(" --file {}", shell_word(other)?),
    };
    match action {
        Action::SetSetting { key, values } => {
            let words: Option<Vec<String>> = values.iter().map(|value| shell_word(value)).collect();
            Some(format!(
                "spinmail set{option} {} {}",
                shell_word(key)?,
                words?.join(" ")
            ))
        }
        Action::UnsetSetting { key } => {
            Some(format!("spinmail unset{option} {}", shell_word(key)?))
        }
        Action::AddMailExchanger {
            zone,
            name,
            exchange,
            preference,
        } => Some(format!(
            "Add-DnsServerResourceRecordMX -ZoneName {} -Name {} -MailExchange {} -Preference \
             {preference}",
            powershell::literal(zone)?,
            powershell::literal(&node(name, zone, "."))?,
            powershell::literal(exchange)?,
        )),
        Action::AddAliasDomain {
            virtual_server,
            domain,
            ..
        } => {
            let path =
                powershell::literal(&format!("IIS://localhost/SmtpSvc/{virtual_server}/Domain"))?;
            let domain = powershell::literal(domain)?;
            Some(format!(
                "$domain = ([ADSI]{path}).Create('IIsSmtpDomain', {domain}); \
                 $domain.Put('RouteAction', 16); $domain.SetInfo()"
            ))
        }
        Action::MakeDomainAlias {
            virtual_server,
            domain,
            ..
        } => {
            let path = powershell::literal(&format!(
                "IIS://localhost/SmtpSvc/{virtual_server}/Domain/{domain}"
            ))?;
            Some(format!(
                "$domain = [ADSI]{path}; $domain.Put('RouteAction', 16); $domain.SetInfo()"
            ))
        }
        Action::RestartSmtp { .. } => Some("Restart-Service -Name 'SMTPSVC'".to_owned()),
        Action::SetService {
            service,
            automatic,
            running,
            ..
        } => {
            let name = powershell::literal(service)?;
            let start =
                automatic.then(|| format!("Set-Service -Name {name} -StartupType Automatic"));
            let run = running.then(|| format!("Start-Service -Name {name}"));
            Some(start.into_iter().chain(run).collect::<Vec<_>>().join("; "))
        }
        Action::InstallFeature { feature, .. } => Some(format!(
            "Install-WindowsFeature -Name {} -IncludeManagementTools",
            powershell::literal(feature)?
        )),
        Action::GrantFolder {
            folder,
            account,
            right,
            ..
        } => folder::grant(folder, account, *right),
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

/// A name relative to its zone.
fn node(name: &str, zone: &str, apex: &str) -> String {
    match name.strip_suffix(zone) {
        Some("") | None => apex.to_owned(),
        Some(rest) => rest.trim_end_matches('.').to_owned(),
    }
}

fn shell_word(word: &str) -> Option<String> {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_.:/".contains(character);
    // A doubled quote is one quote to PowerShell and none to a POSIX shell; a hyphen in front makes
    // an option of a word.
    if word.contains(powershell::is_single_quote) || word.starts_with('-') {
        return None;
    }
    if !word.is_empty() && word.chars().all(is_plain) {
        return Some(word.to_owned());
    }
    powershell::literal(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        let exchanger = |name: &str| Action::AddMailExchanger {
            zone: "fabrikam.com".into(),
            name: name.into(),
            exchange: "sp1.fabrikam.com".into(),
            preference: 10,
        };
        for (name, node) in [
            ("sharepoint.fabrikam.com", "sharepoint"),
            ("fabrikam.com", "."),
            ("a.b.fabrikam.com", "a.b"),
        ] {
            let expected = format!(
                "Add-DnsServerResourceRecordMX -ZoneName 'fabrikam.com' -Name '{node}' \
                 -MailExchange 'sp1.fabrikam.com' -Preference 10"
            );
            assert_eq!(command(&exchanger(name), USUAL_FILE), Some(expected));
        }
        let alias = Action::AddAliasDomain {
            server: "sp1".into(),
            virtual_server: 1,
            domain: "a.test".into(),
        };
        assert_eq!(
            command(&alias, USUAL_FILE).as_deref(),
            Some(
                "$domain = ([ADSI]'IIS://localhost/SmtpSvc/1/Domain').Create('IIsSmtpDomain', \
                 'a.test'); $domain.Put('RouteAction', 16); $domain.SetInfo()"
            )
        );
        let service = |automatic, running| {
            let (server, service) = ("sp1".to_owned(), "SMTPSVC".to_owned());
            command(
                &Action::SetService {
                    server,
                    service,
                    automatic,
                    running,
                },
                USUAL_FILE,
            )
        };
        assert_eq!(
            service(false, true).as_deref(),
            Some("Start-Service -Name 'SMTPSVC'")
        );
        assert_eq!(
            service(true, false).as_deref(),
            Some("Set-Service -Name 'SMTPSVC' -StartupType Automatic")
        );
        let set = |value: &str| {
            command(
                &Action::set("incoming-email.drop-folder", value),
                USUAL_FILE,
            )
        };
        assert_eq!(
            set(r"C:\drop").as_deref(),
            Some(r"spinmail set incoming-email.drop-folder 'C:\drop'")
        );
        assert_eq!(set("it's"), None);
        assert_eq!(set("a\u{2019}b"), None);
        assert_eq!(set("a\nb"), None);
        let remove = command(&Action::unset("server.a b.role"), r"C:\farms\b.toml");
        assert_eq!(
            remove.as_deref(),
            Some(r"spinmail unset --file 'C:\farms\b.toml' 'server.a b.role'")
        );
    }
}
