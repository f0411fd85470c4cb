//! A script or a pipe: each line is one answer, the end of it a pause.

use std::io;

use tokio::io::{AsyncBufReadExt as _, BufReader, Stdin};

use super::Entered;
use crate::domain::timing::Timing;

/// Lines of standard input. A line that is not UTF-8 is read with its odd bytes replaced.
#[derive(Debug)]
pub struct Script {
    input: BufReader<Stdin>,
}

impl Script {
    /// Reads standard input.
    #[must_use]
    pub fn new() -> Script {
        Script {
            input: BufReader::new(tokio::io::stdin()),
        }
    }

    /// The next line that holds something.
    pub(super) async fn read(&mut self) -> io::Result<Entered> {
        loop {
            let mut bytes = Vec::new();
            if self.input.read_until(b'\n', &mut bytes).await? == 0 {
                return Ok(Entered::Leave);
            }
            let text = String::from_utf8_lossy(&bytes);
            let line = text.trim_end_matches(['\r', '\n']);
            if !line.trim().is_empty() {
                return Ok(Entered::Line(line.to_owned(), Timing::default()));
            }
        }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}
