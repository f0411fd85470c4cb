//! The check of the whole store: every chain, every list both ways, every content, and that there is as much as there should be.

use super::{
    super::{StoreError, Summary, Verified, record::content_hash},
    engine::guarded,
    head::Totals,
    keys, read,
    value::{Joined, Taken},
    view::View,
};
use crate::domain::ids::SessionId;

/// Reads everything. Appends may go on meanwhile.
pub(super) fn verify(view: View<'_>) -> Verified {
    let mut found = Verified::default();
    let before = totals(view, &mut found);
    step(&mut found, "the sessions", |found| sessions(view, found));
    step(&mut found, "the events", |found| {
        owners(view, &keys::all_events(), "an event", found)
    });
    step(&mut found, "the handled messages", |found| {
        owners(view, &keys::all_uniques(), "a handled message", found)
    });
    step(&mut found, "the lists", |found| entries(view, found));
    step(&mut found, "the contents", |found| contents(view, found));
    let after = totals(view, &mut found);
    if let (Some(before), Some(after)) = (before, after) {
        compare(before, after, &mut found);
    }
    found
}

/// One part of the check; where it can't be finished, that is a fault.
fn step(found: &mut Verified, what: &str, work: impl FnOnce(&mut Verified) -> Result<(), StoreError>) {
    if let Err(error) = guarded(|| work(found)) {
        found.fault(format!("{what} can't be read to their end: {error}"));
    }
}

fn totals(view: View<'_>, found: &mut Verified) -> Option<Totals> {
    match view.engine().totals() {
        Ok(totals) => Some(totals),
        Err(error) => {
            found.fault(format!("the totals can't be read: {error}"));
            None
        }
    }
}

/// The totals only grow while the log is read, so what was read lies between the two.
fn compare(before: Totals, after: Totals, found: &mut Verified) {
    let counts = [
        ("sessions", before.sessions, found.sessions, after.sessions),
        ("events", before.events, found.events, after.events),
        ("handled messages", before.keys, found.keys, after.keys),
        ("contents", before.contents, found.contents, after.contents),
    ];
    for (what, least, read, most) in counts {
        if read < least || read > most {
            found.fault(format!("{read} {what} were read and {most} were stored"));
        }
    }
}

fn sessions(view: View<'_>, found: &mut Verified) -> Result<(), StoreError> {
    for session in read::session_names(view) {
        let session = session?;
        found.sessions += 1;
        match guarded(|| read::sealed(view, &session)) {
            Ok(sealed) => {
                found.events += sealed.envelopes.len() as u64;
                found.keys += sealed.keys.len() as u64;
                listed(view, &sealed.summary, sealed.envelopes.len() as u64, found)?;
                if let Err(error) = read::load(view, &session) {
                    found.fault(error.to_string());
                }
            }
            Err(error) => found.fault(error.to_string()),
        }
    }
    Ok(())
}

/// Every session is in each list, with its status.
fn listed(view: View<'_>, summary: &Summary, events: u64, found: &mut Verified) -> Result<(), StoreError> {
    let session = &summary.session;
    for entry in keys::entries(&summary.user, &summary.guild, summary.opened_ms, session) {
        match view.get(&entry)? {
            None => found.fault(format!("session {session} is missing from a list")),
            // It may have changed since the summary was read.
            Some(code) if *code != [summary.status.code()] => {
                let now = view.summary(session)?;
                if now.is_none_or(|now| now.events == events) {
                    found.fault(format!("session {session} is listed with another status"));
                }
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Every entry of a list is of a session that belongs there.
fn entries(view: View<'_>, found: &mut Verified) -> Result<(), StoreError> {
    for kind in keys::INDEX_KINDS {
        for pair in view.scan(&[kind]) {
            let (key, _) = pair?;
            let Some(session) = keys::session_of_entry(&key) else {
                found.fault("an entry of a list can't be read".to_owned());
                continue;
            };
            let belongs = guarded(|| view.summary(&session)).is_ok_and(|summary| {
                summary.is_some_and(|of| {
                    let expected = keys::entries(&of.user, &of.guild, of.opened_ms, &of.session);
                    expected.iter().any(|entry| **entry == *key)
                })
            });
            if !belongs {
                found.fault(format!("a list holds session {session} and it does not belong there"));
            }
        }
    }
    Ok(())
}

/// Everything that is stored under a session's name has a session.
fn owners(view: View<'_>, prefix: &[u8], what: &str, found: &mut Verified) -> Result<(), StoreError> {
    let mut last: Option<String> = None;
    for pair in view.scan(prefix) {
        let (key, _) = pair?;
        let Some((name, _)) = keys::first_name(&key) else {
            found.fault(format!("{what} can't be read"));
            continue;
        };
        if last.as_ref() != Some(&name) {
            let session = SessionId(name.clone());
            if guarded(|| view.head(&session)).is_ok_and(|head| head.is_none()) {
                found.fault(format!("{what} is of session {session}, which is not there"));
            }
            last = Some(name);
        }
    }
    Ok(())
}

fn contents(view: View<'_>, found: &mut Verified) -> Result<(), StoreError> {
    let mut joined = Joined::default();
    for pair in view.scan(&keys::contents()) {
        let (key, piece) = pair?;
        let Some((hash, number)) = keys::first_name(&key) else {
            found.fault("a content can't be read".to_owned());
            continue;
        };
        let number = number.first_chunk::<4>().copied().unwrap_or([u8::MAX; 4]);
        if number == [0; 4] {
            found.contents += 1;
            joined = Joined::default();
        }
        let sound = match joined.take(number, &piece) {
            Taken::More => true,
            Taken::Whole(body) => String::from_utf8(body).is_ok_and(|text| content_hash(&text) == hash),
            Taken::Broken => false,
        };
        if !sound {
            found.fault(format!("content {hash} is damaged"));
        }
    }
    Ok(())
}
