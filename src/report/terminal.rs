//! Reports for a terminal: wrapped by display width, with or without colour. Nothing but newlines and our own styles can act on it.

use unicode_width::UnicodeWidthStr;

use super::{
    Comparison, Debrief, History, Progress, figures,
    page::{self, Block, Line, Page, Span, Table, Tone},
    printable,
    wrap::{width_of, wrap},
};

/// How a page is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours and weights are used.
    pub colour: bool,
    /// Columns of the screen; more than 80 are not used, and fewer than 40 not believed.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            width: WIDEST,
        }
    }
}

const WIDEST: usize = 80;
const NARROWEST: usize = 40;

/// A debrief for a terminal.
#[must_use]
pub fn debrief(value: &Debrief, style: Style) -> String {
    page(&page::debrief(value), style)
}

/// A comparison for a terminal.
#[must_use]
pub fn comparison(value: &Comparison, style: Style) -> String {
    page(&page::comparison(value), style)
}

/// Progress for a terminal.
#[must_use]
pub fn progress(value: &Progress, style: Style) -> String {
    page(&page::progress(value), style)
}

/// A list of sessions for a terminal.
#[must_use]
pub fn history(value: &History, style: Style) -> String {
    page(&page::history(value), style)
}

/// Lays out any page.
#[must_use]
pub fn page(page: &Page, style: Style) -> String {
    let mut out = Screen {
        text: String::new(),
        style: Style {
            width: style.width.clamp(NARROWEST, WIDEST),
            ..style
        },
    };
    let mut before: Option<&Block> = None;
    for block in &page.blocks {
        if before.is_some_and(|before| is_apart(before, block)) {
            out.text.push('\n');
        }
        out.block(block);
        before = Some(block);
    }
    out.text
}

/// Whether an empty line stands between two blocks.
fn is_apart(before: &Block, block: &Block) -> bool {
    match block {
        Block::Title(_) | Block::Heading(_) | Block::Subheading(_) => !matches!(before, Block::Heading(_)),
        Block::Level { .. } => !matches!(before, Block::Heading(_) | Block::Level { .. }),
        Block::Table(_) => true,
        Block::Text(_) => matches!(
            before,
            Block::Item(_) | Block::Note(_) | Block::Quote { .. } | Block::Table(_)
        ),
        Block::Item(_) | Block::Note(_) | Block::Quote { .. } => matches!(before, Block::Table(_)),
    }
}

struct Screen {
    text: String,
    style: Style,
}

