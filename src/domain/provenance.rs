//! Who judged or worded something, kept beside every result.

use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Provenance {
    /// The rules in this program.
    Offline {
        /// The version of the rules; two results with different versions are not compared as progress.
        version: u32,
        /// Why the offline panel took over from a model, where it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<Fallback>,
    },
    /// A language model.
    Model {
        /// Its name as the server knows it.
        model: String,
        /// The prompt's hash.
        prompt: String,
        /// What the call cost.
        usage: Usage,
    },
}

/// A model call that did not give a usable reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// The model that was asked.
    pub model: String,
    /// Why its reply was not used, as a plain clause without secrets or candidate text.
    pub reason: String,
}

/// What a call cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Requests sent, repeats included.
    pub requests: u32,
    /// Prompt tokens, as reported or estimated.
    pub prompt_tokens: u32,
    /// Completion tokens, as reported or estimated.
    pub completion_tokens: u32,
    /// True where the server reported no usage and the numbers are estimates.
    pub estimated: bool,
    /// From the first request to the last byte, in milliseconds.
    pub latency_ms: u32,
}

impl Provenance {
    /// A short name for tables: `offline 1`, or the model's name.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Provenance::Offline { version, .. } => format!("offline {version}"),
            Provenance::Model { model, .. } => model.clone(),
        }
    }
}
