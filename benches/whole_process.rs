//! Whole processes against named peers, in turn: start-up against `rg --version`, a fleet of ten
//! thousand farm files against `taplo lint`, a drop folder of a hundred thousand messages against
//! `rg`, which only finds the messages without a recipient. If a peer is not installed, the
//! benchmark says so and still measures the program.
//!
//! `cargo bench`; `TAPLO` and `RG` name the peers where they are not on the path.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::shadow_unrelated,
    clippy::string_slice,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test or a bench fails by panicking, and says what it saw"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SPINMAIL: &str = env!("CARGO_BIN_EXE_spinmail");
const FARM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/farm.toml");

fn main() {
    let rg = std::env::var("RG").unwrap_or_else(|_| "rg".to_owned());
    let taplo = std::env::var("TAPLO").unwrap_or_else(|_| "taplo".to_owned());
    compare(
        "start-up",
        60,
        &[SPINMAIL, "--version"],
        &[&rg, "--version"],
    );
    compare(
        "validate of one farm",
        60,
        &[SPINMAIL, "validate", FARM],
        &[&rg, "--version"],
    );

    let fleet = fleet(10_000);
    let folder = fleet.path().to_string_lossy().into_owned();
    let files = format!("{folder}/**/*.toml");
    compare(
        "validate of 10,000 farms",
        5,
        &[SPINMAIL, "validate", &folder],
        &[&taplo, "lint", &files],
    );
    memory("the fleet's run", &[SPINMAIL, "validate", &folder]);
    drop(fleet);

    for (count, size) in [(100_000, 2_000), (100_000, 20_000), (10_000, 2_000)] {
        let folder = drop_folder(count, size);
        let (farm, drop) = (folder.path().join("farm.toml"), folder.path().join("drop"));
        let (farm, drop) = (farm.to_string_lossy(), drop.to_string_lossy());
        let ours = [
            SPINMAIL, "gather", "folder", "--folder", &*drop, "--file", &*farm,
        ];
        let what = format!("a drop folder of {count} messages of {} KB", size / 1000);
        compare(
            &what,
            11,
            &ours,
            &[&rg, "--files-without-match", "^x-receiver:", &*drop],
        );
        memory(&what, &ours);
    }
}

/// Returns a farm, and a drop folder with messages in the form of the SMTP service, each of about
/// this size.
fn drop_folder(count: usize, size: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let farm = "[incoming-email]\nenabled = true\nmode = 'advanced'\ndrop-folder = 'C:\\drop'\n";
    std::fs::write(folder.path().join("farm.toml"), farm).expect("a farm file");
    let drop = folder.path().join("drop");
    std::fs::create_dir(&drop).expect("a folder");
    for at in 0..count {
        std::fs::write(
            drop.join(format!(
                "{:016x}{at:08x}.eml",
                at.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            )),
            message(at, size),
        )
        .expect("a message");
    }
    folder
}

fn message(at: usize, size: usize) -> String {
    let (list, user) = (at % 200, at % 977);
    let head = format!(
        "x-sender: user{user}@contoso.com\r\nx-receiver: docs{list}@sharepoint.fabrikam.com\r\n\
         Received: from mail.contoso.com ([192.0.2.5]) by sp1.fabrikam.com with Microsoft SMTPSVC(10.0.14393.2608);\r\n\
         \t Mon, 23 Nov 2026 20:00:00 +0000\r\nFrom: User {user} <user{user}@contoso.com>\r\n\
         To: docs{list}@sharepoint.fabrikam.com\r\nSubject: Report {at}\r\nDate: Mon, 23 Nov 2026 20:00:00 +0000\r\n\
         Message-ID: <{at}@contoso.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"part{at}\"\r\n\
         Return-Path: user{user}@contoso.com\r\n\r\n--part{at}\r\nContent-Type: text/plain\r\n\r\n"
    );
    let text = "The quick brown fox jumps over the lazy dog, again and again.\r\n";
    let lines = size.saturating_sub(head.len()) / text.len();
    format!("{head}{}--part{at}--\r\n", text.repeat(lines))
}

/// Creates this number of farms with different names, a thousand in each folder.
fn fleet(count: usize) -> tempfile::TempDir {
    let fleet = tempfile::tempdir().expect("a temporary folder");
    let farm = std::fs::read_to_string(FARM).expect("the example");
    for at in 0..count {
        let folder = fleet.path().join(format!("{}", at / 1000));
        std::fs::create_dir_all(&folder).expect("a folder");
        let text = farm.replace("fabrikam", &format!("fabrikam{at}"));
        std::fs::write(folder.join(format!("farm{at}.toml")), text).expect("a farm file");
    }
    fleet
}

fn command(words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().expect("a program");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn time(words: &[&str]) -> Option<Duration> {
    let start = Instant::now();
    command(words).status().ok()?;
    Some(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Runs both in turn, so that a machine that slows down slows both.
fn compare(what: &str, runs: usize, ours: &[&str], peer: &[&str]) {
    let peer_name = Path::new(peer[0])
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut pairs = Vec::new();
    for _ in 0..=runs {
        pairs.push((time(ours).expect("spinmail runs"), time(peer)));
    }
    // The first pair warms the caches.
    let pairs = &pairs[1..];
    let own = median(pairs.iter().map(|(own, _)| *own).collect());
    let theirs: Option<Vec<Duration>> = pairs.iter().map(|(_, peer)| *peer).collect();
    match theirs.map(median) {
        Some(theirs) => println!(
            "{what}: {:.2} ms; {peer_name} {:.2} ms; ratio {:.2}",
            own.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3,
            own.as_secs_f64() / theirs.as_secs_f64()
        ),
        None => {
            println!(
                "{what}: {:.2} ms; {peer_name} is not installed, so there is no ratio",
                own.as_secs_f64() * 1e3
            )
        }
    }
}

/// Prints the peak memory of a run, which Linux reports while the process lives.
fn memory(what: &str, words: &[&str]) {
    let mut child = command(words).spawn().expect("spinmail runs");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes =
            peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    match most {
        0 => println!("memory: this system does not tell"),
        most => println!("memory of {what}: {:.1} MiB at most", most as f64 / 1024.0),
    }
}
