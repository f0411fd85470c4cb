//! Hotseat: a hiring panel that asks about a real case, pushes back, and holds a debrief it can prove.
//!
//! See `ARCHITECTURE.md` for the map. The binary is a thin shell around this library.

pub mod batch;
pub mod cli;
pub mod config;
pub mod discord;
pub mod domain;
pub mod eval;
pub mod interview;
pub mod library;
pub mod panel;
pub mod report;
pub mod scoring;
pub mod service;
pub mod store;
mod telemetry;
pub mod terminal;
