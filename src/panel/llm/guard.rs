//! The last look at a model's wording before anybody sees it. Pure: text and context in, an objection out.
//!
//! An objection is worded for the model, which gets one more try, and never repeats what the candidate or the model wrote.

use std::{collections::BTreeSet, fmt};

use super::{give_away::gives_away, grounding::grounded};
use crate::interview::event::{Act, Pushback};

/// The most words the panel may add to a text that is locked.
pub const MOST_WORDS: usize = 80;
/// So many words in a row from the prompt are a leak.
const LEAK: usize = 8;
/// The share of words in common from which two utterances are the same.
const REPEAT: f64 = 0.7;
/// Utterances of fewer words are not compared: short ones are alike by nature.
const REPEAT_WORDS: usize = 6;

/// What an utterance is held against.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// What it does.
    pub act: &'a Act,
    /// The question at hand.
    pub question: &'a str,
    /// What may be stated as a fact.
    pub facts: &'a [&'a str],
    /// What the product is.
    pub product: &'a str,
    /// Everything the candidate has said so far.
    pub candidate: &'a [&'a str],
    /// Everything the panel has said so far.
    pub said_before: &'a [&'a str],
    /// Texts of the prompt that are not to be repeated.
    pub hidden: &'a [&'a str],
    /// A word that gives the prompt away.
    pub canary: &'a str,
}

/// Why a wording can't be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// No words.
    Empty,
    /// Too many words.
    TooLong,
    /// A locked text is not there word for word.
    LeavesOut,
    /// Not the number of questions the move has.
    Questions {
        /// How many it must have.
        wanted: usize,
    },
    /// A pushback that does not end in its question.
    EndsElsewhere,
    /// Does not speak to the candidate.
    NotToYou,
    /// Speaks about the candidate.
    AboutCandidate,
    /// Answers, or says what to do.
    Answers,
    /// Names what the question is after.
    GivesAway(&'static str),
    /// Judges the answer.
    Evaluates(&'static str),
    /// Quotes what the candidate did not say.
    Misquotes,
    /// A number from nowhere.
    NewNumber,
    /// Markup, a role, a link or a mention.
    Markup(&'static str),
    /// Words of the prompt.
    Leak,
    /// Said before.
    Repeats,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::Empty => f.write_str("it is empty"),
            Objection::TooLong => write!(f, "it is longer than {MOST_WORDS} words"),
            Objection::LeavesOut => f.write_str("it leaves out the sentence that must be said word for word"),
            Objection::Questions { wanted: 0 } => f.write_str("it asks a question where none is due"),
            Objection::Questions { wanted } => write!(f, "it must ask exactly {wanted} question"),
            Objection::EndsElsewhere => f.write_str("it must end with its question"),
            Objection::NotToYou => f.write_str("it does not speak to the candidate as \"you\""),
            Objection::AboutCandidate => f.write_str("it speaks about the candidate instead of to them"),
            Objection::Answers => f.write_str("it answers or advises instead of asking"),
            Objection::GivesAway(word) => write!(f, "it gives the answer away with \"{word}\""),
            Objection::Evaluates(word) => write!(f, "it judges the answer with \"{word}\""),
            Objection::Misquotes => f.write_str("it puts words in quotation marks that the candidate did not say"),
            Objection::NewNumber => f.write_str("it states a number that nobody gave"),
            Objection::Markup(what) => write!(f, "it has {what}; plain spoken sentences only"),
            Objection::Leak => f.write_str("it repeats its instructions or examples"),
            Objection::Repeats => f.write_str("it is nearly what was said before"),
        }
    }
}

/// A model's text as it would be said: one line, without wrapping quotation marks or the speaker's own name in front.
#[must_use]
pub fn tidied(text: &str, speaker: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for name in [speaker, "Interviewer", "Panelist"] {
        if let Some(rest) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')) {
            text = rest.trim().to_owned();
        }
    }
    for (open, close) in [('"', '"'), ('\u{201c}', '\u{201d}')] {
        let inside = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
            text = inside.trim().to_owned();
        }
    }
    text
}

/// Looks for a reason not to say it.
pub fn check(text: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Objection::Empty);
    }
    markup(text)?;
    leak(text, setting)?;
    let free = without_locked(text, setting)?;
    if free.split_whitespace().count() > MOST_WORDS {
        return Err(Objection::TooLong);
    }
    let plain = lower(&free);
    address(&plain, setting)?;
    questions(text, &free, setting)?;
    content(&free, &plain, setting)?;
    repeats(&free, setting)
}

