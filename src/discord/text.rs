//! Texts as Discord takes them: within its limits, and unable to ping, to link or to pass for something else.

/// The longest message, in characters.
pub(super) const MESSAGE: usize = 2_000;
/// The longest description of an embed.
pub(super) const EMBED_DESCRIPTION: usize = 4_096;
/// The longest title of an embed.
pub(super) const EMBED_TITLE: usize = 256;
/// The longest value of an embed's field.
pub(super) const EMBED_FIELD: usize = 1_024;
/// The longest over all embeds of a message.
pub(super) const EMBEDS: usize = 6_000;
/// The longest name of a thread.
pub(super) const THREAD_NAME: usize = 100;

/// A character of no width that breaks what would act.
const BREAK: char = '\u{200b}';

/// The text with nothing in it that acts: no mention, no link behind words, no address that is followed.
#[must_use]
pub(super) fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        let acts = match c {
            '(' => before == ']',
            '@' | '#' | '&' | ':' => before == '<',
            '/' => before == ':',
            _ => false,
        };
        if acts {
            out.push(BREAK);
        }
        out.push(c);
        if c == '@' {
            out.push(BREAK);
        }
        before = c;
    }
    out
}

/// A name on one line with nothing in it that acts or marks up.
#[must_use]
pub(super) fn name(text: &str, longest: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '*' | '_' | '`' | '~' | '|' | '<' | '>' | '[' | ']' | '@' | '#'))
        .collect();
    shortened(plain.trim(), longest)
}

/// The text, cut with an ellipsis where it is too long.
#[must_use]
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The text in pieces of at most `longest` characters that together are the text: cut behind a paragraph, else a line, else a
/// sentence, else a word. A code fence that is cut is closed and opened again, and only there characters are added.
#[must_use]
pub(super) fn split(text: &str, longest: usize) -> Vec<String> {
    const FENCE: &str = "```";
    let room = longest.saturating_sub(2 * FENCE.len() + 2).max(1);
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut in_fence = false;
    while !rest.is_empty() {
        let fits = if in_fence { room } else { longest };
        let whole = rest.chars().count() <= fits;
        let (piece, behind) = if whole {
            (rest, "")
        } else {
            rest.split_at(cut(rest, room))
        };
        let opened = in_fence;
        in_fence ^= piece.matches(FENCE).count() % 2 == 1;
        let mut shown = String::new();
        if opened {
            shown.push_str(FENCE);
            shown.push('\n');
        }
        shown.push_str(piece);
        if in_fence && !behind.is_empty() {
            shown.push('\n');
            shown.push_str(FENCE);
        }
        pieces.push(shown);
        rest = behind;
    }
    pieces
}

/// Where to cut a text that is longer than `room` characters, as a byte offset.
fn cut(text: &str, room: usize) -> usize {
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    let behind = |mark: &str| head.rfind(mark).map(|at| at + mark.len()).filter(|at| *at * 2 > end);
    ["\n\n", "\n", ". ", "? ", "! ", " "]
        .into_iter()
        .find_map(behind)
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_acts() {
        let out = inert("@everyone <@12> <#3> [x](https://a.b) <https://c.d>");
        for acting in ["@everyone", "<@", "<#", "](", "://"] {
            assert!(!out.contains(acting), "{out}");
        }
        assert_eq!(inert("plain: 3 / 4 (yes)"), "plain: 3 / 4 (yes)");
    }

    #[test]
    fn a_name_is_one_plain_line() {
        assert_eq!(name("**Ada**\n<@1>", 80), "Ada 1");
        assert_eq!(name(&"x".repeat(90), 80).chars().count(), 80);
    }

    #[test]
    fn a_fence_is_closed_and_opened_again() {
        let text = format!("```\n{}\n```", "line of code\n".repeat(300));
        let pieces = split(&text, MESSAGE);
        assert!(pieces.len() > 1);
        for piece in &pieces {
            assert_eq!(piece.matches("```").count() % 2, 0, "{piece}");
            assert!(piece.chars().count() <= MESSAGE);
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_text_and_fit(text in "[a-zé .!?\n]{0,9000}") {
            let pieces = split(&text, MESSAGE);
            prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= MESSAGE));
            prop_assert_eq!(pieces.concat(), text);
        }
    }
}
