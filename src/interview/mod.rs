//! The interview itself: events in, the next act out. Pure: no clock, no store, no model, no randomness but the session's seed.

pub mod event;
