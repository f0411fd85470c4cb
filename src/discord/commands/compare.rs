//! `/compare`: two sessions side by side, signal by signal.

use std::fmt::Write as _;

use serenity::all::{CreateAttachment, CreateEmbed};

use super::{Context, Failed, Shown, acknowledge, pick};
use crate::{
    discord::text,
    report::{self, Comparison},
};

/// Put two of your sessions side by side.
#[poise::command(slash_command)]
pub(super) async fn compare(
    ctx: Context<'_>,
    #[description = "The earlier session"]
    #[autocomplete = "pick::sessions"]
    a: String,
    #[description = "The later session; your newest where left out"]
    #[autocomplete = "pick::sessions"]
    b: Option<String>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, user) = (ctx.data(), ctx.author().id);
    let a = pick::own(bot, user, Some(&a)).await?;
    let b = pick::own(bot, user, b.as_deref()).await?;
    if a == b {
        return answer.tell("That is the same session twice. Please choose two.").await;
    }
    let comparison = bot.service.compare(&a, &b).await?;
    let files = vec![
        CreateAttachment::bytes(report::markdown::comparison(&comparison), "comparison.md"),
        CreateAttachment::bytes(report::json::comparison(&comparison), "comparison.json"),
    ];
    answer
        .show(Shown {
            embed: Some(embed(&comparison)),
            files,
            ..Shown::default()
        })
        .await
}

fn embed(comparison: &Comparison) -> CreateEmbed {
    let mut text = String::new();
    for (letter, side) in [("A", &comparison.a), ("B", &comparison.b)] {
        let score = side
            .score
            .map_or_else(|| "no score".to_owned(), |score| format!("{score:.0} of 100"));
        let _ = writeln!(text, "**{letter}** `{}` {} · {score}", side.id, side.verdict.title());
    }
    let _ = writeln!(text);
    for pair in &comparison.signals {
        let level = |level: Option<f64>| level.map_or_else(|| " – ".to_owned(), |level| format!("{level:.1}"));
        let change = pair
            .difference
            .map_or_else(String::new, |change| format!(" ({change:+.1})"));
        let _ = writeln!(
            text,
            "`{} → {}` {}{change}",
            level(pair.a),
            level(pair.b),
            text::name(&pair.name, 60)
        );
    }
    if !comparison.comparable {
        let _ = writeln!(
            text,
            "\nNot everything was the same in both, so this is a comparison and not progress."
        );
    }
    CreateEmbed::new()
        .title("Two sessions side by side")
        .description(text::shortened(&text::inert(&text), text::EMBED_DESCRIPTION))
}