/// The texts that must be said word for word, where the move has any.
fn locked<'a>(setting: &Setting<'a>) -> Vec<&'a str> {
    let given = setting.facts.first().copied();
    let texts = match setting.act {
        Act::Pushback(Pushback { states, .. }) => [states.as_deref(), None],
        Act::Ask { scene, .. } => [given.filter(|_| *scene), Some(setting.question)],
        Act::Clarify { gives: Some(_) } => [given, None],
        Act::Introduce | Act::Clarify { gives: None } | Act::Hint | Act::Close => [None, None],
    };
    texts.into_iter().flatten().collect()
}

/// The text without what is locked, all of which must be in it. A final stop and the first letter's case may differ.
fn without_locked(text: &str, setting: &Setting<'_>) -> Result<String, Objection> {
    let mut free = text.to_owned();
    for sentence in locked(setting) {
        let sentence = sentence.trim().trim_end_matches('.');
        let recased = recased(sentence);
        let found = grounded(&free, sentence)
            .or_else(|| grounded(&free, &recased))
            .ok_or(Objection::LeavesOut)?;
        free = free.replacen(&found.to_owned(), " ", 1);
    }
    Ok(free)
}

fn recased(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(letters).collect(),
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn markup(text: &str) -> Result<(), Objection> {
    let lower = lower(text);
    let marks = [
        ("](", "a link"),
        ("http:", "a link"),
        ("https:", "a link"),
        ("www.", "a link"),
        ("@", "a mention"),
        ("<#", "a mention"),
        ("**", "markup"),
        ("__", "markup"),
        ("`", "markup"),
        ("# ", "a heading"),
        ("<|", "a role marker"),
        ("[inst", "a role marker"),
        ("</", "a tag"),
        ("<answer", "a tag"),
        ("assistant:", "a role marker"),
        ("user:", "a role marker"),
        ("system:", "a role marker"),
        ("candidate:", "a role marker"),
        ("interviewer:", "a role marker"),
    ];
    match marks.iter().find(|(mark, _)| lower.contains(mark)) {
        Some((_, what)) => Err(Objection::Markup(what)),
        None => Ok(()),
    }
}

fn leak(text: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    if text.contains(setting.canary) {
        return Err(Objection::Leak);
    }
    let allowed: BTreeSet<Vec<String>> = open_texts(setting).flat_map(runs).collect();
    let hidden: BTreeSet<Vec<String>> = setting.hidden.iter().copied().flat_map(runs).collect();
    if runs(text).any(|run| hidden.contains(&run) && !allowed.contains(&run)) {
        return Err(Objection::Leak);
    }
    Ok(())
}

/// Everything that has been said or may be said aloud.
fn open_texts<'a>(setting: &Setting<'a>) -> impl Iterator<Item = &'a str> {
    let stated = match setting.act {
        Act::Pushback(Pushback { states, quote, .. }) => [states.as_deref(), quote.as_deref()],
        _ => [None, None],
    };
    let candidate = setting.candidate.iter().copied();
    [setting.question, setting.product]
        .into_iter()
        .chain(stated.into_iter().flatten())
        .chain(setting.facts.iter().copied())
        .chain(candidate)
}

fn runs(text: &str) -> impl Iterator<Item = Vec<String>> {
    let words = words(text);
    (0..words.len().saturating_sub(LEAK - 1)).filter_map(move |at| words.get(at..at + LEAK).map(<[String]>::to_vec))
}

fn address(plain: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    let words: BTreeSet<&str> = plain.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
    let about = ["candidate", "candidate's", "interviewee", "applicant"];
    let said = [
        "they said",
        "he said",
        "she said",
        "their answer",
        "his answer",
        "her answer",
    ];
    if about.iter().any(|word| words.contains(word)) || said.iter().any(|phrase| plain.contains(phrase)) {
        return Err(Objection::AboutCandidate);
    }
    let to_you = words
        .iter()
        .any(|word| *word == "you" || *word == "your" || *word == "yours" || word.starts_with("you'"));
    if matches!(setting.act, Act::Pushback(_)) && !to_you {
        return Err(Objection::NotToYou);
    }
    Ok(())
}

