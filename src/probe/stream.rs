//! Connections.

use tokio::io::{AsyncRead, AsyncWrite};

/// Both directions of a connection, plain or encrypted.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<Stream: AsyncRead + AsyncWrite + Unpin + Send> Duplex for Stream {}
