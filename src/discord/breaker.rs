//! Counts requests that Discord counts as invalid, 10,000 of which in ten minutes ban the address, and holds back what can wait long
//! before that.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::brake::Priority;

/// How long an invalid request counts.
const WINDOW: Duration = Duration::from_mins(10);
/// From here on what is not essential is held back: 1 % of what Discord bans for.
const NON_ESSENTIAL: usize = 100;
/// From here on all but what an interview needs is held back: 10 %.
const ALL_BUT_CRITICAL: usize = 1_000;

/// The count. Cheap to clone; every clone is the same count.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker(Arc<Mutex<VecDeque<Instant>>>);

impl Breaker {
    /// Counts one invalid request.
    pub(super) fn count(&self) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.push_back(Instant::now());
        if times.len() > ALL_BUT_CRITICAL {
            times.pop_front();
        }
        if times.len() == NON_ESSENTIAL || times.len() == ALL_BUT_CRITICAL {
            tracing::error!(
                count = times.len(),
                "many requests are refused by Discord; what can wait is held back"
            );
        }
    }

    /// Whether a request may be made now.
    pub(super) fn lets(&self, priority: Priority) -> bool {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while times.front().is_some_and(|time| now.duration_since(*time) > WINDOW) {
            times.pop_front();
        }
        match priority {
            Priority::Speech => true,
            Priority::Reply => times.len() < ALL_BUT_CRITICAL,
            Priority::Edit => times.len() < NON_ESSENTIAL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_can_wait_is_held_back_first_and_comes_back_after_ten_minutes() {
        let breaker = Breaker::default();
        let lets = |breaker: &Breaker| [Priority::Edit, Priority::Reply, Priority::Speech].map(|one| breaker.lets(one));
        (0..99).for_each(|_| breaker.count());
        assert_eq!(lets(&breaker), [true, true, true]);
        breaker.count();
        assert_eq!(lets(&breaker), [false, true, true]);
        (100..1_000).for_each(|_| breaker.count());
        assert_eq!(lets(&breaker), [false, false, true]);
        tokio::time::advance(WINDOW + Duration::from_secs(1)).await;
        assert_eq!(lets(&breaker), [true, true, true]);
    }
}
