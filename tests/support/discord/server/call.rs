//! One request in the hands of a handler: the world, the variable parts of the path, the query and the body.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    super::{
        error::{ApiError, ApiResult, Mistakes},
        snowflake::Snowflake,
        world::World,
    },
    multipart::Upload,
};

/// One request.
pub(crate) struct Call<'w> {
    pub world: &'w mut World,
    pub parts: Vec<String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    pub files: Vec<Upload>,
}

impl Call<'_> {
    /// A variable part of the path as an id.
    pub(crate) fn id(&self, index: usize) -> ApiResult<Snowflake> {
        let part = self.parts.get(index).map(String::as_str).unwrap_or_default();
        let wrong = || ApiError::form("", "NUMBER_TYPE_COERCE", &format!("Value \"{part}\" is not snowflake."));
        part.parse().map_err(|_| wrong())
    }

    /// A variable part of the path as it stands.
    pub(crate) fn part(&self, index: usize) -> String {
        self.parts.get(index).cloned().unwrap_or_default()
    }

    /// Refuses fields that are not in the list, and a body that is no object.
    pub(crate) fn only(&self, known: &[&str]) -> ApiResult<()> {
        let mut mistakes = Mistakes::default();
        super::super::check::fields::only(&mut mistakes, "", &self.body, known);
        mistakes.finish()
    }

    /// Refuses query parameters that are not in the list.
    pub(crate) fn only_query(&self, known: &[&str]) -> ApiResult<()> {
        let mut mistakes = Mistakes::default();
        for name in self.query.keys().filter(|name| !known.contains(&name.as_str())) {
            mistakes.add(name, "UNKNOWN_FIELD", "this query parameter is not known here");
        }
        mistakes.finish()
    }

    /// A query parameter as an id.
    pub(crate) fn query_id(&self, name: &str) -> ApiResult<Option<Snowflake>> {
        let Some(text) = self.query.get(name) else {
            return Ok(None);
        };
        let wrong = |_| {
            ApiError::form(
                name,
                "NUMBER_TYPE_COERCE",
                &format!("Value \"{text}\" is not snowflake."),
            )
        };
        text.parse().map(Some).map_err(wrong)
    }
}
