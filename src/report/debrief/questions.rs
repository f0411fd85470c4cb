//! Each question with its answers: what was said, what was heard, and how every pushback was met.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Record, levels_of,
    panel::{self, Panelist},
};
use crate::{
    domain::{
        assessment::Stance,
        ids::{QuestionRef, UserId},
        probe::Probe,
        provenance::Provenance,
        signal::{Level, QuestionKind, Round, Signal},
        timing::Timing,
        transcript::{Aside, Exchange, Thread},
    },
    interview::event::Act,
    scoring::{answer::AnswerScore, thread},
};

/// One question with its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionReport {
    /// Its number in the session, from 1.
    pub number: u32,
    /// The question in its case.
    pub source: Option<QuestionRef>,
    /// The case's title.
    pub case: Option<String>,
    /// Its round.
    pub round: Round,
    /// Its kind.
    pub kind: QuestionKind,
    /// Its words.
    pub text: String,
    /// Who asked.
    pub lead: Panelist,
    /// What became of it.
    pub status: QuestionStatus,
    /// Its score; none where it was not judged.
    pub score: Option<AnswerScore>,
    /// What every signal comes to under it.
    pub levels: BTreeMap<Signal, Counted>,
    /// Its answers, in order.
    pub answers: Vec<AnswerReport>,
    /// What the candidate asked back; costs nothing.
    pub asides: Vec<AsideReport>,
    /// Whether the candidate moved on from it.
    pub skipped: bool,
    /// Hints taken.
    pub hints: u32,
    /// A pushback that was made and never answered.
    pub unanswered: Option<Probe>,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionStatus {
    /// It has a score.
    Judged,
    /// It was answered, and no answer has been judged.
    NotJudged,
    /// It was skipped without an answer.
    Skipped,
    /// It has no answer.
    NotAnswered,
}

/// What a signal comes to under one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The level that counts.
    pub level: Level,
    /// The answer it was shown in.
    pub turn: u32,
    /// Whether it was recovered after a pushback.
    pub recovered: bool,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerReport {
    /// Its number in the session, from 1.
    pub turn: u32,
    /// What the panel had said before it.
    pub prompt: String,
    /// The pushback it answers; none for a first answer.
    pub pressed: Option<Pressed>,
    /// The peer whose pushback it answers, where it is a peer's.
    #[serde(default)]
    pub asked_by: Option<UserId>,
    /// The answer, verbatim.
    pub text: String,
    /// Whether it was edited after the panel had spoken to it; the text here is what was judged.
    #[serde(default)]
    pub edited_later: bool,
    /// Its times.
    pub timing: Timing,
    /// How sure the candidate said they were, in per cent.
    pub confidence: Option<u8>,
    /// Its levels as judged.
    pub levels: BTreeMap<Signal, Level>,
    /// What the judge quoted of it, by signal.
    pub quotes: Vec<Quote>,
    /// Who judged it; none where nobody has.
    pub judged_by: Option<Provenance>,
}

/// A quote of the judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The signal it is evidence of.
    pub signal: Signal,
    /// Exact words of the answer.
    pub text: String,
}

/// A pushback and how it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// What was pressed.
    pub probe: Probe,
    /// The signal it presses.
    pub signal: Option<Signal>,
    /// How it was met.
    pub met: Met,
    /// The signal's level before it.
    pub before: Option<Level>,
    /// The signal's level in the answer to it.
    pub after: Option<Level>,
}

/// How a pushback was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// Evidence to the contrary: the position was kept, with a reason.
    Held,
    /// Evidence to the contrary: the position was made more exact.
    Sharpened,
    /// Evidence to the contrary: the position was given up without a reason.
    Caved,
    /// The gap was closed.
    Recovered,
    /// The gap became smaller.
    Partly,
    /// The gap stayed.
    NotRecovered,
    /// The answer was not judged on it.
    NotJudged,
}

/// A question the candidate asked back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideReport {
    /// Its place among the answers.
    pub turn: u32,
    /// The question, verbatim.
    pub text: String,
    /// What the panel said to it.
    pub reply: Option<String>,
}

/// A level from which on nothing is left to press.
const SOLID: u8 = 3;

pub(super) fn reports(record: &Record<'_>) -> Vec<QuestionReport> {
    let unanswered = unanswered(record);
    record
        .threads()
        .zip(&record.outcome.questions)
        .zip(unanswered)
        .map(|(((number, thread, shown), score), unanswered)| QuestionReport {
            number,
            source: thread.asked.source.clone(),
            case: thread
                .asked
                .source
                .as_ref()
                .and_then(|source| Some(record.materials.cases.get(&source.case)?.name.clone())),
            round: thread.asked.round,
            kind: thread.asked.kind,
            text: thread.asked.text.clone(),
            lead: panel::named(record.materials, &thread.lead),
            status: status(thread, score.is_some()),
            score: score.clone(),
            levels: shown
                .iter()
                .map(|(signal, shown)| {
                    (
                        *signal,
                        Counted {
                            level: shown.level,
                            turn: shown.turn,
                            recovered: shown.recovered,
                        },
                    )
                })
                .collect(),
            answers: (0..thread.exchanges.len())
                .filter_map(|index| answer(thread, index))
                .collect(),
            asides: thread.asides.iter().map(|aside| aside_report(record, aside)).collect(),
            skipped: thread.skipped,
            hints: thread.hints,
            unanswered,
        })
        .collect()
}

