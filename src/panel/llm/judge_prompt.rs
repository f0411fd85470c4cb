//! The messages of a judgement: rules that are the same for every answer of a round, so that a server can keep them, and then what
//! varies.

use std::collections::BTreeSet;

use minijinja::{Value, value::Serde};
use serde::Serialize;

use super::{
    JudgeBrief, Speaker,
    assess::volunteered,
    delimit::Tag,
    error::LlmError,
    schema::probes_of,
    templates::{JUDGE, JUDGE_REPAIR, Templates},
    transport::{Message, Role},
};
use crate::domain::{
    assessment::Reference,
    probe::Probe,
    rubric::Rubric,
    signal::{Ask, QuestionKind, Round, Signal},
};

/// Earlier turns are background; no more than this many characters of them, the newest first.
const TRANSCRIPT: usize = 1_200;
/// Of each earlier answer to the same question, this many characters.
const EARLIER: usize = 1_200;
/// Of a reply that is to be repaired, this many characters.
const BROKEN: usize = 4_000;

#[derive(Serialize)]
struct Rules<'a> {
    round: &'a str,
    recruiter: bool,
    reference: &'a Reference,
    signals: Vec<Described<'a>>,
}

#[derive(Serialize)]
struct Described<'a> {
    id: &'a str,
    asks: &'a str,
    anchors: Vec<&'a str>,
    edge_cases: Vec<&'a str>,
    probes: Vec<&'a str>,
}

#[derive(Serialize)]
struct Varying<'a> {
    tag: &'a str,
    product: &'a str,
    kind: &'a str,
    asks: Vec<&'a str>,
    question: &'a str,
    constraint: Option<&'a str>,
    earlier: Vec<String>,
    pressed: Option<&'a str>,
    transcript: Vec<Turn>,
    answer: String,
    judge: Vec<&'a str>,
    volunteer: Vec<&'a str>,
    extra: Vec<Described<'a>>,
}

/// One earlier turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Turn {
    /// `interviewer` or `candidate`.
    pub(super) who: &'static str,
    /// The words, without the mark.
    pub(super) text: String,
}

#[derive(Serialize)]
struct Repair<'a> {
    problems: &'a [String],
}

/// The messages for one answer, with the newest `turns` of the transcript.
pub(super) fn messages(templates: &Templates, brief: &JudgeBrief<'_>, turns: usize) -> Result<Vec<Message>, LlmError> {
    let input = brief.input;
    let frozen = prefix_signals(brief.rubric, input.round);
    let rules = Rules {
        round: input.round.title(),
        recruiter: input.round == Round::RecruiterScreen,
        reference: input.reference,
        signals: frozen.iter().map(|&signal| described(brief.rubric, signal)).collect(),
    };
    let tag = Tag::of(
        std::iter::once(input.answer)
            .chain(input.earlier.iter().copied())
            .chain(brief.transcript.iter().map(|(_, text)| *text)),
    );
    let volunteer = volunteered(brief.called, input.round, input.kind);
    let extra = brief
        .called
        .iter()
        .chain(&volunteer)
        .filter(|signal| !frozen.contains(signal));
    let said = |text: &&str| ![input.question, input.answer].contains(text) && !input.earlier.contains(text);
    let varying = Varying {
        tag: tag.as_str(),
        product: brief.product,
        kind: input.kind.as_str(),
        asks: input.asks.iter().map(|ask| ask.as_str()).collect(),
        question: input.question,
        constraint: input.constraint,
        earlier: input
            .earlier
            .iter()
            .map(|text| clipped(&tag.stripped(text), EARLIER))
            .collect(),
        pressed: input.pressed.map(Probe::as_str),
        transcript: recent(brief.transcript, turns, TRANSCRIPT, &tag, said),
        answer: tag.stripped(input.answer).into_owned(),
        judge: brief.called.iter().map(|signal| signal.as_str()).collect(),
        volunteer: volunteer.iter().map(|signal| signal.as_str()).collect(),
        extra: extra.map(|&signal| described(brief.rubric, signal)).collect(),
    };
    Ok(vec![
        templates.message(JUDGE, "system", Role::System, &rules)?,
        templates.message(JUDGE, "user", Role::User, &varying)?,
    ])
}

/// The messages that follow a reply which can't be used as it is.
pub(super) fn repair(templates: &Templates, broken: &str, problems: &[String]) -> Result<Vec<Message>, LlmError> {
    let content = match broken.trim() {
        "" => "(nothing)".to_owned(),
        text => clipped(text, BROKEN),
    };
    let request = templates.message(JUDGE_REPAIR, "user", Role::User, &Repair { problems })?;
    Ok(vec![
        Message {
            role: Role::Assistant,
            content,
        },
        request,
    ])
}

