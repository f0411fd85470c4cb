//! The words of a debrief's record: limits, size, confidence, contradictions, time, judges, and what to practise.

use super::{Block, Page, Table, Tone, cell, column, debrief::name, figure_column, in_passing, toned};
use crate::{
    domain::assessment::{CalibrationType, ConstraintError, IntegrityEvent},
    report::{
        Debrief,
        debrief::{BloatReport, JudgedTurn, LimitReport},
        figures,
    },
    scoring::contradiction::About,
};

pub(super) fn limits(page: &mut Page, value: &Debrief) {
    if value.limits.is_empty() {
        return;
    }
    page.heading("Limits");
    for limit in &value.limits {
        match &limit.text {
            Some(text) => page.item(format!("Question {}: {text}", limit.question)),
            None => page.item(format!("Question {}: no limit was stated.", limit.question)),
        }
        if limit.text.is_some() {
            page.note(timeline(limit));
        }
        for error in &limit.errors {
            match error.error {
                ConstraintError::Ignored if limit.taken_up.is_some() => {
                    page.note(format!("Not honoured in turn {}.", error.turn));
                }
                ConstraintError::Premature => {
                    page.note(format!(
                        "In turn {} you raised a trade-off that nobody had asked about.",
                        error.turn
                    ));
                }
                ConstraintError::Ignored | ConstraintError::None => {}
            }
        }
    }
}

fn timeline(limit: &LimitReport) -> String {
    let Some(told) = limit.told else {
        return "It was never told: the question ended before its moment. It counts for nothing.".to_owned();
    };
    if !limit.answered {
        return "It was told, and the question ended before you answered to it. It counts for nothing.".to_owned();
    }
    let told = format!("Told before turn {told}");
    match (limit.taken_up, limit.honoured) {
        (_, Some(honoured)) if limit.taken_up == Some(honoured) => {
            format!("{told}, and your design fits it from turn {honoured}.")
        }
        (Some(taken_up), Some(honoured)) => {
            format!("{told}, taken up in turn {taken_up}, and your design fits it from turn {honoured}.")
        }
        (Some(taken_up), None) => format!("{told}, taken up in turn {taken_up}, with no design that fits it."),
        _ => format!("{told}, and not honoured in any answer."),
    }
}

pub(super) fn bloat(page: &mut Page, value: &Debrief) {
    if value.bloat.is_empty() {
        return;
    }
    page.heading("Size of the first version");
    for report in &value.bloat {
        page.item(components(report));
    }
}

fn components(report: &BloatReport) -> String {
    let named: Vec<String> = report
        .components
        .iter()
        .map(|component| in_passing(component))
        .collect();
    let counted = figures::counted(report.count, "part", "parts");
    if report.blueprint {
        return format!(
            "Turn {}: {counted} beyond a first version ({}); the question asked for everything.",
            report.turn,
            figures::listed(&named)
        );
    }
    format!(
        "Turn {}: {counted} a first version does without: {}.",
        report.turn,
        figures::listed(&named)
    )
}

pub(super) fn calibration(page: &mut Page, value: &Debrief) {
    let calibration = &value.calibration;
    if calibration.counts.is_empty() && calibration.stated.is_empty() {
        return;
    }
    page.heading("How sure you were, and what you showed");
    let judged: usize = calibration.counts.values().sum();
    let counts: Vec<String> = [
        (CalibrationType::Calibrated, "stayed in line with the evidence"),
        (CalibrationType::Over, "claimed more than was shown"),
        (CalibrationType::Under, "hedged the point away"),
        (CalibrationType::Neutral, "made no claim"),
    ]
    .into_iter()
    .filter_map(|(kind, words)| {
        let count = calibration.counts.get(&kind)?;
        Some(if judged == 1 {
            words.to_owned()
        } else {
            format!("{count} {words}")
        })
    })
    .collect();
    match judged {
        0 => {}
        1 => page.text(format!("The one answer judged on it {}.", counts.join(""))),
        _ => page.text(format!(
            "Of {judged} answers judged on it, {}.",
            figures::listed(&counts)
        )),
    }
    for claim in &calibration.claims {
        let kind = if claim.kind == CalibrationType::Over {
            "claims more than it shows"
        } else {
            "hedges its point away"
        };
        let level = claim.level.map(|level| format!(" (level {level})")).unwrap_or_default();
        page.item(format!("Turn {} {kind}{level}.", claim.turn));
        for quote in &claim.quotes {
            page.quote(format!("turn {}", claim.turn), quote);
        }
    }
    stated(page, value);
}

fn stated(page: &mut Page, value: &Debrief) {
    if value.calibration.stated.is_empty() {
        return;
    }
    let rows = value.calibration.stated.iter().map(|stated| {
        vec![
            cell(format!("turn {}", stated.turn)),
            cell(format!("{} %", stated.confidence)),
            cell(stated.shown.map_or_else(
                || "not judged".to_owned(),
                |shown| format!("{} of 100", figures::score(shown)),
            )),
        ]
    });
    let columns = vec![column("Answer"), figure_column("You said"), figure_column("It scored")];
    page.blocks.push(Block::Table(Table {
        columns,
        rows: rows.collect(),
    }));
}

