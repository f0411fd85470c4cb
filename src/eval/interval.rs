//! Bootstrap intervals: how much a figure would move with another draw of the same items.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// From and to: the middle 95 % of the resampled figures, to three decimals.
pub type Interval = [f64; 2];

/// Resamples a figure is computed on.
const SAMPLES: usize = 400;
/// The seed: the same items give the same interval.
const SEED: u64 = 7;

/// The interval of a figure of items; none where the figure is never defined.
pub(super) fn bootstrap<T: Clone>(items: &[T], figure: impl Fn(&[T]) -> Option<f64>) -> Option<Interval> {
    if items.is_empty() {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut figures: Vec<f64> = (0..SAMPLES)
        .filter_map(|_| {
            let drawn: Vec<T> = items
                .iter()
                .filter_map(|_| items.get(rng.random_range(0..items.len())).cloned())
                .collect();
            figure(&drawn)
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    let low = figures.get(figures.len() * 25 / 1000)?;
    let high = figures.get((figures.len() * 975 / 1000).min(figures.len() - 1))?;
    Some([rounded(*low), rounded(*high)])
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
