//! Sessions made by hand: each step is an event folded into the interview, and judgements are written out instead of judged.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use hotseat::{
    domain::{
        assessment::{Assessment, CalibrationType, Component, ConstraintError, IntegrityEvent, Judged, Stance},
        ids::QuestionRef,
        materials::Materials,
        probe::Probe,
        provenance::{Fallback, Provenance, Usage},
        signal::{Level, Round, Signal},
        timing::{Medium, Timing},
    },
    interview::{
        Due, Interview,
        event::{
            Act, Answered, EndReason, Engine, Event, Frozen, Given, Heard, Judgement, Mode, Opened, Recorded,
            RoundPlan, Said,
        },
    },
    library,
};

/// 24 November 2026, 15:31 UTC.
pub(crate) const OPENED_MS: i64 = 1_795_534_267_000;

/// The files compiled into the program, read once.
pub(crate) static SHIPPED: LazyLock<library::Library> = LazyLock::new(library::shipped);

/// A session that is being held.
pub(crate) struct Sitting {
    pub(crate) interview: Interview,
    at_ms: i64,
    keys: u32,
}

/// One round of it: who leads, who listens, and the questions as `case/question`.
pub(crate) fn round(round: Round, lead: &str, panel: &[&str], questions: &[&str]) -> RoundPlan {
    let question = |text: &&str| {
        let (case, question) = text.split_once('/').unwrap();
        QuestionRef {
            case: case.into(),
            question: question.into(),
        }
    };
    RoundPlan {
        round,
        lead: lead.into(),
        panel: panel.iter().map(|id| (*id).into()).collect(),
        questions: questions.iter().map(question).collect(),
    }
}

impl Sitting {
    /// Opens a session and lets the panel ask its first question.
    pub(crate) fn open(mode: Mode, rounds: Vec<RoundPlan>) -> Sitting {
        let shipped = &*SHIPPED;
        let materials = Materials {
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
        };
        let frozen = Frozen {
            personas: BTreeMap::new(),
            cases: shipped
                .cases
                .keys()
                .map(|id| (id.to_string(), format!("hash-of-{id}")))
                .collect(),
            rubric: "4f1c2d9ab07e".to_owned(),
            pushback: String::new(),
        };
        let opened = Opened {
            user: "sam".into(),
            guild: "terminal".into(),
            mode,
            seed: 7,
            rounds,
            engine: Engine::Auto,
            frozen,
        };
        let first = Recorded {
            seq: 0,
            at_ms: OPENED_MS,
            event: Event::Opened(Box::new(opened)),
        };
        let mut sitting = Sitting {
            interview: Interview::open(Arc::new(materials), &first).unwrap(),
            at_ms: OPENED_MS,
            keys: 0,
        };
        sitting.listen();
        sitting
    }

    /// The candidate answers, and the panel hears and reacts.
    pub(crate) fn answer(&mut self, text: &str, heard: Hearing) -> &mut Sitting {
        self.say(text, heard.timing.clone(), heard.confidence);
        let heard = Heard::Answer {
            assessment: Box::new(heard.assessment),
            ungrounded: heard.ungrounded,
            cross_check: heard.cross_check,
        };
        self.judge(heard)
    }

    /// The candidate answers, and no judgement comes.
    pub(crate) fn answer_unjudged(&mut self, text: &str) -> &mut Sitting {
        self.say(text, Timing::default(), None);
        self
    }

    /// The candidate asks back.
    pub(crate) fn ask_back(&mut self, text: &str) -> &mut Sitting {
        self.say(text, Timing::default(), None);
        let gives = self.interview.fact_for(text);
        self.judge(Heard::Clarifying { gives })
    }

    pub(crate) fn hint(&mut self) -> &mut Sitting {
        let key = self.key();
        self.record(Event::HintAsked { key });
        self.listen()
    }

    pub(crate) fn skip(&mut self) -> &mut Sitting {
        let key = self.key();
        self.record(Event::Skipped { key });
        self.listen()
    }

    pub(crate) fn pause(&mut self) -> &mut Sitting {
        self.record(Event::Paused);
        self
    }

    pub(crate) fn end(&mut self) -> &mut Sitting {
        self.record(Event::Ended {
            reason: EndReason::ByCandidate,
        });
        self
    }

    /// The pushback the candidate is answering, if it is one.
    pub(crate) fn pressed(&self) -> Option<Probe> {
        match &self.interview.last_prompt()?.act {
            Act::Pushback(pushback) => Some(pushback.probe),
            _ => None,
        }
    }

    fn say(&mut self, text: &str, timing: Timing, confidence: Option<u8>) {
        assert_eq!(self.interview.due(), Due::Listen, "it is not the candidate's turn");
        let key = self.key();
        self.record(Event::Answered(Answered {
            key,
            text: text.to_owned(),
            timing,
            confidence,
        }));
    }

    fn judge(&mut self, heard: Heard) -> &mut Sitting {
        let Due::Judge { ticket } = self.interview.due() else {
            panic!("there is nothing to judge")
        };
        self.record(Event::Judged(Box::new(Judgement { ticket, heard })));
        self.listen()
    }

    /// Lets the panel speak until it is the candidate's turn or everything was asked.
    fn listen(&mut self) -> &mut Sitting {
        loop {
            match self.interview.due() {
                Due::Speak { ticket, persona, act } => {
                    let said = Said {
                        ticket,
                        persona: persona.clone(),
                        act: act.clone(),
                        text: self.words(act),
                        by: rules(),
                    };
                    self.record(Event::Said(said));
                }
                Due::Finish => self.record(Event::Ended {
                    reason: EndReason::Completed,
                }),
                _ => return self,
            }
        }
    }

