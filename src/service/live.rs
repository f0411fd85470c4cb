//! One session's task: takes the candidate's inputs from a channel, runs what is due, stores before it speaks.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{clock, summary};
use crate::{
    domain::{ids::SessionId, timing::Timing},
    interview::{
        Due, Interview,
        event::{Act, Answered, EndReason, Event, Heard, Judgement, Recorded, Said},
    },
    panel::{Panel, Spent},
    store::{Append, Store, StoreError},
};

/// What the candidate does.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Answers.
    Answer {
        /// The front end's id of the message: one key is one turn.
        key: String,
        /// The text, verbatim.
        text: String,
        /// Its times.
        timing: Timing,
        /// How sure they said they were, in per cent.
        confidence: Option<u8>,
    },
    /// Asks for a hint.
    Hint {
        /// The front end's id of the request.
        key: String,
    },
    /// Skips the question.
    Skip {
        /// The front end's id of the request.
        key: String,
    },
    /// Pauses; the task ends.
    Pause,
    /// Ends the interview.
    End,
}

/// Who speaks, as a front end shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Their name.
    pub name: String,
    /// Their role.
    pub title: String,
}

/// What a front end shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The panel says something. It is stored.
    Said {
        /// Who.
        speaker: Speaker,
        /// What it does.
        act: Act,
        /// The words.
        text: String,
    },
    /// What was last asked, said again after a resume. Not a new turn.
    Again {
        /// Who.
        speaker: Speaker,
        /// The words.
        text: String,
    },
    /// The answer is stored and is being judged.
    Thinking,
    /// It is the candidate's turn.
    Listening,
    /// Something could not be done, as a sentence for the candidate. Nothing changed.
    Refused(String),
    /// The offline panel stands in for a model, and why.
    StoodIn(String),
    /// The session rests and can be resumed.
    Paused,
    /// The session has ended; its debrief can be had.
    Ended,
}

/// A session's task, from outside. Dropping it lets the task end after the step in hand.
#[derive(Debug)]
pub struct Live {
    /// The session.
    pub session: SessionId,
    /// What the candidate does goes in here.
    pub input: mpsc::Sender<Input>,
    /// What to show comes out here, until the session rests or has ended.
    pub updates: mpsc::Receiver<Update>,
}

pub(super) struct Parts {
    pub(super) session: SessionId,
    pub(super) interview: Interview,
    pub(super) store: Store,
    pub(super) panel: Panel,
    pub(super) answer_chars: usize,
    pub(super) spent_elsewhere: u64,
    pub(super) stop: CancellationToken,
    pub(super) resumed: bool,
}

/// Inputs that may wait while the panel works.
const WAITING: usize = 32;

/// Starts a session's task.
pub(super) fn start(parts: Parts) -> Live {
    let (input, inputs) = mpsc::channel(WAITING);
    let (out, updates) = mpsc::channel(WAITING);
    let session = parts.session.clone();
    let resumed = parts.resumed;
    let task = Task { parts, inputs, waiting: VecDeque::new(), out };
    tokio::spawn(task.run(resumed));
    Live { session, input, updates }
}

struct Task {
    parts: Parts,
    inputs: mpsc::Receiver<Input>,
    /// Inputs that came while the panel worked.
    waiting: VecDeque<Input>,
    out: mpsc::Sender<Update>,
}

/// What interrupts the panel's work.
enum Interrupt {
    Pause,
    End,
    Stop,
}

/// Whether the task goes on.
#[derive(PartialEq)]
enum Next {
    GoOn,
    Leave,
}

impl Task {
    async fn run(mut self, resumed: bool) {
        if resumed {
            self.take_up().await;
        }
        while self.step().await == Next::GoOn {}
        tracing::debug!(session = %self.parts.session, "session task ended");
    }

