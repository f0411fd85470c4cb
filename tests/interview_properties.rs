//! Properties of the fold: resume at any event gives the same session, and events that are doubled, late or out of place change
//! nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

use std::{collections::BTreeMap, sync::Arc};

use hotseat::{
    domain::{
        case::Case,
        ids::{CaseId, PersonaId},
        materials::Materials,
        persona::Persona,
        provenance::Provenance,
        timing::Timing,
    },
    interview::{
        self, Applied, Due, Interview, Pool, Wanted,
        event::{Act, Answered, EndReason, Engine, Event, Frozen, Heard, Judgement, Mode, Opened, Recorded, Said},
    },
    library,
    panel::offline,
    scoring::evidence,
};
use proptest::prelude::*;

/// What a candidate may do next.
#[derive(Debug, Clone)]
enum Deed {
    Answer(String),
    Hint,
    Skip,
    PauseAndResume,
    End,
}

fn deed() -> impl Strategy<Value = Deed> {
    let answers = prop_oneof![
        Just(
            "Paid renewals per member per month. Half of the members by coin for four weeks, the rest as today."
                .to_owned()
        ),
        Just("If renewals rise by 1 point we roll out, otherwise we stop.".to_owned()),
        Just("It will definitely double revenue, guaranteed.".to_owned()),
        Just("KPI, A/B, decision rule".to_owned()),
        Just("How many users do we have?".to_owned()),
        Just("Is there a latency limit?".to_owned()),
        Just("asdf qwer".to_owned()),
        "\\PC{1,80}",
    ];
    prop_oneof![
        8 => answers.prop_map(Deed::Answer),
        1 => Just(Deed::Hint),
        1 => Just(Deed::Skip),
        1 => Just(Deed::PauseAndResume),
        1 => Just(Deed::End),
    ]
}

fn materials() -> Arc<Materials> {
    let shipped = library::shipped();
    Arc::new(Materials {
        personas: shipped
            .personas
            .iter()
            .map(|(id, persona)| (id.clone(), (*persona.value).clone()))
            .collect(),
        cases: shipped
            .cases
            .iter()
            .map(|(id, case)| (id.clone(), (*case.value).clone()))
            .collect(),
        rubric: (*shipped.rubric.value).clone(),
        pushback: (*shipped.pushback.value).clone(),
    })
}

fn opened(materials: &Materials, mode: Mode, seed: u64) -> Recorded {
    let personas: BTreeMap<PersonaId, &Persona> = materials.personas.iter().map(|(id, p)| (id.clone(), p)).collect();
    let cases: BTreeMap<CaseId, &Case> = materials.cases.iter().map(|(id, c)| (id.clone(), c)).collect();
    let rounds = interview::draw(
        Pool {
            personas: &personas,
            cases: &cases,
        },
        mode,
        &Wanted::default(),
        seed,
    )
    .unwrap();
    let frozen = Frozen {
        personas: BTreeMap::new(),
        cases: BTreeMap::new(),
        rubric: String::new(),
        pushback: String::new(),
    };
    let opened = Opened {
        user: "u".into(),
        guild: "g".into(),
        mode,
        seed,
        rounds,
        engine: Engine::Offline,
        frozen,
    };
    Recorded {
        seq: 0,
        at_ms: 0,
        event: Event::Opened(Box::new(opened)),
    }
}

/// Plays deeds against the real offline panel until the session is over, and returns its log.
fn played(materials: &Arc<Materials>, mode: Mode, seed: u64, deeds: &[Deed]) -> Vec<Recorded> {
    let first = opened(materials, mode, seed);
    let mut interview = Interview::open(Arc::clone(materials), &first).unwrap();
    let mut log = vec![first];
    let mut deeds = deeds.iter().enumerate();
    while let Some(event) = next_event(&interview, &mut deeds) {
        let recorded = Recorded {
            seq: interview.next_seq(),
            at_ms: 1,
            event,
        };
        interview.apply(&recorded);
        log.push(recorded);
        assert!(log.len() < 2000, "a session must come to an end");
    }
    log
}

fn next_event<'a>(interview: &Interview, deeds: &mut impl Iterator<Item = (usize, &'a Deed)>) -> Option<Event> {
    let by = Provenance::Offline {
        version: 1,
        instead_of: None,
    };
    Some(match interview.due() {
        Due::Speak { ticket, persona, act } => {
            let text = worded(interview, ticket, act);
            Event::Said(Said {
                ticket,
                persona: persona.clone(),
                act: act.clone(),
                text,
                by,
            })
        }
        Due::Judge { ticket } => Event::Judged(Box::new(Judgement {
            ticket,
            heard: heard(interview),
        })),
        Due::Listen => {
            let (index, deed) = deeds.next()?;
            let key = format!("key-{index}");
            match deed {
                Deed::Answer(text) => Event::Answered(Answered {
                    key,
                    text: text.clone(),
                    timing: Timing::default(),
                    confidence: None,
                }),
                Deed::Hint => Event::HintAsked { key },
                Deed::Skip => Event::Skipped { key },
                Deed::PauseAndResume => Event::Paused,
                Deed::End => Event::Ended {
                    reason: EndReason::ByCandidate,
                },
            }
        }
        Due::Rest => Event::Resumed,
        Due::Finish => Event::Ended {
            reason: EndReason::Completed,
        },
        Due::Over => return None,
    })
}

