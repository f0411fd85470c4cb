//! Bare requests, for the fake's own tests: what a client could send that the real one would not.
#![allow(clippy::unwrap_used, reason = "a request that cannot be sent fails its test")]

use serde_json::Value;

use super::{discord::FakeDiscord, try_bot::reqwest_client};

/// An answer.
pub(crate) struct Got {
    pub status: u16,
    pub headers: reqwest12::header::HeaderMap,
    pub body: Value,
}

impl Got {
    /// Status and Discord's code.
    pub(crate) fn code(&self) -> (u16, u64) {
        (self.status, self.body["code"].as_u64().unwrap_or_default())
    }

    /// The paths of the mistakes in a form.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect("", &self.body["errors"], &mut paths);
        paths
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }
}

fn collect(path: &str, node: &Value, paths: &mut Vec<String>) {
    for (name, child) in node.as_object().into_iter().flatten() {
        if name == "_errors" {
            paths.push(path.trim_start_matches('.').to_owned());
        } else {
            collect(&format!("{path}.{name}"), child, paths);
        }
    }
}

/// Sends bare requests.
pub(crate) struct RawClient {
    pub client: reqwest12::Client,
    pub token: String,
}

impl RawClient {
    /// With the bot's token.
    pub(crate) fn new(fake: &FakeDiscord) -> Self {
        Self {
            client: reqwest_client(fake),
            token: fake.token(),
        }
    }

    /// A request before it is sent, authorized.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest12::RequestBuilder {
        let request = self
            .client
            .request(method.parse().unwrap(), format!("https://discord.com/api/v10{path}"));
        request.header("authorization", format!("Bot {}", self.token))
    }

    /// Sends JSON.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Got {
        got(self.request(method, path).json(body)).await
    }

    /// Sends no body.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Got {
        got(self.request(method, path)).await
    }
}

/// Sends a request.
pub(crate) async fn got(request: reqwest12::RequestBuilder) -> Got {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    Got {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
    }
}
