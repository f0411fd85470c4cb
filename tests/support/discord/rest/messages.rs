//! Messages by the bot's own token, and typing.

use std::time::Duration;

use serde_json::Value;

use super::{
    super::{
        check::{fields::given, message::Form},
        error::{ApiError, ApiResult},
        event, permission,
        rate::Kind,
        render,
        server::{call::Call, reply::Reply, route::Route},
        snowflake::{Snowflake, since},
        world::{Author, Channel, Message, World},
    },
    compose::{self, Draft},
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("POST /channels/{channel}/messages", Kind::SendMessage, create),
    Route::bot("GET /channels/{channel}/messages", Kind::Read, list),
    Route::bot("GET /channels/{channel}/messages/{message}", Kind::Read, get),
    Route::bot("PATCH /channels/{channel}/messages/{message}", Kind::EditMessage, edit),
    Route::bot(
        "DELETE /channels/{channel}/messages/{message}",
        Kind::DeleteMessage,
        delete,
    ),
    Route::bot(
        "POST /channels/{channel}/messages/bulk-delete",
        Kind::DeleteMessage,
        delete_many,
    ),
    Route::bot("POST /channels/{channel}/typing", Kind::Typing, typing),
];

/// A nonce is remembered this long.
const NONCE_MEMORY: Duration = Duration::from_mins(5);

/// Where the bot can write messages: it exists and it is not a folder.
fn place(world: &World, id: Snowflake) -> ApiResult<Channel> {
    world.channel(id).cloned()
}

/// Refuses a direct message to someone who takes none, or who shares no guild with the bot.
fn reachable(world: &World, channel: &Channel) -> ApiResult<()> {
    if channel.kind != 1 {
        return Ok(());
    }
    let person = channel
        .recipients
        .iter()
        .find(|id| **id != world.bot)
        .and_then(|id| world.users.get(id));
    let shares = |user: Snowflake| {
        world
            .guilds
            .values()
            .any(|guild| guild.members.contains_key(&user) && guild.members.contains_key(&world.bot))
    };
    let open = person.is_some_and(|user| user.takes_dms && shares(user.id));
    if open { Ok(()) } else { Err(ApiError::code(50_007)) }
}

fn create(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = place(call.world, call.id(0)?)?;
    compose::require_to_write(call.world, &channel, &call.body, call.files.len())?;
    reachable(call.world, &channel)?;
    if let Some(first) = first_of_nonce(call.world, channel.id, &call.body) {
        return Ok(Reply::Json(shown(call.world, &first)));
    }
    let draft = Draft {
        form: Form::Send,
        channel: channel.id,
        author: Author::User(call.world.bot),
        body: &call.body,
        files: &call.files,
        only_for: None,
        interaction: None,
    };
    let id = compose::write(call.world, draft)?;
    remember_nonce(call.world, channel.id, &call.body, id);
    let message = call.world.message(channel.id, id)?;
    Ok(Reply::Json(render::message(call.world, message)))
}

fn nonce_key(channel: Snowflake, body: &Value) -> Option<(Snowflake, String)> {
    let enforced = body["enforce_nonce"] == true;
    given(body, "nonce")
        .filter(|_| enforced)
        .map(|nonce| (channel, nonce.to_string()))
}

/// The message that was sent with the same nonce a short while ago.
fn first_of_nonce(world: &World, channel: Snowflake, body: &Value) -> Option<Message> {
    let (at, id) = world.nonces.get(&nonce_key(channel, body)?)?;
    if since(world.clock.now(), *at) > NONCE_MEMORY {
        return None;
    }
    world.message(channel, *id).ok().cloned()
}

fn remember_nonce(world: &mut World, channel: Snowflake, body: &Value, id: Snowflake) {
    if let Some(key) = nonce_key(channel, body) {
        world.nonces.insert(key, (world.clock.now(), id));
    }
}

/// A message as the bot may read it by REST.
fn shown(world: &World, message: &Message) -> Value {
    let mut value = render::message(world, message);
    let without = world.options.privileged_intents & event::intent::MESSAGE_CONTENT == 0;
    if let Some(channel) = world.channels.get(&message.channel)
        && without
        && event::is_guarded(world, message, channel)
    {
        event::hide_words(&mut value);
    }
    value
}

