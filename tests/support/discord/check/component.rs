//! Buttons and selects of a message.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::error::Mistakes,
    fields::{at, given, list, number, only, required_text, text, truth},
};

const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;

/// Checks the components of a message.
pub(crate) fn check(mistakes: &mut Mistakes, message: &Value) {
    let mut ids = BTreeSet::new();
    for (index, row) in list(mistakes, "", message, "components", 5).iter().enumerate() {
        let path = format!("components.{index}");
        only(mistakes, &path, row, &["type", "components", "id"]);
        if row["type"] != 1 {
            mistakes.add(
                &at(&path, "type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
        let parts = list(mistakes, &path, row, "components", 5);
        let selects = parts.iter().filter(|part| part["type"] != BUTTON).count();
        if parts.is_empty() || (selects > 0 && parts.len() > 1) {
            let message = "a row holds one to five buttons, or one select";
            mistakes.add(&at(&path, "components"), "BASE_TYPE_BAD_LENGTH", message);
        }
        for (index, part) in parts.iter().enumerate() {
            let path = format!("{path}.components.{index}");
            one(mistakes, &path, part);
            if let Some(id) = given(part, "custom_id").and_then(Value::as_str)
                && !ids.insert(id.to_owned())
            {
                mistakes.add(
                    &at(&path, "custom_id"),
                    "COMPONENT_CUSTOM_ID_DUPLICATED",
                    "Component custom id cannot be duplicated",
                );
            }
        }
    }
}

fn one(mistakes: &mut Mistakes, path: &str, part: &Value) {
    match part["type"].as_u64() {
        Some(BUTTON) => button(mistakes, path, part),
        Some(3 | 5..=8) => select(mistakes, path, part),
        _ => mistakes.add(
            &at(path, "type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
        ),
    }
}

fn button(mistakes: &mut Mistakes, path: &str, button: &Value) {
    only(
        mistakes,
        path,
        button,
        &[
            "type",
            "id",
            "style",
            "label",
            "emoji",
            "custom_id",
            "url",
            "disabled",
            "sku_id",
        ],
    );
    text(mistakes, path, button, "label", 0..=80);
    truth(mistakes, path, button, "disabled");
    number(mistakes, path, button, "style", 1..=5);
    if given(button, "label").is_none_or(|label| label == "") && given(button, "emoji").is_none() {
        mistakes.add(
            &at(path, "label"),
            "BASE_TYPE_REQUIRED",
            "a button needs a label or an emoji",
        );
    }
    if button["style"] == 5 {
        required_text(mistakes, path, button, "url", 1..=512);
        if given(button, "custom_id").is_some() {
            mistakes.add(
                &at(path, "custom_id"),
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "a link has no custom id",
            );
        }
    } else {
        required_text(mistakes, path, button, "custom_id", 1..=100);
        if given(button, "url").is_some() {
            mistakes.add(
                &at(path, "url"),
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "only a link has a url",
            );
        }
    }
}

fn select(mistakes: &mut Mistakes, path: &str, select: &Value) {
    let mut known = vec![
        "type",
        "id",
        "custom_id",
        "placeholder",
        "min_values",
        "max_values",
        "disabled",
        "default_values",
    ];
    match select["type"].as_u64() {
        Some(STRING_SELECT) => known.push("options"),
        Some(8) => known.push("channel_types"),
        _ => {}
    }
    only(mistakes, path, select, &known);
    required_text(mistakes, path, select, "custom_id", 1..=100);
    text(mistakes, path, select, "placeholder", 0..=150);
    number(mistakes, path, select, "min_values", 0..=25);
    number(mistakes, path, select, "max_values", 1..=25);
    truth(mistakes, path, select, "disabled");
    let (least, most) = (
        select["min_values"].as_u64().unwrap_or(1),
        select["max_values"].as_u64().unwrap_or(1),
    );
    if least > most {
        mistakes.add(
            &at(path, "min_values"),
            "NUMBER_TYPE_MAX",
            "min_values must not be more than max_values",
        );
    }
    if select["type"] == STRING_SELECT {
        options(mistakes, path, select, most);
    }
}

fn options(mistakes: &mut Mistakes, path: &str, select: &Value, most: u64) {
    let options = list(mistakes, path, select, "options", 25);
    if options.is_empty() {
        mistakes.add(
            &at(path, "options"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 25 in length.",
        );
    }
    if most > options.len() as u64 {
        mistakes.add(
            &at(path, "max_values"),
            "NUMBER_TYPE_MAX",
            "max_values must not be more than there are options",
        );
    }
    let mut values = BTreeSet::new();
    let defaults = options.iter().filter(|option| option["default"] == true).count();
    if defaults as u64 > most {
        mistakes.add(
            &at(path, "options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULTS",
            "more options are preset than may be chosen",
        );
    }
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        only(
            mistakes,
            &path,
            option,
            &["label", "value", "description", "emoji", "default"],
        );
        required_text(mistakes, &path, option, "label", 1..=100);
        required_text(mistakes, &path, option, "value", 1..=100);
        text(mistakes, &path, option, "description", 0..=100);
        if !values.insert(option["value"].to_string()) {
            mistakes.add(
                &at(&path, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}
