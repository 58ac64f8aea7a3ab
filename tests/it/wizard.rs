//! The wizard: what is asked, in which order, with which answers offered; by script, and at a real terminal.

use spinmail::error::Error;
use spinmail::farm::{Farm, SETTINGS, Section, read};
use spinmail::wizard::{Asker, ask};
use std::collections::VecDeque;

/// An answer to one question.
#[derive(Debug, Clone)]
enum Answer {
    /// What is there already.
    Keep,
    /// The choice that begins so.
    Pick(&'static str),
    /// The choices that begin so, and no others.
    Mark(&'static [&'static str]),
    /// Texts, one after the other, until one is taken.
    Type(&'static [&'static str]),
}

use Answer::{Keep, Mark, Pick, Type};

/// Gives scripted answers to labels, keeps what is there for all others, and writes down what it was asked.
#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<(&'static str, Answer)>,
    headings: Vec<String>,
    labels: Vec<String>,
    helps: Vec<String>,
    choices: Vec<(String, Vec<String>)>,
    /// What was offered as the present answer, by label.
    defaults: Vec<(String, String)>,
    /// Typed texts that were refused, and why.
    refused: Vec<(String, String)>,
}

impl Script {
    fn new(answers: &[(&'static str, Answer)]) -> Self {
        Self { answers: answers.iter().cloned().collect(), ..Self::default() }
    }

    fn answer(&mut self, label: &str, default: String) -> Answer {
        self.labels.push(label.to_owned());
        self.defaults.push((label.to_owned(), default));
        match self.answers.front() {
            Some((expected, _)) if *expected == label => self.answers.pop_front().expect("an answer").1,
            _ => Keep,
        }
    }

    fn offered(&self, label: &str) -> &str {
        self.defaults.iter().find(|(asked, _)| asked == label).map_or("(not asked)", |(_, default)| default)
    }

    fn choices(&self, label: &str) -> Vec<&str> {
        let found = self.choices.iter().find(|(asked, _)| asked == label);
        found.map(|(_, choices)| choices.iter().map(String::as_str).collect()).unwrap_or_default()
    }
}

/// The place of the one choice that begins so.
fn place(choices: &[String], start: &str) -> usize {
    let found: Vec<usize> = (0..choices.len()).filter(|at| choices[*at].starts_with(start)).collect();
    assert_eq!(found.len(), 1, "`{start}` among {choices:?}");
    found[0]
}

impl Asker for Script {
    fn heading(&mut self, title: &str) {
        self.headings.push(title.to_owned());
    }

    fn help(&mut self, text: &str) {
        self.helps.push(text.to_owned());
    }

    fn choose(&mut self, label: &str, choices: &[String], present: usize) -> Result<usize, Error> {
        self.choices.push((label.to_owned(), choices.to_vec()));
        match self.answer(label, choices[present].clone()) {
            Keep => Ok(present),
            Pick(start) => Ok(place(choices, start)),
            other => panic!("{label}: {other:?} is no choice"),
        }
    }

    fn choose_any(&mut self, label: &str, choices: &[String], present: &[bool]) -> Result<Vec<usize>, Error> {
        self.choices.push((label.to_owned(), choices.to_vec()));
        let marked: Vec<usize> = (0..choices.len()).filter(|at| present[*at]).collect();
        let default = marked.iter().map(|at| choices[*at].clone()).collect::<Vec<_>>().join(" | ");
        match self.answer(label, default) {
            Keep => Ok(marked),
            Mark(starts) => Ok(starts.iter().map(|start| place(choices, start)).collect()),
            other => panic!("{label}: {other:?} is no list of choices"),
        }
    }

    fn text(
        &mut self,
        label: &str,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Error> {
        let texts = match self.answer(label, present.to_owned()) {
            Keep => vec![present.to_owned()],
            Type(texts) => texts.iter().map(|text| (*text).to_owned()).collect(),
            other => panic!("{label}: {other:?} is no text"),
        };
        for text in texts {
            match check(&text) {
                Ok(()) => return Ok(text),
                Err(reason) => self.refused.push((text, reason)),
            }
        }
        panic!("{label}: every answer was refused: {:?}", self.refused)
    }

    fn confirm(&mut self, label: &str, _: bool) -> Result<bool, Error> {
        panic!("the page has no question `{label}`")
    }
}

/// Walks through the page; every answer must have been asked for, in its order.
#[track_caller]
fn walk(before: &Farm, answers: &[(&'static str, Answer)]) -> (Farm, Script) {
    let mut script = Script::new(answers);
    let after = ask(before, &mut script).expect("a farm");
    assert!(script.answers.is_empty(), "never asked: {:?}\nasked: {:#?}", script.answers, script.labels);
    assert_eq!(script.helps.len(), script.labels.len(), "every question has its help");
    (after, script)
}

fn farm(text: &str) -> Farm {
    read(text).expect("a farm file").farm
}

const ENABLED: &str = "Enable sites on this server to receive e-mail?";
const MODE: &str = "Settings mode";
const SERVICE: &str = "Use the SharePoint Directory Management Service to create distribution groups and contacts";
const CONTAINER: &str = "Active Directory container where new distribution groups and contacts will be created";
const URL: &str = "Directory Management Service URL";
const SMTP_SERVER: &str = "SMTP mail server for incoming mail";
const AUTHENTICATED: &str = "Accept messages from authenticated users only";
const GROUPS: &str = "Allow creation of distribution groups from SharePoint sites";
const APPROVE: &str = "Distribution group request approval settings";
const ADDRESS: &str = "E-mail server display address";
const FOLDER: &str = "E-mail drop folder";
const SAFE: &str = "Safe e-mail servers";

const ADVANCED: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\drop'
[directory-management]
service = "yes"
container = "OU=SharePoint,DC=fabrikam,DC=com"
smtp-server = "sp1.fabrikam.com"
authenticated-users-only = true
distribution-groups = true
approve = ["create", "delete"]
"#;

#[test]
fn the_basic_scenario() {
    let (after, script) = walk(
        &Farm::default(),
        &[
            (ENABLED, Pick("yes")),
            (MODE, Pick("automatic")),
            (SERVICE, Pick("no")),
            (ADDRESS, Type(&["mail.fabrikam.com"])),
            (SAFE, Type(&["all"])),
        ],
    );
    let expected = "[incoming-email]\nenabled = true\nmode = \"automatic\"\ndisplay-address = \"mail.fabrikam.com\"\n\
                    safe-servers = \"all\"\n[directory-management]\nservice = \"no\"\n";
    assert_eq!(after, farm(expected));
    // No drop folder, and nothing of a service that is not used.
    assert_eq!(script.labels, [ENABLED, MODE, SERVICE, ADDRESS, SAFE]);
    let titles = [Section::Enable, Section::DirectoryManagement, Section::DisplayAddress, Section::SafeServers];
    assert_eq!(script.headings, titles.map(Section::title));
}

#[test]
fn the_advanced_scenario_with_the_directory_management_service() {
    let (after, script) = walk(
        &Farm::default(),
        &[
            (ENABLED, Pick("yes")),
            (MODE, Pick("advanced")),
            (SERVICE, Pick("yes")),
            (CONTAINER, Type(&["OU=SharePoint,DC=fabrikam,DC=com"])),
            (SMTP_SERVER, Type(&["sp1.fabrikam.com"])),
            (AUTHENTICATED, Pick("yes")),
            (GROUPS, Pick("yes")),
            (APPROVE, Mark(&["Create", "Delete"])),
            (ADDRESS, Type(&["sharepoint.fabrikam.com"])),
            (FOLDER, Type(&["C:\\inetpub\\mailroot\\drop"])),
        ],
    );
    assert_eq!(after, farm(ADVANCED));
    let order = [ENABLED, MODE, SERVICE, CONTAINER, SMTP_SERVER, AUTHENTICATED, GROUPS, APPROVE, ADDRESS, FOLDER];
    assert_eq!(script.labels, order);
    let titles = [Section::Enable, Section::DirectoryManagement, Section::DisplayAddress, Section::DropFolder];
    assert_eq!(script.headings, titles.map(Section::title));
}

#[test]
fn a_remote_service_has_a_url_and_neither_container_nor_approvals() {
    let (after, script) = walk(
        &Farm::default(),
        &[
            (ENABLED, Pick("yes")),
            (MODE, Pick("advanced")),
            (SERVICE, Pick("remote")),
            (URL, Type(&["https://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx"])),
            (SMTP_SERVER, Type(&["sp1.fabrikam.com"])),
            (AUTHENTICATED, Pick("no")),
            (GROUPS, Pick("no")),
        ],
    );
    assert_eq!(script.labels, [ENABLED, MODE, SERVICE, URL, SMTP_SERVER, AUTHENTICATED, GROUPS, ADDRESS, FOLDER]);
    let expected = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n[directory-management]\nservice = \"remote\"\n\
                    url = \"https://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx\"\n\
                    smtp-server = \"sp1.fabrikam.com\"\nauthenticated-users-only = false\ndistribution-groups = false\n";
    assert_eq!(after, farm(expected));
}

#[test]
fn groups_that_are_not_allowed_need_no_approval() {
    let (after, script) = walk(&farm(ADVANCED), &[(GROUPS, Pick("no"))]);
    assert!(!script.labels.iter().any(|label| label == APPROVE));
    // What is not asked for keeps its value.
    assert_eq!(after, farm(&ADVANCED.replace("distribution-groups = true", "distribution-groups = false")));
}

#[test]
fn disabled_asks_nothing_more_and_keeps_everything() {
    let (after, script) = walk(&farm(ADVANCED), &[(ENABLED, Pick("no"))]);
    assert_eq!((script.labels, script.headings), (vec![ENABLED.to_owned()], vec![Section::Enable.title().to_owned()]));
    assert_eq!(after, farm(&ADVANCED.replace("enabled = true", "enabled = false")));
}

#[test]
fn changing_the_mode_changes_what_is_asked_and_keeps_the_rest() {
    let (after, script) = walk(&farm(ADVANCED), &[(MODE, Pick("automatic")), (SAFE, Type(&["10.0.0.5, 10.0.0.6"]))]);
    assert!(!script.labels.iter().any(|label| label == FOLDER));
    let safe = "mode = \"automatic\"\nsafe-servers = [\"10.0.0.5\", \"10.0.0.6\"]";
    assert_eq!(after, farm(&ADVANCED.replace("mode = \"advanced\"", safe)));
}

#[test]
fn a_version_without_automatic_mode_does_not_offer_it() {
    for (version, expected) in [("2016", 2), ("2019", 1), ("subscription", 1)] {
        let text = ADVANCED.replacen('\n', &format!("\n[farm]\nversion = \"{version}\"\n"), 1);
        let (_, script) = walk(&farm(&text), &[]);
        let choices = script.choices(MODE);
        assert_eq!(choices.len(), expected, "{version}: {choices:?}");
        assert_eq!(choices.iter().any(|choice| choice.starts_with("automatic")), expected == 2);
    }
}

#[test]
fn a_mode_that_is_gone_can_be_left_but_is_not_called_unrecorded() {
    let text = "[farm]\nversion = \"2019\"\n[incoming-email]\nenabled = true\nmode = \"automatic\"\n";
    let (after, script) = walk(&farm(text), &[]);
    assert_eq!(script.offered(MODE), "leave as it is: automatic");
    assert_eq!(after, farm(text));
    let (after, _) = walk(&farm(text), &[(MODE, Pick("advanced"))]);
    assert_eq!(after, farm(&text.replace("automatic", "advanced")));
}

#[test]
fn present_values_are_the_answers_offered() {
    let (after, script) = walk(&farm(ADVANCED), &[]);
    assert_eq!(after, farm(ADVANCED), "answering nothing changes nothing");
    for (label, default) in [
        (ENABLED, "yes"),
        (CONTAINER, "OU=SharePoint,DC=fabrikam,DC=com"),
        (SMTP_SERVER, "sp1.fabrikam.com"),
        (AUTHENTICATED, "yes"),
        (APPROVE, "Create new distribution group | Delete distribution group"),
        (ADDRESS, "sharepoint.fabrikam.com"),
        (FOLDER, "C:\\inetpub\\mailroot\\drop"),
    ] {
        assert_eq!(script.offered(label), default, "{label}");
    }
    assert!(script.offered(MODE).starts_with("advanced: "));
    assert!(script.offered(SERVICE).starts_with("yes: "));
}

#[test]
fn what_is_not_recorded_stays_so_unless_answered() {
    let (after, script) = walk(&Farm::default(), &[]);
    assert_eq!((after, script.labels), (Farm::default(), vec![ENABLED.to_owned()]));
    assert_eq!(script.defaults[0].1, "leave unrecorded");
    let enabled = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n[directory-management]\nservice = \"yes\"\n";
    let (after, script) = walk(&farm(enabled), &[]);
    assert!(script.labels.iter().any(|label| label == APPROVE), "{:?}", script.labels);
    assert_eq!(after, farm(enabled));
    // What has been recorded can be emptied.
    let (after, _) = walk(&farm(ADVANCED), &[(APPROVE, Mark(&[]))]);
    assert_eq!(after, farm(&ADVANCED.replace("[\"create\", \"delete\"]", "[]")));
}

#[test]
fn what_is_invalid_is_refused_at_once_with_the_reason() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (SMTP_SERVER, Type(&["sp1 fabrikam", "sp2.fabrikam.com"])),
            (ADDRESS, Type(&["lists@fabrikam.com", "bad_domain.com", "lists.fabrikam.com"])),
            (FOLDER, Type(&["drop", "E:\\drop"])),
        ],
    );
    let expected = ADVANCED
        .replace("sp1.fabrikam.com", "sp2.fabrikam.com")
        .replace("sharepoint.fabrikam.com", "lists.fabrikam.com")
        .replace("C:\\inetpub\\mailroot\\drop", "E:\\drop");
    assert_eq!(after, farm(&expected));
    let phrases = [
        ("sp1 fabrikam", "expected"),
        ("lists@fabrikam.com", "did you mean `fabrikam.com`?"),
        ("bad_domain.com", "underscore"),
        ("drop", "a drive or a share is missing"),
    ];
    assert_eq!(script.refused.len(), phrases.len(), "{:?}", script.refused);
    for ((typed, reason), (expected, phrase)) in script.refused.iter().zip(phrases) {
        assert_eq!(typed, expected);
        assert!(reason.contains(&format!("`{typed}`")) && reason.contains(phrase), "{reason}");
    }
}

/// Whatever is chosen, what is asked is in the order of the page, and under the heading it has there.
#[test]
fn the_order_is_the_pages() {
    let page: Vec<&str> = Section::PAGE.into_iter().flat_map(Section::rows).map(|row| row.label).collect();
    let order =
        [ENABLED, MODE, SERVICE, CONTAINER, URL, SMTP_SERVER, AUTHENTICATED, GROUPS, APPROVE, ADDRESS, FOLDER, SAFE];
    assert_eq!(page, order);
    assert_eq!(page.len(), SETTINGS.iter().filter(|row| row.section != Section::Beside).count());
}

/// The real program at a real terminal.
#[cfg(unix)]
mod terminal {
    use super::ADVANCED;
    use crate::support::Folder;
    use expectrl::process::unix::WaitStatus;
    use expectrl::session::OsSession;
    use expectrl::{Eof, Expect, Session};
    use std::time::Duration;

    const DOWN: &str = "\x1b[B";
    const ENTER: &str = "\r";
    const SPACE: &str = " ";
    const CTRL_C: &str = "\x03";
    const HIDE_CURSOR: &str = "\x1b[?25l";
    const SHOW_CURSOR: &str = "\x1b[?25h";

    struct Terminal {
        session: OsSession,
        seen: String,
    }

    impl Terminal {
        fn start(folder: &Folder, arguments: &[&str]) -> Self {
            let mut command = folder.command(arguments);
            command.stdin(std::process::Stdio::inherit()).env("TERM", "xterm");
            let mut session = Session::spawn(command).expect("a terminal");
            session.get_process_mut().set_window_size(140, 40).expect("a size");
            session.set_expect_timeout(Some(Duration::from_secs(20)));
            Self { session, seen: String::new() }
        }

        /// Waits for a text on the screen.
        #[track_caller]
        fn wait(&mut self, text: &str) {
            match self.session.expect(text) {
                Ok(found) => self.seen.push_str(&String::from_utf8_lossy(found.as_bytes())),
                Err(error) => panic!("`{text}` does not come ({error}), only:\n{}", self.seen),
            }
        }

        /// Waits for a question, then presses keys.
        #[track_caller]
        fn answer(&mut self, question: &str, keys: &[&str]) {
            self.wait(question);
            // The prompt reads keys only once it has drawn itself.
            std::thread::sleep(Duration::from_millis(150));
            keys.iter().for_each(|key| self.session.send(key).expect("a key"));
        }

        /// Everything that was shown, and the exit status.
        fn end(mut self) -> (String, i32) {
            if let Ok(rest) = self.session.expect(Eof) {
                self.seen.push_str(&String::from_utf8_lossy(rest.as_bytes()));
            }
            match self.session.get_process().wait().expect("its end") {
                WaitStatus::Exited(_, code) => (self.seen, code),
                other => panic!("it did not exit by itself: {other:?}\n{}", self.seen),
            }
        }
    }

    fn walk_basic(terminal: &mut Terminal) {
        terminal.answer("Enable sites on this server", &["\x1b[A", "\x1b[A", ENTER]);
        terminal.answer("Settings mode", &["\x1b[A", "\x1b[A", ENTER]);
        terminal.answer("Use the SharePoint Directory Management Service", &["\x1b[A", "\x1b[A", "\x1b[A", ENTER]);
        terminal.answer("E-mail server display address", &["mail@fabrikam.com", ENTER]);
        terminal.wait("did you mean `fabrikam.com`?");
        let back = "\x7f".repeat("mail@fabrikam.com".len());
        std::thread::sleep(Duration::from_millis(150));
        terminal.session.send(format!("{back}mail.fabrikam.com{ENTER}")).expect("keys");
        terminal.answer("Safe e-mail servers", &["all", ENTER]);
        terminal.wait("What changes:");
        terminal.wait("incoming-email.safe-servers: not set → all");
    }

    #[test]
    fn through_the_whole_page_to_a_new_file() {
        let folder = Folder::new();
        let mut terminal = Terminal::start(&folder, &["wizard"]);
        walk_basic(&mut terminal);
        terminal.answer("Write farm.toml?", &["y"]);
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("farm.toml: written"), "{seen}");
        for (key, value) in [
            ("enabled", "true"),
            ("mode", "automatic"),
            ("service", "no"),
            ("display-address", "mail.fabrikam.com"),
            ("safe-servers", "all"),
        ] {
            assert_eq!(folder.run(&["get", key]).out, format!("{value}\n"), "{key}");
        }
        assert!(folder.read("farm.toml").starts_with("# The incoming e-mail settings"), "a new file is commented");
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
        terminal.wait("directory-management.authenticated-users-only: true → false");
        terminal.answer("Write farm.toml?", &["y"]);
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        let changed = ADVANCED
            .replace("authenticated-users-only = true", "authenticated-users-only = false")
            .replace("[\"create\", \"delete\"]", "[\"delete\"]");
        assert_eq!(folder.read("farm.toml"), format!("# ours\n{changed}# the end\n"));
    }

    #[test]
    fn declined_writes_nothing() {
        let folder = Folder::new();
        let mut terminal = Terminal::start(&folder, &["wizard"]);
        walk_basic(&mut terminal);
        terminal.answer("Write farm.toml?", &["n"]);
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
        assert!(seen.contains("nothing was written") && !seen.contains("Write farm.toml?"), "{seen}");
        assert!(!folder.path("farm.toml").exists());
    }

    #[test]
    fn nothing_changed_is_said_and_nothing_written() {
        let text = "[incoming-email]\nenabled = false\n";
        let folder = Folder::with_farm(text);
        let mut terminal = Terminal::start(&folder, &["wizard"]);
        terminal.answer("Enable sites on this server", &[ENTER]);
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("nothing changes"), "{seen}");
        assert_eq!(folder.read("farm.toml"), text);
    }

