//! `/interview`: start one, go on with one, end one, take part in one.

#![expect(
    clippy::unused_async,
    reason = "commands and what they offer are async to the framework, those without work too"
)]

use std::sync::Arc;

use serenity::all::UserId;

use super::{
    Bot, Context, Failed, acknowledge,
    options::{self, EngineChoice, ModeChoice, VisibilityChoice, read_round},
};
use crate::{
    config::Visibility,
    discord::{
        custom_id::{Action, CustomId},
        hall::Door,
        interactions::Reply,
        opening::{self, Opening, WantedPlace},
        peers,
        place::{self, DebriefTo},
        recall,
        room::{self, Knock, Start},
        settings::{self, Settings},
    },
    domain::ids::{CaseId, PersonaId},
    interview::{
        Wanted,
        event::{EndReason, Engine, Mode},
    },
    service::{self, Input, NewSession},
};

/// Sit an interview, go on with it, end it, or take part in one.
#[poise::command(slash_command, subcommands("start", "resume", "end", "join"), subcommand_required)]
pub(super) async fn interview(_ctx: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Begin an interview in a thread of its own.
#[poise::command(slash_command)]
#[expect(clippy::too_many_arguments, reason = "each is an option of the command")]
async fn start(
    ctx: Context<'_>,
    #[description = "Who leads; drawn where left out"]
    #[autocomplete = "options::personas"]
    persona: Option<String>,
    #[description = "Which round; drawn where left out"]
    #[autocomplete = "options::rounds"]
    round: Option<String>,
    #[description = "Which case; drawn where left out"]
    #[autocomplete = "options::cases"]
    case: Option<String>,
    #[description = "How long"] mode: Option<ModeChoice>,
    #[description = "Who sees it"] visibility: Option<VisibilityChoice>,
    #[description = "Let others watch, push back and rate; makes it a public thread"] peers: Option<bool>,
    #[description = "Who judges and speaks"] engine: Option<EngineChoice>,
    #[description = "Where the debrief goes at the end"] debrief: Option<DebriefTo>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let bot = ctx.data();
    let settings = settings::of(bot, ctx.guild_id());
    allowed(&ctx, &settings).await?;
    let fits = round.is_none() && case.is_none() && mode.is_none();
    let persona = persona.or_else(|| settings.persona.clone().filter(|_| fits));
    let opening = Opening {
        owner: ctx.author().id,
        name: name_of(&ctx).await,
        guild: ctx.guild_id(),
        now: ctx.id(),
        place: wanted_place(&ctx, visibility, peers, settings.visibility)?,
        debrief: debrief.unwrap_or(DebriefTo::Thread),
        new: NewSession {
            user: place::user_id(ctx.author().id),
            guild: place::guild_id(ctx.guild_id()),
            mode: mode.map(Mode::from).or(settings.mode).unwrap_or(bot.options.mode),
            wanted: Wanted {
                persona: persona.map(PersonaId::new),
                round: round.map(|round| read_round(&round)).transpose()?,
                case: case.map(CaseId::new),
            },
            engine: engine.map_or(bot.options.engine, Engine::from),
            seed: None,
        },
    };
    let door = opening::open(bot, opening).await?;
    answer
        .tell(format!("Your interview is in <#{}>. Good luck.", door.place.channel))
        .await
}

/// What a person is called here.
pub(super) async fn name_of(ctx: &Context<'_>) -> String {
    match ctx.author_member().await {
        Some(member) => member.display_name().to_owned(),
        None => ctx.author().display_name().to_owned(),
    }
}

/// Whether this guild's managers let this person start one here, and now.
pub(super) async fn allowed(ctx: &Context<'_>, settings: &Settings) -> Result<(), Failed> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let roles = ctx
        .author_member()
        .await
        .map(|member| member.roles.clone())
        .unwrap_or_default();
    if let Some(refusal) = settings.refusal(ctx.channel_id(), &roles) {
        return Err(Failed::Told(refusal));
    }
    let Some(limit) = settings.a_day else { return Ok(()) };
    let since = service::now_ms() - DAY_MS;
    let started = ctx
        .data()
        .service
        .started(
            &place::user_id(ctx.author().id),
            &place::guild_id(ctx.guild_id()),
            since,
        )
        .await?;
    if started >= u64::from(limit) {
        return Err(Failed::Told(format!(
            "In this server {limit} interviews a day are the limit, and you have had them. Tomorrow there are more."
        )));
    }
    Ok(())
}

fn wanted_place(
    ctx: &Context<'_>,
    visibility: Option<VisibilityChoice>,
    peers: Option<bool>,
    of_guild: Option<Visibility>,
) -> Result<WantedPlace, Failed> {
    let configured = of_guild.unwrap_or(ctx.data().options.visibility);
    let visibility = match (visibility, peers) {
        (Some(VisibilityChoice::Private), Some(true)) => {
            return Err(Failed::Told(
                "Peers can't see a private thread. Leave `visibility` out, or say `public thread`.".to_owned(),
            ));
        }
        (Some(VisibilityChoice::Direct), Some(true)) => {
            return Err(Failed::Told(
                "Peers can't see direct messages. Leave `visibility` out, or say `public thread`.".to_owned(),
            ));
        }
        (Some(choice), _) => Visibility::from(choice),
        (None, Some(true)) => Visibility::Public,
        (None, Some(false)) if configured == Visibility::Public => Visibility::Private,
        (None, _) => configured,
    };
    if ctx.guild_id().is_none() || visibility == Visibility::Dm {
        return Ok(WantedPlace::Direct);
    }
    let public = visibility == Visibility::Public;
    opening::check_permissions(ctx, public)?;
    Ok(WantedPlace::Thread {
        parent: ctx.channel_id(),
        public,
    })
}

/// Go on with your paused interview.
#[poise::command(slash_command)]
async fn resume(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, owner, guild) = (ctx.data(), ctx.author().id, ctx.guild_id());
    if let Some(door) = bot.hall.of(owner, guild) {
        return answer
            .tell(format!("Your interview is going on in <#{}>.", door.place.channel))
            .await;
    }
    let place = recall::paused_place(bot, owner, guild).await;
    let place = place
        .ok_or_else(|| Failed::Told("You have no paused interview here. `/interview start` begins one.".to_owned()))?;
    let channel = place.channel;
    let seat = bot.hall.reserve(owner, guild).map_err(opening::taken)?;
    room::resume(bot, seat, place, ctx.id()).await?;
    answer.tell(format!("Your interview goes on in <#{channel}>.")).await
}

