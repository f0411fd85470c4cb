//! The gateway's events on their way to the rooms. Nothing here waits: a knock at the door, or a task of its own.

use std::{path::Path, sync::Arc};

use reqwest12 as reqwest;
use serenity::all::{Attachment, FullEvent, Message, MessageType, MessageUpdateEvent, UserId};

use super::{
    bot::Bot,
    hall::Door,
    interactions, recall,
    room::{Knock, Unreadable},
};
use crate::interview::event::EndReason;

/// Where files of messages lie.
const FILES: &str = "cdn.discordapp.com";

/// Takes an event.
pub(super) fn take(bot: &Arc<Bot>, event: &FullEvent) {
    match event {
        FullEvent::Ready { .. } => recall::after_ready(bot),
        FullEvent::Message { new_message } => message(bot, new_message),
        FullEvent::MessageUpdate { event, .. } => edited(bot, event),
        FullEvent::MessageDelete {
            channel_id,
            deleted_message_id,
            ..
        } => {
            if let Some(door) = bot.hall.in_channel(*channel_id) {
                door.knock(Knock::Deleted(vec![*deleted_message_id]));
            }
        }
        FullEvent::MessageDeleteBulk {
            channel_id,
            multiple_deleted_messages_ids,
            ..
        } => {
            if let Some(door) = bot.hall.in_channel(*channel_id) {
                door.knock(Knock::Deleted(multiple_deleted_messages_ids.clone()));
            }
        }
        FullEvent::TypingStart { event } => {
            if let Some(door) = bot
                .hall
                .in_channel(event.channel_id)
                .filter(|door| door.place.owner == event.user_id)
            {
                door.knock(Knock::Typed);
            }
        }
        FullEvent::InteractionCreate { interaction } => interactions::take(bot, interaction),
        other => places(bot, other),
    }
}

/// What becomes of threads, channels, guilds and members.
fn places(bot: &Arc<Bot>, event: &FullEvent) {
    match event {
        FullEvent::ThreadDelete { thread, .. } => {
            if let Some(door) = bot.hall.in_channel(thread.id) {
                door.knock(Knock::Gone(EndReason::Interrupted));
                tell_directly(bot, &door);
            }
        }
        FullEvent::ChannelDelete { channel, .. } => {
            for door in bot
                .hall
                .doors()
                .into_iter()
                .filter(|door| door.place.parent == Some(channel.id))
            {
                door.knock(Knock::Gone(EndReason::Interrupted));
                tell_directly(bot, &door);
            }
        }
        // An outage is no goodbye.
        FullEvent::GuildDelete { incomplete, .. } if !incomplete.unavailable => {
            for door in bot
                .hall
                .doors()
                .into_iter()
                .filter(|door| door.place.guild == Some(incomplete.id))
            {
                door.knock(Knock::Gone(EndReason::Abandoned));
            }
        }
        FullEvent::ThreadMembersUpdate { thread_members_update } => {
            let Some(door) = bot.hall.in_channel(thread_members_update.id) else {
                return;
            };
            if thread_members_update.removed_member_ids.contains(&door.place.owner) {
                left(bot, door);
            }
        }
        FullEvent::GuildMemberRemoval { guild_id, user, .. } => {
            if let Some(door) = bot.hall.of(user.id, Some(*guild_id)) {
                door.knock(Knock::Gone(EndReason::Abandoned));
            }
        }
        _ => {}
    }
}

fn tell_directly(bot: &Arc<Bot>, door: &Arc<Door>) {
    const DELETED: &str =
        "The place of your interview was deleted, so it has ended. What you answered is stored; `/debrief` shows it.";
    let (bot, place) = (Arc::clone(bot), door.place.clone());
    tokio::spawn(async move { super::room::direct(&bot, &place, DELETED).await });
}

/// Who left the thread may only have closed it; who left the guild is gone.
fn left(bot: &Arc<Bot>, door: Arc<Door>) {
    let Some(guild) = door.place.guild else { return };
    let bot = Arc::clone(bot);
    tokio::spawn(async move {
        if !bot.outbox.is_member(guild, door.place.owner).await {
            door.knock(Knock::Gone(EndReason::Abandoned));
        }
    });
}

