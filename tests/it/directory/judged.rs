//! Facts that are easy to misjudge: a descriptor or a missing fact, and the verdicts.

use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection, Severity, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};
const CONTAINER: &str = "OU=SharePointContacts,DC=fabrikam,DC=com";
const ADMIN: &str = "S-1-5-21-1-2-3-1103";
const TIMER: &str = "S-1-5-21-1-2-3-1104";

const FARM: &str = r#"[farm]
central-administration-account = 'FABRIKAM\sp_admin'
timer-account = 'FABRIKAM\sp_farm'

[incoming-email]
display-address = "sharepoint.fabrikam.com"

[directory-management]
service = "yes"
container = "OU=SharePointContacts,DC=fabrikam,DC=com"
smtp-server = "sp1.fabrikam.com"
authenticated-users-only = true
distribution-groups = true
"#;

/// Returns SDDL in which `S` is Central Administration's account and `T` the timer's account, and
/// some object types have names.
fn sddl(entries: &str) -> String {
    let kinds = [
        ("{contact}", "5cb41ed0-0e4c-11d0-a286-00aa003049e2"),
        ("{group}", "bf967a9c-0de6-11d0-a285-00aa003049e2"),
        ("{user}", "bf967aba-0de6-11d0-a285-00aa003049e2"),
        ("{unit}", "bf967aa5-0de6-11d0-a285-00aa003049e2"),
        ("{target}", "00000000-0000-0000-0000-000000000001"),
        ("{alias}", "00000000-0000-0000-0000-000000000002"),
        ("{general}", "59ba2f42-79a2-11d0-9020-00c04fc2d3cf"),
        ("{public}", "e48d0154-bcf8-11d1-8702-00c04fb96050"),
    ];
    let text = kinds.iter().fold(entries.to_owned(), |text, (name, guid)| {
        text.replace(name, guid)
    });
    let text = text
        .replace(";S)", &format!(";{ADMIN})"))
        .replace(";S;(", &format!(";{ADMIN};("));
    format!("O:BAG:BA{}", text.replace(";T)", &format!(";{TIMER})")))
}

fn account(name: &str, sid: &str) -> Value {
    json!({ "name": format!("FABRIKAM\\{name}"), "answer": { "known": {
        "name": format!("CN={name},CN=Users,DC=fabrikam,DC=com"), "sid": sid,
        "control": 512, "computed-control": 0, "expires": "never",
        "token": { "known": { "sids": [sid], "from": "token-groups" } }
    } } })
}

/// Returns a directory in which the container has these ACEs and everything else is sound.
fn directory(entries: &str) -> Value {
    let descriptor = |entries: &str| json!({ "known": { "sddl": sddl(entries) } });
    let attribute = |name: &str, digit: u8| json!({ "name": name, "guid": format!("00000000-0000-0000-0000-{digit:012}") });
    json!({
        "connection": { "known": {
            "url": "ldaps://dc1.fabrikam.com", "protection": "tls", "domain": "DC=fabrikam,DC=com"
        } },
        "schema": { "known": {
            "present": ["targetAddress", "mailNickname", "internetEncoding", "mAPIRecipient"], "absent": [],
            "attributes": [attribute("targetAddress", 1), attribute("mailNickname", 2)]
        } },
        "container": { "known": {
            "name": CONTAINER, "classes": ["top", "organizationalUnit"],
            "descriptor": descriptor(&format!("D:{entries}")),
            "above": [{ "name": "DC=fabrikam,DC=com", "class": "domainDNS", "descriptor": descriptor("D:") }],
            "sample": { "known": [] }, "sample-has-nested": true
        } },
        "accounts": [account("sp_admin", ADMIN), account("sp_farm", TIMER)],
        "members": { "known": {
            "contacts": 2, "groups": 1, "others": [],
            "encodings": [{ "value": "1310720", "count": 2 }],
            "mapi": [{ "value": "FALSE", "count": 2 }],
            "targets": [{ "value": "sp1.fabrikam.com", "count": 2 }],
            "mail-enabled": 3,
            "authenticated": [{ "value": "TRUE", "count": 3 }],
            "aliases-over-64": { "count": 0 }
        } }
    })
}

const WELL: &str = "(A;CI;CCDCDTWP;;;S)";

/// Returns the verdicts of a rule.
fn of(farm: &str, directory: Value, rule: &str) -> Vec<Verdict> {
    mounted_at(json!(null), farm, directory, rule)
}

fn mounted_at(time: Value, farm: &str, directory: Value, rule: &str) -> Vec<Verdict> {
    let facts = json!({ "facts": 1, "gathered": time, "directory": directory }).to_string();
    let facts = Facts::from_json(&facts, "facts.json").unwrap_or_else(|error| panic!("{error}"));
    let document = farm::read(farm).unwrap_or_else(|mistakes| panic!("{farm}\n{mistakes:#?}"));
    let all = rules::judge(&Case::new(&document, &facts, TODAY), &Selection::default());
    let found: Vec<Verdict> = all
        .into_iter()
        .filter(|verdict| verdict.rule.id == rule)
        .collect();
    assert!(!found.is_empty(), "no rule {rule}");
    found
}

/// Asserts the outcome of a rule's first verdict, and a part of its message, evidence or remedy.
#[track_caller]
fn assert_said(farm: &str, directory: Value, rule: &str, outcome: OutcomeKind, part: &str) {
    let verdicts = of(farm, directory, rule);
    let verdict = &verdicts[0];
    let evidence = verdict
        .evidence
        .iter()
        .map(|it| format!("{}: {}", it.asked, it.observed));
    let remedy = verdict
        .remedy
        .as_ref()
        .map(|remedy| format!("{remedy:?}"))
        .unwrap_or_default();
    let said: Vec<String> = [verdict.message.to_string(), remedy]
        .into_iter()
        .chain(evidence)
        .collect();
    assert_eq!(verdict.outcome, outcome, "{rule}: {said:#?}");
    assert!(
        said.iter().any(|said| said.contains(part)),
        "{rule}: {part}: {said:#?}"
    );
}

