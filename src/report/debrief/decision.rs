//! How the verdict came about: the rule that decided it, the facts behind it, and what would have flipped it.

use serde::{Deserialize, Serialize};

use super::{
    Record, SignalReport,
    flip::{self, Flip},
};
use crate::{
    domain::signal::{Level, Signal},
    report::figures,
    scoring::verdict::{Ruling, Verdict},
};

/// How the verdict came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What the score alone would have given.
    pub by_score: Verdict,
    /// The rule that decided, in one sentence.
    pub because: String,
    /// The two or three facts behind it, as sentences.
    pub facts: Vec<String>,
    /// What would have changed the verdict, as sentences.
    pub flips: Vec<String>,
    /// The smallest change of one answer that lifts the verdict, where one does.
    pub flip: Option<Flip>,
    /// The session rules that apply, strictest first.
    pub rulings: Vec<RulingReport>,
    /// The caps on questions.
    pub caps: Vec<CapReport>,
}

/// A session rule that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulingReport {
    /// Its name in the rubric: `V1` to `V6`, `S1`.
    pub rule: String,
    /// What it is called.
    pub name: String,
    /// What brings it, as the rubric says.
    pub says: String,
    /// The most the verdict can be under it.
    pub at_best: Verdict,
    /// What brought it here.
    pub because: String,
    /// The turns it stands on.
    pub turns: Vec<u32>,
    /// Whether it holds the verdict below what the score alone would give.
    pub decides: bool,
}

/// A cap on one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapReport {
    /// The question's number in the session, from 1.
    pub question: u32,
    /// Its name in the rubric: `C1` to `C7`.
    pub cap: String,
    /// What it is called.
    pub name: String,
    /// The signals at level 0 that brought it, with the turn each was shown in.
    pub signals: Vec<(Signal, u32)>,
    /// The question's score before caps.
    pub before: f64,
    /// The question's score after all its caps.
    pub after: f64,
}

pub(super) fn decision(
    record: &Record<'_>,
    weakest: Option<&SignalReport>,
    strongest: Option<&SignalReport>,
) -> Decision {
    let outcome = &record.outcome;
    let rulings: Vec<RulingReport> = outcome
        .rulings
        .iter()
        .map(|ruling| ruling_report(record, ruling))
        .collect();
    let caps = caps(record);
    let flip = flip::smallest(record);
    Decision {
        by_score: outcome.by_score,
        because: because(record, &rulings),
        facts: facts(record, &caps, weakest, strongest),
        flips: flips(record, &rulings, &caps, flip.as_ref()),
        flip,
        rulings,
        caps,
    }
}

fn ruling_report(record: &Record<'_>, ruling: &Ruling) -> RulingReport {
    let veto = record.rubric.vetoes.get(&ruling.rule);
    RulingReport {
        rule: ruling.rule.clone(),
        name: veto.map_or_else(|| ruling.rule.clone(), |veto| veto.name.clone()),
        says: veto.map(|veto| veto.rule.clone()).unwrap_or_default(),
        at_best: ruling.at_best,
        because: addressed(record, &ruling.because),
        turns: ruling.turns.clone(),
        decides: ruling.at_best < record.outcome.by_score,
    }
}

/// A rule's words as they are said to the candidate: signals by their plain names, and "you" for the candidate.
fn addressed(record: &Record<'_>, because: &str) -> String {
    let named = Signal::ALL.iter().find_map(|signal| {
        let rest = because
            .strip_prefix(signal.as_str())
            .filter(|rest| rest.starts_with(" has"))?;
        Some(format!("“{}”{rest}", record.name(*signal)))
    });
    named.unwrap_or_else(|| {
        because
            .replace("the candidate's", "yours")
            .replace("the candidate had", "you had")
    })
}

fn caps(record: &Record<'_>) -> Vec<CapReport> {
    let mut reports = Vec::new();
    for ((number, _, shown), scored) in record.threads().zip(&record.outcome.questions) {
        let Some(scored) = scored else { continue };
        for name in &scored.caps {
            let Some(cap) = record.rubric.caps.get(name) else {
                continue;
            };
            let at_zero = |signal: &Signal| {
                let shown = shown.get(signal).filter(|shown| shown.level == Level::ZERO)?;
                Some((*signal, shown.turn))
            };
            reports.push(CapReport {
                question: number,
                cap: name.clone(),
                name: cap.name.clone(),
                signals: cap.signals.iter().filter_map(at_zero).collect(),
                before: scored.raw,
                after: scored.capped,
            });
        }
    }
    reports
}

