//! Breaks styled text into lines of so many columns, by the width at which characters are shown.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::page::{Line, Span, Tone};

/// The columns a line takes.
pub(super) fn width_of(line: &Line) -> usize {
    line.iter().map(|span| span.text.width()).sum()
}

/// Breaks a line at spaces so that each piece is at most `width` columns wide; a word that is wider is broken inside.
pub(super) fn wrap(line: &Line, width: usize) -> Vec<Line> {
    let width = width.max(2);
    let mut lines: Vec<Line> = Vec::new();
    let mut current: Vec<Piece<'_>> = Vec::new();
    let mut used = 0;
    for word in words(line) {
        let size = word.iter().map(|(text, _)| text.width()).sum::<usize>();
        if used > 0 && used + 1 + size <= width {
            current.push((" ", joint(&current, &word)));
            used += 1;
        } else if used > 0 {
            lines.push(merged(&current));
            current.clear();
            used = 0;
        }
        let pieces: Vec<Piece<'_>> = if size > width { broken(&word) } else { word };
        for (text, tone) in pieces {
            if used + text.width() > width {
                lines.push(merged(&current));
                current.clear();
                used = 0;
            }
            used += text.width();
            current.push((text, tone));
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(merged(&current));
    }
    lines
}

/// Text of one tone without a space.
type Piece<'a> = (&'a str, Tone);

/// The words of a line; a word may run over several spans.
fn words(line: &Line) -> Vec<Vec<Piece<'_>>> {
    let mut words: Vec<Vec<Piece<'_>>> = vec![Vec::new()];
    for span in line {
        for (index, text) in span.text.split(' ').enumerate() {
            if index > 0 {
                words.push(Vec::new());
            }
            if let Some(word) = words.last_mut().filter(|_| !text.is_empty()) {
                word.push((text, span.tone));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The tone of the space between two words: theirs where they share it.
fn joint(before: &[Piece<'_>], word: &[Piece<'_>]) -> Tone {
    match (before.last(), word.first()) {
        (Some((_, before)), Some((_, after))) if before == after => *before,
        _ => Tone::Plain,
    }
}

/// A word as single characters.
fn broken<'a>(word: &[Piece<'a>]) -> Vec<Piece<'a>> {
    word.iter()
        .flat_map(|(text, tone)| text.graphemes(true).map(|cluster| (cluster, *tone)))
        .collect()
}

/// Pieces as spans, neighbours of one tone together.
fn merged(pieces: &[Piece<'_>]) -> Line {
    let mut line: Line = Vec::new();
    for (text, tone) in pieces {
        match line.last_mut() {
            Some(span) if span.tone == *tone => span.text.push_str(text),
            _ => line.push(Span {
                text: (*text).to_owned(),
                tone: *tone,
            }),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Line {
        vec![Span {
            text: text.to_owned(),
            tone: Tone::Plain,
        }]
    }

    fn widths(text: &str, width: usize) -> Vec<usize> {
        wrap(&plain(text), width).iter().map(width_of).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_wide_characters_count_double() {
        assert_eq!(widths("one two three", 7), [7, 5]);
        assert_eq!(widths("東京東京東京", 5), [4, 4, 4]);
        assert_eq!(widths(&"x".repeat(25), 10), [10, 10, 5]);
        assert_eq!(widths("", 10), [0]);
    }

    #[test]
    fn a_word_that_changes_its_tone_is_not_broken() {
        let line = vec![
            Span {
                text: "see “".into(),
                tone: Tone::Plain,
            },
            Span {
                text: "this".into(),
                tone: Tone::Strong,
            },
            Span {
                text: "”.".into(),
                tone: Tone::Plain,
            },
        ];
        let wrapped = wrap(&line, 8);
        assert_eq!(wrapped.len(), 2);
        assert_eq!(width_of(&wrapped[1]), 7);
    }
}
