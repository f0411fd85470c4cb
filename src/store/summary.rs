//! What a list shows of a session without reading its log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        ids::{CaseId, GuildId, PersonaId, SessionId, UserId},
        signal::{Round, Signal},
    },
    interview::event::{ContentHash, Mode},
};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It waits for the candidate or the panel.
    Open,
    /// The candidate paused it.
    Paused,
    /// It ended.
    Finished,
}

/// What a list shows of a session. Derived from its log; stored beside it with every append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The session.
    pub session: SessionId,
    /// The candidate. Never changes.
    pub user: UserId,
    /// Where it was held. Never changes.
    pub guild: GuildId,
    /// When it was opened, in milliseconds since 1970. Never changes.
    pub opened_ms: i64,
    /// When the latest event was recorded, in milliseconds since 1970.
    pub updated_ms: i64,
    /// How long it is.
    pub mode: Mode,
    /// Where it stands.
    pub status: Status,
    /// Its rounds in order.
    pub rounds: Vec<Round>,
    /// Its cases.
    pub cases: Vec<CaseId>,
    /// Who leads the first round.
    pub lead: PersonaId,
    /// Answers given.
    pub answers: u32,
    /// The score, 0 to 100, where one was computed.
    #[serde(default)]
    pub score: Option<f64>,
    /// The verdict, where one was computed.
    #[serde(default)]
    pub verdict: Option<String>,
    /// Session means of the signals that were judged, 0 to 4.
    #[serde(default)]
    pub levels: BTreeMap<Signal, f64>,
    /// Who judged, as short labels.
    #[serde(default)]
    pub judges: Vec<String>,
    /// The rubric it was opened with.
    pub rubric: ContentHash,
    /// Tokens spent.
    #[serde(default)]
    pub tokens: u64,
    /// Events in its log.
    pub events: u64,
}

impl Status {
    /// One letter for it, as lists keep it.
    pub(super) fn code(self) -> u8 {
        match self {
            Status::Open => b'o',
            Status::Paused => b'p',
            Status::Finished => b'f',
        }
    }
}
