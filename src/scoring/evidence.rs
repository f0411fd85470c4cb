//! No quote, no level: evidence counts only if it is an exact substring of the stored answer.

use crate::domain::{
    assessment::{Assessment, CalibrationType, Judged},
    signal::{Level, Signal},
};

/// Drops every quote that the answer does not contain, and every level that then stands on nothing. Returns how many were dropped.
#[must_use]
pub fn ground(mut assessment: Assessment, answer: &str) -> (Assessment, u32) {
    let mut dropped = 0;
    for (signal, judged) in &mut assessment.signals {
        let before = judged.evidence.len();
        judged
            .evidence
            .retain(|quote| !quote.trim().is_empty() && answer.contains(quote.as_str()));
        dropped += count(before - judged.evidence.len());
        if judged.focus.as_deref().is_some_and(|focus| !answer.contains(focus)) {
            judged.focus = None;
        }
        if judged.evidence.is_empty() && needs_evidence(*signal, judged) {
            judged.level = None;
            "no quote supports a level".clone_into(&mut judged.reason);
        }
    }
    let before = assessment.bloat.len() + assessment.integrity.len();
    assessment
        .bloat
        .retain(|component| answer.contains(component.quote.as_str()));
    assessment
        .integrity
        .retain(|(_, quote)| answer.contains(quote.as_str()));
    dropped += count(before - assessment.bloat.len() - assessment.integrity.len());
    assessment.kpi = assessment.kpi.filter(|kpi| answer.contains(kpi.as_str()));
    if assessment.level(Signal::Calibration).is_none() {
        assessment.calibration = assessment.calibration.filter(|kind| *kind == CalibrationType::Neutral);
    }
    (assessment, dropped)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Whether a level says that something *is there*, so that a reader must be able to see it. Levels that stand for an absence, for
/// plain form, or for no claim at all need none (R9).
fn needs_evidence(signal: Signal, judged: &Judged) -> bool {
    let Some(level) = judged.level.map(Level::get) else {
        return false;
    };
    match signal {
        Signal::Clarity | Signal::Decisiveness | Signal::LeanFirst => false,
        Signal::Calibration => level >= 3,
        _ => level >= 2,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::provenance::Provenance;

    fn judged(level: u8, quotes: &[&str]) -> Judged {
        Judged {
            level: Level::new(level),
            evidence: quotes.iter().map(ToString::to_string).collect(),
            reason: String::new(),
            probe: None,
            focus: None,
        }
    }

    fn assessment(signals: &[(Signal, Judged)]) -> Assessment {
        Assessment {
            signals: signals.iter().cloned().collect::<BTreeMap<_, _>>(),
            calibration: None,
            constraint_error: None,
            bloat: Vec::new(),
            stance: None,
            integrity: Vec::new(),
            kpi: None,
            by: Provenance::Offline {
                version: 1,
                instead_of: None,
            },
        }
    }

    #[test]
    fn a_quote_altered_by_one_word_is_dropped_and_its_level_goes() {
        let answer = "Paid renewals per member come first.";
        let given = assessment(&[
            (Signal::MetricFirst, judged(4, &["Paid renewals per customer"])),
            (
                Signal::DecisionRule,
                judged(3, &["Paid renewals per member", "made up"]),
            ),
        ]);
        let (checked, dropped) = ground(given, answer);
        assert_eq!(dropped, 2);
        assert_eq!(checked.level(Signal::MetricFirst), None);
        assert_eq!(checked.level(Signal::DecisionRule), Level::new(3));
    }

    #[test]
    fn a_level_for_an_absence_needs_no_quote() {
        let (checked, _) = ground(
            assessment(&[(Signal::MetricFirst, judged(0, &[]))]),
            "We train a model.",
        );
        assert_eq!(checked.level(Signal::MetricFirst), Some(Level::ZERO));
    }
}
