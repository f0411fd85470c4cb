//! The Discord front end: a panel in a channel. The only room in which serenity and poise are named.
//!
//! The gateway's events become knocks at the door of a session's room (`room`), which hands them to the session and posts what the
//! panel says. Everything that is asked of Discord goes through the outbox. Nothing here judges, and no candidate text is logged.

mod bot;
mod brake;
mod breaker;
mod brief;
mod commands;
mod connection;
mod controls;
mod custom_id;
mod error;
mod events;
mod failed;
mod hall;
mod interactions;
mod opening;
mod options;
mod outbox;
mod peers;
mod place;
mod recall;
mod room;
mod settings;
mod speech;
mod text;
mod transport;
mod undelivered;

pub use connection::serve;
pub use error::ServeError;
pub use options::{DiscordOptions, Transport};
