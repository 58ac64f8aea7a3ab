//! Describes descriptors and access decisions in words.

use super::access::{DecidedBy, Decision, Uncertainty, UncertaintyCause};
use super::descriptor::{ace_type, control, flags};
use super::directory::guid_name;
use super::rights::MaskKind;
use super::{Ace, AceBody, Descriptor, Guid, Permission, Trustee};

/// Returns the trustee's Windows name with its SID, or whichever of the two is known.
pub fn trustee(trustee: &Trustee) -> String {
    match (trustee, trustee.name()) {
        (Trustee::Alias(alias), _) => {
            format!("{} of an unknown domain ({})", alias.name, alias.alias)
        }
        (Trustee::Sid(sid), Some(name)) => format!("{name} ({sid})"),
        (Trustee::Sid(sid), None) => sid.to_string(),
    }
}

/// Returns the trustee's name alone if it identifies the trustee, otherwise the same as
/// [`trustee`].
pub fn short_trustee(who: &Trustee) -> String {
    match (who, who.name()) {
        (Trustee::Sid(sid), Some(name)) if sid.domain().is_none() => name.to_owned(),
        _ => trustee(who),
    }
}

/// Returns the effect of an ACE: `allow`, `deny`, or the name of its type.
pub fn ace_kind(ace: &Ace) -> String {
    match ace_type(ace.code) {
        Some(row) => row
            .name
            .replace("-callback", " conditionally")
            .replace('-', " "),
        None => format!("type {:#x}", ace.code),
    }
}

/// Returns the objects that an ACE applies to, in the terms of the dialogue's column "Applies to".
pub fn applies_to(ace: &Ace, kind: MaskKind) -> String {
    let inherited = ace
        .permission()
        .and_then(|permission| permission.object)
        .and_then(|object| object.inherited);
    let below = match kind {
        MaskKind::File => match (
            ace.has(flags::CONTAINER_INHERIT),
            ace.has(flags::OBJECT_INHERIT),
        ) {
            (true, true) => Some("subfolders and files".to_owned()),
            (true, false) => Some("subfolders".to_owned()),
            (false, true) => Some("files".to_owned()),
            (false, false) => None,
        },
        MaskKind::Directory => ace.has(flags::CONTAINER_INHERIT).then(|| match inherited {
            Some(class) => format!("{} objects in it", guid_text(class)),
            None => "all objects in it".to_owned(),
        }),
    };
    let this = if kind == MaskKind::File {
        "this folder"
    } else {
        "this object"
    };
    let joint =
        if kind == MaskKind::File && below.as_ref().is_some_and(|below| below.contains(" and ")) {
            ", "
        } else {
            " and "
        };
    let reach = match (below, ace.has(flags::INHERIT_ONLY)) {
        (Some(below), true) => format!("{below} only"),
        (Some(below), false) => format!("{this}{joint}{below}"),
        (None, true) => "nothing".to_owned(),
        (None, false) => format!("{this} only"),
    };
    if ace.has(flags::NO_PROPAGATE) {
        format!("{reach}, one level deep")
    } else {
        reach
    }
}

/// Returns the rights of an ACE in words, with their mask and object type.
pub fn ace_rights(ace: &Ace, kind: MaskKind) -> String {
    let AceBody::Permission(Permission { mask, object, .. }) = &ace.body else {
        return "not known".to_owned();
    };
    let words = format!("{} ({mask:#x})", kind.words(*mask));
    match object.and_then(|object| object.object) {
        Some(guid) => format!("{words} for {}", guid_text(guid)),
        None => words,
    }
}

fn guid_text(guid: Guid) -> String {
    guid_name(guid).map_or_else(|| guid.to_string(), str::to_owned)
}

/// Describes an ACE in one phrase: `deny Everyone: delete (0x10000)`.
pub fn ace(ace: &Ace, kind: MaskKind) -> String {
    let who = ace
        .permission()
        .map(|permission| format!(" {}", short_trustee(&permission.trustee)))
        .unwrap_or_default();
    format!("{}{who}: {}", ace_kind(ace), ace_rights(ace, kind))
}

