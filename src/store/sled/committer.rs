//! The one thread that writes. It takes what waits, writes each batch, makes all of them durable with one flush, then answers all.
//!
//! Nothing is acknowledged before it is durable. Where the flush fails, nothing of the group is: the readers see the store as it was
//! before, and the next write first opens the log again and takes back whatever of the group got through.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::{mpsc, oneshot};

use super::{
    super::{Erase, Erased, Imported, StoreError, transfer::SealedSession},
    engine::{Engine, OpenError, guarded},
    head::Totals,
    keys,
    layout::{Current, Intent, Layout},
    rewrite,
    value::Write,
    view::{Undo, View},
    write::{self, Prepared},
};
use crate::interview::event::ContentHash;

/// The most pieces of work one flush covers.
const GROUP_LIMIT: usize = 256;
/// How many may wait; whoever comes then waits before asking.
pub(super) const QUEUE_LIMIT: usize = 1_024;

/// What the committer is asked.
#[derive(Debug)]
pub(super) enum Request {
    /// To write something.
    Work(Work),
    /// To erase.
    Erase {
        what: Erase,
        reply: oneshot::Sender<Result<Erased, StoreError>>,
    },
    /// To open the log again after a failure.
    Recover {
        reply: oneshot::Sender<Result<(), StoreError>>,
    },
    /// To close everything.
    Stop { reply: oneshot::Sender<()> },
}

/// Something to write, and whom to tell. The answer says what came new; only an import looks at it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) job: Job,
    pub(super) reply: oneshot::Sender<Result<Imported, StoreError>>,
}

/// Something to write.
#[derive(Debug)]
pub(super) enum Job {
    /// Events of a session.
    Append(Box<Prepared>),
    /// A content.
    Keep { hash: ContentHash, text: String },
    /// Contents and whole sessions.
    Import {
        contents: Vec<(ContentHash, String)>,
        sessions: Vec<SealedSession>,
    },
}

/// What readers and the committer share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    slot: RwLock<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    /// None while it can't be opened, and once closed.
    engine: Option<Engine>,
    /// What a failed write may have changed.
    undo: Undo,
    /// Why nothing can be written, or read where there is no engine.
    failure: Option<StoreError>,
    closed: bool,
}

impl Slot {
    fn view(&self) -> Result<View<'_>, StoreError> {
        match &self.engine {
            Some(engine) => Ok(View::new(engine, &self.undo)),
            None if self.closed => Err(StoreError::Closed),
            None => Err(self.failure.as_ref().map_or(StoreError::Closed, StoreError::again)),
        }
    }
}

impl Shared {
    pub(super) fn new(engine: Engine) -> Shared {
        Shared {
            slot: RwLock::new(Slot {
                engine: Some(engine),
                ..Slot::default()
            }),
        }
    }

