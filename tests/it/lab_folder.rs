//! Rights on folders: the verdicts, compared with what a real file server allows an account.
//! `tests/run` starts the server.

use crate::lab::known;
use crate::support::Folder;
use serde_json::{Value, json};
use spinmail::testing::facts::{Answer, Facts};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use windows_security::inherit::{Creator, ObjectKind, inherited};
use windows_security::rights::{DELETE, FILE_DELETE_CHILD, FILE_READ_DATA, FULL_CONTROL};
use windows_security::{Ace, Descriptor, Sid, Target, Token, effective};

/// An ACL. `{t}` is the account in question, `{g}` one of its groups, `{o}` another group, `{c}`
/// the account that creates the files.
struct Case {
    name: &'static str,
    sddl: &'static str,
}

/// All ways to have or lack rights. In each case, the creator may create files, through an ACE that
/// files do not inherit.
const CASES: &[Case] = &[
    case("modify", "O:BAG:BAD:P(A;OICI;0x1301bf;;;{t})"),
    case(
        "modify without synchronize",
        "O:BAG:BAD:P(A;OICI;0x301bf;;;{t})",
    ),
    case(
        "modify, folder and subfolders",
        "O:BAG:BAD:P(A;CI;0x1301bf;;;{t})",
    ),
    case(
        "modify, folder and files",
        "O:BAG:BAD:P(A;OI;0x1301bf;;;{t})",
    ),
    case("modify, folder only", "O:BAG:BAD:P(A;;0x1301bf;;;{t})"),
    case(
        "modify, subfolders and files only",
        "O:BAG:BAD:P(A;OICIIO;0x1301bf;;;{t})",
    ),
    case("modify, one level", "O:BAG:BAD:P(A;OICINP;0x1301bf;;;{t})"),
    case("read", "O:BAG:BAD:P(A;OICI;0x1200a9;;;{t})"),
    case("full", "O:BAG:BAD:P(A;OICI;0x1f01ff;;;{t})"),
    case("write", "O:BAG:BAD:P(A;OICI;0x100116;;;{t})"),
    case("nothing", "O:BAG:BAD:P(A;OICI;0x1f01ff;;;SY)"),
    case("null list", "O:BAG:BAD:NO_ACCESS_CONTROL"),
    case(
        "denied before",
        "O:BAG:BAD:P(D;OICI;0x10000;;;{t})(A;OICI;0x1301bf;;;{t})",
    ),
    case(
        "denied behind",
        "O:BAG:BAD:P(A;OICI;0x1301bf;;;{t})(D;OICI;0x10000;;;{t})",
    ),
    case(
        "group denied before",
        "O:BAG:BAD:P(D;OICI;0x1;;;{g})(A;OICI;0x1301bf;;;{t})",
    ),
    case(
        "other group denied",
        "O:BAG:BAD:P(D;OICI;0x1;;;{o})(A;OICI;0x1301bf;;;{t})",
    ),
    case(
        "everyone denied behind",
        "O:BAG:BAD:P(A;OICI;0x1301bf;;;{t})(D;OICI;0x10001;;;WD)",
    ),
    case(
        "delete child",
        "O:BAG:BAD:P(A;OICI;0x1200a9;;;{t})(A;;0x40;;;{t})",
    ),
    case(
        "delete child for a denied file",
        "O:BAG:BAD:P(D;OIIO;0x10000;;;{t})(A;OICI;0x1301bf;;;{t})(A;;0x40;;;{t})",
    ),
    case(
        "delete child denied",
        "O:BAG:BAD:P(D;;0x40;;;{t})(A;OICI;0x1301bf;;;{t})",
    ),
    case(
        "delete only",
        "O:BAG:BAD:P(A;OICI;0x10000;;;{t})(A;;0x1200a9;;;{t})",
    ),
    case("read data only", "O:BAG:BAD:P(A;OI;0x1;;;{t})"),
    case("generic all", "O:BAG:BAD:P(A;OICI;GA;;;{t})"),
    case("generic read", "O:BAG:BAD:P(A;OICI;GR;;;{t})"),
    case(
        "generic read, execute, delete",
        "O:BAG:BAD:P(A;OICI;0xa0010000;;;{t})",
    ),
    case(
        "creator owner",
        "O:BAG:BAD:P(A;OICIIO;0x1f01ff;;;CO)(A;;0x1200a9;;;{t})",
    ),
    case(
        "creator owner reads",
        "O:BAG:BAD:P(A;OICIIO;0x1200a9;;;CO)(A;OICI;0x1200a9;;;{t})",
    ),
    case("owner of the folder", "O:{t}G:BAD:P(A;OICI;0x1f01ff;;;SY)"),
    case("owner rights", "O:{t}G:BAD:P(A;OICI;0x1200a9;;;S-1-3-4)"),
    case("group", "O:BAG:BAD:P(A;OICI;0x1301bf;;;{g})"),
    case("other group", "O:BAG:BAD:P(A;OICI;0x1301bf;;;{o})"),
    case("everyone reads", "O:BAG:BAD:P(A;OICI;0x1200a9;;;WD)"),
    case("everyone", "O:BAG:BAD:P(A;OICI;0x1f01ff;;;WD)"),
    case(
        "accounts that are logged on",
        "O:BAG:BAD:P(A;OICI;0x1301bf;;;AU)",
    ),
    case(
        "the network denied",
        "O:BAG:BAD:P(D;OICI;0x10000;;;NU)(A;OICI;0x1301bf;;;{t})",
    ),
    case("services only", "O:BAG:BAD:P(A;OICI;0x1301bf;;;SU)"),
    case(
        "several entries",
        "O:BAG:BAD:P(A;OICI;0x1;;;{g})(A;OICI;0x1200a8;;;{t})(A;OI;0x10000;;;WD)",
    ),
];

