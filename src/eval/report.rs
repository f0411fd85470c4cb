//! The result of a run: one value, for people, for scripts, and to compare the next run with.

use serde::Serialize;

use super::{
    answers::AnswerFigures, compare::Comparison, engine::Measured, figures::Figures, floors::Breach, guards::Guards,
    sessions::SessionFigures, spread,
};

/// The version of the report's form.
pub const SCHEMA: u32 = 1;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The version of its form.
    pub schema: u32,
    /// Who judged.
    pub engine: String,
    /// The labelled files.
    pub files: Vec<String>,
    /// What was not judged, each with its reason.
    pub failed: Vec<String>,
    /// Figures over answers.
    pub answers: Option<AnswerFigures>,
    /// Whether the judge can be gamed.
    pub guards: Option<Guards>,
    /// Figures over transcripts.
    pub sessions: Option<SessionFigures>,
    /// How long one answer takes. The only part that differs from run to run.
    pub latency: Option<Latency>,
    /// Tokens.
    pub cost: Cost,
    /// Floors that are not reached.
    pub breaches: Vec<Breach>,
    /// What moved since another run.
    pub comparison: Option<Comparison>,
}

/// How long one answer takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Latency {
    /// Answers.
    pub n: usize,
    /// Half are faster, in milliseconds.
    pub p50_ms: f64,
    /// One in a hundred is slower, in milliseconds.
    pub p99_ms: f64,
}

/// Tokens of all requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Of prompts.
    pub prompt_tokens: u64,
    /// Of replies.
    pub reply_tokens: u64,
}

impl Default for Report {
    fn default() -> Report {
        Report {
            schema: SCHEMA,
            engine: String::new(),
            files: Vec::new(),
            failed: Vec::new(),
            answers: None,
            guards: None,
            sessions: None,
            latency: None,
            cost: Cost::default(),
            breaches: Vec::new(),
            comparison: None,
        }
    }
}

impl Report {
    /// Its numbers by their paths.
    #[must_use]
    pub fn figures(&self) -> Figures {
        serde_json::to_value(self).map_or_else(|_| Figures::default(), |value| Figures::of(&value))
    }

    /// Signals that are given nearly one level only.
    #[must_use]
    pub fn degenerate(&self) -> Vec<String> {
        let spreads = self.answers.as_ref().map(|answers| &answers.spread);
        spreads.map(spread::degenerate).unwrap_or_default()
    }

    /// Why the run fails, a sentence each; empty where it passes.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let degenerate = self.degenerate();
        let constant = degenerate
            .iter()
            .map(|name| format!("the judge is degenerate: it gives nearly every answer the same level on {name}"));
        let unjudged = (!self.failed.is_empty()).then(|| format!("{} lines were not judged", self.failed.len()));
        let breaches = self.breaches.iter().map(ToString::to_string);
        constant.chain(unjudged).chain(breaches).collect()
    }
}

impl Latency {
    /// Of results; none where there are none.
    pub(super) fn of(measured: &[&Measured]) -> Option<Latency> {
        let mut times: Vec<u64> = measured.iter().map(|measured| measured.took_us).collect();
        times.sort_unstable();
        let at = |hundredths: usize| {
            let rank = (times.len() * hundredths).div_ceil(100).max(1) - 1;
            times.get(rank).map(|micros| *micros as f64 / 1000.0)
        };
        Some(Latency {
            n: times.len(),
            p50_ms: at(50)?,
            p99_ms: at(99)?,
        })
    }
}

impl Cost {
    /// Of results.
    pub(super) fn of(measured: &[&Measured]) -> Cost {
        Cost {
            prompt_tokens: measured.iter().map(|measured| measured.prompt_tokens).sum(),
            reply_tokens: measured.iter().map(|measured| measured.reply_tokens).sum(),
        }
    }
}
