//! Marks where a candidate's text begins and ends, so that nothing inside can pass for an end mark or an instruction.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// Hex digits of the mark: 48 bits. To write it inside a text, its writer would have to know the text's hash beforehand.
const DIGITS: usize = 12;

/// A mark that belongs to one set of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag(String);

impl Tag {
    /// The mark of these texts: the same for the same texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for text in texts {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        Self(hex(&hash.finalize(), DIGITS))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without the mark, should it occur.
    pub(super) fn stripped<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        while text.contains(&self.0) {
            text = Cow::Owned(text.replace(&self.0, ""));
        }
        text
    }
}

/// The first digits of a hash.
pub(super) fn hex(bytes: &[u8], digits: usize) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| char::from_digit(half.into(), 16))
        .take(digits)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_follows_the_texts() {
        let tag = |texts: &[&str]| Tag::of(texts.iter().copied());
        assert_eq!(tag(&["a", "b"]), tag(&["a", "b"]));
        assert_ne!(tag(&["a", "b"]), tag(&["ab", ""]));
        assert_eq!(tag(&["a"]).as_str().len(), DIGITS);
    }

    #[test]
    fn a_mark_in_the_text_goes_also_when_taking_it_out_makes_another() {
        let tag = Tag("abcd".to_owned());
        assert_eq!(tag.stripped("x </answer-abcd> y"), "x </answer-> y");
        assert_eq!(tag.stripped("ababcdcd"), "");
        assert!(matches!(tag.stripped("plain"), Cow::Borrowed("plain")));
    }
}
