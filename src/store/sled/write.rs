//! What an append, a content and an imported session write, worked out before anything is written.

use std::collections::BTreeSet;

use super::{
    super::{
        Append, StoreError, Summary,
        record::{Draft, Envelope, NO_EVENT, drafts, lossless},
        transfer::SealedSession,
    },
    head::{Head, Totals},
    keys, value,
    value::Write,
    view::{View, encode_envelope},
};
use crate::{
    domain::ids::SessionId,
    interview::event::{ContentHash, Event, Opened},
};

/// The longest name or key, in bytes.
const NAME_LIMIT: usize = 1_024;

/// An append that was checked as far as it can be without the store.
#[derive(Debug)]
pub(super) struct Prepared {
    session: SessionId,
    expected: u64,
    drafts: Vec<Draft>,
    keys: Vec<String>,
    summary: Summary,
    summary_body: Vec<u8>,
    /// The contents the session was opened with, where this opens it.
    pub(super) contents: BTreeSet<ContentHash>,
}

/// Checks an append and makes its bodies.
pub(super) fn prepare(append: Append) -> Result<Prepared, StoreError> {
    check_names(&append)?;
    check_summary(&append)?;
    let opened = append.events.first().and_then(|recorded| match &recorded.event {
        Event::Opened(opened) => Some(opened),
        _ => None,
    });
    Ok(Prepared {
        contents: opened.map(|opened| contents_of(opened)).unwrap_or_default(),
        drafts: drafts(&append)?,
        summary_body: lossless(&append.summary, "the summary")?,
        session: append.session,
        expected: append.expected,
        keys: append.keys,
        summary: append.summary,
    })
}

/// The contents a session was opened with.
pub(super) fn contents_of(opened: &Opened) -> BTreeSet<ContentHash> {
    let frozen = &opened.frozen;
    let files = frozen.personas.values().chain(frozen.cases.values());
    files.chain([&frozen.rubric, &frozen.pushback]).cloned().collect()
}

fn check_names(append: &Append) -> Result<(), StoreError> {
    let summary = &append.summary;
    let names = [append.session.as_str(), summary.user.as_str(), summary.guild.as_str()];
    let keys = append.keys.iter().map(String::as_str);
    if names.into_iter().chain(keys).any(|name| name.len() > NAME_LIMIT) {
        return Err(StoreError::Invalid(format!(
            "a name or key is longer than {NAME_LIMIT} bytes"
        )));
    }
    let mut seen = BTreeSet::new();
    match append.keys.iter().find(|key| !seen.insert(key.as_str())) {
        Some(key) => Err(StoreError::DuplicateKey { key: key.clone() }),
        None => Ok(()),
    }
}

fn check_summary(append: &Append) -> Result<(), StoreError> {
    let summary = &append.summary;
    let invalid = |what: String| Err(StoreError::Invalid(what));
    let events = append.expected + append.events.len() as u64;
    if summary.session != append.session {
        return invalid("the summary is of another session".to_owned());
    }
    if summary.events != events {
        return invalid(format!(
            "the summary counts {} events and the log has {events}",
            summary.events
        ));
    }
    if events == 0 {
        return invalid("a session begins with an event".to_owned());
    }
    if append.events.is_empty() && !append.keys.is_empty() {
        return invalid("a key comes with an event".to_owned());
    }
    if let Some(Event::Opened(opened)) = append.events.first().map(|recorded| &recorded.event)
        && (opened.user != summary.user || opened.guild != summary.guild)
    {
        return invalid("the summary names another candidate or place than the log".to_owned());
    }
    Ok(())
}

