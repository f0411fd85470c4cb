//! What was stored, for the front ends: which session is meant, its debrief, and lists.

use std::io::{BufRead, Write};

use super::{Service, ServiceError};
use crate::{
    domain::ids::{SessionId, UserId},
    interview::{event::Mode, printable},
    report::{self, Comparison, Debrief, History, HistoryEntry, Point},
    store::{Erase, Erased, Exported, Imported, Page, Query, Status, Summary, Verified},
};

/// Which session somebody means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The newest.
    Last,
    /// The one whose name begins so.
    Named(String),
}

/// A session somebody picked.
pub type Picked = SessionId;

impl std::str::FromStr for Selector {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "last" {
            Selector::Last
        } else {
            Selector::Named(text.to_owned())
        })
    }
}

impl Service {
    /// The session that is meant, among all that are stored for `Named`, among the user's for `Last`.
    pub async fn pick(&self, user: &UserId, selector: &Selector) -> Result<Picked, ServiceError> {
        match selector {
            Selector::Last => {
                let query = Query {
                    limit: 1,
                    ..Query::of(user)
                };
                let page = self.store.list(&query).await?;
                page.sessions
                    .into_iter()
                    .next()
                    .map(|summary| summary.session)
                    .ok_or(ServiceError::NoneYet)
            }
            Selector::Named(prefix) => {
                let found = self.store.find(prefix).await?;
                match found.as_slice() {
                    [] => Err(ServiceError::NoSession {
                        asked: printable(prefix),
                    }),
                    [one] => Ok(one.clone()),
                    [exact, ..] if exact.as_str() == prefix => Ok(exact.clone()),
                    several => Err(ServiceError::Ambiguous {
                        asked: printable(prefix),
                        found: several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    }),
                }
            }
        }
    }

    /// The debrief of a stored session: the same each time, since it is computed from the log alone.
    pub async fn debrief(&self, session: &SessionId) -> Result<Debrief, ServiceError> {
        let interview = self.interview(session).await?;
        Ok(report::debrief(session, &interview, &self.library.drills))
    }

    /// Two sessions side by side.
    pub async fn compare(&self, a: &SessionId, b: &SessionId) -> Result<Comparison, ServiceError> {
        Ok(report::compare(&self.debrief(a).await?, &self.debrief(b).await?))
    }

    /// A page of sessions, newest first.
    pub async fn list(&self, query: &Query) -> Result<Page, ServiceError> {
        Ok(self.store.list(query).await?)
    }

    /// A user's newest sessions as a report.
    pub async fn history(&self, user: &UserId, limit: usize) -> Result<History, ServiceError> {
        let page = self
            .store
            .list(&Query {
                limit,
                ..Query::of(user)
            })
            .await?;
        Ok(report::history(
            page.sessions.iter().map(|summary| self.entry(summary)).collect(),
        ))
    }

    /// A user's sessions as points of a trend, oldest first.
    pub async fn points(&self, user: &UserId) -> Result<Vec<Point>, ServiceError> {
        let mut points = Vec::new();
        let mut query = Query {
            limit: 500,
            ..Query::of(user)
        };
        loop {
            let page = self.store.list(&query).await?;
            points.extend(
                page.sessions
                    .iter()
                    .filter(|summary| summary.score.is_some())
                    .map(point),
            );
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        points.reverse();
        Ok(points)
    }

    /// Erases a session or a user's sessions so that no byte of their text is left.
    pub async fn erase(&self, what: Erase) -> Result<Erased, ServiceError> {
        Ok(self.store.erase(what).await?)
    }

    /// The query that finds one session.
    pub async fn query_of(&self, session: &SessionId) -> Result<Query, ServiceError> {
        let summary = self.store.summary(session).await?;
        let summary = summary.ok_or_else(|| ServiceError::NoSession {
            asked: session.to_string(),
        })?;
        let (since_ms, until_ms) = (Some(summary.opened_ms), Some(summary.opened_ms + 1));
        Ok(Query {
            session: Some(session.clone()),
            since_ms,
            until_ms,
            ..Query::of(&summary.user)
        })
    }

    /// Writes sessions as JSON lines.
    pub async fn export(&self, query: &Query, out: &mut (dyn Write + Send)) -> Result<Exported, ServiceError> {
        Ok(self.store.export(query, out).await?)
    }

    /// Reads what an export wrote.
    pub async fn import(&self, input: &mut (dyn BufRead + Send)) -> Result<Imported, ServiceError> {
        Ok(self.store.import(input).await?)
    }

    /// Checks every log and index.
    pub async fn verify(&self) -> Result<Verified, ServiceError> {
        Ok(self.store.verify().await?)
    }

    fn entry(&self, summary: &Summary) -> HistoryEntry {
        let lead = self.library.personas.get(&summary.lead);
        HistoryEntry {
            point: point(summary),
            mode: match summary.mode {
                Mode::Quick => "quick",
                Mode::Round => "round",
                Mode::Loop => "loop",
            }
            .to_owned(),
            lead: lead.map_or_else(|| summary.lead.to_string(), |persona| persona.value.name.clone()),
            status: match summary.status {
                Status::Open => "open",
                Status::Paused => "paused",
                Status::Finished => "finished",
            }
            .to_owned(),
            answers: summary.answers,
        }
    }
}

fn point(summary: &Summary) -> Point {
    Point {
        session: summary.session.clone(),
        opened_ms: summary.opened_ms,
        rounds: summary.rounds.clone(),
        cases: summary.cases.clone(),
        levels: summary.levels.clone(),
        verdict: summary.verdict.clone(),
        score: summary.score,
        judges: summary.judges.clone(),
        rubric: summary.rubric.clone(),
    }
}
