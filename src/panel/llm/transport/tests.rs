//! Time, without a socket and with a clock that stands still until everybody waits.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Response;
use tokio::time::Instant;

use super::*;
use crate::{
    domain::provenance::Usage,
    panel::llm::{Allowance, Breaker, Structured},
};

/// A server that replies by a script and notes when it was asked.
#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<VecDeque<http::Response<String>>>>,
    asked: Arc<Mutex<Vec<Instant>>>,
}

impl Script {
    fn then(self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut reply = http::Response::builder().status(status);
        for (name, value) in headers {
            reply = reply.header(*name, *value);
        }
        self.replies
            .lock()
            .unwrap()
            .push_back(reply.body(body.to_owned()).unwrap());
        self
    }

    fn then_says(self) -> Self {
        let event = r#"data: {"choices":[{"delta":{"content":"ready"},"finish_reason":"stop"}]}"#;
        self.then(200, &[("content-type", "text/event-stream")], &format!("{event}\n\n"))
    }

    /// The transport in front of it. What is not scripted is an internal error.
    fn transport(&self, change: impl FnOnce(&mut LlmOptions)) -> Transport {
        let mut options = LlmOptions::new("http://nowhere.invalid/v1", "model");
        options.backoff = Duration::from_secs(1);
        options.max_attempts = 10;
        change(&mut options);
        let script = self.clone();
        let send: Send = Arc::new(move |_| {
            script.asked.lock().unwrap().push(Instant::now());
            let reply = script.replies.lock().unwrap().pop_front();
            let reply = reply.unwrap_or_else(|| http::Response::builder().status(500).body(String::new()).unwrap());
            Box::pin(async move { Ok(Response::from(reply)) })
        });
        Transport::over(options, send).unwrap()
    }

    fn gaps(&self) -> Vec<Duration> {
        let asked = self.asked.lock().unwrap();
        asked.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn ask(transport: &Transport) -> Result<Reply, LlmError> {
    let messages = [Message {
        role: Role::User,
        content: "ready?".to_owned(),
    }];
    let request = Request {
        messages: &messages,
        max_tokens: 10,
        schema: None,
        confidential: true,
    };
    let mut usage = Usage::default();
    let mut meter = Meter::new(&mut usage, Allowance { tokens: 10_000 });
    transport
        .complete(&Lane::new("model", Structured::Plain), &request, &mut meter)
        .await
}

#[tokio::test(start_paused = true)]
async fn a_repeat_never_comes_sooner_than_the_server_asked_for() {
    let script = Script::default()
        .then(429, &[("retry-after", "7")], "")
        .then(503, &[("retry-after", "11")], "")
        .then_says();
    let transport = script.transport(|_| {});
    assert_eq!(ask(&transport).await.unwrap().text, "ready");
    let gaps = script.gaps();
    assert!(
        gaps[0] >= Duration::from_secs(7) && gaps[0] < Duration::from_secs(9),
        "{gaps:?}"
    );
    assert!(
        gaps[1] >= Duration::from_secs(11) && gaps[1] < Duration::from_secs(13),
        "{gaps:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn repeats_end_with_the_longest_wait_and_not_before() {
    let begun = Instant::now();
    let script = Script::default();
    let transport = script.transport(|options| {
        options.max_attempts = 1_000;
        options.breaker.failures = 1_000;
    });
    assert_eq!(ask(&transport).await, Err(LlmError::Server { status: 500 }));
    assert!(
        begun.elapsed() <= Duration::from_secs(90) && begun.elapsed() > Duration::from_mins(1),
        "{:?}",
        begun.elapsed()
    );
    assert!((6..=16).contains(&script.count()), "{} requests", script.count());
}

#[tokio::test(start_paused = true)]
async fn five_minutes_of_outage_cost_fifty_sessions_a_handful_of_requests() {
    let script = Script::default();
    let transport = Arc::new(script.transport(|options| {
        options.concurrency = 50;
        options.breaker = Breaker {
            failures: 5,
            rest: Duration::from_secs(30),
        };
    }));
    let begun = Instant::now();
    let sessions: Vec<_> = (0..50)
        .map(|_| {
            let transport = transport.clone();
            tokio::spawn(async move {
                while begun.elapsed() < Duration::from_mins(5) {
                    assert!(ask(&transport).await.is_err());
                    sleep(Duration::from_secs(10)).await;
                }
            })
        })
        .collect();
    for session in sessions {
        session.await.unwrap();
    }
    // All fifty may be on their way when the first outages are noticed; after that it is one trial a rest.
    assert!(script.count() <= 50 + 11, "{} requests", script.count());
    script.replies.lock().unwrap().clear();
    let script = script.then_says();
    sleep(Duration::from_secs(31)).await;
    assert!(
        ask(&transport).await.is_ok(),
        "the server is back after {} requests",
        script.count()
    );
}