fn questions(text: &str, free: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    let asked = without_quotes(free).matches('?').count();
    let (least, most) = match setting.act {
        Act::Pushback(_) => (1, 1),
        Act::Hint | Act::Clarify { gives: None } => (0, 1),
        Act::Ask { .. } | Act::Introduce | Act::Clarify { .. } | Act::Close => (0, 0),
    };
    if asked < least || asked > most {
        return Err(Objection::Questions { wanted: most });
    }
    let ends = text.trim_end_matches(['"', '\u{201d}', '\'', ' ']).ends_with('?');
    if matches!(setting.act, Act::Pushback(_)) && !ends {
        return Err(Objection::EndsElsewhere);
    }
    Ok(())
}

/// Beginnings of an answer or of advice.
const ANSWERING: [&str; 26] = [
    "i would start",
    "i would use",
    "i would measure",
    "i would run",
    "i would choose",
    "i would define",
    "i would build",
    "i'd start",
    "i'd use",
    "i'd measure",
    "i'd run",
    "i'd choose",
    "i'd define",
    "i'd build",
    "i suggest",
    "i recommend",
    "my answer",
    "we should",
    "you should",
    "you could",
    "you need to",
    "you might want",
    "have you considered",
    "have you thought about",
    "consider using",
    "as a candidate",
];

/// Words of judgement; allowed where somebody has used them for the case.
const EVALUATING: [&str; 27] = [
    "good answer",
    "great answer",
    "good point",
    "great point",
    "good start",
    "great start",
    "good question",
    "great question",
    "excellent",
    "impressive",
    "impressed",
    "well done",
    "nice",
    "fantastic",
    "awesome",
    "perfect",
    "brilliant",
    "good job",
    "i like that",
    "i like your",
    "wrong",
    "score",
    "rating",
    "rubric",
    "level",
    "weak",
    "strong answer",
];

fn content(free: &str, plain: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    let heard = lower(&open_texts(setting).collect::<Vec<_>>().join(" \n "));
    if ANSWERING.iter().any(|phrase| has_words(plain, phrase)) {
        return Err(Objection::Answers);
    }
    let unheard = |word: &&&str| has_words(plain, word) && !heard.contains(**word);
    if let Some(word) = EVALUATING.iter().find(unheard) {
        return Err(Objection::Evaluates(word));
    }
    if let Act::Pushback(Pushback { probe, .. }) = setting.act
        && let Some(word) = gives_away(*probe).find(|word| has_words(plain, word) && !heard.contains(word))
    {
        return Err(Objection::GivesAway(word));
    }
    if quoted(free)
        .iter()
        .any(|quote| !open_texts(setting).any(|text| grounded(text, quote).is_some()))
    {
        return Err(Objection::Misquotes);
    }
    if numbers(free).iter().any(|number| !numbers(&heard).contains(number)) {
        return Err(Objection::NewNumber);
    }
    Ok(())
}

fn repeats(free: &str, setting: &Setting<'_>) -> Result<(), Objection> {
    if matches!(
        setting.act,
        Act::Ask { .. } | Act::Introduce | Act::Clarify { gives: Some(_) }
    ) {
        return Ok(());
    }
    let own: BTreeSet<String> = words(&without_quotes(free)).into_iter().collect();
    if own.len() < REPEAT_WORDS {
        return Ok(());
    }
    let alike = |other: &&str| {
        let other: BTreeSet<String> = words(&without_quotes(other)).into_iter().collect();
        let common = own.intersection(&other).count() as f64;
        common / own.union(&other).count().max(1) as f64 >= REPEAT
    };
    match setting.said_before.iter().find(|other| alike(other)) {
        Some(_) => Err(Objection::Repeats),
        None => Ok(()),
    }
}

/// Lower case, with plain apostrophes.
fn lower(text: &str) -> String {
    text.to_lowercase().replace(['\u{2019}', '\u{2018}'], "'")
}

