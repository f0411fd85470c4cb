//! The HTTP service under async-openai. The crate's own repeats without a cap, loses the status of many errors, reads bodies
//! without a bound and logs them; this one does none of that.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use futures_util::StreamExt;
use reqwest::{Response, header::CONTENT_TYPE};

use super::{
    endpoint::Endpoint,
    failure::{HttpFailure, NotAReply, retry_after},
    screen::Screen,
};
use crate::panel::llm::{error::LlmError, options::LlmOptions};

/// The most of an error's body that is read.
const ERROR_BODY: usize = 4 * 1024;
/// The most of a reply that is read.
pub(super) const REPLY_BODY: usize = 1024 * 1024;

type Sending = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + std::marker::Send>>;

/// Carries one request to wherever it goes.
pub(crate) type Send = Arc<dyn Fn(reqwest::Request) -> Sending + std::marker::Send + Sync>;

/// The client for the network, without repeats, redirects or anything from the environment.
pub(super) fn http_client(options: &LlmOptions, endpoint: &Endpoint) -> Result<reqwest::Client, LlmError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing the race to another thread means that one is installed, which is all that is needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let timeouts = options.timeouts;
    let mut builder = reqwest::Client::builder()
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.first_byte.max(timeouts.between_chunks) + Duration::from_secs(1))
        .timeout(timeouts.total + Duration::from_secs(1))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy();
    if let Some(proxy) = &options.proxy {
        let proxy = reqwest::Proxy::all(proxy).map_err(|_| LlmError::Settings {
            what: "the proxy is not an address".to_owned(),
        })?;
        builder = builder.proxy(proxy);
    }
    if !endpoint.is_encrypted() {
        // A machine without a store of certificates could not even speak to a server on the same host otherwise.
        builder = builder.tls_certs_only(std::iter::empty());
    }
    builder.build().map_err(|_| LlmError::Settings {
        what: "an https address needs the certificates of trusted authorities, and this machine has none".to_owned(),
    })
}

/// Sends over the network.
pub(super) fn over_network(http: reqwest::Client) -> Send {
    Arc::new(move |request| {
        let http = http.clone();
        Box::pin(async move { http.execute(request).await.map_err(OpenAIError::Reqwest) })
    })
}

/// The service: builds the request, sends it, and lets only a screened reply through.
pub(super) fn service(
    send: Send,
) -> impl tower::Service<
    HttpRequestFactory,
    Response = Response,
    Error = OpenAIError,
    Future = impl Future<Output = Result<Response, OpenAIError>> + std::marker::Send,
> + Clone
+ std::marker::Send
+ Sync
+ 'static {
    tower::service_fn(move |factory: HttpRequestFactory| {
        let send = send.clone();
        async move { screened(send(factory.build().await?).await?).await }
    })
}

async fn screened(response: Response) -> Result<Response, OpenAIError> {
    if !response.status().is_success() {
        return Err(failed(response).await);
    }
    let content_type = content_type(&response);
    match content_type.as_str() {
        "text/event-stream" => Ok(streamed(response)),
        _ => whole(response, content_type).await,
    }
}

fn content_type(response: &Response) -> String {
    let value = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("no content type");
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .take(60)
        .collect()
}

async fn failed(response: Response) -> OpenAIError {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    // A body that breaks off still leaves the status.
    let body = read(response, ERROR_BODY).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    OpenAIError::Boxed(Box::new(HttpFailure {
        status,
        retry_after,
        body,
    }))
}

fn streamed(response: Response) -> Response {
    let bytes = Box::pin(response.bytes_stream());
    let screened = futures_util::stream::unfold(
        (bytes, Some(Screen::new(REPLY_BODY))),
        |(mut bytes, screen)| async move {
            let mut screen = screen?;
            Some(match bytes.next().await {
                Some(Ok(piece)) => {
                    let passed = screen.push(&piece);
                    let screen = (!screen.is_full()).then_some(screen);
                    (Ok(passed), (bytes, screen))
                }
                Some(Err(error)) => (Err(error), (bytes, None)),
                None => (Ok(screen.end()), (bytes, None)),
            })
        },
    );
    as_stream(reqwest::Body::wrap_stream(screened))
}

/// A server that does not stream sends one JSON object; it is passed on as a stream of one event.
async fn whole(response: Response, content_type: String) -> Result<Response, OpenAIError> {
    let body = read(response, REPLY_BODY).await?;
    if !serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|value| value.is_object()) {
        let text = String::from_utf8_lossy(&body);
        let first_line = text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
            .trim();
        let first_line = first_line.chars().filter(|c| !c.is_control()).take(80).collect();
        return Err(OpenAIError::Boxed(Box::new(NotAReply {
            content_type,
            first_line,
        })));
    }
    let one_line: Vec<u8> = body
        .iter()
        .map(|&byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte })
        .collect();
    let mut screen = Screen::new(REPLY_BODY * 2);
    let mut event = screen.push(b"data: ");
    event.extend(screen.push(&one_line));
    event.extend(screen.push(b"\n\ndata: [DONE]\n\n"));
    Ok(as_stream(reqwest::Body::from(event)))
}

/// Reads a body up to a limit; what is beyond is left unread.
async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, OpenAIError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(OpenAIError::Reqwest)? {
        let room = limit.saturating_sub(body.len());
        body.extend(piece.iter().take(room));
        if piece.len() > room {
            break;
        }
    }
    Ok(body)
}

fn as_stream(body: reqwest::Body) -> Response {
    let mut response = http::Response::new(body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, http::HeaderValue::from_static("text/event-stream"));
    response.into()
}
