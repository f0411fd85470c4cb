//! Ids, and the one clock of the fake: real time, which a test can move ahead.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// One of Discord's ids; on the wire it is a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Snowflake(pub u64);

impl fmt::Display for Snowflake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Snowflake {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl From<u64> for Snowflake {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl From<&Self> for Snowflake {
    fn from(id: &Self) -> Self {
        *id
    }
}

impl From<Snowflake> for Value {
    fn from(id: Snowflake) -> Self {
        Self::String(id.to_string())
    }
}

impl Snowflake {
    /// Reads an id as JSON carries it: a string, or a number where Discord takes one.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().map(Self),
            _ => None,
        }
    }
}

/// Hands out times and ids.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: Duration,
    last: u64,
}

impl Clock {
    /// The time as Discord sees it: messages, tokens and nonces live by it.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::try_from(self.ahead).unwrap_or_default()
    }

    /// Moves Discord's time ahead of the real one.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead += by;
    }

    /// An id newer than all before it.
    pub(crate) fn next(&mut self) -> Snowflake {
        let age = u64::try_from(self.now().as_millisecond() - DISCORD_EPOCH_MS).unwrap_or_default();
        self.last = (age << 22).max(self.last + 1);
        Snowflake(self.last)
    }
}

/// The time since `then`, never negative.
pub(crate) fn since(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}
