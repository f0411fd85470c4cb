//! Erasing for good: a new generation with everything but what is erased. sled keeps deleted text in its files, so deleting is no
//! way.

use std::{collections::BTreeSet, path::Path};

use ::sled::IVec;

use super::{
    super::{Erase, Erased, StoreError},
    engine::{Engine, OpenError},
    head::Totals,
    keys::{self, Index},
    read,
    value::Write,
    view::View,
};
use crate::{domain::ids::SessionId, interview::event::ContentHash};

/// The most bytes copied in one batch.
const BATCH_BYTES: usize = 256 << 10;

/// What is left out.
#[derive(Debug)]
pub(super) struct Plan {
    sessions: BTreeSet<SessionId>,
    contents: BTreeSet<ContentHash>,
}

/// The sessions meant. One with a damaged head is found by its events.
pub(super) fn targets(view: View<'_>, what: &Erase) -> Result<BTreeSet<SessionId>, StoreError> {
    match what {
        Erase::Session(session) => {
            let prefixes = [keys::head(session), keys::events(session)];
            for prefix in prefixes {
                if view.scan(&prefix).next().transpose()?.is_some() {
                    return Ok(BTreeSet::from([session.clone()]));
                }
            }
            Ok(BTreeSet::new())
        }
        Erase::User(user) => view
            .scan(&Index::User(user).prefix())
            .filter_map(|entry| entry.map(|(key, _)| keys::session_of_entry(&key)).transpose())
            .collect(),
    }
}

/// What is left out with these sessions: them, and the contents that nothing else refers to or waits for.
pub(super) fn plan(
    view: View<'_>,
    sessions: BTreeSet<SessionId>,
    is_awaited: impl Fn(&str) -> bool,
) -> Result<Plan, StoreError> {
    let mut contents = BTreeSet::new();
    for session in &sessions {
        // A damaged session names none that can be read; those stay.
        contents.extend(read::contents_of(view, session).unwrap_or_default());
    }
    contents.retain(|hash| !is_awaited(hash));
    for session in read::session_names(view) {
        if contents.is_empty() {
            break;
        }
        let session = session?;
        if !sessions.contains(&session) {
            for hash in read::contents_of(view, &session)? {
                contents.remove(&hash);
            }
        }
    }
    Ok(Plan { sessions, contents })
}

/// Writes the new generation. Durable when it returns, and not yet the current one.
pub(super) fn rewrite(
    view: View<'_>,
    plan: &Plan,
    before: Totals,
    folder: &Path,
    cache_bytes: u64,
) -> Result<(Engine, Totals, Erased), StoreError> {
    let engine = Engine::create(folder, cache_bytes).map_err(|error| match error {
        OpenError::Broken(detail) => StoreError::Unusable { detail },
        OpenError::Other(error) => error,
    })?;
    let copied = copy(view, plan, &engine).and_then(|left_out| {
        // Reckoned, not counted anew: a store that had lost something still says so.
        let totals = Totals {
            commit: before.commit + 1,
            sessions: before.sessions.saturating_sub(left_out.sessions),
            events: before.events.saturating_sub(left_out.events),
            keys: before.keys.saturating_sub(left_out.keys),
            contents: before.contents.saturating_sub(left_out.contents),
        };
        engine.commit_totals(totals)?;
        let erased = Erased {
            sessions: left_out.sessions,
            events: left_out.events,
            contents: left_out.contents,
            left_aside: Vec::new(),
        };
        Ok((totals, erased))
    });
    match copied {
        Ok((totals, erased)) => Ok((engine, totals, erased)),
        Err(error) => {
            engine.close();
            Err(error)
        }
    }
}

/// Copies everything but what the plan leaves out, and counts that.
fn copy(view: View<'_>, plan: &Plan, engine: &Engine) -> Result<Totals, StoreError> {
    let mut left_out = Totals::default();
    let mut batch: Vec<Write> = Vec::new();
    let mut bytes = 0;
    for pair in view.between(Vec::new(), vec![u8::MAX]) {
        let (key, value) = pair?;
        if plan.leaves_out(&key) {
            count(&mut left_out, &key);
            continue;
        }
        if &*key == keys::TOTALS {
            continue;
        }
        bytes += key.len() + value.len();
        batch.push((key, Some(value)));
        if bytes > BATCH_BYTES {
            engine.apply(&batch)?;
            batch.clear();
            bytes = 0;
        }
    }
    engine.apply(&batch)?;
    Ok(left_out)
}

impl Plan {
    fn leaves_out(&self, key: &[u8]) -> bool {
        match key.first() {
            Some(b'E' | b'K' | b'S') => {
                keys::first_name(key).is_some_and(|(name, _)| self.sessions.contains(&SessionId(name)))
            }
            Some(b'T' | b'U' | b'G' | b'P') => {
                keys::session_of_entry(key).is_some_and(|session| self.sessions.contains(&session))
            }
            Some(b'C') => keys::first_name(key).is_some_and(|(hash, _)| self.contents.contains(&hash)),
            _ => false,
        }
    }
}

/// Counts a value by its first piece.
fn count(totals: &mut Totals, key: &IVec) {
    let first_piece = key.ends_with(&[0; 4]);
    match key.first() {
        Some(b'E') if first_piece => totals.events += 1,
        Some(b'S') if first_piece => totals.sessions += 1,
        Some(b'C') if first_piece => totals.contents += 1,
        Some(b'K') => totals.keys += 1,
        _ => {}
    }
}
