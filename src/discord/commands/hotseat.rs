//! `/hotseat`: a queue in a channel. Whoever is next sits the same questions as those before, and the others rate.

#![expect(
    clippy::unused_async,
    reason = "commands are async to the framework, those without work too"
)]

use serde::{Deserialize, Serialize};
use serenity::all::{ChannelId, UserId};

use super::{Context, Failed, acknowledge, interview};
use crate::{
    discord::{
        bot::Bot,
        interactions::Reply,
        opening::{self, Opening, WantedPlace},
        place::{self, DebriefTo},
        room::Knock,
        settings, text,
    },
    domain::ids::CaseId,
    interview::{
        Wanted,
        event::{Mode, PeerRole},
    },
    service::{Input, NewSession},
};

/// The most people in a queue.
const MOST: usize = 30;

/// A channel's queue.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Queue {
    waiting: Vec<Waiting>,
    /// The draw that everybody gets, so that the answers of all stand side by side.
    draw: u64,
    /// The case, where one was chosen.
    case: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    user: UserId,
    name: String,
}

fn key(channel: ChannelId) -> String {
    format!("queue/{channel}")
}

fn queue(bot: &Bot, channel: ChannelId) -> Queue {
    bot.notes.get(&key(channel)).unwrap_or_default()
}

async fn keep(bot: &Bot, channel: ChannelId, queue: &Queue) -> Result<(), Failed> {
    Ok(bot.notes.put(&key(channel), queue).await?)
}

/// Take turns in the hot seat: everybody gets the same questions, the others push back and rate.
#[poise::command(
    slash_command,
    guild_only,
    subcommands("join", "leave", "next", "list"),
    subcommand_required
)]
pub(super) async fn hotseat(_ctx: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Queue up for the hot seat of this channel.
#[poise::command(slash_command, guild_only)]
async fn join(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, channel, user) = (ctx.data(), ctx.channel_id(), ctx.author().id);
    let mut queue = queue(bot, channel);
    if queue.waiting.iter().any(|waiting| waiting.user == user) {
        return answer
            .tell("You are in the queue already. `/hotseat list` shows it.")
            .await;
    }
    if queue.waiting.len() >= MOST {
        return answer
            .tell("The queue is full. Please try again when somebody has had their turn.")
            .await;
    }
    if queue.waiting.is_empty() {
        // A new round of people, a new draw.
        queue.draw = ctx.id();
    }
    queue.waiting.push(Waiting {
        user,
        name: interview::name_of(&ctx).await,
    });
    keep(bot, channel, &queue).await?;
    answer
        .tell(format!(
            "You are number {} in the queue. `/hotseat next` calls the next one.",
            queue.waiting.len()
        ))
        .await
}

/// Leave the queue of this channel.
#[poise::command(slash_command, guild_only)]
async fn leave(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, channel) = (ctx.data(), ctx.channel_id());
    let mut queue = queue(bot, channel);
    queue.waiting.retain(|waiting| waiting.user != ctx.author().id);
    keep(bot, channel, &queue).await?;
    answer.tell("You are not in the queue any more.").await
}

/// See who is in the queue of this channel.
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let queue = queue(ctx.data(), ctx.channel_id());
    let line = |(number, waiting): (usize, &Waiting)| format!("{number}. {}", text::name(&waiting.name, 60));
    let lines: Vec<String> = (1..).zip(&queue.waiting).map(line).collect();
    if lines.is_empty() {
        return answer.tell("Nobody is in the queue. `/hotseat join` begins one.").await;
    }
    answer.tell(text::shortened(&lines.join("\n"), text::MESSAGE)).await
}

/// Call the next one to the hot seat; the others of the queue rate.
#[poise::command(slash_command, guild_only)]
async fn next(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, channel, guild) = (ctx.data(), ctx.channel_id(), ctx.guild_id());
    interview::allowed(&ctx, &settings::of(bot, guild)).await?;
    opening::check_permissions(&ctx, true)?;
    let mut queue = queue(bot, channel);
    if !queue.waiting.iter().any(|waiting| waiting.user == ctx.author().id) {
        return answer.tell("Queue up first: `/hotseat join`.").await;
    }
    let Some(up) = queue.waiting.first().cloned() else {
        return Ok(());
    };
    let door = opening::open(
        bot,
        Opening {
            owner: up.user,
            name: up.name.clone(),
            guild,
            place: WantedPlace::Thread {
                parent: channel,
                public: true,
            },
            debrief: DebriefTo::Thread,
            new: NewSession {
                user: place::user_id(up.user),
                guild: place::guild_id(guild),
                mode: Mode::Quick,
                wanted: Wanted {
                    case: queue.case.clone().map(CaseId::new),
                    ..Wanted::default()
                },
                engine: bot.options.engine,
                seed: Some(queue.draw),
            },
            now: ctx.id(),
        },
    )
    .await?;
    // Whoever had their turn goes to the end, and rates until it comes again.
    queue.waiting.rotate_left(1);
    keep(bot, channel, &queue).await?;
    for rater in queue.waiting.iter().filter(|waiting| waiting.user != up.user) {
        door.knock(Knock::Peer {
            input: Input::Join {
                peer: place::user_id(rater.user),
                role: PeerRole::Panelist,
            },
            speaks: None,
            done: String::new(),
            reply: Reply::of_command(bot, &ctx),
        });
    }
    answer
        .tell(format!(
            "{} is in the hot seat: <#{}>.",
            text::name(&up.name, 60),
            door.place.channel
        ))
        .await
}
