//! One session's task: takes the candidate's inputs from a channel, runs what is due, stores before it speaks.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{clock, summary};
use crate::{
    domain::{
        ids::{SessionId, UserId},
        timing::Timing,
        transcript::PeerCard,
    },
    interview::{
        Due, Interview,
        event::{Act, Answered, EndReason, Event, Heard, Judgement, PeerRole, Recorded, Said},
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
    /// Changes an answer.
    Edit {
        /// The message.
        key: String,
        /// Its new text, verbatim.
        text: String,
    },
    /// Deletes an answer.
    Withdraw {
        /// The message.
        key: String,
    },
    /// Says how sure they were of the last answer, in per cent.
    Confidence(u8),
    /// Somebody else takes part.
    Join {
        /// Who.
        peer: UserId,
        /// As what.
        role: PeerRole,
    },
    /// A peer pushes back.
    PeerAsk {
        /// The front end's id of the request.
        key: String,
        /// Who.
        peer: UserId,
        /// The words.
        text: String,
    },
    /// A peer, or the candidate about themselves, fills a scorecard.
    Score(PeerCard),
    /// Pauses; the task ends.
    Pause,
    /// Ends the interview.
    End(EndReason),
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
    let task = Task {
        parts,
        inputs,
        waiting: VecDeque::new(),
        out,
    };
    tokio::spawn(task.run(resumed));
    Live {
        session,
        input,
        updates,
    }
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
    /// Something that changes what the panel works on.
    Now(Input),
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
        let Some(last) = self.parts.interview.last_prompt() else {
            return;
        };
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
        let Due::Speak { ticket, persona, act } = self.parts.interview.due() else {
            return Next::GoOn;
        };
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
        let said = Said {
            ticket,
            persona: persona.clone(),
            act: act.clone(),
            text: text.clone(),
            by,
        };
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
        let Due::Judge { ticket } = self.parts.interview.due() else {
            return Next::GoOn;
        };
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
        self.record_or_refuse(Event::Judged(Box::new(Judgement { ticket, heard })), None)
            .await
    }

    async fn listen(&mut self) -> Next {
        let input = if let Some(input) = self.waiting.pop_front() {
            input
        } else {
            self.show(Update::Listening).await;
            tokio::select! {
                input = self.inputs.recv() => match input {
                    Some(input) => input,
                    None => return Next::Leave,
                },
                () = self.parts.stop.cancelled() => return Next::Leave,
            }
        };
        self.handle(input).await
    }

    async fn handle(&mut self, input: Input) -> Next {
        match input {
            Input::Answer {
                key,
                text,
                timing,
                confidence,
            } => self.answer(key, text, timing, confidence).await,
            Input::Hint { key } => self.take(Event::HintAsked { key: key.clone() }, key).await,
            Input::Skip { key } => self.take(Event::Skipped { key: key.clone() }, key).await,
            Input::Edit { key, text } => self.edit(key, text).await,
            Input::Withdraw { key } => self.record_or_refuse(Event::Withdrawn { key }, None).await,
            Input::Confidence(percent) => self.record_or_refuse(Event::Confidence { percent }, None).await,
            Input::Join { peer, role } => self.record_or_refuse(Event::PeerJoined { peer, role }, None).await,
            Input::PeerAsk { key, peer, text } => {
                self.take(
                    Event::PeerAsked {
                        key: key.clone(),
                        peer,
                        text,
                    },
                    key,
                )
                .await
            }
            Input::Score(card) => self.record_or_refuse(Event::PeerScored(card), None).await,
            Input::Pause => self.record_or_refuse(Event::Paused, None).await,
            Input::End(reason) => self.end(reason).await,
        }
    }

    async fn answer(&mut self, key: String, text: String, timing: Timing, confidence: Option<u8>) -> Next {
        if text.trim().is_empty() {
            self.show(Update::Refused(
                "that was empty; say something, or /skip the question".to_owned(),
            ))
            .await;
            return Next::GoOn;
        }
        if text.chars().count() > self.parts.answer_chars {
            return self.too_long(text.chars().count()).await;
        }
        let answered = Answered {
            key: key.clone(),
            text,
            timing,
            confidence,
        };
        self.take(Event::Answered(answered), key).await
    }

    async fn too_long(&mut self, length: usize) -> Next {
        let limit = self.parts.answer_chars;
        let sentence = format!(
            "that answer has {length} characters and the limit is {limit}; nothing was stored of it, and nothing earlier is lost"
        );
        self.show(Update::Refused(sentence)).await;
        Next::GoOn
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
            Interrupt::Now(input) => self.handle(input).await,
            Interrupt::Stop => Next::Leave,
        }
    }

    async fn edit(&mut self, key: String, text: String) -> Next {
        if text.chars().count() > self.parts.answer_chars {
            return self.too_long(text.chars().count()).await;
        }
        self.record_or_refuse(Event::Edited { key, text }, None).await
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
        self.show(Update::Refused(format!(
            "that can't be stored now, and nothing earlier is lost: {error}"
        )))
        .await;
        Next::GoOn
    }

    /// Makes an event durable, then folds it.
    async fn record(&mut self, event: Event, key: Option<String>) -> Result<(), StoreError> {
        let seq = self.parts.interview.next_seq();
        let recorded = Recorded {
            seq,
            at_ms: clock::now_ms(),
            event,
        };
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
                Some(
                    now @ (Input::Pause | Input::End(_) | Input::Edit { .. } | Input::Withdraw { .. })
                ) => return Interrupt::Now(now),
                Some(other) if waiting.len() < WAITING => waiting.push_back(other),
                Some(_) => {}
            },
        }
    }
}

fn stood_in(by: &crate::domain::provenance::Provenance) -> Option<String> {
    match by {
        crate::domain::provenance::Provenance::Offline {
            instead_of: Some(fallback),
            ..
        } => Some(fallback.reason.clone()),
        _ => None,
    }
}

fn speaker(interview: &Interview, persona: &crate::domain::ids::PersonaId) -> Speaker {
    interview.materials().personas.get(persona).map_or_else(
        || Speaker {
            name: "The panel".to_owned(),
            title: String::new(),
        },
        |persona| Speaker {
            name: persona.name.clone(),
            title: persona.title.clone(),
        },
    )
}
