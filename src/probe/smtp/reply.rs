//! Commands and replies on the wire (RFC 5321 4.2), from servers that may be slow, chatty or something else entirely.

use crate::facts::{Answer, SmtpStep};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// A line may have 512 bytes (RFC 5321 4.5.3.1.5); four times that is read, and no more.
const LONGEST_LINE: u64 = 2048;
/// Lines of one reply.
const MOST_LINES: usize = 100;

/// A connection that lines are read from.
pub struct Wire<Stream> {
    stream: BufReader<Stream>,
    limit: Duration,
}

/// Both directions of a connection.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<Stream: AsyncRead + AsyncWrite + Unpin + Send> Duplex for Stream {}

impl<Stream: Duplex> Wire<Stream> {
    pub fn new(stream: Stream, limit: Duration) -> Self {
        Self { stream: BufReader::new(stream), limit }
    }

    /// Waits for a reply and enters it as a step.
    pub async fn listen(&mut self, said: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        let reply = crate::probe::within(self.limit, read_reply(&mut self.stream)).await;
        let reply = reply.map_or_else(|error| Answer::Failed(why(&error)), Answer::Known);
        let step = SmtpStep { said: said.to_owned(), reply };
        let code = step.code();
        steps.push(step);
        code
    }

    /// Says a command and waits for its reply.
    pub async fn say(&mut self, command: &str, steps: &mut Vec<SmtpStep>) -> Option<u16> {
        let line = format!("{command}\r\n");
        let sent = crate::probe::within(self.limit, async {
            self.stream.write_all(line.as_bytes()).await?;
            self.stream.flush().await
        });
        match sent.await {
            Ok(()) => self.listen(command, steps).await,
            Err(error) => {
                steps.push(SmtpStep { said: command.to_owned(), reply: Answer::Failed(why(&error)) });
                None
            }
        }
    }

    /// The connection itself, when nothing that was already sent on it is still unread. Text that came before the
    /// handshake must not be taken for text that came through it (CVE-2011-0411).
    pub fn into_stream(self) -> Result<Stream, &'static str> {
        match self.stream.buffer() {
            [] => Ok(self.stream.into_inner()),
            _ => Err("text follows the STARTTLS reply before the handshake"),
        }
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "the server closed the connection".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The lines of a reply as they came, without their line ends; what is no UTF-8 is marked.
async fn read_reply<Stream: Duplex>(stream: &mut BufReader<Stream>) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        (&mut *stream).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        let goes_on = is_code(&text) && text.as_bytes().get(3) == Some(&b'-');
        lines.push(text);
        if !goes_on || lines.len() >= MOST_LINES {
            return Ok(lines);
        }
    }
}

/// Whether a line begins as every line of a reply does: three digits, then a blank, a hyphen or nothing.
fn is_code(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.get(..3).is_some_and(|code| code.iter().all(u8::is_ascii_digit))
        && matches!(bytes.get(3), None | Some(b' ' | b'-'))
}
