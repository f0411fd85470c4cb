//! The messages that ask for one utterance: the role, a few example turns, then the move that was chosen in code.

use minijinja::{Value, value::Serde};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    SpeakBrief, Speaker,
    delimit::{Tag, hex},
    error::LlmError,
    judge_prompt::{Turn, clipped, recent},
    templates::{SPEAK, Templates},
    transport::{Message, Role},
};
use crate::{
    domain::{persona::Persona, probe::Probe},
    interview::event::Act,
};

/// Earlier turns are background; no more than this many characters of them, the newest first.
const TRANSCRIPT: usize = 2_000;
/// Of the answer that is pressed, this many characters.
const ANSWER: usize = 4_000;

#[derive(Serialize)]
struct RoleValues<'a> {
    name: &'a str,
    title: &'a str,
    temperament: &'a str,
    about: &'a str,
    product: &'a str,
    canary: &'a str,
}

#[derive(Serialize)]
struct TurnValues<'a> {
    tag: String,
    transcript: Vec<Turn>,
    question: &'a str,
    answer: Option<String>,
    act: &'static str,
    introduction: &'a str,
    scene: bool,
    follows: bool,
    has_fact: bool,
    facts: &'a [&'a str],
    probe: Option<&'a str>,
    quote: Option<&'a str>,
    states: Option<&'a str>,
}

#[derive(Serialize)]
struct RetryValues<'a> {
    reason: &'a str,
}

/// The conversation up to the utterance that is asked for.
pub(super) struct Prompt {
    /// Every message.
    pub(super) messages: Vec<Message>,
    /// How many of them, from the first, are never to be repeated.
    pub(super) hidden: usize,
    /// A word that must never be said.
    pub(super) canary: String,
}

/// The messages for one utterance, with the newest `turns` of the transcript.
pub(super) fn prompt(templates: &Templates, brief: &SpeakBrief<'_>, turns: usize) -> Result<Prompt, LlmError> {
    let canary = canary(brief.persona, templates);
    let persona = brief.persona;
    let role = RoleValues {
        name: &persona.name,
        title: &persona.title,
        temperament: persona.temperament.as_str(),
        about: &persona.about,
        product: brief.product,
        canary: &canary,
    };
    let mut messages = vec![templates.message(SPEAK, "system", Role::System, &role)?];
    messages.extend(templates.examples()?);
    let hidden = messages.len();
    messages.push(templates.message(SPEAK, "turn", Role::User, turn(brief, turns))?);
    Ok(Prompt {
        messages,
        hidden,
        canary,
    })
}

/// The messages after a wording that can't be said.
pub(super) fn retry(templates: &Templates, wording: &str, reason: &str) -> Result<Vec<Message>, LlmError> {
    let content = match wording.trim() {
        "" => "(nothing)".to_owned(),
        text => clipped(text, ANSWER),
    };
    let request = templates.message(SPEAK, "retry", Role::User, RetryValues { reason })?;
    Ok(vec![
        Message {
            role: Role::Assistant,
            content,
        },
        request,
    ])
}

fn turn<'a>(brief: &SpeakBrief<'a>, turns: usize) -> TurnValues<'a> {
    let tag = Tag::of(brief.transcript.iter().map(|(_, text)| *text));
    let answer = brief
        .transcript
        .iter()
        .rposition(|(speaker, _)| *speaker == Speaker::Candidate);
    let (before, answer) = match answer.and_then(|at| Some((brief.transcript.get(..at)?, brief.transcript.get(at)?.1)))
    {
        Some((before, answer)) => (before, Some(clipped(&tag.stripped(answer), ANSWER))),
        None => (brief.transcript, None),
    };
    let pushback = match brief.act {
        Act::Pushback(pushback) => Some(pushback),
        _ => None,
    };
    TurnValues {
        transcript: recent(before, turns, TRANSCRIPT, &tag, |text| *text != brief.question),
        answer,
        tag: tag.as_str().to_owned(),
        question: brief.question,
        act: name(brief.act),
        introduction: &brief.persona.introduction,
        scene: matches!(brief.act, Act::Ask { scene: true, .. }),
        follows: matches!(brief.act, Act::Ask { follows: true, .. }),
        has_fact: matches!(brief.act, Act::Clarify { gives: Some(_) }),
        facts: brief.facts_allowed,
        probe: pushback.map(|pushback| pushback.probe.as_str()),
        quote: pushback.and_then(|pushback| pushback.quote.as_deref()),
        states: pushback.and_then(|pushback| pushback.states.as_deref()),
    }
}

fn name(act: &Act) -> &'static str {
    match act {
        Act::Introduce => "introduce",
        Act::Ask { .. } => "ask",
        Act::Pushback(_) => "pushback",
        Act::Clarify { .. } => "clarify",
        Act::Hint => "hint",
        Act::Close => "close",
    }
}

/// A word that stands nowhere but in this prompt: one that is said gives the prompt away.
fn canary(persona: &Persona, templates: &Templates) -> String {
    let mut hash = Sha256::new();
    for text in [persona.name.as_str(), persona.about.as_str(), templates.speak_hash()] {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    format!("ref-{}", hex(&hash.finalize(), 8))
}

/// Values the role's part is tried with at load.
pub(super) fn role_samples() -> Vec<Value> {
    let role = RoleValues {
        name: "name",
        title: "title",
        temperament: "dry",
        about: "about",
        product: "product",
        canary: "canary",
    };
    vec![Value::from(Serde(role))]
}

/// Values the turn's part is tried with at load: every act, and every probe with and without what it may quote or state.
pub(super) fn turn_samples() -> Vec<Value> {
    let acts = ["introduce", "ask", "clarify", "hint", "close"];
    let acts = acts
        .into_iter()
        .flat_map(|act| [sample_turn(act, None, true), sample_turn(act, None, false)]);
    let probes = Probe::ALL.iter().map(|probe| probe.as_str());
    let probes = probes.flat_map(|probe| [true, false].map(|full| sample_turn("pushback", Some(probe), full)));
    acts.chain(probes).map(|values| Value::from(Serde(values))).collect()
}

fn sample_turn(act: &'static str, probe: Option<&'static str>, full: bool) -> TurnValues<'static> {
    let turn = Turn {
        who: "candidate",
        text: "turn".to_owned(),
    };
    TurnValues {
        tag: "tag".to_owned(),
        transcript: full.then_some(turn).into_iter().collect(),
        question: "question",
        answer: full.then(|| "answer".to_owned()),
        act,
        introduction: "introduction",
        scene: full,
        follows: full,
        has_fact: full,
        facts: if full { &["fact"] } else { &[] },
        probe,
        quote: full.then_some("quote"),
        states: full.then_some("states"),
    }
}

/// Values the part after a rejected wording is tried with at load.
pub(super) fn retry_samples() -> Vec<Value> {
    vec![Value::from(Serde(RetryValues { reason: "reason" }))]
}
