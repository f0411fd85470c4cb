//! `hotseat personas` and `hotseat cases`: what there is to choose from.

use serde::Serialize;

use super::{Failure, context::Context};
use crate::domain::signal::Round;

#[derive(Serialize)]
struct PersonaRow<'a> {
    id: &'a str,
    name: &'a str,
    title: &'a str,
    rounds: &'a [Round],
    introduction: &'a str,
}

/// Lists the personas.
pub(super) fn personas(context: &Context) -> Result<(), Failure> {
    let library = context.library()?;
    let rows: Vec<PersonaRow<'_>> = library
        .personas
        .iter()
        .map(|(id, persona)| PersonaRow {
            id: id.as_str(),
            name: &persona.value.name,
            title: &persona.value.title,
            rounds: &persona.value.rounds,
            introduction: &persona.value.introduction,
        })
        .collect();
    let line = |row: &PersonaRow<'_>| {
        let leads = match row.rounds {
            [] => "sits on panels".to_owned(),
            rounds => format!(
                "leads {}",
                rounds.iter().map(|round| round.title()).collect::<Vec<_>>().join(", ")
            ),
        };
        format!("{:<22} {}, {} ({leads})", row.id, row.name, row.title)
    };
    let text = || rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let markdown = || {
        rows.iter()
            .map(|row| format!("- `{}`: {}, {}", row.id, row.name, row.title))
            .collect::<Vec<_>>()
            .join("\n")
    };
    context.print(&rows, |_| text(), markdown)
}

#[derive(Serialize)]
struct CaseRow<'a> {
    id: &'a str,
    name: &'a str,
    domain: &'a str,
    product: &'a str,
    questions: usize,
}

/// Lists the cases.
pub(super) fn cases(context: &Context) -> Result<(), Failure> {
    let library = context.library()?;
    let rows: Vec<CaseRow<'_>> = library
        .cases
        .iter()
        .map(|(id, case)| CaseRow {
            id: id.as_str(),
            name: &case.value.name,
            domain: &case.value.domain,
            product: &case.value.product,
            questions: case.value.question.len(),
        })
        .collect();
    let line = |row: &CaseRow<'_>| {
        format!(
            "{:<20} {:<14} {:>2} questions  {}",
            row.id, row.domain, row.questions, row.name
        )
    };
    let text = || rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let markdown = || {
        rows.iter()
            .map(|row| format!("- `{}` ({}): {}", row.id, row.domain, row.product))
            .collect::<Vec<_>>()
            .join("\n")
    };
    context.print(&rows, |_| text(), markdown)
}
