//! One event of a reply, read with every tolerance that real servers need: no field is required and none can make it fail.

use serde::Deserialize;
use serde_json::Value;

/// What one event says.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(from = "Value")]
pub(super) struct Chunk {
    /// Text to append.
    pub(super) text: String,
    /// Whether the model refused.
    pub(super) refused: bool,
    /// Why it ended, where it did. Some servers send an empty reason.
    pub(super) finish: Option<String>,
    /// What the call cost, where it is said.
    pub(super) usage: Option<Reported>,
    /// An error in the middle of the stream, as the server sent it.
    pub(super) error: Option<Value>,
    /// The end mark.
    pub(super) done: bool,
    /// Whether the event is of the kind a chat server sends.
    pub(super) is_reply: bool,
}

/// Tokens as the server counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reported {
    /// Of the prompt.
    pub(super) prompt: u32,
    /// Of the reply.
    pub(super) completion: u32,
}

impl From<Value> for Chunk {
    fn from(value: Value) -> Self {
        let error = value.get("error").filter(|error| !error.is_null()).cloned();
        let error = error.or_else(|| (value.get("object")? == "error").then(|| value.clone()));
        let choices = value.get("choices").and_then(Value::as_array);
        let choice = choices.and_then(|choices| choices.iter().find(|choice| is_first(choice)));
        let said = choice.and_then(|choice| choice.get("delta").or_else(|| choice.get("message")));
        let refusal = said.and_then(|said| said.get("refusal")).and_then(Value::as_str);
        Chunk {
            text: said
                .and_then(|said| said.get("content"))
                .map(text_of)
                .unwrap_or_default(),
            refused: refusal.is_some_and(|refusal| !refusal.is_empty()),
            finish: choice
                .and_then(|choice| choice.get("finish_reason")?.as_str())
                .map(str::to_owned),
            usage: value.get("usage").and_then(reported),
            error,
            done: value.get("done") == Some(&Value::Bool(true)),
            is_reply: choices.is_some(),
        }
    }
}

fn is_first(choice: &Value) -> bool {
    choice
        .get("index")
        .is_none_or(|index| index.as_f64().is_none_or(|index| index == 0.0))
}

/// Content is a string, or a list of parts of which some are text.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    }
}

fn reported(usage: &Value) -> Option<Reported> {
    let count = |name: &str| usage.get(name)?.as_u64().and_then(|count| u32::try_from(count).ok());
    Some(Reported {
        prompt: count("prompt_tokens")?,
        completion: count("completion_tokens")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(text: &str) -> Chunk {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn odd_events_are_read() {
        for (event, text) in [
            (r#"{"choices":[{"delta":{"content":"a"}}]}"#, "a"),
            (
                r#"{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"hm"},"finish_reason":null}]}"#,
                "",
            ),
            (
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"image"},{"text":"b"}]}}]}"#,
                "ab",
            ),
            (
                r#"{"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"eos"}]}"#,
                "whole",
            ),
            (
                r#"{"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":"first"}}]}"#,
                "first",
            ),
            (r#"{"choices":[{"index":0}],"created":-1.5,"id":7}"#, ""),
            (r#"{"choices":[],"usage":{"prompt_tokens":"many"}}"#, ""),
            (r#"{"choices":null}"#, ""),
            ("[1]", ""),
            ("null", ""),
        ] {
            assert_eq!(chunk(event).text, text, "{event}");
        }
    }

    #[test]
    fn usage_counts_only_where_it_is_whole() {
        let usage = chunk(r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"x":{}}}"#).usage;
        assert_eq!(
            usage,
            Some(Reported {
                prompt: 12,
                completion: 3
            })
        );
        assert_eq!(chunk(r#"{"usage":{"prompt_tokens":12}}"#).usage, None);
        assert_eq!(
            chunk(r#"{"usage":{"prompt_tokens":-1,"completion_tokens":1.5}}"#).usage,
            None
        );
    }

    #[test]
    fn refusals_and_errors_are_seen() {
        assert!(chunk(r#"{"choices":[{"delta":{"refusal":"I can't"}}]}"#).refused);
        assert!(!chunk(r#"{"choices":[{"delta":{"refusal":null}}]}"#).refused);
        assert!(chunk(r#"{"error":{"message":"m","code":500}}"#).error.is_some());
        assert!(chunk(r#"{"object":"error","message":"m"}"#).error.is_some());
        assert!(chunk(r#"{"error":null,"choices":[]}"#).error.is_none());
    }
}