const PASS: OutcomeKind = OutcomeKind::Pass;
const FAIL: OutcomeKind = OutcomeKind::Fail;
const UNDECIDED: OutcomeKind = OutcomeKind::Undecided;
const ELSEWHERE: OutcomeKind = OutcomeKind::NotApplicable;

#[test]
fn rights_beyond_the_container_are_excessive() {
    for (list, outcome, part) in [
        ("D:(A;CIIO;GA;;;S)", FAIL, "below `DC=fabrikam,DC=com`"),
        ("D:(A;CI;SDDT;;;S)", FAIL, "delete contacts below"),
        ("D:(A;CI;WD;;;S)", FAIL, "change the permissions"),
        (
            "D:(OA;CIIO;WO;;{user};S)",
            FAIL,
            "take ownership of users below",
        ),
        (
            "D:(OA;CI;CC;{unit};;S)",
            FAIL,
            "create organizational units",
        ),
        (
            "D:(OA;CI;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;S)",
            FAIL,
            "create computers",
        ),
        (
            "D:(A;;GA;;;S)",
            FAIL,
            "full control of `DC=fabrikam,DC=com`",
        ),
        (
            "D:(XA;CI;CCDC;;;S;(@User.x==1))",
            UNDECIDED,
            "it depends on a condition",
        ),
        ("", UNDECIDED, "the DACL is not in this descriptor"),
        (
            "D:(A;CI;RPLCRC;;;S)(A;CI;GA;;;BA)(A;CIIO;GA;;;CO)",
            PASS,
            "",
        ),
    ] {
        let mut facts = directory(WELL);
        facts["container"]["known"]["above"][0]["descriptor"]["known"]["sddl"] = sddl(list).into();
        assert_said(FARM, facts, "directory-rights-too-wide", outcome, part);
    }
}

#[test]
fn missing_right_names_its_cause_and_its_remedy() {
    const CREATE: &str = "directory-cannot-create-contacts";
    const DELETE: &str = "directory-cannot-delete-contacts";
    const TREE: &str = "directory-cannot-delete-subtree";
    for (entries, rule, outcome, part) in [
        // The message names the ACL that decided.
        (
            "(A;CI;CCDCDT;;;S)",
            DELETE,
            PASS,
            "granted by ACE 1, allow S-1-5-21-1-2-3-1103",
        ),
        (
            "(A;CI;CCDCDT;;;S)",
            TREE,
            PASS,
            "an ACE that new objects inherit, allow S-1-5-21-1-2-3-1103",
        ),
        (
            "(XA;CI;DC;;;S;(@User.x==1))",
            DELETE,
            UNDECIDED,
            "ACE 1, allow conditionally S-1-5-21-1-2-3-1103",
        ),
        // Protection from accidental deletion does not apply to the contacts.
        (
            "(D;;DTSD;;;WD)(A;CI;CCDCWP;;;S)",
            TREE,
            FAIL,
            "no ACE grants it",
        ),
        (
            "(OD;CIIO;DT;;{user};S)(A;CI;CCDCWP;;;S)",
            TREE,
            FAIL,
            "no ACE grants it",
        ),
        (
            "(A;;DT;;;S)(A;CI;CCDCWP;;;S)",
            TREE,
            FAIL,
            "an ACE grants it on the container only",
        ),
        (
            "(OA;CI;DT;;{user};S)(A;CI;CCDCWP;;;S)",
            TREE,
            FAIL,
            "an ACE grants it for users only",
        ),
        (
            "(D;CI;DT;;;S)(A;CI;CCDCDT;;;S)",
            TREE,
            FAIL,
            "an ACE denies it",
        ),
        // The remedies for a denial and for a missing grant differ.
        (
            "(D;;DC;;;S)(A;CI;CCDCWPDT;;;S)",
            DELETE,
            FAIL,
            "Remove the ACE that denies it: it is evaluated before",
        ),
        (
            "(D;;DC;;;S)(A;CI;CCWPDT;;;S)",
            DELETE,
            FAIL,
            "denied by ACE 1, deny S-1-5-21-1-2-3-1103",
        ),
        (
            "(D;;DC;;;S)(A;CI;CCWPDT;;;S)",
            DELETE,
            FAIL,
            "Remove the ACE that denies it. Delegate Delete all",
        ),
        (
            "(D;;CC;;;S)(A;CI;DCDTWP;;;S)",
            CREATE,
            FAIL,
            "Remove the ACE that denies it. Delegate Create all",
        ),
        (
            "(A;CI;DCDTWP;;;S)",
            CREATE,
            FAIL,
            "Then recycle the application pool",
        ),
        ("(A;CI;DCDTWP;;;S)", CREATE, FAIL, "no ACE grants it"),
    ] {
        assert_said(FARM, directory(entries), rule, outcome, part);
    }
}

#[test]
fn existing_objects_have_their_own_acls() {
    const TREE: &str = "directory-cannot-delete-subtree";
    let with = |sample: Value| {
        let mut facts = directory(WELL);
        facts["container"]["known"]["sample"] = sample;
        facts
    };
    let contact = |list: &str| json!({ "name": "CN=a", "class": "contact", "descriptor": { "known": { "sddl": sddl(list) } } });
    assert_said(
        FARM,
        with(json!({ "known": [contact("D:AI(A;ID;CCDCDTWP;;;S)")] })),
        TREE,
        PASS,
        "",
    );
    let kept =
        with(json!({ "known": [contact("D:AI(A;ID;DTWP;;;S)"), contact("D:P(A;;GA;;;SY)")] }));
    assert_said(
        FARM,
        kept.clone(),
        TREE,
        FAIL,
        "some contacts do not inherit it",
    );
    assert_said(
        FARM,
        kept,
        TREE,
        FAIL,
        "Enable inheritance of permissions on `CN=a` and on the other objects named above",
    );
    let denied = with(json!({ "known": [contact("D:P(D;;DT;;;S)(A;;GA;;;S)")] }));
    assert_said(FARM, denied, TREE, FAIL, "Remove the ACE that denies it");
    assert_said(
        FARM,
        with(json!("not-asked")),
        TREE,
        UNDECIDED,
        "were not read",
    );
    assert_said(
        FARM,
        with(json!({ "failed": "busy" })),
        TREE,
        UNDECIDED,
        "busy",
    );
    let mut more = with(json!({ "known": [contact("D:AI(A;ID;DTWP;;;S)")] }));
    more["container"]["known"]["unsampled"] = "there are others".into();
    assert_said(FARM, more, TREE, UNDECIDED, "there are others");
}

