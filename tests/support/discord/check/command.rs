//! Application commands: names, descriptions, options, choices, and the size of the whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::error::Mistakes,
    fields::{at, given, list, number, only, required_text, truth},
};

/// Characters over names, descriptions and choice values of one command.
const TOTAL: usize = 8_000;
const KNOWN: [&str; 13] = [
    "id",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "default_permission",
    "type",
    "nsfw",
    "integration_types",
    "contexts",
];
const OPTION: [&str; 14] = [
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "choices",
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
];

/// Checks a list of commands.
pub(crate) fn check(mistakes: &mut Mistakes, commands: &[Value]) {
    let mut names = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        let path = index.to_string();
        one(mistakes, &path, command);
        if !names.insert((command["type"].as_u64().unwrap_or(1), command["name"].to_string())) {
            mistakes.add(
                &at(&path, "name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
        if size(command) > TOTAL {
            mistakes.add(
                &path,
                "APPLICATION_COMMAND_TOO_LARGE",
                &format!("Command exceeds maximum size ({TOTAL})"),
            );
        }
    }
}

fn one(mistakes: &mut Mistakes, path: &str, command: &Value) {
    only(mistakes, path, command, &KNOWN);
    let chat = command["type"].as_u64().unwrap_or(1) == 1;
    if chat {
        name(mistakes, path, command);
        required_text(mistakes, path, command, "description", 1..=100);
    } else {
        required_text(mistakes, path, command, "name", 1..=32);
        if given(command, "description").is_some_and(|text| text != "") {
            mistakes.add(
                &at(path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
                "a context menu has no description",
            );
        }
    }
    options(mistakes, path, command, 0);
}

fn name(mistakes: &mut Mistakes, path: &str, value: &Value) {
    required_text(mistakes, path, value, "name", 1..=32);
    let name = value["name"].as_str().unwrap_or_default();
    let fits = |c: char| c == '-' || c == '_' || c == '\'' || (c.is_alphanumeric() && !c.is_uppercase());
    if !name.chars().all(fits) {
        mistakes.add(
            &at(path, "name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

fn options(mistakes: &mut Mistakes, path: &str, holder: &Value, depth: usize) {
    let options = list(mistakes, path, holder, "options", 25);
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    let nested = options.iter().filter(|option| is_nested(option)).count();
    if nested > 0 && nested < options.len() {
        mistakes.add(
            &at(path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        self::option(mistakes, &path, option, depth);
        if !names.insert(option["name"].to_string()) {
            mistakes.add(
                &at(&path, "name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        let required = option["required"] == true;
        if required && optional_seen {
            mistakes.add(
                &at(&path, "required"),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required && !is_nested(option);
    }
}

fn is_nested(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(1 | 2))
}

fn option(mistakes: &mut Mistakes, path: &str, option: &Value, depth: usize) {
    only(mistakes, path, option, &OPTION);
    name(mistakes, path, option);
    required_text(mistakes, path, option, "description", 1..=100);
    number(mistakes, path, option, "type", 1..=11);
    truth(mistakes, path, option, "required");
    truth(mistakes, path, option, "autocomplete");
    number(mistakes, path, option, "min_length", 0..=6_000);
    number(mistakes, path, option, "max_length", 1..=6_000);
    let kind = option["type"].as_u64().unwrap_or_default();
    match kind {
        1 if depth <= 1 => options(mistakes, path, option, 2),
        2 if depth == 0 => options(mistakes, path, option, 1),
        1 | 2 => mistakes.add(
            &at(path, "type"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "sub-commands are nested too deep",
        ),
        _ => {
            if !list(mistakes, path, option, "options", 0).is_empty() {
                mistakes.add(
                    &at(path, "options"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "only sub-commands have options",
                );
            }
        }
    }
    choices(mistakes, path, option, kind);
}

fn choices(mistakes: &mut Mistakes, path: &str, option: &Value, kind: u64) {
    let choices = list(mistakes, path, option, "choices", 25);
    if !choices.is_empty() && (option["autocomplete"] == true || !matches!(kind, 3 | 4 | 10)) {
        mistakes.add(
            &at(path, "choices"),
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            "choices go with text and numbers, and without autocomplete",
        );
    }
    let mut names = BTreeSet::new();
    for (index, one) in choices.iter().enumerate() {
        let path = format!("{path}.choices.{index}");
        choice(mistakes, &path, one, kind);
        if !names.insert(one["name"].to_string()) {
            mistakes.add(
                &at(&path, "name"),
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                "Option choice name already exists",
            );
        }
    }
}

/// Checks a choice, of a command or of an autocomplete.
pub(crate) fn choice(mistakes: &mut Mistakes, path: &str, choice: &Value, kind: u64) {
    only(mistakes, path, choice, &["name", "name_localizations", "value"]);
    required_text(mistakes, path, choice, "name", 1..=100);
    if kind == 3 {
        required_text(mistakes, path, choice, "value", 1..=100);
    } else if !choice["value"].is_number() {
        mistakes.add(&at(path, "value"), "NUMBER_TYPE_COERCE", "the value is not a number");
    }
}

fn size(value: &Value) -> usize {
    let count = |field: &str| value[field].as_str().map_or(0, |text| text.chars().count());
    let children = ["options", "choices"]
        .into_iter()
        .filter_map(|field| value[field].as_array())
        .flatten();
    count("name") + count("description") + count("value") + children.map(size).sum::<usize>()
}