pub(super) fn contradictions(page: &mut Page, value: &Debrief) {
    if value.contradictions.is_empty() {
        return;
    }
    page.heading("Statements that do not go together");
    for each in &value.contradictions {
        page.item(match each.about {
            About::Number => "The same quantity, with two numbers:",
            About::Yardstick => "The same case, measured by two yardsticks:",
        });
        for statement in [&each.earlier, &each.later] {
            page.quote(
                format!("turn {}, {}", statement.turn, statement.round.title()),
                &statement.quote,
            );
        }
    }
}

pub(super) fn integrity(page: &mut Page, value: &Debrief) {
    if value.integrity.is_empty() {
        return;
    }
    page.heading("What costs trust");
    for each in &value.integrity {
        page.item(match each.event {
            IntegrityEvent::MadeUpResult => format!("Turn {}: a result that can't be yours.", each.turn),
            IntegrityEvent::Contradiction => format!("Turn {}: a fact you had stated otherwise.", each.turn),
            IntegrityEvent::AskedForKey => format!("Turn {}: you asked for the answer or the scoring key.", each.turn),
        });
        page.quote(format!("turn {}", each.turn), &each.quote);
    }
}

pub(super) fn timing(page: &mut Page, value: &Debrief) {
    let timing = &value.timing;
    if value.session.answers == 0 {
        return;
    }
    page.heading("Time");
    if timing.timed == 0 {
        page.text("No times were recorded.");
        return;
    }
    page.item(match (timing.long_pauses, timing.longest) {
        (0, Some(longest)) => format!(
            "No pause over 5 s; the longest was {} (turn {}).",
            figures::seconds(longest.seconds),
            longest.turn
        ),
        (0, None) => "No pause over 5 s.".to_owned(),
        (count, Some(longest)) => {
            format!(
                "Pauses over 5 s: {count}. The longest was {} (turn {}).",
                figures::seconds(longest.seconds),
                longest.turn
            )
        }
        (count, None) => format!("Pauses over 5 s: {count}."),
    });
    let long: Vec<String> = timing
        .long_answers
        .iter()
        .map(|answer| format!("turn {} ({})", answer.turn, figures::seconds(answer.seconds)))
        .collect();
    page.item(match long.len() {
        0 => "No answer over 120 s.".to_owned(),
        count => format!("Answers over 120 s: {count}, {}.", figures::listed(&long)),
    });
    if timing.spoken < timing.timed {
        let which = if timing.spoken == 0 {
            "You typed"
        } else {
            "Part of it was typed"
        };
        page.item(format!(
            "{which}: pauses while typing are only mentioned, and cost nothing."
        ));
    }
}

pub(super) fn judging(page: &mut Page, value: &Debrief) {
    let judging = &value.judging;
    if judging.turns.is_empty() {
        return;
    }
    page.heading("Who judged");
    for (who, turns) in grouped(&judging.turns, judge) {
        page.item(format!("{}: {who}.", figures::sentence(&figures::turns(&turns))));
    }
    for check in &judging.cross_check {
        page.item(format!(
            "Turn {}, “{}”: the model says {}, the rules say {}. The model's level counts.",
            check.turn,
            name(value, check.signal),
            check.model,
            check.rules
        ));
    }
    for each in &judging.ungrounded {
        page.item(format!(
            "Turn {}: {} of the judge dropped, since your answer does not contain {}.",
            each.turn,
            figures::counted(usize::try_from(each.count).unwrap_or(usize::MAX), "quote", "quotes"),
            if each.count == 1 { "it" } else { "them" }
        ));
    }
}

fn judge(turn: &JudgedTurn) -> String {
    let Some(label) = &turn.judge else {
        return "not judged".to_owned();
    };
    let who = match label.strip_prefix("offline ") {
        Some(version) => format!("the offline panel, rules version {version}"),
        None => format!("the model {label}"),
    };
    match &turn.instead_of {
        Some(fallback) => format!(
            "{who}, in place of {}: {}",
            fallback.model,
            fallback.reason.trim_end_matches('.')
        ),
        None => who,
    }
}

/// The turns that share a text, in the order of their first.
fn grouped(turns: &[JudgedTurn], text: impl Fn(&JudgedTurn) -> String) -> Vec<(String, Vec<u32>)> {
    let mut groups: Vec<(String, Vec<u32>)> = Vec::new();
    for turn in turns {
        let text = text(turn);
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, turns)) => turns.push(turn.turn),
            None => groups.push((text, vec![turn.turn])),
        }
    }
    groups
}

pub(super) fn next(page: &mut Page, value: &Debrief) {
    page.heading("Next");
    if let Some(better) = &value.next.weakest_question {
        page.subheading(match value.questions.len() {
            1 => "A stronger answer, worked from the case's own facts".to_owned(),
            _ => format!(
                "A stronger answer to question {}, worked from the case's own facts",
                better.question
            ),
        });
        if value.questions.len() > 1 {
            page.blocks
                .push(Block::Text(vec![toned(better.text.as_str(), Tone::Faint)]));
        }
        for line in &better.outline {
            page.item(line.as_str());
        }
    }
    for drill in &value.next.drills {
        page.subheading(format!("Practise “{}”", drill.name));
        page.text(drill.exercise.as_str());
        page.text("What a strong answer does:");
        for stronger in &drill.stronger {
            page.item(stronger.as_str());
        }
    }
    if value.next.weakest_question.is_none() && value.next.drills.is_empty() {
        page.text("Nothing was judged, so there is nothing to practise from it. One answered question is enough for a debrief.");
    }
}
