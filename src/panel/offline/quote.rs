//! The candidate's own words as they may be said back: short, whole, on one line, and unable to do anything.

use unicode_segmentation::UnicodeSegmentation as _;

/// Words of a quote, at least and at most.
const WORDS: std::ops::RangeInclusive<usize> = 2..=14;
/// Characters of a quote, at most.
const LONGEST: usize = 110;

/// A fragment of an answer as a pushback may quote it, or nothing where it should not be said back: too long or short, not plain
/// text, or with marks that could be read as a mention, a link or somebody else's turn.
#[must_use]
pub fn quotable(fragment: &str) -> Option<String> {
    let trimmed = fragment
        .trim()
        .trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '-' | '–' | '—' | '…'));
    let plain = trimmed.chars().all(|c| {
        !c.is_control()
            && !is_invisible(c)
            && !matches!(
                c,
                '“' | '”' | '"' | '<' | '>' | '{' | '}' | '`' | '|' | '@' | '#' | '*' | '[' | ']' | '\\'
            )
    });
    let words = trimmed.unicode_words().count();
    let link = trimmed.contains("://") || trimmed.contains("www.");
    let fits = trimmed.chars().count() <= LONGEST && WORDS.contains(&words);
    (plain && fits && !link).then(|| trimmed.trim().to_owned())
}

/// Characters that change how text around them is shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_fragment_is_said_back_without_its_final_stop() {
        assert_eq!(
            quotable("we would train a bigger model.").as_deref(),
            Some("we would train a bigger model")
        );
    }

    #[test]
    fn nothing_that_could_act_is_said_back() {
        for fragment in [
            "hey @everyone look",
            "see https://x.example now",
            "a\nb c",
            "say \u{202e}txt here",
            "one",
            "{{ name }} is",
        ] {
            assert_eq!(quotable(fragment), None, "{fragment:?}");
        }
    }
}
