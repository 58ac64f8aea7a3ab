//! The wizard of the real program at a real terminal.

use super::ADVANCED;
use crate::support::Folder;
use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};
use std::process::Command;
use std::time::Duration;

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
pub const ENTER: &str = "\r";
const ESCAPE: &str = "\x1b";
const SPACE: &str = " ";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const HIDE_CURSOR: &str = "\x1b[?25l";
const SHOW_CURSOR: &str = "\x1b[?25h";

/// The height of the terminal.
const ROWS: u16 = 40;

pub struct Terminal {
    session: OsSession,
    pub seen: String,
}

impl Terminal {
    pub fn start(folder: &Folder, arguments: &[&str]) -> Self {
        Self::of_width(140, folder, arguments)
    }

    pub fn of_width(width: u16, folder: &Folder, arguments: &[&str]) -> Self {
        let inner = folder.command(arguments);
        // Set the size of the terminal before the program reads it.
        let mut command = Command::new("sh");
        command
            .args([
                "-c",
                &format!(
                    "until [ \"$(stty size)\" = '{ROWS} {width}' ]; do sleep 0.01; done; exec \"$@\""
                ),
                "sh",
            ])
            .arg(inner.get_program())
            .args(inner.get_args());
        if let Some(current) = inner.get_current_dir() {
            command.current_dir(current);
        }
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        let mut session = Session::spawn(command).expect("a terminal");
        // `spawn` sets another size after the start, so the program waits for this one.
        let terminal = session.get_process_mut();
        terminal.set_window_size(width, ROWS).expect("a size");
        session.set_expect_timeout(Some(Duration::from_secs(20)));
        Self {
            session,
            seen: String::new(),
        }
    }

    /// Waits for a text on the screen.
    #[track_caller]
    pub fn wait(&mut self, text: &str) {
        match self.session.expect(text) {
            Ok(found) => self
                .seen
                .push_str(&String::from_utf8_lossy(found.as_bytes())),
            Err(error) => panic!("`{text}` does not come ({error}), only:\n{}", self.seen),
        }
    }

    #[track_caller]
    pub fn press(&mut self, keys: &[&str]) {
        // A prompt reads keys only after it is drawn.
        std::thread::sleep(Duration::from_millis(300));
        keys.iter()
            .for_each(|key| self.session.send(key).expect("a key"));
    }

    /// Waits for a question, and presses keys.
    #[track_caller]
    pub fn answer(&mut self, question: &str, keys: &[&str]) {
        self.wait(question);
        self.press(keys);
    }

    /// Returns all output, and the exit status.
    pub fn end(mut self) -> (String, i32) {
        if let Ok(rest) = self.session.expect(Eof) {
            self.seen
                .push_str(&String::from_utf8_lossy(rest.as_bytes()));
        }
        match self.session.get_process().wait().expect("its end") {
            WaitStatus::Exited(_, code) => (self.seen, code),
            other => panic!("it did not exit by itself: {other:?}\n{}", self.seen),
        }
    }
}

/// Returns the keys that move up in a list from its last row, `leave unrecorded`, and select that
/// row.
fn up(rows: usize) -> Vec<&'static str> {
    [vec![UP; rows], vec![ENTER]].concat()
}

fn walk_basic(terminal: &mut Terminal) {
    terminal.answer("Enable sites on this server", &up(2));
    terminal.answer("Settings mode", &up(2));
    terminal.answer("Use the SharePoint Directory Management Service", &up(3));
    terminal.answer(
        "E-mail server display address",
        &["mail@fabrikam.com", ENTER],
    );
    terminal.answer(
        "did you mean `fabrikam.com`?",
        &["mail.fabrikam.com", ENTER],
    );
    terminal.answer("Safe e-mail servers", &["all", ENTER]);
    terminal.answer("Record what the checks need", &[DOWN, ENTER]);
    terminal.wait("What changes in farm.toml:");
    terminal.wait("incoming-email.safe-servers: not set → all");
}

const BASIC: [(&str, &str); 5] = [
    ("enabled", "true"),
    ("mode", "automatic"),
    ("service", "no"),
    ("display-address", "mail.fabrikam.com"),
    ("safe-servers", "all"),
];

