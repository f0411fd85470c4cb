//! Permissions: what a member may do in a channel, from roles and the channel's overwrites.

use super::{
    error::{ApiError, ApiResult},
    snowflake::Snowflake,
    world::{Channel, World},
};

pub(crate) const ADMINISTRATOR: u64 = 1 << 3;
pub(crate) const MANAGE_CHANNELS: u64 = 1 << 4;
pub(crate) const MANAGE_GUILD: u64 = 1 << 5;
pub(crate) const VIEW_CHANNEL: u64 = 1 << 10;
pub(crate) const SEND_MESSAGES: u64 = 1 << 11;
pub(crate) const MANAGE_MESSAGES: u64 = 1 << 13;
pub(crate) const EMBED_LINKS: u64 = 1 << 14;
pub(crate) const ATTACH_FILES: u64 = 1 << 15;
pub(crate) const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub(crate) const MENTION_EVERYONE: u64 = 1 << 17;
pub(crate) const MANAGE_WEBHOOKS: u64 = 1 << 29;
pub(crate) const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
pub(crate) const MANAGE_THREADS: u64 = 1 << 34;
pub(crate) const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub(crate) const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
pub(crate) const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// Everything there is.
pub(crate) const ALL: u64 = (1 << 50) - 1;

/// What everybody may do in a new guild.
pub(crate) const EVERYONE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS;

/// What the bot's own role adds, as its invitation asks for.
pub(crate) const BOT: u64 = MANAGE_WEBHOOKS | MANAGE_THREADS | MANAGE_MESSAGES;

/// What a member may do in the whole guild.
pub(crate) fn in_guild(world: &World, guild: Snowflake, user: Snowflake) -> u64 {
    let Some(guild) = world.guilds.get(&guild) else {
        return 0;
    };
    let Some(member) = guild.members.get(&user) else {
        return 0;
    };
    if guild.owner == user {
        return ALL;
    }
    let own = member.roles.iter().filter_map(|role| guild.roles.get(role));
    let everyone = guild.roles.get(&guild.id);
    let sum = own.chain(everyone).fold(0, |sum, role| sum | role.permissions);
    if sum & ADMINISTRATOR != 0 { ALL } else { sum }
}

/// What a user may do in a channel; a thread takes its parent's permissions.
pub(crate) fn in_channel(world: &World, channel: &Channel, user: Snowflake) -> u64 {
    let Some(guild) = channel.guild else {
        return if channel.recipients.contains(&user) { ALL } else { 0 };
    };
    let Some(place) = channel
        .parent
        .filter(|_| channel.thread.is_some())
        .map_or(Some(channel), |parent| world.channels.get(&parent))
    else {
        return 0;
    };
    let base = in_guild(world, guild, user);
    if base == ALL || base == 0 {
        return base;
    }
    let roles = world
        .guilds
        .get(&guild)
        .and_then(|guild| guild.members.get(&user))
        .map(|member| member.roles.clone());
    let mut may = base;
    let mut apply = |id: Snowflake| {
        if let Some((allow, deny)) = place.overwrites.get(&id) {
            may = (may & !deny) | allow;
        }
    };
    apply(guild);
    roles.unwrap_or_default().into_iter().for_each(&mut apply);
    apply(user);
    may
}

/// Whether a user sees a channel: a private thread only as its member or with the right to manage threads.
pub(crate) fn sees(world: &World, channel: &Channel, user: Snowflake) -> bool {
    let may = in_channel(world, channel, user);
    let private = channel.kind == 12;
    let inside = channel
        .thread
        .as_ref()
        .is_some_and(|thread| thread.members.contains(&user));
    may & VIEW_CHANNEL != 0 && (!private || inside || may & MANAGE_THREADS != 0)
}

/// Refuses with 50001 what cannot be seen and with 50013 what may not be done.
pub(crate) fn require(world: &World, channel: &Channel, user: Snowflake, needed: u64) -> ApiResult<()> {
    if !sees(world, channel, user) {
        return Err(ApiError::code(50_001));
    }
    if in_channel(world, channel, user) & needed != needed {
        return Err(ApiError::code(50_013));
    }
    Ok(())
}

/// What one needs to write in a channel.
pub(crate) fn to_send(channel: &Channel) -> u64 {
    if channel.thread.is_some() {
        SEND_MESSAGES_IN_THREADS
    } else {
        SEND_MESSAGES
    }
}
