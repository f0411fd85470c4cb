//! What would have changed the verdict: one answer's level raised, and the session decided again by the same rules.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::{
    domain::{
        assessment::ConstraintError,
        signal::{Level, Signal},
        transcript::Transcript,
    },
    scoring::{
        scorecard,
        verdict::{self, Outcome, Verdict},
    },
};

/// One change that lifts the verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// The answer.
    pub turn: u32,
    /// The signal.
    pub signal: Signal,
    /// The level it was judged at.
    pub from: Level,
    /// The level that would have done.
    pub to: Level,
    /// What the verdict would have been.
    pub verdict: Verdict,
    /// What the score would have been.
    pub score: f64,
}

/// The smallest raise of one signal in one answer that lifts the verdict; among equals the one that lifts the score most.
pub(super) fn smallest(record: &Record<'_>) -> Option<Flip> {
    let now = record.outcome.verdict;
    if matches!(now, Verdict::NotAssessed | Verdict::StrongHire) {
        return None;
    }
    let mut trial = record.transcript.clone();
    let mut best: Option<Flip> = None;
    for (thread, shown) in record.shown.iter().enumerate() {
        for (signal, shown) in shown {
            let Some(from) = level_at(record.transcript, thread, shown.turn, *signal) else {
                continue;
            };
            let found = raise(record, &mut trial, (thread, shown.turn, *signal, from), now);
            best = match (best, found) {
                (Some(best), Some(found)) if better(&found, &best) => Some(found),
                (None, found) => found,
                (best, _) => best,
            };
        }
    }
    best
}

/// The session's score had there been no caps.
pub(super) fn without_caps(record: &Record<'_>) -> Option<f64> {
    let raw: Vec<f64> = record
        .outcome
        .questions
        .iter()
        .flatten()
        .map(|scored| scored.raw)
        .collect();
    scorecard::mean(&raw)
}

fn better(found: &Flip, best: &Flip) -> bool {
    let raise = |flip: &Flip| flip.to.get() - flip.from.get();
    raise(found) < raise(best) || raise(found) == raise(best) && found.score > best.score
}

/// The lowest level of one signal in one answer that lifts the verdict. The trial is left as it was.
fn raise(
    record: &Record<'_>,
    trial: &mut Transcript,
    (thread, turn, signal, from): (usize, u32, Signal, Level),
    now: Verdict,
) -> Option<Flip> {
    let mut at = |to: Level| -> Option<Outcome> {
        let assessment = exchange(trial, thread, turn)?.assessment.as_mut()?;
        let kept = assessment.clone();
        if let Some(judged) = assessment.signals.get_mut(&signal) {
            judged.level = Some(to);
        }
        if signal == Signal::ConstraintTiming && to.get() >= 2 {
            assessment.constraint_error = Some(ConstraintError::None);
        }
        let outcome = verdict::decide(record.rubric, trial);
        exchange(trial, thread, turn)?.assessment = Some(kept);
        Some(outcome)
    };
    // The highest level first: where that does not lift the verdict, no level does, and most answers are done with.
    at(Level::MAX).filter(|outcome| outcome.verdict > now)?;
    Level::ALL.iter().copied().filter(|to| *to > from).find_map(|to| {
        let outcome = at(to).filter(|outcome| outcome.verdict > now)?;
        Some(Flip {
            turn,
            signal,
            from,
            to,
            verdict: outcome.verdict,
            score: outcome.score?,
        })
    })
}

fn exchange(trial: &mut Transcript, thread: usize, turn: u32) -> Option<&mut crate::domain::transcript::Exchange> {
    trial
        .threads
        .get_mut(thread)?
        .exchanges
        .iter_mut()
        .find(|exchange| exchange.turn == turn)
}

fn level_at(transcript: &Transcript, thread: usize, turn: u32, signal: Signal) -> Option<Level> {
    let exchanges = &transcript.threads.get(thread)?.exchanges;
    exchanges
        .iter()
        .find(|exchange| exchange.turn == turn)?
        .assessment
        .as_ref()?
        .level(signal)
}
