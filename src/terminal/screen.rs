//! What the terminal shows: wrapped to its width, with or without colour, and nothing a candidate or a model wrote can move the
//! cursor.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::{PROMPT, command::COMMANDS};
use crate::{interview::event::Act, report::terminal::Style, service::Speaker};

/// The screen of one interview.
#[derive(Debug)]
pub struct Screen<W: Write> {
    out: W,
    style: Style,
    /// A line that a terminal shows while the panel works, to be wiped again.
    thinking: bool,
    live: bool,
    last_speaker: Option<Speaker>,
}

impl<W: Write> Screen<W> {
    /// A screen on `out`. `live` where it is a terminal, so that a line may be wiped.
    pub fn new(out: W, style: Style, live: bool) -> Screen<W> {
        Screen {
            out,
            style,
            thinking: false,
            live,
            last_speaker: None,
        }
    }

    /// What the panel says.
    pub fn said(&mut self, speaker: &Speaker, act: &Act, text: &str) -> io::Result<()> {
        self.wipe()?;
        if self.last_speaker.as_ref() != Some(speaker) || matches!(act, Act::Introduce) {
            let name = self.paint("1", &speaker.name);
            let title = self.paint("2", &format!(", {}", lower_first(&speaker.title)));
            writeln!(self.out, "\n{name}{title}")?;
            self.last_speaker = Some(speaker.clone());
        } else {
            writeln!(self.out)?;
        }
        if matches!(act, Act::Hint) {
            let hint = self.paint("2", "hint:");
            writeln!(self.out, "  {hint}")?;
        }
        self.paragraph(text)
    }

    /// What was asked last, after a resume.
    pub fn again(&mut self, speaker: &Speaker, text: &str) -> io::Result<()> {
        let note = self.paint("2", "going on where you stopped");
        writeln!(self.out, "\n{note}")?;
        self.said(speaker, &Act::Introduce, text)
    }

    /// The panel thinks.
    pub fn thinking(&mut self) -> io::Result<()> {
        if self.live {
            let name = self
                .last_speaker
                .as_ref()
                .map_or_else(|| "The panel".to_owned(), |s| first_name(&s.name));
            let line = self.paint("2", &format!("  {name} is thinking …"));
            write!(self.out, "{line}")?;
            self.out.flush()?;
            self.thinking = true;
        }
        Ok(())
    }

    /// The offline panel takes a turn.
    pub fn stood_in(&mut self, reason: &str) -> io::Result<()> {
        self.wipe()?;
        self.note(&format!("the model's turn goes to the offline panel: {reason}"))
    }

    /// Something can't be done.
    pub fn refused(&mut self, sentence: &str) -> io::Result<()> {
        self.wipe()?;
        self.note(sentence)
    }

    /// The interview rests.
    pub fn resting(&mut self, session: &str) -> io::Result<()> {
        self.wipe()?;
        writeln!(self.out)?;
        self.note(&format!(
            "paused; everything you said is stored. `hotseat practice --resume` goes on with this question, \
             `hotseat debrief {session}` shows what was judged so far"
        ))
    }

    /// The commands of a session.
    pub fn help(&mut self) -> io::Result<()> {
        writeln!(self.out)?;
        for (name, what) in COMMANDS {
            let name = self.paint("1", &format!("{name:<8}"));
            for (index, line) in wrapped(what, self.style.width.saturating_sub(12))
                .into_iter()
                .enumerate()
            {
                if index == 0 {
                    writeln!(self.out, "  {name} {line}")?;
                } else {
                    writeln!(self.out, "           {line}")?;
                }
            }
        }
        self.note("Enter sends; Alt-Enter begins a new line")
    }

    /// A line about the interview, before it begins.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        self.note(text)
    }

    /// Makes room for the candidate's line.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        self.wipe()?;
        writeln!(self.out)?;
        self.out.flush()
    }

    /// What a script said, which no terminal echoes.
    pub(super) fn echo(&mut self, text: &str) -> io::Result<()> {
        for (index, line) in wrapped(&inert(text), self.style.width.saturating_sub(5))
            .into_iter()
            .enumerate()
        {
            let mark = if index == 0 { PROMPT } else { "     " };
            writeln!(self.out, "{mark}{line}")?;
        }
        self.out.flush()
    }

    /// Ends what is being shown with a text that is laid out already.
    pub fn page(&mut self, text: &str) -> io::Result<()> {
        self.wipe()?;
        writeln!(self.out, "\n{}", text.trim_end())?;
        self.out.flush()
    }

    fn paragraph(&mut self, text: &str) -> io::Result<()> {
        for line in wrapped(&inert(text), self.style.width.saturating_sub(2)) {
            writeln!(self.out, "  {line}")?;
        }
        self.out.flush()
    }

    fn note(&mut self, text: &str) -> io::Result<()> {
        for line in wrapped(&inert(text), self.style.width) {
            let line = self.paint("2", &line);
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    fn wipe(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.thinking) {
            write!(self.out, "\r\u{1b}[K")?;
        }
        Ok(())
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Breaks a text into lines of at most `width` columns, at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// A text that can't act on a terminal: control characters and those that turn the direction of writing are left out.
fn inert(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .filter(
            |c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'),
        )
        .collect()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let acronym = text.chars().take(2).all(char::is_uppercase);
    match letters.next() {
        Some(first) if !acronym => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}
