//! `hotseat compare`: two sessions side by side.

use clap::Args;

use super::{Failure, context::Context};
use crate::{report, service::Selector};

/// Which sessions.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The earlier session, or the beginning of its name, or `last`.
    a: Selector,
    /// The later one.
    b: Selector,
}

/// Runs the command.
pub(super) async fn run(context: &Context, args: &CompareArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let user = context.user();
    let a = service.pick(&user, &args.a).await?;
    let b = service.pick(&user, &args.b).await?;
    let comparison = service.compare(&a, &b).await?;
    service.close().await?;
    context.print(
        &comparison,
        |style| report::terminal::comparison(&comparison, style),
        || report::markdown::comparison(&comparison),
    )
}
