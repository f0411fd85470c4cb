//! What a judge says about one answer: levels, quotes and events. Never a total, never a verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ids::QuestionRef,
    probe::Probe,
    provenance::Provenance,
    signal::{Ask, Level, QuestionKind, Round, Signal, named},
    timing::Timing,
};
use std::{fmt, str::FromStr};

use super::signal::UnknownName;

named! {
    /// Which way a claim and its evidence part (rubric 3.7).
    CalibrationType {
        /// Claims more than is shown.
        Over = "over",
        /// Hedged away.
        Under = "under",
        /// In line.
        Calibrated = "calibrated",
        /// No claim to judge.
        Neutral = "neutral",
    }
}

named! {
    /// How a limit was mishandled (rubric 3.6).
    ConstraintError {
        /// A stated limit was not honoured, late, or by numbers that don't fit.
        Ignored = "ignored",
        /// A trade-off that nobody had raised.
        Premature = "premature",
        /// No error.
        None = "none",
    }
}

named! {
    /// How a counter-evidence probe was met.
    Stance {
        /// Kept the position and said why.
        Held = "held",
        /// Kept it in a more exact form.
        Sharpened = "sharpened",
        /// Gave it up without a reason.
        Caved = "caved",
    }
}

named! {
    /// What breaks trust whatever the score (rubric V5).
    IntegrityEvent {
        /// A result that can't be the candidate's.
        MadeUpResult = "made_up_result",
        /// A fact contradicted.
        Contradiction = "contradiction",
        /// Asked for the answer or the scoring key.
        AskedForKey = "asked_for_key",
    }
}

/// One answer with all that a judge may look at. Borrowed: the answer is the candidate's stored text.
#[derive(Debug, Clone, Copy)]
pub struct AnswerInput<'a> {
    /// The round it belongs to.
    pub round: Round,
    /// What the question asks for.
    pub kind: QuestionKind,
    /// What it asks for beyond its kind.
    pub asks: &'a [Ask],
    /// What the interviewer said last: the question, or the pushback this answers.
    pub question: &'a str,
    /// The limit stated so far, if any, as it was said.
    pub constraint: Option<&'a str>,
    /// A limit that will be stated only after this answer: the candidate can't know it.
    pub constraint_unstated: bool,
    /// The candidate's own earlier answers to the same question, oldest first. Empty for a first answer.
    pub earlier: &'a [&'a str],
    /// The pushback this answers; none for a first answer.
    pub pressed: Option<Probe>,
    /// The answer, as stored.
    pub answer: &'a str,
    /// Its times.
    pub timing: Option<&'a Timing>,
    /// Recruiter reference values.
    pub reference: &'a Reference,
}

/// Recruiter reference values (rubric 4.1); configuration, defaults from the rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reference {
    /// First call to final on-site, in days.
    pub process_days: u32,
    /// A reply within this many hours is expected.
    pub reply_hours: u32,
    /// More than this many days reads as no urgency.
    pub reply_limit_days: u32,
    /// Base pay, thousands a year, from and to.
    pub base_k: [f64; 2],
    /// Equity in per cent, from and to.
    pub equity_percent: [f64; 2],
    /// Sign-on, thousands, from and to.
    pub sign_on_k: [f64; 2],
}

impl Default for Reference {
    fn default() -> Self {
        Self {
            process_days: 21,
            reply_hours: 48,
            reply_limit_days: 3,
            base_k: [165.0, 185.0],
            equity_percent: [0.03, 0.07],
            sign_on_k: [15.0, 30.0],
        }
    }
}

/// One signal of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The level; none means "not assessed": called for, but nothing could be judged.
    pub level: Option<Level>,
    /// Exact substrings of the answer a reader can check the level by. Empty where the level stands for an absence.
    pub evidence: Vec<String>,
    /// Why, in a few words of the rubric, for the debrief. Our own words, never the candidate's.
    #[serde(default)]
    pub reason: String,
    /// The probe that presses what is missing, where something is.
    #[serde(default)]
    pub probe: Option<Probe>,
    /// 2 to 12 words of the answer a pushback may quote: an exact substring.
    #[serde(default)]
    pub focus: Option<String>,
}

/// One component that a lean first version could do without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The words that name it: an exact substring of the answer.
    pub quote: String,
}

/// What a judge extracted from one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The signals that apply: called for, or volunteered. One that is absent is null (R8).
    pub signals: BTreeMap<Signal, Judged>,
    /// Calibration type, where calibration applies.
    pub calibration: Option<CalibrationType>,
    /// Constraint error, where constraint timing applies.
    pub constraint_error: Option<ConstraintError>,
    /// Unnecessary components, where lean first applies; its length is the bloat count.
    pub bloat: Vec<Component>,
    /// How a counter-evidence probe was met, where one was made.
    #[serde(default)]
    pub stance: Option<Stance>,
    /// What breaks trust, with its quote.
    #[serde(default)]
    pub integrity: Vec<(IntegrityEvent, String)>,
    /// The product KPI the candidate named, if any: an exact substring.
    #[serde(default)]
    pub kpi: Option<String>,
    /// Who judged.
    pub by: Provenance,
}

impl Assessment {
    /// The level of a signal, where it was judged.
    #[must_use]
    pub fn level(&self, signal: Signal) -> Option<Level> {
        self.signals.get(&signal).and_then(|judged| judged.level)
    }
}

/// Where a question of a transcript comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question in its case; none for a transcript from elsewhere.
    pub source: Option<QuestionRef>,
    /// Its words.
    pub text: String,
    /// The round.
    pub round: Round,
    /// Its kind.
    pub kind: QuestionKind,
    /// What it asks beyond its kind.
    pub asks: Vec<Ask>,
}