/// For contacts in nested units, facts of version 1 contain only their number.
#[test]
fn contacts_beyond_the_sample_leave_rights_undecided() {
    const TREE: &str = "directory-cannot-delete-subtree";
    let with = |count: u64, has_nested: bool| {
        let mut facts = directory(WELL);
        facts["container"]["known"]["sample"] = json!({ "known": [{
            "name": "CN=a", "class": "contact", "count": count,
            "descriptor": { "known": { "sddl": sddl("D:AI(A;ID;CCDCDTWP;;;S)") } }
        }] });
        facts["container"]["known"]["sample-has-nested"] = has_nested.into();
        facts
    };
    assert_said(FARM, with(2, false), TREE, PASS, "");
    assert_said(
        FARM,
        with(1, false),
        TREE,
        UNDECIDED,
        "1 of 2 contacts are in OUs below",
    );
    assert_said(FARM, with(1, true), TREE, PASS, "");
}

/// The controller confirms what its ACL allows. A failed question neither confirms nor contradicts
/// it.
#[test]
fn failed_question_about_attributes_leaves_changes_undecided() {
    const CHANGE: &str = "directory-cannot-change";
    let with = |member: &str, answer: Value| {
        let mut facts = directory(WELL);
        facts["connection"]["known"]["token"] = json!([ADMIN]);
        facts["container"]["known"]["sample"] = json!({ "known": [{
            "name": "CN=a,OU=below", "class": "contact", "count": 2, member: answer,
            "descriptor": { "known": { "sddl": sddl("D:AI(A;ID;CCDCDTWP;;;S)") } }
        }] });
        facts
    };
    let failed = json!({ "kind": "timed-out", "detail": "no answer within 5 seconds" });
    for (member, answer, part) in [
        ("writable-failed", failed, "no answer within 5 seconds"),
        ("writable", json!(["description"]), "it forbids it"),
    ] {
        assert_said(FARM, with(member, answer), CHANGE, UNDECIDED, part);
    }
}

#[test]
fn incomplete_groups_leave_rights_undecided() {
    const CREATE: &str = "directory-cannot-create-contacts";
    let by_members = |entries: &str| {
        let mut facts = directory(entries);
        facts["accounts"][0]["answer"]["known"]["token"]["known"]["from"] = "members".into();
        facts
    };
    for (entries, outcome, part) in [
        (
            "(A;CI;CCDCDTWP;;;S-1-5-21-9-9-9-1200)",
            UNDECIDED,
            "whether the account is in the group is not known",
        ),
        (
            "(A;CI;CCDCDTWP;;;S-1-5-21-1-2-3-1200)",
            UNDECIDED,
            "whether the account is in the group is not known",
        ),
        (
            "(A;CI;CCDCDTWP;;;BG)",
            UNDECIDED,
            "whether the account is in the group is not known",
        ),
        (
            "(D;;CC;;;S-1-5-21-1-2-3-1200)(A;CI;CCDCDTWP;;;S)",
            UNDECIDED,
            "deny S-1-5-21-1-2-3-1200",
        ),
        ("(A;CI;CCDCDTWP;;;S)(D;;CC;;;S-1-5-21-1-2-3-1200)", PASS, ""),
        ("(D;;CC;;;S)(A;CI;CC;;;WD)", FAIL, "denied"),
    ] {
        assert_said(FARM, by_members(entries), CREATE, outcome, part);
    }
    assert_said(
        FARM,
        by_members(WELL),
        "directory-rights-too-wide",
        UNDECIDED,
        "whether the account is in the group is not known",
    );
    // The controller shows all of an account's own groups to that account.
    let mut asking = by_members("(A;CI;CCDCDTWP;;;BG)");
    asking["connection"]["known"]["token"] = json!([ADMIN, "S-1-5-32-546"]);
    assert_said(FARM, asking, CREATE, PASS, "Guests");
    let mut asking = by_members("(A;CI;DCDTWP;;;S)");
    asking["connection"]["known"]["token"] = json!([ADMIN]);
    assert_said(FARM, asking, CREATE, FAIL, "no ACE grants it");
}

/// The default ACEs of new objects belong to the container's domain, for every account.
#[test]
fn asking_account_may_be_of_another_domain() {
    let mut facts = directory("(A;CI;CCDCDTWP;;;S)");
    facts["connection"]["known"]["token"] = json!(["S-1-5-21-7-7-7-500"]);
    facts["accounts"][0]["answer"]["known"]["token"]["known"]["sids"] =
        json!([ADMIN, "S-1-5-21-1-2-3-512"]);
    facts["container"]["known"]["descriptor"]["known"]["sddl"] = sddl("D:(A;;GA;;;DA)").into();
    for rule in [
        "directory-cannot-create-contacts",
        "directory-cannot-delete-subtree",
        "directory-cannot-change",
    ] {
        assert_said(
            FARM,
            facts.clone(),
            rule,
            PASS,
            "Domain Admins (S-1-5-21-1-2-3-512)",
        );
    }
    facts["accounts"][0]["answer"]["known"]["name"] =
        "CN=S-1-5-21-1-2-3-1103,CN=ForeignSecurityPrincipals,DC=fabrikam,DC=com".into();
    facts["connection"]["known"]["domain-sid"] = "S-1-5-21-4-4-4".into();
    assert_said(
        FARM,
        facts,
        "directory-cannot-create-contacts",
        FAIL,
        "no ACE grants it",
    );
}

