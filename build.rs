//! Tells the program which commit it was made of, and for which target.

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
