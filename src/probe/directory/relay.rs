//! Relays messages between ldap3 and the network. Every message from a server is checked before
//! ldap3 gets it.
//!
//! ldap3 only accepts a stream of the operating system, so it gets one end of a local
//! [`pair`](pair()), and this task has the other.
//!
//! ldap3 stores received messages without a bound until they are read. So the relay counts the
//! memory of an answer: every entry, reference and result of a request together, and separately all
//! messages that answer no request. Exceeding a limit ends the conversation.

#[cfg(any(feature = "kerberos", test))]
mod sealed;
#[cfg(any(windows, feature = "kerberos"))]
mod tcp;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(feature = "kerberos")]
pub(crate) use sealed::{AnswerLimit, relay_sealed};
#[cfg(feature = "kerberos")]
pub(crate) use tcp::tcp_pair;

#[cfg(unix)]
pub(crate) use unix::{LOCAL_URL, pair};
#[cfg(windows)]
pub(crate) use windows::{LOCAL_URL, pair};

use super::error::DirectoryError;
use super::message::{MalformedMessage, Request, Response, memory_cost, message_length};
use crate::facts::FailureKind;
use crate::probe::stream::Duplex;
use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

/// The size of one read, in bytes.
const CHUNK: usize = 32 << 10;
/// The maximum memory of the answer to one request, in bytes. While a page is counted, the next one
/// arrives, so 64 MiB in total are possible. A thousand contacts take about 6 MiB.
const MAX_ANSWER: usize = 32 << 20;
/// The maximum size of the messages in a conversation that answer no request or are intermediate,
/// in bytes. Active Directory sends at most a notice of disconnection.
const MAX_UNASKED: usize = 1 << 20;

/// Why a relay has ended.
#[derive(Debug)]
pub(super) enum RelayEnd {
    /// One of the sides closed its connection.
    Closed,
    /// The server sent something that is not LDAP, or not an answer to an open request.
    Malformed,
    /// The server sent more for one request than this many bytes.
    TooLong(usize),
    /// The server sent too much unrequested data.
    Unasked,
    Broken(io::Error),
}

impl From<MalformedMessage> for RelayEnd {
    fn from(_: MalformedMessage) -> Self {
        Self::Malformed
    }
}

impl From<io::Error> for RelayEnd {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<RelayEnd> for DirectoryError {
    fn from(end: RelayEnd) -> Self {
        match end {
            RelayEnd::Closed => Self::closed(),
            RelayEnd::Malformed => Self::malformed(),
            RelayEnd::TooLong(most) => Self::no_answer(
                FailureKind::LimitExceeded,
                format!("one answer is larger than {} MiB", most >> 20),
            ),
            RelayEnd::Unasked => Self::no_answer(
                FailureKind::LimitExceeded,
                format!(
                    "it sends more than {} MiB of unrequested data",
                    MAX_UNASKED >> 20
                ),
            ),
            RelayEnd::Broken(error) => error.into(),
        }
    }
}

/// Passes on messages in both directions, until one side closes or a message is malformed.
pub(super) async fn relay(client: impl Duplex, server: impl Duplex) -> RelayEnd {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let open_requests = OpenRequests::default();
    tokio::select! {
        end = forward(from_client, to_server, |message| open_requests.add(message)) => end,
        end = forward(from_server, to_client, |message| open_requests.check(message)) => end,
    }
}

/// Whether a message is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passage {
    Pass,
    Drop,
}

/// The requests without a complete answer.
#[derive(Debug, Default)]
struct OpenRequests(Mutex<Counted>);

/// The counters of a conversation.
#[derive(Debug, Default)]
struct Counted {
    /// For each message id, what was requested, and the memory of the answer so far.
    open: HashMap<i32, (Request, usize)>,
    /// The number of bytes that answer no request.
    unasked: usize,
}

impl OpenRequests {
    /// Adds a request if it requires an answer.
    fn add(&self, message: &[u8]) -> Result<Passage, RelayEnd> {
        let (id, request) = Request::read(message)?;
        if request != Request::Other {
            let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            counted.open.insert(id, (request, 0));
        }
        Ok(Passage::Pass)
    }

    /// Checks the structure of a response, and whether it answers an open request. Responses to no
    /// request and intermediate ones are dropped, because the client ignores them.
    ///
    /// # Errors
    /// Fails if the response is malformed, or if too much was sent.
    fn check(&self, message: &[u8]) -> Result<Passage, RelayEnd> {
        let (id, response) = Response::read(message)?;
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Counted { open, unasked } = &mut *counted;
        let (request, cost) = match (open.get_mut(&id), &response) {
            (None, _) | (Some(_), Response::Intermediate) => {
                *unasked += message.len();
                return if *unasked > MAX_UNASKED {
                    Err(RelayEnd::Unasked)
                } else {
                    Ok(Passage::Drop)
                };
            }
            (Some(request), _) => request,
        };
        *cost += memory_cost(message);
        if *cost > MAX_ANSWER {
            return Err(RelayEnd::TooLong(MAX_ANSWER));
        }
        match (request, response) {
            (Request::Search, Response::Entry | Response::Reference) => {}
            (Request::Search, Response::Done) | (Request::Bind, Response::Bind) => {
                open.remove(&id);
            }
            _ => return Err(RelayEnd::Malformed),
        }
        Ok(Passage::Pass)
    }
}

/// Passes on the complete messages that `check` accepts.
async fn forward(
    mut from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    check: impl Fn(&[u8]) -> Result<Passage, RelayEnd>,
) -> RelayEnd {
    let mut to = BufWriter::with_capacity(CHUNK, to);
    let mut buffer = Vec::new();
    loop {
        match pass_messages(&mut buffer, &mut to, &check).await {
            Ok(()) => {}
            Err(end) => return end,
        }
        buffer.reserve(CHUNK);
        match from.read_buf(&mut buffer).await {
            Ok(0) => return RelayEnd::Closed,
            Ok(_) => {}
            Err(error) => return error.into(),
        }
    }
}

/// Passes on the complete messages at the start of the buffer, and removes them from it.
async fn pass_messages(
    buffer: &mut Vec<u8>,
    to: &mut (impl AsyncWrite + Unpin),
    check: &impl Fn(&[u8]) -> Result<Passage, RelayEnd>,
) -> Result<(), RelayEnd> {
    let mut rest = buffer.as_slice();
    let mut end = Ok(());
    while let Some(length) = message_length(rest).unwrap_or_default() {
        let Some((message, next)) = rest.split_at_checked(length) else {
            break;
        };
        match check(message) {
            Ok(Passage::Pass) => to.write_all(message).await?,
            Ok(Passage::Drop) => {}
            Err(why) => {
                end = Err(why);
                break;
            }
        }
        rest = next;
    }
    // Messages before a malformed one are valid answers.
    to.flush().await?;
    end?;
    message_length(rest)?;
    let done = buffer.len() - rest.len();
    buffer.drain(..done);
    Ok(())
}

#[cfg(test)]
mod tests;
