//! Whether quotes are the candidate's words, and those the labels stand on.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agreement::{normal, overlap, share},
    answers::Item,
    predicted::AnswerPrediction,
};
use crate::domain::signal::Signal;

/// Signals whose evidence counts at any level: there it shows what is wrong.
const SHOWS_FAULTS: [Signal; 3] = [Signal::Calibration, Signal::ConstraintTiming, Signal::LeanFirst];
/// Signals whose high levels stand on the whole answer.
const WHOLE_ANSWER: [Signal; 2] = [Signal::Clarity, Signal::Decisiveness];

/// Figures of quotes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceFigures {
    /// Quotes given.
    pub quotes: usize,
    /// Empty ones, which are not counted above.
    pub empty: usize,
    /// The share that is an exact substring of the answer.
    pub grounded_exact: Option<f64>,
    /// The same without regard to case, spaces and quotation marks.
    pub grounded_relaxed: Option<f64>,
    /// The share longer than 60 % of an answer of more than 20 words.
    pub too_wide: Option<f64>,
    /// The share of labelled quotes of which some given quote holds half.
    pub gold_hit_rate: Option<f64>,
    /// The share of levels from 3 up that have no quote.
    pub unsupported_high_levels: Option<f64>,
    /// The hit rate by signal.
    pub hit_by_signal: BTreeMap<Signal, Option<f64>>,
}

#[derive(Default)]
struct Tally {
    quotes: usize,
    empty: usize,
    exact: usize,
    relaxed: usize,
    wide: usize,
    hits: BTreeMap<Signal, Vec<bool>>,
    unsupported: Vec<bool>,
}

/// Holds quotes against answers and labels.
pub(super) fn score(items: &[Item<'_>]) -> EvidenceFigures {
    let mut tally = Tally::default();
    for item in items {
        if let Some(given) = item.given {
            tally.ground(&item.gold.input.answer, given);
            tally.hit(item, given);
            tally.support(given);
        }
    }
    let of_quotes = |count: usize| (tally.quotes > 0).then(|| count as f64 / tally.quotes as f64);
    EvidenceFigures {
        quotes: tally.quotes,
        empty: tally.empty,
        grounded_exact: of_quotes(tally.exact),
        grounded_relaxed: of_quotes(tally.relaxed),
        too_wide: of_quotes(tally.wide),
        gold_hit_rate: share(tally.hits.values().flatten().copied()),
        unsupported_high_levels: share(tally.unsupported.iter().copied()),
        hit_by_signal: tally
            .hits
            .iter()
            .map(|(signal, hits)| (*signal, share(hits.iter().copied())))
            .collect(),
    }
}

impl Tally {
    fn ground(&mut self, answer: &str, given: &AnswerPrediction) {
        let long = answer.split_whitespace().count() > 20;
        let plain = normal(answer);
        for quote in given.evidence.iter().map(|line| line.quote.as_str()) {
            if quote.trim().is_empty() {
                self.empty += 1;
                continue;
            }
            self.quotes += 1;
            self.exact += usize::from(answer.contains(quote));
            self.relaxed += usize::from(plain.contains(&normal(quote)));
            let wide = quote.chars().count() as f64 > 0.6 * answer.chars().count() as f64;
            self.wide += usize::from(long && wide);
        }
    }

    fn hit(&mut self, item: &Item<'_>, given: &AnswerPrediction) {
        for (signal, labelled) in &item.gold.labels.evidence {
            if item.gold_level(*signal).unwrap_or(0) < 2 && !SHOWS_FAULTS.contains(signal) {
                continue;
            }
            let hit = quotes(given, *signal).any(|quote| {
                labelled
                    .iter()
                    .any(|label| overlap(&item.gold.input.answer, label, quote) >= 0.5)
            });
            self.hits.entry(*signal).or_default().push(hit);
        }
    }

    fn support(&mut self, given: &AnswerPrediction) {
        for signal in given.signals.keys().filter(|signal| !WHOLE_ANSWER.contains(signal)) {
            if given.level(*signal).unwrap_or(0) >= 3 {
                self.unsupported.push(quotes(given, *signal).next().is_none());
            }
        }
    }
}

fn quotes(given: &AnswerPrediction, signal: Signal) -> impl Iterator<Item = &str> {
    given
        .evidence
        .iter()
        .filter(move |line| line.signal == signal && !line.quote.trim().is_empty())
        .map(|line| line.quote.as_str())
}