fn because(record: &Record<'_>, rulings: &[RulingReport]) -> String {
    let outcome = &record.outcome;
    let Some(score) = outcome.score else {
        return match record.transcript.exchanges().next() {
            Some(_) => "Nothing you said was judged, so there is no verdict to give.".to_owned(),
            None => "You gave no answer, so there is no verdict to give.".to_owned(),
        };
    };
    if let Some(rule) = rulings.iter().find(|ruling| ruling.decides) {
        return format!(
            "Rule {} ({}) decided it: {}{}. The score alone would have meant {}.",
            rule.rule,
            rule.name,
            rule.because,
            in_turns(&rule.turns),
            figures::verdict(outcome.by_score)
        );
    }
    let band = match next_band(record) {
        Some((title, begins)) => format!("{title} begins at {}", figures::score(begins)),
        None => format!(
            "a strong hire begins at {}",
            figures::score(record.rubric.bands.verdict[2])
        ),
    };
    let others = if rulings.is_empty() {
        ""
    } else {
        " The rules named below apply too and change nothing."
    };
    format!(
        "The score decided it: {} of 100, and {band}.{others}",
        figures::score(score)
    )
}

fn in_turns(turns: &[u32]) -> String {
    if turns.is_empty() {
        String::new()
    } else {
        format!(" ({})", figures::turns(turns))
    }
}

/// The band above the one the score is in, with its lower bound.
fn next_band(record: &Record<'_>) -> Option<(String, f64)> {
    let [no_hire, hire, strong_hire] = record.rubric.bands.verdict;
    let (verdict, begins) = match record.outcome.by_score {
        Verdict::StrongNoHire => (Verdict::NoHire, no_hire),
        Verdict::NoHire => (Verdict::Hire, hire),
        Verdict::Hire => (Verdict::StrongHire, strong_hire),
        Verdict::StrongHire | Verdict::NotAssessed => return None,
    };
    Some((figures::verdict(verdict).to_owned(), begins))
}

fn facts(
    record: &Record<'_>,
    caps: &[CapReport],
    weakest: Option<&SignalReport>,
    strongest: Option<&SignalReport>,
) -> Vec<String> {
    let Some(score) = record.outcome.score else {
        return Vec::new();
    };
    let mut facts = Vec::new();
    let scored: Vec<f64> = record
        .outcome
        .questions
        .iter()
        .flatten()
        .map(|scored| scored.capped)
        .collect();
    if scored.len() > 1 {
        let each: Vec<String> = scored.iter().map(|score| figures::score(*score)).collect();
        facts.push(format!(
            "Your score is {}, the mean over {} questions: {}.",
            figures::score(score),
            scored.len(),
            figures::listed(&each)
        ));
    }
    let mut costly: Vec<&CapReport> = caps.iter().filter(|cap| cap.before > cap.after).collect();
    costly.sort_by(|a, b| {
        (b.before - b.after)
            .total_cmp(&(a.before - a.after))
            .then(a.question.cmp(&b.question))
    });
    if let Some(cap) = costly.first() {
        facts.push(capped(record, cap));
    }
    if let Some((report, level, cost)) = weakest.and_then(|report| Some((report, report.level?, report.cost?))) {
        facts.push(format!(
            "You had most to gain in “{}”, at {} of 4: it cost {} of the 100 points{}.",
            report.name,
            figures::level(level),
            figures::level(cost),
            if costly.is_empty() { "" } else { ", before caps" }
        ));
    }
    if let Some((report, level)) =
        strongest.and_then(|report| Some((report, report.level.filter(|level| *level >= STRONG)?)))
    {
        facts.push(format!(
            "What spoke for you most was “{}”, at {} of 4.",
            report.name,
            figures::level(level)
        ));
    }
    facts.truncate(FACTS);
    facts
}

/// Facts at most.
const FACTS: usize = 3;
/// A level from which on a signal speaks for the candidate.
const STRONG: f64 = 3.0;

fn capped(record: &Record<'_>, cap: &CapReport) -> String {
    let signals: Vec<String> = cap
        .signals
        .iter()
        .map(|(signal, turn)| format!("“{}” at 0 in turn {turn}", record.name(*signal)))
        .collect();
    format!(
        "Question {} counts {} instead of {}: cap {} ({}), for {}.",
        cap.question,
        figures::score(cap.after),
        figures::score(cap.before),
        cap.cap,
        cap.name,
        figures::listed(&signals)
    )
}

