//! Compares `verify contacts` with `ldapsearch`, which asks the lab's directory for the same
//! attributes with the same pages: the wall time of both in turn, and the program's peak memory.
//!
//! ```sh
//! tests/lab/up --contacts 100000
//! cargo bench --no-run && tests/lab/exec cargo bench --offline --bench directory
//! ```
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test or a bench fails by panicking, and says what it saw"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SPINMAIL: &str = env!("CARGO_BIN_EXE_spinmail");
const ROUNDS: usize = 3;
/// The allowed ratio to the time of `ldapsearch`.
const LONGER: f64 = 1.15;
const MOST_MEMORY: u64 = 64 << 10;

const ATTRIBUTES: &[&str] = &[
    "objectClass",
    "mailNickname",
    "proxyAddresses",
    "mail",
    "targetAddress",
    "internetEncoding",
    "mAPIRecipient",
    "msExchRequireAuthToSendTo",
    "msExchVersion",
    "groupType",
];

fn main() {
    let Ok(url) = std::env::var("LAB_LDAPS") else {
        println!(
            "SKIPPED: the lab does not run; `tests/lab/up --contacts 100000` starts it, `tests/lab/exec` leads there"
        );
        return;
    };
    let known = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (base, password, authority) = (
        format!("OU=Bulk,{}", known("LAB_BASE")),
        known("LAB_PASSWORD"),
        known("LAB_CA"),
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let farm = folder.path().join("farm.toml");
    let text = format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"sp.fabrikam.test\"\n\
         [directory-management]\nservice = \"yes\"\ncontainer = \"{base}\"\n\
         [probe]\ndirectory = [\"{url}\"]\nbind-as = 'svc-sp-ca@fabrikam.test'\nca-file = '{authority}'\n"
    );
    std::fs::write(&farm, text).expect("the farm file");

    let ours = || {
        let mut command = Command::new(SPINMAIL);
        command
            .args(["verify", "contacts", "--fail-on", "never", "--file"])
            .arg(&farm);
        command.env("SPINMAIL_LDAP_PASSWORD", &password);
        command
    };
    let theirs = || {
        let mut command = Command::new("ldapsearch");
        command.args([
            "-LLL",
            "-x",
            "-E",
            "pr=1000/noprompt",
            "-D",
            "svc-sp-ca@fabrikam.test",
            "-w",
            &password,
        ]);
        command
            .args([
                "-H",
                &url,
                "-b",
                &base,
                "(|(objectClass=contact)(objectClass=group))",
            ])
            .args(ATTRIBUTES);
        command
    };
    let found = theirs().output().expect("ldapsearch runs").stdout;
    let count = found
        .split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"dn:"))
        .count();
    println!("{count} contacts");
    let (mut own, mut peer, mut most) = (Duration::MAX, Duration::MAX, 0);
    for round in 1..=ROUNDS {
        let (time, memory) = run(ours());
        let (other, _) = run(theirs());
        println!("round {round}: spinmail {time:.2?}, {memory} KiB; ldapsearch {other:.2?}");
        (own, peer, most) = (own.min(time), peer.min(other), most.max(memory));
    }
    let ratio = own.as_secs_f64() / peer.as_secs_f64();
    println!(
        "best: spinmail {own:.2?}, ldapsearch {peer:.2?}, ratio {ratio:.3}; memory {most} KiB at most"
    );
    assert!(ratio <= LONGER, "longer than {LONGER} times ldapsearch");
    assert!(most < MOST_MEMORY, "more than {MOST_MEMORY} KiB");
}

/// Returns the duration of a run, and its peak memory.
fn run(mut command: Command) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let end = loop {
        if let Some(end) = child.try_wait().expect("a child") {
            break end;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes =
            peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(end.success(), "it ends with {end}");
    (start.elapsed(), most)
}
