//! Lays a file over the defaults, naming everything that is wrong in it at once.

use std::path::Path;

use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

use super::{Config, DEFAULTS, DiscordConfig};
use crate::library::Problem;

/// The compiled-in defaults as a table.
#[expect(
    clippy::expect_used,
    reason = "config.toml is part of the program and a test loads it"
)]
pub(super) fn defaults() -> Table {
    DEFAULTS.parse().expect("the compiled-in config.toml is sound")
}

/// Lays the values of a file over `table`.
pub(super) fn add_file(table: &mut Table, path: &Path, problems: &mut Vec<Problem>) {
    let file = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(error) => {
            problems.push(Problem {
                file,
                line: None,
                message: format!("can't be read: {error}"),
            });
            return;
        }
    };
    let parsed = match DeTable::parse(&text) {
        Ok(parsed) => parsed.into_inner(),
        Err(error) => {
            let line = error.span().map(|span| line_at(&text, span.start));
            problems.push(Problem {
                file,
                line,
                message: error.message().replace('\n', " "),
            });
            return;
        }
    };
    let mut problem = |at: usize, message: String| {
        problems.push(Problem {
            file: file.clone(),
            line: Some(line_at(&text, at)),
            message,
        });
    };
    for (section, value) in parsed {
        let at = section.span().start;
        let name = section.into_inner().to_string();
        match (table.get_mut(&name), value.into_inner()) {
            (Some(Value::Table(known)), DeValue::Table(given)) => add_section(known, &name, given, &mut problem),
            (Some(_), _) => problem(at, format!("`{name}` is a section: write [{name}]")),
            (None, _) => problem(
                at,
                format!("unknown section `{name}`; there are {}", names(&defaults())),
            ),
        }
    }
}

fn add_section(known: &mut Table, section: &str, given: DeTable<'_>, problem: &mut dyn FnMut(usize, String)) {
    for (key, value) in given {
        let at = key.span().start;
        let key = key.into_inner().to_string();
        let path = format!("{section}.{key}");
        if is_secret(&key) {
            problem(
                at,
                format!(
                    "`{path}`: a secret never stands in a file; set {} in the environment",
                    secret_of(section)
                ),
            );
            continue;
        }
        if !known.contains_key(&key) {
            problem(at, format!("unknown key `{path}`; [{section}] has {}", names(known)));
            continue;
        }
        let value = value.into_inner();
        let value = match (known.get_mut(&key), value) {
            (Some(Value::Table(inner)), DeValue::Table(given)) => {
                add_section(inner, &path, given, problem);
                continue;
            }
            (_, value) => value,
        };
        let Some(default) = known.get(&key) else { continue };
        match plain(value) {
            Some(Value::Integer(whole)) if default.is_float() => {
                known.insert(key, Value::Float(whole as f64));
            }
            Some(value) if value.same_type(default) => {
                known.insert(key, value);
            }
            Some(value) => problem(
                at,
                format!("`{path}` is {}; {} is expected", described(&value), described(default)),
            ),
            None => problem(
                at,
                format!("`{path}` can't be read; {} is expected", described(default)),
            ),
        }
    }
}

/// Lays one value of the environment over `table`. All that can be set there is text.
pub(super) fn add_value(table: &mut Table, section: &str, key: &str, value: &str) {
    if let Some(Value::Table(section)) = table.get_mut(section) {
        section.insert(key.to_owned(), Value::String(value.to_owned()));
    }
}

/// The table as a configuration.
pub(super) fn typed(table: Table, file: Option<&Path>) -> Result<Config, Problem> {
    Config::deserialize_table(table).map_err(|message| Problem {
        file: place(file),
        line: None,
        message,
    })
}

impl Config {
    fn deserialize_table(table: Table) -> Result<Config, String> {
        Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| error.message().trim().replace('\n', " "))
    }
}

