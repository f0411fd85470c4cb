//! The objects of the world as Discord's JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    permission,
    snowflake::Snowflake,
    world::{Author, Channel, File, Guild, Message, Role, Thread, User, Webhook, World},
};

/// A time as Discord writes it.
pub(crate) fn time(at: Timestamp) -> String {
    let text = at.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    format!("{text}+00:00")
}

/// A user.
pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id, "username": user.name, "global_name": if user.bot { Value::Null } else { json!(user.name) },
        "discriminator": "0", "avatar": null, "bot": user.bot, "public_flags": 0,
        "flags": 0, "primary_guild": null,
    })
}

/// A user by id.
pub(crate) fn user_by_id(world: &World, id: Snowflake) -> Value {
    world.users.get(&id).map_or(Value::Null, user)
}

/// A member without its user, as messages carry it.
pub(crate) fn partial_member(world: &World, guild: Snowflake, id: Snowflake) -> Value {
    let Some(member) = world.guilds.get(&guild).and_then(|guild| guild.members.get(&id)) else {
        return Value::Null;
    };
    json!({
        "roles": member.roles.iter().map(Snowflake::to_string).collect::<Vec<_>>(), "joined_at": time(member.joined),
        "deaf": false, "mute": false, "nick": null, "avatar": null, "premium_since": null, "pending": false, "flags": 0,
        "banner": null, "communication_disabled_until": null,
    })
}

/// A member.
pub(crate) fn member(world: &World, guild: Snowflake, id: Snowflake) -> Value {
    let mut value = partial_member(world, guild, id);
    if value.is_object() {
        value["user"] = user_by_id(world, id);
    }
    value
}

/// A role.
pub(crate) fn role(role: &Role) -> Value {
    json!({
        "id": role.id, "name": role.name, "color": 0, "hoist": false, "icon": null, "unicode_emoji": null, "position": 1,
        "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
        "permissions": role.permissions.to_string(), "managed": role.managed, "mentionable": false, "flags": 0,
    })
}

/// A channel, a thread or a direct channel.
pub(crate) fn channel(world: &World, channel: &Channel) -> Value {
    if channel.kind == 1 {
        let others = channel.recipients.iter().filter(|id| **id != world.bot);
        let recipients: Vec<Value> = others.map(|id| user_by_id(world, *id)).collect();
        return json!({"id": channel.id, "type": 1, "recipients": recipients, "last_message_id": last_message(world, channel), "flags": 0});
    }
    let mut value = json!({
        "id": channel.id, "type": channel.kind, "guild_id": channel.guild, "name": channel.name, "parent_id": channel.parent,
        "last_message_id": last_message(world, channel), "rate_limit_per_user": 0, "flags": 0,
    });
    if let Some(state) = &channel.thread {
        thread(world, channel, state, &mut value);
    } else {
        value["position"] = json!(0);
        value["topic"] = Value::Null;
        value["nsfw"] = json!(false);
        value["permission_overwrites"] = overwrites(world, channel);
    }
    value
}

fn thread(world: &World, channel: &Channel, thread: &Thread, value: &mut Value) {
    let count = world
        .messages_in(channel.id)
        .filter(|message| message.only_for.is_none())
        .count();
    value["owner_id"] = thread.owner.into();
    value["message_count"] = json!(count);
    value["total_message_sent"] = json!(count);
    value["member_count"] = json!(thread.members.len().min(50));
    value["thread_metadata"] = json!({
        "archived": thread.archived, "locked": thread.locked, "auto_archive_duration": thread.auto_archive,
        "archive_timestamp": time(thread.archive_changed), "create_timestamp": time(thread.created),
    });
    if channel.kind == 12 {
        value["thread_metadata"]["invitable"] = json!(thread.invitable);
    }
    if thread.members.contains(&world.bot) {
        value["member"] = thread_member(world, channel, world.bot);
    }
}

/// A member of a thread.
pub(crate) fn thread_member(world: &World, channel: &Channel, user: Snowflake) -> Value {
    let joined = channel
        .thread
        .as_ref()
        .map_or_else(|| world.clock.now(), |thread| thread.created);
    json!({"id": channel.id, "user_id": user, "join_timestamp": time(joined), "flags": 0})
}

fn overwrites(world: &World, channel: &Channel) -> Value {
    let list = channel.overwrites.iter().map(|(id, (allow, deny))| {
        let kind = u8::from(world.users.contains_key(id));
        json!({"id": id, "type": kind, "allow": allow.to_string(), "deny": deny.to_string()})
    });
    list.collect()
}

fn last_message(world: &World, channel: &Channel) -> Option<Snowflake> {
    world
        .messages_in(channel.id)
        .rfind(|message| message.only_for.is_none())
        .map(|message| message.id)
}

