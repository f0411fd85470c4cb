//! What every rule may look at: the input, the live text, its numbers and the words of the question.

use std::{cell::OnceCell, collections::HashSet};

use super::{
    calibration::Calibrated,
    experiment::Comparison,
    facts::{Branch, Kpi},
    numbers::{Number, numbers},
    pattern::Pattern,
    text::{Sentence, Span, Text},
    words::{content_stems, word_count},
};
use crate::domain::assessment::AnswerInput;

/// One answer, read.
pub(super) struct Context<'c> {
    /// What was given.
    pub(super) input: &'c AnswerInput<'c>,
    /// The answer.
    pub(super) text: &'c Text<'c>,
    /// Its numbers.
    pub(super) numbers: Vec<Number>,
    /// Stems of the question.
    pub(super) asked: HashSet<String>,
    /// The question, lower case.
    pub(super) question: String,
    /// The question's own numbers.
    pub(super) asked_numbers: Vec<Number>,
    /// The KPI that counts; read through `metric::of`.
    pub(super) kpi: OnceCell<Option<Kpi>>,
    /// Technical clauses; read through `metric::technical`.
    pub(super) technical: OnceCell<Vec<Span>>,
    /// What is compared with what; read through `experiment::of`.
    pub(super) comparison: OnceCell<Option<Comparison>>,
    /// Claims against evidence; read through `calibration::judge`.
    pub(super) calibrated: OnceCell<Calibrated>,
    /// Unnecessary components; read through `lean::components`.
    pub(super) components: OnceCell<Vec<Span>>,
    /// Conditions with their actions; read through `rule::of`.
    pub(super) branches: OnceCell<Vec<Branch>>,
}

impl<'c> Context<'c> {
    /// Reads what the rules share.
    pub(super) fn new(input: &'c AnswerInput<'c>, text: &'c Text<'c>) -> Self {
        Self {
            input,
            text,
            numbers: numbers(text.live(), 0),
            asked: content_stems(input.question).into_iter().collect(),
            question: input.question.to_lowercase(),
            asked_numbers: numbers(&input.question.to_lowercase(), 0),
            kpi: OnceCell::new(),
            technical: OnceCell::new(),
            comparison: OnceCell::new(),
            calibrated: OnceCell::new(),
            components: OnceCell::new(),
            branches: OnceCell::new(),
        }
    }

    /// The sentences.
    pub(super) fn sentences(&self) -> &'c [Sentence] {
        &self.text.sentences
    }

    /// Every match that is not under a negation.
    pub(super) fn all<'s>(&'s self, pattern: &'s Pattern) -> impl Iterator<Item = Span> + 's {
        pattern
            .find_iter(self.text.live())
            .map(|found| found.range())
            .filter(|span| !self.text.negated(span.start))
    }

    /// The first match that is not under a negation.
    pub(super) fn first(&self, pattern: &Pattern) -> Option<Span> {
        self.all(pattern).next()
    }

    /// The first match, negated or not.
    pub(super) fn any(&self, pattern: &Pattern) -> Option<Span> {
        pattern.find(self.text.live()).map(|found| found.range())
    }

    /// Whether the answer has a match that is not under a negation.
    pub(super) fn has(&self, pattern: &Pattern) -> bool {
        self.first(pattern).is_some()
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: &Span) -> &str {
        self.text.slice(span)
    }

    /// The numbers within a span.
    pub(super) fn numbers_in(&self, span: &Span) -> impl Iterator<Item = &Number> {
        let span = span.clone();
        self.numbers
            .iter()
            .filter(move |number| number.span.start >= span.start && number.span.end <= span.end)
    }

    /// Words left after masking.
    pub(super) fn live_words(&self) -> usize {
        word_count(self.text.live())
    }

    /// Whether nothing is left to judge.
    pub(super) fn is_empty(&self) -> bool {
        self.sentences().is_empty()
    }

    /// Where a place stands in the answer, from 0 to 1.
    pub(super) fn depth(&self, at: usize) -> f64 {
        let (at, length) = (
            u32::try_from(at).unwrap_or(u32::MAX),
            u32::try_from(self.text.live().trim_end().len()).unwrap_or(u32::MAX),
        );
        f64::from(at) / f64::from(length.max(1))
    }

    /// The first sentence that holds a match, as a whole.
    pub(super) fn sentence_with(&self, pattern: &Pattern) -> Option<Span> {
        self.first(pattern).map(|span| self.text.sentence_of(&span))
    }
}
