//! Guilds, their channels, roles and members, to read.

use serde_json::Value;

use super::super::{
    error::{ApiError, ApiResult},
    permission,
    rate::Kind,
    render,
    server::{call::Call, reply::Reply, route::Route},
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("GET /guilds/{guild}", Kind::Read, get),
    Route::bot("GET /guilds/{guild}/channels", Kind::Read, channels),
    Route::bot("GET /guilds/{guild}/roles", Kind::Read, roles),
    Route::bot("GET /guilds/{guild}/members/{user}", Kind::Read, member),
];

fn get(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["with_counts"])?;
    Ok(Reply::Json(render::guild(call.world.guild(call.id(0)?)?)))
}

fn channels(call: &mut Call<'_>) -> ApiResult<Reply> {
    let guild = call.world.guild(call.id(0)?)?.id;
    let all = call
        .world
        .channels
        .values()
        .filter(|channel| channel.guild == Some(guild) && channel.thread.is_none());
    let seen = all.filter(|channel| permission::sees(call.world, channel, call.world.bot));
    Ok(Reply::Json(
        seen.map(|channel| render::channel(call.world, channel))
            .collect::<Value>(),
    ))
}

fn roles(call: &mut Call<'_>) -> ApiResult<Reply> {
    let guild = call.world.guild(call.id(0)?)?;
    Ok(Reply::Json(guild.roles.values().map(render::role).collect::<Value>()))
}

fn member(call: &mut Call<'_>) -> ApiResult<Reply> {
    let (guild, user) = (call.id(0)?, call.id(1)?);
    if !call.world.guild(guild)?.members.contains_key(&user) {
        return Err(ApiError::code(10_007));
    }
    Ok(Reply::Json(render::member(call.world, guild, user)))
}
