//! Words, their stems and their counts, in no particular language.

/// Words too common to tell one thing from another.
const COMMON: &[&str] = &[
    "about", "after", "again", "also", "another", "because", "been", "before", "being", "both", "could", "does",
    "doing", "each", "else", "even", "ever", "every", "first", "from", "give", "good", "have", "here", "into", "just",
    "keep", "know", "last", "less", "like", "look", "made", "make", "many", "more", "most", "much", "need", "never",
    "next", "number", "only", "other", "over", "same", "should", "show", "some", "still", "such", "take", "than",
    "that", "their", "them", "then", "there", "these", "they", "thing", "this", "those", "time", "under", "until",
    "want", "week", "weeks", "well", "were", "what", "when", "where", "which", "while", "will", "with", "without",
    "would", "your", "you", "the", "and", "for", "are", "not", "per", "how", "our", "its", "was", "has", "had", "but",
    "all", "any", "can", "did", "who", "why", "let", "new", "old", "one", "two", "day", "days", "month", "months",
    "measure", "metric", "goal", "matters", "counts", "think", "right", "model", "going", "their", "really", "half",
    "share", "way", "hour", "year", "long", "three", "four", "five", "hundred", "thousand", "million", "start", "use",
    "used",
];

/// The words of a text, apostrophes and hyphens kept inside.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-' || c == '\u{2019}'))
        .map(|word| word.trim_matches(['\'', '-']))
        .filter(|word| !word.is_empty())
}

/// How many words a text has.
pub(super) fn word_count(text: &str) -> usize {
    words(text).count()
}

/// A crude stem: endings off, at most six letters.
pub(super) fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    let base = ["ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s", "y", "e"]
        .iter()
        .find_map(|ending| lower.strip_suffix(ending).filter(|base| base.chars().count() >= 3))
        .unwrap_or(&lower);
    base.chars().take(6).collect()
}

/// The stems of the words that carry meaning.
pub(super) fn content_stems(text: &str) -> Vec<String> {
    words(text)
        .filter(|word| {
            word.chars().count() > 2
                && !word.contains(['\'', '\u{2019}'])
                && !word.starts_with(|c: char| c.is_ascii_digit())
        })
        .map(str::to_lowercase)
        .filter(|word| !COMMON.contains(&word.as_str()))
        .map(|word| stem(&word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{content_stems, stem};

    #[test]
    fn forms_of_a_word_share_a_stem() {
        assert_eq!(stem("parcels"), stem("parcel"));
        assert_eq!(stem("renewals"), stem("renewal"));
        assert_eq!(stem("finished"), stem("finish"));
    }

    #[test]
    fn common_words_and_figures_carry_nothing() {
        assert!(
            content_stems("what would the 3 weeks be")
                .iter()
                .all(|stem| stem != "what" && stem != "week")
        );
    }
}
