//! Names of new sessions and seeds of new draws: the only use of real randomness.

use crate::domain::ids::SessionId;

use super::ServiceError;

/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new session's name: the UTC time it was opened and six random characters, such as `20261124-153107-k3f9xa`.
pub(super) fn session_id(opened_ms: i64) -> Result<SessionId, ServiceError> {
    let time = jiff::Timestamp::from_millisecond(opened_ms).map_or_else(
        |_| opened_ms.to_string(),
        |time| time.strftime("%Y%m%d-%H%M%S").to_string(),
    );
    let mut random = random_u64()?;
    let mut tail = String::with_capacity(6);
    for _ in 0..6 {
        let index = usize::try_from(random % 32).unwrap_or(0);
        tail.push(ALPHABET.get(index).copied().map_or('0', char::from));
        random /= 32;
    }
    Ok(SessionId::new(format!("{time}-{tail}")))
}

/// A random number from the system.
pub(super) fn random_u64() -> Result<u64, ServiceError> {
    getrandom::u64().map_err(|error| ServiceError::NoRandomness(error.to_string()))
}
