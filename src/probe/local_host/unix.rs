//! The host name as Unix has it.

/// Returns the node name, if it is UTF-8.
pub fn host_name() -> Option<String> {
    let names = rustix::system::uname();
    names.nodename().to_str().ok().map(str::to_owned)
}
