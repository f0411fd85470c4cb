//! What a call costs: tokens reported or estimated, requests and time, held against what is left.

use tokio::time::Instant;

use super::{Allowance, error::LlmError};
use crate::domain::provenance::Usage;

/// About four characters of English are one token.
const CHARACTERS_A_TOKEN: usize = 4;
/// Marks around each message that a server adds.
const TOKENS_A_MESSAGE: u32 = 4;

/// The tokens of a text, estimated.
#[must_use]
pub fn estimate_tokens(text: &str) -> u32 {
    u32::try_from(text.chars().count().div_ceil(CHARACTERS_A_TOKEN)).unwrap_or(u32::MAX)
}

/// The tokens of a list of messages, estimated.
pub(super) fn estimate_messages<'a>(texts: impl Iterator<Item = &'a str>) -> u32 {
    texts.fold(0, |sum: u32, text| {
        sum.saturating_add(estimate_tokens(text))
            .saturating_add(TOKENS_A_MESSAGE)
    })
}

/// The running cost of one judgement or utterance, repeats included.
pub(super) struct Meter<'a> {
    usage: &'a mut Usage,
    allowance: Allowance,
    started: Instant,
}

impl<'a> Meter<'a> {
    pub(super) fn new(usage: &'a mut Usage, allowance: Allowance) -> Self {
        *usage = Usage::default();
        Self {
            usage,
            allowance,
            started: Instant::now(),
        }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Refuses a request that could cost more than is left.
    pub(super) fn reserve(&self, prompt: u32, most: u32) -> Result<(), LlmError> {
        let spent = self.usage.prompt_tokens.saturating_add(self.usage.completion_tokens);
        let left = self.allowance.tokens.saturating_sub(spent);
        let needed = prompt.saturating_add(most);
        if needed > left {
            return Err(LlmError::OverBudget { needed, left });
        }
        Ok(())
    }

    /// Counts a request that was sent.
    pub(super) fn sent(&mut self) {
        self.usage.requests = self.usage.requests.saturating_add(1);
    }

    /// Counts what it cost.
    pub(super) fn charge(&mut self, prompt: u32, completion: u32, estimated: bool) {
        self.usage.prompt_tokens = self.usage.prompt_tokens.saturating_add(prompt);
        self.usage.completion_tokens = self.usage.completion_tokens.saturating_add(completion);
        self.usage.estimated |= estimated;
        self.stop();
    }

    /// Brings the time up to date.
    pub(super) fn stop(&mut self) {
        self.usage.latency_ms = u32::try_from(self.started.elapsed().as_millis()).unwrap_or(u32::MAX);
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage.clone()
    }
}
