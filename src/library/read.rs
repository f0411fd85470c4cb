//! Reads files from a folder or from those compiled in, and turns TOML errors into file, line and reason.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use include_dir::Dir;
use serde::de::DeserializeOwned;

use super::{Problem, Sourced, hash};
use crate::domain::{case::Case, ids::CaseId, ids::PersonaId, persona::Persona};

/// A file larger than this is not a persona or a case.
const LARGEST_FILE: u64 = 256 * 1024;

/// Texts by file name, with the folder they stand in for messages.
pub(super) struct Files {
    folder: String,
    texts: BTreeMap<String, String>,
}

/// A type whose file's stem is its id.
pub(super) trait Named: DeserializeOwned {
    fn set_id(&mut self, id: &str);
}

impl Named for Persona {
    fn set_id(&mut self, id: &str) {
        self.id = PersonaId::new(id);
    }
}

impl Named for Case {
    fn set_id(&mut self, id: &str) {
        self.id = CaseId::new(id);
    }
}

/// The files of one folder: from disk where `root/name` is there, else those compiled in.
pub(super) fn folder(
    root: Option<&Path>,
    name: &str,
    extension: &str,
    compiled: &Dir<'_>,
    problems: &mut Vec<Problem>,
) -> Files {
    let on_disk = root.map(|root| root.join(name)).filter(|path| path.is_dir());
    let texts = match &on_disk {
        Some(path) => from_disk(path, extension, problems),
        None => from_binary(compiled, extension),
    };
    let folder = on_disk.map_or_else(|| name.to_owned(), |path| path.display().to_string());
    Files { folder, texts }
}

fn from_binary(compiled: &Dir<'_>, extension: &str) -> BTreeMap<String, String> {
    compiled
        .files()
        .filter(|file| has_extension(file.path(), extension))
        .filter_map(|file| Some((file_name(file.path())?, file.contents_utf8()?.to_owned())))
        .collect()
}

fn from_disk(folder: &Path, extension: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(problem(
                folder.display().to_string(),
                None,
                format!("can't be read: {error}"),
            ));
            return texts;
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths
        .iter()
        .filter(|path| path.is_file() && has_extension(path, extension))
    {
        match text_of(path) {
            Ok(text) => {
                texts.extend(file_name(path).map(|name| (name, text)));
            }
            Err(message) => problems.push(problem(path.display().to_string(), None, message)),
        }
    }
    texts
}

fn text_of(path: &Path) -> Result<String, String> {
    let length = fs::metadata(path)
        .map_err(|error| format!("can't be read: {error}"))?
        .len();
    if length > LARGEST_FILE {
        return Err(format!("is {length} bytes; at most {LARGEST_FILE} are expected"));
    }
    let bytes = fs::read(path).map_err(|error| format!("can't be read: {error}"))?;
    String::from_utf8(bytes)
        .map(|text| without_bom(&text).to_owned())
        .map_err(|error| {
            format!(
                "is not UTF-8: the byte at {} is not text",
                error.utf8_error().valid_up_to()
            )
        })
}

/// The text without the byte order mark some editors write.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    extension.is_empty() || path.extension().is_some_and(|found| found == extension)
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

/// Reads a file nothing works without.
pub(super) fn required<T: DeserializeOwned>(
    files: &Files,
    name: &str,
    problems: &mut Vec<Problem>,
) -> Option<Sourced<T>> {
    let file = format!("{}/{name}", files.folder);
    let Some(text) = files.texts.get(name) else {
        problems.push(problem(file, None, "is missing; nothing works without it".to_owned()));
        return None;
    };
    match parse::<T>(&file, text) {
        Ok(value) => Some(sourced(value, text)),
        Err(found) => {
            problems.push(found);
            None
        }
    }
}

/// Reads each file of a folder, by the stem of its name.
pub(super) fn each<T: Named>(files: &Files, problems: &mut Vec<Problem>) -> BTreeMap<String, Sourced<T>> {
    let mut read = BTreeMap::new();
    for (name, text) in &files.texts {
        let file = format!("{}/{name}", files.folder);
        let stem = name.trim_end_matches(".toml");
        if !is_id(stem) {
            problems.push(problem(
                file,
                None,
                "the file's name is its id: lower-case letters, digits and _ only, at most 40".to_owned(),
            ));
            continue;
        }
        match parse::<T>(&file, text) {
            Ok(mut value) => {
                value.set_id(stem);
                read.insert(stem.to_owned(), sourced(value, text));
            }
            Err(found) => problems.push(found),
        }
    }
    read
}

/// The prompt templates: every `.md` file.
pub(super) fn templates(files: &Files) -> BTreeMap<String, String> {
    files
        .texts
        .iter()
        .filter(|(name, _)| has_extension(Path::new(name), "md"))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect()
}

/// Reads one TOML text.
pub(super) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(without_bom(text)).map_err(|error| {
        let line = error.span().map(|span| line_at(text, span.start));
        problem(file.to_owned(), line, error.message().trim().replace('\n', " "))
    })
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

fn sourced<T>(value: T, text: &str) -> Sourced<T> {
    Sourced {
        value: Arc::new(value),
        text: Arc::from(text),
        hash: hash(text),
    }
}

fn problem(file: String, line: Option<usize>, message: String) -> Problem {
    Problem { file, line, message }
}
