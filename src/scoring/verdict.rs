//! The session's verdict: the mean of the questions' scores, then the vetoes by name (rubric, section 7).

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    answer::{self, AnswerScore},
    scorecard, thread,
};
use crate::domain::{
    assessment::{Assessment, CalibrationType, ConstraintError, IntegrityEvent},
    probe::Probe,
    rubric::Rubric,
    signal::{Level, QuestionKind, Round, Signal, UnknownName, named},
    transcript::{Exchange, Thread, Transcript},
};

named! {
    /// What the panel decides.
    Verdict {
        /// Nothing was judged.
        NotAssessed = "not_assessed",
        /// Strong no hire.
        StrongNoHire = "strong_no_hire",
        /// No hire.
        NoHire = "no_hire",
        /// Hire.
        Hire = "hire",
        /// Strong hire.
        StrongHire = "strong_hire",
    }
}

impl Verdict {
    /// As it is said.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Verdict::NotAssessed => "Not assessed",
            Verdict::StrongNoHire => "Strong no hire",
            Verdict::NoHire => "No hire",
            Verdict::Hire => "Hire",
            Verdict::StrongHire => "Strong hire",
        }
    }

    /// The verdict a score alone suggests.
    #[must_use]
    pub fn of_score(rubric: &Rubric, score: Option<f64>) -> Verdict {
        let Some(score) = score else {
            return Verdict::NotAssessed;
        };
        let [no_hire, hire, strong_hire] = rubric.bands.verdict;
        if score >= strong_hire {
            Verdict::StrongHire
        } else if score >= hire {
            Verdict::Hire
        } else if score >= no_hire {
            Verdict::NoHire
        } else {
            Verdict::StrongNoHire
        }
    }
}

/// A rule that bears on the verdict, with what brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// The rule's name in the rubric: `V1` to `V6`, `S1`.
    pub rule: String,
    /// The most the verdict can be under it.
    pub at_best: Verdict,
    /// What brought it, in our words.
    pub because: String,
    /// The turns it stands on.
    pub turns: Vec<u32>,
}

/// The outcome of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// What the score alone would have given.
    pub by_score: Verdict,
    /// The mean of the questions' scores after caps, 0 to 100.
    pub score: Option<f64>,
    /// The rules that bear on it, the strictest first, also where the score alone was as low; S1 only where it lowers the verdict.
    pub rulings: Vec<Ruling>,
    /// Each question's score, in the order of the threads; none where it was not judged.
    pub questions: Vec<Option<AnswerScore>>,
    /// The session mean of each signal.
    pub levels: BTreeMap<Signal, f64>,
}

/// Decides a session.
#[must_use]
pub fn decide(rubric: &Rubric, transcript: &Transcript) -> Outcome {
    let shown: Vec<BTreeMap<Signal, Level>> = transcript
        .threads
        .iter()
        .map(|thread| {
            thread::levels(thread)
                .into_iter()
                .map(|(signal, shown)| (signal, shown.level))
                .collect()
        })
        .collect();
    let questions: Vec<Option<AnswerScore>> = transcript
        .threads
        .iter()
        .zip(&shown)
        .map(|(thread, levels)| answer::score(rubric, thread.asked.round, levels))
        .collect();
    let scores: Vec<f64> = questions.iter().flatten().map(|scored| scored.capped).collect();
    let score = scorecard::mean(&scores);
    let levels = scorecard::means(shown.iter());
    let by_score = Verdict::of_score(rubric, score);
    if score.is_none() {
        return Outcome {
            verdict: by_score,
            by_score,
            score,
            rulings: Vec::new(),
            questions,
            levels,
        };
    }
    let mut rulings: Vec<Ruling> = [
        bloat(transcript),
        credibility(transcript),
        metric_blindness(transcript),
        constraint(transcript),
        integrity(transcript),
        logistics(&shown, transcript),
        strong_hire(rubric, transcript, &levels, by_score),
    ]
    .into_iter()
    .flatten()
    .filter(|ruling| ruling.at_best < by_score || ruling.rule != "S1")
    .collect();
    rulings.sort_by(|a, b| a.at_best.cmp(&b.at_best).then_with(|| a.rule.cmp(&b.rule)));
    let verdict = rulings.iter().map(|ruling| ruling.at_best).fold(by_score, Verdict::min);
    Outcome {
        verdict,
        by_score,
        score,
        rulings,
        questions,
        levels,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "each rule gives a ruling or none, and ends in this"
)]
fn ruling(rule: &str, at_best: Verdict, because: impl Into<String>, turns: Vec<u32>) -> Option<Ruling> {
    Some(Ruling {
        rule: rule.to_owned(),
        at_best,
        because: because.into(),
        turns,
    })
}

