//! Whether a judge tells answers apart, or gives nearly everything one level.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answers::Item;
use crate::domain::signal::{Level, Signal};

/// A judge that gives one level this often, ...
const GIVEN: f64 = 0.90;
/// ... where the labels have no level this often, ...
const GOLD: f64 = 0.75;
/// ... over at least so many answers, is degenerate.
const FEWEST: usize = 8;

/// How often each level was given, and how often it is labelled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Labels by level, 0 to 4.
    pub gold: [usize; 5],
    /// Levels given, 0 to 4, to the same answers.
    pub given: [usize; 5],
    /// The share of the commonest label.
    pub gold_top_share: f64,
    /// The share of the commonest level given.
    pub given_top_share: f64,
    /// Nearly everything is given one level although the labels are not so.
    pub degenerate: bool,
}

/// The spread of each signal, and of `overall`.
pub(super) fn score(items: &[Item<'_>]) -> BTreeMap<String, Spread> {
    let mut spreads: BTreeMap<String, Spread> = Signal::ALL
        .iter()
        .filter_map(|signal| {
            let seen: Vec<(u8, Option<u8>)> = items
                .iter()
                .filter_map(|item| Some((item.gold_level(*signal)?, item.level(*signal))))
                .collect();
            Some((signal.to_string(), of(&seen)?))
        })
        .collect();
    let overall: Vec<(u8, Option<u8>)> = items
        .iter()
        .map(|item| {
            let given = item.given.and_then(|given| given.overall).map(Level::get);
            (item.gold.labels.overall.get(), given)
        })
        .collect();
    spreads.extend(of(&overall).map(|spread| ("overall".to_owned(), spread)));
    spreads
}

/// The names of what is degenerate.
#[must_use]
pub fn degenerate(spreads: &BTreeMap<String, Spread>) -> Vec<String> {
    spreads
        .iter()
        .filter(|(_, spread)| spread.degenerate)
        .map(|(name, _)| name.clone())
        .collect()
}

fn of(seen: &[(u8, Option<u8>)]) -> Option<Spread> {
    let gold = counts(seen.iter().map(|(gold, _)| *gold));
    let given = counts(seen.iter().filter_map(|(_, given)| *given));
    let (gold_top_share, given_top_share) = (top_share(&gold)?, top_share(&given).unwrap_or(0.0));
    let enough = given.iter().sum::<usize>() >= FEWEST;
    Some(Spread {
        gold,
        given,
        gold_top_share,
        given_top_share,
        degenerate: enough && given_top_share >= GIVEN && gold_top_share < GOLD,
    })
}

fn counts(levels: impl Iterator<Item = u8>) -> [usize; 5] {
    let mut counts = [0; 5];
    for level in levels {
        if let Some(count) = counts.get_mut(usize::from(level)) {
            *count += 1;
        }
    }
    counts
}

fn top_share(counts: &[usize; 5]) -> Option<f64> {
    let total: usize = counts.iter().sum();
    (total > 0).then(|| counts.iter().copied().max().unwrap_or(0) as f64 / total as f64)
}
