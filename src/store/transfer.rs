//! The export as JSON lines: a header, contents, each session with its events, and an end that says how much there was.
//!
//! ```text
//! {"format":"hotseat-log","version":1}
//! {"content":"<sha-256>","text":"..."}
//! {"session":{..summary..},"keys":[["<key>",<seq>],..]}
//! {"event":{..},"version":1,"seq":0,"at_ms":..,"previous":"<sha-256>","hash":"<sha-256>"}
//! {"end":{"contents":..,"sessions":..,"events":..,"keys":..},"sha256":"<of every byte before>"}
//! ```
//! Bodies are taken over byte for byte, so that hashes hold and an export of an import is the same file. Knows no back end.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::{
    Exported, StoreError, Summary,
    record::{Envelope, NO_EVENT, content_hash, hex, unhex},
};
use crate::interview::event::ContentHash;

/// The format's name.
const FORMAT: &str = "hotseat-log";
/// The format's version; raised with every change an older program can't read.
const FORMAT_VERSION: u32 = 1;
/// The longest line, in bytes.
pub(super) const LINE_LIMIT: u64 = 64 << 20;

/// One whole session, its chain checked.
#[derive(Debug)]
pub(super) struct SealedSession {
    pub(super) summary: Summary,
    /// The summary's JSON as it was stored.
    pub(super) summary_body: Vec<u8>,
    pub(super) envelopes: Vec<Envelope>,
    /// Keys with the event they came before, sorted.
    pub(super) keys: Vec<(String, u64)>,
}

impl SealedSession {
    /// About how much it takes.
    pub(super) fn bytes(&self) -> usize {
        let events: usize = self.envelopes.iter().map(|envelope| envelope.body.len() + 100).sum();
        events + self.summary_body.len()
    }
}

