//! `hotseat eval`: how well the judge agrees with labels, against floors and against an earlier run.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use sha2::{Digest as _, Sha256};

use super::{
    Failure, Format,
    context::{Context, print},
};
use crate::{
    eval::{self, Engine, EvalError, Figures, Floors, Offline, Report, Request, State},
    interview::event::Engine as Asked,
};

/// The width of the progress bar.
const BAR: usize = 30;

/// What to measure.
#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Labelled answers, JSON lines; several files are measured as one.
    #[arg(required_unless_present = "sessions", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Labelled transcripts, ranking pairs and histories, JSON lines.
    #[arg(long, value_name = "FILE")]
    sessions: Option<PathBuf>,
    /// Print every figure as JSON.
    #[arg(long)]
    json: bool,
    /// Say what moved since an earlier run: the file its --json was written to.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Fail where a figure is below its floor: TOML, the path of a figure and its least value.
    #[arg(long, value_name = "FILE")]
    floors: Option<PathBuf>,
    /// Draw the agreement by signal.
    #[arg(long, value_name = "SVG")]
    plot: Option<PathBuf>,
    /// How many lines are judged at once.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Keep results in a file as they come, and go on from there.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Leave out the checks for shortcuts, which judge every answer four to six times.
    #[arg(long)]
    no_guards: bool,
}

/// Measures the judge.
pub(super) async fn run(context: &Context, args: &EvalArgs) -> Result<(), Failure> {
    let floors = args.floors.as_deref().map(Floors::read).transpose()?;
    let before = args.compare.as_deref().map(earlier).transpose()?;
    let request = Request {
        answers: eval::read_answers(&args.files)?,
        sessions: args.sessions.as_deref().map(eval::read_sessions).transpose()?,
        guards: !args.no_guards,
        at_once: usize::from(args.jobs),
    };
    let engine = engine(context)?;
    let mut state = state(args.resume.as_deref(), &engine)?;
    let mut report = eval::measure(&engine, &request, &mut state, progress()).await?;
    report.files = args.files.iter().chain(&args.sessions).map(|file| name(file)).collect();
    let figures = report.figures();
    report.breaches = floors.map(|floors| floors.breaches(&figures)).unwrap_or_default();
    report.comparison = before.map(|before| eval::compare(&before, &figures));
    if let Some(path) = &args.plot {
        plot(path, &report)?;
    }
    if args.json || context.common.format == Format::Json {
        print(&serde_json::to_string_pretty(&report)?)?;
    } else {
        print(&eval::lay_out(&report))?;
    }
    outcome(&report)
}

fn engine(context: &Context) -> Result<Engine, Failure> {
    if context.engine() == Asked::Llm {
        return Err(Failure::new(
            "eval measures the offline judge; say --engine offline, or leave it out",
        ));
    }
    Ok(Engine::Offline(Offline {
        library: Arc::new(context.library()?),
        reference: context.config.reference.clone(),
    }))
}

/// Where results are kept: for this very program and judge, so that a changed judge is not given its old results.
fn state(path: Option<&Path>, engine: &Engine) -> Result<State, Failure> {
    let Some(path) = path else {
        return Ok(State::nowhere());
    };
    let program = std::env::current_exe().and_then(std::fs::read)?;
    let build = Sha256::digest(&program);
    Ok(State::open(path, format!("{build:?} {}", engine.fingerprint()))?)
}

/// The figures of an earlier run.
fn earlier(path: &Path) -> Result<Figures, EvalError> {
    let text = std::fs::read_to_string(path).map_err(|source| EvalError::File {
        doing: format!("{} can't be read", path.display()),
        source,
    })?;
    let report: serde_json::Value = serde_json::from_str(&text).map_err(|_| EvalError::Form {
        path: path.to_path_buf(),
        reason: "is no report that `eval --json` wrote".to_owned(),
    })?;
    if report.get("schema") == Some(&eval::SCHEMA.into()) {
        return Ok(Figures::of(&report));
    }
    Err(EvalError::Form {
        path: path.to_path_buf(),
        reason: format!("is no report of form {}, which this program writes", eval::SCHEMA),
    })
}

fn plot(path: &Path, report: &Report) -> Result<(), Failure> {
    let Some(answers) = &report.answers else {
        return Err(Failure::new("--plot needs labelled answers"));
    };
    let title = format!("Agreement with labels: {} ({})", report.files.join(", "), report.engine);
    let svg = eval::draw(answers, &title)?;
    std::fs::write(path, svg).map_err(|error| Failure::new(format!("{} can't be written: {error}", path.display())))
}

/// A bar on stderr, where that is a terminal.
fn progress() -> impl FnMut(usize, usize) {
    let shown = std::io::stderr().is_terminal();
    let mut last = usize::MAX;
    move |done, total| {
        let filled = (done * BAR).checked_div(total).unwrap_or(BAR);
        if !shown || filled == last && done < total {
            return;
        }
        last = filled;
        let end = if done == total { "\n" } else { "" };
        let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled));
        let _ = write!(std::io::stderr(), "\r[{bar}] {done} of {total}{end}");
    }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A run with a fault ends in exit code 1, each fault named on stderr.
fn outcome(report: &Report) -> Result<(), Failure> {
    for failed in &report.failed {
        let _ = writeln!(std::io::stderr(), "not judged: {failed}");
    }
    match report.faults() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(Failure::partial(faults.join("\nhotseat: "))),
    }
}
