//! Commands and replies on the wire (RFC 5321 4.2). The server may be slow, send too much, or not
//! speak SMTP at all.

use crate::facts::{Answer, Failure, FailureKind, SmtpStep};
use crate::probe::deadline::within;
use crate::probe::failure::from_io;
use crate::probe::stream::Duplex;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// The maximum number of bytes of a line that are kept: four times the limit for a line (RFC 5321
/// 4.5.3.1.5).
const MAX_LINE: usize = 2048;
/// The maximum number of bytes that are skipped of a longer line.
const MAX_SKIPPED: usize = 1 << 20;
/// The maximum number of lines of one reply.
const MAX_LINES: usize = 100;
/// The maximum number of bytes of one reply that are kept. For further lines, only the codes are
/// kept.
const MAX_REPLY: usize = 16 * 1024;
/// The mark after a truncated line.
const CUT: &str = "… (cut)";

/// A connection on which commands are sent and replies are read.
pub(super) struct Wire<Stream> {
    stream: BufReader<Stream>,
    limit: Duration,
}

impl<Stream: Duplex> Wire<Stream> {
    pub(super) fn new(stream: Stream, limit: Duration) -> Self {
        Self {
            stream: BufReader::new(stream),
            limit,
        }
    }

    /// Changes the timeout of a reply.
    pub(super) fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Waits for a reply and records it as a step.
    pub(super) async fn listen(&mut self, command: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        let reply = within(self.limit, read_reply(&mut self.stream)).await;
        let reply = reply.map_or_else(|error| Answer::Failed(failure(&error)), Answer::Known);
        let step = SmtpStep::new(command, reply);
        let code = step.code();
        steps.push(step);
        code
    }

    /// Sends a command, waits for its reply and returns the code.
    pub(super) async fn send(&mut self, command: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        // A second reply to the previous command would count as the reply to this one, and shift
        // all later replies.
        if !self.stream.buffer().is_empty() {
            let detail = "the previous command got more than one reply";
            let reply = Answer::failed(FailureKind::Malformed, detail);
            steps.push(SmtpStep::new(command, reply));
            return None;
        }
        let line = format!("{command}\r\n");
        let sent = within(self.limit, async {
            self.stream.write_all(line.as_bytes()).await?;
            self.stream.flush().await
        });
        match sent.await {
            Ok(()) => self.listen(command, steps).await,
            Err(error) => {
                steps.push(SmtpStep::new(command, Answer::Failed(failure(&error))));
                None
            }
        }
    }

    /// Returns the connection itself, if all received text was read. Text from before the handshake
    /// must not count as text from after it (CVE-2011-0411).
    pub(super) fn into_stream(self) -> Result<Stream, Failure> {
        match self.stream.buffer() {
            [] => Ok(self.stream.into_inner()),
            _ => Err(Failure::new(
                FailureKind::Malformed,
                "text follows the STARTTLS reply before the handshake",
            )),
        }
    }
}

fn failure(error: &io::Error) -> Failure {
    let failure = from_io(error);
    match failure.kind {
        FailureKind::Closed => failure.with_detail("the server closed the connection"),
        _ => failure,
    }
}

/// Reads the lines of a reply, without their line ends. Invalid UTF-8 is marked.
async fn read_reply<Stream: Duplex>(stream: &mut BufReader<Stream>) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut kept = 0;
    while lines.len() < MAX_LINES {
        let mut line = String::from_utf8_lossy(&read_line(stream).await?).into_owned();
        let continues = is_code(line.as_bytes()) && line.as_bytes().get(3) == Some(&b'-');
        if kept > MAX_REPLY {
            line = line.chars().take(4).chain(CUT.chars()).collect();
        }
        kept += line.len();
        lines.push(line);
        if !continues {
            return Ok(lines);
        }
    }
    // The rest would count as replies to the next commands.
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the reply is longer than {MAX_LINES} lines"),
    ))
}

/// Reads a line without its end. Bytes beyond [`MAX_LINE`] are skipped.
async fn read_line<Stream: Duplex>(stream: &mut BufReader<Stream>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut skipped = 0;
    loop {
        let chunk = stream.fill_buf().await?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let closed = chunk.is_empty();
        let kept = part.len().min(MAX_LINE - line.len());
        line.extend(part.iter().take(kept));
        skipped += part.len() - kept;
        let taken = part.len() + usize::from(end.is_some());
        stream.consume(taken);
        if end.is_some() {
            while line.last() == Some(&b'\r') {
                line.pop();
            }
            if skipped > 0 {
                line.extend(CUT.bytes());
            }
            return Ok(line);
        }
        // A program that is not an SMTP server may not end its lines, so the end is not waited for.
        // An incomplete reply does not count.
        if line.len() >= 4 && !is_code(&line) {
            return Ok(line);
        }
        if closed {
            return if line.is_empty() || is_code(&line) {
                Err(io::ErrorKind::UnexpectedEof.into())
            } else {
                Ok(line)
            };
        }
        if skipped > MAX_SKIPPED {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a line of the reply is too long",
            ));
        }
    }
}

/// Returns whether a line begins as every line of a reply does: three digits, then a space, a
/// hyphen or nothing.
fn is_code(line: &[u8]) -> bool {
    line.get(..3)
        .is_some_and(|code| code.iter().all(u8::is_ascii_digit))
        && matches!(line.get(3), None | Some(b' ' | b'-'))
}
