//! The prompts as templates: read from files, checked whole at load, strict about every name.
//!
//! A file is divided by lines like `=== system` into the messages it makes; what stands before the first is a note for people. What
//! a candidate wrote is only ever a value: it is never read as a template.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{
    Environment, ErrorKind, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Serde, ValueKind},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    delimit::hex,
    error::LlmError,
    judge_prompt, speak_prompt,
    transport::{Message, Role},
};

/// The template of a judgement.
pub(super) const JUDGE: &str = "judge.md";
/// The template of its repair.
pub(super) const JUDGE_REPAIR: &str = "judge_repair.md";
/// The template of what the panel says.
pub(super) const SPEAK: &str = "speak.md";

const DIVIDER: &str = "=== ";

/// Why the templates can't be used. Each names the file, and the line where there is one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A file is missing.
    #[error("prompt template {file} is missing")]
    Missing {
        /// The file.
        file: &'static str,
    },
    /// The parts are not those that are needed.
    #[error("prompt template {file} must have the parts {expected}, each begun by a line like `=== system`")]
    Parts {
        /// The file.
        file: &'static str,
        /// The parts, in order.
        expected: &'static str,
    },
    /// It can't be read.
    #[error("prompt template {file}, line {line}: {detail}")]
    Syntax {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        detail: String,
    },
    /// A name nobody gives a value to.
    #[error("prompt template {file}, line {line}: `{variable}` is not known here; known are {known}")]
    Unknown {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// The name.
        variable: String,
        /// The names that have a value.
        known: String,
    },
    /// A value that must be in the prompt is not used.
    #[error("prompt template {file}, line {line}: the part `{part}` must use `{variable}`")]
    Unused {
        /// The file.
        file: &'static str,
        /// The line on which the part begins, from 1.
        line: usize,
        /// The part.
        part: String,
        /// The name.
        variable: &'static str,
    },
}

/// The templates, checked.
#[derive(Debug, Clone)]
pub struct Templates {
    environment: Environment<'static>,
    speak_parts: Vec<String>,
    judge_hash: String,
    speak_hash: String,
}

/// One part of a file.
struct Part {
    name: String,
    /// The line of its divider, from 1.
    line: usize,
    text: String,
}

/// What a part may and must use.
struct Contract {
    file: &'static str,
    required: &'static [&'static str],
    samples: Vec<Value>,
}

impl Templates {
    /// Reads and checks the templates: `judge.md`, `judge_repair.md` and `speak.md`. Every part is rendered with sample values, so
    /// that a name that is missing or misspelt is found here and not in an interview.
    pub fn parse(sources: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let mut templates = Self {
            environment: environment(),
            speak_parts: Vec::new(),
            judge_hash: hash(sources, &[JUDGE, JUDGE_REPAIR]),
            speak_hash: hash(sources, &[SPEAK]),
        };
        let judge = named_parts(JUDGE, sources, &["system", "user"], "system, user")?;
        let repair = named_parts(JUDGE_REPAIR, sources, &["user"], "user")?;
        let speak = conversation(sources)?;
        templates.add(judge, judge_contract)?;
        templates.add(repair, |_| Contract {
            file: JUDGE_REPAIR,
            required: &["problems"],
            samples: judge_prompt::repair_samples(),
        })?;
        templates.speak_parts = speak.iter().map(|part| part.name.clone()).collect();
        templates.add(speak, speak_contract)?;
        Ok(templates)
    }

    /// A short hash of the prompts a judgement is made with.
    pub(super) fn judge_hash(&self) -> &str {
        &self.judge_hash
    }

    /// A short hash of the prompts an utterance is made with.
    pub(super) fn speak_hash(&self) -> &str {
        &self.speak_hash
    }

