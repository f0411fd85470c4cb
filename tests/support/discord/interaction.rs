//! One use of a command, a button, a select or a modal, from the press to its last follow-up.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::snowflake::Snowflake;

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Component,
    Autocomplete,
    Modal,
}

impl Kind {
    /// Its number on the wire.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// How the bot answered first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Response {
    Message,
    Deferred,
    Update,
    DeferredUpdate,
    Choices(Vec<Value>),
    Modal(Value),
}

/// An interaction.
#[derive(Debug, Clone)]
pub(crate) struct Interaction {
    pub id: Snowflake,
    pub token: String,
    pub kind: Kind,
    pub user: Snowflake,
    pub channel: Snowflake,
    pub created: Timestamp,
    /// When it was sent in real time; the deadline of the first answer is held by that.
    pub sent: Timestamp,
    /// The message whose component was used, or from which the modal came.
    pub source: Option<Snowflake>,
    pub response: Option<Response>,
    /// How long the first answer took.
    pub latency: Option<Duration>,
    /// Its answer, once there is one; for components, the message they sit on.
    pub original: Option<Snowflake>,
    /// The deferred answer is still loading.
    pub loading: bool,
    pub followups: Vec<Snowflake>,
}

/// The first answer must come within this.
pub(crate) const FIRST_ANSWER: Duration = Duration::from_secs(3);
/// The token lasts this long.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_mins(15);
