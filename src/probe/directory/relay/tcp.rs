//! A pair of connected TCP sockets on the loopback interface.

use ldap3::StdStream;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream as StdTcpStream};
use tokio::net::TcpStream;

/// Returns two connected ends: one for this program, one for ldap3.
///
/// # Errors
/// There are no such sockets, or another program has connected first.
pub(crate) fn tcp_pair() -> io::Result<(TcpStream, StdStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let other = StdTcpStream::connect(listener.local_addr()?)?;
    let (own, peer) = listener.accept()?;
    if peer != other.local_addr()? {
        return Err(io::Error::other("another program connected instead"));
    }
    for end in [&own, &other] {
        end.set_nodelay(true)?;
    }
    own.set_nonblocking(true)?;
    Ok((TcpStream::from_std(own)?, StdStream::Tcp(other)))
}
