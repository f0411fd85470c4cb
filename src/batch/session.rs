//! A finished transcript, or a candidate's history of them: read, judged answer by answer, decided, written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Bench,
    answer::{Question, TimingLine},
    notes::{self, Note},
};
use crate::{
    domain::{
        assessment::Asked,
        ids::PersonaId,
        rubric::Rubric,
        signal::{Round, Signal},
        timing::Timing,
        transcript::{Exchange, Thread, Transcript},
    },
    scoring::{
        trend::{self, Trend},
        verdict::{self, Outcome},
    },
};

/// A transcript or a history.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TranscriptLine {
    /// One session.
    Session {
        /// Comes back with the result.
        id: String,
        /// The round.
        round: Round,
        /// Its turns.
        turns: Vec<TurnLine>,
    },
    /// A candidate's sessions.
    History {
        /// Comes back with the result.
        id: String,
        /// The round, where all are of one.
        #[serde(default)]
        round: Option<Round>,
        /// The persona, which tells the round where it is not given.
        #[serde(default)]
        persona: Option<String>,
        /// The sessions.
        sessions: Vec<HistorySession>,
    },
}

/// One session of a history.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HistorySession {
    /// Its place in time.
    pub order: u32,
    /// Its round, where it differs.
    #[serde(default)]
    pub round: Option<Round>,
    /// Its turns.
    pub turns: Vec<TurnLine>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TurnLine {
    /// Its number.
    pub turn: u32,
    /// `interviewer` or `candidate`.
    pub speaker: SpeakerLine,
    /// The words.
    pub text: String,
    /// Times of a candidate's turn.
    #[serde(flatten)]
    pub timing: TimingLine,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeakerLine {
    /// The panel.
    Interviewer,
    /// The candidate.
    Candidate,
}

/// A decided transcript.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionResult {
    /// The transcript's id.
    pub id: String,
    /// The verdict as it is said.
    pub verdict: &'static str,
    /// Grows with quality: the score, kept under its verdict's bounds.
    pub score: Option<f64>,
    /// The strongest signal.
    pub strongest: Option<Signal>,
    /// The weakest signal.
    pub weakest: Option<Signal>,
    /// What the debrief says, each with its quote.
    pub debrief: Vec<Note>,
    /// Timing facts.
    pub timing: TimingFacts,
    /// The rules that decided it.
    pub rules: Vec<String>,
}

/// Timing facts of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TimingFacts {
    /// Pauses over 5 seconds, think time included.
    pub pauses_over_5s: usize,
    /// The longest pause in seconds.
    pub longest_pause_s: f64,
    /// Answers over two minutes.
    pub answers_over_120s: usize,
}

/// A history's trends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryResult {
    /// The history's id.
    pub id: String,
    /// The trend of each signal.
    pub trend: BTreeMap<Signal, Trend>,
}

/// A result of either kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Replayed {
    /// Of a session.
    Session(Box<SessionResult>),
    /// Of a history.
    History(HistoryResult),
}

/// Judges a transcript or a history by the rules.
#[must_use]
pub fn replay(bench: Bench<'_>, line: TranscriptLine) -> Replayed {
    match line {
        TranscriptLine::Session { id, round, turns } => {
            let transcript = transcript(bench, round, turns);
            let outcome = verdict::decide(bench.rubric, &transcript);
            Replayed::Session(Box::new(session_result(bench, id, round, &transcript, &outcome)))
        }
        TranscriptLine::History {
            id,
            round,
            persona,
            mut sessions,
        } => {
            let fallback = round
                .or_else(|| persona.as_deref().and_then(round_of))
                .unwrap_or(Round::MlFundamentals);
            sessions.sort_by_key(|session| session.order);
            let means: Vec<BTreeMap<Signal, f64>> = sessions
                .into_iter()
                .map(|session| {
                    let round = session.round.unwrap_or(fallback);
                    verdict::decide(bench.rubric, &transcript(bench, round, session.turns)).levels
                })
                .collect();
            Replayed::History(HistoryResult {
                id,
                trend: trends(&means),
            })
        }
    }
}

fn round_of(persona: &str) -> Option<Round> {
    Some(match persona {
        "ml_interviewer" => Round::MlFundamentals,
        "product_analyst" => Round::ProductTranslation,
        "system_design" => Round::SystemDesign,
        "hiring_manager" => Round::HiringManager,
        "recruiter" => Round::RecruiterScreen,
        _ => return None,
    })
}

