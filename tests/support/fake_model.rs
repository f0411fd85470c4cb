//! A model server on the loopback, stricter than any real one: it checks every request, records it in full and replies by a script.
//! A request nobody scripted, a request that breaks a rule, and a script that was not used up each fail the test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where something is not as it should be"
)]

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::JoinHandle,
};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as it was written; key order shows only here.
    pub text: String,
    /// The body.
    pub body: Value,
}

impl Recorded {
    /// The content of a message, counted from the first.
    pub(crate) fn message(&self, index: usize) -> &str {
        self.body["messages"][index]["content"].as_str().unwrap()
    }

    /// The content of the last message.
    pub(crate) fn last(&self) -> &str {
        self.message(self.body["messages"].as_array().unwrap().len() - 1)
    }

    /// All messages as they read, for a snapshot.
    pub(crate) fn read_aloud(&self) -> String {
        let messages = self.body["messages"].as_array().unwrap();
        let spoken = messages.iter().map(|message| {
            format!(
                "=== {}\n{}\n",
                message["role"].as_str().unwrap(),
                message["content"].as_str().unwrap()
            )
        });
        spoken.collect()
    }
}

/// What a piece of a scripted reply does.
#[derive(Debug, Clone)]
enum Piece {
    /// Sends bytes.
    Bytes(String),
    /// Says nothing any more, and holds the connection.
    Stall,
    /// Waits for the test.
    Wait(Arc<Notify>),
    /// Cuts the connection hard.
    Reset,
}

/// One scripted reply.
#[derive(Debug, Clone)]
pub(crate) struct Scripted {
    head: String,
    streams: bool,
    chunked: bool,
    pieces: Vec<Piece>,
}

impl Scripted {
    /// A reply with a status, headers and a body.
    pub(crate) fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        Self {
            head,
            streams: false,
            chunked: false,
            pieces: vec![Piece::Bytes(body.to_owned())],
        }
    }

    /// An error in OpenAI's form.
    pub(crate) fn openai_error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": code}});
        Self::status(status, &[("content-type", "application/json")], &body.to_string())
    }

    /// A whole reply without a stream, as from a server that ignores the wish for one.
    pub(crate) fn whole(text: &str) -> Self {
        let body = json!({"id": "c", "object": "chat.completion", "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        ], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}});
        Self::status(
            200,
            &[("content-type", "application/json")],
            &serde_json::to_string_pretty(&body).unwrap(),
        )
    }

    /// Nothing at all.
    pub(crate) fn silence() -> Self {
        Self {
            head: String::new(),
            streams: false,
            chunked: false,
            pieces: vec![Piece::Stall],
        }
    }

    /// The same, and then the connection is held open in silence.
    pub(crate) fn and_silence(mut self) -> Self {
        self.pieces.push(Piece::Stall);
        self
    }

    /// A stream that says a text.
    pub(crate) fn says(text: &str) -> Stream {
        Stream::of(text)
    }
}

/// A streamed reply, with the quirks of real servers.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    deltas: Vec<Value>,
    finish: Option<String>,
    usage: Option<Value>,
    done: bool,
    newline: &'static str,
    comments: bool,
    extra: bool,
    fate: Option<(usize, Piece)>,
}

impl Stream {
    fn of(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let deltas = characters
            .chunks(12)
            .map(|piece| json!({"content": piece.iter().collect::<String>()}))
            .collect();
        Self {
            deltas,
            finish: Some("stop".to_owned()),
            usage: Some(json!({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18})),
            done: true,
            newline: "\n",
            comments: false,
            extra: false,
            fate: None,
        }
    }

    /// A stream of these deltas.
    pub(crate) fn deltas(deltas: &[Value]) -> Self {
        Self {
            deltas: deltas.to_vec(),
            ..Self::of("")
        }
    }

    /// With another reason to end, or none.
    pub(crate) fn finish(mut self, reason: Option<&str>) -> Self {
        self.finish = reason.map(str::to_owned);
        self
    }

    /// Without the usage.
    pub(crate) fn without_usage(mut self) -> Self {
        self.usage = None;
        self
    }

    /// Without `[DONE]`.
    pub(crate) fn without_done(mut self) -> Self {
        self.done = false;
        self
    }

    /// With lines that end as on Windows.
    pub(crate) fn crlf(mut self) -> Self {
        self.newline = "\r\n";
        self
    }

    /// With comments between the events.
    pub(crate) fn comments(mut self) -> Self {
        self.comments = true;
        self
    }

    /// With fields nobody asked for, and without most that are promised.
    pub(crate) fn extra_fields(mut self) -> Self {
        self.extra = true;
        self
    }

    /// Falls silent after so many deltas.
    pub(crate) fn stalls_after(mut self, deltas: usize) -> Self {
        self.fate = Some((deltas, Piece::Stall));
        self
    }

    /// Is cut hard after so many deltas.
    pub(crate) fn resets_after(mut self, deltas: usize) -> Self {
        self.fate = Some((deltas, Piece::Reset));
        self
    }

