//! The words of a debrief, signal by signal: the level, what it stands on, and what was not assessed.

use super::{Block, Page, Tone, debrief::name, toned};
use crate::{
    domain::signal::Signal,
    report::{
        Debrief,
        debrief::{Basis, SignalReport, Unassessed},
        figures, printable,
    },
};

/// Characters of a judge's reason.
const REASON: usize = 200;
/// Quotes one answer brings to a signal at most.
const EVIDENCE: usize = 3;

pub(super) fn signals(page: &mut Page, value: &Debrief) {
    if value.signals.is_empty() {
        return;
    }
    page.heading("Signal by signal");
    if let Some(sentence) = extremes(value) {
        page.text(sentence);
    }
    let several = value.questions.len() > 1;
    for report in value.signals.iter().filter(|report| report.level.is_some()) {
        signal(page, report, several);
    }
    unassessed(page, value);
}

/// The signals without a level, by what kept them from one.
fn unassessed(page: &mut Page, value: &Debrief) {
    let reasons = [
        (
            Unassessed::NoEvidence,
            "called for, and not to be judged from what you said",
        ),
        (Unassessed::NotJudged, "called for, and your answer was not judged"),
        (Unassessed::NotAnswered, "called for by a question without an answer"),
        (Unassessed::Skipped, "called for by a question you skipped"),
    ];
    let mut blocks = Page::default();
    for (reason, words) in reasons {
        let of_it = value
            .signals
            .iter()
            .filter(|report| report.level.is_none() && report.unassessed == Some(reason));
        let names: Vec<String> = of_it.map(|report| format!("“{}”", report.name)).collect();
        if !names.is_empty() {
            blocks.item(format!("{}: {words}.", figures::listed(&names)));
        }
    }
    if !blocks.blocks.is_empty() {
        page.subheading("Not assessed");
        page.blocks.append(&mut blocks.blocks);
    }
}

fn extremes(value: &Debrief) -> Option<String> {
    let level = |signal: Signal| {
        value
            .signals
            .iter()
            .find(|report| report.signal == signal)
            .and_then(|report| report.level)
    };
    let strongest = value.strongest?;
    let best = level(strongest)?;
    let word = if best >= 3.0 { "Strongest" } else { "Nearest to strong" };
    let first = format!("{word}: “{}”, at {}.", name(value, strongest), figures::level(best));
    let Some(weakest) = value.weakest.filter(|weakest| *weakest != strongest) else {
        return Some(first);
    };
    Some(format!(
        "{first} Most to gain: “{}”, at {}.",
        name(value, weakest),
        figures::level(level(weakest)?)
    ))
}

fn signal(page: &mut Page, report: &SignalReport, several: bool) {
    page.blocks.push(Block::Level {
        name: report.name.clone(),
        level: report.level,
    });
    if !report.meaning.is_empty() {
        page.blocks
            .push(Block::Note(vec![toned(report.meaning.as_str(), Tone::Faint)]));
    }
    for basis in &report.basis {
        stands_on(page, basis, several);
    }
}

fn stands_on(page: &mut Page, basis: &Basis, several: bool) {
    let place = if several {
        format!("Question {}, level {}", basis.question, basis.level)
    } else {
        format!("Level {}", basis.level)
    };
    let how = match basis.over.as_slice() {
        _ if basis.recovered => " (regained after pushback, so one level less)".to_owned(),
        [] => String::new(),
        over => {
            let (turns, levels): (Vec<u32>, Vec<String>) =
                over.iter().map(|(turn, level)| (*turn, level.to_string())).unzip();
            format!(
                ", over {} ({}); turn {}",
                figures::turns(&turns),
                figures::listed(&levels),
                basis.turn
            )
        }
    };
    let reason = if basis.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", reason(&basis.reason))
    };
    page.note(format!("{place}{how}{reason}."));
    for quote in basis.evidence.iter().take(EVIDENCE) {
        page.quote(format!("turn {}", basis.turn), quote);
    }
    if basis.evidence.len() > EVIDENCE {
        let more = basis.evidence.len() - EVIDENCE;
        page.note(format!(
            "And {} from turn {}.",
            figures::counted(more, "more quote", "more quotes"),
            basis.turn
        ));
    }
}

fn reason(text: &str) -> String {
    let (kept, cut) = printable::shortened(text, REASON);
    if cut > 0 {
        format!("{kept} …")
    } else {
        kept.trim_end_matches('.').to_owned()
    }
}
