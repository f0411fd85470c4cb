//! The golden log: what version 1 of the export holds must import and load equal for ever.
//!
//! A change that turns this red could not read the logs that are out there. Where the log gains something new, add it to `sitting`
//! and write the file anew with `cargo test --test store_format -- --ignored write_the_golden_log`, and look at the difference: the
//! lines of old events stay as they are, or the format needs a new version and a way to read this one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails where it is surprised"
)]

mod store_fixture;

use std::{collections::BTreeMap, collections::BTreeSet, fs, io::BufReader, path::PathBuf};

use hotseat::{
    domain::{
        assessment::{Assessment, CalibrationType, Component, ConstraintError, IntegrityEvent, Judged, Stance},
        ids::{PersonaId, UserId},
        probe::Probe,
        provenance::{Fallback, Provenance, Usage},
        signal::{Level, Signal},
        transcript::PeerCard,
    },
    interview::event::{Act, EndReason, Event, Given, Heard, Judgement, PeerRole, Pushback, Said},
    store::{Query, Status, Store, StoreOptions},
};
use store_fixture::{Sitting, answered, question};

const CONTENT: &str = "name = \"Product analyst\"\n# \0 \u{202e} 👩🏽‍🔬\n";

fn golden() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", "log_v1.jsonl"]
        .iter()
        .collect()
}

fn offline() -> Provenance {
    Provenance::Offline {
        version: 1,
        instead_of: Some(Fallback {
            model: "some-model".to_owned(),
            reason: "it timed out".to_owned(),
        }),
    }
}

fn model() -> Provenance {
    Provenance::Model {
        model: "some-model".to_owned(),
        prompt: "0f".repeat(32),
        usage: Usage {
            requests: 2,
            prompt_tokens: 1_200,
            completion_tokens: 80,
            estimated: true,
            latency_ms: 900,
        },
    }
}

fn says(act: Act, by: Provenance) -> Event {
    Event::Said(Said {
        ticket: 7,
        persona: PersonaId::from("product_analyst"),
        act,
        text: "What moves, and how would you know?".to_owned(),
        by,
    })
}

fn judged(heard: Heard) -> Event {
    Event::Judged(Box::new(Judgement { ticket: 8, heard }))
}

fn joined(role: PeerRole) -> Event {
    Event::PeerJoined {
        peer: UserId::from("grace\0"),
        role,
    }
}

fn assessment() -> Assessment {
    let judged = Judged {
        level: Level::new(3),
        evidence: vec!["weekly \"learners\"\n".to_owned()],
        reason: "names an outcome".to_owned(),
        probe: Some(Probe::NoThreshold),
        focus: Some("weekly learners".to_owned()),
    };
    let silent = Judged {
        level: None,
        evidence: Vec::new(),
        reason: String::new(),
        probe: None,
        focus: None,
    };
    Assessment {
        signals: BTreeMap::from([(Signal::MetricFirst, judged), (Signal::DecisionRule, silent)]),
        calibration: Some(CalibrationType::Over),
        constraint_error: Some(ConstraintError::Premature),
        bloat: vec![Component {
            quote: "a feature store".to_owned(),
        }],
        stance: Some(Stance::Sharpened),
        integrity: vec![(IntegrityEvent::MadeUpResult, "99.9 %".to_owned())],
        kpi: Some("weekly learners".to_owned()),
        by: model(),
    }
}

