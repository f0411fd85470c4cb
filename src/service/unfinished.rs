//! What a front end with many people asks of the service: which sessions are open, whose one is, and a person's data.

use super::{Service, ServiceError};
use crate::{
    domain::ids::{GuildId, SessionId, UserId},
    store::{Erase, Query, Status, Summary},
};

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The session.
    pub session: SessionId,
    /// The candidate.
    pub user: UserId,
    /// Where it is held.
    pub guild: GuildId,
    /// Whether it rests.
    pub paused: bool,
}

impl Service {
    /// Every session that has not ended; of one candidate where one is named.
    pub async fn unfinished(&self, user: Option<&UserId>) -> Result<Vec<Unfinished>, ServiceError> {
        let mut found = Vec::new();
        for status in [Status::Open, Status::Paused] {
            let mut query = Query {
                user: user.cloned(),
                status: Some(status),
                limit: 500,
                ..Query::all()
            };
            loop {
                let page = self.store.list(&query).await?;
                found.extend(page.sessions.into_iter().map(unfinished));
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(found)
    }

    /// Whose a session is; none where there is no such session.
    pub async fn owner(&self, session: &SessionId) -> Result<Option<UserId>, ServiceError> {
        Ok(self.store.summary(session).await?.map(|summary| summary.user))
    }

    /// A candidate's newest sessions, as a name and a line for a list.
    pub async fn recent(&self, user: &UserId, limit: usize) -> Result<Vec<Unfinished>, ServiceError> {
        let query = Query {
            limit,
            ..Query::of(user)
        };
        Ok(self
            .store
            .list(&query)
            .await?
            .sessions
            .into_iter()
            .map(unfinished)
            .collect())
    }

    /// How many sessions a candidate has opened somewhere since a time, in milliseconds since 1970.
    pub async fn started(&self, user: &UserId, guild: &GuildId, since_ms: i64) -> Result<u64, ServiceError> {
        let query = Query {
            guild: Some(guild.clone()),
            since_ms: Some(since_ms),
            ..Query::of(user)
        };
        Ok(self.store.count(&query).await?)
    }

    /// Erases one session; how many events went.
    pub async fn erase_session(&self, session: SessionId) -> Result<u64, ServiceError> {
        Ok(self.erase(Erase::Session(session)).await?.events)
    }

    /// Erases every session of a candidate; how many sessions went.
    pub async fn erase_user(&self, user: UserId) -> Result<u64, ServiceError> {
        Ok(self.erase(Erase::User(user)).await?.sessions)
    }

    /// Everything stored of a candidate, as JSON lines.
    pub async fn export_of(&self, user: &UserId) -> Result<Vec<u8>, ServiceError> {
        let mut out = Vec::new();
        self.export(&Query::of(user), &mut out).await?;
        Ok(out)
    }
}

fn unfinished(summary: Summary) -> Unfinished {
    Unfinished {
        session: summary.session,
        user: summary.user,
        guild: summary.guild,
        paused: summary.status == Status::Paused,
    }
}
