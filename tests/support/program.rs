//! The real program as a test runs it: in a home of its own, with nothing configured, from a script or in a pseudo-terminal.

#![allow(dead_code, reason = "each test file uses its own part of the harness")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rexpect::session::{PtySession, spawn_command};
use serde_json::Value;
use tempfile::TempDir;

/// How long a screen may take to show what is expected, in milliseconds.
const PATIENCE_MS: u64 = 20_000;

/// The program with a home of its own.
pub(crate) struct Hotseat {
    home: TempDir,
}

/// What a run gave.
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Hotseat {
    pub(crate) fn new() -> Hotseat {
        Hotseat {
            home: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A command in the home, with nothing of the test's own environment that Hotseat would read.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hotseat"));
        command
            .args(args)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "xterm-256color")
            .env("HOTSEAT_DATA_DIR", self.data());
        command
    }

    /// Runs to the end with lines on standard input.
    pub(crate) fn run(&self, args: &[&str], lines: &[&str]) -> Run {
        let input: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        finish(self.command(args), &input)
    }

    /// Runs and reads standard output as JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.run(args, &[]);
        assert_eq!(run.code, 0, "{}", run.err);
        serde_json::from_str(&run.out).unwrap()
    }

    /// Starts in a pseudo-terminal.
    pub(crate) fn terminal(&self, args: &[&str]) -> Terminal {
        Terminal {
            session: spawn_command(self.command(args), Some(PATIENCE_MS)).unwrap(),
        }
    }

    /// Every stored answer, oldest first, verbatim.
    pub(crate) fn answers(&self) -> Vec<String> {
        let export = self.run(&["export", "--all"], &[]);
        assert_eq!(export.code, 0, "{}", export.err);
        let mut found = Vec::new();
        for line in export.out.lines() {
            collect_answers(&serde_json::from_str(line).unwrap(), &mut found);
        }
        found
    }

    /// Whether some file below the data folder holds these bytes.
    pub(crate) fn holds_bytes(&self, needle: &str) -> bool {
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read(&path)
                    .unwrap()
                    .windows(needle.len())
                    .any(|bytes| bytes == needle.as_bytes())
                {
                    return true;
                }
            }
        }
        false
    }
}

/// Runs a command to its end with a text on standard input.
pub(crate) fn finish(mut command: Command, input: &str) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that has read enough closes its end.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Events of type `answered`, wherever in a line they stand.
fn collect_answers(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if map.get("type").and_then(Value::as_str) == Some("answered") {
                found.extend(map.get("text").and_then(Value::as_str).map(str::to_owned));
            }
            map.values().for_each(|inner| collect_answers(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect_answers(inner, found)),
        _ => {}
    }
}

/// A person at the program's terminal.
pub(crate) struct Terminal {
    session: PtySession,
}

impl Terminal {
    /// Waits until the screen has shown a text.
    pub(crate) fn sees(&mut self, text: &str) -> String {
        self.session
            .exp_string(text)
            .unwrap_or_else(|error| panic!("never saw {text:?}: {error}"))
    }

    /// Waits for a new prompt. The editor paints its line anew with every key, so the prompt alone could be an old one; that it asks
    /// for pastes to be marked comes once, when it begins to read.
    pub(crate) fn is_asked(&mut self) -> String {
        let before = self.sees("[?2004h");
        self.sees("you> ");
        before
    }

    /// Types a line and sends it.
    pub(crate) fn says(&mut self, line: &str) {
        self.types(line);
        self.types("\r");
    }

    /// Types without sending.
    pub(crate) fn types(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    /// Presses Ctrl and a letter.
    pub(crate) fn control(&mut self, letter: char) {
        self.session.send_control(letter).unwrap();
    }

    /// Sends a signal.
    pub(crate) fn signal(&mut self, signal: rexpect::process::Signal) {
        self.session.process_mut().signal(signal).unwrap();
    }

    /// Waits for the end and returns what was still shown.
    pub(crate) fn ends(mut self) -> String {
        self.session
            .exp_eof()
            .unwrap_or_else(|error| panic!("did not end: {error}"))
    }
}
