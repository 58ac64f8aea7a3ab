//! Other people's programs: started without a shell, under a deadline, and read to a limit.

use crate::probe::deadline::within;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// What a program printed, and whether it called that a success.
#[derive(Debug)]
pub struct Printed {
    pub out: String,
    pub err: String,
    pub success: bool,
}

/// The most that is read of what a program prints, in bytes; the largest list of permissions takes
/// less.
const MOST: u64 = 1 << 18;

/// Runs a program. It is not asked anything, and its words are English.
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
        // Whatever it makes of the secret, nobody reads it here.
        let hidden = |text: String| match secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => text.replace(secret, "***"),
            None => text,
        };
        Ok(Printed {
            out: hidden(out),
            err: hidden(err),
            success: child.wait().await?.success(),
        })
    };
    within(limit, work).await
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let Some(pipe) = pipe else {
        return Ok(String::new());
    };
    let mut bytes = Vec::new();
    pipe.take(MOST + 1).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other(format!(
            "it printed more than {MOST} bytes"
        )));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
