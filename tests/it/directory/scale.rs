//! Measures the memory for very many contacts.

use super::farm;
use crate::ldap_server::{LdapServer, Said, contact, sound};
use crate::support::{Folder, Run};
use std::time::Duration;

/// Runs the program, and returns its peak memory in KiB.
fn peak(farm: &str, arguments: &[&str]) -> (u64, Run) {
    let folder = Folder::with_farm(farm);
    let mut command = folder.command(
        &[
            &["verify"],
            arguments,
            &["--insecure-bind", "--format", "json"],
        ]
        .concat(),
    );
    command
        .env("SPINMAIL_LDAP_PASSWORD", "x")
        .env("SPINMAIL_DIRECTORY", "127.0.0.1 localhost")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        // The peak only rises, and is not available after the program has ended.
        while let Some(mark) = high_water(&status) {
            peak = mark.max(peak);
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let run = Run::of(child.wait_with_output().expect("the program ends"));
    (watcher.join().expect("the watcher ends"), run)
}

fn high_water(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Answers with `count` contacts, a thousand on a page; the cookie holds the start of the next
/// page.
fn many(count: usize) -> LdapServer {
    LdapServer::start(None, move |asked| {
        if !asked.is_page() || asked.filters("mailNickname") {
            return sound(asked);
        }
        let cookie = asked
            .controls
            .iter()
            .find_map(|(_, value)| value.rsplit(|byte| *byte == b'@').next());
        let start = cookie
            .and_then(|text| std::str::from_utf8(text).ok()?.parse().ok())
            .unwrap_or(0);
        let end = count.min(start + 1000);
        let page = (start..end).map(|number| contact(&format!("list{number:06}")));
        let next = if end < count {
            format!("@{end}")
        } else {
            String::new()
        };
        page.chain([Said::end_of_page(next.as_bytes())]).collect()
    })
}

/// The allowed growth between the two sizes, in KiB. A set of hashes finds duplicates: for 40,000
/// contacts it has 120,000 hashes and takes 2.3 MB, and half as much again while it grows. The text
/// of the 80,000 addresses and aliases that are looked up in the forest takes 2 MB, and twice as
/// much again while it grows.
const MAX_GROWTH: u64 = 10 << 10;

/// Contacts are not kept in memory, only hashes and addresses. `benches/directory.rs` measures the
/// full size.
#[test]
fn memory_does_not_grow_with_contacts() {
    let measured: Vec<u64> = [4_000, 40_000]
        .into_iter()
        .map(|count| {
            let server = many(count);
            let url = format!("ldap://127.0.0.1:{}", server.port);
            let (peak, run) = peak(&farm(&[url], "5s", ""), &["contacts"]);
            assert!(
                run.code == 0
                    && run
                        .out
                        .contains(&format!("this holds for all {count} contacts")),
                "{run:?}"
            );
            println!("{count} contacts: {peak} KiB");
            peak
        })
        .collect();
    assert!(measured[1] < 64 << 10, "{measured:?} KiB");
    assert!(measured[1] < measured[0] + MAX_GROWTH, "{measured:?} KiB");
}
