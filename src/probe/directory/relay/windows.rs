//! A pair of connected sockets. Windows has such pairs only for TCP.

use ldap3::StdStream;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream as StdTcpStream};
use tokio::net::TcpStream;

/// The URL that makes ldap3 use its end.
pub(crate) const LOCAL_URL: &str = "ldap://localhost/";

/// Returns two connected ends on the loopback interface: one for this program, one for ldap3.
///
/// # Errors
/// Fails if the sockets cannot be created, or if another program has connected first.
pub(crate) fn pair() -> io::Result<(TcpStream, StdStream)> {
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
