//! Opening an interview: the seat, the session, its place, its room, in this order. What was begun is taken back where the rest fails.

use std::sync::Arc;

use serenity::{
    all::{AutoArchiveDuration, ChannelId, ChannelType, CreateMessage, CreateThread, GuildId, Permissions, UserId},
    http::Http,
};

use super::{
    bot::Bot,
    brake::Priority,
    failed::Failed,
    hall::{Door, Taken},
    outbox::Repeat,
    place::{self, DebriefTo, Place, Reached},
    room::{self, Start},
    text,
};
use crate::{
    interview::event::EndReason,
    service::{Input, Live, NewSession},
};

/// An interview that is to be opened.
pub(super) struct Opening {
    /// The candidate.
    pub(super) owner: UserId,
    /// As the thread names them.
    pub(super) name: String,
    /// The guild; none in direct messages.
    pub(super) guild: Option<GuildId>,
    /// Where it is to be held.
    pub(super) place: WantedPlace,
    /// Where the debrief goes.
    pub(super) debrief: DebriefTo,
    /// The session.
    pub(super) new: NewSession,
    /// An id as new as this moment: what was written before is no answer.
    pub(super) now: u64,
}

/// Opens it.
pub(super) async fn open(bot: &Arc<Bot>, opening: Opening) -> Result<Arc<Door>, Failed> {
    let seat = bot.hall.reserve(opening.owner, opening.guild).map_err(taken)?;
    let direct = match opening.place {
        WantedPlace::Direct => Some(direct_channel(bot, opening.owner).await?),
        WantedPlace::Thread { .. } => None,
    };
    let live = bot.service.open(opening.new.clone()).await?;
    let place = match noted_place(bot, &opening, &live, direct).await {
        Ok(place) => place,
        Err(error) => {
            end_unseen(live).await;
            return Err(error);
        }
    };
    let reached = Reached {
        last: opening.now,
        ..Reached::default()
    };
    place::note_reached(&bot.notes, &place.session, reached);
    let start = Start {
        reached,
        ..Start::default()
    };
    Ok(room::open(bot, seat, place, live, start))
}

/// Makes the place and notes it, so that a restart finds it.
async fn noted_place(bot: &Bot, opening: &Opening, live: &Live, direct: Option<ChannelId>) -> Result<Place, Failed> {
    let (channel, parent, public) = match (opening.place, direct) {
        (WantedPlace::Thread { parent, public }, _) => {
            let thread = thread(bot, parent, public, opening.owner, &opening.name).await?;
            (thread, Some(parent), public)
        }
        (WantedPlace::Direct, Some(channel)) => {
            let hello = "Here we go. Everything you write here from now on is your answer.";
            let message = CreateMessage::new().content(hello);
            let nonce = live.session.as_str();
            bot.outbox.send(Priority::Speech, channel, nonce, message).await?;
            (channel, None, false)
        }
        (WantedPlace::Direct, None) => return Err(Failed::Told("I could not open our direct messages.".to_owned())),
    };
    let place = Place {
        session: live.session.clone(),
        owner: opening.owner,
        guild: opening.guild,
        parent,
        channel,
        public,
        debrief: opening.debrief,
    };
    place::note(&bot.notes, &place).await?;
    Ok(place)
}

/// Names each permission that is missing, with its channel. Discord says with every command what the bot may do there.
pub(super) fn check_permissions(ctx: &poise::Context<'_, Arc<Bot>, Failed>, public: bool) -> Result<(), Failed> {
    let poise::Context::Application(app) = ctx else {
        return Ok(());
    };
    let here = app.interaction.channel.as_ref();
    if here.is_some_and(|channel| !matches!(channel.kind, ChannelType::Text)) {
        return Err(Failed::Told(
            "I open a thread for each interview, and here I can't. Please use a text channel, or `visibility: direct messages`."
                .to_owned(),
        ));
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

/// Where it is to be held.
#[derive(Debug, Clone, Copy)]
pub(super) enum WantedPlace {
    Thread { parent: ChannelId, public: bool },
    Direct,
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

/// Ends a session that nobody has seen.
pub(super) async fn end_unseen(mut live: Live) {
    // A task that is gone has ended it already.
    let _ = live.input.send(Input::End(EndReason::Interrupted)).await;
    while live.updates.recv().await.is_some() {}
}

pub(super) fn taken(taken: Taken) -> Failed {
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
