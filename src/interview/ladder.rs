//! The ladder of pushbacks: which one follows an answer, chosen in code, and when to move on.

use super::event::{Mode, Pushback};
use crate::{
    domain::{
        assessment::Assessment,
        case::Question,
        probe::Probe,
        rubric::Rubric,
        signal::{Level, Signal},
        transcript::{Exchange, Thread, Transcript},
    },
    scoring::{press, thread},
};

/// Pushbacks a question, at most.
const PUSHBACKS: usize = 3;
/// Pushbacks on answers without content, of those.
const WITHOUT_CONTENT: usize = 2;
/// A round asks no new question once so much was spent on thinking and answering, in seconds: about 45 minutes with the panel's own
/// time. Measured as the sum of the answers' times, so that a pause or a jump of the clock ends nothing.
const ROUND_S: f64 = 40.0 * 60.0;

/// The pushback after the last answer; none where it is time to move on.
///
/// An answer without content is asked for again, and an honest "I don't know" is asked once where it would begin. A limit not yet
/// told is told once the first answer's worst gap was pressed. Then the weakest signal not yet pressed, and last, where the case has
/// it, evidence against the candidate's position. An answer with no weak point is pressed once all the same, where it could go
/// further: nobody leaves a panel unquestioned.
#[must_use]
pub(super) fn next(rubric: &Rubric, question: &Question, asked: &Thread) -> Option<Pushback> {
    let made: Vec<Probe> = asked.exchanges.iter().filter_map(|exchange| exchange.pressed).collect();
    let last = asked.exchanges.last()?;
    if made.len() >= PUSHBACKS {
        return None;
    }
    if is_empty(last) {
        let again = made.iter().filter(|probe| **probe == Probe::NoContent).count() < WITHOUT_CONTENT;
        return again.then(|| plain(Probe::NoContent));
    }
    if is_dont_know(&last.answer) {
        return (!made.contains(&Probe::DontKnow)).then(|| plain(Probe::DontKnow));
    }
    let below = if made.is_empty() { press::ANY_GAP } else { press::WEAK };
    let weak = weakest(rubric, asked, &made, below);
    let reveal = asked.constraint.as_ref().filter(|limit| limit.told.is_none());
    if let Some(limit) = reveal {
        let urgent = weak.as_ref().filter(|(_, level)| made.is_empty() && level.get() <= 1);
        return match urgent {
            Some((pushback, _)) => Some(pushback.clone()),
            None => Some(Pushback {
                probe: Probe::RevealConstraint,
                quote: None,
                states: Some(unstopped(&limit.text)),
            }),
        };
    }
    let counter = question
        .counter_evidence
        .as_ref()
        .filter(|_| !made.contains(&Probe::CounterEvidence) && has_position(asked))
        .map(|counter| Pushback {
            probe: Probe::CounterEvidence,
            quote: None,
            states: Some(unstopped(counter)),
        });
    match (weak, counter) {
        (Some((pushback, level)), Some(counter)) => {
            let last_place = made.len() + 1 == PUSHBACKS;
            Some(if last_place || level.get() >= 2 && !made.is_empty() {
                counter
            } else {
                pushback
            })
        }
        (Some((pushback, _)), None) => Some(pushback),
        (None, counter) => counter,
    }
}

/// Whether a round asks no new question.
#[must_use]
pub(super) fn time_is_up(mode: Mode, transcript: &Transcript) -> bool {
    let spent: f64 = transcript
        .exchanges()
        .map(|exchange| exchange.timing.think_s.unwrap_or(0.0) + exchange.timing.duration_s.unwrap_or(0.0))
        .sum();
    mode == Mode::Round && spent >= ROUND_S
}

fn plain(probe: Probe) -> Pushback {
    Pushback {
        probe,
        quote: None,
        states: None,
    }
}

/// A sentence without its final stop, to stand inside another.
fn unstopped(text: &str) -> String {
    text.trim().trim_end_matches('.').to_owned()
}

fn is_empty(exchange: &Exchange) -> bool {
    exchange
        .assessment
        .as_ref()
        .is_some_and(|assessment| assessment.level(Signal::Clarity) == Some(Level::ZERO))
}

/// Whether an answer says that it has none, and no more. Pressing it on a signal would be asking for the same thing again.
fn is_dont_know(answer: &str) -> bool {
    let plain: String = answer.to_lowercase().replace('\u{2019}', "'");
    let short = plain.split_whitespace().count() <= 12;
    let says = [
        "don't know",
        "do not know",
        "dont know",
        "no idea",
        "no clue",
        "can't answer",
        "cannot answer",
    ];
    short && says.iter().any(|words| plain.contains(words))
}

