//! What the candidate does: messages, edits, deletions, buttons.

use std::time::Duration;

use serenity::all::MessageId;

use super::{Action, Input, Knock, Next, Reply, Room, Unreadable, words};
use crate::interview::event::EndReason;
use tokio::time::Instant;

/// Events that happened one after the other may come the other way round within this time.
const IN_FLIGHT: Duration = Duration::from_millis(30);

impl Room {
    /// Takes what came in at the door.
    pub(super) async fn hear(&mut self, knock: Knock) -> Next {
        self.active = Instant::now();
        self.reminded = false;
        match knock {
            Knock::Wrote { id, text } => self.wrote(id, text).await,
            Knock::NotReadable { id, why } => self.not_readable(id, why).await,
            Knock::Typed => self.draft.typed(Instant::now()),
            Knock::Edited { id, text } => self.edited(id, text).await,
            Knock::Deleted(ids) => self.deleted(&ids).await,
            Knock::Pressed { action, turn, reply } => self.pressed(action, turn, reply).await,
            Knock::Form { key, text, reply } => self.form(&key, text, reply).await,
            Knock::Peer {
                input,
                speaks,
                done,
                reply,
            } => self.peer(input, speaks, done, reply).await,
            Knock::Gone(reason) => return self.gone(reason).await,
            Knock::CatchUp => self.catch_up().await,
        }
        Next::GoOn
    }

    /// One message of an answer; one that was handled before changes nothing.
    pub(super) async fn wrote(&mut self, id: MessageId, text: String) {
        if self.seen.contains(&id) {
            return;
        }
        self.see(id);
        self.draft.wrote(id, text, Instant::now());
        if self.bot.options.quiet.is_zero() && self.listening {
            self.give().await;
        }
    }

    async fn not_readable(&mut self, id: MessageId, why: Unreadable) {
        if self.seen.contains(&id) {
            return;
        }
        self.see(id);
        let sentence = match why {
            Unreadable::NoText => words::NO_TEXT,
            Unreadable::NotTyped => words::PLEASE_TYPE,
            Unreadable::TooLarge => words::TOO_LARGE,
            Unreadable::NotFetched => words::NOT_FETCHED,
        };
        self.tell(&format!("{}", id.get() % 1_000_000_000), sentence).await;
    }

    /// Done was pressed: what was typed before has come by now.
    pub(super) async fn done(&mut self, reply: Reply) {
        if self.draft.is_empty() {
            reply.tell(words::NOTHING_YET).await;
        } else {
            self.give().await;
        }
    }

    /// Takes the draft: as the answer, or as more of the answer that is being judged.
    pub(super) async fn give(&mut self) {
        let asked = self.asked;
        let Some((given, timing, confidence)) = self.draft.take(asked) else {
            return;
        };
        if self.thinking
            && let Some(last) = self.given.back_mut()
        {
            last.parts.extend(given.parts);
            let (key, text) = (last.key.clone(), last.text());
            return self.send(Input::Edit { key, text }).await;
        }
        let (key, text) = (given.key.clone(), given.text());
        self.listening = false;
        self.answered = Some(self.door.turn());
        self.given.push_back(given);
        if self.given.len() > super::REMEMBERED {
            self.given.pop_front();
        }
        let answer = Input::Answer {
            key,
            text,
            timing,
            confidence,
        };
        self.send(answer).await;
    }

    async fn edited(&mut self, id: MessageId, text: String) {
        if self.draft.edited(id, &text) {
            return;
        }
        let Some(given) = self.given.iter_mut().find(|given| given.parts.contains_key(&id)) else {
            // The edit of a message that has not come yet, or never will, says all that the message would have said.
            if id.get() > self.reached.last {
                self.wrote(id, text).await;
            }
            return;
        };
        given.parts.insert(id, text);
        let (key, text) = (given.key.clone(), given.text());
        self.send(Input::Edit { key, text }).await;
    }

    async fn deleted(&mut self, ids: &[MessageId]) {
        for id in ids {
            if self.draft.deleted(*id) {
                continue;
            }
            let Some(given) = self.given.iter_mut().find(|given| given.parts.contains_key(id)) else {
                // Should the message itself come only now, it is gone already.
                self.see(*id);
                continue;
            };
            given.parts.remove(id);
            let key = given.key.clone();
            if given.parts.is_empty() {
                self.send(Input::Withdraw { key }).await;
            } else {
                let text = given.text();
                self.send(Input::Edit { key, text }).await;
            }
        }
    }

    async fn form(&mut self, key: &str, text: String, reply: Reply) {
        let Ok(id) = key.parse::<u64>() else { return };
        if !self.listening {
            return reply.tell(words::ALREADY).await;
        }
        self.waiting = Some((reply, None));
        self.wrote(super::place::message_id(id), text).await;
        self.give().await;
    }

    async fn pressed(&mut self, action: Action, turn: u32, reply: Reply) {
        match action {
            Action::Sure(percent) => self.sure(percent, turn, reply).await,
            Action::Pause | Action::End => self.leave(action, reply).await,
            Action::Resume => reply.tell(words::ALREADY).await,
            _ if self.pressed.contains(&(action, turn)) => reply.tell(words::ALREADY).await,
            _ if turn != self.door.turn() => reply.tell(words::OLD_BUTTON).await,
            Action::Done => self.hurried = Some((Instant::now() + IN_FLIGHT, reply)),
            Action::Hint => {
                let key = format!("hint-{turn}");
                self.ask_for(Input::Hint { key }, action, turn, reply).await;
            }
            Action::Skip => {
                let key = format!("skip-{turn}");
                self.ask_for(Input::Skip { key }, action, turn, reply).await;
            }
            _ => {}
        }
    }

    async fn ask_for(&mut self, input: Input, action: Action, turn: u32, reply: Reply) {
        self.pressed.push((action, turn));
        self.waiting = Some((reply, None));
        self.send(input).await;
    }

    async fn sure(&mut self, percent: u8, turn: u32, reply: Reply) {
        if self.answered == Some(turn) {
            self.send(Input::Confidence(percent)).await;
        } else if turn == self.door.turn() {
            self.draft.confidence = Some(percent);
        } else {
            return reply.tell(words::OLD_BUTTON).await;
        }
        reply.tell(&words::noted(percent)).await;
    }

    /// Pauses or ends. What was typed just before is taken first and, at the end, judged first; a second press ends at once.
    async fn leave(&mut self, action: Action, reply: Reply) {
        if self.listening && !self.draft.is_empty() {
            self.give().await;
        }
        self.waiting = Some((reply, None));
        if action == Action::Pause {
            return self.send(Input::Pause).await;
        }
        let judging = self.thinking || !self.listening;
        if judging && self.answered == Some(self.door.turn()) && !self.ending {
            self.ending = true;
        } else {
            self.send(Input::End(EndReason::ByCandidate)).await;
        }
    }

    async fn peer(&mut self, input: Input, speaks: Option<super::Speaker>, done: String, reply: Reply) {
        if let (Some(speaker), Input::PeerAsk { text, .. }) = (speaks, &input) {
            self.pushing = Some((speaker, text.clone()));
        }
        self.waiting = Some((reply, (!done.is_empty()).then_some(done)));
        self.send(input).await;
    }
}
