//! Results kept in a file as they come, so that a run that was stopped goes on where it was.
//!
//! One JSON line a result, under the hash of all it depends on: this program, the judge, the line that was judged. A line cut short
//! by a crash is dropped and judged again; a result of another build or another rubric is not found.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    EvalError,
    engine::{Job, Measured},
};
use crate::library;

/// Kept results.
#[derive(Debug, Default)]
pub struct State {
    file: Option<File>,
    about: String,
    known: BTreeMap<String, Measured>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    #[serde(flatten)]
    measured: Measured,
}

impl State {
    /// Nothing is kept.
    #[must_use]
    pub fn nowhere() -> State {
        State::default()
    }

    /// Reads what is kept in a file, which need not be there, and keeps more in it. `about` names all that results depend on
    /// besides the line: the program and the judge.
    pub fn open(path: &Path, about: String) -> Result<State, EvalError> {
        let unreadable = |source| EvalError::File {
            doing: format!("{} can't be used to keep results", path.display()),
            source,
        };
        let (file, known) = read(path).map_err(unreadable)?;
        Ok(State {
            file: Some(file),
            about,
            known,
        })
    }

    /// How many results are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The key of a line; empty where nothing is kept.
    pub(super) fn key(&self, job: &Job) -> String {
        match self.file {
            Some(_) => library::hash(&format!("{}\n{job:?}", self.about)),
            None => String::new(),
        }
    }

    /// What is kept under a key.
    pub(super) fn find(&self, key: &str) -> Option<Measured> {
        self.known.get(key).cloned()
    }

    /// Keeps a result.
    pub(super) fn keep(&mut self, key: String, measured: &Measured) -> Result<(), EvalError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let kept = Kept {
            key,
            measured: measured.clone(),
        };
        let written = serde_json::to_vec(&kept).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            file.write_all(&line)
        });
        written.map_err(|source| EvalError::File {
            doing: "a result can't be kept".to_owned(),
            source,
        })?;
        self.known.insert(kept.key, kept.measured);
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<(File, BTreeMap<String, Measured>)> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut known = BTreeMap::new();
    for line in text.get(..whole).unwrap_or_default().lines() {
        let kept: Kept = serde_json::from_str(line)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it holds something else"))?;
        known.insert(kept.key, kept.measured);
    }
    file.set_len(whole as u64)?;
    file.seek(SeekFrom::End(0))?;
    Ok((file, known))
}
