//! Recognizes the names that Windows uses for pipes and devices, not for files on a disk.

/// The names of devices that exist in every folder, with any extension.
const IN_EVERY_FOLDER: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// The names of devices that exist in every folder, followed by a number from 1 to 9.
const NUMBERED: [&str; 2] = ["COM", "LPT"];

/// The shares of every server that are not folders, and the name that could lead to them.
const NOT_FOLDERS: [&str; 4] = ["pipe", "mailslot", "IPC$", ".."];

/// Returns whether a path names a pipe or a device.
///
/// Source: *Naming Files, Paths, and Namespaces* in Microsoft's documentation of the file system.
pub(super) fn is_device(path: &str) -> bool {
    let path = path.replace('/', r"\");
    if let Some(rest) = without_prefix(&path, r"\\?\") {
        return !is_on_disk(rest);
    }
    if let Some(rest) = without_prefix(&path, r"\\.\") {
        return !is_on_disk(rest) || is_device_file(rest);
    }
    match path.strip_prefix(r"\\") {
        Some(share) => !is_folder_share(share),
        None => is_device_file(&path),
    }
}

fn without_prefix<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    // `\??\` is another spelling of `\\?\`.
    path.strip_prefix(prefix)
        .or_else(|| path.strip_prefix(r"\??\"))
}

/// Returns whether a path in the device namespace leads to a disk or to a share.
fn is_on_disk(path: &str) -> bool {
    // Windows can resolve `..` beyond the device: `C:\..\pipe\x` is `pipe\x`.
    if path.split('\\').any(|part| part == "..") {
        return false;
    }
    let (device, rest) = path.split_once('\\').unwrap_or((path, ""));
    match device.as_bytes() {
        [letter, b':'] => letter.is_ascii_alphabetic() && !rest.is_empty(),
        _ if device.eq_ignore_ascii_case("UNC") => is_folder_share(rest),
        _ => is_volume(device) && !rest.is_empty(),
    }
}

/// Returns whether a device is a volume: `Volume{GUID}`.
fn is_volume(device: &str) -> bool {
    let start = device.get(..7);
    start.is_some_and(|start| start.eq_ignore_ascii_case("Volume{")) && device.ends_with('}')
}

/// Returns whether `SERVER\SHARE\…` is in a share of folders.
fn is_folder_share(path: &str) -> bool {
    let parts = path.split('\\');
    let mut parts = parts.filter(|part| !matches!(*part, "" | "."));
    let share = parts.nth(1).unwrap_or_default();
    NOT_FOLDERS
        .iter()
        .all(|other| !share.eq_ignore_ascii_case(other))
}

/// Returns whether the last part of a path is a device name: `C:\farms\nul.toml` is NUL.
fn is_device_file(path: &str) -> bool {
    let name = path.rsplit('\\').next().unwrap_or_default();
    // A drive letter may precede a name without a folder.
    let name = match name.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => name.get(2..).unwrap_or_default(),
        _ => name,
    };
    let end = name.find(['.', ':']).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default().trim_end_matches(' ');
    let name = name.to_ascii_uppercase();
    IN_EVERY_FOLDER.contains(&&*name)
        || NUMBERED.iter().any(|device| {
            let mut number = name.strip_prefix(device).unwrap_or_default().chars();
            // Superscript digits count too.
            matches!(number.next(), Some('1'..='9' | '¹' | '²' | '³')) && number.next().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::is_device;

    #[test]
    fn pipes_and_devices_are_distinguished_from_files() {
        for path in [
            r"\\.\pipe\x",
            r"\\?\pipe\x",
            r"\??\pipe\x",
            r"//./pipe/x",
            r"\\.\PIPE\x",
            r"\\?\GLOBALROOT\Device\NamedPipe\x",
            r"\\.\PhysicalDrive0",
            r"\\.\C:",
            r"\\.\COM1",
            r"\\.\C:\NUL",
            r"\\.\C:\..\pipe\x",
            r"\\.\C:\farms\..\..\pipe\x",
            r"\\.\UNC\..\pipe\x",
            r"\\.\UNC\.\fs1\pipe\x",
            r"//?/C:/../pipe/x",
            r"\\fs1\..\pipe\x",
            r"\\fs1\.\pipe\x",
            r"\\fs1\pipe\x",
            r"\\fs1\IPC$\x",
            r"\\?\UNC\fs1\pipe\x",
            r"\\.\mailslot\x",
            "NUL",
            "nul",
            "con",
            "NUL:",
            "nul.toml",
            r"C:\farms\aux.toml",
            "farms/NUL .txt",
            "COM1",
            "C:com1",
            "LPT²",
            "CONIN$",
        ] {
            assert!(is_device(path), "{path}");
        }
        for path in [
            "farm.toml",
            "",
            r"C:\farms\farm.toml",
            "C:farm.toml",
            r"\\?\C:\farms\farm.toml",
            r"\\.\C:\farms\farm.toml",
            r"\\?\UNC\fs1\farms\farm.toml",
            r"\\?\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}\farm.toml",
            r"\\fs1\farms\pipe",
            r"\\fs1\farms\..\farm.toml",
            r"C:\farms\..\farm.toml",
            r"..\farm.toml",
            r"\\.\C:\farms\..farm.toml",
            r"\\fs1\pipes\farm.toml",
            "null.toml",
            "console",
            "COM",
            "COM0",
            "COM10",
            "com1x.toml",
            "ä.toml",
            "farms/NUL/farm.toml",
        ] {
            assert!(!is_device(path), "{path}");
        }
    }
}
