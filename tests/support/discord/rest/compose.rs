//! What every way of writing a message shares: taking files in, mentions, opening an archived thread, and the change itself.

use serde_json::Value;

use super::super::{
    check::{
        fields::given,
        mention,
        message::{self, Form},
    },
    error::{ApiError, ApiResult},
    event, permission,
    server::multipart::Upload,
    snowflake::Snowflake,
    world::{Author, Channel, File, HAS_THREAD, LOADING, Message, ShownAs, World},
};

/// The kinds of messages.
pub(crate) const PLAIN: u64 = 0;
pub(crate) const REPLY: u64 = 19;
pub(crate) const ANSWER: u64 = 20;

/// A message about to be written.
pub(crate) struct Draft<'d> {
    pub form: Form,
    pub channel: Snowflake,
    pub author: Author,
    pub body: &'d Value,
    pub files: &'d [Upload],
    pub only_for: Option<Snowflake>,
    pub interaction: Option<Snowflake>,
}

/// Checks and writes a message, and tells the gateway.
pub(crate) fn write(world: &mut World, draft: Draft<'_>) -> ApiResult<Snowflake> {
    let (body, files) = (draft.body, draft.files);
    message::check(draft.form, body, files, &[])?;
    message::not_empty(body, files.len())?;
    let reference = reference(world, draft.channel, body)?;
    open_thread(world, draft.channel)?;
    let (mentions, everyone) = heed_mentions(world, draft.channel, body, draft.only_for.is_some());
    let attachments = take_files(world, draft.channel, body, files);
    let kind = match (draft.interaction, reference) {
        (Some(_), _) => ANSWER,
        (None, Some(_)) => REPLY,
        (None, None) => PLAIN,
    };
    let message = Message {
        content: body["content"].as_str().unwrap_or_default().to_owned(),
        embeds: embeds(body),
        components: components(body),
        attachments,
        flags: body["flags"].as_u64().unwrap_or_default(),
        nonce: given(body, "nonce").cloned(),
        mentions,
        mentions_everyone: everyone,
        only_for: draft.only_for,
        interaction: draft.interaction,
        reference,
        ..Message::empty(&mut world.clock, kind, draft.channel, draft.author)
    };
    let id = message.id;
    put(world, message);
    Ok(id)
}

/// Puts a message into its channel and tells the gateway.
pub(crate) fn put(world: &mut World, message: Message) {
    let (channel, id) = (message.channel, message.id);
    if message.flags & LOADING == 0 {
        world.tell_watchers(ShownAs::Posted, channel, id);
    }
    world.messages.entry(channel).or_default().insert(id, message);
    event::message(world, "MESSAGE_CREATE", channel, id);
}

/// Changes what an edit names and tells the gateway.
pub(crate) fn edit(
    world: &mut World,
    form: Form,
    channel: Snowflake,
    id: Snowflake,
    body: &Value,
    files: &[Upload],
) -> ApiResult<()> {
    let before = world.message(channel, id)?.clone();
    let kept: Vec<(Snowflake, String)> = before
        .attachments
        .iter()
        .filter_map(|id| world.files.get(id))
        .map(|file| (file.id, file.name.clone()))
        .collect();
    message::check(form, body, files, &kept)?;
    let listed = given(body, "attachments").and_then(Value::as_array);
    let stays =
        |id: &Snowflake| listed.is_none_or(|list| list.iter().any(|one| Snowflake::read(&one["id"]) == Some(*id)));
    let mut attachments: Vec<Snowflake> = before.attachments.iter().copied().filter(stays).collect();
    attachments.extend(take_files(world, channel, body, files));
    if before.flags & LOADING != 0 {
        heed_mentions(world, channel, body, before.only_for.is_some());
    }
    let now = world.clock.now();
    let message = world.message_mut(channel, id)?;
    if let Some(content) = body.get("content") {
        let content = content.as_str().unwrap_or_default().to_owned();
        let old = std::mem::replace(&mut message.content, content);
        message.earlier.push((now, old));
    }
    if body.get("embeds").is_some() {
        message.embeds = embeds(body);
    }
    if body.get("components").is_some() {
        message.components = components(body);
    }
    message.attachments = attachments;
    message.edited = Some(now);
    let empty = message.content.trim().is_empty()
        && message.embeds.is_empty()
        && message.attachments.is_empty()
        && message.components.is_empty();
    if empty {
        *message = before;
        return Err(ApiError::code(50_006));
    }
    world.tell_watchers(ShownAs::Edited, channel, id);
    event::message(world, "MESSAGE_UPDATE", channel, id);
    Ok(())
}

