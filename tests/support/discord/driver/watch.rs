//! Waiting for what is to happen, the record of requests, and faults.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{
    super::{
        FakeDiscord,
        fault::{Fault, Scope},
        permission,
        rate::Counters,
        record::Recorded,
        rest::threads::THREAD_CREATED,
        server::route,
        snowflake::Snowflake,
        world::{Author, LOADING, Shown, World},
    },
    view::MessageView,
};

/// Requests held at the door until this is released.
#[derive(Debug)]
pub(crate) struct Held(Arc<Semaphore>);

impl Held {
    /// Lets the held request through.
    pub(crate) fn release(self) {
        self.0.add_permits(1_000);
    }
}

impl FakeDiscord {
    /// Waits until a look at the world yields something; fails the test when the fake's patience ends first. It looks again after
    /// every request and every change, and never sleeps.
    pub(crate) async fn wait_for<T>(&self, what: &str, look: impl Fn(&World) -> Option<T>) -> T {
        let patience = self.read(|world| world.options.patience);
        match self.wait_at_most(patience, look).await {
            Some(found) => found,
            None => panic!(
                "waited {patience:?} in vain for {what}; the last requests were\n{}",
                self.recent()
            ),
        }
    }

    /// Waits until something holds of the world.
    pub(crate) async fn wait_until(&self, holds: impl Fn(&World) -> bool) {
        self.wait_for("what the test expects", |world| holds(world).then_some(()))
            .await;
    }

    /// Waits for a limited time.
    pub(crate) async fn wait_at_most<T>(&self, patience: Duration, look: impl Fn(&World) -> Option<T>) -> Option<T> {
        let mut changes = self.shared.version.subscribe();
        // The deadline runs on the fake's own clock: the test's may be paused.
        let (over, mut is_over) = oneshot::channel::<()>();
        let deadline = self.runtime.spawn(async move {
            tokio::time::sleep(patience).await;
            drop(over);
        });
        let found = loop {
            changes.mark_unchanged();
            if let Some(found) = look(&self.shared.world()) {
                break Some(found);
            }
            tokio::select! {
                _ = changes.changed() => {}
                _ = &mut is_over => break look(&self.shared.world()),
            }
        };
        deadline.abort();
        found
    }

