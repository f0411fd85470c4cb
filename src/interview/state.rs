//! The state of a session and the only place it changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    event::{
        Act, Answered, EndReason, Event, Given, Heard, Judgement, Opened, PeerRole, Recorded, RoundPlan, Said, Ticket,
    },
    ladder,
};
use crate::domain::{
    assessment::{AnswerInput, Asked, Reference},
    case::{Case, Question, Reveal},
    ids::{PersonaId, QuestionRef, UserId},
    materials::Materials,
    persona::Persona,
    probe::Probe,
    signal::Signal,
    transcript::{Aside, ConstraintTold, Exchange, PeerCard, Thread, Transcript},
};

/// Hints a question.
const HINTS: u32 = 1;
/// Clarifying questions under one question that cost nothing; a further one is heard as an answer.
const ASIDES: usize = 4;

/// A session, folded from its log.
#[derive(Debug, Clone, PartialEq)]
pub struct Interview {
    materials: Arc<Materials>,
    opened: Opened,
    transcript: Transcript,
    said: Vec<Utterance>,
    keys: BTreeSet<String>,
    step: Step,
    tickets: Ticket,
    round: usize,
    question: usize,
    /// What the candidate is answering, where it is a pushback.
    pressing: Option<Probe>,
    /// The peer's pushback they are answering, where it is one.
    peer_prompt: Option<(UserId, String)>,
    peers: BTreeMap<UserId, PeerRole>,
    turns: u32,
    paused: bool,
    ended: Option<EndReason>,
    next_seq: u64,
    opened_ms: i64,
    updated_ms: i64,
}

/// Something the panel said, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// Who.
    pub persona: PersonaId,
    /// What it did.
    pub act: Act,
    /// The words.
    pub text: String,
    /// The answers given before it.
    pub after_turn: u32,
    /// Who worded it.
    pub by: crate::domain::provenance::Provenance,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Speak { ticket: Ticket, act: Act },
    Judge { ticket: Ticket },
    Listen,
    Finish,
    Over,
}

/// What is outstanding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Due<'a> {
    /// The panel has something to say.
    Speak {
        /// The request's number.
        ticket: Ticket,
        /// Who speaks.
        persona: &'a PersonaId,
        /// What to say.
        act: &'a Act,
    },
    /// The last answer is to be judged.
    Judge {
        /// The request's number.
        ticket: Ticket,
    },
    /// The candidate's turn.
    Listen,
    /// The session rests until it is resumed.
    Rest,
    /// Everything was asked: [`Event::Ended`] is to be recorded.
    Finish,
    /// The session has ended.
    Over,
}

/// What folding an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It changed the state.
    Changed,
    /// It changed nothing.
    Ignored(Ignored),
}

/// Why an event changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// It was folded before.
    Doubled,
    /// It answers a request that is no longer awaited.
    Late,
    /// It is not possible in this state.
    OutOfPlace,
    /// Events before it are missing.
    Gap,
}

/// Why something the candidate asked for can't be done now, as a sentence for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The session has ended.
    #[error("this interview has ended; its debrief is there for you")]
    Over,
    /// The session is paused.
    #[error("this interview is paused; resume it first")]
    Paused,
    /// The panel is speaking or thinking.
    #[error("the panel is not done yet; one moment")]
    NotYourTurn,
    /// The same message again.
    #[error("that message was already taken as your answer")]
    Doubled,
    /// Hints are used up.
    #[error("there is one hint a question, and you have had it")]
    NoMoreHints,
    /// It isn't paused.
    #[error("this interview is not paused")]
    NotPaused,
    /// One pushback a peer and question.
    #[error("you have pushed back on this question already; one is what a peer has")]
    PeerHasAsked,
}

/// All that a judge needs for the answer at hand.
#[derive(Debug, Clone)]
pub struct JudgeContext<'a> {
    /// The question's thread so far; the last exchange is the one to judge.
    pub thread: &'a Thread,
    /// The exchange to judge.
    pub exchange: &'a Exchange,
    /// The product of the case.
    pub product: &'a str,
    /// The signals to judge.
    pub called: BTreeSet<Signal>,
    earlier: Vec<&'a str>,
    constraint_told: bool,
}

impl JudgeContext<'_> {
    /// The input for a judge.
    #[must_use]
    pub fn input<'b>(&'b self, reference: &'b Reference) -> AnswerInput<'b> {
        let limit = self.thread.constraint.as_ref();
        AnswerInput {
            round: self.thread.asked.round,
            kind: self.thread.asked.kind,
            asks: &self.thread.asked.asks,
            question: &self.exchange.prompt,
            constraint: limit.filter(|_| self.constraint_told).map(|limit| limit.text.as_str()),
            constraint_unstated: limit.is_some() && !self.constraint_told,
            earlier: &self.earlier,
            pressed: self.exchange.pressed,
            answer: &self.exchange.answer,
            timing: Some(&self.exchange.timing),
            reference,
        }
    }
}