const fn case(name: &'static str, sddl: &'static str) -> Case {
    Case { name, sddl }
}

const TIMER: &str = r"FABRIKAM\svc-sp-farm";
/// The relative identifiers in the lab's domain.
const TIMER_RID: u32 = 1104;
const CREATOR_RID: u32 = 1105;
const STRANGER_RID: u32 = 1106;
const GROUPS_OF_TIMER: [u32; 3] = [513, 1107, 1108];
const GROUP_RID: u32 = 1108;
const OTHER_GROUP_RID: u32 = 1109;

/// The lab's file server.
struct Server {
    host: String,
    password: String,
    domain: String,
}

/// Returns the file server of the running lab.
fn server() -> Server {
    Server {
        host: known("LAB_AD_HOST"),
        password: known("LAB_PASSWORD"),
        domain: known("LAB_SID"),
    }
}

impl Server {
    fn sid(&self, rid: u32) -> Sid {
        format!("{}-{rid}", self.domain)
            .parse()
            .expect("a SID of the lab")
    }

    /// Performs an action on the share as a user, and returns the results.
    fn smb(&self, user: &str, action: &str, what: &Value) -> Vec<Value> {
        let mut child = Command::new("/usr/bin/python3")
            .args(["-B", "tests/lab/ad/smb.py", user, action])
            .current_dir(crate::support::root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python");
        child
            .stdin
            .take()
            .expect("its input")
            .write_all(what.to_string().as_bytes())
            .expect("its input");
        let output = child.wait_with_output().expect("its output");
        assert!(output.status.success(), "smb.py {action}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Creates a folder for each case, with a file for each name.
    fn make(&self, names: &[&str]) -> Vec<String> {
        let sid = |rid: u32| self.sid(rid).to_string();
        let fill = |sddl: &str| {
            let list = sddl
                .replace("{t}", &sid(TIMER_RID))
                .replace("{g}", &sid(GROUP_RID))
                .replace("{o}", &sid(OTHER_GROUP_RID));
            // Samba reads the SDDL letters of generic rights, but not those of file rights.
            let maker = format!("(A;;0x1201bf;;;{})", sid(CREATOR_RID));
            if list.ends_with("NO_ACCESS_CONTROL") {
                list
            } else {
                list + &maker
            }
        };
        // One lab may serve several runs.
        let run = std::process::id();
        let folders: Vec<String> = (0..CASES.len())
            .map(|at| format!("case-{run}-{at}"))
            .collect();
        let cases: Vec<Value> = folders
            .iter()
            .zip(CASES)
            .map(|(folder, case)| json!({"folder": folder, "sddl": fill(case.sddl)}))
            .collect();
        self.smb("Administrator", "make", &json!(cases));
        let paths = folders
            .iter()
            .flat_map(|folder| names.iter().map(move |name| format!("{folder}/{name}")));
        let made = self.smb("svc-outsider", "put", &json!(paths.collect::<Vec<_>>()));
        assert!(made.iter().all(|made| *made == true), "{made:?}");
        folders
    }

    /// Returns the folders of all cases, with a file for each account, and their facts.
    fn cases(&self) -> &'static Cases {
        static CASES: OnceLock<Cases> = OnceLock::new();
        CASES.get_or_init(|| {
            let folders = self.make(&FILES);
            let home = Folder::new();
            let facts = self.gather(&home, &folders);
            Cases {
                home,
                folders,
                facts,
            }
        })
    }

    /// Gathers the facts about the folders as a user does, and returns them.
    fn gather(&self, folder: &Folder, folders: &[String]) -> Facts {
        let servers: String = folders
            .iter()
            .enumerate()
            .map(|(at, name)| {
                format!(
                    "[[server]]\nname = \"sp{at}.lab.test\"\nincoming-email-service = true\n\
                     drop-folder = '\\\\{}\\Work\\{name}'\n\n",
                    self.host
                )
            })
            .collect();
        let farm = format!(
            "[farm]\ntimer-account = '{TIMER}'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\n{servers}\
             [probe]\ntimeout = \"60s\"\n"
        );
        folder.write("farm.toml", farm);
        let groups: Vec<String> = GROUPS_OF_TIMER
            .iter()
            .map(|rid| self.sid(*rid).to_string())
            .collect();
        let token = format!("{TIMER}={},{}", self.sid(TIMER_RID), groups.join(","));
        let mut command = folder.command(&[
            "gather",
            "folder",
            "--smb-user",
            r"FABRIKAM\Administrator",
            "--token",
            &token,
            "--out",
            "facts.json",
        ]);
        let run = command
            .env("SPINMAIL_SMB_PASSWORD", &self.password)
            .env("SPINMAIL_SMB_SERVER", &self.host)
            .output()
            .expect("the program runs");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        let text = folder.read("facts.json");
        assert!(
            !text.contains(&self.password),
            "a password lies in the facts"
        );
        Facts::from_json(&text, "facts.json").expect("facts")
    }
}

/// The folders on the server, and their gathered facts.
struct Cases {
    home: Folder,
    folders: Vec<String>,
    facts: Facts,
}

/// One file for each account, and one for the verdict.
const FILES: [&str; 4] = ["timer.eml", "creator.eml", "stranger.eml", "verdict.eml"];

fn descriptor(facts: &Facts, folder: &str) -> Descriptor {
    let folders = &facts.folder.as_ref().expect("folders").folders;
    let seen = folders
        .iter()
        .find(|seen| seen.path.ends_with(&format!("\\{folder}")))
        .expect("the folder");
    let Answer::Known(seen) = &seen.descriptor else {
        panic!("{folder}: {:?}", seen.descriptor)
    };
    seen.read().unwrap_or_else(|why| panic!("{folder}: {why}"))
}

/// Computes the rights: listing the folder, reading the file, deleting it.
fn computed(folder: &Descriptor, token: &Token, creator: &Sid) -> [bool; 3] {
    let full = |sid: Sid| Ace::simple(0, 0, FULL_CONTROL, sid);
    let maker = Creator {
        owner: Some(creator.clone().into()),
        group: None,
        aces: vec![full(creator.clone()), full(Sid::nt(18))],
        ..Creator::default()
    };
    let file = inherited(folder, ObjectKind::File, &maker);
    let [on_folder, on_file] = [folder, &file].map(|it| effective(it, token, &Target::FILE));
    assert_eq!(
        (on_folder.undecided, on_file.undecided),
        (0, 0),
        "nothing is open for a whole token"
    );
    [
        on_folder.needs(FILE_READ_DATA).is_granted(),
        on_file.needs(FILE_READ_DATA).is_granted(),
        on_file.needs(DELETE).is_granted() || on_folder.needs(FILE_DELETE_CHILD).is_granted(),
    ]
}

fn done(tried: &Value) -> [bool; 3] {
    ["list", "read", "delete"].map(|what| {
        let came = &tried[what];
        let is_denied = came
            .as_str()
            .is_some_and(|why| why.contains("Access Denied"));
        assert!(*came == true || is_denied, "{what}: {came}");
        *came == true
    })
}

fn words(can: [bool; 3]) -> String {
    let names = ["list", "read", "delete"].into_iter().zip(can);
    let names: Vec<&str> = names
        .filter(|(_, can)| *can)
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(" ")
    }
}

/// Each account tries each case: the account in question, the creator of the file, and a third one.
#[test]
#[ignore = "needs tests/lab"]
fn the_engine_agrees_with_a_file_server() {
    let server = server();
    let Cases { folders, facts, .. } = server.cases();
    let [of_timer, of_creator, of_stranger, _] = FILES;
    let creator = server.sid(CREATOR_RID);
    let token = |rid: u32, groups: &[u32]| {
        let groups = groups.iter().map(|rid| server.sid(*rid));
        groups.fold(Token::over_network(server.sid(rid)), Token::with)
    };
    let accounts = [
        ("svc-sp-farm", of_timer, token(TIMER_RID, &GROUPS_OF_TIMER)),
        ("svc-outsider", of_creator, token(CREATOR_RID, &[513])),
        ("alice", of_stranger, token(STRANGER_RID, &[513])),
    ];
    let (mut table, mut wrong) = (String::new(), 0);
    for (user, name, token) in accounts {
        let paths: Vec<String> = folders
            .iter()
            .map(|folder| format!("{folder}/{name}"))
            .collect();
        let tried = server.smb(user, "try", &json!(paths));
        for ((case, folder), tried) in CASES.iter().zip(folders).zip(&tried) {
            let ours = computed(&descriptor(facts, folder), &token, &creator);
            let theirs = done(tried);
            wrong += usize::from(ours != theirs);
            let agrees = if ours == theirs { "agrees" } else { "DIFFERS" };
            table += &format!(
                "{user:13} {:34} {:17} {:17} {agrees}\n",
                case.name,
                words(ours),
                words(theirs)
            );
        }
    }
    println!(
        "{:13} {:34} {:17} {:17}\n{table}",
        "account", "list", "computed", "done over SMB"
    );
    assert_eq!(wrong, 0, "\n{table}");
}

/// The cases that the program leaves undecided, with the reason.
const OPEN: [(&str, &str, &str); 1] = [(
    "read data only",
    "folder-timer-cannot-read",
    "this client asks for the data alone, others ask for more",
)];

/// Compares the verdicts of `verify drop-folder` about the Timer service's account with what it can
/// really do.
#[test]
#[ignore = "needs tests/lab"]
fn the_verdicts_agree_with_a_file_server() {
    let server = server();
    let Cases { home, folders, .. } = server.cases();
    let run = home.run(&[
        "verify",
        "drop-folder",
        "--facts",
        "facts.json",
        "--only",
        "folder-timer",
        "--format",
        "json",
    ]);
    let report = run.json();
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let said = |folder: &str, rule: &str| {
        let is_it = |verdict: &&Value| {
            let subject = verdict["subject"].as_str().unwrap_or_default();
            verdict["rule"] == rule && subject.contains(&format!("\\{folder} {TIMER}"))
        };
        let verdict = verdicts
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{folder} {rule}: {}", run.out));
        verdict["outcome"].as_str().unwrap_or_default().to_owned()
    };
    let paths: Vec<String> = folders
        .iter()
        .map(|folder| format!("{folder}/{}", FILES[3]))
        .collect();
    let tried = server.smb("svc-sp-farm", "try", &json!(paths));
    let (mut table, mut wrong) = (String::new(), 0);
    for ((case, folder), tried) in CASES.iter().zip(folders).zip(&tried) {
        let [list, read, delete] = done(tried);
        for (rule, can) in [
            ("folder-timer-cannot-read", list && read),
            ("folder-timer-cannot-delete", delete),
        ] {
            let said = said(folder, rule);
            let agrees = match &*said {
                "pass" => can,
                // If the rule is not applicable, `folder-not-inherited` reports the cause.
                "fail" | "not-applicable" => !can,
                "undecided" => OPEN
                    .iter()
                    .any(|(open, of_rule, _)| *open == case.name && *of_rule == rule),
                _ => false,
            };
            wrong += usize::from(!agrees);
            let agrees = if agrees { "agrees" } else { "DIFFERS" };
            table += &format!(
                "{:34} {rule:27} {said:15} {:7} {agrees}\n",
                case.name,
                if can { "done" } else { "refused" }
            );
        }
    }
    println!("{table}");
    OPEN.iter()
        .for_each(|(case, _, why)| println!("{case}: {why}"));
    assert_eq!(wrong, 0, "\n{table}");
}

/// The errors for a user without access, and for a path that does not exist.
#[test]
#[ignore = "needs tests/lab"]
fn errors_of_the_server_are_reported() {
    let server = server();
    let looked = |path: &str, user: Option<&str>, password: &str| {
        let farm = format!(
            "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndrop-folder = '{path}'\n\n[probe]\ntimeout = \"60s\"\n"
        );
        let folder = Folder::with_farm(&farm);
        let user = user
            .map(|user| vec!["--smb-user", user])
            .unwrap_or_default();
        let mut command = folder.command(&[&["gather", "folder"][..], &user].concat());
        command
            .env("SPINMAIL_SMB_PASSWORD", password)
            .env("SPINMAIL_SMB_SERVER", path.trim_start_matches('\\'))
            .env("KRB5CCNAME", folder.path("no-tickets"));
        let output = command.output().expect("the program runs");
        let facts: Value = serde_json::from_slice(&output.stdout).expect("facts");
        facts["folder"]["folders"][0]["descriptor"].clone()
    };
    let drop = format!(r"\\{}\Drop", server.host);
    let (admin, right) = (Some(r"FABRIKAM\Administrator"), server.password.as_str());
    let failed = |descriptor: &Value, word: &str| descriptor["failed"].to_string().contains(word);
    assert!(
        looked(&drop, admin, right)["known"]["text"]
            .to_string()
            .contains("ACL:S-1-5-18")
    );
    assert!(failed(&looked(&drop, admin, "wrong"), "LOGON_FAILURE"));
    assert!(failed(&looked(&drop, None, right), "--smb-user"));
    assert!(looked(&format!(r"\\{}\NoSuchShare", server.host), admin, right)["absent"].is_string());
    assert!(looked(&format!(r"{drop}\no\such folder"), admin, right)["absent"].is_string());
    assert!(failed(&looked(r"\\127.0.0.1\Drop", admin, right), "SMB"));
}

/// Administrators can read the share's own permissions, which limit what the folder's ACL grants.
#[test]
#[ignore = "needs tests/lab"]
fn read_only_share_permissions_limit_the_folder() {
    let server = server();
    let verdict = |share: &str, user: &str| {
        let folder = Folder::with_farm(&format!(
            "[farm]\ntimer-account = '{TIMER}'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
             drop-folder = '\\\\{}\\{share}'\n\n[probe]\ntimeout = \"60s\"\n",
            server.host
        ));
        let token = format!("{TIMER}={},{}", server.sid(TIMER_RID), server.sid(1107));
        let mut command = folder.command(&[
            "verify",
            "folder",
            "--smb-user",
            user,
            "--token",
            &token,
            "--format",
            "json",
            "--only",
            "folder-share-limits",
        ]);
        let output = command
            .env("SPINMAIL_SMB_PASSWORD", &server.password)
            .env("SPINMAIL_SMB_SERVER", &server.host)
            .env("SPINMAIL_SMB_SERVER", &server.host)
            .output()
            .expect("the program runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        report["verdicts"][0]["outcome"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(verdict("Narrow", r"FABRIKAM\Administrator"), "fail");
    assert_eq!(verdict("Drop", r"FABRIKAM\Administrator"), "pass");
    // Samba returns it to every account; Windows only to administrators.
    assert_eq!(verdict("Narrow", TIMER), "fail");
    // The result is real: the ACL grants the account everything, and the share does not.
    let run = |share: &str| {
        let target = format!("//{}/{share}", server.host);
        let mut command = Command::new("smbclient");
        command.args([
            &target,
            "--user",
            TIMER,
            "-c",
            "mkdir spinmail-try; rmdir spinmail-try",
        ]);
        let output = command
            .env("PASSWD", &server.password)
            .output()
            .expect("smbclient");
        String::from_utf8_lossy(&output.stdout).contains("ACCESS_DENIED")
    };
    assert_eq!((run("Narrow"), run("Drop")), (true, false));
}

/// Returns the source and the descriptor of the lab's drop folder from `gather folder`.
fn gathered(server: &Server, arguments: &[&str]) -> (Value, Descriptor) {
    let farm = format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndrop-folder = '\\\\{}\\Drop'\n\n\
         [probe]\ntimeout = \"60s\"\n",
        server.host
    );
    let folder = Folder::with_farm(&farm);
    let mut command = folder.command(&[&["gather", "folder"], arguments].concat());
    let output = command
        .env("SPINMAIL_SMB_PASSWORD", &server.password)
        .env("SPINMAIL_SMB_SERVER", &server.host)
        .output()
        .expect("the program runs");
    let facts = Facts::from_json(&String::from_utf8_lossy(&output.stdout), "facts").expect("facts");
    let seen = facts.folder.expect("folders").folders.remove(0).descriptor;
    let Answer::Known(seen) = seen else {
        panic!("{arguments:?}: {seen:?}")
    };
    let from = serde_json::to_value(&seen.from).expect("JSON");
    (from, seen.read().expect("a descriptor"))
}

/// Asserts that an extended attribute of a folder contains the ACL that the file server returns.
fn assert_attribute_holds_acl(folder: &str, attribute: &str) {
    let server = server();
    let (from, told) = gathered(&server, &["--smb-user", r"FABRIKAM\Administrator"]);
    assert_eq!(from, "smbcacls");
    let (from, seen) = gathered(&server, &["--folder", folder]);
    assert_eq!(from, json!({"xattr": attribute}));
    assert_eq!(
        (seen.owner, seen.dacl.aces()),
        (told.owner.clone(), told.dacl.aces())
    );
}

#[test]
#[ignore = "needs tests/lab"]
fn extended_attribute_of_samba_holds_the_servers_acl() {
    let folder = format!("{}/shares/Drop", known("LAB_DIR"));
    assert_attribute_holds_acl(&folder, "security.NTACL");
}

#[test]
#[ignore = "needs FUSE"]
fn extended_attribute_of_ntfs_holds_the_servers_acl() {
    let folder = format!("{}/Drop", known("LAB_NTFS"));
    assert_attribute_holds_acl(&folder, "system.ntfs_acl");
}
