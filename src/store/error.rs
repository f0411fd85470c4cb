//! What can go wrong with the store, one variant for each case a caller treats differently.
//!
//! A message says in one sentence what to do. It never holds candidate text.

use std::{io, path::PathBuf};

use crate::domain::ids::SessionId;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process, or another handle of this one, has the folder.
    #[error("the store in {} is in use{}; stop the other copy or choose another folder", .folder.display(), .holder.as_ref().map(|id| format!(" by process {id}")).unwrap_or_default())]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The process that has it, where it said so.
        holder: Option<String>,
    },
    /// The folder can't be written.
    #[error("the store in {} can't be written; give this user write access to the folder or choose another one", .folder.display())]
    ReadOnly {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The disk is full. What was stored stays, and the store goes on by itself when there is room.
    #[error("the disk of the store is full; free some space, nothing stored earlier is lost")]
    Full,
    /// The store could not be opened, or has lost events it had acknowledged. It was moved aside and not deleted.
    #[error("the store was damaged ({detail}) and now lies in {}; import the latest export, or start again for an empty store", .moved_to.display())]
    Damaged {
        /// Where it lies now.
        moved_to: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The log of one session is damaged from an event on. Other sessions are not touched.
    #[error("the log of session {session} is damaged at event {seq} ({detail}); import it from the latest export")]
    DamagedSession {
        /// The session.
        session: SessionId,
        /// The first event that is missing or not what was stored.
        seq: u64,
        /// What was found.
        detail: String,
    },
    /// A content is not what was stored under its hash.
    #[error("the stored file with hash {hash} is damaged; import it from the latest export")]
    DamagedContent {
        /// Its hash.
        hash: String,
    },
    /// The running store's files can't be read or written any more.
    #[error("the store's files can't be used ({detail}); stop the program, keep a copy of the folder and start again")]
    Unusable {
        /// What was found.
        detail: String,
    },
    /// The store was written by a newer program.
    #[error("the store has version {found} and this program knows up to {known}; use the newer program")]
    Newer {
        /// The version found.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// Someone else appended first.
    #[error("the session has {found} events where {expected} were expected; load it again")]
    Conflict {
        /// What the caller expected.
        expected: u64,
        /// What is stored.
        found: u64,
    },
    /// The session has this key already: the message was handled before.
    #[error("the message {key} was stored before; it needs no second answer")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// There is no such session.
    #[error("there is no session {session}; list the sessions to see their names")]
    NotFound {
        /// The name asked for.
        session: String,
    },
    /// What was to be stored contradicts itself. A defect of the caller.
    #[error("this can't be stored: {0}")]
    Invalid(String),
    /// A line of an import is not what an export holds. Nothing of the file was kept.
    #[error("line {line} of the import {detail}; nothing of it was kept, export it again")]
    BadLine {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The system refused something.
    #[error("the store could not {doing}; see the cause and try again")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The store was closed.
    #[error("the store is closed; open it again")]
    Closed,
}

impl StoreError {
    /// Sorts an error of the system into what a caller would do about it.
    pub(super) fn from_io(doing: &'static str, folder: &std::path::Path, source: io::Error) -> StoreError {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly {
                folder: folder.to_path_buf(),
                source,
            },
            _ => StoreError::Io { doing, source },
        }
    }

    /// The same failure for each of several callers. The cause's text is kept, its type is not.
    pub(super) fn again(&self) -> StoreError {
        match self {
            StoreError::Full => StoreError::Full,
            StoreError::Closed => StoreError::Closed,
            StoreError::Unusable { detail } => StoreError::Unusable { detail: detail.clone() },
            StoreError::ReadOnly { folder, source } => StoreError::ReadOnly {
                folder: folder.clone(),
                source: io::Error::new(source.kind(), source.to_string()),
            },
            StoreError::Io { doing, source } => StoreError::Io {
                doing,
                source: io::Error::new(source.kind(), source.to_string()),
            },
            other => StoreError::Unusable {
                detail: other.to_string(),
            },
        }
    }
}
