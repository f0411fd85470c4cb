//! What a judge gave, read back from the lines that `judge` and `replay` write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::signal::{Level, Signal};

/// A judged answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerPrediction {
    /// The answer's id.
    pub id: String,
    /// Levels; null where not called for or not assessed.
    pub signals: BTreeMap<Signal, Option<Level>>,
    /// The calibration type.
    pub calibration_type: Option<String>,
    /// The constraint error.
    pub constraint_error: Option<String>,
    /// Unnecessary components.
    pub bloat_count: Option<u32>,
    /// Quotes.
    pub evidence: Vec<QuoteLine>,
    /// The signal to press, or `none`.
    pub pushback_target: Option<String>,
    /// The overall level.
    pub overall: Option<Level>,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// What it is evidence of.
    pub signal: Signal,
    /// The words.
    pub quote: String,
}

/// A judged transcript, or the trends of a history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionPrediction {
    /// Its id.
    pub id: String,
    /// The verdict in words.
    pub verdict: Option<String>,
    /// Grows with quality.
    pub score: Option<f64>,
    /// The strongest signal.
    pub strongest: Option<String>,
    /// The weakest signal.
    pub weakest: Option<String>,
    /// What the debrief says.
    pub debrief: Vec<NoteLine>,
    /// Timing facts by name.
    pub timing: BTreeMap<String, f64>,
    /// Trends of a history.
    pub trend: BTreeMap<Signal, String>,
}

/// One note of a debrief.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoteLine {
    /// What is said.
    pub text: String,
    /// The words it stands on.
    pub quote: String,
    /// `+` or `-`.
    pub polarity: Option<String>,
}

impl AnswerPrediction {
    /// The level of a signal.
    #[must_use]
    pub fn level(&self, signal: Signal) -> Option<u8> {
        self.signals.get(&signal).copied().flatten().map(Level::get)
    }
}
