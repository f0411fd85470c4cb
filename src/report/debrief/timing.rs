//! Times of the session's answers (rubric, section 7: what every debrief must state).

use serde::{Deserialize, Serialize};

use crate::domain::{
    timing::{Medium, Timing},
    transcript::Transcript,
};

/// Times of the session's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimingReport {
    /// Answers with any time recorded.
    pub timed: usize,
    /// Of those, how many were spoken; in the others a pause is only mentioned.
    pub spoken: usize,
    /// Pauses over five seconds, think time included.
    pub long_pauses: usize,
    /// The longest pause.
    pub longest: Option<LongestPause>,
    /// Answers over two minutes.
    pub long_answers: Vec<LongAnswer>,
}

/// The longest pause.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LongestPause {
    /// The answer.
    pub turn: u32,
    /// Its length in seconds.
    pub seconds: f64,
}

/// An answer over two minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LongAnswer {
    /// The answer.
    pub turn: u32,
    /// Its length in seconds.
    pub seconds: f64,
}

pub(super) fn report(transcript: &Transcript) -> TimingReport {
    let timed: Vec<(u32, &Timing)> = transcript
        .exchanges()
        .map(|exchange| (exchange.turn, &exchange.timing))
        .filter(|(_, timing)| is_timed(timing))
        .collect();
    let longest = timed
        .iter()
        .map(|(turn, timing)| LongestPause {
            turn: *turn,
            seconds: timing.longest_pause_s(),
        })
        .filter(|pause| pause.seconds > 0.0)
        .reduce(|longest, pause| {
            if pause.seconds > longest.seconds {
                pause
            } else {
                longest
            }
        });
    TimingReport {
        timed: timed.len(),
        spoken: timed
            .iter()
            .filter(|(_, timing)| timing.medium == Medium::Spoken)
            .count(),
        long_pauses: timed.iter().map(|(_, timing)| timing.long_pauses()).sum(),
        longest,
        long_answers: timed
            .iter()
            .filter(|(_, timing)| timing.too_long())
            .filter_map(|(turn, timing)| {
                Some(LongAnswer {
                    turn: *turn,
                    seconds: timing.duration_s?,
                })
            })
            .collect(),
    }
}

fn is_timed(timing: &Timing) -> bool {
    timing.think_s.is_some() || timing.duration_s.is_some() || !timing.pauses_s.is_empty()
}