/// One rule reports that an account is missing or unknown. No other rule passes or fails for it.
#[test]
fn an_account_that_is_not_known_is_its_own_finding() {
    const MISSING: &str = "directory-account-missing";
    for (answer, outcome) in [
        (json!({ "absent": "no account has this name" }), FAIL),
        (json!({ "failed": "busy" }), UNDECIDED),
        (json!("not-asked"), UNDECIDED),
    ] {
        for list in ["", WELL, "(A;CI;CCDCDTWP;;;WD)"] {
            let mut facts = directory(list);
            facts["accounts"][0]["answer"] = answer.clone();
            assert_said(FARM, facts.clone(), MISSING, outcome, "");
            for rule in [
                "directory-account-disabled",
                "directory-wizard-only",
                "directory-rights-elsewhere",
                "directory-cannot-create-contacts",
                "directory-cannot-create-groups",
                "directory-cannot-delete-contacts",
                "directory-cannot-delete-groups",
                "directory-cannot-delete-subtree",
                "directory-cannot-change",
                "directory-rights-too-wide",
            ] {
                assert_said(FARM, facts.clone(), rule, ELSEWHERE, MISSING);
            }
        }
    }
}

#[test]
fn omitted_answers_decide_nothing() {
    let mut facts = directory(WELL);
    facts["connection"]["known"]["token"] = json!([ADMIN]);
    facts["container"]["known"]["descriptor"] = json!({ "absent": "it may not be read" });
    let mut with = |classes: Value| {
        facts["container"]["known"]["effective"] = json!({ "known": { "child-classes": classes } });
        facts.clone()
    };
    const CREATE: &str = "directory-cannot-create-contacts";
    assert_said(FARM, with(json!([])), CREATE, UNDECIDED, "may not be read");
    assert_said(FARM, with(json!(["computer"])), CREATE, FAIL, "not allowed");
    assert_said(FARM, with(json!(["contact"])), CREATE, PASS, "allowed");
}

#[test]
fn changes_are_what_sharepoint_writes() {
    const CHANGE: &str = "directory-cannot-change";
    let alone = FARM.replace("distribution-groups = true", "distribution-groups = false");
    let sets =
        "(A;CI;CCDCDT;;;S)(OA;CIIO;WP;{general};{contact};S)(OA;CIIO;WP;{public};{contact};S)";
    let each = "(A;CI;CCDCDT;;;S)(OA;CIIO;WP;{general};{contact};S)(OA;CIIO;WP;{target};{contact};S)(OA;CIIO;WP;{alias};{contact};S)";
    assert_said(
        &alone,
        directory(sets),
        CHANGE,
        FAIL,
        "cannot change contacts in",
    );
    assert_said(&alone, directory(each), CHANGE, PASS, "");
    let mut unread = directory(each);
    unread["schema"]["known"]["attributes"] = json!([]);
    assert_said(
        &alone,
        unread,
        CHANGE,
        UNDECIDED,
        "it may be for another object class or attribute",
    );
    // Only the missing rights are named and granted.
    let contacts = "(A;CI;CCDCDT;;;S)(OA;CIIO;WP;;{contact};S)";
    assert_said(
        FARM,
        directory(contacts),
        CHANGE,
        FAIL,
        "cannot change groups in",
    );
    let actions = of(FARM, directory(contacts), CHANGE)[0]
        .remedy
        .as_ref()
        .map(|remedy| remedy.actions.len());
    assert_eq!(actions, Some(1));
    // The timer has the required rights, but cannot write either attribute.
    assert_said(
        FARM,
        directory("(A;CI;CCDCDT;;;T)"),
        CHANGE,
        FAIL,
        "cannot change contacts and groups",
    );
    assert_said(
        FARM,
        directory("(A;CI;CCDCDTWP;;;T)"),
        CHANGE,
        ELSEWHERE,
        "directory-rights-elsewhere",
    );
}

#[test]
fn wizard_rule_fails_only_for_the_wizards_own_grant() {
    const WIZARD: &str = "directory-wizard-only";
    let task = "(OA;CIIO;GA;;{user};S)(OA;CI;CCDC;{user};;S)";
    assert_said(FARM, directory(task), WIZARD, FAIL, "covers users only");
    assert_said(
        FARM,
        directory(&format!("{task}{}", WELL.replace(";S)", ";T)"))),
        WIZARD,
        ELSEWHERE,
        "rights-elsewhere",
    );
    let task_and_timer = format!("{task}(A;CI;CCDCDT;;;T)");
    assert_said(
        FARM,
        directory(&task_and_timer),
        "directory-cannot-change",
        FAIL,
        "cannot change",
    );
    let denied = "(OD;;CC;{contact};;S)(OD;;CC;{group};;S)(A;CI;CCDCDTWP;;;S)";
    assert_said(FARM, directory(denied), WIZARD, PASS, "");
    assert_said(
        FARM,
        directory(denied),
        "directory-cannot-create-contacts",
        FAIL,
        "denied by ACE 1",
    );
    assert_said(
        FARM,
        directory(""),
        WIZARD,
        PASS,
        "More than the wizard's task for users is delegated",
    );
    let mut unknown = directory(&format!("{task}(A;CI;CCDCDT;;;BG)"));
    unknown["accounts"][1]["answer"]["known"]["token"]["known"]["from"] = "members".into();
    assert_said(
        FARM,
        unknown,
        "directory-rights-elsewhere",
        UNDECIDED,
        "whether the account is in the group is not known",
    );
}

