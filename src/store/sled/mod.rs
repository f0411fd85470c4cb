//! The store on sled: one folder, one process, one thread that writes.
//!
//! Reads run on blocking threads and never wait for a write; every write goes through the committer. Nothing of sled's is named
//! outside of this folder, and nothing of it, not even a panic, gets out.

mod committer;
mod engine;
mod head;
mod keys;
mod layout;
mod quiet;
mod read;
mod rewrite;
mod transfer;
mod value;
mod verify;
mod view;
mod write;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use tokio::sync::{mpsc, oneshot};

use self::{
    committer::{Committer, Job, QUEUE_LIMIT, Request, Shared, Work},
    engine::{Engine, OpenError},
    head::Totals,
    layout::{Current, Layout},
    view::View,
};
use super::{
    Append, Erase, Erased, Exported, Imported, Page, Query, StoreError, StoreOptions, Summary, Verified,
    record::content_hash,
};
use crate::{
    domain::ids::SessionId,
    interview::event::{ContentHash, Recorded},
};

/// The store on sled.
#[derive(Debug, Clone)]
pub(super) struct SledStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    /// Taken when the store is dropped, so that the committer ends.
    requests: Option<mpsc::Sender<Request>>,
    committer: Mutex<Option<JoinHandle<()>>>,
    spool: PathBuf,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.requests = None;
        self.join();
    }
}

impl Inner {
    /// Waits until the committer has let go of the folder.
    fn join(&self) {
        let handle = self.committer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle {
            let _ = handle.join();
        }
    }
}

impl SledStore {
    /// Opens the folder, creates it where it is missing, and finishes what a crash cut off.
    pub(super) fn open(options: &StoreOptions) -> Result<SledStore, StoreError> {
        quiet::install();
        let layout = Layout::take(&options.folder)?;
        layout.probe()?;
        let (engine, totals, generation) = open_current(&layout, options.cache_bytes)?;
        let shared = Arc::new(Shared::new(engine));
        let intent = layout.intent()?;
        let spool = layout.spool();
        let mut committer = Committer {
            shared: Arc::clone(&shared),
            layout,
            cache_bytes: options.cache_bytes,
            generation,
            totals,
            kept: HashMap::new(),
        };
        if let Some(intent) = intent {
            committer.finish_erasing(intent)?;
        }
        let (requests, waiting) = mpsc::channel(QUEUE_LIMIT);
        let handle = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || committer.run(waiting))
            .map_err(|source| StoreError::Io {
                doing: "start its thread",
                source,
            })?;
        Ok(SledStore {
            inner: Arc::new(Inner {
                shared,
                requests: Some(requests),
                committer: Mutex::new(Some(handle)),
                spool,
            }),
        })
    }

    pub(super) async fn append(&self, append: Append) -> Result<(), StoreError> {
        let prepared = Box::new(write::prepare(append)?);
        self.write(Job::Append(prepared)).await.map(drop)
    }

    pub(super) async fn keep(&self, text: &str) -> Result<ContentHash, StoreError> {
        let hash = content_hash(text);
        let job = Job::Keep {
            hash: hash.clone(),
            text: text.to_owned(),
        };
        self.write(job).await.map(|_| hash)
    }

    pub(super) async fn content(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let hash = hash.to_owned();
        self.read(move |view| read::content(view, &hash)).await
    }

    pub(super) async fn load(&self, session: &SessionId) -> Result<Vec<Recorded>, StoreError> {
        let session = session.clone();
        self.read(move |view| read::load(view, &session)).await
    }

    pub(super) async fn summary(&self, session: &SessionId) -> Result<Option<Summary>, StoreError> {
        let session = session.clone();
        self.read(move |view| view.summary(&session)).await
    }

    pub(super) async fn list(&self, query: &Query) -> Result<Page, StoreError> {
        let query = query.clone();
        self.read(move |view| read::list(view, &query)).await
    }

    pub(super) async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        let query = query.clone();
        self.read(move |view| read::count(view, &query)).await
    }

    pub(super) async fn find(&self, prefix: &str) -> Result<Vec<SessionId>, StoreError> {
        let prefix = prefix.to_owned();
        self.read(move |view| read::find(view, &prefix)).await
    }

    pub(super) async fn erase(&self, what: Erase) -> Result<Erased, StoreError> {
        self.ask(|reply| Request::Erase { what, reply }).await?
    }

    pub(super) async fn export(
        &self,
        query: &Query,
        out: &mut (dyn std::io::Write + Send),
    ) -> Result<Exported, StoreError> {
        transfer::export(self, query, out).await
    }

    pub(super) async fn import(&self, input: &mut (dyn std::io::BufRead + Send)) -> Result<Imported, StoreError> {
        transfer::import(self, input).await
    }

    pub(super) async fn verify(&self) -> Result<Verified, StoreError> {
        self.read(|view| Ok(verify::verify(view))).await
    }

    /// Writes what waits, and lets go of the folder before it returns. Every other handle is closed with it.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        match self.ask(|reply| Request::Stop { reply }).await {
            Ok(()) | Err(StoreError::Closed) => {}
            Err(error) => return Err(error),
        }
        blocking(move || self.inner.join()).await
    }

    /// Has something written, and waits until it is durable.
    async fn write(&self, job: Job) -> Result<Imported, StoreError> {
        self.ask(|reply| Request::Work(Work { job, reply })).await?
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let requests = self.inner.requests.as_ref().ok_or(StoreError::Closed)?;
        requests.send(request(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)
    }

    /// Reads on a blocking thread. Where a failure left the log shut, opens it again first.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(View<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.inner.shared.is_shut() {
            self.ask(|reply| Request::Recover { reply }).await??;
        }
        let shared = Arc::clone(&self.inner.shared);
        blocking(move || shared.read(work)).await?
    }
}