fn worded(interview: &Interview, ticket: u32, act: &Act) -> String {
    let said: Vec<&str> = interview
        .said()
        .iter()
        .map(|utterance| utterance.text.as_str())
        .collect();
    let question = match act {
        Act::Ask { question, .. } => Some(question),
        _ => interview.thread().and_then(|thread| thread.asked.source.as_ref()),
    };
    offline::word(&offline::Wording {
        materials: interview.materials(),
        persona: interview.lead_persona().unwrap(),
        act,
        question,
        last_prompt: interview.last_question(),
        after_skip: false,
        said: &said,
        draw: (interview.opened().seed, ticket),
    })
}

fn heard(interview: &Interview) -> Heard {
    let context = interview.judge_context().unwrap();
    if let Some(question) = offline::judge::is_clarifying(&context.exchange.answer).filter(|_| interview.takes_asides())
    {
        return Heard::Clarifying {
            gives: interview.fact_for(question),
        };
    }
    let reference = hotseat::domain::assessment::Reference::default();
    let assessment = offline::judge::judge(&context.input(&reference), &context.called);
    let (assessment, ungrounded) = evidence::ground(assessment, &context.exchange.answer);
    Heard::Answer {
        assessment: Box::new(assessment),
        ungrounded,
        cross_check: BTreeMap::new(),
    }
}

fn fold(materials: &Arc<Materials>, log: &[Recorded]) -> Interview {
    Interview::fold(Arc::clone(materials), log).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn resuming_at_any_event_gives_the_same_session(deeds in prop::collection::vec(deed(), 1..24), seed in 0_u64..500) {
        let materials = materials();
        let log = played(&materials, Mode::Round, seed, &deeds);
        let whole = fold(&materials, &log);
        for cut in 1..log.len() {
            let mut resumed = fold(&materials, &log[..cut]);
            for recorded in &log[cut..] {
                resumed.apply(recorded);
            }
            prop_assert_eq!(&resumed, &whole);
        }
    }

    #[test]
    fn doubled_events_change_nothing(deeds in prop::collection::vec(deed(), 1..16), seed in 0_u64..500) {
        let materials = materials();
        let log = played(&materials, Mode::Quick, seed, &deeds);
        let whole = fold(&materials, &log);
        let doubled: Vec<Recorded> = log.iter().flat_map(|recorded| [recorded.clone(), recorded.clone()]).collect();
        prop_assert_eq!(fold(&materials, &doubled), whole);
    }

    #[test]
    fn a_reply_with_another_ticket_changes_nothing_but_the_count(deeds in prop::collection::vec(deed(), 1..12), seed in 0_u64..500) {
        let materials = materials();
        let log = played(&materials, Mode::Quick, seed, &deeds);
        for cut in 1..log.len() {
            let mut interview = fold(&materials, &log[..cut]);
            let before = interview.clone();
            let late = log[..cut].iter().rev().find(|r| matches!(r.event, Event::Said(_) | Event::Judged(_))).cloned();
            if let Some(mut late) = late {
                late.seq = interview.next_seq();
                prop_assert!(matches!(interview.apply(&late), Applied::Ignored(_)));
                prop_assert_eq!(interview.due(), before.due());
                prop_assert_eq!(interview.transcript(), before.transcript());
                prop_assert_eq!(interview.said(), before.said());
            }
        }
    }

    #[test]
    fn the_panel_says_nothing_twice_and_pushes_back_three_times_at_most(
        deeds in prop::collection::vec(deed(), 1..40), seed in 0_u64..500
    ) {
        let materials = materials();
        let whole = fold(&materials, &played(&materials, Mode::Round, seed, &deeds));
        let mut texts: Vec<&str> = whole.said().iter()
            .filter(|utterance| matches!(utterance.act, Act::Ask { .. } | Act::Pushback(_)))
            .map(|utterance| utterance.text.as_str()).collect();
        let all = texts.len();
        texts.sort_unstable();
        texts.dedup();
        prop_assert_eq!(texts.len(), all);
        for thread in &whole.transcript().threads {
            prop_assert!(thread.exchanges.iter().filter(|exchange| exchange.pressed.is_some()).count() <= 3);
        }
        for utterance in whole.said() {
            prop_assert!(!utterance.text.trim().is_empty(), "{:?}", utterance.act);
            prop_assert!(!utterance.text.contains("{{"));
        }
    }
}
