//! Sessions to store, for the tests and measurements of the store.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use std::collections::BTreeMap;

use hotseat::{
    domain::{
        ids::{CaseId, GuildId, PersonaId, QuestionId, QuestionRef, SessionId, UserId},
        provenance::Provenance,
        signal::{Round, Signal},
        timing::{Medium, Timing},
    },
    interview::event::{Act, Answered, Engine, Event, Frozen, Mode, Opened, Recorded, RoundPlan, Said},
    store::{Append, Status, Summary},
};

/// A session that grows event by event, as the service would append it.
#[derive(Debug, Clone)]
pub struct Sitting {
    pub summary: Summary,
    pub events: Vec<Recorded>,
}

pub fn question() -> QuestionRef {
    QuestionRef {
        case: CaseId::from("language_lessons"),
        question: QuestionId::from("north_star"),
    }
}

pub fn opened(user: &str, guild: &str, content: &str) -> Event {
    Event::Opened(Box::new(Opened {
        user: UserId::from(user),
        guild: GuildId::from(guild),
        mode: Mode::Round,
        seed: u64::MAX,
        rounds: vec![RoundPlan {
            round: Round::ProductTranslation,
            lead: PersonaId::from("product_analyst"),
            panel: vec![PersonaId::from("bar_raiser")],
            questions: vec![question()],
        }],
        engine: Engine::Auto,
        frozen: Frozen {
            personas: BTreeMap::from([("product_analyst".to_owned(), content.to_owned())]),
            cases: BTreeMap::from([("language_lessons".to_owned(), content.to_owned())]),
            rubric: content.to_owned(),
            pushback: content.to_owned(),
        },
    }))
}

pub fn said(text: &str) -> Event {
    Event::Said(Said {
        ticket: 1,
        persona: PersonaId::from("product_analyst"),
        act: Act::Hint,
        text: text.to_owned(),
        by: Provenance::Offline {
            version: 1,
            instead_of: None,
        },
    })
}

pub fn answered(key: &str, text: &str) -> Event {
    Event::Answered(Answered {
        key: key.to_owned(),
        text: text.to_owned(),
        timing: Timing {
            think_s: Some(0.1 + 0.2),
            duration_s: Some(1e-7),
            pauses_s: vec![5.000_000_000_000_001, 1.0 / 3.0],
            medium: Medium::Typed,
        },
        confidence: Some(70),
    })
}

impl Sitting {
    /// A session with its first event.
    pub fn open(session: &str, user: &str, guild: &str, opened_ms: i64) -> Sitting {
        Sitting::with_content(session, user, guild, opened_ms, "no content")
    }

    pub fn with_content(session: &str, user: &str, guild: &str, opened_ms: i64, content: &str) -> Sitting {
        let summary = Summary {
            session: SessionId::from(session),
            user: UserId::from(user),
            guild: GuildId::from(guild),
            opened_ms,
            updated_ms: opened_ms,
            mode: Mode::Round,
            status: Status::Open,
            rounds: vec![Round::ProductTranslation],
            cases: vec![CaseId::from("language_lessons")],
            lead: PersonaId::from("product_analyst"),
            answers: 0,
            score: Some(100.0 / 3.0),
            verdict: None,
            levels: BTreeMap::from([(Signal::MetricFirst, 2.0 / 3.0)]),
            judges: vec!["offline 1".to_owned()],
            rubric: content.to_owned(),
            tokens: 0,
            events: 0,
        };
        let mut sitting = Sitting {
            summary,
            events: Vec::new(),
        };
        sitting.push(opened(user, guild, content));
        sitting
    }

    pub fn id(&self) -> &SessionId {
        &self.summary.session
    }

    pub fn count(&self) -> u64 {
        self.events.len() as u64
    }

    /// Adds an event; it is stored with the next `since`.
    pub fn push(&mut self, event: Event) -> &mut Sitting {
        let seq = self.count();
        let at_ms = self.summary.opened_ms + i64::try_from(seq).unwrap() * 1_000;
        self.summary.answers += u32::from(matches!(event, Event::Answered(_)));
        self.events.push(Recorded { seq, at_ms, event });
        self.summary.events = self.count();
        self.summary.updated_ms = at_ms;
        self
    }

    /// What has to be appended where the store has `stored` events.
    pub fn since(&self, stored: u64) -> Append {
        let events: Vec<Recorded> = self
            .events
            .iter()
            .skip(usize::try_from(stored).unwrap())
            .cloned()
            .collect();
        let keys = events.iter().filter_map(|recorded| match &recorded.event {
            Event::Answered(answered) => Some(answered.key.clone()),
            _ => None,
        });
        Append {
            session: self.id().clone(),
            expected: stored,
            keys: keys.collect(),
            events,
            summary: self.summary.clone(),
        }
    }

    /// All of it at once.
    pub fn whole(&self) -> Append {
        self.since(0)
    }
}

/// A session of an ordinary length.
pub fn ordinary(session: &str, user: &str, guild: &str, opened_ms: i64) -> Sitting {
    let mut sitting = Sitting::open(session, user, guild, opened_ms);
    for turn in 0..4 {
        sitting.push(said(&format!("How would you measure step {turn}?")));
        let answer = format!(
            "I would look at weekly learners who finish step {turn}. {}",
            "So I would. ".repeat(20)
        );
        sitting.push(answered(&format!("message {turn}"), &answer));
    }
    sitting.summary.status = Status::Finished;
    sitting
}
