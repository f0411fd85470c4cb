//! The answer as the rules read it: lower case, without fillers, quotations of others, echoes and text aimed at the grader.
//!
//! The live text remembers where each of its bytes comes from, so that any match can be quoted from the answer exactly.

use std::{collections::HashSet, ops::Range};

use super::{
    mask,
    pattern::patterns,
    words::{content_stems, word_count},
};

/// A stretch of the live text, in bytes.
pub(super) type Span = Range<usize>;

/// The most that is read of one answer, in bytes; a spoken answer of two minutes has about 2,000.
const READ_LIMIT: usize = 8_000;

patterns! {
    FILLERS = r"(?:,\s*)?\b(?:um+|uh+|erm?|hmm+|ehm?|äh|euh)\b,?|,\s*(?:like|you know|i mean|okay|ok|yeah|right|let me think|mira),";
    SENTENCE_END = r#"[.!?]+["')]*(?:\s+|$)|\n+"#;
    CLAUSE_END = r#"[;:,]\s+|\s-\s|\s(?:because|but|so that|while|whereas)\s"#;
    ABBREVIATION = r"(?:\b[a-z]|\b(?:vs|approx|etc|e\.g|i\.e|a\.m|p\.m|no|st|mr|ms|dr))$";
}

/// One sentence, with its clauses.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    /// Where it stands in the live text.
    pub(super) span: Span,
    /// Its parts between commas, colons, semicolons and conjunctions.
    pub(super) clauses: Vec<Span>,
}

/// The answer made readable for rules.
#[derive(Debug)]
pub(super) struct Text<'a> {
    original: &'a str,
    live: String,
    map: Vec<usize>,
    /// Sentences that are left after masking.
    pub(super) sentences: Vec<Sentence>,
    /// What masking found.
    pub(super) masked: mask::Masked,
    /// Words of the answer as written.
    pub(super) words: usize,
}

impl<'a> Text<'a> {
    /// Reads an answer; `question` is what it answers, so that an echo of it can be told from a use.
    pub(super) fn new(original: &'a str, question: &str) -> Self {
        let (live, map) = fold(original);
        let fillers: Vec<Span> = FILLERS.find_iter(&live).map(|found| found.range()).collect();
        let (mut live, map) = remove(&live, &map, &fillers);
        let asked: HashSet<String> = content_stems(question).into_iter().collect();
        let masked = mask::find(&live, &split(&live), &asked);
        blank(&mut live, &masked.spans);
        let sentences = split(&live);
        Self {
            original,
            live,
            map,
            sentences,
            masked,
            words: word_count(original),
        }
    }

    /// The live text.
    pub(super) fn live(&self) -> &str {
        &self.live
    }

    /// The live text of a span; empty where the span is not one.
    pub(super) fn slice(&self, span: &Span) -> &str {
        self.live.get(span.clone()).unwrap_or("")
    }

    /// The number of the sentence a place is in.
    pub(super) fn sentence_at(&self, at: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.span.end <= at)
    }

    /// The sentence a place is in, or the place itself.
    pub(super) fn sentence_of(&self, span: &Span) -> Span {
        self.sentences
            .get(self.sentence_at(span.start))
            .map_or(span.clone(), |sentence| {
                sentence.span.start..sentence.span.end.max(span.end)
            })
    }

    /// The clause a place is in, or the place itself.
    pub(super) fn clause_of(&self, span: &Span) -> Span {
        let sentence = self.sentences.get(self.sentence_at(span.start));
        sentence
            .and_then(|sentence| sentence.clauses.iter().find(|clause| span.start < clause.end))
            .map_or(span.clone(), |clause| {
                clause.start.min(span.start)..clause.end.max(span.end)
            })
    }

    /// The clause of a place where it is short, else the place with a few words around it.
    pub(super) fn phrase_of(&self, span: &Span) -> Span {
        const WORDS: usize = 12;
        const AROUND: usize = 4;
        let clause = self.clause_of(span);
        if word_count(self.slice(&clause)) <= WORDS {
            return clause;
        }
        let head = self.slice(&(clause.start..span.start));
        let tail = self.slice(&(span.end..clause.end));
        let start = head
            .rmatch_indices(' ')
            .nth(AROUND)
            .map_or(clause.start, |(at, _)| clause.start + at + 1);
        let end = tail
            .match_indices(' ')
            .nth(AROUND)
            .map_or(clause.end, |(at, _)| span.end + at);
        start..end
    }

    /// Whether a place stands under a negation or a rejection within its clause.
    pub(super) fn negated(&self, at: usize) -> bool {
        let clause = self.clause_of(&(at..at));
        self.live.get(clause.start..at).is_some_and(mask::ends_negated)
    }

    /// The answer's own words for a span, widened to its sentence where that is short enough, else to its clause.
    pub(super) fn evidence(&self, span: &Span) -> Option<String> {
        [self.sentence_of(span), self.clause_of(span), span.clone()]
            .iter()
            .filter_map(|wide| self.exact(wide))
            .find(|quote| self.fits(quote))
            .map(str::to_owned)
            .or_else(|| self.exact(span).map(|quote| self.shortened(quote).to_owned()))
    }

    /// The answer's own words for a span, as they stand.
    pub(super) fn exact(&self, span: &Span) -> Option<&'a str> {
        if span.is_empty() {
            return None;
        }
        let start = *self.map.get(span.start)?;
        let last = *self.map.get(span.end.checked_sub(1)?)?;
        let end = last + self.original.get(last..)?.chars().next()?.len_utf8();
        let quote = self.original.get(start..end)?;
        let trimmed = quote
            .trim()
            .trim_start_matches(['-', '*', '•', ',', ';', ':'])
            .trim_end_matches([',', ';', ':'])
            .trim();
        (!trimmed.is_empty()).then_some(trimmed)
    }

    fn fits(&self, quote: &str) -> bool {
        self.words <= 20 || quote.len() * 10 <= self.original.len() * 6
    }

    fn shortened(&self, quote: &'a str) -> &'a str {
        if self.fits(quote) {
            return quote;
        }
        let limit = self.original.len() / 2;
        let cut = quote
            .char_indices()
            .map(|(at, _)| at)
            .take_while(|&at| at <= limit)
            .last()
            .unwrap_or(0);
        let head = quote.get(..cut).unwrap_or("");
        let at_word = head.rfind(char::is_whitespace).unwrap_or(cut);
        head.get(..at_word).unwrap_or(head).trim_end()
    }
}

