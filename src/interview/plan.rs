//! What a session will consist of: who leads, who sits on the panel, which case and questions. Drawn from a seed, so repeatable.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;

use super::event::{Mode, RoundPlan};
use crate::domain::{
    case::{Case, Question},
    ids::{CaseId, PersonaId, QuestionRef},
    persona::Persona,
    signal::{QuestionKind, Round},
};

/// The rounds of a loop, in order.
pub const LOOP: [Round; 5] = [
    Round::RecruiterScreen,
    Round::SystemDesign,
    Round::MlFundamentals,
    Round::ProductTranslation,
    Round::HiringManager,
];

/// Questions of one round of about 45 minutes.
const QUESTIONS_A_ROUND: usize = 4;
/// Questions of each round of a loop.
const QUESTIONS_A_LOOP_ROUND: usize = 2;
/// Panelists beside the lead.
const PANEL: usize = 2;

/// What was asked for; everything left open is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who should lead.
    pub persona: Option<PersonaId>,
    /// Which round.
    pub round: Option<Round>,
    /// Which case.
    pub case: Option<CaseId>,
}

/// A plan can't be made of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No such persona.
    #[error("there is no persona `{asked}`; there are {known}")]
    UnknownPersona {
        /// What was asked for, as printable text.
        asked: String,
        /// Those there are.
        known: String,
    },
    /// No such case.
    #[error("there is no case `{asked}`; there are {known}")]
    UnknownCase {
        /// What was asked for, as printable text.
        asked: String,
        /// Those there are.
        known: String,
    },
    /// The persona leads other rounds.
    #[error("{persona} does not lead the {} round; {persona} leads {leads}", .round.title())]
    WrongRound {
        /// Who was asked for.
        persona: String,
        /// The round asked for.
        round: Round,
        /// The rounds they lead.
        leads: String,
    },
    /// The persona only sits on panels.
    #[error("{persona} sits on panels and leads no round; choose another persona")]
    PanelOnly {
        /// Who was asked for.
        persona: String,
    },
    /// The case has nothing to ask.
    #[error("the case `{case}` has no question for the {} round", .round.title())]
    NothingToAsk {
        /// The case.
        case: CaseId,
        /// The round.
        round: Round,
    },
    /// A loop has five rounds with a persona each.
    #[error(
        "a loop has all five rounds, each with its own persona; choose a mode of one round, or no persona and no round"
    )]
    LoopIsFixed,
}

/// The personas and cases a plan is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Pool<'a> {
    /// Personas by id.
    pub personas: &'a BTreeMap<PersonaId, &'a Persona>,
    /// Cases by id.
    pub cases: &'a BTreeMap<CaseId, &'a Case>,
}

/// Draws a plan.
pub fn draw(pool: Pool<'_>, mode: Mode, wanted: &Wanted, seed: u64) -> Result<Vec<RoundPlan>, PlanError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    if let Some(id) = &wanted.case
        && !pool.cases.contains_key(id)
    {
        return Err(PlanError::UnknownCase {
            asked: printable(id.as_str()),
            known: list(pool.cases.keys()),
        });
    }
    let persona = wanted.persona.as_ref().map(|id| persona(pool, id)).transpose()?;
    if mode == Mode::Loop {
        return whole_loop(pool, wanted, &mut rng);
    }
    let round = match (persona, wanted.round) {
        (Some(persona), Some(round)) if !persona.rounds.contains(&round) => {
            return Err(PlanError::WrongRound {
                persona: persona.name.clone(),
                round,
                leads: titles(&persona.rounds),
            });
        }
        (_, Some(round)) => round,
        (Some(persona), None) => pick(&persona.rounds, &mut rng)
            .copied()
            .ok_or_else(|| PlanError::PanelOnly {
                persona: persona.name.clone(),
            })?,
        (None, None) => *pick(&LOOP[1..], &mut rng).unwrap_or(&Round::MlFundamentals),
    };
    let lead = match persona {
        Some(persona) => persona,
        None => lead(pool, round, &[], &mut rng)?,
    };
    let count = if mode == Mode::Quick { 1 } else { QUESTIONS_A_ROUND };
    let questions = questions(pool, wanted.case.as_ref(), round, count, &mut rng)?;
    Ok(vec![RoundPlan {
        round,
        lead: lead.id.clone(),
        panel: panel(pool, std::slice::from_ref(&lead.id), &mut rng),
        questions,
    }])
}

