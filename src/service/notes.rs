//! Small durable notes of a front end: a key and a value each, such as where a session is held. Never candidate text.
//!
//! They lie in a file of JSON lines of their own beside the store. A note is on disk when `put` returns; several that come together
//! share one write. A line that a crash cut short is left out when the file is read again.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::sync::oneshot;

use super::ServiceError;

/// The notes. Cheap to clone; every clone is the same file.
#[derive(Debug, Clone)]
pub struct Notes {
    known: Arc<Mutex<BTreeMap<String, Value>>>,
    writer: mpsc::Sender<Write>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    key: String,
    value: Value,
}

struct Write {
    line: String,
    done: Option<oneshot::Sender<std::io::Result<()>>>,
}

impl Notes {
    /// Opens the file, and makes it where there is none. Blocks.
    pub fn open(path: &Path) -> Result<Notes, ServiceError> {
        let failed = |source| ServiceError::File {
            doing: format!("{} can't be opened", path.display()),
            source,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error)),
        };
        let known = read(&text);
        rewrite(path, &known).map_err(failed)?;
        let file = OpenOptions::new().append(true).open(path).map_err(failed)?;
        let (writer, queue) = mpsc::channel();
        std::thread::Builder::new()
            .name("notes".to_owned())
            .spawn(move || write_all(file, &queue))
            .map_err(failed)?;
        Ok(Notes {
            known: Arc::new(Mutex::new(known)),
            writer,
        })
    }

    /// Puts a value under a key. Durable when it returns.
    pub async fn put(&self, key: &str, value: &impl Serialize) -> Result<(), ServiceError> {
        let (done, is_done) = oneshot::channel();
        self.write(key, serde_json::to_value(value).unwrap_or(Value::Null), Some(done));
        let outcome = is_done
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into()));
        outcome.map_err(|source| ServiceError::File {
            doing: "a note can't be written".to_owned(),
            source,
        })
    }

    /// Puts a value under a key; durable soon. For what can be found again by other means.
    pub fn put_soon(&self, key: &str, value: &impl Serialize) {
        self.write(key, serde_json::to_value(value).unwrap_or(Value::Null), None);
    }

    /// Takes a key away; durable soon.
    pub fn remove(&self, key: &str) {
        self.write(key, Value::Null, None);
    }

    /// The value under a key, where there is one of that form.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::from_value(known.get(key)?.clone()).ok()
    }

    /// Every value whose key begins so, with the rest of its key.
    #[must_use]
    pub fn all<T: DeserializeOwned>(&self, prefix: &str) -> Vec<(String, T)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let from_here = known.range(prefix.to_owned()..);
        from_here
            .map_while(|(key, value)| Some((key.strip_prefix(prefix)?, value)))
            .filter_map(|(rest, value)| Some((rest.to_owned(), serde_json::from_value(value.clone()).ok()?)))
            .collect()
    }

    fn write(&self, key: &str, value: Value, done: Option<oneshot::Sender<std::io::Result<()>>>) {
        let line = Line {
            key: key.to_owned(),
            value: value.clone(),
        };
        let mut text = serde_json::to_string(&line).unwrap_or_default();
        text.push('\n');
        // The order in the file is the order in memory, so both are changed under one lock.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if value.is_null() {
            known.remove(key);
        } else {
            known.insert(key.to_owned(), value);
        }
        // A writer that is gone drops `done`, and `put` says so.
        let _ = self.writer.send(Write { line: text, done });
    }
}

fn read(text: &str) -> BTreeMap<String, Value> {
    let mut known = BTreeMap::new();
    for line in text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
        if line.value.is_null() {
            known.remove(&line.key);
        } else {
            known.insert(line.key, line.value);
        }
    }
    known
}

/// Writes the file anew with what holds, so that it does not grow for ever and ends in a whole line.
fn rewrite(path: &Path, known: &BTreeMap<String, Value>) -> std::io::Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    std::fs::create_dir_all(&folder)?;
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    for (key, value) in known {
        serde_json::to_writer(&mut file, &serde_json::json!({"key": key, "value": value}))?;
        file.write_all(b"\n")?;
    }
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    File::open(&folder)?.sync_all()
}

fn write_all(mut file: File, writes: &mpsc::Receiver<Write>) {
    while let Ok(first) = writes.recv() {
        let batch: Vec<Write> = std::iter::once(first).chain(writes.try_iter()).collect();
        let text: String = batch.iter().map(|write| write.line.as_str()).collect();
        let outcome = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = &outcome {
            tracing::error!(%error, "notes could not be written");
        }
        for done in batch.into_iter().filter_map(|write| write.done) {
            let again = outcome.as_ref().map(|&()| ()).map_err(|error| error.kind().into());
            // Who no longer waits needs no answer.
            let _ = done.send(again);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_note_is_there_after_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.jsonl");
        let notes = Notes::open(&path).unwrap();
        notes.put("place/a", &1).await.unwrap();
        notes.put("place/b", &2).await.unwrap();
        notes.remove("place/a");
        notes.put("other", &3).await.unwrap();
        let again = Notes::open(&path).unwrap();
        assert_eq!(again.all::<u32>("place/"), [("b".to_owned(), 2)]);
        assert_eq!(again.get::<u32>("other"), Some(3));
    }

    #[test]
    fn a_line_cut_short_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.jsonl");
        std::fs::write(&path, "{\"key\":\"a\",\"value\":1}\n{\"key\":\"b\",\"val").unwrap();
        let notes = Notes::open(&path).unwrap();
        assert_eq!(notes.all::<u32>(""), [("a".to_owned(), 1)]);
        assert!(std::fs::read_to_string(&path).unwrap().ends_with('\n'));
    }
}