impl Screen {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(line) | Block::Text(line) => self.paragraph(line, "", ""),
            Block::Heading(text) => self.heading(text),
            Block::Subheading(text) => self.paragraph(&one(text, Tone::Strong), "", ""),
            Block::Item(line) => self.paragraph(line, "  - ", "    "),
            Block::Note(line) => self.paragraph(line, "    ", "    "),
            Block::Quote { label, text } => {
                let line = vec![
                    Span {
                        text: format!("{label}: "),
                        tone: Tone::Faint,
                    },
                    Span {
                        text: text.clone(),
                        tone: Tone::Plain,
                    },
                ];
                self.paragraph(&line, "    ", "      ");
            }
            Block::Level { name, level } => self.level(name, *level),
            Block::Table(table) => self.table(table),
        }
    }

    fn heading(&mut self, text: &str) {
        let text = printable::one_line(text);
        let rule = "─".repeat(self.style.width.saturating_sub(text.width() + 4));
        let line = vec![
            Span {
                text: "── ".to_owned(),
                tone: Tone::Faint,
            },
            Span {
                text,
                tone: Tone::Strong,
            },
            Span {
                text: format!(" {rule}"),
                tone: Tone::Faint,
            },
        ];
        self.paragraph(&line, "", "");
    }

    fn level(&mut self, name: &str, level: Option<f64>) {
        let name = padded(
            &printable::one_line(name),
            30.min(self.style.width.saturating_sub(LEVEL)),
        );
        let mut line = one(&name, Tone::Strong);
        match level {
            Some(mean) => {
                line.push(Span {
                    text: figures::bar(mean),
                    tone: tone_of(mean),
                });
                line.push(Span {
                    text: format!(" {} of 4", figures::level(mean)),
                    tone: Tone::Plain,
                });
            }
            None => line.push(Span {
                text: "not assessed".to_owned(),
                tone: Tone::Faint,
            }),
        }
        self.row(&[clean(&line)]);
    }

    fn paragraph(&mut self, line: &Line, first: &str, rest: &str) {
        let width = self.style.width.saturating_sub(rest.width().max(first.width()));
        for (index, wrapped) in wrap(&clean(line), width).into_iter().enumerate() {
            self.text.push_str(if index == 0 { first } else { rest });
            self.row(&[wrapped]);
        }
    }

    fn row(&mut self, parts: &[Line]) {
        for span in parts.iter().flatten() {
            self.span(span);
        }
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    fn span(&mut self, span: &Span) {
        let code = match span.tone {
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Good => "32",
            Tone::Fair => "33",
            Tone::Bad => "31",
            Tone::Plain => "",
        };
        if self.style.colour && !code.is_empty() && !span.text.trim().is_empty() {
            self.text.extend(["\u{1b}[", code, "m", &span.text, "\u{1b}[0m"]);
        } else {
            self.text.push_str(&span.text);
        }
    }

    fn table(&mut self, table: &Table) {
        let head: Vec<Line> = table
            .columns
            .iter()
            .map(|column| one(&column.title, Tone::Faint))
            .collect();
        let rows: Vec<Vec<Line>> = std::iter::once(&head)
            .chain(&table.rows)
            .map(|row| row.iter().map(clean).collect())
            .collect();
        let widths = column_widths(&rows, self.style.width);
        for row in &rows {
            self.table_row(table, row, &widths);
        }
    }

    fn table_row(&mut self, table: &Table, row: &[Line], widths: &[usize]) {
        let cells: Vec<Vec<Line>> = row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut parts: Vec<Line> = Vec::new();
            for ((cell, width), column) in cells.iter().zip(widths).zip(&table.columns) {
                if !parts.is_empty() {
                    parts.push(one(GUTTER, Tone::Plain));
                }
                let text = cell.get(line).cloned().unwrap_or_default();
                let space = one(&" ".repeat(width.saturating_sub(width_of(&text))), Tone::Plain);
                if column.figures {
                    parts.extend([space, text]);
                } else {
                    parts.extend([text, space]);
                }
            }
            self.row(&parts);
        }
    }
}

/// Columns of a level: its bar and its figure.
const LEVEL: usize = 13;
const GUTTER: &str = "  ";
/// A column is not made narrower than this.
const SLIMMEST: usize = 4;

/// Each column's width: what its widest cell needs, the widest columns giving way until the row fits.
fn column_widths(rows: &[Vec<Line>], width: usize) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut widths: Vec<usize> = (0..columns)
        .map(|index| {
            rows.iter()
                .filter_map(|row| row.get(index))
                .map(width_of)
                .max()
                .unwrap_or(0)
        })
        .collect();
    let room = width.saturating_sub(GUTTER.width() * columns.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > SLIMMEST) else {
            break;
        };
        *widest -= 1;
    }
    widths
}

fn one(text: &str, tone: Tone) -> Line {
    vec![Span {
        text: text.to_owned(),
        tone,
    }]
}

fn tone_of(mean: f64) -> Tone {
    if mean >= 2.5 {
        Tone::Good
    } else if mean >= 1.5 {
        Tone::Fair
    } else {
        Tone::Bad
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width()).max(1)))
}

/// The line with every span made safe; the spaces at a span's ends, which join it to its neighbours, stay.
fn clean(line: &Line) -> Line {
    line.iter()
        .map(|span| {
            let inner = printable::one_line(&span.text);
            let before = span.text.chars().take_while(|c| *c == ' ').count();
            let after = if inner.is_empty() {
                0
            } else {
                span.text.chars().rev().take_while(|c| *c == ' ').count()
            };
            Span {
                text: format!("{}{inner}{}", " ".repeat(before), " ".repeat(after)),
                tone: span.tone,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_only_its_own_styles() {
        let hostile = Page {
            blocks: vec![Block::Text(one("a\u{1b}[2J\u{202e}b", Tone::Bad))],
        };
        assert_eq!(
            page(
                &hostile,
                Style {
                    colour: true,
                    width: 80
                }
            ),
            "\u{1b}[31ma␛[2J\u{fffd}b\u{1b}[0m\n"
        );
        assert_eq!(page(&hostile, Style::default()), "a␛[2J\u{fffd}b\n");
    }

    #[test]
    fn the_widest_columns_give_way() {
        let rows = vec![vec![one(&"w".repeat(90), Tone::Plain), one("narrow", Tone::Plain)]];
        assert_eq!(column_widths(&rows, 40), [32, 6]);
    }
}
