//! The routes, one file for each kind of thing.

pub(crate) mod applications;
pub(crate) mod callback;
pub(crate) mod cdn;
pub(crate) mod channels;
pub(crate) mod compose;
pub(crate) mod guilds;
pub(crate) mod interactions;
pub(crate) mod messages;
pub(crate) mod threads;
pub(crate) mod users;
pub(crate) mod webhooks;
