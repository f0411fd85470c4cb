//! The panelists' own scorecards, revealed together, with where they part first.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::{
    domain::{ids::PersonaId, materials::Materials, persona::Reading, transcript::PeerCard},
    scoring::{
        scorecard::{self, Disagreement, Scorecard},
        verdict::Verdict,
    },
};

/// The panelists' own readings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PanelReport {
    /// Signals on which they part by a level or more, widest first.
    pub disagreements: Vec<Disagreement>,
    /// Those whose vote is not the verdict.
    pub dissent: Vec<PersonaId>,
    /// Everyone's scorecard: those who led first, then the others.
    pub cards: Vec<Scorecard>,
    /// Scorecards of peers and of the candidate about themselves.
    #[serde(default)]
    pub peers: Vec<PeerCard>,
}

/// A panelist as reports name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panelist {
    /// The persona.
    pub id: PersonaId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub title: String,
}

pub(super) fn report(record: &Record<'_>) -> PanelReport {
    let cards: Vec<Scorecard> = members(record)
        .iter()
        .filter_map(|id| record.materials.personas.get(*id))
        .map(|persona| scorecard::scorecard(record.rubric, persona, record.transcript))
        .collect();
    let differs = |card: &&Scorecard| card.vote != Verdict::NotAssessed && card.vote != record.outcome.verdict;
    PanelReport {
        disagreements: scorecard::disagreements(&cards),
        dissent: cards.iter().filter(differs).map(|card| card.panelist.clone()).collect(),
        cards,
        peers: record.transcript.cards.clone(),
    }
}

/// Everyone on the panel, once.
fn members<'a>(record: &'a Record<'_>) -> Vec<&'a PersonaId> {
    let rounds = &record.interview.opened().rounds;
    let all = rounds
        .iter()
        .map(|plan| &plan.lead)
        .chain(rounds.iter().flat_map(|plan| &plan.panel));
    let mut members: Vec<&PersonaId> = Vec::new();
    for id in all {
        if !members.contains(&id) {
            members.push(id);
        }
    }
    members
}

pub(super) fn named(materials: &Materials, id: &PersonaId) -> Panelist {
    let persona = materials.personas.get(id);
    Panelist {
        id: id.clone(),
        name: persona.map_or_else(|| id.to_string(), |persona| persona.name.clone()),
        title: persona.map(|persona| persona.title.clone()).unwrap_or_default(),
    }
}

/// How a panelist reads answers, as half a sentence.
pub(crate) fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Unprompted => "counts what you said before being pushed",
        Reading::Average => "takes the mean of all you said to a question",
        Reading::Recovered => "counts where you ended up after pushback",
    }
}