    /// Waits for the test after so many deltas.
    pub(crate) fn waits_after(mut self, deltas: usize, notify: &Arc<Notify>) -> Self {
        self.fate = Some((deltas, Piece::Wait(notify.clone())));
        self
    }

    /// How many deltas there are.
    pub(crate) fn len(&self) -> usize {
        self.deltas.len()
    }

    fn event(&self, choice: Option<Value>, usage: Option<&Value>) -> String {
        let choices: Vec<Value> = choice.into_iter().collect();
        let mut event =
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices});
        if self.extra {
            event = json!({"choices": choices, "created": -1.5, "provider": "x", "service_tier": "odd", "timings": {"n": 1}});
        }
        if let Some(usage) = usage {
            event["usage"] = usage.clone();
        }
        let comment = if self.comments {
            format!(": keep-alive{0}{0}", self.newline)
        } else {
            String::new()
        };
        format!("{comment}data: {event}{0}{0}", self.newline)
    }

    fn pieces(&self) -> Vec<Piece> {
        let delta = |delta: &Value| Some(json!({"index": 0, "delta": delta, "finish_reason": null}));
        let mut pieces: Vec<Piece> = self
            .deltas
            .iter()
            .map(|d| Piece::Bytes(self.event(delta(d), None)))
            .collect();
        if let Some((after, fate)) = &self.fate {
            let waits = matches!(fate, Piece::Wait(_));
            pieces.insert((*after).min(pieces.len()), fate.clone());
            if !waits {
                pieces.truncate(after + 1);
                return pieces;
            }
        }
        if let Some(reason) = &self.finish {
            let last = json!({"index": 0, "delta": {}, "finish_reason": reason});
            pieces.push(Piece::Bytes(self.event(Some(last), None)));
        }
        if let Some(usage) = &self.usage {
            pieces.push(Piece::Bytes(self.event(None, Some(usage))));
        }
        if self.done {
            pieces.push(Piece::Bytes(format!("data: [DONE]{0}{0}", self.newline)));
        }
        pieces
    }
}

impl From<Stream> for Scripted {
    fn from(stream: Stream) -> Self {
        let hard = matches!(stream.fate, Some((_, Piece::Reset)));
        let encoding = if hard { "transfer-encoding: chunked\r\n" } else { "" };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n{encoding}");
        Self {
            head,
            streams: true,
            chunked: hard,
            pieces: stream.pieces(),
        }
    }
}

/// A stream written by hand.
pub(crate) fn raw_stream(body: &str) -> Scripted {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n".to_owned();
    Scripted {
        head,
        streams: true,
        chunked: false,
        pieces: vec![Piece::Bytes(body.to_owned())],
    }
}

#[derive(Default)]
struct Book {
    script: VecDeque<Scripted>,
    requests: Vec<Recorded>,
    faults: Vec<String>,
}

/// The server.
pub(crate) struct FakeModel {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    count: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl FakeModel {
    /// Starts a server that wants this key, or none.
    pub(crate) async fn start(key: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let book = Arc::new(Mutex::new(Book::default()));
        let (told, count) = watch::channel(0);
        let authorization = key.map(|key| format!("Bearer {key}"));
        let shared = book.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, shared.clone(), told.clone(), authorization.clone()));
            }
        });
        Self {
            address,
            book,
            count,
            task,
        }
    }

    /// The address for a client.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Adds a reply to the script.
    pub(crate) fn then(&self, reply: impl Into<Scripted>) -> &Self {
        self.book.lock().unwrap().script.push_back(reply.into());
        self
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.book.lock().unwrap().requests.clone()
    }

    /// Waits until so many requests have come.
    pub(crate) async fn received(&self, requests: usize) {
        self.count.clone().wait_for(|&count| count >= requests).await.unwrap();
    }
}

impl Drop for FakeModel {
    fn drop(&mut self) {
        self.task.abort();
        if std::thread::panicking() {
            return;
        }
        let book = self.book.lock().unwrap();
        assert_eq!(book.faults, Vec::<String>::new(), "the server objects");
        assert_eq!(book.script.len(), 0, "scripted replies were not fetched");
    }
}

async fn serve(
    mut stream: TcpStream,
    book: Arc<Mutex<Book>>,
    told: watch::Sender<usize>,
    authorization: Option<String>,
) {
    let Some((line, headers, text)) = read_request(&mut stream).await else {
        return;
    };
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let mut faults = faults(&line, &headers, &body, authorization.as_deref());
    let reply = {
        let mut book = book.lock().unwrap();
        let scripted = book.script.pop_front();
        if scripted.is_none() {
            faults.push(format!("request {} was not scripted", book.requests.len() + 1));
        }
        if scripted.as_ref().is_some_and(|reply| reply.streams) && body["stream"] != json!(true) {
            faults.push("a stream is scripted, but none was asked for".to_owned());
        }
        book.requests.push(Recorded { headers, text, body });
        book.faults.extend(faults.iter().cloned());
        scripted
    };
    told.send_modify(|count| *count += 1);
    let reply = match (faults.first(), reply) {
        (None, Some(reply)) => reply,
        (fault, _) => Scripted::openai_error(400, "invalid", fault.map_or("", String::as_str)),
    };
    write_reply(stream, reply).await;
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, BTreeMap<String, String>, String)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some((
        line,
        headers,
        String::from_utf8(bytes[end + 4..end + 4 + length].to_vec()).ok()?,
    ))
}

