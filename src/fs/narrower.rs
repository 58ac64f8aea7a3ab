//! Checks whether one DACL grants nothing beyond another.

use windows_security::descriptor::{Effect, flags};
use windows_security::{Ace, AclPart};

/// Returns whether a DACL certainly grants no one more than another: it is equal, or it lacks ACEs
/// that grant. Whether an ACE was inherited makes no difference for access.
pub(super) fn is_no_wider(dacl: &AclPart, than: &AclPart) -> bool {
    let (aces, wider) = match (dacl, than) {
        (_, AclPart::Null) => return true,
        (AclPart::Present(dacl), AclPart::Present(than)) => (&dacl.aces, &than.aces),
        (AclPart::Null | AclPart::Absent, _) | (_, AclPart::Absent) => return false,
    };
    // The order matters: a deny ACE that comes later may deny less.
    let mut aces = aces.iter().map(stripped).peekable();
    for ace in wider.iter().map(stripped) {
        if aces.next_if_eq(&ace).is_none() && ace.effect() != Effect::Allow {
            return false;
        }
    }
    aces.next().is_none()
}

/// Returns an ACE without the flag INHERITED.
fn stripped(ace: &Ace) -> Ace {
    let mut ace = ace.clone();
    ace.flags &= !flags::INHERITED;
    ace
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_security::{sddl, sid::Domains};

    #[test]
    fn narrower_dacl_may_only_lack_granting_aces() {
        let dacl = |text: &str| sddl::read(text, &Domains::default()).expect(text).dacl;
        for (new, old, is_no_wider_one) in [
            ("D:(A;ID;FA;;;BA)", "D:(A;ID;FA;;;BA)", true),
            ("D:(A;ID;FA;;;BA)", "D:P(A;;FA;;;BA)", true),
            (
                "D:(A;ID;FA;;;BA)(A;ID;FA;;;SY)",
                "D:AI(A;;FR;;;BU)(A;ID;FA;;;BA)(A;ID;FA;;;SY)",
                true,
            ),
            ("D:", "D:P(A;;FA;;;BA)", true),
            ("D:(A;ID;FA;;;BA)", "D:NO_ACCESS_CONTROL", true),
            // Access that was denied would be granted.
            ("D:(A;ID;FA;;;BA)(A;ID;FR;;;BU)", "D:P(A;;FA;;;BA)", false),
            ("D:(A;ID;FA;;;WD)", "D:P(D;;FA;;;BG)(A;ID;FA;;;WD)", false),
            (
                "D:(A;ID;FA;;;WD)(D;ID;FA;;;BG)",
                "D:P(D;;FA;;;BG)(A;ID;FA;;;WD)",
                false,
            ),
            ("D:(A;ID;FA;;;BA)", "D:P(A;;FR;;;BA)", false),
            ("D:NO_ACCESS_CONTROL", "D:(A;;FA;;;BA)", false),
            ("D:(A;ID;FA;;;BA)", "O:BA", false),
        ] {
            assert_eq!(
                is_no_wider(&dacl(new), &dacl(old)),
                is_no_wider_one,
                "{new} {old}"
            );
        }
    }
}
