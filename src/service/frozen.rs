//! What a session was opened with, kept once by its hash, so that a session is shown as it was held whatever the files say today.

use std::collections::{BTreeMap, BTreeSet};

use super::ServiceError;
use crate::{
    domain::{
        ids::{CaseId, PersonaId},
        materials::Materials,
    },
    interview::event::{Frozen, RoundPlan},
    library::{self, Library},
    store::Store,
};

/// Keeps the files a plan uses and returns their hashes.
pub(super) async fn keep(store: &Store, library: &Library, rounds: &[RoundPlan]) -> Result<Frozen, ServiceError> {
    let mut personas = BTreeMap::new();
    for id in personas_of(rounds) {
        if let Some(persona) = library.personas.get(id) {
            personas.insert(id.to_string(), store.keep(&persona.text).await?);
        }
    }
    let mut cases = BTreeMap::new();
    for id in cases_of(rounds) {
        if let Some(case) = library.cases.get(id) {
            cases.insert(id.to_string(), store.keep(&case.text).await?);
        }
    }
    Ok(Frozen {
        personas,
        cases,
        rubric: store.keep(&library.rubric.text).await?,
        pushback: store.keep(&library.pushback.text).await?,
    })
}

/// The materials of a new session.
pub(super) fn from_library(library: &Library, rounds: &[RoundPlan]) -> Materials {
    let persona = |id: &PersonaId| Some((id.clone(), (*library.personas.get(id)?.value).clone()));
    let case = |id: &CaseId| Some((id.clone(), (*library.cases.get(id)?.value).clone()));
    Materials {
        personas: personas_of(rounds).into_iter().filter_map(persona).collect(),
        cases: cases_of(rounds).into_iter().filter_map(case).collect(),
        rubric: (*library.rubric.value).clone(),
        pushback: (*library.pushback.value).clone(),
    }
}

/// The materials of a stored session.
pub(super) async fn load(store: &Store, frozen: &Frozen) -> Result<Materials, ServiceError> {
    let mut personas = BTreeMap::new();
    for (id, hash) in &frozen.personas {
        let id = PersonaId::new(id);
        let persona = library::persona(&id, &text(store, hash).await?).map_err(ServiceError::Content)?;
        personas.insert(id, persona);
    }
    let mut cases = BTreeMap::new();
    for (id, hash) in &frozen.cases {
        let id = CaseId::new(id);
        let case = library::case(&id, &text(store, hash).await?).map_err(ServiceError::Content)?;
        cases.insert(id, case);
    }
    Ok(Materials {
        personas,
        cases,
        rubric: library::rubric(&text(store, &frozen.rubric).await?).map_err(ServiceError::Content)?,
        pushback: library::pushback(&text(store, &frozen.pushback).await?).map_err(ServiceError::Content)?,
    })
}

async fn text(store: &Store, hash: &str) -> Result<String, ServiceError> {
    store.content(hash).await?.ok_or(ServiceError::Incomplete)
}

fn personas_of(rounds: &[RoundPlan]) -> BTreeSet<&PersonaId> {
    rounds
        .iter()
        .flat_map(|plan| plan.panel.iter().chain([&plan.lead]))
        .collect()
}

fn cases_of(rounds: &[RoundPlan]) -> BTreeSet<&CaseId> {
    rounds
        .iter()
        .flat_map(|plan| &plan.questions)
        .map(|question| &question.case)
        .collect()
}
