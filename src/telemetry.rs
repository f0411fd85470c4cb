//! Logging to stderr. Answers, prompts and secrets are never logged, at any level: see CONTRIBUTING, "Logs".

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::FilterExt as _, filter::filter_fn, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Starts logging under a filter such as `warn` or `hotseat=debug`. A filter that can't be read is named in the error.
pub(crate) fn start(filter: &str, colour: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter can't be read: {error}"))?;
    // A second start, as in tests, keeps the first one's filter.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .with_target(false)
        .with_filter(filter.and(filter_fn(is_safe)));
    let _ = tracing_subscriber::registry().with(lines).try_init();
    Ok(())
}

/// Libraries write down addresses with tokens in them and whole messages below this level, so they are cut off whatever the filter
/// says.
fn is_safe(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("hotseat") || *metadata.level() <= Level::WARN
}
