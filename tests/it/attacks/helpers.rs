//! The helper programs that read a share: which secrets they get, and that they end with the
//! program.

use crate::support::{Folder, Run, install};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FARM: &str = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
                    drop-folder = '\\\\fs.fabrikam.com\\drop'\n\n[probe]\ntimeout = \"60s\"\n";

/// A farm with a share, and a program in place of Samba's.
fn with_helper(script: &str) -> Folder {
    let folder = Folder::with_farm(FARM);
    std::fs::create_dir(folder.path("bin")).expect("a folder");
    for name in ["smbcacls", "rpcclient"] {
        let text = folder.write(&format!("bin/{name}.sh"), format!("#!/bin/sh\n{script}\n"));
        install(&text, &folder.path(&format!("bin/{name}")));
    }
    folder
}

fn gather(folder: &Folder) -> Command {
    let line = ["gather", "folder", "--smb-user", r"FABRIKAM\auditor"];
    let mut command = folder.command(&line);
    command
        .env("SPINMAIL_LDAP_PASSWORD", "geheim-ldap")
        .env("SPINMAIL_SMB_PASSWORD", "geheim-smb")
        .env("SPINMAIL_SMB_SERVER", "fs.fabrikam.com")
        .env("SPINMAIL_TEST", folder.path("seen"))
        .env("PATH", folder.path("bin"));
    command
}

#[test]
fn helper_gets_only_its_own_password() {
    let folder = with_helper("/usr/bin/env >>\"$SPINMAIL_TEST\"; exit 1");
    let run = Run::of(gather(&folder).output().expect("the program runs"));
    let seen = folder.read("seen");
    assert!(seen.contains("PASSWD=geheim-smb\n"), "{seen}\n{run:?}");
    assert!(!seen.contains("geheim-ldap"), "{seen}");
    assert_eq!(
        seen.matches("geheim").count(),
        seen.matches("PASSWD=").count()
    );
    assert!(!seen.contains("SPINMAIL_SMB_PASSWORD"), "{seen}");
}

/// Returns the process ids in a file, from complete lines only.
fn ids(folder: &Folder) -> Vec<i32> {
    let text = std::fs::read_to_string(folder.path("seen")).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    whole.lines().filter_map(|line| line.parse().ok()).collect()
}

fn is_running(id: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat"))
        .is_ok_and(|status| !status.contains(") Z ") && !status.contains(") X "))
}

#[track_caller]
fn wait_until(what: &str, limit: Duration, is_so: impl Fn() -> bool) -> Duration {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < limit, "{what}: not after {limit:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    begin.elapsed()
}

/// However the program ends, its helper and the helper's children end, too.
#[test]
#[cfg(target_os = "linux")]
fn helper_ends_with_the_program() {
    for signal in [Signal::KILL, Signal::TERM, Signal::INT, Signal::HUP] {
        let folder = with_helper(
            "/bin/sleep 300 & echo $! >>\"$SPINMAIL_TEST\"; echo $$ >>\"$SPINMAIL_TEST\"; wait",
        );
        let mut program = gather(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        wait_until("a helper", Duration::from_secs(20), || {
            ids(&folder).len() >= 2
        });
        kill_process(Pid::from_child(&program), signal).expect("the signal is sent");
        program.wait().expect("the program ends");
        let gone = wait_until("its end", Duration::from_secs(5), || {
            !ids(&folder).into_iter().any(is_running)
        });
        println!("{signal:?}: all of a helper gone after {gone:.0?}");
    }
}
