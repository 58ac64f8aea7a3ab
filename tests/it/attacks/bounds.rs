//! Gives every input twice its allowed size and more: the program ends in time, takes little
//! memory, and no rule passes without an answer. `cargo test --test it bounds -- --nocapture`
//! prints the table.

use crate::ldap_server::{Asked, LdapServer, Said, contact, sound, tlv};
use crate::support::{Folder, Run};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The most memory that an attack may take, in MiB. The program is not optimized here.
const MAX_MEMORY: u64 = 700;

/// The result of a run.
pub(super) struct Measured {
    pub(super) run: Run,
    pub(super) time: Duration,
    /// The peak memory, in MiB.
    pub(super) memory: u64,
}

/// Runs the program, and kills it after `limit`.
pub(super) fn measured(folder: &Folder, arguments: &[&str], limit: Duration) -> Measured {
    let mut command = folder.command(arguments);
    command
        .env("SPINMAIL_LDAP_PASSWORD", "geheim-4711")
        .env("SPINMAIL_DIRECTORY", "127.0.0.1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let started = Instant::now();
    let child = command.spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let id = rustix::process::Pid::from_child(&child);
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while let Some(mark) = high_water(&status) {
            peak = mark.max(peak);
            if started.elapsed() > limit {
                let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(
        output.status.signal(),
        None,
        "{arguments:?} was killed: {output:?}"
    );
    let (run, time) = (Run::of(output), started.elapsed());
    let memory = watcher.join().expect("the watcher ends") >> 10;
    assert!(!run.err.contains("panicked"), "{}", run.err);
    Measured { run, time, memory }
}

fn high_water(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.split_whitespace().next()?.parse().ok()
}

fn print_row(input: &str, bound: &str, measured: &Measured) {
    let Measured { run, time, memory } = measured;
    println!(
        "{input:45} | {bound:12} | {time:6.1?} | {memory:4} MiB | exit {}",
        run.code
    );
    assert!(*memory < MAX_MEMORY, "{input}: {memory} MiB");
}

pub(super) fn farm_of(url: &str, timeout: &str, more: &str) -> String {
    format!(
        r#"[incoming-email]
enabled = true
mode = "advanced"
display-address = "sp.fabrikam.test"
drop-folder = 'C:\drop'

[directory-management]
service = "yes"
container = "OU=SharePointContacts,DC=fabrikam,DC=test"
smtp-server = "sp1.fabrikam.test"

[probe]
directory = ["{url}"]
bind-as = 'FABRIKAM\auditor'
timeout = "{timeout}"
{more}
"#
    )
}

/// What a server sends instead of an answer, and the expected report.
struct ServerAttack {
    input: &'static str,
    bound: &'static str,
    at: fn(&Asked) -> bool,
    said: fn() -> Vec<Said>,
    expected: &'static str,
}

const MALFORMED: &str = "its answer is not valid LDAP";
const TOO_LONG: &str = "one answer is larger than 32 MiB";

/// Returns twice the allowed size of one answer.
fn much(operation: &[u8]) -> Vec<Said> {
    let count = (64 << 20) / (operation.len() + 3 * 128) + 1;
    vec![Said::Operation(operation.to_vec()); count]
}

fn entry_with(value: &[u8], count: usize) -> Vec<u8> {
    let values = tlv(0x04, value).repeat(count);
    let attribute = tlv(0x30, &[tlv(4, b"mail"), tlv(0x31, &values)].concat());
    tlv(0x64, &[tlv(4, b"CN=x"), tlv(0x30, &attribute)].concat())
}

fn announced(head: &[u8]) -> Vec<Said> {
    vec![Said::Raw([head, &[0; 40 << 20]].concat())]
}

const SERVER_ATTACKS: &[ServerAttack] = &[
    ServerAttack {
        input: "LDAP: 2 GB announced at the logon",
        bound: "16 MiB",
        at: Asked::is_bind,
        said: || announced(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
        expected: MALFORMED,
    },
    ServerAttack {
        input: "LDAP: 2^63 bytes announced in a page",
        bound: "16 MiB",
        at: Asked::is_page,
        said: || announced(&[0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        expected: MALFORMED,
    },
    ServerAttack {
        input: "LDAP: one value of 32 MiB",
        bound: "16 MiB",
        at: Asked::is_page,
        said: || vec![Said::Operation(entry_with(&vec![b'x'; 32 << 20], 1))],
        expected: MALFORMED,
    },
    ServerAttack {
        input: "LDAP: empty values, 15 MB of them",
        bound: "32 MiB",
        at: Asked::is_page,
        said: || vec![Said::Operation(entry_with(b"", 7_500_000))],
        expected: TOO_LONG,
    },
    ServerAttack {
        input: "LDAP: 100 entries with 1 MB",
        bound: "32 MiB",
        at: Asked::is_page,
        said: || vec![Said::Operation(entry_with(&vec![b'x'; 1 << 20], 1)); 100],
        expected: TOO_LONG,
    },
    ServerAttack {
        input: "LDAP: endless references",
        bound: "1000, 32 MiB",
        at: Asked::is_page,
        said: || much(&tlv(0x73, &tlv(4, b"ldap://evil.test"))),
        expected: "",
    },
    ServerAttack {
        input: "LDAP: endless intermediate responses",
        bound: "1 MiB",
        at: Asked::is_page,
        said: || vec![Said::Operation(tlv(0x79, &tlv(0x81, &[b'x'; 1000]))); 3000],
        expected: "not asked for",
    },
    ServerAttack {
        input: "LDAP: endless answers to nothing",
        bound: "1 MiB",
        at: Asked::is_page,
        said: || {
            let message = tlv(
                0x30,
                &[&[2, 1, 99][..], &entry_with(&[b'x'; 1000], 1)].concat(),
            );
            vec![Said::Raw(message.repeat(3000))]
        },
        expected: "not asked for",
    },
];

#[test]
fn hostile_directory_servers_are_bounded_in_memory_and_time() {
    for attack in SERVER_ATTACKS {
        let answer = |asked: &Asked| {
            if (attack.at)(asked) {
                (attack.said)()
            } else {
                sound(asked)
            }
        };
        let server = LdapServer::start(None, answer);
        let url = format!("ldap://127.0.0.1:{}", server.port);
        let folder = Folder::with_farm(&farm_of(&url, "5s", ""));
        let arguments = ["verify", "directory", "--insecure-bind", "--format", "json"];
        let measured = measured(&folder, &arguments, Duration::from_secs(60));
        print_row(attack.input, attack.bound, &measured);
        let Measured { run, .. } = measured;
        assert!(
            run.out.contains(attack.expected),
            "{}: {}",
            attack.input,
            run.out
        );
        assert_ne!(run.code, 0, "{}", attack.input);
        let verdicts = run.json()["verdicts"].clone();
        let encoding = verdicts
            .as_array()
            .expect("verdicts")
            .iter()
            .find(|verdict| {
                verdict["rule"] == "directory-contact-encoding" && verdict["outcome"] == "pass"
            });
        assert!(encoding.is_none(), "{}: {encoding:?}", attack.input);
    }
}

/// The server sends pages without end, each within the time limit of one answer.
#[test]
fn directory_probe_has_a_deadline_and_keeps_earlier_answers() {
    let count = AtomicUsize::new(0);
    let server = LdapServer::start(None, move |asked| {
        if !asked.is_page() || asked.filters("mailNickname") {
            return sound(asked);
        }
        std::thread::sleep(Duration::from_millis(400));
        let page = count.fetch_add(1, Ordering::Relaxed);
        let contacts = (0..200).map(|number| contact(&format!("list{page}x{number}")));
        contacts.chain([Said::end_of_page(b"more")]).collect()
    });
    let url = format!("ldap://127.0.0.1:{}", server.port);
    // The deadline is sixty times the limit of one answer: six seconds.
    let folder = Folder::with_farm(&farm_of(&url, "100ms", ""));
    let arguments = ["verify", "directory", "--insecure-bind", "--format", "json"];
    let measured = measured(&folder, &arguments, Duration::from_secs(40));
    print_row("LDAP: slow pages for ever", "60 x timeout", &measured);
    let Measured { run, time, .. } = measured;
    assert!(time < Duration::from_secs(20), "{time:?}");
    assert!(
        run.out
            .contains("all questions to it together timed out after 6s"),
        "{}",
        run.out
    );
    assert_ne!(run.code, 0);
}

#[test]
fn authorities_file_must_be_an_ordinary_file_of_limited_size() {
    let folder = Folder::new();
    let sparse = std::fs::File::create(folder.path("sparse.pem")).expect("a file");
    sparse.set_len(1 << 40).expect("a sparse file");
    make_pipe(&folder, "pipe.pem");
    for (file, expected) in [
        ("/dev/zero", "not an ordinary file"),
        ("pipe.pem", "not an ordinary file"),
        ("sparse.pem", "larger than 16 MiB"),
    ] {
        folder.write("farm.toml", farm_of("ldaps://127.0.0.1:9", "1s", ""));
        let arguments = ["verify", "directory", "--ca-file", file];
        let measured = measured(&folder, &arguments, Duration::from_secs(20));
        print_row(&format!("ca-file: {file}"), "16 MiB", &measured);
        assert!(
            measured.run.err.contains(expected),
            "{file}: {:?}",
            measured.run
        );
    }
}

fn make_pipe(folder: &Folder, name: &str) {
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path(name))
        .status();
    assert!(made.expect("mkfifo").success());
}

#[test]
fn default_farm_file_that_is_a_pipe_is_not_read() {
    for line in [
        &["validate"][..],
        &["show"],
        &["set", "farm.name", "x", "--dry-run"],
        &["set", "farm.name", "x"],
        &["verify", "page"],
    ] {
        let folder = Folder::new();
        make_pipe(&folder, "farm.toml");
        let Measured { run, .. } = measured(&folder, line, Duration::from_secs(10));
        let said = run.out + &run.err;
        assert!(said.contains("not an ordinary file"), "{line:?}: {said}");
        assert_eq!(run.code, 2, "{line:?}: {said}");
    }
}

/// A pipe that is named on the command line is read, in every spelling. A pipe that merely is in a
/// named folder is not read.
#[test]
fn pipe_named_on_the_command_line_is_read() {
    for (name, line) in [
        ("named", &["get", "farm.name", "--file", "named"][..]),
        ("farm.toml", &["get", "farm.name", "--file", "farm.toml"]),
        ("farm.toml", &["validate", "farm.toml"]),
        ("farm.toml", &["validate", "./farm.toml"]),
        (
            "farm.toml",
            &["set", "farm.name", "x", "--check", "--file", "farm.toml"],
        ),
        ("other.toml", &["diff", "other.toml", "--file", "/dev/null"]),
        ("facts.json", &["gather", "--facts", "facts.json"]),
    ] {
        let folder = Folder::new();
        make_pipe(&folder, name);
        let pipe = folder.path(name);
        let text = match name {
            "facts.json" => "{\"facts\": 1, \"farm\": \"x\"}",
            _ => "[farm]\nname = \"x\"\n",
        };
        let writer = std::thread::spawn(move || std::fs::write(pipe, text));
        let Measured { run, .. } = measured(&folder, line, Duration::from_secs(10));
        writer.join().expect("the writer ends").expect("it writes");
        let said = run.out + &run.err;
        assert!(matches!(run.code, 0 | 1 | 3), "{line:?}: {said}");
        assert!(!said.contains("ordinary file"), "{line:?}: {said}");
    }
}

#[test]
fn farm_files_with_many_mistakes_are_read_in_time() {
    let unknown: String = (0..100_000)
        .map(|number| format!("a{number} = 1\n"))
        .collect();
    let texts = [
        ("farm.toml: '=' on one line", "=".repeat(500_000)),
        ("farm.toml: lines of 'x'", "x\n".repeat(500_000)),
        (
            "farm.toml: values without quotes",
            format!("[farm]\n{}", "name = x\n".repeat(50_000)),
        ),
        (
            "farm.toml: the same key",
            format!("[farm]\n{}", "name = \"x\"\n".repeat(50_000)),
        ),
        ("farm.toml: unknown keys", format!("[farm]\n{unknown}")),
        ("farm.toml: 4.5 million words", "\n".repeat(4_500_000)),
        (
            "farm.toml: a header of 2 MB",
            format!("[{}a]", "a.".repeat(1_000_000)),
        ),
    ];
    for (input, text) in texts {
        let folder = Folder::with_farm(&text);
        let measured = measured(&folder, &["validate"], Duration::from_secs(60));
        print_row(input, "200 mistakes", &measured);
        let Measured { run, .. } = measured;
        assert_eq!(run.code, 2, "{input}: {}", run.err);
        let said = run.out.len() + run.err.len();
        assert!(said < 1 << 20, "{input}: {said} bytes");
    }
    let folder = Folder::with_farm(&"#".repeat(32 << 20));
    let measured = measured(&folder, &["validate"], Duration::from_secs(20));
    print_row("farm.toml: 32 MiB", "16 MiB", &measured);
    assert!(
        measured.run.out.contains("larger than 16 MiB"),
        "{:?}",
        measured.run
    );
}

/// Lists of a farm file and of facts are limited only by the size of the file, so their time must
/// be proportional to it.
#[test]
fn long_lists_are_edited_and_redacted_in_linear_time() {
    let folder = Folder::new();
    let servers: String = (0..50_000)
        .map(|number| format!("  \"10.0.{}.{}\",\n", number / 250, number % 250))
        .collect();
    let text = format!(
        "[farm]\nname = \"x\"\n[incoming-email]\nmode = \"automatic\"\nsafe-servers = [\n{servers}]\n"
    );
    folder.write("farm.toml", text);
    let limit = Duration::from_secs(120);
    let time_of = |input: &str, line: &[&str]| {
        let measured = measured(&folder, line, limit);
        print_row(input, "16 MiB", &measured);
        assert_eq!(measured.run.code, 0, "{input}: {}", measured.run.err);
        measured.time
    };
    // The time of an edit of another setting.
    let usual = time_of("set, with 50,000 safe servers", &["set", "farm.name", "y"]);
    for (input, action, server) in [
        ("safe-servers add, to 50,000", "add", "192.0.2.1"),
        ("safe-servers remove, of 50,000", "remove", "10.0.7.7"),
    ] {
        let time = time_of(input, &["safe-servers", action, server]);
        assert!(
            time < usual * 4,
            "{input}: {time:?}, and {usual:?} otherwise"
        );
    }
    let lookup = |number: u32| {
        format!(
            "{{\"server\": \"192.0.2.10:53\", \"name\": \"host{number}.contoso.com\", \"type\": \"A\", \
             \"answer\": {{\"known\": [{{\"owner\": \"host{number}.contoso.com\", \"type\": \"A\", \
             \"address\": \"10.1.{}.{}\"}}]}}}}",
            number / 250,
            number % 250
        )
    };
    let redact = |count: u32| {
        let lookups: Vec<String> = (0..count).map(lookup).collect();
        let text = format!(
            "{{\"facts\": 1, \"dns\": {{\"servers\": [\"192.0.2.10:53\"], \"lookups\": [{}]}}}}",
            lookups.join(", ")
        );
        folder.write("facts.json", text);
        let line = ["gather", "--facts", "facts.json", "--redact"];
        time_of(&format!("gather --redact, {count} lookups"), &line)
    };
    let (few, many) = (redact(4_000), redact(16_000));
    assert!(many < few * 9, "{many:?}, and {few:?} for a quarter");
}

/// A server that repeats the password in its answers.
#[test]
fn password_repeated_by_the_directory_is_not_shown() {
    let server = LdapServer::start(None, |asked| {
        if asked.is_bind() {
            vec![Said::result(53, "no logon with geheim-4711 today")]
        } else {
            sound(asked)
        }
    });
    let url = format!("ldap://127.0.0.1:{}", server.port);
    let folder = Folder::with_farm(&farm_of(&url, "3s", ""));
    for arguments in [
        &["verify", "directory", "--insecure-bind", "--format", "json"][..],
        &["gather", "directory", "--insecure-bind"],
    ] {
        let Measured { run, .. } = measured(&folder, arguments, Duration::from_secs(20));
        assert!(run.out.contains("no logon with *** today"), "{run:?}");
        assert!(
            !run.out.contains("geheim") && !run.err.contains("geheim"),
            "{run:?}"
        );
    }
}

#[test]
fn urls_are_shown_without_their_password() {
    let folder = Folder::with_farm("[farm]\nname = \"x\"\n");
    for (setting, url) in [
        ("probe.directory", "ldaps://admin:S3c'r3t@dc1"),
        ("probe.directory", "ldaps://admin:S3cr/3t@dc1"),
        ("probe.directory", "ldaps://admin:S3@r3t@dc1"),
        (
            "incoming-email.display-address",
            "https://bob:S3cr3t@sp.fabrikam.com/",
        ),
    ] {
        let run = folder.run(&["set", setting, url]);
        let all = run.out + &run.err;
        let secret = url.split(':').nth(2).and_then(|rest| rest.rsplit_once('@'));
        let (secret, _) = secret.expect("a password");
        assert!(
            !all.contains(secret) && !all.contains("`bob`"),
            "{url}: {all}"
        );
    }
}

#[test]
fn metabase_that_is_not_an_ordinary_file_is_rejected() {
    let folder = Folder::with_farm("[[server]]\nname = \"sp1.contoso.com\"\n");
    make_pipe(&folder, "pipe");
    for file in ["pipe", "/dev/zero"] {
        let arguments = [
            "gather",
            "iis",
            "--server",
            "sp1.contoso.com",
            "--metabase",
            file,
        ];
        let measured = measured(&folder, &arguments, Duration::from_secs(20));
        print_row(&format!("metabase: {file}"), "256 MiB", &measured);
        let run = &measured.run;
        assert!(run.err.contains("not an ordinary file"), "{file}: {run:?}");
    }
}
