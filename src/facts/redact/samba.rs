//! Lines that Samba's programs print about a descriptor.

use super::names::Names;
use super::numbers::is_number;
use super::sids::sid_at;
use super::text::{Mode, rewritten};

/// Words that `smbcacls --numeric` and `rpcclient` print in a descriptor.
const SAMBA_WORDS: [&str; 57] = [
    "REVISION",
    "CONTROL",
    "OWNER",
    "GROUP",
    "ACL",
    "netname",
    "remark",
    "path",
    "password",
    "type",
    "perms",
    "max_uses",
    "num_uses",
    "revision",
    "DACL",
    "SACL",
    "Num",
    "ACEs",
    "ACE",
    "flags",
    "Specific",
    "bits",
    "Permissions",
    "SID",
    "Owner",
    "Group",
    "ACCESS",
    "ALLOWED",
    "DENIED",
    "SYSTEM",
    "AUDIT",
    "ALARM",
    "OBJECT",
    "SEC_DESC_OWNER_DEFAULTED",
    "SEC_DESC_GROUP_DEFAULTED",
    "SEC_DESC_DACL_PRESENT",
    "SEC_DESC_DACL_DEFAULTED",
    "SEC_DESC_SACL_PRESENT",
    "SEC_DESC_SACL_DEFAULTED",
    "SEC_DESC_DACL_AUTO_INHERIT_REQ",
    "SEC_DESC_SACL_AUTO_INHERIT_REQ",
    "SEC_DESC_DACL_AUTO_INHERITED",
    "SEC_DESC_SACL_AUTO_INHERITED",
    "SEC_DESC_DACL_PROTECTED",
    "SEC_DESC_SACL_PROTECTED",
    "SEC_DESC_RM_CONTROL_VALID",
    "SEC_DESC_SELF_RELATIVE",
    "SEC_ACE_FLAG_OBJECT_INHERIT",
    "SEC_ACE_FLAG_CONTAINER_INHERIT",
    "SEC_ACE_FLAG_NO_PROPAGATE_INHERIT",
    "SEC_ACE_FLAG_INHERIT_ONLY",
    "SEC_ACE_FLAG_INHERITED_ACE",
    "SYNCHRONIZE_ACCESS",
    "WRITE_OWNER_ACCESS",
    "WRITE_DAC_ACCESS",
    "READ_CONTROL_ACCESS",
    "DELETE_ACCESS",
];

/// Returns a line of the output of Samba's programs about a descriptor with other SIDs. Words that
/// are not Samba's own are replaced.
pub(super) fn rewritten_samba_line(line: &str, names: &mut Names<'_>) -> String {
    // The redacted line, and the line without SIDs.
    let (mut other, mut words) = (String::new(), String::new());
    let mut at = 0;
    while let Some(letter) = line.get(at..).and_then(|rest| rest.chars().next()) {
        match sid_at(line, at, names) {
            Some((end, sid)) => {
                other.push_str(&sid);
                at = end;
            }
            None => {
                other.push(letter);
                words.push(letter);
                at += letter.len_utf8();
            }
        }
    }
    if is_samba_line(&words) {
        return other;
    }
    match line.split_once(':').filter(|(key, _)| is_samba_line(key)) {
        Some((key, value)) => format!("{key}:{}", rewritten(value, Mode::Names, names)),
        None => rewritten(line, Mode::Names, names),
    }
}

/// Returns whether a line consists of Samba's own words and of numbers.
fn is_samba_line(line: &str) -> bool {
    let mut words = line
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty());
    line.is_ascii()
        && words.all(|word| is_number(word) || is_hexadecimal(word) || SAMBA_WORDS.contains(&word))
}

fn is_hexadecimal(word: &str) -> bool {
    word.strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