    /// Ctrl-C at a list, at a typed answer, and at the last question.
    #[test]
    fn ctrl_c_leaves_a_visible_cursor_and_no_file() {
        for stage in 0..3 {
            let folder = Folder::new();
            let mut terminal = Terminal::start(&folder, &["wizard"]);
            match stage {
                0 => terminal.wait("Enable sites on this server"),
                1 => {
                    terminal.answer("Enable sites on this server", &["\x1b[A", "\x1b[A", ENTER]);
                    terminal.answer("Settings mode", &["\x1b[A", "\x1b[A", ENTER]);
                    terminal.answer("Use the SharePoint Directory", &["\x1b[A", "\x1b[A", "\x1b[A", ENTER]);
                    terminal.wait("E-mail server display address");
                }
                _ => {
                    walk_basic(&mut terminal);
                    terminal.wait("Write farm.toml?");
                }
            }
            std::thread::sleep(Duration::from_millis(150));
            terminal.session.send(CTRL_C).expect("a key");
            let (seen, code) = terminal.end();
            assert_eq!(code, 130, "stage {stage}: {seen}");
            assert!(stage != 0 || seen.contains(HIDE_CURSOR), "the list hides the cursor: {seen:?}");
            let (hidden, shown) = (seen.rfind(HIDE_CURSOR), seen.rfind(SHOW_CURSOR));
            assert!(shown > hidden, "stage {stage}: the cursor stays hidden: {seen:?}");
            assert!(!folder.path("farm.toml").exists(), "stage {stage}");
            assert_eq!(std::fs::read_dir(folder.path("")).expect("the folder").count(), 0, "stage {stage}");
        }
    }
}
