//! Everything the fake knows: people, guilds, channels, messages and what the bot has asked for.
//! Only plain data and look-ups; the rules are with the routes that change it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Options,
    error::{ApiError, ApiResult},
    fault::Faults,
    gateway::sessions::Gateway,
    interaction::Interaction,
    rate::RateLimiter,
    record::Recorded,
    snowflake::{Clock, Snowflake},
};

/// A person or the bot.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub id: Snowflake,
    pub name: String,
    pub bot: bool,
    pub takes_dms: bool,
}

/// A role of a guild.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub id: Snowflake,
    pub name: String,
    pub permissions: u64,
    pub managed: bool,
}

/// A user in a guild.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub roles: BTreeSet<Snowflake>,
    pub joined: Timestamp,
}

/// A guild.
#[derive(Debug, Clone)]
pub(crate) struct Guild {
    pub id: Snowflake,
    pub name: String,
    pub owner: Snowflake,
    pub roles: BTreeMap<Snowflake, Role>,
    pub members: BTreeMap<Snowflake, Member>,
    pub unavailable: bool,
}

/// What makes a channel a thread.
#[derive(Debug, Clone)]
pub(crate) struct Thread {
    pub owner: Snowflake,
    pub archived: bool,
    pub locked: bool,
    pub invitable: bool,
    pub auto_archive: u64,
    pub archive_changed: Timestamp,
    pub created: Timestamp,
    pub members: BTreeSet<Snowflake>,
}

/// A text channel (kind 0), a thread (11 public, 12 private) or a direct message (1).
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub id: Snowflake,
    pub kind: u64,
    pub guild: Option<Snowflake>,
    pub parent: Option<Snowflake>,
    pub name: String,
    /// Allowed and denied bits by role or member.
    pub overwrites: BTreeMap<Snowflake, (u64, u64)>,
    pub thread: Option<Thread>,
    pub recipients: Vec<Snowflake>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Author {
    User(Snowflake),
    Webhook {
        id: Snowflake,
        name: String,
        avatar: Option<String>,
    },
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub id: Snowflake,
    pub channel: Snowflake,
    pub kind: u64,
    pub author: Author,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Snowflake>,
    /// The name of a sticker in it.
    pub sticker: Option<String>,
    pub flags: u64,
    pub nonce: Option<Value>,
    pub created: Timestamp,
    pub edited: Option<Timestamp>,
    pub mentions: Vec<Snowflake>,
    pub mentions_everyone: bool,
    /// The only user who sees it, if it is ephemeral.
    pub only_for: Option<Snowflake>,
    /// The interaction it answers.
    pub interaction: Option<Snowflake>,
    pub reference: Option<Snowflake>,
    /// What it said before each edit, oldest first, with the time until which it said so.
    pub earlier: Vec<(Timestamp, String)>,
}

impl Message {
    /// An empty message of a kind.
    pub(crate) fn empty(clock: &mut Clock, kind: u64, channel: Snowflake, author: Author) -> Self {
        Self {
            id: clock.next(),
            channel,
            kind,
            author,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            sticker: None,
            flags: 0,
            nonce: None,
            created: clock.now(),
            edited: None,
            mentions: Vec::new(),
            mentions_everyone: false,
            only_for: None,
            interaction: None,
            reference: None,
            earlier: Vec::new(),
        }
    }
}

/// The loading state of a deferred answer.
pub(crate) const LOADING: u64 = 1 << 7;
/// Visible to one user only.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The message has a thread.
pub(crate) const HAS_THREAD: u64 = 1 << 5;

/// An uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub id: Snowflake,
    pub channel: Snowflake,
    pub name: String,
    pub content_type: Option<String>,
    pub description: Option<String>,
    pub bytes: Vec<u8>,
    /// A URL to show instead of the CDN's own, for hostile cases.
    pub shown_url: Option<String>,
    /// A size to show instead of the true one.
    pub shown_size: Option<u64>,
    /// It is a voice message of so many seconds.
    pub voice_seconds: Option<u64>,
}

/// A webhook.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub id: Snowflake,
    pub token: String,
    pub channel: Snowflake,
    pub guild: Snowflake,
    pub name: String,
    pub avatar: Option<String>,
}

/// Something the bot showed in a channel, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub at: std::time::Instant,
    pub what: ShownAs,
    pub channel: Snowflake,
    pub message: Snowflake,
}

