//! Tells the program which commit it was made of, and for which target. For Windows it also adds
//! the version, the icon and the manifest.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const COMMIT: &str = "SPINMAIL_COMMIT";
/// As many digits as tell commits apart for long.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    let commit = env::var(COMMIT)
        .ok()
        .or_else(of_work_tree)
        .or_else(of_package);
    let commit: Option<String> = commit.map(|commit| commit.trim().chars().take(DIGITS).collect());
    let commit = commit.filter(|digits| is_commit(digits));
    println!(
        "cargo::rustc-env={COMMIT}={}",
        commit.as_deref().unwrap_or("unknown")
    );
    println!(
        "cargo::rustc-env=SPINMAIL_TARGET={}",
        env::var("TARGET").as_deref().unwrap_or("unknown")
    );
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("windows") {
        add_resources(commit.as_deref());
    }
}

/// The manifest: long paths, the code page UTF-8, no elevation.
const MANIFEST: &str = "packaging/windows/spinmail.exe.manifest";
const ICON: &str = "packaging/windows/spinmail.ico";

/// Adds the manifest to the program, and with GNU's tools the version and the icon too.
fn add_resources(commit: Option<&str>) {
    for file in [MANIFEST, ICON] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-env-changed=WINDRES");
    let Some(root) = root() else { return };
    if env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("msvc") {
        println!("cargo::rustc-link-arg-bins=/MANIFEST:EMBED");
        let manifest = root.join(MANIFEST);
        println!(
            "cargo::rustc-link-arg-bins=/MANIFESTINPUT:{}",
            manifest.display()
        );
        return;
    }
    // The same sources make the same program.
    println!("cargo::rustc-link-arg-bins=-Wl,--no-insert-timestamp");
    match compile_resources(&root, commit) {
        Ok(object) => println!("cargo::rustc-link-arg-bins={}", object.display()),
        // The program works without; the package's build looks for them.
        Err(error) => println!("cargo::warning=no version and no manifest in the program: {error}"),
    }
}

/// Compiles the resources and returns the object file.
fn compile_resources(root: &Path, commit: Option<&str>) -> Result<PathBuf, String> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from);
    let out = out.ok_or("OUT_DIR is not set")?;
    let source = out.join("spinmail.rc");
    let object = out.join("spinmail.rc.o");
    fs::write(&source, resources(root, commit)).map_err(|error| error.to_string())?;
    let names = [
        env::var("WINDRES").ok(),
        Some("x86_64-w64-mingw32-windres".to_owned()),
        Some("windres".to_owned()),
    ];
    for name in names.into_iter().flatten() {
        let status = Command::new(&name)
            .args(["--codepage=65001", "--output-format=coff", "--input"])
            .arg(&source)
            .arg("--output")
            .arg(&object)
            .status();
        match status {
            Ok(status) if status.success() => return Ok(object),
            Ok(status) => return Err(format!("{name} ended with {status}")),
            // Another name may be there.
            Err(_) => {}
        }
    }
    Err("windres was not found (WINDRES names it)".to_owned())
}

/// Returns the source of the resources: the icon, the manifest, and the version.
fn resources(root: &Path, commit: Option<&str>) -> String {
    let of = |name: &str| env::var(name).unwrap_or_default();
    let version = of("CARGO_PKG_VERSION");
    let numbers = format!(
        "{},{},{},0",
        of("CARGO_PKG_VERSION_MAJOR"),
        of("CARGO_PKG_VERSION_MINOR"),
        of("CARGO_PKG_VERSION_PATCH")
    );
    let commit = commit.map_or_else(String::new, |commit| format!(" ({commit})"));
    let strings: String = [
        ("CompanyName", "The spinmail authors".to_owned()),
        (
            "FileDescription",
            "Checks incoming e-mail of SharePoint".to_owned(),
        ),
        ("FileVersion", version.clone()),
        ("InternalName", "spinmail".to_owned()),
        ("LegalCopyright", of("CARGO_PKG_LICENSE")),
        ("OriginalFilename", "spinmail.exe".to_owned()),
        ("ProductName", "spinmail".to_owned()),
        ("ProductVersion", format!("{version}{commit}")),
    ]
    .map(|(name, value)| format!("      VALUE \"{name}\", \"{}\"\n", quoted(&value)))
    .concat();
    let path = |name: &str| quoted(&root.join(name).display().to_string());
    let (icon, manifest) = (path(ICON), path(MANIFEST));
    // 1 is the first icon, 24 a manifest, 1 a program's. 0x0409 and 1200: English, UTF-16.
    format!(
        "1 ICON \"{icon}\"\n1 24 \"{manifest}\"\n1 VERSIONINFO\nFILEVERSION \
         {numbers}\nPRODUCTVERSION {numbers}\nFILEOS 0x40004\nFILETYPE 0x1\nBEGIN\n  BLOCK \
         \"StringFileInfo\"\n  BEGIN\n    BLOCK \"040904B0\"\n    \
         BEGIN\n{strings}    END\n  END\n  BLOCK \"VarFileInfo\"\n  BEGIN\n    VALUE \
         \"Translation\", 0x0409, 0x04B0\n  END\nEND\n"
    )
}

/// Returns a text as it stands between quotes in the source of resources.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\"\"")
}

/// Returns whether a text can be a commit's name.
fn is_commit(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|digit| digit.is_ascii_alphanumeric())
}

/// Returns the commit that is checked out, or `None` if this is not a work tree of its own.
fn of_work_tree() -> Option<String> {
    let root = root()?;
    root.join(".git").exists().then_some(())?;
    // The log grows with every commit and every change of branch.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&root, &["rev-parse", "--git-path", name]).map(|path| root.join(path));
        if let Some(path) = path.filter(|path| path.exists()) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    git(&root, &["rev-parse", "HEAD"])
}

/// The commit that `cargo package` has written down.
fn of_package() -> Option<String> {
    let text = fs::read_to_string(root()?.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    rest.split('"').nth(1).map(str::to_owned)
}

fn root() -> Option<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .output()
        .ok()?;
    let text = output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())
        .flatten()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
