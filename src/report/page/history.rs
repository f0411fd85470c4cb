//! The words of a list of sessions.

use super::{Page, Table, cell, column, figure_column};
use crate::{
    report::{History, HistoryEntry, figures},
    scoring::verdict::Verdict,
};

/// The page of a list of sessions.
#[must_use]
pub fn history(value: &History) -> Page {
    let mut page = Page::default();
    if value.sessions.is_empty() {
        page.text("No interview has been held yet.");
        return page;
    }
    let columns = vec![
        column("Date"),
        column("Session"),
        column("Mode"),
        column("Led by"),
        figure_column("Score"),
        column("Verdict"),
    ];
    let rows = value.sessions.iter().map(|entry| {
        vec![
            cell(figures::day(entry.point.opened_ms)),
            cell(entry.point.session.as_str()),
            cell(&entry.mode),
            cell(entry.lead.split(' ').next().unwrap_or_default()),
            cell(entry.point.score.map_or_else(|| "-".to_owned(), figures::score)),
            cell(standing(entry)),
        ]
    });
    page.blocks.push(super::Block::Table(Table {
        columns,
        rows: rows.collect(),
    }));
    page
}

/// The verdict of a finished session; of another, where it stands.
fn standing(entry: &HistoryEntry) -> String {
    if entry.status != "finished" {
        return entry.status.clone();
    }
    let verdict = entry
        .point
        .verdict
        .as_deref()
        .and_then(|name| name.parse::<Verdict>().ok());
    verdict.unwrap_or(Verdict::NotAssessed).title().to_owned()
}
