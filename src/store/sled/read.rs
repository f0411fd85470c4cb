//! Reading: logs, summaries, lists, contents.

use std::collections::BTreeSet;

use super::{
    super::{
        Cursor, Page, Query, Status, StoreError,
        record::{NO_EVENT, content_hash, damaged},
        transfer::SealedSession,
    },
    head::take_u64,
    keys::{self, Index},
    view::{Missing, View},
    write,
};
use crate::{
    domain::ids::SessionId,
    interview::event::{ContentHash, Event, Recorded},
};

/// The most sessions of one page.
const PAGE_LIMIT: usize = 1_000;
/// The most names `find` gives.
const FIND_LIMIT: usize = 10;

/// A session's log, every event checked.
pub(super) fn load(view: View<'_>, session: &SessionId) -> Result<Vec<Recorded>, StoreError> {
    let Some(head) = view.head(session)? else {
        return Err(absent(view, session)?);
    };
    let mut events = Vec::new();
    let mut last = NO_EVENT;
    for (seq, envelope) in (0..).zip(view.envelopes(session, head.events)) {
        let envelope = envelope?;
        events.push(envelope.open(session, seq, &last)?);
        last = envelope.hash;
    }
    check_end(session, events.len() as u64, head.events, last == head.hash)?;
    Ok(events)
}

/// A session as it is exported, every event checked.
pub(super) fn sealed(view: View<'_>, session: &SessionId) -> Result<SealedSession, StoreError> {
    let Some(head) = view.head(session)? else {
        return Err(absent(view, session)?);
    };
    let mut envelopes = Vec::new();
    let mut last = NO_EVENT;
    for (seq, envelope) in (0..).zip(view.envelopes(session, head.events)) {
        let envelope = envelope?;
        envelope.check(session, seq, &last)?;
        last = envelope.hash;
        envelopes.push(envelope);
    }
    check_end(session, envelopes.len() as u64, head.events, last == head.hash)?;
    let keys = unique_keys(view, session, head.events)?;
    if keys.len() as u64 != head.keys {
        return Err(damaged(session, 0, "its list of handled messages is not whole"));
    }
    Ok(SealedSession {
        summary: head.summary(session)?,
        summary_body: head.summary,
        envelopes,
        keys,
    })
}

fn check_end(session: &SessionId, found: u64, expected: u64, same_hash: bool) -> Result<(), StoreError> {
    if found < expected {
        return Err(damaged(
            session,
            found,
            format!("the log ends here and had {expected} events"),
        ));
    }
    if !same_hash {
        return Err(damaged(
            session,
            found.saturating_sub(1),
            "it is not the event the log ended with",
        ));
    }
    Ok(())
}

/// A session that has no head: one there never was, or one that lost it.
fn absent(view: View<'_>, session: &SessionId) -> Result<StoreError, StoreError> {
    let left = view.scan(&keys::events(session)).next().transpose()?;
    Ok(match left {
        Some(_) => damaged(session, 0, "there are events and no head"),
        None => StoreError::NotFound {
            session: session.0.clone(),
        },
    })
}

/// The keys of a session with the events they came before, those stored with the first `events` events.
fn unique_keys(view: View<'_>, session: &SessionId, events: u64) -> Result<Vec<(String, u64)>, StoreError> {
    let broken = || damaged(session, 0, "its list of handled messages can't be read");
    let mut found = Vec::new();
    for pair in view.scan(&keys::uniques(session)) {
        let (key, value) = pair?;
        let text = keys::unique_text(&key).ok_or_else(broken)?;
        let (seq, _) = take_u64(&value).ok_or_else(broken)?;
        if seq < events {
            found.push((text, seq));
        }
    }
    Ok(found)
}

/// A content, checked against its hash.
pub(super) fn content(view: View<'_>, hash: &str) -> Result<Option<String>, StoreError> {
    let damaged = || StoreError::DamagedContent { hash: hash.to_owned() };
    let body = view.value(&keys::content(hash)).map_err(|missing| match missing {
        Missing::Piece => damaged(),
        Missing::Other(error) => error,
    })?;
    let Some(body) = body else { return Ok(None) };
    let text = String::from_utf8(body).map_err(|_| damaged())?;
    if content_hash(&text) == hash {
        Ok(Some(text))
    } else {
        Err(damaged())
    }
}

