//! Where a session is held, and how far it has come there: what is noted so that a restart finds it again.

use serde::{Deserialize, Serialize};
use serenity::all::{ChannelId, GuildId, MessageId, UserId};

use crate::{
    domain::ids::{self, SessionId},
    service::{Notes, ServiceError},
};

/// Where a session is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The session.
    pub(super) session: SessionId,
    /// The candidate.
    pub(super) owner: UserId,
    /// The guild; none in direct messages.
    pub(super) guild: Option<GuildId>,
    /// The channel the thread belongs to; none in direct messages.
    pub(super) parent: Option<ChannelId>,
    /// The thread or the direct channel.
    pub(super) channel: ChannelId,
    /// Whether others may take part.
    pub(super) public: bool,
    /// Where the debrief goes when the interview ends.
    pub(super) debrief: DebriefTo,
}

/// Where a debrief goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, poise::ChoiceParameter)]
pub(super) enum DebriefTo {
    /// Where the interview was held.
    #[name = "in the thread"]
    Thread,
    /// To the candidate alone.
    #[name = "by direct message"]
    Direct,
}

/// How far a session has come in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reached {
    /// Up to which message everything was handled.
    pub(super) last: u64,
    /// Utterances of the panel that were posted.
    pub(super) said: usize,
    /// The number of the last turn with buttons.
    pub(super) turn: u32,
}

impl Place {
    /// What tells this session's messages from another's.
    pub(super) fn tail(&self) -> &str {
        self.session.as_str().rsplit('-').next().unwrap_or_default()
    }
}

/// A guild as the service knows it; direct messages are a guild of their own.
pub(super) fn guild_id(guild: Option<GuildId>) -> ids::GuildId {
    ids::GuildId::new(guild.map_or_else(|| "direct".to_owned(), |guild| guild.to_string()))
}

/// A person as the service knows them.
pub(super) fn user_id(user: UserId) -> ids::UserId {
    ids::UserId::new(user.to_string())
}

/// Notes where a session is held; durable when it returns.
pub(super) async fn note(notes: &Notes, place: &Place) -> Result<(), ServiceError> {
    notes.put(&format!("place/{}", place.session), place).await
}

/// Where a session is held.
pub(super) fn of(notes: &Notes, session: &SessionId) -> Option<Place> {
    notes.get(&format!("place/{session}"))
}

/// Notes how far a session has come. What a crash loses of this is found out again from the thread.
pub(super) fn note_reached(notes: &Notes, session: &SessionId, reached: Reached) {
    notes.put_soon(&format!("reached/{session}"), &reached);
}

/// How far a session has come.
pub(super) fn reached(notes: &Notes, place: &Place) -> Reached {
    let none = Reached {
        last: place.channel.get(),
        said: 0,
        turn: 0,
    };
    notes.get(&format!("reached/{}", place.session)).unwrap_or(none)
}

/// Forgets a session.
pub(super) fn forget(notes: &Notes, session: &SessionId) {
    notes.remove(&format!("place/{session}"));
    notes.remove(&format!("reached/{session}"));
}

/// The id of a message, where a number is one.
pub(super) fn message_id(number: u64) -> MessageId {
    MessageId::new(number.max(1))
}
