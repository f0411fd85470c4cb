//! The small checks that forms are made of.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::super::error::Mistakes;

/// A path below another.
pub(crate) fn at(path: &str, field: impl std::fmt::Display) -> String {
    if path.is_empty() {
        field.to_string()
    } else {
        format!("{path}.{field}")
    }
}

/// A field that is there and not null.
pub(crate) fn given<'v>(value: &'v Value, field: &str) -> Option<&'v Value> {
    value.get(field).filter(|value| !value.is_null())
}

/// Refuses fields that Discord does not know, and what is no object.
pub(crate) fn only(mistakes: &mut Mistakes, path: &str, value: &Value, known: &[&str]) {
    let Some(object) = value.as_object() else {
        mistakes.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
        return;
    };
    for field in object.keys().filter(|field| !known.contains(&field.as_str())) {
        mistakes.add(&at(path, field), "UNKNOWN_FIELD", "this field is not known here");
    }
}

/// Text of a length, counted in code points; absent is fine.
pub(crate) fn text(mistakes: &mut Mistakes, path: &str, value: &Value, field: &str, length: RangeInclusive<usize>) {
    let Some(found) = given(value, field) else { return };
    let path = at(path, field);
    let Some(text) = found.as_str() else {
        mistakes.add(&path, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
        return;
    };
    let count = text.chars().count();
    if count > *length.end() && *length.start() == 0 {
        mistakes.add(
            &path,
            "BASE_TYPE_MAX_LENGTH",
            &format!("Must be {} or fewer in length.", length.end()),
        );
    } else if !length.contains(&count) {
        let message = format!("Must be between {} and {} in length.", length.start(), length.end());
        mistakes.add(&path, "BASE_TYPE_BAD_LENGTH", &message);
    }
}

/// Text that must be there.
pub(crate) fn required_text(
    mistakes: &mut Mistakes,
    path: &str,
    value: &Value,
    field: &str,
    length: RangeInclusive<usize>,
) {
    if given(value, field).is_none() {
        mistakes.add(&at(path, field), "BASE_TYPE_REQUIRED", "This field is required");
    } else {
        text(mistakes, path, value, field, length);
    }
}

/// A whole number in a range; absent is fine.
pub(crate) fn number(mistakes: &mut Mistakes, path: &str, value: &Value, field: &str, range: RangeInclusive<u64>) {
    let Some(found) = given(value, field) else { return };
    match found.as_u64() {
        None => mistakes.add(&at(path, field), "NUMBER_TYPE_COERCE", "the value is not int."),
        Some(number) if !range.contains(&number) => {
            let message = format!("int value should be between {} and {}.", range.start(), range.end());
            mistakes.add(&at(path, field), "NUMBER_TYPE_RANGE", &message);
        }
        Some(_) => {}
    }
}

/// A yes or no; absent is fine.
pub(crate) fn truth(mistakes: &mut Mistakes, path: &str, value: &Value, field: &str) {
    if given(value, field).is_some_and(|found| !found.is_boolean()) {
        mistakes.add(
            &at(path, field),
            "BOOLEAN_TYPE_CONVERT",
            "Must be either true or false.",
        );
    }
}

/// A list of so many; absent is empty.
pub(crate) fn list<'v>(mistakes: &mut Mistakes, path: &str, value: &'v Value, field: &str, most: usize) -> &'v [Value] {
    let Some(found) = given(value, field) else { return &[] };
    let path = at(path, field);
    let Some(list) = found.as_array() else {
        mistakes.add(&path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return &[];
    };
    if list.len() > most {
        mistakes.add(
            &path,
            "BASE_TYPE_MAX_LENGTH",
            &format!("Must be {most} or fewer in length."),
        );
    }
    list
}
