//! Faults on demand: the next request of a route is refused, delayed, held, or its reply dropped.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Semaphore;

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Answered with a status and one of Discord's codes, without effect.
    Refuse { status: u16, code: u32 },
    /// Answered 429 for this long.
    Limit { retry_after: Duration, scope: Scope },
    /// Done, but the connection is cut before the reply.
    DropReply,
    /// The connection is cut before anything is done.
    Cut,
    /// Done after a while.
    Delay(Duration),
    /// Done when the test lets it.
    Hold(Arc<Semaphore>),
}

/// Whose limit a 429 speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    User,
    Global,
    Shared,
}

impl Scope {
    /// The header's value.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Global => "global",
            Self::Shared => "shared",
        }
    }
}

/// The faults that wait, by route; those under `*` take any request.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    once: HashMap<String, VecDeque<Fault>>,
    always: HashMap<String, Fault>,
}

impl Faults {
    /// Lines up a fault for the next request of a route.
    pub(crate) fn next(&mut self, route: &str, fault: Fault) {
        self.once.entry(route.to_owned()).or_default().push_back(fault);
    }

    /// Applies a fault to every request of a route.
    pub(crate) fn always(&mut self, route: &str, fault: Fault) {
        self.always.insert(route.to_owned(), fault);
    }

    /// Takes all faults back.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether none waits any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.once.values().all(VecDeque::is_empty)
    }

    /// The fault for a request that has come.
    pub(crate) fn take(&mut self, route: &str) -> Option<Fault> {
        for name in [route, "*"] {
            if let Some(fault) = self.once.get_mut(name).and_then(VecDeque::pop_front) {
                return Some(fault);
            }
        }
        self.always.get(route).or_else(|| self.always.get("*")).cloned()
    }
}