    /// After a resume: leaves the pause and says the last question again.
    async fn take_up(&mut self) {
        if self.parts.interview.is_paused() {
            self.record_or_refuse(Event::Resumed, None).await;
        }
        let Some(last) = self.parts.interview.last_prompt() else { return };
        let speaker = speaker(&self.parts.interview, &last.persona);
        let text = last.text.clone();
        if matches!(self.parts.interview.due(), Due::Listen | Due::Judge { .. }) {
            self.show(Update::Again { speaker, text }).await;
        }
    }

    async fn step(&mut self) -> Next {
        match self.parts.interview.due() {
            Due::Speak { .. } => self.speak().await,
            Due::Judge { .. } => self.judge().await,
            Due::Listen => self.listen().await,
            Due::Finish => self.end(EndReason::Completed).await,
            Due::Rest => {
                self.show(Update::Paused).await;
                Next::Leave
            }
            Due::Over => {
                self.show(Update::Ended).await;
                Next::Leave
            }
        }
    }

    async fn speak(&mut self) -> Next {
        let Due::Speak { ticket, persona, act } = self.parts.interview.due() else { return Next::GoOn };
        let (persona, act) = (persona.clone(), act.clone());
        let spent = self.spent();
        let (panel, interview) = (self.parts.panel.clone(), self.parts.interview.clone());
        let work = panel.speak(&interview, ticket, &act, spent);
        let (text, by) = tokio::select! {
            done = work => done,
            interrupt = interrupted(&mut self.inputs, &mut self.waiting, &self.parts.stop) => {
                return self.interrupt(interrupt).await;
            }
        };
        let stood_in = stood_in(&by);
        let said = Said { ticket, persona: persona.clone(), act: act.clone(), text: text.clone(), by };
        if self.record_or_refuse(Event::Said(said), None).await == Next::Leave {
            return Next::Leave;
        }
        if let Some(reason) = stood_in {
            self.show(Update::StoodIn(reason)).await;
        }
        let speaker = speaker(&self.parts.interview, &persona);
        self.show(Update::Said { speaker, act, text }).await;
        Next::GoOn
    }

    async fn judge(&mut self) -> Next {
        let Due::Judge { ticket } = self.parts.interview.due() else { return Next::GoOn };
        self.show(Update::Thinking).await;
        let spent = self.spent();
        let (panel, interview) = (self.parts.panel.clone(), self.parts.interview.clone());
        let heard = tokio::select! {
            heard = panel.hear(&interview, spent) => heard,
            interrupt = interrupted(&mut self.inputs, &mut self.waiting, &self.parts.stop) => {
                return self.interrupt(interrupt).await;
            }
        };
        let Some(heard) = heard else { return Next::Leave };
        let reason = match &heard {
            Heard::Answer { assessment, .. } => stood_in(&assessment.by),
            Heard::Clarifying { .. } => None,
        };
        if let Some(reason) = reason {
            self.show(Update::StoodIn(reason)).await;
        }
        self.record_or_refuse(Event::Judged(Box::new(Judgement { ticket, heard })), None).await
    }

    async fn listen(&mut self) -> Next {
        let input = match self.waiting.pop_front() {
            Some(input) => input,
            None => {
                self.show(Update::Listening).await;
                tokio::select! {
                    input = self.inputs.recv() => match input {
                        Some(input) => input,
                        None => return Next::Leave,
                    },
                    () = self.parts.stop.cancelled() => return Next::Leave,
                }
            }
        };
        match input {
            Input::Answer { key, text, timing, confidence } => self.answer(key, text, timing, confidence).await,
            Input::Hint { key } => self.take(Event::HintAsked { key: key.clone() }, key).await,
            Input::Skip { key } => self.take(Event::Skipped { key: key.clone() }, key).await,
            Input::Pause => self.record_or_refuse(Event::Paused, None).await,
            Input::End => self.end(EndReason::ByCandidate).await,
        }
    }

    async fn answer(&mut self, key: String, text: String, timing: Timing, confidence: Option<u8>) -> Next {
        let length = text.chars().count();
        let limit = self.parts.answer_chars;
        if text.trim().is_empty() {
            self.show(Update::Refused("that was empty; say something, or /skip the question".to_owned())).await;
            return Next::GoOn;
        }
        if length > limit {
            let sentence = format!(
                "that answer has {length} characters and the limit is {limit}; nothing was stored of it, and nothing earlier is lost"
            );
            self.show(Update::Refused(sentence)).await;
            return Next::GoOn;
        }
        let answered = Answered { key: key.clone(), text, timing, confidence };
        self.take(Event::Answered(answered), key).await
    }

