//! The wizard: what is asked, in which order, with which answers offered; by script, and at a real
//! terminal.

mod accounts;
mod back;
#[cfg(unix)]
mod directory;
#[cfg(unix)]
pub mod terminal;

use spinmail::testing::Error;
use spinmail::testing::farm::{Farm, SETTINGS, Section, Setting, read};
use spinmail::testing::wizard::{Answer as Answered, Asker, Suggestion, WizardQuestion, ask};
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
    /// To the question before.
    Back,
}

use Answer::{Back, Keep, Mark, Pick, Type};

/// Gives scripted answers to labels, keeps what is there for all others, and writes down what it
/// was asked.
#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<(&'static str, Answer)>,
    headings: Vec<String>,
    labels: Vec<String>,
    helps: Vec<String>,
    choices: Vec<(String, Vec<String>)>,
    /// What was offered as the present answer, by label.
    defaults: Vec<(String, String)>,
    suggestions: Vec<(String, String)>,
    /// Typed texts that were refused, and why.
    refused: Vec<(String, String)>,
}

impl Script {
    fn new(answers: &[(&'static str, Answer)]) -> Self {
        Self {
            answers: answers.iter().cloned().collect(),
            ..Self::default()
        }
    }

    fn answer(&mut self, label: &str, default: String) -> Answer {
        self.labels.push(label.to_owned());
        self.defaults.push((label.to_owned(), default));
        match self.answers.front() {
            Some((expected, _)) if *expected == label => {
                self.answers.pop_front().expect("an answer").1
            }
            _ => Keep,
        }
    }

    fn offered(&self, label: &str) -> &str {
        self.defaults
            .iter()
            .find(|(asked, _)| asked == label)
            .map_or("(not asked)", |(_, default)| default)
    }

    fn choices(&self, label: &str) -> Vec<&str> {
        let found = self.choices.iter().find(|(asked, _)| asked == label);
        found
            .map(|(_, choices)| choices.iter().map(String::as_str).collect())
            .unwrap_or_default()
    }
}

/// The place of the one choice that begins so.
fn place(choices: &[String], start: &str) -> usize {
    let found: Vec<usize> = (0..choices.len())
        .filter(|at| choices[*at].starts_with(start))
        .collect();
    assert_eq!(found.len(), 1, "`{start}` among {choices:?}");
    found[0]
}

impl Script {
    fn asked(&mut self, question: &WizardQuestion<'_>, default: String) -> Answer {
        self.helps.push(question.help.to_owned());
        self.suggestions.extend(
            question
                .suggestions
                .iter()
                .map(|it| (question.label.to_owned(), it.value.clone())),
        );
        assert!(
            !question.can_go_back || !self.labels.is_empty(),
            "nothing lies before the first question"
        );
        self.answer(question.label, default)
    }
}

impl Asker for Script {
    fn heading(&mut self, title: &str) {
        self.headings.push(title.to_owned());
    }

    fn choose(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: usize,
    ) -> Result<Answered<usize>, Error> {
        let label = question.label;
        self.choices.push((label.to_owned(), choices.to_vec()));
        Ok(match self.asked(question, choices[present].clone()) {
            Keep => Answered::Given(present),
            Pick(start) => Answered::Given(place(choices, start)),
            Back => Answered::Back,
            other => panic!("{label}: {other:?} is not a choice"),
        })
    }

    fn choose_any(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: &[bool],
    ) -> Result<Answered<Vec<usize>>, Error> {
        let label = question.label;
        self.choices.push((label.to_owned(), choices.to_vec()));
        let marked: Vec<usize> = (0..choices.len()).filter(|at| present[*at]).collect();
        let default = marked
            .iter()
            .map(|at| choices[*at].clone())
            .collect::<Vec<_>>()
            .join(" | ");
        Ok(match self.asked(question, default) {
            Keep => Answered::Given(marked),
            Mark(starts) => {
                Answered::Given(starts.iter().map(|start| place(choices, start)).collect())
            }
            Back => Answered::Back,
            other => panic!("{label}: {other:?} is not a list of choices"),
        })
    }

    fn text(
        &mut self,
        question: &WizardQuestion<'_>,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Answered<String>, Error> {
        let label = question.label;
        let texts = match self.asked(question, present.to_owned()) {
            Keep => vec![String::new()],
            Type(texts) => texts.iter().map(|text| (*text).to_owned()).collect(),
            Back => return Ok(Answered::Back),
            other => panic!("{label}: {other:?} is not a text"),
        };
        for text in texts {
            match check(&text) {
                Ok(()) => return Ok(Answered::Given(text)),
                Err(reason) => self.refused.push((text, reason)),
            }
        }
        panic!("{label}: every answer was refused: {:?}", self.refused)
    }
}

/// Walks through the page; every answer must have been asked for, in its order. What lies next to
/// the page is declined.
#[track_caller]
fn walk(before: &Farm, answers: &[(&'static str, Answer)]) -> (Farm, Script) {
    let asks_for_offer = answers.iter().any(|(label, _)| *label == OFFER);
    let declined = [(OFFER, Pick("no"))];
    let answers = [answers, if asks_for_offer { &[] } else { &declined }].concat();
    let mut script = Script::new(&answers);
    let after = ask(before, &suggestions, &mut script).expect("a farm");
    script
        .answers
        .retain(|(label, _)| asks_for_offer || *label != OFFER);
    assert!(
        script.answers.is_empty(),
        "never asked: {:?}\nasked: {:#?}",
        script.answers,
        script.labels
    );
    assert!(
        script.helps.iter().all(|help| !help.is_empty()),
        "every question has its help"
    );
    if !asks_for_offer {
        script.labels.retain(|label| label != OFFER);
        script
            .headings
            .retain(|title| title != Section::OffPage.title());
    }
    (after, script)
}

/// What this machine would offer.
fn suggestions(setting: &Setting, _: &Farm) -> Vec<Suggestion> {
    let offer = |value: &str| Suggestion {
        value: value.to_owned(),
        what: "found",
    };
    match setting.name {
        "smtp-server" | "name" => vec![
            offer("sp9.fabrikam.com"),
            offer("no name"),
            offer("sp9.fabrikam.com"),
        ],
        "dns-servers" => vec![offer("192.0.2.10 192.0.2.11")],
        _ => Vec::new(),
    }
}

fn farm(text: &str) -> Farm {
    read(text).expect("a farm file").farm
}

const ENABLED: &str = "Enable sites on this server to receive e-mail?";
const MODE: &str = "Settings mode";
const SERVICE: &str =
    "Use the SharePoint Directory Management Service to create distribution groups and contacts";
const CONTAINER: &str =
    "Active Directory container where new distribution groups and contacts will be created";
const URL: &str = "Directory Management Service URL";
const SMTP_SERVER: &str = "SMTP mail server for incoming mail";
const AUTHENTICATED: &str = "Accept messages from authenticated users only";
const GROUPS: &str = "Allow creation of distribution groups from SharePoint sites";
const APPROVE: &str = "Distribution group request approval settings";
const ADDRESS: &str = "E-mail server display address";
const FOLDER: &str = "E-mail drop folder";
const SAFE: &str = "Safe e-mail servers";
const OFFER: &str = "Record what the checks need besides the page?";
const VERSION: &str = "SharePoint version";
const TIMER: &str = "Timer service's account";
const CENTRAL: &str = "Central Administration's account";
const SERVERS: &str = "Servers of the farm";
const RECEIVERS: &str = "Microsoft SharePoint Foundation Incoming E-Mail";
const SMTP: &str = "Simple Mail Transfer Protocol (SMTP)";
const DNS: &str = "DNS servers";
const CONTROLLERS: &str = "Directory servers";
const BIND_AS: &str = "Directory account";

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
    let titles = [
        Section::Enable,
        Section::DirectoryManagement,
        Section::DisplayAddress,
        Section::SafeServers,
    ];
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
    let order = [
        ENABLED,
        MODE,
        SERVICE,
        CONTAINER,
        SMTP_SERVER,
        AUTHENTICATED,
        GROUPS,
        APPROVE,
        ADDRESS,
        FOLDER,
    ];
    assert_eq!(script.labels, order);
    let titles = [
        Section::Enable,
        Section::DirectoryManagement,
        Section::DisplayAddress,
        Section::DropFolder,
    ];
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
            (
                URL,
                Type(&["https://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx"]),
            ),
            (SMTP_SERVER, Type(&["sp1.fabrikam.com"])),
            (AUTHENTICATED, Pick("no")),
            (GROUPS, Pick("no")),
        ],
    );
    assert_eq!(
        script.labels,
        [
            ENABLED,
            MODE,
            SERVICE,
            URL,
            SMTP_SERVER,
            AUTHENTICATED,
            GROUPS,
            ADDRESS,
            FOLDER
        ]
    );
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
    assert_eq!(
        after,
        farm(&ADVANCED.replace("distribution-groups = true", "distribution-groups = false"))
    );
}

#[test]
fn disabling_ends_the_questions_and_keeps_settings() {
    let (after, script) = walk(&farm(ADVANCED), &[(ENABLED, Pick("no"))]);
    assert_eq!(
        (script.labels, script.headings),
        (
            vec![ENABLED.to_owned()],
            vec![Section::Enable.title().to_owned()]
        )
    );
    assert_eq!(
        after,
        farm(&ADVANCED.replace("enabled = true", "enabled = false"))
    );
}

#[test]
fn changing_the_mode_changes_what_is_asked_and_keeps_the_rest() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (MODE, Pick("automatic")),
            (SAFE, Type(&["192.0.2.5, 192.0.2.6"])),
        ],
    );
    assert!(!script.labels.iter().any(|label| label == FOLDER));
    let safe = "mode = \"automatic\"\nsafe-servers = [\"192.0.2.5\", \"192.0.2.6\"]";
    assert_eq!(after, farm(&ADVANCED.replace("mode = \"advanced\"", safe)));
}

