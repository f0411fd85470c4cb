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
    let mut current: Vec<(&str, Tone)> = Vec::new();
    let mut used = 0;
    for word in words(line) {
        let size = word.iter().map(|(cluster, _)| cluster.width()).sum::<usize>();
        if used > 0 && used + 1 + size <= width {
            let tone = word.first().map_or(Tone::Plain, |(_, tone)| *tone);
            let joined = current.last().is_some_and(|(_, last)| *last == tone);
            current.push((" ", if joined { tone } else { Tone::Plain }));
            used += 1;
        } else if used > 0 {
            lines.push(merged(&current));
            current.clear();
            used = 0;
        }
        for (cluster, tone) in word {
            if used + cluster.width() > width {
                lines.push(merged(&current));
                current.clear();
                used = 0;
            }
            used += cluster.width();
            current.push((cluster, tone));
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(merged(&current));
    }
    lines
}

/// The words of a line as styled characters; a word may run over several spans.
fn words(line: &Line) -> Vec<Vec<(&str, Tone)>> {
    let mut words: Vec<Vec<(&str, Tone)>> = vec![Vec::new()];
    for span in line {
        for cluster in span.text.graphemes(true) {
            match words.last_mut() {
                Some(word) if cluster != " " => word.push((cluster, span.tone)),
                _ => words.push(Vec::new()),
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Styled characters as spans, neighbours of one tone together.
fn merged(clusters: &[(&str, Tone)]) -> Line {
    let mut line: Line = Vec::new();
    for (cluster, tone) in clusters {
        match line.last_mut() {
            Some(span) if span.tone == *tone => span.text.push_str(cluster),
            _ => line.push(Span {
                text: (*cluster).to_owned(),
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
