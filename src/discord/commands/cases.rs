//! `/cases`: what there is to be asked about.

use std::fmt::Write as _;

use serenity::all::CreateEmbed;

use super::{Context, Failed, Shown, acknowledge};
use crate::discord::text;

/// See which cases there are.
#[poise::command(slash_command)]
pub(super) async fn cases(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let mut lines = String::new();
    for (id, case) in &ctx.data().service.library().cases {
        let case = &case.value;
        let _ = writeln!(
            lines,
            "**{}** (`{id}`), {}: {} questions",
            text::name(&case.name, 80),
            text::name(&case.domain, 60),
            case.question.len()
        );
    }
    let embed = CreateEmbed::new()
        .title("The cases")
        .description(text::shortened(&text::inert(&lines), text::EMBED_DESCRIPTION));
    answer
        .show(Shown {
            embed: Some(embed),
            ..Shown::default()
        })
        .await
}
