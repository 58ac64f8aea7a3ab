//! Active Directory: commands for PowerShell.

use super::action::Grant;
use super::powershell::literal;
use crate::formats::dn::{Name, Part};

/// Returns the command that creates an organizational unit, or `None` if
/// `New-ADOrganizationalUnit` cannot.
pub fn create(name: &str) -> Option<String> {
    let name = Name::parse(name).ok().filter(Name::is_unit)?;
    // The command creates a unit of one name, in a domain that has a part for each label.
    let [leaf] = name.leaf() else { return None };
    let path = name.parent()?;
    if path.rdns().iter().flatten().any(is_whole_domain) {
        return None;
    }
    Some(format!(
        "New-ADOrganizationalUnit -Name {} -Path {}",
        literal(&leaf.value)?,
        literal(&path.to_string())?
    ))
}

fn is_whole_domain(part: &Part) -> bool {
    part.attribute.eq_ignore_ascii_case("DC") && part.value.contains('.')
}

/// Returns the `dsacls` command that adds an ACE which everything below the container inherits
/// (`/I:T`), or only objects of a class (`/I:S`).
pub fn grant(container: &str, account: &str, grant: Grant, class: Option<&str>) -> Option<String> {
    // `dsacls` ends the parts of its argument at `:` and `;`.
    if account.contains([':', ';', '"']) || container.contains('"') {
        return None;
    }
    let class = class.unwrap_or_default();
    let (inheritance, right) = match grant {
        Grant::Create => ("/I:T", format!("CC;{class}")),
        Grant::Delete => ("/I:T", format!("DC;{class}")),
        Grant::DeleteSubtree => ("/I:T", "DT".to_owned()),
        Grant::Change => ("/I:S", format!("WP;;{class}")),
    };
    let right = right.trim_end_matches(';');
    Some(format!(
        "dsacls {} {inheritance} /G {}",
        literal(container)?,
        literal(&format!("{account}:{right}"))?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_of_one_name_is_created() {
        assert_eq!(
            create(r"OU=Lists\, all,OU=Sales,DC=fabrikam,DC=com").as_deref(),
            Some("New-ADOrganizationalUnit -Name 'Lists, all' -Path 'OU=Sales,DC=fabrikam,DC=com'")
        );
        for name in [
            "CN=Users,DC=fabrikam,DC=com",
            "OU=a+OU=b,DC=fabrikam,DC=com",
            "OU=a,DC=fabrikam.com",
        ] {
            assert_eq!(create(name), None, "{name}");
        }
    }

    #[test]
    fn grant_names_right_class_and_inheritance() {
        for (right, class, expected) in [
            (
                Grant::Create,
                Some("contact"),
                r"dsacls 'OU=a,DC=x' /I:T /G 'X\sp:CC;contact'",
            ),
            (Grant::Delete, None, r"dsacls 'OU=a,DC=x' /I:T /G 'X\sp:DC'"),
            (
                Grant::DeleteSubtree,
                None,
                r"dsacls 'OU=a,DC=x' /I:T /G 'X\sp:DT'",
            ),
            (
                Grant::Change,
                Some("group"),
                r"dsacls 'OU=a,DC=x' /I:S /G 'X\sp:WP;;group'",
            ),
        ] {
            assert_eq!(
                grant("OU=a,DC=x", r"X\sp", right, class).as_deref(),
                Some(expected)
            );
        }
    }

    #[test]
    fn account_with_separator_is_not_offered() {
        assert_eq!(grant("OU=a,DC=x", "X:sp", Grant::Create, None), None);
    }
}
