//! `hotseat delete`: sessions gone for good, from the store's files too.

use std::{
    fmt::Write as _,
    io::{BufRead as _, IsTerminal as _, Write as _},
};

use clap::Args;

use super::{
    Failure,
    context::{Context, print},
};
use crate::{service::Selector, store::Erase};

/// What to delete.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// The session, or the beginning of its name, or `last`.
    #[arg(required_unless_present = "all")]
    session: Option<Selector>,
    /// Every session of the user.
    #[arg(long, conflicts_with = "session")]
    all: bool,
    /// Don't ask.
    #[arg(long, short = 'y')]
    yes: bool,
}

/// Runs the command.
pub(super) async fn run(context: &Context, args: &DeleteArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let user = context.user();
    let what = match &args.session {
        Some(selector) => Erase::Session(service.pick(&user, selector).await?),
        None => Erase::User(user),
    };
    if !args.yes && !confirmed(&what)? {
        service.close().await?;
        return print("nothing was deleted");
    }
    let erased = service.erase(what).await?;
    service.close().await?;
    let mut text = format!(
        "deleted: sessions {}, events {}; nothing of their text is left in the store's files",
        erased.sessions, erased.events
    );
    for folder in &erased.left_aside {
        let _ = write!(
            text,
            "\na damaged store moved aside earlier may still hold text: {}",
            folder.display()
        );
    }
    print(&text)
}

fn confirmed(what: &Erase) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "deleting can't be undone; say --yes where nobody can be asked",
        ));
    }
    let named = match what {
        Erase::Session(session) => format!("session {session}"),
        Erase::User(user) => format!("every session of {user}"),
    };
    let mut out = std::io::stdout();
    write!(out, "Delete {named} for good? It can't be undone. [y/N] ")?;
    out.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}
