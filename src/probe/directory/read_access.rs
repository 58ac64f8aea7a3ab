//! The objects and attributes that the account may read. Objects that it may not read are hidden.

use super::connect::Controller;
use super::error;
use super::query::{LdapEntry, LdapQuery};
use crate::facts::directory::{Connection, DescribedObject, RecordedDescriptor, SchemaFacts};
use crate::facts::{Answer, Failure, FailureKind};
use crate::formats::dn::Name;
use data_encoding::HEXLOWER;
use windows_security::directory::{self, AttributeGuid};
use windows_security::{Descriptor, Guid, Sid, Token, binary, rights, sddl};

/// The relative identifier of BUILTIN\Administrators.
const ADMINISTRATORS: u32 = 544;

/// The relative identifier of Enterprise Admins in the root domain.
const ENTERPRISE_ADMINS: u32 = 519;

/// Returns whether a SID is that of Enterprise Admins.
fn is_enterprise_admins(sid: &Sid) -> bool {
    sid.domain()
        .and_then(|domain| domain.below(ENTERPRISE_ADMINS))
        .is_some_and(|admins| admins == *sid)
}

/// The rights of the account that asks.
#[derive(Debug)]
pub(super) struct ReadAccess {
    token: Token,
    schema: Vec<AttributeGuid>,
    is_administrator: bool,
    is_enterprise_administrator: bool,
}

impl ReadAccess {
    pub(super) fn new(connection: &Connection, schema: &Answer<SchemaFacts>) -> Self {
        Self {
            token: Token::exactly(connection.token.iter().cloned()),
            schema: schema.known().map(SchemaFacts::guids).unwrap_or_default(),
            // A domain's administrators may read all of it, unless that was prevented on purpose.
            is_administrator: connection.token.contains(&Sid::builtin(ADMINISTRATORS)),
            is_enterprise_administrator: connection.token.iter().any(is_enterprise_admins),
        }
    }

    /// Returns whether the account may read everything in a forest with this number of domains,
    /// unless that was prevented on purpose.
    pub(super) fn sees_all(&self, domains: usize) -> bool {
        self.is_administrator && (domains == 1 || self.is_enterprise_administrator)
    }

    /// Checks that the account sees every object in a container.
    ///
    /// # Errors
    /// The reason why that is not certain.
    pub(super) fn check_list(&self, entry: &LdapEntry) -> Result<(), Failure> {
        let name = &entry.name;
        let descriptor = descriptor(entry).map_err(|failure| {
            let detail = format!("the account's right to list {name} is not known: {failure}");
            failure.with_detail(detail)
        })?;
        let can_list = directory::on_path(&descriptor, &self.token, &[])
            .needs(rights::LIST_CONTENTS)
            .is_granted();
        if can_list {
            Ok(())
        } else {
            Err(Failure::new(
                FailureKind::AccessDenied,
                format!("the account may not list {name}"),
            ))
        }
    }

    /// Returns whether the account certainly sees the values of an attribute.
    pub(super) fn can_read(&self, object: &Descriptor, class: Guid, attribute: &str) -> bool {
        let attribute = (attribute, &self.schema[..]);
        directory::on_attribute(object, &self.token, class, attribute, rights::READ_PROPERTY)
            .is_granted()
    }

    /// Returns the answer for a search over the whole domain that found nothing. The object is
    /// absent only if the account may read everything.
    pub(super) fn not_found_in_domain<T>(&self, how: String) -> Answer<T> {
        if self.is_administrator {
            return Answer::Absent(how);
        }
        Answer::failed(
            FailureKind::Hidden,
            format!("{how}, or the account may not see it; ask as an administrator"),
        )
    }

    /// Returns the answer for a name without an object. The object is absent only if the account
    /// may list the nearest existing object above.
    pub(super) async fn not_found_at<T>(
        &self,
        controller: &mut Controller,
        name: &Name,
        how: String,
    ) -> Answer<T> {
        let mut next = name.parent();
        while let Some(above) = next {
            let query = LdapQuery::object(above.to_string(), &["nTSecurityDescriptor"]);
            let entry = match controller.client.object(&query.with_descriptor()).await {
                Ok(entry) => entry,
                Err(error) if error.code() == Some(error::NO_SUCH_OBJECT) => {
                    next = above.parent();
                    continue;
                }
                Err(error) => return error.answer_with(format!("{how}, and of {above}: {error}")),
            };
            return match self.check_list(&entry) {
                Ok(()) => Answer::Absent(how),
                Err(why) => Answer::failed(
                    FailureKind::Hidden,
                    format!("{how}, and {why}: a hidden object looks the same"),
                ),
            };
        }
        let detail = format!("{how}, nor any of its parents");
        Answer::failed(FailureKind::NotFound, detail)
    }
}

/// The maximum size of a descriptor in bytes.
const MAX_DESCRIPTOR: usize = 1 << 20;

/// Reads the descriptor of an entry.
///
/// # Errors
/// Returns the reason why there is no descriptor.
pub(super) fn descriptor(entry: &LdapEntry) -> Result<Descriptor, Failure> {
    match entry.bytes("nTSecurityDescriptor") {
        [] => Err(Failure::new(
            FailureKind::AccessDenied,
            "its permissions may not be read",
        )),
        [bytes] if bytes.len() <= MAX_DESCRIPTOR => binary::read(bytes).map_err(|fault| {
            let detail = format!("its permissions cannot be read: {fault}");
            Failure::new(FailureKind::Malformed, detail)
        }),
        _ => Err(Failure::new(
            FailureKind::Malformed,
            "it has several security descriptors, or too large a one",
        )),
    }
}

/// Returns the descriptor of an entry, in the form of facts. Every object has one, so an entry
/// without one means that access was denied.
pub(super) fn recorded_descriptor(entry: &LdapEntry) -> Answer<RecordedDescriptor> {
    match entry.bytes("nTSecurityDescriptor") {
        [] => Answer::Absent("the account may not read it".to_owned()),
        [bytes] if bytes.len() <= MAX_DESCRIPTOR => Answer::Known(RecordedDescriptor {
            raw: Some(HEXLOWER.encode(bytes)),
            sddl: binary::read(bytes)
                .ok()
                .and_then(|descriptor| sddl::write(&descriptor).ok()),
            ..RecordedDescriptor::default()
        }),
        _ => Answer::failed(
            FailureKind::Malformed,
            "there are several, or it is too large",
        ),
    }
}

/// Returns an object with its class and its descriptor, in the form of facts.
pub(super) fn described_object(entry: &LdapEntry) -> DescribedObject {
    DescribedObject {
        name: entry.name.clone(),
        class: entry.texts("objectClass").pop().unwrap_or_default(),
        count: 1,
        descriptor: recorded_descriptor(entry),
        ..DescribedObject::default()
    }
}
