//! The judges that can be measured: a closed set. Each gives what `judge` and `replay` would write for a line.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    batch::{self, AnswerLine, Bench, TranscriptLine},
    domain::assessment::Reference,
    library::Library,
    panel::offline,
};

/// A judge.
#[derive(Debug, Clone)]
pub enum Engine {
    /// The rules in this program.
    Offline(Offline),
}

/// What the rules need.
#[derive(Debug, Clone)]
pub struct Offline {
    /// The rubric and the names of the signals.
    pub library: Arc<Library>,
    /// Recruiter reference values.
    pub reference: Reference,
}

/// What is judged: a line without its labels.
#[derive(Debug, Clone)]
pub(super) enum Job {
    /// An answer.
    Answer(Box<AnswerLine>),
    /// A transcript or a history.
    Transcript(TranscriptLine),
}

impl Job {
    /// The id that comes back with the result.
    pub(super) fn id(&self) -> &str {
        match self {
            Job::Answer(line) => &line.id,
            Job::Transcript(TranscriptLine::Session { id, .. } | TranscriptLine::History { id, .. }) => id,
        }
    }
}

/// A result with what it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The line that `judge` or `replay` would write.
    pub result: Value,
    /// How long it took, in microseconds, without waiting for its turn.
    pub took_us: u64,
    /// Tokens of the prompt; 0 without a model.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens of the reply; 0 without a model.
    #[serde(default)]
    pub reply_tokens: u64,
}

/// Why one line was not judged. The others are; this one counts as missing.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The judge stopped.
    #[error("the judge stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
    /// What it gave can't be written down.
    #[error("what the judge gave can't be written as JSON: {0}")]
    Form(#[from] serde_json::Error),
}

impl Engine {
    /// What it is called in a report.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Engine::Offline(_) => format!("offline, rules {}", offline::judge::VERSION),
        }
    }

    /// What else its results depend on, besides this program: part of the key of a kept result.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        match self {
            Engine::Offline(Offline { library, reference }) => {
                format!("{} {} {reference:?}", self.name(), library.rubric.hash)
            }
        }
    }

    /// Judges one line.
    pub(super) async fn judge(&self, job: Job) -> Result<Measured, EngineError> {
        match self {
            Engine::Offline(offline) => {
                let offline = offline.clone();
                tokio::task::spawn_blocking(move || offline.judge(job)).await?
            }
        }
    }
}

impl Offline {
    fn judge(&self, job: Job) -> Result<Measured, EngineError> {
        let bench = Bench {
            rubric: &self.library.rubric.value,
            reference: &self.reference,
            drills: &self.library.drills,
        };
        let started = Instant::now();
        let (result, took) = match job {
            Job::Answer(line) => timed(started, batch::judge(bench, *line))?,
            Job::Transcript(line) => timed(started, batch::replay(bench, line))?,
        };
        Ok(Measured {
            result,
            took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            prompt_tokens: 0,
            reply_tokens: 0,
        })
    }
}

fn timed(started: Instant, given: impl Serialize) -> Result<(Value, Duration), EngineError> {
    let took = started.elapsed();
    Ok((serde_json::to_value(given)?, took))
}
