//! What the bot is started with.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::{
    config::{DiscordConfig, Visibility},
    interview::event::{Engine, Mode},
};

/// What the bot is started with.
#[derive(Debug, Clone)]
pub struct DiscordOptions {
    /// The bot's token.
    pub token: SecretString,
    /// How Discord is reached.
    pub transport: Transport,
    /// How long a candidate is quiet before their messages are taken as one answer.
    pub quiet: Duration,
    /// Where an interview is held unless asked otherwise.
    pub visibility: Visibility,
    /// How long an interview is unless asked otherwise.
    pub mode: Mode,
    /// Who judges unless asked otherwise.
    pub engine: Engine,
    /// When a candidate who went quiet is reminded.
    pub remind: Duration,
    /// How long after that the interview is paused.
    pub pause: Duration,
    /// The largest text file taken as an answer, in bytes.
    pub attachment_bytes: u32,
    /// The most requests a second.
    pub requests_per_s: u32,
    /// Interviews at once.
    pub sessions: usize,
    /// The file of the bot's notes.
    pub notes: PathBuf,
}

/// How Discord is reached.
#[derive(Debug, Clone)]
pub struct Transport {
    /// Another address for discord.com and cdn.discordapp.com, as host and port.
    pub connect_to: Option<String>,
    /// A PEM file with one more certificate authority.
    pub extra_ca_file: Option<PathBuf>,
    /// The time to connect.
    pub connect: Duration,
    /// The time for a whole request.
    pub request: Duration,
}

impl DiscordOptions {
    /// The options as configured.
    #[must_use]
    pub fn new(config: &DiscordConfig, mode: Mode, engine: Engine, token: SecretString, notes: PathBuf) -> Self {
        let transport = &config.transport;
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        DiscordOptions {
            token,
            transport: Transport {
                connect_to: given(&transport.connect_to),
                extra_ca_file: given(&transport.extra_ca_file).map(PathBuf::from),
                connect: Duration::from_secs(transport.connect_s),
                request: Duration::from_secs(transport.request_s),
            },
            quiet: Duration::from_secs_f64(config.quiet_s),
            visibility: config.visibility,
            mode,
            engine,
            remind: Duration::from_secs(config.remind_min * 60),
            pause: Duration::from_secs(config.pause_min * 60),
            attachment_bytes: u32::try_from(config.attachment_kb * 1024).unwrap_or(u32::MAX),
            requests_per_s: config.requests_per_s,
            sessions: config.sessions,
            notes,
        }
    }
}
