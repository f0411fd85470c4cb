//! The bot's own brake: so many requests a second over everything, what the candidate waits for first. Discord allows 50, and the
//! client library holds no limit over all routes.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// What the candidate waits for: questions, pushbacks, the debrief.
    Speech,
    /// Everything else that is asked for.
    Reply,
    /// What only decorates: edits, typing.
    Edit,
}

/// Requests that may go at once after a pause; the rest are spaced.
const BURST: u32 = 4;

/// The brake. Cheap to clone; every clone is the same queue.
#[derive(Debug, Clone)]
pub(super) struct Brake {
    queue: mpsc::UnboundedSender<(Priority, oneshot::Sender<()>)>,
    waiting: Arc<AtomicUsize>,
}

impl Brake {
    /// Starts the brake at so many requests in any one second.
    pub(super) fn start(requests_per_s: u32) -> Brake {
        let (queue, waiting) = (mpsc::unbounded_channel(), Arc::new(AtomicUsize::new(0)));
        let burst = BURST.min(requests_per_s);
        let rate = (requests_per_s - burst).max(1);
        tokio::spawn(pump(queue.1, burst, Duration::from_secs(1) / rate));
        Brake {
            queue: queue.0,
            waiting,
        }
    }

    /// Waits for its turn.
    pub(super) async fn pass(&self, priority: Priority) {
        let (go, gone) = oneshot::channel();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // A pump that is gone holds nobody back: the program is ending.
        let _ = self.queue.send((priority, go));
        let _ = gone.await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether others wait, so that what decorates is better left out.
    pub(super) fn is_busy(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

async fn pump(mut queue: mpsc::UnboundedReceiver<(Priority, oneshot::Sender<()>)>, burst: u32, spacing: Duration) {
    let mut lanes: [VecDeque<oneshot::Sender<()>>; 3] = Default::default();
    // The moment at which the bucket is full again; a request moves it on by one spacing.
    let mut full_at = Instant::now();
    loop {
        if lanes.iter().all(VecDeque::is_empty) {
            match queue.recv().await {
                Some(waiting) => line_up(&mut lanes, waiting),
                None => return,
            }
        }
        let earliest = full_at.checked_sub(spacing * (burst - 1)).unwrap_or(full_at);
        sleep_until(earliest).await;
        while let Ok(waiting) = queue.try_recv() {
            line_up(&mut lanes, waiting);
        }
        let Some(next) = lanes.iter_mut().find_map(VecDeque::pop_front) else {
            continue;
        };
        // Whoever has gone away meanwhile costs nothing.
        if next.send(()).is_ok() {
            full_at = full_at.max(Instant::now()) + spacing;
        }
    }
}

fn line_up(lanes: &mut [VecDeque<oneshot::Sender<()>>; 3], (priority, go): (Priority, oneshot::Sender<()>)) {
    let [speech, reply, edit] = lanes;
    match priority {
        Priority::Speech => speech.push_back(go),
        Priority::Reply => reply.push_back(go),
        Priority::Edit => edit.push_back(go),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test(start_paused = true)]
    async fn never_more_than_the_limit_in_any_second() {
        let brake = Brake::start(45);
        let times = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let (brake, times) = (brake.clone(), Arc::clone(&times));
                tokio::spawn(async move {
                    brake.pass(Priority::Speech).await;
                    times.lock().unwrap().push(Instant::now());
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let times = times.lock().unwrap();
        let most = times.iter().map(|from| {
            times
                .iter()
                .filter(|time| **time >= *from && time.duration_since(*from) < Duration::from_secs(1))
                .count()
        });
        assert!(most.max().unwrap() <= 45);
        assert!(
            times.last().unwrap().duration_since(times[0]) < Duration::from_secs(5),
            "and it is not much slower"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_overtakes_edits() {
        let brake = Brake::start(10);
        let order = Arc::new(Mutex::new(Vec::new()));
        let pass = |priority, name| {
            let (brake, order) = (brake.clone(), Arc::clone(&order));
            tokio::spawn(async move {
                brake.pass(priority).await;
                order.lock().unwrap().push(name);
            })
        };
        let mut tasks: Vec<_> = (0..10).map(|_| pass(Priority::Edit, "edit")).collect();
        tokio::task::yield_now().await;
        tasks.push(pass(Priority::Reply, "reply"));
        tasks.push(pass(Priority::Speech, "question"));
        for task in tasks {
            task.await.unwrap();
        }
        let order = order.lock().unwrap();
        let at = |name| order.iter().position(|one| *one == name).unwrap();
        assert!(at("question") < at("reply") && at("reply") < 7, "{order:?}");
    }
}