/// The contents a session refers to.
pub(super) fn contents_of(view: View<'_>, session: &SessionId) -> Result<BTreeSet<ContentHash>, StoreError> {
    let mut contents = BTreeSet::new();
    if let Some(summary) = view.summary(session)? {
        contents.insert(summary.rubric);
    }
    if let Some(first) = view.envelopes(session, 1).next()
        && let Event::Opened(opened) = first?.open(session, 0, &NO_EVENT)?.event
    {
        contents.extend(write::contents_of(&opened));
    }
    Ok(contents)
}

/// The names of all sessions, sorted.
pub(super) fn session_names(view: View<'_>) -> impl Iterator<Item = Result<SessionId, StoreError>> + '_ {
    heads(view, "")
}

/// The first sessions whose name begins so.
pub(super) fn find(view: View<'_>, prefix: &str) -> Result<Vec<SessionId>, StoreError> {
    heads(view, prefix).take(FIND_LIMIT).collect()
}

fn heads<'a>(view: View<'a>, prefix: &str) -> impl Iterator<Item = Result<SessionId, StoreError>> + use<'a> {
    view.scan(&keys::heads(prefix)).filter_map(|pair| match pair {
        Ok((key, _)) => {
            let (name, number) = keys::first_name(&key)?;
            (number == [0; 4]).then_some(Ok(SessionId(name)))
        }
        Err(error) => Some(Err(error)),
    })
}

/// One page of sessions, newest first.
pub(super) fn list(view: View<'_>, query: &Query) -> Result<Page, StoreError> {
    let limit = query.limit.clamp(1, PAGE_LIMIT);
    let mut page = Page {
        sessions: Vec::new(),
        next: None,
    };
    for session in matches(view, query, query.after.as_ref()) {
        let session = session?;
        if page.sessions.len() == limit {
            page.next = page.sessions.last().map(|last| Cursor {
                opened_ms: last.opened_ms,
                session: last.session.clone(),
            });
            break;
        }
        let summary = view.summary(&session)?;
        let lost = || damaged(&session, 0, "it is listed and not there");
        page.sessions.push(summary.ok_or_else(lost)?);
    }
    Ok(page)
}

/// How many sessions match.
pub(super) fn count(view: View<'_>, query: &Query) -> Result<u64, StoreError> {
    matches(view, query, None).try_fold(0, |count, session| session.map(|_| count + 1))
}

/// The names of the sessions that match, oldest first.
pub(super) fn matching(view: View<'_>, query: &Query) -> Result<Vec<SessionId>, StoreError> {
    let mut sessions = matches(view, query, None).collect::<Result<Vec<_>, _>>()?;
    sessions.reverse();
    Ok(sessions)
}

/// Walks the narrowest index, newest first.
fn matches<'a>(
    view: View<'a>,
    query: &Query,
    after: Option<&Cursor>,
) -> impl Iterator<Item = Result<SessionId, StoreError>> + use<'a> {
    let index = match (&query.user, &query.guild) {
        (Some(user), Some(guild)) => Index::Both(user, guild),
        (Some(user), None) => Index::User(user),
        (None, Some(guild)) => Index::Guild(guild),
        (None, None) => Index::Time,
    };
    let mut from = query
        .until_ms
        .map_or_else(|| index.prefix(), |time| keys::end_of(&index.at(time)));
    if let Some(cursor) = after {
        let mut next = index.entry(cursor.opened_ms, &cursor.session);
        next.push(0);
        from = from.max(next);
    }
    let until = keys::end_of(&query.since_ms.map_or_else(|| index.prefix(), |time| index.at(time)));
    let status = query.status.map(Status::code);
    let only = query.session.clone();
    view.between(from.clone(), until.max(from))
        .filter_map(move |pair| match pair {
            Err(error) => Some(Err(error)),
            Ok((key, value)) => {
                let wanted = status.is_none_or(|code| *value == [code]);
                let unreadable = || StoreError::Unusable {
                    detail: "an entry of a list can't be read".to_owned(),
                };
                wanted.then(|| keys::session_of_entry(&key).ok_or_else(unreadable))
            }
        })
        .filter(move |found| match (found, &only) {
            (Ok(session), Some(only)) => session == only,
            _ => true,
        })
}