impl Interview {
    /// Opens a session from its first event; nothing where that is another event, or its plan asks for what the materials lack.
    #[must_use]
    pub fn open(materials: Arc<Materials>, first: &Recorded) -> Option<Interview> {
        let Event::Opened(opened) = &first.event else {
            return None;
        };
        let complete = opened.rounds.iter().all(|plan| {
            materials.personas.contains_key(&plan.lead)
                && plan.panel.iter().all(|id| materials.personas.contains_key(id))
                && !plan.questions.is_empty()
                && plan
                    .questions
                    .iter()
                    .all(|question| materials.question(question).is_some())
        });
        if !complete || opened.rounds.is_empty() || first.seq != 0 {
            return None;
        }
        let mut interview = Interview {
            materials,
            opened: (**opened).clone(),
            transcript: Transcript::default(),
            said: Vec::new(),
            keys: BTreeSet::new(),
            step: Step::Listen,
            tickets: 0,
            round: 0,
            question: 0,
            pressing: None,
            peer_prompt: None,
            peers: BTreeMap::new(),
            turns: 0,
            paused: false,
            ended: None,
            next_seq: 1,
            opened_ms: first.at_ms,
            updated_ms: first.at_ms,
        };
        interview.speak(Act::Introduce);
        Some(interview)
    }

    /// Folds a whole log.
    #[must_use]
    pub fn fold(materials: Arc<Materials>, log: &[Recorded]) -> Option<Interview> {
        let (first, rest) = log.split_first()?;
        let mut interview = Interview::open(materials, first)?;
        for recorded in rest {
            interview.apply(recorded);
        }
        Some(interview)
    }

    /// Folds one event. An event that doesn't fit changes nothing but is counted, since the log holds it.
    pub fn apply(&mut self, recorded: &Recorded) -> Applied {
        if recorded.seq < self.next_seq {
            return Applied::Ignored(Ignored::Doubled);
        }
        if recorded.seq > self.next_seq {
            return Applied::Ignored(Ignored::Gap);
        }
        self.next_seq += 1;
        self.updated_ms = recorded.at_ms;
        match self.fits(&recorded.event) {
            Ok(()) => {
                self.change(&recorded.event);
                Applied::Changed
            }
            Err(ignored) => Applied::Ignored(ignored),
        }
    }

