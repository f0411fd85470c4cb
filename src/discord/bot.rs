//! What every part of the bot stands on.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest12 as reqwest;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{hall::Hall, options::DiscordOptions, outbox::Outbox, peers::Cards, speech::Voices};
use crate::service::{Notes, Service, Unfinished};

/// What every part of the bot stands on.
pub(super) struct Bot {
    /// The interviews.
    pub(super) service: Service,
    /// What it was started with.
    pub(super) options: DiscordOptions,
    /// The way out to Discord.
    pub(super) outbox: Outbox,
    /// For files of the CDN.
    pub(super) files: reqwest::Client,
    /// Who sits where.
    pub(super) hall: Hall,
    /// What a restart needs to know.
    pub(super) notes: Notes,
    /// The personas' webhooks.
    pub(super) voices: Voices,
    /// Scorecards that peers are filling.
    pub(super) cards: Cards,
    /// Cancelled when the bot is to stop.
    pub(super) stop: CancellationToken,
    /// Sessions that were open when the program started, until they are taken up.
    left_open: Mutex<Vec<Unfinished>>,
    alive: mpsc::WeakSender<()>,
}

/// The parts of a bot.
pub(super) struct Parts {
    pub(super) service: Service,
    pub(super) options: DiscordOptions,
    pub(super) outbox: Outbox,
    pub(super) files: reqwest::Client,
    pub(super) notes: Notes,
    pub(super) left_open: Vec<Unfinished>,
    pub(super) stop: CancellationToken,
}

/// Ends when everything that must be finished has been.
pub(super) struct Finish(mpsc::Receiver<()>, Option<mpsc::Sender<()>>);

impl Bot {
    /// Puts the parts together.
    pub(super) fn new(parts: Parts) -> (Arc<Bot>, Finish) {
        let (alive, all) = mpsc::channel(1);
        let bot = Bot {
            hall: Hall::new(parts.options.sessions),
            service: parts.service,
            options: parts.options,
            outbox: parts.outbox,
            files: parts.files,
            notes: parts.notes,
            voices: Voices::default(),
            cards: Cards::default(),
            stop: parts.stop,
            left_open: Mutex::new(parts.left_open),
            alive: alive.downgrade(),
        };
        (Arc::new(bot), Finish(all, Some(alive)))
    }

    /// The sessions that were open when the program started; once.
    pub(super) fn take_left_open(&self) -> Vec<Unfinished> {
        std::mem::take(&mut *self.left_open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Held by whoever must be waited for at the end; none when the end has come.
    pub(super) fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.alive.upgrade()
    }
}

impl Finish {
    /// Waits until nobody is left to be waited for.
    pub(super) async fn finish(mut self) {
        self.1 = None;
        while self.0.recv().await.is_some() {}
    }
}
