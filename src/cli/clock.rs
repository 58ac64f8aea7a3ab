//! The time, read at the edge and passed in.

use crate::farm::values::{Date, FromText};
use crate::report::Now;
use std::time::SystemTime;

/// Returns the present time.
pub(crate) fn now() -> Now {
    let now = SystemTime::now();
    let since_1970 = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Now {
        seconds: since_1970.as_secs(),
        text: humantime::format_rfc3339_seconds(now).to_string(),
    }
}

/// Returns today's date, UTC.
pub(crate) fn today() -> Date {
    let time = now().text;
    let day = time.get(..10).unwrap_or_default();
    Date::from_text(day).unwrap_or(Date {
        year: 1970,
        month: 1,
        day: 1,
    })
}
