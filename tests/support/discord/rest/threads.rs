//! Threads: made from a message or from nothing, joined, filled, archived, listed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        check::fields::{self, given},
        error::{ApiError, ApiResult, Mistakes},
        event, permission,
        rate::Kind,
        render,
        server::{call::Call, reply::Reply, route::Route},
        snowflake::Snowflake,
        world::{Author, Channel, Message, Thread, World},
    },
    compose,
    messages::not_archived,
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("POST /channels/{channel}/threads", Kind::Threads, create),
    Route::bot(
        "POST /channels/{channel}/messages/{message}/threads",
        Kind::Threads,
        create_from_message,
    ),
    Route::bot("GET /channels/{channel}/thread-members", Kind::Read, members),
    Route::bot("GET /channels/{channel}/thread-members/{user}", Kind::Read, member),
    Route::bot("PUT /channels/{channel}/thread-members/@me", Kind::Other, join),
    Route::bot("PUT /channels/{channel}/thread-members/{user}", Kind::Other, add),
    Route::bot("DELETE /channels/{channel}/thread-members/@me", Kind::Other, leave),
    Route::bot("DELETE /channels/{channel}/thread-members/{user}", Kind::Other, remove),
    Route::bot(
        "GET /channels/{channel}/threads/archived/public",
        Kind::Read,
        archived_public,
    ),
    Route::bot(
        "GET /channels/{channel}/threads/archived/private",
        Kind::Read,
        archived_private,
    ),
    Route::bot("GET /guilds/{guild}/threads/active", Kind::Read, active),
];

const ARCHIVE_AFTER: [u64; 4] = [60, 1_440, 4_320, 10_080];
const PUBLIC: u64 = 11;
const PRIVATE: u64 = 12;
/// The message that announces a thread.
pub(crate) const THREAD_CREATED: u64 = 18;

fn check(call: &Call<'_>, known: &[&str]) -> ApiResult<()> {
    call.only(known)?;
    let mut mistakes = Mistakes::default();
    fields::required_text(&mut mistakes, "", &call.body, "name", 1..=100);
    settings(&mut mistakes, &call.body);
    mistakes.finish()
}

fn settings(mistakes: &mut Mistakes, body: &Value) {
    fields::number(mistakes, "", body, "rate_limit_per_user", 0..=21_600);
    fields::truth(mistakes, "", body, "invitable");
    if given(body, "auto_archive_duration")
        .is_some_and(|value| value.as_u64().is_none_or(|minutes| !ARCHIVE_AFTER.contains(&minutes)))
    {
        let message = "Value must be one of {60, 1440, 4320, 10080}.";
        mistakes.add("auto_archive_duration", "BASE_TYPE_CHOICES", message);
    }
}

fn create(call: &mut Call<'_>) -> ApiResult<Reply> {
    let parent = call.world.channel(call.id(0)?)?.clone();
    // Without a kind the thread is private, which surprises.
    let kind = given(&call.body, "type").and_then(Value::as_u64).unwrap_or(PRIVATE);
    let needed = if kind == PRIVATE {
        permission::CREATE_PRIVATE_THREADS
    } else {
        permission::CREATE_PUBLIC_THREADS
    };
    permission::require(call.world, &parent, call.world.bot, needed)?;
    check(
        call,
        &[
            "name",
            "auto_archive_duration",
            "rate_limit_per_user",
            "type",
            "invitable",
        ],
    )?;
    if !matches!(kind, PUBLIC | PRIVATE) {
        return Err(ApiError::form(
            "type",
            "BASE_TYPE_CHOICES",
            "Value must be one of {10, 11, 12}.",
        ));
    }
    let id = call.world.clock.next();
    open(call, &parent, kind, id)
}

fn create_from_message(call: &mut Call<'_>) -> ApiResult<Reply> {
    let parent = call.world.channel(call.id(0)?)?.clone();
    permission::require(call.world, &parent, call.world.bot, permission::CREATE_PUBLIC_THREADS)?;
    check(call, &["name", "auto_archive_duration", "rate_limit_per_user"])?;
    let id = call.id(1)?;
    if call.world.message(parent.id, id)?.only_for.is_some() {
        return Err(ApiError::code(10_008));
    }
    if call.world.channels.contains_key(&id) {
        return Err(ApiError::code(160_004));
    }
    let reply = open(call, &parent, PUBLIC, id)?;
    compose::mark_thread(call.world, parent.id, id)?;
    Ok(reply)
}