/// End your interview and see its debrief.
#[poise::command(slash_command)]
async fn end(ctx: Context<'_>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let (bot, owner, guild) = (ctx.data(), ctx.author().id, ctx.guild_id());
    let Some(door) = bot.hall.of(owner, guild) else {
        return answer
            .tell("You have no interview going on here. `/debrief` shows how the last one went.")
            .await;
    };
    door.knock(Knock::Pressed {
        action: Action::End,
        turn: door.turn(),
        reply: Reply::of_command(bot, &ctx),
    });
    answer
        .tell(format!("It ends now; the debrief comes to <#{}>.", door.place.channel))
        .await
}

/// Take part in the interview of this thread.
#[poise::command(slash_command, guild_only)]
async fn join(ctx: Context<'_>, #[description = "As what"] role: Option<peers::RoleChoice>) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let door = ctx.data().hall.in_channel(ctx.channel_id());
    let door: Arc<Door> = door.ok_or_else(|| Failed::Told("No interview is going on in this thread.".to_owned()))?;
    answer
        .tell(peers::join(&ctx, &door, role.unwrap_or(peers::RoleChoice::Panelist))?)
        .await
}

/// A press on a button of a session that has no room: it is paused, or over.
pub(in super::super) async fn without_room(bot: &Arc<Bot>, user: UserId, id: &CustomId, reply: &Reply) {
    let told = match go_on(bot, user, id).await {
        Ok(told) => told,
        Err(error) => {
            if error.is_unexpected() {
                tracing::error!(session = %id.session, %error, "a paused interview could not be taken up");
            }
            Some(error.sentence(0))
        }
    };
    if let Some(told) = told {
        reply.tell(&told).await;
    }
}

async fn go_on(bot: &Arc<Bot>, user: UserId, id: &CustomId) -> Result<Option<String>, Failed> {
    let owner = bot.service.owner(&id.session).await?;
    if owner.is_none_or(|owner| owner != place::user_id(user)) {
        return Err(Failed::Told("This is not your interview.".to_owned()));
    }
    let Some(place) = place::of(&bot.notes, &id.session) else {
        return Err(Failed::Told(
            "That interview has ended. `/debrief` shows how it went.".to_owned(),
        ));
    };
    let seat = bot.hall.reserve(place.owner, place.guild).map_err(opening::taken)?;
    if id.action == Action::Resume {
        room::resume(bot, seat, place, now()).await?;
        return Ok(None);
    }
    let live = bot.service.resume(id.session.clone()).await?;
    let input = live.input.clone();
    room::open(
        bot,
        seat,
        place.clone(),
        live,
        Start {
            reached: place::reached(&bot.notes, &place),
            ..Start::default()
        },
    );
    // The room shows the debrief when the session says that it has ended.
    let _ = input.send(Input::End(EndReason::ByCandidate)).await;
    Ok(None)
}

/// An id as new as this moment: what was written before it is not read.
fn now() -> u64 {
    const EPOCH_MS: i64 = 1_420_070_400_000;
    u64::try_from(service::now_ms() - EPOCH_MS).unwrap_or_default() << 22
}