/// Values that have the right type and still make no sense.
pub(super) fn out_of_range(config: &Config, file: Option<&Path>) -> Vec<Problem> {
    let llm = &config.llm;
    let positive = [
        ("limits.answer_chars", config.limits.answer_chars as u64),
        ("store.cache_mb", config.store.cache_mb),
        ("llm.connect_s", llm.connect_s),
        ("llm.first_byte_s", llm.first_byte_s),
        ("llm.between_chunks_s", llm.between_chunks_s),
        ("llm.total_s", llm.total_s),
        ("llm.attempts", u64::from(llm.attempts)),
        ("llm.concurrency", llm.concurrency as u64),
        ("llm.judge_tokens", u64::from(llm.judge_tokens)),
        ("llm.speak_tokens", u64::from(llm.speak_tokens)),
        ("reference.process_days", u64::from(config.reference.process_days)),
        ("reference.reply_hours", u64::from(config.reference.reply_hours)),
    ];
    let mut messages: Vec<String> = positive
        .into_iter()
        .filter(|(_, value)| *value == 0)
        .map(|(key, _)| format!("`{key}` is 0; at least 1 is expected"))
        .collect();
    messages.extend(discord_out_of_range(&config.discord));
    let structured = ["auto", "json_schema", "json_object", "plain"];
    if !structured.contains(&llm.structured.as_str()) {
        messages.push(format!("`llm.structured` is none of {}", structured.join(", ")));
    }
    let web = reqwest::Url::parse(&llm.base_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !web {
        messages.push("`llm.base_url` is no http or https address".to_owned());
    }
    if config.practice.user.trim().is_empty() || config.practice.user.len() > 100 {
        messages.push("`practice.user` must have 1 to 100 characters".to_owned());
    }
    for (key, [from, to]) in [
        ("base_k", config.reference.base_k),
        ("equity_percent", config.reference.equity_percent),
        ("sign_on_k", config.reference.sign_on_k),
    ] {
        if !(from >= 0.0 && from <= to) {
            messages.push(format!("`reference.{key}` must be [from, to] with 0 <= from <= to"));
        }
    }
    messages
        .into_iter()
        .map(|message| Problem {
            file: place(file),
            line: None,
            message,
        })
        .collect()
}

fn discord_out_of_range(discord: &DiscordConfig) -> Vec<String> {
    let mut messages = Vec::new();
    if !(0.0..=60.0).contains(&discord.quiet_s) {
        messages.push("`discord.quiet_s` must be from 0 to 60".to_owned());
    }
    if !(1..=49).contains(&discord.requests_per_s) {
        messages.push("`discord.requests_per_s` must be from 1 to 49; Discord refuses more than 50".to_owned());
    }
    let transport = &discord.transport;
    for (key, value) in [
        ("remind_min", discord.remind_min),
        ("pause_min", discord.pause_min),
        ("attachment_kb", discord.attachment_kb),
        ("sessions", discord.sessions as u64),
        ("transport.connect_s", transport.connect_s),
        ("transport.request_s", transport.request_s),
    ] {
        if value == 0 {
            messages.push(format!("`discord.{key}` is 0; at least 1 is expected"));
        }
    }
    messages
}

fn place(file: Option<&Path>) -> String {
    file.map_or_else(|| "configuration".to_owned(), |path| path.display().to_string())
}

/// The variable that holds the secret of a section.
fn secret_of(section: &str) -> &'static str {
    if section.starts_with("discord") {
        "DISCORD_TOKEN"
    } else {
        "OPENAI_API_KEY"
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["api_key", "apikey", "secret", "password", "token"].contains(&key.as_str()) || key.ends_with("_key")
}

fn plain(value: DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
        DeValue::Float(number) => Value::Float(number.as_str().parse().ok()?),
        DeValue::Array(items) => Value::Array(
            items
                .into_iter()
                .map(|item| match plain(item.into_inner()) {
                    Some(Value::Integer(whole)) => Some(Value::Float(whole as f64)),
                    other => other,
                })
                .collect::<Option<_>>()?,
        ),
        DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
        Value::Datetime(_) => "a date",
    }
}

fn names(table: &Table) -> String {
    table.keys().cloned().collect::<Vec<_>>().join(", ")
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
