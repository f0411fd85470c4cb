//! Why a request to Discord came to nothing, sorted by what one would do about it. The library's own errors hold addresses with tokens
//! in them, so they are never logged or shown; these are.

use serenity::{Error, http::HttpError};

/// Why a request came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Undelivered {
    /// The channel, thread, message, member or webhook is not there any more.
    #[error("what it was meant for is gone (code {0})")]
    Gone(isize),
    /// The bot may not do this there.
    #[error("the bot lacks a permission there (code {0})")]
    Forbidden(isize),
    /// The thread is archived.
    #[error("the thread is archived")]
    Archived,
    /// The person takes no direct messages.
    #[error("the person takes no direct messages")]
    NoDirectMessages,
    /// The token of the interaction or webhook holds no more.
    #[error("the interaction is over (code {0})")]
    Expired(isize),
    /// Too many requests were refused lately.
    #[error("it was held back because many requests are refused")]
    HeldBack,
    /// Discord could not be reached, or failed; what was asked may have been done.
    #[error("Discord could not be reached or takes nothing now (status {0:?})")]
    Unknown(Option<u16>),
    /// Refused for another reason.
    #[error("Discord refused it (status {0}, code {1})")]
    Refused(u16, isize),
}

impl From<&Error> for Undelivered {
    fn from(error: &Error) -> Self {
        let Error::Http(error) = error else {
            return Undelivered::Refused(0, -1);
        };
        match error {
            HttpError::UnsuccessfulRequest(response) => of_code(response.status_code.as_u16(), response.error.code),
            HttpError::Request(_) => Undelivered::Unknown(None),
            _ => Undelivered::Refused(0, -1),
        }
    }
}

fn of_code(status: u16, code: isize) -> Undelivered {
    match (status, code) {
        (_, 50_007) => Undelivered::NoDirectMessages,
        (_, 50_083) => Undelivered::Archived,
        (_, 50_001 | 50_013) => Undelivered::Forbidden(code),
        (_, 10_062 | 50_027 | 10_015 | 40_060) => Undelivered::Expired(code),
        (404, _) => Undelivered::Gone(code),
        (429 | 500..=599, _) => Undelivered::Unknown(Some(status)),
        (403, _) => Undelivered::Forbidden(code),
        _ => Undelivered::Refused(status, code),
    }
}

/// Whether Discord counts this answer towards a ban of the address.
pub(super) fn is_invalid(error: &Error) -> bool {
    let Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
        return false;
    };
    matches!(response.status_code.as_u16(), 401 | 403 | 429)
}

/// Whether the bot's token itself was refused.
pub(super) fn is_unauthorized(error: &Error) -> bool {
    let Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
        return false;
    };
    response.status_code.as_u16() == 401 && response.error.code != 50_027
}
