//! What was asked, said and heard, in the shape that scoring and the reports read. A live session folds into it, and so does a
//! transcript from elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    assessment::{Asked, Assessment, Stance},
    ids::{PersonaId, QuestionRef, UserId},
    probe::Probe,
    signal::{Level, Signal},
    timing::Timing,
};

/// The threads of a session, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// One thread a question.
    pub threads: Vec<Thread>,
    /// Scorecards of peers and of the candidate about themselves, one a rater and question.
    #[serde(default)]
    pub cards: Vec<PeerCard>,
}

/// One rater's levels for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerCard {
    /// Who rates; the candidate where they rate themselves.
    pub rater: UserId,
    /// The question.
    pub question: QuestionRef,
    /// Their levels.
    pub levels: BTreeMap<Signal, Level>,
}

/// One question with all its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The question.
    pub asked: Asked,
    /// Who leads it.
    pub lead: PersonaId,
    /// The limit at play, with the turn it was told in and the turn the candidate first spoke of it.
    pub constraint: Option<ConstraintTold>,
    /// Answers in order, the first to the question, each later one to a pushback.
    pub exchanges: Vec<Exchange>,
    /// Whether the candidate skipped it.
    pub skipped: bool,
    /// How many hints were asked for.
    pub hints: u32,
    /// What the candidate asked back about the case; costs nothing.
    pub asides: Vec<Aside>,
}

/// A limit and when it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConstraintTold {
    /// The limit as it was said.
    pub text: String,
    /// The turn it was told in; none where it never was.
    pub told: Option<u32>,
}

/// A clarifying question of the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The number of the turn, counted with the answers.
    pub turn: u32,
    /// The question, verbatim.
    pub text: String,
}

/// One answer and how it was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The front end's id of the message.
    pub key: String,
    /// The number of the answer within the session, from 1.
    pub turn: u32,
    /// What the panel had said before it.
    pub prompt: String,
    /// The pushback it answers; none for a first answer.
    pub pressed: Option<Probe>,
    /// The peer whose pushback it answers, where it is a peer's.
    pub asked_by: Option<UserId>,
    /// The answer, verbatim. Where it was edited in time, its last text.
    pub answer: String,
    /// Whether it was edited after the panel had spoken to it; the text above stands.
    pub edited_later: bool,
    /// Its times.
    pub timing: Timing,
    /// How sure the candidate said they were, in per cent.
    pub confidence: Option<u8>,
    /// The judgement; none until it is there.
    pub assessment: Option<Assessment>,
    /// Quotes of the judge that the answer does not contain.
    pub ungrounded: u32,
    /// The offline judge's levels where a model judged.
    pub cross_check: BTreeMap<Signal, Level>,
}

impl Exchange {
    /// Whether it answers a pushback, of the panel or of a peer. A question asked again, since there was nothing to press, is none.
    #[must_use]
    pub fn is_follow_up(&self) -> bool {
        self.pressed.is_some() && !self.is_asked_again() || self.asked_by.is_some()
    }

    /// Whether it answers a question that was asked again, since the answer before had nothing to press on.
    #[must_use]
    pub fn is_asked_again(&self) -> bool {
        self.pressed.is_some_and(|probe| probe.signal().is_none())
    }

    /// How a counter-evidence probe was met, where this answers one.
    #[must_use]
    pub fn stance(&self) -> Option<Stance> {
        self.assessment.as_ref().and_then(|assessment| assessment.stance)
    }
}

impl Transcript {
    /// Every exchange, in order.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.threads.iter().flat_map(|thread| &thread.exchanges)
    }
}
