//! One model and what its server has shown to accept. Found out at the first call, remembered while the process runs.

use std::sync::{Mutex, PoisonError};

use super::failure::{HttpFailure, Problem};
use crate::panel::llm::options::Structured;

/// The form a request takes.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a parameter that some server refuses"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    /// How structured output is asked for; never [`Structured::Auto`].
    pub(super) structured: Structured,
    /// Whether it may become plainer.
    may_step_down: bool,
    /// Whether the newer name of the length limit is used.
    pub(super) newer_limit: bool,
    /// Whether usage is asked for.
    pub(super) usage: bool,
    /// Whether a temperature may be sent.
    pub(super) temperature: bool,
    /// Whether a seed may be sent.
    pub(super) seed: bool,
}

impl Form {
    fn first(structured: Structured) -> Self {
        let may_step_down = structured == Structured::Auto;
        Self {
            structured: if may_step_down {
                Structured::JsonSchema
            } else {
                structured
            },
            may_step_down,
            newer_limit: false,
            usage: true,
            temperature: true,
            seed: true,
        }
    }

    /// The next form to try after a refusal; none where the refusal is about something else. Each step can be taken once, so
    /// there is an end.
    pub(super) fn without(self, refused: &HttpFailure, has_schema: bool) -> Option<Self> {
        if !refused.is_about_the_form() {
            return None;
        }
        let problem = Problem::of_body(&refused.body);
        if !self.newer_limit && problem.mentions("max_completion_tokens") {
            return Some(Self {
                newer_limit: true,
                ..self
            });
        }
        if self.usage && problem.mentions("stream_options") {
            return Some(Self { usage: false, ..self });
        }
        if self.temperature && problem.mentions("temperature") {
            return Some(Self {
                temperature: false,
                ..self
            });
        }
        if self.seed && problem.mentions("seed") {
            return Some(Self { seed: false, ..self });
        }
        if !self.may_step_down || !has_schema {
            return None;
        }
        let structured = match self.structured {
            Structured::JsonSchema | Structured::Auto => Structured::JsonObject,
            Structured::JsonObject => Structured::Plain,
            Structured::Plain => return None,
        };
        Some(Self { structured, ..self })
    }
}

/// A model and the form its server accepts.
pub(crate) struct Lane {
    model: String,
    form: Mutex<Form>,
}

impl Lane {
    pub(crate) fn new(model: &str, structured: Structured) -> Self {
        Self {
            model: model.trim().to_owned(),
            form: Mutex::new(Form::first(structured)),
        }
    }

    pub(crate) fn model(&self) -> &str {
        &self.model
    }

    /// The form that was accepted last, or the first one.
    pub(super) fn form(&self) -> Form {
        *self.form.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a form that was accepted.
    pub(super) fn settle(&self, form: Form) {
        *self.form.lock().unwrap_or_else(PoisonError::into_inner) = form;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> HttpFailure {
        HttpFailure {
            status: 400,
            retry_after: None,
            body: body.to_owned(),
        }
    }

    #[test]
    fn structured_output_steps_down_and_ends() {
        let schema = refused(r#"{"error":{"message":"invalid schema","param":"response_format"}}"#);
        let mut form = Form::first(Structured::Auto);
        let mut seen = vec![form.structured];
        while let Some(next) = form.without(&schema, true) {
            form = next;
            seen.push(form.structured);
        }
        assert_eq!(
            seen,
            [Structured::JsonSchema, Structured::JsonObject, Structured::Plain]
        );
        assert_eq!(Form::first(Structured::JsonSchema).without(&schema, true), None);
        assert_eq!(Form::first(Structured::Auto).without(&schema, false), None);
    }

    #[test]
    fn a_named_parameter_is_the_one_that_goes() {
        let first = Form::first(Structured::Auto);
        let limit = refused(r#"{"error":{"message":"Use 'max_completion_tokens' instead.","param":"max_tokens"}}"#);
        let next = first.without(&limit, true).unwrap();
        assert!(next.newer_limit && next.structured == Structured::JsonSchema);
        let extra = refused(r#"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#);
        assert!(!next.without(&extra, true).unwrap().usage);
        assert_eq!(
            next.without(&limit, false),
            None,
            "a second refusal of the same name ends it"
        );
    }

    #[test]
    fn other_refusals_change_nothing() {
        let context = refused(r#"{"error":{"code":"context_length_exceeded"}}"#);
        assert_eq!(Form::first(Structured::Auto).without(&context, true), None);
        let key = HttpFailure {
            status: 401,
            ..refused("temperature")
        };
        assert_eq!(Form::first(Structured::Auto).without(&key, true), None);
    }
}
