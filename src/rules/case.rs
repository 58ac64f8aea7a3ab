//! The input of a judgement.

use super::dns_view::DnsView;
use super::route::Routes;
use super::seen::Seen;
use crate::facts::{Area, Facts};
use crate::farm::values::{Date, DomainName, FromText};
use crate::farm::{Document, Farm, Lines};
use std::borrow::Cow;
use std::cell::OnceCell;

/// Everything a rule may use.
#[derive(Debug)]
pub struct Case<'a> {
    /// What is wanted.
    pub farm: &'a Farm,
    /// The lines of the farm file where its settings are.
    pub lines: &'a Lines,
    /// What was observed.
    pub facts: &'a Facts,
    /// The day of the judgement, UTC.
    pub today: Date,
    /// The time of the judgement (RFC 3339, UTC), or `None` for the beginning of that day.
    pub now: Option<&'a str>,
    /// The address, in lowercase, of the one message whose route is judged (`trace`), or `None`.
    pub address: Option<&'a str>,
    /// How mail reaches the farm. Many rules ask, and following every way takes long.
    routes: OnceCell<Routes<'a>>,
    /// What the DNS servers answer, in every view.
    dns_views: OnceCell<Vec<DnsView<'a>>>,
    /// The facts by name.
    seen: OnceCell<Seen<'a>>,
}

impl<'a> Case<'a> {
    /// Creates the case of a farm file and the facts that were gathered for it.
    pub fn new(document: &'a Document, facts: &'a Facts, today: Date) -> Self {
        Self {
            farm: &document.farm,
            lines: &document.lines,
            facts,
            today,
            now: None,
            address: None,
            routes: OnceCell::new(),
            dns_views: OnceCell::new(),
            seen: OnceCell::new(),
        }
    }

    /// Returns the same case with another farm that has the same DNS servers, such as one with
    /// another display address.
    pub(super) fn with_farm<'f>(&self, farm: &'f Farm) -> Case<'f>
    where
        'a: 'f,
    {
        Case {
            farm,
            lines: self.lines,
            facts: self.facts,
            today: self.today,
            now: self.now,
            address: self.address,
            routes: OnceCell::new(),
            dns_views: self.views_of(farm).into(),
            seen: OnceCell::new(),
        }
    }

    fn views_of<'f>(&self, farm: &'f Farm) -> Vec<DnsView<'f>>
    where
        'a: 'f,
    {
        let views = self.dns_views().iter();
        views.map(|view| view.with_farm(farm)).collect()
    }

    /// Returns what each DNS server answers, inside and outside apart.
    pub(super) fn dns_views(&self) -> &[DnsView<'a>] {
        self.dns_views
            .get_or_init(|| DnsView::all(self.farm, self.facts))
    }

    /// Returns the facts by name.
    pub(super) fn seen(&self) -> &Seen<'a> {
        self.seen.get_or_init(|| Seen::new(self.farm, self.facts))
    }

    /// Returns how mail reaches the farm.
    pub(crate) fn routes(&self) -> &Routes<'a> {
        let stale_dns = self.facts.stale(Area::Dns);
        self.routes
            .get_or_init(|| Routes::new(self.farm, self.dns_views(), stale_dns))
    }

    /// Returns whether the one message whose route is judged is sent to a domain.
    pub(super) fn is_for_domain(&self, domain: &DomainName) -> bool {
        let sent_to = self.address.and_then(|address| address.rsplit_once('@'));
        let sent_to = sent_to.and_then(|(_, sent_to)| DomainName::from_text(sent_to).ok());
        sent_to.is_some_and(|sent_to| sent_to.ascii() == domain.ascii())
    }

    /// Returns the case judged at a time (RFC 3339, UTC) of its day.
    #[must_use]
    pub fn at(self, now: &'a str) -> Self {
        Self {
            now: Some(now),
            ..self
        }
    }

    /// Returns the time of the judgement, RFC 3339.
    pub(crate) fn now(&self) -> Cow<'a, str> {
        match self.now {
            Some(now) => Cow::Borrowed(now),
            None => Cow::Owned(format!("{}T00:00:00Z", self.today)),
        }
    }

    /// Returns the case of the route of one message.
    #[must_use]
    pub fn for_mail_to(self, address: Option<&'a str>) -> Self {
        Self { address, ..self }
    }
}