/// Every signal that a question of the round may call for or an answer may bring up, in the rubric's order.
pub(super) fn prefix_signals(rubric: &Rubric, round: Round) -> Vec<Signal> {
    use QuestionKind as Kind;
    let (kinds, asks): (&[Kind], &[Ask]) = match round {
        Round::RecruiterScreen => (
            &[Kind::Logistics, Kind::Pitch],
            &[Ask::Timeline, Ask::Responsiveness, Ask::Compensation],
        ),
        Round::SystemDesign => (&[Kind::Sketch, Kind::Blueprint], &[Ask::Test]),
        Round::MlFundamentals => (
            &[Kind::Evaluate, Kind::Explain, Kind::Result],
            &[Ask::Test, Ask::NextStep],
        ),
        Round::ProductTranslation => (
            &[Kind::Result, Kind::Evaluate, Kind::Prioritise],
            &[Ask::Test, Ask::NextStep],
        ),
        Round::HiringManager => (
            &[Kind::Prioritise, Kind::Behavioural, Kind::Result],
            &[Ask::Impact, Ask::NextStep],
        ),
    };
    let limits = round != Round::RecruiterScreen;
    let mut signals: BTreeSet<Signal> = kinds
        .iter()
        .flat_map(|&kind| rubric.called_for(round, kind, asks, limits))
        .collect();
    if limits {
        signals.extend([Signal::LeanFirst, Signal::ConstraintTiming]);
    }
    signals.into_iter().collect()
}

fn described(rubric: &Rubric, signal: Signal) -> Described<'_> {
    let text = rubric.signals.get(&signal);
    Described {
        id: signal.as_str(),
        asks: text.map(|text| text.asks.as_str()).unwrap_or_default(),
        anchors: text
            .map(|text| text.anchors.iter().map(String::as_str).collect())
            .unwrap_or_default(),
        edge_cases: text
            .map(|text| text.edge_cases.iter().map(String::as_str).collect())
            .unwrap_or_default(),
        probes: probes_of(signal).iter().map(|probe| probe.as_str()).collect(),
    }
}

/// The newest turns within a number of characters, oldest first.
pub(super) fn recent(
    transcript: &[(Speaker, &str)],
    turns: usize,
    characters: usize,
    tag: &Tag,
    wanted: impl Fn(&&str) -> bool,
) -> Vec<Turn> {
    let mut room = characters;
    let newest = transcript.iter().rev().take(turns).filter(|(_, text)| wanted(text));
    let mut taken: Vec<Turn> = newest
        .map_while(|(speaker, text)| {
            let text = tag.stripped(text).into_owned();
            room = room.checked_sub(text.chars().count())?;
            Some(Turn {
                who: speaker.as_str(),
                text,
            })
        })
        .collect();
    taken.reverse();
    taken
}

/// The beginning of a text, marked where it was cut.
pub(super) fn clipped(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((cut, _)) => format!("{} [cut]", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Values every rule of the template is tried with at load.
pub(super) fn rules_samples() -> Vec<Value> {
    let reference = Reference::default();
    let sample = |recruiter: bool, signals: &[Signal]| {
        let signals = signals.iter().map(|&signal| Described {
            id: signal.as_str(),
            asks: "asks",
            anchors: vec!["a"; 5],
            edge_cases: if recruiter { vec![] } else { vec!["edge"] },
            probes: probes_of(signal).iter().map(|probe| probe.as_str()).collect(),
        });
        Value::from(Serde(Rules {
            round: "round",
            recruiter,
            reference: &reference,
            signals: signals.collect(),
        }))
    };
    let each = Signal::ALL
        .iter()
        .map(|signal| sample(false, std::slice::from_ref(signal)));
    [sample(true, Signal::ALL), sample(false, &[])]
        .into_iter()
        .chain(each)
        .collect()
}

/// Values the answer's part is tried with at load: nothing beyond the answer, everything there is, and each pushback.
pub(super) fn answer_samples() -> Vec<Value> {
    let pressed = Probe::ALL.iter().map(|probe| sample_answer(true, Some(probe.as_str())));
    let samples = [sample_answer(false, None), sample_answer(true, None)];
    samples
        .into_iter()
        .chain(pressed)
        .map(|values| Value::from(Serde(values)))
        .collect()
}

fn sample_answer(full: bool, pressed: Option<&'static str>) -> Varying<'static> {
    let described = Described {
        id: "clarity",
        asks: "asks",
        anchors: vec!["a"; 5],
        edge_cases: vec!["edge"],
        probes: vec!["vague"],
    };
    let turn = Turn {
        who: "interviewer",
        text: "turn".to_owned(),
    };
    Varying {
        tag: "tag",
        product: "product",
        kind: "kind",
        asks: full.then_some("test").into_iter().collect(),
        question: "question",
        constraint: full.then_some("limit"),
        earlier: full.then(|| "earlier".to_owned()).into_iter().collect(),
        pressed,
        transcript: full.then_some(turn).into_iter().collect(),
        answer: "answer".to_owned(),
        judge: full.then_some("clarity").into_iter().collect(),
        volunteer: full.then_some("lean_first").into_iter().collect(),
        extra: full.then_some(described).into_iter().collect(),
    }
}

/// Values the repair is tried with at load.
pub(super) fn repair_samples() -> Vec<Value> {
    vec![Value::from(Serde(Repair {
        problems: &["problem".to_owned()],
    }))]
}
