//! A debrief as a message: an embed that reads well on a phone, and the whole of it attached as Markdown and JSON.

use std::collections::BTreeMap;

use serenity::all::{Colour, CreateAttachment, CreateEmbed, CreateEmbedFooter, CreateMessage};

use super::text::{self, inert, shortened};
use crate::report::{
    self,
    debrief::{Debrief, SignalReport},
};

/// Signals the embed shows; the files have all.
const SIGNALS: usize = 8;
/// Exercises the embed shows.
const DRILLS: usize = 3;

/// The embed.
pub(super) fn embed(debrief: &Debrief) -> CreateEmbed {
    let mut room = text::EMBEDS;
    let title = title(debrief);
    let because = shortened(&inert(&because(debrief)), text::EMBED_DESCRIPTION.min(1_500));
    let footer = format!("Session {} · the whole debrief is in the files", debrief.id);
    room -= title.chars().count() + because.chars().count() + footer.chars().count();
    let mut embed = CreateEmbed::new()
        .title(shortened(&title, text::EMBED_TITLE))
        .description(because)
        .colour(colour(debrief))
        .footer(CreateEmbedFooter::new(footer));
    for (name, value) in [
        ("Signals", inert(&signals(debrief))),
        ("Under pushback", inert(&pressed(debrief))),
        ("Panel", inert(&panel(debrief))),
        // Names of people stand here as Discord shows them; in an embed they ping nobody.
        ("Peers", peers(debrief)),
        ("Practise next", inert(&drills(debrief))),
    ] {
        let value = shortened(&value, text::EMBED_FIELD);
        let cost = name.chars().count() + value.chars().count();
        if !value.trim().is_empty() && cost <= room {
            room -= cost;
            embed = embed.field(name, value, false);
        }
    }
    embed
}

/// The whole of it, as files.
pub(super) fn files(debrief: &Debrief) -> [CreateAttachment; 2] {
    [
        CreateAttachment::bytes(report::markdown::debrief(debrief), format!("debrief-{}.md", debrief.id)),
        CreateAttachment::bytes(report::json::debrief(debrief), format!("debrief-{}.json", debrief.id)),
    ]
}

/// Both in a message.
pub(super) fn message(debrief: &Debrief) -> CreateMessage {
    CreateMessage::new().embed(embed(debrief)).add_files(files(debrief))
}

fn title(debrief: &Debrief) -> String {
    match debrief.score {
        Some(score) => format!("Debrief: {} · {score:.0} of 100", debrief.verdict.title()),
        None => format!("Debrief: {}", debrief.verdict.title()),
    }
}

fn colour(debrief: &Debrief) -> Colour {
    match debrief.score {
        None => Colour::LIGHT_GREY,
        Some(score) if score >= 65.0 => Colour::DARK_GREEN,
        Some(score) if score >= 45.0 => Colour::GOLD,
        Some(_) => Colour::RED,
    }
}

fn because(debrief: &Debrief) -> String {
    let held = &debrief.session;
    let mut lines = vec![debrief.decision.because.clone()];
    lines.extend(debrief.decision.flips.first().cloned());
    lines.push(format!(
        "{} answers, {} judged, {} of {} questions asked.",
        held.answers, held.judged, held.asked, held.planned
    ));
    lines.join("\n")
}

/// The signals with a level, those that cost most first, as rows of equal width.
fn signals(debrief: &Debrief) -> String {
    let mut shown: Vec<&SignalReport> = debrief.signals.iter().filter(|signal| signal.level.is_some()).collect();
    shown.sort_by(|a, b| b.cost.unwrap_or(0.0).total_cmp(&a.cost.unwrap_or(0.0)));
    let row = |signal: &&SignalReport| {
        let level = signal.level.unwrap_or(0.0);
        format!("`{}` {level:.1}  {}", bar(level), text::name(&signal.name, 60))
    };
    let mut rows: Vec<String> = shown.iter().take(SIGNALS).map(row).collect();
    if shown.len() > SIGNALS {
        rows.push(format!("and {} more in the files", shown.len() - SIGNALS));
    }
    rows.join("\n")
}

fn bar(level: f64) -> String {
    (1..=4)
        .map(|step| {
            if level >= f64::from(step) - 0.25 {
                '█'
            } else if level >= f64::from(step) - 0.75 {
                '▌'
            } else {
                '░'
            }
        })
        .collect()
}

fn pressed(debrief: &Debrief) -> String {
    let pushbacks = debrief
        .questions
        .iter()
        .flat_map(|question| &question.answers)
        .filter_map(|answer| answer.pressed.as_ref());
    let moved = pushbacks.filter_map(|pressed| {
        let (name, before, after) = (debrief.names.get(&pressed.signal?)?, pressed.before?, pressed.after?);
        Some(format!("{}: {before} → {after}", text::name(name, 60)))
    });
    moved.take(6).collect::<Vec<_>>().join("\n")
}

fn panel(debrief: &Debrief) -> String {
    let votes = debrief
        .panel
        .cards
        .iter()
        .map(|card| format!("{}: {}", text::name(&card.name, 60), card.vote.title()));
    votes.collect::<Vec<_>>().join("\n")
}

/// What each peer put on their scorecards, and how far that is from what the panel counted: revealed together, here for the first
/// time.
fn peers(debrief: &Debrief) -> String {
    let mut raters: BTreeMap<&str, (Vec<String>, usize, usize)> = BTreeMap::new();
    for card in &debrief.panel.peers {
        let question = debrief
            .questions
            .iter()
            .find(|question| question.source.as_ref() == Some(&card.question));
        let (rows, near, both) = raters.entry(card.rater.as_str()).or_default();
        for (signal, level) in &card.levels {
            let name = debrief
                .names
                .get(signal)
                .map_or_else(|| signal.to_string(), |name| text::name(name, 60));
            let counted = question
                .and_then(|question| question.levels.get(signal))
                .map(|counted| counted.level.get());
            if let Some(counted) = counted {
                *both += 1;
                *near += usize::from(counted.abs_diff(level.get()) <= 1);
                rows.push(format!("{name} {} (panel {counted})", level.get()));
            } else {
                rows.push(format!("{name} {}", level.get()));
            }
        }
    }
    let line = |(rater, (rows, near, both)): (&str, (Vec<String>, usize, usize))| {
        let agreement = if both == 0 {
            String::new()
        } else {
            format!(" · within one level of the panel: {near} of {both}")
        };
        format!("<@{rater}>: {}{agreement}", rows.join(", "))
    };
    raters.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn drills(debrief: &Debrief) -> String {
    let drills = debrief.next.drills.iter().take(DRILLS);
    drills
        .map(|drill| {
            format!(
                "**{}**: {}",
                text::name(&drill.name, 60),
                shortened(&drill.exercise, 240)
            )
        })
        .collect::<Vec<_>>()
        .join("\n")
}