/// The farm file does not name the server that runs Central Administration.
#[test]
fn a_computer_account_may_be_that_of_any_server() {
    let servers =
        "\n[[server]]\nname = \"sp1.fabrikam.com\"\n\n[[server]]\nname = \"sp2.fabrikam.com\"\n";
    let farm = FARM.replace(r"FABRIKAM\sp_admin", r"NT AUTHORITY\NETWORK SERVICE") + servers;
    let computer = |server: &str, sid: &str| {
        let mut found = account(server, sid);
        found["name"] = r"NT AUTHORITY\NETWORK SERVICE".into();
        found["server"] = format!("{server}.fabrikam.com").into();
        found
    };
    let mut facts = directory(WELL);
    facts["accounts"] = json!([
        computer("sp1", ADMIN),
        computer("sp2", "S-1-5-21-1-2-3-1200")
    ]);
    let outcomes = |facts: Value, rule: &str| -> Vec<OutcomeKind> {
        of(&farm, facts, rule)
            .iter()
            .map(|verdict| verdict.outcome)
            .collect()
    };
    assert_eq!(
        outcomes(facts.clone(), "directory-cannot-create-contacts"),
        [PASS, UNDECIDED]
    );
    let mut off = facts.clone();
    off["accounts"][1]["answer"]["known"]["control"] = 514.into();
    assert_eq!(
        outcomes(off, "directory-account-disabled")[..2],
        [PASS, UNDECIDED]
    );
    facts["container"]["known"]["descriptor"]["known"]["sddl"] = sddl("D:").into();
    assert_eq!(
        outcomes(facts, "directory-cannot-create-contacts"),
        [FAIL, FAIL]
    );
}

#[test]
fn facts_apply_only_to_the_container_of_the_farm_file() {
    let of_other = |change: &dyn Fn(&mut Value)| {
        let mut facts = directory(WELL);
        change(&mut facts);
        facts
    };
    let named = of_other(&|facts| {
        facts["container"]["known"]["name"] = "OU=Other,DC=fabrikam,DC=com".into()
    });
    let gone = of_other(&|facts| {
        facts["asked"] = "OU=Other,DC=fabrikam,DC=com".into();
        facts["container"] = json!({ "absent": "noSuchObject" });
    });
    for facts in [named, gone] {
        let missing = "directory-container-missing";
        let part = "`OU=Other,DC=fabrikam,DC=com`";
        assert_said(FARM, facts.clone(), missing, UNDECIDED, part);
        for rule in [
            "directory-cannot-create-contacts",
            "directory-contact-encoding",
        ] {
            assert_said(FARM, facts.clone(), rule, ELSEWHERE, missing);
        }
    }
    let spelled = of_other(&|facts| {
        facts["container"]["known"]["name"] = "ou=sharepointcontacts, dc=FABRIKAM,DC=com".into()
    });
    assert_said(FARM, spelled, "directory-container-missing", PASS, "");
}

#[test]
fn missing_attributes_of_contacts_are_hidden_or_undecided() {
    let names = json!([format!("CN=a,{CONTAINER}")]);
    let with = |key: &str, value: Value| {
        let mut facts = directory(WELL);
        facts["members"]["known"][key] = value;
        facts
    };
    let hidden = |attribute: &str| with("hidden", json!([{ "value": attribute, "count": 1 }]));
    for (attribute, rule) in [
        ("internetEncoding", "directory-contact-encoding"),
        ("mAPIRecipient", "directory-contact-mapi"),
        ("targetAddress", "directory-contact-target"),
        ("msExchRequireAuthToSendTo", "directory-contact-open"),
        ("msExchVersion", "directory-legacy-object"),
        ("mailNickname", "directory-alias-too-long"),
        ("proxyAddresses", "directory-alias-duplicate"),
        ("groupType", "directory-group-no-address"),
    ] {
        assert_said(
            FARM,
            hidden(attribute),
            rule,
            UNDECIDED,
            &format!("1 object shows no {attribute}"),
        );
        assert_said(FARM, hidden("description"), rule, PASS, "");
    }
    let nothing = with("targets", json!([{ "count": 2, "names": names }]));
    assert_said(
        FARM,
        nothing,
        "directory-contact-target",
        FAIL,
        "2 of 2 contacts lead to an address outside",
    );
    let one = with(
        "encodings",
        json!([{ "value": "0", "count": 1, "names": names }]),
    );
    assert_said(
        FARM,
        one,
        "directory-contact-encoding",
        FAIL,
        "1 of 2 contacts has an",
    );
    let unnamed = with("encodings", json!([{ "value": "0", "count": 2 }]));
    assert_said(
        FARM,
        unnamed,
        "directory-contact-encoding",
        FAIL,
        "may be lost (`--all` names all of them)",
    );
    let shared = json!([{ "value": "alias docs", "names": ["CN=a", "CN=b"] }]);
    let mut shared = with("shared", shared);
    shared["members"]["known"]["shared-beyond"] = 30.into();
    assert_said(
        FARM,
        shared,
        "directory-alias-duplicate",
        FAIL,
        "must be unique; 30 more values may",
    );
}

#[test]
fn contacts_must_lead_to_a_domain_of_the_farm() {
    const TARGET: &str = "directory-contact-target";
    let to = |domain: &str| {
        let mut facts = directory(WELL);
        facts["members"]["known"]["targets"] =
            json!([{ "value": domain, "count": 1, "names": ["CN=a"] }]);
        facts
    };
    let web = format!(
        "{FARM}\n[[web-application]]\nname = \"Intranet\"\nincoming-address = \"mail.fabrikam.com\"\n"
    );
    assert_said(&web, to("mail.fabrikam.com"), TARGET, PASS, "");
    assert_said(
        FARM,
        to("mail.fabrikam.com"),
        TARGET,
        FAIL,
        "incoming-address",
    );
    let address = FARM.replace("sp1.fabrikam.com", "192.0.2.21");
    assert_said(&address, to("192.0.2.21"), TARGET, PASS, "");
    assert_said(&address, to("[192.0.2.21]"), TARGET, PASS, "");
    assert_said(&address, to("192.0.2.22"), TARGET, FAIL, "");
    let typed = FARM.replace("sp1.fabrikam.com", "bücher.example");
    assert_said(&typed, to("bücher.example"), TARGET, PASS, "");
    assert_said(&typed, to("xn--bcher-kva.example"), TARGET, PASS, "");
    let handed_on = format!(
        "{FARM}\n[[mail-host]]\nname = \"ex1.fabrikam.com\"\ndelivers-as = [\"Docs.Fabrikam.com\"]\n"
    );
    assert_said(&handed_on, to("docs.fabrikam.com"), TARGET, PASS, "");
    let served = FARM.replace(
        "smtp-server",
        "serves-domains = [\"sp.contoso.com\"]\nsmtp-server",
    );
    assert_said(&served, to("sp.contoso.com"), TARGET, PASS, "");
    assert_said(FARM, to("sp.contoso.com"), TARGET, FAIL, "");
}