    /// Reads. An erasure and the closing wait until it is done.
    pub(super) fn read<T>(&self, work: impl FnOnce(View<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        let view = slot.view()?;
        guarded(|| work(view)).map_err(|error| match (&slot.failure, &error) {
            // After a failed write, pages that never reached the disk can't be read: the failure is the cause.
            (Some(failure), StoreError::Unusable { .. } | StoreError::Io { .. }) => failure.again(),
            _ => error,
        })
    }

    /// Whether the log has to be opened again before anything can be read.
    pub(super) fn is_shut(&self) -> bool {
        let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        slot.engine.is_none() && !slot.closed
    }

    fn change<T>(&self, work: impl FnOnce(&mut Slot) -> T) -> T {
        work(&mut self.slot.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The one who writes.
#[derive(Debug)]
pub(super) struct Committer {
    pub(super) shared: Arc<Shared>,
    pub(super) layout: Layout,
    pub(super) cache_bytes: u64,
    pub(super) generation: u64,
    pub(super) totals: Totals,
    /// Contents kept for a session that has not been opened yet, with how many wait: an erasure leaves them.
    pub(super) kept: HashMap<ContentHash, u64>,
}

/// What a group did so far.
struct Group {
    totals: Totals,
    undo: Undo,
    answers: Vec<Result<Imported, StoreError>>,
}

impl Committer {
    /// Works until it is told to stop or nobody is left to ask.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(first) = requests.blocking_recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(request) = next.take() {
                match request {
                    Request::Work(work) => {
                        group.push(work);
                        if group.len() < GROUP_LIMIT {
                            next = requests.try_recv().ok();
                        }
                    }
                    Request::Erase { what, reply } => {
                        self.commit(std::mem::take(&mut group));
                        let _ = reply.send(self.erase(what));
                    }
                    Request::Recover { reply } => {
                        self.commit(std::mem::take(&mut group));
                        let _ = reply.send(self.ready());
                    }
                    Request::Stop { reply } => {
                        self.commit(group);
                        self.close();
                        let _ = reply.send(());
                        return;
                    }
                }
            }
            self.commit(group);
        }
        self.close();
    }

    /// Lets go of the log and of the folder.
    fn close(self) {
        let engine = self.shared.change(|slot| {
            slot.closed = true;
            slot.engine.take()
        });
        if let Some(engine) = engine {
            engine.close();
        }
    }

    /// Writes a group and answers all of it.
    fn commit(&mut self, group: Vec<Work>) {
        if group.is_empty() {
            return;
        }
        let (jobs, replies): (Vec<Job>, Vec<_>) = group.into_iter().map(|work| (work.job, work.reply)).unzip();
        let answers = match self.ready().and_then(|()| self.write(&jobs)) {
            Ok(answers) => answers,
            Err(failure) => jobs.iter().map(|_| Err(failure.again())).collect(),
        };
        for (job, answer) in jobs.iter().zip(&answers) {
            self.note_contents(job, answer.is_ok());
        }
        for (reply, answer) in replies.into_iter().zip(answers) {
            let _ = reply.send(answer);
        }
    }

    /// Writes a group durably. An error means that nothing of it counts.
    fn write(&mut self, jobs: &[Job]) -> Result<Vec<Result<Imported, StoreError>>, StoreError> {
        let shared = Arc::clone(&self.shared);
        let mut group = Group {
            totals: self.totals,
            undo: Undo::new(),
            answers: Vec::with_capacity(jobs.len()),
        };
        let written = {
            let slot = shared.slot.read().unwrap_or_else(PoisonError::into_inner);
            slot.view().and_then(|view| write_group(view, jobs, &mut group))
        };
        match written {
            Ok(()) => {
                self.totals = group.totals;
                Ok(group.answers)
            }
            Err(failure) => {
                tracing::error!(%failure, "nothing of {} writes was stored", jobs.len());
                shared.change(|slot| {
                    slot.undo = group.undo;
                    slot.failure = Some(failure.again());
                });
                Err(failure)
            }
        }
    }

    /// Keeps count of contents that wait for their session.
    fn note_contents(&mut self, job: &Job, stored: bool) {
        match job {
            Job::Keep { hash, .. } if stored => *self.kept.entry(hash.clone()).or_default() += 1,
            Job::Append(prepared) if stored => {
                for hash in &prepared.contents {
                    if let Some(waiting) = self.kept.get_mut(hash) {
                        *waiting = waiting.saturating_sub(1);
                    }
                }
                self.kept.retain(|_, waiting| *waiting > 0);
            }
            _ => {}
        }
    }

    /// Makes sure that a write can be tried: after a failure, opens the log again and takes back what was not acknowledged.
    fn ready(&mut self) -> Result<(), StoreError> {
        let failed = self.shared.change(|slot| slot.failure.is_some());
        if !failed {
            return Ok(());
        }
        self.layout.probe()?;
        let shared = Arc::clone(&self.shared);
        shared.change(|slot| self.reopen(slot))?;
        tracing::info!("the store can be written again");
        Ok(())
    }

    fn reopen(&self, slot: &mut Slot) -> Result<(), StoreError> {
        if let Some(engine) = slot.engine.take() {
            engine.close();
        }
        let opened = Engine::open(&self.layout.generation(self.generation), self.cache_bytes);
        let engine = match opened {
            Ok((engine, _)) => engine,
            Err(error) => {
                let error = unusable(error);
                slot.failure = Some(error.again());
                return Err(error);
            }
        };
        let undone = self.take_back(&engine, &slot.undo);
        slot.engine = Some(engine);
        match undone {
            Ok(()) => {
                slot.undo.clear();
                slot.failure = None;
                Ok(())
            }
            Err(error) => {
                slot.failure = Some(error.again());
                Err(error)
            }
        }
    }

    fn take_back(&self, engine: &Engine, undo: &Undo) -> Result<(), StoreError> {
        let writes: Vec<Write> = undo.iter().map(|(key, before)| (key.clone(), before.clone())).collect();
        engine.apply(&writes)?;
        engine.sync(self.totals.commit)
    }

    /// Erases by writing the next generation without it.
    fn erase(&mut self, what: Erase) -> Result<Erased, StoreError> {
        self.ready()?;
        // An earlier erasure may have stopped before its last step.
        self.layout.tidy(self.generation)?;
        let left_aside = self.layout.left_aside()?;
        let targets = self.shared.read(|view| rewrite::targets(view, &what))?;
        if targets.is_empty() {
            return match what {
                Erase::Session(session) => Err(StoreError::NotFound { session: session.0 }),
                Erase::User(_) => Ok(Erased {
                    left_aside,
                    ..Erased::default()
                }),
            };
        }
        self.layout.note_intent(Intent {
            what,
            from: self.generation,
        })?;
        let shared = Arc::clone(&self.shared);
        let folder = self.layout.generation(self.generation + 1);
        let rewritten = shared.read(|view| {
            let plan = rewrite::plan(view, targets, |hash| self.kept.contains_key(hash))?;
            rewrite::rewrite(view, &plan, self.totals, &folder, self.cache_bytes)
        });
        let (engine, totals, erased) = match rewritten {
            Ok(rewritten) => rewritten,
            Err(error) => return Err(self.give_up_erasing(error)),
        };
        self.swap(engine, totals)?;
        Ok(Erased { left_aside, ..erased })
    }

    fn give_up_erasing(&self, error: StoreError) -> StoreError {
        let removed = self.layout.remove_generation(self.generation + 1);
        match removed.and_then(|()| self.layout.forget_intent()) {
            Ok(()) => error,
            Err(other) => {
                tracing::error!(%other, "a half-done erasure could not be taken back; it is finished at the next start");
                error
            }
        }
    }

    /// Makes the next generation the current one and removes the old.
    fn swap(&mut self, engine: Engine, totals: Totals) -> Result<(), StoreError> {
        let next = self.generation + 1;
        if let Err(error) = self.layout.point_to(next)
            // The rename may have come through all the same; then going back would lose what is written from here on.
            && !matches!(self.layout.current(), Ok(Current::Generation(found)) if found == next)
        {
            engine.close();
            return Err(self.give_up_erasing(error));
        }
        let old = self.shared.change(|slot| slot.engine.replace(engine));
        if let Some(old) = old {
            old.close();
        }
        let before = std::mem::replace(&mut self.generation, next);
        self.totals = totals;
        self.layout.remove_generation(before)?;
        self.layout.forget_intent()
    }

    /// Redoes the erasure that a crash cut off.
    pub(super) fn finish_erasing(&mut self, intent: Intent) -> Result<(), StoreError> {
        if intent.from != self.generation {
            return self.layout.forget_intent();
        }
        match self.erase(intent.what) {
            Ok(_) | Err(StoreError::NotFound { .. }) => self.layout.forget_intent(),
            Err(error) => Err(error),
        }
    }
}

/// The error of a log that opened before and does not now.
fn unusable(error: OpenError) -> StoreError {
    match error {
        OpenError::Broken(detail) => StoreError::Unusable { detail },
        OpenError::Other(error) => error,
    }
}

fn write_group(view: View<'_>, jobs: &[Job], group: &mut Group) -> Result<(), StoreError> {
    for job in jobs {
        let answer = match stage(view, group.totals, job) {
            Ok((writes, totals, brought)) => {
                if !writes.is_empty() {
                    write_one(view, writes, totals, group)?;
                }
                Ok(brought)
            }
            Err(error) => Err(error),
        };
        group.answers.push(answer);
    }
    if group.undo.is_empty() {
        return Ok(());
    }
    view.engine().sync(group.totals.commit)
}

fn write_one(view: View<'_>, mut writes: Vec<Write>, mut totals: Totals, group: &mut Group) -> Result<(), StoreError> {
    totals.commit += 1;
    writes.push((keys::TOTALS.into(), Some(totals.encode().into())));
    for (key, _) in &writes {
        if !group.undo.contains_key(key) {
            let before = view.get(key)?;
            group.undo.insert(key.clone(), before);
        }
    }
    view.engine().apply(&writes)?;
    group.totals = totals;
    Ok(())
}

/// What a job writes, what the totals are then, and what comes new.
fn stage(view: View<'_>, mut totals: Totals, job: &Job) -> Result<(Vec<Write>, Totals, Imported), StoreError> {
    let before = totals;
    let mut skipped = 0;
    let writes = match job {
        Job::Append(prepared) => guarded(|| write::append(view, &mut totals, prepared))?,
        Job::Keep { hash, text } => guarded(|| write::content(view, &mut totals, hash, text))?,
        Job::Import { contents, sessions } => {
            let mut writes = Vec::new();
            for (hash, text) in contents {
                writes.extend(guarded(|| write::content(view, &mut totals, hash, text))?);
            }
            for sealed in sessions {
                let session = guarded(|| write::import(view, &mut totals, sealed))?;
                skipped += u64::from(session.is_empty());
                writes.extend(session);
            }
            writes
        }
    };
    let brought = Imported {
        sessions: totals.sessions - before.sessions,
        events: totals.events - before.events,
        contents: totals.contents - before.contents,
        skipped,
    };
    Ok((writes, totals, brought))
}
