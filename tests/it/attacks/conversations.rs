//! Conversations with a directory server in which some bytes are changed: the program does not
//! panic, hang or use too much memory, and no additional rule passes. `SPINMAIL_RUNS=2000 cargo
//! test --test it conversations -- --ignored --nocapture` tries more.

use super::bounds::{Measured, farm_of, measured};
use crate::ldap_server::{LdapServer, sound};
use crate::support::{Folder, Run};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

/// Pseudo-random numbers, the same in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).expect("31 bits") % bound
    }

    /// Replaces, inserts or removes one to four bytes in some of the answers.
    fn change(&mut self, mut bytes: Vec<u8>, percent: usize) -> Vec<u8> {
        if bytes.is_empty() || self.below(100) >= percent {
            return bytes;
        }
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let byte = u8::try_from(self.below(256)).expect("a byte");
            match self.below(3) {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        bytes
    }
}

/// Returns the rules that passed, each with its subject.
fn passes(run: &Run) -> BTreeSet<String> {
    let report = run.json();
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    verdicts
        .iter()
        .filter(|verdict| verdict["outcome"] == "pass")
        .map(|verdict| format!("{} {}", verdict["rule"], verdict["subject"]))
        .collect()
}

fn ask(server: &LdapServer) -> Measured {
    let url = format!("ldap://127.0.0.1:{}", server.port);
    let folder = Folder::with_farm(&farm_of(&url, "300ms", ""));
    let line = ["verify", "directory", "--insecure-bind", "--format", "json"];
    // All questions together may take sixty times as long as one.
    measured(&folder, &line, Duration::from_secs(40))
}

fn try_conversations(seeds: std::ops::Range<u64>) {
    let unchanged = ask(&LdapServer::start(None, sound));
    let expected = passes(&unchanged.run);
    assert!(expected.len() > 5, "{expected:?}");
    let (mut longest, mut most, mut fewer) = (Duration::ZERO, 0, 0);
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let numbers = Mutex::new(Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
        // Few changes reach the late questions; many break the first ones.
        let percent = usize::try_from(3 + seed % 32).expect("a percentage");
        let server = LdapServer::start_changing(sound, move |bytes| {
            numbers.lock().expect("the numbers").change(bytes, percent)
        });
        let Measured { run, time, memory } = ask(&server);
        assert!(matches!(run.code, 0 | 1 | 3), "seed {seed}: {run:?}");
        let found = passes(&run);
        let new: Vec<_> = found.difference(&expected).collect();
        assert!(new.is_empty(), "seed {seed}: {new:?}");
        assert!(memory < 100, "seed {seed}: {memory} MiB");
        fewer += usize::from(found.len() < expected.len());
        (longest, most) = (time.max(longest), memory.max(most));
    }
    println!(
        "mutated LDAP conversations: {count}, {fewer} of them with fewer passes, none with another; \
         at most {longest:.1?} and {most} MiB"
    );
    assert!(fewer > 0, "nothing was changed");
}

#[test]
fn few_changed_conversations_make_no_other_rule_pass() {
    try_conversations(1..25);
}

#[test]
#[ignore = "takes minutes"]
fn many_changed_conversations_make_no_other_rule_pass() {
    let count = std::env::var("SPINMAIL_RUNS").ok();
    let count: u64 = count.map_or(2000, |text| text.parse().expect("a number"));
    try_conversations(100..100 + count);
}