fn judged(thread: &Thread) -> impl Iterator<Item = (&Exchange, &Assessment)> {
    thread
        .exchanges
        .iter()
        .filter_map(|exchange| Some((exchange, exchange.assessment.as_ref()?)))
}

/// V1. Lifted to a cap at hire only where the very next answer restates a lean version.
fn bloat(transcript: &Transcript) -> Option<Ruling> {
    let mut withdrawn = None;
    for thread in transcript
        .threads
        .iter()
        .filter(|thread| thread.asked.kind != QuestionKind::Blueprint)
    {
        let answers: Vec<(&Exchange, &Assessment)> = judged(thread).collect();
        for (index, (exchange, assessment)) in answers.iter().enumerate() {
            if assessment.level(Signal::LeanFirst) != Some(Level::ZERO) {
                continue;
            }
            let lean_again = answers
                .get(index + 1)
                .and_then(|(_, next)| next.level(Signal::LeanFirst))
                .is_some_and(|level| level.get() >= 3);
            let parts = assessment.bloat.len();
            if !lean_again {
                return ruling(
                    "V1",
                    Verdict::NoHire,
                    format!("{parts} components that a first version does without"),
                    vec![exchange.turn],
                );
            }
            withdrawn = ruling(
                "V1",
                Verdict::Hire,
                format!("{parts} components proposed, withdrawn in the next answer"),
                vec![exchange.turn],
            );
        }
    }
    withdrawn
}

/// V2. An overclaim corrected at once, when pressed, does not count.
fn credibility(transcript: &Transcript) -> Option<Ruling> {
    let mut turns = Vec::new();
    let mut repeated = false;
    for thread in &transcript.threads {
        let answers: Vec<(&Exchange, &Assessment)> = judged(thread).collect();
        for (index, (exchange, assessment)) in answers.iter().enumerate() {
            if !is_overclaim(assessment) {
                continue;
            }
            let next = answers
                .get(index + 1)
                .filter(|(next, _)| presses(next, Signal::Calibration));
            if next.is_some_and(|(_, next)| next.level(Signal::Calibration).is_some_and(|level| level.get() >= 3)) {
                continue;
            }
            repeated |= presses(exchange, Signal::Calibration);
            turns.push(exchange.turn);
        }
    }
    let because = match turns.len() {
        0 => return None,
        1 if !repeated => return None,
        1 => "a claim without evidence, repeated after being challenged".to_owned(),
        count => format!("claims without evidence in {count} answers"),
    };
    ruling("V2", Verdict::NoHire, because, turns)
}

fn is_overclaim(assessment: &Assessment) -> bool {
    assessment.level(Signal::Calibration) == Some(Level::ZERO) && assessment.calibration == Some(CalibrationType::Over)
}

fn presses(exchange: &Exchange, signal: Signal) -> bool {
    exchange.pressed.and_then(Probe::signal) == Some(signal)
}

/// V3. Only where the outcome was called for, and there was a chance to name it.
fn metric_blindness(transcript: &Transcript) -> Option<Ruling> {
    let looked_for = |round| {
        matches!(
            round,
            Round::MlFundamentals | Round::ProductTranslation | Round::HiringManager
        )
    };
    let mut asked = Vec::new();
    for thread in transcript
        .threads
        .iter()
        .filter(|thread| looked_for(thread.asked.round))
    {
        for (exchange, assessment) in judged(thread) {
            if assessment.kpi.is_some()
                || assessment
                    .level(Signal::MetricFirst)
                    .is_some_and(|level| level.get() >= 2)
            {
                return None;
            }
            if assessment.level(Signal::MetricFirst).is_some() {
                asked.push(exchange.turn);
            }
        }
    }
    (!asked.is_empty())
        .then(|| {
            ruling(
                "V3",
                Verdict::NoHire,
                "no product outcome was named, in any answer",
                asked,
            )
        })
        .flatten()
}

