//! Values in pieces. sled moves pages over about four kilobytes to files of their own, which it never syncs and never reuses, so no
//! piece is longer than that.

use std::cmp::Ordering;

use ::sled::IVec;

/// The most bytes of one piece.
const PIECE: usize = 3_400;

/// One write: a key with its new value, or none to remove it.
pub(super) type Write = (IVec, Option<IVec>);

/// Writes a value under a key, in pieces. The first carries the whole length; `before` is how many pieces the old value had.
pub(super) fn put(writes: &mut Vec<Write>, key: &[u8], body: &[u8], before: usize) {
    let mut whole = Vec::with_capacity(body.len() + 4);
    whole.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    whole.extend(body);
    let mut count = 0;
    for piece in whole.chunks(PIECE) {
        writes.push((piece_key(key, count).into(), Some(piece.into())));
        count += 1;
    }
    for number in count..before {
        writes.push((piece_key(key, number).into(), None));
    }
}

/// How many pieces a body of this length takes.
pub(super) fn pieces(length: usize) -> usize {
    (length + 4).div_ceil(PIECE)
}

/// The key of one piece.
pub(super) fn piece_key(key: &[u8], number: usize) -> Vec<u8> {
    let mut piece = key.to_vec();
    piece.extend(u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
    piece
}

/// Puts pieces together as they come in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Joined {
    wanted: usize,
    next: u32,
    body: Vec<u8>,
}

impl Joined {
    /// Takes the next piece, given the end of its key. Gives the value back once it is whole; nothing where a piece is missing.
    pub(super) fn take(&mut self, number: [u8; 4], piece: &[u8]) -> Taken {
        if u32::from_be_bytes(number) != self.next {
            return Taken::Broken;
        }
        if self.next == 0 {
            let Some((length, rest)) = piece.split_first_chunk::<4>() else {
                return Taken::Broken;
            };
            self.wanted = u32::from_be_bytes(*length) as usize;
            self.body.extend(rest);
        } else {
            self.body.extend(piece);
        }
        self.next += 1;
        match self.body.len().cmp(&self.wanted) {
            Ordering::Less => Taken::More,
            Ordering::Equal => Taken::Whole(std::mem::take(self).body),
            Ordering::Greater => Taken::Broken,
        }
    }
}

/// What came of a piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// There is more to come.
    More,
    /// The value is whole.
    Whole(Vec<u8>),
    /// A piece is missing or too long.
    Broken,
}