    fn words(&self, act: &Act) -> String {
        let materials = self.interview.materials();
        match act {
            Act::Ask { question, .. } => materials.question(question).unwrap().1.text.clone(),
            Act::Pushback(pushback) => materials.pushback[&pushback.probe].plain[0].clone(),
            Act::Clarify {
                gives: Some(Given::Fact(id)),
            } => {
                let (case, _) = self.interview.current_question().unwrap();
                case.fact.iter().find(|fact| &fact.id == id).unwrap().text.clone()
            }
            Act::Clarify { .. } => "I don't have that number. What would you assume?".to_owned(),
            _ => "Let us go on.".to_owned(),
        }
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("key{}", self.keys)
    }

    fn record(&mut self, event: Event) {
        self.at_ms += 30_000;
        let recorded = Recorded {
            seq: self.interview.next_seq(),
            at_ms: self.at_ms,
            event,
        };
        self.interview.apply(&recorded);
    }
}

fn rules() -> Provenance {
    Provenance::Offline {
        version: 1,
        instead_of: None,
    }
}

/// A judgement, written out.
#[derive(Clone)]
pub(crate) struct Hearing {
    assessment: Assessment,
    timing: Timing,
    confidence: Option<u8>,
    ungrounded: u32,
    cross_check: BTreeMap<Signal, Level>,
}

impl Hearing {
    pub(crate) fn new() -> Hearing {
        Hearing {
            assessment: Assessment {
                signals: BTreeMap::new(),
                calibration: None,
                constraint_error: None,
                bloat: Vec::new(),
                stance: None,
                integrity: Vec::new(),
                kpi: None,
                by: rules(),
            },
            timing: Timing::default(),
            confidence: None,
            ungrounded: 0,
            cross_check: BTreeMap::new(),
        }
    }

    /// A level with its quotes and the judge's reason.
    pub(crate) fn level(mut self, signal: Signal, level: u8, evidence: &[&str], reason: &str) -> Hearing {
        let judged = Judged {
            level: Level::new(level),
            evidence: evidence.iter().map(ToString::to_string).collect(),
            reason: reason.to_owned(),
            probe: None,
            focus: None,
        };
        self.assessment.signals.insert(signal, judged);
        self
    }

    /// What a pushback on the signal presses.
    pub(crate) fn missing(mut self, signal: Signal, probe: Probe) -> Hearing {
        self.assessment.signals.get_mut(&signal).unwrap().probe = Some(probe);
        self
    }

    /// A signal that was called for and could not be judged.
    pub(crate) fn unjudged(mut self, signal: Signal) -> Hearing {
        self = self.level(signal, 0, &[], "no quote supports a level");
        self.assessment.signals.get_mut(&signal).unwrap().level = None;
        self
    }

    pub(crate) fn calibration(mut self, kind: CalibrationType) -> Hearing {
        self.assessment.calibration = Some(kind);
        self
    }

    pub(crate) fn constraint(mut self, error: ConstraintError) -> Hearing {
        self.assessment.constraint_error = Some(error);
        self
    }

    pub(crate) fn bloat(mut self, components: &[&str]) -> Hearing {
        self.assessment.bloat = components
            .iter()
            .map(|quote| Component {
                quote: (*quote).to_owned(),
            })
            .collect();
        self
    }

    pub(crate) fn stance(mut self, stance: Stance) -> Hearing {
        self.assessment.stance = Some(stance);
        self
    }

    pub(crate) fn kpi(mut self, kpi: &str) -> Hearing {
        self.assessment.kpi = Some(kpi.to_owned());
        self
    }

    pub(crate) fn integrity(mut self, event: IntegrityEvent, quote: &str) -> Hearing {
        self.assessment.integrity.push((event, quote.to_owned()));
        self
    }

    pub(crate) fn by_model(mut self, model: &str) -> Hearing {
        let usage = Usage {
            requests: 1,
            prompt_tokens: 1800,
            completion_tokens: 420,
            estimated: false,
            latency_ms: 2300,
        };
        self.assessment.by = Provenance::Model {
            model: model.to_owned(),
            prompt: "9c1f".to_owned(),
            usage,
        };
        self
    }

    pub(crate) fn instead_of(mut self, model: &str, reason: &str) -> Hearing {
        let fallback = Fallback {
            model: model.to_owned(),
            reason: reason.to_owned(),
        };
        self.assessment.by = Provenance::Offline {
            version: 1,
            instead_of: Some(fallback),
        };
        self
    }

    pub(crate) fn cross(mut self, signal: Signal, level: u8) -> Hearing {
        self.cross_check.insert(signal, Level::new(level).unwrap());
        self
    }

    pub(crate) fn ungrounded(mut self, count: u32) -> Hearing {
        self.ungrounded = count;
        self
    }

    pub(crate) fn sure(mut self, per_cent: u8) -> Hearing {
        self.confidence = Some(per_cent);
        self
    }

    pub(crate) fn typed(mut self, think_s: f64, duration_s: f64) -> Hearing {
        self.timing = Timing {
            think_s: Some(think_s),
            duration_s: Some(duration_s),
            pauses_s: Vec::new(),
            medium: Medium::Typed,
        };
        self
    }

    pub(crate) fn spoken(mut self, think_s: f64, duration_s: f64, pauses_s: &[f64]) -> Hearing {
        self.timing = Timing {
            think_s: Some(think_s),
            duration_s: Some(duration_s),
            pauses_s: pauses_s.to_vec(),
            medium: Medium::Spoken,
        };
        self
    }
}
