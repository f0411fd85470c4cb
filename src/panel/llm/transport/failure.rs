//! What a server's refusal means. Every shape of error body is read the same way: OpenAI's, llama.cpp's, vLLM's, plain text.

use std::{error::Error, fmt, time::Duration};

use async_openai::error::OpenAIError;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::panel::llm::error::{Barrier, LlmError, Phase};

/// A reply with a status that is no success.
#[derive(Debug, Clone)]
pub(super) struct HttpFailure {
    /// The status.
    pub(super) status: u16,
    /// How long the server asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// The beginning of the body. May repeat the prompt: never shown, never logged.
    pub(super) body: String,
}

/// A reply that is no model's: a web page, say.
#[derive(Debug, Clone)]
pub(super) struct NotAReply {
    /// What it says it is.
    pub(super) content_type: String,
    /// Its first line.
    pub(super) first_line: String,
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)
    }
}

impl fmt::Display for NotAReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an answer of type {}", self.content_type)
    }
}

impl Error for HttpFailure {}
impl Error for NotAReply {}

/// What an error body says, whatever its shape.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Problem {
    /// A code, a type and a parameter, where they are named.
    pub(super) names: Vec<String>,
    /// Everything it says, in lower case.
    pub(super) text: String,
    /// A code that is a status.
    pub(super) status: Option<u16>,
}

impl Problem {
    pub(super) fn of_body(body: &str) -> Self {
        match serde_json::from_str::<Value>(body) {
            Ok(value) => Self::of_value(&value),
            Err(_) => Self {
                text: body.to_lowercase(),
                ..Self::default()
            },
        }
    }

    pub(super) fn of_value(value: &Value) -> Self {
        let error = value.get("error").or_else(|| value.get("detail")).unwrap_or(value);
        let names = ["param", "code", "type"]
            .iter()
            .filter_map(|name| error.get(name)?.as_str())
            .map(str::to_owned);
        let status = error
            .get("code")
            .or_else(|| error.get("status"))
            .and_then(Value::as_u64);
        Self {
            names: names.collect(),
            text: error.to_string().to_lowercase(),
            status: status
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (400..600).contains(status)),
        }
    }

    pub(super) fn mentions(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    fn is_context_length(&self) -> bool {
        [
            "context_length",
            "context length",
            "maximum context",
            "exceed_context_size",
            "context size",
            "context window",
        ]
        .iter()
        .any(|words| self.mentions(words))
    }

    fn is_quota(&self) -> bool {
        [
            "insufficient_quota",
            "billing",
            "insufficient credit",
            "insufficient balance",
        ]
        .iter()
        .any(|words| self.mentions(words))
    }

    fn is_content_filter(&self) -> bool {
        ["content_filter", "content_policy", "content management policy"]
            .iter()
            .any(|words| self.mentions(words))
    }

    /// A name that may be shown: plain, short, and not free text.
    fn plain_name(&self) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        self.names
            .iter()
            .find(|name| !name.is_empty() && name.len() <= 40 && name.chars().all(plain))
            .cloned()
    }
}

impl HttpFailure {
    /// Whether a request in another form may be accepted.
    pub(super) fn is_about_the_form(&self) -> bool {
        matches!(self.status, 400 | 422) && matches!(self.clone().into_error(), LlmError::BadRequest { .. })
    }

    pub(super) fn into_error(self) -> LlmError {
        error_of(self.status, self.retry_after, &Problem::of_body(&self.body))
    }
}

fn error_of(status: u16, retry_after: Option<Duration>, problem: &Problem) -> LlmError {
    match status {
        401 | 403 => return LlmError::Unauthorised { status },
        402 => return LlmError::Quota,
        _ => {}
    }
    if problem.is_context_length() {
        return LlmError::ContextLength;
    }
    match status {
        429 if problem.is_quota() => LlmError::Quota,
        429 | 503 | 529 => LlmError::Busy { retry_after },
        404 => LlmError::NotFound,
        408 | 409 | 425 | 500.. => LlmError::Server { status },
        _ if problem.is_content_filter() => LlmError::Declined,
        _ => LlmError::BadRequest {
            status,
            about: problem.plain_name(),
        },
    }
}

/// An error event in the middle of a stream.
pub(super) fn error_of_event(error: &Value) -> LlmError {
    let problem = Problem::of_value(error);
    if problem.mentions("malformed_event") {
        return LlmError::NotAModel {
            content_type: "a broken stream".to_owned(),
            first_line: None,
        };
    }
    if problem.mentions("reply_too_large") {
        return LlmError::TooLong;
    }
    let status = problem
        .status
        .unwrap_or(if problem.is_quota() || problem.mentions("rate_limit") {
            429
        } else {
            500
        });
    match error_of(status, None, &problem) {
        LlmError::Server { .. } if problem.is_content_filter() => LlmError::Declined,
        error => error,
    }
}

