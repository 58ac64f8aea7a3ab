//! Relays messages between ldap3 and the network. Every message from a server is checked before
//! ldap3 gets it.
//!
//! ldap3 talks over a stream of the operating system only, so it gets one end of a local
//! [`pair`](pair()) and this task has the other.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{LOCAL_URL, pair};
#[cfg(windows)]
pub(crate) use windows::{LOCAL_URL, pair};

use super::error::{CLOSED, DirectoryError, MALFORMED};
use super::message::{MalformedMessage, Request, Response, message_length};
use crate::probe::stream::Duplex;
use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

/// How much is read at once, in bytes.
const CHUNK: usize = 32 << 10;

/// Why a relay has ended.
#[derive(Debug)]
pub(super) enum RelayEnd {
    /// One of the sides closed its connection.
    Closed,
    /// The server sent something that is not LDAP, or not an answer to an open request.
    Malformed,
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
            RelayEnd::Closed => Self::NoAnswer(CLOSED.to_owned()),
            RelayEnd::Malformed => Self::NoAnswer(MALFORMED.to_owned()),
            RelayEnd::Broken(error) => error.into(),
        }
    }
}

/// Passes messages on in both directions, until one side closes or a message is malformed.
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

/// The requests that are not answered yet, by number.
#[derive(Debug, Default)]
struct OpenRequests(Mutex<HashMap<i32, Request>>);

impl OpenRequests {
    /// Adds a request, if it will be answered.
    fn add(&self, message: &[u8]) -> Result<Passage, MalformedMessage> {
        let (id, request) = Request::read(message)?;
        if request != Request::Other {
            let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            open.insert(id, request);
        }
        Ok(Passage::Pass)
    }

    /// Checks the shape of a response, and whether it answers an open request. Responses to no request
    /// and intermediate ones are dropped, because the client ignores them anyway.
    fn check(&self, message: &[u8]) -> Result<Passage, MalformedMessage> {
        let (id, response) = Response::read(message)?;
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (open.get(&id), response) {
            (None, _) | (Some(_), Response::Intermediate) => Ok(Passage::Drop),
            (Some(Request::Search), Response::Entry | Response::Reference) => Ok(Passage::Pass),
            (Some(Request::Search), Response::Done) | (Some(Request::Bind), Response::Bind) => {
                open.remove(&id);
                Ok(Passage::Pass)
            }
            (Some(_), _) => Err(MalformedMessage),
        }
    }
}

/// Passes on whole messages that `check` lets pass.
async fn forward(
    mut from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    check: impl Fn(&[u8]) -> Result<Passage, MalformedMessage>,
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

/// Passes on the whole messages at the beginning of the buffer, and takes them out of it.
async fn pass_messages(
    buffer: &mut Vec<u8>,
    to: &mut (impl AsyncWrite + Unpin),
    check: &impl Fn(&[u8]) -> Result<Passage, MalformedMessage>,
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
            Err(malformed) => {
                end = Err(malformed);
                break;
            }
        }
        rest = next;
    }
    // Messages before a malformed one are valid answers.
    to.flush().await?;
    end.and_then(|()| message_length(rest))?;
    let done = buffer.len() - rest.len();
    buffer.drain(..done);
    Ok(())
}

#[cfg(test)]
mod tests;
