//! All figures over labelled answers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    agreement::{f1, kappa, macro_f1, mean, share},
    evidence::{self, EvidenceFigures},
    gold::GoldAnswer,
    interval::{Interval, bootstrap},
    pairs::{self, PairFigures},
    predicted::AnswerPrediction,
    pushback::{self, PushbackFigures},
    signals::{self, SignalFigures, TOP, farthest},
    slices::{self, Length, Slice},
    spread::{self, Spread},
};
use crate::domain::signal::{Level, Signal};

/// An answer with its labels and what was given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) gold: &'a GoldAnswer,
    pub(super) given: Option<&'a AnswerPrediction>,
}

impl Item<'_> {
    pub(super) fn gold_level(&self, signal: Signal) -> Option<u8> {
        signals::number(self.gold.labels.signals.get(&signal))
    }

    pub(super) fn level(&self, signal: Signal) -> Option<u8> {
        self.given?.level(signal)
    }

    /// Gold and given overall; a missing one is the farthest wrong one.
    fn overall(&self) -> (u8, Option<u8>) {
        let given = self.given.and_then(|given| given.overall).map(Level::get);
        (self.gold.labels.overall.get(), given)
    }
}

/// All figures over labelled answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerFigures {
    /// Labelled answers.
    pub n_gold: usize,
    /// Judged ones.
    pub n_pred: usize,
    /// Labelled answers without a judgement.
    pub missing_items: usize,
    /// Judgements of answers that are not labelled.
    pub unknown_ids: usize,
    /// Agreement by signal.
    pub per_signal: BTreeMap<Signal, SignalFigures>,
    /// Mean accuracy over signals.
    pub mean_acc: Option<f64>,
    /// Mean band F1 over signals.
    #[serde(rename = "mean_band_macroF1")]
    pub mean_band_macro_f1: Option<f64>,
    /// Mean QWK over signals: the headline.
    pub mean_qwk: Option<f64>,
    /// Its interval, over answers.
    pub mean_qwk_ci: Option<Interval>,
    /// Accuracy over all levels.
    pub pooled_acc: Option<f64>,
    /// QWK over all levels; profits from differences between signals.
    pub pooled_qwk: Option<f64>,
    /// Its interval, over answers.
    pub pooled_qwk_ci: Option<Interval>,
    /// Calibration types.
    pub calibration_type: ClassFigures,
    /// Constraint errors.
    pub constraint_error: ClassFigures,
    /// Counts of unnecessary components.
    pub bloat: BloatFigures,
    /// The overall level.
    pub overall: OverallFigures,
    /// What is pressed next.
    pub pushback: PushbackFigures,
    /// Quotes.
    pub evidence: EvidenceFigures,
    /// Pairs that differ in one label.
    pub pairs: PairFigures,
    /// The mean distance from the labels by style, round, tag and file.
    pub slices_mae: BTreeMap<String, Slice>,
    /// How levels are spread.
    pub spread: BTreeMap<String, Spread>,
    /// Correlation with the number of words.
    pub length: Length,
    /// The answers farthest from their labels, worst first, at most 50.
    pub worst: Vec<(f64, String)>,
}

/// Agreement on a class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassFigures {
    /// Labelled answers.
    pub n: usize,
    /// The share that is right.
    pub acc: Option<f64>,
    /// The mean F1 over classes.
    #[serde(rename = "macroF1")]
    pub macro_f1: Option<f64>,
}

/// Agreement on counts of unnecessary components.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BloatFigures {
    /// Labelled answers.
    pub n: usize,
    /// Those with a count.
    pub given: usize,
    /// The mean distance.
    pub mae: Option<f64>,
    /// F1 of "at least four".
    #[serde(rename = "veto_F1")]
    pub veto_f1: Option<f64>,
}

/// Agreement on the overall level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverallFigures {
    /// Labelled answers.
    pub n: usize,
    /// The share that is right.
    pub acc: Option<f64>,
    /// The share at most one level off.
    pub within1: Option<f64>,
    /// The mean distance.
    pub mae: Option<f64>,
    /// Quadratic weighted kappa.
    pub qwk: Option<f64>,
    /// Its interval.
    pub qwk_ci: Option<Interval>,
}