fn open(call: &mut Call<'_>, parent: &Channel, kind: u64, id: Snowflake) -> ApiResult<Reply> {
    if parent.kind != 0 {
        return Err(ApiError::code(50_024));
    }
    let open = call
        .world
        .channels
        .values()
        .filter(|channel| channel.guild == parent.guild);
    let active = open
        .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
        .count();
    if active >= call.world.options.max_active_threads {
        return Err(ApiError::code(160_006));
    }
    let (now, bot) = (call.world.clock.now(), call.world.bot);
    let thread = Thread {
        owner: bot,
        archived: false,
        locked: false,
        invitable: call.body["invitable"].as_bool().unwrap_or(true),
        auto_archive: call.body["auto_archive_duration"].as_u64().unwrap_or(4_320),
        archive_changed: now,
        created: now,
        members: BTreeSet::from([bot]),
    };
    let name = call.body["name"].as_str().unwrap_or_default().to_owned();
    let channel = Channel {
        id,
        kind,
        parent: Some(parent.id),
        name: name.clone(),
        thread: Some(thread),
        ..parent.clone()
    };
    call.world.channels.insert(id, channel);
    event::channel(call.world, "THREAD_CREATE", id, true);
    if kind == PUBLIC && call.world.message(parent.id, id).is_err() {
        announce(call.world, parent.id, name);
    }
    let channel = call.world.channel(id)?;
    Ok(Reply::Created(render::channel(call.world, channel)))
}

/// The parent channel tells of a new public thread.
fn announce(world: &mut World, parent: Snowflake, name: String) {
    let author = Author::User(world.bot);
    let message = Message {
        content: name,
        ..Message::empty(&mut world.clock, THREAD_CREATED, parent, author)
    };
    compose::put(world, message);
}

/// Changes a thread; what is archived can only be opened.
pub(crate) fn modify(call: &mut Call<'_>, channel: &Channel) -> ApiResult<()> {
    call.only(&[
        "name",
        "archived",
        "auto_archive_duration",
        "locked",
        "invitable",
        "rate_limit_per_user",
        "flags",
        "applied_tags",
    ])?;
    let mut mistakes = Mistakes::default();
    fields::text(&mut mistakes, "", &call.body, "name", 1..=100);
    fields::truth(&mut mistakes, "", &call.body, "archived");
    fields::truth(&mut mistakes, "", &call.body, "locked");
    settings(&mut mistakes, &call.body);
    mistakes.finish()?;
    let Some(thread) = channel.thread.as_ref() else {
        return Err(ApiError::code(50_024));
    };
    let manages = permission::in_channel(call.world, channel, call.world.bot) & permission::MANAGE_THREADS != 0;
    let (archived, locked) = (call.body["archived"].as_bool(), call.body["locked"].as_bool());
    let owns = thread.owner == call.world.bot;
    if !manages && (!owns || locked.is_some() || thread.locked) {
        return Err(ApiError::code(50_013));
    }
    if thread.archived && archived != Some(false) {
        return Err(ApiError::code(50_083));
    }
    let now = call.world.clock.now();
    let state = call.world.thread_mut(channel.id)?;
    if archived.is_some_and(|archived| archived != state.archived) {
        state.archive_changed = now;
    }
    state.archived = archived.unwrap_or(state.archived);
    state.locked = locked.unwrap_or(state.locked);
    state.invitable = call.body["invitable"].as_bool().unwrap_or(state.invitable);
    state.auto_archive = call.body["auto_archive_duration"]
        .as_u64()
        .unwrap_or(state.auto_archive);
    if let (Some(name), Some(channel)) = (call.body["name"].as_str(), call.world.channels.get_mut(&channel.id)) {
        name.clone_into(&mut channel.name);
    }
    event::channel(call.world, "THREAD_UPDATE", channel.id, false);
    Ok(())
}

/// The thread of a call, if the bot sees it.
fn thread(call: &Call<'_>) -> ApiResult<Channel> {
    let channel = call.world.channel(call.id(0)?)?.clone();
    permission::require(call.world, &channel, call.world.bot, permission::VIEW_CHANNEL)?;
    if channel.thread.is_none() {
        Err(ApiError::code(50_024))
    } else {
        Ok(channel)
    }
}

