//! Runs the program as other users, in tests that run as root.

use crate::support::{Folder, Run, install};
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A user: the user id, the primary group and the supplementary groups.
#[derive(Debug, Clone, Copy)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
    pub groups: &'static str,
}

/// A copy of the program that every user can run.
pub struct Program {
    folder: Folder,
}

impl Program {
    pub fn new() -> Self {
        let folder = Folder::new();
        set_mode(&folder.path(""), 0o755);
        install(
            Path::new(env!("CARGO_BIN_EXE_spinmail")),
            &folder.path("spinmail"),
        );
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path("spinmail")
    }

    /// Runs the program as a user in a folder.
    pub fn run(&self, user: User, folder: &Path, arguments: &[&str]) -> Run {
        let mut command = as_user(user, self.path().as_os_str());
        command.args(arguments).current_dir(folder);
        Run::of(command.output().expect("setpriv runs"))
    }
}

/// Returns a command that runs as a user.
pub fn as_user(user: User, program: &OsStr) -> Command {
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={}", user.uid))
        .arg(format!("--regid={}", user.gid))
        .arg(format!("--groups={}", user.groups))
        .arg(program)
        .env("NO_COLOR", "1")
        .env_remove("SPINMAIL_FILE");
    command
}

/// Returns whether a user can open a file with `sh`'s redirection `<` or `>>`.
pub fn can(user: User, direction: &str, file: &Path) -> bool {
    let mut command = as_user(user, OsStr::new("sh"));
    command.args(["-c", &format!("true {direction} '{}'", file.display())]);
    command.output().expect("setpriv runs").status.success()
}

/// Returns whether a run completed, whatever it found.
pub fn is_done(run: &Run) -> bool {
    matches!(run.code, 0 | 1 | 3)
}

pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .expect("other permissions");
}
