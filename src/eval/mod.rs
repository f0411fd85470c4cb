//! Measuring a judge: it is run over labelled answers and transcripts, and what it gives is held against the labels.
//!
//! The judge sees what `judge` and `replay` see and nothing of the labels, and is measured by what they would write. The figures are
//! those the labelled data came with, by the same names, so that another scorer can check them. Nothing here judges.

mod agreement;
mod answers;
mod compare;
mod engine;
mod evidence;
mod figures;
mod floors;
mod gold;
mod guards;
mod interval;
mod measure;
mod pairs;
mod plot;
mod predicted;
mod pushback;
mod report;
mod sessions;
mod signals;
mod slices;
mod spread;
mod state;
mod text;
mod variant;

use std::path::PathBuf;

pub use agreement::{f1, kappa, overlap, pearson};
pub use answers::{AnswerFigures, score as score_answers};
pub use compare::{Change, Comparison, compare};
pub use engine::{Engine, EngineError, Measured, Offline};
pub use figures::Figures;
pub use floors::{Breach, Floors};
pub use gold::{AnswerLabels, GoldAnswer, GoldSessions, Pair, SessionLine, read_answers, read_sessions};
pub use guards::Guards;
pub use interval::Interval;
pub use measure::{Request, measure};
pub use plot::draw;
pub use predicted::{AnswerPrediction, SessionPrediction};
pub use report::{Report, SCHEMA};
pub use sessions::{SessionFigures, score as score_sessions};
pub use spread::{Spread, degenerate};
pub use state::State;
pub use text::lay_out;
pub use variant::Variant;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file could not be read or written.
    #[error("{doing}: {source}")]
    File {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A line of a labelled file is not what it should be.
    #[error("{}:{line}: {reason}", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A floors or report file is not what it should be.
    #[error("{}: {reason}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A picture could not be made.
    #[error("the plot can't be drawn: {0}")]
    Plot(String),
}

/// Reads a file as text.
fn read_text(path: &std::path::Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path).map_err(|source| EvalError::File {
        doing: format!("{} can't be read", path.display()),
        source,
    })
}
