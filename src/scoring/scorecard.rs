//! Each panelist's scorecard, made from the record alone and blind to the others, and where they disagree.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{answer, thread, verdict::Verdict};
use crate::domain::{
    ids::PersonaId,
    persona::{Persona, Reading},
    rubric::Rubric,
    signal::{Level, Signal},
    transcript::{Thread, Transcript},
};

/// One panelist's scorecard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Whose.
    pub panelist: PersonaId,
    /// Their name and role, for reports.
    pub name: String,
    /// Their role.
    pub title: String,
    /// Which answers they count.
    pub reading: Reading,
    /// The mean level of each signal over the questions, as they read them.
    pub levels: BTreeMap<Signal, f64>,
    /// The score under their own weights, 0 to 100, caps applied; none where nothing was judged.
    pub score: Option<f64>,
    /// What they would vote on the score alone.
    pub vote: Verdict,
}

/// A signal on which the panel is not of one mind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// The signal.
    pub signal: Signal,
    /// Who reads it lowest, and how.
    pub lowest: (PersonaId, f64),
    /// Who reads it highest, and how.
    pub highest: (PersonaId, f64),
}

/// A difference of mean levels from which on it is a disagreement.
const APART: f64 = 1.0;

/// A panelist's scorecard over a transcript.
#[must_use]
pub fn scorecard(rubric: &Rubric, persona: &Persona, transcript: &Transcript) -> Scorecard {
    let read: Vec<(&Thread, BTreeMap<Signal, Level>)> = transcript
        .threads
        .iter()
        .map(|thread| (thread, thread::read(thread, persona.reading)))
        .collect();
    let scores: Vec<f64> = read
        .iter()
        .filter_map(|(thread, levels)| {
            let round = thread.asked.round;
            let weight = |signal| {
                persona
                    .weights
                    .get(&signal)
                    .copied()
                    .unwrap_or_else(|| rubric.weight(round, signal))
            };
            answer::score_weighted(rubric, round, levels, weight).map(|scored| scored.capped)
        })
        .collect();
    let score = mean(&scores);
    Scorecard {
        panelist: persona.id.clone(),
        name: persona.name.clone(),
        title: persona.title.clone(),
        reading: persona.reading,
        levels: means(read.iter().map(|(_, levels)| levels)),
        score,
        vote: Verdict::of_score(rubric, score),
    }
}

/// Where the scorecards part by a level or more, the widest first.
#[must_use]
pub fn disagreements(cards: &[Scorecard]) -> Vec<Disagreement> {
    let signals: BTreeSet<Signal> = cards.iter().flat_map(|card| card.levels.keys().copied()).collect();
    let mut found: Vec<Disagreement> = signals
        .into_iter()
        .filter_map(|signal| disagreement(cards, signal))
        .collect();
    found.sort_by(|a, b| width(b).total_cmp(&width(a)).then(a.signal.cmp(&b.signal)));
    found
}

fn disagreement(cards: &[Scorecard], signal: Signal) -> Option<Disagreement> {
    let given: Vec<(&PersonaId, f64)> = cards
        .iter()
        .filter_map(|card| Some((&card.panelist, *card.levels.get(&signal)?)))
        .collect();
    let lowest = given.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let highest = given.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (highest.1 - lowest.1 >= APART).then(|| Disagreement {
        signal,
        lowest: (lowest.0.clone(), lowest.1),
        highest: (highest.0.clone(), highest.1),
    })
}

fn width(disagreement: &Disagreement) -> f64 {
    disagreement.highest.1 - disagreement.lowest.1
}

/// The mean level of each signal over several questions.
#[must_use]
pub fn means<'a>(each: impl Iterator<Item = &'a BTreeMap<Signal, Level>>) -> BTreeMap<Signal, f64> {
    let mut gathered: BTreeMap<Signal, Vec<f64>> = BTreeMap::new();
    for levels in each {
        for (signal, level) in levels {
            gathered.entry(*signal).or_default().push(f64::from(level.get()));
        }
    }
    gathered
        .into_iter()
        .filter_map(|(signal, levels)| Some((signal, mean(&levels)?)))
        .collect()
}

/// The mean; none of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