async fn write_reply(mut stream: TcpStream, reply: Scripted) {
    // A client that has given up is no fault of the server's.
    if !reply.head.is_empty() {
        let head = format!("{}connection: close\r\n\r\n", reply.head);
        let _ = stream.write_all(head.as_bytes()).await;
    }
    for piece in reply.pieces {
        match piece {
            Piece::Bytes(text) if reply.chunked => {
                let _ = stream
                    .write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes())
                    .await;
            }
            Piece::Bytes(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
            }
            Piece::Stall => std::future::pending::<()>().await,
            Piece::Wait(notify) => notify.notified().await,
            Piece::Reset => {
                let _ = stream.flush().await;
                let _ = stream.set_zero_linger();
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

const FIELDS: [&str; 9] = [
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "seed",
    "response_format",
];

/// Everything that is wrong with a request.
fn faults(line: &str, headers: &BTreeMap<String, String>, body: &Value, authorization: Option<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    must(
        line == "POST /v1/chat/completions HTTP/1.1",
        &format!("the request line is {line}"),
    );
    must(
        headers.get("authorization").map(String::as_str) == authorization,
        "the authorization header is not the one expected",
    );
    must(
        headers
            .get("content-type")
            .is_some_and(|kind| kind == "application/json"),
        "the content type is not JSON",
    );
    must(body.is_object(), "the body is no JSON object");
    let empty = serde_json::Map::new();
    for key in body.as_object().unwrap_or(&empty).keys() {
        must(
            FIELDS.contains(&key.as_str()),
            &format!("Unrecognized request argument supplied: {key}"),
        );
    }
    must(
        body["model"].as_str().is_some_and(|model| !model.is_empty()),
        "model is missing",
    );
    must(body["stream"].is_boolean(), "stream is not said");
    must(
        body.get("stream_options").is_none() || body["stream"] == json!(true),
        "stream_options without a stream",
    );
    let limits = ["max_tokens", "max_completion_tokens"].map(|name| body.get(name).and_then(Value::as_u64));
    must(
        limits.iter().flatten().count() == 1 && limits != [Some(0), None],
        "there must be one length limit",
    );
    must(well_formed(&body["messages"]), "messages are not well formed");
    if let Some(format) = body.get("response_format") {
        match format["type"].as_str() {
            Some("json_object") => must(
                body["messages"].to_string().contains("JSON"),
                "json_object without the word JSON",
            ),
            Some("json_schema") => {
                must(
                    format["json_schema"]["strict"] == json!(true),
                    "the schema is not strict",
                );
                must(format["json_schema"]["name"].is_string(), "the schema has no name");
                must(
                    format["json_schema"]["schema"]["type"] == json!("object"),
                    "the root of the schema is no object",
                );
                must(
                    strict(&format["json_schema"]["schema"]),
                    "the schema is not valid in strict mode",
                );
            }
            _ => must(false, "response_format has no known type"),
        }
    }
    faults
}

/// System first if at all, then user and assistant in turns, the user last; nothing but role and content, and no empty text.
fn well_formed(messages: &Value) -> bool {
    let Some(messages) = messages.as_array() else {
        return false;
    };
    let whole = messages.iter().all(|message| {
        message.as_object().is_some_and(|message| message.len() == 2)
            && message["content"]
                .as_str()
                .is_some_and(|content| !content.trim().is_empty())
    });
    let mut roles: Vec<&str> = messages.iter().filter_map(|message| message["role"].as_str()).collect();
    if roles.first() == Some(&"system") {
        roles.remove(0);
    }
    let in_turns = roles
        .iter()
        .enumerate()
        .all(|(at, role)| *role == ["user", "assistant"][at % 2]);
    whole && in_turns && roles.last() == Some(&"user")
}

/// What strict mode demands: every property required, none besides, and only keywords it knows.
fn strict(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let known = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
    ];
    if object.keys().any(|key| !known.contains(&key.as_str())) {
        return false;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    if types.contains(&"object") {
        let Some(properties) = schema["properties"].as_object() else {
            return false;
        };
        let required: BTreeSet<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let named: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        return required == named && schema["additionalProperties"] == json!(false) && properties.values().all(strict);
    }
    if types.contains(&"array") {
        return strict(&schema["items"]);
    }
    types
        .iter()
        .all(|kind| ["string", "integer", "number", "boolean", "null"].contains(kind))
}