/// If one of the farm's domains is not known, a contact may lead to it.
#[test]
fn contacts_lead_nowhere_only_if_all_domains_are_known() {
    const TARGET: &str = "directory-contact-target";
    let without_server = FARM.replace("smtp-server = \"sp1.fabrikam.com\"\n", "");
    let with_bad_server = FARM.replace("sp1.fabrikam.com", "http://sp1");
    let without_address = FARM.replace("display-address = \"sharepoint.fabrikam.com\"\n", "");
    let with_bad_address = FARM.replace("sharepoint.fabrikam.com", "docs@sharepoint.fabrikam.com");
    for (farm, part) in [
        (&without_server, "smtp-server` is not recorded"),
        (&with_bad_server, "smtp-server` is not valid"),
        (&without_address, "display-address` is not recorded"),
        (&with_bad_address, "display-address` is not valid"),
    ] {
        let mut facts = directory(WELL);
        facts["members"]["known"]["targets"] = json!([{ "value": "x.fabrikam.com", "count": 1 }]);
        assert_said(farm, facts, TARGET, UNDECIDED, part);
    }
    assert_said(&with_bad_address, directory(WELL), TARGET, PASS, "");
}

#[test]
fn contacts_of_another_farm_are_a_warning() {
    const TARGET: &str = "directory-contact-target";
    let leading = |targets: Value| {
        let mut facts = directory(WELL);
        facts["members"]["known"]["targets"] = targets;
        facts
    };
    let foreign = json!({ "value": "sp9.contoso.com", "own-domain": "sp.contoso.com", "count": 1 });
    let astray =
        json!({ "value": "old.fabrikam.com", "own-domain": "sharepoint.fabrikam.com", "count": 1 });
    let unaddressed = json!({ "value": "old.fabrikam.com", "count": 1 });
    for (targets, severity, part) in [
        (
            json!([foreign]),
            Severity::Warning,
            "spinmail set directory-management.serves-domains sp9.contoso.com",
        ),
        (
            json!([astray]),
            Severity::Error,
            "1 of 2 contacts leads to an address outside",
        ),
        (
            json!([unaddressed]),
            Severity::Error,
            "1 of 2 contacts leads to an address outside",
        ),
        (
            json!([astray, foreign]),
            Severity::Error,
            "does not reach this farm (`--all` names all of them); 1 more belongs to another farm",
        ),
    ] {
        assert_said(FARM, leading(targets.clone()), TARGET, FAIL, part);
        let verdicts = of(FARM, leading(targets), TARGET);
        assert_eq!(verdicts[0].severity, severity, "{part}");
    }
}

/// Facts of version 1 also counted objects that are not mail-enabled.
#[test]
fn only_mail_enabled_objects_are_open_or_legacy() {
    for (key, rule) in [
        ("authenticated", "directory-contact-open"),
        ("without-version", "directory-legacy-object"),
    ] {
        let with = |enabled: Value, count: u64| {
            let mut facts = directory(WELL);
            facts["members"]["known"]["mail-enabled"] = enabled;
            facts["members"]["known"][key] = match key {
                "authenticated" => json!([{ "count": count }]),
                _ => json!({ "count": count }),
            };
            facts
        };
        let one = "1 of 2 mail-enabled contacts and groups";
        assert_said(FARM, with(json!(2), 1), rule, FAIL, one);
        assert_said(FARM, with(json!(2), 0), rule, PASS, "");
        assert_said(
            FARM,
            with(json!(0), 0),
            rule,
            ELSEWHERE,
            "holds no mail-enabled",
        );
        // The container holds one group and two contacts.
        assert_said(
            FARM,
            with(Value::Null, 1),
            rule,
            ELSEWHERE,
            "facts of version 1",
        );
        assert_said(FARM, with(Value::Null, 2), rule, FAIL, "2 of 3");
    }
}

#[test]
fn aliases_too_long_for_exchange_are_found() {
    const LONG: &str = "directory-alias-too-long";
    let with = |over_64: Value, over_128: u64| {
        let mut facts = directory(WELL);
        facts["members"]["known"]["aliases-over-64"] = over_64;
        facts["members"]["known"]["long-aliases"] = json!({ "count": over_128 });
        facts
    };
    assert_said(FARM, with(json!({ "count": 0 }), 0), LONG, PASS, "");
    let one = "1 of 3 contacts and groups has an alias of more than 64 characters";
    assert_said(FARM, with(json!({ "count": 1 }), 0), LONG, FAIL, one);
    let two = "1 has more than 128, which SharePoint refuses";
    assert_said(FARM, with(json!({ "count": 2 }), 1), LONG, FAIL, two);
    assert_said(
        FARM,
        with(Value::Null, 0),
        LONG,
        ELSEWHERE,
        "facts of version 1",
    );
    assert_said(FARM, with(Value::Null, 1), LONG, FAIL, one);
}

#[test]
fn attributes_missing_from_the_schema_are_not_missing_from_objects() {
    let mut facts = directory(WELL);
    facts["schema"]["known"]["absent"] = json!(["msExchVersion", "msExchRequireAuthToSendTo"]);
    facts["members"]["known"]["authenticated"] = json!([{ "count": 3 }]);
    facts["members"]["known"]["without-version"] = json!({ "count": 3 });
    for rule in ["directory-contact-open", "directory-legacy-object"] {
        assert_said(
            FARM,
            facts.clone(),
            rule,
            ELSEWHERE,
            "the schema does not know",
        );
    }
}

