//! `/interview`: start one, go on with one, end one, take part in one.

#![expect(
    clippy::unused_async,
    reason = "commands and what they offer are async to the framework, those without work too"
)]

use std::{fmt::Write as _, sync::Arc};

use poise::ChoiceParameter;
use serenity::{
    all::{
        AutoArchiveDuration, AutocompleteChoice, ChannelId, ChannelType, CreateAutocompleteResponse, CreateThread,
        GuildId, Permissions, UserId,
    },
    http::Http,
};

use super::{Answer, Bot, Context, Failed, acknowledge, pick::CHOICES};
use crate::{
    config::Visibility,
    discord::{
        brake::Priority,
        custom_id::{Action, CustomId},
        hall::{Door, Reservation, Taken},
        interactions::Reply,
        outbox::Repeat,
        peers,
        place::{self, DebriefTo, Place, Reached},
        recall,
        room::{self, Knock, Start},
        settings::{self, Settings},
        text,
    },
    domain::{
        ids::{CaseId, PersonaId, SessionId},
        signal::Round,
    },
    interview::{
        LOOP, Wanted,
        event::{EndReason, Engine, Mode},
    },
    service::{self, Input, Live, NewSession},
};

#[derive(Debug, Clone, Copy, ChoiceParameter)]
pub(super) enum ModeChoice {
    #[name = "quick: one question"]
    Quick,
    #[name = "round: about 45 minutes"]
    Round,
    #[name = "loop: five rounds, one debrief"]
    Loop,
}

#[derive(Debug, Clone, Copy, ChoiceParameter)]
pub(super) enum VisibilityChoice {
    #[name = "private thread"]
    Private,
    #[name = "public thread"]
    Public,
    #[name = "direct messages"]
    Direct,
}

#[derive(Debug, Clone, Copy, ChoiceParameter)]
enum EngineChoice {
    #[name = "auto"]
    Auto,
    #[name = "offline"]
    Offline,
    #[name = "llm"]
    Llm,
}

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
    #[autocomplete = "personas"]
    persona: Option<String>,
    #[description = "Which round; drawn where left out"]
    #[autocomplete = "rounds"]
    round: Option<String>,
    #[description = "Which case; drawn where left out"]
    #[autocomplete = "cases"]
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
    let asked = Asked {
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
    begin(&answer, asked).await
}

