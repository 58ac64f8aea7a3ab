//! A descriptor and its verdict as JSON; masks are always texts in hexadecimal.

use crate::rules::DescriptorVerdict;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use windows_security::descriptor::{DataKind, ace_type, flags};
use windows_security::rights::MaskKind;
use windows_security::{Ace, AceBody, AceData, AclPart, Descriptor, words};

pub(super) fn render(descriptor: &Descriptor, verdict: &DescriptorVerdict) -> Value {
    let dacl = match descriptor.dacl {
        AclPart::Absent => "absent",
        AclPart::Null => "null",
        AclPart::Present(_) => "present",
    };
    let mut object = json!({
        "owner": descriptor.owner.as_ref().map(ToString::to_string),
        "group": descriptor.group.as_ref().map(ToString::to_string),
        "dacl": dacl,
        "canonical": descriptor.is_canonical(),
        "effective": effective(verdict),
        "entries": descriptor.dacl.aces().iter().map(|one| entry(one, verdict.kind)).collect::<Vec<_>>(),
        "undecided": undecided(verdict),
    });
    if verdict.kind == MaskKind::Directory
        && let Some(all) = object.as_object_mut()
    {
        all.insert("directory".to_owned(), directory(verdict));
    }
    object
}

fn mask(mask: u32) -> String {
    format!("{mask:#x}")
}

fn effective(verdict: &DescriptorVerdict) -> Value {
    if verdict.objects.is_empty() {
        return Value::Null;
    }
    let objects = verdict
        .objects
        .iter()
        .map(|object| (object.key.to_owned(), json!(mask(object.rights.granted))));
    Value::Object(objects.collect())
}

fn directory(verdict: &DescriptorVerdict) -> Value {
    if verdict.answers.is_empty() {
        return Value::Null;
    }
    let mut all = Map::new();
    for answer in &verdict.answers {
        match answer.keys {
            [key] => {
                all.insert((*key).to_owned(), json!(answer.word()));
            }
            [outer, inner] => {
                let nested = all.entry(*outer).or_insert_with(|| json!({}));
                nested[*inner] = json!(answer.word());
            }
            _ => {}
        }
    }
    Value::Object(all)
}

fn undecided(verdict: &DescriptorVerdict) -> Vec<Value> {
    let uncertainties = verdict
        .uncertainties()
        .map(|(about, uncertainty, descriptor)| {
            json!({
                "about": about,
                "mask": mask(uncertainty.mask),
                "entry": words::uncertain_ace(&uncertainty.cause).map(|at| at + 1),
                "why": words::uncertainty(uncertainty, descriptor, verdict.kind),
            })
        });
    uncertainties.collect()
}

fn entry(entry: &Ace, kind: MaskKind) -> Value {
    let set: Vec<&str> = flags::LETTERS
        .iter()
        .filter(|(bit, _)| entry.has(*bit))
        .map(|(_, letters)| *letters)
        .collect();
    let name = ace_type(entry.code)
        .map_or_else(|| format!("{:#x}", entry.code), |row| row.name.to_owned());
    let mut object =
        json!({"type": name, "flags": set, "applies-to": words::applies_to(entry, kind)});
    let rest = match &entry.body {
        AceBody::Unknown(bytes) => json!({"raw": HEXLOWER.encode(bytes)}),
        AceBody::Permission(permission) => {
            let types = permission.object.unwrap_or_default();
            let has_data = ace_type(entry.code).is_some_and(|row| row.data != DataKind::Nothing);
            let condition = match &permission.data {
                AceData::Text(text) => text.clone(),
                AceData::Bytes(bytes) => HEXLOWER.encode(bytes),
            };
            json!({
                "mask": mask(permission.mask),
                "rights": kind.words(permission.mask),
                "trustee": permission.trustee.to_string(),
                "name": permission.trustee.name(),
                "object-type": types.object.map(|guid| guid.to_string()),
                "inherited-object-type": types.inherited.map(|guid| guid.to_string()),
                "condition": has_data.then_some(condition),
            })
        }
    };
    if let (Some(all), Value::Object(rest)) = (object.as_object_mut(), rest) {
        all.extend(rest);
    }
    object
}
