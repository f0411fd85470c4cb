//! What a turn costs without a model: judging an answer, folding a session, its debrief.
//!
//! `cargo bench --bench core`. The targets and the figures measured are in docs/BENCHMARKS.md.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

use std::{collections::BTreeMap, sync::Arc};

use divan::{Bencher, black_box};
use hotseat::{
    batch::{self, AnswerLine, Bench},
    domain::{
        assessment::{AnswerInput, Reference},
        ids::{CaseId, PersonaId, SessionId},
        materials::Materials,
        provenance::Provenance,
        signal::{QuestionKind, Round},
        timing::Timing,
    },
    interview::{
        self, Due, Interview, Pool, Wanted,
        event::{Answered, Engine, Event, Frozen, Heard, Judgement, Mode, Opened, Recorded, Said},
    },
    library::{self, Library},
    panel::offline,
    report,
    scoring::evidence,
};

fn main() {
    divan::main();
}

/// An answer of 150 words that shows most signals, so that every rule has something to read.
const ANSWER: &str = "The number I care about is paid renewals per member per month, because that is what the subscription \
lives on; today it stands at eighty-one of a hundred. Before I touch the model I would fix that. Half of the members, drawn by \
coin, get the new ordering, the other half keep the present one, everything else stays the same, for six weeks, so that a full \
billing cycle and the school holidays are both inside. I would watch refunds and complaints as a guardrail and look at new and \
old members apart. If renewals rise by one point or more and refunds stay flat, everybody gets it; if only new members gain, they \
alone keep it; otherwise we go back. With two hundred thousand members one point is two thousand renewals a month. The offline \
gain tells me the ordering fits past clicks; whether people stay is what the test has to show.";

fn library() -> Library {
    library::shipped()
}

#[divan::bench]
fn judge_150_words(bencher: Bencher<'_, '_>) {
    let library = library();
    let reference = Reference::default();
    let asks = [];
    let called = library
        .rubric
        .value
        .called_for(Round::MlFundamentals, QuestionKind::Evaluate, &asks, false);
    let input = AnswerInput {
        round: Round::MlFundamentals,
        kind: QuestionKind::Evaluate,
        asks: &asks,
        question: "How would you evaluate the new ordering model?",
        constraint: None,
        constraint_unstated: false,
        earlier: &[],
        pressed: None,
        answer: ANSWER,
        timing: None,
        reference: &reference,
    };
    bencher.bench(|| offline::judge::judge(black_box(&input), &called));
}

#[divan::bench]
fn judge_line_as_the_command_does(bencher: Bencher<'_, '_>) {
    let library = library();
    let reference = Reference::default();
    let bench = Bench {
        rubric: &library.rubric.value,
        reference: &reference,
        drills: &library.drills,
    };
    let line = AnswerLine {
        id: "a".into(),
        round: Round::MlFundamentals,
        question: "How would you evaluate the new ordering model?".into(),
        constraint_stated: None,
        answer: ANSWER.into(),
        timing: None,
    };
    bencher.bench(|| batch::judge(bench, black_box(line.clone())));
}

#[divan::bench]
fn fold_a_session_of_40_turns(bencher: Bencher<'_, '_>) {
    let (materials, log) = session_of_40_turns();
    bencher.bench(|| Interview::fold(Arc::clone(&materials), black_box(&log)));
}

#[divan::bench]
fn debrief_of_40_turns_as_text(bencher: Bencher<'_, '_>) {
    let (materials, log) = session_of_40_turns();
    let interview = Interview::fold(materials, &log).unwrap();
    let drills = library().drills;
    let session = SessionId::new("bench");
    let style = report::terminal::Style {
        colour: false,
        width: 80,
    };
    bencher.bench(|| report::terminal::debrief(&report::debrief(&session, black_box(&interview), &drills), style));
}

/// A loop answered until it holds 40 turns of the candidate.
fn session_of_40_turns() -> (Arc<Materials>, Vec<Recorded>) {
    let library = library();
    let materials = Arc::new(Materials {
        personas: library
            .personas
            .iter()
            .map(|(id, persona)| (id.clone(), (*persona.value).clone()))
            .collect(),
        cases: library
            .cases
            .iter()
            .map(|(id, case)| (id.clone(), (*case.value).clone()))
            .collect(),
        rubric: (*library.rubric.value).clone(),
        pushback: (*library.pushback.value).clone(),
    });
    let personas: BTreeMap<PersonaId, _> = materials.personas.iter().map(|(id, p)| (id.clone(), p)).collect();
    let cases: BTreeMap<CaseId, _> = materials.cases.iter().map(|(id, c)| (id.clone(), c)).collect();
    let pool = Pool {
        personas: &personas,
        cases: &cases,
    };
    let rounds = interview::draw(pool, Mode::Loop, &Wanted::default(), 11).unwrap();
    let frozen = Frozen {
        personas: BTreeMap::new(),
        cases: BTreeMap::new(),
        rubric: String::new(),
        pushback: String::new(),
    };
    let opened = Opened {
        user: "u".into(),
        guild: "g".into(),
        mode: Mode::Loop,
        seed: 11,
        rounds,
        engine: Engine::Offline,
        frozen,
    };
    let first = Recorded {
        seq: 0,
        at_ms: 0,
        event: Event::Opened(Box::new(opened)),
    };
    let mut interview = Interview::open(Arc::clone(&materials), &first).unwrap();
    let mut log = vec![first];
    while let Some(event) = next(&interview) {
        let recorded = Recorded {
            seq: interview.next_seq(),
            at_ms: 0,
            event,
        };
        interview.apply(&recorded);
        log.push(recorded);
    }
    (materials, log)
}

fn next(interview: &Interview) -> Option<Event> {
    let turns = interview.transcript().exchanges().count();
    let by = Provenance::Offline {
        version: offline::judge::VERSION,
        instead_of: None,
    };
    match interview.due() {
        Due::Speak { ticket, persona, act } => {
            let text =
                format!("utterance {ticket}, about as long as a pushback is: what would you do, and at which result?");
            Some(Event::Said(Said {
                ticket,
                persona: persona.clone(),
                act: act.clone(),
                text,
                by,
            }))
        }
        Due::Judge { ticket } => {
            let context = interview.judge_context()?;
            let reference = Reference::default();
            let assessment = offline::judge::judge(&context.input(&reference), &context.called);
            let (assessment, ungrounded) = evidence::ground(assessment, &context.exchange.answer);
            let heard = Heard::Answer {
                assessment: Box::new(assessment),
                ungrounded,
                cross_check: BTreeMap::new(),
            };
            Some(Event::Judged(Box::new(Judgement { ticket, heard })))
        }
        Due::Listen if turns < 40 => {
            // A short answer every time keeps the pushbacks coming.
            let text = format!("We would train a ranking model, number {turns}, and look at the offline score of it.");
            Some(Event::Answered(Answered {
                key: turns.to_string(),
                text,
                timing: Timing::default(),
                confidence: None,
            }))
        }
        _ => None,
    }
}
