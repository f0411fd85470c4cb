//! The body of a request. Fields a server may refuse are left out where they are not needed.

use serde::Serialize;

use super::lane::Form;
use crate::panel::llm::{
    options::{LlmOptions, Structured},
    schema::Node,
};

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Message {
    /// Who says it.
    pub(crate) role: Role,
    /// The text.
    pub(crate) content: String,
}

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// The rules.
    System,
    /// What is asked.
    User,
    /// The model.
    Assistant,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// The request as it is sent. `stream` is always set: the client does not set it for own types.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    messages: &'a [Message],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Node>,
}

impl<'a> Body<'a> {
    pub(super) fn new(model: &'a str, request: &super::Request<'a>, form: Form, options: &LlmOptions) -> Self {
        Self {
            model,
            messages: request.messages,
            stream: true,
            stream_options: form.usage.then_some(StreamOptions { include_usage: true }),
            max_tokens: (!form.newer_limit).then_some(request.max_tokens),
            max_completion_tokens: form.newer_limit.then_some(request.max_tokens),
            temperature: options
                .temperature
                .filter(|_| form.temperature && request.schema.is_some()),
            seed: options.seed.filter(|_| form.seed),
            response_format: request
                .schema
                .and_then(|schema| response_format(schema, form.structured)),
        }
    }
}

fn response_format(schema: &Node, structured: Structured) -> Option<Node> {
    match structured {
        Structured::JsonSchema | Structured::Auto => Some(Node::object([
            ("type", Node::text("json_schema")),
            (
                "json_schema",
                Node::object([
                    ("name", Node::text("assessment")),
                    ("strict", Node::Bool(true)),
                    ("schema", schema.clone()),
                ]),
            ),
        ])),
        Structured::JsonObject => Some(Node::object([("type", Node::text("json_object"))])),
        Structured::Plain => None,
    }
}
