//! The slash commands: one file each. Every one is acknowledged before anything is looked up, and answers its user alone.

mod cases;
mod compare;
mod debrief;
mod help;
mod history;
mod hotseat;
mod interview;
mod options;
mod personas;
mod pick;
mod privacy;
mod progress;
mod settings;

use std::sync::Arc;

use poise::FrameworkError;
use serenity::all::{CreateAllowedMentions, CreateAttachment, CreateEmbed, CreateMessage};

use super::{bot::Bot, brake::Priority, failed::Failed};

pub(super) use debrief::button as debrief_button;
pub(super) use interview::without_room;
pub(super) use privacy::button as privacy_button;

type Context<'a> = poise::Context<'a, Arc<Bot>, Failed>;
type Command = poise::Command<Arc<Bot>, Failed>;

/// Every command.
pub(super) fn all() -> Vec<Command> {
    vec![
        interview::interview(),
        hotseat::hotseat(),
        debrief::debrief(),
        history::history(),
        compare::compare(),
        progress::progress(),
        personas::personas(),
        cases::cases(),
        privacy::privacy(),
        settings::settings(),
        help::help(),
    ]
}

/// Answers a command that was acknowledged, or, where that came too late, its channel.
struct Answer<'a> {
    ctx: Context<'a>,
    acknowledged: bool,
}

/// Acknowledges a command. The first thing each one does.
async fn acknowledge(ctx: Context<'_>) -> Answer<'_> {
    let acknowledged = ctx.data().outbox.sorted(ctx.defer_ephemeral().await);
    if let Err(error) = &acknowledged {
        tracing::warn!(command = %ctx.command().name, %error, "a command was not acknowledged in time; it goes on all the same");
    }
    Answer {
        ctx,
        acknowledged: acknowledged.is_ok(),
    }
}

/// What a command shows.
#[derive(Default)]
struct Shown {
    text: String,
    embed: Option<CreateEmbed>,
    files: Vec<CreateAttachment>,
    rows: Vec<serenity::all::CreateActionRow>,
}

impl Answer<'_> {
    /// Says something to whoever used the command.
    async fn tell(&self, text: impl Into<String>) -> Result<(), Failed> {
        self.show(Shown {
            text: text.into(),
            ..Shown::default()
        })
        .await
    }

    /// Shows something to whoever used the command, alone. Where the interaction is lost, it goes to them by direct message.
    async fn show(&self, shown: Shown) -> Result<(), Failed> {
        let bot = self.ctx.data();
        if self.acknowledged {
            let mut reply = poise::CreateReply::default()
                .ephemeral(true)
                .allowed_mentions(CreateAllowedMentions::new());
            if !shown.text.is_empty() {
                reply = reply.content(&shown.text);
            }
            reply = shown.files.iter().cloned().fold(reply, poise::CreateReply::attachment);
            if let Some(embed) = shown.embed.clone() {
                reply = reply.embed(embed);
            }
            if !shown.rows.is_empty() {
                reply = reply.components(shown.rows.clone());
            }
            bot.outbox.sorted(self.ctx.send(reply).await)?;
            return Ok(());
        }
        let mut message = CreateMessage::new().components(shown.rows).add_files(shown.files);
        if !shown.text.is_empty() {
            message = message.content(shown.text);
        }
        if let Some(embed) = shown.embed {
            message = message.embed(embed);
        }
        let channel = bot.outbox.direct(self.ctx.author().id).await?;
        bot.outbox
            .send(Priority::Reply, channel, &self.ctx.id().to_string(), message)
            .await?;
        Ok(())
    }
}

/// Tells a person what a command could not do.
pub(super) async fn failed(error: FrameworkError<'_, Arc<Bot>, Failed>) {
    match error {
        FrameworkError::Command { error, ctx, .. } => {
            let reference = ctx.id() % 1_000_000;
            if error.is_unexpected() {
                tracing::error!(command = %ctx.command().name, reference, %error, "a command failed");
            }
            tell(ctx, error.sentence(reference)).await;
        }
        FrameworkError::CommandPanic { ctx, .. } => {
            let reference = ctx.id() % 1_000_000;
            tracing::error!(command = %ctx.command().name, reference, "a command panicked");
            let sentence = Failed::Undelivered(super::undelivered::Undelivered::Refused(0, 0)).sentence(reference);
            tell(ctx, sentence).await;
        }
        FrameworkError::GuildOnly { ctx, .. } => tell(ctx, "That works in a server only.".to_owned()).await,
        FrameworkError::MissingUserPermissions { ctx, .. } => {
            tell(ctx, "Only those who may manage this server can do that.".to_owned()).await;
        }
        FrameworkError::ArgumentParse { ctx, .. } => {
            tell(
                ctx,
                "I could not read one of the options. Please choose from what is offered.".to_owned(),
            )
            .await;
        }
        FrameworkError::UnknownInteraction { .. } | FrameworkError::CommandStructureMismatch { .. } => {
            tracing::warn!("a command of an earlier version was used");
        }
        // The library's own texts may hold what a person wrote, so they are not logged.
        _ => tracing::warn!("an event could not be handled"),
    }
}

async fn tell(ctx: Context<'_>, sentence: String) {
    let reply = poise::CreateReply::default()
        .content(sentence)
        .ephemeral(true)
        .allowed_mentions(CreateAllowedMentions::new());
    if ctx.send(reply).await.is_err() {
        tracing::info!("a person could not be told what failed");
    }
}
