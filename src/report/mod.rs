//! What a candidate reads afterwards: the debrief of a session, two sessions compared, progress over many, and their list.
//!
//! Each is one value, computed from the record alone, so that the same session gives the same report every time. A value is also its
//! public JSON form. [`page`] puts a value into words once; [`terminal`] and [`markdown`] only lay those words out. Nothing here
//! judges, invents a number, or lets a candidate's text act as anything but text.

pub mod comparison;
pub mod debrief;
pub mod history;
pub mod json;
pub mod markdown;
pub mod page;
pub mod progress;
pub mod terminal;

mod figures;
mod printable;
mod wrap;

pub use comparison::{Comparison, compare};
pub use debrief::{Debrief, debrief};
pub use history::{History, HistoryEntry, history};
pub use progress::{Point, Progress, progress};

/// The version of the reports' JSON form. Raised when a field changes its meaning or goes; a new field does not raise it.
pub const SCHEMA: u32 = 1;
