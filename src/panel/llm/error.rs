//! Why a model gave no usable reply: one variant for each case a caller treats differently.
//!
//! No variant holds a key, an address with a user name in it, or a word the candidate wrote; the texts may be shown and logged.

use std::{fmt, time::Duration};

/// Where a call was when its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing had come back.
    FirstByte,
    /// The reply had begun and stood still.
    BetweenChunks,
    /// The whole call.
    Total,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::FirstByte => "before its first word",
            Phase::BetweenChunks => "in the middle of its reply",
            Phase::Total => "to finish its reply",
        })
    }
}

/// What kept a connection from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The name has no address.
    Name,
    /// The certificate was not accepted.
    Certificate,
    /// Nobody listens there, or the connection was cut while it was made.
    Connection,
}

/// A model call without a usable reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The options can't be used; nothing was sent.
    #[error("the model's settings can't be used: {what}")]
    Settings {
        /// What is wrong, without the value.
        what: String,
    },
    /// The call would cost more than is left; nothing was sent.
    #[error("the budget for model calls is used up")]
    OverBudget {
        /// Tokens the call could cost.
        needed: u32,
        /// Tokens left.
        left: u32,
    },
    /// The server has too much to do and asks for more time than we wait.
    #[error("the model server is busy")]
    Busy {
        /// How long it asks for, where it said.
        retry_after: Option<Duration>,
    },
    /// The server failed several times in a row and is left alone for a while; nothing was sent.
    #[error("the model server is left alone for a while after repeated failures")]
    Resting {
        /// When it is tried again.
        retry_after: Duration,
    },
    /// No connection.
    #[error("the model server could not be reached")]
    Unreachable {
        /// What kept it.
        barrier: Barrier,
    },
    /// The time ran out.
    #[error("the model server took too long {phase}")]
    TimedOut {
        /// Where.
        phase: Phase,
    },
    /// The reply ended without its end mark.
    #[error("the model's reply broke off")]
    Interrupted,
    /// The server reported a failure of its own.
    #[error("the model server failed with status {status}")]
    Server {
        /// The HTTP status.
        status: u16,
    },
    /// The key was refused.
    #[error("the model server refused the key")]
    Unauthorised {
        /// The HTTP status.
        status: u16,
    },
    /// The address or the model does not exist.
    #[error("the model server does not know the model or the address")]
    NotFound,
    /// The account has no credit left.
    #[error("the model account has no credit left")]
    Quota,
    /// The server did not accept the request.
    #[error("the model server did not accept the request")]
    BadRequest {
        /// The HTTP status.
        status: u16,
        /// The parameter or code the server named, where it is a plain name.
        about: Option<String>,
    },
    /// The prompt does not fit the model's context, also without the earlier turns.
    #[error("the answer is too long for the model")]
    ContextLength,
    /// The model or a filter declined to answer.
    #[error("the model declined this answer")]
    Declined,
    /// What came back is no reply of a model: a web page, or another kind of server.
    #[error("the model's address answered with something that is no model reply")]
    NotAModel {
        /// The kind of content that came.
        content_type: String,
        /// Its first line, kept only where nothing of the candidate's was sent.
        first_line: Option<String>,
    },
    /// The reply had no text, or nothing but reasoning.
    #[error("the model's reply was empty")]
    Empty,
    /// The reply was cut at its length limit, or is larger than we read.
    #[error("the model's reply was too long")]
    TooLong,
    /// Nothing in the judgement could be used, also after one repair.
    #[error("the model's judgement could not be used: {reason}")]
    Unusable {
        /// Why, in our words.
        reason: String,
    },
    /// The wording failed the guard twice.
    #[error("the model's wording was not fit to be said: {reason}")]
    Rejected {
        /// Why, in our words.
        reason: String,
    },
    /// A prompt template failed on these values.
    #[error("the prompt could not be written")]
    Prompt {
        /// The template and the line.
        place: String,
    },
}

impl LlmError {
    /// What the operator can do about it, as one line for the log.
    #[must_use]
    pub fn operator_hint(&self) -> String {
        match self {
            LlmError::Settings { what } => format!("mend [llm] in the configuration: {what}"),
            LlmError::OverBudget { needed, left } => {
                format!(
                    "the call could cost {needed} tokens and {left} are left; raise the limits or wait for the next day"
                )
            }
            LlmError::Busy { retry_after } => format!(
                "the server limits the rate{}; lower the concurrency or raise the account's limits",
                asked(*retry_after)
            ),
            LlmError::Resting { retry_after } => {
                format!(
                    "tried again in {} s; see the failures before this line",
                    retry_after.as_secs()
                )
            }
            LlmError::Unreachable { barrier } => match barrier {
                Barrier::Name => "the host name of base_url has no address; check its spelling and the DNS".to_owned(),
                Barrier::Certificate => {
                    "the server's certificate was not accepted; check its chain and its date".to_owned()
                }
                Barrier::Connection => {
                    "nothing listens at base_url; is the server started and the port right?".to_owned()
                }
            },
            LlmError::TimedOut { .. } => "raise the timeouts or use a faster model".to_owned(),
            LlmError::Interrupted => "the server or a proxy cut the reply; see the server's log".to_owned(),
            LlmError::Server { .. } => "see the server's log or its status page".to_owned(),
            LlmError::Unauthorised { status } => {
                format!("status {status}: set a valid OPENAI_API_KEY for this base_url")
            }
            LlmError::NotFound => {
                "check the model's name, and that base_url ends where /chat/completions begins".to_owned()
            }
            LlmError::Quota => "add credit to the account, or point base_url to another server".to_owned(),
            LlmError::BadRequest { status, about } => {
                format!(
                    "status {status}{}",
                    about
                        .as_deref()
                        .map(|name| format!(" about {name}"))
                        .unwrap_or_default()
                )
            }
            LlmError::ContextLength => "use a model or a server setting with a larger context".to_owned(),
            LlmError::Declined => "the provider's filter declined; nothing to mend here".to_owned(),
            LlmError::NotAModel {
                content_type,
                first_line,
            } => format!(
                "it answered with {content_type}{}; check base_url",
                first_line
                    .as_deref()
                    .map(|line| format!(", beginning {line:?}"))
                    .unwrap_or_default()
            ),
            LlmError::Empty | LlmError::TooLong => {
                "raise the token limits; a reasoning model may spend them all on its reasoning".to_owned()
            }
            LlmError::Unusable { .. } | LlmError::Rejected { .. } => "use a larger model, or run offline".to_owned(),
            LlmError::Prompt { place } => format!("mend {place}"),
        }
    }

    /// Whether the same request may succeed a moment later. The only place where that is decided.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            LlmError::Busy { .. }
                | LlmError::Unreachable { .. }
                | LlmError::TimedOut { .. }
                | LlmError::Interrupted
                | LlmError::Server { .. }
                | LlmError::Empty
        )
    }

    /// The same without anything the server said.
    pub(super) fn discreet(self) -> Self {
        match self {
            LlmError::NotAModel { content_type, .. } => LlmError::NotAModel {
                content_type,
                first_line: None,
            },
            error => error,
        }
    }

    /// Whether it says that the server is not there, for the circuit breaker. A busy server is there.
    pub(super) fn is_outage(&self) -> bool {
        matches!(
            self,
            LlmError::Unreachable { .. } | LlmError::TimedOut { .. } | LlmError::Interrupted | LlmError::Server { .. }
        )
    }
}

fn asked(retry_after: Option<Duration>) -> String {
    retry_after
        .map(|wait| format!(" and asks for {} s", wait.as_secs()))
        .unwrap_or_default()
}
