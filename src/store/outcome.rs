//! What is asked of the store beside reading and appending, and what it says it did.

use std::path::PathBuf;

use crate::domain::ids::{SessionId, UserId};

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erase {
    /// One session.
    Session(SessionId),
    /// Every session of a candidate.
    User(UserId),
}

/// What was erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Sessions.
    pub sessions: u64,
    /// Their events.
    pub events: u64,
    /// Contents that only they referred to.
    pub contents: u64,
    /// Damaged stores that were moved aside earlier. They can't be read and may still hold the text: delete them by hand.
    pub left_aside: Vec<PathBuf>,
}

/// What an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Exported {
    /// Contents the sessions refer to.
    pub contents: u64,
    /// Sessions.
    pub sessions: u64,
    /// Their events.
    pub events: u64,
    /// Their keys.
    pub keys: u64,
}

/// What an import brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Sessions that are new here.
    pub sessions: u64,
    /// Their events.
    pub events: u64,
    /// Sessions that were here already, event for event.
    pub skipped: u64,
    /// Contents that are new here.
    pub contents: u64,
}

/// The most faults one check lists.
const FAULT_LIMIT: usize = 100;

/// What a check of the whole store found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Sessions read.
    pub sessions: u64,
    /// Events read.
    pub events: u64,
    /// Keys read.
    pub keys: u64,
    /// Contents read.
    pub contents: u64,
    /// What is wrong, one plain clause each, the first hundred. Empty where the store is sound.
    pub faults: Vec<String>,
}

impl Verified {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn fault(&mut self, what: String) {
        if self.faults.len() < FAULT_LIMIT {
            self.faults.push(what);
        }
    }
}
