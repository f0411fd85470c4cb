//! Where everything lies in the one tree. One letter for the kind, then the names, then numbers, all big-endian.
//!
//! Names are arbitrary text, so each is written with its zero bytes doubled up and an end mark: no name is the beginning of another,
//! and they still sort as text. In an index the time and the session come with every bit turned, so that the newest is first: sled
//! reads backwards only with luck, it panics where a key holds several bytes of 255.

use crate::domain::ids::{GuildId, SessionId, UserId};

/// The key of the totals.
pub(super) const TOTALS: &[u8] = b"Mtotals";

const EVENT: u8 = b'E';
const UNIQUE: u8 = b'K';
const SESSION: u8 = b'S';
const CONTENT: u8 = b'C';

/// An index over sessions, newest first, whole or of one candidate, one place or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index<'a> {
    /// Every session.
    Time,
    /// Of a candidate.
    User(&'a UserId),
    /// Of a place.
    Guild(&'a GuildId),
    /// Of a candidate in a place.
    Both(&'a UserId, &'a GuildId),
}

/// The letters of the four indexes.
pub(super) const INDEX_KINDS: [u8; 4] = [b'T', b'U', b'G', b'P'];

impl Index<'_> {
    /// What every entry of this index begins with.
    pub(super) fn prefix(self) -> Vec<u8> {
        match self {
            Index::Time => vec![b'T'],
            Index::User(user) => named(b'U', &[user.as_str()]),
            Index::Guild(guild) => named(b'G', &[guild.as_str()]),
            Index::Both(user, guild) => named(b'P', &[user.as_str(), guild.as_str()]),
        }
    }

    /// The entry of a session.
    pub(super) fn entry(self, opened_ms: i64, session: &SessionId) -> Vec<u8> {
        let mut key = self.at(opened_ms);
        let name = key.len();
        write_name(&mut key, session.as_str());
        turn(key.get_mut(name..));
        key
    }

    /// What the entries of all sessions of a time begin with.
    pub(super) fn at(self, opened_ms: i64) -> Vec<u8> {
        let mut key = self.prefix();
        key.extend((!sortable(opened_ms)).to_be_bytes());
        key
    }
}

/// Turns every bit, so that what sorts first sorts last.
fn turn(bytes: Option<&mut [u8]>) {
    for byte in bytes.into_iter().flatten() {
        *byte = !*byte;
    }
}

/// The four entries of a session.
pub(super) fn entries(user: &UserId, guild: &GuildId, opened_ms: i64, session: &SessionId) -> [Vec<u8>; 4] {
    [
        Index::Time.entry(opened_ms, session),
        Index::User(user).entry(opened_ms, session),
        Index::Guild(guild).entry(opened_ms, session),
        Index::Both(user, guild).entry(opened_ms, session),
    ]
}

/// The session an index entry is of: its name is the last part, after eight bytes of time.
pub(super) fn session_of_entry(key: &[u8]) -> Option<SessionId> {
    let (kind, mut rest) = key.split_first()?;
    let names = match kind {
        b'T' => 0,
        b'U' | b'G' => 1,
        b'P' => 2,
        _ => return None,
    };
    for _ in 0..names {
        rest = read_name(rest)?.1;
    }
    let mut name = rest.get(8..)?.to_vec();
    turn(Some(&mut name));
    Some(SessionId(read_name(&name)?.0))
}

/// A time as a number without a sign that sorts as it does.
fn sortable(at_ms: i64) -> u64 {
    at_ms.cast_unsigned() ^ (1 << 63)
}

/// What every event key of a session begins with.
pub(super) fn events(session: &SessionId) -> Vec<u8> {
    named(EVENT, &[session.as_str()])
}

/// One event.
pub(super) fn event(session: &SessionId, seq: u64) -> Vec<u8> {
    let mut key = events(session);
    key.extend(seq.to_be_bytes());
    key
}

/// What every unique key of a session begins with.
pub(super) fn uniques(session: &SessionId) -> Vec<u8> {
    named(UNIQUE, &[session.as_str()])
}