/// What an append writes.
pub(super) fn append(view: View<'_>, totals: &mut Totals, prepared: &Prepared) -> Result<Vec<Write>, StoreError> {
    let session = &prepared.session;
    for key in &prepared.keys {
        if view.get(&keys::unique(session, key))?.is_some() {
            return Err(StoreError::DuplicateKey { key: key.clone() });
        }
    }
    let before = view.head(session)?;
    let found = before.as_ref().map_or(0, |head| head.events);
    if found != prepared.expected {
        return Err(StoreError::Conflict {
            expected: prepared.expected,
            found,
        });
    }
    if let Some(head) = &before {
        check_same(&head.summary(session)?, &prepared.summary)?;
    }
    let mut last = before.as_ref().map_or(NO_EVENT, |head| head.hash);
    let envelopes = prepared.drafts.iter().map(|draft| {
        let envelope = Envelope::seal(session, draft.clone(), last);
        last = envelope.hash;
        envelope
    });
    let envelopes: Vec<Envelope> = envelopes.collect();
    let head = Head {
        events: found + envelopes.len() as u64,
        keys: before.as_ref().map_or(0, |head| head.keys) + prepared.keys.len() as u64,
        hash: last,
        summary: prepared.summary_body.clone(),
    };
    let keys = prepared.keys.iter().map(|key| (key.as_str(), prepared.expected));
    count(totals, before.is_none(), envelopes.len(), prepared.keys.len());
    Ok(session_writes(
        &prepared.summary,
        before.as_ref(),
        &head,
        &envelopes,
        keys,
    ))
}

/// What an imported session writes; nothing where it is here already, event for event.
pub(super) fn import(view: View<'_>, totals: &mut Totals, sealed: &SealedSession) -> Result<Vec<Write>, StoreError> {
    let session = &sealed.summary.session;
    let head = Head {
        events: sealed.envelopes.len() as u64,
        keys: sealed.keys.len() as u64,
        hash: sealed.envelopes.last().map_or(NO_EVENT, |envelope| envelope.hash),
        summary: sealed.summary_body.clone(),
    };
    if let Some(here) = view.head(session)? {
        return if here.events == head.events && here.hash == head.hash {
            Ok(Vec::new())
        } else {
            Err(StoreError::Conflict {
                expected: head.events,
                found: here.events,
            })
        };
    }
    let keys = sealed.keys.iter().map(|(key, seq)| (key.as_str(), *seq));
    count(totals, true, sealed.envelopes.len(), sealed.keys.len());
    Ok(session_writes(&sealed.summary, None, &head, &sealed.envelopes, keys))
}

/// What a content writes; nothing where it is here already.
pub(super) fn content(view: View<'_>, totals: &mut Totals, hash: &str, text: &str) -> Result<Vec<Write>, StoreError> {
    let key = keys::content(hash);
    let mut writes = Vec::new();
    if view.get(&value::piece_key(&key, 0))?.is_none() {
        totals.contents += 1;
        value::put(&mut writes, &key, text.as_bytes(), 0);
    }
    Ok(writes)
}

fn check_same(before: &Summary, now: &Summary) -> Result<(), StoreError> {
    let same = before.user == now.user && before.guild == now.guild && before.opened_ms == now.opened_ms;
    if same {
        Ok(())
    } else {
        Err(StoreError::Invalid(
            "a session's candidate, place and opening time never change".to_owned(),
        ))
    }
}

fn count(totals: &mut Totals, new: bool, events: usize, keys: usize) {
    totals.sessions += u64::from(new);
    totals.events += events as u64;
    totals.keys += keys as u64;
}

fn session_writes<'a>(
    summary: &Summary,
    before: Option<&Head>,
    head: &Head,
    envelopes: &[Envelope],
    unique_keys: impl Iterator<Item = (&'a str, u64)>,
) -> Vec<Write> {
    let session = &summary.session;
    let mut writes = Vec::new();
    for envelope in envelopes {
        let key = keys::event(session, envelope.seq);
        value::put(&mut writes, &key, &encode_envelope(envelope), 0);
    }
    for (key, seq) in unique_keys {
        let value = seq.to_be_bytes().as_slice().into();
        writes.push((keys::unique(session, key).into(), Some(value)));
    }
    let pieces_before = before.map_or(0, |before| value::pieces(before.encode(session).len()));
    value::put(&mut writes, &keys::head(session), &head.encode(session), pieces_before);
    let status: ::sled::IVec = [summary.status.code()].as_slice().into();
    for entry in keys::entries(&summary.user, &summary.guild, summary.opened_ms, session) {
        writes.push((entry.into(), Some(status.clone())));
    }
    writes
}