#[test]
fn a_version_without_automatic_mode_does_not_offer_it() {
    for (version, expected) in [("2016", 2), ("2019", 1), ("subscription", 1)] {
        let text = ADVANCED.replacen('\n', &format!("\n[farm]\nversion = \"{version}\"\n"), 1);
        let (_, script) = walk(&farm(&text), &[]);
        let choices = script.choices(MODE);
        assert_eq!(choices.len(), expected, "{version}: {choices:?}");
        assert_eq!(
            choices.iter().any(|choice| choice.starts_with("automatic")),
            expected == 2
        );
    }
}

#[test]
fn removed_mode_can_be_kept_and_is_shown() {
    let text =
        "[farm]\nversion = \"2019\"\n[incoming-email]\nenabled = true\nmode = \"automatic\"\n";
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
        (
            APPROVE,
            "Create new distribution group | Delete distribution group",
        ),
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
    assert_eq!(
        (after, script.labels),
        (Farm::default(), vec![ENABLED.to_owned()])
    );
    assert_eq!(script.defaults[0].1, "leave unrecorded");
    let enabled = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n[directory-management]\nservice = \"yes\"\n";
    let (after, script) = walk(&farm(enabled), &[]);
    assert!(
        script.labels.iter().any(|label| label == APPROVE),
        "{:?}",
        script.labels
    );
    assert_eq!(after, farm(enabled));
    // What has been recorded can be emptied.
    let (after, _) = walk(&farm(ADVANCED), &[(APPROVE, Mark(&[]))]);
    assert_eq!(
        after,
        farm(&ADVANCED.replace("[\"create\", \"delete\"]", "[]"))
    );
}

