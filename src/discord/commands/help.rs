//! `/help`: what I do and how to use it.

use serenity::all::CreateEmbed;

use super::{Context, Failed, Shown, acknowledge};

const HELP: &str = "I hold interviews: a persona asks about a case, you answer, it presses your weakest point, and at the end the \
panel holds a debrief with your own words as evidence.

**Start** with `/interview start`. I open a thread; what you write there is your answer. Several messages in a row are one answer: I \
wait until you are quiet, or press **Done**. **Answer** opens a form instead. **Hint**, **Skip**, **Pause** and **End & debrief** do \
what they say. Tap how sure you are, before or after an answer, and the debrief tells you how well you know yourself.

You may ask about the case; that costs nothing. Edits count until the next question is asked.

**Afterwards**: `/debrief`, `/history`, `/compare`, `/progress`. **What there is**: `/personas`, `/cases`.
**With others**: `/interview start peers:True`, and they use `/interview join` in your thread.
**Your data**: `/privacy`.";

/// See what I do and how to use it.
#[poise::command(slash_command)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let embed = CreateEmbed::new().title("Hotseat").description(HELP);
    answer
        .show(Shown {
            embed: Some(embed),
            ..Shown::default()
        })
        .await
}
