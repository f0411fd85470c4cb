//! The rubric as data: what each signal means, when it is called for, its weights, caps, vetoes and bands.
//!
//! `prompts/rubric.toml` is this type on disk. The rules that use it are in `scoring`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::signal::{Ask, Level, QuestionKind, Round, Signal};

/// The whole rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Raised with every change that moves a level, a score or a verdict.
    pub version: u32,
    /// Score bands.
    pub bands: Bands,
    /// Weights by round; a signal that isn't named weighs `default`.
    pub weights: BTreeMap<Round, Weights>,
    /// The signal a round looks at beside those of the question's kind.
    pub round_signal: BTreeMap<Round, Signal>,
    /// Which signals each kind of question calls for (section 2).
    pub called_for: BTreeMap<QuestionKind, Vec<Signal>>,
    /// Which signals a question's extra asks call for.
    pub asks: BTreeMap<Ask, Vec<Signal>>,
    /// Which signal is pressed first in a round (section 5).
    pub priority: BTreeMap<Round, Vec<Signal>>,
    /// Caps on one answer (section 6), by name.
    pub caps: BTreeMap<String, Cap>,
    /// Vetoes on a session (section 7), by name.
    pub vetoes: BTreeMap<String, Veto>,
    /// The signals.
    pub signals: BTreeMap<Signal, SignalText>,
}

/// Score bands, as lower bounds on a scale of 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Lower bounds of overall 1, 2, 3 and 4 of one answer.
    pub overall: [f64; 4],
    /// Lower bounds of no hire, hire and strong hire of a session.
    pub verdict: [f64; 3],
    /// What a strong hire needs besides: the least session mean of any signal called for.
    pub strong_hire_mean: f64,
    /// What a strong hire needs besides: the least session mean of metric first, outside the recruiter screen.
    pub strong_hire_metric_first: f64,
}

/// Weights of one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// The weight of any signal not named.
    pub default: f64,
    /// Named weights.
    #[serde(flatten)]
    pub by_signal: BTreeMap<Signal, f64>,
}

/// A cap on one answer: where `signal` is at level 0, overall is at most `overall`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// What it is called in a debrief.
    pub name: String,
    /// The signals any of which at level 0 brings it.
    pub signals: Vec<Signal>,
    /// The most the answer's overall can be.
    pub overall: Level,
    /// The rounds it holds in; all where empty.
    #[serde(default)]
    pub rounds: Vec<Round>,
}

/// The words of a veto; its rule is in `scoring::verdict`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// What it is called in a debrief.
    pub name: String,
    /// What brings it, as a sentence.
    pub rule: String,
}

/// One signal's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalText {
    /// Its name in plain English.
    pub name: String,
    /// What it asks.
    pub asks: String,
    /// What levels 0 to 4 look like.
    pub anchors: [String; 5],
    /// Edge cases, for a model.
    #[serde(default)]
    pub edge_cases: Vec<String>,
}

impl Rubric {
    /// The weight of a signal in a round.
    #[must_use]
    pub fn weight(&self, round: Round, signal: Signal) -> f64 {
        self.weights.get(&round).map_or(1.0, |weights| {
            weights.by_signal.get(&signal).copied().unwrap_or(weights.default)
        })
    }

    /// The signals a question calls for (section 2). `constraint` is whether a limit had been stated when it was answered.
    #[must_use]
    pub fn called_for(&self, round: Round, kind: QuestionKind, asks: &[Ask], constraint: bool) -> BTreeSet<Signal> {
        let mut signals: BTreeSet<Signal> = self.called_for.get(&kind).into_iter().flatten().copied().collect();
        signals.extend(asks.iter().filter_map(|ask| self.asks.get(ask)).flatten().copied());
        let takes_round_signal = match kind {
            QuestionKind::Evaluate => true,
            QuestionKind::Result => round == Round::MlFundamentals,
            _ => false,
        };
        if takes_round_signal {
            signals.extend(self.round_signal.get(&round).copied());
        }
        if constraint {
            signals.insert(Signal::ConstraintTiming);
        }
        signals
    }
}
