//! Who judged each answer, where two judges differ, and what was dropped for want of proof.

use serde::{Deserialize, Serialize};

use crate::domain::{
    provenance::{Fallback, Provenance},
    signal::{Level, Signal},
    transcript::Transcript,
};

/// Who judged what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judging {
    /// The judges, as short names, each once.
    pub judges: Vec<String>,
    /// Each answer's judge.
    pub turns: Vec<JudgedTurn>,
    /// Levels on which a model and the rules differ by two or more.
    pub cross_check: Vec<CrossCheck>,
    /// Quotes that were dropped because the answer does not contain them.
    pub ungrounded: Vec<Ungrounded>,
}

/// An answer's judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedTurn {
    /// The answer.
    pub turn: u32,
    /// The judge's short name; none where nobody has judged it.
    pub judge: Option<String>,
    /// The model that should have judged, and why it did not.
    pub instead_of: Option<Fallback>,
}

/// A level on which a model and the rules differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossCheck {
    /// The answer.
    pub turn: u32,
    /// The signal.
    pub signal: Signal,
    /// The model's level, which counts.
    pub model: Level,
    /// The rules' level.
    pub rules: Level,
}

/// Quotes dropped from one answer's judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ungrounded {
    /// The answer.
    pub turn: u32,
    /// How many.
    pub count: u32,
}

/// A difference of levels from which on it is shown.
const APART: u8 = 2;

pub(super) fn report(transcript: &Transcript) -> Judging {
    let turns: Vec<JudgedTurn> = transcript
        .exchanges()
        .map(|exchange| {
            let by = exchange.assessment.as_ref().map(|assessment| &assessment.by);
            let instead_of = match by {
                Some(Provenance::Offline { instead_of, .. }) => instead_of.clone(),
                _ => None,
            };
            JudgedTurn {
                turn: exchange.turn,
                judge: by.map(Provenance::label),
                instead_of,
            }
        })
        .collect();
    let mut judges: Vec<String> = turns.iter().filter_map(|turn| turn.judge.clone()).collect();
    judges.sort();
    judges.dedup();
    let ungrounded = transcript
        .exchanges()
        .filter(|exchange| exchange.ungrounded > 0)
        .map(|exchange| Ungrounded {
            turn: exchange.turn,
            count: exchange.ungrounded,
        })
        .collect();
    Judging {
        judges,
        turns,
        cross_check: cross_check(transcript),
        ungrounded,
    }
}

fn cross_check(transcript: &Transcript) -> Vec<CrossCheck> {
    let mut found = Vec::new();
    for exchange in transcript.exchanges() {
        let Some(assessment) = &exchange.assessment else {
            continue;
        };
        for (signal, rules) in &exchange.cross_check {
            let Some(model) = assessment.level(*signal) else {
                continue;
            };
            if model.get().abs_diff(rules.get()) >= APART {
                found.push(CrossCheck {
                    turn: exchange.turn,
                    signal: *signal,
                    model,
                    rules: *rules,
                });
            }
        }
    }
    found
}
