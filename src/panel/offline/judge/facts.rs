//! What more than one signal reads from an answer: its KPI and the branches of its rule.

use super::text::Span;

/// A product KPI as it was named.
#[derive(Debug, Clone)]
pub(super) struct Kpi {
    /// The words that name it.
    pub(super) span: Span,
    /// Population, unit, window or denominator make it measurable.
    pub(super) specific: bool,
    /// Said to be the yardstick.
    pub(super) chosen: bool,
}

/// One condition with its action.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// Condition and action.
    pub(super) span: Span,
    /// A number decides.
    pub(super) threshold: bool,
}
