//! `/personas`: who there is.

use std::fmt::Write as _;

use serenity::all::CreateEmbed;

use super::{Context, Failed, Shown, acknowledge};
use crate::discord::text;

/// See who can interview you.
#[poise::command(slash_command)]
pub(super) async fn personas(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let mut lines = String::new();
    for (id, persona) in &ctx.data().service.library().personas {
        let persona = &persona.value;
        let rounds = persona
            .rounds
            .iter()
            .map(|round| round.title())
            .collect::<Vec<_>>()
            .join(", ");
        let leads = if rounds.is_empty() {
            "sits on panels".to_owned()
        } else {
            format!("leads {rounds}")
        };
        let _ = writeln!(
            lines,
            "**{}**, {} (`{id}`): {leads}",
            text::name(&persona.name, 60),
            text::name(&persona.title, 60)
        );
    }
    let embed = CreateEmbed::new()
        .title("The panel")
        .description(text::shortened(&text::inert(&lines), text::EMBED_DESCRIPTION));
    answer
        .show(Shown {
            embed: Some(embed),
            ..Shown::default()
        })
        .await
}
