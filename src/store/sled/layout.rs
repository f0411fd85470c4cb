//! The folder: who has it, which generation of the log is the current one, and what a crash may have left.
//!
//! ```text
//! lock        held as long as the store is open; the holder's process id
//! current     which generation counts, with the schema version and a checksum; replaced by a rename
//! log.N/      generation N: `sled/` and the file `witness`
//! erasing     an erasure that is under way: redone at the next open
//! damaged-N/  a store that could not be opened, moved here and never deleted
//! ```
//! Erasing writes generation N + 1 without what is erased, then replaces `current`, then removes generation N.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    super::{Erase, StoreError, record::content_hash},
    head::SCHEMA_VERSION,
};

/// How often and how long a lock is waited for: a handle that was just dropped needs a moment.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(20);
/// Room the store wants before it opens or writes again. sled writes its log in pieces of 512 KiB and does not open without room.
const PROBE_BYTES: usize = 4 << 20;

/// The folder, locked by this process.
#[derive(Debug)]
pub(super) struct Layout {
    folder: PathBuf,
    /// Unlocked when it is dropped.
    _lock: File,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    format: String,
    schema: u32,
    generation: u64,
    checksum: String,
}

/// An erasure under way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Intent {
    /// What is erased.
    pub(super) what: Erase,
    /// The generation it was asked of.
    pub(super) from: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SignedIntent {
    intent: Intent,
    checksum: String,
}

/// What `current` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Current {
    /// There is no store yet.
    Nothing,
    /// The generation that counts.
    Generation(u64),
    /// It can't be read, or there is a log and nothing says which.
    Broken,
}

impl Layout {
    /// Creates the folder where it is missing, and takes it.
    pub(super) fn take(folder: &Path) -> Result<Layout, StoreError> {
        let failed = |error| StoreError::from_io("create its folder", folder, error);
        create_private(folder).map_err(failed)?;
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(failed)?;
        wait_for_lock(&mut file, folder)?;
        // Only for the message of a second process; a full disk is reported by what comes next.
        let _ = write_holder(&mut file);
        Ok(Layout {
            folder: folder.to_path_buf(),
            _lock: file,
        })
    }

    /// The folder of a generation.
    pub(super) fn generation(&self, number: u64) -> PathBuf {
        self.folder.join(format!("log.{number}"))
    }

    /// The file an import is written to while it is checked.
    pub(super) fn spool(&self) -> PathBuf {
        self.folder.join("import.part")
    }

    /// Writes a file of some size and removes it, so that a full or read-only disk is found out before sled does.
    pub(super) fn probe(&self) -> Result<(), StoreError> {
        let path = self.folder.join("probe.part");
        let written = File::create(&path).and_then(|mut file| file.write_all(&vec![0; PROBE_BYTES]));
        let removed = fs::remove_file(&path);
        written
            .and(removed)
            .map_err(|error| StoreError::from_io("write to its folder", &self.folder, error))
    }

    /// The folder in which the first generation is begun, with nothing in it.
    pub(super) fn begin_first(&self) -> Result<PathBuf, StoreError> {
        let begun = self.folder.join("first.part");
        self.removed(fs::remove_dir_all(&begun))?;
        Ok(begun)
    }

    /// Gives the first generation its name. Durable when it returns.
    pub(super) fn name_first(&self, begun: &Path) -> Result<(), StoreError> {
        fs::rename(begun, self.generation(1))
            .and_then(|()| sync_folder(&self.folder))
            .map_err(|error| StoreError::from_io("create its log", &self.folder, error))
    }

    /// Which generation counts.
    pub(super) fn current(&self) -> Result<Current, StoreError> {
        let text = match fs::read(self.folder.join("current")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.current_without_pointer(),
            Err(error) => return Err(StoreError::from_io("read its folder", &self.folder, error)),
        };
        let Ok(pointer) = serde_json::from_slice::<Pointer>(&text) else {
            return Ok(Current::Broken);
        };
        if pointer.checksum != pointer_checksum(pointer.schema, pointer.generation) {
            return Ok(Current::Broken);
        }
        if pointer.schema > SCHEMA_VERSION {
            return Err(StoreError::Newer {
                found: pointer.schema,
                known: SCHEMA_VERSION,
            });
        }
        Ok(Current::Generation(pointer.generation))
    }

    /// A first start may have stopped between the log and `current`: a single generation needs no pointer.
    fn current_without_pointer(&self) -> Result<Current, StoreError> {
        Ok(match self.generations()?.as_slice() {
            [] => Current::Nothing,
            [only] => Current::Generation(*only),
            _ => Current::Broken,
        })
    }

    /// Makes a generation the current one. Durable when it returns.
    pub(super) fn point_to(&self, generation: u64) -> Result<(), StoreError> {
        let pointer = Pointer {
            format: "hotseat-store".to_owned(),
            schema: SCHEMA_VERSION,
            generation,
            checksum: pointer_checksum(SCHEMA_VERSION, generation),
        };
        self.replace("current", &pointer)
    }

