//! A strict fake Discord on the loopback: REST over TLS as `discord.com`, its CDN, and the gateway, for the real client to talk to.
//! It refuses what Discord refuses, with Discord's codes, and is never kinder. It runs on a thread of its own, so that a test may
//! pause its clock or drop the bot at will.
//!
//! A test acts as people do: `fake.user("Ada").slash(channel, "interview start", &[]).await`, and sees what they see.
#![allow(dead_code, unused_imports, reason = "each test file uses its own part of the fake")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a driver that cannot go on fails its test"
)]
#![allow(clippy::unnecessary_wraps, reason = "every route has the same kind of handler")]

pub(crate) mod check;
mod driver;
mod error;
mod event;
mod fault;
mod gateway;
mod interaction;
pub(crate) mod permission;
mod rate;
mod record;
mod render;
mod rest;
mod server;
mod setup;
mod snowflake;
mod world;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
};

pub(crate) use driver::{
    person::{DidNotRespond, Person},
    view::{FileView, InteractionView, MessageView, ModalView},
    watch::Held,
};
pub(crate) use error::ApiError;
pub(crate) use event::intent;
pub(crate) use fault::Scope;
pub(crate) use gateway::{control::GatewayControl, sessions::Order};
pub(crate) use rate::{Bucket, Counters, Limits};
pub(crate) use record::Recorded;
pub(crate) use snowflake::Snowflake;
pub(crate) use world::{Author, Channel, File, Message, Shown, ShownAs, World};

/// How a fake is set up.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The bot's token.
    pub token: String,
    pub limits: Limits,
    /// Privileged intents that are switched on in the portal.
    pub privileged_intents: u64,
    /// The interval the gateway asks heartbeats in.
    pub heartbeat: Duration,
    /// An IDENTIFY sooner than this after the last one is answered with op 9. Discord's is 5 s; a test that restarts the bot has none.
    pub identify_every: Duration,
    /// IDENTIFYs left of the day's 1,000.
    pub identifies_left: u64,
    /// Shards that `GET /gateway/bot` recommends.
    pub shards: u64,
    /// Active threads a guild may have.
    pub max_active_threads: usize,
    /// Every request is recorded.
    pub records: bool,
    /// How long a driver waits for the bot before the test fails.
    pub patience: Duration,
    /// Set by the fake.
    pub gateway_url: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gfake0.only_for_tests_and_of_no_use_elsewhere".to_owned(),
            limits: Limits::default(),
            privileged_intents: intent::MESSAGE_CONTENT,
            heartbeat: Duration::from_millis(41_250),
            identify_every: Duration::ZERO,
            identifies_left: 1_000,
            shards: 1,
            max_active_threads: 1_000,
            records: true,
            patience: Duration::from_secs(10),
            gateway_url: String::new(),
        }
    }
}

/// What the servers and the drivers share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    version: watch::Sender<u64>,
}

impl Shared {
    /// The world, for one step.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A driver that panicked while it held the world has failed its test already; the servers go on to the end of it.
        self.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Wakes everyone who waits for something to have happened.
    pub(crate) fn changed(&self) {
        self.version.send_modify(|version| *version += 1);
    }
}

/// A running fake. When it is dropped it stops, and fails the test if the bot did what no test should let pass.
#[derive(Debug)]
pub(crate) struct FakeDiscord {
    shared: Arc<Shared>,
    rest: SocketAddr,
    authority: String,
    runtime: tokio::runtime::Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What the server thread reports when it is up.
struct Up {
    shared: Arc<Shared>,
    rest: SocketAddr,
    authority: String,
    runtime: tokio::runtime::Handle,
}

impl FakeDiscord {
    /// Starts with one guild, one channel `#general` and the bot in it.
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Starts with other options.
    pub(crate) async fn start_with(options: Options) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (up, is_up) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("fake-discord".to_owned())
            .spawn(move || run(options, up, stopped))
            .expect("a thread can be started");
        let Up {
            shared,
            rest,
            authority,
            runtime,
        } = is_up.await.expect("the fake starts");
        Self {
            shared,
            rest,
            authority,
            runtime,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where `discord.com` and `cdn.discordapp.com` are to be found.
    pub(crate) fn rest_addr(&self) -> SocketAddr {
        self.rest
    }

    /// The authority to trust, in PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.authority
    }

    /// The gateway's address, as `GET /gateway` gives it.
    pub(crate) fn gateway_url(&self) -> String {
        self.read(|world| world.options.gateway_url.clone())
    }

    /// The bot's token.
    pub(crate) fn token(&self) -> String {
        self.read(|world| world.options.token.clone())
    }

    /// Looks at the world.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.shared.world())
    }

    /// Changes the world and wakes those who wait.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let outcome = change(&mut self.shared.world());
        self.shared.changed();
        outcome
    }

    /// The gateway in the test's hands.
    pub(crate) fn gateway(&self) -> GatewayControl<'_> {
        GatewayControl { fake: self }
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic of the servers shows in the test as a missing answer.
            let _ = thread.join();
        }
        let violations = std::mem::take(&mut self.shared.world().violations);
        if !std::thread::panicking() {
            assert!(
                violations.is_empty(),
                "the bot did what it must not:\n{}",
                violations.join("\n")
            );
        }
    }
}

fn run(mut options: Options, up: oneshot::Sender<Up>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    let handle = runtime.handle().clone();
    runtime.block_on(async move {
        let rest = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let gateway = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        options.gateway_url = format!("ws://{}", gateway.local_addr().expect("a listener has an address"));
        let address = rest.local_addr().expect("a listener has an address");
        let (authority, tls) = server::tls::authority_and_server();
        let shared = Arc::new(Shared {
            world: Mutex::new(setup::world(options)),
            version: watch::Sender::new(0),
        });
        tokio::spawn(server::http::serve(Arc::clone(&shared), rest, tls));
        tokio::spawn(gateway::socket::serve(Arc::clone(&shared), gateway));
        let started = Up {
            shared,
            rest: address,
            authority,
            runtime: handle,
        };
        if up.send(started).is_ok() {
            // Either way the fake is to stop: told so, or its owner is gone.
            let _ = stopped.await;
        }
    });
    runtime.shutdown_background();
}
