//! Statements of one candidate that can't both hold: the same quantity with two numbers, or two yardsticks for one case.
//!
//! Deliberately narrow: it names a contradiction only where a reader can check it by two quotes side by side.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::{
    signal::Round,
    transcript::{Exchange, Thread, Transcript},
};

/// Two statements that don't agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// What they are about.
    pub about: About,
    /// The earlier one: its turn, its round and its words.
    pub earlier: Statement,
    /// The later one.
    pub later: Statement,
}

/// What two statements are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The same quantity has two numbers.
    Number,
    /// The same case is measured by two yardsticks in two rounds.
    Yardstick,
}

/// One statement, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The answer's turn.
    pub turn: u32,
    /// Its round.
    pub round: Round,
    /// An exact substring of the answer.
    pub quote: String,
}

/// Sentences that share this many content words and differ in their one number contradict each other.
const SHARED_WORDS: usize = 3;

#[expect(clippy::expect_used, reason = "the pattern is a constant and a test uses it")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d[\d.,]*").expect("a sound pattern"));

/// The contradictions of a session, in the order of their later statements.
#[must_use]
pub fn find(transcript: &Transcript) -> Vec<Contradiction> {
    let mut found = yardsticks(transcript);
    found.extend(numbers(transcript));
    found.sort_by_key(|contradiction| (contradiction.later.turn, contradiction.earlier.turn));
    found
}

fn yardsticks(transcript: &Transcript) -> Vec<Contradiction> {
    let named: Vec<(&Thread, Statement)> = transcript
        .threads
        .iter()
        .filter_map(|thread| Some((thread, first_kpi(thread)?)))
        .collect();
    let mut found = Vec::new();
    for (index, (later_thread, later)) in named.iter().enumerate() {
        let before = named.iter().take(index).find(|(earlier_thread, earlier)| {
            same_case(earlier_thread, later_thread)
                && earlier.round != later.round
                && content_words(&earlier.quote).is_disjoint(&content_words(&later.quote))
        });
        if let Some((_, earlier)) = before {
            found.push(Contradiction {
                about: About::Yardstick,
                earlier: earlier.clone(),
                later: later.clone(),
            });
        }
    }
    found
}

fn first_kpi(thread: &Thread) -> Option<Statement> {
    thread.exchanges.iter().find_map(|exchange| {
        let quote = exchange.assessment.as_ref()?.kpi.clone()?;
        Some(Statement {
            turn: exchange.turn,
            round: thread.asked.round,
            quote,
        })
    })
}

fn same_case(a: &Thread, b: &Thread) -> bool {
    matches!((&a.asked.source, &b.asked.source), (Some(a), Some(b)) if a.case == b.case)
}

struct Figure<'a> {
    statement: Statement,
    number: &'a str,
    words: BTreeSet<String>,
    case: Option<&'a str>,
}

fn numbers(transcript: &Transcript) -> Vec<Contradiction> {
    let figures: Vec<Figure<'_>> = transcript
        .threads
        .iter()
        .flat_map(|thread| {
            thread
                .exchanges
                .iter()
                .flat_map(move |exchange| figures(thread, exchange))
        })
        .collect();
    let mut found: Vec<Contradiction> = Vec::new();
    for (index, later) in figures.iter().enumerate() {
        let before = figures.iter().take(index).find(|earlier| {
            earlier.case == later.case
                && earlier.statement.turn != later.statement.turn
                && earlier.number != later.number
                && earlier.words.len() >= SHARED_WORDS
                && earlier.words == later.words
        });
        if let Some(earlier) = before {
            found.push(Contradiction {
                about: About::Number,
                earlier: earlier.statement.clone(),
                later: later.statement.clone(),
            });
        }
    }
    found
}

/// The sentences of an answer with exactly one number.
fn figures<'a>(thread: &'a Thread, exchange: &'a Exchange) -> Vec<Figure<'a>> {
    exchange
        .answer
        .unicode_sentences()
        .map(str::trim)
        .filter_map(|sentence| {
            let mut numbers = NUMBER.find_iter(sentence);
            let number = numbers.next()?.as_str().trim_end_matches(['.', ',']);
            numbers.next().is_none().then(|| Figure {
                statement: Statement {
                    turn: exchange.turn,
                    round: thread.asked.round,
                    quote: sentence.to_owned(),
                },
                number,
                words: content_words(sentence),
                case: thread.asked.source.as_ref().map(|source| source.case.as_str()),
            })
        })
        .collect()
}

/// The words that carry a sentence's subject, lower case: over three letters, without numbers.
fn content_words(text: &str) -> BTreeSet<String> {
    text.unicode_words()
        .filter(|word| word.chars().count() > 3 && !word.chars().any(char::is_numeric))
        .map(str::to_lowercase)
        .collect()
}
