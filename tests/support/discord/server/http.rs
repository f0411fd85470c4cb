//! Takes HTTP connections, and takes each request through faults, bans, authorization, rate limits and its handler.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{
    super::{
        Shared,
        error::{ApiError, ApiResult},
        fault::{Fault, Scope},
        rate::{Kind, Refusal, Standing},
        record::Recorded,
        rest::cdn,
        world::World,
    },
    call::Call,
    multipart,
    reply::Reply,
    route::{self, Access, Route},
};

/// Takes connections for ever.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener, tls: Arc<ServerConfig>) {
    let acceptor = TlsAcceptor::from(tls);
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(Arc::clone(&shared), stream, acceptor.clone()));
    }
}

async fn connection(shared: Arc<Shared>, stream: TcpStream, acceptor: TlsAcceptor) {
    // Without this, small replies wait for an acknowledgement that the client delays.
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(&shared, request).await }
    });
    // An error here is a connection that was cut, by the client or by a fault.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The connection is cut instead of a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut on demand")]
struct Cut;

type Answer = Response<Full<Bytes>>;

/// A request, read in full.
struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    /// The body with its files, or why it cannot be read.
    form: ApiResult<(Value, Vec<multipart::Upload>)>,
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Result<Answer, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let headers: BTreeMap<String, String> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let host = head
        .uri
        .host()
        .or(headers.get("host").map(String::as_str))
        .unwrap_or_default();
    if !host.starts_with("discord.com") {
        return Ok(shared.world().serve_file(head.uri.path(), head.uri.query()));
    }
    let Some(path) = head.uri.path().strip_prefix("/api/v10") else {
        shared
            .world()
            .violations
            .push(format!("{} is not under /api/v10", head.uri.path()));
        return Ok(plain(404, &ApiError::bare(404, "404: Not Found").body()));
    };
    let asked = Asked {
        method: head.method.to_string(),
        path: path.to_owned(),
        query: query(head.uri.query().unwrap_or_default()),
        form: read_body(head.method.as_str(), &headers, &body),
        headers,
    };
    take(shared, asked).await
}

async fn take(shared: &Shared, asked: Asked) -> Result<Answer, Cut> {
    let Some((route, parts)) = route::find(&asked.method, &asked.path) else {
        let mut world = shared.world();
        world
            .violations
            .push(format!("no such route: {} {}", asked.method, asked.path));
        return Ok(plain(404, &ApiError::bare(404, "404: Not Found").body()));
    };
    let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    let fault = shared.world().faults.take(route.name);
    if fault.is_some() {
        shared.changed();
    }
    match &fault {
        Some(Fault::Cut) => return Err(Cut),
        Some(Fault::Delay(time)) => tokio::time::sleep(*time).await,
        Some(Fault::Hold(gate)) => drop(gate.acquire().await),
        _ => {}
    }
    let answer = shared.world().handle(route, parts, &asked, fault.as_ref());
    shared.changed();
    if matches!(fault, Some(Fault::DropReply)) {
        Err(Cut)
    } else {
        Ok(answer)
    }
}

impl World {
    fn handle(&mut self, route: &'static Route, parts: Vec<String>, asked: &Asked, fault: Option<&Fault>) -> Answer {
        let now = jiff::Timestamp::now();
        if self.rates.banned(now) {
            self.rates.count_invalid(429, false, now);
            self.note(route, asked, 429, None);
            return banned();
        }
        let major = major(&parts, route);
        let own_webhook = route.bucket == Kind::Webhook && parts.first().is_some_and(|id| *id == self.bot.to_string());
        let bucket = if own_webhook { Kind::Interaction } else { route.bucket };
        let (standing, refusal) = self.rates.admit(bucket, &major, now);
        let refusal = refusal.or(match fault {
            Some(Fault::Limit { retry_after, scope }) => Some(Refusal {
                retry_after: *retry_after,
                scope: *scope,
            }),
            _ => None,
        });
        if let Some(refusal) = refusal {
            self.rates.counters.shared_429 += u64::from(refusal.scope == Scope::Shared);
            self.rates.count_invalid(429, refusal.scope == Scope::Shared, now);
            self.note(route, asked, 429, None);
            return limited(standing, refusal);
        }
        let outcome = match fault {
            Some(Fault::Refuse { status, code }) => Err(ApiError {
                status: *status,
                ..ApiError::code(*code)
            }),
            _ => self.perform(route, parts, asked),
        };
        let status = outcome.as_ref().map_or_else(|error| error.status, Reply::status);
        self.rates.count_invalid(status, false, now);
        self.note(route, asked, status, outcome.as_ref().err().map(|error| error.code));
        let body = match &outcome {
            Ok(reply) => reply.body().cloned(),
            Err(error) => Some(error.body()),
        };
        reply(status, body.as_ref(), standing)
    }

    fn perform(&mut self, route: &'static Route, parts: Vec<String>, asked: &Asked) -> ApiResult<Reply> {
        self.check_headers(route, asked)?;
        let (body, files) = asked.form.clone()?;
        (route.handler)(&mut Call {
            world: self,
            parts,
            query: asked.query.clone(),
            body,
            files,
        })
    }

    fn check_headers(&self, route: &Route, asked: &Asked) -> ApiResult<()> {
        let header = |name: &str| asked.headers.get(name).map(String::as_str).unwrap_or_default();
        if !header("user-agent").starts_with("DiscordBot (") {
            return Err(ApiError::code(40_333));
        }
        let known = header("authorization")
            .strip_prefix("Bot ")
            .is_some_and(|token| self.is_token(token));
        if route.access == Access::Bot && !known {
            Err(ApiError::unauthorized())
        } else {
            Ok(())
        }
    }

