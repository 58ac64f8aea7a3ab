//! Runs external programs without a shell, with a timeout and bounded output.

use crate::probe::deadline::within;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// The output of a program, and whether it succeeded.
#[derive(Debug)]
pub(super) struct Printed {
    pub out: String,
    pub err: String,
    pub success: bool,
}

/// The maximum size of a program's output, in bytes. The largest security descriptor is smaller.
const MAX_OUTPUT: u64 = 1 << 18;

/// Runs a program with English output and without input. The program gets `secret` in the
/// environment variable `PASSWD`. Its output may contain the secret: apply [`hidden`] before
/// showing it.
///
/// # Errors
/// Fails if the program cannot be started, takes too long, or prints too much.
pub(super) async fn run(
    program: &str,
    arguments: &[String],
    secret: Option<&str>,
    limit: Duration,
) -> io::Result<Printed> {
    let group = ProcessGroup::begin()?;
    let mut child = group
        .command(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .envs(secret.map(|secret| ("PASSWD", secret)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let (out, err) = tokio::try_join!(read(out), read(err))?;
        Ok(Printed {
            out,
            err,
            success: child.wait().await?.success(),
        })
    };
    within(limit, work).await
}

/// A process group of programs and their children. They end with this process, however it ends: the
/// group leader reads from a pipe whose other end this process holds, and ends the group when the
/// pipe closes.
struct ProcessGroup {
    id: Pid,
    /// Holds our end of the pipe. It is not waited for before the end, so that its process id is
    /// not reused.
    _leader: Child,
}

impl ProcessGroup {
    /// Starts a group with only the leader.
    ///
    /// # Errors
    /// Fails if there is no shell.
    fn begin() -> io::Result<Self> {
        const SHELL: &str = "/bin/sh";
        let leader = Command::new(SHELL)
            .args(["-c", "read -r nothing; kill -s KILL 0"])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("{SHELL}: {error}")))?;
        let id = leader.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Ok(Self {
            id: id.ok_or_else(|| io::Error::other(format!("{SHELL} has no process id")))?,
            _leader: leader,
        })
    }

    /// Returns a command in the group, without input and without the secrets in our own
    /// environment.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in OWN_VARIABLES {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::null())
            .process_group(self.id.as_raw_pid())
            .kill_on_drop(true);
        command
    }
}

/// Environment variables that a program does not get: Samba's names and passwords, other programs'
/// passwords, and a language other than English.
const OWN_VARIABLES: [&str; 8] = [
    "USER",
    "LOGNAME",
    "PASSWD",
    "PASSWD_FD",
    "PASSWD_FILE",
    "SPINMAIL_LDAP_PASSWORD",
    "SPINMAIL_SMB_PASSWORD",
    "LANGUAGE",
];

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let _ = kill_process_group(self.id, Signal::KILL);
    }
}

/// Removes the secret from a program's output, to show it. The result must not be parsed, because a
/// name may be equal to the secret.
pub(super) fn hidden(text: &str, secret: Option<&str>) -> String {
    match secret {
        Some(secret) if !secret.is_empty() => text.replace(secret, "***"),
        _ => text.to_owned(),
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let Some(pipe) = pipe else {
        return Ok(String::new());
    };
    let mut bytes = Vec::new();
    pipe.take(MAX_OUTPUT + 1).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 > MAX_OUTPUT {
        return Err(io::Error::other(format!(
            "it printed more than {MAX_OUTPUT} bytes"
        )));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_shell(script: &str, limit: Duration) -> io::Result<Printed> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let arguments = ["-c".to_owned(), script.to_owned()];
        let runtime = runtime.expect("a runtime");
        runtime.block_on(run("sh", &arguments, Some("geheim"), limit))
    }

    #[test]
    fn a_program_and_its_children_end_at_the_deadline() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pid");
        let script = format!("sleep 300 & echo $! > '{}'; wait", file.display());
        let error = run_shell(&script, Duration::from_millis(500)).expect_err("a timeout");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let id = std::fs::read_to_string(file).expect("the child's id");
        let status = format!("/proc/{}/stat", id.trim());
        // Without a parent, a killed process may be a zombie for a while.
        let is_running = || {
            std::fs::read_to_string(&status)
                .is_ok_and(|status| !status.contains(") Z ") && !status.contains(") X "))
        };
        for _ in 0..100 {
            if !is_running() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{id} is still running");
    }

    #[test]
    fn secret_is_passed_to_the_program_and_hidden_in_shown_output() {
        let script = "test \"$PASSWD\" = geheim && echo it is $PASSWD";
        let printed = run_shell(script, Duration::from_secs(5)).expect("its output");
        // A name that is equal to the secret is still read.
        assert_eq!(printed.out, "it is geheim\n");
        assert_eq!(hidden(&printed.out, Some("geheim")), "it is ***\n");
        for secret in [None, Some("")] {
            assert_eq!(hidden("it is geheim", secret), "it is geheim");
        }
    }
}
