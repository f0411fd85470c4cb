//! One answer's score: the weighted mean of its levels, then the caps (rubric, section 6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    rubric::Rubric,
    signal::{Level, Round, Signal},
};

/// The score of one answer, or of one question with its pushbacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerScore {
    /// 25 times the weighted mean of the levels, 0 to 100.
    pub raw: f64,
    /// The same after caps.
    pub capped: f64,
    /// The overall level after caps.
    pub overall: Level,
    /// The caps that apply, by name, strictest first.
    pub caps: Vec<String>,
}

/// Scores levels under a round's weights; nothing where no level is there.
#[must_use]
pub fn score(rubric: &Rubric, round: Round, levels: &BTreeMap<Signal, Level>) -> Option<AnswerScore> {
    score_weighted(rubric, round, levels, |signal| rubric.weight(round, signal))
}

/// Scores levels under any weights, with the round's caps.
#[must_use]
pub fn score_weighted(
    rubric: &Rubric,
    round: Round,
    levels: &BTreeMap<Signal, Level>,
    weight: impl Fn(Signal) -> f64,
) -> Option<AnswerScore> {
    let total: f64 = levels.keys().map(|signal| weight(*signal)).sum();
    if total <= 0.0 {
        return None;
    }
    let sum: f64 = levels
        .iter()
        .map(|(signal, level)| weight(*signal) * f64::from(level.get()))
        .sum();
    let raw = 25.0 * sum / total;
    let mut caps: Vec<(&String, Level)> = rubric
        .caps
        .iter()
        .filter(|(_, cap)| cap.rounds.is_empty() || cap.rounds.contains(&round))
        .filter(|(_, cap)| {
            cap.signals
                .iter()
                .any(|signal| levels.get(signal) == Some(&Level::ZERO))
        })
        .map(|(name, cap)| (name, cap.overall))
        .collect();
    caps.sort_by_key(|(name, level)| (*level, (*name).clone()));
    let most = caps.first().map(|(_, level)| *level);
    let capped = most.map_or(raw, |level| raw.min(ceiling(rubric, level)));
    Some(AnswerScore {
        raw,
        capped,
        overall: overall(rubric, capped),
        caps: caps.into_iter().map(|(name, _)| name.clone()).collect(),
    })
}

/// The overall level a score suggests.
#[must_use]
pub fn overall(rubric: &Rubric, score: f64) -> Level {
    let reached = rubric.bands.overall.iter().filter(|bound| score >= **bound).count();
    u8::try_from(reached).ok().and_then(Level::new).unwrap_or(Level::MAX)
}

/// The highest score that still has an overall of `level`: a cap at 2 is at most 64, at 1 at most 44 (section 7).
fn ceiling(rubric: &Rubric, level: Level) -> f64 {
    rubric
        .bands
        .overall
        .get(usize::from(level.get()))
        .map_or(100.0, |next| next - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;

    fn levels(pairs: &[(Signal, u8)]) -> BTreeMap<Signal, Level> {
        pairs
            .iter()
            .filter_map(|(signal, level)| Some((*signal, Level::new(*level)?)))
            .collect()
    }

    #[test]
    fn the_mean_is_weighted_by_the_round() {
        let rubric = library::shipped().rubric.value;
        let given = levels(&[(Signal::MetricFirst, 4), (Signal::Clarity, 2)]);
        let ml = score(&rubric, Round::MlFundamentals, &given).unwrap();
        assert!((ml.raw - 25.0 * (3.0 * 4.0 + 2.0) / 4.0).abs() < 1e-9);
    }

    #[test]
    fn the_lowest_cap_wins_and_both_are_named() {
        let rubric = library::shipped().rubric.value;
        let given = levels(&[
            (Signal::LeanFirst, 0),
            (Signal::ConstraintTiming, 0),
            (Signal::SystemDesign, 4),
            (Signal::MetricFirst, 4),
        ]);
        let scored = score(&rubric, Round::SystemDesign, &given).unwrap();
        assert_eq!(scored.caps, ["C1", "C4"]);
        assert!(scored.capped <= 44.0);
        assert_eq!(scored.overall, Level::new(1).unwrap());
    }

    #[test]
    fn no_level_is_no_score() {
        let rubric = library::shipped().rubric.value;
        assert_eq!(score(&rubric, Round::MlFundamentals, &BTreeMap::new()), None);
    }
}
