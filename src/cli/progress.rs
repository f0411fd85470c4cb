//! `hotseat progress`: how each signal moves over a user's sessions.

use super::{Failure, context::Context};
use crate::report;

/// Runs the command.
pub(super) async fn run(context: &Context) -> Result<(), Failure> {
    let service = context.service()?;
    let points = service.points(&context.user()).await?;
    let progress = report::progress(&points, &service.library().drills);
    service.close().await?;
    context.print(
        &progress,
        |style| report::terminal::progress(&progress, style),
        || report::markdown::progress(&progress),
    )
}