/// Runs something on a blocking thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Unusable {
            detail: "reading them broke off".to_owned(),
        })
}

/// Opens the generation that counts, or begins the first. A damaged one is moved aside.
fn open_current(layout: &Layout, cache_bytes: u64) -> Result<(Engine, Totals, u64), StoreError> {
    let generation = match layout.current()? {
        Current::Nothing => return create(layout, cache_bytes),
        Current::Broken => return Err(move_aside(layout, "its file `current` can't be read".to_owned())),
        Current::Generation(generation) => generation,
    };
    match Engine::open(&layout.generation(generation), cache_bytes) {
        Ok((engine, totals)) => {
            layout.point_to(generation)?;
            layout.tidy(generation)?;
            Ok((engine, totals, generation))
        }
        Err(OpenError::Other(error)) => Err(error),
        Err(OpenError::Broken(detail)) => {
            // Without room sled can break off as well, and that is no damage.
            layout.probe()?;
            Err(move_aside(layout, detail))
        }
    }
}

/// Begins the first generation. It gets its name only once it is whole, so that a crash in between is no damage.
fn create(layout: &Layout, cache_bytes: u64) -> Result<(Engine, Totals, u64), StoreError> {
    let begun = layout.begin_first()?;
    let opened = Engine::create(&begun, cache_bytes).and_then(|engine| {
        engine.close();
        layout.name_first(&begun)?;
        Engine::open(&layout.generation(1), cache_bytes)
    });
    match opened {
        Ok((engine, totals)) => {
            layout.point_to(1)?;
            Ok((engine, totals, 1))
        }
        Err(OpenError::Other(error)) => Err(error),
        Err(OpenError::Broken(detail)) => Err(move_aside(layout, detail)),
    }
}

fn move_aside(layout: &Layout, detail: String) -> StoreError {
    match layout.move_aside() {
        Ok(moved_to) => StoreError::Damaged { moved_to, detail },
        Err(error) => error,
    }
}
