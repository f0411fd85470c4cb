//! `hotseat export` and `hotseat import`: sessions as JSON lines, lossless.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::PathBuf,
};

use clap::Args;

use super::{
    Failure,
    context::{Context, print},
};
use crate::{
    service::{Selector, ServiceError},
    store::Query,
};

/// What to write.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// One session, or the beginning of its name, or `last`; all of the user's where left out.
    session: Option<Selector>,
    /// The sessions of every user.
    #[arg(long, conflicts_with = "session")]
    all: bool,
    /// The file; standard output where left out.
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What to read.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The file an export wrote.
    file: PathBuf,
}

/// Writes sessions.
pub(super) async fn export(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let user = context.user();
    let query = match &args.session {
        Some(selector) => service.query_of(&service.pick(&user, selector).await?).await?,
        None if args.all => Query::all(),
        None => Query::of(&user),
    };
    let written = match &args.output {
        Some(path) => {
            let doing = format!("{} can't be written", path.display());
            let file = File::create(path).map_err(|source| ServiceError::File {
                doing: doing.clone(),
                source,
            })?;
            let mut out = BufWriter::new(file);
            let written = service.export(&query, &mut out).await?;
            out.flush().map_err(|source| ServiceError::File { doing, source })?;
            written
        }
        None => service.export(&query, &mut std::io::stdout()).await?,
    };
    service.close().await?;
    let _ = writeln!(
        std::io::stderr(),
        "written: sessions {}, events {}",
        written.sessions,
        written.events
    );
    Ok(())
}

/// Reads sessions.
pub(super) async fn import(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    let doing = format!("{} can't be read", args.file.display());
    let file = File::open(&args.file).map_err(|source| ServiceError::File { doing, source })?;
    let service = context.service()?;
    let read = service.import(&mut BufReader::new(file)).await?;
    service.close().await?;
    print(&format!(
        "new sessions: {}; there already: {}",
        read.sessions, read.skipped
    ))
}
