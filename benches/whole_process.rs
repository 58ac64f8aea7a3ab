//! Whole processes against named peers, in turn: start-up against `rg --version`, a fleet of ten thousand farm files
//! against `taplo lint`. A peer that is not installed is said to be missing, and the program's own figure still stands.
//!
//! `cargo bench`; `TAPLO` and `RG` name the peers where they are not on the path.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SPINMAIL: &str = env!("CARGO_BIN_EXE_spinmail");
const FARM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/farm.toml");

fn main() {
    let rg = std::env::var("RG").unwrap_or_else(|_| "rg".to_owned());
    let taplo = std::env::var("TAPLO").unwrap_or_else(|_| "taplo".to_owned());
    compare("start-up", 60, &[SPINMAIL, "--version"], &[&rg, "--version"]);
    compare("validate of one farm", 60, &[SPINMAIL, "validate", FARM], &[&rg, "--version"]);

    let fleet = fleet(10_000);
    let folder = fleet.path().to_string_lossy().into_owned();
    let files = format!("{folder}/**/*.toml");
    compare("validate of 10,000 farms", 5, &[SPINMAIL, "validate", &folder], &[&taplo, "lint", &files]);
    memory(&[SPINMAIL, "validate", &folder]);
}

/// Ten thousand farms, a thousand to a folder, each with names of its own.
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
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
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
    let peer_name = Path::new(peer[0]).file_name().unwrap_or_default().to_string_lossy().into_owned();
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
            println!("{what}: {:.2} ms; {peer_name} is not installed, so there is no ratio", own.as_secs_f64() * 1e3)
        }
    }
}

/// The most memory a run held, as Linux tells it while the process lives.
fn memory(words: &[&str]) {
    let mut child = command(words).spawn().expect("spinmail runs");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    match most {
        0 => println!("memory: this system does not tell"),
        most => println!("memory of the fleet's run: {:.1} MiB at most", most as f64 / 1024.0),
    }
}
