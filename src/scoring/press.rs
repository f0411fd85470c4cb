//! Which signal an expert interviewer would press next (rubric, section 5).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    assessment::Assessment,
    rubric::Rubric,
    signal::{Level, Round, Signal},
};

/// A level below this is worth a pushback.
pub const WEAK: u8 = 3;
/// A level below this has something left to ask for.
pub const ANY_GAP: u8 = 4;

/// The called-for signals below a level, the most pressing first: the lowest level; among equals an error before an omission, then
/// the round's priority, then the order of the rubric. A neutral calibration of 2 is nothing to press.
#[must_use]
pub fn ranked(
    rubric: &Rubric,
    round: Round,
    called: &BTreeSet<Signal>,
    levels: &BTreeMap<Signal, Level>,
    below: u8,
) -> Vec<Signal> {
    let mut weak: Vec<(Signal, Level)> = levels
        .iter()
        .filter(|(signal, level)| called.contains(signal) || is_error(**signal, **level))
        .filter(|(signal, level)| level.get() < below && !(**signal == Signal::Calibration && level.get() == 2))
        .map(|(signal, level)| (*signal, *level))
        .collect();
    weak.sort_by_key(|(signal, level)| {
        (
            *level,
            !is_error(*signal, *level),
            priority(rubric, round, *signal),
            *signal,
        )
    });
    weak.into_iter().map(|(signal, _)| signal).collect()
}

/// The one signal to press in an answer; none where nothing called for is weak. An answer without content is pressed on the first
/// of the round's priorities that the question calls for.
#[must_use]
pub fn target(rubric: &Rubric, round: Round, called: &BTreeSet<Signal>, assessment: &Assessment) -> Option<Signal> {
    if assessment.level(Signal::Clarity) == Some(Level::ZERO) {
        let first = called
            .iter()
            .copied()
            .min_by_key(|signal| (priority(rubric, round, *signal), *signal));
        return first;
    }
    let levels = assessment
        .signals
        .iter()
        .filter_map(|(signal, judged)| Some((*signal, judged.level?)))
        .collect();
    ranked(rubric, round, called, &levels, WEAK).first().copied()
}

/// The bloat veto, context misalignment and the credibility or impact penalty.
fn is_error(signal: Signal, level: Level) -> bool {
    level == Level::ZERO
        && matches!(
            signal,
            Signal::LeanFirst | Signal::ConstraintTiming | Signal::Calibration
        )
}

fn priority(rubric: &Rubric, round: Round, signal: Signal) -> usize {
    let order = rubric.priority.get(&round).map_or(&[][..], Vec::as_slice);
    order.iter().position(|named| *named == signal).unwrap_or(order.len())
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
    fn the_lowest_comes_first_then_errors_then_the_rounds_priority() {
        let rubric = library::shipped().rubric.value;
        let given = levels(&[
            (Signal::DecisionRule, 0),
            (Signal::MetricFirst, 0),
            (Signal::Calibration, 0),
            (Signal::Quantification, 1),
            (Signal::Clarity, 4),
        ]);
        let called = given.keys().copied().collect();
        assert_eq!(
            ranked(&rubric, Round::MlFundamentals, &called, &given, WEAK),
            [
                Signal::Calibration,
                Signal::MetricFirst,
                Signal::DecisionRule,
                Signal::Quantification
            ]
        );
    }

    #[test]
    fn a_neutral_calibration_is_nothing_to_press() {
        let rubric = library::shipped().rubric.value;
        let given = levels(&[(Signal::Calibration, 2), (Signal::MetricFirst, 3)]);
        let called = given.keys().copied().collect();
        assert!(ranked(&rubric, Round::MlFundamentals, &called, &given, WEAK).is_empty());
    }
}
