//! Each signal over the session: its level, what it stands on, and what it cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Record;
use crate::{
    domain::{
        assessment::{CalibrationType, Judged},
        signal::{Level, Signal},
        transcript::{Exchange, Thread},
    },
    scoring::thread::Shown,
};

/// One signal over the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalReport {
    /// The signal.
    pub signal: Signal,
    /// Its name in plain English.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Its mean level over the questions, 0 to 4; none where it was not assessed.
    pub level: Option<f64>,
    /// Whether a question called for it; otherwise it was brought up unasked.
    pub called_for: bool,
    /// Points of the score it cost, before caps: its weighted gap to level 4, over the questions scored.
    pub cost: Option<f64>,
    /// What the level stands on, one entry a question.
    pub basis: Vec<Basis>,
    /// Why it was not assessed, where it was not.
    pub unassessed: Option<Unassessed>,
}

/// What a level stands on under one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The question's number in the session, from 1.
    pub question: u32,
    /// The answer that counts.
    pub turn: u32,
    /// The level that counts.
    pub level: Level,
    /// Whether it was recovered after a pushback, and so counts one level less than the answer itself.
    pub recovered: bool,
    /// Clarity and decisiveness are read over all answers: each with its level, where there are several.
    pub over: Vec<(u32, Level)>,
    /// Exact words of that answer; empty where the level stands for an absence.
    pub evidence: Vec<String>,
    /// The judge's reason.
    pub reason: String,
}

/// Why a signal was not assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unassessed {
    /// Its questions were skipped.
    Skipped,
    /// Its questions were not answered.
    NotAnswered,
    /// Its answers were not judged.
    NotJudged,
    /// Its answers were judged, and nothing in them could carry a level.
    NoEvidence,
}

pub(super) fn reports(record: &Record<'_>) -> Vec<SignalReport> {
    let costs = costs(record, |_, _, _| true);
    Signal::ALL
        .iter()
        .filter_map(|signal| {
            let missing = missing(record, *signal);
            let level = record.outcome.levels.get(signal).copied();
            if level.is_none() && missing.is_none() {
                return None;
            }
            Some(SignalReport {
                signal: *signal,
                name: record.name(*signal),
                meaning: record
                    .drills
                    .get(signal)
                    .map(|drill| drill.meaning.clone())
                    .unwrap_or_default(),
                level,
                called_for: record
                    .transcript
                    .threads
                    .iter()
                    .any(|thread| calls_for(record, thread, *signal)),
                cost: costs.get(signal).copied(),
                basis: basis(record, *signal),
                unassessed: missing.filter(|_| level.is_none()),
            })
        })
        .collect()
}

/// The signals called for that cost something, the costliest first. An answer without a claim to judge is nothing to work on.
pub(super) fn weakest(record: &Record<'_>, reports: &[SignalReport]) -> Vec<Signal> {
    let workable = costs(record, |thread, signal, shown| {
        signal != Signal::Calibration || !is_neutral(thread, shown)
    });
    let mut weak: Vec<(&SignalReport, f64)> = reports
        .iter()
        .filter(|report| report.called_for)
        .filter_map(|report| {
            Some((
                report,
                workable.get(&report.signal).copied().filter(|cost| *cost > 0.0)?,
            ))
        })
        .collect();
    weak.sort_by(|(a, a_cost), (b, b_cost)| {
        b_cost
            .total_cmp(a_cost)
            .then(a.level.unwrap_or(0.0).total_cmp(&b.level.unwrap_or(0.0)))
            .then(a.signal.cmp(&b.signal))
    });
    weak.into_iter().map(|(report, _)| report.signal).collect()
}

/// The signal shown best: the highest mean, of those the one that weighs most, and of those the last in the rubric, where the rounds'
/// own signals stand.
pub(super) fn strongest(record: &Record<'_>, reports: &[SignalReport]) -> Option<Signal> {
    let weight = |signal: Signal| -> f64 {
        let shown = record.threads().filter(|(_, _, shown)| shown.contains_key(&signal));
        shown
            .map(|(_, thread, _)| record.rubric.weight(thread.asked.round, signal))
            .fold(0.0, f64::max)
    };
    let mut shown: Vec<(Signal, f64)> = reports
        .iter()
        .filter_map(|report| Some((report.signal, report.level?)))
        .collect();
    shown.sort_by(|a, b| {
        b.1.total_cmp(&a.1)
            .then_with(|| weight(b.0).total_cmp(&weight(a.0)))
            .then(b.0.cmp(&a.0))
    });
    shown.first().map(|(signal, _)| *signal)
}

