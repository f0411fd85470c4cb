//! Starting, staying connected and stopping. What passes is tried again with growing waits; what only a person can mend ends the bot
//! with one sentence.

use std::{sync::Arc, time::Duration};

use serenity::{
    Error,
    all::{GatewayError, GatewayIntents, ShardManager},
    client::{Client, ClientBuilder},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    bot::{Bot, Finish, Parts},
    brake::{Brake, Priority},
    breaker::Breaker,
    commands,
    error::ServeError,
    events,
    failed::Failed,
    options::DiscordOptions,
    outbox::{Outbox, Repeat},
    transport,
    undelivered::Undelivered,
};
use crate::service::{Notes, Service};

/// The first wait between two tries to connect; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two tries to connect.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// A connection that held this long is no failed start.
const HELD: Duration = Duration::from_mins(1);
/// How long the interviews may take to finish the step in hand.
const FINISHING: Duration = Duration::from_secs(5);
/// How long the gateway may take to say goodbye.
const CLOSING: Duration = Duration::from_secs(2);

/// Runs the bot until `stop` is cancelled: takes nothing new in then, finishes the step in hand, and says goodbye to the gateway, all
/// within ten seconds.
///
/// The service's own tasks must stop by the same token.
pub async fn serve(options: DiscordOptions, service: Service, stop: CancellationToken) -> Result<(), ServeError> {
    let breaker = Breaker::default();
    let files = transport::client(&options).await?;
    let http = Arc::new(transport::http(&options, &files, &breaker));
    let outbox = Outbox::new(http, Brake::start(options.requests_per_s), breaker);
    let notes = Notes::open(&options.notes)?;
    let left_open = service.unfinished(None).await?;
    let (bot, finish) = Bot::new(Parts {
        service,
        options,
        outbox,
        files,
        notes,
        left_open,
        stop: stop.clone(),
    });
    let outcome = stay_connected(&bot).await;
    bot.hall.close();
    stop.cancel();
    wind_up(finish).await;
    outcome
}

async fn wind_up(finish: Finish) {
    if timeout(FINISHING, finish.finish()).await.is_err() {
        tracing::warn!("some interviews did not finish their step in time; they are taken up at the next start");
    }
}

