//! PowerShell's quoting.

/// The characters that PowerShell takes as single quotes.
const SINGLE_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

pub(super) fn is_single_quote(character: char) -> bool {
    SINGLE_QUOTES.contains(&character)
}

/// Returns a text as a single-quoted literal, in which PowerShell expands nothing, or `None` if it
/// has control or direction characters, which could disguise the command.
pub(super) fn literal(text: &str) -> Option<String> {
    if text.chars().any(crate::text::is_unsafe) {
        return None;
    }
    let mut quoted = String::from("'");
    for character in text.chars() {
        quoted.push(character);
        if is_single_quote(character) {
            quoted.push(character);
        }
    }
    quoted.push('\'');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::literal;
    use crate::remedy::{Action, DEFAULT_FARM_FILE, ShareRight, command};

    /// What would run in PowerShell, and what would end a literal.
    const HOSTILE: &str = "a'b\u{2019}; $(calc) `calc` | calc #";

    /// Returns a command without what PowerShell reads as single-quoted literals.
    fn outside_literals(command: &str) -> String {
        let parts: Vec<&str> = command.split(super::is_single_quote).collect();
        parts.into_iter().step_by(2).collect()
    }

    #[test]
    fn hostile_names_stay_within_literals() {
        let name = || HOSTILE.to_owned();
        let actions = [
            Action::AddMailExchanger {
                zone: name(),
                name: name(),
                exchange: name(),
                preference: 10,
            },
            Action::AddAliasDomain {
                server: name(),
                virtual_server: 1,
                domain: name(),
            },
            Action::MakeDomainAlias {
                server: name(),
                virtual_server: 1,
                domain: name(),
            },
            Action::SetService {
                server: name(),
                service: name(),
                automatic: true,
                running: true,
            },
            Action::GrantShare {
                server: name(),
                share: name(),
                account: name(),
                right: ShareRight::Change,
            },
        ];
        for action in actions {
            if let Some(command) = command(&action, DEFAULT_FARM_FILE) {
                let outside = outside_literals(&command);
                assert!(!outside.contains("calc"), "{command}");
            }
        }
    }

    #[test]
    fn every_quote_is_doubled() {
        assert_eq!(
            literal("a'b\u{2019}c").as_deref(),
            Some("'a''b\u{2019}\u{2019}c'")
        );
        assert_eq!(literal("$(calc)`").as_deref(), Some("'$(calc)`'"));
        assert_eq!(literal("a\u{202e}b"), None);
        assert_eq!(literal("a\r\nb"), None);
    }
}
