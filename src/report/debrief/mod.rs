//! The debrief: everything a candidate is told after a session, as one value. Computed from the record; nothing in it is judged anew.

mod calibration;
mod decision;
mod flip;
mod judging;
mod limits;
mod next;
mod panel;
mod questions;
mod signals;
mod timing;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use calibration::{CalibrationReport, Claim, Stated};
pub use decision::{CapReport, Decision, RulingReport};
pub use flip::Flip;
pub use judging::{CrossCheck, JudgedTurn, Judging, Ungrounded};
pub use limits::{BloatReport, ErrorReport, LimitReport};
pub use next::{BetterAnswer, DrillReport, Next};
pub(crate) use panel::reading;
pub use panel::{PanelReport, Panelist};
pub use questions::{AnswerReport, AsideReport, Counted, Met, Pressed, QuestionReport, QuestionStatus, Quote};
pub use signals::{Basis, SignalReport, Unassessed};
pub use timing::{LongAnswer, LongestPause, TimingReport};

use crate::{
    domain::{
        assessment::IntegrityEvent,
        ids::{CaseId, PersonaId, SessionId, UserId},
        materials::Materials,
        rubric::Rubric,
        signal::{Level, Round, Signal},
        transcript::{Thread, Transcript},
    },
    interview::{
        Interview,
        event::{EndReason, Engine, Mode},
    },
    library::Drill,
    scoring::{
        contradiction::{self, Contradiction},
        thread::{self, Shown},
        verdict::{self, Outcome, Verdict},
    },
};

/// A session's debrief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debrief {
    /// The version of this form.
    pub schema: u32,
    /// The session.
    pub id: SessionId,
    /// What the panel decides.
    pub verdict: Verdict,
    /// The session's score, 0 to 100; none where nothing was judged.
    pub score: Option<f64>,
    /// What was held, and with what.
    pub session: Held,
    /// How the verdict came about.
    pub decision: Decision,
    /// The panelists' own readings.
    pub panel: PanelReport,
    /// Each signal that was called for or shown, in the order of the rubric.
    pub signals: Vec<SignalReport>,
    /// The signal shown best: the highest level, of those the weightiest.
    pub strongest: Option<Signal>,
    /// The signal that cost most: the widest gap to level 4, weighted.
    pub weakest: Option<Signal>,
    /// Each question that was asked, in order.
    pub questions: Vec<QuestionReport>,
    /// Each limit at play.
    pub limits: Vec<LimitReport>,
    /// Answers with components a first version does without.
    pub bloat: Vec<BloatReport>,
    /// Claims against what was shown.
    pub calibration: CalibrationReport,
    /// Times.
    pub timing: TimingReport,
    /// Statements that can't both hold.
    pub contradictions: Vec<Contradiction>,
    /// What breaks trust whatever the score.
    pub integrity: Vec<IntegrityReport>,
    /// Who judged what.
    pub judging: Judging,
    /// What to practise.
    pub next: Next,
    /// The signals' names in plain English.
    pub names: BTreeMap<Signal, String>,
}

/// What was held, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The candidate.
    pub user: UserId,
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// When it last changed, in milliseconds since 1970.
    pub updated_ms: i64,
    /// How long it is.
    pub mode: Mode,
    /// Which panel was asked for.
    pub engine: Engine,
    /// Why it ended; none where it has not.
    pub ended: Option<EndReason>,
    /// Whether it rests.
    pub paused: bool,
    /// Its rounds in order.
    pub rounds: Vec<RoundHeld>,
    /// Its cases, in the order they came up.
    pub cases: Vec<CaseHeld>,
    /// The version of the rubric.
    pub rubric_version: u32,
    /// The hex SHA-256 of the rubric's file.
    pub rubric_hash: String,
    /// Questions asked.
    pub asked: usize,
    /// Questions planned.
    pub planned: usize,
    /// Answers given.
    pub answers: usize,
    /// Answers judged.
    pub judged: usize,
}

/// One round of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundHeld {
    /// The round.
    pub round: Round,
    /// Who led it.
    pub lead: PersonaId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub title: String,
}

/// One case of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHeld {
    /// The case.
    pub id: CaseId,
    /// Its title.
    pub name: String,
    /// The hex SHA-256 of its file.
    pub hash: String,
}

/// What breaks trust, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrityReport {
    /// The answer.
    pub turn: u32,
    /// What it was.
    pub event: IntegrityEvent,
    /// The words it stands on.
    pub quote: String,
}

/// All that the parts of a debrief are computed from.
struct Record<'a> {
    id: &'a SessionId,
    interview: &'a Interview,
    materials: &'a Materials,
    rubric: &'a Rubric,
    transcript: &'a Transcript,
    drills: &'a BTreeMap<Signal, Drill>,
    names: BTreeMap<Signal, String>,
    outcome: Outcome,
    /// What counts under each question, in the order of the threads.
    shown: Vec<BTreeMap<Signal, Shown<'a>>>,
}

