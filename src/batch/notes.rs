//! What a debrief of a transcript says, as single notes that each stand on a quote or on a rule.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    domain::{
        signal::Signal,
        transcript::{Exchange, Transcript},
    },
    library::Drill,
    scoring::verdict::Outcome,
};

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What is said.
    pub text: String,
    /// The candidate's words it stands on; empty where it stands on a rule or an absence.
    pub quote: String,
    /// `+` for a strength, `-` for a weakness.
    pub polarity: char,
    /// The turn.
    pub turn: u32,
}

/// The notes of a session, in the order of its turns, the deciding rules first.
pub(super) fn of(drills: &BTreeMap<Signal, Drill>, transcript: &Transcript, outcome: &Outcome) -> Vec<Note> {
    let mut notes: Vec<Note> = outcome
        .rulings
        .iter()
        .map(|ruling| Note {
            text: format!("{}: {}", ruling.rule, ruling.because),
            quote: words_of(transcript, ruling.turns.first().copied()),
            polarity: '-',
            turn: ruling.turns.first().copied().unwrap_or(0),
        })
        .collect();
    for exchange in transcript.exchanges() {
        notes.extend(of_exchange(drills, exchange));
    }
    notes
}

fn of_exchange<'a>(drills: &'a BTreeMap<Signal, Drill>, exchange: &'a Exchange) -> impl Iterator<Item = Note> + 'a {
    exchange
        .assessment
        .iter()
        .flat_map(|assessment| &assessment.signals)
        .filter_map(move |(signal, judged)| {
            let level = judged.level?.get();
            let polarity = match level {
                3.. => '+',
                2 => return None,
                _ => '-',
            };
            let quotes = if judged.evidence.is_empty() {
                judged.focus.clone().unwrap_or_else(|| opening_words(&exchange.answer))
            } else {
                judged.evidence.join(" … ")
            };
            let name = drills
                .get(signal)
                .map_or_else(|| signal.to_string(), |drill| drill.name.clone());
            Some(Note {
                text: format!("{name}: {}", judged.reason),
                quote: quotes,
                polarity,
                turn: exchange.turn,
            })
        })
}

fn words_of(transcript: &Transcript, turn: Option<u32>) -> String {
    transcript
        .exchanges()
        .find(|exchange| Some(exchange.turn) == turn)
        .map(|exchange| opening_words(&exchange.answer))
        .unwrap_or_default()
}

/// The beginning of an answer, where a note is about what it lacks.
fn opening_words(answer: &str) -> String {
    answer.chars().take(200).collect()
}
