//! Rate limits as Discord keeps them: fixed windows that open with their first request, one for each route and major parameter,
//! one over everything, and a count of invalid requests.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::fault::Scope;

/// So many requests in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub limit: u32,
    pub per: Duration,
}

impl Bucket {
    /// So many requests in so long.
    pub(crate) const fn new(limit: u32, per: Duration) -> Self {
        Self { limit, per }
    }
}

/// The kinds of buckets; each route has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// No bucket and not counted by the global limit: interaction callbacks.
    Free,
    /// The webhook of an interaction: a bucket of its own, not counted by the global limit.
    Interaction,
    SendMessage,
    EditMessage,
    DeleteMessage,
    Typing,
    Webhook,
    Threads,
    ModifyChannel,
    Commands,
    Read,
    Other,
}

/// The limits; all can be switched off.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub on: bool,
    pub global: Bucket,
    /// Sends, edits and typing of a channel.
    pub messages: Bucket,
    pub webhooks: Bucket,
    pub threads: Bucket,
    pub other: Bucket,
    /// Invalid requests (401, 403, 429 but for shared ones) until the address is banned.
    pub invalid: Bucket,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            on: true,
            global: Bucket::new(50, Duration::from_secs(1)),
            messages: Bucket::new(5, Duration::from_secs(5)),
            webhooks: Bucket::new(5, Duration::from_secs(2)),
            threads: Bucket::new(50, Duration::from_mins(5)),
            other: Bucket::new(50, Duration::from_secs(5)),
            invalid: Bucket::new(10_000, Duration::from_mins(10)),
        }
    }
}

impl Limits {
    /// No limits at all.
    pub(crate) fn off() -> Self {
        Self {
            on: false,
            ..Self::default()
        }
    }

    fn bucket(&self, kind: Kind) -> Option<Bucket> {
        match kind {
            Kind::Free => None,
            Kind::SendMessage | Kind::EditMessage | Kind::DeleteMessage | Kind::Typing => Some(self.messages),
            Kind::Webhook | Kind::Interaction => Some(self.webhooks),
            Kind::Threads => Some(self.threads),
            Kind::ModifyChannel | Kind::Commands | Kind::Read | Kind::Other => Some(self.other),
        }
    }
}

/// How often what happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub requests: u64,
    pub global_429: u64,
    pub route_429: u64,
    pub shared_429: u64,
    pub invalid: u64,
    pub identifies: u64,
    pub resumes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    used: u32,
    ends: Timestamp,
}

/// A 429.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Refusal {
    pub retry_after: Duration,
    pub scope: Scope,
}

/// What a request got from its bucket, for the headers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub kind: Kind,
    pub limit: u32,
    pub remaining: u32,
    pub ends: Timestamp,
    pub now: Timestamp,
}

/// The windows in use.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    pub limits: Limits,
    pub counters: Counters,
    routes: HashMap<(Kind, String), Window>,
    global: Option<Window>,
    invalid: Option<Window>,
}

impl RateLimiter {
    /// Nothing used yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Counts a request; refuses it if its bucket or the global one is empty.
    pub(crate) fn admit(&mut self, kind: Kind, major: &str, now: Timestamp) -> (Option<Standing>, Option<Refusal>) {
        self.counters.requests += 1;
        let Some(bucket) = self.limits.bucket(kind).filter(|_| self.limits.on) else {
            return (None, None);
        };
        let counted = !matches!(kind, Kind::Free | Kind::Interaction);
        if counted && let Err(retry_after) = take(&mut self.global, self.limits.global, now) {
            self.counters.global_429 += 1;
            return (
                None,
                Some(Refusal {
                    retry_after,
                    scope: Scope::Global,
                }),
            );
        }
        let key = (kind, major.to_owned());
        let mut window = self.routes.get(&key).copied();
        let taken = take(&mut window, bucket, now);
        let Some(window) = window else { return (None, None) };
        self.routes.insert(key, window);
        let remaining = bucket.limit.saturating_sub(window.used);
        let standing = Standing {
            kind,
            limit: bucket.limit,
            remaining,
            ends: window.ends,
            now,
        };
        let refusal = taken.err().map(|retry_after| Refusal {
            retry_after,
            scope: Scope::User,
        });
        self.counters.route_429 += u64::from(refusal.is_some());
        (Some(standing), refusal)
    }

    /// Counts an invalid request.
    pub(crate) fn count_invalid(&mut self, status: u16, shared: bool, now: Timestamp) {
        if matches!(status, 401 | 403) || (status == 429 && !shared) {
            self.counters.invalid += 1;
            // The outcome is read by `banned` when the next request comes.
            let _ = take(&mut self.invalid, self.limits.invalid, now);
        }
    }

    /// Whether the address is banned for its invalid requests.
    pub(crate) fn banned(&self, now: Timestamp) -> bool {
        self.invalid
            .is_some_and(|window| now < window.ends && window.used >= self.limits.invalid.limit)
    }
}

/// Takes one from a window, or says how long until it ends.
fn take(window: &mut Option<Window>, bucket: Bucket, now: Timestamp) -> Result<(), Duration> {
    let open = window.filter(|window| now < window.ends);
    let current = open.unwrap_or_else(|| Window {
        used: 0,
        ends: now + SignedDuration::try_from(bucket.per).unwrap_or_default(),
    });
    if current.used >= bucket.limit {
        return Err(super::snowflake::since(current.ends, now));
    }
    *window = Some(Window {
        used: current.used + 1,
        ..current
    });
    Ok(())
}