fn whole_loop(pool: Pool<'_>, wanted: &Wanted, rng: &mut ChaCha8Rng) -> Result<Vec<RoundPlan>, PlanError> {
    if wanted.persona.is_some() || wanted.round.is_some() {
        return Err(PlanError::LoopIsFixed);
    }
    let case = if let Some(case) = &wanted.case {
        case.clone()
    } else {
        let whole: Vec<&CaseId> = pool
            .cases
            .iter()
            .filter(|(_, case)| suits_a_loop(case))
            .map(|(id, _)| id)
            .collect();
        let any: Vec<&CaseId> = if whole.is_empty() {
            pool.cases.keys().collect()
        } else {
            whole
        };
        pick(&any, rng).map_or_else(|| CaseId::new(""), |id| (*id).clone())
    };
    let mut plans: Vec<RoundPlan> = Vec::new();
    for round in LOOP {
        let taken: Vec<PersonaId> = plans.iter().map(|plan| plan.lead.clone()).collect();
        let lead = lead(pool, round, &taken, rng)?.id.clone();
        let questions = questions(pool, Some(&case), round, QUESTIONS_A_LOOP_ROUND, rng)?;
        plans.push(RoundPlan {
            round,
            lead,
            panel: Vec::new(),
            questions,
        });
    }
    let leads: Vec<PersonaId> = plans.iter().map(|plan| plan.lead.clone()).collect();
    for plan in &mut plans {
        plan.panel = leads.iter().filter(|id| **id != plan.lead).cloned().collect();
    }
    Ok(plans)
}

fn suits_a_loop(case: &Case) -> bool {
    LOOP.iter()
        .all(|round| case.question.iter().any(|question| question.round == *round))
}

fn persona<'a>(pool: Pool<'a>, id: &PersonaId) -> Result<&'a Persona, PlanError> {
    pool.personas.get(id).copied().ok_or_else(|| PlanError::UnknownPersona {
        asked: printable(id.as_str()),
        known: list(pool.personas.keys()),
    })
}

/// Somebody to lead a round: of those who lead fewest rounds and haven't led yet, so that specialists come first.
fn lead<'a>(pool: Pool<'a>, round: Round, taken: &[PersonaId], rng: &mut ChaCha8Rng) -> Result<&'a Persona, PlanError> {
    let able: Vec<&Persona> = pool
        .personas
        .values()
        .copied()
        .filter(|p| p.rounds.contains(&round))
        .collect();
    let fresh: Vec<&Persona> = able.iter().copied().filter(|p| !taken.contains(&p.id)).collect();
    let from = if fresh.is_empty() { able } else { fresh };
    pick(&from, rng).copied().ok_or_else(|| PlanError::UnknownPersona {
        asked: format!("one who leads the {} round", round.title()),
        known: list(pool.personas.keys()),
    })
}

fn panel(pool: Pool<'_>, leads: &[PersonaId], rng: &mut ChaCha8Rng) -> Vec<PersonaId> {
    let mut others: Vec<PersonaId> = pool.personas.keys().filter(|id| !leads.contains(id)).cloned().collect();
    others.shuffle(rng);
    others.truncate(PANEL);
    others.sort();
    others
}

/// Questions of one round: all of the case that was asked for, else from one case while it has them, then from others.
fn questions(
    pool: Pool<'_>,
    case: Option<&CaseId>,
    round: Round,
    count: usize,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<QuestionRef>, PlanError> {
    let mut order: Vec<&CaseId> = pool
        .cases
        .iter()
        .filter(|(_, case)| case.question.iter().any(|question| question.round == round))
        .map(|(id, _)| id)
        .collect();
    order.shuffle(rng);
    if let Some(only) = case {
        order.retain(|id| *id == only);
    }
    let mut chosen: Vec<QuestionRef> = Vec::new();
    for id in order {
        if chosen.len() >= count {
            break;
        }
        let Some(case) = pool.cases.get(id) else { continue };
        let mut of_round: Vec<&Question> = case
            .question
            .iter()
            .filter(|question| question.round == round)
            .collect();
        of_round.shuffle(rng);
        of_round.sort_by_key(|question| question.kind == QuestionKind::Blueprint);
        chosen.extend(of_round.into_iter().map(|q| QuestionRef {
            case: id.clone(),
            question: q.id.clone(),
        }));
        if chosen.is_empty() {
            break;
        }
    }
    chosen.truncate(count);
    if chosen.is_empty() {
        Err(PlanError::NothingToAsk {
            case: case.cloned().unwrap_or_else(|| CaseId::new("any")),
            round,
        })
    } else {
        Ok(chosen)
    }
}

fn pick<'a, T>(from: &'a [T], rng: &mut impl rand::Rng) -> Option<&'a T> {
    if from.is_empty() {
        None
    } else {
        from.get(rng.random_range(0..from.len()))
    }
}

fn titles(rounds: &[Round]) -> String {
    rounds.iter().map(|round| round.title()).collect::<Vec<_>>().join(", ")
}

fn list<T: std::fmt::Display>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// Text from outside as it may be shown: one line, no control characters, not long.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
