//! Counts, ages and sizes in words, and lists that name the first few.

use crate::facts::{Ages, NamedFile, Sample};

/// How many files a finding names.
pub const MAX_SHOWN: usize = 5;

/// Returns the first of a list, and how many more there are.
pub fn listed(first: &[String], count: u64) -> String {
    let more = count.saturating_sub(first.len() as u64);
    let first = first.join("; ");
    match more {
        0 => first,
        _ => format!("{first}; and {more} more"),
    }
}

/// Returns the names of the files in a sample.
pub fn file_names(sample: &Sample) -> String {
    let first: Vec<String> = sample.first.iter().take(MAX_SHOWN).map(file_name).collect();
    listed(&first, sample.count)
}

fn file_name(file: &NamedFile) -> String {
    match &file.why {
        Some(why) => format!("`{}` ({why})", file.name),
        None => format!("`{}`", file.name),
    }
}

pub fn message_count(messages: u64) -> String {
    match messages {
        1 => "1 message".to_owned(),
        _ => format!("{messages} messages"),
    }
}

/// Returns an age in seconds, with the time until SharePoint deletes the message.
pub fn age_left(seconds: i64) -> String {
    match Ages::A_DAY - seconds {
        left @ 1.. => format!("{} old, deleted in {}", time_span(seconds), time_span(left)),
        _ => format!("{} old, and not deleted after 24h", time_span(seconds)),
    }
}

/// Returns a time span in at most two units.
fn time_span(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (2.., ..) => format!("{days}d {}h", hours % 24),
        (_, 1.., _) => format!("{hours}h {}min", minutes % 60),
        (_, _, 1..) => format!("{minutes}min"),
        _ => format!("{}s", seconds.max(0)),
    }
}

/// Returns a size in the largest unit that shows it.
pub fn size_in_units(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    let mut unit = "bytes";
    let mut scaled = bytes as f64;
    for larger in UNITS {
        if scaled < 1024.0 {
            break;
        }
        scaled /= 1024.0;
        unit = larger;
    }
    if unit == "bytes" {
        format!("{bytes} {unit}")
    } else {
        format!("{scaled:.1} {unit}")
    }
}
