//! The words of the trade as types: signals, levels, personas, cases, the rubric, what was said and how it was judged.
//!
//! Everything here is data with its own small rules. Nothing here reads a file, a clock or a random source, and nothing here
//! knows of Discord, a terminal, a model or a store.

pub mod assessment;
pub mod case;
pub mod ids;
pub mod materials;
pub mod persona;
pub mod probe;
pub mod provenance;
pub mod rubric;
pub mod signal;
pub mod timing;
pub mod transcript;
