//! What the bot asked for, in full, without its token.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// A request as it came and what it got.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub at: Timestamp,
    pub method: String,
    /// The route's name, such as `POST /channels/{channel}/messages`.
    pub route: &'static str,
    /// The path as it was asked for; tokens in it are masked.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// Headers in lower case; the authorization is masked.
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// Names and sizes of the files that came with it.
    pub files: Vec<(String, usize)>,
    pub status: u16,
    /// Discord's code, if it was refused with one.
    pub code: Option<u32>,
}