/// Whether a message is the candidate's own, and one that can be an answer.
pub(super) fn is_answer(message: &Message, owner: UserId) -> bool {
    is_theirs(message, owner) && !message.content.is_empty()
}

fn is_theirs(message: &Message, owner: UserId) -> bool {
    let kind = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
    kind && message.author.id == owner && !message.author.bot && message.webhook_id.is_none()
}

fn message(bot: &Arc<Bot>, message: &Message) {
    let Some(door) = bot.hall.in_channel(message.channel_id) else {
        return;
    };
    if !is_theirs(message, door.place.owner) {
        return;
    }
    let id = message.id;
    let not_readable = |why| door.knock(Knock::NotReadable { id, why });
    match message.attachments.first() {
        Some(file) => attachment(bot, &door, message, file),
        None if !message.content.is_empty() => {
            door.knock(Knock::Wrote {
                id,
                text: message.content.clone(),
            });
        }
        None if message.sticker_items.is_empty() && message.embeds.is_empty() && message.poll.is_none() => {
            tracing::error!(
                "a message came without its text: switch on the Message Content intent in the developer portal"
            );
            not_readable(Unreadable::NoText);
        }
        None => {
            not_readable(Unreadable::NotTyped);
        }
    }
}

fn edited(bot: &Arc<Bot>, event: &MessageUpdateEvent) {
    let Some(door) = bot.hall.in_channel(event.channel_id) else {
        return;
    };
    let theirs = event.author.as_ref().is_none_or(|author| author.id == door.place.owner);
    // An update without the text is a preview or a pin.
    let text = event
        .content
        .as_ref()
        .filter(|text| !text.is_empty() && theirs && event.edited_timestamp.is_some());
    if let Some(text) = text {
        door.knock(Knock::Edited {
            id: event.id,
            text: text.clone(),
        });
    }
}

fn attachment(bot: &Arc<Bot>, door: &Arc<Door>, message: &Message, file: &Attachment) {
    let id = message.id;
    let kind = file.content_type.as_deref().unwrap_or_default();
    let ending = Path::new(&file.filename)
        .extension()
        .map(std::ffi::OsStr::to_ascii_lowercase);
    let is_text = kind.starts_with("text/plain")
        || kind.starts_with("text/markdown")
        || ending.is_some_and(|ending| ending == "txt" || ending == "md");
    let why = if !is_text || message.attachments.len() > 1 {
        Some(Unreadable::NotTyped)
    } else if file.size > bot.options.attachment_bytes {
        Some(Unreadable::TooLarge)
    } else {
        None
    };
    if let Some(why) = why {
        door.knock(Knock::NotReadable { id, why });
        return;
    }
    let (bot, door, url, before) = (
        Arc::clone(bot),
        Arc::clone(door),
        file.url.clone(),
        message.content.clone(),
    );
    tokio::spawn(async move {
        let knock = match fetch(&bot, &url).await {
            Ok(text) if before.is_empty() => Knock::Wrote { id, text },
            Ok(text) => Knock::Wrote {
                id,
                text: format!("{before}\n{text}"),
            },
            Err(why) => Knock::NotReadable { id, why },
        };
        door.knock(knock);
    });
}

/// Reads a text file, from Discord's own host only and no more of it than the limit.
async fn fetch(bot: &Bot, url: &str) -> Result<String, Unreadable> {
    let url = reqwest::Url::parse(url).map_err(|_| Unreadable::NotFetched)?;
    let trusted =
        url.scheme() == "https" && url.host_str() == Some(FILES) && url.port().is_none() && url.username().is_empty();
    if !trusted {
        tracing::warn!("a file was not read because it does not lie on Discord's host");
        return Err(Unreadable::NotFetched);
    }
    let mut answer = bot
        .files
        .get(url)
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(|_| Unreadable::NotFetched)?;
    let limit = usize::try_from(bot.options.attachment_bytes).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|_| Unreadable::NotFetched)? {
        if bytes.len() + piece.len() > limit {
            return Err(Unreadable::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    let text = String::from_utf8(bytes).map_err(|_| Unreadable::NotTyped)?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    if text.trim().is_empty() {
        Err(Unreadable::NotTyped)
    } else {
        Ok(text)
    }
}
