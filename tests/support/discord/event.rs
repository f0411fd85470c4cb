//! Gateway events: who gets which, by intents and by what the bot can see.

use serde_json::{Value, json};

use super::{
    permission, render,
    snowflake::Snowflake,
    world::{Channel, Message, World},
};

/// The bits of the intents.
pub(crate) mod intent {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_TYPING: u64 = 1 << 11;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_TYPING: u64 = 1 << 14;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const ALL: u64 = 0x0371_ffff;
}

/// One event on its way to the sessions.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub name: &'static str,
    pub guild: Option<Snowflake>,
    /// A session gets it if it has one of these, or if there are none.
    pub intents: u64,
    pub data: Value,
    /// The message's words are shown only to sessions with the Message Content intent.
    pub guarded: bool,
}

impl Event {
    /// An event that every session of the guild gets.
    pub(crate) fn plain(name: &'static str, guild: Option<Snowflake>, intents: u64, data: Value) -> Self {
        Self {
            name,
            guild,
            intents,
            data,
            guarded: false,
        }
    }

    /// The data as a session with these intents sees it.
    pub(crate) fn for_intents(&self, intents: u64) -> Value {
        let mut data = self.data.clone();
        if self.guarded && intents & intent::MESSAGE_CONTENT == 0 {
            hide_words(&mut data);
        }
        data
    }
}

/// Empties what the Message Content intent guards.
pub(crate) fn hide_words(message: &mut Value) {
    for (field, empty) in [
        ("content", json!("")),
        ("embeds", json!([])),
        ("attachments", json!([])),
        ("components", json!([])),
    ] {
        if message.get(field).is_some() {
            message[field] = empty;
        }
    }
}

/// Whether the words of a message are hidden from a bot without the intent: not its own, not in a DM, not when it is mentioned.
pub(crate) fn is_guarded(world: &World, message: &Message, channel: &Channel) -> bool {
    let own = message.author == super::world::Author::User(world.bot);
    channel.guild.is_some() && !own && !message.mentions.contains(&world.bot)
}

fn in_messages(world: &World, channel: Snowflake) -> Option<(Channel, u64)> {
    let channel = world.channels.get(&channel)?.clone();
    let intents = if channel.guild.is_some() {
        intent::GUILD_MESSAGES
    } else {
        intent::DIRECT_MESSAGES
    };
    permission::sees(world, &channel, world.bot).then_some((channel, intents))
}

/// `MESSAGE_CREATE` or `MESSAGE_UPDATE` of a message that is not ephemeral.
pub(crate) fn message(world: &mut World, name: &'static str, channel: Snowflake, id: Snowflake) {
    let Some((channel, intents)) = in_messages(world, channel) else {
        return;
    };
    let Ok(message) = world.message(channel.id, id).cloned() else {
        return;
    };
    if message.only_for.is_some() {
        return;
    }
    let mut data = render::message(world, &message);
    if let (Some(guild), super::world::Author::User(author)) = (channel.guild, &message.author) {
        data["member"] = render::partial_member(world, guild, *author);
    }
    if let Some(guild) = channel.guild {
        data["guild_id"] = guild.into();
    }
    let guarded = is_guarded(world, &message, &channel);
    world.dispatch(&Event {
        name,
        guild: channel.guild,
        intents,
        data,
        guarded,
    });
}

/// `MESSAGE_UPDATE` that says nothing of the words, as when Discord adds a link's preview.
pub(crate) fn preview(world: &mut World, channel: Snowflake, id: Snowflake) {
    let Some((channel, intents)) = in_messages(world, channel) else {
        return;
    };
    let mut data =
        json!({"id": id, "channel_id": channel.id, "embeds": [{"type": "link", "url": "https://example.org"}]});
    if let Some(guild) = channel.guild {
        data["guild_id"] = guild.into();
    }
    world.dispatch(&Event::plain("MESSAGE_UPDATE", channel.guild, intents, data));
}

/// `MESSAGE_DELETE`, or `MESSAGE_DELETE_BULK` for several.
pub(crate) fn deleted(world: &mut World, channel: Snowflake, ids: &[Snowflake]) {
    let Some((channel, intents)) = in_messages(world, channel) else {
        return;
    };
    let (name, mut data) = match ids {
        [id] => ("MESSAGE_DELETE", json!({"id": id, "channel_id": channel.id})),
        _ => ("MESSAGE_DELETE_BULK", json!({"ids": ids, "channel_id": channel.id})),
    };
    if let Some(guild) = channel.guild {
        data["guild_id"] = guild.into();
    }
    world.dispatch(&Event::plain(name, channel.guild, intents, data));
}

/// `TYPING_START`.
pub(crate) fn typing(world: &mut World, channel: Snowflake, user: Snowflake) {
    let now = world.clock.now();
    world.typing.insert((channel, user), now);
    let Some(channel) = world.channels.get(&channel).cloned() else {
        return;
    };
    if !permission::sees(world, &channel, world.bot) {
        return;
    }
    let intents = if channel.guild.is_some() {
        intent::GUILD_TYPING
    } else {
        intent::DIRECT_TYPING
    };
    let mut data = json!({"channel_id": channel.id, "user_id": user, "timestamp": now.as_second()});
    if let Some(guild) = channel.guild {
        data["guild_id"] = guild.into();
        data["member"] = render::member(world, guild, user);
    }
    world.dispatch(&Event::plain("TYPING_START", channel.guild, intents, data));
}

/// `THREAD_CREATE`, `THREAD_UPDATE` or `CHANNEL_CREATE`/`CHANNEL_UPDATE`.
pub(crate) fn channel(world: &mut World, name: &'static str, id: Snowflake, newly_created: bool) {
    let Some(channel) = world.channels.get(&id).cloned() else {
        return;
    };
    if channel.guild.is_none() || !permission::sees(world, &channel, world.bot) {
        return;
    }
    let mut data = render::channel(world, &channel);
    if newly_created {
        data["newly_created"] = json!(true);
    }
    world.dispatch(&Event::plain(name, channel.guild, intent::GUILDS, data));
}

/// `THREAD_DELETE` or `CHANNEL_DELETE`.
pub(crate) fn channel_deleted(world: &mut World, channel: &Channel) {
    let (name, data) = if channel.thread.is_some() {
        let data =
            json!({"id": channel.id, "guild_id": channel.guild, "parent_id": channel.parent, "type": channel.kind});
        ("THREAD_DELETE", data)
    } else {
        ("CHANNEL_DELETE", render::channel(world, channel))
    };
    world.dispatch(&Event::plain(name, channel.guild, intent::GUILDS, data));
}

/// `THREAD_MEMBERS_UPDATE`.
pub(crate) fn thread_members(world: &mut World, thread: Snowflake, added: &[Snowflake], removed: &[Snowflake]) {
    let Some(channel) = world.channels.get(&thread).cloned() else {
        return;
    };
    let count = channel.thread.as_ref().map_or(0, |thread| thread.members.len());
    let added: Vec<Value> = added
        .iter()
        .map(|user| render::thread_member(world, &channel, *user))
        .collect();
    let mut data = json!({"id": thread, "guild_id": channel.guild, "member_count": count, "added_members": added});
    if !removed.is_empty() {
        data["removed_member_ids"] = json!(removed);
    }
    world.dispatch(&Event::plain(
        "THREAD_MEMBERS_UPDATE",
        channel.guild,
        intent::GUILDS,
        data,
    ));
}
