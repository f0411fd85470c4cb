//! The command line: one file a command. Every expected failure is one plain sentence on stderr and exit code 2.

mod batch;
mod check;
mod compare;
mod context;
mod debrief;
mod delete;
mod doctor;
mod eval;
mod export;
mod history;
mod listing;
mod practice;
mod progress;
mod serve;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use tokio_util::sync::CancellationToken;

use crate::interview::event::{Engine, Mode};

use context::Context;

/// What went wrong, with the exit code it ends in.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Something the user can mend: a name, a file, the configuration, the store.
    pub(crate) fn new(error: impl std::fmt::Display) -> Failure {
        Failure {
            message: error.to_string(),
            code: 2,
        }
    }

    /// A reader that has gone away, as `head` does: nothing to say, and no error.
    fn reader_gone() -> Failure {
        Failure {
            message: String::new(),
            code: 0,
        }
    }

    /// The work was done, but not for every line.
    pub(crate) fn partial(message: impl std::fmt::Display) -> Failure {
        Failure {
            message: message.to_string(),
            code: 1,
        }
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        let source: &(dyn std::error::Error + 'static) = &error;
        let gone =
            source.downcast_ref::<std::io::Error>().map(std::io::Error::kind) == Some(std::io::ErrorKind::BrokenPipe);
        if gone {
            Failure::reader_gone()
        } else {
            Failure::new(error)
        }
    }
}

/// A hiring panel for practice: it asks about a real case, pushes back on your weakest point, and holds a debrief you can check.
///
/// Without a command an interview starts at once. Nothing needs to be configured: without a model the panel works offline.
#[derive(Debug, Parser)]
#[command(name = "hotseat", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    practice: practice::PracticeArgs,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// The configuration file.
    #[arg(long, global = true, env = "HOTSEAT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where sessions are kept.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Who judges and speaks.
    #[arg(long, global = true, value_enum)]
    engine: Option<EngineArg>,
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// Whether to use colour.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Colour,
    /// Whose sessions.
    #[arg(long, global = true, value_name = "NAME")]
    user: Option<String>,
    /// A folder with your own personas/, cases/ or prompts/.
    #[arg(long, global = true, value_name = "DIR")]
    library: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineArg {
    /// The rules in this program.
    Offline,
    /// A model; the offline panel stands in where it fails.
    Llm,
    /// A model where one is configured, else offline.
    Auto,
}

impl From<EngineArg> for Engine {
    fn from(engine: EngineArg) -> Engine {
        match engine {
            EngineArg::Offline => Engine::Offline,
            EngineArg::Llm => Engine::Llm,
            EngineArg::Auto => Engine::Auto,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    /// One question.
    Quick,
    /// About 45 minutes, several questions.
    Round,
    /// Five rounds with a persona each, one debrief.
    Loop,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Mode {
        match mode {
            ModeArg::Quick => Mode::Quick,
            ModeArg::Round => Mode::Round,
            ModeArg::Loop => Mode::Loop,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For scripts.
    Json,
    /// For documents.
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// Where standard output is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sit an interview (the default).
    Practice(practice::PracticeArgs),
    /// Show a session's debrief again: the same result each time.
    Debrief(debrief::DebriefArgs),
    /// List your sessions, newest first.
    History(history::HistoryArgs),
    /// Put two sessions side by side.
    Compare(compare::CompareArgs),
    /// Show how each signal moves over your sessions.
    Progress,
    /// Judge answers: JSON lines in, JSON lines out.
    Judge,
    /// Judge finished transcripts and histories: JSON lines in, JSON lines out.
    Replay,
    /// Measure the judge on labelled answers and transcripts: agreement, shortcuts, floors. Exit code 1 where it fails.
    Eval(eval::EvalArgs),
    /// List the personas.
    Personas,
    /// List the cases.
    Cases,
    /// Check the configuration and every persona, case and prompt: all errors at once, exit code 2.
    Check,
    /// Write sessions as JSON lines.
    Export(export::ExportArgs),
    /// Read what an export wrote.
    Import(export::ImportArgs),
    /// Delete sessions so that nothing of their text is left in the store's files.
    Delete(delete::DeleteArgs),
    /// Run the Discord bot; its token comes from `DISCORD_TOKEN`.
    Serve,
    /// Say what is configured, what works, and what to do next.
    Doctor,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(std::io::stderr(), "hotseat: {}", failure.message);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    if cli.command.is_some() && cli.practice.says_something() {
        return Err(Failure::new(
            "--persona, --round, --case, --mode and --resume belong to an interview; write them behind `practice`",
        ));
    }
    let command = cli.command.unwrap_or(Command::Practice(cli.practice));
    if let Command::Completions { shell } = command {
        clap_complete::generate(shell, &mut Cli::command(), "hotseat", &mut std::io::stdout());
        return Ok(());
    }
    let context = Context::new(cli.common)?;
    match command {
        Command::Practice(args) => context.block_on(practice::run(&context, args)),
        Command::Debrief(args) => context.block_on(debrief::run(&context, &args)),
        Command::History(args) => context.block_on(history::run(&context, &args)),
        Command::Compare(args) => context.block_on(compare::run(&context, &args)),
        Command::Progress => context.block_on(progress::run(&context)),
        Command::Judge => batch::judge(&context),
        Command::Replay => batch::replay(&context),
        Command::Eval(args) => context.block_on(eval::run(&context, &args)),
        Command::Personas => listing::personas(&context),
        Command::Cases => listing::cases(&context),
        Command::Check => check::run(&context),
        Command::Export(args) => context.block_on(export::export(&context, &args)),
        Command::Import(args) => context.block_on(export::import(&context, &args)),
        Command::Delete(args) => context.block_on(delete::run(&context, &args)),
        Command::Doctor => context.block_on(doctor::run(&context)),
        Command::Serve => context.block_on(serve::run(&context)),
        Command::Completions { .. } => Ok(()),
    }
}

/// A polite request to stop lets the step in hand finish.
fn stop_on_signal(stop: &CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = stop.clone();
    tokio::spawn(async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
}
