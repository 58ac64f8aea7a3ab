//! What was tried to lose, open or run what it should not: the attacks that take seconds, each with
//! the bound that holds now. Those that take minutes are in tests/attacks/long.

#[cfg(unix)]
mod commands;
mod passwords;