    /// What is outstanding.
    #[must_use]
    pub fn due(&self) -> Due<'_> {
        if matches!(self.step, Step::Over) {
            return Due::Over;
        }
        if self.paused {
            return Due::Rest;
        }
        match &self.step {
            Step::Speak { ticket, act } => Due::Speak {
                ticket: *ticket,
                persona: self.lead(),
                act,
            },
            Step::Judge { ticket } => Due::Judge { ticket: *ticket },
            Step::Listen => Due::Listen,
            Step::Finish => Due::Finish,
            Step::Over => Due::Over,
        }
    }

    /// Why an event of the candidate can't be taken now; none where it can.
    #[must_use]
    pub fn refusal(&self, event: &Event) -> Option<Refusal> {
        if matches!(self.step, Step::Over) {
            return Some(Refusal::Over);
        }
        match event {
            Event::Paused if self.paused => Some(Refusal::Paused),
            Event::Resumed if !self.paused => Some(Refusal::NotPaused),
            Event::Paused
            | Event::Resumed
            | Event::Ended { .. }
            | Event::Edited { .. }
            | Event::Withdrawn { .. }
            | Event::Confidence { .. }
            | Event::PeerJoined { .. }
            | Event::PeerScored(_) => None,
            _ if self.paused => Some(Refusal::Paused),
            Event::Answered(Answered { key, .. })
            | Event::HintAsked { key }
            | Event::Skipped { key }
            | Event::PeerAsked { key, .. }
                if self.keys.contains(key) =>
            {
                Some(Refusal::Doubled)
            }
            _ if !matches!(self.step, Step::Listen) => Some(Refusal::NotYourTurn),
            Event::HintAsked { .. } if self.thread().is_some_and(|thread| thread.hints >= HINTS) => {
                Some(Refusal::NoMoreHints)
            }
            Event::PeerAsked { peer, .. } if self.has_asked(peer) => Some(Refusal::PeerHasAsked),
            _ => None,
        }
    }

    fn fits(&self, event: &Event) -> Result<(), Ignored> {
        match event {
            Event::Said(Said { ticket, .. }) => match &self.step {
                Step::Speak { ticket: awaited, .. } if ticket == awaited => Ok(()),
                _ => Err(Ignored::Late),
            },
            Event::Judged(judgement) => match &self.step {
                Step::Judge { ticket: awaited } if judgement.ticket == *awaited => Ok(()),
                _ => Err(Ignored::Late),
            },
            Event::Opened(_) => Err(Ignored::OutOfPlace),
            other => match self.refusal(other) {
                None => Ok(()),
                Some(Refusal::Doubled) => Err(Ignored::Doubled),
                Some(_) => Err(Ignored::OutOfPlace),
            },
        }
    }

    fn change(&mut self, event: &Event) {
        match event {
            Event::Opened(_) => {}
            Event::Said(said) => self.heard_panel(said),
            Event::Answered(answered) => self.answered(answered),
            Event::Judged(judgement) => self.judged(judgement),
            Event::HintAsked { key } => {
                self.keys.insert(key.clone());
                if let Some(thread) = self.transcript.threads.last_mut() {
                    thread.hints += 1;
                }
                self.speak(Act::Hint);
            }
            Event::Skipped { key } => {
                self.keys.insert(key.clone());
                if let Some(thread) = self.transcript.threads.last_mut() {
                    thread.skipped = true;
                }
                self.next_question();
            }
            Event::Edited { key, text } => self.edited(key, text),
            Event::Withdrawn { key } => self.withdrawn(key),
            Event::Confidence { percent } => {
                if let Some(exchange) = self.last_exchange() {
                    exchange.confidence = Some((*percent).min(100));
                }
            }
            Event::PeerJoined { peer, role } => {
                self.peers.insert(peer.clone(), *role);
            }
            Event::PeerAsked { key, peer, text } => {
                self.keys.insert(key.clone());
                self.pressing = None;
                self.peer_prompt = Some((peer.clone(), text.clone()));
            }
            Event::PeerScored(card) => {
                let same = |known: &PeerCard| known.rater == card.rater && known.question == card.question;
                self.transcript.cards.retain(|known| !same(known));
                self.transcript.cards.push(card.clone());
            }
            Event::Paused => self.paused = true,
            Event::Resumed => self.paused = false,
            Event::Ended { reason } => {
                self.ended = Some(*reason);
                self.paused = false;
                self.step = Step::Over;
            }
        }
    }

    fn last_exchange(&mut self) -> Option<&mut Exchange> {
        self.transcript.threads.last_mut()?.exchanges.last_mut()
    }

    /// Whether the panel has not spoken to the last answer yet, so that it can still change.
    fn is_open(&self, key: &str) -> bool {
        let last = self.thread().and_then(|thread| thread.exchanges.last());
        matches!(self.step, Step::Judge { .. } | Step::Speak { .. }) && last.is_some_and(|exchange| exchange.key == key)
    }

    fn edited(&mut self, key: &str, text: &str) {
        if self.is_open(key) {
            if let Some(exchange) = self.last_exchange() {
                text.clone_into(&mut exchange.answer);
                exchange.assessment = None;
            }
            let ticket = self.ticket();
            self.step = Step::Judge { ticket };
        } else {
            let mut all = self
                .transcript
                .threads
                .iter_mut()
                .flat_map(|thread| &mut thread.exchanges);
            if let Some(exchange) = all.find(|exchange| exchange.key == key) {
                exchange.edited_later = true;
            }
        }
    }

    fn withdrawn(&mut self, key: &str) {
        if matches!(self.step, Step::Judge { .. }) && self.is_open(key) {
            if let Some(thread) = self.transcript.threads.last_mut() {
                thread.exchanges.pop();
            }
            self.step = Step::Listen;
        }
    }

    fn has_asked(&self, peer: &UserId) -> bool {
        let answered = self.thread().is_some_and(|thread| {
            thread
                .exchanges
                .iter()
                .any(|exchange| exchange.asked_by.as_ref() == Some(peer))
        });
        answered || self.peer_prompt.as_ref().is_some_and(|(by, _)| by == peer)
    }

    fn heard_panel(&mut self, said: &Said) {
        if matches!(said.act, Act::Ask { .. } | Act::Pushback(_)) {
            self.peer_prompt = None;
        }
        match &said.act {
            Act::Introduce => self.ask_current(false),
            Act::Ask { question, .. } => {
                self.begin_thread(question);
                self.step = Step::Listen;
            }
            Act::Pushback(pushback) => {
                self.pressing = Some(pushback.probe);
                if pushback.probe == Probe::RevealConstraint {
                    self.tell_constraint();
                }
                self.step = Step::Listen;
            }
            Act::Clarify { gives } => {
                if matches!(gives, Some(Given::Constraint(_))) {
                    self.tell_constraint();
                }
                self.step = Step::Listen;
            }
            Act::Hint => self.step = Step::Listen,
            Act::Close => self.next_round(),
        }
        self.said.push(Utterance {
            persona: said.persona.clone(),
            act: said.act.clone(),
            text: said.text.clone(),
            after_turn: self.turns,
            by: said.by.clone(),
        });
    }

    fn answered(&mut self, answered: &Answered) {
        self.keys.insert(answered.key.clone());
        self.turns += 1;
        let (asked_by, prompt) = match self.peer_prompt.take() {
            Some((peer, text)) => (Some(peer), text),
            None => (
                None,
                self.last_prompt()
                    .map_or_else(String::new, |utterance| utterance.text.clone()),
            ),
        };
        let exchange = Exchange {
            key: answered.key.clone(),
            turn: self.turns,
            prompt,
            pressed: self.pressing,
            asked_by,
            edited_later: false,
            answer: answered.text.clone(),
            timing: answered.timing.clone(),
            confidence: answered.confidence,
            assessment: None,
            ungrounded: 0,
            cross_check: BTreeMap::new(),
        };
        if let Some(thread) = self.transcript.threads.last_mut() {
            thread.exchanges.push(exchange);
        }
        let ticket = self.ticket();
        self.step = Step::Judge { ticket };
    }

    fn judged(&mut self, judgement: &Judgement) {
        let Some(thread) = self.transcript.threads.last_mut() else {
            return;
        };
        match &judgement.heard {
            Heard::Clarifying { gives } => {
                if let Some(exchange) = thread.exchanges.pop() {
                    thread.asides.push(Aside {
                        turn: exchange.turn,
                        text: exchange.answer,
                    });
                }
                let act = Act::Clarify { gives: gives.clone() };
                self.speak(act);
            }
            Heard::Answer {
                assessment,
                ungrounded,
                cross_check,
            } => {
                if let Some(exchange) = thread.exchanges.last_mut() {
                    exchange.assessment = Some((**assessment).clone());
                    exchange.ungrounded = *ungrounded;
                    exchange.cross_check.clone_from(cross_check);
                }
                match self
                    .current_question()
                    .and_then(|(_, question)| ladder::next(&self.materials.rubric, question, self.thread()?))
                {
                    Some(pushback) => self.speak(Act::Pushback(pushback)),
                    None => self.next_question(),
                }
            }
        }
    }

    fn begin_thread(&mut self, question: &QuestionRef) {
        let Some((case, asked)) = self.materials.question(question) else {
            return;
        };
        let limit = case.constraint_of(asked);
        let told = limit.is_some_and(|limit| limit.reveal == Reveal::WithQuestion);
        let thread = Thread {
            asked: Asked {
                source: Some(question.clone()),
                text: asked.text.clone(),
                round: asked.round,
                kind: asked.kind,
                asks: asked.asks.clone(),
            },
            lead: self.lead().clone(),
            constraint: limit.map(|limit| ConstraintTold {
                text: limit.text.clone(),
                told: told.then_some(self.turns + 1),
            }),
            exchanges: Vec::new(),
            skipped: false,
            hints: 0,
            asides: Vec::new(),
        };
        self.transcript.threads.push(thread);
        self.pressing = None;
    }

    fn tell_constraint(&mut self) {
        let next = self.turns + 1;
        if let Some(limit) = self
            .transcript
            .threads
            .last_mut()
            .and_then(|thread| thread.constraint.as_mut())
        {
            limit.told.get_or_insert(next);
        }
    }

    fn next_question(&mut self) {
        let more = self.plan().is_some_and(|plan| self.question + 1 < plan.questions.len());
        if more && !ladder::time_is_up(self.opened.mode, &self.transcript) {
            self.question += 1;
            self.ask_current(true);
        } else {
            self.speak(Act::Close);
        }
    }

    fn next_round(&mut self) {
        if self.round + 1 < self.opened.rounds.len() {
            self.round += 1;
            self.question = 0;
            self.speak(Act::Introduce);
        } else {
            self.step = Step::Finish;
        }
    }

    fn ask_current(&mut self, follows: bool) {
        let Some(question) = self.plan().and_then(|plan| plan.questions.get(self.question)).cloned() else {
            return self.speak(Act::Close);
        };
        let known = |thread: &Thread| {
            thread
                .asked
                .source
                .as_ref()
                .is_some_and(|source| source.case == question.case)
        };
        let scene = !self.transcript.threads.iter().any(known);
        self.speak(Act::Ask {
            question,
            follows,
            scene,
        });
    }

    fn speak(&mut self, act: Act) {
        let ticket = self.ticket();
        self.step = Step::Speak { ticket, act };
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        self.tickets
    }

    fn plan(&self) -> Option<&RoundPlan> {
        self.opened.rounds.get(self.round)
    }

    /// Who leads the round at hand. A session has at least one round, and `round` never points behind the last.
    fn lead(&self) -> &PersonaId {
        &self.opened.rounds[self.round].lead
    }

    /// The persona that leads the round at hand.
    #[must_use]
    pub fn lead_persona(&self) -> Option<&Persona> {
        self.materials.personas.get(self.lead())
    }

    /// The question at hand with its case.
    #[must_use]
    pub fn current_question(&self) -> Option<(&Case, &Question)> {
        let source = self.thread()?.asked.source.as_ref()?;
        self.materials.question(source)
    }

    /// The thread at hand.
    #[must_use]
    pub fn thread(&self) -> Option<&Thread> {
        self.transcript.threads.last()
    }

    /// What a judge needs for the answer at hand; none where no answer waits.
    #[must_use]
    pub fn judge_context(&self) -> Option<JudgeContext<'_>> {
        let thread = self.thread()?;
        let (exchange, before) = thread.exchanges.split_last()?;
        let (case, _) = self.current_question()?;
        let constraint_told = thread
            .constraint
            .as_ref()
            .is_some_and(|limit| limit.told.is_some_and(|told| told <= exchange.turn));
        let asked = &thread.asked;
        let mut called = self
            .materials
            .rubric
            .called_for(asked.round, asked.kind, &asked.asks, constraint_told);
        let pressed = exchange.pressed.and_then(Probe::signal);
        if exchange.is_follow_up() && pressed != Some(Signal::ConstraintTiming) {
            // An answer to something else is not measured by the limit once more.
            called.remove(&Signal::ConstraintTiming);
        }
        called.extend(pressed);
        Some(JudgeContext {
            thread,
            exchange,
            product: &case.product,
            called,
            earlier: before.iter().map(|exchange| exchange.answer.as_str()).collect(),
            constraint_told,
        })
    }

    /// What answers a clarifying question, from the case's locked facts.
    #[must_use]
    pub fn fact_for(&self, question: &str) -> Option<Given> {
        let (case, asked) = self.current_question()?;
        super::clarify::answer(case, case.constraint_of(asked), question)
    }

    /// Whether a further clarifying question is answered, or heard as an answer.
    #[must_use]
    pub fn takes_asides(&self) -> bool {
        self.thread().is_some_and(|thread| thread.asides.len() < ASIDES)
    }

    /// The question or pushback the candidate is answering.
    #[must_use]
    pub fn last_prompt(&self) -> Option<&Utterance> {
        self.said
            .iter()
            .rev()
            .find(|utterance| matches!(utterance.act, Act::Ask { .. } | Act::Pushback(_)))
    }

    /// What the candidate is answering: a question's own words, or a pushback as it was said.
    #[must_use]
    pub fn last_question(&self) -> Option<&str> {
        if let Some((_, text)) = &self.peer_prompt {
            return Some(text);
        }
        let last = self.last_prompt()?;
        match &last.act {
            Act::Ask { question, .. } => self.materials.question(question).map(|(_, asked)| asked.text.as_str()),
            _ => Some(&last.text),
        }
    }

    /// Who takes part besides the candidate.
    #[must_use]
    pub fn peers(&self) -> &BTreeMap<UserId, PeerRole> {
        &self.peers
    }

    /// Everything the panel said, in order.
    #[must_use]
    pub fn said(&self) -> &[Utterance] {
        &self.said
    }

    /// What was asked, answered and judged.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// What the session was opened with.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The contents it is held with.
    #[must_use]
    pub fn materials(&self) -> &Arc<Materials> {
        &self.materials
    }

    /// Why it ended, where it has.
    #[must_use]
    pub fn ended(&self) -> Option<EndReason> {
        self.ended
    }

    /// Whether it rests.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// The number of events folded, which is the number of the next one.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// When it was opened and when it last changed, in milliseconds since 1970.
    #[must_use]
    pub fn times_ms(&self) -> (i64, i64) {
        (self.opened_ms, self.updated_ms)
    }
}
