//! The one API that every front end uses: open and resume sessions, and read what was stored of them.
//!
//! A session runs in a task of its own that takes its inputs from a channel. An answer is durable before anything reacts to it.

mod clock;
mod error;
mod frozen;
mod live;
mod names;
mod notes;
mod records;
mod summary;
mod unfinished;

use std::{collections::BTreeMap, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        case::Case,
        ids::{CaseId, GuildId, PersonaId, SessionId, UserId},
        persona::Persona,
    },
    interview::{
        self, Interview, Pool, Wanted,
        event::{Engine, Event, Mode, Opened, Recorded},
    },
    library::Library,
    panel::Panel,
    store::{Append, Query, Status, Store},
};

pub use clock::{Stopwatch, now_ms};
pub use error::ServiceError;
pub use live::{Input, Live, Speaker, Update};
pub use notes::Notes;
pub use records::{Picked, Selector};
pub use unfinished::Unfinished;

/// What a session should be.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The candidate.
    pub user: UserId,
    /// Where.
    pub guild: GuildId,
    /// How long.
    pub mode: Mode,
    /// What is fixed of it.
    pub wanted: Wanted,
    /// Who judges and speaks.
    pub engine: Engine,
    /// The seed of every draw; drawn where none is given.
    pub seed: Option<u64>,
}

/// The service behind every front end. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
    library: Arc<Library>,
    panel: Panel,
    answer_chars: usize,
    stop: CancellationToken,
}

impl Service {
    /// Puts the parts together. `stop` ends every session task after the step in hand.
    #[must_use]
    pub fn new(
        store: Store,
        library: Arc<Library>,
        panel: Panel,
        answer_chars: usize,
        stop: CancellationToken,
    ) -> Service {
        Service {
            store,
            library,
            panel,
            answer_chars,
            stop,
        }
    }

    /// The files in use.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Opens a session and starts its task.
    pub async fn open(&self, new: NewSession) -> Result<Live, ServiceError> {
        if new.engine == Engine::Llm && !self.panel.has_model() {
            return Err(ServiceError::NoModel);
        }
        let seed = match new.seed {
            Some(seed) => seed,
            None => names::random_u64()?,
        };
        let personas: BTreeMap<PersonaId, &Persona> = self
            .library
            .personas
            .iter()
            .map(|(id, persona)| (id.clone(), &*persona.value))
            .collect();
        let cases: BTreeMap<CaseId, &Case> = self
            .library
            .cases
            .iter()
            .map(|(id, case)| (id.clone(), &*case.value))
            .collect();
        let rounds = interview::draw(
            Pool {
                personas: &personas,
                cases: &cases,
            },
            new.mode,
            &new.wanted,
            seed,
        )?;
        let frozen = frozen::keep(&self.store, &self.library, &rounds).await?;
        let materials = frozen::from_library(&self.library, &rounds);
        let opened = Opened {
            user: new.user,
            guild: new.guild,
            mode: new.mode,
            seed,
            rounds,
            engine: new.engine,
            frozen,
        };
        let first = Recorded {
            seq: 0,
            at_ms: now_ms(),
            event: Event::Opened(Box::new(opened)),
        };
        let interview = Interview::open(Arc::new(materials), &first).ok_or(ServiceError::Incomplete)?;
        let session = names::session_id(first.at_ms)?;
        let append = Append {
            session: session.clone(),
            expected: 0,
            events: vec![first],
            keys: Vec::new(),
            summary: summary::of(&session, &interview),
        };
        self.store.append(append).await?;
        self.start(session, interview, false).await
    }

    /// Goes on with a stored session.
    pub async fn resume(&self, session: SessionId) -> Result<Live, ServiceError> {
        let interview = self.interview(&session).await?;
        if interview.ended().is_some() {
            return Err(ServiceError::Ended { session });
        }
        self.start(session, interview, true).await
    }

    /// The newest session of a candidate that can be resumed.
    pub async fn resumable(&self, user: &UserId) -> Result<Option<SessionId>, ServiceError> {
        let mut found = Vec::new();
        for status in [Status::Open, Status::Paused] {
            let query = Query {
                status: Some(status),
                limit: 1,
                ..Query::of(user)
            };
            found.extend(self.store.list(&query).await?.sessions);
        }
        found.sort_by_key(|summary| summary.updated_ms);
        Ok(found.pop().map(|summary| summary.session))
    }

    /// A stored session, folded.
    pub async fn interview(&self, session: &SessionId) -> Result<Interview, ServiceError> {
        let log = self.store.load(session).await?;
        let Some(Event::Opened(opened)) = log.first().map(|recorded| &recorded.event) else {
            return Err(ServiceError::NoSession {
                asked: session.to_string(),
            });
        };
        let materials = frozen::load(&self.store, &opened.frozen).await?;
        Interview::fold(Arc::new(materials), &log).ok_or(ServiceError::Incomplete)
    }

    /// Stops every session task and closes the store.
    pub async fn close(self) -> Result<(), ServiceError> {
        self.stop.cancel();
        Ok(self.store.close().await?)
    }

    async fn start(&self, session: SessionId, interview: Interview, resumed: bool) -> Result<Live, ServiceError> {
        let elsewhere = self.spent_today(&session, &interview.opened().user).await?;
        Ok(live::start(live::Parts {
            session,
            interview,
            store: self.store.clone(),
            panel: self.panel.clone(),
            answer_chars: self.answer_chars,
            spent_elsewhere: elsewhere,
            stop: self.stop.child_token(),
            resumed,
        }))
    }

    /// Tokens of the user's other sessions opened within a day.
    async fn spent_today(&self, session: &SessionId, user: &UserId) -> Result<u64, ServiceError> {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        let query = Query {
            since_ms: Some(now_ms() - DAY_MS),
            limit: 1000,
            ..Query::of(user)
        };
        let page = self.store.list(&query).await?;
        Ok(page
            .sessions
            .iter()
            .filter(|summary| summary.session != *session)
            .map(|summary| summary.tokens)
            .sum())
    }
}
