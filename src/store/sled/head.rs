//! The small records beside the log: a session's head and the totals of the whole store.
//!
//! A log can tell from itself that an event in its middle is gone, but not that its end is, nor that a session is gone with all that
//! spoke of it. The head says where a log ends, the totals say how much there is.

use sha2::{Digest, Sha256};

use super::super::{
    StoreError, Summary,
    record::{Hash, NO_EVENT, damaged},
};
use crate::domain::ids::SessionId;

/// The version of what is stored; raised with every change an older program can't read.
pub(in super::super) const SCHEMA_VERSION: u32 = 1;

const HASH: usize = 32;

/// Where a session's log ends, and its summary as it was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) events: u64,
    pub(super) keys: u64,
    pub(super) hash: Hash,
    pub(super) summary: Vec<u8>,
}

impl Head {
    /// The bytes that are stored.
    pub(super) fn encode(&self, session: &SessionId) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.summary.len() + 84);
        bytes.extend(SCHEMA_VERSION.to_be_bytes());
        bytes.extend(self.events.to_be_bytes());
        bytes.extend(self.keys.to_be_bytes());
        bytes.extend(self.hash);
        bytes.extend(&self.summary);
        let digest = digest(session.as_str(), &bytes);
        bytes.extend(digest);
        bytes
    }

    /// Reads them back and checks them.
    pub(super) fn decode(session: &SessionId, bytes: &[u8]) -> Result<Head, StoreError> {
        let broken = || damaged(session, 0, "the end of its log is not marked");
        let fields = checked(session.as_str(), bytes).ok_or_else(broken)?;
        let (version, fields) = take_u32(fields).ok_or_else(broken)?;
        if version > SCHEMA_VERSION {
            return Err(StoreError::Newer {
                found: version,
                known: SCHEMA_VERSION,
            });
        }
        let (events, fields) = take_u64(fields).ok_or_else(broken)?;
        let (keys, fields) = take_u64(fields).ok_or_else(broken)?;
        let (hash, summary) = fields.split_first_chunk::<HASH>().ok_or_else(broken)?;
        Ok(Head {
            events,
            keys,
            hash: *hash,
            summary: summary.to_vec(),
        })
    }

    /// The summary.
    pub(super) fn summary(&self, session: &SessionId) -> Result<Summary, StoreError> {
        serde_json::from_slice(&self.summary).map_err(|_| damaged(session, 0, "its summary can't be read"))
    }
}

/// How much the store holds, and the number of its latest write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Rises by one with every write.
    pub(super) commit: u64,
    pub(super) sessions: u64,
    pub(super) events: u64,
    pub(super) keys: u64,
    pub(super) contents: u64,
}

/// What the totals' checksum is made with besides.
const TOTALS_LABEL: &str = "hotseat totals";

impl Totals {
    /// The bytes that are stored.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = SCHEMA_VERSION.to_be_bytes().to_vec();
        for number in [self.commit, self.sessions, self.events, self.keys, self.contents] {
            bytes.extend(number.to_be_bytes());
        }
        let digest = digest(TOTALS_LABEL, &bytes);
        bytes.extend(digest);
        bytes
    }

    /// Reads them back; nothing where they are not what was stored.
    pub(super) fn decode(bytes: &[u8]) -> Option<(u32, Totals)> {
        let (version, mut rest) = take_u32(checked(TOTALS_LABEL, bytes)?)?;
        let mut numbers = [0; 5];
        for number in &mut numbers {
            (*number, rest) = take_u64(rest)?;
        }
        let [commit, sessions, events, keys, contents] = numbers;
        let totals = Totals {
            commit,
            sessions,
            events,
            keys,
            contents,
        };
        Some((version, totals))
    }
}

fn digest(label: &str, bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update((label.len() as u64).to_be_bytes());
    hasher.update(label);
    hasher.update(bytes);
    hasher.finalize().into()
}

fn checked<'a>(label: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (fields, found) = bytes.split_last_chunk::<HASH>()?;
    (*found != NO_EVENT && *found == digest(label, fields)).then_some(fields)
}

fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}

pub(super) fn take_u64(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*number), rest))
}