fn embeds(body: &Value) -> Vec<Value> {
    let mut embeds = body["embeds"].as_array().cloned().unwrap_or_default();
    for embed in &mut embeds {
        embed["type"] = "rich".into();
        for field in embed["fields"].as_array_mut().into_iter().flatten() {
            if field["inline"].is_null() {
                field["inline"] = false.into();
            }
        }
    }
    embeds
}

fn components(body: &Value) -> Vec<Value> {
    body["components"].as_array().cloned().unwrap_or_default()
}

fn reference(world: &World, channel: Snowflake, body: &Value) -> ApiResult<Option<Snowflake>> {
    let Some(reference) = given(body, "message_reference") else {
        return Ok(None);
    };
    let id = Snowflake::read(&reference["message_id"]);
    let known = id.filter(|id| world.message(channel, *id).is_ok());
    if known.is_none() && reference["fail_if_not_exists"] != false {
        return Err(ApiError::form(
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
            "Unknown message",
        ));
    }
    Ok(known)
}

/// A message opens an archived thread unless it is locked.
pub(crate) fn open_thread(world: &mut World, id: Snowflake) -> ApiResult<()> {
    let Some(thread) = world.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
        return Ok(());
    };
    if !thread.archived {
        return Ok(());
    }
    if thread.locked {
        return Err(ApiError::code(50_083));
    }
    thread.archived = false;
    thread.archive_changed = world.clock.now();
    event::channel(world, "THREAD_UPDATE", id, false);
    Ok(())
}

/// Whom a message mentions. One that pings without `allowed_mentions` fails the test.
fn heed_mentions(world: &mut World, channel: Snowflake, body: &Value, ephemeral: bool) -> (Vec<Snowflake>, bool) {
    let named = mention::named(body["content"].as_str().unwrap_or_default());
    let pinged = mention::pinged(named.clone(), body.get("allowed_mentions"));
    if given(body, "allowed_mentions").is_none() && !pinged.is_empty() && !ephemeral {
        world.violations.push(format!(
            "a message in {channel} pings {pinged:?} for want of allowed_mentions"
        ));
    }
    let known = named
        .users
        .into_iter()
        .filter(|id| world.users.contains_key(id))
        .collect();
    (known, pinged.everyone)
}

fn take_files(world: &mut World, channel: Snowflake, body: &Value, files: &[Upload]) -> Vec<Snowflake> {
    let described = body["attachments"].as_array().map_or(&[][..], Vec::as_slice);
    let mut ids = Vec::new();
    for file in files {
        let about = described
            .iter()
            .find(|one| Snowflake::read(&one["id"]) == Some(Snowflake(file.number)));
        let text = |field: &str| about.and_then(|one| one[field].as_str()).map(str::to_owned);
        let id = world.clock.next();
        let name = text("filename").unwrap_or_else(|| file.name.clone());
        let taken = File {
            id,
            channel,
            name,
            content_type: file.content_type.clone(),
            description: text("description"),
            bytes: file.bytes.to_vec(),
            shown_url: None,
            shown_size: None,
            voice_seconds: None,
        };
        world.files.insert(id, taken);
        ids.push(id);
    }
    ids
}

/// What the bot needs to write this in a channel.
pub(crate) fn require_to_write(world: &World, channel: &Channel, body: &Value, files: usize) -> ApiResult<()> {
    let mut needed = permission::to_send(channel);
    if body["embeds"].as_array().is_some_and(|list| !list.is_empty()) {
        needed |= permission::EMBED_LINKS;
    }
    if files > 0 {
        needed |= permission::ATTACH_FILES;
    }
    if given(body, "message_reference").is_some() {
        needed |= permission::READ_MESSAGE_HISTORY;
    }
    permission::require(world, channel, world.bot, needed)
}

/// Removes a message and tells the gateway.
pub(crate) fn remove(world: &mut World, channel: Snowflake, id: Snowflake) -> ApiResult<()> {
    let ephemeral = world.message(channel, id)?.only_for.is_some();
    if let Some(all) = world.messages.get_mut(&channel) {
        all.remove(&id);
    }
    if !ephemeral {
        event::deleted(world, channel, &[id]);
    }
    Ok(())
}

/// Marks the message a thread was made from.
pub(crate) fn mark_thread(world: &mut World, channel: Snowflake, id: Snowflake) -> ApiResult<()> {
    world.message_mut(channel, id)?.flags |= HAS_THREAD;
    event::message(world, "MESSAGE_UPDATE", channel, id);
    Ok(())
}
