//! `/debrief`: how a session went, as often as one likes; the same result each time.

use std::sync::Arc;

use poise::ChoiceParameter;
use serenity::all::{CreateInteractionResponseFollowup, UserId};

use super::{Bot, Context, Failed, Shown, acknowledge, pick};
use crate::{
    discord::{brake::Priority, brief, interactions::Reply, place},
    domain::ids::SessionId,
    report::debrief::Debrief,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ChoiceParameter)]
enum Where {
    #[name = "only to me"]
    Alone,
    #[name = "in this channel"]
    Here,
    #[name = "by direct message"]
    Direct,
}

/// See how a session of yours went: the panel's decision, its evidence, and what to practise.
#[poise::command(slash_command)]
pub(super) async fn debrief(
    ctx: Context<'_>,
    #[description = "Which session; your newest where left out"]
    #[autocomplete = "pick::sessions"]
    session: Option<String>,
    #[description = "Where to show it"] r#where: Option<Where>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let bot = ctx.data();
    let session = pick::own(bot, ctx.author().id, session.as_deref()).await?;
    let debrief = bot.service.debrief(&session).await?;
    match r#where.unwrap_or(Where::Alone) {
        Where::Alone => answer.show(shown(&debrief)).await,
        Where::Here => {
            let nonce = format!("{}-here", ctx.id());
            bot.outbox
                .send(Priority::Reply, ctx.channel_id(), &nonce, brief::message(&debrief))
                .await?;
            answer.tell("There it is.").await
        }
        Where::Direct => {
            if by_direct_message(bot, ctx.author().id, ctx.id(), &debrief)
                .await
                .is_ok()
            {
                return answer.tell("I sent it to you by direct message.").await;
            }
            // Asked for privately, so it falls back to what nobody else sees.
            let mut shown = shown(&debrief);
            "You take no direct messages from me, so here it is; nobody else sees it.".clone_into(&mut shown.text);
            answer.show(shown).await
        }
    }
}

fn shown(debrief: &Debrief) -> Shown {
    Shown {
        embed: Some(brief::embed(debrief)),
        files: brief::files(debrief).into(),
        ..Shown::default()
    }
}

async fn by_direct_message(bot: &Bot, user: UserId, id: u64, debrief: &Debrief) -> Result<(), Failed> {
    let channel = bot.outbox.direct(user).await?;
    bot.outbox
        .send(Priority::Reply, channel, &id.to_string(), brief::message(debrief))
        .await?;
    Ok(())
}

/// The button below a debrief: shows it again to whoever may see it, alone.
pub(in super::super) async fn button(bot: &Arc<Bot>, user: UserId, session: &SessionId, reply: &Reply) {
    let own = bot.service.owner(session).await;
    if !own.is_ok_and(|owner| owner == Some(place::user_id(user))) {
        return reply.tell("Only the candidate can have the debrief again.").await;
    }
    match bot.service.debrief(session).await {
        Ok(debrief) => {
            let message = CreateInteractionResponseFollowup::new()
                .embed(brief::embed(&debrief))
                .add_files(brief::files(&debrief));
            reply.show(message).await;
        }
        Err(error) => {
            tracing::error!(%session, %error, "a debrief could not be made");
            reply.tell(&Failed::from(error).sentence(0)).await;
        }
    }
}
