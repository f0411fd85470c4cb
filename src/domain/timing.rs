//! Times of one answer, and which of them are judged.

use serde::{Deserialize, Serialize};

/// How the answer reached us; decides whether pauses are judged or only mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Typed: pauses are thinking or correcting, mentioned and never scored.
    #[default]
    Typed,
    /// Spoken: pauses and length are scored.
    Spoken,
}

/// Times of one answer, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Timing {
    /// From the end of the question to the first word or key, where it is known.
    pub think_s: Option<f64>,
    /// From the first word or key to the end.
    pub duration_s: Option<f64>,
    /// Pauses inside the answer.
    #[serde(default)]
    pub pauses_s: Vec<f64>,
    /// How it was given.
    #[serde(default)]
    pub medium: Medium,
}

/// A pause counts when it is strictly longer than this, in seconds (rubric 3.9).
pub const PAUSE_LIMIT_S: f64 = 5.0;
/// An answer is too long when it is strictly longer than this, in seconds (rubric 3.9).
pub const ANSWER_LIMIT_S: f64 = 120.0;

impl Timing {
    /// Pauses over the limit, think time included.
    #[must_use]
    pub fn long_pauses(&self) -> usize {
        self.all_pauses().filter(|&pause| pause > PAUSE_LIMIT_S).count()
    }

    /// The longest pause, think time included.
    #[must_use]
    pub fn longest_pause_s(&self) -> f64 {
        self.all_pauses().fold(0.0, f64::max)
    }

    /// Whether the answer ran over two minutes.
    #[must_use]
    pub fn too_long(&self) -> bool {
        self.duration_s.is_some_and(|duration| duration > ANSWER_LIMIT_S)
    }

    /// Breaches that cost decisiveness: pauses only where the answer was spoken.
    #[must_use]
    pub fn breaches(&self) -> usize {
        let pauses = if self.medium == Medium::Spoken {
            self.long_pauses()
        } else {
            0
        };
        pauses + usize::from(self.too_long())
    }

    fn all_pauses(&self) -> impl Iterator<Item = f64> + '_ {
        self.think_s.iter().chain(&self.pauses_s).copied()
    }
}
