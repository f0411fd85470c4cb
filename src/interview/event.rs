//! What can happen in a session. The log is a list of these, and a session's state is their fold.
//!
//! An event is stored as it stands here (serde, JSON) inside a versioned envelope; `tests/store_format.rs` holds a golden log, so a
//! change that could not read an older log is red.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    assessment::Assessment,
    ids::{GuildId, PersonaId, QuestionRef, UserId},
    probe::Probe,
    provenance::Provenance,
    signal::{Level, Round, Signal},
    timing::Timing,
    transcript::PeerCard,
};

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its number within the session, from 0 without gaps.
    pub seq: u64,
    /// When it was recorded, in milliseconds since 1970 by the wall clock. Order comes from `seq`, never from this.
    pub at_ms: i64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The session was opened; always the first event.
    Opened(Box<Opened>),
    /// The panel said something.
    Said(Said),
    /// The candidate answered.
    Answered(Answered),
    /// The answer was judged.
    Judged(Box<Judgement>),
    /// The candidate asked for a hint.
    HintAsked {
        /// The front end's id of the request.
        key: String,
    },
    /// The candidate skipped the question.
    Skipped {
        /// The front end's id of the request.
        key: String,
    },
    /// The candidate changed an answer. Counts until the panel has spoken to it; afterwards the first text stands.
    Edited {
        /// The message.
        key: String,
        /// Its new text, verbatim.
        text: String,
    },
    /// The candidate deleted an answer. Taken back where it was not judged yet; afterwards it stands.
    Withdrawn {
        /// The message.
        key: String,
    },
    /// How sure the candidate said they were of the last answer.
    Confidence {
        /// In per cent.
        percent: u8,
    },
    /// Somebody else takes part.
    PeerJoined {
        /// Who.
        peer: UserId,
        /// As what.
        role: PeerRole,
    },
    /// A peer pushes back; the candidate's next answer is to them.
    PeerAsked {
        /// The front end's id of the request.
        key: String,
        /// Who.
        peer: UserId,
        /// The words.
        text: String,
    },
    /// A peer, or the candidate about themselves, fills a scorecard for a question. Blind until the debrief; a later one replaces it.
    PeerScored(PeerCard),
    /// The session was paused.
    Paused,
    /// The session goes on.
    Resumed,
    /// The session was ended by the candidate, or ran to its end.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Every question was asked.
    Completed,
    /// The candidate ended it.
    ByCandidate,
    /// The place it was held in is gone.
    Interrupted,
    /// The candidate left.
    Abandoned,
}

/// As what somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerRole {
    /// Watches.
    Observer,
    /// Pushes back and fills scorecards.
    Panelist,
}

/// How long a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One question.
    Quick,
    /// One round of several questions, about 45 minutes.
    Round,
    /// Five rounds, one debrief.
    Loop,
}

/// Which panel a session asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Rules only.
    Offline,
    /// A model; the offline panel takes a turn only where the model fails.
    Llm,
    /// A model where one is configured, else offline.
    Auto,
}

/// What was decided when the session was opened. Frozen: later changes of files or configuration don't reach it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The candidate.
    pub user: UserId,
    /// Where.
    pub guild: GuildId,
    /// How long.
    pub mode: Mode,
    /// The seed of every draw in it.
    pub seed: u64,
    /// The rounds in order.
    pub rounds: Vec<RoundPlan>,
    /// Which panel was asked for.
    pub engine: Engine,
    /// The contents the session was opened with.
    pub frozen: Frozen,
}

/// One round of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundPlan {
    /// The round.
    pub round: Round,
    /// Who leads it.
    pub lead: PersonaId,
    /// Who sits on the panel besides, blind to each other.
    pub panel: Vec<PersonaId>,
    /// What is asked, in order.
    pub questions: Vec<QuestionRef>,
}

/// The hex SHA-256 of a file's text, under which the store keeps it once.
pub type ContentHash = String;

/// Which version of each file a session uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// Personas by id.
    pub personas: BTreeMap<String, ContentHash>,
    /// Cases by id.
    pub cases: BTreeMap<String, ContentHash>,
    /// `rubric.toml`.
    pub rubric: ContentHash,
    /// `pushback.toml`.
    pub pushback: ContentHash,
}

/// The number of a request to the panel. A reply that carries another than the one awaited is ignored.
pub type Ticket = u32;

/// Something the panel said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The request it answers.
    pub ticket: Ticket,
    /// Who spoke.
    pub persona: PersonaId,
    /// What it does.
    pub act: Act,
    /// The words.
    pub text: String,
    /// Who worded it.
    pub by: Provenance,
}

/// What an utterance of the panel does. Chosen in code; the panel only words it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A persona introduces itself.
    Introduce,
    /// A question of the case.
    Ask {
        /// Which.
        question: QuestionRef,
        /// Whether another question of the same round came before.
        follows: bool,
        /// Whether the case is new to the candidate, so that its scene is set first.
        scene: bool,
    },
    /// A pushback.
    Pushback(Pushback),
    /// An answer to a clarifying question.
    Clarify {
        /// What it gives; none where the case has no answer.
        gives: Option<Given>,
    },
    /// A hint.
    Hint,
    /// The end of a round.
    Close,
}

/// A pushback, as chosen in code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushback {
    /// What it presses.
    pub probe: Probe,
    /// The candidate's own words it may quote: an exact substring of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The constraint or the counter-evidence it states, from the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub states: Option<String>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The front end's id of the message: one key is one turn.
    pub key: String,
    /// The text, verbatim.
    pub text: String,
    /// Its times.
    pub timing: Timing,
    /// How sure the candidate said they were, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
}

/// The judgement of one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The request it answers.
    pub ticket: Ticket,
    /// What the answer was heard as.
    pub heard: Heard,
}

/// What an answer was heard as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "heard", rename_all = "snake_case")]
pub enum Heard {
    /// An answer, with its evidence checked.
    Answer {
        /// Levels, quotes and events.
        assessment: Box<Assessment>,
        /// Quotes the judge gave that the answer does not contain; dropped.
        ungrounded: u32,
        /// The offline judge's levels where a model judged, as a cross-check.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        cross_check: BTreeMap<Signal, Level>,
    },
    /// A question about the case; costs nothing.
    Clarifying {
        /// What answers it, where the case has an answer.
        gives: Option<Given>,
    },
}

/// What a case has to say to a clarifying question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// A locked fact, by its id.
    Fact(String),
    /// The limit at play, by its id; being asked for it is its moment.
    Constraint(String),
    /// The question once more.
    Question,
}
