//! Webhooks: made and listed with the bot's token, written through with their own. The application's id in the place of a
//! webhook's means the webhook of an interaction.

use serde_json::Value;

use super::{
    super::{
        check::{
            fields,
            message::{self, Form},
        },
        error::{ApiError, ApiResult, Mistakes},
        permission,
        rate::Kind,
        render,
        server::{call::Call, reply::Reply, route::Route},
        snowflake::Snowflake,
        world::{Author, Webhook, World},
    },
    compose::{self, Draft},
    interactions,
    messages::not_archived,
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("POST /channels/{channel}/webhooks", Kind::Other, create),
    Route::bot("GET /channels/{channel}/webhooks", Kind::Read, list),
    Route::bot("GET /guilds/{guild}/webhooks", Kind::Read, list_in_guild),
    Route::bot("DELETE /webhooks/{webhook}", Kind::Other, delete),
    Route::token("GET /webhooks/{webhook}/{token}", Kind::Webhook, get),
    Route::token("POST /webhooks/{webhook}/{token}", Kind::Webhook, execute),
    Route::token(
        "GET /webhooks/{webhook}/{token}/messages/{message}",
        Kind::Webhook,
        get_message,
    ),
    Route::token(
        "PATCH /webhooks/{webhook}/{token}/messages/{message}",
        Kind::Webhook,
        edit_message,
    ),
    Route::token(
        "DELETE /webhooks/{webhook}/{token}/messages/{message}",
        Kind::Webhook,
        delete_message,
    ),
];

const MOST_IN_A_CHANNEL: usize = 15;

fn create(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = call.world.channel(call.id(0)?)?.clone();
    permission::require(call.world, &channel, call.world.bot, permission::MANAGE_WEBHOOKS)?;
    call.only(&["name", "avatar"])?;
    let mut mistakes = Mistakes::default();
    fields::required_text(&mut mistakes, "", &call.body, "name", 1..=80);
    message::webhook_name(&mut mistakes, "name", call.body["name"].as_str().unwrap_or_default());
    if fields::given(&call.body, "avatar")
        .is_some_and(|data| !data.as_str().is_some_and(|data| data.starts_with("data:image/")))
    {
        mistakes.add("avatar", "IMAGE_INVALID", "Invalid image data");
    }
    mistakes.finish()?;
    let (Some(guild), None) = (channel.guild, &channel.thread) else {
        return Err(ApiError::code(50_024));
    };
    if call
        .world
        .webhooks
        .values()
        .filter(|webhook| webhook.channel == channel.id)
        .count()
        >= MOST_IN_A_CHANNEL
    {
        return Err(ApiError::code(30_007));
    }
    let id = call.world.clock.next();
    let webhook = Webhook {
        id,
        token: format!("wh{:x}", id.0),
        channel: channel.id,
        guild,
        name: call.body["name"].as_str().unwrap_or_default().to_owned(),
        avatar: fields::given(&call.body, "avatar").map(|_| format!("{:032x}", id.0)),
    };
    let body = render::webhook(call.world, &webhook);
    call.world.webhooks.insert(id, webhook);
    Ok(Reply::Json(body))
}

fn list(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = call.world.channel(call.id(0)?)?;
    permission::require(call.world, channel, call.world.bot, permission::MANAGE_WEBHOOKS)?;
    let found = call
        .world
        .webhooks
        .values()
        .filter(|webhook| webhook.channel == channel.id);
    Ok(Reply::Json(
        found
            .map(|webhook| render::webhook(call.world, webhook))
            .collect::<Value>(),
    ))
}

fn list_in_guild(call: &mut Call<'_>) -> ApiResult<Reply> {
    let guild = call.world.guild(call.id(0)?)?.id;
    if permission::in_guild(call.world, guild, call.world.bot) & permission::MANAGE_WEBHOOKS == 0 {
        return Err(ApiError::code(50_013));
    }
    let found = call.world.webhooks.values().filter(|webhook| webhook.guild == guild);
    Ok(Reply::Json(
        found
            .map(|webhook| render::webhook(call.world, webhook))
            .collect::<Value>(),
    ))
}

