//! Makes any text safe to show on one line: what could move a cursor, restyle a screen or turn its direction becomes visible.
//!
//! The words themselves stay as they are; the JSON form keeps the text untouched.

use unicode_segmentation::UnicodeSegmentation;

/// Marks stacked on one character beyond this many are dropped, so that they can't run over the lines above and below.
const MARKS: usize = 8;

/// The text on one line: whitespace is folded, control and direction characters are shown as signs.
pub(crate) fn one_line(text: &str) -> String {
    if is_plain(text) {
        return text.trim_matches(' ').to_owned();
    }
    let mut line = String::with_capacity(text.len());
    let mut gap = false;
    for cluster in text.graphemes(true) {
        if cluster.chars().all(is_space) {
            gap = !line.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
        }
        line.extend(cluster.chars().take(MARKS).filter_map(visible));
    }
    line
}

/// The text on one line, cut after so many characters, and how many were cut.
pub(crate) fn shortened(text: &str, most: usize) -> (String, usize) {
    let line = one_line(text);
    let Some((cut, _)) = line.grapheme_indices(true).nth(most) else {
        return (line, 0);
    };
    let (kept, rest) = line.split_at(cut);
    (kept.trim_end().to_owned(), rest.graphemes(true).count())
}

/// Whether the text is already what it would become, as most texts are.
fn is_plain(text: &str) -> bool {
    let harmless = |c: char| matches!(c, ' '..='~' | '‘'..='”' | '…' | '▮' | '▯' | '─' | '│');
    text.chars().all(harmless) && !text.contains("  ")
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A character as it may stand in a line; none where it has nothing to show.
fn visible(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' => Some(' '),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}' => Some('\u{fffd}'),
        '\u{ad}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => None,
        other if is_space(other) => Some(' '),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_act_on_a_screen_becomes_a_sign() {
        assert_eq!(one_line("a\u{1b}[31mred\u{7}"), "a␛[31mred␇");
        assert_eq!(one_line("\u{202e}desrever\u{9b}2J"), "\u{fffd}desrever\u{fffd}2J");
        assert_eq!(one_line("  two\r\n\n lines\u{2028}and\tmore "), "two lines and more");
        assert_eq!(one_line("in\u{200b}visible\u{feff}"), "invisible");
    }

    #[test]
    fn stacked_marks_are_limited_and_plain_text_is_not_touched() {
        let stacked = format!("e{}", "\u{301}".repeat(50));
        assert_eq!(one_line(&stacked).chars().count(), MARKS);
        assert_eq!(one_line("naïve 東京 👩‍🔬 “quoted”"), "naïve 東京 👩‍🔬 “quoted”");
    }

    #[test]
    fn a_long_text_is_cut_at_a_whole_character() {
        assert_eq!(shortened("one two three", 8), ("one two".to_owned(), 5));
        assert_eq!(shortened("short", 8), ("short".to_owned(), 0));
    }
}
