//! The application: its commands, its description, and the gateway's address.

use serde_json::{Value, json};

use super::super::{
    check::command,
    error::{ApiError, ApiResult, Mistakes},
    rate::Kind,
    render,
    server::{call::Call, reply::Reply, route::Route},
    snowflake::Snowflake,
};

pub(crate) const ROUTES: &[Route] = &[
    Route::token("GET /gateway", Kind::Read, gateway),
    Route::bot("GET /gateway/bot", Kind::Read, gateway_bot),
    Route::bot("GET /applications/@me", Kind::Read, me),
    Route::bot("GET /oauth2/applications/@me", Kind::Read, me),
    Route::bot("GET /applications/{application}/commands", Kind::Commands, list),
    Route::bot("PUT /applications/{application}/commands", Kind::Commands, overwrite),
    Route::bot(
        "GET /applications/{application}/guilds/{guild}/commands",
        Kind::Commands,
        list_in_guild,
    ),
    Route::bot(
        "PUT /applications/{application}/guilds/{guild}/commands",
        Kind::Commands,
        overwrite_in_guild,
    ),
];

const MOST: usize = 100;

fn gateway(call: &mut Call<'_>) -> ApiResult<Reply> {
    Ok(Reply::Json(json!({"url": call.world.options.gateway_url})))
}

fn gateway_bot(call: &mut Call<'_>) -> ApiResult<Reply> {
    let left = call.world.gateway.identifies_left;
    let limit = json!({"total": 1_000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": 1});
    let (url, shards) = (&call.world.options.gateway_url, call.world.options.shards);
    Ok(Reply::Json(
        json!({"url": url, "shards": shards, "session_start_limit": limit}),
    ))
}

fn me(call: &mut Call<'_>) -> ApiResult<Reply> {
    let world = &call.world;
    let owner = world
        .guilds
        .values()
        .next()
        .map(|guild| render::user_by_id(world, guild.owner));
    Ok(Reply::Json(json!({
        "id": world.bot, "name": "Hotseat", "icon": null, "description": "", "bot_public": true, "bot_require_code_grant": false,
        "owner": owner, "team": null, "verify_key": "00", "flags": flags(world.options.privileged_intents), "summary": "",
        "bot": render::user_by_id(world, world.bot), "approximate_guild_count": world.guilds.len(), "interactions_endpoint_url": null,
    })))
}

/// The application's flags for its switched-on intents, those of an unverified application.
fn flags(privileged: u64) -> u64 {
    use super::super::event::intent;
    let bits = [
        (intent::GUILD_PRESENCES, 1 << 13),
        (intent::GUILD_MEMBERS, 1 << 15),
        (intent::MESSAGE_CONTENT, 1 << 19),
    ];
    bits.into_iter()
        .filter(|(intent, _)| privileged & intent != 0)
        .map(|(_, flag)| flag)
        .sum()
}

fn own(call: &Call<'_>) -> ApiResult<()> {
    if call.id(0)? == call.world.bot {
        Ok(())
    } else {
        Err(ApiError {
            status: 403,
            ..ApiError::code(20_012)
        })
    }
}

fn list(call: &mut Call<'_>) -> ApiResult<Reply> {
    own(call)?;
    Ok(Reply::Json(
        call.world.commands.get(&None).cloned().unwrap_or_default().into(),
    ))
}

fn list_in_guild(call: &mut Call<'_>) -> ApiResult<Reply> {
    own(call)?;
    let guild = call.world.guild(call.id(1)?)?.id;
    Ok(Reply::Json(
        call.world
            .commands
            .get(&Some(guild))
            .cloned()
            .unwrap_or_default()
            .into(),
    ))
}

fn overwrite(call: &mut Call<'_>) -> ApiResult<Reply> {
    replace(call, None)
}

fn overwrite_in_guild(call: &mut Call<'_>) -> ApiResult<Reply> {
    let guild = call.world.guild(call.id(1)?)?.id;
    replace(call, Some(guild))
}

fn replace(call: &mut Call<'_>, guild: Option<Snowflake>) -> ApiResult<Reply> {
    own(call)?;
    let commands = call
        .body
        .as_array()
        .cloned()
        .ok_or_else(|| ApiError::form("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))?;
    if commands.len() > MOST {
        return Err(ApiError::code(30_032));
    }
    let mut mistakes = Mistakes::default();
    command::check(&mut mistakes, &commands);
    mistakes.finish()?;
    let version = call.world.clock.next();
    let registered: Vec<Value> = commands
        .into_iter()
        .map(|command| register(call, command, guild, version))
        .collect();
    call.world.commands.insert(guild, registered.clone());
    Ok(Reply::Json(registered.into()))
}

/// A command as Discord keeps it; one of the same name keeps its id.
fn register(call: &mut Call<'_>, mut command: Value, guild: Option<Snowflake>, version: Snowflake) -> Value {
    let known = call
        .world
        .commands
        .get(&guild)
        .into_iter()
        .flatten()
        .find(|known| known["name"] == command["name"]);
    let id = known
        .and_then(|known| Snowflake::read(&known["id"]))
        .unwrap_or_else(|| call.world.clock.next());
    without_nulls(&mut command["options"]);
    command["id"] = id.into();
    command["version"] = version.into();
    command["application_id"] = call.world.bot.into();
    if command["type"].is_null() {
        command["type"] = json!(1);
    }
    if command["description"].is_null() {
        command["description"] = json!("");
    }
    if command["default_member_permissions"].is_null() {
        command["default_member_permissions"] = Value::Null;
    }
    if let Some(guild) = guild {
        command["guild_id"] = guild.into();
    }
    command
}

/// Discord leaves out what an option does not have.
fn without_nulls(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten() {
        if let Some(fields) = option.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        without_nulls(&mut option["options"]);
    }
}
