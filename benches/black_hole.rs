//! Whole processes: twenty SMTP servers, one of which never answers, against twenty servers that
//! all answer. If they are asked in parallel, the silent server costs one timeout, so the ratio to
//! the time of the answering twenty plus one timeout is 1. If they are asked one after the other,
//! or if the silent server delays the others, the ratio is far larger.
//!
//! `cargo bench --bench black_hole`
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

/// The servers of the tests.
#[allow(dead_code, unused_imports)]
#[path = "../tests/it"]
mod it {
    pub mod dns_server;
    pub mod smtp_server;
    pub mod support;
}

use it::{dns_server, smtp_server, support};

use dns_server::DnsServer;
use smtp_server::{Dialogue, Gate, SmtpServer};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};
use support::Folder;

const SERVERS: u8 = 20;
/// The timeout in the farm file.
const TIMEOUT: Duration = Duration::from_secs(1);
const RUNS: usize = 7;

fn main() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|free| free.local_addr())
        .expect("a port")
        .port();
    let answering = Dialogue::named("microsoft");
    // The silent server comes first, so a sequential client would not get past it.
    let mut servers: Vec<SmtpServer> = (1..=SERVERS)
        .map(|last| start(last, port, &answering))
        .collect();
    let (_dns, folder) = farm(port);
    let without = median(&folder);
    servers.remove(0);
    servers.insert(0, start(1, port, &Dialogue::named("silent")));
    let with = median(&folder);
    let wanted = without + TIMEOUT;
    println!(
        "verify smtp of {SERVERS} servers: {:.0} ms; with one of them silent {:.0} ms; ratio to the former and one time-out \
         ({:.0} ms) {:.2}",
        without.as_secs_f64() * 1e3,
        with.as_secs_f64() * 1e3,
        wanted.as_secs_f64() * 1e3,
        with.as_secs_f64() / wanted.as_secs_f64()
    );
}

fn start(last: u8, port: u16, dialogue: &Dialogue) -> SmtpServer {
    let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), port))
        .expect("the port at every loopback address");
    SmtpServer::start_on(listener, dialogue, Gate::of(1))
}

/// Returns a farm whose mail exchangers are the servers.
fn farm(port: u16) -> (DnsServer, Folder) {
    let mut zone = "fabrikam.test ZONE\n".to_owned();
    for last in 1..=SERVERS {
        zone += &format!(
            "sharepoint.fabrikam.test MX 10 mx{last:02}.fabrikam.test\nmx{last:02}.fabrikam.test A 127.0.0.{last}\n"
        );
    }
    let dns = DnsServer::start(&zone);
    let farm = format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"sharepoint.fabrikam.test\"\n\
         [probe]\ndns-servers = [\"{}\"]\nsmtp-port = {port}\ntimeout = \"{}ms\"\n",
        dns.address,
        TIMEOUT.as_millis()
    );
    (dns, Folder::with_farm(&farm))
}

fn median(folder: &Folder) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let run = folder.run(&[
                "verify",
                "smtp",
                "--only",
                "smtp-closed",
                "--format",
                "json",
            ]);
            let asked = run.json()["verdicts"].as_array().map_or(0, Vec::len);
            assert_eq!(asked, usize::from(SERVERS), "{run:?}");
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
