//! One answer: read, judged, written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Bench;
use crate::{
    domain::{
        assessment::{AnswerInput, Assessment, CalibrationType, ConstraintError},
        signal::{Ask, Level, QuestionKind, Round, Signal},
        timing::{Medium, Timing},
    },
    panel::offline,
    scoring::{answer, evidence, press},
};

/// An answer to judge.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AnswerLine {
    /// Comes back with the result.
    pub id: String,
    /// The round.
    pub round: Round,
    /// What was asked.
    pub question: String,
    /// A limit, and whether it had been stated when this was answered.
    #[serde(default)]
    pub constraint_stated: Option<ConstraintLine>,
    /// The answer.
    pub answer: String,
    /// Its times, where it was spoken.
    #[serde(default)]
    pub timing: Option<TimingLine>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ConstraintLine {
    /// Its words.
    pub text: String,
    /// Whether it was stated before the answer.
    pub before_answer: bool,
}

/// Times of a spoken answer, in seconds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the format, with their unit")]
pub struct TimingLine {
    /// Before the first word.
    #[serde(default)]
    pub think_s: Option<f64>,
    /// From the first word to the last.
    #[serde(default)]
    pub duration_s: Option<f64>,
    /// Pauses inside.
    #[serde(default)]
    pub pauses_s: Vec<f64>,
}

impl TimingLine {
    /// As times of a spoken answer.
    #[must_use]
    pub fn spoken(self) -> Timing {
        Timing {
            think_s: self.think_s,
            duration_s: self.duration_s,
            pauses_s: self.pauses_s,
            medium: Medium::Spoken,
        }
    }
}

/// A judged answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerResult {
    /// The answer's id.
    pub id: String,
    /// Every signal; null where it was not called for, or not assessed.
    pub signals: BTreeMap<Signal, Option<Level>>,
    /// Calibration type, where calibration applies.
    pub calibration_type: Option<CalibrationType>,
    /// Constraint error, where constraint timing applies.
    pub constraint_error: Option<ConstraintError>,
    /// Unnecessary components, where lean first applies.
    pub bloat_count: Option<usize>,
    /// Exact substrings of the answer.
    pub evidence: Vec<EvidenceLine>,
    /// The signal to press next, or `none`.
    pub pushback_target: String,
    /// The overall level after caps; none where nothing was judged.
    pub overall: Option<Level>,
    /// Who judged.
    pub judged_by: String,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// What it is evidence of.
    pub signal: Signal,
    /// An exact substring of the answer.
    pub quote: String,
}

/// What was asked, as the judge needs it.
pub(super) struct Question<'a> {
    pub(super) round: Round,
    pub(super) text: &'a str,
    pub(super) kind: QuestionKind,
    pub(super) asks: Vec<Ask>,
    pub(super) called: BTreeSet<Signal>,
    pub(super) constraint: Option<&'a str>,
    pub(super) constraint_unstated: bool,
}

impl<'a> Question<'a> {
    /// Reads what a question calls for from its words.
    pub(super) fn read(
        bench: Bench<'_>,
        round: Round,
        text: &'a str,
        constraint: Option<&'a str>,
        constraint_unstated: bool,
    ) -> Question<'a> {
        let (kind, asks) = offline::judge::classify(round, text, constraint.is_some());
        let called = bench.rubric.called_for(round, kind, &asks, constraint.is_some());
        Question {
            round,
            text,
            kind,
            asks,
            called,
            constraint,
            constraint_unstated,
        }
    }

    /// Judges an answer to it; quotes are checked.
    pub(super) fn judge(
        &self,
        bench: Bench<'_>,
        answer: &str,
        timing: Option<&Timing>,
        earlier: &[&str],
    ) -> Assessment {
        let input = AnswerInput {
            round: self.round,
            kind: self.kind,
            asks: &self.asks,
            question: self.text,
            constraint: self.constraint,
            constraint_unstated: self.constraint_unstated,
            earlier,
            pressed: None,
            answer,
            timing,
            reference: bench.reference,
        };
        evidence::ground(offline::judge::judge(&input, &self.called), answer).0
    }
}

/// Judges one answer by the rules.
#[must_use]
pub fn judge(bench: Bench<'_>, line: AnswerLine) -> AnswerResult {
    let timing = line.timing.map(TimingLine::spoken);
    let stated = line
        .constraint_stated
        .as_ref()
        .filter(|limit| limit.before_answer)
        .map(|limit| limit.text.as_str());
    let unstated = line
        .constraint_stated
        .as_ref()
        .is_some_and(|limit| !limit.before_answer);
    let question = Question::read(bench, line.round, &line.question, stated, unstated);
    let assessment = question.judge(bench, &line.answer, timing.as_ref(), &[]);
    let levels = levels(&assessment);
    let target = press::target(bench.rubric, line.round, &question.called, &assessment);
    let lean = assessment.signals.contains_key(&Signal::LeanFirst);
    AnswerResult {
        id: line.id,
        signals: Signal::ALL
            .iter()
            .map(|signal| (*signal, assessment.level(*signal)))
            .collect(),
        calibration_type: assessment.calibration,
        constraint_error: assessment.constraint_error,
        bloat_count: lean.then_some(assessment.bloat.len()),
        evidence: assessment
            .signals
            .iter()
            .flat_map(|(signal, judged)| {
                judged.evidence.iter().map(|quote| EvidenceLine {
                    signal: *signal,
                    quote: quote.clone(),
                })
            })
            .collect(),
        pushback_target: target.map_or_else(|| "none".to_owned(), |signal| signal.to_string()),
        overall: answer::score(bench.rubric, line.round, &levels).map(|scored| scored.overall),
        judged_by: assessment.by.label(),
    }
}

pub(super) fn levels(assessment: &Assessment) -> BTreeMap<Signal, Level> {
    assessment
        .signals
        .iter()
        .filter_map(|(signal, judged)| Some((*signal, judged.level?)))
        .collect()
}
