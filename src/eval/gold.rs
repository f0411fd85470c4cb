//! Labelled files: what a judge is given, and apart from it what it should have said.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{EvalError, read_text};
use crate::{
    batch::{AnswerLine, TranscriptLine},
    domain::signal::{Level, Signal},
};

/// A labelled answer.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldAnswer {
    /// What the judge sees.
    pub input: AnswerLine,
    /// What it should say.
    pub labels: AnswerLabels,
    /// The pair it belongs to: two answers that differ in one label.
    pub pair: Option<Pair>,
    /// How it is written.
    pub style: String,
    /// What it shows.
    pub tags: Vec<String>,
    /// The name of its file.
    pub file: String,
}

/// The labels of an answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AnswerLabels {
    /// Levels; null where a signal is not called for.
    pub signals: BTreeMap<Signal, Option<Level>>,
    /// The calibration type.
    #[serde(default)]
    pub calibration_type: Option<String>,
    /// The constraint error.
    #[serde(default)]
    pub constraint_error: Option<String>,
    /// Unnecessary components.
    #[serde(default)]
    pub bloat_count: Option<u32>,
    /// The words each level stands on.
    #[serde(default)]
    pub evidence: BTreeMap<Signal, Vec<String>>,
    /// The signal to press, or `none`.
    pub expected_pushback: String,
    /// Others that are as good.
    #[serde(default)]
    pub acceptable_pushback: Vec<String>,
    /// The overall level.
    pub overall: Level,
}

/// The pair an answer belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pair {
    /// Its name.
    pub id: String,
    /// The signal whose label differs.
    pub signal: Signal,
}

#[derive(Deserialize)]
struct Labelled {
    labels: AnswerLabels,
    #[serde(default)]
    pair: Option<Pair>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
#[serde(default)]
struct Meta {
    style: String,
    tags: Vec<String>,
}

impl Default for Meta {
    fn default() -> Meta {
        Meta {
            style: "unknown".to_owned(),
            tags: Vec::new(),
        }
    }
}

/// Labelled transcripts: what the judge sees, and the labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldSessions {
    /// What the judge sees, in the order of the file.
    pub inputs: Vec<TranscriptLine>,
    /// The labels, in the order of the file.
    pub lines: Vec<SessionLine>,
}

/// One labelled line of a transcript file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SessionLine {
    /// A transcript.
    Session {
        /// Its id.
        id: String,
        /// What should be said of it.
        expected: Box<Expected>,
    },
    /// Two transcripts in the order of their worth.
    RankingPair {
        /// The better one's id.
        better: String,
        /// The worse one's id.
        worse: String,
        /// How far apart they are: `wide`, `narrow`, `minimal`.
        margin: String,
    },
    /// A candidate's transcripts.
    History {
        /// Its id.
        id: String,
        /// The trend of each signal.
        expected_trend: BTreeMap<Signal, String>,
        /// Trends that are as good.
        #[serde(default)]
        acceptable_trend: BTreeMap<Signal, Vec<String>>,
    },
}

/// What should be said of a transcript.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Expected {
    /// The verdict.
    pub verdict: String,
    /// Verdicts that are as good.
    #[serde(default)]
    pub verdict_acceptable: Vec<String>,
    /// Vetoes that apply.
    #[serde(default)]
    pub vetoes: Vec<String>,
    /// The strongest signal.
    pub strongest: String,
    /// Others that are as good.
    #[serde(default)]
    pub strongest_acceptable: Vec<String>,
    /// Whether the label is decisive.
    pub strongest_scored: bool,
    /// The weakest signal.
    pub weakest: String,
    /// Others that are as good.
    #[serde(default)]
    pub weakest_acceptable: Vec<String>,
    /// Whether the label is decisive.
    pub weakest_scored: bool,
    /// Facts that a debrief must hold.
    #[serde(default)]
    pub must_mention: Vec<Fact>,
    /// Timing facts by name.
    pub timing: BTreeMap<String, f64>,
}

/// A fact that a debrief must hold: of each group one of its words, in one note.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fact {
    /// `+`, `-`, or `=` for either.
    pub polarity: String,
    /// Groups of words.
    pub groups: Vec<Vec<String>>,
}

/// Reads labelled answers. An id that comes twice is an error, also across files.
pub fn read_answers(paths: &[impl AsRef<Path>]) -> Result<Vec<GoldAnswer>, EvalError> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for path in paths.iter().map(AsRef::as_ref) {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for_each_line(path, |value| {
            let input: AnswerLine = part(value.clone())?;
            let Labelled { labels, pair, meta } = part(value)?;
            if !seen.insert(input.id.clone()) {
                return Err(format!("the id {} is there twice", input.id));
            }
            all.push(GoldAnswer {
                input,
                labels,
                pair,
                style: meta.style,
                tags: meta.tags,
                file: file.clone(),
            });
            Ok(())
        })?;
    }
    Ok(all)
}

/// Reads labelled transcripts, ranking pairs and histories.
pub fn read_sessions(path: &Path) -> Result<GoldSessions, EvalError> {
    let mut sessions = GoldSessions::default();
    for_each_line(path, |value| {
        let line: SessionLine = part(value.clone())?;
        if !matches!(line, SessionLine::RankingPair { .. }) {
            sessions.inputs.push(part(value)?);
        }
        sessions.lines.push(line);
        Ok(())
    })?;
    Ok(sessions)
}

fn for_each_line(path: &Path, mut take: impl FnMut(Value) -> Result<(), String>) -> Result<(), EvalError> {
    let text = read_text(path)?;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value = serde_json::from_str(line).map_err(|_| "is not JSON".to_owned());
        value.and_then(&mut take).map_err(|reason| EvalError::Line {
            path: path.to_path_buf(),
            line: at + 1,
            reason,
        })?;
    }
    Ok(())
}

fn part<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("is not what is expected here: {error}"))
}