/// Whether this guild's managers let this person start one here, and now.
async fn allowed(ctx: &Context<'_>, settings: &Settings) -> Result<(), Failed> {
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

/// Where it is to be held.
#[derive(Debug, Clone, Copy)]
enum WantedPlace {
    Thread { parent: ChannelId, public: bool },
    Direct,
}

struct Asked {
    place: WantedPlace,
    debrief: DebriefTo,
    new: NewSession,
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
    check_permissions(ctx, public)?;
    Ok(WantedPlace::Thread {
        parent: ctx.channel_id(),
        public,
    })
}

/// Names each permission that is missing, with its channel. Discord says with every command what the bot may do there.
fn check_permissions(ctx: &Context<'_>, public: bool) -> Result<(), Failed> {
    let poise::Context::Application(app) = ctx else {
        return Ok(());
    };
    let here = app.interaction.channel.as_ref();
    if here.is_some_and(|channel| !matches!(channel.kind, ChannelType::Text)) {
        return Err(Failed::Told("I open a thread for each interview, and here I can't. Please use a text channel, or `visibility: direct messages`.".to_owned()));
    }
    let has = app.interaction.app_permissions.unwrap_or(Permissions::empty());
    let create = if public {
        Permissions::CREATE_PUBLIC_THREADS
    } else {
        Permissions::CREATE_PRIVATE_THREADS
    };
    let needed = Permissions::VIEW_CHANNEL
        | create
        | Permissions::SEND_MESSAGES_IN_THREADS
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::EMBED_LINKS
        | Permissions::ATTACH_FILES;
    let missing = needed - has;
    if missing.is_empty() || has.administrator() {
        return Ok(());
    }
    let names = missing.get_permission_names().join(", ");
    Err(Failed::Told(format!(
        "In <#{}> I lack: {names}. Somebody who manages this server can grant it to my role.",
        ctx.channel_id()
    )))
}

async fn begin(answer: &Answer<'_>, asked: Asked) -> Result<(), Failed> {
    let (ctx, bot) = (answer.ctx, answer.ctx.data());
    let owner = ctx.author().id;
    let guild = ctx.guild_id();
    let seat = bot.hall.reserve(owner, guild).map_err(taken)?;
    let direct = match asked.place {
        WantedPlace::Direct => Some(direct_channel(bot, owner).await?),
        WantedPlace::Thread { .. } => None,
    };
    let live = bot.service.open(asked.new).await?;
    let name = ctx.author_member().await.map_or_else(
        || ctx.author().display_name().to_owned(),
        |member| member.display_name().to_owned(),
    );
    let made = make_place(
        bot,
        &live.session,
        owner,
        guild,
        &name,
        &asked.place,
        direct,
        asked.debrief,
    )
    .await;
    let place = match made {
        Ok(place) => place,
        Err(error) => {
            end_unseen(live).await;
            return Err(error);
        }
    };
    let channel = place.channel;
    open_room(bot, seat, place, live, ctx.id()).await?;
    answer
        .tell(format!("Your interview is in <#{channel}>. Good luck."))
        .await
}

async fn open_room(bot: &Arc<Bot>, seat: Reservation, place: Place, live: Live, now: u64) -> Result<(), Failed> {
    let reached = Reached {
        last: now,
        ..Reached::default()
    };
    if let Err(error) = place::note(&bot.notes, &place).await {
        end_unseen(live).await;
        return Err(error.into());
    }
    place::note_reached(&bot.notes, &place.session, reached);
    room::open(
        bot,
        seat,
        place,
        live,
        Start {
            reached,
            ..Start::default()
        },
    );
    Ok(())
}

/// Ends a session that nobody has seen.
async fn end_unseen(mut live: Live) {
    // A task that is gone has ended it already.
    let _ = live.input.send(Input::End(EndReason::Interrupted)).await;
    while live.updates.recv().await.is_some() {}
}

fn taken(taken: Taken) -> Failed {
    Failed::Told(match taken {
        Taken::ByYou(Some(channel)) => {
            format!("You have an interview going on in <#{channel}>. Finish or pause it first.")
        }
        Taken::ByYou(None) => "Your interview is being opened already.".to_owned(),
        Taken::Full => "As many interviews are going on as I can hold. Please try again in a few minutes.".to_owned(),
        Taken::Closing => "I am being restarted. Please try again in a minute.".to_owned(),
    })
}

async fn direct_channel(bot: &Bot, owner: UserId) -> Result<ChannelId, Failed> {
    let channel = bot.outbox.direct(owner).await?;
    if bot.hall.is_held_in(channel) {
        return Err(Failed::Told(
            "You have an interview going on in our direct messages. Finish or pause it first.".to_owned(),
        ));
    }
    Ok(channel)
}

#[expect(clippy::too_many_arguments, reason = "all of it is what a place is made of")]
async fn make_place(
    bot: &Bot,
    session: &SessionId,
    owner: UserId,
    guild: Option<GuildId>,
    name: &str,
    wanted: &WantedPlace,
    direct: Option<ChannelId>,
    debrief: DebriefTo,
) -> Result<Place, Failed> {
    let (channel, parent, public) = match (wanted, direct) {
        (WantedPlace::Thread { parent, public }, _) => (
            thread(bot, *parent, *public, owner, name).await?,
            Some(*parent),
            *public,
        ),
        (WantedPlace::Direct, Some(channel)) => {
            let hello = serenity::all::CreateMessage::new()
                .content("Here we go. Everything you write here from now on is your answer.");
            bot.outbox
                .send(Priority::Speech, channel, session.as_str(), hello)
                .await?;
            (channel, None, false)
        }
        (WantedPlace::Direct, None) => return Err(Failed::Told("I could not open our direct messages.".to_owned())),
    };
    Ok(Place {
        session: session.clone(),
        owner,
        guild,
        parent,
        channel,
        public,
        debrief,
    })
}

async fn thread(bot: &Bot, parent: ChannelId, public: bool, owner: UserId, name: &str) -> Result<ChannelId, Failed> {
    let kind = if public {
        ChannelType::PublicThread
    } else {
        ChannelType::PrivateThread
    };
    let title = text::name(&format!("Hot seat: {name}"), text::THREAD_NAME);
    let make = |http: Arc<Http>| {
        let thread = CreateThread::new(title.clone())
            .kind(kind)
            .auto_archive_duration(AutoArchiveDuration::OneDay);
        async move { parent.create_thread(&*http, thread).await }
    };
    let thread = bot.outbox.ask(Priority::Speech, Repeat::Once, make).await?;
    let add = |http: Arc<Http>| async move { thread.id.add_thread_member(&*http, owner).await };
    bot.outbox.ask(Priority::Speech, Repeat::Harmless, add).await?;
    Ok(thread.id)
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
    let seat = bot.hall.reserve(owner, guild).map_err(taken)?;
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
    let seat = bot.hall.reserve(place.owner, place.guild).map_err(taken)?;
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

pub(super) async fn personas(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let personas = &ctx.data().service.library().personas;
    let leads = personas.iter().filter(|(_, persona)| !persona.value.rounds.is_empty());
    offer(
        partial,
        leads.map(|(id, persona)| {
            (
                format!("{}, {}", persona.value.name, persona.value.title),
                id.to_string(),
            )
        }),
    )
}

async fn cases(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let cases = &ctx.data().service.library().cases;
    offer(
        partial,
        cases
            .iter()
            .map(|(id, case)| (format!("{} ({})", case.value.name, case.value.domain), id.to_string())),
    )
}

async fn rounds(_ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    offer(
        partial,
        LOOP.into_iter()
            .map(|round| (round.title().to_owned(), round.to_string())),
    )
}

fn offer(partial: &str, all: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let wanted = partial.to_lowercase();
    let fits = all.filter(|(name, value)| name.to_lowercase().contains(&wanted) || value.contains(&wanted));
    let choices = fits
        .take(CHOICES)
        .map(|(name, value)| AutocompleteChoice::new(text::shortened(&name, 100), value));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

fn read_round(given: &str) -> Result<Round, Failed> {
    let known = LOOP
        .into_iter()
        .find(|round| round.title() == given || round.to_string() == given);
    known.ok_or_else(|| {
        let mut names = String::new();
        for round in LOOP {
            let _ = write!(names, "{}{}", if names.is_empty() { "" } else { ", " }, round.title());
        }
        Failed::Told(format!("There is no such round; there are {names}."))
    })
}

impl From<ModeChoice> for Mode {
    fn from(choice: ModeChoice) -> Mode {
        match choice {
            ModeChoice::Quick => Mode::Quick,
            ModeChoice::Round => Mode::Round,
            ModeChoice::Loop => Mode::Loop,
        }
    }
}

impl From<VisibilityChoice> for Visibility {
    fn from(choice: VisibilityChoice) -> Visibility {
        match choice {
            VisibilityChoice::Private => Visibility::Private,
            VisibilityChoice::Public => Visibility::Public,
            VisibilityChoice::Direct => Visibility::Dm,
        }
    }
}

impl From<EngineChoice> for Engine {
    fn from(choice: EngineChoice) -> Engine {
        match choice {
            EngineChoice::Auto => Engine::Auto,
            EngineChoice::Offline => Engine::Offline,
            EngineChoice::Llm => Engine::Llm,
        }
    }
}
