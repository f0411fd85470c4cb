//! Leaves a failing server alone: after several outages in a row nothing is sent for a while, then one call tries it.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::attempt::{Failure, Reply};
use crate::panel::llm::{error::LlmError, options::Breaker};

#[derive(Debug, Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

/// The breaker of one server.
pub(super) struct CircuitBreaker {
    settings: Breaker,
    state: Mutex<State>,
}

impl CircuitBreaker {
    pub(super) fn new(settings: Breaker) -> Self {
        Self {
            settings,
            state: Mutex::new(State::default()),
        }
    }

    /// Lets a request pass, or says how long the server is left alone. After the rest one request is let through as a trial; the
    /// others wait for its outcome, or for another rest if it never has one.
    pub(super) fn admit(&self, now: Instant) -> Result<(), LlmError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.rests_until {
            Some(until) if now < until => Err(LlmError::Resting {
                retry_after: until - now,
            }),
            Some(_) => {
                state.rests_until = Some(now + self.settings.rest);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Notes how a request went.
    pub(super) fn record(&self, now: Instant, outcome: &Result<Reply, Failure>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let outage = match outcome {
            Ok(_) => false,
            Err(Failure::Refused(refused)) => refused.clone().into_error().is_outage(),
            Err(Failure::Error(error)) => error.is_outage(),
        };
        if !outage {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.settings.failures.max(1) {
            state.rests_until = Some(now + self.settings.rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::panel::llm::transport::Finish;

    fn outage() -> Result<Reply, Failure> {
        Err(LlmError::Interrupted.into())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the same type as its counterpart")]
    fn success() -> Result<Reply, Failure> {
        Ok(Reply {
            text: String::new(),
            finish: Finish::Whole,
        })
    }

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new(Breaker {
            failures: 2,
            rest: Duration::from_secs(30),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_only() {
        let (breaker, now) = (breaker(), Instant::now());
        for outcome in [outage(), success(), outage()] {
            breaker.record(now, &outcome);
            assert_eq!(breaker.admit(now), Ok(()));
        }
        breaker.record(now, &outage());
        assert_eq!(
            breaker.admit(now),
            Err(LlmError::Resting {
                retry_after: Duration::from_secs(30)
            })
        );
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_rest_one_trial_decides() {
        let (breaker, now) = (breaker(), Instant::now());
        breaker.record(now, &outage());
        breaker.record(now, &outage());
        let later = now + Duration::from_secs(30);
        assert_eq!(breaker.admit(later), Ok(()));
        assert!(breaker.admit(later).is_err(), "only one trial at a time");
        breaker.record(later, &success());
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_or_a_refusal_is_no_outage() {
        let (breaker, now) = (breaker(), Instant::now());
        for _ in 0..5 {
            breaker.record(now, &Err(LlmError::Busy { retry_after: None }.into()));
            breaker.record(now, &Err(LlmError::Unauthorised { status: 401 }.into()));
        }
        assert_eq!(breaker.admit(now), Ok(()));
    }
}
