//! The envelope of an event: what makes a log tell when something is missing from it or is not what was stored.
//!
//! Every event carries the hash of the one before and its own, over everything that is stored of it and the session's name. The body
//! is the event's JSON, kept byte for byte: a log written by an older program verifies although a newer one would word it otherwise.

use sha2::{Digest, Sha256};

use super::{Append, StoreError};
use crate::{
    domain::ids::SessionId,
    interview::event::{Event, Recorded},
};

/// The envelope's version.
pub(super) const ENVELOPE_VERSION: u32 = 1;

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the first event of a session names as the one before.
pub(super) const NO_EVENT: Hash = [0; 32];

/// One event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) version: u32,
    pub(super) seq: u64,
    pub(super) at_ms: i64,
    pub(super) previous: Hash,
    pub(super) hash: Hash,
    pub(super) body: Vec<u8>,
}

/// An event whose body was made, before its place in the chain is known.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) seq: u64,
    pub(super) at_ms: i64,
    pub(super) body: Vec<u8>,
}

impl Envelope {
    /// Chains a draft to the event before it.
    pub(super) fn seal(session: &SessionId, draft: Draft, previous: Hash) -> Envelope {
        let mut envelope = Envelope {
            version: ENVELOPE_VERSION,
            seq: draft.seq,
            at_ms: draft.at_ms,
            previous,
            hash: NO_EVENT,
            body: draft.body,
        };
        envelope.hash = envelope.digest(session);
        envelope
    }

    /// The hash the event should have.
    pub(super) fn digest(&self, session: &SessionId) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"hotseat event\0");
        hasher.update(self.version.to_be_bytes());
        hasher.update((session.as_str().len() as u64).to_be_bytes());
        hasher.update(session.as_str());
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at_ms.to_be_bytes());
        hasher.update(self.previous);
        hasher.update(&self.body);
        hasher.finalize().into()
    }

    /// Reads the event, once its place, chain and hash are what they should be.
    pub(super) fn open(&self, session: &SessionId, seq: u64, previous: &Hash) -> Result<Recorded, StoreError> {
        self.check(session, seq, previous)?;
        let event: Event = serde_json::from_slice(&self.body)
            .map_err(|error| damaged(session, seq, format!("its text can't be read: {:?}", error.classify())))?;
        Ok(Recorded {
            seq: self.seq,
            at_ms: self.at_ms,
            event,
        })
    }

    /// Checks place, chain and hash without reading the body.
    pub(super) fn check(&self, session: &SessionId, seq: u64, previous: &Hash) -> Result<(), StoreError> {
        if self.version > ENVELOPE_VERSION {
            return Err(StoreError::Newer {
                found: self.version,
                known: ENVELOPE_VERSION,
            });
        }
        if self.seq != seq {
            return Err(damaged(session, seq, format!("event {} stands in its place", self.seq)));
        }
        if self.previous != *previous {
            return Err(damaged(session, seq, "it does not follow the event before"));
        }
        if self.hash != self.digest(session) {
            return Err(damaged(session, seq, "its checksum is wrong"));
        }
        Ok(())
    }
}

/// Makes the bodies of what is to be appended, and refuses what would not come back as it is.
pub(super) fn drafts(append: &Append) -> Result<Vec<Draft>, StoreError> {
    append
        .events
        .iter()
        .zip(append.expected..)
        .map(|(recorded, seq)| draft(recorded, seq))
        .collect()
}

fn draft(recorded: &Recorded, seq: u64) -> Result<Draft, StoreError> {
    if recorded.seq != seq {
        return Err(StoreError::Invalid(format!(
            "event {} stands where event {seq} belongs",
            recorded.seq
        )));
    }
    Ok(Draft {
        seq,
        at_ms: recorded.at_ms,
        body: lossless(&recorded.event, &format!("event {seq}"))?,
    })
}

/// The JSON of a value that reads back equal. A number that is not finite does not.
pub(super) fn lossless<T>(value: &T, what: &str) -> Result<Vec<u8>, StoreError>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq,
{
    let body = serde_json::to_vec(value)
        .map_err(|error| StoreError::Invalid(format!("{what} has no JSON form: {:?}", error.classify())))?;
    match serde_json::from_slice::<T>(&body) {
        Ok(read) if read == *value => Ok(body),
        _ => Err(StoreError::Invalid(format!(
            "{what} would not read back as it is; a number in it may not be finite"
        ))),
    }
}

/// The hash under which a content is kept: hex, lower case.
pub(super) fn content_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()).into())
}

/// A hash as hex, lower case.
pub(super) fn hex(hash: &Hash) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A hash from its hex form.
pub(super) fn unhex(text: &str) -> Option<Hash> {
    let bytes = text.as_bytes();
    if bytes.len() != 64 {
        return None;
    }
    let mut hash = NO_EVENT;
    for (slot, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
        *slot = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// The error of a log that is not what was stored.
pub(super) fn damaged(session: &SessionId, seq: u64, detail: impl Into<String>) -> StoreError {
    StoreError::DamagedSession {
        session: session.clone(),
        seq,
        detail: detail.into(),
    }
}