    /// One part with its values.
    pub(super) fn message(
        &self,
        file: &str,
        part: &str,
        role: Role,
        values: impl Serialize,
    ) -> Result<Message, LlmError> {
        let failed = |line: Option<usize>| LlmError::Prompt {
            place: format!("{file}, line {}", line.unwrap_or_default()),
        };
        let template = self
            .environment
            .get_template(&format!("{file}/{part}"))
            .map_err(|_| failed(None))?;
        let content = template
            .render(Value::from(Serde(values)))
            .map_err(|error| failed(error.line()))?;
        Ok(Message {
            role,
            content: content.trim().to_owned(),
        })
    }

    /// The example turns of `speak.md`, as they are.
    pub(super) fn examples(&self) -> Result<Vec<Message>, LlmError> {
        let examples = self.speak_parts.iter().filter(|name| name.starts_with("example"));
        examples
            .map(|name| {
                let role = if name.ends_with("candidate") {
                    Role::User
                } else {
                    Role::Assistant
                };
                self.message(SPEAK, name, role, BTreeMap::<String, String>::new())
            })
            .collect()
    }

    fn add(&mut self, parts: Vec<Part>, contract: impl Fn(&Part) -> Contract) -> Result<(), TemplateError> {
        for part in parts {
            let contract = contract(&part);
            // Blank lines in front keep the file's line numbers in every message.
            let source = format!("{}{}", "\n".repeat(part.line), part.text);
            let name = format!("{}/{}", contract.file, part.name);
            let file = contract.file;
            self.environment
                .add_template_owned(name.clone(), source.clone())
                .map_err(|error| syntax(file, &error))?;
            let template = self
                .environment
                .get_template(&name)
                .map_err(|error| syntax(file, &error))?;
            check_names(
                &contract,
                &part,
                &source,
                &template.undeclared_variables(false).into_iter().collect(),
            )?;
            for sample in &contract.samples {
                template
                    .render(sample)
                    .map_err(|error| undefined(file, &source, sample, &error))?;
            }
        }
        Ok(())
    }
}

/// Templates whose tags may stand on lines of their own without leaving blank ones.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    #[expect(
        clippy::expect_used,
        reason = "the delimiters are the usual ones; only odd ones can fail"
    )]
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the usual delimiters are valid");
    environment.set_syntax(syntax);
    environment
}

fn judge_contract(part: &Part) -> Contract {
    let (required, samples): (&[&str], _) = match part.name.as_str() {
        "system" => (&["signals"], judge_prompt::rules_samples()),
        _ => (&["tag", "question", "answer", "judge"], judge_prompt::answer_samples()),
    };
    Contract {
        file: JUDGE,
        required,
        samples,
    }
}

fn speak_contract(part: &Part) -> Contract {
    let (required, samples): (&[&str], _) = match part.name.as_str() {
        "system" => (&["name", "about", "canary"], speak_prompt::role_samples()),
        "turn" => (&["act", "probe", "states", "question"], speak_prompt::turn_samples()),
        "retry" => (&["reason"], speak_prompt::retry_samples()),
        _ => (&[], vec![Value::from(Serde(BTreeMap::<String, String>::new()))]),
    };
    Contract {
        file: SPEAK,
        required,
        samples,
    }
}

fn hash(sources: &BTreeMap<String, String>, files: &[&str]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(sources.get(*file).map(String::as_bytes).unwrap_or_default());
        hash.update([0]);
    }
    hex(&hash.finalize(), 12)
}

fn parts(file: &'static str, sources: &BTreeMap<String, String>) -> Result<Vec<Part>, TemplateError> {
    let source = sources.get(file).ok_or(TemplateError::Missing { file })?;
    let mut parts: Vec<Part> = Vec::new();
    for (index, line) in source.trim_start_matches('\u{feff}').lines().enumerate() {
        if let Some(name) = line.strip_prefix(DIVIDER) {
            parts.push(Part {
                name: name.trim().to_owned(),
                line: index + 1,
                text: String::new(),
            });
        } else if let Some(part) = parts.last_mut() {
            part.text.push_str(line);
            part.text.push('\n');
        }
    }
    Ok(parts)
}

