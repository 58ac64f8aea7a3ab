//! Rights on folders and shares: commands for PowerShell.

use super::action::{FolderRight, ShareRight};
use super::powershell::literal;

/// Returns the command that grants a right on a folder and on everything that is created in it.
pub(super) fn grant(folder: &str, account: &str, right: FolderRight) -> Option<String> {
    // A double quote would end the argument.
    if folder.contains('"') || account.contains('"') {
        return None;
    }
    Some(format!(
        "icacls {} /grant {}",
        literal(&without_trailing_backslash(folder))?,
        literal(&format!("{account}:(OI)(CI){}", icacls_right(right)))?
    ))
}

/// Returns the command that takes out what a folder grants accounts. Inherited entries are made its
/// own first, as they cannot be taken out otherwise.
pub(super) fn revoke(folder: &str, accounts: &[String], inherited: bool) -> Option<String> {
    if folder.contains('"') {
        return None;
    }
    let folder = literal(&without_trailing_backslash(folder))?;
    let accounts: Option<Vec<String>> = accounts.iter().map(|account| literal(account)).collect();
    let remove = format!("icacls {folder} /remove:g {}", accounts?.join(" "));
    Some(match inherited {
        true => format!("icacls {folder} /inheritance:d; {remove}"),
        false => remove,
    })
}

/// Returns the path in a form that can stand before a closing quote: programs read `\"` as a quote
/// that belongs to the argument.
fn without_trailing_backslash(folder: &str) -> String {
    let folder = folder.trim_end_matches(['\\', '/']);
    if folder.ends_with(':') {
        // `D:` alone would be the current folder of the drive.
        format!("{folder}\\.")
    } else {
        folder.to_owned()
    }
}

fn icacls_right(right: FolderRight) -> &'static str {
    match right {
        FolderRight::FullControl => "F",
        FolderRight::Modify => "M",
        FolderRight::ReadAndExecute => "RX",
    }
}

/// Returns the command that grants a right in a share's own permissions.
pub(super) fn grant_share(
    server: &str,
    share: &str,
    account: &str,
    right: ShareRight,
) -> Option<String> {
    let right = match right {
        ShareRight::Change => "Change",
        ShareRight::Read => "Read",
    };
    let [server, share, account] = [literal(server)?, literal(share)?, literal(account)?];
    Some(format!(
        "Grant-SmbShareAccess -CimSession {server} -Name {share} -AccountName {account} \
         -AccessRight {right} -Force"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_and_account_are_quoted() {
        for (folder, account, expected) in [
            (
                r"C:\inetpub\mailroot\drop\",
                r"FABRIKAM\sp_farm",
                r"'C:\inetpub\mailroot\drop' /grant 'FABRIKAM\sp_farm:",
            ),
            (r"D:\", "*S-1-5-20", r"'D:\.' /grant '*S-1-5-20:"),
            (
                r"\\fs\o'neil",
                r"O'NEIL\x",
                r"'\\fs\o''neil' /grant 'O''NEIL\x:",
            ),
        ] {
            assert_eq!(
                grant(folder, account, FolderRight::Modify),
                Some(format!("icacls {expected}(OI)(CI)M'"))
            );
        }
    }

    #[test]
    fn folder_or_account_that_cannot_be_quoted_is_not_offered() {
        assert_eq!(grant(r"C:\a", "a\"b", FolderRight::Modify), None);
        assert_eq!(grant("C:\\a\nb", "a", FolderRight::Modify), None);
    }

    #[test]
    fn share_is_granted_by_its_server() {
        assert_eq!(
            grant_share("fs", "drop", r"FABRIKAM\sp_farm", ShareRight::Change).as_deref(),
            Some(
                r"Grant-SmbShareAccess -CimSession 'fs' -Name 'drop' -AccountName 'FABRIKAM\sp_farm' -AccessRight Change -Force"
            )
        );
    }
}
