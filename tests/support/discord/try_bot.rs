//! A small bot on the real client, for the fake's own tests: it answers, defers, opens a modal, offers buttons, and tells the test
//! which events it got.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a client that cannot go on fails its test"
)]

use std::{sync::Arc, time::Duration};

use poise::serenity_prelude as serenity;
use serenity::{
    ChannelId, CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateAutocompleteResponse, CreateButton,
    CreateInputText, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, FullEvent, GatewayIntents, Http, HttpBuilder, InputTextStyle,
};
use tokio::sync::mpsc;

use super::discord::FakeDiscord;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Context<'a> = poise::Context<'a, mpsc::UnboundedSender<String>, Error>;

/// A client for REST that trusts the fake.
pub(crate) fn reqwest_client(fake: &FakeDiscord) -> reqwest12::Client {
    reqwest12::Client::builder()
        .resolve("discord.com", fake.rest_addr())
        .resolve("cdn.discordapp.com", fake.rest_addr())
        .add_root_certificate(reqwest12::Certificate::from_pem(fake.ca_pem().as_bytes()).unwrap())
        .user_agent("DiscordBot (https://example.org, 1)")
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// The real client's REST side, its rate limiter on.
pub(crate) fn http(fake: &FakeDiscord) -> Http {
    let http = HttpBuilder::new(fake.token()).client(reqwest_client(fake)).build();
    http.set_application_id(fake.bot().0.into());
    http
}

/// The bot, running.
pub(crate) struct TryBot {
    /// Lines such as `message 123 hello`, one for each event.
    pub heard: mpsc::UnboundedReceiver<String>,
    shards: Arc<serenity::ShardManager>,
    task: tokio::task::JoinHandle<Result<(), serenity::Error>>,
}

impl TryBot {
    /// Starts and waits until its commands are registered.
    pub(crate) async fn start(fake: &FakeDiscord) -> Self {
        let bot = Self::start_with(fake, GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT).await;
        fake.wait_until(|world| !world.commands.is_empty()).await;
        bot
    }

    /// Starts with other intents.
    pub(crate) async fn start_with(fake: &FakeDiscord, intents: GatewayIntents) -> Self {
        let (tell, heard) = mpsc::unbounded_channel();
        let framework = poise::Framework::builder()
            .options(poise::FrameworkOptions {
                commands: vec![say(), think(), pick(), form(), panel()],
                event_handler: |framework, event| Box::pin(on_event(framework, event)),
                ..Default::default()
            })
            .setup(move |context, _, framework| {
                Box::pin(async move {
                    poise::builtins::register_globally(context, &framework.options().commands).await?;
                    Ok(tell)
                })
            })
            .build();
        let builder = serenity::ClientBuilder::new_with_http(http(fake), intents).framework(framework);
        let mut client = builder.await.unwrap();
        let shards = Arc::clone(&client.shard_manager);
        let task = tokio::spawn(async move { client.start_autosharded().await });
        Self { heard, shards, task }
    }

    /// The next event of a kind; the fake's own waiting bounds the test.
    pub(crate) async fn hears(&mut self, kind: &str) -> String {
        loop {
            let wait = tokio::time::timeout(Duration::from_secs(20), self.heard.recv());
            let line = wait
                .await
                .unwrap_or_else(|_| panic!("the bot never heard {kind}"))
                .expect("the bot runs");
            if let Some(rest) = line.strip_prefix(kind) {
                return rest.trim().to_owned();
            }
        }
    }

    /// How the client ended.
    pub(crate) async fn ended(self) -> Result<(), serenity::Error> {
        tokio::time::timeout(Duration::from_secs(20), self.task)
            .await
            .expect("it ends")
            .unwrap()
    }

    /// Stops it.
    pub(crate) async fn stop(self) {
        self.shards.shutdown_all().await;
        self.task.abort();
    }
}

async fn on_event(
    framework: poise::FrameworkContext<'_, mpsc::UnboundedSender<String>, Error>,
    event: &FullEvent,
) -> Result<(), Error> {
    let line = match event {
        FullEvent::Ready { data_about_bot } => format!("ready {}", data_about_bot.session_id),
        FullEvent::Resume { .. } => "resumed".to_owned(),
        FullEvent::Message { new_message } => format!("message {} {}", new_message.id, new_message.content),
        FullEvent::MessageUpdate { event, .. } => format!("edited {}", event.content.clone().unwrap_or_default()),
        FullEvent::MessageDelete { deleted_message_id, .. } => format!("deleted {deleted_message_id}"),
        FullEvent::TypingStart { event } => format!("typing {}", event.user_id),
        FullEvent::ThreadCreate { thread } => format!("thread {}", thread.id),
        FullEvent::ThreadDelete { thread, .. } => format!("thread-gone {}", thread.id),
        FullEvent::ThreadMembersUpdate { thread_members_update } => {
            format!("members {}", thread_members_update.member_count)
        }
        FullEvent::GuildDelete { incomplete, .. } => format!("guild-gone {}", incomplete.unavailable),
        FullEvent::InteractionCreate {
            interaction: serenity::Interaction::Component(press),
        } => {
            let answer = CreateInteractionResponseMessage::new()
                .content(format!("pressed {}", press.data.custom_id))
                .ephemeral(true);
            press
                .create_response(framework.serenity_context, CreateInteractionResponse::Message(answer))
                .await?;
            "pressed".to_owned()
        }
        FullEvent::InteractionCreate {
            interaction: serenity::Interaction::Modal(modal),
        } => {
            let text = format!("{:?}", modal.data.components);
            let told = if text.contains("recall at ten") {
                "heard you"
            } else {
                "heard something else"
            };
            let answer = CreateInteractionResponseMessage::new().content(told);
            modal
                .create_response(framework.serenity_context, CreateInteractionResponse::Message(answer))
                .await?;
            "modal".to_owned()
        }
        _ => return Ok(()),
    };
    // The test may be over.
    let _ = framework.user_data.send(line);
    Ok(())
}

/// Says something back
#[poise::command(slash_command)]
async fn say(context: Context<'_>, #[description = "What to say"] text: String) -> Result<(), Error> {
    let reply = poise::CreateReply::default()
        .content(text)
        .allowed_mentions(CreateAllowedMentions::new());
    context.send(reply).await?;
    Ok(())
}

/// Thinks first
#[poise::command(slash_command)]
async fn think(context: Context<'_>) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let reply = context
        .send(poise::CreateReply::default().content("first thought"))
        .await?;
    let file = CreateAttachment::bytes(b"# Debrief".to_vec(), "debrief.md");
    reply
        .edit(
            context,
            poise::CreateReply::default().content("second thought").attachment(file),
        )
        .await?;
    context.say("and another thing").await?;
    Ok(())
}

#[expect(clippy::unused_async, reason = "the framework awaits it")]
async fn personas(_: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let all = ["ml_interviewer", "bar_raiser"]
        .into_iter()
        .filter(|name| name.starts_with(typed));
    CreateAutocompleteResponse::new()
        .set_choices(all.map(|name| serenity::AutocompleteChoice::new(name, name)).collect())
}

/// Picks a persona
#[poise::command(slash_command)]
async fn pick(
    context: Context<'_>,
    #[description = "Who"]
    #[autocomplete = "personas"]
    persona: String,
    #[description = "A file"] file: Option<serenity::Attachment>,
) -> Result<(), Error> {
    let size = match file {
        Some(file) => file.size,
        None => 0,
    };
    context.say(format!("{persona} and {size} bytes")).await?;
    Ok(())
}

/// Opens a modal
#[poise::command(slash_command)]
async fn form(context: Context<'_>) -> Result<(), Error> {
    let poise::Context::Application(application) = context else {
        return Ok(());
    };
    let input = CreateInputText::new(InputTextStyle::Paragraph, "Your answer", "answer").min_length(3);
    let modal = CreateModal::new("form", "Answer").components(vec![CreateActionRow::InputText(input)]);
    application
        .interaction
        .create_response(context, CreateInteractionResponse::Modal(modal))
        .await?;
    Ok(())
}

/// Shows buttons and a select
#[poise::command(slash_command)]
async fn panel(context: Context<'_>) -> Result<(), Error> {
    let options = vec![
        CreateSelectMenuOption::new("50 %", "50"),
        CreateSelectMenuOption::new("90 %", "90"),
    ];
    let select =
        CreateSelectMenu::new("sure", CreateSelectMenuKind::String { options }).placeholder("How sure are you?");
    let rows = vec![
        CreateActionRow::Buttons(vec![
            CreateButton::new("done").label("Done"),
            CreateButton::new("no").label("Never").disabled(true),
        ]),
        CreateActionRow::SelectMenu(select),
    ];
    context
        .send(poise::CreateReply::default().content("Your turn").components(rows))
        .await?;
    Ok(())
}

/// A channel's id as the client writes it.
pub(crate) fn channel(id: super::discord::Snowflake) -> ChannelId {
    ChannelId::new(id.0)
}
