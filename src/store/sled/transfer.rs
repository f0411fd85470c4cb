//! Export and import on sled. The caller's reader and writer are used on the caller's task; all else runs on blocking threads.
//!
//! An import is first written to a file beside the log and checked to its last line; only then does anything of it go into the
//! log, some sessions at a time, each whole. A crash in between leaves whole sessions, and the same import again brings the rest.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read as _, Write},
    path::PathBuf,
    sync::Arc,
};

use tokio::sync::oneshot;

use super::{
    super::{
        Exported, Imported, Query, StoreError,
        transfer::{Item, LINE_LIMIT, Reader, SealedSession, Writer},
    },
    Inner, SledStore, blocking,
    committer::{Job, Request, Work},
    read,
};
use crate::interview::event::ContentHash;

/// Sessions read at a time, so that an erasure need not wait for a slow writer.
const STEP: usize = 64;
/// About how much goes into the log with one flush.
const BATCH_BYTES: usize = 512 << 10;
/// About how much of the input is handed over at once.
const CHUNK_BYTES: usize = 1 << 20;

pub(super) async fn export(
    store: &SledStore,
    query: &Query,
    out: &mut (dyn Write + Send),
) -> Result<Exported, StoreError> {
    let query = query.clone();
    let sessions = store.read(move |view| read::matching(view, &query)).await?;
    let mut writer = Writer::default();
    put(out, &writer.header()?)?;
    for hash in contents_of(store, &sessions).await? {
        let wanted = hash.clone();
        if let Some(text) = store.read(move |view| read::content(view, &wanted)).await? {
            put(out, &writer.content(hash, text)?)?;
        }
    }
    for names in sessions.chunks(STEP) {
        let names = names.to_vec();
        let step = store.read(move |view| {
            let sealed = names.iter().map(|session| read::sealed(view, session));
            // One that was erased meanwhile is no longer part of it.
            let there = sealed.filter(|session| !matches!(session, Err(StoreError::NotFound { .. })));
            there.collect::<Result<Vec<_>, _>>()
        });
        for sealed in step.await? {
            put(out, &writer.session(sealed)?)?;
        }
    }
    let (line, exported) = writer.end()?;
    put(out, &line)?;
    out.flush().map_err(write_failed)?;
    Ok(exported)
}

async fn contents_of(
    store: &SledStore,
    sessions: &[crate::domain::ids::SessionId],
) -> Result<BTreeSet<ContentHash>, StoreError> {
    let mut contents = BTreeSet::new();
    for names in sessions.chunks(STEP) {
        let names = names.to_vec();
        let step = store.read(move |view| {
            let mut found = BTreeSet::new();
            for session in &names {
                found.extend(read::contents_of(view, session)?);
            }
            Ok(found)
        });
        contents.extend(step.await?);
    }
    Ok(contents)
}

fn put(out: &mut (dyn Write + Send), bytes: &[u8]) -> Result<(), StoreError> {
    out.write_all(bytes).map_err(write_failed)
}

fn write_failed(source: io::Error) -> StoreError {
    StoreError::Io {
        doing: "write the export",
        source,
    }
}

pub(super) async fn import(store: &SledStore, input: &mut (dyn BufRead + Send)) -> Result<Imported, StoreError> {
    let inner = Arc::clone(&store.inner);
    // Its file goes with it, however this ends.
    let mut intake = blocking(move || Intake::begin(inner)).await??;
    loop {
        let lines = next_lines(input)?;
        if lines.is_empty() {
            break;
        }
        intake = blocking(move || intake.check(lines)).await??;
    }
    blocking(move || intake.bring()).await?
}

/// The next whole lines of the input, about a chunk of them; none at its end.
fn next_lines(input: &mut (dyn BufRead + Send)) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    while bytes < CHUNK_BYTES {
        let mut line = Vec::new();
        let mut limited = (&mut *input).take(LINE_LIMIT);
        limited.read_until(b'\n', &mut line).map_err(|source| StoreError::Io {
            doing: "read the import",
            source,
        })?;
        if line.is_empty() {
            break;
        }
        bytes += line.len();
        lines.push(line);
    }
    Ok(lines)
}

/// An import while it is checked.
#[derive(Debug)]
struct Intake {
    inner: Arc<Inner>,
    spool: Spool,
    file: BufWriter<File>,
    reader: Reader,
    seen: BTreeSet<String>,
}

