//! `/progress`: how each signal moves over a person's sessions.

use std::fmt::Write as _;

use serenity::all::{CreateAttachment, CreateEmbed};

use super::{Context, Failed, Shown, acknowledge};
use crate::{
    discord::{place, text},
    report::{self, Progress},
};

/// See how each signal moves over your sessions.
#[poise::command(slash_command)]
pub(super) async fn progress(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let bot = ctx.data();
    let points = bot.service.points(&place::user_id(ctx.author().id)).await?;
    if points.is_empty() {
        return answer
            .tell("There is no judged session yet. `/interview start` begins one.")
            .await;
    }
    let progress = report::progress(&points, &bot.service.library().drills);
    let files = vec![
        CreateAttachment::bytes(report::markdown::progress(&progress), "progress.md"),
        CreateAttachment::bytes(report::json::progress(&progress), "progress.json"),
    ];
    answer
        .show(Shown {
            embed: Some(embed(&progress)),
            files,
            ..Shown::default()
        })
        .await
}

fn embed(progress: &Progress) -> CreateEmbed {
    let mut text = String::new();
    let scores: Vec<String> = progress
        .points
        .iter()
        .filter_map(|point| point.score)
        .map(|score| format!("{score:.0}"))
        .collect();
    let from = scores.len().saturating_sub(12);
    let _ = writeln!(text, "Score: {}\n", scores.get(from..).unwrap_or_default().join(" → "));
    for signal in &progress.signals {
        let levels: Vec<String> = signal
            .means
            .iter()
            .flatten()
            .map(|level| format!("{level:.1}"))
            .collect();
        let from = levels.len().saturating_sub(6);
        let _ = writeln!(
            text,
            "{}: {}",
            text::name(&signal.name, 60),
            levels.get(from..).unwrap_or_default().join(" → ")
        );
    }
    CreateEmbed::new()
        .title(format!("Progress over {} sessions", progress.points.len()))
        .description(text::shortened(&text::inert(&text), text::EMBED_DESCRIPTION))
}
