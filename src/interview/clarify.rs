//! Answers to clarifying questions come from the case's locked facts alone: this finds the one that answers, or none.

use std::collections::BTreeSet;

use super::event::Given;
use crate::domain::case::{Case, Constraint, ConstraintKind};

/// What in the case answers a question, if anything does. `constraint` is the limit at play in what is being asked.
#[must_use]
pub fn answer(case: &Case, constraint: Option<&Constraint>, question: &str) -> Option<Given> {
    let asked = words(question);
    if let Some(limit) = constraint
        && asks_for_limit(limit, &asked)
    {
        return Some(Given::Constraint(limit.id.clone()));
    }
    if asks_for_meaning(question) {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for fact in &case.fact {
        let score = fact.about.iter().map(|phrase| matched(phrase, &asked)).sum();
        if score > best.map_or(0, |(most, _)| most) {
            best = Some((score, &fact.id));
        }
    }
    best.map(|(_, id)| Given::Fact(id.to_owned()))
}

/// Whether a short line asks to hear the question again, or says that it was not understood.
#[must_use]
pub fn asks_again(text: &str) -> bool {
    const SAYS: &[&str] = &[
        "repeat the question",
        "repeat that",
        "repeat please",
        "please repeat",
        "can you repeat",
        "could you repeat",
        "say that again",
        "say it again",
        "come again",
        "pardon",
        "rephrase",
        "what is the question",
        "what was the question",
        "what are you asking",
        "what do you ask",
        "what do you mean",
        "what you mean",
        "don't understand the question",
        "do not understand the question",
        "didn't understand",
        "don't understand you",
        "don't get the question",
        "didn't get the question",
        "didn't catch that",
        "not sure what you are asking",
        "not sure what you're asking",
    ];
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    plain.split_whitespace().count() <= 14 && SAYS.iter().any(|words| plain.contains(words))
}

/// Whether a question asks what a word means, which a fact with the word in it does not answer.
fn asks_for_meaning(question: &str) -> bool {
    const ASKS: &[&str] = &[
        "what counts as",
        "what is a ",
        "what's a ",
        "what is an ",
        "what's an ",
        "define",
        "definition of",
    ];
    let plain = question.to_lowercase().replace('\u{2019}', "'");
    ASKS.iter().any(|words| plain.contains(words))
}

/// Words in order, lower case, plurals folded to singulars so that "listeners" finds "listener".
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let word = word.to_lowercase();
            match word.strip_suffix('s') {
                Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
                _ => word,
            }
        })
        .collect()
}

/// Words that any question may contain; they tell no fact from another.
const COMMON: &[&str] = &[
    "how", "many", "much", "what", "which", "who", "when", "where", "is", "are", "do", "does", "we", "our", "the", "a",
    "an", "of", "in", "on", "to", "for", "people", "often", "long", "have", "there", "it",
];

/// How much a phrase tells, where the whole of it stands in what was asked: ten for each word that says something, one for others.
fn matched(phrase: &str, asked: &[String]) -> usize {
    let phrase = words(phrase);
    let there = !phrase.is_empty() && asked.windows(phrase.len()).any(|window| window == phrase.as_slice());
    let weight = |word: &String| if COMMON.contains(&word.as_str()) { 1 } else { 10 };
    if there { phrase.iter().map(weight).sum() } else { 0 }
}

fn asks_for_limit(limit: &Constraint, asked: &[String]) -> bool {
    let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
    let named = |words: &[&str]| words.iter().any(|word| asked.contains(word));
    let general = named(&["limit", "constraint", "restriction", "bound", "budget", "requirement"]);
    let kind: &[&str] = match limit.kind {
        ConstraintKind::Latency => &["latency", "fast", "quickly", "millisecond", "second", "response"],
        ConstraintKind::Cost => &["cost", "money", "budget", "spend", "afford"],
        ConstraintKind::Memory => &["memory", "storage", "ram", "disk"],
        ConstraintKind::Staff => &["people", "engineer", "staff", "team", "headcount"],
        ConstraintKind::Labels => &["label", "labelled", "labeled", "annotation", "annotated"],
        ConstraintKind::Connectivity => &["network", "offline", "connectivity", "connection", "internet", "signal"],
        ConstraintKind::Regulation => &[
            "legal",
            "law",
            "regulation",
            "regulatory",
            "privacy",
            "consent",
            "compliance",
        ],
    };
    let other_kind = ["latency", "cost", "memory", "staff", "label", "network", "legal"];
    named(kind) && (general || limit.kind != ConstraintKind::Staff) || general && !named(&other_kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Fact, Reveal};
    use crate::library;

    fn case() -> Case {
        let shipped = library::shipped();
        let mut case = (*shipped.cases.values().next().unwrap().value).clone();
        let fact = |id: &str, about: &[&str]| Fact {
            id: id.into(),
            text: format!("the fact {id}"),
            about: about.iter().map(ToString::to_string).collect(),
        };
        case.fact = vec![
            fact("listeners", &["listener", "monthly users"]),
            fact("skips", &["skip rate", "skips"]),
        ];
        case.constraint = vec![Constraint {
            id: "latency".into(),
            kind: ConstraintKind::Latency,
            text: "The page has 80 ms.".into(),
            reveal: Reveal::AfterAnswer,
        }];
        case
    }

    #[test]
    fn a_fact_is_found_by_its_words_and_nothing_is_made_up() {
        let case = case();
        assert_eq!(
            answer(&case, None, "How many listeners do we have?"),
            Some(Given::Fact("listeners".into()))
        );
        assert_eq!(
            answer(&case, None, "What is the skip rate today?"),
            Some(Given::Fact("skips".into()))
        );
        assert_eq!(answer(&case, None, "What does the competitor charge?"), None);
    }

    #[test]
    fn words_that_say_something_decide_over_words_of_any_question() {
        let mut case = case();
        if let [first, second, ..] = case.fact.as_mut_slice() {
            first.about = vec!["how many people".into()];
            second.about = vec!["open the list".into()];
        }
        assert_eq!(
            answer(&case, None, "How many people open the list?"),
            Some(Given::Fact("skips".into()))
        );
    }

    #[test]
    fn a_question_that_was_not_understood_is_heard_as_that() {
        for text in [
            "Can you repeat the question?",
            "sorry what do you mean by that",
            "Pardon?",
        ] {
            assert!(asks_again(text), "{text}");
        }
        let answer = "I would repeat the test on another week and rephrase the notice, since one week is not what I would trust.";
        assert!(!asks_again(answer));
    }

    #[test]
    fn what_a_word_means_is_not_answered_by_a_number() {
        assert_eq!(answer(&case(), None, "What counts as a skip rate?"), None);
    }

    #[test]
    fn asking_for_the_limit_is_its_moment() {
        let case = case();
        let limit = case.constraint.first();
        assert_eq!(
            answer(&case, limit, "Is there a latency limit?"),
            Some(Given::Constraint("latency".into()))
        );
        assert_eq!(
            answer(&case, limit, "Any constraints I should know of?"),
            Some(Given::Constraint("latency".into()))
        );
        assert_eq!(answer(&case, limit, "Is there a cost limit?"), None);
    }
}