#[test]
fn unreadable_expiry_is_not_never() {
    const DISABLED: &str = "directory-account-disabled";
    let until = |expires: Value| {
        let mut facts = directory(WELL);
        facts["accounts"][0]["answer"]["known"]["expires"] = expires;
        facts
    };
    assert_said(FARM, until(json!("never")), DISABLED, PASS, "");
    assert_said(
        FARM,
        until(json!("2019-04-18T00:00:00Z")),
        DISABLED,
        FAIL,
        "has expired",
    );
    assert_said(
        FARM,
        until(Value::Null),
        DISABLED,
        UNDECIDED,
        "accountExpires",
    );
    let evening = until(json!("2026-11-25T19:00:00Z"));
    for (seen, outcome) in [
        ("2026-11-25T18:30:00Z", PASS),
        ("2026-11-25T19:30:00Z", FAIL),
        ("2026-11-25T21:30:00+03:00", PASS),
    ] {
        let verdicts = mounted_at(json!(seen), FARM, evening.clone(), DISABLED);
        assert_eq!(verdicts[0].outcome, outcome, "{seen}");
    }
}

/// A command is shown only for a name that it can take.
#[test]
fn commands_are_shown_only_for_accounts_with_a_name() {
    let actions = |name: &str| {
        let farm = FARM.replace(r"FABRIKAM\sp_admin", name);
        let mut facts = directory("");
        facts["accounts"][0]["name"] = name.into();
        let verdicts = of(&farm, facts, "directory-cannot-create-contacts");
        verdicts[0]
            .remedy
            .as_ref()
            .map(|remedy| remedy.actions.len())
    };
    assert_eq!(actions(r"FABRIKAM\sp_admin"), Some(1));
    assert_eq!(actions("sp_admin@fabrikam.com"), Some(1));
    assert_eq!(actions(r"CN=sp\, admin,DC=fabrikam,DC=com"), Some(0));
    assert_eq!(actions(ADMIN), Some(0));
}

#[test]
fn facts_need_no_controller_in_the_farm_file() {
    assert!(!FARM.contains("[probe]"));
    assert_said(
        FARM,
        directory(WELL),
        "directory-container-missing",
        PASS,
        CONTAINER,
    );
}

/// Returns the sound directory with these facts about the forest.
fn with_forest(forest: Value) -> Value {
    let mut facts = directory(WELL);
    facts["forest"] = forest;
    facts
}

/// Returns a forest of one domain with these answers.
fn forest(recipients: Value, addresses: Value) -> Value {
    json!({ "known": {
        "url": "ldaps://dc1.fabrikam.com", "domains": ["DC=fabrikam,DC=com"],
        "recipients": recipients, "addresses": addresses
    } })
}

const EXCHANGE: &str = "\n[[mail-host]]\nname = \"ex1.fabrikam.com\"\nkind = \"exchange\"\ndelivers-as = [\"sp1.fabrikam.com\"]\n";

#[test]
fn an_address_that_exchange_passes_on_needs_an_object() {
    const MISSING: &str = "directory-contact-missing";
    let recipient = "\n[probe]\nrecipient = \"docs\"\n";
    let handed_on = format!("{FARM}{EXCHANGE}{recipient}");
    let answered = |answer: Value| {
        let address = "Docs@sharepoint.fabrikam.com";
        forest(
            json!([{ "address": address, "answer": answer }]),
            json!("not-asked"),
        )
    };
    let nobody = answered(json!({ "absent": "none" }));
    let mut in_part = nobody.clone();
    in_part["known"]["partial"] = "only one domain".into();
    let holder = answered(json!({ "known": ["CN=Docs"] }));
    let part = "no object of the forest has the address `docs@sharepoint.fabrikam.com`";
    for (forest, outcome, part) in [
        (nobody.clone(), FAIL, part),
        (
            nobody.clone(),
            FAIL,
            "the targetAddress `docs@sp1.fabrikam.com`",
        ),
        (holder.clone(), PASS, "CN=Docs"),
        (
            in_part.clone(),
            UNDECIDED,
            "but not all objects were read: only one domain",
        ),
        // It is not known whether the object exists.
        (
            answered(json!({ "known": [] })),
            UNDECIDED,
            "the facts do not say whether an object has",
        ),
        (answered(json!({ "failed": "busy" })), UNDECIDED, "busy"),
        (
            forest(json!([]), json!("not-asked")),
            UNDECIDED,
            "was not searched for",
        ),
        (json!("not-asked"), ELSEWHERE, "facts of version 1"),
    ] {
        assert_said(&handed_on, with_forest(forest), MISSING, outcome, part);
    }
    in_part["known"]["recipients"] = holder["known"]["recipients"].clone();
    assert_said(&handed_on, with_forest(in_part), MISSING, PASS, "");
    let mut hidden = with_forest(nobody.clone());
    hidden["members"]["known"]["hidden"] = json!([{ "value": "proxyAddresses", "count": 1 }]);
    assert_said(
        &handed_on,
        hidden,
        MISSING,
        UNDECIDED,
        "shows no proxyAddresses",
    );
    // Farms that need no contact.
    let as_display = handed_on.replace(
        "delivers-as = [\"sp1.fabrikam.com\"]",
        "delivers-as = [\"sharepoint.fabrikam.com\"]",
    );
    let in_capitals = as_display.replace("s = [\"sharepoint.f", "s = [\"SharePoint.F");
    assert_ne!(in_capitals, as_display);
    let unnamed = format!("{FARM}{EXCHANGE}");
    for (farm, part) in [
        (FARM, "no recorded mail host passes mail on"),
        (&*as_display, "no recorded mail host passes mail on"),
        (&*in_capitals, "no recorded mail host passes mail on"),
        (&*unnamed, "spinmail set probe.recipient ALIAS"),
    ] {
        assert_said(farm, with_forest(nobody.clone()), MISSING, ELSEWHERE, part);
    }
}

