//! SIDs: which of them identify something, and what replaces them.

use super::names::Names;
use super::words::is_word_char;
use windows_security::Sid;

/// The SID of TrustedInstaller. It is made from a service's name, but every machine has the same.
const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

/// Returns the end of the SID that begins at `at` and its replacement, or `None` if none begins
/// there.
pub(super) fn sid_at(text: &str, at: usize, names: &Names<'_>) -> Option<(usize, String)> {
    let rest = text.get(at..).filter(|rest| rest.starts_with(['S', 's']))?;
    let length = rest
        .find(|letter: char| !letter.is_ascii_hexdigit() && !"sSxX-".contains(letter))
        .unwrap_or(rest.len());
    let found = rest.get(..length)?.trim_end_matches('-');
    // In a longer text a SID has at least two numbers, and ends there.
    let known: Sid = found
        .parse()
        .ok()
        .filter(|_| found.matches('-').count() > 2 || found.len() == text.len())?;
    let continues = rest
        .get(found.len()..)?
        .chars()
        .next()
        .is_some_and(is_word_char);
    (!continues).then(|| (at + found.len(), sid(&known, names).to_string()))
}

/// Returns replacements for the numbers of a SID, each after a hyphen.
fn other_numbers(numbers: &[&str], names: &Names<'_>) -> String {
    let whole = numbers.join("-");
    (0..numbers.len())
        .map(|at| format!("-{}", names.sid_number(&whole, at)))
        .collect()
}

/// Returns another SID. The SIDs of domains and of Azure identify an account (MS-DTYP 2.4.2), as do
/// those of logon sessions, capabilities and application packages, and those derived from the names
/// of services, application pools and virtual machines. A domain's SID keeps its last number. SIDs
/// that every machine has stay.
pub(super) fn sid(sid: &Sid, names: &Names<'_>) -> Sid {
    let text = sid.to_string();
    let numbers: Vec<&str> = text.split('-').skip(2).collect();
    let other = match numbers.as_slice() {
        ["5", "21", domain @ .., _] if domain == ["0"; 3] => return sid.clone(),
        ["5", "21", one, two, three, rest @ ..] => {
            let rest: String = rest.iter().map(|number| format!("-{number}")).collect();
            format!("S-1-5-21{}{rest}", other_numbers(&[one, two, three], names))
        }
        ["5", "5", session @ ..] => format!("S-1-5-5{}", other_numbers(session, names)),
        ["5", kind, name @ ..] if is_made_from_name(kind, name) && text != TRUSTED_INSTALLER => {
            format!("S-1-5-{kind}{}", other_numbers(name, names))
        }
        ["15", kind @ ("2" | "3"), rest @ ..] if rest.len() > 1 => {
            format!("S-1-15-{kind}{}", other_numbers(rest, names))
        }
        ["12", kind, rest @ ..] => format!("S-1-12-{kind}{}", other_numbers(rest, names)),
        _ => return sid.clone(),
    };
    other.parse().unwrap_or_else(|_| sid.clone())
}

/// Returns whether a SID of Windows is derived from the name of a service, a pool, a machine or a
/// session (`SECURITY_MIN_BASE_RID` to `SECURITY_MAX_BASE_RID`).
fn is_made_from_name(kind: &str, name: &[&str]) -> bool {
    let is_of_service = kind
        .parse()
        .is_ok_and(|kind: u32| (80..=111).contains(&kind));
    is_of_service && name.len() > 1 && name.iter().any(|number| *number != "0")
}
