//! Whether the weak point is pressed.

use serde::Serialize;

use super::{
    agreement::{mean, share},
    answers::Item,
    interval::{Interval, bootstrap},
};

/// No signal to press.
const NONE: &str = "none";

/// Whether the weak point is pressed. "Real" is over answers that have one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PushbackFigures {
    /// Labelled answers.
    pub n: usize,
    /// The share with the labelled target.
    pub exact: Option<f64>,
    /// The share with it or one as good.
    pub acceptable: Option<f64>,
    /// Answers with a target.
    pub n_real: usize,
    /// The share of those with the labelled target.
    pub exact_real: Option<f64>,
    /// The share of those with it or one as good.
    pub acceptable_real: Option<f64>,
    /// The mean over targets of the share with the labelled one.
    pub macro_exact_real: Option<f64>,
    /// The interval of `acceptable_real`.
    pub ci_acceptable_real: Option<Interval>,
}

#[derive(Debug, Clone, Copy)]
struct Pressed<'a> {
    expected: &'a str,
    exact: bool,
    acceptable: bool,
}

/// Holds what is pressed against the labels.
pub(super) fn score(items: &[Item<'_>]) -> PushbackFigures {
    let all: Vec<Pressed<'_>> = items.iter().map(pressed).collect();
    let real: Vec<Pressed<'_>> = all.iter().copied().filter(|it| it.expected != NONE).collect();
    let mut targets: Vec<&str> = real.iter().map(|it| it.expected).collect();
    targets.sort_unstable();
    targets.dedup();
    let of_target = |target: &&str| share(real.iter().filter(|it| it.expected == *target).map(|it| it.exact));
    let acceptable = |pressed: &[Pressed<'_>]| share(pressed.iter().map(|it| it.acceptable));
    PushbackFigures {
        n: all.len(),
        exact: share(all.iter().map(|it| it.exact)),
        acceptable: acceptable(&all),
        n_real: real.len(),
        exact_real: share(real.iter().map(|it| it.exact)),
        acceptable_real: acceptable(&real),
        macro_exact_real: mean(targets.iter().filter_map(of_target)),
        ci_acceptable_real: bootstrap(&real, acceptable),
    }
}

fn pressed<'a>(item: &Item<'a>) -> Pressed<'a> {
    let labels = &item.gold.labels;
    let expected = labels.expected_pushback.as_str();
    let target = item.given.map(|given| match given.pushback_target.as_deref() {
        None | Some("" | "null") => NONE,
        Some(target) => target,
    });
    let exact = target == Some(expected);
    let as_good = target.is_some_and(|target| labels.acceptable_pushback.iter().any(|other| other == target));
    Pressed {
        expected,
        exact,
        acceptable: exact || as_good,
    }
}
