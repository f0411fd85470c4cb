//! What the session shows: posted in its place, in order, and noted as posted.

use std::{sync::Arc, time::Duration};

use serenity::all::{CreateActionRow, CreateMessage};
use tokio::time::Instant;

use super::{
    super::{
        bot::Bot,
        brake::Priority,
        brief, controls,
        place::{self, DebriefTo, Place},
        speech::Utterance,
        text,
        undelivered::Undelivered,
    },
    Input, Next, Room, Shown, Speaker, Update, words,
};
use crate::interview::event::{Act, EndReason};

/// The longest wait between two tries of what the candidate waits for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Room {
    pub(super) async fn show(&mut self, update: Update) -> Next {
        match update {
            Update::Said { speaker, act, text } => {
                self.thinking = false;
                self.answer_waiting(None).await;
                if self.ending {
                    // The answer is judged; what would be asked next is not asked any more.
                    self.reached.said += 1;
                    self.ending = false;
                    self.send(Input::End(EndReason::ByCandidate)).await;
                    return Next::GoOn;
                }
                self.say(&speaker, &text, is_prompt(&act)).await;
            }
            Update::Again { speaker, text } => {
                if std::mem::take(&mut self.again) {
                    self.say_again(&speaker, &text).await;
                }
            }
            Update::Thinking => {
                self.thinking = true;
                self.listening = false;
                self.handled();
                self.bot.outbox.typing(self.place().channel);
            }
            Update::Listening => {
                if std::mem::take(&mut self.thinking) {
                    self.tell("back", words::TAKEN_BACK).await;
                }
                self.listening = true;
                self.active = Instant::now();
                if let Some((speaker, text)) = self.pushing.take() {
                    self.put(&speaker, &text).await;
                }
                self.answer_waiting(None).await;
            }
            Update::Refused(sentence) => self.refused(&sentence).await,
            Update::StoodIn(reason) => {
                let sentence = format!("{}{}.", words::STOOD_IN, text::inert(reason.trim_end_matches('.')));
                self.tell("stood-in", &sentence).await;
            }
            Update::Paused => {
                // Before anything is shown: whoever presses Resume must not find a room that is being left.
                self.bot.hall.leave(&self.door);
                self.answer_waiting(None).await;
                let turn = self.reached.turn;
                let rows = controls::of_pause(&self.place().session, turn);
                self.post("paused", words::PAUSED, rows).await;
                self.bid_farewell().await;
                return Next::Leave;
            }
            Update::Ended => {
                self.bot.hall.leave(&self.door);
                self.answer_waiting(None).await;
                if !self.leaving {
                    self.debrief().await;
                }
                self.bid_farewell().await;
                place::forget(&self.bot.notes, &self.place().session);
                self.bot.cards.forget(&self.place().session);
                return Next::Leave;
            }
        }
        Next::GoOn
    }

    /// The answer is stored: what it was made of need not be read again.
    fn handled(&mut self) {
        let newest = self.given.back().and_then(|given| given.parts.keys().next_back());
        if let Some(newest) = newest {
            self.reached.last = self.reached.last.max(newest.get());
            self.note();
        }
    }

    async fn refused(&mut self, sentence: &str) {
        self.pushing = None;
        self.ending = false;
        // What was refused is not read again; what could not be stored would only be refused again.
        self.handled();
        let sentence = sentence_of(sentence);
        if let Some((reply, _)) = self.waiting.take() {
            reply.tell(&sentence).await;
        } else {
            self.tell(&format!("no-{}", self.seen.len()), &sentence).await;
        }
    }

    async fn answer_waiting(&mut self, text: Option<&str>) {
        if let Some((reply, done)) = self.waiting.take()
            && let Some(text) = text.or(done.as_deref())
        {
            reply.tell(text).await;
        }
    }

    /// Posts what the panel said. What Discord can't take now is tried again; what it can't take at all pauses or ends the session.
    pub(super) async fn say(&mut self, speaker: &Speaker, text: &str, prompt: bool) {
        let said = self.reached.said;
        if self.utter(speaker, text, prompt, &format!("{said}")).await {
            self.reached.said = said + 1;
            self.note();
        }
    }

    /// Says the question again after a pause; its buttons are the ones that hold.
    async fn say_again(&mut self, speaker: &Speaker, text: &str) {
        let turn = self.reached.turn;
        self.utter(speaker, text, true, &format!("again-{turn}")).await;
        self.note();
    }

    /// Puts a peer's pushback.
    async fn put(&mut self, speaker: &Speaker, text: &str) {
        let turn = self.reached.turn;
        self.utter(speaker, text, true, &format!("peer-{turn}")).await;
        self.note();
    }

    async fn utter(&mut self, speaker: &Speaker, text: &str, prompt: bool, name: &str) -> bool {
        let turn = self.reached.turn + 1;
        let place = self.place().clone();
        let mut wait = Duration::from_secs(1);
        if prompt {
            // Before it is posted: a finger may be as fast as the reply to the post.
            self.door.set_turn(turn);
        }
        loop {
            let rows = if prompt {
                controls::of_prompt(&place.session, turn, place.public)
            } else {
                Vec::new()
            };
            let said = Utterance {
                speaker,
                text,
                rows,
                nonce: format!("{}-{name}", place.tail()),
                after: place::message_id(self.reached.last),
            };
            let outcome = self.bot.voices.say(&self.bot.outbox, &place, said).await;
            match outcome {
                Ok(_) => break,
                Err(error @ (Undelivered::Unknown(_) | Undelivered::HeldBack)) => {
                    tracing::warn!(session = %place.session, %error, "something said can't be posted now; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
                        () = self.bot.stop.cancelled() => return false,
                    }
                }
                Err(error) => {
                    self.undelivered(error).await;
                    return false;
                }
            }
        }
        if prompt {
            self.reached.turn = turn;
            self.asked = Some(Instant::now());
        }
        true
    }

    /// Something can't be posted at all: the place is gone, or a permission was taken.
    async fn undelivered(&mut self, error: Undelivered) {
        if self.leaving {
            return;
        }
        self.leaving = true;
        let place = self.place().clone();
        tracing::warn!(session = %place.session, %error, "an interview can't go on in its place");
        let there = format!("<#{}>", place.channel);
        let sentence = match error {
            Undelivered::Gone(_) => {
                self.send(Input::End(EndReason::Interrupted)).await;
                "The place of your interview was deleted, so it has ended. What you answered is stored; `/debrief` shows it.".to_owned()
            }
            Undelivered::NoDirectMessages => {
                self.send(Input::Pause).await;
                return;
            }
            _ => {
                self.send(Input::Pause).await;
                format!(
                    "I can't write in {there} any more: a permission was taken, or the thread is locked. Your interview is paused and nothing is lost; when I may write there again, use `/interview resume`."
                )
            }
        };
        self.farewell = Some(sentence);
    }

    /// Tells the candidate by direct message why the room was left, once that is stored.
    async fn bid_farewell(&mut self) {
        if let Some(sentence) = self.farewell.take() {
            let place = self.place().clone();
            direct(&self.bot, &place, &sentence).await;
        }
    }

    /// Says something as the bot itself, without buttons.
    pub(super) async fn tell(&mut self, kind: &str, sentence: &str) {
        self.post(kind, sentence, Vec::new()).await;
    }

    async fn post(&mut self, kind: &str, sentence: &str, rows: Vec<CreateActionRow>) {
        if self.leaving {
            return;
        }
        let name = format!("{}-{kind}", self.reached.turn);
        let sent: Shown = send(&self.bot, self.place(), &name, sentence, rows).await;
        match sent {
            Ok(()) => {}
            Err(error @ (Undelivered::Gone(_) | Undelivered::Forbidden(_) | Undelivered::Archived)) => {
                Box::pin(self.undelivered(error)).await;
            }
            Err(error) => tracing::warn!(session = %self.place().session, %error, "a notice was not posted"),
        }
    }

    async fn debrief(&mut self) {
        let place = self.place().clone();
        let debrief = match self.bot.service.debrief(&place.session).await {
            Ok(debrief) => debrief,
            Err(error) => {
                tracing::error!(session = %place.session, %error, "a debrief could not be made");
                return self.tell("no-debrief", words::NO_DEBRIEF).await;
            }
        };
        let to_them = place.debrief == DebriefTo::Direct && place.guild.is_some();
        if to_them {
            let sentence = match self.debrief_to(&place, brief::message(&debrief)).await {
                Ok(()) => words::DEBRIEF_SENT,
                Err(_) => words::DEBRIEF_NOT_SENT,
            };
            return self.tell("ended", sentence).await;
        }
        let nonce = format!("{}-debrief", place.tail());
        let message = brief::message(&debrief).components(controls::of_debrief(&place.session));
        if let Err(error) = self
            .bot
            .outbox
            .send(Priority::Speech, place.channel, &nonce, message)
            .await
        {
            tracing::warn!(session = %place.session, %error, "a debrief was not posted");
            self.tell("no-debrief", words::NO_DEBRIEF).await;
        }
    }

    async fn debrief_to(&self, place: &Place, message: CreateMessage) -> Shown {
        let channel = self.bot.outbox.direct(place.owner).await?;
        let nonce = format!("{}-debrief", place.tail());
        self.bot
            .outbox
            .send(Priority::Speech, channel, &nonce, message)
            .await
            .map(drop)
    }
}