fn trends(means: &[BTreeMap<Signal, f64>]) -> BTreeMap<Signal, Trend> {
    let signals: BTreeSet<Signal> = means.iter().flat_map(|levels| levels.keys().copied()).collect();
    signals
        .into_iter()
        .filter_map(|signal| {
            let series: Vec<f64> = means.iter().filter_map(|levels| levels.get(&signal).copied()).collect();
            Some((signal, trend::of(&series)?))
        })
        .collect()
}

/// One thread an answer: each is judged by what its own question calls for, with the candidate's earlier answers as context.
fn transcript(bench: Bench<'_>, round: Round, turns: Vec<TurnLine>) -> Transcript {
    let mut threads: Vec<Thread> = Vec::new();
    let mut prompt = String::new();
    let mut answers: Vec<String> = Vec::new();
    for turn in turns {
        match turn.speaker {
            SpeakerLine::Interviewer => prompt = turn.text,
            SpeakerLine::Candidate => {
                let timing = turn.timing.spoken();
                threads.push(thread(
                    bench,
                    round,
                    &prompt,
                    turn.turn,
                    turn.text.clone(),
                    timing,
                    &answers,
                ));
                answers.push(turn.text);
            }
        }
    }
    Transcript {
        threads,
        cards: Vec::new(),
    }
}

fn thread(
    bench: Bench<'_>,
    round: Round,
    prompt: &str,
    turn: u32,
    answer: String,
    timing: Timing,
    before: &[String],
) -> Thread {
    let earlier: Vec<&str> = before.iter().map(String::as_str).collect();
    let question = Question::read(bench, round, prompt, None, false);
    let assessment = question.judge(bench, &answer, Some(&timing), &earlier);
    let asked = Asked {
        source: None,
        text: prompt.to_owned(),
        round,
        kind: question.kind,
        asks: question.asks,
    };
    let exchange = Exchange {
        key: turn.to_string(),
        asked_by: None,
        edited_later: false,
        turn,
        prompt: prompt.to_owned(),
        pressed: None,
        answer,
        timing,
        confidence: None,
        assessment: Some(assessment),
        ungrounded: 0,
        cross_check: BTreeMap::new(),
    };
    Thread {
        asked,
        lead: PersonaId::new(round.as_str()),
        constraint: None,
        exchanges: vec![exchange],
        skipped: false,
        hints: 0,
        asides: Vec::new(),
    }
}

fn session_result(
    bench: Bench<'_>,
    id: String,
    round: Round,
    transcript: &Transcript,
    outcome: &Outcome,
) -> SessionResult {
    let (strongest, weakest) = extremes(bench.rubric, round, outcome);
    SessionResult {
        id,
        verdict: outcome.verdict.title(),
        score: outcome.score.map(|score| bounded(bench.rubric, score, outcome)),
        strongest,
        weakest,
        debrief: notes::of(bench.drills, transcript, outcome),
        timing: timing(transcript),
        rules: outcome.rulings.iter().map(|ruling| ruling.rule.clone()).collect(),
    }
}

/// The score, not above what its verdict stands for, so that a vetoed session never ranks above a hired one.
fn bounded(rubric: &Rubric, score: f64, outcome: &Outcome) -> f64 {
    let [no_hire, hire, strong_hire] = rubric.bands.verdict;
    let below = match outcome.verdict {
        verdict::Verdict::StrongNoHire => no_hire,
        verdict::Verdict::NoHire => hire,
        verdict::Verdict::Hire => strong_hire,
        verdict::Verdict::StrongHire | verdict::Verdict::NotAssessed => return score,
    };
    if score < below {
        score
    } else {
        below - 1.0 + score / 1000.0
    }
}

/// The strongest and the weakest signal by their weighted distance from the middle of the scale.
fn extremes(rubric: &Rubric, round: Round, outcome: &Outcome) -> (Option<Signal>, Option<Signal>) {
    let pull = |signal: Signal, level: f64| (level - 2.0) * rubric.weight(round, signal);
    let weighted = || {
        outcome
            .levels
            .iter()
            .map(|(signal, level)| (*signal, pull(*signal, *level)))
    };
    let strongest = weighted().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(signal, _)| signal);
    let weakest = weighted().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(signal, _)| signal);
    (strongest, weakest)
}

fn timing(transcript: &Transcript) -> TimingFacts {
    transcript
        .exchanges()
        .fold(TimingFacts::default(), |mut facts, exchange| {
            facts.pauses_over_5s += exchange.timing.long_pauses();
            facts.longest_pause_s = facts.longest_pause_s.max(exchange.timing.longest_pause_s());
            facts.answers_over_120s += usize::from(exchange.timing.too_long());
            facts
        })
}
