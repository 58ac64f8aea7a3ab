//! The contacts and groups in the container.

use super::settings::WITH_ALL;
use super::view::{self, counted, if_read, shown};
use crate::facts::directory::{AUTHENTICATED, CountedObjects, ENCODING, Members, NO_MAPI};
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};

/// A check of one attribute of every contact or group.
pub(super) struct AttributeCheck<'a> {
    pub attribute: &'a str,
    /// The attributes that must not be hidden for a pass.
    pub reads: &'a [&'a str],
    pub expected: String,
    /// What is checked, as a plural: `contacts` or `contacts and groups`.
    pub objects: &'a str,
    pub total: u64,
    /// The verb after the count of the objects that fail, for one and for several.
    pub verb: [&'a str; 2],
    pub fault: String,
    pub remedy: String,
}

impl AttributeCheck<'_> {
    /// Fails if there are wrong objects, whether or not all were read.
    pub(super) fn judge(&self, members: &Members, wrong: &[&CountedObjects]) -> Outcome {
        let count: u64 = wrong.iter().map(|seen| seen.count).sum();
        if count > 0 {
            return Outcome::Fail(self.finding(members, wrong, count));
        }
        let pass = match self.total {
            0 => Outcome::not_applicable(format!("the container holds no {}", self.objects)),
            total => Outcome::Pass(vec![Evidence::new(
                self.attribute,
                &self.expected,
                format!("this holds for all {total} {}", self.objects),
            )]),
        };
        if_read(members, self.reads, pass)
    }

    /// Returns a check of the mail-enabled objects, without what it looks for.
    fn of_mail_enabled(members: &Members) -> Self {
        AttributeCheck {
            attribute: "",
            reads: &[],
            expected: String::new(),
            objects: MAIL_ENABLED,
            total: members
                .mail_enabled
                .unwrap_or(members.contacts + members.groups),
            verb: HAVE,
            fault: String::new(),
            remedy: String::new(),
        }
    }

    /// Judges the mail-enabled objects. Facts that counted the others too prove a fault only of
    /// contacts: a group may be a plain security group.
    fn judge_mail_enabled(
        &self,
        case: &Case<'_>,
        members: &Members,
        wrong: &[&CountedObjects],
    ) -> Outcome {
        let count: u64 = wrong.iter().map(|seen| seen.count).sum();
        if members.mail_enabled.is_none() && count > 0 && count <= members.groups {
            return view::not_held(case, "which groups are mail-enabled");
        }
        self.judge(members, wrong)
    }

    fn finding(&self, members: &Members, wrong: &[&CountedObjects], count: u64) -> Finding {
        let evidence = wrong.iter().flat_map(|seen| self.evidence(seen));
        let evidence = shown(members, evidence);
        let scope = match evidence.len() as u64 {
            named if named >= count => String::new(),
            0 => format!(" ({WITH_ALL})"),
            1 => format!(" (the first is named; {WITH_ALL})"),
            named => format!(" (the first {named} are named; {WITH_ALL})"),
        };
        let [one, several] = self.verb;
        let verb = if count == 1 { one } else { several };
        let message = format!(
            "{count} of {} {} {verb} {}{scope}",
            self.total, self.objects, self.fault
        );
        Finding::for_role(AdminRole::Directory, message, &self.remedy).with_evidence(evidence)
    }

    /// Returns evidence for each of the objects with one value.
    fn evidence(&self, seen: &CountedObjects) -> impl Iterator<Item = Evidence> {
        let observed = match &seen.value {
            Some(value) => format!("`{value}`"),
            None => "nothing".to_owned(),
        };
        seen.names.iter().map(move |name| {
            Evidence::new(
                format!("{} of {name}", self.attribute),
                &self.expected,
                &observed,
            )
        })
    }
}