/// Whether there is a position that evidence could speak against.
fn has_position(asked: &Thread) -> bool {
    let shown = thread::levels(asked);
    shown
        .get(&Signal::Decisiveness)
        .is_some_and(|shown| shown.level.get() >= 2)
        && shown.iter().any(|(signal, shown)| {
            !matches!(
                signal,
                Signal::Clarity | Signal::Decisiveness | Signal::Calibration | Signal::LeanFirst
            ) && shown.level.get() >= 2
        })
}

/// The weakest signal of the thread that no pushback has pressed, as a pushback with its level.
fn weakest(rubric: &Rubric, asked: &Thread, made: &[Probe], below: u8) -> Option<(Pushback, Level)> {
    let constraint = asked.constraint.as_ref().filter(|limit| limit.told.is_some());
    let called = rubric.called_for(
        asked.asked.round,
        asked.asked.kind,
        &asked.asked.asks,
        constraint.is_some(),
    );
    let shown = thread::levels(asked);
    let levels = shown.iter().map(|(signal, shown)| (*signal, shown.level)).collect();
    let pressed: Vec<Signal> = made
        .iter()
        .filter(|probe| **probe != Probe::RevealConstraint && **probe != Probe::CounterEvidence)
        .filter_map(|probe| probe.signal())
        .collect();
    press::ranked(rubric, asked.asked.round, &called, &levels, below)
        .into_iter()
        .filter(|signal| !pressed.contains(signal))
        .filter(|signal| *signal != Signal::LeanFirst || !is_lean_again(asked))
        .find_map(|signal| {
            let counted = shown.get(&signal)?;
            let probe = counted.judged.probe?;
            let states = match probe {
                Probe::ConstraintIgnored | Probe::ConstraintLate => Some(unstopped(&constraint?.text)),
                _ => None,
            };
            Some((
                Pushback {
                    probe,
                    quote: quote(asked, signal, probe),
                    states,
                },
                counted.level,
            ))
        })
}

/// Whether the latest answer that was judged on it is lean, whatever came before: what was withdrawn is not pressed again.
fn is_lean_again(asked: &Thread) -> bool {
    let latest = asked
        .exchanges
        .iter()
        .rev()
        .find_map(|exchange| exchange.assessment.as_ref()?.level(Signal::LeanFirst));
    latest.is_some_and(|level| level.get() >= 3)
}

/// The words to quote: from the latest answer that has some for this pushback, newest first. An answer that said nothing is never
/// quoted, and nothing is quoted that has nothing to do with what is pressed.
fn quote(asked: &Thread, signal: Signal, probe: Probe) -> Option<String> {
    asked
        .exchanges
        .iter()
        .rev()
        .filter(|exchange| !is_empty(exchange) && !is_dont_know(&exchange.answer))
        .filter_map(|exchange| exchange.assessment.as_ref())
        .find_map(|assessment| {
            if signal == Signal::LeanFirst
                && let Some(component) = assessment.bloat.last()
            {
                return Some(component.quote.clone());
            }
            let focus = assessment.signals.get(&signal)?.focus.clone()?;
            bears_on(assessment, signal, probe, &focus).then_some(focus)
        })
}

/// Whether words of an answer bear on a pushback: evidence of its own signal, or of one it follows on from; or words that are
/// themselves what is pressed.
fn bears_on(assessment: &Assessment, signal: Signal, probe: Probe, focus: &str) -> bool {
    let itself = [
        Probe::ProxyMetric,
        Probe::Overclaim,
        Probe::Hedging,
        Probe::Vague,
        Probe::Indecisive,
        Probe::ConstraintIgnored,
        Probe::ConstraintPremature,
    ];
    let follows_on: &[Signal] = match signal {
        Signal::MetricFirst => &[Signal::MlDepth, Signal::SystemDesign, Signal::ExperimentDesign],
        Signal::ExperimentDesign => &[Signal::MetricFirst],
        Signal::DecisionRule => &[
            Signal::ExperimentDesign,
            Signal::MetricFirst,
            Signal::ProductTranslation,
        ],
        Signal::Quantification => &[Signal::DecisionRule, Signal::ProductTranslation],
        _ => &[],
    };
    let evidence = |of: &Signal| {
        assessment
            .signals
            .get(of)
            .is_some_and(|judged| overlaps(&judged.evidence, focus))
    };
    itself.contains(&probe) || evidence(&signal) || follows_on.iter().any(evidence)
}

fn overlaps(evidence: &[String], focus: &str) -> bool {
    evidence
        .iter()
        .any(|quote| quote.contains(focus) || focus.contains(quote.as_str()))
}
