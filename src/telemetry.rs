//! Logging to stderr. Answers, prompts and secrets are never logged, at any level: see CONTRIBUTING, "Logs".

use tracing_subscriber::EnvFilter;

/// Starts logging under a filter such as `warn` or `hotseat=debug`. A filter that can't be read is named in the error.
pub(crate) fn start(filter: &str, colour: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter can't be read: {error}"))?;
    // A second start, as in tests, keeps the first one's filter.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .with_target(false)
        .try_init();
    Ok(())
}
