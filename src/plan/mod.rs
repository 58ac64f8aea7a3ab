//! DO: actions written as commands. The quoting of every language lives here.

mod powershell;

use crate::rules::Action;

/// The farm file that `spinmail` takes when none is named.
pub const USUAL_FILE: &str = "farm.toml";

/// What the New SMTP Domain Wizard writes for a domain of the kind Alias (RouteAction).
const ALIAS: u32 = 16;

/// An action as one command line about a farm file, where it can be written safely.
///
/// Commands for `spinmail` itself are quoted so that PowerShell and a POSIX shell read them alike; what the two read
/// differently is not offered.
pub fn command(action: &Action, file: &str) -> Option<String> {
    let option = match file {
        USUAL_FILE => String::new(),
        other => format!(" --file {}", shell_word(other)?),
    };
    match action {
        Action::SetSetting { key, values } => {
            let words: Option<Vec<String>> = values.iter().map(|value| shell_word(value)).collect();
            Some(format!("spinmail set{option} {} {}", shell_word(key)?, words?.join(" ")))
        }
        Action::UnsetSetting { key } => Some(format!("spinmail unset{option} {}", shell_word(key)?)),
        Action::AddMailExchanger { zone, name, exchange, preference } => Some(format!(
            "Add-DnsServerResourceRecordMX -ZoneName {} -Name {} -MailExchange {} -Preference {preference}",
            powershell::literal(zone)?,
            powershell::literal(&node(name, zone, "."))?,
            powershell::literal(exchange)?,
        )),
        // WMI of the IIS 6 metabase; both make what is not there and change what is.
        Action::AddAliasDomain { number, domain, .. } => {
            let name = powershell::literal(&format!("SmtpSvc/{number}/Domain/{domain}"))?;
            let set = r"Set-WmiInstance -Namespace 'root\MicrosoftIISv2' -Class";
            Some(format!(
                "{set} 'IIsSmtpDomain' -Arguments @{{Name={name}}}; \
                 {set} 'IIsSmtpDomainSetting' -Arguments @{{Name={name}; RouteAction={ALIAS}}}"
            ))
        }
        Action::RestartSmtp { .. } => Some("Restart-Service -Name 'SMTPSVC'".to_owned()),
        Action::SetService { service, .. } => {
            Some(format!("Set-Service -Name {} -StartupType Automatic", powershell::literal(service)?))
        }
        Action::StartService { service, .. } => Some(format!("Start-Service -Name {}", powershell::literal(service)?)),
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
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_.:/".contains(character);
    // A doubled quote is one quote to PowerShell and none to a POSIX shell; a hyphen in front makes an option of a word.
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
        for (name, node) in
            [("sharepoint.fabrikam.com", "sharepoint"), ("fabrikam.com", "."), ("a.b.fabrikam.com", "a.b")]
        {
            let expected = format!(
                "Add-DnsServerResourceRecordMX -ZoneName 'fabrikam.com' -Name '{node}' -MailExchange 'sp1.fabrikam.com' \
                 -Preference 10"
            );
            assert_eq!(command(&exchanger(name), USUAL_FILE), Some(expected));
        }
        let alias = |domain: &str| {
            command(&Action::AddAliasDomain { server: "sp1".into(), number: 2, domain: domain.into() }, USUAL_FILE)
        };
        assert_eq!(
            alias("x'y.com").as_deref(),
            Some(
                "Set-WmiInstance -Namespace 'root\\MicrosoftIISv2' -Class 'IIsSmtpDomain' -Arguments \
                 @{Name='SmtpSvc/2/Domain/x''y.com'}; Set-WmiInstance -Namespace 'root\\MicrosoftIISv2' -Class \
                 'IIsSmtpDomainSetting' -Arguments @{Name='SmtpSvc/2/Domain/x''y.com'; RouteAction=16}"
            )
        );
        assert_eq!(alias("x\ny.com"), None);
        let server = || "sp1".to_owned();
        let service = || "SMTPSVC".to_owned();
        for (action, expected) in [
            (Action::RestartSmtp { server: server() }, "Restart-Service -Name 'SMTPSVC'"),
            (
                Action::SetService { server: server(), service: service() },
                "Set-Service -Name 'SMTPSVC' -StartupType Automatic",
            ),
            (Action::StartService { server: server(), service: service() }, "Start-Service -Name 'SMTPSVC'"),
        ] {
            assert_eq!(command(&action, USUAL_FILE).as_deref(), Some(expected));
        }
        let set = |value: &str| command(&Action::set("incoming-email.drop-folder", value), USUAL_FILE);
        assert_eq!(set(r"C:\drop").as_deref(), Some(r"spinmail set incoming-email.drop-folder 'C:\drop'"));
        assert_eq!(set("it's"), None);
        assert_eq!(set("a\u{2019}b"), None);
        assert_eq!(set("a\nb"), None);
        let remove = command(&Action::unset("server.a b.role"), r"C:\farms\b.toml");
        assert_eq!(remove.as_deref(), Some(r"spinmail unset --file 'C:\farms\b.toml' 'server.a b.role'"));
    }
}
