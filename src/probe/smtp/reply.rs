//! Commands and replies on the wire (RFC 5321 4.2), from servers that may be slow, chatty or
//! something else entirely.

use crate::facts::{Answer, SmtpStep};
use crate::probe::deadline::within;
use crate::probe::stream::Duplex;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// A line may have 512 bytes (RFC 5321 4.5.3.1.5); four times that is kept.
const LONGEST_LINE: usize = 2048;
/// What is passed over of a line that is longer.
const MOST_PASSED_OVER: usize = 1 << 20;
/// Lines of one reply.
const MOST_LINES: usize = 100;

/// A connection that lines are read from.
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

    /// Changes how long a reply may take.
    pub(super) fn wait_up_to(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Waits for a reply and enters it as a step.
    pub(super) async fn listen(&mut self, said: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        let reply = within(self.limit, read_reply(&mut self.stream)).await;
        let reply = reply.map_or_else(|error| Answer::Failed(why(&error)), Answer::Known);
        let step = SmtpStep::new(said, reply);
        let code = step.code();
        steps.push(step);
        code
    }

    /// Says a command and waits for its reply.
    pub(super) async fn say(&mut self, command: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        // It would be taken for the reply to this command, and every later reply for that to the
        // next one.
        if !self.stream.buffer().is_empty() {
            let why = "more than one reply came to the command before".to_owned();
            steps.push(SmtpStep::new(command, Answer::Failed(why)));
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
                steps.push(SmtpStep::new(command, Answer::Failed(why(&error))));
                None
            }
        }
    }

    /// The connection itself, when nothing that was already sent on it is still unread. Text that
    /// came before the handshake must not be taken for text that came through it
    /// (CVE-2011-0411).
    pub(super) fn into_stream(self) -> Result<Stream, &'static str> {
        match self.stream.buffer() {
            [] => Ok(self.stream.into_inner()),
            _ => Err("text follows the STARTTLS reply before the handshake"),
        }
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::BrokenPipe => "the server closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

/// The lines of a reply as they came, without their line ends; what is no UTF-8 is marked.
async fn read_reply<Stream: Duplex>(stream: &mut BufReader<Stream>) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    while lines.len() < MOST_LINES {
        let line = String::from_utf8_lossy(&read_line(stream).await?).into_owned();
        let goes_on = is_code(line.as_bytes()) && line.as_bytes().get(3) == Some(&b'-');
        lines.push(line);
        if !goes_on {
            return Ok(lines);
        }
    }
    // Its rest would pass for the replies to what is said next.
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the reply does not end within {MOST_LINES} lines"),
    ))
}

/// A line without its end; of one that is longer than is kept, the rest is passed over.
async fn read_line<Stream: Duplex>(stream: &mut BufReader<Stream>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut passed_over = 0;
    loop {
        let chunk = stream.fill_buf().await?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let closed = chunk.is_empty();
        let kept = part.len().min(LONGEST_LINE - line.len());
        line.extend(part.iter().take(kept));
        passed_over += part.len() - kept;
        let taken = part.len() + usize::from(end.is_some());
        stream.consume(taken);
        if end.is_some() {
            while line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(line);
        }
        // What is no SMTP need not end its lines, so nobody waits for that; a reply that breaks off
        // is none.
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
        if passed_over > MOST_PASSED_OVER {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a line of the reply does not end",
            ));
        }
    }
}

/// Whether a line begins as every line of a reply does: three digits, then a blank, a hyphen or
/// nothing.
fn is_code(line: &[u8]) -> bool {
    line.get(..3)
        .is_some_and(|code| code.iter().all(u8::is_ascii_digit))
        && matches!(line.get(3), None | Some(b' ' | b'-'))
}