/// Lower case and plain punctuation, with the place each byte comes from.
fn fold(original: &str) -> (String, Vec<usize>) {
    let mut live = String::with_capacity(original.len().min(READ_LIMIT));
    let mut map = Vec::with_capacity(live.capacity());
    for (at, letter) in original.char_indices() {
        if live.len() >= READ_LIMIT {
            break;
        }
        let plain = match letter {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
            '\u{201C}' | '\u{201D}' | '«' | '»' | '„' => '"',
            '\u{2013}' | '\u{2014}' => '-',
            '\0' => ' ',
            other if other.is_whitespace() && other != '\n' => ' ',
            other => other.to_lowercase().next().unwrap_or(other),
        };
        live.push(plain);
        map.resize(live.len(), at);
    }
    (live, map)
}

fn remove(live: &str, map: &[usize], spans: &[Span]) -> (String, Vec<usize>) {
    let mut kept = String::with_capacity(live.len());
    let mut places = Vec::with_capacity(map.len());
    let mut from = 0;
    for span in spans.iter().cloned().chain(std::iter::once(live.len()..live.len())) {
        kept.push_str(live.get(from..span.start).unwrap_or(""));
        places.extend_from_slice(map.get(from..span.start).unwrap_or(&[]));
        from = span.end;
    }
    (kept, places)
}

/// Replaces spans by blanks of the same length, so that places stay what they are.
fn blank(live: &mut String, spans: &[Span]) {
    for span in spans {
        if live.get(span.clone()).is_some() {
            live.replace_range(span.clone(), &" ".repeat(span.len()));
        }
    }
}

/// Cuts the live text into sentences that hold a letter or a digit.
pub(super) fn split(live: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for found in SENTENCE_END.find_iter(live) {
        let head = live.get(start..found.start()).unwrap_or("");
        if !found.as_str().contains('\n') && found.as_str().starts_with('.') && ABBREVIATION.is_match(head) {
            continue;
        }
        push_sentence(live, start..found.end(), &mut sentences);
        start = found.end();
    }
    push_sentence(live, start..live.len(), &mut sentences);
    sentences
}

fn push_sentence(live: &str, span: Span, sentences: &mut Vec<Sentence>) {
    let Some(text) = live.get(span.clone()) else { return };
    if !text.contains(char::is_alphanumeric) {
        return;
    }
    let lead = text.len()
        - text
            .trim_start_matches(|c: char| c.is_whitespace() || "-*•".contains(c))
            .len();
    let span = span.start + lead..span.start + text.trim_end().len().max(lead);
    let clauses = clauses(live, &span);
    sentences.push(Sentence { span, clauses });
}

fn clauses(live: &str, span: &Span) -> Vec<Span> {
    let text = live.get(span.clone()).unwrap_or("");
    let mut found = Vec::new();
    let mut start = span.start;
    for end in CLAUSE_END.find_iter(text) {
        let keep_word = end.as_str().starts_with(' ') && !end.as_str().contains('-');
        found.push(start..span.start + end.start());
        start = span.start + if keep_word { end.start() + 1 } else { end.end() };
    }
    found.push(start..span.end);
    found.retain(|clause| {
        live.get(clause.clone())
            .is_some_and(|text| text.contains(char::is_alphanumeric))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn quotes_are_exact_under_curly_marks_and_fillers() {
        let answer = "Well, I’d look at, um, parcels late per 100 sent. That’s it.";
        let text = Text::new(answer, "");
        let at = text.live().find("parcels").expect("kept");
        let quote = text.evidence(&(at..at + 7)).expect("a quote");
        assert!(
            answer.contains(&quote) && quote.contains("parcels late per 100"),
            "{quote}"
        );
    }

    #[test]
    fn decimals_and_times_do_not_end_a_sentence() {
        let text = Text::new("We start at 4 a.m. every day. It costs 0.40 dollars.", "");
        assert_eq!(text.sentences.len(), 2);
    }

    #[test]
    fn any_bytes_can_be_read() {
        for answer in ["", "\0\0", "🙂🙂", "مرحبا كيف الحال", "İİİ ŞŞ", &"a,".repeat(60_000)] {
            let text = Text::new(answer, "q");
            let all = 0..text.live().len();
            if let Some(quote) = text.evidence(&all) {
                assert!(answer.contains(&quote));
            }
        }
    }
}
