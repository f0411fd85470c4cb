//! A report in words, before any layout: headings, paragraphs, quotes, levels and tables. Every front end lays out the same page.
//!
//! A page's texts are plain text, candidate's words included. A renderer makes them safe for its form; none of them is markup.

mod comparison;
mod debrief;
mod history;
mod progress;
mod questions;
mod record;
mod signals;

pub use comparison::comparison;
pub use debrief::debrief;
pub use history::history;
pub use progress::progress;

use super::printable;
use crate::interview::event::Mode;

/// A report in words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What stands on it, top to bottom.
    pub blocks: Vec<Block>,
}

/// One piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The first line of a page.
    Title(Line),
    /// Begins a section.
    Heading(String),
    /// Begins a part of a section.
    Subheading(String),
    /// A paragraph.
    Text(Line),
    /// A point of a list.
    Item(Line),
    /// A remark that belongs to the block before it.
    Note(Line),
    /// The candidate's words, with where they were said.
    Quote {
        /// Where, such as `turn 3`.
        label: String,
        /// The words, on one line.
        text: String,
    },
    /// A signal with its level.
    Level {
        /// The signal's name.
        name: String,
        /// The mean level; none where it was not assessed.
        level: Option<f64>,
    },
    /// Rows and columns.
    Table(Table),
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns' titles.
    pub columns: Vec<Column>,
    /// The rows, each with a cell a column.
    pub rows: Vec<Vec<Line>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Whether it holds figures, which stand to the right.
    pub figures: bool,
}

/// A stretch of text.
pub type Line = Vec<Span>;

/// Some words in one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they are meant.
    pub tone: Tone,
}

/// How words are meant; a renderer without colour may leave it out and nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Said plainly.
    Plain,
    /// Stands out.
    Strong,
    /// Stands back.
    Faint,
    /// Good news.
    Good,
    /// Between good and bad.
    Fair,
    /// Bad news.
    Bad,
}

impl Page {
    fn title(&mut self, line: Line) {
        self.blocks.push(Block::Title(line));
    }

    fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(text.to_owned()));
    }

    fn subheading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Subheading(text.into()));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(plain(text)));
    }

    fn item(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Item(plain(text)));
    }

    fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note(plain(text)));
    }

    fn quote(&mut self, label: impl Into<String>, text: &str) {
        self.blocks.push(Block::Quote {
            label: label.into(),
            text: excerpt(text, QUOTE),
        });
    }

    fn answer(&mut self, label: impl Into<String>, text: &str) {
        self.blocks.push(Block::Quote {
            label: label.into(),
            text: excerpt(text, ANSWER),
        });
    }
}

/// Characters of one quoted piece of evidence that a page shows; the JSON form has all.
const QUOTE: usize = 240;
/// Characters of one answer that a page shows; the JSON form has all.
const ANSWER: usize = 600;
/// Characters of a quote inside a sentence.
const ASIDE: usize = 70;

fn plain(text: impl Into<String>) -> Line {
    vec![Span {
        text: text.into(),
        tone: Tone::Plain,
    }]
}

fn toned(text: impl Into<String>, tone: Tone) -> Span {
    Span {
        text: text.into(),
        tone,
    }
}

fn cell(text: impl Into<String>) -> Line {
    plain(text)
}

fn column(title: impl Into<String>) -> Column {
    Column {
        title: title.into(),
        figures: false,
    }
}

fn figure_column(title: impl Into<String>) -> Column {
    Column {
        title: title.into(),
        figures: true,
    }
}

/// The words in quotation marks, cut where they are long.
fn excerpt(text: &str, most: usize) -> String {
    match printable::shortened(text, most) {
        (kept, 0) => format!("“{kept}”"),
        (kept, cut) => format!("“{kept} …” ({cut} more characters)"),
    }
}

/// The words in quotation marks, short enough to stand inside a sentence.
fn in_passing(text: &str) -> String {
    match printable::shortened(text, ASIDE) {
        (kept, 0) => format!("“{kept}”"),
        (kept, _) => format!("“{kept} …”"),
    }
}

/// How long a session is, in words.
fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Quick => "a quick interview of one question",
        Mode::Round => "one round",
        Mode::Loop => "a loop of five rounds",
    }
}