impl serde::Serialize for Snowflake {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A channel as an interaction carries it, with the user's permissions.
pub(crate) fn partial_channel(world: &World, of: &Channel, user: Snowflake) -> Value {
    let mut value = channel(world, of);
    value["permissions"] = json!(permission::in_channel(world, of, user).to_string());
    value
}

/// What a plain guild has none of.
const NOT_IN_A_GUILD: [&str; 19] = [
    "icon",
    "icon_hash",
    "splash",
    "discovery_splash",
    "home_header",
    "afk_channel_id",
    "application_id",
    "system_channel_id",
    "rules_channel_id",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "widget_channel_id",
    "vanity_url_code",
    "description",
    "banner",
    "max_presences",
    "hub_type",
    "latest_onboarding_question_id",
    "incidents_data",
];

/// A guild as REST shows it.
pub(crate) fn guild(guild: &Guild) -> Value {
    let mut value = json!({
        "id": guild.id, "name": guild.name, "owner_id": guild.owner, "region": "us-east", "preferred_locale": "en-US",
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(), "emojis": [], "features": [], "stickers": [],
        "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
        "mfa_level": 0, "system_channel_flags": 0, "premium_tier": 0, "premium_subscription_count": 0, "nsfw_level": 0,
        "max_members": 500_000, "max_video_channel_users": 25, "max_stage_video_channel_users": 50, "nsfw": false,
        "premium_progress_bar_enabled": false, "widget_enabled": false,
    });
    for field in NOT_IN_A_GUILD {
        value[field] = Value::Null;
    }
    value
}

/// A guild as `GUILD_CREATE` carries it.
pub(crate) fn whole_guild(world: &World, of: &Guild) -> Value {
    let mut value = guild(of);
    let channels = world.channels.values().filter(|channel| channel.guild == Some(of.id));
    let (threads, plain): (Vec<_>, Vec<_>) = channels.partition(|channel| channel.thread.is_some());
    let open = threads.into_iter().filter(|thread| {
        thread.thread.as_ref().is_some_and(|state| !state.archived) && permission::sees(world, thread, world.bot)
    });
    value["channels"] = plain.into_iter().map(|one| channel(world, one)).collect();
    value["threads"] = open.map(|one| channel(world, one)).collect();
    value["members"] = of.members.keys().map(|id| member(world, of.id, *id)).collect();
    value["member_count"] = json!(of.members.len());
    value["joined_at"] = json!(of.members.get(&world.bot).map(|member| time(member.joined)));
    value["large"] = json!(false);
    value["unavailable"] = json!(false);
    for empty in [
        "voice_states",
        "presences",
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
    ] {
        value[empty] = json!([]);
    }
    value
}

/// A message.
pub(crate) fn message(world: &World, of: &Message) -> Value {
    let author = match &of.author {
        Author::User(id) => user_by_id(world, *id),
        Author::Webhook { id, name, avatar } => {
            json!({"id": id, "username": name, "avatar": avatar, "discriminator": "0000", "global_name": null, "bot": true,
                "public_flags": 0, "flags": 0, "primary_guild": null})
        }
    };
    let files = of.attachments.iter().filter_map(|id| world.files.get(id));
    let mut value = json!({
        "id": of.id, "channel_id": of.channel, "type": of.kind, "author": author, "content": of.content,
        "timestamp": time(of.created), "edited_timestamp": of.edited.map(time), "tts": false,
        "mention_everyone": of.mentions_everyone, "mention_roles": [], "pinned": false, "embeds": of.embeds,
        "mentions": of.mentions.iter().map(|id| user_by_id(world, *id)).collect::<Vec<_>>(),
        "attachments": files.map(attachment).collect::<Vec<_>>(), "components": of.components, "flags": of.flags,
    });
    if let Some(sticker) = &of.sticker {
        value["sticker_items"] = json!([{"id": of.id, "name": sticker, "format_type": 1}]);
    }
    if let Some(nonce) = &of.nonce {
        value["nonce"] = nonce.clone();
    }
    if let Author::Webhook { id, .. } = &of.author {
        value["webhook_id"] = (*id).into();
    }
    if matches!(of.author, Author::Webhook { .. }) || of.interaction.is_some() {
        value["application_id"] = world.bot.into();
    }
    if of.interaction.is_some() {
        value["webhook_id"] = world.bot.into();
    }
    if let Some(reference) = of.reference {
        value["message_reference"] = json!({"type": 0, "channel_id": of.channel, "message_id": reference});
    }
    if let Some(thread) = world.channels.get(&of.id).filter(|channel| channel.thread.is_some()) {
        value["thread"] = channel(world, thread);
    }
    value
}

/// A file on the CDN.
pub(crate) fn attachment(file: &File) -> Value {
    let url = file.shown_url.clone().unwrap_or_else(|| cdn_url(file));
    let mut value = json!({
        "id": file.id, "filename": file.name, "size": file.shown_size.unwrap_or(file.bytes.len() as u64), "url": url,
        "proxy_url": url.replace("cdn.discordapp.com", "media.discordapp.net"), "content_type": file.content_type,
    });
    if let Some(description) = &file.description {
        value["description"] = json!(description);
    }
    if let Some(seconds) = file.voice_seconds {
        value["duration_secs"] = json!(seconds);
        value["waveform"] = json!("AAAA");
    }
    value
}

/// Where a file is fetched; the signature is part of the address, as on the real CDN.
pub(crate) fn cdn_url(file: &File) -> String {
    let (channel, id, name) = (file.channel, file.id, &file.name);
    format!(
        "https://cdn.discordapp.com/attachments/{channel}/{id}/{name}?ex={:x}&is={:x}&hm=5eed",
        id.0, channel.0
    )
}

/// A webhook, with its token.
pub(crate) fn webhook(world: &World, of: &Webhook) -> Value {
    json!({
        "id": of.id, "type": 1, "guild_id": of.guild, "channel_id": of.channel, "name": of.name, "avatar": of.avatar,
        "token": of.token, "application_id": world.bot, "user": user_by_id(world, world.bot),
        "url": format!("https://discord.com/api/webhooks/{}/{}", of.id, of.token),
    })
}
