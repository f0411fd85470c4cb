//! The first answer to an interaction: within three seconds, once, of a kind that fits.

use serde_json::{Value, json};

use super::{
    super::{
        check::{command, fields, message::Form, modal},
        error::{ApiError, ApiResult, Mistakes},
        interaction::{FIRST_ANSWER, Interaction, Kind as Used, Response},
        rate::Kind,
        render,
        server::{call::Call, reply::Reply, route::Route},
        snowflake::{Snowflake, since},
        world::{Author, EPHEMERAL, LOADING, Message, World},
    },
    compose::{self, Draft},
};

pub(crate) const ROUTES: &[Route] = &[Route::token(
    "POST /interactions/{interaction}/{token}/callback",
    Kind::Free,
    callback,
)];

const MESSAGE: u64 = 4;
const DEFERRED: u64 = 5;
const DEFERRED_UPDATE: u64 = 6;
const UPDATE: u64 = 7;
const CHOICES: u64 = 8;
const MODAL: u64 = 9;

fn callback(call: &mut Call<'_>) -> ApiResult<Reply> {
    call.only_query(&["with_response"])?;
    let token = call.part(1);
    let id = call.id(0)?;
    let known = call
        .world
        .interactions
        .get(&token)
        .filter(|interaction| interaction.id == id)
        .cloned();
    let interaction = known.ok_or_else(|| ApiError::code(10_062))?;
    let latency = since(jiff::Timestamp::now(), interaction.sent);
    if interaction.response.is_some() {
        return Err(ApiError::code(40_060));
    }
    if latency > FIRST_ANSWER {
        return Err(ApiError::code(10_062));
    }
    call.only(&["type", "data"])?;
    let kind = call.body["type"].as_u64().unwrap_or_default();
    fits(kind, &interaction)?;
    let data = call.body["data"].clone();
    let (response, original) = answer(call, kind, &interaction, &data)?;
    if let Some(interaction) = call.world.interactions.get_mut(&token) {
        interaction.loading = kind == DEFERRED;
        interaction.original = original;
        interaction.response = Some(response);
        interaction.latency = Some(latency);
    }
    if call.query.get("with_response").is_some_and(|value| value == "true") {
        let message = original.and_then(|id| call.world.message(interaction.channel, id).ok());
        let resource = message.map(|message| json!({"type": kind, "message": render::message(call.world, message)}));
        return Ok(Reply::Json(
            json!({"interaction": {"id": id, "type": interaction.kind.number()}, "resource": resource}),
        ));
    }
    Ok(Reply::Nothing)
}

/// Which answers fit what was used.
fn fits(kind: u64, interaction: &Interaction) -> ApiResult<()> {
    let fits = match interaction.kind {
        Used::Autocomplete => kind == CHOICES,
        Used::Command => matches!(kind, MESSAGE | DEFERRED | MODAL),
        Used::Component => matches!(kind, MESSAGE | DEFERRED | DEFERRED_UPDATE | UPDATE | MODAL),
        Used::Modal if interaction.source.is_some() => matches!(kind, MESSAGE | DEFERRED | DEFERRED_UPDATE | UPDATE),
        Used::Modal => matches!(kind, MESSAGE | DEFERRED),
    };
    let wrong = || {
        ApiError::form(
            "type",
            "INTERACTION_RESPONSE_TYPE_INVALID",
            "this response does not fit the interaction",
        )
    };
    if fits { Ok(()) } else { Err(wrong()) }
}

type Answered = (Response, Option<Snowflake>);

fn answer(call: &mut Call<'_>, kind: u64, interaction: &Interaction, data: &Value) -> ApiResult<Answered> {
    match kind {
        MESSAGE => {
            let id = post(call, Form::Callback, interaction, data)?;
            Ok((Response::Message, Some(id)))
        }
        DEFERRED => Ok((Response::Deferred, Some(defer(call, interaction, data)?))),
        DEFERRED_UPDATE => Ok((Response::DeferredUpdate, interaction.source)),
        UPDATE => {
            let source = interaction.source.ok_or_else(|| ApiError::code(10_008))?;
            compose::edit(
                call.world,
                Form::Callback,
                interaction.channel,
                source,
                data,
                &call.files,
            )?;
            Ok((Response::Update, Some(source)))
        }
        CHOICES => Ok((Response::Choices(choices(data)?), None)),
        _ => {
            let mut mistakes = Mistakes::default();
            modal::check(&mut mistakes, data);
            mistakes.finish()?;
            Ok((Response::Modal(data.clone()), None))
        }
    }
}

/// Posts an answer, for all or for the user alone.
pub(crate) fn post(call: &mut Call<'_>, form: Form, interaction: &Interaction, data: &Value) -> ApiResult<Snowflake> {
    let ephemeral = data["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
    let draft = Draft {
        form,
        channel: interaction.channel,
        author: Author::User(call.world.bot),
        body: data,
        files: &call.files,
        only_for: ephemeral.then_some(interaction.user),
        interaction: Some(interaction.id),
    };
    compose::write(call.world, draft)
}

/// "Hotseat is thinking ...", to be filled in later.
fn defer(call: &mut Call<'_>, interaction: &Interaction, data: &Value) -> ApiResult<Snowflake> {
    let mut mistakes = Mistakes::default();
    if !data.is_null() {
        fields::only(
            &mut mistakes,
            "data",
            data,
            &["flags", "tts", "attachments", "embeds", "components"],
        );
    }
    let flags = data["flags"].as_u64().unwrap_or_default();
    if flags & !EPHEMERAL != 0 {
        mistakes.add("data.flags", "MESSAGE_FLAGS_INVALID", "only EPHEMERAL can be set here");
    }
    mistakes.finish()?;
    compose::open_thread(call.world, interaction.channel)?;
    let message = thinking(call.world, interaction, flags);
    let id = message.id;
    compose::put(call.world, message);
    Ok(id)
}

fn thinking(world: &mut World, interaction: &Interaction, flags: u64) -> Message {
    let author = Author::User(world.bot);
    Message {
        flags: flags | LOADING,
        only_for: (flags & EPHEMERAL != 0).then_some(interaction.user),
        interaction: Some(interaction.id),
        ..Message::empty(&mut world.clock, compose::ANSWER, interaction.channel, author)
    }
}

fn choices(data: &Value) -> ApiResult<Vec<Value>> {
    let mut mistakes = Mistakes::default();
    fields::only(&mut mistakes, "data", data, &["choices"]);
    let choices = fields::list(&mut mistakes, "data", data, "choices", 25);
    for (index, choice) in choices.iter().enumerate() {
        let kind = if choice["value"].is_number() { 4 } else { 3 };
        command::choice(&mut mistakes, &format!("data.choices.{index}"), choice, kind);
    }
    mistakes.finish()?;
    Ok(choices.to_vec())
}
