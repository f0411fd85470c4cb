//! The HTTP side: TLS, requests and replies, faults, rate limits, and the way from a path to its handler.

pub(crate) mod call;
pub(crate) mod http;
pub(crate) mod multipart;
pub(crate) mod reply;
pub(crate) mod route;
pub(crate) mod tls;
