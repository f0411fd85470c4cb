//! A panelist: who they are, what they press and how they speak. One file in `personas/` is one persona.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ids::PersonaId,
    probe::Probe,
    signal::{Round, Signal, UnknownName, named},
};
use std::{fmt, str::FromStr};

named! {
    /// How a persona comes across.
    Temperament {
        /// Friendly, patient.
        Warm = "warm",
        /// Sparse, matter-of-fact.
        Dry = "dry",
        /// Direct.
        Blunt = "blunt",
        /// Wants to know why.
        Curious = "curious",
        /// Correct, reserved.
        Formal = "formal",
    }
}

named! {
    /// Which answer a panelist counts when a signal was shown more than once under one question.
    Reading {
        /// What came before any pushback.
        Unprompted = "unprompted",
        /// The mean of the answers that showed it.
        Average = "average",
        /// Where the candidate ended after pushback.
        Recovered = "recovered",
    }
}

/// A panelist as its file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// The stem of the file.
    #[serde(skip, default = "no_id")]
    pub id: PersonaId,
    /// An invented first and last name.
    pub name: String,
    /// The role shown beside it.
    pub title: String,
    /// The rounds this persona may lead.
    pub rounds: Vec<Round>,
    /// How they come across.
    pub temperament: Temperament,
    /// The signals they care about most, in order.
    pub focus: Vec<Signal>,
    /// Which answer they count.
    pub reading: Reading,
    /// One spoken line.
    pub introduction: String,
    /// Who they are, for a model.
    pub about: String,
    /// Own scorecard weights over the round's.
    #[serde(default)]
    pub weights: BTreeMap<Signal, f64>,
    /// How they speak.
    pub voice: Voice,
    /// Own wordings of pushbacks.
    #[serde(default)]
    pub pushback: BTreeMap<Probe, Wordings>,
}

fn no_id() -> PersonaId {
    PersonaId::new("")
}

/// Lines a persona speaks, each at most once a session while others are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// Lead-ins before a pushback.
    pub acknowledge: Vec<String>,
    /// Before the next question.
    pub move_on: Vec<String>,
    /// To a question the case has no answer for.
    pub unknown: Vec<String>,
    /// Before a locked fact.
    pub fact: Vec<String>,
    /// At the end of the round.
    pub close: Vec<String>,
    /// When a question is skipped.
    pub skip: Vec<String>,
}

/// Wordings of one kind of pushback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wordings {
    /// With the candidate's own words, as `{{ quote }}` or `{{ component }}`.
    pub quoted: Vec<String>,
    /// Without.
    pub plain: Vec<String>,
}

/// The pushback wordings any persona may use, by probe: `pushback.toml`.
pub type Pushbacks = BTreeMap<Probe, Wordings>;