fn flips(record: &Record<'_>, rulings: &[RulingReport], caps: &[CapReport], flip: Option<&Flip>) -> Vec<String> {
    let outcome = &record.outcome;
    let Some(score) = outcome.score else { return Vec::new() };
    let mut said = Vec::new();
    match flip {
        Some(flip) => said.push(format!(
            "“{}” at {} instead of {} in turn {} would have meant {}, with a score of {}.",
            record.name(flip.signal),
            flip.to,
            flip.from,
            flip.turn,
            figures::verdict(flip.verdict),
            figures::score(flip.score)
        )),
        None if outcome.verdict < Verdict::StrongHire => {
            said.push(
                "No single signal in a single answer would have lifted the verdict; it takes more than one.".to_owned(),
            );
        }
        None => {}
    }
    let deciding: Vec<String> = rulings
        .iter()
        .filter(|ruling| ruling.decides)
        .map(|ruling| format!("{} ({})", ruling.rule, ruling.name))
        .collect();
    if deciding.len() > 1 {
        said.push(format!(
            "{} stand in the way together; lifting one of them would not have been enough.",
            figures::listed(&deciding)
        ));
    }
    said.extend(
        rulings
            .iter()
            .filter(|ruling| ruling.decides)
            .filter_map(|ruling| lifted(&ruling.rule)),
    );
    if let Some((title, begins)) = next_band(record).filter(|_| deciding.is_empty()) {
        let missing = figures::level(begins - figures::score_shown(score));
        let points = if missing == "1" { "point" } else { "points" };
        said.push(match flip::without_caps(record).filter(|_| !caps.is_empty()) {
            Some(score) if score >= begins => {
                format!(
                    "Without the caps the score would have been {}, which is {title}.",
                    figures::score(score)
                )
            }
            _ => format!(
                "{} begins {missing} {points} above your score.",
                figures::sentence(&title)
            ),
        });
    }
    said.extend(strong_hire(record).filter(|_| deciding.is_empty()));
    said.extend(margin(record, score).filter(|_| deciding.is_empty()));
    said
}

/// What lifts a rule (rubric, section 7, "Recovery").
fn lifted(rule: &str) -> Option<String> {
    let words = match rule {
        "V1" => "Taking the parts back in the very next answer, for a minimal version, lifts V1 up to a hire.",
        "V2" => "A claim that is corrected or backed at once, when it is pressed, does not count for V2.",
        "V3" => "One product outcome, named in any answer, lifts V3.",
        "V4" => "A limit taken up at once, when you are reminded of it, does not count for V4.",
        _ => return None,
    };
    Some(words.to_owned())
}

/// What a strong hire needs besides its score, where that is missing.
fn strong_hire(record: &Record<'_>) -> Option<String> {
    if record.outcome.by_score != Verdict::Hire {
        return None;
    }
    let bands = &record.rubric.bands;
    let needs = |signal: &Signal| {
        if *signal == Signal::MetricFirst {
            bands.strong_hire_metric_first
        } else {
            bands.strong_hire_mean
        }
    };
    let missing = record
        .outcome
        .levels
        .iter()
        .filter(|(signal, mean)| **mean < needs(signal));
    let missing: Vec<String> = missing
        .map(|(signal, mean)| {
            format!(
                "“{}” at {} (yours is {})",
                record.name(*signal),
                figures::level(needs(signal)),
                figures::level(*mean)
            )
        })
        .collect();
    (!missing.is_empty()).then(|| format!("A strong hire also needs {}.", figures::listed(&missing)))
}

/// How near the band below is, where it is near.
fn margin(record: &Record<'_>, score: f64) -> Option<String> {
    const NEAR: f64 = 5.0;
    let [no_hire, hire, strong_hire] = record.rubric.bands.verdict;
    let (verdict, bound) = match record.outcome.by_score {
        Verdict::NoHire => (Verdict::StrongNoHire, no_hire),
        Verdict::Hire => (Verdict::NoHire, hire),
        Verdict::StrongHire => (Verdict::Hire, strong_hire),
        Verdict::StrongNoHire | Verdict::NotAssessed => return None,
    };
    let above = figures::score_shown(score) - bound;
    (above < NEAR).then(|| {
        format!(
            "It was close: below {} it would have been {}.",
            figures::score(bound),
            figures::verdict(verdict)
        )
    })
}
