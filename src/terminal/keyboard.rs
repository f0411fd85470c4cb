//! A person at a terminal: line editing, history, and how long they thought and typed.
//!
//! Enter sends; Alt-Enter and pasted newlines go on. The editor blocks, so it lives on a thread of its own.

use std::{cell::RefCell, io, rc::Rc};

use rustyline::{
    Cmd, Config, Editor, EventHandler, Helper, KeyCode, KeyEvent, Modifiers, completion::Completer,
    error::ReadlineError, highlight::Highlighter, hint::Hinter, history::MemHistory, validate::Validator,
};
use tokio::sync::{mpsc, oneshot};

use super::{Entered, PROMPT};
use crate::{
    domain::timing::{Medium, PAUSE_LIMIT_S, Timing},
    service::Stopwatch,
};

/// The keyboard, from outside its thread.
#[derive(Debug)]
pub struct Keyboard {
    asks: mpsc::UnboundedSender<oneshot::Sender<io::Result<Entered>>>,
}

impl Keyboard {
    /// Starts the editor's thread.
    #[must_use]
    pub fn new() -> Keyboard {
        let (asks, mut asked) = mpsc::unbounded_channel::<oneshot::Sender<io::Result<Entered>>>();
        std::thread::spawn(move || {
            let mut editor = match editor() {
                Ok(editor) => editor,
                Err(error) => {
                    if let Some(reply) = asked.blocking_recv() {
                        let _ = reply.send(Err(io::Error::other(error)));
                    }
                    return;
                }
            };
            while let Some(reply) = asked.blocking_recv() {
                let _ = reply.send(read(&mut editor));
            }
        });
        Keyboard { asks }
    }

    /// Reads one line.
    pub(super) async fn read(&mut self) -> io::Result<Entered> {
        let (reply, answer) = oneshot::channel();
        let gone = || io::Error::other("the keyboard can't be read any more");
        self.asks.send(reply).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl Default for Keyboard {
    fn default() -> Self {
        Self::new()
    }
}

type LineEditor = Editor<Watch, MemHistory>;

fn editor() -> rustyline::Result<LineEditor> {
    let config = Config::builder().auto_add_history(true).bracketed_paste(true).build();
    let mut editor = Editor::with_history(config, MemHistory::new())?;
    editor.set_helper(Some(Watch::default()));
    let newline = EventHandler::Simple(Cmd::Newline);
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), newline);
    Ok(editor)
}

fn read(editor: &mut LineEditor) -> io::Result<Entered> {
    let keys = editor.helper().map(|watch| Rc::clone(&watch.keys)).unwrap_or_default();
    *keys.borrow_mut() = Keys::default();
    let shown = Stopwatch::start();
    match editor.readline(PROMPT) {
        Ok(line) => Ok(Entered::Line(line, keys.borrow().timing(shown))),
        Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(Entered::Leave),
        Err(ReadlineError::Io(error)) => Err(error),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// When keys were pressed.
#[derive(Debug, Default)]
struct Keys {
    first: Option<Stopwatch>,
    last: Option<Stopwatch>,
    pauses_s: Vec<f64>,
}

impl Keys {
    fn pressed(&mut self) {
        let now = Stopwatch::start();
        if let Some(last) = self.last {
            let gap = last.seconds_until(now);
            if gap > PAUSE_LIMIT_S {
                self.pauses_s.push(tenths(gap));
            }
        }
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    fn timing(&self, shown: Stopwatch) -> Timing {
        Timing {
            think_s: self.first.map(|first| tenths(shown.seconds_until(first))),
            duration_s: self.first.map(|first| tenths(first.seconds())),
            pauses_s: self.pauses_s.clone(),
            medium: Medium::Typed,
        }
    }
}

fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}

/// The editor's helper: offers nothing, and notes when the line changes.
#[derive(Default)]
struct Watch {
    keys: Rc<RefCell<Keys>>,
}

impl Hinter for Watch {
    type Hint = String;

    fn hint(&self, line: &str, _pos: usize, _context: &rustyline::Context<'_>) -> Option<String> {
        if !line.is_empty() {
            self.keys.borrow_mut().pressed();
        }
        None
    }
}

impl Completer for Watch {
    type Candidate = String;
}
impl Highlighter for Watch {}
impl Validator for Watch {}
impl Helper for Watch {}

/// The terminal's mode when the program began, to be put back when it ends with the editor still reading.
#[derive(Debug)]
pub struct TerminalMode(Option<rustix::termios::Termios>);

impl TerminalMode {
    /// Notes the mode, where standard input is a terminal.
    #[must_use]
    pub fn note() -> TerminalMode {
        TerminalMode(rustix::termios::tcgetattr(io::stdin()).ok())
    }

    /// Puts it back.
    pub fn restore(&self) {
        if let Some(mode) = &self.0 {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, mode);
        }
    }
}
