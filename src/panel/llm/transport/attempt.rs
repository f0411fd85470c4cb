//! One request and its reply: reads the stream to its end mark within its times, and knows what it cost if it fails half-way.

use std::time::Duration;

use async_openai::Client;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::{
    chunk::{Chunk, Reported},
    endpoint::Endpoint,
    failure::{self, HttpFailure},
    request::Body,
};
use crate::panel::llm::{
    error::{LlmError, Phase},
    meter::{Meter, estimate_tokens},
    options::Timeouts,
    reply::bare,
};

/// After the end mark the usage may still come; a server that holds the connection open is not waited for longer.
const AFTERMATH: Duration = Duration::from_secs(2);

/// How a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The model was done.
    Whole,
    /// The length limit cut it.
    Cut,
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Its text, as it came.
    pub(crate) text: String,
    /// How it ended.
    pub(crate) finish: Finish,
}

/// A request that gave no reply.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused it, perhaps only its form.
    Refused(HttpFailure),
    /// Anything else.
    Error(LlmError),
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Self {
        Failure::Error(error)
    }
}

/// What has arrived so far.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark that an event of the stream sets"
)]
pub(super) struct Attempt {
    timeouts: Timeouts,
    accepted: bool,
    text: String,
    finish: Option<String>,
    done: bool,
    refused: bool,
    is_reply: bool,
    usage: Option<Reported>,
}

impl Attempt {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            accepted: false,
            text: String::new(),
            finish: None,
            done: false,
            refused: false,
            is_reply: false,
            usage: None,
        }
    }

    /// Sends and reads.
    pub(super) async fn run(&mut self, client: &Client<Endpoint>, body: &Body<'_>) -> Result<Reply, Failure> {
        let mut phase = Phase::FirstByte;
        let mut deadline = Instant::now() + self.timeouts.first_byte;
        let opening = timeout_at(deadline, client.chat().create_stream_byot::<_, Chunk>(body)).await;
        let mut stream = opening.map_err(|_| LlmError::TimedOut { phase })?.map_err(refused)?;
        self.accepted = true;
        loop {
            match timeout_at(deadline, stream.next()).await {
                Ok(Some(Ok(chunk))) => self.take(chunk)?,
                Ok(None) => break,
                Err(_) | Ok(Some(Err(_))) if self.is_finished() => break,
                Ok(Some(Err(error))) => return Err(refused(error)),
                Err(_) => return Err(LlmError::TimedOut { phase }.into()),
            }
            phase = Phase::BetweenChunks;
            let patience = self.timeouts.between_chunks;
            deadline = Instant::now()
                + if self.is_finished() {
                    patience.min(AFTERMATH)
                } else {
                    patience
                };
        }
        Ok(self.reply()?)
    }

    /// Counts what the server reported, else an estimate; a request that was refused cost nothing.
    pub(super) fn charge(&self, prompt: u32, meter: &mut Meter<'_>, succeeded: bool) {
        match self.usage {
            Some(usage) => meter.charge(usage.prompt, usage.completion, false),
            None if self.accepted || succeeded => meter.charge(prompt, estimate_tokens(&self.text), true),
            None => meter.stop(),
        }
    }

    fn take(&mut self, chunk: Chunk) -> Result<(), LlmError> {
        if let Some(error) = &chunk.error {
            return Err(failure::error_of_event(error));
        }
        self.text.push_str(&chunk.text);
        self.refused |= chunk.refused;
        self.done |= chunk.done;
        self.is_reply |= chunk.is_reply;
        self.finish = chunk.finish.or_else(|| self.finish.take());
        self.usage = chunk.usage.or(self.usage);
        Ok(())
    }

    /// A reason is the end mark. An empty reason counts only together with `[DONE]`: some servers send one with every piece.
    fn is_finished(&self) -> bool {
        self.finish
            .as_deref()
            .is_some_and(|reason| !reason.is_empty() || self.done)
    }

    fn reply(&mut self) -> Result<Reply, LlmError> {
        let reason = self.finish.as_deref().unwrap_or_default();
        if self.refused || reason == "content_filter" {
            return Err(LlmError::Declined);
        }
        if !self.is_reply {
            return Err(if self.done || self.text.is_empty() {
                LlmError::NotAModel {
                    content_type: "an empty stream".to_owned(),
                    first_line: None,
                }
            } else {
                LlmError::Interrupted
            });
        }
        if !self.is_finished() {
            return Err(LlmError::Interrupted);
        }
        let finish = if reason == "length" { Finish::Cut } else { Finish::Whole };
        if bare(&self.text).is_empty() {
            return Err(if finish == Finish::Cut {
                LlmError::TooLong
            } else {
                LlmError::Empty
            });
        }
        Ok(Reply {
            text: std::mem::take(&mut self.text),
            finish,
        })
    }
}

fn refused(error: async_openai::error::OpenAIError) -> Failure {
    match failure::split(error) {
        Ok(refused) => Failure::Refused(refused),
        Err(error) => Failure::Error(error),
    }
}
