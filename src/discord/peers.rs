//! Others at an interview: they join as observer or panelist, push back once a question, and fill a scorecard that nobody sees before
//! the debrief. What they write in the thread is neither stored nor judged.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use poise::ChoiceParameter;
use serenity::all::{
    ComponentInteraction, ComponentInteractionDataKind, CreateActionRow, CreateInteractionResponseFollowup,
    CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, ModalInteraction, UserId,
};

use super::{
    bot::Bot,
    custom_id::{Action, CustomId},
    failed::Failed,
    hall::Door,
    interactions::Reply,
    place,
    room::Knock,
    text,
};
use crate::{
    domain::{
        ids::{QuestionRef, SessionId},
        signal::{Level, Signal},
        transcript::PeerCard,
    },
    interview::{Interview, event::PeerRole},
    service::{Input, Speaker},
};

/// Said to the candidate who would push back on themselves.
pub(super) const NOT_A_PEER: &str = "This button is for the others: they push back, you answer.";
const NOT_JOINED: &str = "Join first: `/interview join` in this thread, as panelist.";
const NO_QUESTION: &str = "There is no question to rate yet.";

/// Selects on one scorecard: as many rows as a message may have.
const ROWS: usize = 5;

/// As what somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ChoiceParameter)]
pub(super) enum RoleChoice {
    /// Pushes back and rates.
    #[name = "panelist: push back and rate"]
    Panelist,
    /// Watches.
    #[name = "observer: watch"]
    Observer,
}

/// Levels that peers chose, until the session has them: one rater's choices may come faster than they are stored.
#[derive(Debug, Default)]
pub(super) struct Cards(Mutex<HashMap<CardKey, BTreeMap<Signal, Level>>>);

/// One rater's card for one question.
type CardKey = (SessionId, UserId, QuestionRef);

impl Cards {
    fn choose(&self, key: CardKey, signal: Signal, level: Level) -> BTreeMap<Signal, Level> {
        let mut cards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let card = cards.entry(key).or_default();
        card.insert(signal, level);
        card.clone()
    }

    /// Forgets an interview that is over.
    pub(super) fn forget(&self, session: &SessionId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(of, ..), _| of != session);
    }
}

/// Takes somebody in.
pub(super) fn join(
    ctx: &poise::Context<'_, Arc<Bot>, Failed>,
    door: &Arc<Door>,
    role: RoleChoice,
) -> Result<String, Failed> {
    if door.place.owner == ctx.author().id {
        return Err(Failed::Told(
            "This is your own interview: you are in the hot seat.".to_owned(),
        ));
    }
    if !door.place.public {
        return Err(Failed::Told(
            "This interview is private. Its candidate can start one with `peers`.".to_owned(),
        ));
    }
    let (role, told) = match role {
        RoleChoice::Panelist => (
            PeerRole::Panelist,
            "You are a panelist now. Below each question there are buttons for your pushback, one a question, and for your scorecard; nobody sees it before the debrief. What you write in the thread is not stored.",
        ),
        RoleChoice::Observer => (
            PeerRole::Observer,
            "You are watching now. What you write in the thread is not stored.",
        ),
    };
    door.knock(Knock::Peer {
        input: Input::Join {
            peer: place::user_id(ctx.author().id),
            role,
        },
        speaks: None,
        done: String::new(),
        reply: Reply::of_command(ctx.data(), ctx),
    });
    Ok(told.to_owned())
}

async fn is_panelist(bot: &Bot, door: &Door, user: UserId) -> Option<Interview> {
    let interview = bot.service.interview(&door.place.session).await.ok()?;
    let role = interview.peers().get(&place::user_id(user)).copied();
    (role == Some(PeerRole::Panelist)).then_some(interview)
}

