//! Discord's refusals: a status, a code, and for a malformed form the tree of what is wrong with it.

use serde_json::{Map, Value, json};

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// Discord's own code; 0 where it has none.
    pub code: u32,
    /// What it says.
    pub message: String,
    /// What is wrong with which field.
    pub errors: Option<Value>,
}

/// What a handler answers.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A refusal with Discord's usual status and sentence for a code.
    pub(crate) fn code(code: u32) -> Self {
        let (status, message) = match code {
            10_003 => (404, "Unknown Channel"),
            10_004 => (404, "Unknown Guild"),
            10_007 => (404, "Unknown Member"),
            10_008 => (404, "Unknown Message"),
            10_013 => (404, "Unknown User"),
            10_015 => (404, "Unknown Webhook"),
            10_062 => (404, "Unknown interaction"),
            10_063 => (404, "Unknown application command"),
            30_007 => (400, "Maximum number of webhooks reached (15)"),
            30_032 => (400, "Maximum number of application commands reached (100)."),
            40_005 => (413, "Request entity too large"),
            40_060 => (400, "Interaction has already been acknowledged."),
            40_333 => (403, "internal network error"),
            50_001 => (403, "Missing Access"),
            50_005 => (403, "Cannot edit a message authored by another user"),
            50_006 => (400, "Cannot send an empty message"),
            50_007 => (403, "Cannot send messages to this user"),
            50_013 => (403, "Missing Permissions"),
            50_016 => (
                400,
                "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages.",
            ),
            50_024 => (400, "Cannot execute action on this channel type"),
            50_027 => (401, "Invalid Webhook Token"),
            50_033 => (400, "Invalid Recipient(s)"),
            50_035 => (400, "Invalid Form Body"),
            50_083 => (400, "Thread is archived"),
            50_109 => (400, "The request body contains invalid JSON."),
            160_004 => (400, "A thread has already been created for this message"),
            160_006 => (400, "Maximum number of active threads reached"),
            _ => (400, "Something else went wrong"),
        };
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: None,
        }
    }

    /// 401 for a missing or wrong token.
    pub(crate) fn unauthorized() -> Self {
        Self {
            status: 401,
            code: 0,
            message: "401: Unauthorized".to_owned(),
            errors: None,
        }
    }

    /// An answer without a code of Discord's.
    pub(crate) fn bare(status: u16, message: &str) -> Self {
        Self {
            status,
            code: 0,
            message: message.to_owned(),
            errors: None,
        }
    }

    /// 50035 for one field.
    pub(crate) fn form(path: &str, code: &str, message: &str) -> Self {
        let mut mistakes = Mistakes::default();
        mistakes.add(path, code, message);
        mistakes.into_error()
    }

    /// The body as Discord writes it.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// The mistakes found in one form, by the path of the field.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    found: Vec<(String, String, String)>,
}

impl Mistakes {
    /// Notes a mistake at a path such as `embeds.0.title`.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: &str) {
        self.found.push((path.to_owned(), code.to_owned(), message.to_owned()));
    }

    /// Refuses the form if anything was found.
    pub(crate) fn finish(self) -> ApiResult<()> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> ApiError {
        let mut tree = Map::new();
        for (path, code, message) in self.found {
            let mut node = &mut tree;
            for part in path.split('.').filter(|part| !part.is_empty()) {
                let child = node.entry(part).or_insert_with(|| json!({}));
                node = child.as_object_mut().expect("every node of the tree is an object");
            }
            let list = node.entry("_errors").or_insert_with(|| json!([]));
            list.as_array_mut()
                .expect("the leaves are lists")
                .push(json!({"code": code, "message": message}));
        }
        ApiError {
            errors: Some(Value::Object(tree)),
            ..ApiError::code(50_035)
        }
    }
}
