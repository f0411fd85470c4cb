//! Two sessions side by side. A change is called progress only where candidate, rubric, questions and judge were the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::debrief::{CaseHeld, Debrief, QuestionReport, Quote, RoundHeld};
use crate::{
    domain::{
        ids::{QuestionRef, SessionId, UserId},
        signal::{Round, Signal},
    },
    interview::event::Mode,
    scoring::verdict::Verdict,
};

/// Two sessions side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The version of this form.
    pub schema: u32,
    /// The first.
    pub a: Side,
    /// The second.
    pub b: Side,
    /// What was the same.
    pub same: Same,
    /// Whether the change may be called progress: everything was the same, and the second came later.
    pub comparable: bool,
    /// The second score less the first.
    pub score_difference: Option<f64>,
    /// Level by level, in the order of the rubric.
    pub signals: Vec<Pair>,
    /// Questions that both answered, with the answers.
    pub questions: Vec<QuestionPair>,
}

/// One of the two sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// The session.
    pub id: SessionId,
    /// The candidate.
    pub user: UserId,
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// How long it was.
    pub mode: Mode,
    /// Its rounds.
    pub rounds: Vec<RoundHeld>,
    /// Its cases.
    pub cases: Vec<CaseHeld>,
    /// Its questions.
    pub questions: Vec<QuestionRef>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its score, 0 to 100.
    pub score: Option<f64>,
    /// Who judged, as short names.
    pub judges: Vec<String>,
    /// The version of its rubric.
    pub rubric_version: u32,
    /// The hex SHA-256 of its rubric's file.
    pub rubric_hash: String,
}

/// What two sessions had in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five questions, each answered by yes or no, and read by their names"
)]
pub struct Same {
    /// The candidate.
    pub candidate: bool,
    /// The rubric, by version and content.
    pub rubric: bool,
    /// The cases, by name and content.
    pub cases: bool,
    /// The questions, in any order.
    pub questions: bool,
    /// Who judged.
    pub judges: bool,
}

/// One signal in both sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The signal.
    pub signal: Signal,
    /// Its name in plain English.
    pub name: String,
    /// Its mean level in the first; none where it was not assessed.
    pub a: Option<f64>,
    /// Its mean level in the second.
    pub b: Option<f64>,
    /// The second less the first; none where one is missing.
    pub difference: Option<f64>,
}

/// One question in both sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionPair {
    /// The question.
    pub source: QuestionRef,
    /// Its round.
    pub round: Round,
    /// Its words.
    pub text: String,
    /// The first's.
    pub a: Answers,
    /// The second's.
    pub b: Answers,
}

/// What one session has on a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// The question's score, 0 to 100; none where it was not judged.
    pub score: Option<f64>,
    /// The level of each signal under it.
    pub levels: BTreeMap<Signal, u8>,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// One answer with what was quoted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its number in its session.
    pub turn: u32,
    /// The answer, verbatim.
    pub text: String,
    /// What the judge quoted of it.
    pub quotes: Vec<Quote>,
}

/// Puts two debriefs side by side.
#[must_use]
pub fn compare(a: &Debrief, b: &Debrief) -> Comparison {
    let same = same(a, b);
    let everything = same.candidate && same.rubric && same.cases && same.questions && same.judges;
    Comparison {
        schema: super::SCHEMA,
        a: side(a),
        b: side(b),
        same,
        comparable: everything && b.session.opened_ms > a.session.opened_ms && a.score.is_some() && b.score.is_some(),
        score_difference: a.score.zip(b.score).map(|(a, b)| b - a),
        signals: pairs(a, b),
        questions: questions(a, b),
    }
}

fn side(debrief: &Debrief) -> Side {
    Side {
        id: debrief.id.clone(),
        user: debrief.session.user.clone(),
        opened_ms: debrief.session.opened_ms,
        mode: debrief.session.mode,
        rounds: debrief.session.rounds.clone(),
        cases: debrief.session.cases.clone(),
        questions: debrief
            .questions
            .iter()
            .filter_map(|question| question.source.clone())
            .collect(),
        verdict: debrief.verdict,
        score: debrief.score,
        judges: debrief.judging.judges.clone(),
        rubric_version: debrief.session.rubric_version,
        rubric_hash: debrief.session.rubric_hash.clone(),
    }
}

fn same(a: &Debrief, b: &Debrief) -> Same {
    let cases = |debrief: &Debrief| -> BTreeSet<_> {
        debrief
            .session
            .cases
            .iter()
            .map(|case| (case.id.clone(), case.hash.clone()))
            .collect()
    };
    let questions = |debrief: &Debrief| -> BTreeSet<_> {
        debrief
            .questions
            .iter()
            .filter_map(|question| question.source.clone())
            .collect()
    };
    Same {
        candidate: a.session.user == b.session.user,
        rubric: (a.session.rubric_version, &a.session.rubric_hash)
            == (b.session.rubric_version, &b.session.rubric_hash),
        cases: cases(a) == cases(b),
        questions: questions(a) == questions(b),
        judges: a.judging.judges == b.judging.judges,
    }
}

fn pairs(a: &Debrief, b: &Debrief) -> Vec<Pair> {
    let level = |debrief: &Debrief, signal: Signal| {
        debrief
            .signals
            .iter()
            .find(|report| report.signal == signal)
            .and_then(|report| report.level)
    };
    Signal::ALL
        .iter()
        .map(|signal| (*signal, level(a, *signal), level(b, *signal)))
        .filter(|(_, a, b)| a.is_some() || b.is_some())
        .map(|(signal, in_a, in_b)| Pair {
            signal,
            name: b
                .names
                .get(&signal)
                .or_else(|| a.names.get(&signal))
                .cloned()
                .unwrap_or_else(|| signal.to_string()),
            a: in_a,
            b: in_b,
            difference: in_a.zip(in_b).map(|(a, b)| b - a),
        })
        .collect()
}

fn questions(a: &Debrief, b: &Debrief) -> Vec<QuestionPair> {
    a.questions
        .iter()
        .filter_map(|in_a| {
            let source = in_a.source.as_ref()?;
            let in_b = b
                .questions
                .iter()
                .find(|question| question.source.as_ref() == Some(source))?;
            (!in_a.answers.is_empty() && !in_b.answers.is_empty()).then(|| QuestionPair {
                source: source.clone(),
                round: in_a.round,
                text: in_a.text.clone(),
                a: answers(in_a),
                b: answers(in_b),
            })
        })
        .collect()
}

fn answers(question: &QuestionReport) -> Answers {
    Answers {
        score: question.score.as_ref().map(|score| score.capped),
        levels: question
            .levels
            .iter()
            .map(|(signal, counted)| (*signal, counted.level.get()))
            .collect(),
        answers: question
            .answers
            .iter()
            .map(|answer| Answer {
                turn: answer.turn,
                text: answer.text.clone(),
                quotes: answer.quotes.clone(),
            })
            .collect(),
    }
}
