//! Streams of connections.

use tokio::io::{AsyncRead, AsyncWrite};

/// A bidirectional stream, plain or encrypted.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<Stream: AsyncRead + AsyncWrite + Unpin + Send> Duplex for Stream {}
