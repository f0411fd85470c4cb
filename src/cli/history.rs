//! `hotseat history`: a user's sessions, newest first.

use clap::Args;

use super::{Failure, context::Context};
use crate::report;

/// Which sessions.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// How many, at most.
    #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

/// Runs the command.
pub(super) async fn run(context: &Context, args: &HistoryArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let history = service.history(&context.user(), usize::from(args.limit)).await?;
    service.close().await?;
    context.print(
        &history,
        |style| report::terminal::history(&history, style),
        || report::markdown::history(&history),
    )
}
