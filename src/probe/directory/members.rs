//! The contacts and groups of the container, page by page: none of them stays in memory.

use super::Look;
use super::client::{Client, Entry, Question};
use super::container::ELSEWHERE;
use super::hidden;
use super::reader::Reader;
use super::reason::Trouble;
use crate::facts::Answer;
use crate::facts::directory::{
    Census, ContainerFacts, Member, Members, Shared, Wanted, most_names,
};
use crate::farm::Farm;
use crate::probe::Progress;

/// The size of a page: as much as Active Directory gives at once (MaxPageSize).
const PAGE: i32 = 1000;
/// No container holds more; who goes on beyond has no end.
const MOST_MEMBERS: u64 = 2_000_000;
/// Pages without any object that may follow one another: a controller that runs out of time gives
/// some.
const MOST_EMPTY_PAGES: u32 = 50;
/// Thin pages are as suspicious, when there are very many of them.
const MOST_THIN_PAGES: u32 = 500;
/// Objects that were there before: one that is renamed meanwhile may come twice.
const MOST_REPEATED: u64 = 1000;

const MEMBERS: &str = "(|(objectClass=contact)(objectClass=group))";

const ATTRIBUTES: &[&str] = &[
    "objectClass",
    "mailNickname",
    "proxyAddresses",
    "mail",
    "targetAddress",
    "internetEncoding",
    "mAPIRecipient",
    "msExchRequireAuthToSendTo",
    "msExchVersion",
    "groupType",
];

/// What the farm wants of its contacts.
fn wanted(farm: &Farm, look: &Look) -> Wanted {
    Wanted {
        domains: farm.mail_domains(),
        all: look.all,
        others: look.rights,
    }
}

/// Counts them, and finds the names of those that are shared.
pub async fn gather(
    client: &mut Client,
    reader: &Reader,
    container: &ContainerFacts,
    farm: &Farm,
    look: &Look,
    progress: &dyn Progress,
) -> Answer<Members> {
    let base = &container.name;
    let filter = if look.rights {
        "(objectClass=*)"
    } else {
        MEMBERS
    };
    let question = Question {
        most: PAGE,
        ..Question::below(base, filter, ATTRIBUTES)
    };
    let mut census = Census::new(wanted(farm, look));
    let incomplete = match read(client, &question, base, &mut census, progress).await {
        Ok(()) => container.hides.clone(),
        Err(why) => Some(why),
    };
    let incomplete = match incomplete {
        Some(why) if census.count() == 0 => return Answer::Failed(why),
        incomplete => incomplete,
    };
    let found = shared(client, base, &census, look).await;
    let mut members = Members {
        incomplete,
        ..census.finish()
    };
    match found {
        Ok((shared, beyond)) => {
            members.shared = shared;
            members.shared_beyond += beyond;
        }
        Err(trouble) => members.shared_unknown = Some(trouble.why()),
    }
    hidden::sort_out(client, reader, &mut members).await;
    Answer::Known(members)
}

async fn read(
    client: &mut Client,
    question: &Question,
    base: &str,
    census: &mut Census,
    progress: &dyn Progress,
) -> Result<(), String> {
    let (mut empty, mut thin, mut references) = (0, 0, 0);
    let mut asked = client.ask_for_page(question, Vec::new()).await;
    loop {
        let page = client
            .take_page(asked)
            .await
            .map_err(|trouble| trouble.why())?;
        // While these are counted, the controller looks for the next.
        let next = match page.cookie {
            cookie if cookie.is_empty() => None,
            cookie => Some(client.ask_for_page(question, cookie).await),
        };
        // The container itself answers too where everything is asked for.
        let members = page.entries.iter().filter(|entry| entry.name != base);
        members.for_each(|entry| census.add(&member(entry)));
        progress.count(page.entries.len());
        references += page.references;
        let Some(next) = next else {
            return if references == 0 {
                Ok(())
            } else {
                Err(ELSEWHERE.to_owned())
            };
        };
        empty = if page.entries.is_empty() {
            empty + 1
        } else {
            0
        };
        thin += u32::from(page.entries.len() < 100);
        // A cookie says nothing: there are servers that give the same one throughout.
        let endless = if census.repeated() > MOST_REPEATED {
            Some("it gives the same objects again and again")
        } else if empty > MOST_EMPTY_PAGES || thin > MOST_THIN_PAGES {
            Some("it goes on with pages that hold next to nothing")
        } else if census.count() > MOST_MEMBERS {
            Some("it goes on beyond two million objects")
        } else {
            None
        };
        if let Some(why) = endless {
            return Err(why.to_owned());
        }
        asked = next;
    }
}

fn member(entry: &Entry) -> Member {
    Member {
        name: entry.name.clone(),
        classes: entry.texts("objectClass"),
        alias: entry.text("mailNickname"),
        addresses: entry.texts("proxyAddresses"),
        mail: entry.text("mail"),
        target: entry.text("targetAddress"),
        encoding: entry.text("internetEncoding"),
        mapi: entry.text("mAPIRecipient"),
        authenticated: entry.text("msExchRequireAuthToSendTo"),
        version: entry.text("msExchVersion"),
        group_type: entry.text("groupType"),
    }
}

/// The values that several objects have indeed, and how many more seem to be shared.
async fn shared(
    client: &mut Client,
    base: &str,
    census: &Census,
    look: &Look,
) -> Result<(Vec<Shared>, u64), Trouble> {
    let most = most_names(look.all);
    let (mut found, mut beyond) = (Vec::new(), 0);
    for suspect in census.suspects() {
        if found.len() >= most {
            beyond += 1;
            continue;
        }
        let filter = format!(
            "(&{MEMBERS}({}={}))",
            suspect.attribute,
            ldap3::ldap_escape(suspect.value)
        );
        let first = i32::try_from(most).unwrap_or(PAGE).min(PAGE);
        let question = Question {
            most: first,
            ..Question::below(base, filter, &["1.1"])
        };
        let holders = client.page(&question).await?;
        let names: Vec<String> = holders
            .entries
            .into_iter()
            .map(|entry| entry.name)
            .take(most)
            .collect();
        if names.len() > 1 {
            found.push(Shared {
                value: suspect.shown.to_owned(),
                names,
                ..Shared::default()
            });
        }
    }
    Ok((found, beyond))
}
