//! Identifiers as types, so that one can't be passed where another is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Makes the id from any text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// One sitting. Sorts by the time it was opened.
    SessionId
}
text_id! {
    /// The person in the hot seat, as the front end knows them.
    UserId
}
text_id! {
    /// The place a session was held in: a Discord guild, or `terminal`.
    GuildId
}
text_id! {
    /// A persona: the stem of its file.
    PersonaId
}
text_id! {
    /// A case: the stem of its file.
    CaseId
}
text_id! {
    /// A question, unique within its case.
    QuestionId
}

/// A question of a case, named in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QuestionRef {
    /// The case.
    pub case: CaseId,
    /// The question within it.
    pub question: QuestionId,
}

impl fmt::Display for QuestionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.case, self.question)
    }
}
