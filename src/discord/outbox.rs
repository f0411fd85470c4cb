//! Everything the bot asks of Discord goes through here: the breaker, the brake, a bounded repeat, and errors sorted by what to do.

use std::{sync::Arc, time::Duration};

use serenity::{
    all::{ChannelId, CreateAllowedMentions, CreateMessage, GuildId, Message, MessageId, Nonce, UserId},
    builder::{Builder as _, CreateInteractionResponseFollowup, EditThread, GetMessages},
    http::Http,
};
use tokio_util::sync::CancellationToken;

use super::{
    brake::{Brake, Priority},
    breaker::Breaker,
    undelivered::{Undelivered, is_invalid, is_unauthorized},
};

/// Waits between the tries of a request that may be repeated.
const WAITS: [Duration; 3] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Whether doing it twice does no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It does none: a read, a send with a nonce.
    Harmless,
    /// It might.
    Once,
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outbox {
    /// The client.
    pub(super) http: Arc<Http>,
    brake: Brake,
    /// The count of what Discord refuses.
    pub(super) breaker: Breaker,
    /// Cancelled when Discord refuses the token.
    pub(super) unauthorized: CancellationToken,
}

impl Outbox {
    /// A way out with its brake.
    pub(super) fn new(http: Arc<Http>, brake: Brake, breaker: Breaker) -> Outbox {
        Outbox {
            http,
            brake,
            breaker,
            unauthorized: CancellationToken::new(),
        }
    }

    /// Makes a request when its turn comes.
    pub(super) async fn ask<T, F>(
        &self,
        priority: Priority,
        repeat: Repeat,
        request: impl Fn(Arc<Http>) -> F,
    ) -> Result<T, Undelivered>
    where
        F: Future<Output = serenity::Result<T>>,
    {
        let mut waits = WAITS.into_iter();
        loop {
            if !self.breaker.lets(priority) {
                return Err(Undelivered::HeldBack);
            }
            self.brake.pass(priority).await;
            let outcome = self.sorted(request(Arc::clone(&self.http)).await);
            match (outcome, waits.next()) {
                (Err(Undelivered::Unknown(_)), Some(wait)) if repeat == Repeat::Harmless => {
                    tokio::time::sleep(wait).await;
                }
                (outcome, _) => return outcome,
            }
        }
    }

    /// Sorts an outcome and counts what Discord counts.
    pub(super) fn sorted<T>(&self, outcome: serenity::Result<T>) -> Result<T, Undelivered> {
        outcome.map_err(|error| {
            if is_invalid(&error) {
                self.breaker.count();
            }
            if is_unauthorized(&error) {
                self.unauthorized.cancel();
            }
            Undelivered::from(&error)
        })
    }

    /// Sends a message that pings nobody. The nonce makes it one message however often it is sent within a few minutes.
    pub(super) async fn send(
        &self,
        priority: Priority,
        channel: ChannelId,
        nonce: &str,
        message: CreateMessage,
    ) -> Result<Message, Undelivered> {
        let message = message
            .allowed_mentions(CreateAllowedMentions::new())
            .nonce(Nonce::String(nonce.chars().take(25).collect()))
            .enforce_nonce(true);
        let send = |http: Arc<Http>| {
            let message = message.clone();
            async move { channel.send_message(&*http, message).await }
        };
        match self.ask(priority, Repeat::Harmless, send).await {
            Err(Undelivered::Archived) => {
                self.open(channel).await?;
                self.ask(priority, Repeat::Harmless, send).await
            }
            outcome => outcome,
        }
    }

    /// Opens an archived thread.
    pub(super) async fn open(&self, thread: ChannelId) -> Result<(), Undelivered> {
        let open = |http: Arc<Http>| async move { thread.edit_thread(&*http, EditThread::new().archived(false)).await };
        self.ask(Priority::Speech, Repeat::Harmless, open).await.map(drop)
    }

    /// Shows that somebody types, unless the bot has better to do.
    pub(super) fn typing(&self, channel: ChannelId) {
        if self.brake.is_busy() {
            return;
        }
        let outbox = self.clone();
        tokio::spawn(async move {
            let typing = |http: Arc<Http>| async move { http.broadcast_typing(channel).await };
            // Nobody misses it where it fails.
            let _ = outbox.ask(Priority::Edit, Repeat::Once, typing).await;
        });
    }

    /// Answers an interaction that was acknowledged. These count towards no limit over all.
    pub(super) async fn follow_up(
        &self,
        token: &str,
        message: CreateInteractionResponseFollowup,
    ) -> Result<Message, Undelivered> {
        let message = message.allowed_mentions(CreateAllowedMentions::new());
        self.sorted(message.execute(&*self.http, (None, token)).await)
    }

    /// The messages of a channel after one, oldest first.
    pub(super) async fn after(&self, channel: ChannelId, last: MessageId) -> Result<Vec<Message>, Undelivered> {
        const PAGE: u8 = 100;
        let (mut found, mut last) = (Vec::new(), last);
        loop {
            let page = |http: Arc<Http>| async move {
                channel
                    .messages(&*http, GetMessages::new().after(last).limit(PAGE))
                    .await
            };
            let mut page = self.ask(Priority::Speech, Repeat::Harmless, page).await?;
            page.sort_by_key(|message| message.id);
            let Some(newest) = page.last() else { return Ok(found) };
            last = newest.id;
            let full = page.len() == usize::from(PAGE);
            found.append(&mut page);
            if !full || found.len() > 2_000 {
                return Ok(found);
            }
        }
    }

    /// A person's direct channel.
    pub(super) async fn direct(&self, user: UserId) -> Result<ChannelId, Undelivered> {
        let open = |http: Arc<Http>| async move { user.create_dm_channel(&*http).await };
        Ok(self.ask(Priority::Reply, Repeat::Harmless, open).await?.id)
    }

    /// Whether somebody is a member of a guild; taken as yes where it can't be found out.
    pub(super) async fn is_member(&self, guild: GuildId, user: UserId) -> bool {
        let ask = |http: Arc<Http>| async move { http.get_member(guild, user).await };
        !matches!(
            self.ask(Priority::Reply, Repeat::Harmless, ask).await,
            Err(Undelivered::Gone(_))
        )
    }
}