#[test]
fn what_is_invalid_is_refused_at_once_with_the_reason() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (SMTP_SERVER, Type(&["sp1 fabrikam", "sp2.fabrikam.com"])),
            (
                ADDRESS,
                Type(&["lists@fabrikam.com", "bad_domain.com", "lists.fabrikam.com"]),
            ),
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
        ("drop", "begin with a drive or a share"),
    ];
    assert_eq!(script.refused.len(), phrases.len(), "{:?}", script.refused);
    for ((typed, reason), (expected, phrase)) in script.refused.iter().zip(phrases) {
        assert_eq!(typed, expected);
        assert!(
            reason.contains(&format!("`{typed}`")) && reason.contains(phrase),
            "{reason}"
        );
    }
}

/// Whatever is chosen, what is asked is in the order of the page, and under the heading it has
/// there.
#[test]
fn questions_follow_the_page() {
    let page: Vec<&str> = Section::PAGE
        .into_iter()
        .flat_map(Section::rows)
        .map(|row| row.label)
        .collect();
    let order = [
        ENABLED,
        MODE,
        SERVICE,
        CONTAINER,
        URL,
        SMTP_SERVER,
        AUTHENTICATED,
        GROUPS,
        APPROVE,
        ADDRESS,
        FOLDER,
        SAFE,
    ];
    assert_eq!(page, order);
    assert_eq!(
        page.len(),
        SETTINGS
            .iter()
            .filter(|row| row.section != Section::OffPage)
            .count()
    );
}