fn delete(call: &mut Call<'_>) -> ApiResult<Reply> {
    let id = call.id(0)?;
    let webhook = call.world.webhooks.get(&id).ok_or_else(|| ApiError::code(10_015))?;
    let channel = call.world.channel(webhook.channel)?;
    permission::require(call.world, channel, call.world.bot, permission::MANAGE_WEBHOOKS)?;
    call.world.webhooks.remove(&id);
    Ok(Reply::Nothing)
}

fn of_interaction(call: &Call<'_>) -> bool {
    call.part(0) == call.world.bot.to_string()
}

/// The webhook of a call: 10015 if it is gone, 50027 for a wrong token.
fn webhook(call: &Call<'_>) -> ApiResult<Webhook> {
    let webhook = call
        .world
        .webhooks
        .get(&call.id(0)?)
        .ok_or_else(|| ApiError::code(10_015))?;
    if webhook.token == call.part(1) {
        Ok(webhook.clone())
    } else {
        Err(ApiError::code(50_027))
    }
}

fn get(call: &mut Call<'_>) -> ApiResult<Reply> {
    let webhook = webhook(call)?;
    Ok(Reply::Json(render::webhook(call.world, &webhook)))
}

/// Where a webhook writes: its channel, or the thread of it that `thread_id` names.
fn place(call: &Call<'_>, webhook: &Webhook) -> ApiResult<Snowflake> {
    let Some(thread) = call.query_id("thread_id")? else {
        return Ok(webhook.channel);
    };
    let channel = call.world.channel(thread)?;
    if channel.parent == Some(webhook.channel) {
        Ok(thread)
    } else {
        Err(ApiError::code(10_003))
    }
}

fn execute(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["wait", "thread_id", "with_components"])?;
    if of_interaction(call) {
        return interactions::follow_up(call);
    }
    let webhook = webhook(call)?;
    let channel = place(call, &webhook)?;
    if fields::given(&call.body, "thread_name").is_some() {
        return Err(ApiError::form(
            "thread_name",
            "WEBHOOK_THREAD_NAME",
            "Webhooks can only create threads in forum channels",
        ));
    }
    let name = fields::given(&call.body, "username")
        .and_then(Value::as_str)
        .unwrap_or(&webhook.name)
        .to_owned();
    let draft = Draft {
        form: Form::WebhookSend,
        channel,
        author: Author::Webhook {
            id: webhook.id,
            name,
            avatar: webhook.avatar.clone(),
        },
        body: &call.body,
        files: &call.files,
        only_for: None,
        interaction: None,
    };
    let id = compose::write(call.world, draft)?;
    if call.query.get("wait").is_none_or(|wait| wait != "true") {
        return Ok(Reply::Nothing);
    }
    shown(call.world, channel, id)
}

/// A message that this webhook wrote, in the place the call names; anything else is 10008.
fn own_message(call: &Call<'_>) -> ApiResult<(Snowflake, Snowflake)> {
    let webhook = webhook(call)?;
    let (channel, id) = (place(call, &webhook)?, call.id(2)?);
    let author = &call.world.message(channel, id)?.author;
    let own = matches!(author, Author::Webhook { id, .. } if *id == webhook.id);
    if own {
        Ok((channel, id))
    } else {
        Err(ApiError::code(10_008))
    }
}

fn get_message(call: &mut Call<'_>) -> ApiResult<Reply> {
    if of_interaction(call) {
        return interactions::get(call);
    }
    let (channel, id) = own_message(call)?;
    shown(call.world, channel, id)
}

fn edit_message(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["thread_id", "with_components"])?;
    if of_interaction(call) {
        return interactions::edit(call);
    }
    let (channel, id) = own_message(call)?;
    not_archived(call.world.channel(channel)?)?;
    compose::edit(call.world, Form::WebhookEdit, channel, id, &call.body, &call.files)?;
    shown(call.world, channel, id)
}

fn delete_message(call: &mut Call<'_>) -> ApiResult<Reply> {
    if of_interaction(call) {
        return interactions::delete(call);
    }
    let (channel, id) = own_message(call)?;
    not_archived(call.world.channel(channel)?)?;
    compose::remove(call.world, channel, id)?;
    Ok(Reply::Nothing)
}

fn shown(world: &World, channel: Snowflake, id: Snowflake) -> ApiResult<Reply> {
    let message = world.message(channel, id)?;
    Ok(Reply::Json(render::message(world, message)))
}
