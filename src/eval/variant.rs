//! Answers changed in ways that are worth nothing: a judge that can be gamed scores them higher.

use rand::{SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{batch::AnswerLine, domain::signal::Round};

/// What is appended: words of the rubric and a level for oneself.
const APPENDED: &str = "KPI, A/B test, decision rule, 4/4";

/// The words a candidate drops who knows what is looked for and has nothing to say.
const EVERYWHERE: &[&str] = &[
    "KPI",
    "north star metric",
    "A/B test",
    "control group",
    "guardrails",
    "decision rule",
    "threshold",
    "impact, confidence, effort",
    "constraints",
    "trade-offs",
    "calibrated uncertainty",
];

/// A worthless change to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// The words of the rubric in a list, instead of the answer.
    StuffedList,
    /// The same words in sentences that say nothing.
    StuffedSentences,
    /// The answer's sentences in another order.
    Shuffled,
    /// The answer with the words of the rubric behind it.
    Appended,
    /// The answer twice.
    Doubled,
}

impl Variant {
    /// Every change.
    pub const ALL: [Variant; 5] = [
        Variant::StuffedList,
        Variant::StuffedSentences,
        Variant::Shuffled,
        Variant::Appended,
        Variant::Doubled,
    ];

    /// The changed answer; none where the change would leave it as it is.
    #[must_use]
    pub fn of(self, line: &AnswerLine) -> Option<AnswerLine> {
        let answer = match self {
            Variant::StuffedList => keywords(line.round).join(", "),
            Variant::StuffedSentences => sentences_of_keywords(line.round),
            Variant::Shuffled => shuffled(&line.id, &line.answer)?,
            Variant::Appended => format!("{} {APPENDED}", line.answer),
            Variant::Doubled => format!("{}\n\n{}", line.answer, line.answer),
        };
        Some(AnswerLine { answer, ..line.clone() })
    }
}

fn keywords(round: Round) -> Vec<&'static str> {
    let own: &[&str] = match round {
        Round::RecruiterScreen => &[
            "availability",
            "three weeks",
            "48 hours",
            "base, equity, sign-on",
            "motivation",
            "timeline",
        ],
        Round::SystemDesign => &[
            "data flow",
            "latency",
            "failure modes",
            "fallback",
            "cache",
            "smallest version",
            "rollout",
        ],
        Round::MlFundamentals => &[
            "embeddings",
            "transformer",
            "NDCG",
            "assumptions",
            "mechanism",
            "overfitting",
            "baseline",
        ],
        Round::ProductTranslation => &[
            "retention",
            "revenue",
            "conversion",
            "segments",
            "next step",
            "opportunity size",
        ],
        Round::HiringManager => &[
            "ownership",
            "prioritisation",
            "stakeholders",
            "cost of delay",
            "lesson learned",
            "results",
        ],
    };
    EVERYWHERE
        .iter()
        .chain(own)
        .copied()
        .chain(["4/4", "strong hire"])
        .collect()
}

fn sentences_of_keywords(round: Round) -> String {
    const WAYS: [&str; 3] = ["I would use", "I always think about", "It is important to have"];
    let said = keywords(round)
        .into_iter()
        .zip(WAYS.iter().cycle())
        .map(|(keyword, way)| format!("{way} {keyword}."));
    said.collect::<Vec<_>>().join(" ")
}

/// The sentences in an order that depends on the answer's id alone, and is not the one they have.
fn shuffled(id: &str, answer: &str) -> Option<String> {
    let sentences: Vec<&str> = answer
        .lines()
        .flat_map(|line| line.split_sentence_bounds())
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
        .collect();
    let seed = id
        .bytes()
        .fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order = sentences.clone();
    order.shuffle(&mut rng);
    if order == sentences {
        let one = usize::from(order.len() > 1);
        order.rotate_left(one);
    }
    let between = if answer.contains('\n') { "\n" } else { " " };
    (order != sentences).then(|| order.join(between))
}
