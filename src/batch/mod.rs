//! Answers and finished transcripts in bulk: JSON lines in, JSON lines out, in the formats of `docs/FORMATS.md`.
//!
//! Coaches score a batch with it, and the project measures its judge with it. One line is read, judged and written at a time, so
//! that memory stays the same however many there are.

mod answer;
mod notes;
mod session;

pub use answer::{AnswerLine, AnswerResult, judge};
pub use session::{HistoryResult, Replayed, SessionResult, TranscriptLine, replay};

/// The signals a line is judged by offline, and the files they come from.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// The rubric.
    pub rubric: &'a crate::domain::rubric::Rubric,
    /// Recruiter reference values.
    pub reference: &'a crate::domain::assessment::Reference,
    /// Plain names of the signals.
    pub drills: &'a std::collections::BTreeMap<crate::domain::signal::Signal, crate::library::Drill>,
}
