//! Embeds: each field's length, and 6,000 characters over all embeds of a message.

use serde_json::Value;

use super::{
    super::error::Mistakes,
    fields::{at, given, list, number, only, required_text, text, truth},
};

/// Characters over all embeds of a message.
const TOTAL: usize = 6_000;

const KNOWN: [&str; 12] = [
    "type",
    "url",
    "title",
    "color",
    "timestamp",
    "description",
    "author",
    "image",
    "thumbnail",
    "footer",
    "fields",
    "provider",
];

/// Checks the embeds of a message; `files` are the names that `attachment://` may point to.
pub(crate) fn check(mistakes: &mut Mistakes, message: &Value, files: &[String]) {
    let embeds = list(mistakes, "", message, "embeds", 10);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = format!("embeds.{index}");
        one(mistakes, &path, embed, files);
        total += size(embed);
    }
    if total > TOTAL {
        mistakes.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            &format!("Embed size exceeds maximum size of {TOTAL}"),
        );
    }
}

fn one(mistakes: &mut Mistakes, path: &str, embed: &Value, files: &[String]) {
    only(mistakes, path, embed, &KNOWN);
    text(mistakes, path, embed, "title", 0..=256);
    text(mistakes, path, embed, "description", 0..=4_096);
    number(mistakes, path, embed, "color", 0..=0x00ff_ffff);
    url(mistakes, path, embed, "url", &[]);
    if let Some(time) = given(embed, "timestamp")
        && time
            .as_str()
            .is_none_or(|text| text.parse::<jiff::Timestamp>().is_err())
    {
        mistakes.add(
            &at(path, "timestamp"),
            "DATE_TIME_TYPE_PARSE",
            "Could not parse; should be ISO8601.",
        );
    }
    for (field, key, length) in [("author", "name", 256), ("footer", "text", 2_048)] {
        if let Some(part) = given(embed, field) {
            let path = at(path, field);
            only(mistakes, &path, part, &[key, "url", "icon_url", "proxy_icon_url"]);
            required_text(mistakes, &path, part, key, 1..=length);
            url(mistakes, &path, part, "icon_url", files);
        }
    }
    for field in ["image", "thumbnail"] {
        if let Some(part) = given(embed, field) {
            let path = at(path, field);
            only(mistakes, &path, part, &["url", "proxy_url", "height", "width"]);
            url(mistakes, &path, part, "url", files);
        }
    }
    for (index, field) in list(mistakes, path, embed, "fields", 25).iter().enumerate() {
        let path = format!("{path}.fields.{index}");
        only(mistakes, &path, field, &["name", "value", "inline"]);
        required_text(mistakes, &path, field, "name", 1..=256);
        required_text(mistakes, &path, field, "value", 1..=1_024);
        truth(mistakes, &path, field, "inline");
    }
}

fn url(mistakes: &mut Mistakes, path: &str, value: &Value, field: &str, files: &[String]) {
    let Some(url) = given(value, field) else { return };
    let url = url.as_str().unwrap_or_default();
    let attached = url
        .strip_prefix("attachment://")
        .map(|name| files.iter().any(|file| file == name));
    if !attached.unwrap_or_else(|| url.starts_with("https://") || url.starts_with("http://")) {
        let message = "Scheme must be one of ('http', 'https'), or the attachment must be there.";
        mistakes.add(&at(path, field), "URL_TYPE_INVALID_SCHEME", message);
    }
}

fn size(embed: &Value) -> usize {
    let count = |value: &Value, field: &str| value[field].as_str().map_or(0, |text| text.chars().count());
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let fields: usize = fields
        .iter()
        .map(|field| count(field, "name") + count(field, "value"))
        .sum();
    count(embed, "title")
        + count(embed, "description")
        + count(&embed["author"], "name")
        + count(&embed["footer"], "text")
        + fields
}
