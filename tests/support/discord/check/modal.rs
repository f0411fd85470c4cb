//! Modals: one to five rows, each with one text input.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::error::Mistakes,
    fields::{at, list, number, only, required_text, text, truth},
};

const INPUT: [&str; 10] = [
    "type",
    "id",
    "custom_id",
    "style",
    "label",
    "min_length",
    "max_length",
    "required",
    "value",
    "placeholder",
];

/// Checks the data of a modal response.
pub(crate) fn check(mistakes: &mut Mistakes, modal: &Value) {
    only(mistakes, "data", modal, &["custom_id", "title", "components"]);
    required_text(mistakes, "data", modal, "custom_id", 1..=100);
    required_text(mistakes, "data", modal, "title", 1..=45);
    let rows = list(mistakes, "data", modal, "components", 5);
    if rows.is_empty() {
        mistakes.add(
            "data.components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        );
    }
    let mut ids = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("data.components.{index}");
        only(mistakes, &path, row, &["type", "components", "id"]);
        match list(mistakes, &path, row, "components", 1) {
            [one] if row["type"] == 1 && one["type"] == 4 => {
                input(mistakes, &format!("{path}.components.0"), one);
                if !ids.insert(one["custom_id"].to_string()) {
                    mistakes.add(
                        &path,
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    );
                }
            }
            _ => mistakes.add(
                &at(&path, "components"),
                "UNION_TYPE_CHOICES",
                "a row of a modal holds one text input",
            ),
        }
    }
}

fn input(mistakes: &mut Mistakes, path: &str, input: &Value) {
    only(mistakes, path, input, &INPUT);
    required_text(mistakes, path, input, "custom_id", 1..=100);
    required_text(mistakes, path, input, "label", 1..=45);
    text(mistakes, path, input, "placeholder", 0..=100);
    text(mistakes, path, input, "value", 0..=4_000);
    number(mistakes, path, input, "style", 1..=2);
    number(mistakes, path, input, "min_length", 0..=4_000);
    number(mistakes, path, input, "max_length", 1..=4_000);
    truth(mistakes, path, input, "required");
    if input["style"].is_null() {
        mistakes.add(&at(path, "style"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    let longest = input["max_length"].as_u64().unwrap_or(4_000);
    if input["min_length"].as_u64().unwrap_or_default() > longest {
        mistakes.add(
            &at(path, "min_length"),
            "NUMBER_TYPE_MAX",
            "min_length must not be more than max_length",
        );
    }
    if input["value"].as_str().map_or(0, |text| text.chars().count()) as u64 > longest {
        mistakes.add(
            &at(path, "value"),
            "BASE_TYPE_MAX_LENGTH",
            &format!("Must be {longest} or fewer in length."),
        );
    }
}
