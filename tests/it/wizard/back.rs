//! Going back in the wizard, its suggestions, and its steps outside the page.

use super::Answer::{Back, Keep, Mark, Pick, Type};
use super::*;
use spinmail::testing::wizard::Walk;

#[test]
fn back_asks_again_and_keeps_later_answers() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (CONTAINER, Type(&["OU=New,DC=fabrikam,DC=com"])),
            (SMTP_SERVER, Back),
            (CONTAINER, Back),
            (SERVICE, Keep),
            (CONTAINER, Keep),
            (SMTP_SERVER, Type(&["sp2.fabrikam.com"])),
            (APPROVE, Back),
            (GROUPS, Keep),
            (ADDRESS, Back),
            (APPROVE, Mark(&["Create"])),
        ],
    );
    let expected = ADVANCED
        .replace("OU=SharePoint,", "OU=New,")
        .replace("sp1.fabrikam.com", "sp2.fabrikam.com")
        .replace("[\"create\", \"delete\"]", "[\"create\"]");
    assert_eq!(after, farm(&expected));
    let start: Vec<&str> = script.labels.iter().map(String::as_str).take(8).collect();
    assert_eq!(
        start,
        [
            ENABLED,
            MODE,
            SERVICE,
            CONTAINER,
            SMTP_SERVER,
            CONTAINER,
            SERVICE,
            CONTAINER
        ]
    );
    let defaults = script
        .defaults
        .iter()
        .filter(|(label, _)| label == CONTAINER)
        .map(|(_, default)| default.as_str());
    let (old, new) = (
        "OU=SharePoint,DC=fabrikam,DC=com",
        "OU=New,DC=fabrikam,DC=com",
    );
    assert_eq!(defaults.collect::<Vec<_>>(), [old, new, new]);
}

#[test]
fn back_skips_questions_that_are_not_asked() {
    let (_, script) = walk(
        &farm(ADVANCED),
        &[(GROUPS, Pick("no")), (ADDRESS, Back), (GROUPS, Pick("yes"))],
    );
    let at = script
        .labels
        .iter()
        .position(|label| label == ADDRESS)
        .expect("asked");
    assert_eq!(script.labels[at + 1..at + 3], [GROUPS, APPROVE]);
    // The heading is shown again.
    let titles = [
        Section::DirectoryManagement,
        Section::DisplayAddress,
        Section::DirectoryManagement,
    ];
    assert!(
        script
            .headings
            .windows(3)
            .any(|three| three == titles.map(Section::title)),
        "{:?}",
        script.headings
    );
}

#[test]
fn answers_made_irrelevant_by_going_back_are_restored() {
    let (after, _) = walk(
        &farm(ADVANCED),
        &[
            (CONTAINER, Type(&["OU=New,DC=fabrikam,DC=com"])),
            (SMTP_SERVER, Back),
            (CONTAINER, Back),
            (SERVICE, Pick("no")),
        ],
    );
    assert_eq!(
        after,
        farm(&ADVANCED.replace("service = \"yes\"", "service = \"no\""))
    );
}

#[test]
fn at_the_first_question_back_asks_it_again() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (ENABLED, Back),
            (ENABLED, Keep),
            (MODE, Back),
            (ENABLED, Pick("no")),
        ],
    );
    assert_eq!(script.labels, [ENABLED, ENABLED, MODE, ENABLED]);
    assert_eq!(
        after,
        farm(&ADVANCED.replace("enabled = true", "enabled = false"))
    );
}

#[test]
fn from_the_end_back_leads_to_the_last_question() {
    let before = farm(ADVANCED);
    let mut walk = Walk::new(&before, &suggestions);
    let mut script = Script::new(&[(FOLDER, Type(&["D:\\drop"])), (OFFER, Pick("no"))]);
    let after = walk.run(&mut script).expect("a farm");
    assert_eq!(
        after,
        farm(&ADVANCED.replace("C:\\inetpub\\mailroot", "D:"))
    );
    walk.back();
    script.answers = [
        (OFFER, Back),
        (FOLDER, Type(&["E:\\drop"])),
        (OFFER, Pick("no")),
    ]
    .into();
    let after = walk.run(&mut script).expect("a farm");
    assert_eq!(
        after,
        farm(&ADVANCED.replace("C:\\inetpub\\mailroot", "E:"))
    );
}

// --- Suggestions, and steps outside the page