/// Describes the reason of a decision in a phrase: `ACE 2, deny Everyone: delete (0x10000)`.
pub fn decision(decision: &Decision, descriptor: &Descriptor, kind: MaskKind) -> String {
    match decision.by {
        DecidedBy::Ace(at) => ace_at(at, descriptor, kind),
        DecidedBy::Owner => format!("the owner always may: {}", kind.words(decision.mask)),
        DecidedBy::NullDacl => "NULL DACL: everyone has full control".to_owned(),
        DecidedBy::NoAce => format!("no ACE grants: {}", kind.words(decision.mask)),
    }
}

fn ace_at(at: usize, descriptor: &Descriptor, kind: MaskKind) -> String {
    let found = descriptor.dacl.aces().get(at);
    let phrase = found
        .map(|found| format!(", {}", ace(found, kind)))
        .unwrap_or_default();
    format!("ACE {}{phrase}", at + 1)
}

/// Describes the cause of an uncertainty in a sentence without its full stop.
pub fn uncertainty(uncertainty: &Uncertainty, descriptor: &Descriptor, kind: MaskKind) -> String {
    match &uncertainty.cause {
        UncertaintyCause::NoDacl => "the DACL is not in this descriptor".to_owned(),
        UncertaintyCause::NoOwner => {
            "the owner is not in this descriptor, and an owner may always read and change the \
             permissions"
                .to_owned()
        }
        UncertaintyCause::OwnerMembership(sid) => {
            format!(
                "whether the account is the owner, or in the owning group, is not known: {}",
                trustee(&sid.clone().into())
            )
        }
        UncertaintyCause::Membership(at, _) => format!(
            "whether the account is in the group is not known: {}",
            ace_at(*at, descriptor, kind)
        ),
        UncertaintyCause::Domain(Some(at), letters) => format!(
            "the domain of `{letters}` is not \
            known: {}",
            ace_at(*at, descriptor, kind)
        ),
        UncertaintyCause::Domain(None, letters) => format!(
            "the domain of the owner `{letters}` is \
            not known"
        ),
        UncertaintyCause::Condition(at) => format!(
            "it depends on a condition: {}",
            ace_at(*at, descriptor, kind)
        ),
        UncertaintyCause::Type(at, code) => format!(
            "the effect of ACE type {code:#x} is not \
            known: ACE {}",
            at + 1
        ),
        UncertaintyCause::ObjectOnFile(at) => {
            format!(
                "it denies rights on an object type, which files may or may not observe: {}",
                ace_at(*at, descriptor, kind)
            )
        }
        UncertaintyCause::ObjectType(at) => format!(
            "it may be for another object class or \
            attribute: {}",
            ace_at(*at, descriptor, kind)
        ),
        UncertaintyCause::CentralPolicy(_) => {
            "a central access policy may remove rights (the SACL \
            names one)"
                .to_owned()
        }
        UncertaintyCause::Label(_) => {
            "an integrity label above medium may remove rights (the SACL \
            has one)"
                .to_owned()
        }
        UncertaintyCause::CreatorDefaults => {
            "nothing is inherited, and what its creator then grants to administrators is not \
             documented"
                .to_owned()
        }
    }
}

/// Returns the index of the DACL's ACE that caused an uncertainty, or `None` if no ACE did.
pub fn uncertain_ace(cause: &UncertaintyCause) -> Option<usize> {
    match cause {
        UncertaintyCause::Membership(at, _)
        | UncertaintyCause::Domain(Some(at), _)
        | UncertaintyCause::Condition(at)
        | UncertaintyCause::Type(at, _) => Some(*at),
        UncertaintyCause::ObjectOnFile(at) | UncertaintyCause::ObjectType(at) => Some(*at),
        UncertaintyCause::NoDacl
        | UncertaintyCause::NoOwner
        | UncertaintyCause::OwnerMembership(_)
        | UncertaintyCause::Domain(None, _) => None,
        UncertaintyCause::CentralPolicy(_)
        | UncertaintyCause::Label(_)
        | UncertaintyCause::CreatorDefaults => None,
    }
}

