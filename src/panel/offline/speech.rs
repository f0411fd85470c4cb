//! Words an act in a persona's voice, from the wordings of its file and of `pushback.toml`. Nothing is said twice in a session.

use minijinja::{Environment, UndefinedBehavior, context};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::quote::quotable;
use crate::{
    domain::{
        case::Reveal,
        ids::QuestionRef,
        materials::Materials,
        persona::{Persona, Wordings},
        probe::Probe,
    },
    interview::event::{Act, Given, Pushback},
};

/// What to word, and what was said before.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'a> {
    /// The session's contents.
    pub materials: &'a Materials,
    /// Who speaks.
    pub persona: &'a Persona,
    /// What to do.
    pub act: &'a Act,
    /// The question at hand.
    pub question: Option<&'a QuestionRef>,
    /// The question or pushback the candidate was answering.
    pub last_prompt: Option<&'a str>,
    /// Whether the candidate skipped the question before.
    pub after_skip: bool,
    /// Everything the panel said in the session.
    pub said: &'a [&'a str],
    /// The session's seed and the request's number: the same draw each time.
    pub draw: (u64, u32),
}

/// Words an act.
#[must_use]
pub fn word(wording: &Wording<'_>) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(wording.draw.0 ^ (u64::from(wording.draw.1) << 32));
    let voice = &wording.persona.voice;
    match wording.act {
        Act::Introduce => wording.persona.introduction.clone(),
        Act::Ask {
            question,
            follows,
            scene,
        } => ask(wording, question, *follows, *scene, &mut rng),
        Act::Pushback(pushback) => pushed(wording, pushback, &mut rng),
        Act::Clarify { gives } => clarified(wording, gives.as_ref(), &mut rng),
        Act::Hint => hint(wording),
        Act::Close => fresh(&voice.close, wording.said, &mut rng).unwrap_or_default(),
    }
}