/// `trace` looks up the address of its message.
#[test]
fn the_traced_address_needs_an_object() {
    let farm = format!("{FARM}{EXCHANGE}\n[probe]\nrecipient = \"docs\"\n");
    let recipients = json!([
        { "address": "docs@sharepoint.fabrikam.com", "answer": { "known": ["CN=Docs"] } },
        { "address": "tasks@sharepoint.fabrikam.com", "answer": { "absent": "none" } }
    ]);
    let facts =
        json!({ "facts": 2, "directory": with_forest(forest(recipients, json!("not-asked"))) });
    let facts = Facts::from_json(&facts.to_string(), "facts.json").expect("facts");
    let document = farm::read(&farm).expect("a farm");
    for (address, expected) in [
        ("docs@sharepoint.fabrikam.com", PASS),
        ("tasks@sharepoint.fabrikam.com", FAIL),
        ("blog@sharepoint.fabrikam.com", UNDECIDED),
        ("docs@sp1.fabrikam.com", ELSEWHERE),
    ] {
        let case = Case::new(&document, &facts, TODAY).for_mail_to(Some(address));
        let verdicts = rules::judge(&case, &Selection::default());
        let mut of_rule = verdicts
            .iter()
            .filter(|verdict| verdict.rule.id == "directory-contact-missing");
        let verdict = of_rule.next().expect("a verdict");
        assert_eq!(verdict.outcome, expected, "{address}: {}", verdict.message);
    }
}

#[test]
fn addresses_must_belong_to_the_container_alone() {
    const TAKEN: &str = "directory-address-taken";
    let compared = |beyond: u64, taken: &[&str]| {
        let taken: Vec<Value> = taken
            .iter()
            .map(|value| json!({ "value": value, "names": ["CN=Other"] }))
            .collect();
        forest(
            json!([]),
            json!({ "known": { "compared": 9, "beyond": beyond, "taken": taken } }),
        )
    };
    let in_part = |mut forest: Value| {
        forest["known"]["partial"] = "only one domain".into();
        forest
    };
    for (forest, outcome, part) in [
        (compared(0, &[]), PASS, "none of 9 values"),
        (
            compared(3, &[]),
            UNDECIDED,
            "`--all` searches for all of them",
        ),
        (
            in_part(compared(0, &[])),
            UNDECIDED,
            "not all objects were read: only one domain; a URL with port 3269",
        ),
        (
            compared(0, &["smtp:docs@x", "alias docs"]),
            FAIL,
            "also belongs to an object outside the container, so",
        ),
        (in_part(compared(0, &["smtp:docs@x"])), FAIL, "CN=Other"),
        (
            compared(0, &["alias docs"]),
            FAIL,
            "an alias of a contact or group also belongs to an object outside",
        ),
        (
            forest(json!([]), json!({ "failed": "busy" })),
            UNDECIDED,
            "busy",
        ),
        (json!({ "failed": "busy" }), UNDECIDED, "busy"),
        (json!("not-asked"), ELSEWHERE, "facts of version 1"),
    ] {
        assert_said(FARM, with_forest(forest), TAKEN, outcome, part);
    }
    for (value, severity) in [
        ("smtp:docs@x", Severity::Error),
        ("alias docs", Severity::Warning),
    ] {
        let verdicts = of(FARM, with_forest(compared(0, &[value])), TAKEN);
        assert_eq!(verdicts[0].severity, severity);
    }
}

/// Only a conflict of its own address stops a message.
#[test]
fn only_a_conflict_of_the_traced_address_stops_the_message() {
    let taken = json!([
        { "value": "smtp:docs@sharepoint.fabrikam.com", "names": ["CN=Other"] },
        { "value": "alias tasks", "names": ["CN=Other"] }
    ]);
    let addresses = json!({ "known": { "compared": 9, "taken": taken } });
    let facts = json!({ "facts": 2, "directory": with_forest(forest(json!([]), addresses)) });
    let facts = Facts::from_json(&facts.to_string(), "facts.json").expect("facts");
    let document = farm::read(FARM).expect("a farm");
    for (address, expected) in [
        ("docs@sharepoint.fabrikam.com", FAIL),
        ("tasks@sharepoint.fabrikam.com", PASS),
    ] {
        let case = Case::new(&document, &facts, TODAY).for_mail_to(Some(address));
        let verdicts = rules::judge(&case, &Selection::default());
        let mut of_rule = verdicts
            .iter()
            .filter(|verdict| verdict.rule.id == "directory-address-taken");
        let verdict = of_rule.next().expect("a verdict");
        assert_eq!(verdict.outcome, expected, "{address}: {}", verdict.message);
    }
}

#[test]
fn contacts_are_open_where_mail_from_outside_comes_through_exchange() {
    const CLOSED: &str = "directory-contact-closed";
    let wanted = FARM.replace("[farm]\n", "[farm]\nmail-from-outside = true\n");
    let exchange = format!("{wanted}{EXCHANGE}");
    let gateway =
        format!("{exchange}\n[[mail-host]]\nname = \"mx.fabrikam.com\"\nkind = \"gateway\"\n");
    let closed = |closed: Value| {
        let mut facts = directory(WELL);
        facts["members"]["known"]["closed-contacts"] = closed;
        facts
    };
    let one = closed(json!({ "count": 1 }));
    assert_said(
        &exchange,
        one.clone(),
        CLOSED,
        FAIL,
        "1 of 2 contacts accepts mail from",
    );
    assert_said(&exchange, closed(json!({ "count": 0 })), CLOSED, PASS, "");
    assert_said(
        &gateway,
        one.clone(),
        CLOSED,
        UNDECIDED,
        "it is not known whether mail from outside comes through Exchange",
    );
    assert_said(&gateway, closed(json!({ "count": 0 })), CLOSED, PASS, "");
    assert_said(
        &wanted,
        one.clone(),
        CLOSED,
        ELSEWHERE,
        "no Exchange mail host",
    );
    assert_said(
        &format!("{FARM}{EXCHANGE}"),
        one.clone(),
        CLOSED,
        ELSEWHERE,
        "does not say that mail from outside is wanted",
    );
    // One of the three objects that version 1 counted may be the group.
    assert_said(
        &exchange,
        closed(Value::Null),
        CLOSED,
        ELSEWHERE,
        "facts of version 1",
    );
    let mut schema = one;
    schema["schema"]["known"]["absent"] = json!(["msExchRequireAuthToSendTo"]);
    assert_said(
        &exchange,
        schema,
        CLOSED,
        ELSEWHERE,
        "the schema does not know",
    );
}