/// Points of the session's score each signal cost, before caps, over what `counts`.
fn costs(record: &Record<'_>, counts: impl Fn(&Thread, Signal, &Shown<'_>) -> bool) -> BTreeMap<Signal, f64> {
    let scored: Vec<(&Thread, &BTreeMap<Signal, Shown<'_>>)> = record
        .threads()
        .filter(|(_, _, shown)| !shown.is_empty())
        .map(|(_, thread, shown)| (thread, shown))
        .collect();
    let mut costs: BTreeMap<Signal, f64> = BTreeMap::new();
    for (thread, shown) in &scored {
        let weight = |signal: &Signal| record.rubric.weight(thread.asked.round, *signal);
        let total: f64 = shown.keys().map(weight).sum();
        for (signal, shown) in shown
            .iter()
            .filter(|(signal, shown)| total > 0.0 && counts(thread, **signal, shown))
        {
            let gap = f64::from(Level::MAX.get() - shown.level.get());
            *costs.entry(*signal).or_default() += 25.0 * weight(signal) * gap / total / scored.len() as f64;
        }
    }
    costs
}

fn basis(record: &Record<'_>, signal: Signal) -> Vec<Basis> {
    record
        .threads()
        .filter_map(|(question, thread, shown)| {
            let shown = shown.get(&signal)?;
            let over = over(thread, signal);
            let (turn, judged) = over
                .iter()
                .find(|(_, _, level)| *level == shown.level)
                .or(over.first())
                .map_or_else(|| (shown.turn, shown.judged), |(turn, judged, _)| (*turn, *judged));
            Some(Basis {
                question,
                turn,
                level: shown.level,
                recovered: shown.recovered,
                over: over.iter().map(|(turn, _, level)| (*turn, *level)).collect(),
                evidence: judged.evidence.clone(),
                reason: judged.reason.clone(),
            })
        })
        .collect()
}

/// The answers a level is the mean of, where it is one over several.
fn over(thread: &Thread, signal: Signal) -> Vec<(u32, &Judged, Level)> {
    if !matches!(signal, Signal::Clarity | Signal::Decisiveness) {
        return Vec::new();
    }
    let judged = thread.exchanges.iter().filter_map(|exchange| {
        let judged = exchange.assessment.as_ref()?.signals.get(&signal)?;
        Some((exchange.turn, judged, judged.level?))
    });
    let over: Vec<_> = judged.collect();
    if over.len() > 1 { over } else { Vec::new() }
}

fn calls_for(record: &Record<'_>, thread: &Thread, signal: Signal) -> bool {
    let in_time =
        |told: u32| thread.exchanges.is_empty() || thread.exchanges.iter().any(|exchange| exchange.turn >= told);
    let told = thread
        .constraint
        .as_ref()
        .and_then(|limit| limit.told)
        .is_some_and(in_time);
    let asked = &thread.asked;
    record
        .rubric
        .called_for(asked.round, asked.kind, &asked.asks, told)
        .contains(&signal)
}

/// Why a signal has no level under some question that called for it, or that tried to judge it; the most telling reason.
fn missing(record: &Record<'_>, signal: Signal) -> Option<Unassessed> {
    let of_thread = |thread: &Thread| {
        let tried = thread
            .exchanges
            .iter()
            .filter_map(|exchange| exchange.assessment.as_ref())
            .any(|a| a.signals.contains_key(&signal));
        if tried {
            return Some(Unassessed::NoEvidence);
        }
        if !calls_for(record, thread, signal) {
            return None;
        }
        Some(match thread.exchanges.as_slice() {
            [] if thread.skipped => Unassessed::Skipped,
            [] => Unassessed::NotAnswered,
            answers if answers.iter().all(is_unjudged) => Unassessed::NotJudged,
            _ => Unassessed::NoEvidence,
        })
    };
    record.transcript.threads.iter().filter_map(of_thread).max()
}

fn is_unjudged(exchange: &Exchange) -> bool {
    exchange.assessment.is_none()
}

/// Whether the level stands for an answer that makes no claim.
fn is_neutral(thread: &Thread, shown: &Shown<'_>) -> bool {
    let exchange = thread.exchanges.iter().find(|exchange| exchange.turn == shown.turn);
    let assessment = exchange.and_then(|exchange| exchange.assessment.as_ref());
    assessment.is_some_and(|assessment| assessment.calibration == Some(CalibrationType::Neutral))
}