#[test]
fn suggestions_are_offered_once_and_never_applied_unasked() {
    let text = ADVANCED.replace("smtp-server = \"sp1.fabrikam.com\"\n", "");
    let (after, script) = walk(&farm(&text), &[]);
    assert_eq!(after, farm(&text), "nothing is taken unasked");
    // A suggestion that the setting would reject is not offered.
    assert_eq!(
        script.suggestions,
        [(SMTP_SERVER.to_owned(), "sp9.fabrikam.com".to_owned())]
    );
    let (after, _) = walk(&farm(&text), &[(SMTP_SERVER, Type(&["2", "1"]))]);
    assert_eq!(
        after,
        farm(&ADVANCED.replace("sp1.fabrikam.com", "sp9.fabrikam.com"))
    );
    // The present value is not a suggestion.
    let (_, script) = walk(
        &farm(&ADVANCED.replace("sp1.fabrikam.com", "sp9.fabrikam.com")),
        &[],
    );
    assert_eq!(script.suggestions, []);
}

#[test]
fn extra_steps_ask_for_the_settings_of_probes() {
    let (after, script) = walk(
        &farm(ADVANCED),
        &[
            (OFFER, Pick("yes")),
            (VERSION, Pick("2016")),
            (TIMER, Type(&["FABRIKAM\\sp farm\\x", "FABRIKAM\\sp_farm"])),
            (CENTRAL, Keep),
            (
                SERVERS,
                Type(&[
                    "sp9.fabrikam.com wfe1@fabrikam.com",
                    "sp9.fabrikam.com wfe1.fabrikam.com",
                ]),
            ),
            (RECEIVERS, Mark(&["sp9"])),
            (SMTP, Back),
            (RECEIVERS, Back),
            (SERVERS, Type(&["sp9.fabrikam.com, sp8.fabrikam.com"])),
            (RECEIVERS, Keep),
            (SMTP, Keep),
            (DNS, Type(&["1"])),
            (CONTROLLERS, Type(&["dc1", "ldaps://dc1.fabrikam.com"])),
            (BIND_AS, Type(&["FABRIKAM\\auditor"])),
        ],
    );
    let expected = format!(
        "[farm]\nversion = \"2016\"\ntimer-account = 'FABRIKAM\\sp_farm'\n{ADVANCED}\
         [[server]]\nname = \"sp9.fabrikam.com\"\nincoming-email-service = true\n\
         [[server]]\nname = \"sp8.fabrikam.com\"\n\
         [probe]\ndns-servers = [\"192.0.2.10\", \"192.0.2.11\"]\n\
         directory = [\"ldaps://dc1.fabrikam.com\"]\nbind-as = 'FABRIKAM\\auditor'\n"
    );
    assert_eq!(after, farm(&expected));
    assert_eq!(
        script.headings.last().map(String::as_str),
        Some(Section::OffPage.title())
    );
    assert_eq!(
        script.choices(RECEIVERS),
        ["sp9.fabrikam.com", "wfe1.fabrikam.com"]
    );
    // The directory server is asked for only if this farm creates contacts.
    let (_, script) = walk(
        &farm(ADVANCED),
        &[(SERVICE, Pick("no")), (OFFER, Pick("yes"))],
    );
    assert!(
        script.labels.iter().any(|label| label == DNS)
            && !script.labels.iter().any(|label| label == CONTROLLERS)
    );
}

#[test]
fn declined_extra_steps_change_nothing() {
    let text = format!("{ADVANCED}[[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n");
    let (after, script) = walk(&farm(&text), &[(OFFER, Keep)]);
    assert_eq!(after, farm(&text));
    assert!(
        script.offered(OFFER).starts_with("no: "),
        "a farm with servers has what checking needs"
    );
    assert_eq!(script.labels.last().map(String::as_str), Some(OFFER));
    let (after, script) = walk(&farm(&text), &[(OFFER, Pick("yes"))]);
    assert_eq!(after, farm(&text), "answering nothing changes nothing");
    assert_eq!(script.offered(SERVERS), "sp1.fabrikam.com");
    assert_eq!(script.offered(SMTP), "sp1.fabrikam.com");
    // Answers that were given and then declined are dropped.
    let answers = [
        (OFFER, Pick("yes")),
        (VERSION, Pick("2019")),
        (TIMER, Back),
        (VERSION, Back),
        (OFFER, Pick("no")),
    ];
    assert_eq!(walk(&farm(&text), &answers).0, farm(&text));
    // Once one mark is changed, a server without a mark does not have the service.
    let two = format!("{text}[[server]]\nname = \"sp2.fabrikam.com\"\n");
    let (after, _) = walk(&farm(&two), &[(OFFER, Pick("yes")), (SMTP, Mark(&["sp2"]))]);
    let expected = two.replace(
        "true\n[[server]]\nname = \"sp2.fabrikam.com\"",
        "false\n[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = true",
    );
    assert_eq!(after, farm(&expected));
}
