//! A pair of connected sockets of Windows, which knows them for TCP only.

use ldap3::StdStream;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream as StdTcpStream};
use tokio::net::TcpStream;

/// The URL with which ldap3 takes its end.
pub(crate) const LOCAL_URL: &str = "ldap://localhost/";

/// Returns two connected ends on the loopback interface: one for this program, one for ldap3.
///
/// # Errors
/// There are no such sockets, or another program has connected first.
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
