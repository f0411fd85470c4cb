//! Taking a session up again: after a restart, after a pause, after a gap in the gateway's events. Nothing is asked twice, and what
//! the candidate wrote meanwhile is taken in order.

use std::{collections::BTreeMap, sync::Arc};

use serenity::all::{Message, MessageId};

use super::{
    super::{
        bot::Bot,
        events,
        hall::Reservation,
        place::{self, Place, Reached},
        speech,
    },
    Room, Speaker, Start,
    draft::Given,
    open,
    show::is_prompt,
    words,
};
use crate::{
    interview::{Due, Interview},
    service::ServiceError,
};

/// Goes on with a paused session where it was held; the last question is said again.
pub(in super::super) async fn resume(
    bot: &Arc<Bot>,
    seat: Reservation,
    place: Place,
    now: u64,
) -> Result<(), ServiceError> {
    let live = bot.service.resume(place.session.clone()).await?;
    let reached = Reached {
        last: now,
        ..place::reached(&bot.notes, &place)
    };
    place::note_reached(&bot.notes, &place.session, reached);
    let start = Start {
        reached,
        again: true,
        ..Start::default()
    };
    open(bot, seat, place, live, start);
    Ok(())
}

/// Takes an open session up again after a restart.
pub(in super::super) async fn recover(bot: &Arc<Bot>, seat: Reservation, place: Place) -> Result<(), ServiceError> {
    let interview = bot.service.interview(&place.session).await?;
    bot.voices.learn(&bot.outbox, &place).await;
    let reached = reached(bot, &place, &interview);
    let there = bot.outbox.after(place.channel, place::message_id(reached.last)).await;
    let start = match there {
        Ok(there) => left_over(bot, &place, &interview, reached, &there),
        Err(error) => {
            tracing::warn!(session = %place.session, %error, "an interview's place could not be read after the restart");
            Start {
                reached,
                notice: Some(words::SEND_AGAIN),
                ..Start::default()
            }
        }
    };
    let live = bot.service.resume(place.session.clone()).await?;
    open(bot, seat, place, live, start);
    Ok(())
}

/// How far the session had come: as noted, or as its log shows where that is further.
fn reached(bot: &Bot, place: &Place, interview: &Interview) -> Reached {
    let noted = place::reached(&bot.notes, place);
    let before_last = interview
        .transcript()
        .exchanges()
        .last()
        .and_then(|exchange| exchange.key.parse::<u64>().ok())
        .map_or(0, |key| key.saturating_sub(1));
    Reached {
        last: noted.last.max(before_last),
        ..noted
    }
}

fn left_over(bot: &Bot, place: &Place, interview: &Interview, mut reached: Reached, there: &[Message]) -> Start {
    let ours: Vec<&Message> = there
        .iter()
        .filter(|message| bot.voices.is_ours(&bot.outbox, message))
        .collect();
    let mut written: Vec<(MessageId, String)> = there
        .iter()
        .filter(|message| events::is_answer(message, place.owner))
        .map(|message| (message.id, message.content.clone()))
        .collect();
    let at_hand = at_hand(interview, &mut written);
    let mut unsaid = Vec::new();
    for utterance in interview.said().iter().skip(reached.said) {
        if speech::shows(&ours, &utterance.text) {
            reached.said += 1;
            reached.turn += u32::from(is_prompt(&utterance.act));
        } else {
            let prompt = is_prompt(&utterance.act);
            unsaid.push((speaker(interview, &utterance.persona), utterance.text.clone(), prompt));
        }
    }
    let rests = matches!(interview.due(), Due::Listen) && unsaid.is_empty() && written.is_empty();
    Start {
        reached,
        unsaid,
        written,
        at_hand,
        notice: rests.then_some(words::RESTARTED),
        again: false,
    }
}

/// The last answer with its messages, which are taken off what was written since.
fn at_hand(interview: &Interview, written: &mut Vec<(MessageId, String)>) -> Option<Given> {
    let last = interview.transcript().exchanges().last()?;
    let key: u64 = last.key.parse().ok()?;
    let mut parts = BTreeMap::new();
    let mut text = String::new();
    let mut taken = 0;
    for (id, part) in written.iter() {
        if taken == 0 && id.get() != key {
            break;
        }
        let longer = if taken == 0 {
            part.clone()
        } else {
            format!("{text}\n{part}")
        };
        if !last.answer.starts_with(&longer) {
            break;
        }
        text = longer;
        parts.insert(*id, part.clone());
        taken += 1;
    }
    if taken == 0 {
        // It was given by the form, or edited since: its message alone is known by its key.
        written.retain(|(id, _)| id.get() != key);
        parts.insert(place::message_id(key), last.answer.clone());
    } else {
        written.drain(..taken);
    }
    Some(Given {
        key: last.key.clone(),
        parts,
    })
}

fn speaker(interview: &Interview, persona: &crate::domain::ids::PersonaId) -> Speaker {
    let known = interview.materials().personas.get(persona);
    Speaker {
        name: known.map_or_else(|| "The panel".to_owned(), |persona| persona.name.clone()),
        title: known.map_or_else(String::new, |persona| persona.title.clone()),
    }
}

impl Room {
    /// Reads what was written since the last message that was handled.
    pub(super) async fn catch_up(&mut self) {
        let (channel, last) = (self.place().channel, place::message_id(self.reached.last));
        match self.bot.outbox.after(channel, last).await {
            Ok(there) => {
                let owner = self.place().owner;
                for message in there.into_iter().filter(|message| events::is_answer(message, owner)) {
                    self.wrote(message.id, message.content).await;
                }
            }
            Err(error) => {
                tracing::warn!(session = %self.place().session, %error, "an interview's place could not be read after a gap");
                self.tell("gap", words::SEND_AGAIN).await;
            }
        }
    }
}
