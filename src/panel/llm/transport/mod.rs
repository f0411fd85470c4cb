//! How a reply is fetched: one streamed request at a time over async-openai, with limits, repeats and a circuit breaker.
//!
//! The only place that sends anything. Nothing here knows what is judged or said.

mod attempt;
mod backoff;
mod breaker;
mod chunk;
pub(super) mod endpoint;
mod failure;
mod lane;
mod request;
mod screen;
mod service;

pub(super) use attempt::{Finish, Reply};
pub(super) use lane::Lane;
pub(super) use request::{Message, Role};

use std::sync::Arc;

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

use super::{
    error::{LlmError, Phase},
    meter::{Meter, estimate_messages},
    options::LlmOptions,
    schema::Node,
};
use attempt::{Attempt, Failure};
use backoff::Backoff;
use breaker::CircuitBreaker;
use endpoint::Endpoint;
use service::Send;

/// What is asked of the model.
pub(super) struct Request<'a> {
    /// The conversation.
    pub(super) messages: &'a [Message],
    /// The most tokens of the reply.
    pub(super) max_tokens: u32,
    /// The form of the reply; none for free text.
    pub(super) schema: Option<&'a Node>,
    /// Whether any of it is a candidate's, so that nothing of the reply may be repeated in an error.
    pub(super) confidential: bool,
}

/// The connection to one server.
pub(super) struct Transport {
    client: async_openai::Client<Endpoint>,
    options: LlmOptions,
    slots: Semaphore,
    breaker: CircuitBreaker,
    backoff: Backoff,
}

impl Transport {
    /// A transport over the network.
    pub(super) fn new(options: LlmOptions) -> Result<Self, LlmError> {
        let endpoint = Endpoint::new(&options)?;
        let http = service::http_client(&options, &endpoint)?;
        Ok(Self::assemble(
            options,
            endpoint,
            http.clone(),
            service::over_network(http),
        ))
    }

    /// A transport whose requests go to `send` and never to a socket: for tests of time.
    #[cfg(test)]
    pub(super) fn over(options: LlmOptions, send: Send) -> Result<Self, LlmError> {
        let endpoint = Endpoint::new(&options)?;
        let http = service::http_client(&options, &endpoint)?;
        Ok(Self::assemble(options, endpoint, http, send))
    }

    fn assemble(options: LlmOptions, endpoint: Endpoint, http: reqwest::Client, send: Send) -> Self {
        let client = async_openai::Client::build(http, endpoint).with_http_service(service::service(send));
        Self {
            client,
            slots: Semaphore::new(options.concurrency.max(1)),
            breaker: CircuitBreaker::new(options.breaker),
            backoff: Backoff::new(options.backoff, options.jitter_seed),
            options,
        }
    }

    /// The server's address as it may be shown.
    pub(super) fn address(&self) -> &str {
        self.client.config().shown()
    }

    /// Fetches one reply, with repeats where they may help.
    pub(super) async fn complete(
        &self,
        lane: &Lane,
        request: &Request<'_>,
        meter: &mut Meter<'_>,
    ) -> Result<Reply, LlmError> {
        let mut form = lane.form();
        let mut attempts: u32 = 1;
        loop {
            let error = match self.once(lane, request, form, meter).await {
                Ok(reply) => {
                    lane.settle(form);
                    return Ok(reply);
                }
                Err(Failure::Refused(refused)) => match form.without(&refused, request.schema.is_some()) {
                    Some(next) => {
                        tracing::debug!(
                            status = refused.status,
                            "the server refused a request form; asking in a plainer one"
                        );
                        form = next;
                        continue;
                    }
                    None => refused.into_error(),
                },
                Err(Failure::Error(error)) => error,
            };
            let error = if request.confidential { error.discreet() } else { error };
            if !error.is_transient() || attempts >= self.options.max_attempts.max(1) {
                return Err(error);
            }
            let wait = self.backoff.wait(attempts, &error);
            if meter.started().elapsed() + wait > self.options.max_wait {
                return Err(error);
            }
            tracing::debug!(attempts, wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), %error, "repeating a model call");
            sleep(wait).await;
            attempts += 1;
        }
    }

    async fn once(
        &self,
        lane: &Lane,
        request: &Request<'_>,
        form: lane::Form,
        meter: &mut Meter<'_>,
    ) -> Result<Reply, Failure> {
        let prompt = estimate_messages(request.messages.iter().map(|message| message.content.as_str()));
        meter.reserve(prompt, request.max_tokens)?;
        let Ok(_slot) = self.slots.acquire().await else {
            return Err(LlmError::Interrupted.into());
        };
        self.breaker.admit(Instant::now())?;
        meter.sent();
        let body = request::Body::new(lane.model(), request, form, &self.options);
        let mut attempt = Attempt::new(self.options.timeouts);
        let outcome = match timeout(self.options.timeouts.total, attempt.run(&self.client, &body)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(LlmError::TimedOut { phase: Phase::Total }.into()),
        };
        attempt.charge(prompt, meter, outcome.is_ok());
        self.breaker.record(Instant::now(), &outcome);
        outcome
    }
}

#[cfg(test)]
mod tests;

/// The transport as the panel holds it.
pub(super) type Shared = Arc<Transport>;
