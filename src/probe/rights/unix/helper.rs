//! External programs: started without a shell, under a time limit, with bounded output.

use crate::probe::deadline::within;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// What a program printed, and whether it succeeded.
#[derive(Debug)]
pub struct Printed {
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
pub async fn run(
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
    if let Some(secret) = secret {
        command.env("PASSWD", secret);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn()?;
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