/// Returns the objects that have another value than the one that is wanted.
fn other_than<'a>(values: &'a [CountedObjects], wanted: &str) -> Vec<&'a CountedObjects> {
    let mut others = Vec::new();
    for seen in values {
        match &seen.value {
            Some(value) if value.eq_ignore_ascii_case(wanted) => {}
            _ => others.push(seen),
        }
    }
    others
}

const HAVE: [&str; 2] = ["has", "have"];
pub(super) const CONTACTS: &str = "contacts";
const CONTACTS_AND_GROUPS: &str = "contacts and groups";
const MAIL_ENABLED: &str = "mail-enabled contacts and groups";

pub(super) fn judge_members(
    case: &Case<'_>,
    judge: impl Fn(&Members) -> Outcome,
) -> Vec<RuleResult> {
    RuleResult::only(view::subject(case), view::members(case).map(judge))
}

pub(super) fn encoding(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        let check = AttributeCheck {
            attribute: "internetEncoding",
            reads: &["internetEncoding"],
            expected: ENCODING.to_owned(),
            objects: CONTACTS,
            total: members.contacts,
            verb: HAVE,
            fault: "an internetEncoding other than 1310720, so attachments sent to them may be \
                    lost"
                .to_owned(),
            remedy: "Set their internetEncoding to 1310720 (ADSI Edit, or `Set-ADObject`)"
                .to_owned(),
        };
        check.judge(members, &other_than(&members.encodings, ENCODING))
    })
}

pub(super) fn mapi(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        let check = AttributeCheck {
            attribute: "mAPIRecipient",
            reads: &["mAPIRecipient"],
            expected: NO_MAPI.to_owned(),
            objects: CONTACTS,
            total: members.contacts,
            verb: HAVE,
            fault: "a mAPIRecipient other than FALSE, so attachments sent to them may be lost"
                .to_owned(),
            remedy: "Set their mAPIRecipient to FALSE (ADSI Edit, or `Set-ADObject`)".to_owned(),
        };
        check.judge(members, &other_than(&members.mapi, NO_MAPI))
    })
}

pub(super) fn open(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        if case.farm.directory.authenticated_users_only != Some(true) {
            return Outcome::not_applicable(
                "the farm file does not say that only authenticated users may send",
            );
        }
        if let Some(instead) = not_in_schema(case, "msExchRequireAuthToSendTo") {
            return instead;
        }
        let check = AttributeCheck {
            attribute: "msExchRequireAuthToSendTo",
            reads: &[
                "msExchRequireAuthToSendTo",
                "mailNickname",
                "proxyAddresses",
                "mail",
            ],
            expected: AUTHENTICATED.to_owned(),
            verb: ["lacks", "lack"],
            fault: "msExchRequireAuthToSendTo, so Exchange accepts mail for them from anyone"
                .to_owned(),
            remedy: "Set their msExchRequireAuthToSendTo to TRUE (in Exchange: \
                     `-RequireSenderAuthenticationEnabled $true`)"
                .to_owned(),
            ..AttributeCheck::of_mail_enabled(members)
        };
        let open = other_than(&members.authenticated, AUTHENTICATED);
        check.judge_mail_enabled(case, members, &open)
    })
}

pub(super) fn alias_too_long(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        if members.long_aliases.count == 0 && members.aliases_over_64.is_none() {
            return view::not_held(case, "which aliases are longer than 64 characters");
        }
        let long = members.aliases_over_64.as_ref();
        let long = CountedObjects {
            value: Some("more".to_owned()),
            ..long.unwrap_or(&members.long_aliases).clone()
        };
        AttributeCheck {
            attribute: "mailNickname",
            reads: &["mailNickname"],
            expected: "at most 64 characters".to_owned(),
            objects: CONTACTS_AND_GROUPS,
            total: members.contacts + members.groups,
            verb: HAVE,
            fault: format!(
                "an alias of more than 64 characters, which Exchange does not accept{}",
                refused_by_sharepoint(members)
            ),
            remedy: "Give the lists shorter addresses in SharePoint".to_owned(),
        }
        .judge(members, &[&long])
    })
}

