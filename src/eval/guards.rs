//! Checks that a judge can't be gamed: what is worth nothing must not score higher.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{agreement::share, gold::GoldAnswer, predicted::AnswerPrediction, spread, variant::Variant};
use crate::domain::signal::{Level, Signal};

/// The style of answers that are keyword lists themselves.
const STUFFED_STYLE: &str = "keyword_stuffed";

/// Signals in which the order of sentences plays a part: here another order may be a better one.
const ORDERED: [Signal; 2] = [Signal::MetricFirst, Signal::ConstraintTiming];

/// The checks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Guards {
    /// Keyword lists score below honest answers.
    pub stuffing: StuffingGuard,
    /// Another order of sentences raises nothing.
    pub shuffle: RaiseGuard,
    /// The words of the rubric behind an answer raise nothing.
    pub appended: RaiseGuard,
    /// Saying it twice raises nothing.
    pub doubled: RaiseGuard,
    /// No signal is given nearly one level only.
    pub constant: ConstantGuard,
}

/// Keyword lists against honest answers: those labelled 3 or 4 overall, each against a list and against sentences of keywords in
/// answer to its own question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StuffingGuard {
    /// Comparisons.
    pub n: usize,
    /// The share in which the honest answer stands above.
    pub held: Option<f64>,
    /// The highest overall level any stuffed answer was given.
    pub highest: Option<Level>,
    /// The honest answers that do not stand above.
    pub violations: Vec<String>,
}

/// Answers after a change that is worth nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaiseGuard {
    /// Changed answers.
    pub n: usize,
    /// The share of which neither overall nor a level rose.
    pub held: Option<f64>,
    /// The share of which overall did not rise.
    pub held_overall: Option<f64>,
    /// The share of which no level rose besides those in which the order of sentences plays a part (rubric, R3).
    pub held_order_free: Option<f64>,
    /// The answers of which overall rose.
    pub overall_raised: Vec<String>,
    /// The answers of which a level rose, with the signals.
    pub level_raised: BTreeMap<String, Vec<Signal>>,
}

/// Whether some signal is given nearly one level only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConstantGuard {
    /// The signals, or `overall`.
    pub degenerate: Vec<String>,
}

/// What was given to one changed answer.
pub(super) struct Changed<'a> {
    /// The answer it was made of.
    pub(super) gold: &'a GoldAnswer,
    /// The change.
    pub(super) variant: Variant,
    /// What the answer was given.
    pub(super) before: &'a AnswerPrediction,
    /// What the changed answer was given.
    pub(super) after: &'a AnswerPrediction,
}

/// Whether a change is tried on an answer: stuffing only against honest ones.
pub(super) fn is_tried(gold: &GoldAnswer, variant: Variant) -> bool {
    let honest = gold.labels.overall.get() >= 3 && gold.style != STUFFED_STYLE;
    honest || !matches!(variant, Variant::StuffedList | Variant::StuffedSentences)
}

/// Checks what changed answers were given.
pub(super) fn check(changed: &[Changed<'_>], spreads: &BTreeMap<String, spread::Spread>) -> Guards {
    Guards {
        stuffing: stuffing(changed),
        shuffle: raise(changed, Variant::Shuffled),
        appended: raise(changed, Variant::Appended),
        doubled: raise(changed, Variant::Doubled),
        constant: ConstantGuard {
            degenerate: spread::degenerate(spreads),
        },
    }
}

fn stuffing(changed: &[Changed<'_>]) -> StuffingGuard {
    let stuffed: Vec<&Changed<'_>> = changed
        .iter()
        .filter(|it| matches!(it.variant, Variant::StuffedList | Variant::StuffedSentences))
        .collect();
    let below = |it: &Changed<'_>| it.after.overall.is_none() || it.after.overall < it.before.overall;
    let violations: BTreeSet<&str> = stuffed
        .iter()
        .filter(|it| !below(it))
        .map(|it| it.gold.input.id.as_str())
        .collect();
    StuffingGuard {
        n: stuffed.len(),
        held: share(stuffed.iter().map(|it| below(it))),
        highest: stuffed.iter().filter_map(|it| it.after.overall).max(),
        violations: violations.into_iter().map(str::to_owned).collect(),
    }
}

fn raise(changed: &[Changed<'_>], variant: Variant) -> RaiseGuard {
    let of: Vec<&Changed<'_>> = changed.iter().filter(|it| it.variant == variant).collect();
    let ids = |it: &&&Changed<'_>| it.gold.input.id.clone();
    RaiseGuard {
        n: of.len(),
        held: share(of.iter().map(|it| !overall_rose(it) && levels_risen(it).is_empty())),
        held_overall: share(of.iter().map(|it| !overall_rose(it))),
        held_order_free: share(
            of.iter()
                .map(|it| levels_risen(it).iter().all(|signal| ORDERED.contains(signal))),
        ),
        overall_raised: of.iter().filter(|it| overall_rose(it)).map(|it| ids(&it)).collect(),
        level_raised: of
            .iter()
            .map(|it| (it.gold.input.id.clone(), levels_risen(it)))
            .filter(|(_, risen)| !risen.is_empty())
            .collect(),
    }
}

fn overall_rose(it: &Changed<'_>) -> bool {
    it.after.overall > it.before.overall
}

fn levels_risen(it: &Changed<'_>) -> Vec<Signal> {
    let rose = |signal: &Signal| match (it.before.level(*signal), it.after.level(*signal)) {
        (Some(before), Some(after)) => after > before,
        _ => false,
    };
    Signal::ALL.iter().copied().filter(rose).collect()
}
