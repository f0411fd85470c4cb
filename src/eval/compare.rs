//! What got better and what got worse since another run, and by how much.

use serde::Serialize;

use super::figures::Figures;

/// A change smaller than this is none: figures are shown with three decimals.
const SMALLEST: f64 = 0.0005;

/// Figures that are better when they are lower.
const LOWER_IS_BETTER: &[&str] = &[
    "mae",
    "halo_spill",
    "spurious",
    "unsupported_high_levels",
    "too_wide",
    "missing_items",
    "missing",
    "empty",
    "highest",
];
/// Figures that are neither.
const NEUTRAL: &[&str] = &[
    "schema",
    "n",
    "n_gold",
    "n_pred",
    "n_real",
    "unknown_ids",
    "given",
    "quotes",
    "structured_debriefs",
];
/// Parts of a report whose figures are neither.
const NEUTRAL_PARTS: &[&str] = &[
    "answers.spread.",
    "answers.length.",
    "latency.",
    "cost.",
    "breaches.",
    "comparison.",
];

/// What moved.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// What got better, the most first.
    pub better: Vec<Change>,
    /// What got worse, the most first.
    pub worse: Vec<Change>,
    /// Figures that only the earlier run has.
    pub gone: Vec<String>,
    /// Figures that only this run has.
    pub added: Vec<String>,
}

/// A figure that moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What it was.
    pub before: f64,
    /// What it is.
    pub after: f64,
    /// By how much it moved.
    pub by: f64,
    /// Whether it is still within the earlier run's interval; none where it has no interval.
    pub within_interval: Option<bool>,
}

/// Compares this run with an earlier one.
#[must_use]
pub fn compare(before: &Figures, after: &Figures) -> Comparison {
    let mut comparison = Comparison {
        gone: only_in(before, after),
        added: only_in(after, before),
        ..Comparison::default()
    };
    for (path, now) in after.numbers.iter().filter(|(path, _)| counts(path)) {
        let Some(then) = before.numbers.get(path) else { continue };
        if (now - then).abs() < SMALLEST {
            continue;
        }
        let change = Change {
            path: path.clone(),
            before: *then,
            after: *now,
            by: now - then,
            within_interval: before.interval(path).map(|[from, to]| (from..=to).contains(now)),
        };
        if (now > then) == LOWER_IS_BETTER.contains(&name(path)) {
            comparison.worse.push(change);
        } else {
            comparison.better.push(change);
        }
    }
    for changes in [&mut comparison.better, &mut comparison.worse] {
        changes.sort_by(|a, b| b.by.abs().total_cmp(&a.by.abs()).then_with(|| a.path.cmp(&b.path)));
    }
    comparison
}

fn only_in(one: &Figures, other: &Figures) -> Vec<String> {
    let paths = one
        .numbers
        .keys()
        .filter(|path| counts(path) && !other.numbers.contains_key(*path));
    paths.cloned().collect()
}

fn name(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

fn counts(path: &str) -> bool {
    !NEUTRAL.contains(&name(path)) && !NEUTRAL_PARTS.iter().any(|part| path.starts_with(part))
}
