//! The words of a debrief, from its top: the verdict, what decided it, and the panel.

use super::{Block, Page, Table, Tone, cell, column, figure_column, questions, record, signals, toned};
use crate::{
    domain::{ids::PersonaId, signal::Signal},
    interview::event::EndReason,
    report::{Debrief, debrief::reading, figures},
    scoring::{scorecard::Scorecard, verdict::Verdict},
};

/// The page of a debrief.
#[must_use]
pub fn debrief(value: &Debrief) -> Page {
    let mut page = Page::default();
    verdict(&mut page, value);
    decision(&mut page, value);
    panel(&mut page, value);
    signals::signals(&mut page, value);
    questions::questions(&mut page, value);
    record::limits(&mut page, value);
    record::bloat(&mut page, value);
    record::calibration(&mut page, value);
    record::contradictions(&mut page, value);
    record::integrity(&mut page, value);
    record::timing(&mut page, value);
    record::judging(&mut page, value);
    record::next(&mut page, value);
    page
}

fn verdict(page: &mut Page, value: &Debrief) {
    let tone = match value.verdict {
        Verdict::StrongHire | Verdict::Hire => Tone::Good,
        Verdict::NoHire | Verdict::StrongNoHire => Tone::Bad,
        Verdict::NotAssessed => Tone::Strong,
    };
    let so_far = if value.session.ended.is_none() { "So far: " } else { "" };
    let mut title = vec![toned(format!("{so_far}{}", value.verdict.title()), tone)];
    if let Some(score) = value.score {
        title.push(toned(format!(", {} of 100", figures::score(score)), Tone::Strong));
    }
    page.title(title);
    page.text(value.decision.because.as_str());
    let held = &value.session;
    page.blocks.push(Block::Text(vec![toned(sitting(value), Tone::Faint)]));
    if let Some(state) = state(value) {
        page.text(state);
    }
    if held.judged > 0 && held.judged < held.answers {
        page.text(format!(
            "Judged so far: {} of your {} answers.",
            held.judged, held.answers
        ));
    }
}

fn sitting(value: &Debrief) -> String {
    let held = &value.session;
    let rounds: Vec<String> = held
        .rounds
        .iter()
        .map(|round| format!("{} with {}", round.round.title(), round.name))
        .collect();
    let cases: Vec<String> = held.cases.iter().map(|case| format!("“{}”", case.name)).collect();
    let noun = if cases.len() == 1 { "Case" } else { "Cases" };
    format!(
        "Interview {}, {}: {}. {}. {noun}: {}. Rubric version {}.",
        value.id,
        figures::minute(held.opened_ms),
        super::mode(held.mode),
        figures::sentence(&figures::listed(&rounds)),
        figures::listed(&cases),
        held.rubric_version
    )
}

/// What is to be said where the session did not run to its planned end.
fn state(value: &Debrief) -> Option<String> {
    let held = &value.session;
    let of = format!("{} of {} planned questions", held.asked, held.planned);
    match held.ended {
        None => {
            let rests = if held.paused { "It is paused. " } else { "" };
            Some(format!(
                "This interview has not ended. {rests}This is a debrief of what was judged so far, after {of}."
            ))
        }
        Some(EndReason::ByCandidate) if held.asked < held.planned => Some(format!("You ended it after {of}.")),
        Some(EndReason::ByCandidate) => Some("You ended it during the last question.".to_owned()),
        Some(EndReason::Completed) if held.asked < held.planned => {
            Some(format!("{of} were asked in the time there was."))
        }
        Some(EndReason::Completed) => None,
        Some(EndReason::Interrupted) => Some(format!("It ended after {of}, since the place it was held in is gone.")),
        Some(EndReason::Abandoned) => Some(format!("You left it after {of}.")),
    }
}

