//! Reads the host name on Unix.

/// Returns the node name, or `None` if it is not UTF-8.
pub(super) fn host_name() -> Option<String> {
    let names = rustix::system::uname();
    names.nodename().to_str().ok().map(str::to_owned)
}