fn members(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = thread(call)?;
    let ids = channel.thread.iter().flat_map(|thread| &thread.members);
    Ok(Reply::Json(
        ids.map(|id| render::thread_member(call.world, &channel, *id)).collect(),
    ))
}

fn member(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = thread(call)?;
    let user = call.id(1)?;
    let inside = channel
        .thread
        .as_ref()
        .is_some_and(|thread| thread.members.contains(&user));
    if inside {
        Ok(Reply::Json(render::thread_member(call.world, &channel, user)))
    } else {
        Err(ApiError::code(10_007))
    }
}

fn join(call: &mut Call<'_>) -> ApiResult<Reply> {
    let bot = call.world.bot;
    put(call, bot)
}

fn add(call: &mut Call<'_>) -> ApiResult<Reply> {
    let user = call.id(1)?;
    put(call, user)
}

fn put(call: &mut Call<'_>, user: Snowflake) -> ApiResult<Reply> {
    let channel = thread(call)?;
    not_archived(&channel)?;
    permission::require(call.world, &channel, call.world.bot, permission::to_send(&channel))?;
    let in_guild = channel
        .guild
        .and_then(|guild| call.world.guilds.get(&guild))
        .is_some_and(|guild| guild.members.contains_key(&user));
    if !in_guild {
        return Err(ApiError::code(50_001));
    }
    if call.world.thread_mut(channel.id)?.members.insert(user) {
        event::thread_members(call.world, channel.id, &[user], &[]);
    }
    Ok(Reply::Nothing)
}

fn leave(call: &mut Call<'_>) -> ApiResult<Reply> {
    let bot = call.world.bot;
    take(call, bot)
}

fn remove(call: &mut Call<'_>) -> ApiResult<Reply> {
    let user = call.id(1)?;
    let channel = thread(call)?;
    permission::require(call.world, &channel, call.world.bot, permission::MANAGE_THREADS)?;
    take(call, user)
}

fn take(call: &mut Call<'_>, user: Snowflake) -> ApiResult<Reply> {
    let channel = thread(call)?;
    not_archived(&channel)?;
    if call.world.thread_mut(channel.id)?.members.remove(&user) {
        event::thread_members(call.world, channel.id, &[], &[user]);
    }
    Ok(Reply::Nothing)
}

fn archived_public(call: &mut Call<'_>) -> ApiResult<Reply> {
    archived(call, PUBLIC)
}

fn archived_private(call: &mut Call<'_>) -> ApiResult<Reply> {
    archived(call, PRIVATE)
}

fn archived(call: &mut Call<'_>, kind: u64) -> ApiResult<Reply> {
    call.only_query(&["before", "limit"])?;
    let parent = call.world.channel(call.id(0)?)?;
    let more = if kind == PRIVATE { permission::MANAGE_THREADS } else { 0 };
    permission::require(
        call.world,
        parent,
        call.world.bot,
        permission::READ_MESSAGE_HISTORY | more,
    )?;
    let parent = parent.id;
    let fits = |channel: &Channel| channel.parent == Some(parent) && channel.kind == kind;
    Ok(Reply::Json(listing(call.world, |channel, thread| {
        fits(channel) && thread.archived
    })))
}

fn active(call: &mut Call<'_>) -> ApiResult<Reply> {
    let guild = call.id(0)?;
    call.world.guild(guild)?;
    Ok(Reply::Json(listing(call.world, |channel, thread| {
        channel.guild == Some(guild) && !thread.archived
    })))
}

fn listing(world: &World, fits: impl Fn(&Channel, &Thread) -> bool) -> Value {
    let found = world
        .channels
        .values()
        .filter(|channel| channel.thread.as_ref().is_some_and(|thread| fits(channel, thread)));
    let seen: Vec<&Channel> = found
        .filter(|channel| permission::sees(world, channel, world.bot))
        .collect();
    let own = seen.iter().filter(|channel| {
        channel
            .thread
            .as_ref()
            .is_some_and(|thread| thread.members.contains(&world.bot))
    });
    let members: Vec<Value> = own
        .map(|channel| render::thread_member(world, channel, world.bot))
        .collect();
    let threads: Vec<Value> = seen.iter().map(|channel| render::channel(world, channel)).collect();
    json!({"threads": threads, "members": members, "has_more": false})
}
