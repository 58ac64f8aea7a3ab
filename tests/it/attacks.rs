//! Attacks that try to make the program lose, disclose or run something, each with the bound that
//! holds now. These take seconds; those that take minutes are in tests/attacks/long.

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