fn named_parts(
    file: &'static str,
    sources: &BTreeMap<String, String>,
    names: &[&str],
    expected: &'static str,
) -> Result<Vec<Part>, TemplateError> {
    let parts = parts(file, sources)?;
    if !parts.iter().map(|part| part.name.as_str()).eq(names.iter().copied()) {
        return Err(TemplateError::Parts { file, expected });
    }
    Ok(parts)
}

/// The parts of `speak.md`: the role, pairs of example turns, the turn to word, and what is said after a rejected wording.
fn conversation(sources: &BTreeMap<String, String>) -> Result<Vec<Part>, TemplateError> {
    let mut parts = parts(SPEAK, sources)?;
    let wrong = || TemplateError::Parts {
        file: SPEAK,
        expected: "system, pairs of `example candidate` and `example panelist`, turn, retry",
    };
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let [system, examples @ .., turn, retry] = names.as_slice() else {
        return Err(wrong());
    };
    let paired = examples
        .chunks(2)
        .all(|pair| *pair == ["example candidate", "example panelist"]);
    if (*system, *turn, *retry) != ("system", "turn", "retry") || !paired {
        return Err(wrong());
    }
    for (index, part) in parts.iter_mut().enumerate() {
        if let Some(who) = part.name.strip_prefix("example ") {
            part.name = format!("example {index:02} {who}");
        }
    }
    Ok(parts)
}

fn check_names(contract: &Contract, part: &Part, source: &str, used: &BTreeSet<String>) -> Result<(), TemplateError> {
    let known: BTreeSet<String> = contract.samples.iter().flat_map(keys).collect();
    if let Some(variable) = used.iter().find(|name| !known.contains(*name)) {
        return Err(TemplateError::Unknown {
            file: contract.file,
            line: line_of(source, variable),
            variable: variable.clone(),
            known: known.into_iter().collect::<Vec<_>>().join(", "),
        });
    }
    if let Some(variable) = contract.required.iter().find(|name| !used.contains(**name)) {
        return Err(TemplateError::Unused {
            file: contract.file,
            line: part.line,
            part: part.name.clone(),
            variable,
        });
    }
    Ok(())
}

fn keys(sample: &Value) -> Vec<String> {
    if sample.kind() != ValueKind::Map {
        return Vec::new();
    }
    sample
        .try_iter()
        .map(|keys| keys.map(|key| key.to_string()).collect())
        .unwrap_or_default()
}

fn line_of(source: &str, variable: &str) -> usize {
    let word = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == variable)
    };
    let in_tag = |line: &&str| line.contains("{{") || line.contains("{%");
    let place = |wanted: &dyn Fn(&&str) -> bool| source.lines().position(|line| word(line) && wanted(&line));
    place(&in_tag).or_else(|| place(&|_| true)).map_or(1, |index| index + 1)
}

fn syntax(file: &'static str, error: &minijinja::Error) -> TemplateError {
    let detail = error.detail().map_or_else(
        || error.kind().to_string(),
        |detail| format!("{}: {detail}", error.kind()),
    );
    TemplateError::Syntax {
        file,
        line: error.line().unwrap_or(1),
        detail,
    }
}

fn undefined(file: &'static str, source: &str, sample: &Value, error: &minijinja::Error) -> TemplateError {
    let Some(line) = error.line().filter(|_| error.kind() == ErrorKind::UndefinedError) else {
        return syntax(file, error);
    };
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let tags = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    let variable = tags.map(str::trim).collect::<Vec<_>>().join("`, `");
    let mut variable = if variable.is_empty() {
        text.trim().to_owned()
    } else {
        variable
    };
    if let Some(probe) = sample
        .get_attr("probe")
        .ok()
        .filter(|probe| probe.kind() == ValueKind::String)
    {
        variable = format!("{variable}` for the probe `{probe}");
    }
    TemplateError::Unknown {
        file,
        line,
        variable,
        known: "the names in the note at the top of the file".to_owned(),
    }
}
