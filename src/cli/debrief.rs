//! `hotseat debrief`: a stored session's debrief.

use clap::Args;

use super::{Failure, context::Context};
use crate::{report, service::Selector};

/// Which session.
#[derive(Debug, Args)]
pub(super) struct DebriefArgs {
    /// The session, or the beginning of its name, or `last`.
    #[arg(default_value = "last")]
    session: Selector,
}

/// Runs the command.
pub(super) async fn run(context: &Context, args: &DebriefArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let session = service.pick(&context.user(), &args.session).await?;
    let debrief = service.debrief(&session).await?;
    service.close().await?;
    context.print(
        &debrief,
        |style| report::terminal::debrief(&debrief, style),
        || report::markdown::debrief(&debrief),
    )
}
