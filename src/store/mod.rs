//! The log of every session and its indexes. What `append` acknowledged is there after a crash or a power cut.
//!
//! The interface speaks of sessions, not of a database: the back ends are a closed set behind it and pass one suite,
//! `tests/store_suite.rs`. A read may see an append a moment before it is acknowledged, never one that failed.

mod error;
mod outcome;
mod query;
mod record;
mod sled;
mod summary;
mod transfer;

use std::path::PathBuf;

pub use self::{
    error::StoreError,
    outcome::{Erase, Erased, Exported, Imported, Verified},
    query::{Cursor, DEFAULT_LIMIT, Page, Query},
    summary::{Status, Summary},
};
use crate::{
    domain::ids::SessionId,
    interview::event::{ContentHash, Recorded},
};

/// How much of the log is held in memory unless the options say otherwise.
pub const DEFAULT_CACHE_BYTES: u64 = 64 << 20;

/// Where the store is and how much memory it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// The folder. Created where it is missing.
    pub folder: PathBuf,
    /// How much of the log is held in memory, in bytes.
    pub cache_bytes: u64,
}

impl StoreOptions {
    /// The folder with everything else as by default.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        StoreOptions {
            folder: folder.into(),
            cache_bytes: DEFAULT_CACHE_BYTES,
        }
    }
}

/// What is added to a session, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    /// The session.
    pub session: SessionId,
    /// The number of the first new event, which is the number of events stored so far.
    pub expected: u64,
    /// The new events, numbered on from `expected`. May be empty where only the summary changes.
    pub events: Vec<Recorded>,
    /// Keys that no earlier append of this session had: one message of a front end is one turn.
    pub keys: Vec<String>,
    /// The session's summary with the new events.
    pub summary: Summary,
}

/// The store. Cheap to clone; every clone is the same store. The last one to go closes it.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
}

#[derive(Debug, Clone)]
enum Backend {
    Sled(sled::SledStore),
}

impl Store {
    /// Opens the store, and creates it where there is none. Blocks: call it before anything else runs, or on a blocking thread.
    ///
    /// A damaged store is moved aside within its folder and never deleted; `StoreError::Damaged` says where to. The folder is then
    /// empty, and opening it again begins a new store.
    pub fn open(options: &StoreOptions) -> Result<Store, StoreError> {
        let backend = Backend::Sled(sled::SledStore::open(options)?);
        Ok(Store { backend })
    }

    /// Adds events to a session. Durable when it returns. Where the caller goes away meanwhile it is still done.
    pub async fn append(&self, append: Append) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.append(append).await,
        }
    }

    /// The events of a session, each checked: `NotFound` where there is none, `DamagedSession` where one is not what was stored.
    pub async fn load(&self, session: &SessionId) -> Result<Vec<Recorded>, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.load(session).await,
        }
    }

    /// Keeps a text under its hash, once. Durable when it returns.
    pub async fn keep(&self, text: &str) -> Result<ContentHash, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.keep(text).await,
        }
    }

    /// The text with this hash, checked.
    pub async fn content(&self, hash: &str) -> Result<Option<String>, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.content(hash).await,
        }
    }

    /// A session's summary.
    pub async fn summary(&self, session: &SessionId) -> Result<Option<Summary>, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.summary(session).await,
        }
    }

    /// One page of sessions, newest first. A limit of 0 counts as 1, one over 1,000 as 1,000.
    pub async fn list(&self, query: &Query) -> Result<Page, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.list(query).await,
        }
    }

    /// How many sessions match, whatever the page.
    pub async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.count(query).await,
        }
    }

    /// Up to ten sessions whose name begins so, sorted.
    pub async fn find(&self, prefix: &str) -> Result<Vec<SessionId>, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.find(prefix).await,
        }
    }

    /// Erases, so that no byte of it is left in the store's files. Survives a crash: what was begun is finished at the next open.
    ///
    /// Writes the whole store anew: takes as much free space as the store has, and appends wait meanwhile.
    pub async fn erase(&self, what: Erase) -> Result<Erased, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.erase(what).await,
        }
    }

    /// Writes the sessions that match as JSON lines, oldest first, each checked.
    pub async fn export(&self, query: &Query, out: &mut (dyn std::io::Write + Send)) -> Result<Exported, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.export(query, out).await,
        }
    }

    /// Takes over an export. The whole file is checked before anything of it is kept; a session that is here already is skipped.
    pub async fn import(&self, input: &mut (dyn std::io::BufRead + Send)) -> Result<Imported, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.import(input).await,
        }
    }

    /// Checks the whole store: every chain, every list both ways, every content, and that nothing is missing. Reads everything.
    pub async fn verify(&self) -> Result<Verified, StoreError> {
        match &self.backend {
            Backend::Sled(store) => store.verify().await,
        }
    }

    /// Writes what waits and lets go of the folder before it returns. Every clone is closed with it.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.backend {
            Backend::Sled(store) => store.close().await,
        }
    }
}
