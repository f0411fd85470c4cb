//! The files a coach may change: personas, cases, the rubric, pushback wordings, drills and the prompts for a model.
//!
//! They are read from a folder where one is there, and are compiled in otherwise, so that the one binary runs from anywhere. A file
//! that can't be used is refused by name, line and reason; the others load. Nothing is ever put in a broken file's place.

mod check;
mod read;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{
    case::Case,
    ids::{CaseId, PersonaId},
    persona::{Persona, Pushbacks},
    rubric::Rubric,
    signal::Signal,
};

pub use check::variables;

static PERSONAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/personas");
static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");
static PROMPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/prompts");

/// The practice side of one signal, from `drills.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// The signal's name in plain English.
    pub name: String,
    /// What it means, in a sentence a candidate understands.
    pub meaning: String,
    /// Two-minute exercises.
    pub drill: Vec<String>,
    /// What an answer that scores high does.
    pub stronger: Vec<String>,
}

/// Something read from a file, with the text it was read from.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// The value.
    pub value: Arc<T>,
    /// The file's text, kept so that a session can be shown exactly as it was held.
    pub text: Arc<str>,
    /// The hex SHA-256 of the text.
    pub hash: String,
}

/// Every file that could be used.
#[derive(Debug, Clone)]
pub struct Library {
    /// Where the files came from: a folder, or nothing for those compiled in.
    pub folder: Option<PathBuf>,
    /// Personas by id.
    pub personas: BTreeMap<PersonaId, Sourced<Persona>>,
    /// Cases by id.
    pub cases: BTreeMap<CaseId, Sourced<Case>>,
    /// The rubric.
    pub rubric: Sourced<Rubric>,
    /// Pushback wordings.
    pub pushback: Sourced<Pushbacks>,
    /// Drills by signal.
    pub drills: BTreeMap<Signal, Drill>,
    /// Prompt templates for a model, by file name.
    pub templates: BTreeMap<String, String>,
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// A library, and what was refused on the way.
#[derive(Debug)]
pub struct Loaded {
    /// What could be used; none where a file nothing works without (the rubric, the wordings) is broken.
    pub library: Option<Library>,
    /// What was refused.
    pub problems: Vec<Problem>,
}

/// A library can't be used at all.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Unusable(pub Vec<Problem>);

/// Loads the files below `folder`, each of `personas/`, `cases/` and `prompts/` that isn't there from those compiled in.
#[must_use]
pub fn load(folder: Option<&Path>) -> Loaded {
    let mut problems = Vec::new();
    let personas = read::folder(folder, "personas", "toml", &PERSONAS, &mut problems);
    let cases = read::folder(folder, "cases", "toml", &CASES, &mut problems);
    let prompts = read::folder(folder, "prompts", "", &PROMPTS, &mut problems);

    let rubric = read::required::<Rubric>(&prompts, "rubric.toml", &mut problems);
    let pushback = read::required::<Pushbacks>(&prompts, "pushback.toml", &mut problems);
    let drills = read::required::<BTreeMap<Signal, Drill>>(&prompts, "drills.toml", &mut problems);
    let personas = read::each::<Persona>(&personas, &mut problems);
    let cases = read::each::<Case>(&cases, &mut problems);
    let templates = read::templates(&prompts);

    let (Some(rubric), Some(pushback), Some(drills)) = (rubric, pushback, drills) else {
        return Loaded {
            library: None,
            problems,
        };
    };
    let mut library = Library {
        folder: folder.map(Path::to_path_buf),
        personas: personas
            .into_iter()
            .map(|(id, persona)| (PersonaId::new(id), persona))
            .collect(),
        cases: cases.into_iter().map(|(id, case)| (CaseId::new(id), case)).collect(),
        rubric,
        pushback,
        drills: Arc::unwrap_or_clone(drills.value),
        templates,
    };
    let fatal = check::library(&mut library, &mut problems);
    problems.sort();
    Loaded {
        library: (!fatal).then_some(library),
        problems,
    }
}

/// The library compiled into the program.
///
/// # Panics
/// Never in a released program: a test holds the shipped files to the checks.
#[must_use]
pub fn shipped() -> Library {
    let loaded = load(None);
    #[expect(
        clippy::expect_used,
        reason = "the shipped files are part of the program and a test loads them"
    )]
    loaded.library.expect("the shipped library is sound")
}

/// The folder to load from: the one configured, else the current one where it holds a library.
#[must_use]
pub fn find(configured: Option<&Path>) -> Option<PathBuf> {
    match configured {
        Some(folder) => Some(folder.to_path_buf()),
        None => Path::new("prompts/rubric.toml").is_file().then(|| PathBuf::from(".")),
    }
}

/// The hex SHA-256 of a text.
#[must_use]
pub fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Reads a persona from its text, as stored with a session.
pub fn persona(id: &PersonaId, text: &str) -> Result<Persona, Problem> {
    read::parse::<Persona>(&format!("personas/{id}.toml"), text).map(|mut persona| {
        persona.id = id.clone();
        persona
    })
}

/// Reads a case from its text, as stored with a session.
pub fn case(id: &CaseId, text: &str) -> Result<Case, Problem> {
    read::parse::<Case>(&format!("cases/{id}.toml"), text).map(|mut case| {
        case.id = id.clone();
        case
    })
}

/// Reads a rubric from its text, as stored with a session.
pub fn rubric(text: &str) -> Result<Rubric, Problem> {
    read::parse("prompts/rubric.toml", text)
}

/// Reads pushback wordings from their text, as stored with a session.
pub fn pushback(text: &str) -> Result<Pushbacks, Problem> {
    read::parse("prompts/pushback.toml", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_have_no_problem() {
        let loaded = load(None);
        assert_eq!(loaded.problems, Vec::new());
        let library = loaded.library.unwrap();
        assert!(library.personas.len() >= 7 && library.cases.len() >= 10);
        assert!(
            library
                .cases
                .values()
                .map(|case| case.value.question.len())
                .sum::<usize>()
                >= 80
        );
    }
}