fn ask(wording: &Wording<'_>, question: &QuestionRef, follows: bool, scene: bool, rng: &mut ChaCha8Rng) -> String {
    let Some((case, asked)) = wording.materials.question(question) else {
        return String::new();
    };
    let voice = &wording.persona.voice;
    let mut before = Vec::new();
    if follows {
        let lines = if wording.after_skip {
            &voice.skip
        } else {
            &voice.move_on
        };
        before.extend(fresh(lines, wording.said, rng));
    }
    before.extend(scene.then(|| case.opening.clone()));
    let limit = wording
        .materials
        .constraint(question)
        .filter(|limit| limit.reveal == Reveal::WithQuestion);
    let asked: Vec<String> = limit
        .map(|limit| limit.text.clone())
        .into_iter()
        .chain([asked.text.clone()])
        .collect();
    // The question stands in a paragraph of its own, so that it is found at a glance.
    [joined(&before), joined(&asked)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn pushed(wording: &Wording<'_>, pushback: &Pushback, rng: &mut ChaCha8Rng) -> String {
    let quote = pushback.quote.as_deref().and_then(quotable);
    let question = pushback_line(
        wording,
        pushback.probe,
        quote.as_deref(),
        pushback.states.as_deref(),
        rng,
    );
    let wants_lead_in = !matches!(
        pushback.probe,
        Probe::NoContent | Probe::DontKnow | Probe::RevealConstraint
    );
    let lead_in = if wants_lead_in {
        unused(&wording.persona.voice.acknowledge, wording.said, rng)
    } else {
        None
    };
    joined(&lead_in.into_iter().chain(question).collect::<Vec<_>>())
}

/// A pushback's question: with the candidate's words where there are some, the persona's own wordings first, none said before.
fn pushback_line(
    wording: &Wording<'_>,
    probe: Probe,
    quote: Option<&str>,
    states: Option<&str>,
    rng: &mut ChaCha8Rng,
) -> Option<String> {
    let own = wording.persona.pushback.get(&probe);
    let shared = wording.materials.pushback.get(&probe);
    let quoted = |from: Option<&Wordings>| {
        from.filter(|_| quote.is_some())
            .map_or(Vec::new(), |w| w.quoted.clone())
    };
    let plain = |from: Option<&Wordings>| from.map_or(Vec::new(), |w| w.plain.clone());
    let tiers = [quoted(own), quoted(shared), plain(own), plain(shared)];
    let template = tiers
        .iter()
        .find_map(|tier| unused(tier, wording.said, rng))
        .or_else(|| tiers.iter().rev().find_map(|tier| fresh(tier, wording.said, rng)))?;
    let values = context! { quote => quote, component => quote, constraint => states, counter => states };
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.render_str(&template, values).ok()
}

fn clarified(wording: &Wording<'_>, gives: Option<&Given>, rng: &mut ChaCha8Rng) -> String {
    let voice = &wording.persona.voice;
    if gives == Some(&Given::Question) {
        return again(wording);
    }
    let text = wording.question.and_then(|question| {
        let (case, asked) = wording.materials.question(question)?;
        match gives? {
            Given::Fact(id) => case
                .fact
                .iter()
                .find(|fact| &fact.id == id)
                .map(|fact| fact.text.clone()),
            Given::Constraint(_) => case.constraint_of(asked).map(|limit| limit.text.clone()),
            Given::Question => None,
        }
    });
    match text {
        Some(text) if wording.said.iter().any(|said| said.contains(&text)) => joined(&["As I said.".to_owned(), text]),
        Some(text) => joined(
            &fresh(&voice.fact, wording.said, rng)
                .into_iter()
                .chain([text])
                .collect::<Vec<_>>(),
        ),
        None => fresh(&voice.unknown, wording.said, rng).unwrap_or_default(),
    }
}

/// What was asked last, once more.
fn again(wording: &Wording<'_>) -> String {
    const LEAD_INS: [&str; 3] = ["Of course.", "Once more, then.", "Gladly."];
    let spoken = LEAD_INS
        .iter()
        .filter(|line| wording.said.iter().any(|said| said.starts_with(**line)))
        .count();
    let lead_in = LEAD_INS.get(spoken).or(LEAD_INS.last()).copied().unwrap_or_default();
    joined(&[lead_in.to_owned(), wording.last_prompt.unwrap_or_default().to_owned()])
}

fn hint(wording: &Wording<'_>) -> String {
    wording
        .question
        .and_then(|question| wording.materials.question(question))
        .map(|(_, question)| question.hint.clone())
        .unwrap_or_default()
}

/// A line not said before; where all were, any of them.
fn fresh(lines: &[String], said: &[&str], rng: &mut ChaCha8Rng) -> Option<String> {
    unused(lines, said, rng).or_else(|| pick(lines, rng))
}

/// A line not said before, or nothing.
fn unused(lines: &[String], said: &[&str], rng: &mut ChaCha8Rng) -> Option<String> {
    let left: Vec<String> = lines
        .iter()
        .filter(|line| !said.iter().any(|text| holds(text, line)))
        .cloned()
        .collect();
    pick(&left, rng)
}

fn pick(lines: &[String], rng: &mut ChaCha8Rng) -> Option<String> {
    if lines.is_empty() {
        None
    } else {
        lines.get(rng.random_range(0..lines.len())).cloned()
    }
}

/// Whether a text was made from a template: all of the template's fixed parts stand in it, in order.
fn holds(text: &str, template: &str) -> bool {
    let mut rest = text;
    fixed_parts(template).all(|part| match rest.find(part) {
        Some(at) => {
            rest = rest.get(at + part.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

fn fixed_parts(template: &str) -> impl Iterator<Item = &str> {
    template.split("{{").enumerate().filter_map(|(index, part)| {
        let fixed = if index == 0 {
            part
        } else {
            part.split_once("}}").map_or("", |(_, after)| after)
        };
        (!fixed.trim().is_empty()).then_some(fixed)
    })
}

fn joined(parts: &[String]) -> String {
    parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