/// How it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShownAs {
    Posted,
    Edited,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct World {
    pub options: Options,
    pub clock: Clock,
    pub bot: Snowflake,
    /// The token was reset, as happens when the identify budget is overdrawn.
    pub token_reset: bool,
    pub users: BTreeMap<Snowflake, User>,
    pub guilds: BTreeMap<Snowflake, Guild>,
    pub channels: BTreeMap<Snowflake, Channel>,
    pub messages: BTreeMap<Snowflake, BTreeMap<Snowflake, Message>>,
    pub webhooks: BTreeMap<Snowflake, Webhook>,
    pub files: BTreeMap<Snowflake, File>,
    pub interactions: HashMap<String, Interaction>,
    /// Registered commands; those of a guild under its id, global ones under `None`.
    pub commands: BTreeMap<Option<Snowflake>, Vec<Value>>,
    /// First messages by author, channel and nonce.
    pub nonces: HashMap<(Snowflake, String), (Timestamp, Snowflake)>,
    /// When each user last started to type in a channel.
    pub typing: BTreeMap<(Snowflake, Snowflake), Timestamp>,
    /// The last message of each channel that `next_message` has given, and the threads `next_thread` has.
    pub taken: BTreeMap<Snowflake, Snowflake>,
    pub threads_taken: BTreeSet<Snowflake>,
    /// Who is told what the bot shows.
    pub watchers: Vec<UnboundedSender<Shown>>,
    pub gateway: Gateway,
    pub rates: RateLimiter,
    pub faults: Faults,
    pub requests: Vec<Recorded>,
    /// What the bot did that no test should let pass: the fake panics with these when it is dropped.
    pub violations: Vec<String>,
}

impl World {
    /// A channel, or 10003.
    pub(crate) fn channel(&self, id: Snowflake) -> ApiResult<&Channel> {
        self.channels.get(&id).ok_or_else(|| ApiError::code(10_003))
    }

    /// A guild the bot is in, or 10004.
    pub(crate) fn guild(&self, id: Snowflake) -> ApiResult<&Guild> {
        let guild = self
            .guilds
            .get(&id)
            .filter(|guild| guild.members.contains_key(&self.bot));
        guild.ok_or_else(|| ApiError::code(10_004))
    }

    /// A message, or 10008.
    pub(crate) fn message(&self, channel: Snowflake, id: Snowflake) -> ApiResult<&Message> {
        self.messages
            .get(&channel)
            .and_then(|all| all.get(&id))
            .ok_or_else(|| ApiError::code(10_008))
    }

    /// A message to change, or 10008.
    pub(crate) fn message_mut(&mut self, channel: Snowflake, id: Snowflake) -> ApiResult<&mut Message> {
        self.messages
            .get_mut(&channel)
            .and_then(|all| all.get_mut(&id))
            .ok_or_else(|| ApiError::code(10_008))
    }

    /// The thread state of a channel to change, or 50024.
    pub(crate) fn thread_mut(&mut self, id: Snowflake) -> ApiResult<&mut Thread> {
        let channel = self.channels.get_mut(&id).ok_or_else(|| ApiError::code(10_003))?;
        channel.thread.as_mut().ok_or_else(|| ApiError::code(50_024))
    }

    /// The messages of a channel in order.
    pub(crate) fn messages_in(&self, channel: Snowflake) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.get(&channel).into_iter().flat_map(BTreeMap::values)
    }

    /// Tells the watchers what the bot has shown.
    pub(crate) fn tell_watchers(&mut self, what: ShownAs, channel: Snowflake, message: Snowflake) {
        if self.watchers.is_empty() {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures by it")]
        let at = std::time::Instant::now();
        let shown = Shown {
            at,
            what,
            channel,
            message,
        };
        self.watchers.retain(|watcher| watcher.send(shown).is_ok());
    }

    /// The direct channel of the bot with a user, opened if there is none.
    pub(crate) fn dm_with(&mut self, user: Snowflake) -> Snowflake {
        let known = self
            .channels
            .values()
            .find(|channel| channel.kind == 1 && channel.recipients.contains(&user));
        if let Some(channel) = known {
            return channel.id;
        }
        let id = self.clock.next();
        let recipients = vec![user, self.bot];
        let channel = Channel {
            id,
            kind: 1,
            guild: None,
            parent: None,
            name: String::new(),
            overwrites: BTreeMap::new(),
            thread: None,
            recipients,
        };
        self.channels.insert(id, channel);
        id
    }
}
