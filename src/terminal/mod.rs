//! The terminal front end: one interview on standard input and output.
//!
//! Standard input is a terminal or a script; standard output may be either. It knows the service and the reports, and nothing of how
//! an interview is judged or stored.

mod command;
mod keyboard;
mod screen;
mod script;

use std::io::{self, Write};

use tokio_util::sync::CancellationToken;

use crate::{
    interview::event::EndReason,
    service::{Input, Live, Update},
};

pub use keyboard::TerminalMode;
pub use screen::Screen;

use command::Line;

/// What stands before what the candidate says.
const PROMPT: &str = "you> ";

/// How an interview in the terminal came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It ended; the debrief can be shown.
    Ended,
    /// It rests and can be resumed.
    Paused,
}

/// Where the candidate's lines come from.
#[derive(Debug)]
pub enum Source {
    /// A person at a terminal.
    Keyboard(keyboard::Keyboard),
    /// A script or a pipe: each line is one answer.
    Script(script::Script),
}

impl Source {
    /// A terminal where standard input is one, else a script.
    #[must_use]
    pub fn of_stdin() -> Source {
        if io::IsTerminal::is_terminal(&io::stdin()) {
            Source::Keyboard(keyboard::Keyboard::new())
        } else {
            Source::Script(script::Script::new())
        }
    }
}

/// Something the candidate entered.
#[derive(Debug)]
pub(crate) enum Entered {
    /// A line, with its times where somebody typed it.
    Line(String, crate::domain::timing::Timing),
    /// Ctrl-C, Ctrl-D or the end of the script.
    Leave,
}

/// Holds one interview. Returns when it has ended or rests.
pub async fn interview<W: Write>(
    mut live: Live,
    source: &mut Source,
    screen: &mut Screen<W>,
    stop: &CancellationToken,
) -> io::Result<Ending> {
    let mut lines = 0_u64;
    loop {
        let update = tokio::select! {
            update = live.updates.recv() => update,
            () = interrupted(source) => {
                let _ = live.input.send(Input::Pause).await;
                continue;
            }
        };
        match update {
            Some(Update::Said { speaker, act, text }) => screen.said(&speaker, &act, &text)?,
            Some(Update::Again { speaker, text }) => screen.again(&speaker, &text)?,
            Some(Update::Thinking) => screen.thinking()?,
            Some(Update::StoodIn(reason)) => screen.stood_in(&reason)?,
            Some(Update::Refused(sentence)) => screen.refused(&sentence)?,
            None | Some(Update::Paused) => {
                screen.resting(live.session.as_str())?;
                return Ok(Ending::Paused);
            }
            Some(Update::Ended) => return Ok(Ending::Ended),
            Some(Update::Listening) => {
                let Some(input) = next_input(source, screen, &mut lines, live.session.as_str(), stop).await? else {
                    screen.resting(live.session.as_str())?;
                    return Ok(Ending::Paused);
                };
                if live.input.send(input).await.is_err() {
                    return Ok(Ending::Paused);
                }
            }
        }
    }
}

/// Reads until there is something for the interview; none when the program is told to stop.
async fn next_input<W: Write>(
    source: &mut Source,
    screen: &mut Screen<W>,
    lines: &mut u64,
    session: &str,
    stop: &CancellationToken,
) -> io::Result<Option<Input>> {
    loop {
        screen.prompt()?;
        let entered = match source {
            Source::Keyboard(keyboard) => tokio::select! {
                entered = keyboard.read() => entered?,
                () = stop.cancelled() => return Ok(None),
            },
            Source::Script(script) => tokio::select! {
                entered = script.read() => entered?,
                () = stop.cancelled() => return Ok(None),
            },
        };
        let Entered::Line(text, timing) = entered else {
            return Ok(Some(Input::Pause));
        };
        if matches!(source, Source::Script(_)) {
            screen.echo(&text)?;
        }
        *lines += 1;
        // Unique within the session: the store refuses a key it has seen, and a resumed session starts a new count.
        let key = format!("{session}/{}/{lines}", crate::service::now_ms());
        match command::parse(&text) {
            Line::Answer => {
                return Ok(Some(Input::Answer {
                    key,
                    text,
                    timing,
                    confidence: None,
                }));
            }
            Line::Hint => return Ok(Some(Input::Hint { key })),
            Line::Skip => return Ok(Some(Input::Skip { key })),
            Line::Pause => return Ok(Some(Input::Pause)),
            Line::End => return Ok(Some(Input::End(EndReason::ByCandidate))),
            Line::Help => screen.help()?,
            Line::Unknown(name) => screen.refused(&format!("there is no /{name}; /help lists what there is"))?,
            Line::Empty => screen.refused("that was empty; say something, or /skip the question")?,
        }
    }
}

/// Ctrl-C while the panel works. At the keyboard's prompt the line editor takes it itself.
async fn interrupted(source: &Source) {
    match source {
        Source::Keyboard(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
        Source::Script(_) => std::future::pending().await,
    }
}
