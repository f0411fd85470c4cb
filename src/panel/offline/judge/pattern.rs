//! Compiles the patterns of the lexicon once: word classes in angle brackets are expanded, `\b` is an ASCII boundary.
//!
//! Every pattern is matched against the live text, which is lower case with plain quotes (see `text`).

use regex::Regex;

use super::lexicon::CLASSES;

/// Compiles a pattern of this module's own tables.
#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant, and a test compiles each of them"
)]
pub(super) fn compile(pattern: &str) -> Regex {
    let mut expanded = pattern.to_owned();
    for (name, words) in CLASSES {
        expanded = expanded.replace(&format!("<{name}>"), &format!("(?:{words})"));
    }
    let ascii = expanded
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[ \n]")
        .replace(r"\w", r"[a-z0-9_'\x{80}-\x{10FFFF}-]");
    Regex::new(&ascii).expect("a constant pattern is well formed")
}

/// Declares patterns that are compiled at first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $($part:literal)+;)+) => {
        $($(#[$doc])* pub(super) static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| super::pattern::compile(concat!($($part),+)));)+
    };
}
pub(super) use patterns;
