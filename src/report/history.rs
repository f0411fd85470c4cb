//! A list of sessions.

use serde::{Deserialize, Serialize};

use super::Point;

/// A list of sessions, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The version of this form.
    pub schema: u32,
    /// The sessions.
    pub sessions: Vec<HistoryEntry>,
}

/// What a list shows of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// What it came to.
    #[serde(flatten)]
    pub point: Point,
    /// How long it is: `quick`, `round` or `loop`.
    pub mode: String,
    /// The name of who leads its first round.
    pub lead: String,
    /// Where it stands: `open`, `paused` or `finished`.
    pub status: String,
    /// Answers given.
    pub answers: u32,
}

/// The list of sessions given in any order.
#[must_use]
pub fn history(mut sessions: Vec<HistoryEntry>) -> History {
    sessions.sort_by(|a, b| {
        b.point
            .opened_ms
            .cmp(&a.point.opened_ms)
            .then_with(|| b.point.session.cmp(&a.point.session))
    });
    History {
        schema: super::SCHEMA,
        sessions,
    }
}
