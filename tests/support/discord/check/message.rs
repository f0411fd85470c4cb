//! A message form, whichever way it comes: a send, an edit, a webhook, an answer to an interaction.

use serde_json::Value;

use super::{
    super::{
        error::{ApiError, ApiResult, Mistakes},
        server::multipart::Upload,
        snowflake::Snowflake,
    },
    component, embed,
    fields::{at, given, list, only, text, truth},
    mention,
};

/// The largest file a bot may upload.
const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// Fields of every message form.
const COMMON: [&str; 6] = [
    "content",
    "embeds",
    "allowed_mentions",
    "components",
    "attachments",
    "flags",
];

/// The ways a message comes, with the fields each adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Send,
    Edit,
    WebhookSend,
    WebhookEdit,
    /// The data of an interaction's first answer; mistakes are noted below `data`.
    Callback,
    Followup,
}

impl Form {
    fn more(self) -> &'static [&'static str] {
        match self {
            Self::Send => &[
                "nonce",
                "enforce_nonce",
                "tts",
                "message_reference",
                "sticker_ids",
                "poll",
            ],
            Self::Edit | Self::WebhookEdit => &[],
            Self::WebhookSend => &["username", "avatar_url", "tts", "thread_name", "applied_tags", "poll"],
            Self::Callback | Self::Followup => &["tts", "poll"],
        }
    }

    /// Flags a bot may set this way.
    fn flags(self) -> u64 {
        const SUPPRESS_EMBEDS: u64 = 1 << 2;
        const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
        match self {
            Self::Send | Self::WebhookSend => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS,
            Self::Edit | Self::WebhookEdit => SUPPRESS_EMBEDS,
            Self::Callback | Self::Followup => {
                SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | super::super::world::EPHEMERAL
            }
        }
    }
}

/// Checks a message form with its files; `kept` are files already there that an edit may keep and show.
pub(crate) fn check(form: Form, body: &Value, files: &[Upload], kept: &[(Snowflake, String)]) -> ApiResult<()> {
    if files.iter().any(|file| file.bytes.len() > LARGEST_FILE) {
        return Err(ApiError::code(40_005));
    }
    let mut mistakes = Mistakes::default();
    let known: Vec<&str> = COMMON.iter().chain(form.more()).copied().collect();
    only(&mut mistakes, "", body, &known);
    text(&mut mistakes, "", body, "content", 0..=2_000);
    let names: Vec<String> = files
        .iter()
        .map(|file| file.name.clone())
        .chain(kept.iter().map(|(_, name)| name.clone()))
        .collect();
    embed::check(&mut mistakes, body, &names);
    component::check(&mut mistakes, body);
    mention::check(&mut mistakes, body);
    attachments(&mut mistakes, body, files, kept);
    flags(&mut mistakes, form, body);
    match form {
        Form::Send => send(&mut mistakes, body),
        Form::WebhookSend => webhook(&mut mistakes, body),
        _ => {}
    }
    if given(body, "poll").is_some() {
        mistakes.add("poll", "UNKNOWN_FIELD", "the fake knows no polls");
    }
    mistakes.finish()
}

fn flags(mistakes: &mut Mistakes, form: Form, body: &Value) {
    let Some(flags) = given(body, "flags") else { return };
    if flags.as_u64().is_none_or(|flags| flags & !form.flags() != 0) {
        mistakes.add("flags", "MESSAGE_FLAGS_INVALID", "these flags cannot be set here");
    }
}

fn send(mistakes: &mut Mistakes, body: &Value) {
    match given(body, "nonce") {
        Some(Value::String(nonce)) if nonce.chars().count() > 25 => {
            mistakes.add("nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer in length.");
        }
        Some(Value::String(_) | Value::Number(_)) | None => {}
        Some(_) => mistakes.add("nonce", "NONCE_TYPE_INVALID", "a nonce is text or a number"),
    }
    truth(mistakes, "", body, "enforce_nonce");
    truth(mistakes, "", body, "tts");
    if let Some(reference) = given(body, "message_reference") {
        only(
            mistakes,
            "message_reference",
            reference,
            &["type", "message_id", "channel_id", "guild_id", "fail_if_not_exists"],
        );
    }
    if !list(mistakes, "", body, "sticker_ids", 3).is_empty() {
        mistakes.add("sticker_ids", "STICKER_NOT_FOUND", "the fake knows no stickers");
    }
}

fn webhook(mistakes: &mut Mistakes, body: &Value) {
    text(mistakes, "", body, "username", 1..=80);
    text(mistakes, "", body, "avatar_url", 0..=2_048);
    if let Some(name) = given(body, "username").and_then(Value::as_str) {
        webhook_name(mistakes, "username", name);
    }
}

/// Names that Discord keeps for itself.
pub(crate) fn webhook_name(mistakes: &mut Mistakes, path: &str, name: &str) {
    for word in ["discord", "clyde"] {
        if name.to_lowercase().contains(word) {
            let message = format!("Username cannot contain \"{word}\"");
            mistakes.add(path, "USERNAME_INVALID_CONTAINS", &message);
        }
    }
}

fn attachments(mistakes: &mut Mistakes, body: &Value, files: &[Upload], kept: &[(Snowflake, String)]) {
    if files.len() > 10 {
        mistakes.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
    let described = list(mistakes, "", body, "attachments", 10);
    let known = [
        "id",
        "filename",
        "description",
        "title",
        "is_spoiler",
        "duration_secs",
        "waveform",
    ];
    for (index, one) in described.iter().enumerate() {
        let path = format!("attachments.{index}");
        only(mistakes, &path, one, &known);
        text(mistakes, &path, one, "description", 0..=1_024);
        let id = Snowflake::read(&one["id"]);
        let uploaded = id.is_some_and(|id| files.iter().any(|file| file.number == id.0));
        let already = id.is_some_and(|id| kept.iter().any(|(kept, _)| *kept == id));
        if !uploaded && !already {
            mistakes.add(
                &at(&path, "id"),
                "ATTACHMENT_NOT_FOUND",
                "no file of this number was sent",
            );
        }
    }
    for file in files {
        if !described
            .iter()
            .any(|one| Snowflake::read(&one["id"]) == Some(Snowflake(file.number)))
        {
            mistakes.add(
                "attachments",
                "ATTACHMENT_NOT_FOUND",
                &format!("files[{}] is not described", file.number),
            );
        }
    }
}

/// Refuses a message with nothing in it.
pub(crate) fn not_empty(body: &Value, files: usize) -> ApiResult<()> {
    let some = |field: &str| body[field].as_array().is_some_and(|list| !list.is_empty());
    let words = body["content"].as_str().is_some_and(|text| !text.trim().is_empty());
    let empty = !words && files == 0 && !some("embeds") && !some("components");
    if empty { Err(ApiError::code(50_006)) } else { Ok(()) }
}
