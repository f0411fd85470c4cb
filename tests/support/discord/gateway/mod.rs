//! The gateway: sessions that outlive their connections, and the websocket server they are reached by.

pub(crate) mod control;
pub(crate) mod sessions;
pub(crate) mod socket;