    /// The erasure under way, if any. One that can't be read is reported and dropped: it was never acknowledged.
    pub(super) fn intent(&self) -> Result<Option<Intent>, StoreError> {
        let text = match fs::read(self.folder.join("erasing")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::from_io("read its folder", &self.folder, error)),
        };
        let signed = serde_json::from_slice::<SignedIntent>(&text).ok();
        let intent = signed.filter(|signed| signed.checksum == intent_checksum(&signed.intent));
        if intent.is_none() {
            tracing::error!("an erasure was under way and its note can't be read; ask for it again");
            self.forget_intent()?;
        }
        Ok(intent.map(|signed| signed.intent))
    }

    /// Notes that an erasure is under way. Durable when it returns.
    pub(super) fn note_intent(&self, intent: Intent) -> Result<(), StoreError> {
        let checksum = intent_checksum(&intent);
        self.replace("erasing", &SignedIntent { intent, checksum })
    }

    /// Removes the note. Durable when it returns.
    pub(super) fn forget_intent(&self) -> Result<(), StoreError> {
        self.removed(fs::remove_file(self.folder.join("erasing")))
    }

    /// Removes a generation. Durable when it returns.
    pub(super) fn remove_generation(&self, number: u64) -> Result<(), StoreError> {
        self.removed(fs::remove_dir_all(self.generation(number)))
    }

    /// Removes what a crash may have left: half-written files, and every generation but the current one.
    pub(super) fn tidy(&self, current: u64) -> Result<(), StoreError> {
        for name in ["probe.part", "current.part", "erasing.part", "import.part"] {
            self.removed(fs::remove_file(self.folder.join(name)))?;
        }
        self.removed(fs::remove_dir_all(self.folder.join("first.part")))?;
        for generation in self.generations()?.into_iter().filter(|number| *number != current) {
            self.remove_generation(generation)?;
        }
        Ok(())
    }

    /// The generations that are there, oldest first.
    fn generations(&self) -> Result<Vec<u64>, StoreError> {
        let mut found: Vec<u64> = self
            .names()?
            .iter()
            .filter_map(|name| name.strip_prefix("log.")?.parse().ok())
            .collect();
        found.sort_unstable();
        Ok(found)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let entries = fs::read_dir(&self.folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| StoreError::from_io("read its folder", &self.folder, error))?;
        Ok(entries
            .iter()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect())
    }

    /// Stores that were moved aside, in the order of their names.
    pub(super) fn left_aside(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut names = self.names()?;
        names.retain(|name| name.starts_with("damaged-"));
        names.sort_unstable();
        Ok(names.iter().map(|name| self.folder.join(name)).collect())
    }

    /// Moves the whole log aside, into the folder itself: the folder may be a mount point, which can't be renamed.
    pub(super) fn move_aside(&self) -> Result<PathBuf, StoreError> {
        let failed = |error| StoreError::from_io("move the damaged log aside", &self.folder, error);
        let mut number = self.left_aside()?.len() + 1;
        while self.folder.join(format!("damaged-{number}")).exists() {
            number += 1;
        }
        let aside = self.folder.join(format!("damaged-{number}"));
        fs::create_dir(&aside).map_err(failed)?;
        let names = self.names()?;
        let moved = |name: &&String| name.starts_with("log.") || *name == "current" || *name == "erasing";
        for name in names.iter().filter(moved) {
            fs::rename(self.folder.join(name), aside.join(name)).map_err(failed)?;
        }
        sync_folder(&aside)
            .and_then(|()| sync_folder(&self.folder))
            .map_err(failed)?;
        Ok(aside)
    }

    fn replace(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let part = self.folder.join(format!("{name}.part"));
        let text = serde_json::to_vec(value).map_err(|error| StoreError::Invalid(error.to_string()))?;
        File::create(&part)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&part, self.folder.join(name)))
            .and_then(|()| sync_folder(&self.folder))
            .map_err(|error| StoreError::from_io("write to its folder", &self.folder, error))
    }

    fn removed(&self, result: io::Result<()>) -> Result<(), StoreError> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other
                .and_then(|()| sync_folder(&self.folder))
                .map_err(|error| StoreError::from_io("tidy its folder", &self.folder, error)),
        }
    }
}

/// Makes the names in a folder durable. Only Unix can and needs to.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Creates a folder that only this user can read: it holds what candidates wrote.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn wait_for_lock(file: &mut File, folder: &Path) -> Result<(), StoreError> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_WAIT),
            Err(TryLockError::Error(error)) => return Err(StoreError::from_io("lock its folder", folder, error)),
        }
    }
    let mut holder = String::new();
    let read = file.take(20).read_to_string(&mut holder);
    let known = read.is_ok() && !holder.is_empty() && holder.bytes().all(|byte| byte.is_ascii_digit());
    Err(StoreError::Locked {
        folder: folder.to_path_buf(),
        holder: known.then_some(holder),
    })
}

fn write_holder(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(std::process::id().to_string().as_bytes())
}

fn pointer_checksum(schema: u32, generation: u64) -> String {
    content_hash(&format!("hotseat-store {schema} {generation}"))
}

fn intent_checksum(intent: &Intent) -> String {
    content_hash(&format!("{} {:?}", intent.from, intent.what))
}
