//! Rights on folders and shares: commands for PowerShell.

use super::action::{FolderRight, ShareRight};
use super::powershell::literal;
use crate::farm::values::{FolderLocation, SharePath, path_on_drive};

/// Returns the command that grants a right on a folder and on everything that is created in it.
pub(super) fn grant(folder: &str, account: &str, right: FolderRight) -> Option<String> {
    let account = argument(account)?;
    let right = literal(&format!("{account}:(OI)(CI){}", icacls_right(right)))?;
    icacls(folder, &[format!("/grant {right}")])
}

/// Returns the command that takes out what a folder grants accounts. Inherited entries are made its
/// own first, as they cannot be taken out otherwise. There is no command for no account.
pub(super) fn revoke(folder: &str, accounts: &[String], inherited: bool) -> Option<String> {
    let accounts = accounts.iter().map(|account| literal(argument(account)?));
    let accounts = accounts.collect::<Option<Vec<String>>>()?;
    if accounts.is_empty() {
        return None;
    }
    let remove = format!("/remove:g {}", accounts.join(" "));
    match inherited {
        true => icacls(folder, &["/inheritance:d".to_owned(), remove]),
        false => icacls(folder, &[remove]),
    }
}

/// Returns the command that runs `icacls` on a folder, once for each of the changes.
///
/// A share may not let anyone change an ACL through it. So for a share the command runs on its
/// server, on the local path.
fn icacls(folder: &str, changes: &[String]) -> Option<String> {
    let (server, path) = match FolderLocation::from_text(folder) {
        FolderLocation::Share => {
            let (server, path) = local_path(&SharePath::from_text(folder)?)?;
            (Some(server), path)
        }
        FolderLocation::LocalDisk => {
            let path = path_on_drive(folder)?;
            (None, literal(&without_trailing_backslash(&path))?)
        }
    };
    let commands = changes
        .iter()
        .map(|change| format!("icacls {path} {change}"));
    let commands = commands.collect::<Vec<_>>().join("; ");
    Some(match server {
        Some(server) => format!("Invoke-Command -ComputerName {server} {{ {commands} }}"),
        None => commands,
    })
}

/// Returns a share's server, and an expression for the path that the folder has on it, or `None` if
/// the path may lead out of the share.
fn local_path(folder: &SharePath) -> Option<(String, String)> {
    if folder.below.iter().any(|name| name == "..") {
        return None;
    }
    let [server, share] = [literal(&folder.server)?, literal(&folder.share)?];
    let root = format!("(Get-SmbShare -Name {share}).Path");
    let path = match folder.below.join("\\").as_str() {
        "" => format!("({root})"),
        below => format!("(Join-Path {root} {})", literal(below)?),
    };
    Some((server, path))
}

/// Returns a word that can be an argument of a program: a double quote would end it.
fn argument(word: &str) -> Option<&str> {
    (!word.contains('"')).then_some(word)
}

/// Returns the path in a form that can stand before a closing quote: programs read `\"` as a quote
/// that belongs to the argument.
fn without_trailing_backslash(folder: &str) -> String {
    let folder = folder.trim_end_matches('\\');
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
                r"D:\o'neil",
                r"O'NEIL\x",
                r"'D:\o''neil' /grant 'O''NEIL\x:",
            ),
            (r"\\?\D:\Drop", "x", r"'D:\Drop' /grant 'x:"),
            ("d:/Mail/Drop/", "x", r"'d:\Mail\Drop' /grant 'x:"),
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
        assert_eq!(grant("drop", "a", FolderRight::Modify), None);
        assert_eq!(revoke(r"C:\a", &["a\"b".to_owned()], false), None);
        assert_eq!(revoke(r"C:\a", &[], false), None);
    }

    #[test]
    fn folder_of_share_is_changed_on_its_server() {
        for (folder, expected) in [
            (
                r"\\fs\o'neil",
                r"'fs' { icacls ((Get-SmbShare -Name 'o''neil').Path) /grant 'x:(OI)(CI)M' }",
            ),
            (
                r"\\fs\mail\in\drop\",
                r"'fs' { icacls (Join-Path (Get-SmbShare -Name 'mail').Path 'in\drop') /grant 'x:(OI)(CI)M' }",
            ),
            (
                "//fs/Drop",
                r"'fs' { icacls ((Get-SmbShare -Name 'Drop').Path) /grant 'x:(OI)(CI)M' }",
            ),
            (
                r"\\?\UNC\fs\drop\.\in",
                r"'fs' { icacls (Join-Path (Get-SmbShare -Name 'drop').Path 'in') /grant 'x:(OI)(CI)M' }",
            ),
        ] {
            assert_eq!(
                grant(folder, "x", FolderRight::Modify),
                Some(format!("Invoke-Command -ComputerName {expected}"))
            );
        }
        assert_eq!(
            revoke(r"\\fs\drop", &["*S-1-1-0".to_owned()], true).as_deref(),
            Some(
                "Invoke-Command -ComputerName 'fs' { icacls ((Get-SmbShare -Name 'drop').Path) /inheritance:d; icacls ((Get-SmbShare -Name 'drop').Path) /remove:g '*S-1-1-0' }"
            )
        );
        for folder in [r"\\fs", r"\\fs\drop\..\x"] {
            assert_eq!(grant(folder, "x", FolderRight::Modify), None, "{folder}");
        }
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
