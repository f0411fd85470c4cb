//! `/privacy`: what is stored, an export, deletion for good, and whether one's sessions are shared in a server.

#![expect(
    clippy::unused_async,
    reason = "commands are async to the framework, those without work too"
)]

use std::{sync::Arc, time::Duration};

use serenity::all::{CreateAttachment, CreateMessage, GuildId, UserId};

use super::{Bot, Context, Failed, Shown, acknowledge, pick};
use crate::{
    discord::{
        brake::Priority,
        controls,
        custom_id::{Action, CustomId},
        interactions::Reply,
        place,
        room::Knock,
    },
    domain::ids::SessionId,
    interview::event::EndReason,
};

const STORED: &str = "**What I store of you**: your Discord id, the questions you were asked, your answers and their times, how they were \
judged, and where your open interview is held. Nothing that others write in your thread, and no message outside of it.
**Where**: in the store of whoever runs me. Answers go to a language model only where one is configured; every debrief says who judged.
**Who sees it**: you. Others in this server only where you share it.

`/privacy export` sends you all of it. `/privacy delete` deletes one session or all, for good. `/privacy share` lets this server see \
your sessions, or no longer.";

/// All sessions, where a deletion names no single one.
const ALL: &str = "all";
/// How long an interview that is being deleted is given to end.
const ENDING: Duration = Duration::from_secs(5);

/// What is stored of you, and what you can do about it.
#[poise::command(slash_command, subcommands("show", "export", "delete", "share"), subcommand_required)]
pub(super) async fn privacy(_ctx: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// See what is stored of you.
#[poise::command(slash_command)]
async fn show(ctx: Context<'_>) -> Result<(), Failed> {
    acknowledge(ctx).await.tell(STORED).await
}

/// Get everything that is stored of you, as a file by direct message.
#[poise::command(slash_command)]
async fn export(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, user) = (ctx.data(), ctx.author().id);
    let file = CreateAttachment::bytes(
        bot.service.export_of(&place::user_id(user)).await?,
        "hotseat-export.jsonl",
    );
    let sent = async {
        let channel = bot.outbox.direct(user).await?;
        let message = CreateMessage::new()
            .content("Everything that is stored of you, one JSON object a line.")
            .add_file(file.clone());
        bot.outbox
            .send(Priority::Reply, channel, &ctx.id().to_string(), message)
            .await
    };
    if sent.await.is_ok() {
        return answer.tell("I sent it to you by direct message.").await;
    }
    answer
        .show(Shown {
            text: "You take no direct messages from me, so here it is; nobody else sees it.".to_owned(),
            files: vec![file],
            ..Shown::default()
        })
        .await
}

/// Delete a session of yours, or all of them, for good.
#[poise::command(slash_command)]
async fn delete(
    ctx: Context<'_>,
    #[description = "Which session; all of yours where left out"]
    #[autocomplete = "pick::sessions"]
    session: Option<String>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (id, text, label) = match session {
        Some(given) => {
            let session = pick::own(ctx.data(), ctx.author().id, Some(&given)).await?;
            let text = format!("Delete the session `{session}` for good? It can't be undone.");
            (session, text, "Delete it")
        }
        None => (
            SessionId::new(ALL),
            "Delete **all** your sessions for good? It can't be undone.".to_owned(),
            "Delete all",
        ),
    };
    let rows = controls::of_deletion(&id, label);
    answer
        .show(Shown {
            text,
            rows,
            ..Shown::default()
        })
        .await
}

/// Let others in this server see your sessions, or no longer.
#[poise::command(slash_command, guild_only)]
async fn share(ctx: Context<'_>, #[description = "Whether they may see them"] on: bool) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let key = key(ctx.guild_id(), ctx.author().id);
    if on {
        ctx.data().notes.put(&key, &true).await?;
        answer
            .tell("Others in this server can now see the sessions you held here, with `/history`.")
            .await
    } else {
        ctx.data().notes.put(&key, &false).await?;
        answer.tell("Nobody but you sees your sessions any more.").await
    }
}

fn key(guild: Option<GuildId>, user: UserId) -> String {
    format!("share/{}/{user}", place::guild_id(guild))
}

/// Whether somebody shares their sessions in a server.
pub(super) fn shares(bot: &Bot, guild: Option<GuildId>, user: UserId) -> bool {
    guild.is_some() && bot.notes.get(&key(guild, user)).unwrap_or(false)
}

/// The answer to whether something is to be deleted. Only its user sees the question.
pub(in super::super) async fn button(bot: &Arc<Bot>, user: UserId, id: &CustomId, reply: &Reply) {
    if id.action == Action::Keep {
        return reply.tell("Nothing was deleted.").await;
    }
    match erase(bot, user, &id.session).await {
        Ok(sentence) => reply.tell(&sentence).await,
        Err(error) => {
            tracing::error!(%error, "a deletion failed");
            reply.tell(&error.sentence(0)).await;
        }
    }
}

async fn erase(bot: &Arc<Bot>, user: UserId, session: &SessionId) -> Result<String, Failed> {
    let all = session.as_str() == ALL;
    if !all {
        let owner = bot.service.owner(session).await?;
        if owner.is_none_or(|owner| owner != place::user_id(user)) {
            return Err(Failed::Told(
                "That session is deleted already, or not yours.".to_owned(),
            ));
        }
    }
    let mine = bot.hall.doors().into_iter().filter(|door| door.place.owner == user);
    for door in mine.filter(|door| all || door.place.session == *session) {
        door.knock(Knock::Gone(EndReason::ByCandidate));
        let ended = async {
            while bot.hall.door(&door.place.session).is_some() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // One that does not end in time is erased all the same; its task can then store nothing more.
        let _ = tokio::time::timeout(ENDING, ended).await;
    }
    if all {
        for one in bot.service.unfinished(Some(&place::user_id(user))).await? {
            place::forget(&bot.notes, &one.session);
        }
        let sessions = bot.service.erase_user(place::user_id(user)).await?;
        return Ok(format!(
            "Done. Sessions deleted: {sessions}. Nothing of what you answered is left in the store."
        ));
    }
    let events = bot.service.erase_session(session.clone()).await?;
    place::forget(&bot.notes, session);
    Ok(format!(
        "Done. The session is deleted, with its {events} events; nothing of what you answered in it is left in the store."
    ))
}