/// The summary of the basic scenario in 60 columns, as displayed.
const SUMMARY: &str = " in farm.toml:
  incoming-email.enabled: not set → true
  incoming-email.mode: not set → automatic
  incoming-email.display-address: not set →
    mail.fabrikam.com
  incoming-email.safe-servers: not set → all
  directory-management.service: not set → no

";

#[track_caller]
fn assert_basic(folder: &Folder) {
    for (key, value) in BASIC {
        assert_eq!(folder.run(&["get", key]).out, format!("{value}\n"), "{key}");
    }
    assert!(
        folder
            .read("farm.toml")
            .starts_with("# The incoming e-mail settings"),
        "a new file is commented"
    );
}

#[test]
fn the_whole_page_is_asked_for_a_new_file() {
    let folder = Folder::new();
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    walk_basic(&mut terminal);
    terminal.answer("Write farm.toml?", &[ENTER]);
    terminal.answer("Verify it?", &[DOWN, ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("farm.toml: written"), "{seen}");
    assert!(!seen.contains("\x1b[1m"), "NO_COLOR is obeyed: {seen:?}");
    assert_basic(&folder);
}

#[test]
fn at_sixty_columns_every_line_fits() {
    let folder = Folder::new();
    let mut terminal = Terminal::of_width(60, &folder, &["wizard"]);
    walk_basic(&mut terminal);
    terminal.answer("Write farm.toml?", &[ENTER]);
    terminal.answer("Verify it?", &[DOWN, ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_basic(&folder);
    let (conversation, _) = seen
        .split_once("farm.toml: written")
        .expect("it is written");
    let plain = anstream::adapter::strip_str(conversation).to_string();
    let summary = plain
        .split("What changes")
        .nth(1)
        .and_then(|rest| rest.split("Write farm.toml?").next());
    assert_eq!(summary.unwrap_or_default().replace('\r', ""), SUMMARY);
    let widest = plain
        .split(['\n', '\r'])
        .max_by_key(|line| line.chars().count())
        .unwrap_or_default();
    assert!(widest.chars().count() <= 60, "{widest}");
}

#[test]
fn an_existing_file_is_edited_in_place() {
    let folder = Folder::with_farm(&format!("# ours\n{ADVANCED}# the end\n"));
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    terminal.answer("Enable sites on this server", &[ENTER]);
    terminal.answer("Settings mode", &[ENTER]);
    terminal.answer("Use the SharePoint Directory Management Service", &[ENTER]);
    terminal.answer("Active Directory container", &[ENTER]);
    terminal.answer("SMTP mail server", &[ENTER]);
    terminal.answer("Accept messages from authenticated", &[DOWN, ENTER]);
    terminal.answer("Allow creation of distribution groups", &[ENTER]);
    terminal.answer("approval settings", &[SPACE, ENTER]);
    terminal.answer("E-mail server display address", &[ENTER]);
    terminal.answer("E-mail drop folder", &[ENTER]);
    terminal.answer("Record what the checks need", &[DOWN, ENTER]);
    terminal.wait("directory-management.authenticated-users-only: true → false");
    terminal.answer("Write farm.toml?", &[ENTER]);
    terminal.answer("Verify it?", &[DOWN, ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    // The rows of a list are marked by characters, not only by colour.
    assert!(
        seen.contains("> [x] Create new distribution group"),
        "{seen}"
    );
    let changed = ADVANCED
        .replace(
            "authenticated-users-only = true",
            "authenticated-users-only = false",
        )
        .replace("[\"create\", \"delete\"]", "[\"delete\"]");
    assert_eq!(
        folder.read("farm.toml"),
        format!("# ours\n{changed}# the end\n")
    );
}

#[test]
fn kept_account_is_checked_after_going_back() {
    let folder = Folder::with_farm(
        "[farm]\nversion = \"2016\"\n[incoming-email]\nenabled = true\nmode = \"automatic\"\n\
         safe-servers = \"all\"\n[directory-management]\nservice = \"no\"\n",
    );
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    terminal.answer("Enable sites on this server", &[ENTER]);
    terminal.answer("Settings mode", &[ENTER]);
    terminal.answer("Use the SharePoint Directory", &[ENTER]);
    terminal.answer("E-mail server display address", &["a.example", ENTER]);
    terminal.answer("Safe e-mail servers", &[ENTER]);
    terminal.answer("Record what the checks need", &[UP, ENTER]);
    terminal.answer("SharePoint version", &[ENTER]);
    terminal.answer("Timer service's account", &["svc@b.example", ENTER]);
    terminal.answer("Servers of the farm", &["<", ENTER]);
    terminal.answer("Timer service's account", &["<", ENTER]);
    terminal.answer("SharePoint version", &[ESCAPE]);
    terminal.answer("Record what the checks need", &[ESCAPE]);
    terminal.answer("Safe e-mail servers", &["<", ENTER]);
    terminal.answer("E-mail server display address", &["b.example", ENTER]);
    terminal.answer("Safe e-mail servers", &[ENTER]);
    terminal.answer("Record what the checks need", &[ENTER]);
    terminal.answer("SharePoint version", &[ENTER]);
    terminal.answer("Timer service's account", &[ENTER]);
    terminal.answer("is an e-mail address of the farm", &["B\\svc", ENTER]);
    terminal.answer("Servers of the farm", &[CTRL_C]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 130, "{seen}");
}

#[test]
fn back_works_by_the_row_by_escape_and_by_typing() {
    let folder = Folder::with_farm(ADVANCED);
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    terminal.answer("Enable sites on this server", &[ENTER]);
    // The last row of a list.
    terminal.answer("Settings mode", &[DOWN, ENTER]);
    terminal.answer("Enable sites on this server", &[ENTER]);
    terminal.answer("Settings mode", &[ENTER]);
    // Escape in a list.
    terminal.answer("Use the SharePoint Directory Management Service", &[ESCAPE]);
    terminal.answer("Settings mode", &[ENTER]);
    terminal.answer("Use the SharePoint Directory Management Service", &[ENTER]);
    // By typing.
    terminal.answer("Active Directory container", &["<", ENTER]);
    terminal.answer("Use the SharePoint Directory Management Service", &[ENTER]);
    terminal.answer("Active Directory container", &[ENTER]);
    terminal.answer("SMTP mail server", &[ENTER]);
    terminal.answer("Accept messages from authenticated", &[ENTER]);
    terminal.answer("Allow creation of distribution groups", &[ENTER]);
    // By the row of a question with several answers.
    terminal.answer("approval settings", &[UP, SPACE, ENTER]);
    terminal.answer("Allow creation of distribution groups", &[ENTER]);
    terminal.answer("approval settings", &[ENTER]);
    terminal.answer(
        "E-mail server display address",
        &["lists.fabrikam.com", ENTER],
    );
    terminal.answer("E-mail drop folder", &[ENTER]);
    terminal.answer("Record what the checks need", &[DOWN, ENTER]);
    // From the summary.
    terminal.answer("Write farm.toml?", &[UP, ENTER]);
    terminal.answer("Record what the checks need", &[ESCAPE]);
    terminal.answer("E-mail drop folder", &["<", ENTER]);
    terminal.wait("E-mail server display address");
    terminal.answer("now: lists.fabrikam.com", &["mail.fabrikam.com", ENTER]);
    terminal.answer("E-mail drop folder", &[ENTER]);
    terminal.answer("Record what the checks need", &[DOWN, ENTER]);
    terminal.wait("incoming-email.display-address: sharepoint.fabrikam.com → mail.fabrikam.com");
    terminal.answer("Write farm.toml?", &[ENTER]);
    terminal.answer("Verify it?", &[DOWN, ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(
        folder.read("farm.toml"),
        ADVANCED.replace("sharepoint.fabrikam.com", "mail.fabrikam.com")
    );
}

#[test]
fn plain_mode_asks_one_question_a_line() {
    let folder = Folder::new();
    let mut terminal = Terminal::start(&folder, &["wizard", "--plain"]);
    terminal.answer("Enter for leave unrecorded:", &["<", ENTER]);
    terminal.answer("This is the first question.", &["maybe", ENTER]);
    terminal.answer(
        "Not accepted: `maybe` is not one of the choices 1 to 3",
        &["yes", ENTER],
    );
    terminal.wait("Settings mode: Automatic takes");
    terminal.answer("< goes back:", &["2", ENTER]);
    terminal.wait("distribution groups and contacts:");
    terminal.answer("< goes back:", &["<", ENTER]);
    terminal.wait("Settings mode: Automatic takes");
    terminal.answer("Enter for advanced; < goes back:", &["automatic", ENTER]);
    terminal.wait("distribution groups and contacts:");
    terminal.answer("< goes back:", &["no", ENTER]);
    terminal.wait("For example: sharepoint.fabrikam.com");
    terminal.answer("< goes back:", &["mail@fabrikam.com", ENTER]);
    terminal.wait("Not accepted: `mail@fabrikam.com`:");
    terminal.answer("< goes back:", &["mail.fabrikam.com", ENTER]);
    terminal.wait("Safe e-mail servers:");
    terminal.answer("< goes back:", &["all", ENTER]);
    terminal.wait("Record what the checks need");
    terminal.answer("Enter for yes; < goes back:", &["no", ENTER]);
    terminal.wait("Write farm.toml?");
    terminal.answer("< goes back:", &[ENTER]);
    terminal.wait("Verify it?");
    terminal.answer("Enter for yes:", &["no", ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(
        !seen.contains('\x1b'),
        "nothing is redrawn or coloured: {seen:?}"
    );
    assert_basic(&folder);
}

#[test]
fn several_choices_are_typed_on_one_line() {
    let folder = Folder::with_farm(ADVANCED);
    let mut terminal = Terminal::start(&folder, &["wizard", "--plain", "--dry-run"]);
    for label in [
        "Enable sites",
        "Settings mode",
        "Use the SharePoint",
        "Active Directory",
        "SMTP mail",
        "Accept",
    ] {
        terminal.wait(label);
        terminal.answer("Enter for ", &[ENTER]);
    }
    terminal.wait("Allow creation");
    terminal.answer("Enter for ", &[ENTER]);
    terminal.wait("1. Create new distribution group (marked)");
    terminal.answer(
        "Enter for those marked; < goes back:",
        &["1, change", ENTER],
    );
    terminal.answer(
        "Not accepted: `change` is not one of the choices 1 to 4",
        &["1, 2, delete distribution group", ENTER],
    );
    for label in ["E-mail server", "E-mail drop", "Record what"] {
        terminal.wait(label);
        terminal.answer(
            "Enter for ",
            &[if label == "Record what" {
                "no\r"
            } else {
                ENTER
            }],
        );
    }
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(
        seen.contains("approve: [create, delete] → [create, address, delete]"),
        "{seen}"
    );
    assert_eq!(folder.read("farm.toml"), ADVANCED);
}

#[test]
fn written_file_is_verified_on_request() {
    let quiet = "[incoming-email]\nenabled = false\nmode = \"advanced\"\n";
    let folder = Folder::with_farm(quiet);
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    terminal.answer("Enable sites on this server", &[UP, ENTER]);
    for label in [
        "Settings mode",
        "Use the SharePoint",
        "E-mail server display",
        "E-mail drop folder",
    ] {
        terminal.answer(label, &[ENTER]);
    }
    terminal.answer("Record what the checks need", &[DOWN, ENTER]);
    terminal.answer("Write farm.toml?", &[ENTER]);
    terminal.answer("Verify it?", &[ENTER]);
    terminal.wait("error[page-drop-folder-missing]");
    let (seen, code) = terminal.end();
    assert!(
        [1, 4].contains(&code),
        "the status is that of `verify`: {code} {seen}"
    );
    assert_eq!(folder.read("farm.toml"), quiet.replace("false", "true"));
}

#[test]
fn declined_writes_nothing() {
    let folder = Folder::new();
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    walk_basic(&mut terminal);
    terminal.answer("Write farm.toml?", &[DOWN, ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("nothing was written"), "{seen}");
    assert!(!folder.path("farm.toml").exists());
}

#[test]
fn a_dry_run_asks_and_writes_nothing() {
    let folder = Folder::new();
    let mut terminal = Terminal::start(&folder, &["wizard", "--check"]);
    walk_basic(&mut terminal);
    let (seen, code) = terminal.end();
    assert_eq!(code, 1, "{seen}");
    assert!(
        seen.contains("nothing was written") && !seen.contains("Write farm.toml?"),
        "{seen}"
    );
    assert!(!folder.path("farm.toml").exists());
}

#[test]
fn an_unchanged_file_is_reported_and_not_written() {
    let text = "[incoming-email]\nenabled = false\n";
    let folder = Folder::with_farm(text);
    let mut terminal = Terminal::start(&folder, &["wizard"]);
    terminal.answer("Enable sites on this server", &[ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("nothing was changed"), "{seen}");
    assert_eq!(folder.read("farm.toml"), text);
}

/// Ctrl-C at a list, at a typed answer, at several choices, and at the last question.
#[test]
fn ctrl_c_leaves_a_visible_cursor_and_no_file() {
    for stage in 0..4 {
        let folder = Folder::new();
        let mut terminal = Terminal::start(&folder, &["wizard"]);
        match stage {
            0 => terminal.wait("Enable sites on this server"),
            1 => {
                terminal.answer("Enable sites on this server", &up(2));
                terminal.answer("Settings mode", &up(2));
                terminal.answer("Use the SharePoint Directory", &up(3));
                terminal.wait("E-mail server display address");
            }
            2 => {
                terminal.answer("Enable sites on this server", &up(2));
                terminal.answer("Settings mode", &up(1));
                terminal.answer("Use the SharePoint Directory", &up(2));
                terminal.answer("Active Directory container", &[ENTER]);
                terminal.answer("SMTP mail server", &[ENTER]);
                terminal.answer("Accept messages from authenticated", &up(2));
                terminal.answer("Allow creation of distribution groups", &up(2));
                terminal.answer("approval settings", &[SPACE]);
            }
            _ => {
                walk_basic(&mut terminal);
                terminal.wait("Write farm.toml?");
            }
        }
        terminal.press(&[CTRL_C]);
        let (seen, code) = terminal.end();
        assert_eq!(code, 130, "stage {stage}: {seen}");
        assert!(
            stage != 0 || seen.contains(HIDE_CURSOR),
            "the list hides the cursor: {seen:?}"
        );
        let (hidden, shown) = (seen.rfind(HIDE_CURSOR), seen.rfind(SHOW_CURSOR));
        assert!(
            shown > hidden,
            "stage {stage}: the cursor stays hidden: {seen:?}"
        );
        assert!(!folder.path("farm.toml").exists(), "stage {stage}");
        assert_eq!(
            std::fs::read_dir(folder.path(""))
                .expect("the folder")
                .count(),
            0,
            "stage {stage}"
        );
    }
}

/// In plain mode: Ctrl-C, and the end of the input.
#[test]
fn plain_mode_ends_at_ctrl_c_and_end_of_input() {
    for (key, expected, said) in [(CTRL_C, 130, ""), (CTRL_D, 4, "the input has ended")] {
        let folder = Folder::new();
        let mut terminal = Terminal::start(&folder, &["wizard", "--plain"]);
        terminal.answer("Enter for leave unrecorded:", &["yes", ENTER]);
        terminal.answer("< goes back:", &[key]);
        let (seen, code) = terminal.end();
        assert_eq!(code, expected, "{seen}");
        assert!(seen.contains(said) && !seen.contains('\x1b'), "{seen:?}");
        assert!(!folder.path("farm.toml").exists());
    }
}

#[test]
fn a_terminal_that_cannot_redraw_is_asked_line_by_line() {
    let folder = Folder::new();
    let mut command = folder.command(&["wizard"]);
    command
        .stdin(std::process::Stdio::inherit())
        .env("TERM", "dumb")
        .env("LC_ALL", "C");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    let mut terminal = Terminal {
        session,
        seen: String::new(),
    };
    terminal.answer("Enter for leave unrecorded:", &["no", ENTER]);
    terminal.answer("Enter for yes; < goes back:", &["no", ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    // Such a terminal may also lack characters beyond ASCII.
    assert!(
        seen.contains("incoming-email.enabled: not set -> false") && seen.is_ascii(),
        "{seen}"
    );
}
