//! One generation of the log, opened: sled behind a guard, since damaged files make it panic, and the sync it leaves out.
//!
//! sled's `flush` ends in a write that a power cut can take back. What is acknowledged is therefore followed by an fdatasync of its
//! files, and the number of the write goes to a small file outside of sled, the witness: sled recovers from a damaged file by
//! forgetting its end without a word, and the witness tells.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::{
    super::{StoreError, record::content_hash},
    head::{SCHEMA_VERSION, Totals, take_u64},
    keys,
    layout::sync_folder,
    value::Write,
};

/// How often and how long sled's own lock is waited for once the folder is ours: a handle just dropped needs a moment.
const LOCK_TRIES: u32 = 100;
const LOCK_WAIT: Duration = Duration::from_millis(20);

/// sled counts only part of what it holds: told 16 MiB it grew by 64 while a gigabyte was read from end to end.
const CACHE_OVERHEAD: u64 = 4;

/// Why a generation did not open.
#[derive(Debug)]
pub(super) enum OpenError {
    /// It is damaged.
    Broken(String),
    /// It may be sound.
    Other(StoreError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        OpenError::Other(error)
    }
}

/// One generation of the log.
#[derive(Debug)]
pub(super) struct Engine {
    db: ::sled::Db,
    folder: PathBuf,
    data: File,
    witness: File,
    blobs: Mutex<BTreeSet<OsString>>,
}

/// Runs something of sled's. A panic in it is an error: with damaged files it panics more often than not.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(StoreError::Unusable {
            detail: "reading or writing them broke off".to_owned(),
        })
    })
}

impl Engine {
    /// Makes a new generation with nothing in it. Durable when it returns.
    pub(super) fn create(folder: &Path, cache_bytes: u64) -> Result<Engine, OpenError> {
        let failed = |error| StoreError::from_io("create its log", folder, error);
        fs::create_dir_all(folder).map_err(failed)?;
        let engine = Engine::start(folder, cache_bytes)?;
        engine.commit_totals(Totals::default())?;
        sync_folder(&folder.join("sled"))
            .and_then(|()| sync_folder(folder))
            .and_then(|()| folder.parent().map_or(Ok(()), sync_folder))
            .map_err(failed)?;
        Ok(engine)
    }

    /// Opens a generation that is there, and finds out whether it has all it acknowledged.
    pub(super) fn open(folder: &Path, cache_bytes: u64) -> Result<(Engine, Totals), OpenError> {
        if !folder.join("sled").join("db").is_file() {
            return Err(OpenError::Broken("its log is not there".to_owned()));
        }
        let engine = Engine::start(folder, cache_bytes)?;
        let totals = engine.totals().map_err(broken)?;
        let witnessed =
            read_witness(&engine.witness).map_err(|error| StoreError::from_io("read its log", folder, error))?;
        if totals.commit < witnessed {
            return Err(OpenError::Broken(format!(
                "its log ends at write {} and {witnessed} were acknowledged",
                totals.commit
            )));
        }
        Ok((engine, totals))
    }

    fn start(folder: &Path, cache_bytes: u64) -> Result<Engine, OpenError> {
        let db = start_sled(&folder.join("sled"), cache_bytes)?;
        let failed = |error| StoreError::from_io("open its log", folder, error);
        let data = File::open(folder.join("sled").join("db")).map_err(failed)?;
        let witness = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(folder.join("witness"))
            .map_err(failed)?;
        let engine = Engine {
            db,
            folder: folder.to_path_buf(),
            data,
            witness,
            blobs: Mutex::default(),
        };
        // What an earlier process left unsynced must be safe before anything builds on it.
        engine.sync_everything().map_err(failed)?;
        Ok(engine)
    }

    /// The totals.
    pub(super) fn totals(&self) -> Result<Totals, StoreError> {
        let lost = || StoreError::Unusable {
            detail: "the totals are not there".to_owned(),
        };
        let bytes = self.get(keys::TOTALS)?.ok_or_else(lost)?;
        match Totals::decode(&bytes).ok_or_else(lost)? {
            (found, _) if found > SCHEMA_VERSION => Err(StoreError::Newer {
                found,
                known: SCHEMA_VERSION,
            }),
            (_, totals) => Ok(totals),
        }
    }