/// V4. A limit ignored once and mended at once, when pressed, does not count.
fn constraint(transcript: &Transcript) -> Option<Ruling> {
    let mut turns = Vec::new();
    let mut again = false;
    for thread in &transcript.threads {
        let mut pending: Option<u32> = None;
        for (exchange, assessment) in judged(thread) {
            if exchange.is_follow_up() && !presses(exchange, Signal::ConstraintTiming) {
                continue;
            }
            let ignored = assessment.constraint_error == Some(ConstraintError::Ignored)
                && assessment.level(Signal::ConstraintTiming) == Some(Level::ZERO);
            let pressed = presses(exchange, Signal::ConstraintTiming);
            if ignored {
                again |= pressed && pending.is_some();
                turns.extend(pending.take());
                pending = Some(exchange.turn);
            } else if pressed
                && assessment
                    .level(Signal::ConstraintTiming)
                    .is_some_and(|level| level.get() >= 2)
            {
                pending = None;
            }
        }
        turns.extend(pending);
    }
    let because = match turns.len() {
        0 => return None,
        1 if !again => return None,
        _ if again => "a stated limit ignored again after a reminder".to_owned(),
        count => format!("stated limits ignored in {count} answers"),
    };
    ruling("V4", Verdict::NoHire, because, turns)
}

/// V5.
fn integrity(transcript: &Transcript) -> Option<Ruling> {
    let (exchange, event) = transcript
        .threads
        .iter()
        .flat_map(judged)
        .find_map(|(exchange, assessment)| Some((exchange, assessment.integrity.first()?.0)))?;
    let because = match event {
        IntegrityEvent::MadeUpResult => "a result that can't be the candidate's",
        IntegrityEvent::Contradiction => "a fact the candidate had stated otherwise",
        IntegrityEvent::AskedForKey => "asked for the answer or the scoring key",
    };
    ruling("V5", Verdict::StrongNoHire, because, vec![exchange.turn])
}

/// V6.
fn logistics(shown: &[BTreeMap<Signal, Level>], transcript: &Transcript) -> Option<Ruling> {
    let mut failed: Vec<(&str, u32)> = Vec::new();
    for (thread, levels) in transcript.threads.iter().zip(shown) {
        let turn = thread.exchanges.first().map_or(0, |exchange| exchange.turn);
        for (signal, words) in [
            (Signal::Timeline, "incompatible dates"),
            (Signal::Responsiveness, "replies slower than the limit"),
            (Signal::Compensation, "pay far outside and inflexible"),
        ] {
            if levels.get(&signal) == Some(&Level::ZERO) && !failed.iter().any(|(known, _)| *known == words) {
                failed.push((words, turn));
            }
        }
    }
    let at_best = match failed.len() {
        0 => return None,
        1 => Verdict::NoHire,
        _ => Verdict::StrongNoHire,
    };
    let because = failed.iter().map(|(words, _)| *words).collect::<Vec<_>>().join(" and ");
    ruling("V6", at_best, because, failed.iter().map(|(_, turn)| *turn).collect())
}

/// S1.
fn strong_hire(
    rubric: &Rubric,
    transcript: &Transcript,
    levels: &BTreeMap<Signal, f64>,
    by_score: Verdict,
) -> Option<Ruling> {
    if by_score != Verdict::StrongHire {
        return None;
    }
    let low = levels
        .iter()
        .filter(|(_, mean)| **mean < rubric.bands.strong_hire_mean)
        .min_by(|a, b| a.1.total_cmp(b.1));
    if let Some((signal, mean)) = low {
        return ruling(
            "S1",
            Verdict::Hire,
            format!("{signal} has a mean of {mean:.1}"),
            Vec::new(),
        );
    }
    if let Some(mean) = levels
        .get(&Signal::MetricFirst)
        .filter(|mean| **mean < rubric.bands.strong_hire_metric_first)
    {
        return ruling(
            "S1",
            Verdict::Hire,
            format!("metric_first has a mean of {mean:.1}"),
            Vec::new(),
        );
    }
    let slip = transcript.threads.iter().flat_map(judged).find(|(_, assessment)| {
        is_overclaim(assessment)
            || assessment
                .constraint_error
                .is_some_and(|error| error != ConstraintError::None)
    });
    slip.and_then(|(exchange, _)| {
        ruling(
            "S1",
            Verdict::Hire,
            "a claim without evidence or a limit mishandled",
            vec![exchange.turn],
        )
    })
}
