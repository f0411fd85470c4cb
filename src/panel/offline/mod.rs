//! The panel that needs nothing: rules that judge, and wordings in the persona's voice. The default with nothing configured, and the
//! fallback when a model fails. Pure.

pub mod judge;
mod quote;
mod speech;

pub use quote::quotable;
pub use speech::{Wording, word};
