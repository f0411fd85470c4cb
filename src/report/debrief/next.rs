//! What to practise: exercises for the weakest signals, and what a better answer to the weakest question holds.

use serde::{Deserialize, Serialize};

use super::{Record, SignalReport, signals};
use crate::{domain::signal::Signal, library};

/// What to practise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Next {
    /// Exercises for the weakest signals, at most two.
    pub drills: Vec<DrillReport>,
    /// The question with the lowest score, with a better answer to it.
    pub weakest_question: Option<BetterAnswer>,
}

/// An exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillReport {
    /// The signal it trains.
    pub signal: Signal,
    /// Its name in plain English.
    pub name: String,
    /// The exercise.
    pub exercise: String,
    /// What an answer that scores high does.
    pub stronger: Vec<String>,
}

/// A better answer, worked from the case's own facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BetterAnswer {
    /// The question's number in the session, from 1.
    pub question: u32,
    /// The question.
    pub text: String,
    /// What a strong answer holds, line by line.
    pub outline: Vec<String>,
}

/// Exercises at most.
const DRILLS: usize = 2;

pub(super) fn next(record: &Record<'_>, reports: &[SignalReport]) -> Next {
    let weak = signals::weakest(record, reports);
    Next {
        drills: weak
            .iter()
            .take(DRILLS)
            .filter_map(|signal| drill(record, *signal))
            .collect(),
        weakest_question: weakest_question(record),
    }
}

/// One of the signal's exercises: which one turns with the session, so that the next debrief brings another.
fn drill(record: &Record<'_>, signal: Signal) -> Option<DrillReport> {
    let drill = record.drills.get(&signal)?;
    let digest = library::hash(&format!("{}/{signal}", record.id));
    let turn = digest
        .get(..8)
        .and_then(|hex| usize::from_str_radix(hex, 16).ok())
        .unwrap_or(0);
    let exercise = drill.drill.get(turn.checked_rem(drill.drill.len())?)?;
    Some(DrillReport {
        signal,
        name: record.name(signal),
        exercise: exercise.clone(),
        stronger: drill.stronger.clone(),
    })
}

fn weakest_question(record: &Record<'_>) -> Option<BetterAnswer> {
    let scored = record.threads().zip(&record.outcome.questions);
    let (number, thread, _) = scored
        .filter_map(|(thread, score)| Some((thread, score.as_ref()?.capped)))
        .reduce(|lowest, other| if other.1 < lowest.1 { other } else { lowest })?
        .0;
    let (_, question) = record.materials.question(thread.asked.source.as_ref()?)?;
    Some(BetterAnswer {
        question: number,
        text: question.text.clone(),
        outline: question.outline.clone(),
    })
}
