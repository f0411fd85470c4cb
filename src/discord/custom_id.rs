//! What a button, a select or a modal stands for: an action, the session, and the turn it was shown at, so that an old one is
//! recognised.

use std::{fmt, str::FromStr};

use crate::domain::ids::SessionId;

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Opens the form to answer in, and sends it.
    Answer,
    /// Asks for a hint.
    Hint,
    /// Skips the question.
    Skip,
    /// Pauses.
    Pause,
    /// Ends the interview.
    End,
    /// Takes the messages so far as the answer.
    Done,
    /// Says how sure one was, in per cent.
    Sure(u8),
    /// Goes on after a pause.
    Resume,
    /// Shows the debrief to whoever asks.
    Debrief,
    /// Opens the form for a peer's pushback, and sends it.
    Push,
    /// Opens a peer's scorecard.
    Card,
    /// A level on a scorecard: which of the question's signals.
    Level(u8),
    /// Deletes one session, or all.
    Delete,
    /// Keeps what was asked to be deleted.
    Keep,
}

/// What a component stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomId {
    /// What it does.
    pub(super) action: Action,
    /// The session.
    pub(super) session: SessionId,
    /// The turn it was shown at.
    pub(super) turn: u32,
}

/// Marks ids of this form, so that a later form is told from it.
const FORM: &str = "hs1";

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            Action::Answer => "answer",
            Action::Hint => "hint",
            Action::Skip => "skip",
            Action::Pause => "pause",
            Action::End => "end",
            Action::Done => "done",
            Action::Sure(percent) => return write!(f, "{FORM}:sure-{percent}:{}:{}", self.session, self.turn),
            Action::Resume => "resume",
            Action::Debrief => "debrief",
            Action::Push => "push",
            Action::Card => "card",
            Action::Level(index) => return write!(f, "{FORM}:level-{index}:{}:{}", self.session, self.turn),
            Action::Delete => "delete",
            Action::Keep => "keep",
        };
        write!(f, "{FORM}:{action}:{}:{}", self.session, self.turn)
    }
}

/// It is none of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

impl FromStr for CustomId {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let mut parts = text.split(':');
        let (Some(FORM), Some(action), Some(session), Some(turn), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotOurs);
        };
        Ok(CustomId {
            action: read(action).ok_or(NotOurs)?,
            session: SessionId::new(session),
            turn: turn.parse().map_err(|_| NotOurs)?,
        })
    }
}

fn read(action: &str) -> Option<Action> {
    Some(match action {
        "answer" => Action::Answer,
        "hint" => Action::Hint,
        "skip" => Action::Skip,
        "pause" => Action::Pause,
        "end" => Action::End,
        "done" => Action::Done,
        "resume" => Action::Resume,
        "debrief" => Action::Debrief,
        "push" => Action::Push,
        "card" => Action::Card,
        "delete" => Action::Delete,
        "keep" => Action::Keep,
        other => match other.split_once('-')? {
            ("sure", percent) => Action::Sure(percent.parse().ok().filter(|percent| *percent <= 100)?),
            ("level", index) => Action::Level(index.parse().ok()?),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_was_written_and_fits() {
        for action in [Action::Answer, Action::Sure(70), Action::Level(3), Action::Delete] {
            let id = CustomId {
                action,
                session: SessionId::new("20261124-153107-k3f9xa"),
                turn: 12,
            };
            assert_eq!(id.to_string().parse(), Ok(id.clone()));
            assert!(id.to_string().len() <= 100);
        }
    }

    #[test]
    fn anything_else_is_not_ours() {
        for text in [
            "",
            "hs1",
            "hs1:answer:x",
            "hs1:sure-101:x:1",
            "hs2:answer:x:1",
            "hs1:fly:x:1",
            "hs1:answer:x:-1",
            "hs1:answer:x:1:2",
        ] {
            assert_eq!(text.parse::<CustomId>(), Err(NotOurs), "{text}");
        }
    }
}
