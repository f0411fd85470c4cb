//! What ends the bot, for its operator; each is one plain sentence with what to do.

use crate::service::ServiceError;

/// What ends the bot.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The token is wrong.
    #[error(
        "Discord does not know this token; take a new one from the developer portal, Bot, Reset Token, and set DISCORD_TOKEN to it"
    )]
    Token,
    /// The Message Content intent is not switched on.
    #[error(
        "Discord refuses the Message Content intent; switch it on in the developer portal, Bot, Privileged Gateway Intents, Message Content Intent"
    )]
    MessageContent,
    /// Discord knows none of these intents.
    #[error("Discord refuses the intents this version asks for; use a newer version of hotseat")]
    Intents,
    /// The address to connect to is none.
    #[error("[discord.transport] connect_to = \"{0}\" can't be resolved; \"host:port\" is expected")]
    Address(String),
    /// The certificate authority can't be used.
    #[error("[discord.transport] extra_ca_file {file} can't be used: {reason}")]
    Authority {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
    /// The notes or the store.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl ServeError {
    /// Whether starting again can't help, so that a supervisor should not.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, ServeError::Service(_) | ServeError::Client(_))
    }
}
