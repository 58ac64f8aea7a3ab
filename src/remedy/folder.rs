//! Rights on folders and shares, as commands for PowerShell.

use super::action::{FolderRight, ShareRight};
use super::powershell::literal;

/// Grants a right on a folder and on all that is made in it.
pub fn grant(folder: &str, account: &str, right: FolderRight) -> Option<String> {
    let letters = match right {
        FolderRight::FullControl => "F",
        FolderRight::Modify => "M",
        FolderRight::ReadAndExecute => "RX",
    };
    // Before a closing quote, a program would take a backslash for a sign that the quote is meant.
    let mut folder = folder.trim_end_matches(['\\', '/']).to_owned();
    if folder.ends_with(':') {
        folder.push_str("\\.");
    }
    // A quote would end the argument.
    if folder.contains('"') || account.contains('"') {
        return None;
    }
    Some(format!(
        "icacls {} /grant {}",
        literal(&folder)?,
        literal(&format!("{account}:(OI)(CI){letters}"))?
    ))
}

/// Grants a right in a share's own permissions.
pub fn grant_share(server: &str, share: &str, account: &str, right: ShareRight) -> Option<String> {
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
    fn grants() {
        let of = |folder: &str, account: &str| grant(folder, account, FolderRight::Modify);
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
                of(folder, account),
                Some(format!("icacls {expected}(OI)(CI)M'"))
            );
        }
        assert_eq!(of(r"C:\a", "a\"b"), None);
        assert_eq!(of("C:\\a\nb", "a"), None);
        assert_eq!(
            grant_share("fs", "drop", r"FABRIKAM\sp_farm", ShareRight::Change).as_deref(),
            Some(
                r"Grant-SmbShareAccess -CimSession 'fs' -Name 'drop' -AccountName 'FABRIKAM\sp_farm' -AccessRight Change -Force"
            )
        );
    }
}