/// Says how many aliases SharePoint does not take either.
fn refused_by_sharepoint(members: &Members) -> String {
    match members.long_aliases.count {
        0 => String::new(),
        1 => "; 1 has more than 128, which SharePoint refuses".to_owned(),
        count => format!("; {count} have more than 128, which SharePoint refuses"),
    }
}

/// Returns the outcome if the schema does not know the attribute, so that no object has it.
pub(super) fn not_in_schema(case: &Case<'_>, attribute: &str) -> Option<Outcome> {
    let schema = view::schema(case).ok()?;
    schema.lacks(attribute).then(|| {
        Outcome::not_applicable(format!(
            "the schema does not know `{attribute}`, so no object can have it"
        ))
    })
}

pub(super) fn legacy(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        if let Some(instead) = not_in_schema(case, "msExchVersion") {
            return instead;
        }
        let check = AttributeCheck {
            attribute: "msExchVersion",
            reads: &["msExchVersion", "mailNickname", "proxyAddresses", "mail"],
            expected: "a version".to_owned(),
            verb: HAVE,
            fault: "no msExchVersion, so Exchange shows them as legacy objects".to_owned(),
            remedy: "Upgrade them in Exchange (`Set-MailContact`, `Set-DistributionGroup` with \
                     `-ForceUpgrade`) if you want to manage them there; mail flows without it"
                .to_owned(),
            ..AttributeCheck::of_mail_enabled(members)
        };
        check.judge_mail_enabled(case, members, &[&members.without_version])
    })
}

pub(super) fn group_no_address(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        let check = AttributeCheck {
            attribute: "mail and proxyAddresses",
            reads: &["mail", "groupType"],
            expected: "an address".to_owned(),
            objects: "groups",
            total: members.groups,
            verb: ["is a distribution group", "are distribution groups"],
            fault: "without a mail address, so no one can send mail to them".to_owned(),
            remedy: "Have Exchange assign addresses (`Update-EmailAddressPolicy`), preferably in \
                     a scheduled task"
                .to_owned(),
        };
        check.judge(members, &[&members.groups_without_address])
    })
}

pub(super) fn alias_duplicate(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        if !members.shared.is_empty() {
            return Outcome::Fail(shared_finding(members));
        }
        if let Some(why) = &members.shared_unknown {
            return Outcome::undecided(format!(
                "it is not known whether several objects have the same address: {why}"
            ));
        }
        let pass = match (members.contacts + members.groups, members.shared_beyond) {
            (0, _) => Outcome::not_applicable("the container holds no contacts or groups"),
            (_, 0) => Outcome::pass(),
            _ => Outcome::undecided(format!(
                "{} may belong to several objects; `--all` checks all of them",
                shared_beyond(members)
            )),
        };
        if_read(members, &["mailNickname", "proxyAddresses"], pass)
    })
}

fn shared_beyond(members: &Members) -> String {
    counted(members.shared_beyond, "more value", "more values")
}

fn shared_finding(members: &Members) -> Finding {
    let mut message = match members.shared.len() {
        1 => "an alias or address belongs to several contacts or groups, but must be unique"
            .to_owned(),
        count => format!(
            "{count} aliases or addresses belong to several contacts or groups each, but must be \
             unique"
        ),
    };
    if members.shared_beyond > 0 {
        message += &format!(
            "; {} may too (`--all` checks all of them)",
            shared_beyond(members)
        );
    }
    let remedy = "Keep the address on one of them. For each other, give the list another address \
                  in SharePoint; if the list no longer exists, delete the contact";
    let evidence = members
        .shared
        .iter()
        .map(|shared| Evidence::new(&shared.value, "one object", shared.names.join("; ")));
    Finding::for_role(AdminRole::Directory, message, remedy).with_evidence(evidence)
}
