//! From levels to results, the same way every time: evidence check, caps, merged threads, scorecards, verdict, trends.
//!
//! No model is asked here and nothing is guessed: what was not judged stays "not assessed".

pub mod answer;
pub mod contradiction;
pub mod evidence;
pub mod press;
pub mod scorecard;
pub mod thread;
pub mod trend;
pub mod verdict;