fn words(text: &str) -> Vec<String> {
    lower(text)
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a phrase stands in a text as whole words.
fn has_words(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + phrase.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn numbers(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let trimmed = parts
        .map(|part| part.trim_matches(['.', ',']))
        .filter(|part| part.chars().any(|c| c.is_ascii_digit()));
    trimmed.map(str::to_owned).collect()
}

/// What stands in quotation marks.
fn quoted(text: &str) -> Vec<String> {
    pieces(text)
        .into_iter()
        .filter(|(inside, piece)| *inside && !piece.trim().is_empty())
        .map(|(_, piece)| piece)
        .collect()
}

fn without_quotes(text: &str) -> String {
    pieces(text)
        .into_iter()
        .filter(|(inside, _)| !inside)
        .map(|(_, piece)| piece)
        .collect()
}

/// The text in pieces, each inside or outside of quotation marks. A mark that is never closed encloses nothing.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\u{201c}']) {
        let (before, marked) = rest.split_at(open);
        let mark = marked.chars().next().unwrap_or('"');
        let inside = marked.get(mark.len_utf8()..).unwrap_or_default();
        let Some(close) = inside.find(['"', '\u{201d}']) else {
            break;
        };
        let (piece, after) = inside.split_at(close);
        pieces.push((false, before.to_owned()));
        pieces.push((true, piece.to_owned()));
        rest = after
            .get(after.chars().next().map_or(0, char::len_utf8)..)
            .unwrap_or_default();
    }
    pieces.push((false, rest.to_owned()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ids::QuestionRef, probe::Probe},
        interview::event::Given,
    };

    const QUESTION: &str = "How would you test the 2 new docking stations?";
    const ANSWER: &str =
        "We watch trips for 14 days, and \u{201c}retention\u{201d} decides. I'd look at app ratings too.";

    fn pushback(probe: Probe) -> Act {
        Act::Pushback(Pushback {
            probe,
            quote: None,
            states: None,
        })
    }

    fn setting(act: &Act) -> Setting<'_> {
        Setting {
            act,
            question: QUESTION,
            facts: &[],
            product: "Bicycles for hire in a town.",
            candidate: &[ANSWER],
            said_before: &[
                QUESTION,
                "If the trips go up in those weeks, what tells you that the stations did it?",
            ],
            hidden: &["You never name what is missing by an example, a number or a method: they have to find it."],
            canary: "ref-12345678",
        }
    }

    fn objection(probe: Probe, text: &str) -> Option<Objection> {
        check(text, &setting(&pushback(probe))).err()
    }

    #[test]
    fn what_a_seasoned_interviewer_says_passes() {
        for text in [
            "You said you'd \u{201c}look at app ratings too\u{201d}. What would they have to show before you believed them?",
            "Let me stay there. Who rides differently because of this, and how would you see that in 14 days?",
            "Retention decides, you say. Whose, and over how long?",
            "I'd like to understand one thing: what would you do the week after?",
        ] {
            assert_eq!(objection(Probe::NoDecisionRule, text), None, "{text}");
        }
    }

    #[test]
    fn every_objection_is_raised() {
        use Objection as O;
        let long = format!("{} right?", "you ".repeat(90));
        let cases = [
            ("", O::Empty),
            ("... ?", O::Empty),
            (long.as_str(), O::TooLong),
            ("Tell me what you would do.", O::Questions { wanted: 1 }),
            ("What would you do? And when?", O::Questions { wanted: 1 }),
            ("What would you do? Take your time.", O::EndsElsewhere),
            ("What does this change for riders?", O::NotToYou),
            (
                "The candidate watches trips, but what do you do then?",
                O::AboutCandidate,
            ),
            ("They said trips matter, so what do you do then?", O::AboutCandidate),
            ("I would start with one street; would you?", O::Answers),
            ("You should watch two streets, shouldn't you?", O::Answers),
            ("Have you considered the winter in your plan?", O::Answers),
            ("At which threshold do you stop?", O::GivesAway("threshold")),
            (
                "What do you do then, for example in winter?",
                O::GivesAway("for example"),
            ),
            ("Great answer, but what do you do then?", O::Evaluates("great answer")),
            ("What would raise your score?", O::Evaluates("score")),
            (
                "You said \u{201c}we watch rides\u{201d}; what do you do then?",
                O::Misquotes,
            ),
            ("What do you do if trips rise by 5 percent?", O::NewNumber),
            ("**What** do you do then?", O::Markup("markup")),
            ("# Next: what do you do then?", O::Markup("a heading")),
            ("Ask @everyone: what do you do then?", O::Markup("a mention")),
            ("See https://example.org, then what do you do?", O::Markup("a link")),
            ("So? Candidate: you mean what?", O::Markup("a role marker")),
            ("My ref-12345678 says: what do you do?", O::Leak),
            (
                "You know, never name what is missing by an example, a number, do you?",
                O::Leak,
            ),
            (
                "If your trips go up in those weeks, what tells you that the stations did it?",
                O::Repeats,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(objection(Probe::NoDecisionRule, text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_word_the_candidate_used_gives_nothing_away() {
        assert_eq!(
            objection(
                Probe::GenericMetric,
                "Retention of whom do you mean, and over what time?"
            ),
            None
        );
        let churn = "What would churn tell you about that?";
        assert_eq!(
            objection(Probe::GenericMetric, churn),
            Some(Objection::GivesAway("churn"))
        );
        assert_eq!(
            objection(Probe::NoFlow, churn),
            None,
            "another probe is after something else"
        );
    }

    #[test]
    fn every_word_of_the_table_is_caught_for_its_probe() {
        for &probe in Probe::ALL {
            for word in gives_away(probe).filter(|word| !ANSWER.contains(word)) {
                let found = objection(probe, &format!("Where in your plan is {word} now?"));
                assert_eq!(found, Some(Objection::GivesAway(word)), "{probe}");
            }
        }
    }

    #[test]
    fn what_must_be_said_is_said_word_for_word() {
        let states = "In the pilot 3 of 10 stations stayed empty.";
        let act = Act::Pushback(Pushback {
            probe: Probe::CounterEvidence,
            quote: None,
            states: Some(states.to_owned()),
        });
        let check = |text: &str| check(text, &setting(&act));
        assert_eq!(
            check("In the pilot 3 of 10 stations stayed empty. Do you stand by your answer?"),
            Ok(())
        );
        assert_eq!(
            check("Bear in mind: in the pilot 3 of 10 stations stayed empty; do you stand by your answer?"),
            Ok(())
        );
        assert_eq!(
            check("In the pilot some stations stayed empty. Do you stand by your answer?"),
            Err(Objection::LeavesOut)
        );
        assert_eq!(
            check("In the pilot 3 of 10 stations stayed empty. I ask you."),
            Err(Objection::Questions { wanted: 1 })
        );
    }

    #[test]
    fn other_moves_have_their_own_number_of_questions() {
        let question = QuestionRef {
            case: "bikes".into(),
            question: "stations".into(),
        };
        let ask = Act::Ask {
            question,
            follows: true,
            scene: false,
        };
        let fact = Act::Clarify {
            gives: Some(Given::Fact("docks".to_owned())),
        };
        let facts = ["There are 40 docks."];
        let said = |act: &Act, text: &str| {
            check(
                text,
                &Setting {
                    facts: &facts,
                    ..setting(act)
                },
            )
        };
        assert_eq!(said(&ask, &format!("Let us move on. {QUESTION}")), Ok(()));
        assert_eq!(
            said(&ask, &format!("Shall we? {QUESTION}")),
            Err(Objection::Questions { wanted: 0 })
        );
        assert_eq!(
            said(&ask, "How would you test the stations?"),
            Err(Objection::LeavesOut)
        );
        assert_eq!(said(&fact, "That one I can give you. There are 40 docks."), Ok(()));
        assert_eq!(said(&fact, "There are 50 docks."), Err(Objection::LeavesOut));
        assert_eq!(
            said(
                &Act::Clarify { gives: None },
                "I don't have that. What would you assume, and why?"
            ),
            Ok(())
        );
        assert_eq!(
            said(&Act::Close, "Thank you. Any questions?"),
            Err(Objection::Questions { wanted: 0 })
        );
    }

    #[test]
    fn small_untidiness_is_tidied_and_nothing_else() {
        assert_eq!(tidied("\u{201c}So, what then?\u{201d}", "Ada"), "So, what then?");
        assert_eq!(tidied("Ada: So,\n\n what then?", "Ada"), "So, what then?");
        assert_eq!(
            tidied("\"Trips\", you said. And \"ratings\"", "Ada"),
            "\"Trips\", you said. And \"ratings\""
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_passes_keeps_the_hard_rules(text in "[a-z ?.@#\"\u{201c}\u{201d}0-9*]{0,60}") {
            if check(&text, &setting(&pushback(Probe::Vague))).is_ok() {
                proptest::prop_assert!(text.matches('?').count() >= 1 && !text.contains('@') && !text.contains("**"));
                proptest::prop_assert!(text.split_whitespace().count() <= MOST_WORDS);
            }
        }
    }
}
