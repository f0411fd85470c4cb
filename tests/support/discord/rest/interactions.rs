//! What follows the first answer: the original's and the follow-ups' life, for as long as the token lasts.

use super::{
    super::{
        check::message::Form,
        error::{ApiError, ApiResult},
        interaction::{Interaction, Response, TOKEN_LIFE},
        render,
        server::{call::Call, reply::Reply},
        snowflake::{Snowflake, since},
        world::LOADING,
    },
    callback, compose,
};

/// The interaction of a token: 50027 when the token has expired, 10015 before the first answer.
fn answered(call: &Call<'_>) -> ApiResult<Interaction> {
    let interaction = call
        .world
        .interactions
        .get(&call.part(1))
        .cloned()
        .ok_or_else(|| ApiError::code(50_027))?;
    if since(call.world.clock.now(), interaction.created) > TOKEN_LIFE {
        return Err(ApiError::code(50_027));
    }
    if interaction.response.is_none() {
        return Err(ApiError::code(10_015));
    }
    Ok(interaction)
}

/// `@original` or the id of one of the interaction's own messages.
fn target(call: &Call<'_>, interaction: &Interaction) -> ApiResult<Snowflake> {
    let id = if call.part(2) == "@original" {
        interaction.original
    } else {
        Some(call.id(2)?)
    };
    let own = |id: &Snowflake| interaction.original == Some(*id) || interaction.followups.contains(id);
    let id = id.filter(own).ok_or_else(|| ApiError::code(10_008))?;
    call.world.message(interaction.channel, id)?;
    Ok(id)
}

/// A follow-up; the first one after a deferred answer takes its place.
pub(crate) fn follow_up(call: &mut Call<'_>) -> ApiResult<Reply> {
    let interaction = answered(call)?;
    let waiting = interaction
        .original
        .filter(|_| interaction.loading && interaction.response == Some(Response::Deferred));
    let id = if let Some(original) = waiting {
        fill_in(call, &interaction, original)?;
        original
    } else {
        let data = call.body.clone();
        let id = callback::post(call, Form::Followup, &interaction, &data)?;
        if let Some(interaction) = call.world.interactions.get_mut(&interaction.token) {
            interaction.followups.push(id);
        }
        id
    };
    shown(call, &interaction, id)
}

/// A message of the interaction.
pub(crate) fn get(call: &mut Call<'_>) -> ApiResult<Reply> {
    let interaction = answered(call)?;
    let id = target(call, &interaction)?;
    shown(call, &interaction, id)
}

/// An edit of a message of the interaction; a deferred answer is filled in by it.
pub(crate) fn edit(call: &mut Call<'_>) -> ApiResult<Reply> {
    let interaction = answered(call)?;
    let id = target(call, &interaction)?;
    fill_in(call, &interaction, id)?;
    shown(call, &interaction, id)
}

/// Deletes a message of the interaction.
pub(crate) fn delete(call: &mut Call<'_>) -> ApiResult<Reply> {
    let interaction = answered(call)?;
    let id = target(call, &interaction)?;
    compose::remove(call.world, interaction.channel, id)?;
    loaded(call, &interaction, id);
    Ok(Reply::Nothing)
}

fn fill_in(call: &mut Call<'_>, interaction: &Interaction, id: Snowflake) -> ApiResult<()> {
    let body = call.body.clone();
    compose::edit(call.world, Form::Followup, interaction.channel, id, &body, &call.files)?;
    loaded(call, interaction, id);
    Ok(())
}

fn loaded(call: &mut Call<'_>, interaction: &Interaction, id: Snowflake) {
    if let Ok(message) = call.world.message_mut(interaction.channel, id) {
        message.flags &= !LOADING;
    }
    if interaction.original == Some(id)
        && let Some(interaction) = call.world.interactions.get_mut(&interaction.token)
    {
        interaction.loading = false;
    }
}

fn shown(call: &Call<'_>, interaction: &Interaction, id: Snowflake) -> ApiResult<Reply> {
    let message = call.world.message(interaction.channel, id)?;
    Ok(Reply::Json(render::message(call.world, message)))
}
