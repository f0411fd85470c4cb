//! One judged signal before it is written down: a level, where it can be seen, what is missing.

use super::text::Span;
use crate::domain::probe::Probe;

/// A level with its places.
#[derive(Debug, Clone, Default)]
pub(super) struct Finding {
    /// 0 to 4.
    pub(super) level: u8,
    /// Where a reader can check it.
    pub(super) evidence: Vec<Span>,
    /// Why this level.
    pub(super) reason: &'static str,
    /// What presses the gap.
    pub(super) probe: Option<Probe>,
    /// What a pushback quotes.
    pub(super) focus: Option<Span>,
}

impl Finding {
    /// A level and its reason.
    pub(super) fn new(level: u8, reason: &'static str) -> Self {
        Self {
            level: level.min(4),
            reason,
            ..Self::default()
        }
    }

    /// Adds places.
    pub(super) fn at(mut self, spans: impl IntoIterator<Item = Span>) -> Self {
        for span in spans {
            if !self.evidence.contains(&span) {
                self.evidence.push(span);
            }
        }
        self
    }

    /// Says what is missing.
    pub(super) fn missing(mut self, probe: Probe) -> Self {
        self.probe = (self.level < 4).then_some(probe);
        self
    }

    /// Says what a pushback quotes.
    pub(super) fn focus(mut self, span: Option<Span>) -> Self {
        self.focus = span;
        self
    }
}