/// What async-openai could not do, and whether the server refused.
pub(super) fn split(error: OpenAIError) -> Result<HttpFailure, LlmError> {
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<HttpFailure>() {
            Ok(failure) => Ok(*failure),
            Err(error) => Err(match error.downcast::<NotAReply>() {
                Ok(reply) => LlmError::NotAModel {
                    content_type: reply.content_type,
                    first_line: Some(reply.first_line),
                },
                Err(_) => LlmError::Interrupted,
            }),
        },
        OpenAIError::Reqwest(error) => Err(of_reqwest(&error)),
        // The rest are events that can't be read, which the screen keeps away, and streams that broke.
        _ => Err(LlmError::Interrupted),
    }
}

fn of_reqwest(error: &reqwest::Error) -> LlmError {
    if error.is_connect() {
        return LlmError::Unreachable {
            barrier: barrier(error),
        };
    }
    if error.is_timeout() {
        return LlmError::TimedOut {
            phase: Phase::FirstByte,
        };
    }
    if error.is_builder() {
        return LlmError::Settings {
            what: "the request could not be built".to_owned(),
        };
    }
    LlmError::Interrupted
}

fn barrier(error: &reqwest::Error) -> Barrier {
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(cause) = source {
        let text = cause.to_string().to_lowercase();
        if text.contains("dns error") || text.contains("lookup address") {
            return Barrier::Name;
        }
        if text.contains("certificate") || text.contains("tls") {
            return Barrier::Certificate;
        }
        source = cause.source();
    }
    Barrier::Connection
}

/// How long the server asks to wait: in seconds, in milliseconds, or until a date, which is read against the server's own clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(millis) = text("retry-after-ms").and_then(|value| value.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(millis / 1000.0).ok();
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    let until = parser.parse_timestamp(value).ok()?;
    let now = parser.parse_timestamp(text(DATE.as_str())?).ok()?;
    u64::try_from(until.as_second() - now.as_second())
        .ok()
        .map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> LlmError {
        HttpFailure {
            status,
            retry_after: None,
            body: body.to_owned(),
        }
        .into_error()
    }

    #[test]
    fn every_shape_of_body_is_understood() {
        let quota = r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
        assert_eq!(error(429, quota), LlmError::Quota);
        assert_eq!(error(429, "slow down"), LlmError::Busy { retry_after: None });
        assert_eq!(
            error(429, r#"{"detail":"Rate limited"}"#),
            LlmError::Busy { retry_after: None }
        );
        assert_eq!(
            error(503, r#"{"error":{"code":503,"message":"Loading model"}}"#),
            LlmError::Busy { retry_after: None }
        );
        assert_eq!(error(401, "<html>no</html>"), LlmError::Unauthorised { status: 401 });
        assert_eq!(error(403, ""), LlmError::Unauthorised { status: 403 });
        assert_eq!(error(404, r#"{"detail":"Not Found"}"#), LlmError::NotFound);
        let llama = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
        assert_eq!(error(400, llama), LlmError::ContextLength);
        let vllm = r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#;
        assert_eq!(error(400, vllm), LlmError::ContextLength);
        let filter = r#"{"error":{"message":"filtered","code":"content_filter","type":null,"param":"prompt"}}"#;
        assert_eq!(error(400, filter), LlmError::Declined);
        assert_eq!(error(502, "<html>"), LlmError::Server { status: 502 });
        assert_eq!(
            error(302, ""),
            LlmError::BadRequest {
                status: 302,
                about: None
            }
        );
    }

    #[test]
    fn only_plain_names_are_repeated() {
        let named = r#"{"error":{"message":"secret answer","param":"logit_bias","code":null}}"#;
        assert_eq!(
            error(400, named),
            LlmError::BadRequest {
                status: 400,
                about: Some("logit_bias".to_owned())
            }
        );
        let free = r#"{"error":{"message":"m","param":"my secret answer","code":null}}"#;
        assert_eq!(
            error(400, free),
            LlmError::BadRequest {
                status: 400,
                about: None
            }
        );
    }

    #[test]
    fn an_event_carries_its_own_status_or_none() {
        let event = |text: &str| error_of_event(&serde_json::from_str(text).unwrap());
        assert_eq!(
            event(r#"{"message":"m","code":429}"#),
            LlmError::Busy { retry_after: None }
        );
        assert_eq!(event(r#"{"message":"boom"}"#), LlmError::Server { status: 500 });
        assert_eq!(event(r#""boom""#), LlmError::Server { status: 500 });
        assert_eq!(event(r#"{"code":"content_filter"}"#), LlmError::Declined);
    }

    #[test]
    fn every_form_of_retry_after_is_read() {
        let wait = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, reqwest::header::HeaderValue::from_static(value));
            }
            retry_after(&headers)
        };
        assert_eq!(wait(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[("retry-after", "0.5")]), Some(Duration::from_millis(500)));
        assert_eq!(
            wait(&[("retry-after-ms", "20"), ("retry-after", "9")]),
            Some(Duration::from_millis(20))
        );
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(
            wait(&[("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"), date]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT")]), None);
        for odd in ["-1", "soon", "NaN", "inf", "1e400"] {
            assert_eq!(wait(&[("retry-after", odd), date]), None, "{odd}");
        }
    }
}
