//! The answer that is being typed: several messages in a row are one, once it has been quiet for a while.

use std::{collections::BTreeMap, time::Duration};

use serenity::all::MessageId;
use tokio::time::Instant;

use crate::domain::timing::{Medium, Timing};

/// How long Discord shows that somebody types after one sign of it.
const TYPING: Duration = Duration::from_secs(10);

/// The answer that is being typed.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Its messages by id, which is their order whatever order they came in.
    parts: BTreeMap<MessageId, String>,
    first_sign: Option<Instant>,
    last_part: Option<Instant>,
    typing: Option<Instant>,
    /// How sure the candidate said they are, before the answer was taken.
    pub(super) confidence: Option<u8>,
}

/// An answer that was taken.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Given {
    /// Its key: the id of its first message.
    pub(super) key: String,
    /// Its messages.
    pub(super) parts: BTreeMap<MessageId, String>,
}

impl Given {
    /// Its text.
    pub(super) fn text(&self) -> String {
        joined(&self.parts)
    }
}

fn joined(parts: &BTreeMap<MessageId, String>) -> String {
    parts.values().map(String::as_str).collect::<Vec<_>>().join("\n")
}

impl Draft {
    /// Whether there is nothing of it.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// A message came.
    pub(super) fn wrote(&mut self, id: MessageId, text: String, now: Instant) {
        self.parts.insert(id, text);
        self.last_part = Some(now);
        self.typing = None;
    }

    /// The candidate types.
    pub(super) fn typed(&mut self, now: Instant) {
        self.first_sign.get_or_insert(now);
        self.typing = Some(now);
    }

    /// A message of it was edited; whether it was one of its messages.
    pub(super) fn edited(&mut self, id: MessageId, text: &str) -> bool {
        match self.parts.get_mut(&id) {
            Some(part) => {
                text.clone_into(part);
                true
            }
            None => false,
        }
    }

    /// A message of it was deleted; whether it was one of its messages.
    pub(super) fn deleted(&mut self, id: MessageId) -> bool {
        self.parts.remove(&id).is_some()
    }

    /// When it is to be taken unless something comes before; none while there is nothing of it.
    pub(super) fn due(&self, quiet: Duration) -> Option<Instant> {
        let last = self.last_part.filter(|_| !self.is_empty())? + quiet;
        Some(self.typing.map_or(last, |typing| last.max(typing + TYPING.max(quiet))))
    }

    /// Takes it: the answer, its times and how sure they said they are.
    pub(super) fn take(&mut self, asked: Option<Instant>) -> Option<(Given, Timing, Option<u8>)> {
        let draft = std::mem::take(self);
        let key = draft.parts.keys().next()?.to_string();
        let since =
            |from: Option<Instant>, to: Option<Instant>| Some(to?.saturating_duration_since(from?).as_secs_f64());
        let timing = Timing {
            think_s: since(asked, draft.first_sign),
            duration_s: since(draft.first_sign, draft.last_part),
            pauses_s: Vec::new(),
            medium: Medium::Typed,
        };
        Some((
            Given {
                key,
                parts: draft.parts,
            },
            timing,
            draft.confidence,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_secs(4);

    #[tokio::test(start_paused = true)]
    async fn messages_are_one_answer_in_the_order_they_were_written() {
        let mut draft = Draft::default();
        let start = Instant::now();
        draft.typed(start + Duration::from_secs(3));
        draft.wrote(MessageId::new(12), "second".into(), start + Duration::from_secs(20));
        draft.wrote(MessageId::new(11), "first".into(), start + Duration::from_secs(21));
        let (given, timing, _) = draft.take(Some(start)).unwrap();
        assert_eq!((given.key.as_str(), given.text().as_str()), ("11", "first\nsecond"));
        assert_eq!((timing.think_s, timing.duration_s), (Some(3.0), Some(18.0)));
        assert!(draft.take(None).is_none(), "it is taken once");
    }

    #[tokio::test(start_paused = true)]
    async fn typing_is_not_quiet() {
        let mut draft = Draft::default();
        let start = Instant::now();
        assert_eq!(draft.due(QUIET), None);
        draft.wrote(MessageId::new(1), "one".into(), start);
        assert_eq!(draft.due(QUIET), Some(start + QUIET));
        draft.typed(start + Duration::from_secs(2));
        assert_eq!(draft.due(QUIET), Some(start + Duration::from_secs(12)));
        draft.wrote(MessageId::new(2), "two".into(), start + Duration::from_secs(5));
        assert_eq!(
            draft.due(QUIET),
            Some(start + Duration::from_secs(9)),
            "a message ends the typing"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_edit_and_a_deletion_count_before_it_is_taken() {
        let mut draft = Draft::default();
        draft.wrote(MessageId::new(1), "one".into(), Instant::now());
        draft.wrote(MessageId::new(2), "two".into(), Instant::now());
        assert!(draft.edited(MessageId::new(1), "uno") && !draft.edited(MessageId::new(9), "x"));
        assert!(draft.deleted(MessageId::new(2)));
        assert_eq!(draft.take(None).unwrap().0.text(), "uno");
    }
}
