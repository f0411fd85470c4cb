//! The bot as a test runs it: the real one, on a store of its own, against the fake Discord.

#![allow(dead_code, reason = "each test file uses its own part of the harness")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::{path::Path, sync::Arc, time::Duration};

use hotseat::{
    config::Visibility,
    discord::{DiscordOptions, ServeError, Transport, serve},
    domain::{
        assessment::Reference,
        ids::{SessionId, UserId},
    },
    interview::{
        Interview,
        event::{EndReason, Engine, Mode},
    },
    library,
    panel::Panel,
    service::Service,
    store::{Store, StoreOptions},
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::discord::{FakeDiscord, InteractionView, MessageView, Person, Snowflake};

/// A bot that runs, and the folder that outlives it.
pub(crate) struct Bot {
    folder: TempDir,
    running: Option<Running>,
    /// How the next start differs from the usual.
    pub(crate) change: fn(&mut DiscordOptions),
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<Result<(), ServeError>>,
    service: Service,
    /// Its own, so that everything of it ends at once when it is killed.
    runtime: Runtime,
}

impl Bot {
    /// Starts a bot and waits until it is connected.
    pub(crate) async fn start(fake: &FakeDiscord) -> Bot {
        Bot::start_with(fake, |_| {}).await
    }

    /// Starts a bot with other options.
    pub(crate) async fn start_with(fake: &FakeDiscord, change: fn(&mut DiscordOptions)) -> Bot {
        let mut bot = Bot::not_started(change);
        bot.run(fake);
        fake.gateway().wait_connected(1).await;
        bot
    }

    /// A bot that is still to be run.
    pub(crate) fn not_started(change: fn(&mut DiscordOptions)) -> Bot {
        Bot {
            folder: tempfile::tempdir().unwrap(),
            running: None,
            change,
        }
    }

    /// Runs it.
    pub(crate) fn run(&mut self, fake: &FakeDiscord) {
        // `RUST_LOG=hotseat=debug` shows what the bot says.
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_test_writer()
            .try_init();
        let stop = CancellationToken::new();
        let service = service(self.folder.path(), &stop);
        let mut options = options(self.folder.path(), fake);
        (self.change)(&mut options);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let task = runtime.spawn(serve(options, service.clone(), stop.clone()));
        self.running = Some(Running {
            stop,
            task,
            service,
            runtime,
        });
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> Result<(), ServeError> {
        let running = self.running.take().unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(15), running.task)
            .await
            .unwrap()
            .unwrap();
        running.service.close().await.unwrap();
        running.runtime.shutdown_background();
        ended
    }

    /// Stops it as SIGTERM does, and says how long that took.
    pub(crate) async fn stop(&mut self) -> Duration {
        let begun = tokio::time::Instant::now();
        self.running.as_ref().unwrap().stop.cancel();
        self.ended().await.unwrap();
        begun.elapsed()
    }

    /// Stops it as `kill -9` does, as far as a test can in one process.
    pub(crate) async fn kill(&mut self) {
        let running = self.running.take().unwrap();
        let runtime = running.runtime;
        let killed = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(5)));
        killed.await.unwrap();
        running.service.close().await.unwrap();
    }

    /// Runs it again on the same store and waits until it is connected.
    pub(crate) async fn start_again(&mut self, fake: &FakeDiscord) {
        let before = fake.counters().identifies;
        self.run(fake);
        fake.wait_until(|world| world.rates.counters.identifies > before).await;
        fake.gateway().wait_connected(1).await;
    }

    /// The one session that is in the store, folded.
    pub(crate) async fn session(&self, candidate: &Person<'_>) -> Interview {
        let session = self.session_id(candidate).await;
        self.service().interview(&session).await.unwrap()
    }

    /// The newest session of somebody.
    pub(crate) async fn session_id(&self, candidate: &Person<'_>) -> SessionId {
        let mine = self
            .service()
            .recent(&UserId::new(candidate.id.to_string()), 10)
            .await
            .unwrap();
        mine.first().expect("there is a session").session.clone()
    }

    /// The answers that are stored of the newest session of somebody.
    pub(crate) async fn answers(&self, candidate: &Person<'_>) -> Vec<String> {
        let session = self.session(candidate).await;
        session
            .transcript()
            .exchanges()
            .map(|exchange| exchange.answer.clone())
            .collect()
    }

    /// Waits until the newest session of somebody has ended, and says why.
    pub(crate) async fn end_of(&self, candidate: &Person<'_>) -> EndReason {
        let ended = async {
            loop {
                if let Some(reason) = self.session(candidate).await.ended() {
                    return reason;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), ended)
            .await
            .expect("the session ends")
    }

    /// The service of the bot that runs.
    pub(crate) fn service(&self) -> &Service {
        &self.running.as_ref().unwrap().service
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop.cancel();
            running.runtime.shutdown_background();
        }
    }
}

