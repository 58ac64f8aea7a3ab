//! A pair of connected Unix sockets.

use ldap3::StdStream;
use std::io;
use std::os::unix::net::UnixStream as StdUnixStream;
use tokio::net::UnixStream;

/// The URL that makes ldap3 use its end.
pub(crate) const LOCAL_URL: &str = "ldapi:///";

/// Returns two connected ends: one for this program, one for ldap3.
pub(crate) fn pair() -> io::Result<(UnixStream, StdStream)> {
    let (own, other) = StdUnixStream::pair()?;
    own.set_nonblocking(true)?;
    Ok((UnixStream::from_std(own)?, StdStream::Unix(other)))
}
