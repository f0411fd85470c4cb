//! How the log is read: through what is undone, so that nothing that was not acknowledged is seen after a failed write.

use std::collections::BTreeMap;

use ::sled::IVec;

use super::{
    super::{StoreError, Summary, record::Envelope},
    engine::Engine,
    head::Head,
    keys, value,
    value::{Joined, Taken},
};
use crate::domain::ids::SessionId;

/// Keys a failed write may have touched, with their values before it.
pub(super) type Undo = BTreeMap<IVec, Option<IVec>>;

/// The log as it was acknowledged.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    engine: &'a Engine,
    undo: &'a Undo,
}

/// Where an envelope's fields end and its body begins.
const ENVELOPE_FIELDS: usize = 4 + 8 + 8 + 32 + 32;

impl<'a> View<'a> {
    /// Reads an engine, except for what is undone.
    pub(super) fn new(engine: &'a Engine, undo: &'a Undo) -> View<'a> {
        View { engine, undo }
    }

    /// The engine itself.
    pub(super) fn engine(self) -> &'a Engine {
        self.engine
    }

    /// One value.
    pub(super) fn get(self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        match self.undo.get(key) {
            Some(before) => Ok(before.clone()),
            None => self.engine.get(key),
        }
    }

    /// What begins with a prefix, in the order of keys. No write removes a key that a scan looks for, so none has to be put back here.
    pub(super) fn scan(self, prefix: &[u8]) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> + use<'a> {
        self.between(prefix.to_vec(), keys::end_of(prefix))
    }

    /// What lies between two keys, the second not included.
    pub(super) fn between(
        self,
        from: Vec<u8>,
        until: Vec<u8>,
    ) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> + use<'a> {
        self.engine.range(from, until).filter_map(move |pair| match pair {
            Err(error) => Some(Err(self.engine.sort(error))),
            Ok((key, value)) => match self.undo.get(&key) {
                None => Some(Ok((key, value))),
                Some(before) => before.clone().map(|value| Ok((key, value))),
            },
        })
    }

    /// A value in pieces; nothing where it is not there, an error where a piece is missing.
    pub(super) fn value(self, key: &[u8]) -> Result<Option<Vec<u8>>, Missing> {
        let mut joined = Joined::default();
        for number in 0_u32.. {
            let Some(piece) = self.get(&value::piece_key(key, number as usize))? else {
                return if number == 0 { Ok(None) } else { Err(Missing::Piece) };
            };
            match joined.take(number.to_be_bytes(), &piece) {
                Taken::More => {}
                Taken::Whole(body) => return Ok(Some(body)),
                Taken::Broken => return Err(Missing::Piece),
            }
        }
        Err(Missing::Piece)
    }

    /// A session's head.
    pub(super) fn head(self, session: &SessionId) -> Result<Option<Head>, StoreError> {
        let missing = |missing| match missing {
            Missing::Piece => super::super::record::damaged(session, 0, "a piece of its head is missing"),
            Missing::Other(error) => error,
        };
        let Some(bytes) = self.value(&keys::head(session)).map_err(missing)? else {
            return Ok(None);
        };
        Head::decode(session, &bytes).map(Some)
    }

    /// A session's summary.
    pub(super) fn summary(self, session: &SessionId) -> Result<Option<Summary>, StoreError> {
        self.head(session)?.map(|head| head.summary(session)).transpose()
    }

    /// A session's events up to a number, unread and unchecked. Stops at the first that is not whole.
    pub(super) fn envelopes(
        self,
        session: &SessionId,
        until: u64,
    ) -> impl Iterator<Item = Result<Envelope, StoreError>> + use<'a> {
        let mut pieces = self.between(keys::event(session, 0), keys::event(session, until));
        let session = session.clone();
        let mut seq = 0;
        std::iter::from_fn(move || {
            let mut joined = Joined::default();
            loop {
                let (key, piece) = match pieces.next()? {
                    Ok(pair) => pair,
                    Err(error) => return Some(Err(error)),
                };
                let broken = || super::super::record::damaged(&session, seq, "it is not there whole");
                let Some(number) = key.last_chunk::<4>() else {
                    return Some(Err(broken()));
                };
                match joined.take(*number, &piece) {
                    Taken::More => {}
                    Taken::Broken => return Some(Err(broken())),
                    Taken::Whole(bytes) => {
                        let envelope = decode_envelope(&bytes).ok_or_else(broken);
                        seq += 1;
                        return Some(envelope);
                    }
                }
            }
        })
    }
}

/// Why a value in pieces can't be read.
#[derive(Debug)]
pub(super) enum Missing {
    /// A piece is missing.
    Piece,
    /// Something else.
    Other(StoreError),
}

impl From<StoreError> for Missing {
    fn from(error: StoreError) -> Self {
        Missing::Other(error)
    }
}

/// The bytes an envelope is stored as.
pub(super) fn encode_envelope(envelope: &Envelope) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENVELOPE_FIELDS + envelope.body.len());
    bytes.extend(envelope.version.to_be_bytes());
    bytes.extend(envelope.seq.to_be_bytes());
    bytes.extend(envelope.at_ms.to_be_bytes());
    bytes.extend(envelope.previous);
    bytes.extend(envelope.hash);
    bytes.extend(&envelope.body);
    bytes
}

fn decode_envelope(bytes: &[u8]) -> Option<Envelope> {
    let (version, rest) = bytes.split_first_chunk::<4>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (at_ms, rest) = rest.split_first_chunk::<8>()?;
    let (previous, rest) = rest.split_first_chunk::<32>()?;
    let (hash, body) = rest.split_first_chunk::<32>()?;
    Some(Envelope {
        version: u32::from_be_bytes(*version),
        seq: u64::from_be_bytes(*seq),
        at_ms: i64::from_be_bytes(*at_ms),
        previous: *previous,
        hash: *hash,
        body: body.to_vec(),
    })
}
