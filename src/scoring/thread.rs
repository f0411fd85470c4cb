//! One question's levels out of its answers: the first answer, and what was recovered after pushback (rubric, "Recovery").

use std::collections::BTreeMap;

use crate::domain::{
    assessment::Judged,
    persona::Reading,
    probe::Probe,
    signal::{Level, Signal},
    transcript::{Exchange, Thread},
};

/// A signal's level under one question, with the exchange whose evidence stands for it.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The level that counts.
    pub level: Level,
    /// What the judge said of it there.
    pub judged: &'a Judged,
    /// The turn it was shown in.
    pub turn: u32,
    /// Whether it counts as recovered after a pushback: one level under the corrected answer.
    pub recovered: bool,
}

/// What every signal comes to under one question.
///
/// The first answer that was judged on a signal sets its level. An answer to a pushback that presses the signal, and does better,
/// counts at its level less one. An answer that brings the signal unasked counts in full when it does better. Clarity and
/// decisiveness are read over all answers: their mean, halves up for clarity and down for decisiveness (R10). An overclaim or a
/// limit ignored later lowers what came before, since the error stands in the record.
#[must_use]
pub fn levels(thread: &Thread) -> BTreeMap<Signal, Shown<'_>> {
    let mut shown: BTreeMap<Signal, Shown<'_>> = BTreeMap::new();
    for (exchange, signal, judged, level) in judgements(thread) {
        let now = Shown {
            level,
            judged,
            turn: exchange.turn,
            recovered: false,
        };
        match shown.get(&signal).copied() {
            None => {
                let unprompted_only = exchange.is_follow_up()
                    && exchange.pressed.and_then(Probe::signal) != Some(signal)
                    && level == Level::ZERO;
                if !unprompted_only {
                    shown.insert(signal, now);
                }
            }
            Some(before) => {
                let next = merged(signal, before, now, exchange);
                shown.insert(signal, next);
            }
        }
    }
    for signal in [Signal::Clarity, Signal::Decisiveness] {
        if let Some(mean) = mean_level(thread, signal)
            && let Some(nearest) = nearest(thread, signal, rounded(mean, signal == Signal::Clarity))
        {
            shown.insert(signal, nearest);
        }
    }
    shown
}

/// A level that is a mean, with the judgement that comes nearest to it, so that its reason and its quotes fit.
fn nearest(thread: &Thread, signal: Signal, level: Level) -> Option<Shown<'_>> {
    let of_signal = judgements(thread).filter(|(_, of, _, _)| *of == signal);
    of_signal
        .min_by_key(|(_, _, _, given)| given.get().abs_diff(level.get()))
        .map(|(exchange, _, judged, _)| Shown {
            level,
            judged,
            turn: exchange.turn,
            recovered: false,
        })
}

fn merged<'a>(signal: Signal, before: Shown<'a>, now: Shown<'a>, exchange: &Exchange) -> Shown<'a> {
    let pressed = exchange.pressed.and_then(Probe::signal) == Some(signal);
    if pressed {
        let corrected = now.level.lowered(1);
        return if corrected > before.level {
            Shown {
                level: corrected,
                recovered: true,
                ..now
            }
        } else {
            before
        };
    }
    if is_standing_error(signal) && now.level < before.level && now.level.get() <= 1 {
        return now;
    }
    let brought = exchange.is_asked_again()
        || !matches!(
            signal,
            Signal::Calibration | Signal::ConstraintTiming | Signal::LeanFirst
        );
    if brought && now.level > before.level {
        now
    } else {
        before
    }
}

/// Signals whose low levels say that something wrong *was said*, so that a good first answer doesn't undo it.
fn is_standing_error(signal: Signal) -> bool {
    matches!(signal, Signal::Calibration | Signal::LeanFirst)
}

/// The levels a panelist counts, by their way of reading a question's answers.
#[must_use]
pub fn read(thread: &Thread, reading: Reading) -> BTreeMap<Signal, Level> {
    match reading {
        Reading::Recovered => levels(thread)
            .into_iter()
            .map(|(signal, shown)| (signal, shown.level))
            .collect(),
        Reading::Unprompted => {
            let mut first = BTreeMap::new();
            for (exchange, signal, _, level) in judgements(thread) {
                if !exchange.is_follow_up() || !first.contains_key(&signal) && level > Level::ZERO {
                    first.entry(signal).or_insert(level);
                }
            }
            first
        }
        Reading::Average => levels(thread)
            .into_keys()
            .filter_map(|signal| Some((signal, rounded(mean_level(thread, signal)?, false))))
            .collect(),
    }
}

/// The mean over the first answer and every later one that was pressed on the signal, or that did better unasked.
fn mean_level(thread: &Thread, signal: Signal) -> Option<f64> {
    let always = matches!(signal, Signal::Clarity | Signal::Decisiveness);
    let mut counted: Vec<f64> = Vec::new();
    for (exchange, of, _, level) in judgements(thread) {
        let pressed = exchange.pressed.and_then(Probe::signal) == Some(signal);
        let level = f64::from(level.get());
        let better = counted.last().is_some_and(|last| level > *last);
        if of == signal && (always || !exchange.is_follow_up() || pressed || better || counted.is_empty()) {
            counted.push(level);
        }
    }
    (!counted.is_empty()).then(|| counted.iter().sum::<f64>() / counted.len() as f64)
}

fn rounded(mean: f64, halves_up: bool) -> Level {
    let whole = if halves_up {
        (mean + 0.5).floor()
    } else {
        (mean - 0.5).ceil()
    };
    Level::ALL
        .iter()
        .copied()
        .find(|level| f64::from(level.get()) >= whole)
        .unwrap_or(Level::MAX)
}

/// Every level of a thread, in order.
fn judgements(thread: &Thread) -> impl Iterator<Item = (&Exchange, Signal, &Judged, Level)> {
    thread.exchanges.iter().flat_map(|exchange| {
        exchange
            .assessment
            .iter()
            .flat_map(|assessment| &assessment.signals)
            .filter_map(move |(signal, judged)| Some((exchange, *signal, judged, judged.level?)))
    })
}
