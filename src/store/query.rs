//! Which sessions a list, a count or an export is about, and where a page ends.

use serde::{Deserialize, Serialize};

use super::{Status, Summary};
use crate::domain::ids::{GuildId, SessionId, UserId};

/// How many sessions a page holds unless the query says otherwise.
pub const DEFAULT_LIMIT: usize = 20;

/// Which sessions are meant. Every field that is set narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// This one. Narrow it by its candidate and time too, so that no long list is walked for it.
    pub session: Option<SessionId>,
    /// Of this candidate.
    pub user: Option<UserId>,
    /// Held here.
    pub guild: Option<GuildId>,
    /// Opened at this time or later, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Opened before this time, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Standing so.
    pub status: Option<Status>,
    /// The most sessions of one page. `count` and `export` take no notice of it.
    pub limit: usize,
    /// Where the page before ended. `count` and `export` take no notice of it.
    pub after: Option<Cursor>,
}

impl Default for Query {
    fn default() -> Self {
        Query::all()
    }
}

impl Query {
    /// Every session.
    #[must_use]
    pub fn all() -> Self {
        Query {
            session: None,
            user: None,
            guild: None,
            since_ms: None,
            until_ms: None,
            status: None,
            limit: DEFAULT_LIMIT,
            after: None,
        }
    }

    /// Every session of a candidate.
    #[must_use]
    pub fn of(user: &UserId) -> Self {
        Query {
            user: Some(user.clone()),
            ..Query::all()
        }
    }
}

/// The last session of a page; the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// Its name.
    pub session: SessionId,
}

/// One page of a list, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The sessions.
    pub sessions: Vec<Summary>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}
