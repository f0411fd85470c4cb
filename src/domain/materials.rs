//! What one session is held with: the personas, cases, rubric and wordings it was opened with, whatever the files say today.

use std::collections::BTreeMap;

use super::{
    case::{Case, Constraint, Question},
    ids::{CaseId, PersonaId, QuestionRef},
    persona::{Persona, Pushbacks},
    rubric::Rubric,
};

/// The frozen contents of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Materials {
    /// Personas by id.
    pub personas: BTreeMap<PersonaId, Persona>,
    /// Cases by id.
    pub cases: BTreeMap<CaseId, Case>,
    /// The rubric.
    pub rubric: Rubric,
    /// Pushback wordings.
    pub pushback: Pushbacks,
}

impl Materials {
    /// A question with its case.
    #[must_use]
    pub fn question(&self, question: &QuestionRef) -> Option<(&Case, &Question)> {
        let case = self.cases.get(&question.case)?;
        Some((case, case.question(&question.question)?))
    }

    /// The limit at play in a question.
    #[must_use]
    pub fn constraint(&self, question: &QuestionRef) -> Option<&Constraint> {
        let (case, question) = self.question(question)?;
        case.constraint_of(question)
    }
}
