//! What was tried to lose, open or run what it should not: the attacks that take seconds, each with
//! the bound that holds now. Those that take minutes are in tests/attacks/long.

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod completion;
#[cfg(target_os = "linux")]
mod conversations;
#[cfg(unix)]
mod helpers;
#[cfg(unix)]
mod locks;
mod outputs;
mod passwords;
#[cfg(unix)]
mod permissions;
#[cfg(unix)]
mod users;
