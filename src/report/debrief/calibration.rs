//! What was claimed against what was shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Record, levels_of};
use crate::{
    domain::{
        assessment::CalibrationType,
        signal::{Level, Signal},
    },
    scoring::answer,
};

/// What was claimed against what was shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrationReport {
    /// Answers by the way claim and evidence stand to each other.
    pub counts: BTreeMap<CalibrationType, usize>,
    /// Answers that claim more than they show, or hedge their position away.
    pub claims: Vec<Claim>,
    /// Confidence as stated, with what the answer then showed.
    pub stated: Vec<Stated>,
}

/// An answer whose claim and evidence part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The answer.
    pub turn: u32,
    /// Which way they part.
    pub kind: CalibrationType,
    /// How far.
    pub level: Option<Level>,
    /// The words.
    pub quotes: Vec<String>,
}

/// A stated confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// The answer.
    pub turn: u32,
    /// How sure the candidate said they were, in per cent.
    pub confidence: u8,
    /// The answer's own score, 0 to 100, caps applied; none where it was not judged.
    pub shown: Option<f64>,
}

pub(super) fn report(record: &Record<'_>) -> CalibrationReport {
    let mut report = CalibrationReport::default();
    for (_, thread, _) in record.threads() {
        for exchange in &thread.exchanges {
            if let Some(confidence) = exchange.confidence {
                let shown =
                    answer::score(record.rubric, thread.asked.round, &levels_of(exchange)).map(|scored| scored.capped);
                report.stated.push(Stated {
                    turn: exchange.turn,
                    confidence,
                    shown,
                });
            }
            let Some(assessment) = &exchange.assessment else {
                continue;
            };
            let Some(kind) = assessment.calibration else { continue };
            *report.counts.entry(kind).or_default() += 1;
            if matches!(kind, CalibrationType::Over | CalibrationType::Under) {
                let judged = assessment.signals.get(&Signal::Calibration);
                report.claims.push(Claim {
                    turn: exchange.turn,
                    kind,
                    level: judged.and_then(|judged| judged.level),
                    quotes: judged.map(|judged| judged.evidence.clone()).unwrap_or_default(),
                });
            }
        }
    }
    report
}
