//! `hotseat serve`: the Discord bot.

use super::{Failure, context::Context, stop_on_signal};
use crate::discord::{self, DiscordOptions};

/// The exit code that tells a supervisor not to start it again: only a person can mend what is wrong.
const DO_NOT_RESTART: u8 = 78;

/// Runs the command.
pub(super) async fn run(context: &Context) -> Result<(), Failure> {
    let token = context.discord_token().ok_or_else(|| {
        final_failure("DISCORD_TOKEN is not set; take the token from the developer portal, Bot, Reset Token")
    })?;
    let service = context.service()?;
    let notes = context.data_folder().join("discord.jsonl");
    let options = DiscordOptions::new(
        &context.config.discord,
        context.config.practice.mode,
        context.engine(),
        token,
        notes,
    );
    stop_on_signal(&context.stop);
    let served = discord::serve(options, service.clone(), context.stop.clone()).await;
    let closed = service.close().await;
    served.map_err(|error| {
        if error.is_final() {
            final_failure(error)
        } else {
            Failure::new(error)
        }
    })?;
    Ok(closed?)
}

fn final_failure(message: impl std::fmt::Display) -> Failure {
    Failure {
        message: message.to_string(),
        code: DO_NOT_RESTART,
    }
}
