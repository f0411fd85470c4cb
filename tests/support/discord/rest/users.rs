//! Users: the bot itself, others, and direct channels.

use serde_json::{Value, json};

use super::super::{
    error::{ApiError, ApiResult},
    permission,
    rate::Kind,
    render,
    server::{call::Call, reply::Reply, route::Route},
    snowflake::Snowflake,
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("GET /users/@me", Kind::Read, me),
    Route::bot("GET /users/@me/guilds", Kind::Read, my_guilds),
    Route::bot("POST /users/@me/channels", Kind::Other, open_dm),
    Route::bot("GET /users/{user}", Kind::Read, user),
];

fn me(call: &mut Call<'_>) -> ApiResult<Reply> {
    let mut user = render::user_by_id(call.world, call.world.bot);
    user["locale"] = json!("en-US");
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    Ok(Reply::Json(user))
}

fn my_guilds(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["before", "after", "limit", "with_counts"])?;
    let bot = call.world.bot;
    let mine = call
        .world
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&bot));
    let list = mine.map(|guild| {
        let permissions = permission::in_guild(call.world, guild.id, bot).to_string();
        json!({"id": guild.id, "name": guild.name, "icon": null, "banner": null, "owner": false, "permissions": permissions, "features": []})
    });
    Ok(Reply::Json(list.collect::<Value>()))
}

fn open_dm(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only(&["recipient_id"])?;
    let user = Snowflake::read(&call.body["recipient_id"]);
    let user = user
        .filter(|id| call.world.users.get(id).is_some_and(|user| !user.bot))
        .ok_or_else(|| ApiError::code(50_033))?;
    let channel = call.world.dm_with(user);
    let channel = call.world.channel(channel)?;
    Ok(Reply::Json(render::channel(call.world, channel)))
}

fn user(call: &mut Call<'_>) -> ApiResult<Reply> {
    let user = call
        .world
        .users
        .get(&call.id(0)?)
        .ok_or_else(|| ApiError::code(10_013))?;
    Ok(Reply::Json(render::user(user)))
}
