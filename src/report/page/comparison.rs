//! The words of two sessions side by side.

use super::{Block, Page, Table, Tone, cell, column, figure_column, plain, toned};
use crate::{
    interview::event::Mode,
    report::{
        Comparison,
        comparison::{Answers, Pair, Side},
        figures,
    },
};

/// Differences of a level from which on a change is spoken of.
const STEP: f64 = 1.0;

/// The page of two sessions side by side.
#[must_use]
pub fn comparison(value: &Comparison) -> Page {
    let mut page = Page::default();
    page.title(vec![toned(format!("{} and {}", value.a.id, value.b.id), Tone::Strong)]);
    fairness(&mut page, value);
    sides(&mut page, value);
    changes(&mut page, value);
    levels(&mut page, value);
    questions(&mut page, value);
    page
}

/// What was not the same comes first, so that nobody reads an upgrade as progress.
fn fairness(page: &mut Page, value: &Comparison) {
    let same = value.same;
    let mut differing = Vec::new();
    for (is_same, what) in [
        (same.candidate, "the candidates are two people"),
        (same.rubric, "the rubrics are not the same"),
        (same.cases, "the cases are not the same"),
        (same.questions, "the questions are not the same"),
        (same.judges, "the judges are not the same"),
    ] {
        if !is_same {
            differing.push(what.to_owned());
        }
    }
    if !differing.is_empty() {
        let causes = format!("Read the differences with care: {}.", figures::listed(&differing));
        page.blocks.push(Block::Text(vec![
            toned(causes, Tone::Fair),
            toned(
                " They are differences between two sessions, and not progress.",
                Tone::Plain,
            ),
        ]));
    } else if value.a.score.is_none() || value.b.score.is_none() {
        page.text("One of the two has no score, so there is no change to speak of.");
    } else if value.a.id == value.b.id {
        page.text("These are one and the same session.");
    } else if value.b.opened_ms < value.a.opened_ms {
        page.text("The second of the two is the older one. Candidate, rubric, questions and judge were the same.");
    } else {
        page.text("Candidate, rubric, questions and judge were the same, so a change here is yours.");
    }
}

fn sides(page: &mut Page, value: &Comparison) {
    let mut rows = Vec::new();
    let mut row = |name: &str, of: &dyn Fn(&Side) -> String| {
        rows.push(vec![
            vec![toned(name, Tone::Faint)],
            cell(of(&value.a)),
            cell(of(&value.b)),
        ]);
    };
    row("Held", &|side| figures::minute(side.opened_ms));
    row("Mode", &|side| mode(side.mode).to_owned());
    row("Rounds", &|side| {
        figures::listed(
            &side
                .rounds
                .iter()
                .map(|round| format!("{} ({})", round.round.title(), round.name))
                .collect::<Vec<_>>(),
        )
    });
    row("Cases", &|side| {
        figures::listed(&side.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>())
    });
    row("Rubric", &|side| {
        format!(
            "version {}, {}",
            side.rubric_version,
            side.rubric_hash.chars().take(8).collect::<String>()
        )
    });
    row("Judged by", &|side| match side.judges.as_slice() {
        [] => "nobody".to_owned(),
        judges => figures::listed(judges),
    });
    row("Score", &|side| {
        side.score.map_or_else(|| "none".to_owned(), figures::score)
    });
    row("Verdict", &|side| side.verdict.title().to_owned());
    let columns = vec![column(""), column("First"), column("Second")];
    page.blocks.push(Block::Table(Table { columns, rows }));
}

fn changes(page: &mut Page, value: &Comparison) {
    page.heading("What changed");
    let verdicts = if value.a.verdict == value.b.verdict {
        format!("The verdict is the same, {}.", figures::verdict(value.a.verdict))
    } else {
        format!(
            "The verdict is {} against {}.",
            figures::verdict(value.b.verdict),
            figures::verdict(value.a.verdict)
        )
    };
    let score = match (value.a.score, value.b.score) {
        (Some(a), Some(b)) => {
            let difference = figures::score_shown(b) - figures::score_shown(a);
            format!(
                " The score is {} against {} ({}).",
                figures::score(b),
                figures::score(a),
                figures::signed(difference)
            )
        }
        _ => String::new(),
    };
    page.text(format!("{verdicts}{score}"));
    let moved = |up: bool| -> Vec<String> {
        value
            .signals
            .iter()
            .filter(|pair| is_step(pair, up))
            .map(|pair| format!("“{}”", pair.name))
            .collect()
    };
    let (higher, lower) = (moved(true), moved(false));
    if !higher.is_empty() {
        page.item(format!("Higher by a level or more: {}.", figures::listed(&higher)));
    }
    if !lower.is_empty() {
        page.item(format!("Lower by a level or more: {}.", figures::listed(&lower)));
    }
    if higher.is_empty() && lower.is_empty() {
        page.item("No signal assessed in both differs by a level.");
    }
}

fn is_step(pair: &Pair, up: bool) -> bool {
    pair.difference
        .is_some_and(|difference| if up { difference >= STEP } else { difference <= -STEP })
}

fn levels(page: &mut Page, value: &Comparison) {
    let level = |mean: Option<f64>| match mean {
        Some(mean) => cell(format!("{} {}", figures::bar(mean), figures::level(mean))),
        None => cell("not assessed"),
    };
    let rows = value.signals.iter().map(|pair| {
        let tone = match pair.difference {
            Some(difference) if difference >= STEP => Tone::Good,
            Some(difference) if difference <= -STEP => Tone::Bad,
            _ => Tone::Plain,
        };
        let difference = pair.difference.map_or_else(|| "-".to_owned(), figures::signed);
        vec![
            cell(&pair.name),
            level(pair.a),
            level(pair.b),
            vec![toned(difference, tone)],
        ]
    });
    let columns = vec![
        column("Signal"),
        column("First"),
        column("Second"),
        figure_column("Difference"),
    ];
    page.blocks.push(Block::Table(Table {
        columns,
        rows: rows.collect(),
    }));
}

fn questions(page: &mut Page, value: &Comparison) {
    if value.questions.is_empty() {
        page.text("No question was answered in both.");
        return;
    }
    page.heading("The same question, two answers");
    for pair in &value.questions {
        page.subheading(pair.text.as_str());
        answers(page, "First", &pair.a);
        answers(page, "Second", &pair.b);
    }
}

fn answers(page: &mut Page, which: &str, answers: &Answers) {
    let score = answers.score.map_or_else(
        || "not judged".to_owned(),
        |score| format!("{} of 100", figures::score(score)),
    );
    page.blocks.push(Block::Text(plain(format!("{which}: {score}"))));
    for answer in &answers.answers {
        page.answer(format!("turn {}", answer.turn), &answer.text);
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Quick => "quick",
        Mode::Round => "round",
        Mode::Loop => "loop",
    }
}
