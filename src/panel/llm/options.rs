//! What the model side is told: where the server is, which models, and its limits. Read from the configuration by others.

use std::{fmt, time::Duration};

use secrecy::SecretString;

use super::transport::endpoint;

/// How structured output is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Structured {
    /// The strictest form the server accepts, found out at the first call and remembered.
    #[default]
    Auto,
    /// A JSON schema the server holds the model to.
    JsonSchema,
    /// Any JSON object.
    JsonObject,
    /// Text; the prompt alone asks for JSON.
    Plain,
}

/// How long each part of a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To connect.
    pub connect: Duration,
    /// From sending the request to the first word of the reply.
    pub first_byte: Duration,
    /// Between two pieces of the reply.
    pub between_chunks: Duration,
    /// The whole call.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(45),
            between_chunks: Duration::from_secs(20),
            total: Duration::from_mins(3),
        }
    }
}

/// When a failing server is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// After so many failures in a row.
    pub failures: u32,
    /// For so long; then one call tries it.
    pub rest: Duration,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 5,
            rest: Duration::from_secs(30),
        }
    }
}

/// Everything the model side is told.
#[derive(Clone)]
pub struct LlmOptions {
    /// The address up to where `/chat/completions` begins, such as `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    /// The key, where the server wants one.
    pub api_key: Option<SecretString>,
    /// The model that judges.
    pub judge_model: String,
    /// The model that words what the panel says.
    pub speak_model: String,
    /// Time limits of one request.
    pub timeouts: Timeouts,
    /// The most requests for one reply, the first one included.
    pub max_attempts: u32,
    /// No repeat begins later than this after the call began.
    pub max_wait: Duration,
    /// The wait before the first repeat; it doubles, with jitter.
    pub backoff: Duration,
    /// Requests under way at once; more wait in order.
    pub concurrency: usize,
    /// How structured output is asked for.
    pub structured: Structured,
    /// The most tokens of a judgement.
    pub max_judge_tokens: u32,
    /// The most tokens of an utterance.
    pub max_speak_tokens: u32,
    /// The sampling temperature of a judgement, where the model takes one: 0, so that the same answer gets the same judgement as
    /// far as the server can. Utterances are left to the model's own.
    pub temperature: Option<f32>,
    /// The sampling seed sent to the server, where it takes one.
    pub seed: Option<u64>,
    /// The seed of the jitter between repeats.
    pub jitter_seed: u64,
    /// When a failing server is left alone.
    pub breaker: Breaker,
    /// A proxy for the connection. The environment's proxies are never used.
    pub proxy: Option<String>,
}

impl LlmOptions {
    /// Options with every limit at its default and one model for both jobs.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        let model = model.into();
        Self {
            base_url: base_url.into(),
            api_key: None,
            judge_model: model.clone(),
            speak_model: model,
            timeouts: Timeouts::default(),
            max_attempts: 3,
            max_wait: Duration::from_secs(90),
            backoff: Duration::from_millis(500),
            concurrency: 4,
            structured: Structured::Auto,
            max_judge_tokens: 900,
            max_speak_tokens: 200,
            temperature: Some(0.0),
            seed: None,
            jitter_seed: 0,
            breaker: Breaker::default(),
            proxy: None,
        }
    }
}

impl fmt::Debug for LlmOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlmOptions")
            .field("base_url", &endpoint::shown(&self.base_url))
            .field("api_key", &self.api_key.as_ref().map(|_| "set"))
            .field("judge_model", &self.judge_model)
            .field("speak_model", &self.speak_model)
            .finish_non_exhaustive()
    }
}