/// A peer's pushback: put to the candidate as theirs.
pub(super) async fn push(bot: &Arc<Bot>, door: &Arc<Door>, sent: &ModalInteraction, text: String, reply: Reply) {
    if is_panelist(bot, door, sent.user.id).await.is_none() {
        return reply.tell(NOT_JOINED).await;
    }
    let nick = sent
        .member
        .as_ref()
        .map_or_else(|| sent.user.display_name(), |member| member.display_name());
    door.knock(Knock::Peer {
        input: Input::PeerAsk {
            key: sent.id.to_string(),
            peer: place::user_id(sent.user.id),
            text,
        },
        speaks: Some(Speaker {
            name: text::name(nick, 60),
            title: "peer".to_owned(),
        }),
        done: "Your pushback is put.".to_owned(),
        reply,
    });
}

/// A peer's scorecard: shows it, or takes a level.
pub(super) async fn card(
    bot: &Arc<Bot>,
    door: &Arc<Door>,
    pressed: &ComponentInteraction,
    id: &CustomId,
    reply: Reply,
) {
    let user = pressed.user.id;
    let interview = if user == door.place.owner {
        bot.service.interview(&door.place.session).await.ok()
    } else {
        is_panelist(bot, door, user).await
    };
    let Some(interview) = interview else {
        return reply.tell(NOT_JOINED).await;
    };
    match (id.action, &pressed.data.kind) {
        (Action::Level(index), ComponentInteractionDataKind::StringSelect { values }) => {
            let level = values.first().and_then(|value| value.parse::<u8>().ok());
            if let Some(level) = level {
                choose(bot, door, &interview, user, (id.turn, index, level), reply).await;
            }
        }
        _ => show(door, &interview, reply).await,
    }
}

/// The question a card is about, by its number, and the signals that are rated.
fn rated(interview: &Interview, number: u32) -> Option<(QuestionRef, Vec<Signal>)> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let asked = &interview.transcript().threads.get(index)?.asked;
    let called = interview
        .materials()
        .rubric
        .called_for(asked.round, asked.kind, &asked.asks, false);
    Some((asked.source.clone()?, called.into_iter().take(ROWS).collect()))
}

async fn show(door: &Arc<Door>, interview: &Interview, reply: Reply) {
    let number = u32::try_from(interview.transcript().threads.len()).unwrap_or(0);
    let Some((_, signals)) = rated(interview, number) else {
        return reply.tell(NO_QUESTION).await;
    };
    let rubric = &interview.materials().rubric;
    let rows = (0_u8..).zip(&signals).map(|(index, signal)| {
        let id = CustomId {
            action: Action::Level(index),
            session: door.place.session.clone(),
            turn: number,
        };
        let name = rubric
            .signals
            .get(signal)
            .map_or_else(|| signal.to_string(), |text| text.name.clone());
        let options = (0..=4).map(|level: u8| CreateSelectMenuOption::new(level_label(level), level.to_string()));
        let menu = CreateSelectMenu::new(
            id.to_string(),
            CreateSelectMenuKind::String {
                options: options.collect(),
            },
        );
        CreateActionRow::SelectMenu(menu.placeholder(text::shortened(&name, 150)))
    });
    let text = format!(
        "Your scorecard for question {number}. Nobody sees it before the debrief; a later choice replaces an earlier one."
    );
    reply
        .show(
            CreateInteractionResponseFollowup::new()
                .content(text)
                .components(rows.collect()),
        )
        .await;
}

fn level_label(level: u8) -> &'static str {
    match level {
        0 => "0: missing or wrong",
        1 => "1: named only",
        2 => "2: partly there",
        3 => "3: solid",
        _ => "4: outstanding",
    }
}

async fn choose(
    bot: &Arc<Bot>,
    door: &Arc<Door>,
    interview: &Interview,
    user: UserId,
    (number, index, level): (u32, u8, u8),
    reply: Reply,
) {
    let chosen =
        rated(interview, number).and_then(|(question, signals)| Some((question, *signals.get(usize::from(index))?)));
    let (Some((question, signal)), Some(level)) = (chosen, Level::new(level)) else {
        return reply.tell(NO_QUESTION).await;
    };
    let key = (door.place.session.clone(), user, question.clone());
    let levels = bot.cards.choose(key, signal, level);
    door.knock(Knock::Peer {
        input: Input::Score(PeerCard {
            rater: place::user_id(user),
            question,
            levels,
        }),
        speaks: None,
        done: String::new(),
        reply,
    });
}