/// Whether the candidate answers to it.
pub(super) fn is_prompt(act: &Act) -> bool {
    !matches!(act, Act::Introduce | Act::Close)
}

/// A clause as a sentence.
fn sentence_of(clause: &str) -> String {
    let clause = clause.replace("/skip the question", "skip the question");
    let mut chars = clause.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let mut sentence = format!("{first}{}", chars.as_str());
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    text::shortened(&text::inert(&sentence), text::MESSAGE)
}

async fn send(bot: &Bot, place: &Place, name: &str, sentence: &str, rows: Vec<CreateActionRow>) -> Shown {
    let message = CreateMessage::new().content(sentence).components(rows);
    let nonce = format!("{}-{name}", place.tail());
    bot.outbox
        .send(Priority::Reply, place.channel, &nonce, message)
        .await
        .map(drop)
}

/// Says something in a place as the bot itself.
pub(super) async fn tell(bot: &Arc<Bot>, place: &Place, kind: &str, sentence: &str) {
    if let Err(error) = send(bot, place, kind, sentence, Vec::new()).await {
        tracing::warn!(session = %place.session, %error, "a notice was not posted");
    }
}

/// Says something to the candidate by direct message, where they take any.
pub(in super::super) async fn direct(bot: &Bot, place: &Place, sentence: &str) {
    let sent = async {
        let channel = bot.outbox.direct(place.owner).await?;
        let nonce = format!("{}-direct", place.tail());
        let message = CreateMessage::new().content(sentence);
        bot.outbox.send(Priority::Reply, channel, &nonce, message).await
    };
    if let Err(error) = sent.await {
        tracing::info!(session = %place.session, %error, "a direct message was not sent");
    }
}