    /// Writes a request down, without its token.
    fn note(&mut self, route: &'static Route, asked: &Asked, status: u16, code: Option<u32>) {
        if !self.options.records {
            return;
        }
        let (body, files) = asked.form.clone().unwrap_or_default();
        let mut headers = asked.headers.clone();
        if let Some(value) = headers.get_mut("authorization") {
            "***".clone_into(value);
        }
        self.requests.push(Recorded {
            at: self.clock.now(),
            method: asked.method.clone(),
            route: route.name,
            path: masked(&asked.path),
            query: asked.query.clone(),
            headers,
            body,
            files: files.into_iter().map(|file| (file.name, file.bytes.len())).collect(),
            status,
            code,
        });
    }
}

/// The path without the tokens of webhooks and interactions.
fn masked(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let secret = matches!(parts.get(1), Some(&"webhooks" | &"interactions"));
    let shown = parts
        .iter()
        .enumerate()
        .map(|(at, part)| if secret && at == 3 { "***" } else { part });
    shown.collect::<Vec<_>>().join("/")
}

/// The major parameter: a bucket is kept for each channel, guild or webhook with its token.
fn major(parts: &[String], route: &Route) -> String {
    let count = if route.access == Access::Token { 2 } else { 1 };
    parts
        .iter()
        .take(count)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("/")
}

fn read_body(
    method: &str,
    headers: &BTreeMap<String, String>,
    body: &Bytes,
) -> ApiResult<(Value, Vec<multipart::Upload>)> {
    let kind = headers.get("content-type").map(String::as_str).unwrap_or_default();
    let takes_none = matches!(method, "GET" | "DELETE") || body.is_empty();
    if takes_none {
        return if body.is_empty() {
            Ok((Value::Null, Vec::new()))
        } else {
            Err(ApiError::bare(400, "this request takes no body"))
        };
    }
    if kind.starts_with("multipart/form-data") {
        let form = multipart::read(kind, body)?;
        let body = serde_json::from_str(form.payload.as_deref().unwrap_or("{}")).map_err(|_| ApiError::code(50_109))?;
        return Ok((body, form.files));
    }
    if !kind.starts_with("application/json") {
        let message = "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.";
        return Err(ApiError {
            message: message.to_owned(),
            ..ApiError::code(50_035)
        });
    }
    let body = serde_json::from_slice(body).map_err(|_| ApiError::code(50_109))?;
    Ok((body, Vec::new()))
}

fn query(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn plain(status: u16, body: &Value) -> Answer {
    reply(status, Some(body), None)
}

fn reply(status: u16, body: Option<&Value>, standing: Option<Standing>) -> Answer {
    let mut builder = Response::builder()
        .status(status)
        .header("via", "1.1 google")
        .header("server", "cloudflare");
    if let Some(standing) = standing {
        let left = super::super::snowflake::since(standing.ends, standing.now);
        builder = builder
            .header("x-ratelimit-limit", standing.limit)
            .header("x-ratelimit-remaining", standing.remaining)
            .header("x-ratelimit-reset", format!("{:.3}", seconds(standing.ends)))
            .header("x-ratelimit-reset-after", format!("{:.3}", left.as_secs_f64()))
            .header("x-ratelimit-bucket", format!("{:?}", standing.kind).to_lowercase());
    }
    let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
    if body.is_some() {
        builder = builder.header("content-type", "application/json");
    }
    builder.body(Full::new(bytes)).expect("every header is plain text")
}

fn seconds(at: jiff::Timestamp) -> f64 {
    Duration::from_millis(u64::try_from(at.as_millisecond()).unwrap_or_default()).as_secs_f64()
}

fn limited(standing: Option<Standing>, refusal: Refusal) -> Answer {
    let global = refusal.scope == Scope::Global;
    let retry_after = (refusal.retry_after.as_secs_f64() * 1000.0).ceil() / 1000.0;
    let message = match refusal.scope {
        Scope::Shared => "The resource is being rate limited.",
        Scope::User | Scope::Global => "You are being rate limited.",
    };
    let body = json!({"message": message, "retry_after": retry_after, "global": global});
    let mut answer = reply(429, Some(&body), standing);
    let headers = answer.headers_mut();
    // Discord's header counts whole seconds, rounded up; the body has the fraction.
    let whole = refusal.retry_after + Duration::from_nanos(999_999_999);
    headers.insert("retry-after", hyper::header::HeaderValue::from(whole.as_secs()));
    headers.insert(
        "x-ratelimit-scope",
        hyper::header::HeaderValue::from_static(refusal.scope.name()),
    );
    if global {
        headers.insert("x-ratelimit-global", hyper::header::HeaderValue::from_static("true"));
    }
    answer
}

/// What the edge answers to a banned address: no JSON.
fn banned() -> Answer {
    let builder = Response::builder()
        .status(429)
        .header("content-type", "text/plain")
        .header("retry-after", 600);
    builder
        .body(Full::new(Bytes::from_static(b"error code: 1015")))
        .expect("every header is plain text")
}

impl World {
    fn serve_file(&mut self, path: &str, query: Option<&str>) -> Answer {
        match cdn::file(self, path, query) {
            Some(file) => {
                let kind = file
                    .content_type
                    .clone()
                    .unwrap_or_else(|| "application/octet-stream".to_owned());
                let builder = Response::builder().status(200).header("content-type", kind);
                builder
                    .body(Full::new(Bytes::from(file.bytes.clone())))
                    .expect("content types are plain text")
            }
            None => plain(404, &json!({"message": "This content is no longer available."})),
        }
    }
}
