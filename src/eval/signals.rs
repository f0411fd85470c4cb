//! Agreement signal by signal, over the answers that call for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agreement::{f1, kappa, macro_f1, mean, share},
    answers::Item,
    interval::{Interval, bootstrap},
};
use crate::domain::signal::{Level, Signal};

/// The highest level.
pub(super) const TOP: u8 = 4;

/// How well one signal agrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalFigures {
    /// Answers that call for it.
    pub n: usize,
    /// The share that was given a level.
    pub coverage: Option<f64>,
    /// The share with the same level; a missing level counts as the farthest wrong one, here and below.
    pub acc: Option<f64>,
    /// The share at most one level off.
    pub within1: Option<f64>,
    /// The share in the same band: 0 to 1, 2, 3 to 4.
    pub band_acc: Option<f64>,
    /// The mean F1 over the bands.
    #[serde(rename = "band_macroF1")]
    pub band_macro_f1: Option<f64>,
    /// F1 of "at least 3".
    #[serde(rename = "present_F1")]
    pub present_f1: Option<f64>,
    /// F1 of "at most 1".
    #[serde(rename = "absent_F1")]
    pub absent_f1: Option<f64>,
    /// Quadratic weighted kappa.
    pub qwk: Option<f64>,
    /// Its interval.
    pub qwk_ci: Option<Interval>,
    /// The share of answers that do not call for it and were given a level.
    pub spurious: Option<f64>,
}

/// Gold and given of one answer.
#[derive(Debug, Clone, Copy)]
struct Seen {
    gold: u8,
    given: Option<u8>,
}

impl Seen {
    fn pair(self) -> (u8, u8) {
        (self.gold, self.given.unwrap_or(farthest(self.gold)))
    }
}

/// The farthest wrong level.
pub(super) fn farthest(gold: u8) -> u8 {
    if gold >= 2 { 0 } else { TOP }
}

/// The band of a level.
pub(super) fn band(level: u8) -> u8 {
    match level {
        0 | 1 => 0,
        2 => 1,
        _ => 2,
    }
}

/// Gold and given, with what is missing filled in, for one signal or all.
pub(super) fn level_pairs(items: &[Item<'_>], signals: &[Signal]) -> Vec<(u8, u8)> {
    signals
        .iter()
        .flat_map(|signal| seen(items, *signal))
        .map(Seen::pair)
        .collect()
}

fn seen(items: &[Item<'_>], signal: Signal) -> Vec<Seen> {
    items
        .iter()
        .filter_map(|item| {
            Some(Seen {
                gold: item.gold_level(signal)?,
                given: item.level(signal),
            })
        })
        .collect()
}

/// The figures of every signal that some answer calls for.
pub(super) fn score(items: &[Item<'_>]) -> BTreeMap<Signal, SignalFigures> {
    Signal::ALL
        .iter()
        .filter_map(|signal| {
            let seen = seen(items, *signal);
            (!seen.is_empty()).then(|| (*signal, of(&seen, spurious(items, *signal))))
        })
        .collect()
}

fn of(seen: &[Seen], spurious: Option<f64>) -> SignalFigures {
    let pairs: Vec<(u8, u8)> = seen.iter().map(|seen| seen.pair()).collect();
    let bands: Vec<(u8, u8)> = pairs.iter().map(|(gold, given)| (band(*gold), band(*given))).collect();
    let cut = |test: fn(u8) -> bool| -> Vec<(bool, bool)> { pairs.iter().map(|(a, b)| (test(*a), test(*b))).collect() };
    let near = |seen: &Seen| seen.given.is_some_and(|given| given.abs_diff(seen.gold) <= 1);
    SignalFigures {
        n: seen.len(),
        coverage: share(seen.iter().map(|seen| seen.given.is_some())),
        acc: share(pairs.iter().map(|(gold, given)| gold == given)),
        within1: share(seen.iter().map(near)),
        band_acc: share(bands.iter().map(|(gold, given)| gold == given)),
        band_macro_f1: macro_f1(&bands),
        present_f1: f1(&cut(|level| level >= 3), &true),
        absent_f1: f1(&cut(|level| level <= 1), &true),
        qwk: kappa(&pairs, TOP),
        qwk_ci: bootstrap(&pairs, |drawn| kappa(drawn, TOP)),
        spurious,
    }
}

fn spurious(items: &[Item<'_>], signal: Signal) -> Option<f64> {
    let uncalled = items.iter().filter(|item| item.gold_level(signal).is_none());
    share(uncalled.map(|item| item.level(signal).is_some()))
}

/// The mean distance of an answer's levels from its labels; none where it calls for nothing.
pub(super) fn distance(item: &Item<'_>) -> Option<f64> {
    mean(Signal::ALL.iter().filter_map(|signal| {
        let gold = item.gold_level(*signal)?;
        let given = item.level(*signal).unwrap_or(farthest(gold));
        Some(f64::from(gold.abs_diff(given)))
    }))
}

/// A level of a labelled answer.
pub(super) fn number(level: Option<&Option<Level>>) -> Option<u8> {
    level.copied().flatten().map(Level::get)
}