/// Holds what was given against the labels.
#[must_use]
pub fn score(gold: &[GoldAnswer], given: &[AnswerPrediction]) -> AnswerFigures {
    let by_id: BTreeMap<&str, &AnswerPrediction> = given.iter().map(|given| (given.id.as_str(), given)).collect();
    let items: Vec<Item<'_>> = gold
        .iter()
        .map(|gold| Item {
            gold,
            given: by_id.get(gold.input.id.as_str()).copied(),
        })
        .collect();
    let known: BTreeSet<&str> = gold.iter().map(|gold| gold.input.id.as_str()).collect();
    let per_signal = signals::score(&items);
    let over = |figure: fn(&SignalFigures) -> Option<f64>| mean(per_signal.values().filter_map(figure));
    let all = signals::level_pairs(&items, Signal::ALL);
    AnswerFigures {
        n_gold: gold.len(),
        n_pred: by_id.len(),
        missing_items: items.iter().filter(|item| item.given.is_none()).count(),
        unknown_ids: by_id.keys().filter(|id| !known.contains(*id)).count(),
        mean_acc: over(|figures| figures.acc),
        mean_band_macro_f1: over(|figures| figures.band_macro_f1),
        mean_qwk: over(|figures| figures.qwk),
        mean_qwk_ci: bootstrap(&items, mean_kappa),
        per_signal,
        pooled_acc: share(all.iter().map(|(gold, given)| gold == given)),
        pooled_qwk: kappa(&all, TOP),
        pooled_qwk_ci: bootstrap(&items, |drawn| kappa(&signals::level_pairs(drawn, Signal::ALL), TOP)),
        calibration_type: classes(
            &items,
            |gold| gold.labels.calibration_type.as_deref(),
            |given| given.calibration_type.as_deref(),
        ),
        constraint_error: classes(
            &items,
            |gold| gold.labels.constraint_error.as_deref(),
            |given| given.constraint_error.as_deref(),
        ),
        bloat: bloat(&items),
        overall: overall(&items),
        pushback: pushback::score(&items),
        evidence: evidence::score(&items),
        pairs: pairs::score(&items),
        slices_mae: slices::score(&items),
        spread: spread::score(&items),
        length: slices::length(&items),
        worst: worst(&items),
    }
}

fn mean_kappa(items: &[Item<'_>]) -> Option<f64> {
    let of = |signal: &Signal| kappa(&signals::level_pairs(items, std::slice::from_ref(signal)), TOP);
    mean(Signal::ALL.iter().filter_map(of))
}

fn classes(
    items: &[Item<'_>],
    gold: impl Fn(&GoldAnswer) -> Option<&str>,
    given: impl Fn(&AnswerPrediction) -> Option<&str>,
) -> ClassFigures {
    let pairs: Vec<(&str, &str)> = items
        .iter()
        .filter_map(|item| {
            let label = gold(item.gold)?;
            Some((label, item.given.and_then(&given).unwrap_or("missing")))
        })
        .collect();
    ClassFigures {
        n: pairs.len(),
        acc: share(pairs.iter().map(|(gold, given)| gold == given)),
        macro_f1: macro_f1(&pairs),
    }
}

/// So many unnecessary components are a veto (rubric, section 7).
const VETO: u32 = 4;

fn bloat(items: &[Item<'_>]) -> BloatFigures {
    let counts: Vec<(u32, Option<u32>)> = items
        .iter()
        .filter_map(|item| {
            let label = item.gold.labels.bloat_count?;
            Some((label, item.given.and_then(|given| given.bloat_count)))
        })
        .collect();
    let given: Vec<(u32, u32)> = counts.iter().filter_map(|(a, b)| Some((*a, (*b)?))).collect();
    let vetoes: Vec<(bool, bool)> = counts
        .iter()
        .map(|(a, b)| (*a >= VETO, b.is_some_and(|b| b >= VETO)))
        .collect();
    BloatFigures {
        n: counts.len(),
        given: given.len(),
        mae: mean(given.iter().map(|(a, b)| f64::from(a.abs_diff(*b)))),
        veto_f1: f1(&vetoes, &true),
    }
}

fn overall(items: &[Item<'_>]) -> OverallFigures {
    let seen: Vec<(u8, Option<u8>)> = items.iter().map(Item::overall).collect();
    let pairs: Vec<(u8, u8)> = seen.iter().map(|(a, b)| (*a, b.unwrap_or(farthest(*a)))).collect();
    OverallFigures {
        n: seen.len(),
        acc: share(pairs.iter().map(|(a, b)| a == b)),
        within1: share(seen.iter().map(|(a, b)| b.is_some_and(|b| b.abs_diff(*a) <= 1))),
        mae: mean(pairs.iter().map(|(a, b)| f64::from(a.abs_diff(*b)))),
        qwk: kappa(&pairs, TOP),
        qwk_ci: bootstrap(&pairs, |drawn| kappa(drawn, TOP)),
    }
}

fn worst(items: &[Item<'_>]) -> Vec<(f64, String)> {
    let mut worst: Vec<(f64, String)> = items
        .iter()
        .filter_map(|item| Some((signals::distance(item)?, item.gold.input.id.clone())))
        .collect();
    worst.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
    worst.truncate(50);
    worst
}
