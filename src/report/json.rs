//! The JSON form of every report: the value itself, indented. Texts stand as they were said; JSON's own escapes keep them harmless.

use serde::Serialize;

use super::{Comparison, Debrief, History, Progress};

/// A debrief as JSON.
#[must_use]
pub fn debrief(value: &Debrief) -> String {
    written(value)
}

/// A comparison as JSON.
#[must_use]
pub fn comparison(value: &Comparison) -> String {
    written(value)
}

/// Progress as JSON.
#[must_use]
pub fn progress(value: &Progress) -> String {
    written(value)
}

/// A list of sessions as JSON.
#[must_use]
pub fn history(value: &History) -> String {
    written(value)
}

#[expect(
    clippy::expect_used,
    reason = "the reports' keys are all strings, and a test writes each of them"
)]
fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).expect("a report is plain data")
}
