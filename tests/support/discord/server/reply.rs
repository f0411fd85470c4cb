//! What a handler answers with.

use serde_json::Value;

/// A reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    /// 200 with a body.
    Json(Value),
    /// 201 with a body.
    Created(Value),
    /// 204.
    Nothing,
}

impl Reply {
    /// Its status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Json(_) => 200,
            Self::Created(_) => 201,
            Self::Nothing => 204,
        }
    }

    /// Its body.
    pub(crate) fn body(&self) -> Option<&Value> {
        match self {
            Self::Json(body) | Self::Created(body) => Some(body),
            Self::Nothing => None,
        }
    }
}