fn decision(page: &mut Page, value: &Debrief) {
    let decision = &value.decision;
    let others: Vec<_> = decision.rulings.iter().filter(|ruling| !ruling.decides).collect();
    if decision.facts.is_empty() && others.is_empty() {
        return;
    }
    page.heading("What decided it");
    for ruling in decision.rulings.iter().filter(|ruling| ruling.decides) {
        page.item(format!(
            "{} ({}). The rule says: {}.",
            ruling.rule, ruling.name, ruling.says
        ));
    }
    for fact in &decision.facts {
        page.item(fact.as_str());
    }
    for ruling in others {
        let turns = if ruling.turns.is_empty() {
            String::new()
        } else {
            format!(" ({})", figures::turns(&ruling.turns))
        };
        page.item(format!(
            "{} ({}) applies too and changes nothing: {}{turns}.",
            ruling.rule, ruling.name, ruling.because
        ));
    }
    if !decision.flips.is_empty() {
        page.text("What would have changed it:");
        for flip in &decision.flips {
            page.item(flip.as_str());
        }
    }
}

fn panel(page: &mut Page, value: &Debrief) {
    let cards = &value.panel.cards;
    if cards.iter().all(|card| card.score.is_none()) {
        return;
    }
    page.heading("The panel, each on their own");
    page.text(if cards.len() == 1 {
        "One panelist scored you from the record."
    } else {
        "Each scored you from the record, without seeing the others. Votes follow the score alone; rules bind everyone."
    });
    for each in &value.panel.disagreements {
        page.item(format!(
            "They part on “{}”: {} reads {}, {} reads {}.",
            name(value, each.signal),
            panelist(value, &each.lowest.0),
            figures::level(each.lowest.1),
            panelist(value, &each.highest.0),
            figures::level(each.highest.1)
        ));
    }
    if value.panel.disagreements.is_empty() && cards.len() > 1 {
        page.item("They are within a level of each other on every signal.");
    }
    for card in cards {
        page.item(vote(value, card));
    }
    if cards.len() > 1 && !alike(cards) {
        scorecards(page, value);
    }
}

fn vote(value: &Debrief, card: &Scorecard) -> String {
    let dissents = if value.panel.dissent.contains(&card.panelist) {
        "dissents:"
    } else {
        "votes"
    };
    let score = card.score.map_or_else(
        || "without a score".to_owned(),
        |score| format!("on {} of 100", figures::score(score)),
    );
    format!(
        "{} ({}) {dissents} {}, {score}; {}.",
        card.name,
        card.title,
        card.vote.title().to_lowercase(),
        reading(card.reading)
    )
}

fn alike(cards: &[Scorecard]) -> bool {
    cards
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.levels == b.levels))
}

fn scorecards(page: &mut Page, value: &Debrief) {
    let cards = &value.panel.cards;
    let mut columns = vec![column("Signal")];
    columns.extend(cards.iter().map(|card| figure_column(short_name(card, cards))));
    let rows = value
        .signals
        .iter()
        .filter(|report| cards.iter().any(|card| card.levels.contains_key(&report.signal)));
    let rows = rows.map(|report| {
        let level = |card: &Scorecard| {
            cell(
                card.levels
                    .get(&report.signal)
                    .map_or_else(|| "-".to_owned(), |mean| figures::level(*mean)),
            )
        };
        std::iter::once(cell(&report.name))
            .chain(cards.iter().map(level))
            .collect()
    });
    page.blocks.push(Block::Table(Table {
        columns,
        rows: rows.collect(),
    }));
}

/// The first name, or the whole where two share it.
fn short_name(card: &Scorecard, cards: &[Scorecard]) -> String {
    let first = |card: &Scorecard| card.name.split(' ').next().unwrap_or_default().to_owned();
    let shared = cards.iter().filter(|other| first(other) == first(card)).count() > 1;
    if shared { card.name.clone() } else { first(card) }
}

fn panelist(value: &Debrief, id: &PersonaId) -> String {
    let card = value.panel.cards.iter().find(|card| &card.panelist == id);
    card.map_or_else(|| id.to_string(), |card| card.name.clone())
}

pub(super) fn name(value: &Debrief, signal: Signal) -> String {
    value.names.get(&signal).cloned().unwrap_or_else(|| signal.to_string())
}