    /// Takes an event of the candidate, or says why not.
    async fn take(&mut self, event: Event, key: String) -> Next {
        if let Some(refusal) = self.parts.interview.refusal(&event) {
            self.show(Update::Refused(refusal.to_string())).await;
            return Next::GoOn;
        }
        match self.record(event, Some(key)).await {
            Ok(()) => Next::GoOn,
            Err(error) => self.not_stored(&error).await,
        }
    }

    async fn end(&mut self, reason: EndReason) -> Next {
        self.record_or_refuse(Event::Ended { reason }, None).await
    }

    async fn interrupt(&mut self, interrupt: Interrupt) -> Next {
        match interrupt {
            Interrupt::Pause => self.record_or_refuse(Event::Paused, None).await,
            Interrupt::End => self.end(EndReason::ByCandidate).await,
            Interrupt::Stop => Next::Leave,
        }
    }

    async fn record_or_refuse(&mut self, event: Event, key: Option<String>) -> Next {
        match self.record(event, key).await {
            Ok(()) => Next::GoOn,
            Err(error) => {
                self.not_stored(&error).await;
                self.show(Update::Paused).await;
                Next::Leave
            }
        }
    }

    async fn not_stored(&mut self, error: &StoreError) -> Next {
        tracing::error!(session = %self.parts.session, %error, "an event could not be stored");
        self.show(Update::Refused(format!("that can't be stored now, and nothing earlier is lost: {error}"))).await;
        Next::GoOn
    }

    /// Makes an event durable, then folds it.
    async fn record(&mut self, event: Event, key: Option<String>) -> Result<(), StoreError> {
        let seq = self.parts.interview.next_seq();
        let recorded = Recorded { seq, at_ms: clock::now_ms(), event };
        let mut next = self.parts.interview.clone();
        next.apply(&recorded);
        let append = Append {
            session: self.parts.session.clone(),
            expected: seq,
            events: vec![recorded],
            keys: key.into_iter().collect(),
            summary: summary::of(&self.parts.session, &next),
        };
        self.parts.store.append(append).await?;
        self.parts.interview = next;
        Ok(())
    }

    fn spent(&self) -> Spent {
        Spent {
            answer: summary::tokens_of_answer(&self.parts.interview),
            session: summary::tokens(&self.parts.interview),
            elsewhere_today: self.parts.spent_elsewhere,
        }
    }

    async fn show(&self, update: Update) {
        // A front end that is gone needs no update; the session is in the store.
        let _ = self.out.send(update).await;
    }
}

/// Waits for what interrupts the panel's work; everything else the candidate does waits for their turn.
async fn interrupted(
    inputs: &mut mpsc::Receiver<Input>,
    waiting: &mut VecDeque<Input>,
    stop: &CancellationToken,
) -> Interrupt {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Interrupt::Stop,
            input = inputs.recv() => match input {
                None => return Interrupt::Stop,
                Some(Input::Pause) => return Interrupt::Pause,
                Some(Input::End) => return Interrupt::End,
                Some(other) if waiting.len() < WAITING => waiting.push_back(other),
                Some(_) => {}
            },
        }
    }
}

fn stood_in(by: &crate::domain::provenance::Provenance) -> Option<String> {
    match by {
        crate::domain::provenance::Provenance::Offline { instead_of: Some(fallback), .. } => Some(fallback.reason.clone()),
        _ => None,
    }
}

fn speaker(interview: &Interview, persona: &crate::domain::ids::PersonaId) -> Speaker {
    interview.materials().personas.get(persona).map_or_else(
        || Speaker { name: "The panel".to_owned(), title: String::new() },
        |persona| Speaker { name: persona.name.clone(), title: persona.title.clone() },
    )
}