fn list(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["limit", "before", "after", "around"])?;
    let channel = place(call.world, call.id(0)?)?;
    permission::require(call.world, &channel, call.world.bot, permission::VIEW_CHANNEL)?;
    let limit = match call.query.get("limit") {
        None => 50,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| ApiError::form("limit", "NUMBER_TYPE_RANGE", "int value should be between 1 and 100."))?,
    };
    let (before, after, around) = (
        call.query_id("before")?,
        call.query_id("after")?,
        call.query_id("around")?,
    );
    if [before, after, around].iter().flatten().count() > 1 {
        return Err(ApiError::form(
            "",
            "MUTUALLY_EXCLUSIVE",
            "before, after and around are mutually exclusive",
        ));
    }
    // Without this permission Discord shows nothing and says nothing.
    if permission::in_channel(call.world, &channel, call.world.bot) & permission::READ_MESSAGE_HISTORY == 0 {
        return Ok(Reply::Json(Value::Array(Vec::new())));
    }
    let visible = call
        .world
        .messages_in(channel.id)
        .filter(|message| message.only_for.is_none());
    let mut found: Vec<&Message> = match (before, after, around) {
        (_, Some(after), _) => visible.filter(|message| message.id > after).take(limit).collect(),
        (_, _, Some(around)) => near(visible.collect(), around, limit),
        (before, ..) => {
            let mut last: Vec<_> = visible
                .rev()
                .filter(|message| before.is_none_or(|before| message.id < before))
                .take(limit)
                .collect();
            last.reverse();
            last
        }
    };
    found.reverse();
    Ok(Reply::Json(
        found.into_iter().map(|message| shown(call.world, message)).collect(),
    ))
}

fn near(all: Vec<&Message>, around: Snowflake, limit: usize) -> Vec<&Message> {
    let at = all.iter().position(|message| message.id >= around).unwrap_or(all.len());
    all.into_iter().skip(at.saturating_sub(limit / 2)).take(limit).collect()
}

fn get(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = place(call.world, call.id(0)?)?;
    permission::require(
        call.world,
        &channel,
        call.world.bot,
        permission::VIEW_CHANNEL | permission::READ_MESSAGE_HISTORY,
    )?;
    let message = visible(call.world, channel.id, call.id(1)?)?;
    Ok(Reply::Json(shown(call.world, message)))
}

/// A message that is there for the bot's token: ephemeral ones are not.
fn visible(world: &World, channel: Snowflake, id: Snowflake) -> ApiResult<&Message> {
    let message = world.message(channel, id)?;
    if message.only_for.is_some() {
        Err(ApiError::code(10_008))
    } else {
        Ok(message)
    }
}

/// Nothing in an archived thread can be changed.
pub(crate) fn not_archived(channel: &Channel) -> ApiResult<()> {
    if channel.thread.as_ref().is_some_and(|thread| thread.archived) {
        Err(ApiError::code(50_083))
    } else {
        Ok(())
    }
}

fn edit(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = place(call.world, call.id(0)?)?;
    permission::require(call.world, &channel, call.world.bot, permission::VIEW_CHANNEL)?;
    let id = call.id(1)?;
    if visible(call.world, channel.id, id)?.author != Author::User(call.world.bot) {
        return Err(ApiError::code(50_005));
    }
    not_archived(&channel)?;
    compose::edit(call.world, Form::Edit, channel.id, id, &call.body, &call.files)?;
    let message = call.world.message(channel.id, id)?;
    Ok(Reply::Json(render::message(call.world, message)))
}

fn delete(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = place(call.world, call.id(0)?)?;
    let id = call.id(1)?;
    permission::require(call.world, &channel, call.world.bot, permission::VIEW_CHANNEL)?;
    if visible(call.world, channel.id, id)?.author != Author::User(call.world.bot) {
        permission::require(call.world, &channel, call.world.bot, permission::MANAGE_MESSAGES)?;
    }
    not_archived(&channel)?;
    compose::remove(call.world, channel.id, id)?;
    Ok(Reply::Nothing)
}

fn delete_many(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only(&["messages"])?;
    let channel = place(call.world, call.id(0)?)?;
    permission::require(call.world, &channel, call.world.bot, permission::MANAGE_MESSAGES)?;
    let ids: Vec<Snowflake> = call.body["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Snowflake::read)
        .collect();
    if !(2..=100).contains(&ids.len()) {
        return Err(ApiError::code(50_016));
    }
    if let Some(all) = call.world.messages.get_mut(&channel.id) {
        all.retain(|id, _| !ids.contains(id));
    }
    event::deleted(call.world, channel.id, &ids);
    Ok(Reply::Nothing)
}

fn typing(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = place(call.world, call.id(0)?)?;
    permission::require(call.world, &channel, call.world.bot, permission::to_send(&channel))?;
    not_archived(&channel)?;
    let (now, bot) = (call.world.clock.now(), call.world.bot);
    call.world.typing.insert((channel.id, bot), now);
    Ok(Reply::Nothing)
}
