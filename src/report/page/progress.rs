//! The words of a person's progress.

use super::{Block, Page, Table, Tone, cell, column, figure_column, plain, toned};
use crate::{
    report::{
        Progress, figures,
        progress::{Break, SignalProgress},
    },
    scoring::trend::Trend,
};

/// Sessions a line of levels shows at most: the latest.
const SHOWN: usize = 24;

/// The page of a person's progress.
#[must_use]
pub fn progress(value: &Progress) -> Page {
    let mut page = Page::default();
    page.title(vec![toned("Your progress", Tone::Strong)]);
    let (Some(first), Some(last)) = (value.points.first(), value.points.last()) else {
        page.text("No judged interview yet, so there is nothing to follow.");
        return page;
    };
    let count = figures::counted(value.points.len(), "judged interview", "judged interviews");
    page.text(format!(
        "{}, {}.",
        figures::sentence(&count),
        span(first.opened_ms, last.opened_ms)
    ));
    breaks(&mut page, value);
    score(&mut page, value);
    table(&mut page, value);
    legend(&mut page, value);
    page
}

fn span(first_ms: i64, last_ms: i64) -> String {
    let (first, last) = (figures::day(first_ms), figures::day(last_ms));
    if first == last {
        format!("on {first}")
    } else {
        format!("from {first} to {last}")
    }
}

fn breaks(page: &mut Page, value: &Progress) {
    if value.breaks.is_empty() {
        return;
    }
    for each in &value.breaks {
        let day = value
            .points
            .get(each.at)
            .map_or_else(String::new, |point| figures::day(point.opened_ms));
        page.item(format!("From {day} on, {}.", change(value, each)));
    }
    let series = value.points.len() - value.latest;
    page.text(format!(
        "Levels before such a change and after it are not compared. What follows is the latest run, {}.",
        figures::counted(series, "interview", "interviews")
    ));
}

fn change(value: &Progress, each: &Break) -> String {
    let judges = value
        .points
        .get(each.at)
        .map(|point| figures::listed(&point.judges))
        .unwrap_or_default();
    match (each.rubric, each.judges) {
        (true, true) => format!("another rubric applies and the judge is {judges}"),
        (true, false) => "another rubric applies".to_owned(),
        _ => format!("the judge is {judges}"),
    }
}

fn score(page: &mut Page, value: &Progress) {
    let movement = value.score;
    let text = match (movement.n, movement.first, movement.last) {
        (1, Some(only), _) => format!("One score so far: {} of 100.", figures::score(only)),
        (n, Some(first), Some(last)) => {
            format!(
                "Your score went from {} to {} over {n} interviews.",
                figures::score(first),
                figures::score(last)
            )
        }
        _ => return,
    };
    page.text(text);
}

fn table(page: &mut Page, value: &Progress) {
    let columns = vec![
        column("Signal"),
        figure_column("First"),
        figure_column("Last"),
        figure_column("Of"),
        column("Trend"),
        column("Each interview"),
    ];
    let rows = value.signals.iter().map(|signal| {
        let level = |mean: Option<f64>| cell(mean.map_or_else(|| "-".to_owned(), figures::level));
        vec![
            cell(&signal.name),
            level(signal.movement.first),
            level(signal.movement.last),
            cell(signal.movement.n.to_string()),
            trend(signal),
            cell(line(value, signal)),
        ]
    });
    page.blocks.push(Block::Table(Table {
        columns,
        rows: rows.collect(),
    }));
}

fn trend(signal: &SignalProgress) -> super::Line {
    match signal.trend {
        Some(Trend::Up) => vec![toned("up", Tone::Good)],
        Some(Trend::Down) => vec![toned("down", Tone::Bad)],
        Some(Trend::Flat) => plain("flat"),
        Some(Trend::Mixed) => vec![toned("mixed", Tone::Fair)],
        None => plain("-"),
    }
}

/// One block a session, a stroke where rubric or judge changed, a dot where the signal was not assessed.
fn line(value: &Progress, signal: &SignalProgress) -> String {
    let from = signal.means.len().saturating_sub(SHOWN);
    let mut line = String::new();
    for (index, mean) in signal.means.iter().enumerate().skip(from) {
        if index > from && value.breaks.iter().any(|each| each.at == index) {
            line.push('│');
        }
        line.push(mean.map_or('·', figures::spark));
    }
    line
}

fn legend(page: &mut Page, value: &Progress) {
    let mut legend = String::from("“Of” is how many interviews first, last and trend are read from. ");
    legend
        .push_str("A trend is up or down from one level on, flat below that, and mixed where it swung and came back.");
    if !value.breaks.is_empty() {
        legend.push_str(" A stroke │ marks another rubric or judge.");
    }
    if value
        .signals
        .iter()
        .any(|signal| signal.means.iter().any(Option::is_none))
    {
        legend.push_str(" A dot is an interview without that signal.");
    }
    if value.points.len() > SHOWN {
        legend.extend([" The line of blocks shows the latest ", &SHOWN.to_string(), "."]);
    }
    page.text(legend);
}
