//! How a signal moves over sessions: up, down, flat or mixed.

use std::{fmt, str::FromStr};

use crate::domain::signal::{UnknownName, named};
use serde::{Deserialize, Serialize};

named! {
    /// The direction of one signal over sessions.
    Trend {
        /// The last is a level or more above the first.
        Up = "up",
        /// The last is a level or more below the first.
        Down = "down",
        /// No level's difference anywhere between.
        Flat = "flat",
        /// Back where it began, after a swing of a level or more.
        Mixed = "mixed",
    }
}

/// A change from which on it counts, in levels.
const STEP: f64 = 1.0;

/// The trend of one signal, its session means oldest first; none of fewer than two.
#[must_use]
pub fn of(means: &[f64]) -> Option<Trend> {
    let [first, .., last] = means else { return None };
    let change = last - first;
    let swing = means.iter().copied().fold(f64::MIN, f64::max) - means.iter().copied().fold(f64::MAX, f64::min);
    Some(if change >= STEP {
        Trend::Up
    } else if change <= -STEP {
        Trend::Down
    } else if swing >= 2.0 * STEP {
        Trend::Mixed
    } else {
        Trend::Flat
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_against_the_first_decides_and_a_net_zero_swing_is_mixed() {
        assert_eq!(of(&[1.0, 3.0]), Some(Trend::Up));
        assert_eq!(of(&[3.0, 2.5, 2.0]), Some(Trend::Down));
        assert_eq!(of(&[2.0, 2.5]), Some(Trend::Flat));
        assert_eq!(of(&[2.0, 4.0, 2.0]), Some(Trend::Mixed));
        assert_eq!(of(&[2.0]), None);
    }
}
