//! How long to wait before a repeat: doubling with jitter, and never sooner than the server asks.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::panel::llm::error::LlmError;

/// No wait of our own choosing is longer.
const LONGEST: Duration = Duration::from_secs(20);

/// Waits drawn from a seed, so that a run can be repeated.
pub(super) struct Backoff {
    first: Duration,
    seed: u64,
    draws: AtomicU64,
}

impl Backoff {
    pub(super) fn new(first: Duration, seed: u64) -> Self {
        Self {
            first,
            seed,
            draws: AtomicU64::new(0),
        }
    }

    /// The wait after the given number of attempts.
    pub(super) fn wait(&self, attempts: u32, error: &LlmError) -> Duration {
        let draw = self.draws.fetch_add(1, Ordering::Relaxed);
        let share: f64 = ChaCha8Rng::seed_from_u64(self.seed.wrapping_add(draw)).random();
        let doubled = self
            .first
            .saturating_mul(1 << attempts.saturating_sub(1).min(16))
            .min(LONGEST);
        match error {
            // A little more than asked for, so that all who were told the same do not return together.
            LlmError::Busy {
                retry_after: Some(asked),
            } => *asked + self.first.mul_f64(share),
            _ => doubled.mul_f64(0.5 + share / 2.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_their_jitter_and_end() {
        let backoff = Backoff::new(Duration::from_secs(1), 7);
        for (attempts, whole) in [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (60, 20)] {
            let wait = backoff.wait(attempts, &LlmError::Interrupted);
            let whole = Duration::from_secs(whole);
            assert!(wait >= whole / 2 && wait <= whole, "{attempts}: {wait:?}");
        }
    }

    #[test]
    fn the_server_is_never_asked_sooner_than_it_said() {
        let backoff = Backoff::new(Duration::from_millis(500), 7);
        let asked = Duration::from_secs(7);
        for attempts in 1..50 {
            let wait = backoff.wait(
                attempts,
                &LlmError::Busy {
                    retry_after: Some(asked),
                },
            );
            assert!(wait >= asked && wait <= asked + Duration::from_millis(500), "{wait:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_waits() {
        let waits = |seed| {
            let backoff = Backoff::new(Duration::from_secs(1), seed);
            (1..5)
                .map(|attempts| backoff.wait(attempts, &LlmError::Interrupted))
                .collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