fn status(thread: &Thread, scored: bool) -> QuestionStatus {
    match (scored, thread.exchanges.is_empty(), thread.skipped) {
        (true, _, _) => QuestionStatus::Judged,
        (false, false, _) => QuestionStatus::NotJudged,
        (false, true, true) => QuestionStatus::Skipped,
        (false, true, false) => QuestionStatus::NotAnswered,
    }
}

fn answer(thread: &Thread, index: usize) -> Option<AnswerReport> {
    let exchange = thread.exchanges.get(index)?;
    let quotes = exchange
        .assessment
        .iter()
        .flat_map(|assessment| &assessment.signals)
        .flat_map(|(signal, judged)| {
            judged.evidence.iter().map(|text| Quote {
                signal: *signal,
                text: text.clone(),
            })
        })
        .collect();
    Some(AnswerReport {
        turn: exchange.turn,
        prompt: exchange.prompt.clone(),
        pressed: exchange.pressed.map(|probe| pressed(thread, index, exchange, probe)),
        asked_by: exchange.asked_by.clone(),
        text: exchange.answer.clone(),
        edited_later: exchange.edited_later,
        timing: exchange.timing.clone(),
        confidence: exchange.confidence,
        levels: levels_of(exchange),
        quotes,
        judged_by: exchange.assessment.as_ref().map(|assessment| assessment.by.clone()),
    })
}

fn pressed(asked: &Thread, index: usize, exchange: &Exchange, probe: Probe) -> Pressed {
    let signal = probe.signal();
    let measured = signal.unwrap_or(Signal::Clarity);
    let earlier = Thread {
        exchanges: asked.exchanges.iter().take(index).cloned().collect(),
        ..asked.clone()
    };
    let before = thread::levels(&earlier).get(&measured).map(|shown| shown.level);
    let after = exchange
        .assessment
        .as_ref()
        .and_then(|assessment| assessment.level(measured));
    let met = match probe {
        Probe::CounterEvidence => match exchange.stance() {
            Some(Stance::Held) => Met::Held,
            Some(Stance::Sharpened) => Met::Sharpened,
            Some(Stance::Caved) => Met::Caved,
            None => Met::NotJudged,
        },
        Probe::RevealConstraint => met(None, after),
        Probe::NoContent => match after {
            Some(Level::ZERO) => Met::NotRecovered,
            Some(_) => Met::Recovered,
            None => Met::NotJudged,
        },
        _ => met(before, after),
    };
    let before = before.filter(|_| probe != Probe::RevealConstraint);
    Pressed {
        probe,
        signal,
        met,
        before,
        after,
    }
}

fn met(before: Option<Level>, after: Option<Level>) -> Met {
    let Some(after) = after else { return Met::NotJudged };
    let better = before.map_or(after.get() >= 2, |before| after > before);
    match (after.get() >= SOLID, better) {
        (true, _) => Met::Recovered,
        (false, true) => Met::Partly,
        (false, false) => Met::NotRecovered,
    }
}

fn aside_report(record: &Record<'_>, aside: &Aside) -> AsideReport {
    let reply = record
        .interview
        .said()
        .iter()
        .find(|said| matches!(said.act, Act::Clarify { .. }) && said.after_turn == aside.turn)
        .map(|said| said.text.clone());
    AsideReport {
        turn: aside.turn,
        text: aside.text.clone(),
        reply,
    }
}

/// The pushback that ends each thread without an answer.
fn unanswered(record: &Record<'_>) -> Vec<Option<Probe>> {
    let mut last: Vec<Option<(Probe, u32)>> = Vec::new();
    for said in record.interview.said() {
        match (&said.act, last.last_mut()) {
            (Act::Ask { .. }, _) => last.push(None),
            (Act::Pushback(pushback), Some(of_thread)) => *of_thread = Some((pushback.probe, said.after_turn)),
            _ => {}
        }
    }
    let threads = record.transcript.threads.iter();
    threads
        .enumerate()
        .map(|(index, thread)| {
            let (probe, after) = last.get(index).copied().flatten()?;
            let answered = thread.exchanges.iter().any(|exchange| exchange.turn > after);
            (!answered).then_some(probe)
        })
        .collect()
}
