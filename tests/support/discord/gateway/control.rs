//! What a test does to the gateway.

use rand::{SeedableRng, seq::SliceRandom};
use serde_json::json;

use super::{
    super::FakeDiscord,
    sessions::{Order, Out},
};

/// The gateway in a test's hands.
pub(crate) struct GatewayControl<'a> {
    pub fake: &'a FakeDiscord,
}

impl GatewayControl<'_> {
    /// Closes every connection with a code; the sessions can be resumed.
    pub(crate) fn close(&self, code: u16) {
        self.fake
            .change(|world| world.gateway.tell(&Out::Close(code, "Closed by the test.")));
    }

    /// Cuts every connection without a close frame.
    pub(crate) fn cut(&self) {
        self.fake.change(|world| world.gateway.tell(&Out::Cut));
    }

    /// Asks every connection to reconnect and resume (op 7).
    pub(crate) fn ask_to_reconnect(&self) {
        let frame = json!({"op": 7, "s": null, "t": null, "d": null});
        self.fake
            .change(|world| world.gateway.tell(&Out::Send(frame.to_string())));
    }

    /// Tells every connection that its session is invalid (op 9), and forgets the sessions unless they may be resumed.
    pub(crate) fn invalidate(&self, resumable: bool) {
        let frame = json!({"op": 9, "s": null, "t": null, "d": resumable});
        self.fake.change(|world| {
            world.gateway.tell(&Out::Send(frame.to_string()));
            if !resumable {
                world.gateway.sessions.clear();
            }
        });
    }

    /// Forgets every session, so that the next resume is answered with op 9 (false), and what happened meanwhile is in REST only.
    pub(crate) fn forget_sessions(&self) {
        self.fake.change(|world| world.gateway.sessions.clear());
    }

    /// Accepts no new connection until told otherwise.
    pub(crate) fn accepts(&self, open: bool) {
        self.fake.change(|world| world.gateway.open = open);
    }

    /// Answers heartbeats or leaves them unanswered.
    pub(crate) fn acknowledges(&self, yes: bool) {
        self.fake.change(|world| world.gateway.acknowledges = yes);
    }

    /// Sends every event this many times from now on.
    pub(crate) fn copies(&self, copies: usize) {
        self.fake.change(|world| world.gateway.copies = copies);
    }

    /// Never sends events of this name, such as `MESSAGE_CREATE`; they are in no replay either.
    pub(crate) fn loses(&self, name: &str) {
        self.fake.change(|world| world.gateway.lost.push(name.to_owned()));
    }

    /// Sends everything again.
    pub(crate) fn loses_nothing(&self) {
        self.fake.change(|world| world.gateway.lost.clear());
    }

    /// Keeps events back until they are released.
    pub(crate) fn hold(&self) {
        self.fake.change(|world| {
            world.gateway.held.get_or_insert_default();
        });
    }

    /// Sends what was kept back, in an order of the test's choice.
    pub(crate) fn release(&self, order: Order) {
        self.fake.change(|world| {
            let mut held = world.gateway.held.take().unwrap_or_default();
            match order {
                Order::AsTheyCame => {}
                Order::Reversed => held.reverse(),
                Order::Shuffled(seed) => held.shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed)),
            }
            for event in &held {
                world.send_now(event);
            }
        });
    }

    /// Sends the last events of every session again, with their old numbers.
    pub(crate) fn replay(&self, last: usize) {
        self.fake.change(|world| {
            for session in world.gateway.sessions.values_mut() {
                let from = session.log.len().saturating_sub(last);
                let again: Vec<_> = session.log.iter().skip(from).map(|(_, frame)| frame.clone()).collect();
                for frame in &again {
                    session.send(frame);
                }
            }
        });
    }

    /// How many sessions are connected.
    pub(crate) fn connected(&self) -> usize {
        self.fake.read(|world| world.gateway.connected())
    }

    /// Waits until this many sessions are connected.
    pub(crate) async fn wait_connected(&self, count: usize) {
        let what = format!("{count} gateway session(s) connected");
        self.fake
            .wait_for(&what, |world| (world.gateway.connected() == count).then_some(()))
            .await;
    }
}
