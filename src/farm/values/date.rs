//! Calendar dates, UTC.

use super::FromText;
use std::fmt;

/// A day, UTC, ordered as in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year of the Gregorian calendar.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl FromText for Date {
    type Error = String;
    const EXPECTED: &'static str = "a day such as `2027-01-31`";

    fn from_text(text: &str) -> Result<Self, String> {
        let date: toml_edit::Datetime = text.parse().map_err(|_| "it is not a date".to_owned())?;
        Self::from_toml(&date).ok_or_else(|| "it is not just a date".to_owned())
    }
}

impl Date {
    /// Returns the date of a TOML date, or `None` if it has a time.
    pub fn from_toml(value: &toml_edit::Datetime) -> Option<Self> {
        match (value.date, value.time) {
            (Some(date), None) => Some(Self {
                year: date.year,
                month: date.month,
                day: date.day,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
