//! External programs: started without a shell, under a time limit, with bounded output.

use crate::probe::deadline::within;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeSet;
use std::io;
use std::process::Stdio;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// What a program printed, and whether it succeeded.
#[derive(Debug)]
pub(super) struct Printed {
    pub out: String,
    pub err: String,
    pub success: bool,
}

/// The most that is read of a program's output, in bytes. The largest security descriptor needs
/// less.
const MAX_OUTPUT: u64 = 1 << 18;

/// Runs a program with English output and without input. `secret` goes to it in the environment
/// variable `PASSWD`, and is hidden in what it prints.
///
/// # Errors
/// It cannot be started, takes too long, or prints too much.
pub(super) async fn run(
    program: &str,
    arguments: &[String],
    secret: Option<&str>,
    limit: Duration,
) -> io::Result<Printed> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env_remove("LANGUAGE");
    // Samba takes names and passwords from here too.
    for name in ["USER", "LOGNAME", "PASSWD", "PASSWD_FD", "PASSWD_FILE"] {
        command.env_remove(name);
    }
    // It gets the one password that it needs.
    for name in ["SPINMAIL_LDAP_PASSWORD", "SPINMAIL_SMB_PASSWORD"] {
        command.env_remove(name);
    }
    if let Some(secret) = secret {
        command.env("PASSWD", secret);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn()?;
    let _group = ProcessGroup::of(&child);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let (out, err) = tokio::try_join!(read(out), read(err))?;
        Ok(Printed {
            out: hidden(out, secret),
            err: hidden(err, secret),
            success: child.wait().await?.success(),
        })
    };
    within(limit, work).await
}

/// A program and all that it has started, which end with this.
struct ProcessGroup(Option<Pid>);

/// The groups that run. A program in a group of its own does not get the terminal's Ctrl-C.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

impl ProcessGroup {
    /// Returns the group that a program was started in, as its leader.
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(id) = id {
            end_all_at_interrupt();
            let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
            groups.insert(id.as_raw_pid());
        }
        Self(id)
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let Some(id) = self.0 else {
            return;
        };
        // Usually there is nothing left of it.
        let _ = kill_process_group(id, Signal::KILL);
        let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        groups.remove(&id.as_raw_pid());
    }
}

/// Ends the groups that run, and then this program, when the terminal interrupts it.
fn end_all_at_interrupt() {
    /// The status of a program that was interrupted, as shells show it: 128, and the signal's number.
    const INTERRUPTED: i32 = 130;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The wizard has a handler already, and then its own one counts.
        let _ = ctrlc::set_handler(|| {
            let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
            for id in groups.iter().filter_map(|id| Pid::from_raw(*id)) {
                let _ = kill_process_group(id, Signal::KILL);
            }
            std::process::exit(INTERRUPTED);
        });
    });
}

/// Removes the secret from a program's output.
fn hidden(text: String, secret: Option<&str>) -> String {
    match secret {
        Some(secret) if !secret.is_empty() => text.replace(secret, "***"),
        _ => text,
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
    fn all_that_a_program_started_ends_at_the_deadline() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pid");
        let script = format!("sleep 300 & echo $! > '{}'; wait", file.display());
        let error = run_shell(&script, Duration::from_millis(500)).expect_err("a timeout");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let id = std::fs::read_to_string(file).expect("the child's id");
        let status = format!("/proc/{}/stat", id.trim());
        // Without a parent, what was killed may be a zombie for a while.
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
    fn program_gets_its_own_secret_only() {
        let printed = run_shell(
            "env | grep -cE '^SPINMAIL_(LDAP|SMB)_PASSWORD='; echo $PASSWD",
            Duration::from_secs(5),
        );
        assert_eq!(printed.expect("its output").out, "0\n***\n");
    }
}