impl Record<'_> {
    fn name(&self, signal: Signal) -> String {
        self.names.get(&signal).cloned().unwrap_or_else(|| signal.to_string())
    }

    /// The threads with their number, from 1, and what counts under them.
    fn threads(&self) -> impl Iterator<Item = (u32, &Thread, &BTreeMap<Signal, Shown<'_>>)> {
        (1..)
            .zip(&self.transcript.threads)
            .zip(&self.shown)
            .map(|((number, thread), shown)| (number, thread, shown))
    }
}

/// The debrief of a session, as it stands.
#[must_use]
pub fn debrief(session: &SessionId, interview: &Interview, drills: &BTreeMap<Signal, Drill>) -> Debrief {
    let materials = interview.materials();
    let transcript = interview.transcript();
    let record = Record {
        id: session,
        interview,
        materials,
        rubric: &materials.rubric,
        transcript,
        drills,
        names: names(&materials.rubric, drills),
        outcome: verdict::decide(&materials.rubric, transcript),
        shown: transcript.threads.iter().map(thread::levels).collect(),
    };
    let signals = signals::reports(&record);
    let weakest = signals::weakest(&record, &signals).first().copied();
    let strongest = signals::strongest(&record, &signals);
    Debrief {
        schema: super::SCHEMA,
        id: session.clone(),
        verdict: record.outcome.verdict,
        score: record.outcome.score,
        session: held(&record),
        decision: decision::decision(
            &record,
            weakest.and_then(|weakest| of(&signals, weakest)),
            strongest.and_then(|strongest| of(&signals, strongest)),
        ),
        panel: panel::report(&record),
        strongest,
        weakest,
        questions: questions::reports(&record),
        limits: limits::limits(&record),
        bloat: limits::bloat(&record),
        calibration: calibration::report(&record),
        timing: timing::report(transcript),
        contradictions: contradiction::find(transcript),
        integrity: integrity(transcript),
        judging: judging::report(transcript),
        next: next::next(&record, &signals),
        signals,
        names: record.names,
    }
}

fn of(signals: &[SignalReport], signal: Signal) -> Option<&SignalReport> {
    signals.iter().find(|report| report.signal == signal)
}

/// The signals' plain names: from the drills, else from the rubric the session was held with.
fn names(rubric: &Rubric, drills: &BTreeMap<Signal, Drill>) -> BTreeMap<Signal, String> {
    Signal::ALL
        .iter()
        .map(|signal| {
            let drill = drills.get(signal).map(|drill| drill.name.clone());
            let text = || rubric.signals.get(signal).map(|text| text.name.clone());
            (
                *signal,
                drill.or_else(text).unwrap_or_else(|| signal.as_str().replace('_', " ")),
            )
        })
        .collect()
}

fn held(record: &Record<'_>) -> Held {
    let opened = record.interview.opened();
    let (opened_ms, updated_ms) = record.interview.times_ms();
    let rounds = opened
        .rounds
        .iter()
        .map(|plan| {
            let lead = panel::named(record.materials, &plan.lead);
            RoundHeld {
                round: plan.round,
                lead: plan.lead.clone(),
                name: lead.name,
                title: lead.title,
            }
        })
        .collect();
    Held {
        user: opened.user.clone(),
        opened_ms,
        updated_ms,
        mode: opened.mode,
        engine: opened.engine,
        ended: record.interview.ended(),
        paused: record.interview.is_paused(),
        rounds,
        cases: cases(record),
        rubric_version: record.rubric.version,
        rubric_hash: opened.frozen.rubric.clone(),
        asked: record.transcript.threads.len(),
        planned: opened.rounds.iter().map(|plan| plan.questions.len()).sum(),
        answers: record.transcript.exchanges().count(),
        judged: record
            .transcript
            .exchanges()
            .filter(|exchange| exchange.assessment.is_some())
            .count(),
    }
}

fn cases(record: &Record<'_>) -> Vec<CaseHeld> {
    let opened = record.interview.opened();
    let mut cases: Vec<CaseHeld> = Vec::new();
    for question in opened.rounds.iter().flat_map(|plan| &plan.questions) {
        if cases.iter().any(|case| case.id == question.case) {
            continue;
        }
        let name = record
            .materials
            .cases
            .get(&question.case)
            .map_or_else(|| question.case.to_string(), |case| case.name.clone());
        let hash = opened
            .frozen
            .cases
            .get(question.case.as_str())
            .cloned()
            .unwrap_or_default();
        cases.push(CaseHeld {
            id: question.case.clone(),
            name,
            hash,
        });
    }
    cases
}

fn integrity(transcript: &Transcript) -> Vec<IntegrityReport> {
    transcript
        .exchanges()
        .filter_map(|exchange| Some((exchange.turn, exchange.assessment.as_ref()?)))
        .flat_map(|(turn, assessment)| {
            assessment.integrity.iter().map(move |(event, quote)| IntegrityReport {
                turn,
                event: *event,
                quote: quote.clone(),
            })
        })
        .collect()
}

/// The levels of one answer alone.
fn levels_of(exchange: &crate::domain::transcript::Exchange) -> BTreeMap<Signal, Level> {
    let signals = exchange.assessment.iter().flat_map(|assessment| &assessment.signals);
    signals
        .filter_map(|(signal, judged)| Some((*signal, judged.level?)))
        .collect()
}
