//! A case: a locked world with its facts, its constraints and the questions asked about it. One file in `cases/` is one case.

use serde::{Deserialize, Serialize};

use super::{
    ids::{CaseId, QuestionId},
    signal::{Ask, QuestionKind, Round, UnknownName, named},
};
use std::{fmt, str::FromStr};

named! {
    /// What a constraint limits.
    ConstraintKind {
        /// Time to answer.
        Latency = "latency",
        /// Money.
        Cost = "cost",
        /// Memory or storage.
        Memory = "memory",
        /// People.
        Staff = "staff",
        /// Labelled data.
        Labels = "labels",
        /// Network.
        Connectivity = "connectivity",
        /// Law or policy.
        Regulation = "regulation",
    }
}

named! {
    /// When a constraint is told.
    Reveal {
        /// Together with the question it bears on.
        WithQuestion = "with_question",
        /// After the first answer, as a pushback.
        AfterAnswer = "after_answer",
    }
}

/// A case as its file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The stem of the file.
    #[serde(skip, default = "no_id")]
    pub id: CaseId,
    /// A short title.
    pub name: String,
    /// The field it is from.
    pub domain: String,
    /// What the product is.
    pub product: String,
    /// Sets the scene before the first question.
    pub opening: String,
    /// Product KPI candidates.
    pub kpi: Vec<Kpi>,
    /// What an interviewer can be asked for.
    pub fact: Vec<Fact>,
    /// Limits.
    pub constraint: Vec<Constraint>,
    /// Questions.
    pub question: Vec<Question>,
}

fn no_id() -> CaseId {
    CaseId::new("")
}

/// A quantity a user or the business feels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    /// Its name with its denominator.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The window it is read over.
    pub window: String,
}

/// A locked fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Unique within the case.
    pub id: String,
    /// The fact as it is spoken.
    pub text: String,
    /// Words a question about it would contain.
    pub about: Vec<String>,
}

/// A limit on the solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// Unique within the case.
    pub id: String,
    /// What it limits.
    pub kind: ConstraintKind,
    /// The limit as it is spoken.
    pub text: String,
    /// When it is told.
    pub reveal: Reveal,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique within the case.
    pub id: QuestionId,
    /// The round it suits.
    pub round: Round,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Its words.
    pub text: String,
    /// What it asks beyond its kind.
    #[serde(default)]
    pub asks: Vec<Ask>,
    /// The constraint at play.
    #[serde(default)]
    pub constraint: Option<String>,
    /// What the data says against a typical answer.
    #[serde(default)]
    pub counter_evidence: Option<String>,
    /// Where to look, without the answer.
    pub hint: String,
    /// What a strong answer would have contained, from the case's facts.
    pub outline: Vec<String>,
}

impl Case {
    /// A question of the case.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.question.iter().find(|question| &question.id == id)
    }

    /// The constraint at play in a question.
    #[must_use]
    pub fn constraint_of(&self, question: &Question) -> Option<&Constraint> {
        let id = question.constraint.as_deref()?;
        self.constraint.iter().find(|constraint| constraint.id == id)
    }
}