/// One unique key.
pub(super) fn unique(session: &SessionId, key: &str) -> Vec<u8> {
    named(UNIQUE, &[session.as_str(), key])
}

/// The text of a unique key.
pub(super) fn unique_text(key: &[u8]) -> Option<String> {
    let rest = read_name(key.get(1..)?)?.1;
    Some(read_name(rest)?.0)
}

/// A session's head.
pub(super) fn head(session: &SessionId) -> Vec<u8> {
    named(SESSION, &[session.as_str()])
}

/// What the heads of all sessions begin with whose name begins so.
pub(super) fn heads(name_prefix: &str) -> Vec<u8> {
    let mut key = vec![SESSION];
    write_escaped(&mut key, name_prefix);
    key
}

/// A content.
pub(super) fn content(hash: &str) -> Vec<u8> {
    named(CONTENT, &[hash])
}

/// What the keys of all contents begin with.
pub(super) fn contents() -> Vec<u8> {
    vec![CONTENT]
}

/// What the keys of all events begin with.
pub(super) fn all_events() -> Vec<u8> {
    vec![EVENT]
}

/// What all unique keys begin with.
pub(super) fn all_uniques() -> Vec<u8> {
    vec![UNIQUE]
}

/// The name that comes first in a key, and what follows it.
pub(super) fn first_name(key: &[u8]) -> Option<(String, &[u8])> {
    read_name(key.get(1..)?)
}

/// The key after every key that begins so.
pub(super) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

fn named(kind: u8, names: &[&str]) -> Vec<u8> {
    let mut key = vec![kind];
    for name in names {
        write_name(&mut key, name);
    }
    key
}

fn write_escaped(key: &mut Vec<u8>, name: &str) {
    for byte in name.bytes() {
        key.push(byte);
        if byte == 0 {
            key.push(u8::MAX);
        }
    }
}

fn write_name(key: &mut Vec<u8>, name: &str) {
    write_escaped(key, name);
    key.extend([0, 0]);
}

fn read_name(bytes: &[u8]) -> Option<(String, &[u8])> {
    let mut name = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [0, 0, after @ ..] => return Some((String::from_utf8(name).ok()?, after)),
            [0, u8::MAX, after @ ..] => {
                name.push(0);
                rest = after;
            }
            [0, ..] | [] => return None,
            [byte, after @ ..] => {
                name.push(*byte);
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_whatever_is_in_it() {
        for name in ["", "a", "a\0", "\0\0", "\0\u{ff}", "ß\u{202e}x"] {
            let session = SessionId::from(name);
            let key = Index::Both(&UserId::from("u\0"), &GuildId::from("")).entry(-7, &session);
            assert_eq!(session_of_entry(&key), Some(session));
        }
    }

    #[test]
    fn no_name_is_the_beginning_of_another() {
        let names = ["", "a", "a\0", "a\0\0", "ab", "a\u{1}"];
        for one in names {
            for other in names.into_iter().filter(|other| *other != one) {
                let prefix = Index::User(&UserId::from(one)).prefix();
                assert!(
                    !Index::User(&UserId::from(other)).prefix().starts_with(&prefix),
                    "{one:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn the_newest_sorts_first() {
        let times = [i64::MIN, -1, 0, 1, i64::MAX];
        let entry = |time: &i64, name: &str| Index::Time.entry(*time, &SessionId::from(name));
        assert!(times.windows(2).all(|pair| entry(&pair[0], "a") > entry(&pair[1], "a")));
        let names = ["", "\0", "\0a", "a", "aa", "b"];
        assert!(names.windows(2).all(|pair| entry(&0, pair[0]) > entry(&0, pair[1])));
    }

    #[test]
    fn the_end_is_after_all_that_begins_so() {
        assert_eq!(end_of(&[1, 2]), [1, 3]);
        assert_eq!(end_of(&[1, u8::MAX]), [2]);
    }
}
