//! The one place that reads a clock.

/// Milliseconds since 1970 by the wall clock.
#[must_use]
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Measures how long something took, whatever the wall clock does.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads a clock")]
    pub fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    /// Seconds since the start.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// Seconds from the start to another watch's start; 0 where that started first.
    #[must_use]
    pub fn seconds_until(self, later: Stopwatch) -> f64 {
        later.0.saturating_duration_since(self.0).as_secs_f64()
    }
}
