//! The fake Discord: each limit refuses, each promise of the gateway is kept, and the real client is content with it.

#[path = "support/discord/mod.rs"]
mod discord;
