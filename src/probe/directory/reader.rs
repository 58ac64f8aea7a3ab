//! What the account that asks may see: what it is not shown may be there all the same.

use super::client::{Entry, Question};
use super::connect::Controller;
use super::reason::{self, Trouble};
use crate::facts::directory::{Connection, SchemaFacts};
use crate::facts::{Answer, hexadecimal};
use crate::formats::dn::Name;
use windows_security::directory::{self, AttributeGuid};
use windows_security::{Descriptor, Guid, Sid, Token, binary, rights, sddl};

/// The account that asks.
#[derive(Debug)]
pub struct Reader {
    token: Token,
    schema: Vec<AttributeGuid>,
    is_administrator: bool,
}

impl Reader {
    pub fn new(connection: &Connection, schema: &Answer<SchemaFacts>) -> Self {
        let schema = match schema {
            Answer::Known(schema) => schema.guids(),
            _ => Vec::new(),
        };
        // Whoever is one of the domain's administrators may read all of it, unless somebody took
        // pains to prevent it.
        let is_administrator = connection.token.contains(&Sid::builtin(544));
        Self {
            token: Token::exactly(connection.token.iter().cloned()),
            schema,
            is_administrator,
        }
    }

    /// Whether it sees whatever is in an object.
    ///
    /// # Errors
    /// That is not sure; why.
    pub fn lists(&self, entry: &Entry) -> Result<(), String> {
        let name = &entry.name;
        match list(entry) {
            Ok(list)
                if directory::on_path(&list, &self.token, &[])
                    .needs(rights::LIST_CONTENTS)
                    .is_granted() =>
            {
                Ok(())
            }
            Ok(_) => Err(format!(
                "the account that asks may not list what is in {name}"
            )),
            Err(why) => Err(format!(
                "whether the account that asks may list what is in {name} is not known: {why}"
            )),
        }
    }

    /// Whether it surely sees the values of an attribute.
    pub fn reads(&self, object: &Descriptor, class: Guid, attribute: &str) -> bool {
        let attribute = (attribute, &self.schema[..]);
        directory::on_attribute(object, &self.token, class, attribute, rights::READ_PROPERTY)
            .is_granted()
    }

    /// That a search over the whole domain found nothing: it shows only what the account may read.
    pub fn nowhere<T>(&self, how: String) -> Answer<T> {
        if self.is_administrator {
            return Answer::Absent(how);
        }
        Answer::Failed(format!(
            "{how}, or the account that asks may not see it; an administrator sees all"
        ))
    }

    /// That there is no object of a name, which is sure where what it would lie in shows all that
    /// it holds.
    pub async fn nothing<T>(
        &self,
        controller: &mut Controller,
        name: &Name,
        how: String,
    ) -> Answer<T> {
        let mut next = name.parent();
        while let Some(above) = next {
            let question = Question::object(above.to_string(), &["nTSecurityDescriptor"]);
            match controller
                .client
                .object(&Question {
                    with_descriptor: true,
                    ..question
                })
                .await
            {
                Ok(entry) => {
                    return match self.lists(&entry) {
                        Ok(()) => Answer::Absent(how),
                        Err(why) => Answer::Failed(format!(
                            "{how}, and {why}: what it may not see looks the same"
                        )),
                    };
                }
                Err(Trouble::Result {
                    code: reason::NO_SUCH_OBJECT,
                    ..
                }) => next = above.parent(),
                Err(trouble) => {
                    return Answer::Failed(format!("{how}, and of {above}: {}", trouble.why()));
                }
            }
        }
        Answer::Failed(format!("{how}, and nothing of what it would lie in"))
    }
}

/// The largest descriptor that is taken for one.
const LARGEST: usize = 1 << 20;

/// The list that an entry shows.
///
/// # Errors
/// Why there is none.
pub fn list(entry: &Entry) -> Result<Descriptor, String> {
    match entry.bytes("nTSecurityDescriptor") {
        [] => Err("its permissions may not be read".to_owned()),
        [bytes] if bytes.len() <= LARGEST => {
            binary::read(bytes).map_err(|fault| format!("its permissions cannot be read: {fault}"))
        }
        _ => Err("its permissions are several, or larger than they can be".to_owned()),
    }
}

/// The descriptor that an entry shows. A success without one is a refusal: every object has one.
pub fn descriptor(entry: &Entry) -> Answer<crate::facts::directory::Descriptor> {
    use crate::facts::directory::Descriptor;
    match entry.bytes("nTSecurityDescriptor") {
        [] => Answer::Absent("it may not be read by the account that asks".to_owned()),
        [bytes] if bytes.len() <= LARGEST => {
            let raw = Some(hexadecimal(bytes));
            let read = binary::read(bytes).ok();
            Answer::Known(Descriptor {
                raw,
                sddl: read.and_then(|read| sddl::write(&read).ok()),
                ..Descriptor::default()
            })
        }
        _ => Answer::Failed("there are several, or it is larger than one can be".to_owned()),
    }
}
