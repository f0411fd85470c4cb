//! `hotseat check`: every file and the configuration, all errors at once.

use serde::Serialize;

use super::{Failure, context::Context};
use crate::{library::Problem, panel::llm};

#[derive(Serialize)]
struct Report {
    sound: bool,
    personas: usize,
    cases: usize,
    questions: usize,
    problems: Vec<Problem>,
}

/// Runs the command. The configuration was read before, so that its errors have been named already.
pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let (library, mut problems) = context.load_library();
    if let Some(library) = &library
        && let Err(error) = llm::Templates::parse(&library.templates)
    {
        problems.push(Problem {
            file: "prompts".to_owned(),
            line: None,
            message: error.to_string(),
        });
    }
    let report = Report {
        sound: problems.is_empty(),
        personas: library.as_ref().map_or(0, |library| library.personas.len()),
        cases: library.as_ref().map_or(0, |library| library.cases.len()),
        questions: library
            .as_ref()
            .map_or(0, |l| l.cases.values().map(|case| case.value.question.len()).sum()),
        problems,
    };
    let text = || {
        let mut lines: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        lines.push(match report.problems.len() {
            0 => format!(
                "sound: {} personas, {} cases, {} questions",
                report.personas, report.cases, report.questions
            ),
            1 => "1 error".to_owned(),
            count => format!("{count} errors"),
        });
        lines.join("\n")
    };
    context.print(&report, |_| text(), text)?;
    if report.sound { Ok(()) } else { Err(Failure::new("")) }
}
