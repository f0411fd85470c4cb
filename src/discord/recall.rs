//! Taking up every open interview when the gateway says that it is ready: all of them after a start, what was written meanwhile after
//! a gap.

use std::sync::Arc;

use super::{
    bot::Bot,
    place::{self, Place},
    room::{self, Knock},
};
use crate::{
    interview::event::EndReason,
    service::{Input, Unfinished},
};

/// Sessions that are taken up at once.
const AT_ONCE: usize = 8;

/// After each new gateway session: the rooms that are open read what they missed; after the first one, those that were open when the
/// program started are opened.
pub(super) fn after_ready(bot: &Arc<Bot>) {
    for door in bot.hall.doors() {
        door.knock(Knock::CatchUp);
    }
    let left_open = bot.take_left_open();
    if !left_open.is_empty() {
        let bot = Arc::clone(bot);
        tokio::spawn(async move { take_up_all(&bot, left_open).await });
    }
}

async fn take_up_all(bot: &Arc<Bot>, left_open: Vec<Unfinished>) {
    let (limit, mut tasks) = (Arc::new(tokio::sync::Semaphore::new(AT_ONCE)), Vec::new());
    for session in left_open.into_iter().filter(|session| !session.paused) {
        let (bot, limit) = (Arc::clone(bot), Arc::clone(&limit));
        tasks.push(tokio::spawn(async move {
            let _turn = limit.acquire_owned().await;
            take_up(&bot, session).await;
        }));
    }
    let count = tasks.len();
    for task in tasks {
        // One that panicked is in the log already, and the others go on.
        let _ = task.await;
    }
    tracing::info!(count, "open interviews were taken up");
}

async fn take_up(bot: &Arc<Bot>, unfinished: Unfinished) {
    let session = unfinished.session;
    let Some(place) = place::of(&bot.notes, &session) else {
        return without_place(bot, unfinished.guild.as_str(), session).await;
    };
    let Ok(seat) = bot.hall.reserve(place.owner, place.guild) else {
        return;
    };
    if let Err(error) = room::recover(bot, seat, place).await {
        tracing::error!(%session, %error, "an interview could not be taken up");
    }
}

/// The program stopped between opening a session and its thread: nobody has seen it. A session of another front end is left alone.
async fn without_place(bot: &Arc<Bot>, guild: &str, session: crate::domain::ids::SessionId) {
    let ours = guild == "direct" || guild.parse::<u64>().is_ok();
    if !ours {
        return;
    }
    if let Ok(mut live) = bot.service.resume(session).await {
        let _ = live.input.send(Input::End(EndReason::Interrupted)).await;
        while live.updates.recv().await.is_some() {}
    }
}

/// A place that a person's session is held in, where it can be gone on with.
pub(super) async fn paused_place(
    bot: &Bot,
    owner: serenity::all::UserId,
    guild: Option<serenity::all::GuildId>,
) -> Option<Place> {
    let mine = bot.service.unfinished(Some(&place::user_id(owner))).await.ok()?;
    let here = mine.into_iter().filter(|one| one.guild == place::guild_id(guild));
    let mut places: Vec<Place> = here.filter_map(|one| place::of(&bot.notes, &one.session)).collect();
    places.sort_by(|a, b| a.session.cmp(&b.session));
    places.pop()
}
