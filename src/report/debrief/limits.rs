//! Limits over time, and components that a first version does without.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::domain::{
    assessment::ConstraintError,
    signal::{QuestionKind, Signal},
    transcript::Thread,
};

/// A limit: when it was told and when it was honoured. Or a limit that nobody had stated and that was raised all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitReport {
    /// The question's number in the session, from 1.
    pub question: u32,
    /// The limit as it was said; none where none was at play.
    pub text: Option<String>,
    /// The turn it was told before; none where it never was.
    pub told: Option<u32>,
    /// Whether an answer came after it was told.
    pub answered: bool,
    /// The first answer that took it up at all (level 2).
    pub taken_up: Option<u32>,
    /// The first answer that designed for it (level 3).
    pub honoured: Option<u32>,
    /// How it was mishandled.
    pub errors: Vec<ErrorReport>,
}

/// A limit mishandled in one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The answer.
    pub turn: u32,
    /// How.
    pub error: ConstraintError,
}

/// An answer with components that a first version does without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BloatReport {
    /// The question's number in the session, from 1.
    pub question: u32,
    /// The answer.
    pub turn: u32,
    /// How many the judge counted.
    pub count: usize,
    /// The words that name them.
    pub components: Vec<String>,
    /// Whether the question had asked for everything, so that nothing is counted against it.
    pub blueprint: bool,
}

/// The level that takes a limit up, without designing for it.
const TAKEN_UP: u8 = 2;
/// The level that designs for a limit.
const HONOURED: u8 = 3;

pub(super) fn limits(record: &Record<'_>) -> Vec<LimitReport> {
    record
        .threads()
        .filter_map(|(question, thread, _)| limit(question, thread))
        .collect()
}

fn limit(question: u32, thread: &Thread) -> Option<LimitReport> {
    let told = thread.constraint.as_ref().and_then(|limit| limit.told);
    let errors: Vec<ErrorReport> = thread
        .exchanges
        .iter()
        .filter_map(|exchange| {
            let error = exchange
                .assessment
                .as_ref()?
                .constraint_error
                .filter(|error| *error != ConstraintError::None)?;
            Some(ErrorReport {
                turn: exchange.turn,
                error,
            })
        })
        .collect();
    if thread.constraint.is_none() && errors.is_empty() {
        return None;
    }
    let first = |level: u8| {
        let told = told?;
        let honours = |exchange: &&crate::domain::transcript::Exchange| {
            exchange.turn >= told
                && exchange
                    .assessment
                    .as_ref()
                    .and_then(|assessment| assessment.level(Signal::ConstraintTiming))
                    .is_some_and(|shown| shown.get() >= level)
        };
        thread.exchanges.iter().find(honours).map(|exchange| exchange.turn)
    };
    Some(LimitReport {
        question,
        text: thread.constraint.as_ref().map(|limit| limit.text.clone()),
        told,
        answered: told.is_some_and(|told| thread.exchanges.iter().any(|exchange| exchange.turn >= told)),
        taken_up: first(TAKEN_UP),
        honoured: first(HONOURED),
        errors,
    })
}

pub(super) fn bloat(record: &Record<'_>) -> Vec<BloatReport> {
    record
        .threads()
        .flat_map(|(question, thread, _)| {
            let blueprint = thread.asked.kind == QuestionKind::Blueprint;
            thread.exchanges.iter().filter_map(move |exchange| {
                let bloat = &exchange.assessment.as_ref()?.bloat;
                let components: Vec<String> = bloat.iter().map(|component| component.quote.clone()).collect();
                (!bloat.is_empty()).then_some(BloatReport {
                    question,
                    turn: exchange.turn,
                    count: bloat.len(),
                    components,
                    blueprint,
                })
            })
        })
        .collect()
}