/// Connects, and connects again when the connection is lost, with growing waits.
async fn stay_connected(bot: &Arc<Bot>) -> Result<(), ServeError> {
    let mut wait = FIRST_WAIT;
    while !bot.stop.is_cancelled() {
        let begun = tokio::time::Instant::now();
        match connect(bot).await? {
            Left::Stopped => break,
            Left::Lost(reason) if begun.elapsed() > HELD => {
                wait = FIRST_WAIT;
                tracing::warn!(
                    reason,
                    wait_s = wait.as_secs(),
                    "the connection to Discord was lost; connecting again"
                );
            }
            Left::Lost(reason) => {
                tracing::warn!(
                    reason,
                    wait_s = wait.as_secs(),
                    "Discord can't be reached; trying again"
                );
            }
            Left::Spent(reset) => {
                wait = reset;
                tracing::warn!(
                    wait_s = wait.as_secs(),
                    "the day's connections to Discord are spent; waiting for more"
                );
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
            () = bot.stop.cancelled() => break,
        }
    }
    Ok(())
}

/// Why a connection is over.
enum Left {
    Stopped,
    Lost(&'static str),
    /// No IDENTIFY is left; more come after this.
    Spent(Duration),
}

async fn connect(bot: &Arc<Bot>) -> Result<Left, ServeError> {
    let gateway = tokio::select! {
        gateway = bot.outbox.ask(Priority::Speech, Repeat::Once, |http| async move { http.get_bot_gateway().await }) => gateway,
        () = bot.stop.cancelled() => return Ok(Left::Stopped),
    };
    let gateway = match gateway {
        Ok(gateway) => gateway,
        Err(_) if bot.outbox.unauthorized.is_cancelled() => return Err(ServeError::Token),
        Err(_) => return Ok(Left::Lost("the address of the gateway could not be asked for")),
    };
    let budget = &gateway.session_start_limit;
    if budget.remaining == 0 {
        return Ok(Left::Spent(Duration::from_millis(budget.reset_after.max(1_000))));
    }
    tracing::info!(left = budget.remaining, "connections to Discord left today");
    if register(bot).await.is_err() {
        return Ok(Left::Lost("the commands could not be registered"));
    }
    let Ok(mut client) = client(bot).await else {
        return Ok(Left::Lost("the client could not be made"));
    };
    run(bot, &mut client, gateway.shards).await
}

async fn register(bot: &Arc<Bot>) -> Result<(), Undelivered> {
    if bot.outbox.http.application_id().is_none() {
        let ask = |http: Arc<serenity::http::Http>| async move { http.get_current_application_info().await };
        let info = bot.outbox.ask(Priority::Speech, Repeat::Harmless, ask).await?;
        bot.outbox.http.set_application_id(info.id);
    }
    let put = |http: Arc<serenity::http::Http>| async move {
        let commands = poise::builtins::create_application_commands(&commands::all());
        serenity::all::Command::set_global_commands(&*http, commands).await
    };
    bot.outbox.ask(Priority::Speech, Repeat::Harmless, put).await.map(drop)
}

fn intents() -> GatewayIntents {
    GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::GUILD_MESSAGE_TYPING
        | GatewayIntents::DIRECT_MESSAGE_TYPING
}

async fn client(bot: &Arc<Bot>) -> serenity::Result<Client> {
    let data = Arc::clone(bot);
    let framework = poise::Framework::builder()
        .options(poise::FrameworkOptions {
            commands: commands::all(),
            on_error: |error| Box::pin(commands::failed(error)),
            event_handler: |framework, event| {
                events::take(framework.user_data, event);
                Box::pin(async { Ok::<(), Failed>(()) })
            },
            allowed_mentions: Some(serenity::all::CreateAllowedMentions::new()),
            initialize_owners: false,
            ..Default::default()
        })
        .setup(|_, _, _| Box::pin(async { Ok(data) }))
        .build();
    let http = transport::http(&bot.options, &bot.files, &bot.outbox.breaker);
    let mut settings = serenity::cache::Settings::default();
    settings.max_messages = 0;
    settings.cache_users = false;
    ClientBuilder::new_with_http(http, intents())
        .cache_settings(settings)
        .framework(framework)
        .await
}

async fn run(bot: &Arc<Bot>, client: &mut Client, shards: u32) -> Result<Left, ServeError> {
    let shard_manager = Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        ended = client.start_shards(shards.max(1)) => Some(ended),
        () = bot.stop.cancelled() => None,
        () = bot.outbox.unauthorized.cancelled() => return Err(ServeError::Token),
    };
    let Some(ended) = ended else {
        bot.hall.close();
        say_goodbye(&shard_manager).await;
        return Ok(Left::Stopped);
    };
    say_goodbye(&shard_manager).await;
    match ended {
        Err(Error::Gateway(GatewayError::InvalidAuthentication)) => Err(ServeError::Token),
        Err(Error::Gateway(GatewayError::DisallowedGatewayIntents)) => Err(ServeError::MessageContent),
        Err(Error::Gateway(GatewayError::InvalidGatewayIntents)) => Err(ServeError::Intents),
        _ => Ok(Left::Lost("the gateway's connection ended")),
    }
}

/// The library waits for the gateway's goodbye without limit.
async fn say_goodbye(shard_manager: &Arc<ShardManager>) {
    let shard_manager = Arc::clone(shard_manager);
    let goodbye = tokio::spawn(async move { shard_manager.shutdown_all().await });
    if timeout(CLOSING, goodbye).await.is_err() {
        tracing::info!("the gateway did not say goodbye in time");
    }
}
