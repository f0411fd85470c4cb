//! Where a judge errs more: by style, round, tag and file; and whether it counts words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agreement::{mean, pearson},
    answers::Item,
    signals::distance,
};
use crate::domain::signal::{Level, Signal};

/// The mean distance from the labels over some of the answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// Answers.
    pub n: usize,
    /// The mean over answers of the mean distance over signals.
    pub mae: Option<f64>,
}

/// Pearson's correlation of the number of words with levels; `gold` is what the labels themselves have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Length {
    /// With the overall level given.
    pub overall_given: Option<f64>,
    /// With the labelled overall level.
    pub overall_gold: Option<f64>,
    /// With the mean level given.
    pub mean_level_given: Option<f64>,
    /// With the mean labelled level.
    pub mean_level_gold: Option<f64>,
}

/// The distance by slice.
pub(super) fn score(items: &[Item<'_>]) -> BTreeMap<String, Slice> {
    let mut slices: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    let one_file = items
        .windows(2)
        .all(|two| matches!(two, [a, b] if a.gold.file == b.gold.file));
    for item in items {
        let gold = item.gold;
        let file = (!one_file).then(|| format!("file:{}", gold.file));
        let names = [
            "all".to_owned(),
            format!("style:{}", gold.style),
            format!("round:{}", gold.input.round),
        ]
        .into_iter()
        .chain(gold.tags.iter().map(|tag| format!("tag:{tag}")))
        .chain(file);
        for name in names {
            slices.entry(name).or_default().push(distance(item));
        }
    }
    slices
        .into_iter()
        .map(|(name, distances)| {
            let slice = Slice {
                n: distances.len(),
                mae: mean(distances.into_iter().flatten()),
            };
            (name, slice)
        })
        .collect()
}

/// The correlations with the number of words.
pub(super) fn length(items: &[Item<'_>]) -> Length {
    Length {
        overall_given: with_words(items, |item| item.given?.overall.map(|level| f64::from(level.get()))),
        overall_gold: with_words(items, |item| Some(f64::from(item.gold.labels.overall.get()))),
        mean_level_given: with_words(items, |item| {
            let of = |signal: &Signal| item.gold_level(*signal).and(item.level(*signal)).map(f64::from);
            mean(Signal::ALL.iter().filter_map(of))
        }),
        mean_level_gold: with_words(items, |item| {
            let levels = item.gold.labels.signals.values().copied().flatten();
            mean(levels.map(Level::get).map(f64::from))
        }),
    }
}

fn with_words(items: &[Item<'_>], of: impl Fn(&Item<'_>) -> Option<f64>) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = items
        .iter()
        .filter_map(|item| {
            let words = item.gold.input.answer.split_whitespace().count();
            Some((words as f64, of(item)?))
        })
        .collect();
    pearson(&pairs)
}
