//! Channels: reading one, changing one, deleting one.

use serde_json::Value;

use super::{
    super::{
        check::fields,
        error::{ApiResult, Mistakes},
        event, permission,
        rate::Kind,
        render,
        server::{call::Call, reply::Reply, route::Route},
        world::Channel,
    },
    threads,
};

pub(crate) const ROUTES: &[Route] = &[
    Route::bot("GET /channels/{channel}", Kind::Read, get),
    Route::bot("PATCH /channels/{channel}", Kind::ModifyChannel, modify),
    Route::bot("DELETE /channels/{channel}", Kind::ModifyChannel, delete),
];

fn get(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = call.world.channel(call.id(0)?)?;
    permission::require(call.world, channel, call.world.bot, permission::VIEW_CHANNEL)?;
    Ok(Reply::Json(render::channel(call.world, channel)))
}

fn modify(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = call.world.channel(call.id(0)?)?.clone();
    permission::require(call.world, &channel, call.world.bot, permission::VIEW_CHANNEL)?;
    if channel.thread.is_some() {
        threads::modify(call, &channel)?;
    } else {
        rename(call, &channel)?;
    }
    let channel = call.world.channel(channel.id)?;
    Ok(Reply::Json(render::channel(call.world, channel)))
}

fn rename(call: &mut Call<'_>, channel: &Channel) -> ApiResult<()> {
    permission::require(call.world, channel, call.world.bot, permission::MANAGE_CHANNELS)?;
    call.only(&["name", "topic", "nsfw", "rate_limit_per_user"])?;
    let mut mistakes = Mistakes::default();
    fields::text(&mut mistakes, "", &call.body, "name", 1..=100);
    fields::text(&mut mistakes, "", &call.body, "topic", 0..=1_024);
    mistakes.finish()?;
    if let (Some(name), Some(channel)) = (call.body["name"].as_str(), call.world.channels.get_mut(&channel.id)) {
        name.clone_into(&mut channel.name);
    }
    event::channel(call.world, "CHANNEL_UPDATE", channel.id, false);
    Ok(())
}

fn delete(call: &mut Call<'_>) -> ApiResult<Reply> {
    let channel = call.world.channel(call.id(0)?)?.clone();
    let needed = if channel.thread.is_some() {
        permission::MANAGE_THREADS
    } else {
        permission::MANAGE_CHANNELS
    };
    permission::require(call.world, &channel, call.world.bot, needed)?;
    let body: Value = render::channel(call.world, &channel);
    call.world.remove_channel(channel.id);
    Ok(Reply::Json(body))
}