/// The file an import is written to while it is checked; removed when it is dropped.
#[derive(Debug)]
struct Spool {
    path: PathBuf,
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What can't be removed now is removed at the next open.
        let _ = fs::remove_file(&self.path);
    }
}

impl Intake {
    fn begin(inner: Arc<Inner>) -> Result<Intake, StoreError> {
        let spool = Spool {
            path: inner.spool.clone(),
        };
        let file = File::create_new(&spool.path);
        let file = file.map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return StoreError::Invalid("another import is under way".to_owned());
            }
            StoreError::from_io("write the import to its folder", &spool.path, error)
        });
        let file = match file {
            Ok(file) => file,
            Err(error) => {
                std::mem::forget(spool);
                return Err(error);
            }
        };
        Ok(Intake {
            inner,
            spool,
            file: BufWriter::new(file),
            reader: Reader::default(),
            seen: BTreeSet::new(),
        })
    }

    fn check(mut self, lines: Vec<Vec<u8>>) -> Result<Intake, StoreError> {
        for line in lines {
            if !line.ends_with(b"\n") {
                self.reader.take(&line)?;
                return Err(self.reader.bad("does not end in a line break"));
            }
            if let Some(Item::Session(sealed)) = self.reader.take(&line)? {
                self.check_session(&sealed)?;
            }
            self.file
                .write_all(&line)
                .map_err(|error| StoreError::from_io("write the import to its folder", &self.spool.path, error))?;
        }
        Ok(self)
    }

    /// A session may be here already, event for event; another one under its name may not.
    fn check_session(&mut self, sealed: &SealedSession) -> Result<(), StoreError> {
        let session = &sealed.summary.session;
        if !self.seen.insert(session.0.clone()) {
            return Err(self.reader.bad("comes after a session that the file holds twice"));
        }
        let here = self.inner.shared.read(|view| view.head(session))?;
        let same = here.is_none_or(|head| {
            head.events == sealed.envelopes.len() as u64
                && sealed.envelopes.last().is_some_and(|last| last.hash == head.hash)
        });
        if same {
            Ok(())
        } else {
            Err(self
                .reader
                .bad("comes after a session that is here already with other events"))
        }
    }

    /// Puts what was checked into the log.
    fn bring(mut self) -> Result<Imported, StoreError> {
        self.reader.finish()?;
        let failed = |error| StoreError::from_io("read the import again", &self.spool.path, error);
        self.file.flush().map_err(failed)?;
        let mut lines = BufReader::new(File::open(&self.spool.path).map_err(failed)?);
        let mut reader = Reader::default();
        let mut batch = Batch::default();
        let mut imported = Imported::default();
        loop {
            let mut line = Vec::new();
            lines.read_until(b'\n', &mut line).map_err(failed)?;
            if line.is_empty() {
                break;
            }
            if let Some(item) = reader.take(&line)? {
                batch.add(item);
            }
            if batch.bytes > BATCH_BYTES {
                add(&mut imported, &std::mem::take(&mut batch).send(&self.inner)?);
            }
        }
        add(&mut imported, &batch.send(&self.inner)?);
        Ok(imported)
    }
}

fn add(sum: &mut Imported, brought: &Imported) {
    sum.sessions += brought.sessions;
    sum.events += brought.events;
    sum.skipped += brought.skipped;
    sum.contents += brought.contents;
}

/// What goes into the log with one flush.
#[derive(Debug, Default)]
struct Batch {
    contents: Vec<(ContentHash, String)>,
    sessions: Vec<SealedSession>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, item: Item) {
        match item {
            Item::Content { hash, text } => {
                self.bytes += text.len();
                self.contents.push((hash, text));
            }
            Item::Session(sealed) => {
                self.bytes += sealed.bytes();
                self.sessions.push(*sealed);
            }
        }
    }

    fn send(self, inner: &Inner) -> Result<Imported, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Import {
            contents: self.contents,
            sessions: self.sessions,
        };
        let requests = inner.requests.as_ref().ok_or(StoreError::Closed)?;
        let asked = requests.blocking_send(Request::Work(Work { job, reply }));
        asked.map_err(|_| StoreError::Closed)?;
        answer.blocking_recv().map_err(|_| StoreError::Closed)?
    }
}
