//! The interview itself: events in, the next step out. Pure: no clock, no store, no model, no randomness but the session's seed.
//!
//! A session is the fold of its events. [`Interview::apply`] folds one; [`Interview::due`] says what is outstanding. A restart folds
//! the log and asks `due` again, so nothing is lost and nothing is done twice; late and doubled replies carry a ticket that is no
//! longer awaited and are ignored.

mod clarify;
mod ladder;
mod plan;
mod state;

pub mod event;

pub use clarify::{answer as fact_for, asks_again};
pub(crate) use plan::printable;
pub use plan::{LOOP, PlanError, Pool, Wanted, draw};
pub use state::{Applied, Due, Ignored, Interview, JudgeContext, Refusal, Utterance};
