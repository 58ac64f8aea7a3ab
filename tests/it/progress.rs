//! Progress at a terminal: shown only if the run takes long and a person watches.

use crate::dns_server::DnsServer;
use crate::support::Folder;

const FARM: &str = "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"sharepoint.fabrikam.test\"\n";

/// Returns a folder with a farm whose name server serves this zone.
fn folder(zone: &str) -> (DnsServer, Folder) {
    let dns = DnsServer::start(zone);
    let farm = format!(
        "{FARM}[probe]\ndns-servers = [\"{}\"]\ntimeout = \"30s\"\n",
        dns.address
    );
    (dns, Folder::with_farm(&farm))
}

/// Progress is shown after half a second; four times that is enough on a busy machine.
const SLOW: &str = "fabrikam.test ZONE\n* FAULT slow:2000";

#[test]
fn pipe_shows_no_progress() {
    let (_dns, folder) = folder(SLOW);
    let run = folder.run(&["gather", "dns"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use expectrl::{Eof, Expect, Session};
    use std::time::{Duration, Instant};

    /// Returns what a terminal shows of a run.
    fn shown(folder: &Folder, arguments: &[&str]) -> String {
        let mut command = folder.command(arguments);
        command
            .stdin(std::process::Stdio::inherit())
            .env("TERM", "xterm");
        let mut session = Session::spawn(command).expect("a terminal");
        session
            .get_process_mut()
            .set_window_size(120, 40)
            .expect("a size");
        session.set_expect_timeout(Some(Duration::from_secs(30)));
        let all = session.expect(Eof).expect("its end");
        String::from_utf8_lossy(all.as_bytes()).into_owned()
    }

    #[test]
    fn long_run_shows_progress_and_removes_it() {
        let (_dns, folder) = folder(SLOW);
        let all = shown(&folder, &["gather", "dns", "--out", "facts.json"]);
        assert!(all.contains("asking DNS: 0 of 4 ("), "{all:?}");
        let (_, end) = all.rsplit_once("asking DNS").unwrap();
        assert!(
            end.contains("\u{1b}[2K") && end.contains("facts.json: written"),
            "{all:?}"
        );
    }

    #[test]
    fn fleet_counts_finished_farms() {
        let (_dns, folder) = folder(SLOW);
        folder.write("quick.toml", "[incoming-email]\nenabled = false\n");
        let all = shown(
            &folder,
            &["verify", "dns", "--farms", ".", "--only", "dns-no-mx"],
        );
        assert!(all.contains("checking farms: 1 of 2 ("), "{all:?}");
        let (_, end) = all.rsplit_once("checking farms").unwrap();
        assert!(
            end.contains("\u{1b}[2K") && end.contains("2 files"),
            "{all:?}"
        );
    }

    #[test]
    fn run_within_half_a_second_shows_no_progress() {
        let (_dns, quick) = folder("fabrikam.test ZONE");
        // On a busy machine a run may take longer, and then it does show progress.
        for _ in 0..50 {
            let begin = Instant::now();
            let all = shown(&quick, &["gather", "dns", "--out", "facts.json"]);
            if begin.elapsed() < Duration::from_millis(500) {
                assert_eq!(all, "facts.json: written\r\n");
                return;
            }
        }
        panic!("no run of fifty was over within half a second");
    }

    #[test]
    fn quiet_run_shows_no_progress() {
        let (_dns, slow) = folder(SLOW);
        assert_eq!(
            shown(&slow, &["gather", "dns", "--out", "facts.json", "--quiet"]),
            ""
        );
        let all = shown(&slow, &["verify", "dns", "--only", "dns-no-mx", "--quiet"]);
        assert!(!all.contains("asking"), "{all:?}");
    }
}