#[derive(Serialize, Deserialize)]
struct HeaderLine {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContentLine {
    content: String,
    text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionLine {
    session: Box<RawValue>,
    keys: Vec<(String, u64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine {
    event: Box<RawValue>,
    version: u32,
    seq: u64,
    at_ms: i64,
    previous: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: Exported,
    sha256: String,
}

/// Makes the lines of an export.
#[derive(Debug, Default)]
pub(super) struct Writer {
    hasher: Sha256,
    counts: Exported,
}

impl Writer {
    /// The first line.
    pub(super) fn header(&mut self) -> Result<Vec<u8>, StoreError> {
        self.line(&HeaderLine {
            format: FORMAT.to_owned(),
            version: FORMAT_VERSION,
        })
    }

    /// A content.
    pub(super) fn content(&mut self, hash: ContentHash, text: String) -> Result<Vec<u8>, StoreError> {
        self.counts.contents += 1;
        self.line(&ContentLine { content: hash, text })
    }

    /// A session and its events.
    pub(super) fn session(&mut self, sealed: SealedSession) -> Result<Vec<u8>, StoreError> {
        self.counts.sessions += 1;
        self.counts.keys += sealed.keys.len() as u64;
        self.counts.events += sealed.envelopes.len() as u64;
        let mut lines = self.line(&SessionLine {
            session: raw(sealed.summary_body)?,
            keys: sealed.keys,
        })?;
        for envelope in sealed.envelopes {
            lines.extend(self.line(&EventLine {
                version: envelope.version,
                seq: envelope.seq,
                at_ms: envelope.at_ms,
                previous: hex(&envelope.previous),
                hash: hex(&envelope.hash),
                event: raw(envelope.body)?,
            })?);
        }
        Ok(lines)
    }

    /// The last line.
    pub(super) fn end(mut self) -> Result<(Vec<u8>, Exported), StoreError> {
        let end = EndLine {
            end: self.counts.clone(),
            sha256: hex(&self.hasher.clone().finalize().into()),
        };
        Ok((self.line(&end)?, self.counts))
    }

    fn line(&mut self, line: &impl Serialize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = serde_json::to_vec(line).map_err(|error| StoreError::Invalid(error.to_string()))?;
        bytes.push(b'\n');
        self.hasher.update(&bytes);
        Ok(bytes)
    }
}

fn raw(body: Vec<u8>) -> Result<Box<RawValue>, StoreError> {
    let unreadable = || StoreError::Invalid("a stored text is no JSON".to_owned());
    let text = String::from_utf8(body).map_err(|_| unreadable())?;
    RawValue::from_string(text).map_err(|_| unreadable())
}

/// What a line of an import completes.
#[derive(Debug)]
pub(super) enum Item {
    /// A content.
    Content { hash: ContentHash, text: String },
    /// A session; its last event was read before.
    Session(Box<SealedSession>),
}

/// Reads the lines of an export, and checks all that can be checked without a store.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: u64,
    hasher: Sha256,
    counts: Exported,
    open: Option<Box<SealedSession>>,
    ended: bool,
}

impl Reader {
    /// Takes the next line with its line break.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Option<Item>, StoreError> {
        self.line += 1;
        if self.ended {
            return Err(self.bad("follows the end"));
        }
        let item = self.parse(line)?;
        self.hasher.update(line);
        Ok(item)
    }

    /// Says whether the end was read.
    pub(super) fn finish(&self) -> Result<(), StoreError> {
        if self.ended {
            Ok(())
        } else {
            Err(self.bad("is the last, and the end is missing"))
        }
    }

    /// The error of the line read last.
    pub(super) fn bad(&self, detail: impl Into<String>) -> StoreError {
        StoreError::BadLine {
            line: self.line,
            detail: detail.into(),
        }
    }

    fn parse(&mut self, line: &[u8]) -> Result<Option<Item>, StoreError> {
        if self.line == 1 {
            return self.header(line).map(|()| None);
        }
        // Each kind of line begins with a name of its own: this program writes it so, and order is part of the format.
        if line.starts_with(b"{\"event\"") {
            self.event(line).map(|()| None)
        } else if line.starts_with(b"{\"session\"") {
            self.session(line)
        } else if line.starts_with(b"{\"content\"") {
            self.content(line).map(Some)
        } else if line.starts_with(b"{\"end\"") {
            self.end(line)
        } else {
            Err(self.bad("is none that an export holds"))
        }
    }

    fn header(&self, line: &[u8]) -> Result<(), StoreError> {
        let header: HeaderLine = self.read(line)?;
        if header.format != FORMAT {
            return Err(self.bad("names another format"));
        }
        if header.version > FORMAT_VERSION {
            return Err(StoreError::Newer {
                found: header.version,
                known: FORMAT_VERSION,
            });
        }
        Ok(())
    }

    fn content(&mut self, line: &[u8]) -> Result<Item, StoreError> {
        let content: ContentLine = self.read(line)?;
        if self.counts.sessions > 0 {
            return Err(self.bad("is a content after the first session"));
        }
        if content_hash(&content.text) != content.content {
            return Err(self.bad("holds a content with a wrong hash"));
        }
        self.counts.contents += 1;
        Ok(Item::Content {
            hash: content.content,
            text: content.text,
        })
    }

    fn session(&mut self, line: &[u8]) -> Result<Option<Item>, StoreError> {
        let read: SessionLine = self.read(line)?;
        let before = self.complete()?;
        let summary: Summary = self.read(read.session.get().as_bytes())?;
        if !read.keys.is_sorted()
            || read
                .keys
                .windows(2)
                .any(|pair| matches!(pair, [one, other] if one.0 == other.0))
        {
            return Err(self.bad("names a key twice or out of order"));
        }
        self.counts.sessions += 1;
        self.counts.keys += read.keys.len() as u64;
        self.open = Some(Box::new(SealedSession {
            summary,
            summary_body: read.session.get().as_bytes().to_vec(),
            envelopes: Vec::new(),
            keys: read.keys,
        }));
        Ok(before)
    }

    fn event(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let read: EventLine = self.read(line)?;
        let (Some(previous), Some(hash)) = (unhex(&read.previous), unhex(&read.hash)) else {
            return Err(self.bad("holds no hash where one belongs"));
        };
        let envelope = Envelope {
            version: read.version,
            seq: read.seq,
            at_ms: read.at_ms,
            previous,
            hash,
            body: read.event.get().as_bytes().to_vec(),
        };
        let line = self.line;
        let Some(open) = &mut self.open else {
            return Err(self.bad("is an event before any session"));
        };
        let last = open.envelopes.last().map_or(NO_EVENT, |envelope| envelope.hash);
        envelope
            .open(&open.summary.session, open.envelopes.len() as u64, &last)
            .map_err(|error| match error {
                StoreError::DamagedSession { detail, .. } => StoreError::BadLine {
                    line,
                    detail: format!("holds an event that is not what was exported: {detail}"),
                },
                other => other,
            })?;
        open.envelopes.push(envelope);
        self.counts.events += 1;
        Ok(())
    }

    fn end(&mut self, line: &[u8]) -> Result<Option<Item>, StoreError> {
        let read: EndLine = self.read(line)?;
        let last = self.complete()?;
        if read.end != self.counts {
            return Err(self.bad("counts more or less than came before it"));
        }
        if read.sha256 != hex(&self.hasher.clone().finalize().into()) {
            return Err(self.bad("carries the checksum of another file"));
        }
        self.ended = true;
        Ok(last)
    }

    /// The session whose last event was just read.
    fn complete(&mut self) -> Result<Option<Item>, StoreError> {
        let Some(open) = self.open.take() else { return Ok(None) };
        if open.summary.events != open.envelopes.len() as u64 || open.envelopes.is_empty() {
            return Err(self.bad("comes before the session above it is whole"));
        }
        if open.keys.iter().any(|(_, seq)| *seq >= open.summary.events) {
            return Err(self.bad("follows a session with a key of no event"));
        }
        Ok(Some(Item::Session(open)))
    }

    fn read<'a, T: Deserialize<'a>>(&self, line: &'a [u8]) -> Result<T, StoreError> {
        serde_json::from_slice(line).map_err(|error| self.bad(format!("can't be read: {:?}", error.classify())))
    }
}