/// Describes the control bits of the DACL.
pub fn dacl_control(bits: u16) -> Vec<&'static str> {
    let words = [
        (control::DACL_PROTECTED, "protected, inherits nothing (P)"),
        (control::DACL_AUTO_INHERITED, "the flag AI is set"),
        (control::DACL_INHERIT_REQUIRED, "the flag AR is set"),
    ];
    words
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, word)| word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::access::{Target, effective};
    use super::super::testing::*;
    use super::*;

    #[test]
    fn aces_are_described_in_words() {
        for (text, words, reach) in [
            (
                "(A;OICI;0x1301bf;;;T)",
                format!("allow {TIMER}: Modify (0x1301bf)"),
                "this folder, subfolders and files",
            ),
            (
                "(D;CI;SD;;;WD)",
                "deny Everyone: delete (0x10000)".into(),
                "this folder and subfolders",
            ),
            (
                "(A;OI;FA;;;BA)",
                "allow BUILTIN\\Administrators: Full control (0x1f01ff)".into(),
                "this folder and files",
            ),
            (
                "(A;OICIIO;GA;;;CO)",
                "allow CREATOR OWNER: Full control (0x10000000)".into(),
                "subfolders and files only",
            ),
            (
                "(A;CIIO;FR;;;DA)",
                "allow Domain Admins of an unknown domain (DA): Read (0x120089)".into(),
                "subfolders only",
            ),
            (
                "(A;OIIONP;FR;;;SY)",
                "allow NT AUTHORITY\\SYSTEM: Read (0x120089)".into(),
                "files only, one level deep",
            ),
            (
                "(A;;FR;;;SY)",
                "allow NT AUTHORITY\\SYSTEM: Read (0x120089)".into(),
                "this folder only",
            ),
            (
                "(A;IO;FR;;;SY)",
                "allow NT AUTHORITY\\SYSTEM: Read (0x120089)".into(),
                "nothing",
            ),
        ] {
            let descriptor = sd(&format!("D:{text}"));
            let found = &descriptor.dacl.aces()[0];
            assert_eq!(
                (
                    ace(found, MaskKind::File),
                    applies_to(found, MaskKind::File)
                ),
                (words, reach.to_owned())
            );
        }
        let wizard = super::super::binary::read(&from_hex(WIZARD)).unwrap();
        let phrases: Vec<[String; 2]> = wizard
            .dacl
            .aces()
            .iter()
            .map(|one| {
                [
                    ace(one, MaskKind::Directory),
                    applies_to(one, MaskKind::Directory),
                ]
            })
            .collect();
        assert_eq!(
            phrases[0],
            [
                "allow object S-1-5-21-1-2-3-1101: Full control (0x10000000)",
                "user objects in it only"
            ]
        );
        let rights = "create child objects, delete child objects (0x3) for user";
        assert_eq!(
            phrases[1],
            [
                &format!("allow object S-1-5-21-1-2-3-1101: {rights}"),
                "this object and all objects in it"
            ]
        );
    }

    #[test]
    fn trustees_are_described_in_words() {
        assert_eq!(
            trustee(&sid("S-1-5-18").into()),
            "NT AUTHORITY\\SYSTEM (S-1-5-18)"
        );
        assert_eq!(trustee(&sid(TIMER).into()), TIMER);
        assert_eq!(
            short_trustee(&sid("S-1-5-21-1-2-3-513").into()),
            "Domain Users (S-1-5-21-1-2-3-513)"
        );
        assert_eq!(
            trustee(&sd("O:DA").owner.unwrap()),
            "Domain Admins of an unknown domain (DA)"
        );
    }

    #[test]
    fn verdicts_are_described_in_words() {
        let descriptor = sd("O:BAD:(D;;SD;;;WD)(A;;0x1301bf;;;T)");
        let rights = effective(&descriptor, &token(TIMER, &[]), &Target::FILE);
        let said: Vec<String> = rights
            .decisions
            .iter()
            .map(|one| decision(one, &descriptor, MaskKind::File))
            .collect();
        assert_eq!(
            said,
            [
                "ACE 1, deny Everyone: delete (0x10000)".to_owned(),
                format!("ACE 2, allow {TIMER}: Modify (0x1301bf)"),
                "no ACE grants: delete subfolders and files, change permissions, take ownership"
                    .to_owned(),
            ]
        );
        let doubtful = sd("D:(XA;;0x2;;;T;(a))");
        let rights = effective(&doubtful, &token(TIMER, &[]), &Target::FILE);
        let said: Vec<String> = rights
            .uncertainties
            .iter()
            .map(|one| uncertainty(one, &doubtful, MaskKind::File))
            .collect();
        assert_eq!(
            said,
            [
                "the owner is not in this descriptor, and an owner may always read and change the \
                 permissions"
                    .to_owned(),
                format!(
                    "it depends on a condition: ACE 1, allow conditionally {TIMER}: create files \
                     / write data (0x2)"
                ),
            ]
        );
    }
}