/// A session with one of each event, and of each act and each way of being heard.
fn sitting(content: &str) -> Sitting {
    let mut sitting = Sitting::with_content("01JGOLDEN000000000000000AA", "ada\0", "lab", 1_730_000_000_123, content);
    let ask = Act::Ask {
        question: question(),
        follows: true,
        scene: true,
    };
    let pushback = Act::Pushback(Pushback {
        probe: Probe::NoThreshold,
        quote: Some("weekly learners".to_owned()),
        states: Some("The budget is halved.".to_owned()),
    });
    let clarify = Act::Clarify {
        gives: Some(Given::Fact("users".to_owned())),
    };
    for act in [
        Act::Introduce,
        ask,
        pushback,
        clarify,
        Act::Clarify { gives: None },
        Act::Hint,
    ] {
        sitting.push(says(act, offline()));
    }
    sitting
        .push(answered(
            "message 1",
            "I would look at \0 weekly \"learners\"\n👩🏽‍🔬 \u{202e}first.",
        ))
        .push(judged(Heard::Answer {
            assessment: Box::new(assessment()),
            ungrounded: 1,
            cross_check: BTreeMap::from([(Signal::Clarity, Level::MAX)]),
        }))
        .push(judged(Heard::Clarifying {
            gives: Some(Given::Constraint("budget".to_owned())),
        }))
        .push(Event::HintAsked {
            key: "press 1".to_owned(),
        })
        .push(Event::Skipped {
            key: "press 2".to_owned(),
        })
        .push(Event::Edited {
            key: "message 1".to_owned(),
            text: "I would look at \0 \u{202e} first.".to_owned(),
        })
        .push(Event::Withdrawn {
            key: "message 1".to_owned(),
        })
        .push(Event::Confidence { percent: 70 })
        .push(joined(PeerRole::Observer))
        .push(joined(PeerRole::Panelist))
        .push(Event::PeerAsked {
            key: "message 2".to_owned(),
            peer: UserId::from("grace\0"),
            text: "Compared with what? 👩🏽‍🔬".to_owned(),
        })
        .push(Event::PeerScored(PeerCard {
            rater: UserId::from("grace\0"),
            question: question(),
            levels: BTreeMap::from([(Signal::Clarity, Level::MAX)]),
        }))
        .push(Event::Paused)
        .push(Event::Resumed)
        .push(says(Act::Close, model()));
    for reason in [
        EndReason::Completed,
        EndReason::ByCandidate,
        EndReason::Interrupted,
        EndReason::Abandoned,
    ] {
        sitting.push(Event::Ended { reason });
    }
    sitting.summary.status = Status::Finished;
    sitting.summary.verdict = Some("hire".to_owned());
    sitting.summary.tokens = 1_280;
    sitting
}

/// The kind of an event. Fails to compile where one is new: then `KINDS` and `sitting` need it too.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Opened(_) => "opened",
        Event::Said(_) => "said",
        Event::Answered(_) => "answered",
        Event::Judged(_) => "judged",
        Event::HintAsked { .. } => "hint_asked",
        Event::Skipped { .. } => "skipped",
        Event::Edited { .. } => "edited",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Confidence { .. } => "confidence",
        Event::PeerJoined { .. } => "peer_joined",
        Event::PeerAsked { .. } => "peer_asked",
        Event::PeerScored(_) => "peer_scored",
        Event::Paused => "paused",
        Event::Resumed => "resumed",
        Event::Ended { .. } => "ended",
    }
}

const KINDS: [&str; 15] = [
    "answered",
    "confidence",
    "edited",
    "ended",
    "hint_asked",
    "judged",
    "opened",
    "paused",
    "peer_asked",
    "peer_joined",
    "peer_scored",
    "resumed",
    "said",
    "skipped",
    "withdrawn",
];

async fn write(store: &Store) -> Vec<u8> {
    let content = store.keep(CONTENT).await.unwrap();
    store.append(sitting(&content).whole()).await.unwrap();
    let mut file = Vec::new();
    store.export(&Query::all(), &mut file).await.unwrap();
    file
}

#[tokio::test]
async fn the_golden_log_still_loads_equal() {
    let place = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreOptions::new(place.path())).unwrap();
    let file = fs::read(golden()).unwrap();
    let imported = store.import(&mut BufReader::new(file.as_slice())).await.unwrap();
    assert_eq!((imported.sessions, imported.contents), (1, 1));
    let summaries = store.list(&Query::all()).await.unwrap().sessions;
    let content = summaries.first().unwrap().rubric.clone();
    assert_eq!(store.content(&content).await.unwrap().as_deref(), Some(CONTENT));
    let expected = sitting(&content);
    let events = store.load(expected.id()).await.unwrap();
    assert_eq!(events, expected.events);
    assert_eq!(summaries, [expected.summary]);
    let kinds: BTreeSet<&str> = events.iter().map(|recorded| kind(&recorded.event)).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), KINDS);
    // And it goes out again byte for byte, whatever this program would write today.
    let mut again = Vec::new();
    store.export(&Query::all(), &mut again).await.unwrap();
    assert!(again == file);
}

#[tokio::test]
#[ignore = "writes the golden log anew"]
async fn write_the_golden_log() {
    let place = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreOptions::new(place.path())).unwrap();
    let file = write(&store).await;
    fs::create_dir_all(golden().parent().unwrap()).unwrap();
    fs::write(golden(), file).unwrap();
}
