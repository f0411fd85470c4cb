//! Compiles the patterns of the lexicon once: word classes in angle brackets are expanded, `\b` is an ASCII boundary.
//!
//! Every pattern is matched against the live text, which is lower case with plain quotes (see `text`). Patterns work on bytes, so that
//! no class spans all of Unicode: they compile and run several times faster, and any byte beyond ASCII is a letter of a word.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

use super::lexicon::CLASSES;

/// A compiled pattern over text.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

/// One match.
#[derive(Debug, Clone)]
pub(super) struct Found<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl<'t> Found<'t> {
    fn new(text: &'t str, range: Range<usize>) -> Self {
        let mut start = range.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = range.end.min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Self {
            text,
            range: start..end,
        }
    }

    /// Where it stands, in bytes.
    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        self.range.start
    }

    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.range.end
    }

    /// Its words.
    pub(super) fn as_str(&self) -> &'t str {
        self.text.get(self.range.clone()).unwrap_or("")
    }
}

impl Pattern {
    /// Whether the text holds a match.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }

    /// The first match.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        self.0
            .find(text.as_bytes())
            .map(|found| Found::new(text, found.range()))
    }

    /// Every match, from left to right.
    pub(super) fn find_iter<'p, 't: 'p>(&'p self, text: &'t str) -> impl Iterator<Item = Found<'t>> + 'p {
        self.0
            .find_iter(text.as_bytes())
            .map(move |found| Found::new(text, found.range()))
    }

    /// Every match with its named groups.
    pub(super) fn captures_iter<'p, 't: 'p>(&'p self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + 'p {
        self.0.captures_iter(text.as_bytes())
    }

    /// The text without its matches.
    pub(super) fn without(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for found in self.find_iter(text) {
            kept.push_str(text.get(from..found.start()).unwrap_or(""));
            kept.push(' ');
            from = found.end();
        }
        kept.push_str(text.get(from..).unwrap_or(""));
        kept
    }
}

/// A named group of a match.
pub(super) fn group<'t>(text: &'t str, found: &Captures<'_>, name: &str) -> Option<Found<'t>> {
    found.name(name).map(|part| Found::new(text, part.range()))
}

/// The most a pattern may cache while it runs, in bytes; less would send the widest ones to a slow engine.
const DFA_BYTES: usize = 8 << 20;

/// Compiles a pattern of this module's own tables.
#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant, and a test compiles each of them"
)]
pub(super) fn compile(pattern: &str) -> Pattern {
    let mut expanded = pattern.to_owned();
    for (name, words) in CLASSES {
        let tag = format!("<{name}>");
        if expanded.contains(&tag) {
            expanded = expanded.replace(&tag, &format!("(?:{words})"));
        }
    }
    let ascii = expanded
        .replace("[$€£]", r"(?:\$|€|£)")
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[ \n]")
        .replace(r"\w", r"[a-z0-9_'\x80-\xFF-]")
        .replace(r"\x{80}-\x{10FFFF}", r"\x80-\xFF");
    let regex = regex::bytes::RegexBuilder::new(&ascii)
        .unicode(false)
        .dfa_size_limit(DFA_BYTES)
        .build()
        .expect("a constant pattern is well formed");
    Pattern(regex)
}

/// Declares patterns that are compiled at first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $($part:literal)+;)+) => {
        $($(#[$doc])* pub(super) static $name: std::sync::LazyLock<super::pattern::Pattern> =
            std::sync::LazyLock::new(|| super::pattern::compile(concat!($($part),+)));)+
    };
}
pub(super) use patterns;