fn service(folder: &Path, stop: &CancellationToken) -> Service {
    let library = library::load(None).library.unwrap();
    let store = Store::open(&StoreOptions::new(folder.join("store"))).unwrap();
    Service::new(
        store,
        Arc::new(library),
        Panel::offline(Reference::default()),
        12_000,
        stop.clone(),
    )
}

fn options(folder: &Path, fake: &FakeDiscord) -> DiscordOptions {
    let ca = folder.join("ca.pem");
    std::fs::write(&ca, fake.ca_pem()).unwrap();
    DiscordOptions {
        token: fake.token().into(),
        transport: Transport {
            connect_to: Some(fake.rest_addr().to_string()),
            extra_ca_file: Some(ca),
            connect: Duration::from_secs(2),
            request: Duration::from_secs(5),
        },
        quiet: Duration::from_millis(60),
        visibility: Visibility::Private,
        mode: Mode::Quick,
        engine: Engine::Offline,
        remind: Duration::from_mins(10),
        pause: Duration::from_mins(10),
        attachment_bytes: 4_096,
        requests_per_s: 40,
        sessions: 100,
        notes: folder.join("discord.jsonl"),
    }
}

/// An answer that says something, so that the panel has something to press.
pub(crate) const ANSWER: &str = "I would start with the share of matches that recruiters accept within a week, because acceptance is what \
    the business is paid for. I assume about 2,000 matches a week, so a lift from 20 to 23 percent shows within three weeks. I would \
    run an A/B test per recruiter and stop if complaints rise.";

/// An interview as its candidate sees it.
pub(crate) struct Sitting<'f> {
    pub(crate) fake: &'f FakeDiscord,
    pub(crate) candidate: Person<'f>,
    pub(crate) thread: Snowflake,
    /// The question at hand, with its buttons.
    pub(crate) question: MessageView,
}

/// Starts an interview in #general and waits for its question.
pub(crate) async fn sit<'f>(fake: &'f FakeDiscord, name: &str, options: &[(&str, &str)]) -> Sitting<'f> {
    let candidate = fake.user(name);
    let general = fake.channel("general");
    let mut options = options.to_vec();
    if !options.iter().any(|(name, _)| *name == "mode") {
        // Long enough that no answer is the last one.
        options.push(("mode", "round: about 45 minutes"));
    }
    let started = candidate.slash(general, "interview start", &options).await;
    let told = started.reply().await;
    assert!(told.ephemeral, "only the invoker sees it: {}", told.text());
    let thread = fake.next_thread(general).await;
    let question = next_prompt(fake, thread).await;
    Sitting {
        fake,
        candidate,
        thread,
        question,
    }
}

/// The next message that has buttons to answer with.
pub(crate) async fn next_prompt(fake: &FakeDiscord, place: Snowflake) -> MessageView {
    loop {
        let message = fake.next_message(place).await;
        if message.buttons().iter().any(|label| label == "Answer") {
            return message;
        }
        assert!(message.embeds.is_empty(), "the interview has ended: {}", message.text());
    }
}

impl<'f> Sitting<'f> {
    /// Answers and waits for the next question or pushback.
    pub(crate) async fn answers(&mut self, text: &str) -> &MessageView {
        self.candidate.says(self.thread, text);
        self.question = next_prompt(self.fake, self.thread).await;
        &self.question
    }

    /// Presses a button below the question.
    pub(crate) async fn presses(&self, button: &str) -> InteractionView<'f> {
        self.candidate.click(&self.question, button).await
    }

    /// The next message of the bot, whatever it is.
    pub(crate) async fn next(&self) -> MessageView {
        self.fake.next_message(self.thread).await
    }

    /// Waits for the debrief.
    pub(crate) async fn debrief(&self) -> MessageView {
        loop {
            let message = self.next().await;
            if message.text().contains("Debrief:") {
                return message;
            }
        }
    }

    /// Every text that the bot has posted here.
    pub(crate) fn posted(&self) -> Vec<String> {
        let ours = self
            .fake
            .messages(self.thread)
            .into_iter()
            .filter(|message| message.by_webhook || message.author == "Hotseat");
        ours.map(|message| message.text()).collect()
    }
}