    /// Is told of every message the bot shows or edits from now on, with the time; for benchmarks, where many wait at once.
    pub(crate) fn watch(&self) -> mpsc::UnboundedReceiver<Shown> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.change(|world| world.watchers.push(sender));
        receiver
    }

    /// How long each interaction waited for its first answer.
    pub(crate) fn latencies(&self) -> Vec<Duration> {
        self.read(|world| world.interactions.values().filter_map(|used| used.latency).collect())
    }

    fn recent(&self) -> String {
        self.read(|world| {
            let last = world.requests.iter().rev().take(12).collect::<Vec<_>>();
            let lines = last
                .iter()
                .rev()
                .map(|request| format!("  {} {} -> {}", request.method, request.path, request.status));
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.read(|world| world.requests.clone())
    }

    /// The requests of one route so far, such as `POST /channels/{channel}/messages`.
    pub(crate) fn requests_to(&self, name: &str) -> Vec<Recorded> {
        must_exist(name);
        self.read(|world| {
            world
                .requests
                .iter()
                .filter(|request| request.route == name)
                .cloned()
                .collect()
        })
    }

    /// How often what happened.
    pub(crate) fn counters(&self) -> Counters {
        self.read(|world| world.rates.counters)
    }

    /// What the bot did that it must not, which is then forgiven.
    pub(crate) fn take_violations(&self) -> Vec<String> {
        self.change(|world| std::mem::take(&mut world.violations))
    }

    /// The bot's messages in a channel that everyone sees, oldest first.
    pub(crate) fn messages(&self, channel: impl Into<Snowflake>) -> Vec<MessageView> {
        let channel = channel.into();
        self.read(|world| MessageView::all(world, channel, |message| message.only_for.is_none()))
    }

    /// The first message in a channel by the bot or its webhooks that no earlier call of this has given; waits for it.
    pub(crate) async fn next_message(&self, channel: impl Into<Snowflake>) -> MessageView {
        let channel = channel.into();
        let taken = self.read(|world| world.taken.get(&channel).copied());
        let found = self
            .wait_for(&format!("a new message of the bot in channel {channel}"), |world| {
                let new = world.messages_in(channel).find(|message| {
                    let person = matches!(message.author, Author::User(id) if id != world.bot);
                    let quiet =
                        message.only_for.is_some() || message.flags & LOADING != 0 || message.kind == THREAD_CREATED;
                    !person && !quiet && taken.is_none_or(|taken| message.id > taken)
                })?;
                Some(MessageView::of(world, new))
            })
            .await;
        self.change(|world| world.taken.insert(channel, found.id));
        found
    }

    /// Waits for a message of anyone in a channel whose text contains something.
    pub(crate) async fn message_with(&self, channel: impl Into<Snowflake>, words: &str) -> MessageView {
        let channel = channel.into();
        self.wait_for(&format!("a message with \"{words}\" in channel {channel}"), |world| {
            let found = MessageView::all(world, channel, |message| message.only_for.is_none());
            found.into_iter().find(|message| message.text().contains(words))
        })
        .await
    }

    /// Waits for a thread of a parent channel beyond those that earlier calls of this have given.
    pub(crate) async fn next_thread(&self, parent: impl Into<Snowflake>) -> Snowflake {
        let parent = parent.into();
        let found = self
            .wait_for(&format!("a new thread in channel {parent}"), |world| {
                let threads = world
                    .channels
                    .values()
                    .filter(|channel| channel.parent == Some(parent) && channel.thread.is_some());
                threads
                    .map(|channel| channel.id)
                    .find(|id| !world.threads_taken.contains(id))
            })
            .await;
        self.change(|world| world.threads_taken.insert(found));
        found
    }

    /// The direct channel of the bot with a user, if it has been opened.
    pub(crate) fn dm_of(&self, user: Snowflake) -> Option<Snowflake> {
        self.read(|world| {
            let found = world
                .channels
                .values()
                .find(|channel| channel.kind == 1 && channel.recipients.contains(&user));
            found.map(|channel| channel.id)
        })
    }

    /// Whether the bot may do this in a channel.
    pub(crate) fn bot_may(&self, channel: Snowflake, permissions: u64) -> bool {
        self.read(|world| {
            world
                .channel(channel)
                .is_ok_and(|channel| permission::require(world, channel, world.bot, permissions).is_ok())
        })
    }

    /// Refuses the next request of a route with a status and a code, without effect. `*` is any route.
    pub(crate) fn fail_next(&self, route: &str, status: u16, code: u32) {
        self.fault_next(route, Fault::Refuse { status, code });
    }

    /// Refuses every request of a route until [`Self::clear_faults`].
    pub(crate) fn fail_always(&self, route: &str, status: u16, code: u32) {
        must_exist(route);
        self.change(|world| world.faults.always(route, Fault::Refuse { status, code }));
    }

    /// Answers the next request of a route with 429.
    pub(crate) fn limit_next(&self, route: &str, retry_after: Duration, scope: Scope) {
        self.fault_next(route, Fault::Limit { retry_after, scope });
    }

    /// Does what the next request of a route asks, but cuts the connection instead of replying.
    pub(crate) fn drop_reply_after_accepting(&self, route: &str) {
        self.fault_next(route, Fault::DropReply);
    }

    /// Cuts the connection of the next request of a route before doing anything.
    pub(crate) fn cut_next(&self, route: &str) {
        self.fault_next(route, Fault::Cut);
    }

    /// Delays the next request of a route.
    pub(crate) fn delay(&self, route: &str, time: Duration) {
        self.fault_next(route, Fault::Delay(time));
    }

    /// Holds the next request of a route at the door until it is released.
    pub(crate) fn hold_next(&self, route: &str) -> Held {
        let gate = Arc::new(Semaphore::new(0));
        self.fault_next(route, Fault::Hold(Arc::clone(&gate)));
        Held(gate)
    }

    /// Takes all faults back.
    pub(crate) fn clear_faults(&self) {
        self.change(|world| world.faults.clear());
    }

    fn fault_next(&self, route: &str, fault: Fault) {
        must_exist(route);
        self.change(|world| world.faults.next(route, fault));
    }
}

/// A misspelt route would make a test that cannot fail.
fn must_exist(name: &str) {
    assert!(
        name == "*" || route::all().any(|route| route.name == name),
        "there is no route called {name}"
    );
}
