//! `/history`: a person's sessions, newest first; another's only where they share them in this server.

use std::fmt::Write as _;

use serenity::all::{CreateAttachment, CreateEmbed, CreateEmbedFooter, User};

use super::{Context, Failed, Shown, acknowledge, privacy};
use crate::{
    discord::{place, text},
    report::{self, HistoryEntry},
};

/// Sessions in the embed; the file has more.
const SHOWN: usize = 10;
/// Sessions in the file.
const LISTED: usize = 500;

/// See your sessions, or those that somebody shares in this server.
#[poise::command(slash_command)]
pub(super) async fn history(
    ctx: Context<'_>,
    #[description = "Whose; yours where left out"] user: Option<User>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let bot = ctx.data();
    let whose = user.as_ref().unwrap_or_else(|| ctx.author());
    let own = whose.id == ctx.author().id;
    if !own && !privacy::shares(bot, ctx.guild_id(), whose.id) {
        return answer
            .tell("They do not share their sessions in this server. `/privacy share` switches it on for oneself.")
            .await;
    }
    let mut history = bot.service.history(&place::user_id(whose.id), LISTED).await?;
    if !own {
        let here = place::guild_id(ctx.guild_id());
        let held = bot.service.recent(&place::user_id(whose.id), LISTED).await?;
        history.sessions.retain(|entry| {
            held.iter()
                .any(|one| one.session == entry.point.session && one.guild == here)
        });
    }
    if history.sessions.is_empty() {
        return answer
            .tell("There is no session yet. `/interview start` begins one.")
            .await;
    }
    let lines: String = history
        .sessions
        .iter()
        .take(SHOWN)
        .fold(String::new(), |mut lines, entry| {
            let _ = writeln!(lines, "{}", line(entry));
            lines
        });
    let embed = CreateEmbed::new()
        .title(text::shortened(
            &format!("Sessions of {}", text::name(whose.display_name(), 80)),
            text::EMBED_TITLE,
        ))
        .description(text::shortened(&text::inert(&lines), text::EMBED_DESCRIPTION))
        .footer(CreateEmbedFooter::new(format!(
            "{} in all · `/debrief` shows one in full",
            history.sessions.len()
        )));
    let file = CreateAttachment::bytes(report::markdown::history(&history), "history.md");
    answer
        .show(Shown {
            embed: Some(embed),
            files: vec![file],
            ..Shown::default()
        })
        .await
}

fn line(entry: &HistoryEntry) -> String {
    let came_to = match (entry.point.score, &entry.point.verdict) {
        (Some(score), Some(verdict)) => format!("{} · {score:.0} of 100", verdict.replace('_', " ")),
        _ => entry.status.clone(),
    };
    format!(
        "`{}` {} · {} · {} answers · **{came_to}**",
        entry.point.session,
        text::name(&entry.lead, 60),
        entry.mode,
        entry.answers
    )
}
