//! A descriptor and its verdict for people to read.

use crate::rules::{DescribedObject, DescriptorVerdict};
use crate::term::{PlainTable, Screen};
use crate::text::shown;
use std::fmt::Write;
use windows_security::descriptor::{DataKind, ace_type, flags};
use windows_security::rights::{self, MaskKind};
use windows_security::{Access, AceData, AclPart, Descriptor, Trustee, words};

/// The lines of the dialogue that most questions are about.
const LEVELS: [(&str, u32); 3] = [
    ("Full control", rights::FULL_CONTROL),
    ("Modify", rights::MODIFY),
    ("Read & execute", rights::READ_EXECUTE),
];

/// The indent of continued lines.
const REST: &str = "      ";

pub(super) fn render(
    descriptor: &Descriptor,
    verdict: &DescriptorVerdict,
    screen: &Screen,
) -> String {
    let mut text = head(descriptor, screen);
    if !descriptor.dacl.aces().is_empty() {
        let _ = write!(
            text,
            "\n{}",
            entries(descriptor, verdict.kind, screen.table_width())
        );
    }
    for object in &verdict.objects {
        let _ = write!(text, "\n{}", object_text(object, verdict.kind, screen));
    }
    if !verdict.answers.is_empty() {
        let _ = write!(text, "\n{}", answers(verdict, screen));
    }
    text
}

/// Writes a text in lines of the screen after a prefix.
fn put(out: &mut String, screen: &Screen, before: &str, text: &str) {
    screen.lines(text, before, REST).iter().for_each(|line| {
        let _ = writeln!(out, "{line}");
    });
}

fn trustee_text(trustee: Option<&Trustee>) -> String {
    trustee.map_or("not in this descriptor".to_owned(), words::trustee)
}

fn head(descriptor: &Descriptor, screen: &Screen) -> String {
    let list = match &descriptor.dacl {
        AclPart::Absent => "not in this descriptor".to_owned(),
        AclPart::Null => "null: everyone has full control".to_owned(),
        AclPart::Present(acl) if acl.aces.is_empty() => {
            "empty: no account has access, but the owner can change that".to_owned()
        }
        AclPart::Present(acl) => {
            let order = if descriptor.is_canonical() {
                "in canonical order"
            } else {
                "not in canonical order"
            };
            let count = acl.aces.len();
            format!(
                "{count} {}, {order}",
                if count == 1 { "ACE" } else { "ACEs" }
            )
        }
    };
    let control: String = words::dacl_control(descriptor.control)
        .iter()
        .map(|word| format!("; {word}"))
        .collect();
    let rows = [
        ("owner", trustee_text(descriptor.owner.as_ref())),
        ("group", trustee_text(descriptor.group.as_ref())),
        ("DACL", list + &control),
    ];
    let mut text = String::new();
    rows.iter()
        .for_each(|(label, value)| put(&mut text, screen, &format!("{label:5}  "), value));
    text
}

fn entries(descriptor: &Descriptor, kind: MaskKind, width: usize) -> String {
    let mut table = PlainTable::new(
        width,
        ["#", "type", "who", "rights", "applies to", "inherited"],
    );
    table.keep_whole([0, 1]);
    let trustees = descriptor
        .dacl
        .aces()
        .iter()
        .filter_map(|entry| Some(words::trustee(&entry.permission()?.trustee)));
    // SIDs must stay whole for copying. A column has a space on both sides.
    let words = trustees.flat_map(|who| who.split(' ').map(str::len).collect::<Vec<_>>());
    table.at_least(2, words.max().unwrap_or(0) + 2);
    for (at, entry) in descriptor.dacl.aces().iter().enumerate() {
        let who = entry
            .permission()
            .map(|permission| words::trustee(&permission.trustee))
            .unwrap_or_default();
        let condition = entry
            .permission()
            .map(|its| condition(entry.code, &its.data));
        let inherited = if entry.has(flags::INHERITED) {
            "yes"
        } else {
            "no"
        };
        let row = [
            (at + 1).to_string(),
            words::ace_kind(entry),
            who,
            words::ace_rights(entry, kind) + &condition.unwrap_or_default(),
            words::applies_to(entry, kind),
            inherited.to_owned(),
        ];
        table.add(row.map(|cell| shown(&cell).into_owned()));
    }
    table.text()
}

/// The most characters of a condition that the table shows. The other forms show all of it.
const MAX_SHOWN_CONDITION: usize = 1000;

/// Returns the text about an ACE's condition or attribute, which follows its rights.
fn condition(code: u8, data: &AceData) -> String {
    match (data, ace_type(code).map(|row| row.data)) {
        (AceData::Text(text), _) => match text.char_indices().nth(MAX_SHOWN_CONDITION) {
            None => format!(" if {text}"),
            Some((end, _)) => format!(" if {}…", text.get(..end).unwrap_or_default()),
        },
        (AceData::Bytes(_), Some(DataKind::Nothing) | None) => String::new(),
        (AceData::Bytes(bytes), _) => format!(" if a condition of {} bytes holds", bytes.len()),
    }
}

fn object_text(object: &DescribedObject, kind: MaskKind, screen: &Screen) -> String {
    let granted = object.rights.granted;
    let words = match object.descriptor.dacl {
        AclPart::Absent => "not known".to_owned(),
        _ => format!("{} ({granted:#x})", kind.words(granted)),
    };
    let mut text = String::new();
    put(
        &mut text,
        screen,
        "",
        &format!("on {}: {words}", object.name),
    );
    if kind == MaskKind::File {
        for (name, mask) in LEVELS {
            let decision = object.rights.needs(mask);
            put(
                &mut text,
                screen,
                &format!("  {name:14}  "),
                &decision_text(&decision, &object.descriptor, kind),
            );
        }
    }
    if object.rights.undecided != 0 {
        let undecided = kind.words(object.rights.undecided);
        put(
            &mut text,
            screen,
            "  ",
            &format!("not decided: {undecided} ({:#x})", object.rights.undecided),
        );
        for uncertainty in &object.rights.uncertainties {
            put(
                &mut text,
                screen,
                "    ",
                &words::uncertainty(uncertainty, &object.descriptor, kind),
            );
        }
    }
    text
}

fn answers(verdict: &DescriptorVerdict, screen: &Screen) -> String {
    let mut text = String::new();
    for answer in &verdict.answers {
        let why: Vec<String> = answer
            .deciding_paths()
            .iter()
            .map(|(decision, of)| reasons(decision, of, verdict.kind))
            .collect();
        put(
            &mut text,
            screen,
            &format!("{:25}  {:9}  ", answer.name, answer.word()),
            &why.join("; "),
        );
    }
    text
}

/// Returns the answer and what decided it.
fn decision_text(decision: &Access, descriptor: &Descriptor, kind: MaskKind) -> String {
    let word = match decision {
        Access::Granted(_) => "granted",
        Access::Denied(_) => "denied",
        Access::Undecided(_) => "undecided",
    };
    format!("{word:9}  {}", reasons(decision, descriptor, kind))
}

fn reasons(decision: &Access, descriptor: &Descriptor, kind: MaskKind) -> String {
    let reasons: Vec<String> = match decision {
        Access::Granted(rulings) | Access::Denied(rulings) => rulings
            .iter()
            .map(|ruling| words::decision(ruling, descriptor, kind))
            .collect(),
        Access::Undecided(uncertainties) => uncertainties
            .iter()
            .map(|uncertainty| words::uncertainty(uncertainty, descriptor, kind))
            .collect(),
    };
    reasons.join("; ")
}