    /// One value.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<::sled::IVec>, StoreError> {
        guarded(|| self.db.get(key).map_err(|error| self.sort(error)))
    }

    /// What begins with a prefix, from one end or from a point. The caller guards against panics.
    pub(super) fn range(&self, from: Vec<u8>, until: Vec<u8>) -> ::sled::Iter {
        self.db.range(from..until)
    }

    /// Writes all or nothing. Not durable before `sync`.
    pub(super) fn apply(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        guarded(|| self.db.apply_batch(batch).map_err(|error| self.sort(error)))
    }

    /// Makes durable what was written, and tells the witness.
    pub(super) fn sync(&self, commit: u64) -> Result<(), StoreError> {
        guarded(|| self.db.flush().map(drop).map_err(|error| self.sort(error)))?;
        self.data
            .sync_data()
            .and_then(|()| self.sync_new_blobs())
            .and_then(|()| write_witness(&self.witness, commit))
            .map_err(|error| StoreError::from_io("write its log", &self.folder, error))
    }

    /// Writes the totals alone and makes everything durable.
    pub(super) fn commit_totals(&self, totals: Totals) -> Result<(), StoreError> {
        self.apply(&[(keys::TOTALS.into(), Some(totals.encode().into()))])?;
        self.sync(totals.commit)
    }

    /// Closes sled and waits until it has let go of its files.
    pub(super) fn close(self) {
        let Engine { db, data, .. } = self;
        // Dropping writes what is left; after a failed write there may be nothing but a panic in it.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
        for _ in 0..LOCK_TRIES {
            if data.try_lock().is_ok() {
                return;
            }
            thread::sleep(LOCK_WAIT);
        }
    }

    fn sync_everything(&self) -> io::Result<()> {
        self.data.sync_data()?;
        let sled = self.folder.join("sled");
        File::open(sled.join("conf"))?.sync_data()?;
        self.sync_new_blobs()?;
        sync_folder(&sled)
    }

    /// Syncs the files of long pages that came since the last time. There are none as long as values are short.
    fn sync_new_blobs(&self) -> io::Result<()> {
        let folder = self.folder.join("sled").join("blobs");
        let mut known = self.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = BTreeSet::new();
        let mut new = false;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if !known.contains(&name) {
                match File::open(entry.path()) {
                    Ok(file) => file.sync_data()?,
                    // sled removes one as soon as no page needs it.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
                new = true;
            }
            found.insert(name);
        }
        *known = found;
        if new { sync_folder(&folder) } else { Ok(()) }
    }

    /// Sorts an error of sled's.
    pub(super) fn sort(&self, error: ::sled::Error) -> StoreError {
        match error {
            ::sled::Error::Io(error) => StoreError::from_io("use its log", &self.folder, error),
            other => StoreError::Unusable { detail: kind(&other) },
        }
    }
}

/// Opens sled itself, and tells damage from everything else.
fn start_sled(folder: &Path, cache_bytes: u64) -> Result<::sled::Db, OpenError> {
    let config = ::sled::Config::new()
        .path(folder)
        .cache_capacity(cache_bytes / CACHE_OVERHEAD);
    for _ in 0..LOCK_TRIES {
        match catch_unwind(AssertUnwindSafe(|| config.open())) {
            Ok(Ok(db)) => return Ok(db),
            Ok(Err(::sled::Error::Io(error))) if is_lock(&error) => thread::sleep(LOCK_WAIT),
            Ok(Err(::sled::Error::Io(error))) => return Err(sort_open_error(folder, error)),
            Ok(Err(other)) => return Err(OpenError::Broken(kind(&other))),
            Err(_) => return Err(OpenError::Broken("opening it broke off".to_owned())),
        }
    }
    Err(OpenError::Other(StoreError::Locked {
        folder: folder.to_path_buf(),
        holder: None,
    }))
}

/// sled gives its lock error as text only.
fn is_lock(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other && error.to_string().starts_with("could not acquire lock")
}

fn sort_open_error(folder: &Path, error: io::Error) -> OpenError {
    use io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | NotFound | UnexpectedEof => OpenError::Broken(format!("{:?}", error.kind())),
        _ => OpenError::Other(StoreError::from_io("open its log", folder, error)),
    }
}

fn broken(error: StoreError) -> OpenError {
    match error {
        StoreError::Unusable { detail } => OpenError::Broken(detail),
        other => OpenError::Other(other),
    }
}

/// The kind of an error of sled's. Its text may hold what was stored.
fn kind(error: &::sled::Error) -> String {
    match error {
        ::sled::Error::Corruption { .. } => "a page is not what was written",
        ::sled::Error::Unsupported(_) => "its settings can't be read",
        ::sled::Error::CollectionNotFound(_) => "its log has no beginning",
        _ => "its log contradicts itself",
    }
    .to_owned()
}

const SLOT: usize = 24;

/// Two slots in turn, so that one is whole whatever happens. Not synced: it may lag behind the log and is never ahead of it.
fn write_witness(mut file: &File, commit: u64) -> io::Result<()> {
    let mut slot = commit.to_be_bytes().to_vec();
    slot.extend(witness_checksum(commit).bytes().take(SLOT - slot.len()));
    file.seek(SeekFrom::Start((commit % 2) * SLOT as u64))?;
    file.write_all(&slot)
}

/// The latest write the witness knows of; 0 where it can't be read, which only makes the check weaker.
fn read_witness(mut file: &File) -> io::Result<u64> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes.chunks(SLOT).filter_map(witnessed).max().unwrap_or(0))
}

fn witnessed(slot: &[u8]) -> Option<u64> {
    let (commit, checksum) = take_u64(slot)?;
    let whole = slot.len() == SLOT && witness_checksum(commit).as_bytes().starts_with(checksum);
    whole.then_some(commit)
}

fn witness_checksum(commit: u64) -> String {
    content_hash(&format!("hotseat witness {commit}"))
}
